"""The outcome of a validation, before it is written for people or programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..checks import Context
from ..model import Finding
from ..registry import LEVELS
from .diff import Difference


@dataclass
class Validation:
    """All findings over the files given; `checked` counts what was looked at, in Indonesian words.

    With `strict` a warning is a fault. `left_out` are the checks that do not report, `withheld` how many
    findings of theirs there are, by code. `contexts` are the books that could be read.
    """

    files: list[str]
    findings: list[Finding] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)
    strict: bool = False
    left_out: Sequence[str] = ()
    withheld: dict[str, int] = field(default_factory=dict)
    contexts: list[Context] = field(default_factory=list, repr=False)
    difference: Difference | None = None

    @property
    def valid(self) -> bool:
        """No finding at level galat; none at level peringatan either, when strict."""
        faults = LEVELS[: 2 if self.strict else 1]
        return not any(f.level in faults for f in self.findings)

    @property
    def verdict(self) -> str:
        """What the report says first."""
        return "SAH" if self.valid else "TIDAK SAH"

    @property
    def causes(self) -> list[Finding]:
        """The findings that count: those that are no consequence of another one."""
        return [f for f in self.findings if f.caused_by is None]

    @property
    def orphans(self) -> list[Finding]:
        """Consequences none of whose causes is among the findings, because its check does not report."""
        known = {f.id for f in self.findings}
        return [f for f in self.findings if f.caused_by and known.isdisjoint(f.roots or (f.caused_by,))]

    def consequences(self) -> dict[str, list[Finding]]:
        """By the id of each cause, what follows from it; a value with several causes is under each."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            for root in finding.roots or ((finding.caused_by,) if finding.caused_by else ()):
                found.setdefault(root, []).append(finding)
        return found

    def levels(self) -> dict[str, int]:
        """How many findings of each level, each cause counted once."""
        counted = Counter(f.level for f in self.causes)
        return {level: counted[level] for level in LEVELS}

    def statistics(self) -> list[tuple[str, str, str, int, int]]:
        """Code, name, level, causes and consequences of every code with findings, the most frequent first."""
        rows: dict[tuple[str, str, str], list[int]] = {}
        for finding in self.findings:
            level = "" if finding.caused_by else finding.level
            rows.setdefault((finding.code, finding.name, level), [0, 0])[bool(finding.caused_by)] += 1
        merged: dict[tuple[str, str, str], list[int]] = {}
        for (code, name, level), counts in rows.items():
            first = next((key for key in rows if key[0] == code and key[2]), (code, name, "akibat"))
            target = merged.setdefault((code, name, level) if level else first, [0, 0])
            target[0] += counts[0]
            target[1] += counts[1]
        order = sorted(merged.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))
        return [(*key, *counts) for key, counts in order]  # type: ignore[misc]
