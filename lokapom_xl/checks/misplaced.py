"""Values that stand one column beside where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, Column, Table
from .context import Context


def shifted(context: Context) -> dict[Key, Key]:
    """Every blank cell whose value stands beside it, with the cell where it stands.

    That is so when another table with the same columns has it the other way round.
    """
    found: dict[Key, Key] = {}
    monthly = [table for table in context.view.layout.tables if len(_columns(table)) > 1]
    for table in monthly if context.printed else ():
        placed = context.view.positions.tables.get(table.key)
        for row in placed.rows if placed is not None else ():
            if context.evaluator.kind(row) != INDICATOR:
                continue
            for blank, filled in _neighbours(table):
                here, there = Key(table.key, row, blank.key), Key(table.key, row, filled.key)
                if _turned(context, here, there, monthly):
                    found[here] = there
    return found


def _columns(table: Table) -> list[Column]:
    return [column for column in table.columns if column.fact.startswith("target@")]


def _neighbours(table: Table) -> Iterator[tuple[Column, Column]]:
    columns = _columns(table)
    for one, other in pairwise(columns):
        yield one, other
        yield other, one


def _turned(context: Context, blank: Key, filled: Key, tables: list[Table]) -> bool:
    """Whether a table has a value in `filled` and none in `blank`, and another one has it vice versa."""
    value = _value(context, filled)
    if value is None or _value(context, blank) is not None:
        return False
    return any(
        _value(context, filled._replace(table=other.key)) is None
        and _value(context, blank._replace(table=other.key)) == value
        for other in tables
        if other.key != blank.table
    )


def _value(context: Context, key: Key) -> Decimal | None:
    value = context.evaluator.written(key) if context.view.positions.has(key) else None
    return value if isinstance(value, Decimal) else None
