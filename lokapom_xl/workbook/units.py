"""Names of offices as headers write them: `loka_pom_banyumas`, `Loka POM di Kabupaten Banyumas`."""

from __future__ import annotations

import re

_KINDS = ("loka", "balai", "bbpom", "bpom")
"""What the name of an office begins with."""

_COMMON = {*_KINDS, "besar", "pom", "di", "kab", "kabupaten", "kota", "pengawas", "obat", "dan", "makanan"}
"""Words that do not tell one office from another."""


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.casefold())


def is_unit(text: str) -> bool:
    """Whether a header names an office."""
    words = _words(text)
    return bool(words) and words[0] in _KINDS and not _COMMON.issuperset(words)


def same_unit(one: str, other: str) -> bool:
    """Whether two texts name the same office, one of them perhaps more fully."""
    first, second = (set(_words(text)) - _COMMON for text in (one, other))
    return bool(first and second) and (first <= second or second <= first)


def unit_title(text: str) -> str:
    """The name as people write it, from the name of a column in a data file."""
    if "_" not in text:
        return text.strip()
    return " ".join(
        word.upper() if word in ("pom", "bbpom", "bpom") else word if word == "di" else word.capitalize()
        for word in _words(text)
    )
