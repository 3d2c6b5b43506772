"""What the validation of one book costs, stage by stage: `python -m tests.bench.validate`.

Processor time in fresh processes, the least of several; start-up is told first. The stages are those of the
command with a report on the screen: `read` the file, `locate` its tables, `recompute` every cell, each family
of checks with what is left for it, and the `report` (`other`: putting the findings in order). A recomputed
value is remembered, so no check pays for it again; `in all` is measured in processes of its own, in which
nothing is recomputed ahead. The last column is a ratio to openpyxl, which reads the same book twice in the
same run (values and formulas), without its own start-up.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BOOKS = ROOT / "workbooks" / "contoh"
COMMAND = (
    "lokapom_xl.cli",
    "lokapom_xl.actions.validate",
    "lokapom_xl.actions.report",
    "lokapom_xl.report.terminal",
)
"""What a run of the command has imported when it is done."""


class Clock:
    """Processor time by stage; a stage within another one counts by itself."""

    def __init__(self) -> None:
        self.taken: defaultdict[str, float] = defaultdict(float)
        self._open: list[str] = []
        self._since = 0.0

    def _turn(self) -> None:
        now = time.process_time()
        if self._open:
            self.taken[self._open[-1]] += now - self._since
        self._since = now

    def run(self, stage: str, work: Callable[..., Any], *arguments: Any) -> Any:
        self._turn()
        self._open.append(stage)
        try:
            return work(*arguments)
        finally:
            self._turn()
            self._open.pop()

    def watch(self, owner: Any, name: str, stage: str | Callable[..., str]) -> None:
        """From here on a function's time is that stage's, which its arguments may tell."""
        work = getattr(owner, name)

        def timed(*arguments: Any) -> Any:
            return self.run(stage if isinstance(stage, str) else stage(*arguments), work, *arguments)

        setattr(owner, name, timed)


# --- in processes of their own -------------------------------------------------------------------------


def whole(book: Path) -> dict[str, float]:
    """Nothing is watched."""
    clock = Clock()
    validate, render = _imported()
    clock.run("in all", lambda: render(validate(book)))
    return dict(clock.taken)


def staged(book: Path) -> dict[str, float]:
    """Every stage by itself."""
    clock = Clock()
    validate, render = _imported()
    module: Any = sys.modules[validate.__module__]
    make: Any = module.Evaluator

    def evaluator(view: Any) -> Any:
        made = make(view)
        clock.run("recompute", _recompute, made)
        return made

    module.Evaluator = evaluator
    clock.watch(module, "read_book", "read")
    clock.watch(module, "open_any", "locate")
    clock.watch(module.Runner, "_run", lambda runner, check, *_: check.family)
    result = clock.run("other", validate, book)
    clock.run("report", render, result)
    return dict(clock.taken)


def _recompute(evaluator: Any) -> None:
    for _, _, key, _ in evaluator.computed_keys():
        evaluator.local(key)
        if not evaluator.view.layout.printed:  # there it starts from what other checks put right
            evaluator.chain(key)


def _imported() -> tuple[Callable[..., Any], Callable[..., str]]:
    from lokapom_xl.actions.validate import validate
    from lokapom_xl.report.terminal import render

    return validate, render


def openpyxl_twice(book: Path) -> dict[str, float]:
    """What a script does that wants values and formulas."""
    from openpyxl import load_workbook

    clock = Clock()
    for data_only in (True, False):
        clock.run("openpyxl", lambda only=data_only: load_workbook(book, data_only=only))
    return dict(clock.taken)


WAYS = {way.__name__: way for way in (whole, staged, openpyxl_twice)}


# --- here ------------------------------------------------------------------------------------------------


def as_installed(cache: str) -> dict[str, str]:
    """The environment of a process that compiles nothing anew."""
    environment = {key: text for key, text in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**environment, "PYTHONPYCACHEPREFIX": cache}


def start_up(turns: int, environment: dict[str, str]) -> tuple[float, float]:
    """Python by itself, and what the command imports before it opens a book, on top of it."""
    taken: dict[str, list[float]] = {"": [], f"import {', '.join(COMMAND)}": []}
    for _ in range(turns + 1):
        for code, seconds in taken.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    bare, full = map(min, taken.values())
    return bare, full - bare


def measure(book: Path, turns: int, environment: dict[str, str]) -> dict[str, float]:
    """The least of every figure; the ways take turns, so that what else the machine does falls on all."""
    least: dict[str, float] = {}
    for _ in range(turns):
        for way in WAYS:
            command = [sys.executable, "-m", "tests.bench.validate", "--way", way, str(book)]
            done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
            for stage, seconds in json.loads(done.stdout).items():
                least[stage] = min(seconds, least.get(stage, seconds))
    return least


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("books", type=Path, nargs="*", default=sorted(BOOKS.glob("*.xlsx")))
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        print(json.dumps(WAYS[options.way](options.books[0])))
        return
    with tempfile.TemporaryDirectory() as cache:
        environment = as_installed(cache)
        bare, ours = start_up(options.turns, environment)
        print(f"start-up: Python {bare * 1e3:.0f} ms, lokapom-xl validate {ours * 1e3:.0f} ms more")
        print(f"{'ms':28}" + "".join(f"{column:>10}" for column in (*stages(), "ratio")))
        for book in options.books:
            least = measure(book, options.turns, environment)
            figures = "".join(f"{least.get(column, 0) * 1e3:10.1f}" for column in stages())
            print(f"{book.name[:27]:28}{figures}{least['in all'] / least['openpyxl']:10.2f}", flush=True)


def stages() -> tuple[str, ...]:
    """The columns of figures."""
    from lokapom_xl.registry import FAMILIES

    return ("read", "locate", "recompute", *FAMILIES, "other", "report", "in all", "openpyxl")


if __name__ == "__main__":
    main()
