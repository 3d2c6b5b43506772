"""What was changed in a book, beside the book: backups with a time stamp, and a journal of cells.

Both live in the folder `cadangan-lokapom` next to the book. The journal has one JSON record per
line, written and made durable *before* the book is replaced; whether a change took place is told by
the checksum of the book itself, so a crash at any moment leaves nothing to guess.

A change made in a book that is open in a program is noted likewise, but without a checksum of what
it became: when that program saves the book, and with what else in it, is not ours to know. Whether
such a change stands is told by the cells.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ..numbers import CellError, Scalar, plain
from . import platform
from .errors import BookError

FOLDER = "cadangan-lokapom"
KEEP = 10
"""Backups of a book that are kept unless told."""

_PATIENCE = 20.0  # seconds to wait for another process that saves the same book
_LONG = 4 << 20  # bytes of a journal from which old records are dropped
_REMEMBERED = 50


@dataclass(frozen=True)
class Change:
    """One cell: the formula and the value (or stored result) that it had, and those that it got."""

    sheet: str
    cell: str
    old: Scalar
    new: Scalar
    old_formula: str | None = None
    new_formula: str | None = None


@dataclass
class Record:
    """One change of a book. `before` and `after` are the SHA-256 of the file.

    `after` is empty for a change made in the open book. `marks` is what such a change did to the marks
    of a validation: those that stood before. `undone_open`: taken back in the open book, which may have
    been closed without saving.
    """

    id: int
    time: str
    action: str
    before: str
    after: str
    backup: str
    changes: list[Change] = field(default_factory=list)
    done: bool = False
    undone: bool = False
    undone_open: bool = False
    marks: dict[str, Any] | None = None


class History:
    """The backups and the journal of one book, beside it unless told another `folder`."""

    def __init__(self, book: Path, folder: Path | None = None) -> None:
        self.book = Path(os.path.realpath(book))
        self.folder = folder or self.book.parent / FOLDER
        self._journal = self.folder / f"{self.book.name}.jurnal"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Only one process at a time saves this book; a dead one holds nothing."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / f"{self.book.name}.kunci", timeout=_PATIENCE)
        try:
            lock.acquire()
        except Timeout:
            raise BookError(
                "TULIS19",
                f"{self.book.name} sedang disimpan oleh proses lain.",
                "Tunggu sebentar lalu ulangi.",
            ) from None
        try:
            yield
        finally:
            lock.release()

    # --- the journal ---------------------------------------------------------------------------

    def records(self) -> list[Record]:
        """All savings that are remembered, oldest first; a line cut off by a crash does not count."""
        found: dict[int, Record] = {}
        try:
            lines = self._journal.read_text(encoding="utf-8").splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []
        for line in lines:
            try:
                item = json.loads(line)
                if "changes" in item:
                    item["changes"] = [_change(change) for change in item["changes"]]
                    record = Record(**item)
                    found[record.id] = record
                elif item["id"] in found:
                    setattr(found[item["id"]], item["state"], True)
            except (ValueError, KeyError, TypeError):
                continue
        return list(found.values())

    def add(
        self,
        action: str,
        before: bytes,
        after: bytes | None,
        changes: list[Change],
        keep: int,
        marks: dict[str, Any] | None = None,
    ) -> int:
        """Back up the old file and note what is about to change; the id of the record.

        `after` is None for a change in an open book, of which `before` is a copy.
        """
        now = datetime.now()
        known = self.records()
        number = max((record.id for record in known), default=0) + 1
        self._shorten(known)
        # A name that was pruned is not used again: two records would speak of one file.
        taken = {record.backup for record in known}
        backup = self._back_up(before, now, taken) if keep > 0 else ""
        time = now.isoformat(timespec="seconds")
        became = "" if after is None else sha256(after)
        self._append(
            _item(Record(number, time, action, sha256(before), became, backup, changes, marks=marks))
        )
        return number

    def note(self, number: int, state: str) -> None:
        """Note that a change is `done`, `undone` or `undone_open`."""
        self._append({"id": number, "state": state})

    def _append(self, item: dict[str, Any]) -> None:
        line = json.dumps(item, ensure_ascii=False, separators=(",", ":"))
        with self._journal.open("a+b") as file:
            # A crash may have cut off the last line; ours must not become its end.
            start = b""
            if file.tell():
                file.seek(-1, os.SEEK_END)
                start = b"" if file.read(1) == b"\n" else b"\n"
            file.write(start + line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _shorten(self, known: list[Record]) -> None:
        if not self._journal.exists() or self._journal.stat().st_size < _LONG:
            return
        items = [_item(record) for record in known[-_REMEMBERED:]]
        lines = [json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in items]
        platform.write_new(self._journal, ("\n".join(lines) + "\n").encode())

    # --- backups -------------------------------------------------------------------------------

    def _back_up(self, content: bytes, now: datetime, taken: set[str]) -> str:
        stem, suffix = self.book.stem, self.book.suffix
        name = f"{stem} {now:%Y-%m-%d %H%M%S}{suffix}"
        count = 1
        while name in taken or (self.folder / name).exists():
            count += 1
            name = f"{stem} {now:%Y-%m-%d %H%M%S}-{count}{suffix}"
        platform.write_new(self.folder / name, content)
        return name

    def prune(self, keep: int) -> None:
        """Remove the oldest backups that this tool made; never one made by a person."""
        names = [record.backup for record in self.records() if record.backup]
        for name in names[: max(0, len(names) - keep)]:
            with suppress(OSError):
                (self.folder / name).unlink()

    def backup_of(self, record: Record) -> bytes | None:
        """The file as it was before a saving, when its backup is still there and whole."""
        try:
            content = (self.folder / record.backup).read_bytes() if record.backup else b""
        except OSError:
            return None
        return content if sha256(content) == record.before else None


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# --- values as JSON ------------------------------------------------------------------------------


def _item(record: Record) -> dict[str, Any]:
    return asdict(record) | {"changes": [_written(change) for change in record.changes]}


def _written(change: Change) -> list[Any]:
    return [
        change.sheet,
        change.cell,
        _value(change.old),
        _value(change.new),
        change.old_formula,
        change.new_formula,
    ]


def _change(item: list[Any]) -> Change:
    sheet, cell, old, new, old_formula, new_formula = item
    return Change(sheet, cell, _scalar(old), _scalar(new), old_formula, new_formula)


def _value(value: Scalar) -> Any:
    if isinstance(value, Decimal):
        return {"n": plain(value) if abs(value.adjusted()) < 40 else str(value)}
    if isinstance(value, CellError):
        return {"e": value.code}
    return value


def _scalar(item: Any) -> Scalar:
    if isinstance(item, dict):
        return Decimal(item["n"]) if "n" in item else CellError(item["e"])
    if item is None or isinstance(item, (bool, str)):
        return item
    raise ValueError(item)
