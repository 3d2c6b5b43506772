"""Which causes of a consequence really change it.

A rank, a label or a count may stand on many cells, some of them wrong, and yet follow from one of them. A
cause is one whose cell, left as it is while everything else is corrected, leaves another result.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..model import Finding
from ..numbers import NOT_MEASURED, CellError, Scalar
from ..workbook.cells import Key
from .context import Context


def keep_real_roots(context: Context, corrections: Mapping[Key, Scalar]) -> None:
    """Drop from every consequence the roots that do not change it; if none alone does, all stay."""
    places = {finding.id: key for key, finding in context.by_key.items()}
    without: dict[Key, _World] = {}
    for key, finding in list(context.by_key.items()):
        if finding.caused_by is None or len(finding.roots) < 2 or not finding.code.startswith("HIT"):
            continue
        kept = tuple(r for r in finding.roots if _changes(context, key, places.get(r), corrections, without))
        if kept:
            _stand_on(finding, kept)


def _stand_on(finding: Finding, roots: tuple[str, ...]) -> None:
    finding.roots = roots
    finding.caused_by = roots[0]


def _changes(
    context: Context,
    key: Key,
    root: Key | None,
    corrections: Mapping[Key, Scalar],
    without: dict[Key, _World],
) -> bool:
    """Whether the value differs from the corrected one when only `root` stays as it is written."""
    if root is None:
        return True
    world = without.setdefault(root, _World(context, root, corrections))
    evaluator = context.evaluator
    value, right = world.value(key), evaluator.chain(key)
    return not evaluator.same(value, right, key)


class _World:
    """The book with every correction but one."""

    def __init__(self, context: Context, uncorrected: Key, corrections: Mapping[Key, Scalar]) -> None:
        self._evaluator = context.evaluator
        self._corrections = corrections
        self._known: dict[Key, Scalar] = {uncorrected: context.evaluator.written(uncorrected)}

    def value(self, key: Key) -> Scalar:
        if key not in self._known:
            self._known[key] = self._evaluate(key)
        return self._known[key]

    def _evaluate(self, key: Key) -> Scalar:
        call = self._evaluator.call(key)
        values = self._evaluator.arguments(call, key, self.value) if call is not None else None
        if call is None or values is None:
            return self._corrections.get(key, self._evaluator.written(key))
        result: Scalar = call.function(*values)
        written = self._evaluator.written(key)
        if isinstance(result, CellError) and isinstance(written, Decimal):
            return written  # as the chain does with an unusable input
        if result == NOT_MEASURED and self._evaluator.column(key).soft:
            return self._corrections.get(key, written)
        return result
