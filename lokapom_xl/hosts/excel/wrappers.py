"""Print the VBA that xlwings itself makes for our functions: `python -m lokapom_xl.hosts.excel.wrappers`.

xlwings makes it on Windows only, where pywin32 is. Its generator needs none of it: it is given empty
modules of those names, and the decorators that xlwings uses on Windows. That alters xlwings for the
whole process, so `vba` runs this in a process of its own.
"""

from __future__ import annotations

import sys
from importlib import import_module, util
from types import ModuleType, SimpleNamespace
from typing import Any

from . import UDF_MODULE


def without_pywin32() -> None:
    """Empty modules in place of the parts of pywin32 that `xlwings.udfs` imports."""
    names = ("pythoncom", "pywintypes", "win32com", "win32com.client")
    modules: dict[str, Any] = {name: ModuleType(name) for name in names}
    modules["pythoncom"].CoInitialize = modules["win32com.client"].Dispatch = None
    modules["win32com"].client = modules["win32com.client"]
    sys.modules.update(modules)


def main() -> None:
    import xlwings as xw

    if util.find_spec("pythoncom") is None:
        without_pywin32()
    generator: Any = import_module("xlwings.udfs")
    xw.func, xw.arg, xw.ret = generator.xlfunc, generator.xlarg, generator.xlret
    module = import_module(UDF_MODULE)
    generator.generate_vba_wrapper(UDF_MODULE, module, sys.stdout, SimpleNamespace(Name="Lokapom.xlsm"))


if __name__ == "__main__":
    main()
