"""Which of the books given together belong together: those are compared with each other, others are not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from ..checks import Context
from ..workbook.units import same_unit


def groups(contexts: Sequence[Context]) -> list[list[Context]]:
    """The books in groups of one office and year.

    Books that complement each other (no table is in two of them) are taken for one report, whatever they say
    of themselves; a contradiction in that is a finding. Where the same table is there several times, the
    books are of several offices or years: then each says whose it is, and one that does not stands alone.
    """
    tables = [{key.partition("#")[0] for key in context.view.positions.tables} for context in contexts]
    if not any(one & other for one, other in combinations(tables, 2)):
        return [list(contexts)] if contexts else []
    found: list[list[Context]] = []
    for context in contexts:
        own = next((group for group in found if _belong(group[0], context)), None)
        if own is None:
            found.append([context])
        else:
            own.append(context)
    return found


def _belong(one: Context, other: Context) -> bool:
    units = [str(context.view.named("NAMA_UNIT") or "") for context in (one, other)]
    return one.view.year == other.view.year and same_unit(*units)
