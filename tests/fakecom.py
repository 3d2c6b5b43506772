"""Excel's object model as COM shows it, over the books of `opxengine`.

With it xlwings' own Windows code runs the buttons: the names, the order and the form of everything that is
asked of Excel are checked by objects that know nothing else. Numbers are Excel's constants.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill

from . import fakewin, opxengine
from .fakewin import ComError

_CALCULATION = {-4105: "automatic", -4135: "manual"}
_VERTICAL = {-4160: "top"}
_EXPRESSION = 2


def _missing(what: str) -> ComError:
    problem = ComError(what)
    problem.hresult = -2147352567  # type: ignore[attr-defined]
    return problem


def _rgb(number: int) -> tuple[int, int, int]:
    """A colour as Excel counts it: red is the lowest byte."""
    return number & 255, number >> 8 & 255, number >> 16 & 255


class Object:
    """A COM object: nothing can be read or set that it does not have."""

    def __init__(self, **parts: Any) -> None:
        self.__dict__.update(parts)

    def __setattr__(self, name: str, value: Any) -> None:
        if not isinstance(getattr(type(self), name, None), property):
            raise ComError(f"{type(self).__name__}.{name} cannot be set")
        object.__setattr__(self, name, value)


def _of(part: str, name: str) -> property:
    """A property that is one of another object."""

    def get(self: Any) -> Any:
        return getattr(self.__dict__[part], name)

    def put(self: Any, value: Any) -> None:
        setattr(self.__dict__[part], name, value)

    return property(get, put)


class Application(Object):
    Hwnd, Version, DisplayAlerts = 1, "16.0", property(lambda s: True, lambda s, v: None)
    StatusBar, ScreenUpdating, EnableEvents = (
        _of("app", name) for name in ("status_bar", "screen_updating", "enable_events")
    )

    @property
    def Calculation(self) -> int:
        return next(number for number, text in _CALCULATION.items() if text == self.app.calculation)

    @Calculation.setter
    def Calculation(self, value: int) -> None:
        self.app.calculation = _CALCULATION[value]

    @property
    def Workbooks(self) -> list[Workbook]:
        return [Workbook(impl=book) for book in self.app.open]

    def __getattr__(self, name: str) -> Any:
        if name in ("CalculateFull", "GetOpenFilename", "GetSaveAsFilename", "InputBox"):
            return getattr(self.app, name)
        raise AttributeError(name)


class Workbook(Object):
    def __getattr__(self, name: str) -> Any:
        if name in (
            "FullName",
            "HasVBProject",
            "ProtectStructure",
            "ProtectWindows",
            "Unprotect",
            "Protect",
            "Windows",
            "SaveCopyAs",
        ):
            return getattr(self.impl, name)
        raise AttributeError(name)

    @property
    def Name(self) -> str:
        return str(self.impl.name)

    @property
    def Application(self) -> Application:
        return Application(app=self.impl.app)

    @property
    def Worksheets(self) -> Worksheets:
        return Worksheets(book=self.impl)

    @property
    def ActiveSheet(self) -> Worksheet:
        return Worksheet(sheet=self.impl.sheets.active)

    @property
    def Names(self) -> Any:
        def call(name: str) -> Any:
            if name not in self.impl.names:
                raise _missing(name)
            return SimpleNamespace(Name=name)

        return call


class Worksheets(Object):
    @property
    def Parent(self) -> Workbook:
        return Workbook(impl=self.book)

    @property
    def Count(self) -> int:
        return len(self.book.sheets)

    def __iter__(self) -> Iterator[Worksheet]:
        return (Worksheet(sheet=sheet) for sheet in self.book.sheets)

    def __call__(self, key: int | str) -> Worksheet:
        return Worksheet(sheet=self.book.sheets(key))

    def Add(self, Before: Worksheet) -> Worksheet:
        count = len(self.book.sheets)
        return Worksheet(sheet=self.book.sheets.add(before=Before.sheet, name=f"Sheet{count + 1}"))


class Worksheet(Object):
    _OWN = (
        "Activate",
        "Protect",
        "Unprotect",
        "Protection",
        "ProtectContents",
        "ProtectDrawingObjects",
        "ProtectScenarios",
        "ProtectionMode",
    )
    Name = _of("sheet", "name")
    EnableSelection = property(
        lambda s: s.sheet.api.EnableSelection, lambda s, v: setattr(s.sheet.api, "EnableSelection", v)
    )

    def __getattr__(self, name: str) -> Any:
        if name in self._OWN:
            return getattr(self.sheet.api, name)
        raise AttributeError(name)

    @property
    def Parent(self) -> Workbook:
        return Workbook(impl=self.sheet.book)

    @property
    def Index(self) -> int:
        return int(self.sheet.index)

    @property
    def Visible(self) -> int:
        return int(self.sheet.visible)

    @property
    def Cells(self) -> Range:
        return Range(cells=self.sheet.cells)

    @property
    def Rows(self) -> SimpleNamespace:
        return SimpleNamespace(AutoFit=lambda: self.sheet.autofit("rows"))

    @property
    def PageSetup(self) -> Any:
        return self.sheet.page_setup.api

    def Range(self, first: Any, last: Any = None) -> Range:
        corners = [item.cells if isinstance(item, Range) else item for item in (first, last)]
        return Range(cells=self.sheet.range(*corners))

    def Delete(self) -> None:
        self.sheet.delete()

    def Move(self, Before: Worksheet) -> None:
        book, active = self.sheet.book.xl, self.sheet.book.xl.active
        book.move_sheet(self.sheet.ws, Before.Index - self.Index)
        book.active = book.worksheets.index(active)


class Range(Object):
    WrapText, ColumnWidth = _of("cells", "wrap_text"), _of("cells", "column_width")

    def __call__(self, row: int, column: int | None = None) -> Range:
        return Range(cells=self.cells(row, column))

    @property
    def Worksheet(self) -> Worksheet:
        return Worksheet(sheet=self.cells.sheet)

    @property
    def Row(self) -> int:
        return int(self.cells.row)

    @property
    def Column(self) -> int:
        return int(self.cells.column)

    @property
    def Rows(self) -> SimpleNamespace:
        return SimpleNamespace(Count=self.cells.shape[0])

    @property
    def Columns(self) -> SimpleNamespace:
        return SimpleNamespace(Count=self.cells.shape[1])

    @property
    def Count(self) -> int:
        return len(self.cells)

    @property
    def Value(self) -> Any:
        value = self.cells.raw_value
        return tuple(map(tuple, value)) if isinstance(value, list) else value

    @Value.setter
    def Value(self, value: Any) -> None:
        rows = value if isinstance(value, (list, tuple)) else [[value]]
        assert {len(row) for row in rows} == {self.cells.shape[1]} and len(rows) == self.cells.shape[0]
        self.cells.raw_value = rows

    @property
    def VerticalAlignment(self) -> int:
        return next(number for number, text in _VERTICAL.items() if text == self.cells.vertical_alignment)

    @VerticalAlignment.setter
    def VerticalAlignment(self, value: int) -> None:
        self.cells.vertical_alignment = _VERTICAL[value]

    @property
    def Interior(self) -> Interior:
        return Interior(cells=self.cells)

    @property
    def Font(self) -> Font:
        return Font(font=self.cells.font)

    @property
    def Borders(self) -> Any:
        return lambda side: Border(cells=self.cells, side=side)

    @property
    def Comment(self) -> Comment | None:
        note = self.cells.note
        return Comment(note=note) if note else None

    def AddComment(self, Text: str) -> Comment:
        return Comment(note=self.cells.add_note(Text))

    @property
    def FormatConditions(self) -> FormatConditions:
        return FormatConditions(cells=self.cells)

    @property
    def Hyperlinks(self) -> SimpleNamespace:
        def add(Anchor: Range, Address: str) -> Hyperlink:
            return Hyperlink(cells=Anchor.cells, address=Address)

        return SimpleNamespace(Add=add)


class Interior(Object):
    @property
    def Color(self) -> int:
        raise NotImplementedError

    @Color.setter
    def Color(self, value: int) -> None:
        self.cells.color = _rgb(value)


class Font(Object):
    Bold, Size = _of("font", "bold"), _of("font", "size")

    @property
    def Color(self) -> int:
        raise NotImplementedError

    @Color.setter
    def Color(self, value: int) -> None:
        self.font.color = _rgb(value)


class Border(Object):
    """One side of the cells; all of them are drawn alike here."""

    LineStyle = property(None, lambda s, v: None)
    Weight = property(None, lambda s, v: None)

    @property
    def Color(self) -> int:
        raise NotImplementedError

    @Color.setter
    def Color(self, value: int) -> None:
        self.cells.borders.set([], line_style="continuous", weight="thin", color=_rgb(value))


class Comment(Object):
    def Text(self) -> str:
        return str(self.note.text)

    def Delete(self) -> None:
        self.note.delete()

    @property
    def Shape(self) -> Any:
        return self.note.api.Shape


class Hyperlink(Object):
    TextToDisplay = property(None, lambda s, v: s.__dict__.update(text=v))

    @property
    def ScreenTip(self) -> str:
        raise NotImplementedError

    @ScreenTip.setter
    def ScreenTip(self, value: str) -> None:
        self.cells.add_hyperlink(self.address, self.text, value)


class FormatConditions(Object):
    @property
    def Count(self) -> int:
        return len(self.cells.conditional_formats)

    def __call__(self, number: int) -> FormatCondition:
        return FormatCondition(rule=self.cells.conditional_formats(number))

    Item = __call__

    def Add(self, Type: int, Formula1: str) -> FormatCondition:
        assert Type == _EXPRESSION
        facts = {"formula": Formula1, "stop_if_true": False, "fill_color": (255, 255, 255)}
        return FormatCondition(rule=self.cells.conditional_formats.add_custom(facts))


class FormatCondition(Object):
    StopIfTrue = property(None, lambda s, v: None)

    @property
    def Type(self) -> int:
        return {"custom": _EXPRESSION, "cell_value": 1}[self.rule.type]

    @property
    def Formula1(self) -> str:
        return str(self.rule.formula)

    @property
    def Interior(self) -> RuleInterior:
        return RuleInterior(rule=self.rule.rule)

    def SetFirstPriority(self) -> None:
        assert self.rule.rule.priority == 1  # so it was added

    def Delete(self) -> None:
        self.rule.delete()


class RuleInterior(Object):
    @property
    def Color(self) -> int:
        raise NotImplementedError

    @Color.setter
    def Color(self, value: int) -> None:
        rule: Rule = self.rule
        rule.dxf.fill = PatternFill(bgColor="".join(f"{c:02X}" for c in _rgb(value)), fill_type="solid")


_STYLES = {0: "ok", 3: "yes_no_cancel", 4: "yes_no"}
_PRESSED = {"ok": 1, "cancel": 2, "yes": 6, "no": 7}
_ICONS = {48: "critical", 64: "info"}


@contextmanager
def windows(excel: opxengine.Excel, book: opxengine.Book) -> Iterator[Any]:
    """The module with the buttons, on xlwings as it is on Windows; the book's button is pressed."""
    with _anew("lokapom_xl.hosts.excel"), fakewin.excel() as host:

        def message_box(hwnd: int, prompt: str, title: str, style: int) -> int:
            icon = style & 0xF0
            buttons = _STYLES[style - icon]
            return _PRESSED[excel.app.alert(prompt, title, buttons, _ICONS.get(icon), None)]

        sys.modules["win32api"].__dict__["MessageBox"] = message_box
        sys.modules["win32con"].__dict__.update(
            MB_OK=0, MB_OKCANCEL=1, MB_YESNOCANCEL=3, MB_YESNO=4, MB_ICONWARNING=48, MB_ICONINFORMATION=64
        )
        host.xw._xlwindows.BOOK_CALLER = Workbook(impl=book)
        yield import_module("lokapom_xl.hosts.excel.macros")


@contextmanager
def _anew(package: str) -> Iterator[None]:
    """The modules of a package are imported again within, and afterwards are those that they were."""
    parent = import_module(package)
    before = {name: module for name, module in sys.modules.items() if name.startswith(f"{package}.")}
    attributes = {name: value for name, value in vars(parent).items() if isinstance(value, ModuleType)}
    _forget(parent)
    try:
        yield
    finally:
        _forget(parent)
        sys.modules.update(before)
        vars(parent).update(attributes)


def _forget(parent: ModuleType) -> None:
    for name in [name for name in sys.modules if name.startswith(f"{parent.__name__}.")]:
        del sys.modules[name]
    for name in [name for name, value in vars(parent).items() if isinstance(value, ModuleType)]:
        delattr(parent, name)
