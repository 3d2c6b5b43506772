"""Labels: kriteria of an indicator, predikat of an NPS, notification against the Renstra target."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from .. import regulations
from ..numbers import CellError, Scalar, round_half_up
from ..registry import Argument, Example, function
from .capaian import CAPAIAN, EXAMPLE_YEAR, decimals
from .plain import is_blank, looked_up

_YEAR = Argument("tahun", "Tahun aturan, misalnya sel ATURAN_TAHUN.", kind="year")


def label(subject: str, year: int, value: Decimal) -> str:
    """The label of `value`, rounded first to the decimals on which the bands are defined."""
    return regulations.label(subject, year, round_half_up(value, decimals("label")))


@function(
    help="Kriteria capaian satu indikator menurut tabel kriteria tahun itu.",
    arguments=[
        Argument("nilai", "Capaian penyesuaian indikator (atau capaian, menurut aturan tahun itu)."),
        _YEAR,
    ],
    unit="label",
    category="Kriteria",
    example=Example((Decimal("99.66"), EXAMPLE_YEAR), "Cukup"),
    plain=lambda cell: looked_up(cell["nilai"], "KRITERIA"),
    rules=["kriteria"],
)
def KRITERIA(nilai: Decimal, tahun: int) -> Scalar:
    """The indicator's label under the scheme of the year. Source: rules section 3."""
    return label("kriteria", tahun, nilai)


@function(
    help="Predikat Nilai Pencapaian Sasaran (SS, perspektif, atau total) menurut tabel tahun itu.",
    arguments=[Argument("nps", "Nilai Pencapaian Sasaran."), _YEAR],
    unit="label",
    category="Kriteria",
    example=Example((Decimal("103.83"), EXAMPLE_YEAR), "Istimewa"),
    plain=lambda cell: looked_up(cell["nps"], "PREDIKAT"),
    rules=["predikat"],
)
def PREDIKAT(nps: Decimal, tahun: int) -> Scalar:
    """The predikat of an NPS. Source: the report, section 2.5; rules section 3."""
    return label("predikat", tahun, nps)


@function(
    help="Predikat evaluasi SAKIP dari nilai hasil evaluasi: AA, A, BB, B, CC, C, atau D.",
    arguments=[Argument("nilai", "Nilai hasil evaluasi, jumlah nilai komponennya."), _YEAR],
    unit="label",
    category="Kriteria",
    example=Example((Decimal("73.98"), EXAMPLE_YEAR), "BB"),
    plain=lambda cell: looked_up(cell["nilai"], "SAKIP"),
    rules=["sakip"],
)
def PREDIKAT_SAKIP(nilai: Decimal, tahun: int) -> Scalar:
    """The grade of a SAKIP evaluation. Source: PermenPANRB 88/2021 as generally known; rules section 7."""
    return label("sakip", tahun, nilai)


@function(
    help="Risiko target tahunan tidak tercapai, dari capaian terhadap target sampai dengan bulan itu.",
    arguments=[
        Argument("capaian_bulan", "Persentase capaian terhadap target sampai dengan bulan itu."),
        _YEAR,
    ],
    unit="label",
    category="Kriteria",
    example=Example((Decimal("94.56"), EXAMPLE_YEAR), "sedang"),
    plain=lambda cell: looked_up(cell["capaian_bulan"], "RISIKO"),
    rules=["risiko"],
)
def RISIKO(capaian_bulan: Decimal, tahun: int) -> Scalar:
    """The risk of missing the year's target, by a setting of our own. Source: none; `risiko.toml`."""
    return label("risiko", tahun, capaian_bulan)


def _plain_notifikasi(cell: Mapping[str, str]) -> str:
    realisasi, target = cell["realisasi"], cell["target_renstra"]
    share = f"ROUND({realisasi}/{target}*100,2)"
    return (
        f'IF({is_blank(realisasi, target)},"-",IF(COUNT({realisasi},{target})=2,'
        f"LOOKUP({share},NOTIFIKASI_BATAS,NOTIFIKASI_LABEL),#VALUE!))"
    )


@function(
    help="Notifikasi realisasi terhadap target akhir Renstra: melampaui, tercapai, atau akan tercapai.",
    arguments=[
        Argument("realisasi", "Realisasi indikator tahun berjalan."),
        Argument("target_renstra", "Target akhir periode Renstra."),
    ],
    unit="label",
    category="Kriteria",
    example=Example((Decimal("92.24"), Decimal("92.3")), "akan tercapai"),
    plain=_plain_notifikasi,
    rules=["renstra"],
)
def NOTIFIKASI(realisasi: Decimal, target_renstra: Decimal) -> Scalar:
    """Where a realisasi stands against the Renstra target. Source: rules section 7."""
    share = CAPAIAN(target_renstra, realisasi)
    if isinstance(share, CellError):
        return share
    return label("renstra", regulations.years_covered("renstra")[-1], share)
