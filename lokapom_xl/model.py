"""What the product speaks about: places in workbooks and findings at them. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional


class RuleMissing(LookupError):
    """No reviewed rule applies; `message` is the Indonesian sentence that names the remedy."""

    message: str


@dataclass(frozen=True)
class Origin:
    """Where a value stands. `sheet` and `cell` are empty for a statement about the whole file."""

    file: str
    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        if not self.sheet:
            return self.file
        return f"{self.file} › {self.sheet}" + (f"!{self.cell}" if self.cell else "")


@dataclass(frozen=True)
class Related:
    """Another place that the finding is about, with what is written there."""

    origin: Origin
    written: str


@dataclass
class Finding:
    """One objection of the validator, as data; `message` and `remedy` are made by `report.messages`.

    `written` and `expected` are texts in machine form (decimal point). `caused_by` holds the id of
    the (first) finding that this one is a mere consequence of, `roots` the ids of all of them.
    """

    code: str
    name: str
    level: str
    origin: Origin
    indicator: str = ""
    written: str = ""
    expected: str = ""
    diagnosis: str = ""
    rule: str = ""
    caused_by: Optional[str] = None
    roots: tuple[str, ...] = ()
    related: list[Related] = field(default_factory=list)
    message: str = ""
    remedy: str = ""

    @property
    def id(self) -> str:
        """Stable while the fault stays where it is: code and place."""
        place = f"{self.code}:{self.origin.file}:{self.origin.sheet}!{self.origin.cell}"
        # Several things may be missing at one place.
        return f"{place}:{self.expected}" if self.code.startswith("STR") or not self.origin.cell else place
