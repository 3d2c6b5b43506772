"""On Windows, without Excel: Python's side as a COM server in a process of its own, called as the VBA calls it.

Run by hand or by the workflow for Windows: `python tests/windows_com.py`. It needs the installed package and
pywin32 alone. What stands here for Excel is COM itself: the same server, the same calls, arrays of two dimensions.
"""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

CLASS = "{6f1d3c52-6f0e-4b0c-9d5a-5d1f0a2c7e11}"  # any will do; the DLL makes a new one for every book
MODULE = "lokapom_xl.hosts.excel.udfs"
CALLS: tuple[tuple[str, tuple[Any, ...], Any], ...] = (
    ("ANGKA", ("99,93%",), 99.93),
    ("CAPAIAN", (91.5, 92.24), 100.81),
    ("CAPAIAN", (0, 5), "\x1flokapom:2007"),
    ("CAPAIAN", (None, 5), "-"),
    ("REALISASI", (107, 116), 92.24),  # two arguments left out at the end
    ("CAPAIAN", (((80.0,), (50.0,)), ((40.0,), (60.0,))), ((50.0,), (120.0,))),
    ("NPS", (((100.0,), (90.89,)),), 95.445),
)


def server() -> Any:
    """The server once it is ready, at most half a minute after its start."""
    import pythoncom  # type: ignore[import-not-found,import-untyped,unused-ignore]
    import win32com.client  # type: ignore[import-not-found,import-untyped,unused-ignore]

    deadline = time.monotonic() + 30
    while True:
        try:
            found = pythoncom.CoCreateInstance(
                CLASS, None, pythoncom.CLSCTX_LOCAL_SERVER, pythoncom.IID_IDispatch
            )
            return win32com.client.Dispatch(found)
        except pythoncom.com_error:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def main() -> None:
    start = f"import xlwings; xlwings.serve('{CLASS}')"
    process = subprocess.Popen([sys.executable, "-B", "-c", start])
    try:
        python = server()
        for name, arguments, expected in CALLS:
            answer = python.CallUDF(MODULE, name, arguments)
            assert answer == expected, f"{name}{arguments}: {answer!r}, not {expected!r}"
            print(f"{name}{arguments} = {answer!r}")
        python.Exec("import lokapom_xl.hosts.excel.macros")
        print("The macros are importable by the server.")
    finally:
        process.kill()


if __name__ == "__main__":
    main()
