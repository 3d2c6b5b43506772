"""The numbers that a report states in its sentences, as one more table: what each must be.

A row names its subject (an indicator, an objective, a perspective, or the office), what is said of it
(`hal`), and the number as it stands in the sentence. A `Statement` tells from `hal` which cell of the
report's tables, or which computation from them, the number repeats. What no statement knows (areas,
vehicles, dates) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from ... import functions as f
from ... import regulations
from ..layout import (
    INDICATOR,
    MEAN,
    PERSPECTIVE,
    PROSE_ROWS,
    SS,
    TOTAL,
    Across,
    Arg,
    At,
    Call,
    Column,
    Constant,
    Elsewhere,
    Same,
    Stated,
    Table,
    Whole,
)
from ..ops import ALIKE, COPY, COUNTED
from .cluster import OWN, UNITS
from .common import YEAR, labelled_value


@dataclass(frozen=True)
class Statement:
    """What sentences say under a name.

    `hal` is a pattern of the whole text, `quote` of a part of the sentence; `calls` and `labels` are by
    the kind of subject. `noun` is what a number counts, `total` the column of a table (perhaps of another
    book) whose total the number repeats.
    """

    name: str
    hal: str
    calls: Mapping[str, Call]
    labels: Mapping[str, Call] | None = None
    quote: str = ""
    noun: str = ""
    total: tuple[str, str] | None = None


NOUNS = ("sasaran", "indikator")
"""What sentences count by the dozen, and easily call by each other's name."""

RISING, FALLING = ("kenaikan", "peningkatan", "naik", "meningkat"), ("penurunan", "turun", "menurun")
"""How sentences call a direction; the first is the usual word."""

DIRECTION = "arah perubahan"
"""How a row begins that holds such a word."""

UNIT_VALUE = re.compile(r"nilai (?P<unit>.+)", re.IGNORECASE)
"""A row that holds the realisasi of a unit of the cluster, of the section's indicator."""

SAME_TOPIC = {"luas wilayah pengawasan": "total luas wilayah"}
"""Names of one quantity."""

PARTS = {"total luas wilayah": re.compile(r"luas (kabupaten|kota) .+")}
"""Quantities that are the sum of others of the same section, by what those are called."""

OF_THE_OFFICE = {"nomor klaster": re.compile(r"kl[au]ster\s+(\d+)", re.IGNORECASE)}
"""Quantities that are the same in every section, and how sentences name them in passing."""


def _copy(table: str, column: str) -> Call:
    return Call(COPY, {"nilai": Elsewhere(table, column)})


def _of_total(table: str, column: str) -> Call:
    return Call(COPY, {"nilai": At(column, TOTAL, table=table)})


def _difference(value: Arg, other: Arg) -> dict[str, Call]:
    return {INDICATOR: Call(f.SELISIH, {"nilai": value, "pembanding": other})}


def _constant(number: int) -> dict[str, Call]:
    return {TOTAL: Call(COPY, {"nilai": Constant(Decimal(number))})}


_RENSTRA = Elsewhere("renstra", "target_renstra")
_ACTUAL, _SCORE = Elsewhere("capaian", "realisasi"), Elsewhere("capaian", "capaian")
LAST_YEAR = "capaian tahun lalu"


@cache
def statements(year: int) -> tuple[Statement, ...]:
    """Every kind of statement that can be checked against the tables of the report of `year`."""
    cluster = Across(UNITS, table="klaster_realisasi")
    scores = Across(UNITS, MEAN, table="klaster_nps")
    own = Elsewhere("klaster_realisasi", OWN)
    means = _copy("capaian_ringkasan", "capaian_penyesuaian")
    labelled = labelled_value(year) or "capaian_penyesuaian"
    none = Constant(Decimal(0))
    spent = Stated("anggaran terpakai")
    evaluation = At("nilai", TOTAL, table=f"evaluasi_sakip_{year - 1}")
    quarter = "tindak_lanjut_tw3"
    kriteria = Call(f.KRITERIA, {"nilai": Elsewhere("capaian", labelled), "tahun": YEAR})
    last_label = (
        {INDICATOR: Call(f.KRITERIA, {"nilai": Same("nilai"), "tahun": Constant(Decimal(year - 1))})}
        if year - 1 in regulations.years_covered("kriteria")
        else {}
    )
    last_quarter = {"target": "target", "realisasi": "realisasi", "capaian": "persentase"}
    found = [
        Statement("target", r"target|target yang ditetapkan", {INDICATOR: _copy("pk_lampiran", "target")}),
        Statement(
            "realisasi",
            r"realisasi|realisasi akhir tahun|realisasi TW IV|realisasi \(nilai SAKIP\)"
            r"|capaian \(nilai\)|nilai capaian",
            {INDICATOR: Call(COPY, {"nilai": _ACTUAL})},
            {INDICATOR: kriteria},
        ),
        Statement(
            "capaian",
            rf"capaian|capaian akhir tahun|capaian TW IV|capaian tahun {year - 1} dan {year}|NPS",
            {INDICATOR: Call(COPY, {"nilai": _SCORE}), SS: means, PERSPECTIVE: means},
            {
                INDICATOR: kriteria,
                SS: Call(f.PREDIKAT, {"nps": Same("nilai"), "tahun": YEAR}),
                PERSPECTIVE: Call(f.PREDIKAT, {"nps": Same("nilai"), "tahun": YEAR}),
            },
        ),
        Statement(
            "capaian penyesuaian",
            r"capaian penyesuaian",
            {INDICATOR: _copy("capaian", "capaian_penyesuaian"), SS: means, PERSPECTIVE: means},
            {INDICATOR: kriteria},
        ),
        *(
            Statement(f"{what} triwulan III", rf"{what} TW III", {INDICATOR: _copy(quarter, column)})
            for what, column in last_quarter.items()
        ),
        Statement("target renstra", r"target renstra \d{4}", {INDICATOR: Call(COPY, {"nilai": _RENSTRA})}),
        Statement("kurang dari renstra", r"selisih yang perlu ditingkatkan", _difference(_RENSTRA, _ACTUAL)),
        Statement("lebih dari renstra", r"pelampauan target \d{4}", _difference(_ACTUAL, _RENSTRA)),
        Statement(LAST_YEAR, rf"capaian tahun {year - 1}", {}, last_label),
        Statement("naik", r"perubahan capaian \(kenaikan\)", _difference(_SCORE, Stated(LAST_YEAR))),
        Statement("turun", r"perubahan capaian \(penurunan\)", _difference(Stated(LAST_YEAR), _SCORE)),
        Statement(
            "peringkat",
            r"peringkat dalam klaster",
            {INDICATOR: Call(f.PERINGKAT, {"nilai": own, "semua": cluster})},
        ),
        Statement("pembanding", r"nilai pembanding klaster", {INDICATOR: Call(COPY, {"nilai": own})}),
        Statement("banyak unit", r"jumlah loka", {INDICATOR: Call(COUNTED, {"nilai": cluster})}),
        Statement(
            "banyak unit lain yang sama",
            r"jumlah loka bernilai sama",
            {INDICATOR: Call(ALIKE, {"nilai": own, "semua": cluster, "kurang": Constant(Decimal(1))})},
            quote=r"\blain\b",
        ),
        Statement(
            "banyak unit sama",
            r"jumlah loka bernilai sama",
            {INDICATOR: Call(ALIKE, {"nilai": own, "semua": cluster, "kurang": none})},
        ),
        Statement(
            "urutan",
            r"urutan rata-rata NPS dalam klaster",
            {TOTAL: Call(f.PERINGKAT, {"nilai": At(OWN, MEAN, table="klaster_nps"), "semua": scores})},
        ),
        Statement("banyak pembanding", r"jumlah loka pembanding", {TOTAL: Call(COUNTED, {"nilai": scores})}),
        Statement(
            "banyak sasaran",
            r"jumlah sasaran( \w+)?",
            _constant(len(regulations.objectives(year))),
            noun="sasaran",
        ),
        Statement(
            "banyak indikator",
            r"jumlah indikator( \w+)*|jumlah yang dinilai efisiensinya",
            _constant(len(regulations.indicators(year))),
            noun="indikator",
        ),
        Statement("banyak menurut efisiensi", r"jumlah (kriteria|belum) efisien", {}, noun="indikator"),
        Statement("ASN", r"jumlah ASN( existing)?", {TOTAL: _of_total("sdm_abk", "asn")}),
        Statement("kebutuhan", r"standar kebutuhan SDM.*", {TOTAL: _of_total("sdm_abk", "standar_abk")}),
        Statement("kekurangan", r"kekurangan SDM", {TOTAL: _of_total("sdm_abk", "gap")}),
        Statement(
            "anggaran", r"anggaran Perjanjian Kinerja", {TOTAL: _of_total("pk_lampiran_anggaran", "anggaran")}
        ),
        Statement("pagu", r"anggaran DIPA", {}, total=("efisiensi", "input_target")),
        Statement("anggaran terpakai", r"realisasi anggaran", {}, total=("efisiensi", "input_realisasi")),
        Statement("tingkat efisiensi", r"total nilai efisiensi", {}, total=("efisiensi", "te")),
        Statement(
            "penyerapan",
            r"persentase realisasi anggaran",
            {TOTAL: Call(f.REALISASI, {"pembilang": spent, "penyebut": Stated("pagu")})},
        ),
        Statement(
            "predikat SAKIP",
            r"kategori hasil evaluasi SAKIP \d{4}",
            {},
            {TOTAL: Call(f.PREDIKAT_SAKIP, {"nilai": evaluation, "tahun": YEAR})},
        ),
    ]
    for label in dict.fromkeys(band.label for band in regulations.bands("kriteria", year)):
        counted = Call(
            ALIKE, {"nilai": Constant(label), "semua": Whole("kriteria", "capaian"), "kurang": none}
        )
        found.append(Statement(f"banyak {label}", rf"jumlah IKSS bernilai {label}", {TOTAL: counted}))
    return tuple(found)


def prose(year: int) -> Table:
    """The table of stated numbers; each row is a subject with the number of its statement."""
    known = statements(year)
    numbers = {statement.name: number for number, statement in enumerate(known, 1)}

    def numbered(call: Call) -> Call:
        args = {
            key: replace(arg, period=numbers[arg.name]) if isinstance(arg, Stated) else arg
            for key, arg in call.args.items()
        }
        return Call(call.function, args)

    def calls(labels: bool) -> dict[str, Call]:
        return {
            f"{kind}@{numbers[statement.name]}": numbered(call)
            for statement in known
            for kind, call in ((statement.labels or {}) if labels else statement.calls).items()
        }

    return Table(
        "narasi_angka",
        "Narasi",
        "",
        (
            Column("no", "No", width=6),
            Column("bagian", "Bagian", width=30),
            Column("ikss", "IKSS", width=22),
            Column("hal", "Hal", width=34),
            Column("nilai", "Nilai", unit="points", width=24, calls=calls(labels=False), prose=True),
            Column("kategori", "Kategori", unit="label", width=18, calls=calls(labels=True), prose=True),
            Column("kutipan", "Kutipan", width=70),
        ),
        PROSE_ROWS,
        name_column="no",
    )


def statement_of(hal: str, quote: str, year: int) -> int:
    """The number of the statement that a row makes; 0 when it is none that can be checked."""
    wanted = " ".join(hal.split())
    for number, (pattern, part) in enumerate(_patterns(year), 1):
        if pattern.fullmatch(wanted) and part.search(quote):
            return number
    return 0


@cache
def _patterns(year: int) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple(
        (re.compile(s.hal, re.IGNORECASE), re.compile(s.quote, re.IGNORECASE)) for s in statements(year)
    )


_SUBJECT = re.compile(
    r"\s*(IKSS|(?:Indeks|Indikator) Kinerja Sasaran Strategis|SS|Sasaran Strategis)\s*([IVX]+|\d+)\s*",
    re.IGNORECASE,
)
_ROMAN = {"I": 1, "V": 5, "X": 10}


def subject_of(text: str, year: int) -> str:
    """The indicator, objective or perspective that a text names by number or name; the office otherwise."""
    match = _SUBJECT.fullmatch(text)
    if match is None:
        named = next((p.slug for p in regulations.perspectives(year) if _alike(text, p)), "")
        return named or TOTAL
    number = int(match[2]) if match[2].isdigit() else _roman(match[2].upper())
    if match[1][0].casefold() == "i":  # by its name or by the letters for it
        wanted = f"IKSS{number}"
        return next((i.slug for i in regulations.indicators(year) if i.numbers["ikss"] == wanted), TOTAL)
    return next((o.slug for o in regulations.objectives(year) if o.slug == f"ss{number}"), TOTAL)


def _alike(text: str, perspective: regulations.Perspective) -> bool:
    """Whether a text names the perspective, in whatever order its words stand."""
    words = set(regulations.normalise(perspective.slug.replace("-", " ")).split())
    return words <= set(regulations.normalise(text.replace("&", " ")).split())


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    return sum(-v if v < max(values[i:], default=v) else v for i, v in enumerate(values))
