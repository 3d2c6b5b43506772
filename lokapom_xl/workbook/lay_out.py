"""A table as the report prints it, before any values: which text or which cell of the book stands where.

Both uses are made of it: the export puts the values of one book in, the Rekap sheets references. Nothing
here knows of a file format.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from .. import regulations
from ..numbers import NOT_MEASURED
from .cells import Key, Positions
from .layout import (
    NUMERIC,
    SS,
    TOTAL,
    Column,
    Field,
    Layout,
    Row,
    dated,
    period_name,
    plan_rows,
)
from .shapes import CENTRE, FIELD_TITLES, LEFT, RIGHT, Closing, Shape, Shown


@dataclass(frozen=True)
class Slot:
    """One cell of a printed table, over one or more rows and columns.

    What stands in it comes from `source`, a cell of a table, or from the cell called `name`; without them
    it is `text`. A `naming` source holds what names the row, and `text` stands for one that is blank; any
    other blank one is printed as `blank`. `form` is put around what is there. All of it is blank while
    the `guard` cells are: a row of a list that is not used.
    """

    text: str = ""
    source: Key | None = None
    name: str = ""
    naming: bool = False
    computed: bool = False
    unit: str = "text"
    form: str = "{}"
    blank: str = ""
    guard: tuple[Key, ...] = ()
    align: str = LEFT
    bold: bool = False
    rows: int = 1
    columns: int = 1

    @property
    def numeric(self) -> bool:
        return self.unit in NUMERIC

    @property
    def decimals(self) -> int:
        return 0 if self.unit == "count" else 2

    @property
    def empty(self) -> bool:
        return not (self.text or self.source or self.name)


Line = tuple[Slot, ...]
"""The cells that begin in one row; what a cell above still covers is left out."""


@dataclass(frozen=True)
class Laid:
    """One table: as it is printed (`header`, `rows`), and flat, one record per row (`columns`, `records`).

    In the records a cell that spans rows is repeated, and a row across the table is a column of its own.
    Texts are as in the `Shape`, their years put in. `lines` is the room of a row for what people write.
    """

    key: str
    title: str
    header: tuple[Line, ...]
    rows: tuple[Line, ...]
    widths: tuple[float, ...]
    columns: tuple[str, ...]
    records: tuple[Line, ...]
    period: str = ""
    lines: int = 1


class _Spanning(Protocol):
    @property
    def rows(self) -> int: ...

    @property
    def columns(self) -> int: ...


C = TypeVar("C", bound=_Spanning)


def placed(lines: Sequence[Sequence[C]]) -> Iterator[tuple[int, int, C]]:
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


def lay_out(
    layout: Layout,
    positions: Positions,
    shape: Shape,
    year: int,
    month: int = 0,
    keep: Callable[[Row], bool] = lambda row: True,
    without: Collection[str] = (),
    read: Callable[[Slot], str] | None = None,
) -> Laid:
    """The table of `shape` in a book of `year` whose cells are at `positions`.

    `month` is the one that a monthly table is printed for. Rows that are not to be kept and columns
    `without` which it is printed are left out. `read` tells what a slot will hold, where that is known:
    equal cells below each other are joined by it.
    """
    return _Making(layout, positions, shape, year, without, read).laid(month, keep)


def lay_out_fields(key: str, items: Sequence[Field], year: int) -> Laid:
    """Named cells as a table of one row."""
    line = tuple(
        Slot(
            name=item.name,
            unit=item.unit,
            form="Rp. {}" if item.unit == "rupiah" else "{}",
            blank=NOT_MEASURED,
            align=RIGHT if item.unit == "rupiah" else LEFT,
        )
        for item in items
    )
    return Laid(
        key=key,
        title=dated(FIELD_TITLES.get(key, key), year),
        header=header([(item.label.removesuffix(" (Rp)"),) for item in items]),
        rows=(line,),
        widths=tuple(60.0 if item.unit == "text" else 19.0 for item in items),
        columns=tuple(item.key for item in items),
        records=(line,),
    )


def header(headings: Sequence[tuple[str, ...]]) -> tuple[Line, ...]:
    """Equal texts beside each other under the same text are one cell; a short one reaches down."""
    depth = max(map(len, headings))
    lines: list[Line] = []
    for level in range(depth):
        line: list[Slot] = []
        start = 0
        while start < len(headings):
            own = headings[start][: level + 1]
            end = start + 1
            while end < len(headings) and headings[end][: level + 1] == own and len(own) > level:
                end += 1
            if len(own) > level:
                down = depth - level if len(headings[start]) == level + 1 else 1
                line.append(Slot(own[level], align=CENTRE, bold=True, rows=down, columns=end - start))
            start = end
        lines.append(tuple(line))
    return tuple(lines)


_MERGED = ("perspective", "ss", "objective")
_CENTRED = ("number", "period", "ss", "ikss")


class _Making:
    """Lays one table out."""

    def __init__(
        self,
        layout: Layout,
        positions: Positions,
        shape: Shape,
        year: int,
        without: Collection[str],
        read: Callable[[Slot], str] | None,
    ) -> None:
        self.table = table = layout.table(shape.table)
        self.positions, self.shape, self.year = positions, shape, year
        self.there = positions.tables[table.key].columns
        self.read = read or (lambda slot: slot.text)
        self.body = table.body
        # Where a list has a column for what it is about, a summary has its name there.
        naming = (c.key for c in table.columns if c.text_of == "total")
        self.label_column = next(naming, table.name_column)
        self.shown = [self._parted(s, read is not None) for s in self._wanted() if s.column not in without]

    def _wanted(self) -> list[Shown]:
        """The columns of the shape, or all, without those that this book does not have."""
        table = self.table
        wanted = self.shape.columns or tuple(Shown(c.key, merged=c.text_of in _MERGED) for c in table.columns)
        return [s for s in wanted if s.column in self.there or table.column(s.column).text_of]

    def _parted(self, shown: Shown, known: bool) -> Shown:
        """Without values there are no rows across the table for what people enter."""
        entered = self.table.column(shown.column).is_entry(self.body)
        return replace(shown, band=False) if shown.band and entered and not known else shown

    def laid(self, month: int, keep: Callable[[Row], bool]) -> Laid:
        table, shape = self.table, self.shape
        block = month if shape.period else shape.block
        rows = [
            row
            for row in plan_rows(table, self.positions.year)
            if (not shape.kinds or row.kind in shape.kinds)
            and (not block or row.month == block)
            and keep(row)
        ]
        slots = [[self._slot(row, item) for item in self.shown] for row in rows]
        self._count(slots)
        lines = list(self._lines(rows, slots))
        if shape.closing:
            slots.append(self._closing(shape.closing))
            lines.append(tuple(slots[-1]))
        body = [item for item in self.shown if not item.band]
        return Laid(
            key=shape.key,
            title=dated(shape.title, self.year),
            header=header([self._heading(item) for item in body]),
            rows=tuple(lines),
            widths=tuple(table.column(item.column).width for item in body),
            columns=tuple(_name(table.column(item.column)) for item in self.shown),
            records=tuple(map(tuple, slots)),
            period=shape.period,
            lines=table.lines,
        )

    def _heading(self, shown: Shown) -> tuple[str, ...]:
        column = self.table.column(shown.column)
        texts = shown.heading
        if not texts:
            own = f"{{{column.heading_of}}}" if column.heading_of else column.header
            texts = (column.group, own) if column.group else (own,)
        return tuple(dated(text, self.year) for text in texts)

    # --- rows ----------------------------------------------------------------------------------

    def _lines(self, rows: Sequence[Row], slots: Sequence[Sequence[Slot]]) -> Iterator[Line]:
        body = [i for i, item in enumerate(self.shown) if not item.band]
        bands = [i for i, item in enumerate(self.shown) if item.band]
        texts = [[self.read(slot) for slot in line] for line in slots]
        spans = self._spans(rows, texts)
        previous: list[str] = []
        for number, (row, line) in enumerate(zip(rows, slots, strict=True)):
            band = [texts[number][i] for i in bands]
            if band != previous and any(band):
                yield (self._band([line[i] for i in bands], band, len(body)),)
            previous = band
            reach = self._reach(row, [self.shown[i] for i in body], [line[i] for i in body])
            cells = []
            if reach:
                label = next(
                    s for s, item in zip(line, self.shown, strict=True) if item.column == self.label_column
                )
                cells.append(replace(label, align=LEFT, columns=reach))
            cells += [replace(line[i], rows=spans[number][i]) for i in body[reach:] if spans[number][i]]
            yield tuple(cells)

    @staticmethod
    def _band(slots: Sequence[Slot], texts: Sequence[str], width: int) -> Slot:
        """A row across the table."""
        said = [slot for slot, text in zip(slots, texts, strict=True) if text]
        slot = said[0] if len(said) == 1 else Slot(" – ".join(filter(None, texts)))
        return replace(slot, align=LEFT, bold=True, columns=width)

    def _summary(self, row: Row) -> bool:
        return row.kind != self.body

    def _reach(self, row: Row, body: Sequence[Shown], line: Sequence[Slot]) -> int:
        """How many columns the name of a summary row takes; 0 where it stays in its own."""
        if not self._summary(row) or not self.shape.spread:
            return 0
        name = next((i for i, item in enumerate(body) if item.column == self.label_column), None)
        if name is None:
            return 0
        return next((i for i in range(len(body)) if i != name and not line[i].empty), len(body))

    def _spans(self, rows: Sequence[Row], texts: Sequence[Sequence[str]]) -> list[list[int]]:
        """Over how many rows each cell reaches; 0 for one that a cell above covers."""
        spans = [[1] * len(self.shown) for _ in rows]
        anchor = [0] * len(self.shown)
        for number in range(len(rows)):
            # A merged column is parted where one to its left is.
            together = number > 0 and not self._summary(rows[number])
            together = together and rows[number - 1].kind == rows[number].kind
            for i, item in enumerate(self.shown):
                if not (item.merged or item.band):
                    continue
                text = texts[number][i]
                together = together and bool(text) and text == texts[number - 1][i]
                if together and item.merged:
                    spans[anchor[i]][i] += 1
                    spans[number][i] = 0
                else:
                    anchor[i] = number
        return spans

    def _count(self, slots: list[list[Slot]]) -> None:
        """Put the numbers of groups where a column counts them."""
        keys = [item.column for item in self.shown]
        for i, item in enumerate(self.shown):
            if not item.counts:
                continue
            counted, previous, number = keys.index(item.counts), "", 0
            for line in slots:
                text = self.read(line[counted])
                number += bool(text) and text != previous
                previous = text or previous
                line[i] = Slot(str(number), align=CENTRE, bold=line[i].bold) if text else line[i]

    def _closing(self, closing: Closing) -> list[Slot]:
        """The last row, beside the total."""
        total = next(row for row in plan_rows(self.table, self.positions.year) if row.kind == TOTAL)
        made = []
        for item in self.shown:
            if item.column == self.label_column:
                made.append(Slot(closing.label, bold=True))
            elif item.column == closing.under:
                made.append(replace(self._slot(total, Shown(closing.column)), bold=True))
            else:
                made.append(Slot())
        return made

    # --- cells ---------------------------------------------------------------------------------

    def _slot(self, row: Row, shown: Shown) -> Slot:
        column = self.table.column(shown.column)
        strong = row.kind in self.shape.strong if self.shape.strong else self._summary(row)
        made = self._naming(row, column) if column.text_of else self._value(row, column, shown)
        if made.naming:
            made = replace(made, form=shown.form)
        return replace(made, align=_align(column), bold=strong)

    def _value(self, row: Row, column: Column, shown: Shown) -> Slot:
        key = Key(self.table.key, row.key, column.key)
        computed = column.call(row.kind, row.month) is not None
        if not self.positions.has(key) or not (computed or column.is_entry(row.kind)):
            return Slot()
        numeric = column.unit in NUMERIC
        return Slot(
            source=key,
            computed=computed,
            unit=column.unit,
            form=shown.form,
            blank=shown.blank if numeric else "",
            guard=self._guard(row) if computed else (),
        )

    def _naming(self, row: Row, column: Column) -> Slot:
        """What names the row: as the book writes it, else as the official form does."""
        summary = self._summary(row)
        if column.text_of == "perspective" and summary:
            return Slot(self._perspective(row))
        if summary and column.key != self.label_column:
            return Slot()
        if row.kind in self.shape.labels:
            return Slot(self.shape.labels[row.kind].format(number=row.ss.removeprefix("SS")))
        key = Key(self.table.key, row.key, column.key)
        source = key if self.positions.has(key) else None
        if column.text_of == "total":
            # In a list people enter it; the total has a name.
            return Slot(row.name if summary else "", source, naming=summary)
        if column.text_of == "period":
            text = period_name(self.table.rows, row.month)
        else:
            text = str(getattr(row, column.text_of, ""))
        return Slot(text, source, naming=True, guard=self._guard(row))

    def _guard(self, row: Row) -> tuple[Key, ...]:
        """The cells of a row of a list in which people enter something."""
        if not self.table.listed or self._summary(row):
            return ()
        columns = [c.key for c in self.table.columns if c.is_entry(row.kind) and c.key in self.there]
        return tuple(Key(self.table.key, row.key, column) for column in columns)

    def _perspective(self, row: Row) -> str:
        """The perspective that a summary row belongs to."""
        year = self.positions.year
        objectives = {o.slug: o.perspective for o in regulations.objectives(year)}
        names = {p.slug: p.name for p in regulations.perspectives(year)}
        return names.get(objectives[row.slug] if row.kind == SS else row.slug, "")


def _name(column: Column) -> str:
    """What a column is called in data files: by its key, or by the office whose it is."""
    return f"{{{column.heading_of}}}" if column.heading_of else column.key


def _align(column: Column) -> str:
    if column.numeric:
        return RIGHT
    return CENTRE if column.unit == "label" or column.text_of in _CENTRED else LEFT


__all__ = ["Laid", "Line", "Slot", "header", "lay_out", "lay_out_fields", "placed"]
