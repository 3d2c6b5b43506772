"""The page of the staff guide with every message and what to do about it, from the product's own records."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ... import checks
from ...registry import CHECKS, Check
from ...workbook.file_codes import FILE_CODES
from .setup.checks import CHECKS as QUESTIONS

_ = checks  # imported for what it registers
_MARK = "<!-- Dihasilkan oleh `lokapom-xl build`; jangan diubah dengan tangan. -->"


def page() -> str:
    """Three tables: of the installation, of refused files, of the findings."""
    parts = [
        _MARK,
        "",
        "# Semua pesan dan perbaikannya",
        "",
        "Setiap pesan diakhiri kodenya, misalnya (TULIS11). Penjelasan satu kode: "
        "`lokapom-xl explain TULIS11`.",
        "",
        "## Pemasangan di Excel",
        "",
        "Butir-butir `lokapom-xl excel doctor`, menurut urutan pertanyaannya.",
        "",
        *_table(("Butir", "Yang diperiksa", "Perbaikan"), ((q.title, q.question, q.mend) for q in QUESTIONS)),
        "",
        "## Berkas, sumber data, dan penyimpanan",
        "",
        *_table(
            ("Kode", "Arti", "Perbaikan"),
            ((code, *_parted(text)) for code, text in sorted(FILE_CODES.items())),
        ),
        "",
        "## Temuan Validasi",
        "",
        *_table(("Kode", "Arti", "Perbaikan"), (_finding(check) for _, check in sorted(CHECKS.items()))),
        "",
    ]
    return "\n".join(parts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/').replace('<', '&lt;') for cell in row)} |"


def _parted(text: str) -> tuple[str, str]:
    """The first sentence, and the others, which say what to do."""
    what, _, remedy = text.partition(". ")
    return f"{what.rstrip('.')}.", remedy


def _finding(check: Check) -> tuple[str, str, str]:
    """A check's code with its level, its first sentence, and its remedy."""
    text = inspect.cleandoc(check.doc)
    remedy = re.search(r"^Perbaikan: (.*)", text, re.MULTILINE | re.DOTALL)
    remedy_text = " ".join(remedy[1].split()) if remedy else ""
    return f"{check.code} ({check.level})", text.partition("\n")[0], remedy_text[:1].upper() + remedy_text[1:]


def generated(root: Path) -> dict[Path, Callable[[], str]]:
    """The page below the repository `root`."""
    return {root / "docs" / "panduan" / "pesan.md": page}
