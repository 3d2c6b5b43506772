"""Whose report a book is, and of which year, from what is written in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ..read import Book
from ..units import unit_title

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_TITLED = re.compile(
    r"\b(?:tahun(?: anggaran)?|TA|target|realisasi)\s*:?\s*(20\d\d)(?!\d|\s*[-–]\s*20)", re.IGNORECASE
)
_OFFICE = re.compile(
    r"\b((?:Loka|Balai(?:\s+Besar)?)\s+POM(?:\s+di)?(?:\s+(?:Kabupaten|Kab\.?|Kota))?"
    r"(?:\s+[A-Z][a-z]+(?:\s+(?=[A-Z]))?){1,3})"
)
_CAPITALS = re.compile(
    r"\b((?:LOKA|BALAI(?:\s+BESAR)?)\s+POM(?:\s+DI)?(?:\s+(?:KABUPATEN|KAB\.?|KOTA))?\s+[A-Z]{3,})\b"
)
"""An office in a title of capital letters: its name is one word, as nothing tells where it ends."""

_ROWS = 40
"""Rows from the top in which titles stand."""

_OF_NAME = 5
"""What a year in the name of the file counts for, against one in a title."""


def year_of(book: Book) -> int:
    """The year that titles, headers and the file's name speak of most; 0 when none does, or two as much."""
    counted: Counter[int] = Counter()
    for text in _texts(book):
        for found in _TITLED.findall(text):
            counted[int(found)] += 1
    for found in _YEAR.findall(book.path.stem):
        counted[int(found)] += _OF_NAME
    ranked = counted.most_common(2)
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return 0
    return ranked[0][0]


def unit_of(book: Book) -> str:
    """The office that the book speaks of most: a title names it, a comparison names each once."""
    counted: Counter[str] = Counter()
    for text in _texts(book):
        counted.update(" ".join(found.split()) for found in _OFFICE.findall(text))
        counted.update(unit_title("_".join(found.split())) for found in _CAPITALS.findall(text))
    return counted.most_common(1)[0][0] if counted else ""


def _texts(book: Book) -> Iterator[str]:
    for sheet in book.sheets.values():
        yield sheet.name
        for (row, _), cell in sheet.cells.items():
            if row <= _ROWS and isinstance(cell.value, str) and len(cell.value) < 200:
                yield cell.value
