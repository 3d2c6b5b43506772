"""Take back the last change that this tool made to a book, also after a crash."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from ..workbook.address import Position, parse_a1
from ..workbook.errors import BookError
from ..workbook.history import KEEP, Change, History, Record, sha256
from ..workbook.package import open_package
from ..workbook.read import Book, Cell, Workbook
from ..workbook.saving import Track, refuse_if_locked, replace_file
from ..workbook.write import Edit, Formula, Put, Store, save_edits
from .compute import computed_edits, open_sound_view, with_values

UNDO = "undo"


@dataclass
class UndoReport:
    """What was taken back. `exact`: the file is byte for byte what it was before that change.

    Otherwise the book has changed since, and only the cells of that change were restored; `kept`
    are those that somebody has changed since, which stay as they are.
    """

    path: Path
    record: Record
    exact: bool
    restored: int = 0
    kept: list[str] = field(default_factory=list)


def undo(book: Path, backups: int = KEEP) -> UndoReport:
    """Take back the last change of `book` that is in its journal and was not taken back yet.

    `BookError` when there is none, when the book is open in a program, or when it cannot be saved.
    """
    book = Path(book)
    refuse_if_locked(book)
    package = open_package(book)
    history = History(book)
    now = sha256(package.data)
    content = Workbook(package).book()
    record = last_change(history.records(), content, now)
    if record is None:
        raise BookError(
            "TULIS20",
            f"{book.name}: tidak ada perubahan yang dapat dibatalkan.",
            "Hanya perubahan oleh lokapom-xl yang tercatat; yang lain ada di Undo Excel.",
        )
    before = history.backup_of(record)
    if record.after == now and before is not None:
        replace_file(
            history.book, before, package, lambda written: written.data == before, Track(UNDO, backups)
        )
        report = UndoReport(book, record, True, len(record.changes))
    else:
        report = _restore_cells(book, record, content, backups)
    history.note(record.id, "undone")
    return report


def savings(book: Path) -> list[Record]:
    """What the journal of a book knows, oldest first; `BookError` when there is no such workbook."""
    open_package(Path(book))
    records = [record for record in History(Path(book)).records() if record.action != UNDO]
    for record in records:
        record.undone |= record.undone_open
    return records


def last_change(records: list[Record], content: Book, now: str = "") -> Record | None:
    """The newest change of cells that took place and still stands; `now` is the checksum of the file."""
    for record in reversed(records):
        if is_undone(record, content) or record.before == now:
            continue  # taken back, or a crash came before it took place
        saved = record.after and (record.done or record.after == now)
        if saved or any(_stands(content, c) for c in record.changes):
            return record
    return None


def is_undone(record: Record, content: Book) -> bool:
    """Whether a change was taken back, or is itself the taking back of one.

    Taken back in an open book that was then closed without saving, it stands as before.
    """
    if record.undone_open and record.changes and all(_stands(content, c) for c in record.changes):
        return False
    return record.undone or record.undone_open or record.action == UNDO


def _cell(content: Book, change: Change) -> Cell:
    place = parse_a1(change.cell)
    sheet = content.sheets.get(change.sheet)
    cell = sheet.cells.get(place) if sheet is not None and place is not None else None
    return cell or Cell(None, None)


def _stands(content: Book, change: Change) -> bool:
    """Whether a cell still holds what the change made of it."""
    cell = _cell(content, change)
    return cell.value == change.new and (cell.formula or None) == (change.new_formula or None)


def plan(book: Path, record: Record, content: Book) -> tuple[UndoReport, dict[str, dict[Position, Edit]]]:
    """What takes a change back cell by cell, with nothing written yet.

    A cell that does not hold any more what the change made of it stays.
    """
    report = UndoReport(book, record, False)
    edits: dict[str, dict[Position, Edit]] = defaultdict(dict)
    for change in record.changes:
        place = parse_a1(change.cell)
        if place is None or not _stands(content, change):
            # A result that was calculated again is no work of a person.
            if not change.new_formula:
                report.kept.append(f"{change.sheet}!{change.cell}")
            continue
        report.restored += 1
        if change.old_formula != change.new_formula:
            edits[change.sheet][place] = (
                Formula(change.old_formula, change.old)
                if change.old_formula
                else Put(change.old, over_formula=True)
            )
        elif change.old_formula is not None:
            edits[change.sheet][place] = Store(change.old)
        else:
            edits[change.sheet][place] = Put(change.old)
    return report, edits


def _restore_cells(book: Path, record: Record, content: Book, backups: int) -> UndoReport:
    report, edits = plan(book, record, content)
    values = {
        (sheet, *place): edit.value
        for sheet, cells in edits.items()
        for place, edit in cells.items()
        if isinstance(edit, Put) and not edit.over_formula
    }
    try:
        view = open_sound_view(book)
    except BookError:
        pass  # no official book, or one with faults: the old results are put back as they were
    else:
        _, computed = computed_edits(
            with_values(view, values),
            entered={(sheet, *place) for sheet, cells in edits.items() for place in cells},
        )
        for sheet, cells in computed.items():
            edits[sheet].update(cells)
    save_edits(book, book, edits, Track(UNDO, backups, content.sha256))
    return report
