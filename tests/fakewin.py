"""Stand-ins for pywin32 and for Excel's objects, so that xlwings' real Windows code runs on any machine.

`with excel() as host:` imports xlwings anew as Windows imports it (`xlwings.udfs`, `xlwings.com_server`,
`xlwings._xlwindows`) together with our worksheet functions, and afterwards leaves the process
as it was. Only what pywin32 and Excel provide is made up here: everything else is the installed package.
"""

from __future__ import annotations

import atexit
import ctypes
import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, patch

from lokapom_xl.hosts.excel import UDF_MODULE

RANGE_IID = "{00020846-0000-0000-C000-000000000046}"
MISSING = -2147352572
"""An argument that was left out, as pywin32 hands it over (DISP_E_PARAMNOTFOUND)."""

COM_ERRORS = {
    "#NULL!": -2146826288,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
    "#NAME?": -2146826259,
    "#NUM!": -2146826252,
    "#N/A": -2146826246,
    "#GETTING_DATA": -2146826245,
    "#SPILL!": -2146826243,
    "#CALC!": -2146826238,
}
"""Excel's errors as COM hands them over (from Microsoft's tables, not from the code under test)."""


class ComError(Exception):
    """`pywintypes.com_error`."""


def _pywin32() -> dict[str, ModuleType]:
    """The modules of pywin32 with the names that xlwings looks up when it is imported or used here."""

    def same(thing: Any, *_: Any, **__: Any) -> Any:
        return thing

    def not_ours(thing: Any) -> Any:
        raise TypeError(f"{thing!r} is no Python object behind COM")

    contents: dict[str, dict[str, Any]] = {
        "pywintypes": {
            "com_error": ComError,
            "error": OSError,
            "IID": same,
            "TimeType": type("TimeType", (dt.datetime,), {}),
        },
        "pythoncom": {
            "CoInitialize": lambda: None,
            "IID_IDispatch": "IDispatch",
            "IID_IEnumVARIANT": "IEnumVARIANT",
            "TypeIIDs": {"IDispatch": type("PyIDispatch", (), {})},
            "__file__": None,
        },
        "win32api": {},
        "win32con": {},
        "win32event": {},
        "win32gui": {},
        "win32process": {"GetWindowThreadProcessId": lambda _: (1, 1)},
        "win32timezone": {"TimeZoneInfo": SimpleNamespace(utc=lambda: dt.UTC)},
        "win32com": {},
        "win32com.client": {
            "Dispatch": same,
            "DispatchEx": same,
            **{n: type(n, (), {}) for n in ("CDispatch", "DispatchBaseClass", "CoClassBaseClass")},
        },
        "win32com.client.dynamic": {"ERRORS_BAD_CONTEXT": []},
        "win32com.server": {},
        "win32com.server.dispatcher": {},
        "win32com.server.policy": {},
        "win32com.server.util": {"wrap": same, "unwrap": not_ours},
    }
    modules: dict[str, ModuleType] = {}
    for name, attributes in contents.items():
        modules[name] = ModuleType(name)
        modules[name].__dict__.update(attributes)
        package, _, own = name.rpartition(".")
        if package:
            setattr(modules[package], own, modules[name])
    return modules


class Range:
    """A range as an argument: a COM object with an interface id, whose `Value` is one cell's or rows."""

    CLSID = RANGE_IID
    Row = Column = 1

    def __init__(self, value: Any) -> None:
        self.Value = value
        rows = value if isinstance(value, tuple) else ((value,),)
        self.Rows, self.Columns = SimpleNamespace(Count=len(rows)), SimpleNamespace(Count=len(rows[0]))
        self.Worksheet = MagicMock()
        attributes = SimpleNamespace(iid=RANGE_IID)
        self._oleobj_ = SimpleNamespace(GetTypeInfo=lambda: SimpleNamespace(GetTypeAttr=lambda: attributes))


@dataclass
class Application:
    """Excel itself, as far as functions are announced to it."""

    Version: str = "16.0"
    options: dict[str, dict[str, Any]] = field(default_factory=dict)

    def MacroOptions(self, name: str, **options: Any) -> None:
        self.options[name] = options


class Components:
    """The modules of a VBA project."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def __call__(self, name: str) -> None:
        raise ComError(name)

    def Remove(self, module: None) -> None:
        raise AssertionError("there is no module that could be removed")

    def Import(self, path: str) -> None:
        with open(path, encoding="utf-8") as file:
            self.texts.append(file.read())


@dataclass
class Workbook:
    """The workbook that functions are imported into."""

    Name: str = "RAPK's.xlsm"
    Application: Application = field(default_factory=Application)
    VBProject: Any = field(default_factory=lambda: SimpleNamespace(VBComponents=Components()))


@dataclass
class Host:
    """xlwings as it is inside Excel's Python, with our functions."""

    xw: Any
    udfs: Any
    server: Any
    conversion: Any
    functions: Any

    def call(self, name: str, *arguments: Any) -> Any:
        """What the workbook's VBA gets for a call: through the object that it really calls."""
        return self.server.XLPython().CallUDF(UDF_MODULE, name, arguments)


def _ours(name: str) -> bool:
    return name == UDF_MODULE or name.partition(".")[0] == "xlwings"


@contextmanager
def excel() -> Iterator[Host]:
    """xlwings as on Windows, for the time of the `with`."""
    package, own = UDF_MODULE.rpartition(".")[::2]
    before = {name: module for name, module in sys.modules.items() if _ours(name)}
    for name in before:
        del sys.modules[name]
    sys.modules.update(stubs := _pywin32())
    libraries: dict[str, Any] = {name: MagicMock() for name in ("windll", "oledll")}
    try:
        with patch.multiple(ctypes, create=True, PyDLL=MagicMock(), **libraries):
            xw: Any = import_module("xlwings")
            xw._xlwindows = windows = import_module("xlwings._xlwindows")
            udfs: Any = import_module("xlwings.udfs")
            server: Any = import_module("xlwings.com_server")
        atexit.unregister(windows.cleanup)  # it would look for Excel's processes
        xw.engines.add(xw.main.Engine(impl=windows.engine))
        xw.func, xw.arg, xw.ret, xw.sub = udfs.xlfunc, udfs.xlarg, udfs.xlret, udfs.xlsub
        functions = import_module(UDF_MODULE)
        yield Host(xw, udfs, server, xw.conversion, functions)
        server.loop.close()
    finally:
        for name in [n for n in sys.modules if _ours(n) or n in stubs]:
            del sys.modules[name]
        sys.modules.update(before)
        parent = import_module(package)
        if UDF_MODULE in before:
            setattr(parent, own, before[UDF_MODULE])
        elif hasattr(parent, own):
            delattr(parent, own)
