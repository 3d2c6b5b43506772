"""Reference pages, generated from the records that the product itself runs on."""

from __future__ import annotations

from .. import checks, regulations
from ..registry import CHECKS, FUNCTIONS
from ..workbook.file_codes import FILE_CODES
from .explain import explain

_ = checks  # imported for what it registers
_MARK = "<!-- Dihasilkan oleh `lokapom-xl build`; jangan diubah dengan tangan. -->"


def functions_page() -> str:
    """Every function with arguments, example and plain-Excel equivalent."""
    return _page("Fungsi", list(FUNCTIONS))


def checks_page() -> str:
    """Every check and every reason for which a file is refused."""
    return _page("Pemeriksaan", [*CHECKS, *FILE_CODES])


def rules_page() -> str:
    """Every rule by date, with reference, status and open points."""
    return _page("Aturan", regulations.subjects())


def _page(title: str, names: list[str]) -> str:
    parts = [_MARK, "", f"# {title}", ""]
    for name in names:
        parts += [f"## {name}", "", "```text", explain(name), "```", ""]
    return "\n".join(parts)


PAGES = {"fungsi.md": functions_page, "pemeriksaan.md": checks_page, "aturan.md": rules_page}
