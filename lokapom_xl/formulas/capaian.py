"""Realisasi, capaian, the capped score (NPI) and the declared adjustment of one indicator."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Optional, Union

from .. import regulations
from ..numbers import CONTEXT, NOT_MEASURED, VALUE, CellError, Scalar, Unreadable, divide, round_half_up
from ..registry import Argument, Example, function
from .plain import is_blank, measured

HUNDRED = Decimal(100)
EXAMPLE_YEAR = regulations.years_covered("kriteria")[-1]
"""The year that examples are worked under: the last one with reviewed rules."""


@cache
def decimals(key: str) -> int:
    """The number of decimals that the rules give a result (`desimal.toml`)."""
    years = regulations.years_covered("desimal")
    return int(str(regulations.value("desimal", years[-1], key)))


def _plain_realisasi(cell: Mapping[str, str]) -> str:
    p, q, factor = cell["pembilang"], cell["penyebut"], cell.get("faktor", "100")
    ratio = measured(f"ROUND({p}/{q}*{factor},2)", p, q)
    direct = cell.get("langsung")
    if direct is None:
        return ratio
    return f"IF(AND({is_blank(p)},{is_blank(q)}),{measured(f'ROUND({direct},2)', direct)},{ratio})"


@function(
    help="Realisasi indikator dari pembilang dan penyebut, dalam poin persen, dua desimal.",
    arguments=[
        Argument("pembilang", "Jumlah yang memenuhi. Kosong atau - berarti belum diukur."),
        Argument("penyebut", "Jumlah seluruhnya. Kosong atau - berarti belum diukur."),
        Argument(
            "faktor",
            "Pengali hasil bagi; 100 bila dikosongkan (50 untuk sampel tanpa pengujian).",
            optional=True,
        ),
        Argument(
            "langsung",
            "Realisasi yang langsung diketahui; dipakai bila pembilang dan penyebut kosong.",
            optional=True,
        ),
    ],
    unit="poin persen",
    decimals=2,
    category="Capaian",
    example=Example((107, 116), Decimal("92.24")),
    plain=_plain_realisasi,
    rules=["desimal", "indikator"],
    own_blanks=True,
)
def REALISASI(
    pembilang: Scalar,
    penyebut: Scalar,
    faktor: Scalar = None,
    langsung: Scalar = None,
) -> Scalar:
    """Realisasi of an indicator in points: `pembilang / penyebut x faktor`, else the direct value.

    Source: the report, table of section 3.1 (107/116 is printed 92.24); rules section 1.
    """
    pair = (pembilang, penyebut)
    for value in pair:
        if isinstance(value, CellError) and not isinstance(value, Unreadable):
            return value
    if pembilang == NOT_MEASURED and penyebut == NOT_MEASURED:
        if isinstance(langsung, Decimal):
            return round_half_up(langsung, decimals("realisasi"))
        return langsung if isinstance(langsung, CellError) else NOT_MEASURED
    if NOT_MEASURED in pair:
        return NOT_MEASURED
    for value in (*pair, faktor):
        if isinstance(value, CellError):
            return value
    assert isinstance(pembilang, Decimal) and isinstance(penyebut, Decimal)
    ratio = divide(pembilang, penyebut)
    if isinstance(ratio, CellError):
        return ratio
    factor = faktor if isinstance(faktor, Decimal) else HUNDRED
    return round_half_up(CONTEXT.multiply(ratio, factor), decimals("realisasi"))


def polarity_sign(polaritas: Scalar) -> Union[int, CellError]:
    """1 where more is better (also when nothing is said), -1 where less is better."""
    polarity = str(polaritas if polaritas is not None else "maximize").casefold()
    if polarity not in ("maximize", "minimize"):
        return CellError(VALUE, f"polaritas \u201c{polaritas}\u201d tidak dikenal", "polaritas-tidak-dikenal")
    return 1 if polarity == "maximize" else -1


def _plain_capaian(cell: Mapping[str, str]) -> str:
    target, realisasi = cell["target"], cell["realisasi"]
    maximize = f"{realisasi}/{target}*100"
    minimize = f"(1+(1-{realisasi}/{target}))*100"
    polarity = cell.get("polaritas")
    if polarity is None:
        share = maximize
    elif polarity.startswith('"'):
        share = minimize if polarity == '"minimize"' else maximize
    else:
        share = f'IF({polarity}="minimize",{minimize},{maximize})'
    return measured(f"ROUND({share},2)", target, realisasi)


@function(
    help="Persentase capaian indikator terhadap target, dua desimal. Target 0 menghasilkan #DIV/0!.",
    arguments=[
        Argument("target", "Target indikator, satuan sama dengan realisasi."),
        Argument("realisasi", "Realisasi indikator. Kosong atau - berarti belum diukur.", rounded=True),
        Argument(
            "polaritas",
            "maximize (makin tinggi makin baik, bila dikosongkan) atau minimize.",
            kind="text",
            optional=True,
        ),
    ],
    unit="poin persen",
    decimals=2,
    category="Capaian",
    example=Example(("91,5", Decimal("92.24")), Decimal("100.81")),
    plain=_plain_capaian,
    rules=["desimal", "polaritas"],
)
def CAPAIAN(target: Decimal, realisasi: Decimal, polaritas: Optional[str] = None) -> Scalar:
    """Capaian in points: `realisasi / target x 100`; minimize: `(1 + (1 - realisasi/target)) x 100`.

    Source: the report, section 2.5; minimize: PermenPANRB 8/2021 (open for an office); rules section 1.
    """
    ratio = divide(realisasi, target)
    if isinstance(ratio, CellError):
        return ratio
    sign = polarity_sign(polaritas)
    if isinstance(sign, CellError):
        return sign
    share = ratio if sign > 0 else 2 - ratio
    return round_half_up(CONTEXT.multiply(share, HUNDRED), decimals("capaian"))


@function(
    help="Nilai Pencapaian Indikator: capaian yang dibatasi pada batas tertinggi tahun itu (120).",
    arguments=[
        Argument("capaian", "Persentase capaian indikator."),
        Argument("tahun", "Tahun aturan, misalnya sel ATURAN_TAHUN.", kind="year"),
    ],
    unit="poin persen",
    decimals=2,
    category="Capaian",
    example=Example((Decimal("126.58"), EXAMPLE_YEAR), Decimal(120)),
    plain=lambda cell: measured(f"MIN({cell['capaian']},BATAS_CAPAIAN)", cell["capaian"]),
    rules=["batas_capaian"],
)
def NPI(capaian: Decimal, tahun: int) -> Scalar:
    """The capped score in points: the smaller of capaian and the cap of the year; not rounded.

    Source: the report, table of section 3.1 (126.58 becomes 120); rules section 2.
    """
    cap = regulations.value("batas_capaian", tahun, "cap")
    assert isinstance(cap, Decimal)
    return min(capaian, cap)


def _plain_penyesuaian(cell: Mapping[str, str]) -> str:
    npi, declared = cell["npi"], cell.get("dinyatakan")
    if declared is None:
        return measured(npi, npi)
    given = f"IF(ISNUMBER({declared}),{declared},#VALUE!)"
    return f'IF({is_blank(npi)},"-",IF({is_blank(declared)},{npi},{given}))'


@function(
    help="Capaian penyesuaian: nilai yang dinyatakan bila ada, selain itu nilai menurut aturan (NPI).",
    arguments=[
        Argument("npi", "Nilai menurut aturan, hasil NPI."),
        Argument(
            "dinyatakan",
            "Penyesuaian manual yang dinyatakan beserta alasannya; kosong bila tidak ada.",
            optional=True,
        ),
    ],
    unit="poin persen",
    decimals=2,
    category="Capaian",
    example=Example((100, 120), Decimal(120)),
    plain=_plain_penyesuaian,
)
def PENYESUAIAN(npi: Decimal, dinyatakan: Optional[Decimal] = None) -> Scalar:
    """The score that counts: a declared manual adjustment where there is one, else the NPI.

    Source: rules section 2 (a manual adjustment must be declared with its reason and legal basis).
    """
    return npi if dinyatakan is None else dinyatakan
