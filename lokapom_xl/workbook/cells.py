"""Addresses, and the text of a formula for cells wherever they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from .. import regulations
from ..numbers import Scalar, plain
from .address import a1
from .layout import (
    INDICATOR,
    NPS_TOTAL,
    PERSPECTIVE,
    SS,
    TOTAL,
    Across,
    Arg,
    At,
    Call,
    Constant,
    Elsewhere,
    Members,
    Named,
    OfIndicator,
    Peers,
    Periods,
    RuleYear,
    Same,
    SameRow,
    Stated,
    Whole,
    month_key,
    row_kind,
)


class Key(NamedTuple):
    """One cell of one table, named by what it is: table, row key, column key."""

    table: str
    row: str
    column: str


def quoted(sheet: str) -> str:
    """A sheet's name as a formula writes it."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z_.]*", sheet):
        return sheet
    return "'" + sheet.replace("'", "''") + "'"


@dataclass
class Placed:
    """Where one table is: its sheet, the row of its header, and the numbers of its rows and columns.

    `scattered` are the rows whose cells do not stand in these columns of this sheet, each with the places
    of its cells: a table in several pieces, or in blocks side by side.
    """

    sheet: str
    rows: dict[str, int] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    header: int = 0
    scattered: dict[str, dict[str, tuple[str, int, int]]] = field(default_factory=dict)

    def columns_of(self, row: str) -> Collection[str]:
        """The keys of the columns that a row has."""
        return self.scattered.get(row, self.columns)


@dataclass
class Positions:
    """Where the cells of a book are. Made by the template builder and by `locate`."""

    year: int
    tables: dict[str, Placed] = field(default_factory=dict)
    _found: dict[tuple[int, Key], list[Key]] = field(default_factory=dict, repr=False, compare=False)
    _peers: dict[tuple[Peers, int], list[Key]] = field(default_factory=dict, repr=False, compare=False)
    _areas: dict[tuple[Peers, int, str, str], str] = field(default_factory=dict, repr=False, compare=False)

    def has(self, key: Key) -> bool:
        table = self.tables.get(key.table)
        return table is not None and key.row in table.rows and key.column in table.columns_of(key.row)

    def at(self, key: Key) -> tuple[str, int, int]:
        """Sheet, row and column number of a cell that `has`."""
        table = self.tables[key.table]
        if key.row in table.scattered:
            return table.scattered[key.row][key.column]
        return table.sheet, table.rows[key.row], table.columns[key.column]

    # --- which cells an argument means ---------------------------------------------------------

    def cells_of(self, arg: Arg, key: Key) -> list[Key]:
        """The cells that `arg` of the computed cell `key` stands for (present ones only)."""
        place = id(arg), key  # an argument is a part of the layout, which lives on
        found = self._found.get(place)
        if found is None:
            found = self._found[place] = self._find(arg, key)
        return found

    def _find(self, arg: Arg, key: Key) -> list[Key]:
        slug, month = _split(key.row)
        if isinstance(arg, Same):
            keys = [Key(key.table, key.row, arg.column)]
        elif isinstance(arg, SameRow):
            keys = [Key(arg.table, key.row, arg.column)]
        elif isinstance(arg, Elsewhere):
            column = arg.column.replace("{month}", f"{month:02d}")
            keys = [Key(arg.table, arg.slug or slug, column)]
        elif isinstance(arg, At):
            keys = [Key(arg.table or key.table, _row_of(arg, slug, month), arg.column)]
        elif isinstance(arg, Across):
            table, row = arg.table or key.table, _row_of(arg, slug, month)
            keys = [Key(table, row, column) for column in arg.columns]
        elif isinstance(arg, Whole):
            table, period = arg.table or key.table, 0 if arg.table else month
            keys = [Key(table, row, arg.column) for row in self._plain_rows(table, period)]
        elif isinstance(arg, Stated):
            rows = self.tables[key.table].rows
            stated = [row for row in rows if _split(row) == (slug, arg.period)]
            # What was said last before it; else what is said first.
            before = [row for row in stated if rows[row] < rows[key.row]]
            keys = [Key(key.table, row, key.column) for row in (before[-1:] or stated[:1])]
        elif isinstance(arg, Peers):
            return self._all_peers(arg, month)
        elif isinstance(arg, Periods):
            rows = self.tables[arg.table].rows if arg.table in self.tables else {}
            found = sorted(row for row in rows if _split(row)[0] == slug)
            keys = [Key(arg.table, row, arg.column) for row in found]
        elif isinstance(arg, Members):
            table = arg.table or key.table
            keys = [Key(table, member, arg.column) for member in self._members(slug)]
        else:
            keys = []
        return [k for k in keys if self.has(k)]

    def _all_peers(self, arg: Peers, period: int) -> list[Key]:
        """The same list for every row that asks."""
        if (arg, period) not in self._peers:
            rows = self.tables[arg.table].rows if arg.table in self.tables else {}
            keys = [Key(arg.table, row, arg.column) for row in rows if not period or _split(row)[1] == period]
            self._peers[arg, period] = [k for k in keys if self.has(k)]
        return self._peers[arg, period]

    def _plain_rows(self, table: str, period: int) -> list[str]:
        """The rows that a table is about: indicators or, where there are none, objectives."""
        placed = self.tables.get(table)
        rows = [row for row in (placed.rows if placed else ()) if _split(row)[1] == period or not period]
        kinds = {row: row_kind(_split(row)[0], self.year) for row in rows}
        plain_kind = INDICATOR if INDICATOR in kinds.values() else SS
        return [row for row in rows if kinds[row] == plain_kind]

    def _members(self, slug: str) -> Sequence[str]:
        return regulations.members(slug, self.year)

    # --- formulas ------------------------------------------------------------------------------

    def formula(self, call: Call, key: Key, edition: str, here: str | None = None) -> str | None:
        """The formula text (without `=`) of a computed cell; None when an input is not there.

        `here` names the sheet that the formula is written on, the cell's own sheet unless told.
        """
        here = self.tables[key.table].sheet if here is None else here
        references: dict[str, str] = {}
        for name, arg in call.args.items():
            reference = self._reference(arg, key, edition, here)
            if reference is not None:
                references[name] = reference
            elif not isinstance(arg, OfIndicator):
                return None
            elif edition == "udf" and name != call.function.arguments[len(call.args) - 1].name:
                # Written out although it is the default: not every program hands on an argument that is
                # skipped before others as one that is missing.
                references[name] = literal(_of_indicator(arg, key, self.year)) or ""
        write = call.function.udf_formula if edition == "udf" else call.function.plain_formula
        return write(references)

    def _reference(self, arg: Arg, key: Key, edition: str, here: str) -> str | None:
        if isinstance(arg, RuleYear):
            return "ATURAN_TAHUN"
        if isinstance(arg, OfIndicator):
            return literal(indicator_value(arg, key, self.year))
        if isinstance(arg, Named):
            return arg.name
        if isinstance(arg, Constant):
            return literal(arg.value)
        keys = self.cells_of(arg, key)
        if not keys:
            return None
        if len(keys) == 1:
            sheet, row, column = self.at(keys[0])
            return a1(row, column) if sheet == here else f"{quoted(sheet)}!{a1(row, column)}"
        if isinstance(arg, Peers):
            asked = arg, _split(key.row)[1], edition, here
            if asked not in self._areas:
                self._areas[asked] = self._several(arg, keys, edition, here)
            return self._areas[asked]
        return self._several(arg, keys, edition, here)

    def _several(self, arg: Arg, keys: Sequence[Key], edition: str, here: str) -> str:
        """Several cells as a formula writes them."""
        if isinstance(arg, Periods):  # a choice among them needs each by itself
            places = (self.at(k) for k in keys)
            return ",".join(
                a1(r, c) if sheet == here else f"{quoted(sheet)}!{a1(r, c)}" for sheet, r, c in places
            )
        if isinstance(arg, Across):
            row, columns = self.at(keys[0])[1], sorted(self.at(k)[2] for k in keys)
            # Blank columns that somebody inserted part no neighbours: a program extends the range over them.
            others = set(self.tables[keys[0].table].columns.values()) - set(columns)
            if not others & set(range(columns[0], columns[-1] + 1)):
                area = f"{a1(row, columns[0])}:{a1(row, columns[-1])}"
                sheet = self.at(keys[0])[0]
                return area if sheet == here else f"{quoted(sheet)}!{area}"
        occupied = set(self.tables[keys[0].table].rows.values())
        # In the order of the sheet: staff may have sorted the rows.
        cells = sorted((self.at(k) for k in keys), key=lambda at: (at[0], at[2], at[1]))
        parts = _areas(cells, here, occupied)
        if len(parts) > 1 and edition == "udf" and not isinstance(arg, Periods):
            # A function of ours takes one range; the inner brackets make one of several areas.
            return f"({','.join(parts)})"
        return ",".join(parts)


@lru_cache(maxsize=8192)
def _split(row: str) -> tuple[str, int]:
    slug, _, month = row.partition("@")
    return slug, int(month.partition(".")[0]) if month else 0


def _row_of(arg: At | Across, slug: str, period: int) -> str:
    """The key of the row that `arg` names; what it does not name is the row's own."""
    row, period = arg.slug or slug, arg.period or (0 if arg.table else period)
    return month_key(row, period) if period else row


def _of_indicator(arg: OfIndicator, key: Key, year: int) -> Decimal | str | None:
    slug, _ = _split(key.row)
    try:
        value: Decimal | str = getattr(regulations.indicator(slug, year), arg.attribute)
    except KeyError:
        return None
    return value


def indicator_value(arg: OfIndicator, key: Key, year: int) -> Decimal | str | None:
    """The property of the row's indicator, None where it is the function's default."""
    value = _of_indicator(arg, key, year)
    return None if value in (Decimal(100), "maximize") else value


def literal(value: Scalar) -> str | None:
    """A constant as a formula writes it."""
    if value is None:
        return None
    return plain(value) if isinstance(value, Decimal) else f'"{value}"'


def _areas(cells: Iterable[tuple[str, int, int]], here: str, occupied: set[int]) -> list[str]:
    """Cells as references, neighbours in one column joined to a range.

    Rows that are not `occupied` by the table (blank ones that somebody inserted) part no neighbours:
    a spreadsheet program extends the range over them.
    """
    parts: list[str] = []
    run: list[tuple[str, int, int]] = []

    def close() -> None:
        if run:
            sheet, row, column = run[0]
            text = a1(row, column)
            if len(run) > 1:
                text += ":" + a1(run[-1][1], column)
            parts.append(text if sheet == here else f"{quoted(sheet)}!{text}")

    for cell in cells:
        same_column = bool(run) and (cell[0], cell[2]) == (run[-1][0], run[-1][2])
        if same_column and run[-1][1] < cell[1] and not occupied & set(range(run[-1][1] + 1, cell[1])):
            run.append(cell)
        else:
            close()
            run = [cell]
    close()
    return parts


__all__ = [
    "INDICATOR",
    "NPS_TOTAL",
    "PERSPECTIVE",
    "SS",
    "TOTAL",
    "Key",
    "Placed",
    "Positions",
    "a1",
    "indicator_value",
    "literal",
    "month_key",
    "quoted",
]
