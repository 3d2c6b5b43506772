"""Cells as xlwings hands them over, and results as it takes them back.

Excel's errors are numbers on the way in (xlwings names the old ones, not `#SPILL!` and its like) and
cannot be sent back at all: a result that is an error leaves here as a text that starts with `MARK`,
and the VBA of the workbook turns it into the real error value. No result of ours is ever a text
that somebody typed, so nothing else can start like that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain, repeat
from typing import NamedTuple, Union

from ...numbers import NA, NUM, VALUE, CellError, Scalar

ERROR_NUMBERS = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
    "#GETTING_DATA": 2043,
    "#SPILL!": 2045,
    "#CALC!": 2050,
}
"""Excel's own numbers of its errors (`xlErrDiv0` is 2007), which VBA's `CVErr` takes."""

MARK = "\x1flokapom:"
"""How a result begins that is an error; its number follows."""

_COM_ERROR = -0x7FF60000
"""What COM adds to an error's number: `#DIV/0!` arrives as -2146826281."""

_ERRORS = {_COM_ERROR + number: CellError(code) for code, number in ERROR_NUMBERS.items()}
_UNKNOWN_ERRORS = range(_COM_ERROR + 2000, _COM_ERROR + 2100)
_PLAIN = frozenset({float, str, type(None)})
_DAY_ZERO = datetime(1899, 12, 30)

Result = Union[float, str, bool]


class Cells(NamedTuple):
    """The cells of one argument in reading order, and the shape in which they lie."""

    rows: int
    columns: int
    values: Sequence[object]


def cells(value: object) -> Cells:
    """An argument read with `ndim=2`; one that was left out (`None`) is one empty cell."""
    if value is None:
        return Cells(1, 1, (None,))
    if not isinstance(value, (list, tuple)):
        return Cells(1, 1, (_cell(value),))
    values = list(chain.from_iterable(value))
    if not _PLAIN.issuperset(map(type, values)):
        values = [_cell(item) for item in values]
    return Cells(len(value), len(value[0]), values)


def whole(value: object) -> Cells:
    """An argument that a function takes whole: all its cells in place of one; None if left out."""
    return Cells(1, 1, (None if value is None else list(cells(value).values),))


def _cell(value: object) -> object:
    """One cell: Excel's errors, and dates as the number that Excel keeps."""
    if type(value) is int:
        if value in _ERRORS:
            return _ERRORS[value]
        # An error that this list does not know must never be computed with as a number.
        return CellError(VALUE) if value in _UNKNOWN_ERRORS else value
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - _DAY_ZERO) / timedelta(days=1)
    if isinstance(value, date):
        return float((value - _DAY_ZERO.date()).days)
    return value


def spread(cells: Cells, rows: int, columns: int) -> Iterable[object]:
    """The cells over a larger shape, as Excel does it: one cell, row or column is repeated, and where
    an argument has no cell, there is `#N/A`."""
    if (cells.rows, cells.columns) == (rows, columns):
        return cells.values
    if (cells.rows, cells.columns) == (1, 1):
        return repeat(cells.values[0], rows * columns)
    missing = CellError(NA)
    return [
        cells.values[(row if cells.rows > 1 else 0) * cells.columns + (column if cells.columns > 1 else 0)]
        if (cells.rows == 1 or row < cells.rows) and (cells.columns == 1 or column < cells.columns)
        else missing
        for row in range(rows)
        for column in range(columns)
    ]


def result(value: Scalar) -> Result:
    """A function's result as xlwings takes it."""
    if isinstance(value, Decimal):
        number = float(value)
        return number + 0.0 if math.isfinite(number) else _marked(NUM)
    if isinstance(value, CellError):
        return _marked(value.code)
    return "" if value is None else value


def _marked(code: str) -> str:
    return f"{MARK}{ERROR_NUMBERS.get(code, ERROR_NUMBERS[VALUE])}"
