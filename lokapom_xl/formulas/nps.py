"""NPS: the mean of scores, at every level (sasaran strategis, perspective, total)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Optional

from ..numbers import CONTEXT, NOT_MEASURED, VALUE, CellError, Scalar, divide
from ..registry import Argument, Example, function


def _plain_nps(cell: Mapping[str, str]) -> str:
    values = cell["nilai"]
    if "bobot" in cell:
        weights = cell["bobot"]
        mean = f"SUMPRODUCT({values},{weights})/SUMPRODUCT(--ISNUMBER({values}),{weights})"
    else:
        mean = f"AVERAGE({values})"
    # SUM is there for errors alone: COUNT does not see them, SUM hands them on.
    return f'IF(AND(COUNT({values})=0,SUM({values})=0),"-",{mean})'


@function(
    help="Nilai Pencapaian Sasaran: rata-rata nilai yang sudah diukur, tidak dibulatkan.",
    arguments=[
        Argument(
            "nilai",
            "Nilai indikator, sasaran, atau perspektif yang dirata-ratakan.",
            kind="range",
            rounded=True,
        ),
        Argument(
            "bobot",
            "Bobot tiap nilai, sebanyak nilainya; sama besar bila dikosongkan.",
            kind="range",
            optional=True,
        ),
    ],
    unit="poin persen",
    category="NPS",
    example=Example(([100, Decimal("90.89")],), Decimal("95.445")),
    plain=_plain_nps,
    rules=["nps"],
)
def NPS(nilai: list[Scalar], bobot: Optional[list[Scalar]] = None) -> Scalar:
    """The unrounded (weighted) mean of the measured values; `-` when none is measured.

    An error among the values comes back unchanged. Weights are divided by the sum of the weights
    of the measured values. Source: the report, section 2.5; rules section 4.
    """
    for value in [*nilai, *(bobot or [])]:
        if isinstance(value, CellError):
            return value
    if bobot is not None and len(bobot) != len(nilai):
        return CellError(VALUE, "jumlah bobot tidak sama dengan jumlah nilai", "bobot-tidak-sama")
    total = weight_sum = Decimal(0)
    for i, value in enumerate(nilai):
        if not isinstance(value, Decimal):
            continue
        weight = Decimal(1) if bobot is None else bobot[i]
        if not isinstance(weight, Decimal):
            return CellError(VALUE, "bobot kosong untuk nilai yang terukur", "bobot-kosong")
        total += CONTEXT.multiply(value, weight)
        weight_sum += weight
    if not any(isinstance(value, Decimal) for value in nilai):
        return NOT_MEASURED
    return divide(total, weight_sum)
