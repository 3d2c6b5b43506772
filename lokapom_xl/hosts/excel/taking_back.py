"""What the button Batalkan takes back: the last change that the open book still shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import xlwings as xw

from ...actions.undo import UNDO, is_undone, plan
from ...workbook.address import Position
from ...workbook.edits import Edit
from ...workbook.history import History, Record
from . import live
from .changes import entries, note, write
from .marks import Standing, from_data, replace

MARK, UNMARK = "validate", "unmark"
"""How the journal calls what two of the buttons do; the others are called like the commands."""

_NAMES = {
    "fill": "Isi",
    "compute": "Hitung",
    "fix": "Perbaiki",
    "freeze": "Bekukan",
    MARK: "Validasi",
    UNMARK: "Hapus Tanda",
}

Edits = dict[str, dict[Position, Edit]]


def last_change(
    histories: Sequence[History], standing: Standing
) -> tuple[History, Record] | tuple[None, None]:
    """The newest change that the book still shows, and the journal that knows it."""
    found = [
        (history, record)
        for history in histories
        if (record := _last_standing(history.records(), standing)) is not None
    ]
    return max(found, key=lambda pair: pair[1].time, default=(None, None))


def _last_standing(records: Sequence[Record], standing: Standing) -> Record | None:
    """The newest change that the book still shows and that Excel does not make again by itself."""
    for record in reversed(records):
        if is_undone(record, standing.book):
            continue
        if record.marks is not None:
            if not from_data(record.marks).same_as(standing.marks):
                return record
        elif planned(record, standing)[0]:
            return record
    return None


def planned(record: Record, standing: Standing) -> tuple[Edits, list[str]]:
    """What takes a change of cells back, and the cells that were changed since."""
    report, edits = plan(standing.book.path, record, standing.book)
    return entries(edits), report.kept


def named(record: Record) -> str:
    """A change as people speak of it: `Isi pada 10.32`."""
    time = datetime.fromisoformat(record.time)
    when = f"{time:%H.%M}" if time.date() == datetime.now().date() else f"{time:%d-%m-%Y %H.%M}"
    return f"{_NAMES.get(record.action, record.action)} pada {when}"


def take_back_cells(book: xw.Book, history: History, record: Record, copy: Path, edits: Edits) -> None:
    """Write the former contents; that is a change of its own, with a backup."""
    write(book, UNDO, copy, edits)
    note(history, record.id, "undone_open")


def take_back_marks(book: xw.Book, history: History, record: Record, standing: Standing) -> None:
    """Bring the former marks back."""
    assert record.marks is not None
    with live.quiet(book.app):
        replace(book, standing.marks, from_data(record.marks))
    note(history, record.id, "undone_open")
