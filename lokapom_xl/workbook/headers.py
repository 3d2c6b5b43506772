"""What a header says: which column of which table, for which month, and how surely."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..regulations import normalise
from .layout import QUARTERS, Column, Table, dated
from .spellings import GROUPS, MONTH_WORDS, QUARTER_WORDS, SPELLINGS, UNITS

EXACT, LOOSE, OTHER_YEAR = 100, 95, 80
"""How surely a header was recognised, in per cent: as it is known, without its unit or the book's year, with
another year."""

_ALIKE = 85
"""The least likeness, in per cent, at which a spelling that nobody knows is taken for a known one."""

_REMARK = re.compile(r"\((?:maks|max|dalam|satuan)[^)]*\)", re.IGNORECASE)
"""A remark in brackets that tells no column."""

_MARKS = re.compile(r"[*†‡¹²³⁰-⁹ª-º]+|\s\d\)$|^\(\d+\)$")
_YEAR = re.compile(r"(?:\btahun )?\b20\d\d\b")


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """A header without what two spellings of it may differ in; `%` is a word, a footnote's mark nothing."""
    return normalise(_MARKS.sub(" ", _REMARK.sub(" ", text)).replace("%", " persen "))


def _bare(text: str) -> str:
    """Folded text without years and without the words of its unit, unless nothing else is left."""
    words = _YEAR.sub(" ", text).split()
    while len(words) > 1 and words[-1] in UNITS:
        words.pop()
    while len(words) > 1 and words[0] in UNITS[:1]:
        words.pop(0)
    return " ".join(words)


def month_of(text: str) -> tuple[int, str]:
    """The month that a folded header names, 0 without one, and what else it says."""
    words = text.split()
    found = [word for word in words if word in MONTH_WORDS]
    if not found and words[:1] == ["b"] and len(words) > 1 and f"b{words[1]}" in MONTH_WORDS:
        return MONTH_WORDS[f"b{words[1]}"], " ".join(words[2:])  # "B 01"
    if len(set(found)) != 1:
        return 0, text
    idle = (*found, "bulan", "s", "d", "sd")
    rest = [word for word in words if word not in idle and not _YEAR.fullmatch(word)]
    return MONTH_WORDS[found[0]], " ".join(rest)


def quarter_of(text: str) -> int:
    """The number of the quarter that a header or a title names; 0 without one."""
    for word, number in re.findall(r"\b(\w+) (iv|i{1,3}|[1-4])\b", normalise(text)):
        if word in QUARTER_WORDS:
            numerals = {numeral.casefold(): n for n, numeral in enumerate(QUARTERS, 1)}
            return numerals.get(number) or int(number)
    return 0


# --- what the columns of a table are called --------------------------------------------------------


@dataclass(frozen=True)
class Names:
    """All that the headers of one table may say: folded text -> keys of columns, as known and loosely."""

    exact: Mapping[str, tuple[str, ...]]
    loose: Mapping[str, tuple[str, ...]]
    year: int


def names_of(table: Table, year: int, keys: bool = True) -> Names:
    """The names of the columns of a table; those that belong together bear their group's name, too.

    `keys`: also the keys of the columns, by which data files are headed.
    """
    exact: dict[str, list[str]] = {}
    for column in table.columns:
        for text in _written(column, year, keys):
            exact.setdefault(folded(text), []).append(column.key)
    loose: dict[str, list[str]] = {}
    for text, columns in exact.items():
        loose.setdefault(_bare(text), []).extend(columns)
    return Names(_once(exact), _once(loose), year)


def _once(names: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {text: tuple(dict.fromkeys(columns)) for text, columns in names.items()}


def _written(column: Column, year: int, keys: bool) -> list[str]:
    # A key that ends in a number is a column's of another year: its header tells which.
    key = [column.key] if keys and not re.search(r"_\d$", column.key) else []
    texts = [column.header, *key, *column.aliases, *SPELLINGS.get(column.key, ())]
    if column.key in _MONTH_KEYS:
        texts += [word for word, month in MONTH_WORDS.items() if month == _MONTH_KEYS[column.key]]
    groups = GROUPS.get(column.group, (column.group,)) if column.group else ()
    grouped = [f"{group} {text}" for group in groups for text in texts]
    return [dated(text, year) for text in (*texts, *grouped)]


_MONTH_KEYS = {f"b{month:02d}": month for month in range(1, 13)}


# --- recognising -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Guess:
    """A header that may be a column's: how surely, and how many of its lines say so."""

    column: str
    surely: int
    lines: int


def guesses(lines: Sequence[str], names: Names, tolerant: bool = True) -> list[Guess]:
    """Which columns of a table a header may be, given its lines from top to bottom."""
    found: dict[str, Guess] = {}

    def note(columns: Collection[str], surely: int, count: int) -> None:
        for column in columns:
            known = found.get(column)
            if known is None or (surely, count) > (known.surely, known.lines):
                found[column] = Guess(column, surely, count)

    texts = _readings(lines)
    for text, count in texts:
        note(names.exact.get(text, ()), EXACT, count)
        bare = _bare(text)
        years = {int(year) for year in re.findall(r"\b20\d\d\b", text)} - {names.year}
        note(names.exact.get(bare, ()) or names.loose.get(bare, ()), OTHER_YEAR if years else LOOSE, count)
    if not found and tolerant:
        for text, count in texts:
            close = _close(text, tuple(names.exact))
            if close:
                note(names.exact[close[0]], close[1], count)
    return list(found.values())


def _readings(lines: Sequence[str]) -> list[tuple[str, int]]:
    """The last line, the last two and so on; a line of column numbers says nothing."""
    kept = [line for line in lines if line and not line.isdigit()] or [line for line in lines if line]
    # A line above that is merged down is there once.
    kept = [line for i, line in enumerate(kept) if i == 0 or line != kept[i - 1]]
    readings = [(" ".join(kept[-n:]), n) for n in range(1, min(len(kept), 3) + 1)]
    if len(kept) == 3:
        readings.append((f"{kept[0]} {kept[2]}", 2))
    whole = [line for line in lines if line]
    if len(whole) > 1 and whole[-1].isdigit():
        readings.append((" ".join(whole[-2:]), 2))  # a year below what it is the year of
    return readings


@lru_cache(maxsize=4096)
def _close(text: str, known: tuple[str, ...]) -> tuple[str, int] | None:
    """The known spelling that a text resembles, and how much; digits must be the same."""
    if not 3 <= len(text) <= 80:
        return None
    digits = re.findall(r"\d+", text)
    candidates = [each for each in known if re.findall(r"\d+", each) == digits]
    close = difflib.get_close_matches(text, candidates, n=1, cutoff=_ALIKE / 100)
    if not close:
        return None
    likeness = difflib.SequenceMatcher(None, text, close[0]).ratio()
    return close[0], min(LOOSE - 1, round(100 * likeness))
