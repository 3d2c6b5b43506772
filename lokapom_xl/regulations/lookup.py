"""Which rule holds for a fiscal year.

A fiscal year is covered by the version with the latest start on or before its 1 January, and only if a
person has reviewed that version up to its 31 December. Any other year is `NotReviewed`: the rules of another
year are never used in its place.

Standard library only, Python 3.9 syntax: this module also runs inside an office suite.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from ..model import RuleMissing
from ..numbers import indonesian
from ._compiled import RULES


class NotReviewed(RuleMissing):
    """No reviewed rule for this subject in this year. `message` is the sentence for the user."""

    def __init__(self, subject: str, year: int) -> None:
        self.subject = subject
        self.year = year
        self.message = (
            f"Aturan “{RULES[subject]['title']}” untuk tahun {year} belum ditinjau. "
            f"Tambahkan aturan tahun itu di lokapom_xl/regulations/{subject}.toml beserta rujukannya "
            "lalu jalankan `lokapom-xl build`, atau buat buku dengan `--rules-of TAHUN`."
        )
        super().__init__(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        # The default would call the class with the sentence alone; worker processes pickle errors.
        return (type(self), (self.subject, self.year))


@dataclass(frozen=True)
class OpenPoint:
    """Something no readable source settles: what we chose, and why. Dates are None for a whole subject."""

    subject: str
    point: str
    choice: str
    reason: str
    start: datetime.date | None = None
    reviewed_until: datetime.date | None = None


@dataclass(frozen=True)
class Version:
    """The rules of one subject for a span of time. `data` is read-only at every level."""

    subject: str
    start: datetime.date
    reviewed_until: datetime.date
    reference: str
    status: str
    note: str
    open_points: tuple[OpenPoint, ...]
    data: Mapping[str, Any]
    status_of: Mapping[str, str]
    """The status of single values where it differs from that of the version."""


@dataclass(frozen=True)
class Band:
    """One band of a scheme: from `lower` (inclusive; None: no bound) up to `upper` on the 0.01 grid."""

    lower: Decimal | None
    label: str
    upper: Decimal | None = None


def subjects() -> list[str]:
    """The names of all subjects; `<subject>.toml` is the file of each."""
    return list(RULES)


def title(subject: str) -> str:
    """What the subject is called in a sentence for the user."""
    return str(RULES[subject]["title"])


@cache
def _versions(subject: str) -> tuple[Version, ...]:
    return tuple(
        Version(
            subject=subject,
            start=raw["start"],
            reviewed_until=raw["reviewed_until"],
            reference=raw["reference"],
            status=raw["status"],
            note=raw["note"],
            open_points=tuple(
                OpenPoint(subject, start=raw["start"], reviewed_until=raw["reviewed_until"], **point)
                for point in raw["open"]
            ),
            data=_frozen(raw["data"]),
            status_of=_frozen(raw["status_of"]),
        )
        for raw in RULES[subject]["version"]
    )


def _frozen(value: Any) -> Any:
    """`value` with dictionaries and lists made read-only, so that no caller can change a rule."""
    if isinstance(value, dict):
        return MappingProxyType({name: _frozen(each) for name, each in value.items()})
    if isinstance(value, list):
        return tuple(_frozen(each) for each in value)
    return value


@lru_cache(maxsize=1024)
def version(subject: str, year: int) -> Version:
    """The version of `subject` that covers the fiscal year `year`; `NotReviewed` when there is none."""
    # Text, not dates, is compared: a year that no calendar has (0, 12345) is simply not reviewed.
    first, last = f"{year:04d}-01-01", f"{year:04d}-12-31"
    if 1 <= year <= 9999:
        begun = [each for each in _versions(subject) if each.start.isoformat() <= first]
        if begun and begun[-1].reviewed_until.isoformat() >= last:
            return begun[-1]
    raise NotReviewed(subject, year)


def value(subject: str, year: int, key: str) -> object:
    """One value of the rules in force, such as `value("batas_capaian", 2023, "cap")`."""
    found: object = version(subject, year).data[key]
    return found


def status(subject: str, year: int, key: str) -> str:
    """How sure that value is: printed, reproduced, elsewhere or open."""
    found = version(subject, year)
    return found.status_of.get(key, found.status)


@lru_cache(maxsize=1024)
def bands(subject: str, year: int) -> tuple[Band, ...]:
    """The bands of a scheme in ascending order, each with its inclusive lower bound."""
    return tuple(
        Band(each["from"], each["label"], each["to"]) for each in version(subject, year).data["bands"]
    )


def label(subject: str, year: int, number: Decimal) -> str:
    """The label of `number`, compared as given: rounding to two decimals is the caller's step."""
    if not number.is_finite():
        raise ValueError(f"no band for {number}")
    for band in reversed(bands(subject, year)):
        if band.lower is None or number >= band.lower:
            return band.label
    raise AssertionError("the first band has no lower bound")


def describe(band: Band) -> str:
    """A band in words for the rules sheet, with Indonesian decimal commas."""
    lower, upper = (None if edge is None else indonesian(edge, 2) for edge in (band.lower, band.upper))
    if lower is None and upper is None:
        return "semua nilai"
    if lower is None:
        return f"sampai dengan {upper}"
    if upper is None:
        return f"mulai {lower}"
    return f"tepat {lower}" if lower == upper else f"{lower} sampai dengan {upper}"


def years_covered(subject: str) -> tuple[int, ...]:
    """All fiscal years for which `version` finds rules, ascending."""
    found = []
    for each in _versions(subject):
        for year in range(each.start.year, each.reviewed_until.year + 1):
            try:
                version(subject, year)
            except NotReviewed:
                continue
            found.append(year)
    return tuple(sorted(set(found)))


def start_of(subject: str) -> datetime.date:
    """The first day for which there is any rule of the subject."""
    return _versions(subject)[0].start


def open_points() -> list[OpenPoint]:
    """Everything that no source settles, for the report and the rules sheet."""
    points = []
    for subject in RULES:
        points += [OpenPoint(subject, **raw) for raw in RULES[subject]["open"]]
        for each in _versions(subject):
            points += each.open_points
    return points
