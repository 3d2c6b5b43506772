"""Who is who: indicators, strategic objectives, perspectives and rows of totals, by fiscal year.

A slug is the only key. Numbers differ from document to document and never identify anything. A text is
recognised if it is a declared name or alias; a text that merely resembles one yields a suggestion, no match.

Standard library only, Python 3.9 syntax: this module also runs inside an office suite.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from .lookup import version

SUBJECT = "indikator"
_CUTOFF = 0.75  # below this a suggestion is more often wrong than right
_SHORTEST = 8  # "IKSS1" resembles "SS1", but means nothing
_LONGEST = 300  # no name is longer; comparing long texts takes quadratic time


@dataclass(frozen=True)
class Indicator:
    """One indicator; `numbers` gives its number in each document (`ikss`, `rapk`, `efisiensi`, `pk`)."""

    slug: str
    name: str
    unit: str
    decimals: int
    objective: str
    polarity: str
    factor: Decimal
    factor_status: str | None
    numbers: Mapping[str, str | int]
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Objective:
    """One strategic objective (sasaran strategis)."""

    slug: str
    name: str
    perspective: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Perspective:
    """One perspective of the scorecard."""

    slug: str
    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Aggregate:
    """One kind of total row. `members` are slugs: of indicators, objectives or perspectives."""

    slug: str
    name: str
    members: tuple[str, ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """What a text names. Without a match `slug` and `kind` are None and `suggestion` may propose a name.

    `exact` says that the text is an official name, but for case, spaces and punctuation; otherwise it was
    recognised through an alias, which is to be reported.
    """

    slug: str | None
    kind: str | None
    exact: bool = False
    suggestion: str | None = None


@cache
def indicators(year: int) -> tuple[Indicator, ...]:
    """All indicators of the year, in the order of their IKSS numbers."""
    rows = [Indicator(**row) for row in _data(year)["indicators"]]
    return tuple(sorted(rows, key=lambda row: int(str(row.numbers["ikss"])[len("IKSS") :])))


@cache
def objectives(year: int) -> tuple[Objective, ...]:
    """All strategic objectives of the year, in their order."""
    return tuple(Objective(**row) for row in _data(year)["objectives"])


@cache
def perspectives(year: int) -> tuple[Perspective, ...]:
    """All perspectives of the year, in their order."""
    return tuple(Perspective(**row) for row in _data(year)["perspectives"])


@cache
def aggregates(year: int) -> tuple[Aggregate, ...]:
    """All kinds of total rows of the year."""
    return tuple(
        Aggregate(row["slug"], row["name"], _members(row["slug"], row["members"], year), row["aliases"])
        for row in _data(year)["aggregates"]
    )


def indicator(slug: str, year: int) -> Indicator:
    """The indicator with this slug; `KeyError` when the year has none."""
    return _indicators_by_slug(year)[slug]


@cache
def _indicators_by_slug(year: int) -> dict[str, Indicator]:
    return {each.slug: each for each in indicators(year)}


def members(slug: str, year: int) -> tuple[str, ...]:
    """The slugs whose values a total row averages or adds; `KeyError` for an unknown row."""
    for each in aggregates(year):
        if each.slug == slug:
            return each.members
    raise KeyError(slug)


class _Folding(dict[int, "int | str | None"]):
    """What becomes of a character, by its code: kept, left out or a separator. Filled as they are met."""

    def __missing__(self, code: int) -> int | str | None:
        category = unicodedata.category(chr(code))
        # Invisible marks vanish, everything that is no letter, number or mark separates words.
        self[code] = found = code if category[0] in "LNM" else None if category == "Cf" else " "
        return found


_FOLDING = _Folding()


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """`text` with case, Unicode forms, spaces, dashes and punctuation folded: what two spellings share."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.translate(_FOLDING).split())


def known(text: str, year: int) -> Match | None:
    """The indicator or total row that `text` names in that year, without a suggestion where it names none."""
    found = _spellings(year).get(normalise(text))
    return Match(*found[:3]) if found is not None else None


@lru_cache(maxsize=4096)
def match(text: str, year: int) -> Match:
    """The indicator or total row that `text` names in that year, or a suggestion."""
    found = known(text, year)
    if found is not None:
        return found
    spellings = _spellings(year)
    folded = normalise(text)
    if not _SHORTEST <= len(folded) <= _LONGEST:
        return Match(None, None)
    # SS10 resembles SS1 closely and is something else: a suggestion has the digits of the text.
    candidates = _spellings_by_digits(year).get(_digits(folded), ())
    close = difflib.get_close_matches(folded, candidates, n=1, cutoff=_CUTOFF)
    return Match(None, None, suggestion=spellings[close[0]][3] if close else None)


def _data(year: int) -> Mapping[str, Any]:
    return version(SUBJECT, year).data


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


@cache
def _spellings_by_digits(year: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in _spellings(year):
        found.setdefault(_digits(each), []).append(each)
    return found


def _members(slug: str, rule: str, year: int) -> tuple[str, ...]:
    if rule == "indicators-of-objective":
        return tuple(each.slug for each in indicators(year) if each.objective == slug)
    if rule == "objectives-of-perspective":
        return tuple(each.slug for each in objectives(year) if each.perspective == slug)
    if rule == "indicators":
        return tuple(each.slug for each in indicators(year))
    if rule == "objectives":
        return tuple(each.slug for each in objectives(year))
    return tuple(each.slug for each in perspectives(year))


@cache
def _spellings(year: int) -> dict[str, tuple[str, str, bool, str]]:
    """Folded spelling -> (slug, kind, is an official name, official name to propose)."""
    rows: list[tuple[str, Indicator | Objective | Perspective | Aggregate]] = []
    rows += [("indicator", each) for each in indicators(year)]
    for group in (objectives, perspectives, aggregates):
        rows += [("aggregate", each) for each in group(year)]
    known: dict[str, tuple[str, str, bool, str]] = {}
    for kind, row in rows:
        for alias in row.aliases:
            known[normalise(alias)] = (row.slug, kind, False, row.name)
    # Official names last: a name wins over an alias that differs from it in case alone.
    for kind, row in rows:
        known[normalise(row.name)] = (row.slug, kind, True, row.name)
    return known
