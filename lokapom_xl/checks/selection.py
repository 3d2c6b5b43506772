"""Which checks report: chosen by code, by family or the beginning of a code, or by name.

What is more exactly named wins: `--ignore HIT --extend-select HIT01` leaves out the family but for one
check. What is chosen and left out equally exactly is left out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..registry import CHECKS, Check
from ..workbook.errors import BookError

ALL = "SEMUA"
"""The selector of every check."""


@dataclass(frozen=True)
class Selection:
    """The codes of the checks that report. Other codes, of files that were refused, always do."""

    codes: frozenset[str]

    def __contains__(self, code: str) -> bool:
        return code in self.codes or code not in CHECKS

    @property
    def left_out(self) -> list[str]:
        """The codes of the checks that do not report, in order."""
        return sorted(CHECKS.keys() - self.codes)


def everything() -> Selection:
    """Every check reports."""
    return Selection(frozenset(CHECKS))


def selected(
    select: Sequence[str] = (), ignore: Sequence[str] = (), extend_select: Sequence[str] = ()
) -> Selection:
    """The selection that the options make; each may hold several selectors, parted by commas."""
    chosen, added, dropped = (_selectors(texts) for texts in (select, extend_select, ignore))
    chosen = (chosen or [ALL]) + added
    codes = {code for code, check in CHECKS.items() if _exactness(check, chosen) > _exactness(check, dropped)}
    if not codes:
        raise BookError(
            "PILIH02",
            "Tidak ada pemeriksaan yang tersisa menurut --select dan --ignore.",
            "Kurangi yang dikecualikan; daftar pemeriksaan: lokapom-xl list checks.",
        )
    return Selection(frozenset(codes))


def _selectors(texts: Sequence[str]) -> list[str]:
    found = [part.strip() for text in texts for part in text.split(",") if part.strip()]
    for selector in found:
        if not _matches_any(selector):
            raise BookError(
                "PILIH01",
                f"Tidak ada pemeriksaan berkode atau bernama {selector}.{_hint(selector)}",
                "Daftar pemeriksaan: lokapom-xl list checks.",
            )
    return found


def _matches_any(selector: str) -> bool:
    return any(_matches(check, selector) for check in CHECKS.values())


def _matches(check: Check, selector: str) -> bool:
    text = selector.upper()
    prefix = len(text) >= len(check.family) and check.code.startswith(text)
    return text == ALL or prefix or check.name == selector.casefold()


def _exactness(check: Check, selectors: Iterable[str]) -> int:
    """How exactly the check is named: -1 not at all, 0 by `SEMUA`, else by how much of its code."""
    return max((_weight(check, s) for s in selectors if _matches(check, s)), default=-1)


def _weight(check: Check, selector: str) -> int:
    if selector.upper() == ALL:
        return 0
    return len(check.code) if check.name == selector.casefold() else len(selector)


def _hint(selector: str) -> str:
    names = [*CHECKS, *{c.family for c in CHECKS.values()}, *(c.name for c in CHECKS.values())]
    close = difflib.get_close_matches(selector.upper(), names, 1) or difflib.get_close_matches(
        selector.casefold(), names, 1
    )
    return f" Mungkin maksudnya {close[0]}." if close else ""
