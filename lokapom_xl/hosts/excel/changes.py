"""Changes of the open book, noted in its journal before they happen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import xlwings as xw

from ...workbook.address import Position
from ...workbook.errors import BookError
from ...workbook.history import KEEP, Change, History
from ...workbook.package import open_package
from ...workbook.write import Edit, Revision, Store
from . import live
from .folders import histories_of
from .marks import Marks, Standing, replace


def entries(edits: live.LiveEdits) -> dict[str, dict[Position, Edit]]:
    """The edits without stored results: Excel makes its own."""
    kept: dict[str, dict[Position, Edit]] = {}
    for sheet, cells in edits.items():
        for place, edit in cells.items():
            if not isinstance(edit, Store):
                kept.setdefault(sheet, {})[place] = edit
    return kept


def write(book: xw.Book, action: str, copy: Path, edits: live.LiveEdits) -> None:
    """Back up, note, write. What a command would refuse to write is refused before anything happens.

    `copy` is the book as it is now.
    """
    package = open_package(copy)
    changes = [change for patch in Revision(package, edits).patches for change in patch.changes()]
    sheets = [book.sheets[name] for name in edits]
    with live.unlocked(sheets), _noted(book, action, package.data, changes, KEEP), live.quiet(book.app):
        live.write(book, edits)


def mark(book: xw.Book, action: str, standing: Standing, new: Marks) -> None:
    """Note which marks stand, and put the new ones in their place."""
    if new.same_as(standing.marks):  # only made anew; nothing there is to be taken back
        with live.quiet(book.app):
            replace(book, standing.marks, new)
        return
    former = standing.marks.as_data()
    with _noted(book, action, standing.package.data, [], 0, former), live.quiet(book.app):
        replace(book, standing.marks, new)


@contextmanager
def _noted(
    book: xw.Book,
    action: str,
    before: bytes,
    changes: list[Change],
    keep: int,
    marks: dict[str, Any] | None = None,
) -> Iterator[None]:
    for history in histories_of(book):
        try:
            with history.lock():
                number = history.add(action, before, None, changes, keep, marks)
            break
        except OSError as problem:
            why = f"{history.folder} tidak dapat ditulisi ({problem.strerror or problem})"
    else:
        raise BookError(
            "TULIS13", f"Folder {why}.", "Tidak ada yang diubah. Simpan buku ini di folder lain, lalu ulangi."
        )
    yield
    note(history, number, "done")
    if keep:
        with suppress(OSError):
            history.prune(keep)


def note(history: History, number: int, state: str) -> None:
    """Note what became of a change. It is made: a full disk must not make that look like a failure."""
    with suppress(OSError):
        history.note(number, state)
