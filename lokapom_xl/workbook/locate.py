"""Find the tables of a layout in a workbook as it is: by header texts and row names.

Staff insert rows, move columns and rename sheets, so nothing is looked up by a fixed address. What
could not be found, is there twice, or was recognised only inexactly becomes a `Problem`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from .. import regulations
from ..numbers import Scalar, to_number
from ..regulations import Match, NotReviewed
from .address import a1
from .cells import Key, Placed, Positions
from .errors import BookError
from .headers import EXACT, folded, guesses, names_of
from .layout import (
    BASES,
    INDICATOR,
    MONTH_SLUG,
    MONTHS,
    PROSE_ROWS,
    QUARTERS,
    RECAP_SHEET,
    RECAP_TEXTS_SHEET,
    RULES_SHEET,
    SUMMARIES,
    TOTAL,
    Column,
    Layout,
    Table,
    dated,
    month_key,
    period_name,
    plan_rows,
    row_kind,
)
from .read import Book, Cell, Sheet
from .recognition import Recognition
from .rules_sheet import rule_cells
from .tables import KINDS, layout
from .tables.prose import statement_of, subject_of
from .texts import Texts, named_area, named_text, named_year
from .units import is_unit, same_unit

_HEADER_SEARCH_ROWS = 40
_MIN_HEADER_SHARE = 0.6
"""A sheet under another name is taken for a table's when it has this share of its headers."""


@dataclass(frozen=True)
class Problem:
    """Something about the structure; `kind` names the check that reports it."""

    kind: str
    table: str
    sheet: str = ""
    cell: str = ""
    written: str = ""
    expected: str = ""
    suggestion: str = ""
    slug: str = ""


@dataclass
class BookView:
    """A workbook seen through its layout: where every cell of the contract is.

    Of a book that is not ours, `said` holds what its named cells would, and `recognition` how its tables
    were found.
    """

    book: Book
    layout: Layout
    year: int
    rule_year: int
    positions: Positions
    fields: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    said: dict[str, Scalar] = field(default_factory=dict)
    recognition: Recognition | None = None
    _texts: dict[str, Texts] = field(default_factory=dict, repr=False)

    def cell(self, key: Key) -> Cell | None:
        """What stands in a located cell; None when the cell is empty, or not there at all."""
        if not self.positions.has(key):
            return None
        sheet, row, column = self.positions.at(key)
        return self.book.sheets[sheet].cells.get((row, column))

    def address(self, key: Key) -> tuple[str, str]:
        """Sheet and A1 address of a located cell."""
        sheet, row, column = self.positions.at(key)
        return sheet, a1(row, column)

    def texts(self, sheet: str) -> Texts:
        """The texts of a sheet; the same object whenever it is asked for."""
        if sheet not in self._texts:
            self._texts[sheet] = Texts(self.book.sheets[sheet], self.book)
        return self._texts[sheet]

    def named(self, name: str) -> Scalar:
        """What a named cell outside the tables holds."""
        if name in self.said:
            return self.said[name]
        place = self.fields.get(name)
        cell = self.book.sheets[place[0]].cells.get(place[1:]) if place else None
        return cell.value if cell is not None else None

    def located(self) -> Sequence[tuple[Table, Column, Key]]:
        """Every located cell of every table, table by table, row by row."""
        return self._located

    @cached_property
    def _located(self) -> tuple[tuple[Table, Column, Key], ...]:
        return tuple(self._locate())

    def _locate(self) -> Iterator[tuple[Table, Column, Key]]:
        for table in self.layout.tables:
            placed = self.positions.tables.get(table.key)
            if placed is None:
                continue
            for row in placed.rows:
                there = placed.columns_of(row)
                for column in table.columns:
                    if column.key in there:
                        yield table, column, Key(table.key, row, column.key)


def open_view(book: Book) -> BookView:
    """The view of a book made by this product; `BookError` when it is none or its year has no rules."""
    kind = named_text(book, "JENIS_BUKU")
    if kind is None or kind.removesuffix("-tercetak") not in KINDS:
        raise BookError(
            "STR01",
            f"{book.path.name} bukan buku RAPK atau Efisiensi: nama JENIS_BUKU tidak ditemukan.",
            "Pakai buku yang dibuat dengan lokapom-xl new.",
        )
    year, rule_year = (named_year(book, name) for name in ("TAHUN", "ATURAN_TAHUN"))
    try:
        regulations.indicators(rule_year)
        plan = layout(kind, rule_year)
    except NotReviewed as problem:
        raise BookError("ATR01", f"{book.path.name}: {problem.message}", "") from problem
    view = BookView(book, plan, year, rule_year, Positions(rule_year))
    for item in plan.fields:
        place = named_area(book, item.name)
        if place is not None:
            view.fields[item.name] = place
        else:
            view.problems.append(Problem("nama-hilang", "", item.sheet, expected=item.name))
    taken: dict[str, str] = {}
    for table in plan.tables:
        _locate_table(view, table, taken)
    if not plan.printed:
        for name in rule_cells(rule_year):
            if named_area(book, name) is None:
                view.problems.append(Problem("nama-aturan-hilang", "", RULES_SHEET, expected=name))
    return view


# --- tables --------------------------------------------------------------------------------------


def _header_texts(column: Column, view: BookView) -> set[str]:
    # Data files are headed by keys, and so are the tables made of them.
    key = (column.key,) if view.layout.printed else ()
    texts = [dated(text, view.year) for text in (column.header, *key, *column.aliases)]
    if column.heading_of:
        texts.append(named_text(view.book, column.heading_of) or "")
    return {regulations.normalise(text) for text in texts}


_Names = list[tuple[Column, set[str], str]]
"""The columns of a table, each with all that its header may say, and its group's header."""


def _spelt(table: Table, view: BookView) -> _Names:
    year = view.year
    return [(c, _header_texts(c, view), regulations.normalise(dated(c.group, year))) for c in table.columns]


def _match_headers(names_of: _Names, texts: Texts, row: int) -> dict[str, int]:
    """Which column number carries which column, if `row` is the last header row of the table."""
    found: dict[str, int] = {}
    over = texts.normalised(row - 1)
    shown = {c: (text, over.get(c, "")) for c, text in texts.normalised(row).items()}
    # With its group first ("Output / Target"), then by its own text alone.
    for with_group in (True, False):
        for column, names, group in names_of:
            if column.key in found or (with_group and not column.group):
                continue
            for number, (text, above) in shown.items():
                if number in found.values() or text not in names:
                    continue
                if with_group and above != group:
                    continue
                found[column.key] = number
                break
    return found


def _best_header(table: Table, sheet: Sheet, view: BookView) -> tuple[int, dict[str, int], Texts]:
    texts = view.texts(sheet.name)
    best_row, best = 0, dict[str, int]()
    rows = sorted({r for r, _ in sheet.cells if r <= _HEADER_SEARCH_ROWS})
    spelt = _spelt(table, view)
    for row in rows:
        found = _match_headers(spelt, texts, row)
        if table.name_column in found and len(found) > len(best):
            best_row, best = row, found
    return best_row, best, texts


def _respelled(
    view: BookView, table: Table, texts: Texts, header: int, columns: dict[str, int]
) -> tuple[int, dict[str, int]]:
    """The header with the columns whose titles resemble what they should be, where one was not found.

    A header that resembles none stays unknown: what stands below it is not guessed.
    """
    wanted = {c.key for c in table.columns if not c.heading_of}
    strange = texts.normalised(header).keys() - columns.values()
    if header and (wanted <= columns.keys() or not strange):
        return header, columns
    names = names_of(table, view.year, keys=view.layout.printed)
    best, seen = (header, columns), dict[str, tuple[int, str]]()
    rows = [header] if header else sorted({r for r, _ in texts.sheet.cells if r <= _HEADER_SEARCH_ROWS})
    for row in rows:
        found = dict(columns) if header else _match_headers(_spelt(table, view), texts, row)
        options = sorted(
            (-guess.surely, -guess.lines, number, guess.column)
            for number in texts.normalised(row)
            if number not in found.values()
            for guess in guesses([folded(texts.at(r, number)) for r in (row - 1, row)], names)
            if guess.column in wanted
        )
        close: dict[str, tuple[int, str]] = {}
        for surely, _, number, key in options:
            if key not in found and number not in found.values():
                found[key] = number
                if -surely < EXACT:
                    close[key] = number, texts.at(row, number)
        if table.name_column in found and len(found) > len(best[1]) and 2 * len(found) > len(wanted):
            best, seen = (row, found), close
    for key, (number, text) in seen.items():
        title = _title(table, key, view.year)
        view.problems.append(
            Problem("kolom-tidak-persis", table.key, texts.sheet.name, a1(best[0], number), text, title)
        )
    return best


def _locate_table(view: BookView, table: Table, taken: dict[str, str]) -> None:
    """`taken`: the sheet of the book that has the place of a sheet of the layout."""
    names = {regulations.normalise(name): name for name in view.book.sheets}
    name = names.get(regulations.normalise(table.sheet)) or taken.get(table.sheet)
    if name is not None:
        header, columns, texts = _best_header(table, view.book.sheets[name], view)
    else:
        own = (*(t.sheet for t in view.layout.tables), RECAP_SHEET, RECAP_TEXTS_SHEET)
        wanted = set(map(regulations.normalise, own))
        candidates = [n for key, n in names.items() if key not in wanted and n not in taken.values()]
        scored = [(n, *_best_header(table, view.book.sheets[n], view)) for n in candidates]
        scored.sort(key=lambda item: -len(item[2]))
        if not scored or len(scored[0][2]) < _MIN_HEADER_SHARE * len(table.columns):
            view.problems.append(Problem("lembar-hilang", table.key, expected=table.sheet))
            return
        name, header, columns, texts = scored[0]
        view.problems.append(
            Problem("lembar-berganti-nama", table.key, name, written=name, expected=table.sheet)
        )
    taken[table.sheet] = name
    header, columns = _respelled(view, table, texts, header, columns)
    if not header:
        view.problems.append(
            Problem("kepala-hilang", table.key, name, expected=_title(table, table.name_column, view.year))
        )
        return
    _locate_units(view, table, columns, texts, header)
    placed = Placed(name, columns=columns, header=header)
    view.positions.tables[table.key] = placed
    for column in table.columns:
        if column.key not in columns and not column.optional:
            view.problems.append(
                Problem(
                    "kolom-hilang",
                    table.key,
                    name,
                    a1(header, 1),
                    expected=_title(table, column.key, view.year),
                )
            )
    if table.rows == "tunggal":
        placed.rows[TOTAL] = single_row(placed, header, texts)
    elif table.rows == PROSE_ROWS:
        locate_statements(view, placed, header, texts)
    elif table.listed:
        locate_list(view, table, placed, header, texts)
    else:
        _locate_rows(view, table, placed, header, texts)


def _locate_units(view: BookView, table: Table, columns: dict[str, int], texts: Texts, header: int) -> None:
    """Headers that name an office: the book's own one, and the others in their order."""
    free = [c.key for c in table.columns if c.heading_of and c.key not in columns]
    own = next((c.key for c in table.columns if c.heading_of == "NAMA_UNIT"), "")
    taken = set(columns.values())
    for number in sorted(c for r, c in texts.sheet.cells if r == header and c not in taken):
        text = texts.at(header, number)
        if not free or not is_unit(text):
            continue
        if own in free and same_unit(text, named_text(view.book, "NAMA_UNIT") or ""):
            columns[own] = number
            free.remove(own)
        elif others := [key for key in free if key != own]:
            columns[others[0]] = number
            free.remove(others[0])


def _title(table: Table, key: str, year: int) -> str:
    column = table.column(key)
    return dated(f"{column.group} / {column.header}" if column.group else column.header, year)


def _locate_rows(view: BookView, table: Table, placed: Placed, header: int, texts: Texts) -> None:
    column = placed.columns[table.name_column]
    headers = _header_texts(table.column(table.name_column), view)
    last = texts.last_row
    plan = plan_rows(table, view.rule_year)
    names = {row.key: row.name for row in plan}
    # What is no indicator and no level of the measurement is known by the plan alone.
    other = {
        regulations.normalise(row.name): row.slug
        for row in plan
        if row.slug == MONTH_SLUG or row.kind in SUMMARIES
    }
    strays: list[tuple[int, str, Problem]] = []
    last_known = header
    for row in range(header + 1, last + 1):
        text = texts.at(row, column)
        if not text.strip() or regulations.normalise(text) in headers:
            continue
        where = a1(row, column)
        slug = other.get(regulations.normalise(text))
        match = Match(slug, None, True) if slug else regulations.match(text, view.rule_year)
        key = _row_key(table, placed, texts, row, match.slug)
        # A row of another table (a total under a plan without one) is no row of this table.
        if key is None or (not view.layout.printed and key not in names):
            problem = Problem(
                "baris-tak-dikenal", table.key, placed.sheet, where, text, suggestion=match.suggestion or ""
            )
            strays.append((row, text, problem))
            continue
        last_known = row
        if key in placed.rows:
            first = a1(placed.rows[key], column)
            view.problems.append(
                Problem("baris-ganda", table.key, placed.sheet, where, text, first, slug=match.slug or "")
            )
            continue
        placed.rows[key] = row
        if not match.exact and not view.layout.printed:
            view.problems.append(
                Problem(
                    "baris-tidak-persis",
                    table.key,
                    placed.sheet,
                    where,
                    text,
                    names[key],
                    slug=match.slug or "",
                )
            )
    view.problems += [
        p for row, _, p in strays if row < last_known or _has_numbers(table, placed, texts.sheet, row)
    ]
    if not view.layout.printed:
        for expected in plan_rows(table, view.rule_year):
            if expected.key not in placed.rows:
                label = f"{period_name(table.rows, expected.month)} " if expected.month else ""
                view.problems.append(
                    Problem(
                        "baris-hilang",
                        table.key,
                        placed.sheet,
                        expected=label + expected.name,
                        slug=expected.slug,
                    )
                )


def single_row(placed: Placed, header: int, texts: Texts) -> int:
    """The only row of a table: the first below the header in which something stands."""
    columns = placed.columns.values()
    below = (
        r for r in range(header + 1, texts.last_row + 1) if any((r, c) in texts.sheet.cells for c in columns)
    )
    return next(below, header + 1)


def locate_list(
    view: BookView, table: Table, placed: Placed, header: int, texts: Texts, last: int = 0
) -> None:
    """The rows of a list are known by their numbers, the total by its name; `last` may end it."""
    plan = {row.key: row for row in plan_rows(table, view.rule_year)}
    column = placed.columns[table.name_column]
    beside = min((number for number in placed.columns.values() if number > column), default=column)
    summaries = {regulations.normalise(row.name): key for key, row in plan.items() if key in SUMMARIES}
    for row in range(header + 1, (last or texts.last_row) + 1):
        value = _value(texts.sheet, row, column)
        key = f"{value:f}" if isinstance(value, Decimal) else str(value or "").strip()
        for place in (column, beside):
            key = summaries.get(regulations.normalise(texts.at(row, place)), key)
        if not key and view.layout.printed and "1" in placed.rows:
            # Printed numbers are texts.
            values = [to_number(_value(texts.sheet, row, number)) for number in placed.columns.values()]
            key = TOTAL if any(isinstance(value, Decimal) for value in values) else key
        if key in plan and key not in placed.rows:
            placed.rows[key] = row
    for expected in plan.values():
        if expected.key not in placed.rows and not view.layout.printed:
            problem = Problem("baris-hilang", table.key, placed.sheet, expected=expected.name)
            view.problems.append(problem)


def locate_statements(view: BookView, placed: Placed, header: int, texts: Texts, last: int = 0) -> None:
    """Every row by its subject and its statement. A section about an indicator tells the subject.

    The sentences themselves number indicators wrongly; a section about an objective speaks of its indicators.
    """
    year = view.rule_year

    def text(row: int, column: str) -> str:
        return texts.at(row, placed.columns.get(column, 0))

    for row in range(header + 1, (last or texts.last_row) + 1):
        if text(row, "hal"):
            section, named = (subject_of(text(row, column), year) for column in ("bagian", "ikss"))
            slug = section if row_kind(section, year) == INDICATOR or named == TOTAL else named
            number = statement_of(text(row, "hal"), text(row, "kutipan"), year)
            placed.rows[f"{month_key(slug, number)}.{row}"] = row


def _has_numbers(table: Table, placed: Placed, sheet: Sheet, row: int) -> bool:
    """A stray row below the table counts only when it carries numbers in the table's columns."""
    return any(
        c.numeric and isinstance(_value(sheet, row, placed.columns.get(c.key, 0)), Decimal)
        for c in table.columns
    )


def _value(sheet: Sheet, row: int, column: int) -> Scalar:
    cell = sheet.cells.get((row, column))
    return cell.value if cell else None


def _row_key(table: Table, placed: Placed, texts: Texts, row: int, slug: str | None) -> str | None:
    """The row's key: its slug, with its period in tables that have each row several times."""
    if slug is None or table.rows not in _PERIODS:
        return slug
    column, read = _PERIODS[table.rows]
    period = read(_value(texts.sheet, row, placed.columns.get(column, 0)))
    return month_key(slug, period) if period else None


def read_quarter(value: object) -> int:
    """The last month of the quarter `TW III`, `III` or `3`; 0 when it is none."""
    text = re.sub(r"^(TW|TRIWULAN)\b", "", str(value if value is not None else "").strip().upper()).strip()
    for number, name in enumerate(QUARTERS, 1):
        if text in (name, str(number)):
            return 3 * number
    return 0


_MONTH = re.compile(r"\s*B?\s*0?(\d{1,2})\s*", re.IGNORECASE)


def read_month(value: object) -> int:
    """The month of `B09`, `9` or `September`; 0 when it is none."""
    text = str(value if value is not None else "")
    match = _MONTH.fullmatch(text)
    if match:
        number = int(match[1])
        return number if 1 <= number <= 12 else 0
    folded = text.strip().casefold()
    return next((i for i, name in enumerate(MONTHS, 1) if name.casefold() == folded), 0)


def read_basis(value: object) -> int:
    """Which of the `BASES` a text names, from 1; 0 when it is none."""
    wanted = regulations.normalise(str(value if value is not None else ""))
    return next((i for i, name in enumerate(BASES, 1) if regulations.normalise(name) == wanted), 0)


_PERIODS: dict[str, tuple[str, Callable[[object], int]]] = {
    "bulanan": ("bulan", read_month),
    "triwulanan": ("triwulan", read_quarter),
    "klaster": ("dasar", read_basis),
    "bulan": ("nama_bulan", read_month),
}
"""By kind of rows: the column that tells the period, and how it is read."""
