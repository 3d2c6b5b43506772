"""Budget efficiency (IE, TE) and the budget performance value (NKA)."""

from __future__ import annotations

from decimal import Decimal
from typing import Optional

from .. import regulations
from ..numbers import CONTEXT, CellError, Scalar, divide, round_half_up
from ..registry import Argument, Example, function
from .capaian import EXAMPLE_YEAR, decimals
from .kriteria import label
from .plain import looked_up, measured

_YEAR = Argument(
    "tahun", "Tahun aturan; aturan terbaru yang sudah ditinjau bila dikosongkan.", kind="year", optional=True
)


def _year(subject: str, year: Optional[int]) -> int:
    """The year given, else the last one whose rule was reviewed."""
    return regulations.years_covered(subject)[-1] if year is None else year


@function(
    help="Indeks Efisiensi: persentase output dibagi persentase input, dua desimal.",
    arguments=[
        Argument("persen_output", "Capaian output tanpa batas 120, dalam poin persen.", rounded=True),
        Argument("persen_input", "Realisasi anggaran terhadap pagu, dalam poin persen.", rounded=True),
    ],
    unit="indeks",
    decimals=2,
    category="Efisiensi",
    example=Example((Decimal("100.81"), Decimal("99.82")), Decimal("1.01")),
    plain=lambda cell: measured(
        f"ROUND({cell['persen_output']}/{cell['persen_input']},2)",
        cell["persen_output"],
        cell["persen_input"],
    ),
    rules=["efisiensi", "desimal"],
)
def IE(persen_output: Decimal, persen_input: Decimal) -> Scalar:
    """Efficiency index `% output / % input`. Source: the report, section 3.4; rules section 5."""
    ratio = divide(persen_output, persen_input)
    return ratio if isinstance(ratio, CellError) else round_half_up(ratio, decimals("ie"))


# In the plain formula the difference is rounded to 12 decimals first: binary 1.005 - 1 is 0.00499...9.
@function(
    help="Tingkat Efisiensi: (IE - SE) / SE dengan Standar Efisiensi SE = 1, dua desimal.",
    arguments=[Argument("ie", "Indeks Efisiensi, hasil IE."), _YEAR],
    unit="indeks",
    decimals=2,
    category="Efisiensi",
    example=Example((Decimal("0.88"),), Decimal("-0.12")),
    plain=lambda cell: measured(
        f"ROUND(ROUND({cell['ie']}-STANDAR_EFISIENSI,12)/STANDAR_EFISIENSI,2)", cell["ie"]
    ),
    rules=["efisiensi", "desimal"],
)
def TE(ie: Decimal, tahun: Optional[int] = None) -> Scalar:
    """Efficiency level `(IE - SE) / SE`. Source: rules section 5 (reproduces all rows of section 3.4)."""
    standard = regulations.value("efisiensi", _year("efisiensi", tahun), "se")
    assert isinstance(standard, Decimal)
    level = divide(ie - standard, standard)
    return level if isinstance(level, CellError) else round_half_up(level, decimals("te"))


@function(
    help="Kriteria efisiensi dari TE: Efisien bila TE yang dibulatkan tidak negatif.",
    arguments=[Argument("te", "Tingkat Efisiensi, hasil TE.", rounded=True), _YEAR],
    unit="label",
    category="Efisiensi",
    example=Example((Decimal("-0.0034"),), "Efisien"),
    plain=lambda cell: looked_up(cell["te"], "EFISIENSI"),
    rules=["efisiensi"],
)
def EFISIENSI(te: Decimal, tahun: Optional[int] = None) -> Scalar:
    """Efisien iff the rounded TE is at least 0. Source: rules section 5."""
    return label("efisiensi", _year("efisiensi", tahun), te)


@function(
    help="Nilai Kinerja Anggaran: jumlah berbobot nilai EKA dan IKPA menurut bobot tahun itu.",
    arguments=[
        Argument("eka", "Nilai Evaluasi Kinerja Anggaran (0-100).", rounded=True),
        Argument("ikpa", "Nilai Indikator Kinerja Pelaksanaan Anggaran (0-100).", rounded=True),
        Argument("tahun", "Tahun aturan, misalnya sel ATURAN_TAHUN.", kind="year"),
    ],
    unit="nilai",
    decimals=2,
    category="Efisiensi",
    example=Example((Decimal("86.73"), Decimal("98.63"), EXAMPLE_YEAR), Decimal("91.49")),
    plain=lambda cell: measured(
        f"ROUND(({cell['eka']}*BOBOT_EKA+{cell['ikpa']}*BOBOT_IKPA)/100,2)", cell["eka"], cell["ikpa"]
    ),
    rules=["nka"],
)
def NKA(eka: Decimal, ikpa: Decimal, tahun: int) -> Scalar:
    """Budget performance value. Source: the report, (60 % EKA + 40 % IKPA); rules section 5."""
    weights = regulations.version("nka", tahun).data["weights"]
    total = CONTEXT.multiply(eka, weights["eka"]) + CONTEXT.multiply(ikpa, weights["ikpa"])
    return round_half_up(total.scaleb(-2), decimals("display"))
