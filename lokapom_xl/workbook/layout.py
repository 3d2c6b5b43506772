"""What the books look like, as data: tables, columns, and how each computed cell is made.

One declaration drives everything: the template (both editions), `fill`, `compute`, `validate` and
the tests. A computed cell is a `Call` of a record with arguments that say *which* cells, not where
they are; positions are found in the workbook at hand (`locate.py`), because staff insert rows,
move columns and rename sheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Union

from .. import regulations
from ..numbers import Scalar
from ..registry import Function

# --- arguments of a computed cell ----------------------------------------------------------------


@dataclass(frozen=True)
class Same:
    """The cell of another column in the same row."""

    column: str


@dataclass(frozen=True)
class Elsewhere:
    """The cell of the same indicator (or aggregate) in another table; `{month}` is the row's month.

    `slug` names another row than the own one.
    """

    table: str
    column: str
    slug: str = ""


@dataclass(frozen=True)
class SameRow:
    """The cell of the row with the same key (the same indicator and month) in another table."""

    table: str
    column: str


@dataclass(frozen=True)
class Members:
    """The cells of the rows that an aggregate row is the mean of (in `table`, else the same table)."""

    column: str
    table: str = ""


@dataclass(frozen=True)
class Whole:
    """The cells of all rows of the table (and of the row's period) that are no summary; or of `table`."""

    column: str
    table: str = ""


@dataclass(frozen=True)
class At:
    """A cell of the same table in another row or period; what is not named is the row's own.

    A cell of another table stands in the row `slug` there, whatever the row's own period.
    """

    column: str
    slug: str = ""
    period: int = 0
    table: str = ""


@dataclass(frozen=True)
class Across:
    """The cells of several columns in one row; its slug and period are the row's own unless named."""

    columns: tuple[str, ...]
    slug: str = ""
    period: int = 0
    table: str = ""


@dataclass(frozen=True)
class Stated:
    """The cell of the column that stated `name` of the same subject before; `period` is its number."""

    name: str
    period: int = 0


@dataclass(frozen=True)
class Peers:
    """The cells of all rows of another table; of the row's period where it has one."""

    table: str
    column: str


@dataclass(frozen=True)
class Periods:
    """The cells of the same indicator in another table, one for each period, in their order."""

    table: str
    column: str


@dataclass(frozen=True)
class Named:
    """A named cell outside the tables."""

    name: str


@dataclass(frozen=True)
class Constant:
    """A value that is the same in every row."""

    value: Scalar


@dataclass(frozen=True)
class RuleYear:
    """The rule year of the book, in its named cell ATURAN_TAHUN."""


@dataclass(frozen=True)
class OfIndicator:
    """A property of the indicator itself from `indikator.toml`; omitted where it is the default."""

    attribute: str


Arg = Union[
    Same,
    Elsewhere,
    SameRow,
    Members,
    Whole,
    At,
    Across,
    Stated,
    Peers,
    Periods,
    Named,
    Constant,
    RuleYear,
    OfIndicator,
]


@dataclass(frozen=True)
class Call:
    """A computed cell: a function record and, per argument name, the cells it takes."""

    function: Function
    args: Mapping[str, Arg]


# --- columns, tables, books ----------------------------------------------------------------------

INDICATOR, SS, PERSPECTIVE, NPS_TOTAL, TOTAL = "indikator", "ss", "perspektif", "nps-total", "jumlah"
MEAN, RANK, NOTE, GRADE = "rata-rata", "peringkat", "catatan", "predikat"
SUMMARIES = (TOTAL, MEAN, RANK, NOTE, GRADE)
"""Rows that carry their own kind as a slug."""
AGGREGATES = (SS, PERSPECTIVE, NPS_TOTAL)
NPS_TOTAL_SLUG = "total"


NUMERIC = ("points", "ratio", "rupiah", "count")
"""Units of numbers."""

_BODIES = {"klaster": SS, "sasaran": SS, "agregat": PERSPECTIVE}
"""What tables are about that are not about indicators, by their kind of rows."""


@dataclass(frozen=True)
class Column:
    """One column of a table.

    `header` and `aliases` may hold `{year}`, `{year-1}` and the like. `unit` decides number format and
    reading: `points`, `ratio`, `rupiah`, `count` (all numbers), `label` or `text`. `text_of` names the
    row property that the template writes (number, name ...). `entry` says that staff fill it in rows of
    the kind `entry_kind`. `heading_of` is the named cell that the header repeats. `calls` gives the
    computed cells by row kind. `fact` names the quantity, so that the same fact stated in several places
    can be compared. `soft` marks a computed cell that may be typed where its inputs are absent; an
    `optional` column may be missing from a sheet; a `required` entry may not stay blank; what a `signed`
    column states outweighs every other statement of the same fact. `prose` cells are numbers as sentences
    state them ("kedua", "32 orang"), with the decimals that are written. `choices` are offered, not enforced.
    """

    key: str
    header: str
    group: str = ""
    unit: str = "text"
    width: float = 10
    text_of: str = ""
    entry: bool = False
    entry_kind: str = INDICATOR
    heading_of: str = ""
    calls: Mapping[str, Call] = field(default_factory=dict)
    fact: str = ""
    soft: bool = False
    aliases: tuple[str, ...] = ()
    optional: bool = False
    required: bool = False
    signed: bool = False
    prose: bool = False
    choices: tuple[str, ...] = ()

    def call(self, kind: str, period: int = 0) -> Call | None:
        """How the cell in rows of `kind` is computed; `calls` may say it for one period (`ss@1`)."""
        return self.calls.get(f"{kind}@{period}") or self.calls.get(kind)

    def is_entry(self, kind: str) -> bool:
        """Whether staff fill this column in rows of `kind`."""
        return self.entry and kind == self.entry_kind

    @property
    def numeric(self) -> bool:
        return self.unit in NUMERIC

    @property
    def decimals(self) -> int:
        """How many decimals people see and compare."""
        return 0 if self.unit == "count" else 2


_DATED = re.compile(r"\{year([+-]\d)?\}")


def dated(text: str, year: int) -> str:
    """A header with the years of a book of `year`."""
    return _DATED.sub(lambda match: str(year + int(match[1] or 0)), text)


@dataclass(frozen=True)
class Row:
    """One row that a table is expected to have."""

    key: str
    kind: str
    slug: str
    name: str
    number: str = ""
    month: int = 0
    ss: str = ""
    ikss: str = ""
    objective: str = ""
    perspective: str = ""


@dataclass(frozen=True)
class Table:
    """One table on one sheet. `rows` names the plan of its rows (see `plan_rows`).

    A source of a `partial` table need not have all rows of the plan. `lines` is the room that a row has
    for what people write. Without `buttons` the ribbon must do: openpyxl, in the hands of others, keeps
    buttons on nine sheets at most. `total_name` is what the total of a list is called, `grade_name` the
    row of its grade, if it has one. `at` is the number of the first column: tables that share a sheet
    stand side by side, and no header is twice on it.
    """

    key: str
    sheet: str
    title: str
    columns: tuple[Column, ...]
    rows: str = "indikator"
    order: str = "ikss"
    name_column: str = "indikator"
    partial: bool = False
    lines: int = 1
    buttons: bool = True
    total_name: str = "Jumlah"
    grade_name: str = ""
    at: int = 1

    @property
    def body(self) -> str:
        """The kind of the rows that the table is about; all others are summaries."""
        return _BODIES.get(self.rows, INDICATOR)

    @property
    def listed(self) -> int:
        """How many numbered rows a list has; 0 for a table whose rows have names."""
        return int(self.rows.removeprefix("daftar:").partition("+")[0]) if self.rows[:7] == "daftar:" else 0

    def column(self, key: str) -> Column:
        return next(c for c in self.columns if c.key == key)


@dataclass(frozen=True)
class Field:
    """One named cell outside the tables. `column` is its name in data files."""

    key: str
    name: str
    sheet: str
    label: str
    unit: str = "text"
    default: str = ""
    table: str = ""
    entry: bool = True


@dataclass(frozen=True)
class Layout:
    """A kind of book: its tables and named cells. In a `printed` book computed cells are typed."""

    kind: str
    title: str
    tables: tuple[Table, ...]
    fields: tuple[Field, ...] = ()
    printed: bool = False

    def table(self, key: str) -> Table:
        return next(t for t in self.tables if t.key == key)


MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


_MONTHS_OF = {"bulanan": range(1, 13), "triwulanan": range(3, 13, 3)}
"""The months of tables that have each indicator several times."""

QUARTERS = ("I", "II", "III", "IV")

BASES = ("Sebagaimana terbit", "Kenaikan karena penyesuaian", "Tanpa penyesuaian", "Semua disesuaikan")
"""What is said of the units of a cluster, block by block: their scores on the basis of what they published,
what of it is an adjustment, and the scores with nobody and with everybody adjusted."""

PUBLISHED, RAISED, NOBODY, EVERYBODY = range(1, 5)
"""The numbers of the `BASES`."""

PROSE_ROWS = "narasi"
"""Rows that are whatever a report's sentences state."""

MONTH_SLUG = "bulan"
"""The slug of rows that stand for a month of the year and for no indicator."""


def period_name(rows: str, period: int) -> str:
    """What the period of a row is called in a table with such rows."""
    if rows == "klaster":
        return BASES[period - 1]
    return f"TW {QUARTERS[period // 3 - 1]}" if rows == "triwulanan" else f"B{period:02d}"


def month_key(slug: str, month: int) -> str:
    return f"{slug}@{month:02d}"


def plan_rows(table: Table, year: int) -> tuple[Row, ...]:
    """The rows that `table` has in a book of `year`, in the order of the official form.

    `indikator` (`+jumlah`: with a total), `capaian` (with the rows of every level), `bulanan` and
    `triwulanan` (every indicator in every month, or last month of a quarter), `tunggal`, and `daftar:N`
    (N numbered rows for what an office lists; also with `+jumlah`). `agregat`: the summary rows of
    `capaian` alone; `bulan`: one row for each month; `klaster`: every objective, the mean and the rank,
    on each of the `BASES`, and a note; `sasaran`: every objective once, and the mean.
    """
    if table.listed:
        rows = [Row(str(n), INDICATOR, str(n), str(n), str(n)) for n in range(1, table.listed + 1)]
        if "+jumlah" in table.rows:
            rows.append(Row(TOTAL, TOTAL, TOTAL, table.total_name))
        if table.grade_name:
            rows.append(Row(GRADE, GRADE, GRADE, table.grade_name))
        return tuple(rows)
    if table.rows == "bulan":
        return tuple(
            Row(month_key(MONTH_SLUG, m), INDICATOR, MONTH_SLUG, name, str(m), m)
            for m, name in enumerate(MONTHS, 1)
        )
    if table.rows == PROSE_ROWS:
        return ()
    if table.rows == "klaster":
        return tuple(_cluster_rows(year))
    if table.rows == "sasaran":
        rows = [
            Row(o.slug, SS, o.slug, o.name, str(n), ss=o.slug.upper())
            for n, o in enumerate(regulations.objectives(year), 1)
        ]
        return (*rows, Row(MEAN, MEAN, MEAN, table.total_name))
    if table.rows == "agregat":
        return tuple(r for r in plan_rows(replace(table, rows="capaian"), year) if r.kind in AGGREGATES)
    people = {i.slug: i for i in regulations.indicators(year)}
    objectives = {o.slug: o for o in regulations.objectives(year)}
    perspectives = {p.slug: p for p in regulations.perspectives(year)}

    def row(slug: str, number: str, month: int = 0) -> Row:
        indicator = people[slug]
        objective = objectives[indicator.objective]
        return Row(
            key=month_key(slug, month) if month else slug,
            kind=INDICATOR,
            slug=slug,
            name=indicator.name,
            number=number,
            month=month,
            ss=objective.slug.upper(),
            ikss=str(indicator.numbers["ikss"]),
            objective=objective.name,
            perspective=perspectives[objective.perspective].name,
        )

    ordered = list(people)
    if table.order != "ikss":
        ordered.sort(key=lambda slug: int(people[slug].numbers[table.order]))
    if table.rows in _MONTHS_OF:
        months = _MONTHS_OF[table.rows]
        return tuple(row(slug, str(n), m) for m in months for n, slug in enumerate(ordered, 1))
    if table.rows == "tunggal":
        return (Row(TOTAL, TOTAL, TOTAL, ""),)
    if table.rows != "capaian":
        rows = [row(slug, str(n)) for n, slug in enumerate(ordered, 1)]
        if table.rows == "indikator+jumlah":
            rows.append(Row(TOTAL, TOTAL, TOTAL, "Total"))
        return tuple(rows)
    result: list[Row] = []
    number = 0
    for perspective in perspectives.values():
        for objective in objectives.values():
            if objective.perspective != perspective.slug:
                continue
            for slug in ordered:
                if people[slug].objective == objective.slug:
                    number += 1
                    result.append(row(slug, str(number)))
            result.append(_aggregate(SS, objective.slug, year, ss=objective.slug.upper()))
        result.append(_aggregate(PERSPECTIVE, perspective.slug, year))
    result.append(_aggregate(NPS_TOTAL, NPS_TOTAL_SLUG, year))
    return tuple(result)


def _cluster_rows(year: int) -> Iterator[Row]:
    for basis in range(1, len(BASES) + 1):
        for number, objective in enumerate(regulations.objectives(year), 1):
            slug = objective.slug
            yield Row(month_key(slug, basis), SS, slug, objective.name, str(number), basis, ss=slug.upper())
        for slug, name in ((MEAN, "Rata-rata"), (RANK, "Peringkat")) if basis != RAISED else ():
            yield Row(month_key(slug, basis), slug, slug, name, month=basis)
    yield Row(month_key(NOTE, EVERYBODY), NOTE, NOTE, "Catatan", month=EVERYBODY)


def static_text(table: Table, column: Column, row: Row) -> str | int | None:
    """What an official book says of a row by itself: its number, its name, where it belongs."""
    if column.text_of == "period":
        return period_name(table.rows, row.month)
    if column.text_of == "total":
        return row.name if row.kind == TOTAL else None
    if not column.text_of or (row.kind not in (INDICATOR, SS) and column.text_of not in ("name", "ss")):
        return None
    text = str(getattr(row, column.text_of))
    return int(text) if column.text_of == "number" and text else text or None


def aggregate_name(slug: str, year: int) -> str:
    """What a summary row is called: `Capaian SS1`, `NPS TOTAL`."""
    return next((a.name for a in regulations.aggregates(year) if a.slug == slug), slug)


def _aggregate(kind: str, slug: str, year: int, ss: str = "") -> Row:
    return Row(slug, kind, slug, aggregate_name(slug, year), ss=ss)


def row_kind(slug: str, year: int) -> str:
    """The kind of the row that carries `slug`."""
    if slug in SUMMARIES:
        return slug
    if slug == NPS_TOTAL_SLUG:
        return NPS_TOTAL
    if any(o.slug == slug for o in regulations.objectives(year)):
        return SS
    if any(p.slug == slug for p in regulations.perspectives(year)):
        return PERSPECTIVE
    return INDICATOR


GUIDE_SHEET = "Petunjuk"
RULES_SHEET = "Aturan"
FINDINGS_SHEET = "Hasil Pemeriksaan"
"""What a validation adds to a book, or to an annotated copy."""

RECAP_SHEET, RECAP_TEXTS_SHEET = "Rekap", "Rekap Uraian"
"""Where the tables stand as the report prints them: those of numbers, and those of sentences."""
