"""What stands in named cells, and the texts of a sheet as people see them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..numbers import Scalar, plain, to_number
from ..regulations import normalise
from .address import parse_a1
from .errors import BookError
from .read import Book, Cell, Sheet

_LARGEST = 2000
"""Cells of a merged area that is filled in; a larger one is no header."""


def named_area(book: Book, name: str) -> tuple[str, int, int] | None:
    """Sheet, row and column of the first cell of a defined name; None when it leads nowhere."""
    target = book.names.get(name, "")
    sheet, _, address = target.rpartition("!")
    address = address.partition(":")[0]
    if sheet.startswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    place = parse_a1(address)
    if place is None or sheet not in book.sheets:
        return None
    return sheet, *place


def _named_value(book: Book, name: str) -> Scalar:
    place = named_area(book, name)
    if place is None:
        return None
    cell = book.sheets[place[0]].cells.get((place[1], place[2]))
    return cell.value if cell else None


def named_text(book: Book, name: str) -> str | None:
    """The text in a named cell, without the blanks around it."""
    value = _named_value(book, name)
    return value.strip() if isinstance(value, str) else None


def named_year(book: Book, name: str) -> int:
    """The year in a named cell; `BookError` when it holds none."""
    value = to_number(_named_value(book, name))
    if isinstance(value, Decimal) and value == value.to_integral_value() and 2000 <= value <= 2100:
        return int(value)
    raise BookError(
        "STR06",
        f"{book.path.name}: nama {name} tidak berisi tahun.",
        "Isi sel itu pada lembar Petunjuk dengan tahun buku, misalnya seperti di nama berkasnya.",
    )


_WIDEST = 400
"""Columns among which a header is looked for."""


class Texts:
    """Cell texts of a sheet with merged areas filled in."""

    def __init__(self, sheet: Sheet, book: Book) -> None:
        self.sheet, self.book = sheet, book
        self.last_row = max((row for row, _ in sheet.cells), default=0)
        self.width = min(max((column for _, column in sheet.cells), default=0), _WIDEST)
        self._rows: dict[int, dict[int, str]] = {}
        self._anchor: dict[tuple[int, int], tuple[int, int]] = {}
        for merge in sheet.merges:
            first, _, last = merge.partition(":")
            start, end = parse_a1(first), parse_a1(last or first)
            if start is None or end is None:
                continue
            if (end[0] - start[0] + 1) * (end[1] - start[1] + 1) > _LARGEST:
                continue
            for row in range(start[0], end[0] + 1):
                for column in range(start[1], end[1] + 1):
                    self._anchor[row, column] = start

    def cell(self, row: int, column: int) -> Cell | None:
        """The cell there, or the one that is merged over the place."""
        return self.sheet.cells.get(self._anchor.get((row, column), (row, column)))

    def at(self, row: int, column: int) -> str:
        """The text there; a number is none."""
        cell = self.cell(row, column)
        if cell is None or isinstance(cell.value, str):
            return str(cell.value) if cell is not None else ""
        # A header that repeats a named cell, in a book that is not computed yet.
        return (named_text(self.book, cell.formula.strip()) or "") if cell.formula else ""

    def shown(self, row: int, column: int) -> str:
        """The text there, or the whole number: a year may be typed as one."""
        cell = self.cell(row, column)
        value = cell.value if cell is not None else None
        if isinstance(value, Decimal) and value == value.to_integral_value():
            return plain(value)
        return self.at(row, column)

    def normalised(self, row: int) -> Mapping[int, str]:
        """The texts of a row as spellings are compared, by column; a header is looked for in them often."""
        if row not in self._rows:
            columns = range(1, self.width + 1)
            self._rows[row] = {c: normalise(text) for c in columns if (text := self.at(row, c))}
        return self._rows[row]

    def starts(self, row: int, column: int) -> bool:
        """Whether the place is no further part of a merged area that begins elsewhere."""
        return self._anchor.get((row, column), (row, column)) == (row, column)
