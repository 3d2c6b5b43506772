"""Which of the numbers that a value is made of may be the wrong one."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from .. import functions as f
from ..numbers import Scalar, indonesian, round_half_up
from ..workbook.cells import Key
from ..workbook.layout import Call
from ..workbook.ops import SUM
from .context import Context


class Part(NamedTuple):
    """A part of a sum that may be wrong: its cell, and what it must be for the sum to be right."""

    key: Key
    cell: str
    repaired: Decimal


def suspect_part(context: Context, key: Key, call: Call) -> Part | None:
    """The only part of a wrong sum that may be another number: all others would pass their weight."""
    if call.function is not SUM:
        return None
    evaluator = context.evaluator
    written, local = evaluator.written(key), evaluator.local(key)
    if not isinstance(written, Decimal) or not isinstance(local, Decimal):
        return None
    if evaluator.same(local, written, key):
        return None
    fitting = []
    for part in context.view.positions.cells_of(call.args["nilai"], key):
        weight_key = Key(part.table, part.row, "bobot")
        weight = evaluator.written(weight_key) if context.view.positions.has(weight_key) else None
        value = evaluator.written(part)
        if isinstance(value, Decimal) and isinstance(weight, Decimal) and part.column != "bobot":
            repaired = value + written - local
            if 0 <= repaired <= weight:
                fitting.append(Part(part, context.view.address(part)[1], repaired))
    return fitting[0] if len(fitting) == 1 else None


def fitting_input(context: Context, key: Key, call: Call, written: Scalar) -> str:
    """The realisasi that would give a written capaian with the target beside it."""
    values = context.evaluator.arguments(call, key, context.evaluator.written)
    if call.function is not f.CAPAIAN or not values or not isinstance(written, Decimal):
        return ""
    target = values[0]
    if not isinstance(target, Decimal) or not target:
        return ""
    realisasi = round_half_up(written * target / 100, 2)
    if f.CAPAIAN(target, realisasi) != written:
        return ""
    return f"cocok dengan realisasi {indonesian(realisasi)}"
