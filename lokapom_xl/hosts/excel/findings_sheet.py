"""The sheet with the findings of a validation, as it is added to an open book and read from a copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import chain, count

import xlwings as xw

from ...report import marked
from ...report.marked import FILLS, HEADER_ROW, Row
from ...workbook.cells import quoted
from ...workbook.layout import FINDINGS_SHEET
from ...workbook.read import Sheet
from .intellisense import SHEET as TOOLTIPS
from .live import is_visible, names, text_entry

SHEET = FINDINGS_SHEET


def is_findings_sheet(sheet: Sheet) -> bool:
    """Whether a sheet is ours, whatever its name is."""
    cell = sheet.cells.get((1, 1))
    return cell is not None and cell.value == marked.TITLE


def rows_of(sheet: Sheet) -> list[Row]:
    """The rows that the sheet was made of."""
    rows: list[Row] = []
    for number in range(1, max(row for row, _ in sheet.cells) + 1):
        cells = {column: cell.value for (row, column), cell in sheet.cells.items() if row == number}
        width = max(cells, default=0) if number < HEADER_ROW else len(marked.COLUMNS)
        rows.append([_plain(cells.get(column)) for column in range(1, width + 1)])
    return rows


def _plain(value: object) -> str | int:
    return int(value) if isinstance(value, Decimal) else "" if value is None else str(value)


def add_findings_sheet(book: xw.Book, rows: Sequence[Row]) -> str:
    """Add the sheet behind the last visible one; the name that it got."""
    visible = [sheet for sheet in book.sheets if is_visible(sheet) and sheet.name != TOOLTIPS]
    sheet = book.sheets.add(_free_name(names(book)), after=visible[-1])
    width, height = len(marked.COLUMNS), len(rows)
    sheet.range((1, 1), (height, width)).value = [
        [_entry(item) for item in row] + [""] * (width - len(row)) for row in rows
    ]
    for number, (_, letters) in enumerate(marked.COLUMNS, 1):
        sheet.range((1, number)).column_width = letters
    table = sheet.range((HEADER_ROW, 1), (height, width))
    table.wrap_text = True
    table.vertical_alignment = "top"
    table.borders.set("all", line_style="continuous", weight="thin", color="#A6A6A6")
    _make_head(sheet, width)
    for number, row in enumerate(rows[HEADER_ROW:], HEADER_ROW + 1):
        _mark_row(sheet, number, row)
    sheet.autofit("rows")
    _lay_out_page(sheet)
    return str(sheet.name)


def _entry(item: str | int) -> str | int:
    return text_entry(item) if isinstance(item, str) else item


def _make_head(sheet: xw.Sheet, width: int) -> None:
    sheet.range((1, 1)).font.size = 14
    for first, last in (((1, 1), (2, 1)), ((HEADER_ROW, 1), (HEADER_ROW, width))):
        sheet.range(first, last).font.bold = True
    header = sheet.range((HEADER_ROW, 1), (HEADER_ROW, width))
    header.color = "#1F4E78"
    header.font.color = "#FFFFFF"
    _freeze(sheet, HEADER_ROW)


def _mark_row(sheet: xw.Sheet, number: int, row: Row) -> None:
    level = next((key for key, word in marked.WORDS.items() if word == row[marked.LEVEL_COLUMN - 1]), "")
    if level:
        sheet.range((number, marked.LEVEL_COLUMN)).color = f"#{FILLS[level]}"
    name, cell = str(row[marked.SHEET_COLUMN - 1]), str(row[marked.CELL_COLUMN - 1])
    if name and cell:
        target = f"#{quoted(name)}!{cell}"
        sheet.range((number, marked.CELL_COLUMN)).add_hyperlink(target, cell, f"Ke {name}!{cell}")


def _free_name(names: Iterable[str]) -> str:
    """The usual name, or that with a number when somebody's sheet has it."""
    taken = {name.casefold() for name in names}
    candidates = chain([SHEET], (f"{SHEET} ({number})" for number in count(2)))
    return next(name for name in candidates if name.casefold() not in taken)


def _freeze(sheet: xw.Sheet, row: int) -> None:
    # xlwings freezes panes only in its version for the web. The window shows the sheet: it was just added.
    window = sheet.book.api.Windows(1)
    window.SplitColumn, window.SplitRow = 0, row
    window.FreezePanes = True


def _lay_out_page(sheet: xw.Sheet) -> None:
    # xlwings knows only the print area. A PC without a printer refuses all of this; then it is not needed.
    page = sheet.page_setup.api
    with suppress(Exception):
        page.Orientation, page.PaperSize = _LANDSCAPE, _A4
        page.Zoom = False
        page.FitToPagesWide, page.FitToPagesTall = 1, False
        page.PrintTitleRows = f"${HEADER_ROW}:${HEADER_ROW}"
        page.RightFooter = "Halaman &P dari &N"


_LANDSCAPE, _A4 = 2, 9
"""`xlLandscape` and `xlPaperA4`."""
