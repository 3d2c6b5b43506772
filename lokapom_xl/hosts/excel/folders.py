"""Where things are on a person's PC: the journal of a book, the record of failures, the commands."""

from __future__ import annotations

import hashlib
import os
import sys
import traceback
from datetime import datetime
from pathlib import Path

import xlwings as xw

from ... import __version__
from ...workbook.history import History

_LONGEST_LOG = 1 << 20


def user_folder() -> Path:
    """The folder of this product for what belongs to a person and not to a book."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
        return Path(base) / "Lokapom"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "lokapom"


def command(arguments: str) -> str:
    """A command of this product as a person can type it: with its folder, which is seldom searched."""
    program = Path(sys.executable).with_name("lokapom-xl.exe")
    return f'"{program}" {arguments}' if program.is_file() else f"lokapom-xl {arguments}"


def folder_of(book: xw.Book) -> Path | None:
    """The folder with the book's file; None for a book never saved or on a server."""
    path = Path(_full_name(book))
    return path.parent if path.is_absolute() and path.is_file() else None


def histories_of(book: xw.Book) -> list[History]:
    """The journals of an open book, the first that can be written being the one to be used.

    That is the one beside its file, where the commands look for it, too. A book without a file of its own
    (never saved, or on a server), and one in a folder that may not be written, has it in the user's folder.
    """
    name, folder = _full_name(book), folder_of(book)
    # Books of one name are told apart by where they are, and unsaved ones by the Excel that holds them.
    identity = name if folder or "://" in name else f"{name} {book.app.pid}"
    mark = hashlib.sha256(identity.encode()).hexdigest()[:8]
    own = user_folder() / "cadangan" / f"{Path(book.name).stem} {mark}"
    beside = [History(Path(name))] if folder else []
    return [*beside, History(own / book.name, own)]


def _full_name(book: xw.Book) -> str:
    try:
        return str(book.fullname)
    except xw.XlwingsError:  # a book on a server of which no copy is on this PC
        return str(book.api.FullName)


def log_failure(button: str) -> Path | None:
    """Append the exception at hand to the log; its path, None when it cannot be written."""
    path = user_folder() / "tombol.log"
    text = (
        f"{datetime.now():%Y-%m-%d %H:%M:%S} lokapom_xl {__version__}, {button}\n{traceback.format_exc()}\n"
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.stat().st_size > _LONGEST_LOG:
            os.replace(path, path.with_suffix(".lama.log"))
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        return None
    return path
