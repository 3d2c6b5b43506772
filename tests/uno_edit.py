"""Edit a workbook in a real LibreOffice, as a person would: insert rows and columns, rename a sheet.

Run with a Python that has `uno` (Debian: python3-uno), not with the tests' own:
    uno_edit.py PORT SOURCE TARGET STEP...
where a STEP is `rows:SHEET:BEFORE:COUNT`, `columns:SHEET:BEFORE:COUNT` (from 1) or `rename:SHEET:NAME`.
"""

import contextlib
import pathlib
import sys
import time

import uno
from com.sun.star.beans import PropertyValue


def prop(name, value):
    item = PropertyValue()
    item.Name, item.Value = name, value
    return item


def desktop(port):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(100):
        try:
            context = resolver.resolve(
                f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext"
            )
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:
            time.sleep(0.2)
    raise SystemExit("no LibreOffice on the port")


def main(port, source, target, *steps):
    program = desktop(port)
    book = program.loadComponentFromURL(pathlib.Path(source).as_uri(), "_blank", 0, (prop("Hidden", True),))
    for step in steps:
        kind, name, *rest = step.split(":")
        sheet = book.Sheets.getByName(name)
        sheet.unprotect("")
        if kind == "rename":
            sheet.setName(rest[0])
        else:
            (sheet.Rows if kind == "rows" else sheet.Columns).insertByIndex(int(rest[0]) - 1, int(rest[1]))
    book.storeToURL(pathlib.Path(target).as_uri(), (prop("FilterName", "Calc MS Excel 2007 XML"),))
    book.close(True)
    with contextlib.suppress(Exception):  # the connection ends with the program
        program.terminate()


main(*sys.argv[1:])
