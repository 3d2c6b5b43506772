"""Comparisons: with another value, with others of a group, and with the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..numbers import NUM, CellError, Scalar, round_half_up
from ..registry import Argument, Example, function
from .capaian import decimals
from .plain import measured

TIE = Decimal("0.000000001")
"""Values closer than this share a rank: means carry a rest from the division."""


@function(
    help="Selisih nilai terhadap pembandingnya, dalam satuan nilai itu (poin), dua desimal.",
    arguments=[
        Argument("nilai", "Nilai yang dibandingkan, misalnya realisasi tahun ini."),
        Argument("pembanding", "Nilai pembandingnya, misalnya realisasi tahun lalu."),
    ],
    unit="poin",
    decimals=2,
    category="Perbandingan",
    example=Example((Decimal("92.24"), Decimal("78.33")), Decimal("13.91")),
    # Rounded twice: a difference of binary numbers ends in a rest that must not decide a tie.
    plain=lambda cell: measured(
        f"ROUND(ROUND({cell['nilai']}-{cell['pembanding']},9),2)", cell["nilai"], cell["pembanding"]
    ),
    rules=["desimal"],
)
def SELISIH(nilai: Decimal, pembanding: Decimal) -> Scalar:
    """`nilai - pembanding`, in points. Source: rules section 7."""
    return round_half_up(round_half_up(nilai - pembanding, 9), decimals("selisih"))


@function(
    help="Arah perubahan menurut selisihnya: naik, turun, atau tetap.",
    arguments=[Argument("selisih", "Selisih terhadap pembanding, hasil SELISIH.")],
    unit="label",
    category="Perbandingan",
    example=Example((Decimal("13.91"),), "naik"),
    plain=lambda cell: measured(
        f'IF({cell["selisih"]}>0,"naik",IF({cell["selisih"]}<0,"turun","tetap"))', cell["selisih"]
    ),
)
def ARAH(selisih: Decimal) -> Scalar:
    """Whether a value has risen, fallen or stayed. Source: rules section 7."""
    return "naik" if selisih > 0 else "turun" if selisih < 0 else "tetap"


def _plain_peringkat(cell: Mapping[str, str]) -> str:
    value = cell["nilai"]
    above = "+".join(
        f"SUMPRODUCT(ISNUMBER({part})*({part}>{value}+{TIE:f}))" for part in cell["semua"].split(",")
    )
    return measured(f"{above}+1", value)


@function(
    help="Peringkat nilai di antara semua nilai: 1 tertinggi; nilai yang sama berbagi peringkat terbaik.",
    arguments=[
        Argument("nilai", "Nilai yang dicari peringkatnya."),
        Argument(
            "semua", "Semua nilai, termasuk nilai itu sendiri; yang belum diukur tidak ikut.", kind="range"
        ),
    ],
    unit="peringkat",
    category="Perbandingan",
    example=Example(
        (Decimal("105.86"), [Decimal("109.41"), Decimal("102.28"), Decimal("105.86")]), Decimal(2)
    ),
    plain=_plain_peringkat,
)
def PERINGKAT(nilai: Decimal, semua: list[Scalar]) -> Scalar:
    """The rank of a value, the highest first; ties share the better one. Source: rules section 7."""
    for value in semua:
        if isinstance(value, CellError):
            return value
    return Decimal(1 + sum(isinstance(value, Decimal) and value > nilai + TIE for value in semua))


@function(
    help="Triwulan dari nomor bulan: 1 sampai 4.",
    arguments=[Argument("bulan", "Nomor bulan, 1 sampai 12.")],
    unit="triwulan",
    category="Perbandingan",
    example=Example((9,), Decimal(3)),
    plain=lambda cell: measured(
        f"IF(AND({cell['bulan']}>=1,{cell['bulan']}<=12,{cell['bulan']}=INT({cell['bulan']})),"
        f"ROUNDUP({cell['bulan']}/3,0),#NUM!)",
        cell["bulan"],
    ),
)
def TRIWULAN(bulan: Decimal) -> Scalar:
    """The quarter that a month belongs to; `#NUM!` for what is no month. Source: rules section 6."""
    if bulan != bulan.to_integral_value() or not 1 <= bulan <= 12:
        return CellError(NUM, f"{bulan:f} bukan bulan 1 sampai 12", "bukan-bulan")
    return (bulan + 2) // 3
