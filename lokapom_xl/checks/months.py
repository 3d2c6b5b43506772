"""ATR: do the monthly targets of a year fit together?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from .. import regulations
from ..model import Related
from ..numbers import indonesian
from ..registry import check
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, Table
from .context import Context, text

_MONTHLY = "target@"
"""How the facts of monthly targets begin; the number of the month follows."""


@check("ATR06", "target-bulan-menurun", "peringatan")
def falling(context: Context) -> None:
    """Target suatu bulan lebih rendah daripada target bulan sebelumnya.

    Apa: target bulanan bersifat kumulatif (sampai dengan bulan itu), sehingga tidak turun dalam tahun yang
    sama. Disebut satu kali untuk setiap indikator, pada bulan pertama yang turun. Tidak berlaku bagi
    indikator yang makin rendah makin baik.
    Perbaikan: periksa kedua target; mungkin salah ketik, atau ditulis per bulan dan bukan kumulatif.
    """
    less_is_better = {
        i.slug for i in regulations.indicators(context.view.rule_year) if i.polarity == "minimize"
    }
    for table in context.view.layout.tables:
        placed = context.view.positions.tables.get(table.key)
        if placed is None or len(list(_months(table))) < 2:
            continue
        for row in placed.rows:
            if context.evaluator.kind(row) == INDICATOR and row not in less_is_better:
                _check_row(context, [Key(table.key, row, column) for column in _months(table)])


def _months(table: Table) -> Iterator[str]:
    """The columns of a table that hold the targets of one month each, in their order."""
    for column in table.columns:
        if column.fact.startswith(_MONTHLY) and column.fact.removeprefix(_MONTHLY).isdigit():
            yield column.key


def _check_row(context: Context, months: list[Key]) -> None:
    highest: tuple[Key, Decimal] | None = None
    for key in months:
        value = context.evaluator.written(key) if context.view.positions.has(key) else None
        if not isinstance(value, Decimal) or key in context.by_key:
            continue  # a target that is in doubt already tells nothing of the others
        if highest is not None and value < highest[1]:
            earlier = context.view.address(highest[0])[1]
            context.add(
                "ATR06",
                key,
                written=value,
                expected=highest[1],
                related=[Related(context.origin(highest[0]), text(highest[1]))],
                diagnosis=f"pada {earlier} sudah {indonesian(highest[1])}",
            )
            return
        highest = (key, value)
