"""The findings in a copy of the book: coloured cells, comments, and a sheet that lists them with links."""

from __future__ import annotations

from collections.abc import Container, Sequence
from decimal import Decimal
from pathlib import Path

from .. import __version__
from ..model import Finding
from ..workbook.added_sheet import NewCell, NewSheet
from ..workbook.address import Position, parse_a1
from ..workbook.annotate import Annotated, Mark, annotate
from ..workbook.cells import quoted
from ..workbook.errors import BookError
from ..workbook.layout import FINDINGS_SHEET
from . import marked
from .chain import chain
from .marked import FILLS, WORDS, rank, remedy, texts
from .result import Validation
from .terminal import checked, left_out, summary

SHEET = FINDINGS_SHEET
TITLE = "Hasil pemeriksaan lokapom-xl"
"""The first cell of the sheet, by which a copy is known."""

COLUMNS = (*marked.COLUMNS, ("Akibat", 40))


def write(result: Validation, file: str, source: Path, target: Path) -> Annotated:
    """Write the annotated copy of the book `source`, which is `file` in the findings, to `target`."""
    findings = [f for f in result.findings if f.origin.file == file or not f.origin.file]
    sheets = next(c for c in result.contexts if c.file == file).view.book.sheets
    marks: dict[str, dict[Position, Mark]] = {}
    for sheet, cells in _by_cell(findings).items():
        if sheet in sheets:
            marks[sheet] = {place: _mark(found) for place, found in cells.items()}
    return annotate(source, target, marks, [_sheet(result, findings, sheets)])


def refuse_unreadable(result: Validation) -> None:
    """Nothing can be marked in a file that could not be read: it is refused for what is wrong with it."""
    read = {context.file for context in result.contexts}
    for finding in result.findings:
        if finding.origin.file in result.files and finding.origin.file not in read:
            raise BookError(finding.code, finding.message, finding.remedy)


def is_copy(path: Path) -> bool:
    """Whether a workbook is an annotated copy of ours, which may be made anew."""
    from ..workbook.read import read_book

    try:
        book = read_book(path)
    except BookError:
        return False
    return any((cell := sheet.cells.get((1, 1))) and cell.value == TITLE for sheet in book.sheets.values())


def _by_cell(findings: Sequence[Finding]) -> dict[str, dict[Position, list[Finding]]]:
    found: dict[str, dict[Position, list[Finding]]] = {}
    for finding in findings:
        place = parse_a1(finding.origin.cell) if finding.origin.cell else None
        if place is not None:
            found.setdefault(finding.origin.sheet, {}).setdefault(place, []).append(finding)
    return found


def _mark(findings: Sequence[Finding]) -> Mark:
    ordered = sorted(findings, key=rank)
    return Mark(FILLS[ordered[0].level], "\n\n".join(map(_comment, ordered)))


def _comment(finding: Finding) -> str:
    written, expected = texts(finding)
    word = "AKIBAT" if finding.caused_by else WORDS[finding.level]
    lines = [f"{word} {finding.code}", f"Tertulis: {written}"]
    if finding.expected:
        lines.append(f"Seharusnya: {expected}")
    lines.append(finding.message)
    lines.append(f"Yang perlu dilakukan: {remedy(finding)}")
    return "\n".join(lines)


def _sheet(result: Validation, findings: Sequence[Finding], sheets: Container[str]) -> NewSheet:
    effects = result.consequences()
    about = [
        TITLE,
        f"{result.verdict}: {', '.join(result.files)}",
        checked(result),
        summary(result),
        left_out(result),
        "Warna sel: merah = GALAT, jingga = PERINGATAN, biru = INFO dan akibat. Salinan ini untuk dibaca; "
        "yang diperbaiki buku aslinya.",
        f"Dibuat dengan lokapom-xl {__version__}. Penjelasan kode: lokapom-xl explain KODE.",
    ]
    rows: list[list[NewCell | None]] = [
        [NewCell(text, "title" if number < 2 else "text")] for number, text in enumerate(about) if text
    ]
    rows += [[], [NewCell(heading, "header") for heading, _ in COLUMNS]]
    # A cause stands before what follows from it; a consequence of another book's fault comes last.
    for number, finding in enumerate(sorted(findings, key=lambda f: f.caused_by is not None), 1):
        rows.append(_row(number, finding, effects.get(finding.id, []), sheets))
    if not findings:
        rows.append([None] * 8 + [NewCell("Tidak ada temuan.", "wrapped")])
    return NewSheet(SHEET, [width for _, width in COLUMNS], rows)


def _row(
    number: int, finding: Finding, effects: Sequence[Finding], sheets: Container[str]
) -> list[NewCell | None]:
    written, expected = texts(finding)
    origin = finding.origin
    place = parse_a1(origin.cell) if origin.cell else None
    there = place is not None and origin.sheet in sheets
    link = f"{quoted(origin.sheet)}!{origin.cell}" if there else ""
    word = "AKIBAT" if finding.caused_by else WORDS[finding.level]
    entails = f"{len(effects)} nilai lain ikut salah: {chain(finding, effects)}" if effects else ""
    wrapped = (finding.indicator, written, expected, finding.message, remedy(finding), entails)
    return [
        NewCell(Decimal(number)),
        NewCell(word, fill=FILLS[finding.level]),
        NewCell(finding.code),
        NewCell(origin.sheet, "wrapped"),
        NewCell(origin.cell, link=link),
        *(NewCell(text, "wrapped") for text in wrapped),
    ]
