"""A process that saves a book again and again, killed at a random moment; what it leaves behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from lokapom_xl.actions.undo import undo
from lokapom_xl.workbook.read import Cell, read_book
from lokapom_xl.workbook.write import Put, Track, save_edits

SHEET, PLACE = "Capaian", (7, 7)
_CHILD = """
import sys
from decimal import Decimal
from pathlib import Path
from lokapom_xl.workbook.write import Put, Track, save_edits
book, number = Path(sys.argv[1]), int(sys.argv[2])
print("siap", flush=True)
while True:
    number += 1
    save_edits(book, book, {"Capaian": {(7, 7): Put(Decimal(number))}}, Track("fill", keep=3))
"""


@dataclass
class Outcome:
    """What a kill left: the number in the book, how many savings there were, whether a file lay about."""

    number: int
    savings: int
    leftover: bool


def number_in(book: Path) -> int:
    value = read_book(book).sheets[SHEET].cells[PLACE].value
    assert isinstance(value, Decimal)
    return int(value)


def others(book: Path) -> dict[str, dict[tuple[int, int], Cell]]:
    """Every cell but the one that changes."""
    sheets = {name: dict(sheet.cells) for name, sheet in read_book(book).sheets.items()}
    del sheets[SHEET][PLACE]
    return sheets


def kill_once(book: Path, rng: random.Random, longest: float = 0.15) -> Outcome:
    """Start a process that saves without end, kill it, and check all that must hold.

    AssertionError when the book is not whole, when another cell changed, when `undo` does not give
    the state before, or when saving does not work any more.
    """
    first, before = number_in(book), others(book)
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(book), str(first)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdout is not None and child.stderr is not None
    assert child.stdout.readline().strip() == b"siap", child.stderr.read().decode()
    time.sleep(rng.uniform(0, longest))
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    assert child.returncode == -signal.SIGKILL, "the process ended by itself"
    with zipfile.ZipFile(book) as archive:
        assert archive.testzip() is None
    number = number_in(book)
    assert number >= first and others(book) == before
    leftover = any(book.parent.glob(".lokapom-*"))
    if number > first:
        report = undo(book)
        assert number_in(book) == number - 1 and not report.kept, (number, report)
        assert others(book) == before
    assert save_edits(book, book, {SHEET: {PLACE: Put(Decimal(number + 10))}}, Track("fill", keep=3))
    assert number_in(book) == number + 10
    assert not any(book.parent.glob(".lokapom-*")), "an unfinished file stays"
    return Outcome(number, number - first, leftover)
