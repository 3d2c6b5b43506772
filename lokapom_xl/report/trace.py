"""How every value of the measurement comes about: the cells it is made of, the rule, the value.

This is for a reader who wants to follow a number by hand, from what was entered to the total.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .. import regulations
from ..checks import Context
from ..numbers import CellError, Scalar, indonesian
from ..registry import Function
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, Call, Column, Table, dated
from ..workbook.ops import SUM, CellOperation

TABLES = ("capaian", "capaian_ringkasan", "efisiensi")
"""The tables by key in which the measurement is made, whatever the kind of book."""

_MOST_DECIMALS = 4


@dataclass(frozen=True)
class Input:
    """A cell that a value is made of: what it is, where it stands, what it holds."""

    name: str
    place: str
    value: str


@dataclass(frozen=True)
class Step:
    """One value: what it is made of, by which rule, and what is written."""

    name: str
    sheet: str
    cell: str
    inputs: Sequence[Input]
    function: str
    rule: str
    references: Sequence[str]
    value: str
    written: str
    agrees: bool


@dataclass(frozen=True)
class Trace:
    """All values of one row: of an indicator, an objective, a perspective or the total."""

    file: str
    sheet: str
    name: str
    summary: bool
    steps: Sequence[Step]


def traces(contexts: Sequence[Context]) -> Iterator[Trace]:
    """The traces of all books, row by row in the order of the sheets."""
    for context in contexts:
        for table in context.view.layout.tables:
            placed = context.view.positions.tables.get(table.key)
            if table.key not in TABLES or placed is None:
                continue
            for row in sorted(placed.rows, key=lambda name: placed.rows[name]):
                steps = tuple(_steps(context, table, row, placed.columns))
                if steps:
                    summary = context.evaluator.kind(row) != INDICATOR
                    yield Trace(context.file, placed.sheet, context.row_name(row), summary, steps)


def _steps(context: Context, table: Table, row: str, columns: dict[str, int]) -> Iterator[Step]:
    for column in table.columns:
        key = Key(table.key, row, column.key)
        call = context.evaluator.call(key) if column.key in columns else None
        if call is not None and _is_rule(call.function, column):
            step = _step(context, key, column, call)
            if step is not None:
                yield step


def _is_rule(function: Function, column: Column) -> bool:
    """Whether a value is more than a copy or a help for others."""
    return not isinstance(function, CellOperation) or (function is SUM and column.unit != "count")


def _step(context: Context, key: Key, column: Column, call: Call) -> Step | None:
    evaluator = context.evaluator
    if evaluator.arguments(call, key, evaluator.chain) is None:
        return None  # a printed table that lacks what its values are made of
    value, written = evaluator.chain(key), evaluator.written(key)
    sheet, cell = context.view.address(key)
    return Step(
        name=_heading(context, column),
        sheet=sheet,
        cell=cell,
        inputs=tuple(_inputs(context, key, call)),
        function=call.function.name,
        rule=call.function.help,
        references=tuple(_references(call.function, context.view.rule_year)),
        value=_shown(value, column),
        written=_shown(written, column),
        agrees=written is None or evaluator.same(value, written, key),
    )


def _heading(context: Context, column: Column) -> str:
    return dated(f"{column.group}: {column.header}" if column.group else column.header, context.view.year)


def _inputs(context: Context, key: Key, call: Call) -> Iterator[Input]:
    evaluator = context.evaluator
    for arg in call.args.values():
        for source in context.view.positions.cells_of(arg, key):
            column = evaluator.column(source)
            name = _heading(context, column)
            if source.row != key.row:
                name = context.row_name(source.row)
            sheet, cell = context.view.address(source)
            here = context.view.address(key)[0]
            value, written = evaluator.chain(source), evaluator.written(source)
            shown = _shown(value, column, exact=True)
            if written is not None and not evaluator.same(value, written, source):
                shown += f" (tertulis {_shown(written, column, exact=True)})"
            yield Input(name, cell if sheet == here else f"{sheet}!{cell}", shown)


def _references(function: Function, year: int) -> Iterator[str]:
    for subject in function.rules:
        try:
            yield f"{regulations.title(subject)}: {regulations.version(subject, year).reference}"
        except regulations.NotReviewed as problem:
            yield problem.message


def _shown(value: Scalar, column: Column, exact: bool = False) -> str:
    if value is None:
        return "(kosong)"
    if isinstance(value, CellError):
        return value.code
    if not isinstance(value, Decimal):
        return str(value)
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    if not column.numeric or (exact and decimals <= _MOST_DECIMALS):
        return indonesian(value)
    return indonesian(value, _MOST_DECIMALS if exact else column.decimals)
