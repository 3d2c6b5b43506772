"""The tables of an official book with their values, in the shape in which the yearly report prints them.

Which tables there are and how they look is said in `workbook/shapes.py`. The values are those that the
rules make of the book's entries; what is stored beside a formula is never read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..numbers import CellError, Scalar, indonesian, plain, read_text
from ..workbook.cells import Key
from ..workbook.evaluate import Evaluator
from ..workbook.lay_out import Laid, Slot, lay_out, lay_out_fields, placed
from ..workbook.layout import MONTHS, QUARTERS, Field, Row, Table
from ..workbook.locate import BookView
from ..workbook.shapes import CENTRE, LEFT, MONTH, QUARTER, RIGHT, Shape
from ..workbook.shapes import field_tables as _field_tables
from ..workbook.shapes import shapes as _shapes
from ..workbook.shapes import table_keys as _table_keys

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
    return _shapes(view.layout)


def field_tables(view: BookView) -> dict[str, tuple[Field, ...]]:
    """The named cells that the book has and the report prints as a table of one row, by the table's key."""
    there = {
        key: tuple(item for item in items if item.name in view.fields)
        for key, items in _field_tables(view.layout).items()
    }
    return {key: items for key, items in there.items() if items}


def table_keys(view: BookView) -> list[str]:
    """The keys of all tables, in the order of the report."""
    missing = _field_tables(view.layout).keys() - field_tables(view).keys()
    return [key for key in _table_keys(view.layout) if key not in missing]


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

_WORD = re.compile(r"\{(\w+)\}")


class _Maker:
    """Puts the values of one book into the tables as they are laid out."""

    def __init__(self, view: BookView, evaluator: Evaluator, when: Period) -> None:
        self.view, self.evaluator, self.when = view, evaluator, when
        self.periods = {MONTH: when.month_name, QUARTER: when.quarter_name}
        self.note = ""
        if view.year != view.rule_year:
            self.note = (
                f"Dihitung menurut aturan tahun {view.rule_year}, karena aturan tahun {view.year} "
                "belum ditinjau."
            )

    def table(self, shape: Shape) -> ReportTable:
        view, table = self.view, self.view.layout.table(shape.table)
        laid = lay_out(
            view.layout,
            view.positions,
            shape,
            view.year,
            self.when.of(shape),
            lambda row: self._used(table, shape, row),
            self._unused_columns(table),
            self._naming,
        )
        return self._filled(laid)

    def fields(self, key: str, items: Sequence[Field]) -> ReportTable:
        return self._filled(lay_out_fields(key, items, self.view.year))

    def _filled(self, laid: Laid) -> ReportTable:
        def line(slots: Iterable[Slot]) -> Line:
            return tuple(
                TableCell(
                    self._text(s), s.align, s.bold, s.rows, s.columns, s.source if self._says(s) else None
                )
                for s in slots
            )

        return ReportTable(
            key=laid.key,
            title=self._worded(laid.title),
            header=tuple(map(line, laid.header)),
            rows=tuple(map(line, laid.rows)),
            widths=laid.widths,
            columns=tuple(map(self._worded, laid.columns)),
            records=tuple(tuple(self._data(slot) for slot in slots) for slots in laid.records),
            note=self.note,
        )

    def _worded(self, text: str) -> str:
        """A text with what its words stand for: the period, or what a named cell holds."""

        def word(match: re.Match[str]) -> str:
            return self.periods.get(match[1]) or _text_of(self.view.named(match[1]))

        return " ".join(_WORD.sub(word, text).split())

    # --- what is left out ----------------------------------------------------------------------

    def _used(self, table: Table, shape: Shape, row: Row) -> bool:
        """Whether a row is printed: not where a list, or what the shape asks for, has no entry in it."""
        wanted = shape.if_any
        if table.listed:
            wanted = wanted or tuple(c.key for c in table.columns if c.is_entry(row.kind))
        wanted = tuple(c for c in wanted if table.column(c).is_entry(row.kind))
        return not wanted or any(self._entered(Key(table.key, row.key, column)) for column in wanted)

    def _unused_columns(self, table: Table) -> list[str]:
        """The columns for others whom nobody entered."""
        placed_table = self.view.positions.tables[table.key]
        return [
            column.key
            for column in table.columns
            if column.heading_of
            and column.entry
            and not any(self._entered(Key(table.key, row, column.key)) for row in placed_table.rows)
        ]

    def _entered(self, key: Key) -> bool:
        return (
            self.view.positions.has(key)
            and self.evaluator.call(key) is None
            and self.evaluator.raw(key) not in (None, "")
        )

    # --- cells ---------------------------------------------------------------------------------

    def _naming(self, slot: Slot) -> str:
        """What a cell says: the text by which rows are joined, or parted by a row across the table."""
        return _text_of(self._raw(slot)) or slot.text

    def _raw(self, slot: Slot) -> Scalar:
        """What stands in the cell that a slot repeats."""
        if slot.source is not None:
            return self.evaluator.raw(slot.source)
        return self.view.named(slot.name) if slot.name else None

    def _value(self, slot: Slot) -> Scalar:
        """What is printed, None for a blank cell."""
        raw = self._raw(slot)
        if slot.source is None or slot.naming or (not slot.computed and raw in (None, "")):
            return None if raw == "" else raw
        return self.evaluator.chain(slot.source)

    def _says(self, slot: Slot) -> bool:
        """Whether a slot prints what its source holds."""
        return not slot.naming and slot.source is not None and self._value(slot) is not None

    def _text(self, slot: Slot) -> str:
        return self._printed(slot)[0]

    def _data(self, slot: Slot) -> str:
        return self._printed(slot)[1]

    def _printed(self, slot: Slot) -> tuple[str, str]:
        """What one cell shows, and what a data file says of it."""
        value = self._value(slot)
        if value is None or slot.naming:
            text = _text_of(value) or (slot.blank if (slot.source and not slot.naming) or slot.name else "")
            text = text or self._worded(slot.text)
            text = slot.form.format(text) if slot.naming and text else text
            return text, text
        if isinstance(value, Decimal) and slot.numeric:
            text = indonesian(value, slot.decimals)
            data = text if slot.computed else _readable(value, slot.decimals)
            return slot.form.format(text), slot.form.format(data)
        text = _text_of(value)
        return text, text if slot.numeric and not slot.name else _harmless(text)


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
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") and text != "-" else text


__all__ = [
    "CENTRE",
    "LEFT",
    "RIGHT",
    "Line",
    "Period",
    "ReportTable",
    "TableCell",
    "field_tables",
    "period",
    "placed",
    "report_tables",
    "shapes",
    "table_keys",
]
