"""Reference pages, generated from the records that the product itself runs on."""

from __future__ import annotations

from .. import checks, regulations
from ..registry import CHECKS, FUNCTIONS
from ..workbook.file_codes import FILE_CODES
from .explain import check_page, file_page, function_page, rule_page

_ = checks  # imported for what it registers
_MARK = "<!-- Dihasilkan oleh `lokapom-xl build`; jangan diubah dengan tangan. -->"


def functions_page() -> str:
    """Every function with arguments, example and plain-Excel equivalent."""
    return _page("Fungsi", {name: function_page(record) for name, record in FUNCTIONS.items()})


def checks_page() -> str:
    """Every check and every reason for which a file is refused."""
    pages = {code: check_page(check) for code, check in CHECKS.items()}
    return _page(
        "Pemeriksaan", dict(sorted((pages | {code: file_page(code) for code in FILE_CODES}).items()))
    )


def rules_page() -> str:
    """Every rule by date, with reference, status and open points."""
    return _page("Aturan", {subject: rule_page(subject) for subject in regulations.subjects()})


def _page(title: str, pages: dict[str, str]) -> str:
    parts = [_MARK, "", f"# {title}", ""]
    for name, text in pages.items():
        parts += [f"## {name}", "", "```text", text, "```", ""]
    return "\n".join(parts)


PAGES = {"fungsi.md": functions_page, "pemeriksaan.md": checks_page, "aturan.md": rules_page}
