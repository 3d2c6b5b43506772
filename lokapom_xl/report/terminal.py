"""The findings for people at a terminal: verdict first, then what to look at, then the rest in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..model import Finding
from .result import Validation

_MARK = {"galat": "GALAT", "peringatan": "PERINGATAN", "info": "INFO"}


def render(result: Validation, details: bool = False) -> str:
    """The report as text; consequences and notes are counted, and listed with `details`."""
    lines = []
    books = ", ".join(result.files)
    lines.append(f"{result.verdict}: {books}")
    counted = ", ".join(f"{count} {what}" for what, count in result.checked.items())
    lines.append(f"Diperiksa: {counted}.")
    shown = [f for f in result.findings if details or (f.caused_by is None and f.level != "info")]
    effects = Counter(root for f in result.findings for root in f.roots)
    current = ""
    for finding in shown:
        place = finding.origin.file + (f" › {finding.origin.sheet}" if finding.origin.sheet else "")
        if place != current:
            lines += ["", place]
            current = place
        lines += _entry(finding, effects[finding.id])
    hidden = len(result.findings) - len(shown)
    levels = Counter(f.level for f in result.findings if f.caused_by is None)
    lines.append("")
    lines.append(
        f"Temuan: {levels['galat']} galat, {levels['peringatan']} peringatan, {levels['info']} catatan, "
        f"{sum(bool(f.caused_by) for f in result.findings)} nilai ikut salah sebagai akibat."
    )
    if hidden:
        lines.append("Catatan dan akibat dirinci dengan --details; penjelasan kode: lokapom-xl explain KODE.")
    return "\n".join(lines)


def _entry(finding: Finding, effects: int) -> list[str]:
    cell = f"{finding.origin.cell:>6}  " if finding.origin.cell else "        "
    lines = [f"{cell}{_MARK[finding.level]} {finding.code}  {finding.message}"]
    if finding.remedy and not finding.caused_by:
        lines.append(f"          → {finding.remedy}")
    if effects:
        lines.append(f"          → {effects} nilai lain ikut salah karenanya.")
    return lines


def one_line(findings: Sequence[Finding]) -> str:
    """How many faults, in a few words."""
    levels = Counter(f.level for f in findings if f.caused_by is None)
    parts = [f"{levels[k]} {k}" for k in ("galat", "peringatan") if levels[k]]
    return ", ".join(parts) or "tanpa galat"
