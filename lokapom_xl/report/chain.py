"""What a finding entails, in a few words: the indicator, its objective, its perspective, the total."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import Finding

_NAMES = 6
"""How many names a short chain mentions, each with its first cell."""


def chain(cause: Finding, effects: Sequence[Finding]) -> str:
    """The values that follow from `cause`, grouped by what they are: `Capaian SS4 (M22), NPS TOTAL (M34)`."""
    places: dict[str, list[str]] = {}
    for effect in effects:
        name = "indikator ini" if effect.indicator == cause.indicator else effect.indicator or effect.name
        places.setdefault(name, []).append(_place(cause, effect))
    # What is nearest is said first: the sheets are in the order of the book, the rows in that of the table.
    parts = [f"{name} ({_listed(cells)})" for name, cells in list(places.items())[:_NAMES]]
    rest = sum(len(cells) for cells in list(places.values())[_NAMES:])
    return ", ".join(parts) + (f", dan {rest} nilai lain" if rest else "")


def _listed(cells: Sequence[str]) -> str:
    return cells[0] + (f" dan {len(cells) - 1} sel lain" if len(cells) > 1 else "")


def _place(cause: Finding, effect: Finding) -> str:
    origin = effect.origin
    if origin.file != cause.origin.file:
        return str(origin)
    return origin.cell if origin.sheet == cause.origin.sheet else f"{origin.sheet}!{origin.cell}"
