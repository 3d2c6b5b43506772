"""Workbooks that this product did not make: find the tables of a report in them, and say how surely.

Nothing is looked up by address or by the name of a sheet. Headers tell the tables, with tolerance for how
people write them; rows are known by exact names and declared aliases only, for what resembles a name may be
another indicator. What comes out is a `BookView` like that of a book as printed, for the same checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from ... import regulations
from ...numbers import Scalar, to_number
from ...regulations import NotReviewed, normalise
from ..address import a1, parse_a1
from ..cells import Positions
from ..errors import BookError
from ..headers import LOOSE
from ..layout import FINDINGS_SHEET, Column, dated
from ..locate import BookView, Problem, open_view
from ..read import Book
from ..recognition import HeaderSeen, NameUnknown, Recognition, TableSeen
from ..texts import named_text
from . import identity, mapping
from .forms import MONITORING, PLAN, by_name, known_tables, plan, sought
from .mapping import Corrections
from .names import subject, suggestion
from .piece import Piece, Seen
from .pieces import Reader
from .roles import Group, assign, grouped, place
from .rows import lines
from .vocabulary import Vocabulary

__all__ = ["Corrections", "is_ours", "mapping", "open_any", "recognition_of"]


def is_ours(book: Book) -> bool:
    """Whether this product made the book."""
    return named_text(book, "JENIS_BUKU") is not None


def open_any(book: Book, year: int = 0, told: Corrections | None = None) -> BookView:
    """The view of any book; `year` and `told` are for one that is not ours. `BookError` without tables."""
    return open_view(book) if is_ours(book) else _recognised(book, year, told)


def _recognised(book: Book, year: int, told: Corrections | None) -> BookView:
    year = year or (told.year if told else 0) or identity.year_of(book)
    if not year:
        raise BookError(
            "STR06",
            f"Tahun buku {book.path.name} tidak dikenali dari judul dan nama berkasnya.",
            "Sebutkan dengan --year TAHUN.",
        )
    try:
        regulations.indicators(year)
        layout = known_tables(year)
    except NotReviewed as problem:
        raise BookError("ATR01", f"{book.path.name}: {problem.message}", "") from problem
    unit = (told.unit if told else "") or identity.unit_of(book)
    view = BookView(book, layout, year, year, Positions(year), said={"NAMA_UNIT": unit, "TAHUN": str(year)})
    groups: list[Group] = []
    vocabulary = Vocabulary(layout, sought(layout), year)
    for sheet in book.sheets.values():
        if _is_ours(sheet.name):
            continue  # of an annotated copy
        reader = Reader(view.texts(sheet.name), vocabulary, unit)
        pieces = _with_told(reader, reader.pieces(), told)
        groups += _beside_months(grouped(pieces, reader))
    names = dict(told.names) if told else {}
    for group in groups:
        if by_name(group.first.table):
            group.lines = lines(group.pieces, group.reader, names)
    groups = [g for g in groups if g.subjects or not by_name(g.first.table)]
    if not groups:
        raise BookError(
            "STR01",
            f"{book.path.name}: tidak ada tabel laporan kinerja yang dikenali.",
            "Periksa berkasnya, atau sebutkan tabelnya dengan berkas pemetaan (lokapom-xl map).",
        )
    assign(groups, layout)
    for group in groups:
        group.reread(layout)
    place(view, groups, layout)
    view.recognition = _seen(view, groups)
    view.problems += _doubts(view, view.recognition)
    return view


def _is_ours(sheet: str) -> bool:
    """Whether the product added the sheet; a second one has a number behind its name."""
    return sheet.startswith(FINDINGS_SHEET)


def _beside_months(groups: Sequence[Group]) -> list[Group]:
    """The groups, and for each with blocks of months what stands beside the blocks."""
    found = []
    for group in groups:
        found.append(group)
        first = group.first
        if first.table.key == MONITORING and first.blocks and not first.role:
            pieces = [
                group.reader.read(plan(), p.header, p.left, p.right, monthly=False) for p in group.pieces
            ]
            for piece, months in zip(pieces, group.pieces, strict=True):
                piece.last, piece.title = months.last, months.title
            if pieces[0].score > 0:
                found.append(Group(pieces, group.reader, role=PLAN))
    return found


def _with_told(reader: Reader, pieces: list[Piece], told: Corrections | None) -> list[Piece]:
    """The pieces of a sheet; what the mapping says of a header counts for what was recognised."""
    if told is None:
        return pieces
    sheet = reader.texts.sheet.name
    for (name, row), headers in told.headers.items():
        if normalise(name) != normalise(sheet):
            continue
        pieces = reader.told(pieces, row, headers, told.path.name)
    reader.bound(pieces)
    return pieces


# --- what was recognised ---------------------------------------------------------------------------


def recognition_of(view: BookView) -> Recognition:
    """What of a book was recognised; of our own books every table and column that is there."""
    if view.recognition is not None:
        return view.recognition
    tables = []
    for table in view.layout.tables:
        placed = view.positions.tables.get(table.key)
        if placed is None:
            continue
        texts = view.texts(placed.sheet)
        headers = [
            HeaderSeen(a1(placed.header, n), texts.shown(placed.header, n), key, 100, "judul")
            for key, n in sorted(placed.columns.items(), key=lambda item: item[1])
        ]
        where = a1(placed.header, min(placed.columns.values(), default=1))
        title = dated(table.title, view.year) or table.sheet
        tables.append(TableSeen(placed.sheet, where, table.key, title, len(placed.rows), headers))
    left = [name for name in view.book.sheets if name not in {t.sheet for t in tables}]
    return Recognition(True, view.year, str(view.named("NAMA_UNIT") or ""), tables, left)


def _seen(view: BookView, groups: Sequence[Group]) -> Recognition:
    titles = {table.key: table.sheet for table in view.layout.tables}
    known = {(p.sheet, s.row, s.number) for group in groups for p in group.pieces for s in p.seen if s.column}
    tables = [
        TableSeen(
            piece.sheet,
            a1(piece.header, min(s.number for s in piece.seen if s.column)),
            group.role,
            titles.get(group.role, group.role),
            sum(1 for line in group.lines if line.slug and line.piece is piece)
            or (piece.last - piece.header if not by_name(group.first.table) else 0),
            # What stands beside the blocks of months is read as another table.
            [
                _header(seen)
                for seen in piece.seen
                if seen.column or (piece.sheet, seen.row, seen.number) not in known
            ],
            [
                NameUnknown(a1(line.row, line.number), line.text, suggestion(line.text, view.rule_year))
                for line in group.lines
                if not line.slug and line.piece is piece
            ],
        )
        for group in groups
        for piece in group.pieces
    ]
    left = [name for name in view.book.sheets if name not in {t.sheet for t in tables} and not _is_ours(name)]
    return Recognition(False, view.year, str(view.said.get("NAMA_UNIT") or ""), tables, left)


def _doubts(view: BookView, seen: Recognition) -> Iterator[Problem]:
    """What of the recognition a reader of the report must know."""
    first = next(iter(view.book.sheets))
    count = len({table.table for table in seen.tables})
    yield Problem("buku-lain", "", first, written=f"{count} tabel")
    for table in seen.tables:
        titles = {c.key: _titled(c) for t in view.layout.tables if t.key == table.table for c in t.columns}
        cells = view.book.sheets[table.sheet].cells
        for header in table.headers:
            if header.column and header.by == "judul" and header.surely < LOOSE:
                title = titles.get(header.column.partition("@")[0], header.column)
                yield Problem(
                    "pengenalan-kurang-yakin",
                    table.table,
                    table.sheet,
                    header.cell,
                    header.text,
                    title,
                    suggestion=f"kemiripan {header.surely}%",
                )
            elif header.text and not header.column:
                row, column = parse_a1(header.cell) or (0, 0)
                below = [cells.get((r, column)) for r in range(row + 1, row + 2 + table.rows)]
                if any(cell is not None and _tells(cell.value, view.rule_year) for cell in below):
                    yield Problem("kolom-tidak-diperiksa", table.table, table.sheet, header.cell, header.text)
    yield from _left_out(view)
    for key, placed in view.positions.tables.items():
        if not placed.rows:  # a table without rows is none that was checked
            where = a1(placed.header, min(placed.columns.values(), default=1))
            yield Problem("bagian-tidak-dikenali", key, placed.sheet, where, written=placed.sheet)
    for name in seen.left:
        cells = view.book.sheets[name].cells
        names = [
            cell for cell in cells.values() if isinstance(cell.value, str) and _is_name(cell.value, view)
        ]
        if len(names) >= _SOME and any(isinstance(to_number(c.value), Decimal) for c in cells.values()):
            yield Problem("bagian-tidak-dikenali", "", name, written=name)


def _left_out(view: BookView) -> Iterator[Problem]:
    """Rows with indicators and numbers in no table, on sheets of which something was recognised."""
    used: dict[str, set[int]] = {}
    for _, _, key in view.located():
        sheet, row, _ = view.positions.at(key)
        used.setdefault(sheet, set()).add(row)
    for name, rows in used.items():
        cells = view.book.sheets[name].cells
        numbers = {row for (row, _), cell in cells.items() if isinstance(cell.value, Decimal)}
        left = [
            (row, column)
            for (row, column), cell in cells.items()
            if row in numbers - rows and isinstance(cell.value, str) and _is_name(cell.value, view)
        ]
        if len(left) >= _SOME:
            yield Problem("bagian-tidak-dikenali", "", name, a1(*min(left)), written=name)


@cache
def _labels(year: int) -> frozenset[str]:
    """All labels of scores and levels in the year."""
    subjects = [s for s in ("kriteria", "predikat", "efisiensi") if year in regulations.years_covered(s)]
    return frozenset(
        normalise(band.label)
        for s in subjects
        if "bands" in regulations.version(s, year).data
        for band in regulations.bands(s, year)
    )


def _tells(value: Scalar, year: int) -> bool:
    """Whether a value is one that a report states: a number, or a label."""
    return isinstance(to_number(value), Decimal) or (
        isinstance(value, str) and normalise(value) in _labels(year)
    )


_SOME = 3
"""Names on a sheet that make it one of the report's."""


def _is_name(text: str, view: BookView) -> bool:
    return bool(subject(text, view.rule_year))


def _titled(column: Column) -> str:
    return f"{column.group} / {column.header}" if column.group else column.header


def _header(seen: Seen) -> HeaderSeen:
    column = f"{seen.column}@{seen.month:02d}" if seen.column and seen.month else seen.column
    return HeaderSeen(a1(seen.row, seen.number), seen.text, column, seen.surely, seen.by)
