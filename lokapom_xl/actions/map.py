"""Say what of a workbook is recognised, and write it as a mapping file to be corrected."""

from __future__ import annotations

from pathlib import Path

from ..workbook.csv_book import is_csv, read_csv_book
from ..workbook.errors import BookError
from ..workbook.read import read_book
from ..workbook.recognise import is_ours, open_any, recognition_of
from ..workbook.recognise.mapping import read, write
from ..workbook.recognition import Recognition
from .new import finished


def map_book(
    book: Path, output: Path | None = None, year: int = 0, mapping: Path | None = None
) -> Recognition:
    """What is recognised in a book that is not ours; written to the CSV file `output`, which is new."""
    told = read(mapping) if mapping is not None else None
    content = read_csv_book(book) if is_csv(book) else read_book(book)
    if is_ours(content):
        raise BookError(
            "PETA04",
            f"{book.name} dibuat dengan lokapom-xl dan tidak memerlukan pemetaan.",
            "Periksa dengan lokapom-xl validate.",
        )
    seen = recognition_of(open_any(content, year, told))
    if output is not None:
        with finished(output, suffixes=(".csv",)) as draft:
            draft.write_bytes(write(seen).encode("utf-8-sig"))
    return seen
