"""The outcome of a validation, before it is written for people or programs."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..model import Finding


@dataclass
class Validation:
    """All findings over the files given; `checked` counts what was looked at, in Indonesian words."""

    files: list[str]
    findings: list[Finding] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """No finding at level galat."""
        return not any(f.level == "galat" for f in self.findings)

    @property
    def verdict(self) -> str:
        """What the report says first."""
        return "SAH" if self.valid else "TIDAK SAH"
