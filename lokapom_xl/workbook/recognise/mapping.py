"""A mapping file: what was recognised in a workbook, to be corrected by hand and used again.

A CSV file that opens in Excel, one line for each header cell and each unknown name. `menjadi` is what a
person changes: the key of a column (`realisasi`; of a month's block `realisasi@03`), or an official name.
A header whose `tabel` is empty belongs to no table.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ... import regulations
from ...regulations import normalise
from ..address import parse_a1
from ..csv_book import separator
from ..errors import BookError
from ..layout import Layout
from ..recognition import Recognition
from .forms import known_tables, table_of

COLUMNS = ("jenis", "lembar", "sel", "tertulis", "tabel", "menjadi", "keyakinan")
YEAR, UNIT, COLUMN, ROW = "tahun", "unit", "kolom", "baris"


@dataclass(frozen=True)
class Told:
    """What a header cell is: its place and text, its table and column (empty: none), its block's month."""

    row: int
    number: int
    text: str
    table: str
    column: str
    month: int


@dataclass
class Corrections:
    """A mapping file that was read: year and office, and what headers (by sheet and row) and names mean."""

    path: Path
    year: int = 0
    unit: str = ""
    headers: dict[tuple[str, int], list[Told]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def write(seen: Recognition) -> str:
    """The text of a mapping file for what was recognised."""
    text = io.StringIO()
    lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
    lines.writerow(COLUMNS)
    lines.writerow((YEAR, "", "", "", "", seen.year, ""))
    lines.writerow((UNIT, "", "", "", "", seen.unit, ""))
    for table in seen.tables:
        for header in table.headers:
            known = (table.table, header.column) if header.column else ("", "")
            surely = f"{header.surely}%" if header.column else ""
            lines.writerow((COLUMN, table.sheet, header.cell, header.text, *known, surely))
        for name in table.unknown:
            lines.writerow((ROW, table.sheet, name.cell, name.text, table.table, name.suggestion, ""))
    return text.getvalue()


def read(path: Path) -> Corrections:
    """Read a mapping file; `BookError` names the line that cannot be used."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise BookError("PETA01", f"Berkas pemetaan {path} tidak ada.", "Periksa namanya.") from None
    except (OSError, UnicodeDecodeError):
        raise BookError(
            "PETA01", f"Berkas pemetaan {path} tidak terbaca.", "Simpan sebagai “CSV UTF-8”."
        ) from None
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator(text))
    if set(COLUMNS[:-1]) - set(rows.fieldnames or ()):
        raise BookError(
            "PETA01",
            f"{path.name} bukan berkas pemetaan: kolom {', '.join(COLUMNS)} tidak lengkap.",
            "Buat dengan lokapom-xl map.",
        )
    found = Corrections(path)
    lines = [(f"{path.name} baris {number}", row) for number, row in enumerate(rows, 2)]
    for where, row in lines:
        if (row["jenis"] or "").strip() == YEAR:
            found.year = _year(where, row)
    if not found.year:
        raise BookError("PETA02", f"{path.name}: tahun buku tidak disebut.", "Isi baris jenis tahun.")
    layout = _layout(found.year)
    for where, row in lines:
        kind = (row["jenis"] or "").strip()
        if kind == UNIT:
            found.unit = (row["menjadi"] or "").strip()
        elif kind == COLUMN:
            told = _told(where, row, layout)
            found.headers.setdefault((row["lembar"].strip(), told.row), []).append(told)
        elif kind == ROW:
            _add_name(where, row, found)
        elif kind not in (YEAR, ""):
            raise BookError(
                "PETA02",
                f"{where}: jenis “{kind}” tidak dikenal.",
                f"Pakai {', '.join((YEAR, UNIT, COLUMN, ROW))}.",
            )
    for (sheet, header), cells in found.headers.items():
        for key in dict.fromkeys(cell.table for cell in cells if cell.table):
            table = table_of(layout, key)
            if table is not None and table.name_column not in {c.column for c in cells if c.table == key}:
                raise BookError(
                    "PETA02",
                    f"{path.name}: tabel {key} di lembar {sheet} baris {header} belum mempunyai kolom "
                    f"{table.name_column}.",
                    "Isi kolom menjadi pada judul kolom namanya, atau kosongkan tabel pada semua judulnya.",
                )
    return found


def _year(where: str, row: Mapping[str, str]) -> int:
    said = (row["menjadi"] or "").strip()
    if not re.fullmatch(r"20\d\d", said):
        raise BookError("PETA02", f"{where}: “{said}” bukan tahun.", "Tulis empat angka.")
    return int(said)


def _layout(year: int) -> Layout:
    try:
        return known_tables(year)
    except regulations.NotReviewed as problem:
        raise BookError("ATR01", problem.message, "") from problem


def _told(where: str, row: Mapping[str, str], layout: Layout) -> Told:
    place = parse_a1((row["sel"] or "").strip().upper())
    if place is None:
        raise BookError("PETA02", f"{where}: “{row['sel']}” bukan alamat sel.", "Tulis seperti B7.")
    key = (row["tabel"] or "").strip()
    if not key:
        return Told(*place, row["tertulis"] or "", "", "", 0)
    table = table_of(layout, key)
    if table is None:
        known = {t.key: t for t in layout.tables}
        raise BookError("PETA02", f"{where}: tabel “{key}” tidak dikenal.", _nearest(key, known))
    column, _, month = (row["menjadi"] or "").strip().partition("@")
    keys = {c.key: c for c in table.columns}
    if column not in keys or (month and not re.fullmatch(r"0?[1-9]|1[0-2]", month)):
        said = (row["menjadi"] or "").strip()
        raise BookError(
            "PETA02", f"{where}: tabel {key} tidak mempunyai kolom “{said}”.", _nearest(said, keys)
        )
    return Told(*place, row["tertulis"] or "", key, column, int(month or 0))


def _nearest(said: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(said, known, n=1)
    maybe = f"Mungkin maksudnya {close[0]}. " if close else ""
    return f"{maybe}Yang ada: {', '.join(known)}."


def _add_name(where: str, row: Mapping[str, str], found: Corrections) -> None:
    meant = (row["menjadi"] or "").strip()
    if not meant:
        return
    match = regulations.match(meant, found.year)
    if match.slug is None:
        hint = f"Mungkin maksudnya “{match.suggestion}”." if match.suggestion else "Tulis nama resminya."
        raise BookError("PETA02", f"{where}: “{meant}” bukan nama indikator atau sasaran.", hint)
    found.names[normalise(row["tertulis"] or "")] = match.slug
