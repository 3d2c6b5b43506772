"""Pieces of tables on a sheet: a header, what its columns are, and the rows below it.

A sheet of a report holds many small tables, one below the other or side by side, and a table that goes
over a page has its header again. Each header begins a piece; what belongs together is for `roles`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ...numbers import to_number
from ...regulations import normalise
from ..address import a1
from ..errors import BookError
from ..headers import EXACT, folded, month_of
from ..layout import INDICATOR, row_kind
from ..texts import Texts
from ..units import is_unit
from .forms import table_of
from .grid import HEADER_LINES, Grid
from .header import HeaderReader
from .mapping import Told
from .piece import Piece, Seen
from .vocabulary import Vocabulary

_GAP, _PARAGRAPH = 4, 160
"""Blank rows after which, and characters of a text alone in its row at which, a table is over."""


class Reader:
    """Finds the pieces of tables on one sheet."""

    def __init__(self, texts: Texts, vocabulary: Vocabulary, unit: str) -> None:
        self.texts, self.vocabulary = texts, vocabulary
        self.grid = Grid(texts, vocabulary)
        self.read = HeaderReader(self.grid, vocabulary, unit).read

    def pieces(self) -> list[Piece]:
        """All pieces of the sheet from top to bottom, left to right."""
        found = [piece for row in self._candidates() for piece in self._at(row)]
        chosen: list[Piece] = []
        for piece in sorted(found, key=lambda p: (-p.score, p.header)):
            if not any(self._same_header(piece, other) for other in chosen):
                chosen.append(piece)
        chosen.sort(key=lambda p: (p.header, p.left))
        self.bound(chosen)
        return [piece for piece in chosen if self._carries(piece)]

    def bound(self, pieces: Sequence[Piece]) -> None:
        """Let every piece end where the next one below it begins, and give it its title."""
        end = self.grid.rows[-1] if self.grid.rows else 0
        for piece in pieces:
            below = [o.top - 1 for o in pieces if o.header > piece.header and o.beside(piece)]
            above = max((o.header for o in pieces if o.header < piece.header and o.beside(piece)), default=0)
            piece.last = self._end(piece.header, min(below, default=end))
            piece.title = self._title(piece, above)

    def _end(self, header: int, last: int) -> int:
        """Where the rows below a header end: before a paragraph of text, or where nothing stands for long."""
        before = header
        for row in self.grid.rows[bisect_right(self.grid.rows, header) : bisect_right(self.grid.rows, last)]:
            texts = [self.texts.at(row, column) for column in self.grid.columns(row)]
            if row - before > _GAP or (len(texts) == 1 and len(texts[0]) > _PARAGRAPH):
                return before
            before = row
        return before

    def _candidates(self) -> list[int]:
        """Rows that may end a header: several known headers, or the last text above a run of names."""
        found: set[int] = set()
        previous = 0
        for row in self.grid.rows:
            if row in self.grid.named:  # no header names an indicator
                if previous and previous not in self.grid.named:
                    found.add(previous)
                previous = row
                continue
            weight = 0
            for column in self.grid.columns(row):
                text = folded(self.texts.shown(row, column))
                if text in self.grid.heads:
                    weight += 2
                elif text in self.vocabulary.known or is_unit(text) or (text and month_of(text)[0]):
                    weight += 1
            if weight >= 2:
                found.add(row)
            previous = row
        return sorted(found)

    def _at(self, row: int) -> Iterator[Piece]:
        """The best reading of a row as the last one of a header; one for each table side by side."""
        starts = self._starts(row)
        for left, after in zip(starts, [*starts[1:], self.grid.width + 1], strict=True):
            best = self._best(row, left, after - 1)
            if best is not None:
                yield best

    def _best(self, row: int, left: int, right: int) -> Piece | None:
        """The table that fits a header best; unknown spellings are looked at only where they matter."""
        pieces = [self.read(table, row, left, right, tolerant=False) for table in self.vocabulary.tables]
        fitting = sorted((p for p in pieces if p.score > 0), key=lambda p: -p.score)
        if fitting and all(seen.column for seen in fitting[0].seen):
            return fitting[0]
        if not fitting and not any(
            below in self.grid.named for below in range(row + 1, row + HEADER_LINES + 1)
        ):
            return None
        tables = [piece.table for piece in fitting[:3]] or self.vocabulary.tables
        read = [self.read(table, row, left, right) for table in tables]
        return max((p for p in read if p.score > 0), key=lambda p: p.score, default=None)

    def _starts(self, row: int) -> list[int]:
        """Where tables side by side begin: at each further header of names, or the number before it."""
        heads = [
            column
            for column in self.grid.columns(row)
            if folded(self.texts.at(row, column)) in self.grid.heads
            and any(self._names_indicator(below, column) for below in range(row + 1, row + 6))
        ]
        numbered = [folded(self.texts.at(row, column - 1)) in ("no", "nomor") for column in heads]
        return [1, *(c - n for c, n in zip(heads[1:], numbered[1:], strict=True))]

    def _names_indicator(self, row: int, column: int) -> bool:
        slug = self.grid.subjects.get((row, column))
        return slug is not None and row_kind(slug, self.grid.year) == INDICATOR

    def told(self, pieces: Sequence[Piece], row: int, headers: Sequence[Told], source: str) -> list[Piece]:
        """The pieces, with what a mapping says of the header in `row` in the place of what was recognised.

        The header may have moved up or down with its texts as they were; `BookError` when it is not there.
        """
        found = self._found(row, headers, source)
        top = self.grid.top(found, 1, self.grid.width)
        numbers = [told.number for told in headers]
        kept = [
            p
            for p in pieces
            if not (p.top <= found <= p.header or p.header == found)
            or not (p.left <= max(numbers) and min(numbers) <= p.right)
        ]
        for key in dict.fromkeys(told.table for told in headers if told.table):
            seen = [
                Seen(found, t.number, t.text, t.column, t.month, EXACT, "pemetaan")
                if t.table == key
                else Seen(found, t.number, t.text)
                for t in headers
            ]
            table = table_of(self.vocabulary.layout, key)
            if table is not None:
                name = self.texts.sheet.name
                kept.append(Piece(name, table, top, found, seen, 1, self.grid.width, role=table.key))
        return sorted(kept, key=lambda p: (p.header, p.left))

    def _found(self, row: int, headers: Sequence[Told], source: str) -> int:
        def fits(there: int) -> bool:
            top = self.grid.top(there, 1, self.grid.width)
            return all(
                normalise(told.text)
                in {normalise(self.grid.shown(line, there, told.number)) for line in range(top, there + 1)}
                for told in headers
            )

        if fits(row):
            return row
        moved = [there for there in self.grid.rows if fits(there)]
        if len(moved) != 1:
            told = headers[0]
            raise BookError(
                "PETA03",
                f"{source}: lembar {self.texts.sheet.name} tidak memuat judul kolom “{told.text}” "
                f"di {a1(told.row, told.number)} seperti pada pemetaan.",
                "Buat pemetaan baru dengan lokapom-xl map.",
            )
        return moved[0]

    def _same_header(self, one: Piece, other: Piece) -> bool:
        """Whether two readings are of one header: no name stands between them."""
        if not one.beside(other):
            return False
        first, last = sorted((one.header, other.header))
        return not any(first < row <= last for row in self.grid.named) and last - first <= HEADER_LINES

    def _title(self, piece: Piece, above: int) -> str:
        """The nearest text above the header, if a title stands there."""
        for row in range(piece.top - 1, max(above, piece.top - 6), -1):
            if row in self.grid.named:
                return ""
            cells = [self.texts.sheet.cells[row, column] for column in self.grid.columns(row)]
            if any(isinstance(to_number(cell.value), Decimal) for cell in cells):
                return ""  # a row of the table above
            texts = [self.texts.at(row, column).strip() for column in self.grid.columns(row)]
            if any(texts):
                return next(text for text in texts if text)
        return ""

    def _carries(self, piece: Piece) -> bool:
        return any(piece.header < row <= piece.last for row in self.grid.rows)
