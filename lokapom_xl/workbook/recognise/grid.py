"""One sheet as headers and names are looked for on it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..headers import folded, month_of, quarter_of
from ..layout import AGGREGATES, Table, row_kind
from ..texts import Texts
from .names import subject
from .vocabulary import Vocabulary

HEADER_LINES = 3
"""Rows that a header may have."""

_LOOK_UP = 6
"""Rows above a header in which a title stands."""

_LOOK_DOWN = 80
"""Rows below a header in which the column of the names shows."""


@dataclass(frozen=True)
class Heading:
    """The texts of a header: its first row; by column its lines (folded), what it says, month and quarter."""

    top: int
    lines: Mapping[int, Sequence[str]]
    months: Mapping[int, tuple[int, Sequence[str]]]
    shown: Mapping[int, str]
    quarters: Mapping[int, int]


class Grid:
    """The texts of a sheet, where names of indicators and levels stand, and its rows."""

    def __init__(self, texts: Texts, vocabulary: Vocabulary) -> None:
        self.texts, self.year, self.heads = texts, vocabulary.year, vocabulary.heads
        cells = texts.sheet.cells
        self.rows = sorted({row for row, _ in cells})
        self.width = texts.width
        self.subjects: dict[tuple[int, int], str] = {}
        for (row, column), cell in cells.items():
            if isinstance(cell.value, str) and column <= self.width and len(cell.value) > 2:
                slug = subject(cell.value, self.year)
                if slug:
                    self.subjects[row, column] = slug
        self.named = {row for row, _ in self.subjects}
        self._kinds_in: dict[int, list[tuple[int, str]]] = {}
        for (row, column), slug in sorted(self.subjects.items()):
            self._kinds_in.setdefault(column, []).append((row, row_kind(slug, self.year)))
        self._head_rows = [
            row
            for row in self.rows
            if any(folded(texts.at(row, column)) in self.heads for column in self.columns(row))
        ]
        self._headings: dict[tuple[int, int, int], Heading] = {}

    def columns(self, row: int) -> Iterator[int]:
        """The columns in which something stands in a row."""
        cells = self.texts.sheet.cells
        return (column for column in range(1, self.width + 1) if (row, column) in cells)

    def heading(self, row: int, left: int, right: int) -> Heading:
        """The header that ends in a row, between two columns."""
        place = row, left, right
        if place not in self._headings:
            top = self.top(row, left, right)
            columns = range(left, right + 1)
            lines = {c: found for c in columns if any(found := self._lines(row, c, top))}
            shown = {c: self.shown(top, row, c) for c in lines}
            quarters = {c: quarter for c, text in shown.items() if (quarter := quarter_of(text))}
            self._headings[place] = Heading(top, lines, _months(lines), shown, quarters)
        return self._headings[place]

    def top(self, row: int, left: int, right: int) -> int:
        """The first row of the header that ends in `row`: rows of texts above it, without names."""
        top = row
        while top > 1 and row - top < HEADER_LINES - 1:
            cells = [self.texts.sheet.cells[top - 1, c] for c in self.columns(top - 1) if left <= c <= right]
            numbers = [c.value for c in cells if isinstance(c.value, Decimal)]
            if not cells or top - 1 in self.named or any(not 2000 <= number <= 2100 for number in numbers):
                break
            top -= 1
        first = min((c for c in self.columns(row) if left <= c <= right), default=left)
        while top < row and [c for c in self.columns(top) if left <= c <= right][1:] == []:
            if next(c for c in self.columns(top) if left <= c <= right) > first:
                break
            top += 1  # a title alone at the left
        return top

    def _lines(self, row: int, column: int, top: int) -> list[str]:
        """The lines of a header; a text over several columns stands over each of them, merged or not."""
        bottom = folded(self.texts.shown(row, column))
        lines = [bottom]
        for line in range(row - 1, top - 1, -1):
            text, place = folded(self.texts.shown(line, column)), column
            while not text and bottom and place > 1 and folded(self.texts.shown(row, place - 1)):
                place -= 1
                text = folded(self.texts.shown(line, place))
            lines.insert(0, text)
        return lines

    def shown(self, top: int, row: int, column: int) -> str:
        """What a header says, line by line."""
        texts = [" ".join(self.texts.shown(line, column).split()) for line in range(top, row + 1)]
        return " / ".join(dict.fromkeys(text for text in texts if text))

    def said_near(self, top: int) -> list[str]:
        """What stands above a header, nearest first, and the sheet's name: a month or quarter may be told."""
        rows = [row for row in range(top - 1, max(0, top - _LOOK_UP), -1) if row not in self.named]
        texts = [folded(self.texts.at(row, column)) for row in rows for column in self.columns(row)]
        return [*texts, folded(self.texts.sheet.name)]

    def names_below(self, table: Table, row: int, column: int) -> int:
        """How many rows below have in that column a name of what the table is about."""
        kinds = AGGREGATES if table.name_column == "uraian" else (table.body,)
        rows = self._kinds_in.get(column, [])
        start = bisect_left(rows, (row + 1, ""))
        next_header = bisect_right(self._head_rows, row)
        end = self._head_rows[next_header] if next_header < len(self._head_rows) else row + _LOOK_DOWN
        return sum(kind in kinds for there, kind in rows[start:] if there < end)


def _months(headers: Mapping[int, Sequence[str]]) -> dict[int, tuple[int, Sequence[str]]]:
    """For every header its month, if it names one, and its lines without it."""
    found: dict[int, tuple[int, Sequence[str]]] = {}
    for column, lines in headers.items():
        read = [month_of(line) for line in lines]
        month = next((m for m, _ in reversed(read) if m), 0)
        found[column] = month, [rest for _, rest in read]
    return found
