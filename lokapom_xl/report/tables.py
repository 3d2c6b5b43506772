"""The tables of an official book in the shape in which the yearly report prints them, as pure data.

Every table of the layout has a default shape: its header, its rows in the order of the official form.
Where the report prints something else (another header, perspectives as rows across the table, one
month of many), a `Shape` says so. Nothing here knows of a file format.

The values are those that the rules make of the book's entries; what is stored beside a formula is
never read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .. import regulations
from ..numbers import NOT_MEASURED, CellError, Scalar, indonesian, plain, read_text
from ..workbook.cells import Key
from ..workbook.evaluate import Evaluator
from ..workbook.layout import (
    AGGREGATES,
    INDICATOR,
    MONTHS,
    PERSPECTIVE,
    QUARTERS,
    SS,
    TOTAL,
    Column,
    Field,
    Row,
    Table,
    dated,
    period_name,
    plan_rows,
)
from ..workbook.locate import BookView

LEFT, CENTRE, RIGHT = "left", "center", "right"

# --- what comes out ------------------------------------------------------------------------------


@dataclass(frozen=True)
class TableCell:
    """One cell of a printed table, over one or more rows and columns.

    `source` is the cell of the book that a number or a label comes from; None for other texts.
    """

    text: str
    align: str = LEFT
    bold: bool = False
    rows: int = 1
    columns: int = 1
    source: Key | None = None


Line = tuple[TableCell, ...]
"""The cells that begin in one row; what a cell above still covers is left out."""


@dataclass(frozen=True)
class ReportTable:
    """One table: as it is printed (`header`, `rows`), and flat, one record per row (`columns`, `records`).

    In the records a cell that spans rows is repeated, a row across the table is a column of its own,
    and entries have all their decimals, so that `fill` reads them back as the same numbers.
    """

    key: str
    title: str
    header: tuple[Line, ...]
    rows: tuple[Line, ...]
    widths: tuple[float, ...]
    columns: tuple[str, ...]
    records: tuple[tuple[str, ...], ...]
    note: str = ""


def placed(lines: Sequence[Line]) -> Iterator[tuple[int, int, TableCell]]:
    """Row and column (from 0) of every cell, as the spans of those before it leave room."""
    taken: set[tuple[int, int]] = set()
    for row, line in enumerate(lines):
        column = 0
        for cell in line:
            while (row, column) in taken:
                column += 1
            yield row, column, cell
            taken |= {
                (row + down, column + right) for down in range(cell.rows) for right in range(cell.columns)
            }


# --- how the report prints a table ---------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """One column as printed. `heading`: its header texts from top to bottom; the layout's when empty.

    `form` is put around a value; `blank` is printed for a number that was not entered. A `merged`
    column joins equal cells below each other; a `band` becomes a row across the table where its value
    changes. `counts`: the number of the group of equal values in that column, in place of a value.
    """

    column: str
    heading: tuple[str, ...] = ()
    form: str = "{}"
    blank: str = NOT_MEASURED
    merged: bool = False
    band: bool = False
    counts: str = ""


MONTH, QUARTER = "month", "quarter"


@dataclass(frozen=True)
class Shape:
    """How the report prints `table` of the layout, under `key`.

    `kinds` are the kinds of rows (all when empty), `strong` those in bold. `labels` name summary rows
    otherwise than the book does. With `spread` the name of a summary row reaches to its first value.
    `period` chooses one month of a monthly table: the month asked for, or the last of the quarter.
    """

    key: str
    table: str
    title: str
    columns: tuple[Shown, ...] = ()
    kinds: tuple[str, ...] = ()
    strong: tuple[str, ...] = (*AGGREGATES, TOTAL)
    labels: Mapping[str, str] = field(default_factory=dict)
    spread: bool = True
    period: str = ""


_OBJECTIVE = ("Sasaran Strategis",)
_INDICATOR = ("Indikator Kinerja Sasaran Strategis (IKSS)",)
_ACTUAL = ("Realisasi", "{year}")
_BY_QUARTER = "Triwulan {quarter}"
_FOLLOW_UP = "Tindak Lanjut"

SHAPES = (
    Shape(
        "ringkasan_eksekutif",
        "capaian",
        "Nilai Pencapaian Sasaran (NPS) {unit} Tahun {year}",
        (
            Shown("perspektif", band=True),
            Shown("indikator", _OBJECTIVE),
            Shown("capaian_penyesuaian", ("% Capaian terhadap Target Tahunan",)),
            Shown("kriteria", ("Kriteria",)),
        ),
        kinds=(SS, PERSPECTIVE),
        strong=(PERSPECTIVE,),
        labels={SS: "Capaian Sasaran Strategis {number}"},
    ),
    Shape(
        "pk",
        "pk",
        "Perjanjian Kinerja {unit} Tahun {year}",
        (
            Shown("no", ("No",), merged=True, counts="sasaran"),
            Shown("sasaran", ("Sasaran",), merged=True),
            Shown("indikator", ("Indikator Kinerja",)),
            Shown("target", ("Target",)),
        ),
    ),
    Shape(
        "rapk",
        "rapk",
        "Rencana Aksi Perjanjian Kinerja {unit} Tahun {year}",
        (
            Shown("no", ("No.",), form="{}."),
            Shown("indikator", ("Indikator Kinerja",)),
            *(Shown(f"b{month:02d}", ("Target", f"B{month:02d}"), blank="") for month in range(1, 13)),
            Shown("anggaran", ("Anggaran",)),
        ),
    ),
    Shape(
        "capaian",
        "capaian",
        "Capaian Kinerja {unit} pada Tahun {year}",
        (
            Shown("perspektif", band=True),
            Shown("ss", _OBJECTIVE, merged=True),
            Shown("sasaran", _OBJECTIVE, merged=True),
            Shown("ikss", _INDICATOR),
            Shown("indikator", _INDICATOR),
            Shown("target", ("Target",)),
            Shown("pembilang", (*_ACTUAL, "Pembilang")),
            Shown("penyebut", (*_ACTUAL, "Penyebut")),
            Shown("realisasi", (*_ACTUAL, "Realisasi")),
            Shown("capaian", ("Capaian Terhadap Target",)),
            Shown("capaian_penyesuaian", ("Capaian Penyesuaian",)),
            Shown("kriteria", ("Kriteria",)),
        ),
    ),
    Shape(
        "triwulan",
        "triwulan",
        "Tindak Lanjut Rekomendasi Evaluasi Triwulan {quarter} Tahun {year}",
        (
            Shown("no", ("No.",)),
            Shown("indikator", ("Indikator",)),
            Shown("target", (_BY_QUARTER, "Target")),
            Shown("realisasi", (_BY_QUARTER, "Realisasi")),
            Shown("persentase", (_BY_QUARTER, "Persentase (%)")),
            Shown("kendala", (_BY_QUARTER, "Kendala")),
            Shown("rencana_aksi", (_BY_QUARTER, "Rencana Aksi")),
            Shown("selesai", (_FOLLOW_UP, "Selesai")),
            Shown("progres", (_FOLLOW_UP, "Rencana Aksi")),
            Shown("timeline", (_FOLLOW_UP, "Timeline")),
        ),
        period=QUARTER,
    ),
    Shape(
        "renstra",
        "renstra",
        "Realisasi {unit} Tahun {year} terhadap Target Akhir Renstra",
        (
            Shown("indikator", ("Indikator",)),
            Shown("realisasi", ("Realisasi {year}",)),
            Shown("target_renstra", ("Target Renstra",)),
            Shown("persen_capaian", ("% Capaian",), form="{}%"),
            Shown("notifikasi", ("Notifikasi",)),
        ),
    ),
    Shape(
        "sakip",
        "sakip",
        "Hasil Evaluasi SAKIP",
        labels={TOTAL: "Nilai Hasil Evaluasi"},
    ),
    Shape(
        "monev",
        "pemantauan",
        "Pemanfaatan Informasi Kinerja Bulan {month} {year}",
        (
            Shown("no", ("No",)),
            Shown("indikator", ("Indikator",)),
            Shown("capaian_bulan", ("% Capaian thd Target Bulan n",)),
            Shown("penjelasan", ("Penjelasan",)),
            Shown("rencana_tindak_lanjut", ("Rencana Tindak Lanjut",)),
            Shown("timeline", ("Timeline",)),
            Shown("laporan_progres", ("Laporan Progres Tindak Lanjut",)),
        ),
        period=MONTH,
    ),
    Shape(
        "efisiensi",
        "efisiensi",
        "Efisiensi Anggaran Tahun {year} {unit}",
        (
            Shown("no", ("No",)),
            Shown("indikator", ("Indikator",)),
            Shown("output_target", ("Output", "T")),
            Shown("output_realisasi", ("Output", "R")),
            Shown("output_persen", ("Output", "%")),
            Shown("input_target", ("Input (Anggaran)", "T")),
            Shown("input_realisasi", ("Input (Anggaran)", "R")),
            Shown("input_persen", ("Input (Anggaran)", "%")),
            Shown("ie", ("IE",)),
            Shown("te", ("TE",)),
            Shown("kriteria", ("Kriteria",)),
        ),
        labels={TOTAL: "TOTAL"},
    ),
)

_FIELD_TITLES = {"pk_lampiran_anggaran": "Kegiatan dan Anggaran Perjanjian Kinerja {unit} Tahun {year}"}
_PERIODS = {"bulanan": MONTH, "triwulanan": QUARTER}
"""What is printed of a table that has each indicator several times."""

_MERGED = ("perspective", "ss", "objective")
_CENTRED = ("number", "period", "ss", "ikss")

# --- which tables a book has ---------------------------------------------------------------------


@dataclass(frozen=True)
class Period:
    """The month and the quarter that monthly tables are printed for."""

    month: int
    quarter: int

    @property
    def month_name(self) -> str:
        return MONTHS[self.month - 1]

    @property
    def quarter_name(self) -> str:
        return QUARTERS[self.quarter - 1]

    def of(self, shape: Shape) -> int:
        """The month that `shape` prints; 0 where it prints no month by itself."""
        return {MONTH: self.month, QUARTER: 3 * self.quarter}.get(shape.period, 0)


def period(view: BookView, evaluator: Evaluator, month: int = 0, quarter: int = 0) -> Period:
    """The period asked for; else the last month with a measured realisasi, and the last quarter that is over.

    December where nothing was measured: the report is a yearly one.
    """
    measured = [0]
    for table, column, key in view.located():
        if table.rows == "bulanan" and column.key == "realisasi":
            if isinstance(evaluator.chain(key), Decimal):
                measured.append(int(key.row.partition("@")[2]))
    month = month or max(measured) or 12
    return Period(month, quarter or max(1, month // 3))


def shapes(view: BookView) -> list[Shape]:
    """How every table of the book is printed, in the order of the report."""
    known = {table.key for table in view.layout.tables}
    declared = [shape for shape in SHAPES if shape.table in known]
    covered = {shape.table for shape in declared}
    others = [table for table in view.layout.tables if table.key not in covered]
    return declared + [Shape(t.key, t.key, t.title, period=_PERIODS.get(t.rows, "")) for t in others]


def field_tables(view: BookView) -> dict[str, tuple[Field, ...]]:
    """Named cells that the report prints as a table of one row, by the table's key."""
    found: dict[str, tuple[Field, ...]] = {}
    for item in view.layout.fields:
        if item.table and item.name in view.fields:
            found[item.table] = (*found.get(item.table, ()), item)
    return found


def table_keys(view: BookView) -> list[str]:
    """The keys of all tables, in the order of the report."""
    keys = [shape.key for shape in shapes(view)]
    at = keys.index("pk") + 1 if "pk" in keys else len(keys)
    return [*keys[:at], *field_tables(view), *keys[at:]]


def report_tables(
    view: BookView, evaluator: Evaluator, chosen: Iterable[str], when: Period
) -> list[ReportTable]:
    """The tables with the `chosen` keys, in the order of the report."""
    maker = _Maker(view, evaluator, when)
    by_key = {shape.key: shape for shape in shapes(view)}
    fields = field_tables(view)
    wanted = set(chosen)
    return [
        maker.table(by_key[key]) if key in by_key else maker.fields(key, fields[key])
        for key in table_keys(view)
        if key in wanted
    ]


# --- making them ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Entry:
    """What one cell shows, and what a data file says of it."""

    text: str
    data: str
    source: Key | None = None


class _Maker:
    """Turns the tables of one book into what is printed."""

    def __init__(self, view: BookView, evaluator: Evaluator, when: Period) -> None:
        self.view, self.evaluator, self.when = view, evaluator, when
        year = view.rule_year
        self.perspectives = {p.slug: p.name for p in regulations.perspectives(year)}
        self.objectives = {o.slug: o for o in regulations.objectives(year)}
        unit = self._field_value(next(f for f in view.layout.fields if f.key == "unit"))
        self.words = {
            "unit": unit.strip() if isinstance(unit, str) else "",
            "month": when.month_name,
            "quarter": when.quarter_name,
        }
        self.note = ""
        if view.year != year:
            self.note = (
                f"Dihitung menurut aturan tahun {year}, karena aturan tahun {view.year} belum ditinjau."
            )

    def table(self, shape: Shape) -> ReportTable:
        table = self.view.layout.table(shape.table)
        shown = self._shown(table, shape)
        month = self.when.of(shape)
        rows = [
            row
            for row in plan_rows(table, self.view.rule_year)
            if (not shape.kinds or row.kind in shape.kinds)
            and (not month or row.month == month)
            and not (table.listed and self._unused(table, row))
        ]
        entries = [[self._entry(table, shape, row, item) for item in shown] for row in rows]
        self._count(shown, entries)
        body = [i for i, item in enumerate(shown) if not item.band]
        return ReportTable(
            key=shape.key,
            title=self._worded(shape.title),
            header=self._header([self._heading(table, shown[i]) for i in body]),
            rows=tuple(self._lines(table, shape, shown, rows, entries)),
            widths=tuple(table.column(shown[i].column).width for i in body),
            columns=tuple(item.column for item in shown),
            records=tuple(tuple(entry.data for entry in line) for line in entries),
            note=self.note,
        )

    def _unused(self, table: Table, row: Row) -> bool:
        """A numbered row of a list in which nothing is entered."""
        return row.kind == INDICATOR and all(
            self.evaluator.raw(Key(table.key, row.key, column.key)) in (None, "")
            for column in table.columns
            if column.entry and column.key in self.view.positions.tables[table.key].columns
        )

    def fields(self, key: str, items: Sequence[Field]) -> ReportTable:
        entries = [self._field_entry(item) for item in items]
        aligned = [RIGHT if item.unit == "rupiah" else LEFT for item in items]
        return ReportTable(
            key=key,
            title=self._worded(_FIELD_TITLES.get(key, key)),
            header=self._header([(item.label.removesuffix(" (Rp)"),) for item in items]),
            rows=(tuple(TableCell(e.text, a) for e, a in zip(entries, aligned, strict=True)),),
            widths=tuple(60.0 if item.unit == "text" else 19.0 for item in items),
            columns=tuple(item.key for item in items),
            records=(tuple(entry.data for entry in entries),),
            note=self.note,
        )

    def _worded(self, text: str) -> str:
        text = dated(text, self.view.year)
        for name, word in self.words.items():
            text = text.replace(f"{{{name}}}", word)
        return " ".join(text.split())

    # --- columns and header --------------------------------------------------------------------

    def _shown(self, table: Table, shape: Shape) -> list[Shown]:
        """The columns of the shape, or all, without those that this book does not have."""
        wanted = shape.columns or tuple(Shown(c.key, merged=c.text_of in _MERGED) for c in table.columns)
        there = self.view.positions.tables[table.key].columns
        return [s for s in wanted if s.column in there or table.column(s.column).text_of]

    def _heading(self, table: Table, shown: Shown) -> tuple[str, ...]:
        column = table.column(shown.column)
        texts = shown.heading or ((column.group, column.header) if column.group else (column.header,))
        return tuple(self._worded(text) for text in texts)

    @staticmethod
    def _header(headings: Sequence[tuple[str, ...]]) -> tuple[Line, ...]:
        """Equal texts beside each other under the same text are one cell; a short one reaches down."""
        depth = max(map(len, headings))
        lines: list[Line] = []
        for level in range(depth):
            line: list[TableCell] = []
            start = 0
            while start < len(headings):
                own = headings[start][: level + 1]
                end = start + 1
                while end < len(headings) and headings[end][: level + 1] == own and len(own) > level:
                    end += 1
                if len(own) > level:
                    down = depth - level if len(headings[start]) == level + 1 else 1
                    line.append(TableCell(own[level], CENTRE, True, down, end - start))
                start = end
            lines.append(tuple(line))
        return tuple(lines)

    # --- rows ----------------------------------------------------------------------------------

    def _lines(
        self,
        table: Table,
        shape: Shape,
        shown: Sequence[Shown],
        rows: Sequence[Row],
        entries: Sequence[Sequence[_Entry]],
    ) -> Iterator[Line]:
        body = [i for i, item in enumerate(shown) if not item.band]
        bands = [i for i, item in enumerate(shown) if item.band]
        spans = self._spans(shape, shown, rows, entries)
        previous: list[str] = []
        for number, (row, line) in enumerate(zip(rows, entries, strict=True)):
            band = [line[i].text for i in bands]
            if band != previous and any(band):
                yield (TableCell(" – ".join(filter(None, band)), LEFT, True, 1, len(body)),)
            previous = band
            strong = row.kind in shape.strong
            reach = self._reach(table, shape, row, [shown[i] for i in body], [line[i] for i in body])
            cells = []
            if reach:
                label = next(e for i, e in enumerate(line) if shown[i].column == table.name_column)
                cells.append(TableCell(label.text, LEFT, strong, 1, reach))
            for i in body[reach:]:
                if spans[number][i]:
                    align = self._align(table.column(shown[i].column))
                    cells.append(
                        TableCell(line[i].text, align, strong, spans[number][i], source=line[i].source)
                    )
            yield tuple(cells)

    @staticmethod
    def _reach(table: Table, shape: Shape, row: Row, body: Sequence[Shown], line: Sequence[_Entry]) -> int:
        """How many columns the name of a summary row takes; 0 where it stays in its own."""
        if row.kind not in (*AGGREGATES, TOTAL) or not shape.spread:
            return 0
        name = next((i for i, item in enumerate(body) if item.column == table.name_column), None)
        if name is None:
            return 0
        return next((i for i in range(len(body)) if i != name and line[i].text), len(body))

    @staticmethod
    def _spans(
        shape: Shape, shown: Sequence[Shown], rows: Sequence[Row], entries: Sequence[Sequence[_Entry]]
    ) -> list[list[int]]:
        """Over how many rows each cell reaches; 0 for one that a cell above covers."""
        spans = [[1] * len(shown) for _ in rows]
        anchor = [0] * len(shown)
        for number in range(len(rows)):
            summary = rows[number].kind in (*AGGREGATES, TOTAL)
            # A merged column is parted where one to its left is.
            together = number > 0 and not summary and rows[number - 1].kind == rows[number].kind
            for i, item in enumerate(shown):
                if not (item.merged or item.band):
                    continue
                text = entries[number][i].text
                together = together and bool(text) and text == entries[number - 1][i].text
                if together and item.merged:
                    spans[anchor[i]][i] += 1
                    spans[number][i] = 0
                else:
                    anchor[i] = number
        return spans

    @staticmethod
    def _count(shown: Sequence[Shown], entries: list[list[_Entry]]) -> None:
        """Put the numbers of groups where a column counts them."""
        keys = [item.column for item in shown]
        for i, item in enumerate(shown):
            if not item.counts:
                continue
            counted, previous, number = keys.index(item.counts), "", 0
            for line in entries:
                text = line[counted].text
                number += bool(text) and text != previous
                previous = text or previous
                line[i] = replace(line[i], text=str(number), data=str(number)) if text else line[i]

    # --- cells ---------------------------------------------------------------------------------

    @staticmethod
    def _align(column: Column) -> str:
        if column.numeric:
            return RIGHT
        return CENTRE if column.unit == "label" or column.text_of in _CENTRED else LEFT

    def _entry(self, table: Table, shape: Shape, row: Row, shown: Shown) -> _Entry:
        column = table.column(shown.column)
        if column.text_of:
            text = self._text(table, shape, row, column)
            text = shown.form.format(text) if text else ""
            return _Entry(text, text)
        key = Key(table.key, row.key, column.key)
        raw = self.evaluator.raw(key)
        if self.evaluator.call(key) is None and raw in (None, ""):
            summary = row.kind in (*AGGREGATES, TOTAL)
            text = shown.blank if column.numeric and column.entry and not summary else ""
            return _Entry(text, text)
        value = self.evaluator.chain(key)
        if not isinstance(value, Decimal):
            text = _text_of(value)
            return _Entry(text, text if column.numeric else _harmless(text), key)
        typed = self.evaluator.call(key) is None
        text = indonesian(value, column.decimals)
        data = _readable(value, column.decimals) if typed else text
        return _Entry(shown.form.format(text), shown.form.format(data), key)

    def _text(self, table: Table, shape: Shape, row: Row, column: Column) -> str:
        """What names the row: as the book writes it, else as the official form does."""
        summary = row.kind in (*AGGREGATES, TOTAL)
        if column.text_of == "perspective" and summary:
            return self._perspective(row)
        if summary and column.key != table.name_column:
            return ""
        if column.key == table.name_column and row.kind in shape.labels:
            return shape.labels[row.kind].format(number=row.ss.removeprefix("SS"))
        written: Scalar = None
        key = Key(table.key, row.key, column.key)
        if self.view.positions.has(key):
            written = self.evaluator.raw(key)
        if written in (None, "") and column.text_of == "period":
            return period_name(table.rows, row.month)
        return _text_of(written) or str(getattr(row, column.text_of, ""))

    def _perspective(self, row: Row) -> str:
        """The perspective that a summary row belongs to."""
        slug = self.objectives[row.slug].perspective if row.kind == SS else row.slug
        return self.perspectives.get(slug, "")

    def _field_value(self, item: Field) -> Scalar:
        place = self.view.fields.get(item.name)
        cell = self.view.book.sheets[place[0]].cells.get((place[1], place[2])) if place else None
        return cell.value if cell else None

    def _field_entry(self, item: Field) -> _Entry:
        value = self._field_value(item)
        if not isinstance(value, Decimal):
            text = _text_of(value) or NOT_MEASURED
            return _Entry(text, _harmless(text))
        prefix = "Rp. " if item.unit == "rupiah" else ""
        return _Entry(prefix + indonesian(value, 2), prefix + _readable(value, 2))


def _text_of(value: Scalar) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "BENAR" if value else "SALAH"
    if isinstance(value, Decimal):
        return plain(value).replace(".", ",")
    return value.code if isinstance(value, CellError) else value.strip()


def _readable(value: Decimal, decimals: int) -> str:
    """A number that is read back as itself: 1.234 could be two numbers; a third decimal is not dropped."""
    for digits in range(decimals, decimals + 20):
        for text in (indonesian(value, digits), indonesian(value, digits).replace(".", "")):
            reading = read_text(text)
            if reading.kind == "number" and reading.value == value:
                return text
    return indonesian(value, decimals)


def _harmless(text: str) -> str:
    """A text that no program takes for a formula when it opens a data file."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and text != NOT_MEASURED else text


__all__ = [
    "CENTRE",
    "LEFT",
    "RIGHT",
    "SHAPES",
    "Line",
    "Period",
    "ReportTable",
    "Shape",
    "Shown",
    "TableCell",
    "field_tables",
    "period",
    "placed",
    "report_tables",
    "shapes",
    "table_keys",
]
