"""One header: which column of a table each of its cells is, and how well the table fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...regulations import normalise
from ..headers import EXACT, LOOSE, month_of, quarter_of
from ..layout import Table
from ..spellings import NUMBERS
from ..units import is_unit, same_unit
from .forms import QUARTERLY, by_name
from .grid import Grid
from .piece import Piece, Seen
from .vocabulary import Vocabulary

_NOTHING = ("", 0, 0, "")
_SURE_WITHOUT_NAME = 2
"""Columns that must be sure where no header says that names stand below it."""

_FROM_CONTENT = 90
"""How surely a column is that of the names when only its content says so."""

_By = dict[int, tuple[str, int, int, str]]
"""By the number of a column: its key, the month of its block, how surely (per cent), and what says so."""


class HeaderReader:
    """Reads headers of one sheet as those of given tables."""

    def __init__(self, grid: Grid, vocabulary: Vocabulary, unit: str) -> None:
        self.grid, self.vocabulary, self.unit = grid, vocabulary, unit

    def read(
        self, table: Table, row: int, left: int, right: int, monthly: bool = True, tolerant: bool = True
    ) -> Piece:
        """The row as the last one of a header of that table, with how well it fits.

        Not `monthly`: without the headers that stand in the block of a month. `tolerant`: also by likeness.
        """
        heading = self.grid.heading(row, left, right)
        headers, months, top = heading.lines, heading.months, heading.top
        if not monthly:
            headers = {column: lines for column, lines in headers.items() if not months[column][0]}
        if len(set(heading.quarters.values())) > 1:  # no table has the blocks of several quarters
            headers = {column: lines for column, lines in headers.items() if column not in heading.quarters}
        periodic = table.rows == "bulanan"
        wide = periodic and len({month for month, _ in months.values()} - {0}) > 1
        used = {column: months[column][1] for column in headers} if periodic else headers
        by = self._chosen(table, used, {c: m for c, (m, _) in months.items()} if wide else {}, tolerant)
        if table.key in self.vocabulary.bodies and not self.vocabulary.bodies[table.key].intersection(
            key for key, *_ in by.values()
        ):
            return Piece(self.grid.texts.sheet.name, table, top, row, [], left, right)
        self._add_units(table, row, headers, by)
        self._add_names(table, row, headers, by)
        self._add_numbers(table, headers, by)
        seen = [
            Seen(row, column, heading.shown.get(column, ""), *by.get(column, _NOTHING))
            for column in sorted({*headers, *by, *(heading.lines if monthly else ())})
        ]
        piece = Piece(self.grid.texts.sheet.name, table, top, row, seen, left, right)
        if periodic and not wide:
            near = self.grid.said_near(top)
            named = [month for month, _ in months.values()] + [month_of(text)[0] for text in near]
            piece.month = next((month for month in named if month), 0)
        piece.score = self._score(piece) if self._has_period(piece, wide) else 0.0
        return piece

    def _has_period(self, piece: Piece, wide: bool) -> bool:
        """Whether a table of months or of a quarter tells which; one that does not is no such table."""
        if piece.table.rows == "bulanan":
            return wide or piece.month > 0 or "bulan" in piece.columns
        if piece.table.key != QUARTERLY or normalise(piece.sheet) in map(
            normalise, (QUARTERLY, piece.table.sheet)
        ):
            return True
        texts = [*(seen.text for seen in piece.seen), *self.grid.said_near(piece.top)]
        return any(quarter_of(text) for text in texts)

    def _chosen(
        self,
        table: Table,
        headers: Mapping[int, Sequence[str]],
        months: Mapping[int, int],
        tolerant: bool,
    ) -> _By:
        """The surest columns first; each header is one column, each column (of a month) one header."""
        order = {column.key: number for number, column in enumerate(table.columns)}
        # What is a known header of another table is no misspelt one of this.
        known = {
            column for column, lines in headers.items() if self.vocabulary.known.intersection(lines[-1:])
        }
        options = [
            (-guess.surely, -guess.lines, column, order[guess.column], guess.column)
            for column, lines in headers.items()
            for guess in self.vocabulary.guesses(table.key, lines, tolerant and column not in known)
        ]
        by: _By = {}
        taken: set[tuple[str, int]] = set()
        for surely, _, column, _, key in sorted(options):
            month = months.get(column, 0)
            if column not in by and (key, month) not in taken:
                by[column] = key, month, -surely, "judul"
                taken.add((key, month))
        return by

    def _add_units(
        self,
        table: Table,
        row: int,
        headers: Mapping[int, Sequence[str]],
        by: _By,
    ) -> None:
        """Headers that name an office: the book's own one, and the others in their order."""
        own = next((c.key for c in table.columns if c.heading_of == "NAMA_UNIT"), "")
        others = [c.key for c in table.columns if c.heading_of and c.key != own]
        for column in sorted(headers):
            text = self.grid.texts.at(row, column)
            if column in by or not own or not is_unit(text):
                continue
            if self.unit and same_unit(text, self.unit):
                by[column] = own, 0, EXACT, "nama unit"
            elif others:
                by[column] = others.pop(0), 0, EXACT, "nama unit"

    def _add_names(
        self,
        table: Table,
        row: int,
        headers: Mapping[int, Sequence[str]],
        by: _By,
    ) -> None:
        """The column of the names: among those under its header, or at all, the one that holds names."""
        if not by_name(table):
            return
        known = next((c for c, (key, *_) in by.items() if key == table.name_column), 0)
        below = {column: self.grid.names_below(table, row, column) for column in headers if column not in by}
        counts = {}
        if known:
            counts = {c: n for c, n in below.items() if headers[c] == headers[known]}
            if known + 1 not in headers:  # a header over two columns that is not merged any more
                counts[known + 1] = self.grid.names_below(table, row, known + 1)
            counts[known] = self.grid.names_below(table, row, known)
        if not any(counts.values()):  # its header tells something else, or nothing: its content tells
            beside = (c + 1 for c in headers if c + 1 not in headers and c + 1 <= self.grid.width)
            counts = {**below, **{c: self.grid.names_below(table, row, c) for c in beside}}
            counts = {c: n for c, n in counts.items() if n > 1}
        best = max(counts, key=lambda c: (counts[c], c == known), default=0)
        if best and best != known:
            same = known and headers.get(best, headers[known]) == headers[known]
            told = by.pop(known) if known else None
            by[best] = told if told and same else (table.name_column, 0, _FROM_CONTENT, "isi kolom")

    def _add_numbers(self, table: Table, headers: Mapping[int, Sequence[str]], by: _By) -> None:
        """A header over two columns: the first has the number of what the second names."""
        free = {column.key for column in table.columns} - {key for key, *_ in by.values()}
        for first in sorted(headers):
            second = first + 1
            if headers.get(second, headers[first]) != headers[first] or (first in by) == (second in by):
                continue
            named = by[first] if first in by else by[second]
            number = next((key for key in NUMBERS.get(named[0], ()) if key in free), "")
            if number:
                by[first], by[second] = (number, *named[1:]), named

    def _score(self, piece: Piece) -> float:
        """How well the header fits: what was recognised, less what is strange and what is missing."""
        table = piece.table
        found = {seen.column for seen in piece.seen if seen.column}
        body = [c for c in table.columns if c.key in found and c.key != table.name_column and not c.optional]
        units = [c for c in table.columns if c.heading_of]
        if table.name_column not in found or not body:
            return 0.0
        if units and len(found.intersection(c.key for c in units)) < 2:
            return 0.0
        lacking = [c for c in table.columns if c.key not in found and not c.optional and not c.heading_of]
        missing = [c for c in lacking if c.numeric or c.unit == "label"]
        if len(missing) > len(body) or (len(body) == 1 and len(lacking) - len(missing) > 1):
            return 0.0
        told = next(seen for seen in piece.seen if seen.column == table.name_column)
        sure = sum(seen.surely >= LOOSE for seen in piece.seen if seen.column != table.name_column)
        if told.surely < LOOSE and sure < _SURE_WITHOUT_NAME:
            return 0.0
        score = sum(seen.surely / 100 for seen in piece.seen if seen.column)
        score -= 0.4 * sum(1 for seen in piece.seen if not seen.column) + 0.7 * len(missing)
        score -= 0.1 * (piece.header - piece.top)  # of two readings the one with less above it
        name = normalise(piece.sheet)
        if name in (normalise(table.sheet), normalise(table.key)):
            score += 3
        elif by_name(table):
            rows = self.grid.names_below(table, piece.header, piece.columns.get(table.name_column, 0))
            if not rows:
                return 0.0
        return score
