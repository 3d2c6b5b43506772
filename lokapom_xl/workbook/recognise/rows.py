"""The rows of a table that is not ours: every indicator, level and total, wherever its name stands.

Headers that are there again, rows of column numbers, headings of perspectives and blank rows are no rows of
the table. A name that a page break or a narrow column cut in two is read as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...numbers import CellError, to_number
from ...regulations import normalise
from ..headers import folded
from ..layout import AGGREGATES, INDICATOR, Table, row_kind
from ..locate import read_month
from ..texts import Texts
from .names import subject
from .piece import Piece
from .pieces import Reader

_SUBTOTALS = ("sub total", "subtotal", "sub jumlah", "jumlah ss", "total ss")
"""How rows begin that sum up a part of a table; what they sum up is not known."""

_MOST_LINES = 3
"""Rows over which one name may go."""


@dataclass(frozen=True)
class Line:
    """One row of a piece: its subject, where its name stands, and the month where each row has its own.

    Without a subject it is a row with numbers whose name nobody knows.
    """

    piece: Piece
    row: int
    number: int
    text: str
    slug: str
    month: int = 0


def lines(pieces: Sequence[Piece], reader: Reader, told: Mapping[str, str]) -> list[Line]:
    """The rows of pieces that follow each other. `told` says what a (normalised) name means."""
    found: list[Line] = []
    waiting: list[Line] = []
    for piece in pieces:
        for line in _read(piece, reader, told):
            if line.slug:
                found.append(line)
                waiting = []
                continue
            joined = _joined(waiting, line, reader.grid.year)
            if joined is not None:
                found = [known for known in found if known not in waiting] + [joined]
                waiting = []
            else:
                found.append(line)
                waiting = [*waiting, line][-_MOST_LINES + 1 :]
    table = pieces[0].table
    return [line for line in found if _counts(line, table, reader)]


def _joined(waiting: Sequence[Line], line: Line, year: int) -> Line | None:
    """The row whose name goes on in this one; its numbers stand in the first."""
    for number in range(len(waiting)):
        parts = waiting[number:]
        text = " ".join(part.text for part in (*parts, line))
        slug = subject(text, year)
        if slug:
            first = parts[0]
            return Line(first.piece, first.row, first.number, text, slug, month=first.month)
    return None


def _read(piece: Piece, reader: Reader, told: Mapping[str, str]) -> Iterator[Line]:
    texts, column = reader.texts, piece.columns[piece.table.name_column]
    month = 0
    for row in range(piece.header + 1, piece.last + 1):
        number, text = _name(piece, texts, row, column, reader)
        words = folded(text)
        if not words or words.isdigit() or words in reader.grid.heads or words.startswith(_SUBTOTALS):
            continue
        if "bulan" in piece.columns:
            cell = texts.cell(row, piece.columns["bulan"])
            month = read_month(cell.value if cell is not None else None) or month
        slug = told.get(normalise(text)) or subject(text, reader.grid.year)
        yield Line(piece, row, number, text, slug, month or piece.month)


def _name(piece: Piece, texts: Texts, row: int, column: int, reader: Reader) -> tuple[int, str]:
    """Where the name of a row stands, and what it says: of a total it may stand in any column before."""
    if (row, column) in reader.grid.subjects or not any(
        (row, other) in reader.grid.subjects for other in range(piece.left, column)
    ):
        return column, texts.at(row, column).strip() if texts.starts(row, column) else ""
    if texts.at(row, column).strip() and texts.starts(row, column):
        return column, texts.at(row, column).strip()
    other = next(other for other in range(piece.left, column) if (row, other) in reader.grid.subjects)
    return other, texts.at(row, other).strip()


def _counts(line: Line, table: Table, reader: Reader) -> bool:
    """Whether a row is one of the table: every indicator, and what else carries values.

    The names of objectives and perspectives stand as headings between the rows, too.
    """
    kind = row_kind(line.slug, reader.grid.year) if line.slug else ""
    about = kind == table.body or (table.name_column == "uraian" and kind in AGGREGATES)
    return (about and kind == INDICATOR) or _has_numbers(line, table, reader)


def _has_numbers(line: Line, table: Table, reader: Reader) -> bool:
    numeric = {column.key for column in table.columns if column.numeric}
    places = [
        number
        for columns in (line.piece.columns, *line.piece.blocks.values())
        for key, number in columns.items()
        if key in numeric
    ]
    for number in places:
        cell = reader.texts.sheet.cells.get((line.row, number))
        value = to_number(cell.value) if cell is not None else None
        if isinstance(value, (Decimal, CellError)) or (cell is not None and isinstance(cell.value, bool)):
            return True
    return False
