"""Where else in the book stands what is written in a cell: last year's value, another row's."""

from __future__ import annotations

from decimal import Decimal

from .. import functions as f
from ..numbers import indonesian
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, Elsewhere, SameRow
from ..workbook.ops import COPY
from ..workbook.tables.prose import LAST_YEAR, statements
from .context import Context

_COMMON = (Decimal(0), Decimal(100))
"""Values that stand in so many cells that one more says nothing."""

_YEARS_BACK = (1, 2, 3)
_QUANTITIES = ("realisasi", "capaian")


def copied(context: Context, key: Key, written: Decimal) -> str:
    """From where the value may have been taken; empty unless there is one such place."""
    if written in _COMMON or context.evaluator.kind(key.row) != INDICATOR:
        return ""
    return _earlier_year(context, key, written) or _other_row(context, key, written)


def _quantity(context: Context, key: Key) -> str:
    """Whether a cell holds a realisasi or a capaian."""
    column, call = context.evaluator.column(key), context.evaluator.call(key)
    source = call.args.get("nilai") if call is not None and call.function is COPY else None
    name = source.column if isinstance(source, (Elsewhere, SameRow)) else column.key
    if call is not None and call.function in (f.CAPAIAN, f.NPI):
        name = "capaian"
    if column.fact.startswith("realisasi") or (call is not None and call.function is f.REALISASI):
        name = "realisasi"
    return next((quantity for quantity in _QUANTITIES if name.startswith(quantity)), "")


def _earlier_year(context: Context, key: Key, written: Decimal) -> str:
    quantity = _quantity(context, key)
    slug = key.row.partition("@")[0]
    if not quantity:
        return ""
    for back in _YEARS_BACK:
        for place in _history(context, slug, quantity, back):
            if place != key and context.evaluator.written(place) == written:
                sheet, cell = context.view.address(place)
                year = context.view.year - back
                return f"{indonesian(written)} adalah {quantity} tahun {year} ({sheet}!{cell})"
    return ""


def _history(context: Context, slug: str, quantity: str, back: int) -> list[Key]:
    """The cells that hold what an indicator had in an earlier year: of tables, and of sentences."""
    places = [Key(t.key, slug, f"{quantity}_{back}") for t in context.view.layout.tables]
    found = [place for place in places if context.view.positions.has(place)]
    if quantity == "capaian" and back == 1 and context.printed:
        names = [statement.name for statement in statements(context.view.rule_year)]
        said = f"{slug}@{names.index(LAST_YEAR) + 1:02d}."
        for table in context.view.layout.tables:
            placed = context.view.positions.tables.get(table.key)
            prose = next((c.key for c in table.columns if c.prose and c.numeric), "")
            if placed is not None and prose in placed.columns:
                found += [Key(table.key, row, prose) for row in placed.rows if row.startswith(said)]
    return found


def _other_row(context: Context, key: Key, written: Decimal) -> str:
    """A neighbour in the column, or the only row of the table, that has the same value."""
    column = context.evaluator.column(key)
    if column.prose:
        return ""
    placed = context.view.positions.tables[key.table]
    period = key.row.partition("@")[2]
    rows = [
        row
        for row in sorted(placed.rows, key=placed.rows.__getitem__)
        if row.partition("@")[2] == period and context.evaluator.kind(row) == INDICATOR
    ]
    at = rows.index(key.row)
    near = dict(zip(rows[max(at - 1, 0) : at + 2], _words(at), strict=False))
    same = [r for r in rows if r != key.row and _stands(context, Key(key.table, r, key.column), written)]
    close = [row for row in same if near.get(row)]
    # A single digit occurs by itself; from two on, one other row only is no accident.
    chosen = close if close else same if len(written.normalize().as_tuple().digits) > 1 else []
    if len(chosen) != 1:
        return ""
    cell = context.view.address(Key(key.table, chosen[0], key.column))[1]
    return f"sama dengan nilai baris {near.get(chosen[0]) or 'lain'} ({cell}, {context.row_name(chosen[0])})"


def _words(at: int) -> tuple[str, ...]:
    """What the rows around the one at `at` are called; the row itself has no name."""
    return ("di atasnya", "", "di bawahnya") if at else ("", "di bawahnya")


def _stands(context: Context, key: Key, written: Decimal) -> bool:
    """Whether a cell holds the value, and rightly so."""
    evaluator = context.evaluator
    value = evaluator.written(key)
    if not isinstance(value, Decimal) or value != written:
        return False
    return evaluator.call(key) is None or evaluator.same(evaluator.local(key), value, key)
