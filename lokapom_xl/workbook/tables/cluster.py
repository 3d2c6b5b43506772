"""The units of a cluster side by side: scores per objective, and realisasi per indicator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ... import functions as f
from ..layout import (
    EVERYBODY,
    GUIDE_SHEET,
    INDICATOR,
    MEAN,
    NOBODY,
    NOTE,
    PUBLISHED,
    RAISED,
    RANK,
    SS,
    Across,
    Arg,
    At,
    Call,
    Column,
    Elsewhere,
    Field,
    OfIndicator,
    Same,
    Table,
    Whole,
)
from ..ops import COPY
from .common import NAME, NO, YEAR, each

OWN = "sendiri"
OTHERS = tuple(f"unit_{number}" for number in range(2, 9))
"""The room for other units; the book's own is the first."""

UNITS = (OWN, *OTHERS)
_HEADINGS = {OWN: "NAMA_UNIT", **{key: f"KLASTER_{key.upper()}" for key in OTHERS}}

CLUSTER_FIELDS = tuple(
    Field(
        key,
        _HEADINGS[key],
        GUIDE_SHEET,
        f"Unit pembanding {number} dalam klaster",
        default=f"Unit {number}",
    )
    for number, key in enumerate(OTHERS, 2)
)


def unit_column(key: str, calls: Mapping[str, Call], entry_kind: str) -> Column:
    """The column of one unit, under its name."""
    return Column(
        key,
        "Unit sendiri" if key == OWN else f"Unit {key[5:]}",
        unit="points",
        width=12,
        entry=key != OWN,
        entry_kind=entry_kind,
        heading_of=_HEADINGS[key],
        calls=calls,
        optional=key != OWN,
    )


def _scores(key: str) -> dict[str, Call]:
    """How the scores of one unit are computed, block by block."""
    published, raised = At(key, period=PUBLISHED), At(key, period=RAISED)
    equal: dict[str, Arg] = {"nilai": published, "tahun": YEAR, "kenaikan": raised}
    everybody = Across(UNITS, period=RAISED)
    calls = {
        f"{SS}@{NOBODY}": Call(f.SETARA, equal),
        f"{SS}@{EVERYBODY}": Call(f.SETARA, {**equal, "kenaikan_semua": everybody}),
        MEAN: Call(f.NPS, {"nilai": Whole(key)}),
        RANK: Call(f.PERINGKAT, {"nilai": At(key, MEAN), "semua": Across(UNITS, MEAN)}),
    }
    if key != OWN:
        return calls
    score, capped = Elsewhere("capaian", "capaian_penyesuaian"), Elsewhere("capaian", "npi")
    ranks = {
        name: At(OWN, RANK, period)
        for name, period in (("terbit", PUBLISHED), ("tanpa", NOBODY), ("semua", EVERYBODY))
    }
    return {
        **calls,
        f"{SS}@{PUBLISHED}": Call(COPY, {"nilai": score}),
        f"{SS}@{RAISED}": Call(f.SELISIH, {"nilai": score, "pembanding": capped}),
        NOTE: Call(f.CATATAN_PERINGKAT, ranks),
    }


def cluster() -> Table:
    """NPS per objective of every unit, with means and ranks on three bases.

    Other units' scores are entered as published, with what of them is an adjustment. Nothing tells how
    they would have been adjusted: on the last basis everybody is raised as much as anybody is.
    """
    return Table(
        "klaster",
        "Klaster",
        "PERBANDINGAN NPS DALAM KLASTER, TAHUN {year}",
        (
            Column("dasar", "Dasar", width=27, text_of="period"),
            replace(NO, width=5),
            Column("sasaran", "Sasaran Strategis", width=46, text_of="name"),
            *(unit_column(key, _scores(key), SS) for key in UNITS),
        ),
        "klaster",
        name_column="sasaran",
        buttons=False,
    )


def cluster_realisasi() -> Table:
    """Realisasi per indicator of every unit, with the mean and the own rank."""
    own = each(COPY, (INDICATOR,), nilai=Elsewhere("capaian", "realisasi"))
    among = Across(UNITS)
    rank = each(f.PERINGKAT, (INDICATOR,), nilai=Same(OWN), semua=among, polaritas=OfIndicator("polarity"))
    return Table(
        "klaster_realisasi",
        "Klaster Realisasi",
        "PERBANDINGAN REALISASI DALAM KLASTER, TAHUN {year}",
        (
            NO,
            NAME,
            *(unit_column(key, own if key == OWN else {}, INDICATOR) for key in UNITS),
            Column(
                "rata_rata",
                "Rata-rata",
                unit="points",
                width=11,
                calls=each(f.NPS, (INDICATOR,), nilai=among),
            ),
            Column("peringkat", "Peringkat Unit Sendiri", unit="count", width=11, calls=rank),
        ),
        partial=True,
        buttons=False,
    )


def printed_clusters() -> tuple[Table, Table]:
    """The two comparisons as a report prints them: the units as columns, in any order."""
    scores = each(COPY, (SS,), nilai=Elsewhere("capaian_ringkasan", "capaian_penyesuaian"))
    actual = each(COPY, (INDICATOR,), nilai=Elsewhere("capaian", "realisasi"))

    def units(own: Mapping[str, Call], kind: str, mean: bool) -> tuple[Column, ...]:
        return tuple(
            unit_column(
                key,
                {
                    **(own if key == OWN else {}),
                    **(each(f.NPS, (MEAN,), nilai=Whole(key)) if mean else {}),
                },
                kind,
            )
            for key in UNITS
        )

    number = Column("no", "No", width=6, optional=True)
    return (
        Table(
            "klaster_nps",
            "Klaster NPS",
            "",
            (number, Column("sasaran", "Sasaran", width=60), *units(scores, SS, mean=True)),
            "sasaran",
            name_column="sasaran",
            total_name="Rata-rata Capaian",
        ),
        Table(
            "klaster_realisasi",
            "Klaster Realisasi",
            "",
            (
                Column("bagian", "Bagian", width=12, optional=True),
                Column("indikator", "Indikator", width=60),
                *units(actual, INDICATOR, mean=False),
            ),
        ),
    )
