"""The findings for people at a terminal: verdict first, then every cause with what follows from it."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Sequence

from ..model import Finding
from ..registry import CHECKS
from .chain import chain
from .diff import GONE, NEW, SAME, Difference
from .result import Validation

WORDS = {"galat": "GALAT", "peringatan": "PERINGATAN", "info": "INFO"}
COLOURS = {"galat": "red", "peringatan": "yellow", "info": "blue"}
EFFECT = "AKIBAT"

_MARGIN, _BODY = 8, 10

Paint = Callable[[str, str], str]
"""Colours a word for a level; the word alone says all."""


def render(
    result: Validation,
    details: bool = False,
    statistics: bool = False,
    paint: Paint | None = None,
    width: int = 0,
) -> str:
    """The report as text; consequences and notes are counted, and listed with `details`.

    `width` is that of the terminal, 0 for lines as long as they are.
    """
    return "\n".join(_Page(result, details, paint or (lambda text, _: text), width).lines(statistics))


class _Page:
    def __init__(self, result: Validation, details: bool, paint: Paint, width: int) -> None:
        self.result, self.details, self.paint, self.width = result, details, paint, width
        self.effects = result.consequences()
        self._told: set[str] = set()

    def lines(self, statistics: bool) -> list[str]:
        result = self.result
        verdict = self.paint(result.verdict, "info" if result.valid else "galat")
        lines = self._wrapped(f"{result.verdict}: {', '.join(result.files)}")
        lines[0] = verdict + lines[0][len(result.verdict) :]
        lines += [*self._wrapped(checked(result)), *self._wrapped(left_out(result))]
        current = ""
        for finding in (f for f in result.causes if self.details or f.level != "info"):
            place = finding.origin.file + (f" › {finding.origin.sheet}" if finding.origin.sheet else "")
            if place and place != current:
                lines += ["", place]
                current = place
            lines += self._cause(finding)
        lines += self._orphans()
        if result.difference is not None:
            lines += ["", *self._difference(result.difference)]
        lines += ["", *self._wrapped(f"{result.verdict}. {summary(result)}")]
        if statistics:
            lines += ["", *table(result)]
        if not self.details and any(f.caused_by or f.level == "info" for f in result.findings):
            lines += self._wrapped("Catatan dan akibat dirinci dengan --details.")
        if result.findings:
            lines += self._wrapped("Penjelasan kode: lokapom-xl explain KODE.")
        return lines

    def _cause(self, finding: Finding) -> list[str]:
        lines = self._entry(finding, WORDS[finding.level])
        if finding.remedy:
            lines += self._wrapped(f"→ {finding.remedy}", _BODY)
        effects = self.effects.get(finding.id, [])
        if not effects:
            return lines
        lines += self._wrapped(
            f"akibat: {len(effects)} nilai lain ikut salah: {chain(finding, effects)}", _BODY
        )
        for effect in effects if self.details else ():
            if effect.id not in self._told:  # a value with several causes is told once
                self._told.add(effect.id)
                lines += self._wrapped(
                    f"· {effect.origin.sheet}!{effect.origin.cell}  {effect.message}", _BODY + 2
                )
        return lines

    def _orphans(self) -> list[str]:
        """Consequences of what the chosen checks do not report."""
        orphans = self.result.orphans
        if not orphans:
            return []
        lines = ["", "Akibat dari temuan yang tidak dilaporkan menurut pilihan:"]
        for finding in orphans if self.details else orphans[:_FEW]:
            lines += self._entry(finding, EFFECT, str(finding.origin))
        if len(orphans) > _FEW and not self.details:
            lines.append(f"{'':{_MARGIN}}... dan {len(orphans) - _FEW} lagi")
        return lines

    def _entry(self, finding: Finding, word: str, place: str = "") -> list[str]:
        cell = f"{finding.origin.cell:>6}  " if finding.origin.cell else " " * _MARGIN
        difference = self.result.difference
        new = difference is not None and difference.of(finding) == NEW
        start = f"{place}  " if place else ""
        text = f"{start}{word} {finding.code}{' [BARU]' if new else ''}  {finding.message}"
        lines = self._wrapped(text, _MARGIN, _BODY)
        lines[0] = cell + lines[0][_MARGIN:].replace(word, self.paint(word, finding.level), 1)
        return lines

    def _difference(self, difference: Difference) -> list[str]:
        counts = ", ".join(f"{difference.counts[key]} {key}" for key in (NEW, GONE, SAME))
        lines = self._wrapped(f"Dibandingkan dengan {difference.earlier}: {counts}.")
        for note in difference.notes:
            lines += self._wrapped(f"Perhatian: {note}")
        for gone in difference.gone:
            if self.details or not gone.consequence:
                lines += self._wrapped(f"[HILANG] {gone.code}  {gone.place}  {gone.message}", _MARGIN, _BODY)
        return lines

    def _wrapped(self, text: str, indent: int = 0, hanging: int | None = None) -> list[str]:
        if not text:
            return []
        if not self.width:
            return [" " * indent + text]
        return textwrap.wrap(
            text,
            max(self.width, 40),
            initial_indent=" " * indent,
            subsequent_indent=" " * (indent + 2 if hanging is None else hanging),
            break_long_words=False,
            break_on_hyphens=False,
        )


_FEW = 10


def checked(result: Validation) -> str:
    """What was looked at."""
    counted = ", ".join(f"{count} {what}" for what, count in result.checked.items())
    strict = " Peringatan dihitung sebagai galat (--strict)." if result.strict else ""
    return f"Diperiksa: {counted}.{strict}"


def left_out(result: Validation) -> str:
    """Which checks do not report, and what they would have said; empty when all do."""
    if not result.left_out:
        return ""
    codes: list[str] = []
    for family in dict.fromkeys(code[:3] for code in result.left_out):
        out = [code for code in result.left_out if code.startswith(family)]
        whole = sum(code.startswith(family) for code in CHECKS) == len(out)
        codes += [f"semua {family}"] if whole else out
    would = ", ".join(f"{count} {code}" for code, count in result.withheld.items())
    said = f"temuannya: {would}" if would else "tidak ada temuannya"
    return f"Tidak dilaporkan menurut pilihan: {', '.join(codes)} ({said})."


def summary(result: Validation) -> str:
    """How many findings of each kind."""
    levels = result.levels()
    return (
        f"Temuan: {levels['galat']} galat, {levels['peringatan']} peringatan, {levels['info']} catatan, "
        f"{len(result.findings) - len(result.causes)} nilai ikut salah sebagai akibat."
    )


def table(result: Validation) -> list[str]:
    """How many findings of each code, and of each level."""
    rows = result.statistics()
    width = max((len(name) for _, name, *_ in rows), default=0)
    lines = [f"{'Kode':<9}{'Nama':<{width + 2}}{'Level':<12}{'Temuan':>6}{'Akibat':>8}"]
    lines += [
        f"{code:<9}{name:<{width + 2}}{level:<12}{causes:>6}{effects:>8}"
        for code, name, level, causes, effects in rows
    ]
    levels = result.levels()
    effects = len(result.findings) - len(result.causes)
    total = f"{'Jumlah':<9}{'':<{width + 2}}{'':<12}{sum(levels.values()):>6}{effects:>8}"
    return [*lines, total, ", ".join(f"{level} {count}" for level, count in levels.items())]


def one_line(findings: Sequence[Finding]) -> str:
    """How many faults, in a few words."""
    levels = Counter(f.level for f in findings if f.caused_by is None)
    parts = [f"{levels[k]} {k}" for k in ("galat", "peringatan") if levels[k]]
    return ", ".join(parts) or "tanpa galat"
