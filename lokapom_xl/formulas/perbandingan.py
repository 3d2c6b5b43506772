"""Comparisons: with another value, with others of a group, and with the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Optional

from ..numbers import NUM, CellError, Scalar, plain, round_half_up
from ..registry import Argument, Example, function
from .capaian import EXAMPLE_YEAR, NPI, decimals, polarity_sign
from .plain import is_blank, measured

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
    value, polarity = cell["nilai"], cell.get("polaritas")
    parts = cell["semua"].strip("()").split(",")

    def before(better: str) -> str:
        return "+".join(f"COUNTIF({part},{better})" for part in parts)

    higher, lower = before(f'">"&({value}+{TIE:f})'), before(f'"<"&({value}-{TIE:f})')
    if polarity is None or polarity.startswith('"'):
        count = lower if polarity == '"minimize"' else higher
    else:
        count = f'IF({polarity}="minimize",{lower},{higher})'
    # SUM is there for errors alone: COUNTIF does not see them.
    return measured(f"{count}+1+0*SUM({','.join(parts)})", value)


@function(
    help="Peringkat nilai di antara semua nilai: 1 terbaik; nilai yang sama berbagi peringkat terbaik.",
    arguments=[
        Argument("nilai", "Nilai yang dicari peringkatnya."),
        Argument(
            "semua", "Semua nilai, termasuk nilai itu sendiri; yang belum diukur tidak ikut.", kind="range"
        ),
        Argument(
            "polaritas",
            "maximize (nilai tertinggi terbaik, bila dikosongkan) atau minimize.",
            kind="text",
            optional=True,
        ),
    ],
    unit="peringkat",
    category="Perbandingan",
    example=Example(
        (Decimal("105.86"), [Decimal("109.41"), Decimal("102.28"), Decimal("105.86")]), Decimal(2)
    ),
    plain=_plain_peringkat,
)
def PERINGKAT(nilai: Decimal, semua: list[Scalar], polaritas: Optional[str] = None) -> Scalar:
    """The rank of a value, the best first; ties share the better one. Source: rules section 7."""
    for value in semua:
        if isinstance(value, CellError):
            return value
    sign = polarity_sign(polaritas)
    if isinstance(sign, CellError):
        return sign
    better = [v for v in semua if isinstance(v, Decimal) and (v - nilai) * sign > TIE]
    return Decimal(1 + len(better))


def _plain_setara(cell: Mapping[str, str]) -> str:
    value, own, everybody = cell["nilai"], cell.get("kenaikan", "0"), cell.get("kenaikan_semua")
    raised = f"+MAX({everybody},0)" if everybody else ""
    reduced = f"{value}-IF({is_blank(own)},0,{own})"
    return measured(f"MIN({reduced}{raised},BATAS_CAPAIAN)", value)


@function(
    help="Nilai suatu unit pada dasar yang sama: tanpa penyesuaiannya sendiri, atau dengan penyesuaian "
    "terbesar bagi semua unit; paling tinggi batas capaian tahun itu.",
    arguments=[
        Argument("nilai", "Nilai sebagaimana terbit."),
        Argument("tahun", "Tahun aturan, misalnya sel ATURAN_TAHUN.", kind="year"),
        Argument(
            "kenaikan", "Kenaikan nilai itu karena penyesuaian, dalam poin; 0 bila kosong.", optional=True
        ),
        Argument(
            "kenaikan_semua",
            "Kenaikan semua unit; bila diisi, kenaikan terbesar diberikan kepada unit ini.",
            kind="range",
            optional=True,
        ),
    ],
    unit="poin persen",
    category="Perbandingan",
    example=Example((100, EXAMPLE_YEAR, 0, [20, 0]), Decimal(120)),
    plain=_plain_setara,
    rules=["batas_capaian"],
)
def SETARA(
    nilai: Decimal,
    tahun: int,
    kenaikan: Optional[Decimal] = None,
    kenaikan_semua: Optional[list[Scalar]] = None,
) -> Scalar:
    """A unit's score on an equal basis, capped: nobody adjusted, or everybody as much as anybody.

    `nilai - kenaikan + the greatest of kenaikan_semua`, at most the cap. Source: rules section 7 (a ranking
    holds only on one basis for all units); how the others would have been adjusted is an estimate.
    """
    for value in kenaikan_semua or []:
        if isinstance(value, CellError):
            return value
    raised = max((v for v in kenaikan_semua or [] if isinstance(v, Decimal)), default=Decimal(0))
    level = nilai - (kenaikan or Decimal(0)) + max(raised, Decimal(0))
    score: Scalar = NPI(level, tahun)
    return score


def _plain_catatan(cell: Mapping[str, str]) -> str:
    published, nobody, everybody = cell["terbit"], cell["tanpa"], cell["semua"]
    same = f'"Peringkat tidak bergantung pada dasar perbandingan: "&{published}&" pada ketiga dasar."'
    other = (
        f'"Peringkat bergantung pada dasar perbandingan: "&{published}&" sebagaimana terbit, "&{nobody}'
        f'&" apabila tidak ada yang disesuaikan, "&{everybody}&" apabila semua disesuaikan."'
    )
    return measured(
        f"IF(AND({published}={nobody},{published}={everybody}),{same},{other})", published, nobody, everybody
    )


@function(
    help="Kalimat yang menyatakan apakah peringkat bergantung pada dasar perbandingan.",
    arguments=[
        Argument("terbit", "Peringkat menurut nilai sebagaimana terbit."),
        Argument("tanpa", "Peringkat apabila tidak ada unit yang disesuaikan."),
        Argument("semua", "Peringkat apabila semua unit disesuaikan."),
    ],
    unit="teks",
    category="Perbandingan",
    example=Example(
        (2, 3, 3),
        "Peringkat bergantung pada dasar perbandingan: 2 sebagaimana terbit, 3 apabila tidak ada yang "
        "disesuaikan, 3 apabila semua disesuaikan.",
    ),
    plain=_plain_catatan,
)
def CATATAN_PERINGKAT(terbit: Decimal, tanpa: Decimal, semua: Decimal) -> Scalar:
    """Whether a rank hangs on the basis of the comparison, in a sentence. Source: rules section 7."""
    if terbit == tanpa == semua:
        return f"Peringkat tidak bergantung pada dasar perbandingan: {plain(terbit)} pada ketiga dasar."
    return (
        f"Peringkat bergantung pada dasar perbandingan: {plain(terbit)} sebagaimana terbit, {plain(tanpa)} "
        f"apabila tidak ada yang disesuaikan, {plain(semua)} apabila semua disesuaikan."
    )


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
