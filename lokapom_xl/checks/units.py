"""KON: what sentences say of the units of a cluster, and how a unit's score follows from its realisasi."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from .. import functions as f
from .. import regulations
from ..model import Related
from ..numbers import Scalar, indonesian
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, PROSE_ROWS
from ..workbook.tables.cluster import UNITS
from ..workbook.tables.prose import UNIT_VALUE
from ..workbook.units import is_unit, same_unit
from .context import Context, text

ACTUAL, SCORES = "klaster_realisasi", "klaster_nps"
CLOSE = Decimal("0.01")
"""What a mean of values that were rounded before may be away from the printed one."""


class Means(NamedTuple):
    """The score of a unit for an objective, with its members' capaian as they are, and capped."""

    free: Decimal
    capped: Decimal

    def gives(self, score: Decimal) -> bool:
        return any(close(mean, score) for mean in self)


def close(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= CLOSE


def signed_target(context: Context, slug: str) -> Scalar:
    """The target that was signed; else that of the main table."""
    for table, column, key in context.view.located():
        if column.signed and column.fact == "target" and key.row == slug:
            return context.evaluator.written(Key(table.key, slug, column.key))
    place = Key("capaian", slug, "target")
    return context.evaluator.written(place) if context.view.positions.has(place) else None


def means(
    context: Context, unit: str, objective: str, instead: Mapping[str, Decimal] | None = None
) -> Means | None:
    """What a unit's realisasi give for an objective, with the own targets; None where one is missing."""
    year = context.view.rule_year
    free, capped = [], []
    for member in regulations.members(objective, year):
        place = Key(ACTUAL, member, unit)
        if not context.view.positions.has(place):
            return None
        written = context.evaluator.written(place)
        score = f.CAPAIAN(signed_target(context, member), (instead or {}).get(member, written))
        if not isinstance(score, Decimal):
            return None
        free.append(score)
        capped.append(f.NPI(score, year))
    both = f.NPS(free), f.NPS(capped)
    return Means(*both) if all(isinstance(mean, Decimal) for mean in both) else None


def check_sentences(context: Context) -> None:
    """Compare what sentences say of units with the table of the cluster.

    Where they differ, the unit's published score may tell which of the two is right.
    """
    for table in context.view.layout.tables:
        placed = context.view.positions.tables.get(table.key)
        if table.rows != PROSE_ROWS or placed is None or "nilai" not in placed.columns:
            continue
        for row in placed.rows:
            slug = row.partition("@")[0]
            hal = context.words(Key(table.key, row, "hal"))
            match = UNIT_VALUE.fullmatch(hal)
            if match is None or not is_unit(match["unit"]) or context.evaluator.kind(slug) != INDICATOR:
                continue
            unit = _unit(context, match["unit"])
            there, here = Key(ACTUAL, slug, unit), Key(table.key, row, "nilai")
            if unit and context.view.positions.has(there):
                _compare(context, here, there, unit)


def _unit(context: Context, name: str) -> str:
    """The column of the unit with this name."""
    placed = context.view.positions.tables.get(ACTUAL)
    for unit in UNITS if placed is not None else ():
        number = placed.columns.get(unit) if placed is not None else None
        if placed is None or number is None:
            continue
        cell = context.view.book.sheets[placed.sheet].cells.get((placed.header, number))
        if cell is not None and same_unit(name, str(cell.value)):
            return unit
    return ""


def _compare(context: Context, here: Key, there: Key, unit: str) -> None:
    stated, written = context.evaluator.written(here), context.evaluator.written(there)
    if not isinstance(stated, Decimal) or not isinstance(written, Decimal) or stated == written:
        return
    objective = regulations.indicator(there.row, context.view.rule_year).objective
    place = Key(SCORES, objective, unit)
    score = context.evaluator.written(place) if context.view.positions.has(place) else None
    fitting = [
        value
        for value in (written, stated)
        if isinstance(score, Decimal)
        and (found := means(context, unit, objective, {there.row: value})) is not None
        and found.gives(score)
    ]
    right = fitting[0] if len(fitting) == 1 else stated
    wrong, other = (here, there) if right == written else (there, here)
    why = "salah satunya keliru"
    if len(fitting) == 1 and isinstance(score, Decimal):
        name = context.row_name(objective)
        why = f"{name} unit itu, {indonesian(score)}, hanya cocok dengan {indonesian(right)}"
    related = [Related(context.origin(other), text(right))]
    finding = context.add(
        "KON03",
        wrong,
        written=context.evaluator.written(wrong),
        expected=right if len(fitting) == 1 else None,
        diagnosis=why,
        related=related,
        remedy="" if len(fitting) == 1 else "Periksa kedua nilai itu pada sumber datanya.",
    )
    context.by_key[wrong] = finding
