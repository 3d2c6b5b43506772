"""Which findings are only the consequence of another one.

The checks of arithmetic say this of values that follow from a wrong value. What is left for here is what no
single check can know: a value in a cell whose formula was changed, a result of an entry that is no number,
the mean of a table that lacks a row. `Check.needs` says which findings make which others meaningless.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..model import Finding
from ..registry import CHECKS
from ..workbook.address import parse_a1
from ..workbook.cells import Key
from .context import Context
from .same_cause import join


def without_repeats(findings: Sequence[Finding]) -> list[Finding]:
    """The findings without those that say once more what an earlier one says of the same place."""
    return list({finding.id: finding for finding in reversed(findings)}.values())[::-1]


def attach(context: Context) -> None:
    """Turn every finding that stands on another one into its consequence; all findings stay."""
    if context.printed:
        _settle(context, join(context))  # there each value was typed by itself, or copied
        return
    needing = [f for f in context.findings if f.caused_by is None and _needs(f)]
    if not needing:
        return
    wanted = {(f.origin.sheet, *place) for f in needing if (place := parse_a1(f.origin.cell))}
    at = context.view.positions.at
    found = {at(key): key for _, _, key in context.view.located() if at(key) in wanted}
    keys = {_place(context, key): key for key in found.values()}
    by_place: dict[tuple[str, str], list[Finding]] = {}
    for finding in context.findings:
        by_place.setdefault((finding.origin.sheet, finding.origin.cell), []).append(finding)
    moved: dict[str, tuple[str, ...]] = {}
    for finding in needing:
        causes = [
            cause
            for cause in _causes(context, finding, by_place, keys)
            if cause is not finding and finding.id not in cause.roots
        ]
        if causes:
            _become_consequence(finding, causes)
            moved[finding.id] = finding.roots
    _settle(context, moved)


def _settle(context: Context, moved: Mapping[str, tuple[str, ...]]) -> None:
    """What followed from a finding that became a consequence follows from that one's roots."""
    for finding in context.findings:
        while any(root in moved for root in finding.roots):
            roots = [new for root in finding.roots for new in moved.get(root, (root,))]
            finding.roots = tuple(dict.fromkeys(roots))
            finding.caused_by = finding.roots[0]


def _needs(finding: Finding) -> tuple[str, ...]:
    check = CHECKS.get(finding.code)
    return check.needs if check is not None else ()


def _place(context: Context, key: Key) -> tuple[str, str]:
    return context.view.address(key)


def _causes(
    context: Context,
    finding: Finding,
    by_place: dict[tuple[str, str], list[Finding]],
    keys: dict[tuple[str, str], Key],
) -> Iterator[Finding]:
    """The findings that make this one meaningless: at its cell, at the cells it is made of, or in tables
    of which it sums up what is there."""
    needs = _needs(finding)
    here = (finding.origin.sheet, finding.origin.cell)
    yield from (f for f in by_place.get(here, []) if f.name in needs and f.level == "galat")
    yield from (
        f for f in by_place.get(("", ""), []) if f.name in needs and f.expected == finding.origin.sheet
    )
    key = keys.get(here)
    call = context.evaluator.call(key) if key is not None else None
    if key is None or call is None:
        return
    torn = {f.origin.sheet: f for f in context.findings if f.name in needs and f.code.startswith("STR")}
    for arg in call.args.values():
        sources = context.view.positions.cells_of(arg, key)
        for source in sources:
            place = _place(context, source)
            yield from (f for f in by_place.get(place, []) if f.name in needs and f.level == "galat")
        if len(sources) > 1:
            sheet, _, _ = context.view.positions.at(sources[0])
            if sheet in torn:
                yield torn[sheet]


def _become_consequence(finding: Finding, causes: Sequence[Finding]) -> None:
    roots = tuple(dict.fromkeys(root for cause in causes for root in cause.roots or (cause.id,)))
    places = dict.fromkeys(_named(cause, finding) for cause in causes)
    finding.level = "info"
    finding.roots, finding.caused_by = roots, roots[0]
    finding.remedy = ""
    said = "akibat dari " + ", ".join(places)
    finding.diagnosis = "; ".join(filter(None, (finding.diagnosis, said)))


def _named(cause: Finding, finding: Finding) -> str:
    if not cause.origin.cell:
        return f"{cause.code} pada lembar {cause.origin.sheet or cause.expected}"
    if cause.origin == finding.origin:
        return f"{cause.code} pada sel ini"
    return f"{cause.origin.sheet}!{cause.origin.cell}"
