"""What Excel calculated in the open book, against the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...actions.compute import computed_edits
from ...numbers import NA, CellError, Scalar, show
from ...registry import FUNCTIONS
from ...workbook.address import parse_a1
from ...workbook.locate import BookView
from .folders import command

_OURS = re.compile(rf"\b({'|'.join(FUNCTIONS)})\(", re.IGNORECASE)


@dataclass
class Comparison:
    """`different`: cell, Excel's result, the one by the rules. `unanswered` hold `#N/A` for want of Python,
    `typed` a value in place of the formula."""

    computed: int
    different: list[tuple[str, Scalar, Scalar]] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)

    def sentences(self) -> Iterator[str]:
        """What a person should know, the gravest first."""
        if self.unanswered:
            yield (
                f"{len(self.unanswered)} sel berisi #N/A karena Python tidak menjawab saat Excel menghitung: "
                f"{listed(self.unanswered)}. Tekan Ctrl+Alt+F9; bila tetap begitu, jalankan "
                f"{command('excel doctor')}."
            )
        if self.different:
            cells = [f"{name} (Excel {show(old)}, aturan {show(new)})" for name, old, new in self.different]
            yield f"Hasil Excel berbeda dari aturan di {len(cells)} sel: {listed(cells)}."
        if self.typed:
            yield f"Rumus tertimpa nilai di {len(self.typed)} sel: {listed(self.typed)}."


def compare(view: BookView) -> Comparison:
    """The results in a copy of the open book against ours. Formulas of other people are theirs."""
    report, _ = computed_edits(view)
    foreign = {*report.evaluated, *report.uncomputed}
    found = Comparison(report.computed, typed=report.typed)
    for sheet, cell, old, new in report.changes:
        name = f"{sheet}!{cell}"
        if name in foreign:
            continue
        if isinstance(old, CellError) and old.code == NA and _calls_python(view, sheet, cell):
            found.unanswered.append(name)
        else:
            found.different.append((name, old, new))
    return found


def _calls_python(view: BookView, sheet: str, cell: str) -> bool:
    place = parse_a1(cell)
    known = view.book.sheets[sheet].cells.get(place) if place else None
    return known is not None and bool(_OURS.search(known.formula or ""))


def listed(items: list[str], most: int = 5) -> str:
    """The first ones, and how many more there are."""
    more = f", dan {len(items) - most} lainnya" if len(items) > most else ""
    return "; ".join(items[:most]) + more
