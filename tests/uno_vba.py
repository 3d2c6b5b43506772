"""Run VBA modules in a real LibreOffice, for the tests that hold the other end of stdin and stdout.

Run with a Python that has `uno` (Debian: python3-uno), not with the tests' own:
    uno_vba.py PORT
Each line read is a command, each line written its result, both JSON. While a formula is calculated, the
VBA's call of Python is written as {"call": [module, function, arguments]}, and the next line read is its answer.
"""

import contextlib
import json
import sys
import time

import uno
import unohelper
from com.sun.star.beans import PropertyValue
from com.sun.star.script import ModuleInfo
from com.sun.star.script.provider import XScript

VBA = "Rem Attribute VBA_ModuleType=VBAModule\nOption VBASupport 1\n"
CLASS = "Rem Attribute VBA_ModuleType=VBAClassModule\nOption VBASupport 1\nOption ClassModule\n"


def prop(name, value):
    item = PropertyValue()
    item.Name, item.Value = name, value
    return item


def desktop(port):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(450):  # a first start on a busy machine takes its time
        try:
            context = resolver.resolve(
                f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext"
            )
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:
            time.sleep(0.2)
    raise SystemExit("no LibreOffice on the port")


def write(thing):
    print(json.dumps(thing), flush=True)


def read():
    line = sys.stdin.readline()
    return json.loads(line) if line else None


def tuples(value):
    return tuple(map(tuples, value)) if isinstance(value, list) else value


class Python(unohelper.Base, XScript):
    """What stands for xlwings' Python: hands every call to the tests."""

    def invoke(self, call, _indices, _outputs):
        write({"call": call})
        answer = read()
        if "failure" in answer:
            raise RuntimeError(answer["failure"])
        return tuples(answer["result"]), (), ()


def loaded(program, address):
    """A book in which macros run. Hidden: LibreOffice 7.4 cannot paint colours that hang on VBA functions."""
    return program.loadComponentFromURL(
        address, "_blank", 0, (prop("Hidden", True), prop("MacroExecutionMode", 4))
    )


class MacroBook:
    """A book with VBA of its own, as it is in the file."""

    def __init__(self, program, path):
        self.book = loaded(program, unohelper.systemPathToFileUrl(path))

    def run(self, macro, *arguments):
        url = f"vnd.sun.star.script:VBAProject.{macro}?language=Basic&location=document"
        return self.book.getScriptProvider().getScript(url).invoke(arguments, (), ())[0]

    def connect(self):
        return self.run("xlwings.Connect", Python())

    def calculate_all(self):
        self.book.calculateAll()

    def put(self, sheet, address, value):
        self.book.Sheets.getByName(sheet).getCellRangeByName(address).Value = value

    def shown(self, sheet, address):
        return self.book.Sheets.getByName(sheet).getCellRangeByName(address).getDataArray()

    def buttons(self):
        """Per sheet, what every button says and the macro that it runs."""
        found = {}
        for sheet in self.book.Sheets:
            forms = sheet.DrawPage.Forms
            for form in [forms.getByIndex(i) for i in range(forms.Count)]:
                events = [form.getScriptEvents(i) for i in range(form.Count)]
                scripts = [event.ScriptCode for several in events for event in several]
                labels = [form.getByIndex(i).Label for i in range(form.Count)]
                found[sheet.Name] = list(zip(labels, scripts))
        return found

    def close(self):
        self.book.close(True)


class Book:
    def __init__(self, program, modules, classes):
        self.book = loaded(program, "private:factory/scalc")
        self.sheet = self.book.Sheets.getByIndex(0)
        self.book.BasicLibraries.VBACompatibilityMode = True
        library = self.book.BasicLibraries.getByName("Standard")
        for name, text in classes.items():
            info = ModuleInfo()
            info.ModuleType = 2
            library.insertModuleInfo(name, info)
            library.insertByName(name, CLASS + text)
        for name, text in modules.items():
            library.insertByName(name, VBA + text)

    def run(self, macro, *arguments):
        url = f"vnd.sun.star.script:Standard.{macro}?language=Basic&location=document"
        return self.book.getScriptProvider().getScript(url).invoke(arguments, (), ())[0]

    def put(self, cells):
        for address, content in cells.items():
            cell = self.sheet.getCellRangeByName(address)
            if content is None:
                cell.String = ""
            elif isinstance(content, str):
                cell.String = content
            else:
                cell.Value = content

    def calculate(self, address, formula):
        """What the cells of an address show for a formula: an array formula where there are several."""
        area = self.sheet.getCellRangeByName(address)
        if ":" in address:
            area.setArrayFormula(formula)
        else:
            area.Formula = formula
        return area.getDataArray()


def main(port):
    program = desktop(port)
    book = None
    while (command := read()) is not None:
        what, arguments = command
        if what == "open":
            book = Book(program, *arguments)
            write(book.run("xlwings.Connect", Python()))
        elif what == "load":
            book = MacroBook(program, *arguments)
            write(None)
        else:
            write(getattr(book, what)(*arguments))
    with contextlib.suppress(Exception):  # the connection ends with the program
        book.book.close(True)
        program.terminate()


main(*sys.argv[1:])
