"""What the rows of a table are about: an indicator, a level of the measurement, or nothing known."""

from __future__ import annotations

import re
from functools import lru_cache

from ... import regulations
from ...regulations import normalise

_OFFICE = re.compile(
    r"\s+(?:di|pada)\s+(?:(?:masing[\s–-]*masing\s+)?(?:wilayah\s+kerja\s+|lingkup\s+)?"
    r"(?:upt|loka\b|balai\b|unit\b)).*$",
    re.IGNORECASE | re.DOTALL,
)
"""The office at the end of a name: the same indicator has it in one table and not in another."""

_NUMBERED = re.compile(r"^\s*(?:IKSS|IKU|SS)?\s*\d{1,2}\s*[.:)]\s*", re.IGNORECASE)
"""A number before a name in the same cell."""

_TOTALS = ("total", "jumlah", "jumlah total", "grand total", "total anggaran", "jumlah anggaran")
_MEANS = ("rata rata", "rata rata capaian", "rerata", "rata2 capaian")


@lru_cache(maxsize=8192)
def subject(text: str, year: int) -> str:
    """The slug of what a name means, also with a number before it or an office behind it; else empty."""
    match = regulations.known(text, year)
    if match is not None and match.slug:
        return match.slug
    words = normalise(text)
    if words in _TOTALS:
        return "jumlah"
    if words in _MEANS:
        return "rata-rata"
    for pattern in (_NUMBERED, _OFFICE):
        shorter = pattern.sub("", text)
        if shorter != text and shorter.strip():
            found = subject(shorter, year)
            if found:
                return found
    return ""


def suggestion(text: str, year: int) -> str:
    """The official name that a name nobody knows resembles; empty when it resembles none."""
    return regulations.match(text, year).suggestion or ""
