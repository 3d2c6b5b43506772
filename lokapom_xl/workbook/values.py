"""Only the values of a book, where many books are merely summarised.

With the extra `fast` (python-calamine) a book that holds nothing which calamine reads wrongly takes
a fraction of the time; any other book, or an installation without the extra, is read as everywhere
else. The values are the same either way.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from ..numbers import CellError
from .package import open_package
from .read import Sheet, Workbook

Value: TypeAlias = float | str | bool | CellError | None
Rows: TypeAlias = Sequence[Sequence[Value]]
"""The values of a sheet from its cell A1, row by row; rows are filled up with None."""

# calamine gives empty text for errors and keeps the file form of some texts; it takes the whole
# process down on addresses that no sheet has, and makes room for every cell up to the farthest.
_TRAPS = (b't="e"', b"t='e'", b"_x", b" r='")
_ADDRESS = re.compile(rb' r="([^"]*)"')
_ROW = re.compile(rb'<row r="([0-9]*)')
_LONGEST_ADDRESS = len("ZZ9999")


def read_values(path: Path | str) -> dict[str, Rows]:
    """The values of every worksheet; `BookError` when the file is no sound workbook."""
    workbook = Workbook(open_package(Path(path)))
    quick = _quick(workbook)
    return quick if quick is not None else {name: _rows(workbook.sheet(name)) for name in workbook.parts}


def _quick(workbook: Workbook) -> dict[str, Rows] | None:
    """The values as calamine reads them; None where it may be wrong or is not installed."""
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError:
        return None
    if not all(_is_harmless(workbook.package.read(part)) for part in workbook.parts.values()):
        return None
    sheets: dict[str, Rows] = {}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(workbook.package.data))
        for name in workbook.parts:
            rows: list[list[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            sheets[name] = [[None if value == "" else value for value in row] for row in rows]
            if any(isinstance(value, _MOMENTS) for row in rows for value in row):
                return None  # a date is a number that looks like one; which one, calamine hides
    except CalamineError:
        return None
    return sheets


def _is_harmless(content: bytes) -> bool:
    if any(trap in content for trap in _TRAPS):
        return False
    longest = max(map(len, _ADDRESS.findall(content)), default=0)
    return longest <= _LONGEST_ADDRESS and all(len(row) < 5 for row in _ROW.findall(content))


_MOMENTS = (datetime.date, datetime.time, datetime.timedelta)


def _rows(sheet: Sheet) -> Rows:
    """The same from our own reader."""
    if not sheet.cells:
        return []
    height, width = max(row for row, _ in sheet.cells), max(column for _, column in sheet.cells)
    rows: list[list[Value]] = [[None] * width for _ in range(height)]
    for (row, column), cell in sheet.cells.items():
        value = None if cell.value == "" else cell.value
        rows[row - 1][column - 1] = float(value) if isinstance(value, Decimal) else value
    return rows
