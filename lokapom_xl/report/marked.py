"""The findings in the book itself: the note at a cell, and the rows of the sheet that lists them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..model import Finding
from .messages import shown as shown
from .result import Validation

LEVELS = ("galat", "peringatan", "info")
"""The gravest first."""

WORDS = {"galat": "GALAT", "peringatan": "PERINGATAN", "info": "INFO"}
FILLS = {"galat": "FF9999", "peringatan": "FFC266", "info": "9DC3E6"}
"""Fills (RRGGBB), unlike those of entry cells, formulas and summaries."""

COLOURS = {"galat": "merah", "peringatan": "jingga", "info": "biru"}

HEAD = "Lokapom – hasil pemeriksaan"
TAIL = "(Tombol Hapus Tanda menghapus catatan ini.)"
"""The first and the last line of a note of ours. One that somebody wrote on below is his."""

TITLE = "Hasil Pemeriksaan Lokapom"
"""The first cell of the sheet with the findings, by which it is known."""

COLUMNS = (
    ("No", 5),
    ("Level", 13),
    ("Kode", 9),
    ("Lembar", 20),
    ("Sel", 8),
    ("Indikator", 32),
    ("Tertulis", 20),
    ("Seharusnya", 20),
    ("Pesan", 62),
    ("Yang perlu dilakukan", 38),
)
"""The columns of the sheet with the findings, and their widths."""

HEADER_ROW = 8
SHEET_COLUMN, CELL_COLUMN, LEVEL_COLUMN = 4, 5, 2

Row = Sequence[str | int]


def is_note(text: str) -> bool:
    """Whether a note at a cell is one of ours, as we wrote it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    return lines[0] == HEAD and lines[-1] == TAIL


def note(findings: Sequence[Finding]) -> str:
    """The note at a cell, whatever the number of its findings."""
    parts = ["\n".join(_part(finding)) for finding in sorted(findings, key=rank)]
    return "\n\n".join([f"{HEAD}\n{parts[0]}", *parts[1:]]) + f"\n{TAIL}"


def rank(finding: Finding) -> int:
    return LEVELS.index(finding.level)


def _part(finding: Finding) -> list[str]:
    written, expected = texts(finding)
    lines = [f"{WORDS[finding.level]} {finding.code}", f"Tertulis: {written}"]
    if finding.expected:
        lines.append(f"Seharusnya: {expected}")
    lines.append(f"Alasan: {finding.message}")
    lines.append(f"Yang perlu dilakukan: {remedy(finding)}")
    return lines


def remedy(finding: Finding) -> str:
    """What to do; a mere consequence needs nothing of its own."""
    if finding.caused_by:
        return "Perbaiki sel asalnya; nilai ini menyesuaikan."
    return finding.remedy or "Tidak perlu tindakan."


def texts(finding: Finding) -> tuple[str, str]:
    """What is written and what is expected, as people write it; a text that is the fault itself, as it is."""
    if finding.code.startswith(("ISI0", "STR", "ATR02", "KON05")):
        return finding.written or "(kosong)", finding.expected
    return shown(finding.written), shown(finding.expected) if finding.expected else ""


def rows(result: Validation, checked: str, without_note: Sequence[str] = ()) -> list[Row]:
    """The rows of the sheet with the findings. `checked` says when; `without_note` names marked cells in
    which somebody else's note stands."""
    counted = ", ".join(f"{count} {what}" for what, count in result.checked.items())
    colours = ", ".join(f"{COLOURS[level]} = {WORDS[level]}" for level in LEVELS)
    about = [
        TITLE,
        f"{result.verdict}: {', '.join(result.files)}",
        f"Diperiksa pada {checked}: {counted}.",
        summary(result),
        f"Warna sel: {colours}. Tombol Hapus Tanda menghapus warna, catatan, dan lembar ini.",
        "Lembar ini dibuat ulang setiap kali Validasi dijalankan; jangan menulis di sini. "
        "Penjelasan kode: lokapom-xl explain KODE.",
        f"Tanpa catatan karena sudah bercatatan: {', '.join(without_note)}." if without_note else "",
    ]
    table: list[Row] = [[text] if text else [] for text in about]
    table.append([heading for heading, _ in COLUMNS])
    for number, finding in enumerate(result.findings, 1):
        written, expected = texts(finding)
        origin = finding.origin
        start: list[str | int] = [number, WORDS[finding.level], finding.code, origin.sheet, origin.cell]
        table.append(
            [*start, finding.indicator, written, expected, finding.message, remedy(finding)],
        )
    if not result.findings:
        table.append(["", "", "", "", "", "", "", "", "Tidak ada temuan.", ""])
    return table


def summary(result: Validation) -> str:
    """How many findings of each kind."""
    levels = Counter(f.level for f in result.findings if f.caused_by is None)
    effects = sum(bool(f.caused_by) for f in result.findings)
    return (
        f"Temuan: {levels['galat']} galat, {levels['peringatan']} peringatan, {levels['info']} catatan, "
        f"{effects} nilai ikut salah sebagai akibat."
    )
