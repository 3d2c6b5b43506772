"""CSV files as a workbook: every file a sheet, its cells where a spreadsheet program would show them."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

from .errors import BookError
from .read import MAX_LENGTH, MAX_SHEETS, Book, Cell, Sheet
from .sheet_xml import MAX_CELLS

SUFFIX = ".csv"
_MAX_SIZE = 64 << 20
"""Bytes of one file."""


def is_csv(path: Path) -> bool:
    """Whether a path is a CSV file, or a folder of them."""
    return path.suffix.casefold() == SUFFIX or path.is_dir()


def read_csv_book(path: Path) -> Book:
    """Read one CSV file, or all of a folder, as a workbook of texts; `BookError` names the file at fault."""
    files = _files(path)
    sheets: dict[str, Sheet] = {}
    digest = hashlib.sha256()
    count = 0
    for file in files:
        data = _bytes(file)
        digest.update(file.name.encode() + b"\0" + data)
        sheet = _sheet(file, data)
        count += len(sheet.cells)
        if count > MAX_CELLS:
            raise BookError(
                "BERKAS23",
                f"{path.name} memuat terlalu banyak sel (lebih dari {MAX_CELLS}).",
                "Periksa hanya berkas tabel laporan.",
            )
        sheets[sheet.name] = sheet
    return Book(path, sheets, {}, digest.hexdigest())


def _files(path: Path) -> Sequence[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.suffix.casefold() == SUFFIX and file.is_file())
    if not files:
        raise BookError(
            "BERKAS40", f"Folder {path} tidak memuat berkas CSV.", "Sebutkan buku kerja atau folder CSV."
        )
    if len(files) > MAX_SHEETS:
        raise BookError(
            "BERKAS24",
            f"Folder {path} memuat {len(files)} berkas CSV, lebih dari batas {MAX_SHEETS}.",
            "Pindahkan berkas yang bukan tabel laporan.",
        )
    return files


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > _MAX_SIZE:
            raise BookError("BERKAS12", f"{file.name} terlalu besar.", "Periksa isi berkas itu.")
        return file.read_bytes()
    except FileNotFoundError:
        raise BookError("BERKAS01", f"{file} tidak ada.", "Periksa nama dan foldernya.") from None
    except OSError as problem:
        raise BookError(
            "BERKAS17", f"{file} tidak dapat dibaca ({problem.strerror}).", "Periksa izin bacanya."
        ) from None


def _sheet(file: Path, data: bytes) -> Sheet:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BookError(
            "BERKAS41",
            f"{file.name} bukan teks UTF-8.",
            "Simpan ulang dari Excel sebagai “CSV UTF-8”.",
        ) from None
    sheet = Sheet(file.stem)
    try:
        for row, values in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator(text)), 1):
            for column, value in enumerate(values, 1):
                if len(value) > MAX_LENGTH:
                    raise csv.Error("teks terlalu panjang")
                if value.strip():
                    sheet.cells[row, column] = Cell(value, None, text=value)
    except csv.Error as problem:
        raise BookError(
            "BERKAS41",
            f"{file.name} tidak terbaca sebagai CSV ({problem}).",
            "Periksa tanda petik, atau simpan ulang dari Excel sebagai “CSV UTF-8”.",
        ) from None
    return sheet


def separator(text: str) -> str:
    """What separates the columns of a CSV text, judged by its first line.

    Excel in an Indonesian locale writes semicolons, because the comma is its decimal sign.
    """
    return max(",;\t", key=text.partition("\n")[0].count)
