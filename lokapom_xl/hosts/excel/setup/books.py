"""What a macro book says about itself: its VBA, and the settings on its hidden sheet."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from ..macro_book import SETTINGS_SHEET
from .machine import Machine

_VERSION = re.compile(r"^'Version: ([\w.]+)", re.MULTILINE)
_OURS = "LokapomFungsi"
"""The VBA module by which a book is known as one of ours."""


@dataclass(frozen=True)
class Book:
    """`problem` is why it is not one of our macro books, in words."""

    path: PureWindowsPath
    problem: str = ""
    xlwings: str = ""
    settings: dict[str, str] = field(default_factory=dict)


def read_book(machine: Machine, path: PureWindowsPath) -> Book:
    """The facts of a book; never an exception for what is wrong with the file."""
    from pyopenvba.exceptions import PyOpenVBAError

    if path.suffix.lower() != ".xlsm":
        return Book(path, "bukan buku makro (.xlsm)")
    if not machine.is_file(path):
        return Book(path, "tidak ditemukan")
    try:
        content = machine.read(path)
        modules, settings = _modules(content), _settings(content)
    except PermissionError:
        return Book(path, "tidak dapat dibaca; mungkin sedang terbuka di Excel")
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, PyOpenVBAError):
        return Book(path, "tidak dapat dibaca; mungkin rusak")
    version = _VERSION.search(modules.get("xlwings", ""))
    if _OURS not in modules or not version:
        return Book(path, "bukan buku makro Lokapom")
    return Book(path, "", version[1], settings)


def _modules(content: bytes) -> dict[str, str]:
    """The VBA by module name; the library reads files only."""
    from pyopenvba import ExcelFile

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "buku.xlsm")
        copy.write_bytes(content)
        with ExcelFile(copy) as file:
            return dict(file.vba_modules())


def _settings(content: bytes) -> dict[str, str]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True)
    try:
        if SETTINGS_SHEET not in book.sheetnames:
            return {}
        rows = book[SETTINGS_SHEET].iter_rows(max_col=2, max_row=100, values_only=True)
        return {str(row[0]).upper(): str(row[1]) for row in rows if len(row) > 1 and row[0]}
    finally:
        book.close()


def from_internet(machine: Machine, path: PureWindowsPath) -> bool:
    """Whether Windows noted that the file came from the internet or by e-mail."""
    zone = re.search(rb"^ZoneId=(\d+)", machine.mark(path) or b"", re.MULTILINE)
    # 3 is the internet, 4 a forbidden site; lower numbers are this computer and the office's own network.
    return zone is not None and int(zone[1]) >= 3


def macro_books(machine: Machine, folder: PureWindowsPath) -> list[PureWindowsPath]:
    """The books .xlsm in a folder, without the lock files of open ones."""
    return [
        path
        for path in machine.files(folder)
        if path.suffix.lower() == ".xlsm" and not path.name.startswith(("~$", ".lokapom-"))
    ]
