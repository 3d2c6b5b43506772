"""Excel for the tests of the buttons: an engine for xlwings' own objects, on openpyxl.

`xw.Book`, `xw.Range` and the others run unchanged on it: what a macro writes can be read again, saved and
opened by the product's own reader. It refuses what Excel refuses (a locked cell, the second cell of a
merged area, a note where one stands, a wrong password), reads texts as Excel reads what is typed, and
keeps the values of formulas, which openpyxl does not, from one calculation to the next. Calculating is
left to the product (`actions.compute`), whose results stand for Excel's.

    excel = Excel(answers=["yes"])
    book = excel.open(path)          # an xlwings.Book
    isi(book)
    assert excel.alerts == [...]
"""

from __future__ import annotations

import datetime
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from copy import copy
from decimal import Decimal
from math import ceil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import xlwings as xw
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import FormulaRule, Rule
from openpyxl.styles import PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.protection import SheetProtection
from openpyxl.worksheet.worksheet import Worksheet
from xlwings import main
from xlwings.utils import hex_to_rgb

from lokapom_xl.actions.compute import computed_edits
from lokapom_xl.numbers import CellError, Scalar
from lokapom_xl.workbook.address import parse_a1
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.locate import open_view
from lokapom_xl.workbook.read import read_book
from lokapom_xl.workbook.write import Store, save_edits

Place = tuple[str, int, int]
THREAD = "[Threaded comment]"
"""How Excel begins the copy of a threaded comment that it keeps for older programs."""


class ExcelError(Exception):
    """What a refusal of Excel is here (`com_error` there)."""


class Unscripted(BaseException):
    """A question that the test did not expect; no macro may catch it as a failure of its own."""


class Engine:
    """The registered engine; `apps` is never asked for."""

    name, type, apps = "openpyxl", "desktop", None

    @staticmethod
    def prepare_xl_data_element(x: Any, options: Any) -> Any:
        return "" if x is None else x

    @staticmethod
    def clean_value_data(
        data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: bool
    ) -> list[list[Any]]:
        def clean(value: Any) -> Any:
            if value in ("", None):
                return empty_as
            if isinstance(value, CellError):
                return value.code if err_to_str else None
            return value

        return [[clean(value) for value in row] for row in data]


ENGINE = Engine()
if "openpyxl" not in [engine.name for engine in xw.engines]:
    xw.engines.add(main.Engine(impl=ENGINE))


class Excel:
    """The running program: its state, what it asked, and what it is to be answered."""

    def __init__(self, answers: Sequence[str] = ()) -> None:
        self.answers = list(answers)
        """Buttons that are pressed, in their order; questions that only tell need none."""

        self.files: list[Any] = []
        """What the dialogs that open files give, in their order (False: cancelled)."""

        self.target: Any = Unscripted
        self.inputs: list[Any] = []
        self.alerts: list[str] = []
        self.titles: set[str] = set()
        self.asked: list[str] = []
        self.status: list[Any] = []
        self.calculated = 0
        self.python_answers = True
        """False: every function of ours gives #N/A, as the VBA does when Python is not there."""

        self.app = App(self)
        self.state = {
            "status_bar": False,
            "screen_updating": True,
            "enable_events": True,
            "calculation": "automatic",
        }

    def open(self, path: Path, mock: bool = True) -> xw.Book:
        """Open a file; with `mock` it is the book whose button is pressed."""
        book = xw.Book(impl=Book(self, Path(path)))
        self.app.open.append(book.impl)
        if book.impl.xl.calculation.fullCalcOnLoad:
            book.impl.calculate()
        if mock:
            book.set_mock_caller()
        return book


class App:
    """An `App` of xlwings, and the `Application` object that its `.api` is."""

    engine, pid, version, visible = ENGINE, 1, "16.0", True

    def __init__(self, excel: Excel) -> None:
        self.excel = excel
        self.open: list[Book] = []

    @property
    def api(self) -> App:
        return self

    @property
    def books(self) -> Books:
        return Books(self.open)

    def alert(self, prompt: str, title: str, buttons: str, mode: str | None, callback: Any) -> str:
        assert mode in ("info", "critical", None)
        self.excel.alerts.append(prompt)
        self.excel.titles.add(title)
        if buttons == "ok":
            return "ok"
        if not self.excel.answers:
            raise Unscripted(prompt)
        answer = self.excel.answers.pop(0)
        assert answer in buttons.split("_"), f"{answer}: {buttons}"
        return answer

    # --- state ---------------------------------------------------------------------------------

    def _get(self, name: str) -> Any:
        return self.excel.state[name]

    def _set(self, name: str, value: Any) -> None:
        self.excel.state[name] = value
        if name == "status_bar":
            self.excel.status.append(value)

    status_bar = property(lambda s: s._get("status_bar"), lambda s, v: s._set("status_bar", v))
    screen_updating = property(lambda s: s._get("screen_updating"), lambda s, v: s._set("screen_updating", v))
    enable_events = property(lambda s: s._get("enable_events"), lambda s, v: s._set("enable_events", v))
    calculation = property(lambda s: s._get("calculation"), lambda s, v: s._set("calculation", v))

    # --- Application ---------------------------------------------------------------------------

    def CalculateFull(self) -> None:
        self.excel.calculated += 1
        for book in self.open:
            book.calculate()

    def GetOpenFilename(
        self,
        FileFilter: str = "",
        FilterIndex: int = 1,
        Title: str = "",
        ButtonText: str = "",
        MultiSelect: bool = False,
    ) -> Any:
        assert MultiSelect and len(FileFilter) < 255 and FileFilter.count(",") % 2 == 1
        if not self.excel.files:
            raise Unscripted(Title)
        self.excel.asked.append(Title)
        return self.excel.files.pop(0)

    def GetSaveAsFilename(
        self, InitialFilename: str = "", FileFilter: str = "", FilterIndex: int = 1, Title: str = ""
    ) -> Any:
        if self.excel.target is Unscripted:
            raise Unscripted(Title)
        self.excel.asked.append(InitialFilename)
        return self.excel.target

    def InputBox(self, Prompt: str, Title: str = "", Default: Any = "") -> Any:
        if not self.excel.inputs:
            raise Unscripted(Prompt)
        self.excel.asked.append(Prompt)
        return self.excel.inputs.pop(0)


class _Collection:
    """What xlwings' collections ask of theirs."""

    def __init__(self, items: Sequence[Any]) -> None:
        self.items = list(items)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __call__(self, key: int | str) -> Any:
        if isinstance(key, int):
            return self.items[key - 1]
        for item in self.items:
            if item.name.casefold() == key.casefold():
                return item
        raise ExcelError(f"{key}: not there")

    def __contains__(self, key: str) -> bool:
        return any(item.name.casefold() == key.casefold() for item in self.items)

    contains = __contains__


class Books(_Collection):
    pass


class Names(_Collection):
    pass


class Book:
    """An open book: openpyxl's, and the results of its formulas."""

    index = 1

    def __init__(self, excel: Excel, path: Path) -> None:
        self.excel, self.app = excel, excel.app
        self.path = Path(path)
        self.name = self.path.name
        self.location = str(self.path)
        """What Excel takes for the book's full name: a path, an address, or only a name."""

        self.xl = openpyxl.load_workbook(path, keep_vba=path.suffix.lower() == ".xlsm", rich_text=False)
        self.results: dict[Place, Scalar] = {}
        self.structure_password = ""
        self.fails: set[str] = set()
        """Operations that fail, for the tests of failures."""

        self._take_results(path)
        self.stale = False

    @property
    def api(self) -> Book:
        return self

    @property
    def fullname(self) -> str:
        if "://" in self.location:
            raise xw.XlwingsError("Couldn't find the local path of that address")
        return self.location

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names([SimpleNamespace(name=name) for name in self.xl.defined_names])

    def save(self, path: Any = None, password: Any = None) -> None:
        """As Excel saves: with the results beside the formulas."""
        if path is not None:
            self.path = Path(path)
            self.name, self.location = self.path.name, str(self.path)
        self.SaveCopyAs(str(self.path))

    def close(self) -> None:
        self.app.open.remove(self)

    # --- Workbook ------------------------------------------------------------------------------

    @property
    def FullName(self) -> str:
        return self.location

    @property
    def HasVBProject(self) -> bool:
        return self.xl.vba_archive is not None

    @property
    def ProtectStructure(self) -> bool:
        return bool(self.xl.security and self.xl.security.lockStructure)

    @property
    def ProtectWindows(self) -> bool:
        return bool(self.xl.security and self.xl.security.lockWindows)

    def Unprotect(self, Password: str = "") -> None:
        if Password != self.structure_password:
            raise ExcelError("The password you supplied is not correct.")
        self.xl.security = None

    def Protect(self, Password: str = "", Structure: bool = False, Windows: bool = False) -> None:
        from openpyxl.workbook.protection import WorkbookProtection

        self.structure_password = Password
        self.xl.security = WorkbookProtection(lockStructure=Structure, lockWindows=Windows)

    def Windows(self, number: int) -> Window:
        assert number == 1
        return Window(self.xl.active)

    def SaveCopyAs(self, Filename: str) -> None:
        if "SaveCopyAs" in self.fails:
            raise ExcelError("Cannot save")
        self._calculate_if_needed()
        target = Path(Filename)
        suffix = target.suffix.lower()
        assert suffix == (".xlsm" if self.HasVBProject else ".xlsx"), Filename
        self._write(target)

    # --- results -------------------------------------------------------------------------------

    def changed(self) -> None:
        self.stale = True

    def _calculate_if_needed(self) -> None:
        if self.stale and self.excel.state["calculation"] == "automatic":
            self.calculate()

    def result(self, place: Place) -> Scalar:
        self._calculate_if_needed()
        return self.results.get(place)

    def calculate(self) -> None:
        """Let the product calculate a copy, and take its results over."""
        self.stale = False
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"x{self.path.suffix}"
            self._write(path)
            try:
                _, edits = computed_edits(open_view(read_book(path)))
            except BookError:
                return  # no book of ours: its results stay
            save_edits(path, path, edits)
            self._take_results(path)
        if not self.excel.python_answers:
            for ws in self.xl.worksheets:
                for row in ws.iter_rows():
                    for cell in row:
                        if cell.data_type == "f" and re.match(
                            r"=(CAPAIAN|NP[IS]|IE|TE|SE)\(", str(cell.value)
                        ):
                            self.results[ws.title, cell.row, cell.column] = CellError("#N/A")

    def _take_results(self, path: Path) -> None:
        book = read_book(path)
        self.results = {
            (sheet.name, *place): cell.value
            for sheet in book.sheets.values()
            for place, cell in sheet.cells.items()
            if cell.formula is not None
        }

    def _write(self, path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            draft = Path(folder) / path.name
            self._save_parts(draft)
            book = read_book(draft)
            edits: dict[str, dict[tuple[int, int], Store]] = {}
            for (sheet, row, column), value in self.results.items():
                cell = book.sheets[sheet].cells.get((row, column)) if sheet in book.sheets else None
                if cell is not None and cell.formula is not None and not cell.array and value is not None:
                    edits.setdefault(sheet, {})[row, column] = Store(value)
            save_edits(draft, draft, edits)
            shutil.copyfile(draft, path)

    def _save_parts(self, path: Path) -> None:
        """openpyxl's own saving; it must not leave traces in the open book."""
        styles = copy(self.xl._differential_styles)
        styles.styles = list(styles.styles)
        archive = self.xl.vba_archive
        drawings = [ws.legacy_drawing for ws in self.xl.worksheets]
        self.xl.save(path)
        self.xl._differential_styles = styles
        self.xl.vba_archive = archive
        for ws, drawing in zip(self.xl.worksheets, drawings, strict=True):
            ws.legacy_drawing = drawing


class Window:
    """The window of a book, which shows its active sheet."""

    SplitColumn = SplitRow = 0

    def __init__(self, ws: Worksheet) -> None:
        self.__dict__["_ws"] = ws

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value
        if name == "FreezePanes":
            place = f"{get_column_letter(self.SplitColumn + 1)}{self.SplitRow + 1}"
            self._ws.freeze_panes = place if value else None


class Sheets:
    """The sheets of a book, as xlwings' collection asks for them."""

    def __init__(self, book: Book) -> None:
        self.book = book

    @property
    def api(self) -> Book:
        return self.book

    def __len__(self) -> int:
        return len(self.book.xl.worksheets)

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self.book, ws) for ws in list(self.book.xl.worksheets))

    def __call__(self, key: int | str) -> Sheet:
        if isinstance(key, int):
            return Sheet(self.book, self.book.xl.worksheets[key - 1])
        for ws in self.book.xl.worksheets:
            if ws.title.casefold() == key.casefold():
                return Sheet(self.book, ws)
        raise ExcelError(f"Subscript out of range: {key}")

    def __contains__(self, key: str) -> bool:
        return any(ws.title.casefold() == key.casefold() for ws in self.book.xl.worksheets)

    @property
    def active(self) -> Sheet:
        return Sheet(self.book, self.book.xl.active)

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        if self.book.ProtectStructure or "add" in self.book.fails:
            raise ExcelError("The structure of the workbook is protected")
        place = before.index - 1 if before else after.index if after else 0
        ws = self.book.xl.create_sheet(name, place)
        self.book.xl.active = self.book.xl.worksheets.index(ws)
        return Sheet(self.book, ws)


_ALLOWED = {
    "AllowFormattingCells": "formatCells",
    "AllowFormattingColumns": "formatColumns",
    "AllowFormattingRows": "formatRows",
    "AllowInsertingColumns": "insertColumns",
    "AllowInsertingRows": "insertRows",
    "AllowInsertingHyperlinks": "insertHyperlinks",
    "AllowDeletingColumns": "deleteColumns",
    "AllowDeletingRows": "deleteRows",
    "AllowSorting": "sort",
    "AllowFiltering": "autoFilter",
    "AllowUsingPivotTables": "pivotTables",
}
"""What Excel allows, and what openpyxl forbids with the opposite value."""

_SELECTION = {0: (False, False), 1: (True, False), -4142: (True, True)}
"""`EnableSelection`, and what a file says: locked cells, unlocked cells not to be selected."""


class SheetApi:
    """The `Worksheet` object of Excel, as far as the product uses it."""

    def __init__(self, sheet: Sheet) -> None:
        self.__dict__["_sheet"] = sheet

    @property
    def _ws(self) -> Worksheet:
        return self._sheet.ws  # type: ignore[no-any-return]

    @property
    def ProtectContents(self) -> bool:
        return bool(self._ws.protection.sheet)

    @property
    def ProtectDrawingObjects(self) -> bool:
        return self.ProtectContents and bool(self._ws.protection.objects)

    @property
    def ProtectScenarios(self) -> bool:
        return self.ProtectContents and bool(self._ws.protection.scenarios)

    ProtectionMode = False

    @property
    def Protection(self) -> SimpleNamespace:
        known = self._ws.protection
        return SimpleNamespace(**{name: not getattr(known, item) for name, item in _ALLOWED.items()})

    @property
    def EnableSelection(self) -> int:
        known = self._ws.protection
        pair = (bool(known.selectLockedCells), bool(known.selectUnlockedCells))
        return next(number for number, value in _SELECTION.items() if value == pair)

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "EnableSelection":
            raise ExcelError(f"{name} cannot be set")
        known = self._ws.protection
        known.selectLockedCells, known.selectUnlockedCells = _SELECTION[value]

    def Activate(self) -> None:
        if self._ws.sheet_state != "visible":
            raise ExcelError("A hidden sheet cannot be activated")
        self._sheet.book.xl.active = self._sheet.index - 1

    def Unprotect(self, Password: str = "") -> None:
        known = self._ws.protection
        given = SheetProtection()
        given.set_password(Password)
        if (known.password and known.password != given.password) or known.hashValue:
            raise ExcelError("The password you supplied is not correct.")
        self._ws.protection = SheetProtection()

    def Protect(self, Password: str = "", *options: bool) -> None:
        drawing, contents, scenarios, _, *allowed = options
        known = self._ws.protection = SheetProtection(
            sheet=contents, objects=drawing, scenarios=scenarios, selectLockedCells=False
        )
        if Password:
            known.set_password(Password)
        for item, value in zip(_ALLOWED.values(), allowed, strict=True):
            setattr(known, item, not value)


class Sheet:
    """A worksheet."""

    def __init__(self, book: Book, ws: Worksheet) -> None:
        self.book, self.ws = book, ws
        self.api = SheetApi(self)

    @property
    def name(self) -> str:
        return str(self.ws.title)

    @name.setter
    def name(self, value: str) -> None:
        if value.casefold() in (ws.title.casefold() for ws in self.book.xl.worksheets if ws is not self.ws):
            raise ExcelError("That name is already taken")
        self.book.results = {
            (value if sheet == self.name else sheet, row, column): result
            for (sheet, row, column), result in self.book.results.items()
        }
        self.ws.title = value

    @property
    def index(self) -> int:
        return int(self.book.xl.worksheets.index(self.ws)) + 1

    @property
    def visible(self) -> int:
        """Excel's numbers: shown, hidden, hidden from the menus, too (which is no false value)."""
        return {"visible": -1, "hidden": 0, "veryHidden": 2}[self.ws.sheet_state]

    @property
    def protected(self) -> bool:
        return bool(self.ws.protection.sheet)

    def range(self, first: Any, second: Any = None) -> Range:
        return Range(self, _boxes(first, second))

    @property
    def cells(self) -> Range:
        return Range(self, [(1, 1, 1_048_576, 16_384)])

    @property
    def notes(self) -> list[Note]:
        return [Note(self, cell) for row in self.ws.iter_rows() for cell in row if cell.comment]

    def autofit(self, axis: str | None) -> None:
        """Rows as high as their wrapped texts need, roughly."""
        assert axis == "rows"
        for row in self.ws.iter_rows():
            wrapped = [cell for cell in row if cell.value is not None and cell.alignment.wrap_text]
            widths = [self.ws.column_dimensions[cell.column_letter].width for cell in wrapped]
            lines = [ceil(len(str(cell.value)) / width) for cell, width in zip(wrapped, widths, strict=True)]
            if max(lines, default=1) > 1:
                self.ws.row_dimensions[row[0].row].height = 15.0 * max(lines)

    def delete(self) -> None:
        if self.book.ProtectStructure:
            raise ExcelError("The structure of the workbook is protected")
        if sum(ws.sheet_state == "visible" for ws in self.book.xl.worksheets) == 1:
            raise ExcelError("A workbook must contain a visible sheet")
        self.book.results = {key: value for key, value in self.book.results.items() if key[0] != self.name}
        active = self.book.xl.active
        self.book.xl.remove(self.ws)
        if active is not self.ws:
            self.book.xl.active = self.book.xl.worksheets.index(active)

    @property
    def page_setup(self) -> PageSetup:
        return PageSetup(self.ws)


class PageSetup:
    """The `PageSetup` object of Excel, as far as the product uses it."""

    def __init__(self, ws: Worksheet) -> None:
        self.__dict__["_ws"] = ws

    @property
    def api(self) -> PageSetup:
        return self

    def __setattr__(self, name: str, value: Any) -> None:
        page = self._ws.page_setup
        if name == "Orientation":
            page.orientation = {1: "portrait", 2: "landscape"}[value]
        elif name == "PaperSize":
            page.paperSize = value
        elif name == "Zoom":
            self._ws.sheet_properties.pageSetUpPr.fitToPage = value is False
        elif name == "FitToPagesWide":
            page.fitToWidth = int(value)
        elif name == "FitToPagesTall":
            page.fitToHeight = int(value)
        elif name == "PrintTitleRows":
            self._ws.print_title_rows = value.replace("$", "")
        elif name == "RightFooter":
            self._ws.oddFooter.right.text = value
        else:
            raise ExcelError(name)


class Range:
    """Cells of a sheet, in one or several areas."""

    max_cells_per_read = max_cells_per_write = None
    has_array = False
    arg1_input = ""

    def __init__(self, sheet: Sheet, areas: Sequence[tuple[int, int, int, int]]) -> None:
        self.sheet, self.areas = sheet, list(areas)
        self.options: dict[str, Any] = {}
        self.row, self.column, bottom, right = self.areas[0]
        self.shape = bottom - self.row + 1, right - self.column + 1

    @property
    def api(self) -> Range:
        return self

    @property
    def coords(self) -> tuple[Any, ...]:
        return self.sheet, self.row, self.column, *self.shape

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, row: int, column: int | None = None) -> Range:
        if column is None:
            row, column = divmod(row - 1, self.shape[1])
            row, column = row + 1, column + 1
        row, column = self.row + row - 1, self.column + column - 1
        return Range(self.sheet, [(row, column, row, column)])

    def _cells(self) -> Iterator[Any]:
        for top, left, bottom, right in self.areas:
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    yield self.sheet.ws.cell(row, column)

    @property
    def address(self) -> str:
        first, last = (f"${get_column_letter(c)}${r}" for r, c in ((self.row, self.column), self._last))
        return first if first == last else f"{first}:{last}"

    @property
    def _last(self) -> tuple[int, int]:
        return self.row + self.shape[0] - 1, self.column + self.shape[1] - 1

    # --- contents ------------------------------------------------------------------------------

    def _rows(self, read: Any) -> Any:
        rows = [
            [read(self.sheet.ws.cell(self.row + i, self.column + j)) for j in range(self.shape[1])]
            for i in range(self.shape[0])
        ]
        return rows[0][0] if len(self) == 1 else rows

    def _value(self, cell: Any) -> Any:
        value = cell.value
        if cell.data_type == "f":
            value = self.sheet.book.result((self.sheet.name, cell.row, cell.column))
        return float(value) if isinstance(value, (int, float, Decimal)) and value is not True else value

    @property
    def raw_value(self) -> Any:
        return self._rows(self._value)

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        if "value" in self.sheet.book.fails:
            raise ExcelError("Out of memory")
        rows = data if isinstance(data, (list, tuple)) else [[data] * self.shape[1]] * self.shape[0]
        cells = [
            (self.sheet.ws.cell(self.row + i, self.column + j), value)
            for i, row in enumerate(rows)
            for j, value in enumerate(row)
        ]
        for cell, _ in cells:  # Excel writes all of a block or nothing
            self._refuse(cell)
        for cell, value in cells:
            _enter(cell, value)
            place = self.sheet.name, cell.row, cell.column
            self.sheet.book.results.pop(place, None)
            if cell.data_type == "f":
                self.sheet.book.results[place] = None
        self.sheet.book.changed()

    def _refuse(self, cell: Any) -> None:
        if isinstance(cell, MergedCell):
            raise ExcelError(f"{cell.coordinate}: part of a merged cell")
        if self.sheet.protected and cell.protection.locked:
            raise ExcelError(f"{cell.coordinate}: the cell is protected")

    @property
    def formula(self) -> Any:
        return self._rows(lambda cell: "" if cell.value is None else cell.value)

    @formula.setter
    def formula(self, value: Any) -> None:
        self.raw_value = value

    def add_hyperlink(self, address: str, text_to_display: str, screen_tip: str) -> None:
        self._refuse(cell := next(self._cells()))
        assert address.startswith("#")
        cell.hyperlink = openpyxl.worksheet.hyperlink.Hyperlink(
            ref=cell.coordinate, location=address[1:], tooltip=screen_tip, display=text_to_display
        )
        _enter(cell, text_to_display)

    # --- looks ---------------------------------------------------------------------------------

    def _restyle(self, part: str, **facts: Any) -> None:
        if self.sheet.protected and self.sheet.ws.protection.formatCells:
            raise ExcelError("The sheet is protected")
        for cell in self._cells():
            style = copy(getattr(cell, part))
            for name, value in facts.items():
                setattr(style, name, value)
            setattr(cell, part, style)

    @property
    def color(self) -> Any:
        fill = next(self._cells()).fill
        return hex_to_rgb("#" + fill.fgColor.rgb[-6:]) if fill.fill_type == "solid" else None

    @color.setter
    def color(self, value: Any) -> None:
        for cell in self._cells():
            cell.fill = PatternFill("solid", fgColor=_rgb(value))

    @property
    def number_format(self) -> str:
        return str(next(self._cells()).number_format)

    @number_format.setter
    def number_format(self, value: str) -> None:
        for cell in self._cells():
            cell.number_format = value

    wrap_text = property(
        lambda s: next(s._cells()).alignment.wrap_text, lambda s, v: s._restyle("alignment", wrap_text=v)
    )
    vertical_alignment = property(
        lambda s: next(s._cells()).alignment.vertical, lambda s, v: s._restyle("alignment", vertical=v)
    )

    @property
    def column_width(self) -> float:
        return float(self.sheet.ws.column_dimensions[get_column_letter(self.column)].width)

    @column_width.setter
    def column_width(self, value: float) -> None:
        for column in range(self.column, self._last[1] + 1):
            self.sheet.ws.column_dimensions[get_column_letter(column)].width = value

    @property
    def borders(self) -> SimpleNamespace:
        def set_sides(sides: Any, line_style: str, weight: str, color: Any) -> None:
            assert line_style == "continuous"
            line = Side(style=weight, color=_rgb(color))
            self._restyle("border", left=line, right=line, top=line, bottom=line)

        return SimpleNamespace(set=set_sides)

    @property
    def font(self) -> RangeFont:
        return RangeFont(self)

    # --- notes ---------------------------------------------------------------------------------

    @property
    def note(self) -> Note | None:
        cell = next(self._cells())
        return Note(self.sheet, cell) if cell.comment else None

    def add_note(self, text: str) -> Note:
        cell = next(self._cells())
        if isinstance(cell, MergedCell) or cell.comment:
            raise ExcelError(f"{cell.coordinate}: no room for a note")
        _refuse_objects(self.sheet)
        cell.comment = Comment(text, "Petugas")
        return Note(self.sheet, cell)

    # --- conditional formats -------------------------------------------------------------------

    @property
    def conditional_formats(self) -> ConditionalFormats:
        return ConditionalFormats(self)


class RangeFont:
    """The font of a range."""

    def __init__(self, cells: Range) -> None:
        self._cells = cells

    bold = property(lambda s: next(s._cells._cells()).font.b, lambda s, v: s._cells._restyle("font", b=v))
    size = property(lambda s: next(s._cells._cells()).font.sz, lambda s, v: s._cells._restyle("font", sz=v))
    color = property(None, lambda s, v: s._cells._restyle("font", color=_rgb(v)))


class Note:
    """A note; its `.api` is Excel's `Comment`, whose box has a width and a height in points."""

    def __init__(self, sheet: Sheet, cell: Cell) -> None:
        self.sheet, self.cell = sheet, cell

    @property
    def api(self) -> SimpleNamespace:
        return SimpleNamespace(Shape=Shape(self.cell.comment))

    @property
    def text(self) -> str:
        assert self.cell.comment is not None
        return str(self.cell.comment.text)

    def delete(self) -> None:
        _refuse_objects(self.sheet)
        assert self.cell.comment is not None
        if self.cell.comment.text.startswith(THREAD):
            raise ExcelError("A threaded comment is no note")
        self.cell.comment = None


class Shape:
    """The box of a note."""

    def __init__(self, comment: Any) -> None:
        self.__dict__["_comment"] = comment

    def __setattr__(self, name: str, value: float) -> None:
        setattr(self._comment, {"Width": "width", "Height": "height"}[name], round(value * 96 / 72))


class ConditionalFormats(_Collection):
    """The rules that apply to a range, those with priority first."""

    def __init__(self, cells: Range) -> None:
        self.cells, self.sheet = cells, cells.sheet
        super().__init__(
            [
                ConditionalFormat(self.sheet, rule)
                for area, rule in _rules(self.sheet.ws)
                if any(_overlap(box, own) for box in _boxes(str(area), None) for own in cells.areas)
            ]
        )

    def add_custom(self, spec: dict[str, Any]) -> ConditionalFormat:
        ws = self.sheet.ws
        if "conditional" in self.sheet.book.fails:
            raise ExcelError("Out of memory")
        if self.sheet.protected and ws.protection.formatCells:
            raise ExcelError("The sheet is protected")
        rule = FormulaRule(
            formula=[spec["formula"].removeprefix("=")],
            stopIfTrue=spec["stop_if_true"] or None,
            fill=PatternFill(bgColor=_rgb(spec["fill_color"]), fill_type="solid"),
        )
        for _, other in _rules(ws):
            other.priority += 1
        rule.priority = 1
        areas = " ".join(
            f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
            if (top, left) != (bottom, right)
            else f"{get_column_letter(left)}{top}"
            for top, left, bottom, right in self.cells.areas
        )
        _keep(ws, [(areas, rule), *_rules(ws)])
        return ConditionalFormat(self.sheet, rule)


class ConditionalFormat:
    """One rule."""

    def __init__(self, sheet: Sheet, rule: Rule) -> None:
        self.sheet, self.rule = sheet, rule

    name = ""

    @property
    def type(self) -> str:
        return {"expression": "custom", "cellIs": "cell_value"}.get(self.rule.type, "unknown")

    @property
    def formula(self) -> str | None:
        return "=" + self.rule.formula[0] if self.type == "custom" else None

    @property
    def fill_color(self) -> Any:
        style: DifferentialStyle = self.rule.dxf
        return hex_to_rgb("#" + style.fill.bgColor.rgb[-6:])

    def delete(self) -> None:
        ws = self.sheet.ws
        if self.sheet.protected and ws.protection.formatCells:
            raise ExcelError("The sheet is protected")
        kept = [(area, rule) for area, rule in _rules(ws) if rule is not self.rule]
        for _, rule in kept:
            if rule.priority > self.rule.priority:
                rule.priority -= 1
        _keep(ws, kept)


def _rules(ws: Worksheet) -> list[tuple[Any, Rule]]:
    rules = [(item.sqref, rule) for item in ws.conditional_formatting for rule in item.rules]
    return sorted(rules, key=lambda pair: pair[1].priority)


def _keep(ws: Worksheet, rules: Sequence[tuple[Any, Rule]]) -> None:
    """openpyxl numbers added rules anew; these have their priority already."""
    priorities = [rule.priority for _, rule in rules]
    ws.conditional_formatting = ConditionalFormattingList()
    for (area, rule), priority in zip(rules, priorities, strict=True):
        ws.conditional_formatting.add(str(area), rule)
        rule.priority = priority


def _overlap(first: tuple[int, int, int, int], second: tuple[int, int, int, int]) -> bool:
    return first[0] <= second[2] and second[0] <= first[2] and first[1] <= second[3] and second[1] <= first[3]


def _refuse_objects(sheet: Sheet) -> None:
    if "note" in sheet.book.fails:
        raise ExcelError("Out of memory")
    if sheet.protected and sheet.ws.protection.objects:
        raise ExcelError("The sheet is protected")


def _rgb(value: Any) -> str:
    if isinstance(value, str):
        return value.lstrip("#").upper()
    return "".join(f"{part:02X}" for part in value)


def _boxes(first: Any, second: Any) -> list[tuple[int, int, int, int]]:
    """Areas as first row, first column, last row, last column."""
    if isinstance(first, str) and second is None:
        if len(first) > 255:
            raise ExcelError("An address has at most 255 characters")
        boxes = []
        for part in re.split("[, ]", first):
            left, top, right, bottom = range_boundaries(part.replace("$", ""))
            boxes.append((top or 1, left or 1, bottom or 1_048_576, right or 16_384))
        return boxes
    corners = [(item.row, item.column) if isinstance(item, Range) else item for item in (first, second)]
    corners = [parse_a1(item) if isinstance(item, str) else item for item in corners if item is not None]
    rows, columns = [row for row, _ in corners], [column for _, column in corners]
    return [(min(rows), min(columns), max(rows), max(columns))]


_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(E[+-]?\d+)?%?", re.IGNORECASE)


def _enter(cell: Any, value: Any) -> None:
    """Put a value into a cell as Excel does with what is handed to `Range.Value`."""
    if isinstance(value, (Decimal, datetime.date)):
        raise ExcelError(f"{value!r} has no form in COM")
    if not isinstance(value, str) or cell.number_format == "@":
        cell.value = value if value != "" else None
        if isinstance(value, str) and value:
            cell.data_type = "s"
        return
    cell.quotePrefix = int(value.startswith("'"))
    if value.startswith("'"):
        cell.value = value[1:]
        cell.data_type = "s"
        return
    if not value:
        cell.value = None
    elif value.startswith("="):
        cell.value = value
    elif value.startswith("@") or (value[0] in "+-" and len(value) > 1 and not _NUMBER.fullmatch(value)):
        cell.value = "=" + value
    elif _NUMBER.fullmatch(value):
        cell.value = float(re.sub("[.,](?=.*[.,])", "", value).replace(",", ".").rstrip("%"))
    elif value.upper() in ("TRUE", "FALSE"):
        cell.value = value.upper() == "TRUE"
    else:
        cell.value = value
        cell.data_type = "s"


__all__ = ["THREAD", "Excel", "ExcelError", "Unscripted"]
