"""The answers of `excel doctor`, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .checks import Answer, Check

_MARKS = {"baik": "BAIK", "catatan": "CATATAN", "perlu perhatian": "PERHATIAN", "rusak": "RUSAK"}


@dataclass(frozen=True)
class Examined:
    """All questions with their answers."""

    items: Sequence[tuple[Check, Answer]]

    @property
    def good(self) -> bool:
        """Whether nothing is broken."""
        return all(answer.state != "rusak" for _, answer in self.items)

    @property
    def verdict(self) -> str:
        counts = Counter(answer.state for _, answer in self.items)
        broken, look = counts["rusak"], counts["perlu perhatian"]
        if broken:
            more = f", {look} perlu perhatian" if look else ""
            return f"BELUM SIAP: {broken} butir rusak{more}. Perbaiki dari yang teratas, lalu ulangi."
        if look:
            return f"SIAP dipakai di Excel; {look} butir perlu perhatian."
        return "SIAP dipakai di Excel."


def entry(check: Check, answer: Answer) -> list[str]:
    """One answer as lines."""
    lines = [f"{_MARKS[answer.state]:<9}  {check.title}: {answer.found}"]
    return lines + ([f"{'':9}  → {answer.do}"] if answer.do else [])


def render(examined: Examined) -> str:
    """For people: the verdict, what is to be done in the order of doing it, then what needs nothing."""
    parts: dict[bool, list[str]] = {True: [], False: []}
    for check, answer in examined.items:
        parts[answer.state in ("rusak", "perlu perhatian")] += entry(check, answer)
    return "\n".join([examined.verdict, *(line for part in parts.values() if part for line in ("", *part))])


def render_json(examined: Examined) -> str:
    """For programs."""
    answers = [
        {
            "check": check.name,
            "title": check.title,
            "state": answer.state,
            "found": answer.found,
            "do": answer.do,
        }
        for check, answer in examined.items
    ]
    document = {"schema_version": "1", "ready": examined.good, "answers": answers}
    return json.dumps(document, ensure_ascii=False, indent=2)
