"""What a worksheet function costs in Python: `python -m tests.bench.udf_calls`.

Calls go through xlwings' own code as Excel makes them, without COM, which comes on top for both sides.
Every figure is also given as a ratio to a function that only returns its argument, with as many
arguments, read by xlwings in the same way. Microseconds per cell, the median of several turns.

`new` rows were never seen before; `again` is the recalculation of a column that is known; `alike` is a
column as offices have it, where a tenth of the rows is different.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from ..fakewin import Host, excel

SIZES = (1_000, 20_000)
Columns = list[list[float]]


def identity(host: Host, arguments: int) -> str:
    """A function that returns its first argument, in the module that Excel calls."""
    names = ("a", "b", "c")[:arguments]
    space: dict[str, Any] = {}
    exec(f"def SAME{arguments}_({', '.join(names)}): return a", space)
    function = host.xw.func(space[f"SAME{arguments}_"])
    for name in names:
        function = host.xw.arg(name, ndim=2)(function)
    setattr(host.functions, function.__name__, function)
    return str(function.__name__)


def rows(count: int, columns: int, different: int, turn: int) -> Columns:
    source = random.Random(turn * 7919 + count + different)
    pool = [[round(source.uniform(50, 130), 6) for _ in range(columns)] for _ in range(different)]
    picked = pool if different == count else [source.choice(pool) for _ in range(count)]
    return [[row[i] for row in picked] for i in range(columns)]


def as_column(values: list[float]) -> tuple[tuple[float], ...]:
    return tuple((value,) for value in values)


def one_call(host: Host, name: str, columns: Columns, rest: tuple[Any, ...]) -> None:
    host.call(name, *map(as_column, columns), *rest)


def per_cell(host: Host, name: str, columns: Columns, rest: tuple[Any, ...]) -> None:
    for row in zip(*columns, strict=True):
        host.call(name, *row, *rest)


def seconds(work: Callable[..., None], *arguments: Any) -> float:
    start = time.process_time()
    work(*arguments)
    return time.process_time() - start


def main() -> None:
    heading = ("function", "cells", "way", "rows", "us/cell", "returning", "ratio")
    print("{:<10}{:>8}  {:<10}{:<7}{:>9}{:>11}{:>8}".format(*heading))
    costs: dict[tuple[str, int, str, str], float] = {}
    with excel() as host:
        for name, columns, rest in (("CAPAIAN", 2, ()), ("NPI", 1, (2023.0,)), ("IE", 2, ())):
            same = identity(host, columns + len(rest))
            for size in SIZES:
                for label, way, turns in (("per cell", per_cell, 3), ("one call", one_call, 9)):
                    kinds = {
                        "new": [rows(size, columns, size, turn + 1) for turn in range(turns)],
                        "alike": [rows(size, columns, size // 10, turn + 1) for turn in range(turns)],
                        "again": [rows(size, columns, size, 1)] * (turns + 1),
                    }
                    for kind, data in kinds.items():
                        # Turn about, so that what else the machine does falls on both.
                        pairs = [
                            tuple(seconds(way, host, n, given, rest) for n in (name, same)) for given in data
                        ]
                        ours, base = (median(pair[i] for pair in pairs) / size * 1e6 for i in (0, 1))
                        ratio = median(mine / other for mine, other in pairs)
                        costs[name, size, label, kind] = ours
                        print(
                            f"{name:<10}{size:>8,}  {label:<10}{kind:<7}{ours:>9.2f}{base:>11.2f}{ratio:>7.2f}x"
                        )
    print(
        "\nOne call for a column against a call for every cell (new rows; the aim against returning is 2 x):"
    )
    for name, size, label, kind in costs:
        if (label, kind) == ("one call", "new"):
            print(
                f"{name:<10}{size:>8,}  {costs[name, size, 'per cell', kind] / costs[name, size, label, kind]:.1f} x"
            )


if __name__ == "__main__":
    main()
