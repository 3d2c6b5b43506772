"""The module that Excel's xlwings imports: every domain function as a worksheet function.

Nothing is written here twice: name, help, arguments and calculation come from the function's record.
A range is one call: xlwings hands over all its cells, and a result of the same shape goes back.

A function whose arguments have different shapes repeats single cells, rows and columns, as Excel's own
functions do, and is `#N/A` where an argument has no cell. An argument of kind `range` is taken whole.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any

import xlwings as xw

from ... import formulas
from ...registry import FUNCTIONS, Function
from . import CATEGORY
from .convert import Result, cells, result, spread, whole

Rows = list[list[Result]]

_NOT_KEYS = frozenset({bool, list})

_ = formulas  # imported for the functions that it registers


class _Known(dict[tuple[object, ...], Result]):
    """The results of a function by its arguments.

    Excel recalculates whole columns when one cell of them changed, and columns repeat their values.
    A result follows from the arguments alone, the rules of a running process being fixed.
    """

    LIMIT = 50_000

    def __init__(self, record: Function) -> None:
        self.record = record

    def __missing__(self, row: tuple[object, ...]) -> Result:
        if len(self) >= self.LIMIT:
            self.clear()
        value = self[row] = result(self.record(*row))
        return value


def _calculation(record: Function) -> Callable[[tuple[object, ...]], Rows]:
    """From the arguments as xlwings reads them to the rows that it writes."""
    known = _Known(record)

    def compute(row: tuple[object, ...]) -> Result:
        return result(record(*row))

    def calculate(values: tuple[object, ...]) -> Rows:
        arguments, distinct = [], True
        for argument, value in zip(record.arguments, values):  # the last ones may be left out
            given = whole(value) if argument.kind == "range" else cells(value)
            arguments.append(given)
            # Whole ranges are no keys; and TRUE, which equals 1 in Python, must not find a 1's result.
            distinct &= _NOT_KEYS.isdisjoint(map(type, given.values))
        rows = max(given.rows for given in arguments)
        columns = max(given.columns for given in arguments)
        table = zip(*(spread(given, rows, columns) for given in arguments), strict=True)
        results = list(map(known.__getitem__ if distinct else compute, table))
        return [results[i : i + columns] for i in range(0, len(results), columns)]

    return calculate


def worksheet_function(record: Function) -> Callable[..., Rows]:
    """The xlwings UDF of one record."""
    calculate = _calculation(record)

    def udf(*values):  # type: ignore[no-untyped-def]  # annotations would be read as converters
        return calculate(values)

    udf.__name__ = udf.__qualname__ = record.name
    udf.__doc__ = record.help
    udf.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(
                argument.name,
                Parameter.POSITIONAL_OR_KEYWORD,
                default=None if argument.optional else Parameter.empty,
            )
            for argument in record.arguments
        ]
    )
    decorated: Any = udf
    for argument in record.arguments:
        # Without err_to_str an error in a cell would be read as an empty cell.
        decorated = xw.arg(argument.name, doc=argument.help, ndim=2, err_to_str=True)(decorated)
    # The rows are finished: "raw" keeps xlwings from looking at every cell again.
    decorated = xw.ret("raw")(decorated)
    # Last, because each of the others sets the category back to xlwings' own.
    return xw.func(category=CATEGORY)(decorated)  # type: ignore[no-any-return]


for _record in FUNCTIONS.values():
    globals()[_record.name] = worksheet_function(_record)
