"""The book of a report's tables as printed: every value typed, with how it should have been computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ... import functions as f
from ... import regulations
from ..layout import (
    AGGREGATES,
    GRADE,
    INDICATOR,
    NPS_TOTAL,
    PERSPECTIVE,
    SS,
    TOTAL,
    At,
    Call,
    Column,
    Elsewhere,
    Layout,
    Members,
    OfIndicator,
    Same,
    Table,
    Whole,
)
from ..ops import COPY, SUM
from .cluster import printed_clusters
from .common import YEAR, each, labelled_value
from .fields import COMMON
from .plan import efficiency, rapk_columns
from .prose import prose

HEADING_YEAR, HEADING, CAPTION = "tahun_kepala_kolom", "kepala_kolom_capaian", "judul_tabel"
"""The columns that hold what stands over a table, where one sheet holds many tables."""


def _typed(
    key: str, header: str, unit: str = "text", fact: str = "", calls: Mapping[str, Call] | None = None
) -> Column:
    """A column of a printed table: typed as printed; `calls` say how it should have been computed."""
    return Column(key, header, unit=unit, width=14, fact=fact, calls=calls or {}, entry=not calls)


def _printed_scores(year: int) -> tuple[Column, ...]:
    source = labelled_value(year) or "capaian_penyesuaian"
    realisasi = Call(
        f.REALISASI,
        {"pembilang": Same("pembilang"), "penyebut": Same("penyebut"), "faktor": OfIndicator("factor")},
    )
    return (
        _typed("target", "Target", "points", "target"),
        _typed("pembilang", "Pembilang", "count", "pembilang"),
        _typed("penyebut", "Penyebut", "count", "penyebut"),
        Column(
            "realisasi",
            "Realisasi",
            unit="points",
            width=14,
            entry=True,
            calls={INDICATOR: realisasi},
            fact="realisasi",
            soft=True,
        ),
        _typed("capaian", "Capaian", "points", calls=_printed_score("capaian")),
        Column(
            "capaian_penyesuaian",
            "Capaian Penyesuaian",
            unit="points",
            width=14,
            calls={
                INDICATOR: Call(f.NPI, {"capaian": Same("capaian"), "tahun": YEAR}),
                **each(f.NPS, AGGREGATES, nilai=Members("capaian_penyesuaian")),
            },
        ),
        Column(
            "kriteria",
            "Kriteria",
            unit="label",
            width=16,
            calls={
                INDICATOR: Call(f.KRITERIA, {"nilai": Same(source), "tahun": YEAR}),
                **each(f.PREDIKAT, AGGREGATES, nps=Same("capaian_penyesuaian"), tahun=YEAR),
            },
        ),
    )


def _printed_score(column: str, table: str = "") -> dict[str, Call]:
    """The calls of a printed capaian column: from the row's own target, or the mean of its members."""
    own = {"target": Same("target"), "realisasi": Same("realisasi")}
    means = {kind: Call(f.NPS, {"nilai": Members(column)}) for kind in AGGREGATES}
    return {INDICATOR: Call(f.CAPAIAN, own), **means}


def _summary(table: str, column: str) -> dict[str, Call]:
    return {
        SS: Call(f.NPS, {"nilai": Members(column, table)}),
        PERSPECTIVE: Call(f.NPS, {"nilai": Members(column)}),
        NPS_TOTAL: Call(f.NPS, {"nilai": Members(column)}),
    }


def printed(kind: str, rule_year: int) -> Layout:
    """The book that holds, one sheet each, the tables of a printed report (`rapk` or `efisiensi`)."""
    if kind == "efisiensi":
        official_table = efficiency()
        columns = tuple(c for c in official_table.columns if not (c.optional and c.calls))
        table = replace(official_table, columns=columns)
        return Layout("efisiensi-tercetak", "Efisiensi sebagaimana tercetak", (table,), COMMON, True)
    name = Column("indikator", "Indikator", width=60)
    no = Column("no", "No", width=6, optional=True)
    ss, ikss = Column("ss", "SS", width=8, optional=True), Column("ikss", "IKSS", width=8, optional=True)
    objective = Column("sasaran", "Sasaran", width=40, optional=True)
    place = Column("bagian", "Bagian", width=30, optional=True)
    summary_name = Column("uraian", "Uraian", width=44)
    perspective = Column("perspektif", "Perspektif", width=30, optional=True)
    copied_total = Call(COPY, {"nilai": Elsewhere("rapk_lampiran", "anggaran")})
    december = Call(
        f.CAPAIAN, {"target": Elsewhere("rapk_bab2", "b12"), "realisasi": Elsewhere("capaian", "realisasi")}
    )
    share = Call(f.CAPAIAN, {"target": Same("target"), "realisasi": Same("realisasi")})
    renstra = Call(f.CAPAIAN, {"target": Same("target_renstra"), "realisasi": Same("realisasi")})
    predikat = {
        kind: Call(f.PREDIKAT, {"nps": Same("capaian_penyesuaian"), "tahun": YEAR}) for kind in AGGREGATES
    }
    tables = (
        Table(
            "pk_bab2", "PK Bab II", "", (no, objective, name, _typed("target", "Target", "points", "target"))
        ),
        Table(
            "pk_lampiran",
            "PK Lampiran",
            "",
            (objective, name, replace(_typed("target", "Target", "points", "target"), signed=True)),
        ),
        Table(
            "pk_lampiran_anggaran",
            "PK Anggaran",
            "",
            (
                Column("kegiatan", "Kegiatan", width=60),
                _typed("anggaran", "Anggaran", "rupiah", calls={TOTAL: copied_total}),
            ),
            "tunggal",
            name_column="kegiatan",
        ),
        Table("rapk_bab2", "RAPK Bab II", "", rapk_columns(False)),
        Table("rapk_lampiran", "RAPK Lampiran", "", rapk_columns(False)),
        Table(
            "capaian", "Capaian", "", (perspective, ss, objective, ikss, name, *_printed_scores(rule_year))
        ),
        Table(
            "capaian_ringkasan",
            "Ringkasan Capaian",
            "",
            (
                summary_name,
                _typed("capaian", "Capaian", "points", calls=_summary("capaian", "capaian")),
                _typed(
                    "capaian_penyesuaian",
                    "Capaian Penyesuaian",
                    "points",
                    calls=_summary("capaian", "capaian_penyesuaian"),
                ),
                _typed("kriteria", "Kriteria", "label", calls=predikat),
            ),
            name_column="uraian",
        ),
        Table("per_ss_tables", "Per SS", "", (place, ss, objective, ikss, name, *_printed_scores(rule_year))),
        Table(
            "per_ikss_tables",
            "Per IKSS",
            "",
            (
                place,
                Column("label", "Label", width=8, optional=True),
                name,
                *_printed_scores(rule_year)[:4],
                _typed(
                    "capaian",
                    "Capaian",
                    "points",
                    calls={
                        INDICATOR: share,
                        SS: Call(COPY, {"nilai": Elsewhere("capaian_ringkasan", "capaian")}),
                    },
                ),
                # What stands over each of these small tables.
                Column(HEADING_YEAR, "Tahun pada Kepala Kolom", width=14, optional=True),
                Column(HEADING, "Kepala Kolom Persentase", width=30, optional=True),
                Column(CAPTION, "Judul Tabel", width=60, optional=True),
            ),
        ),
        Table(
            "monev_desember",
            "Monev Desember",
            "",
            (
                no,
                name,
                _typed("persen_capaian", "% Capaian thd Target Bulan", "points", calls={INDICATOR: december}),
                *(_typed(k, h) for k, h in _FOLLOW_UP_DECEMBER),
            ),
        ),
        Table(
            "tindak_lanjut_tw3",
            "Tindak Lanjut TW III",
            "",
            (
                no,
                name,
                _typed("target", "Target", "points", "target@09"),
                _typed("realisasi", "Realisasi", "points", "realisasi@09"),
                _typed("persentase", "Persentase", "points", calls={INDICATOR: share}),
                *(_typed(k, h) for k, h in _FOLLOW_UP_QUARTER),
            ),
        ),
        Table(
            "ringkasan_eksekutif",
            "Ringkasan Eksekutif",
            "",
            (
                perspective,
                summary_name,
                _typed(
                    "capaian",
                    "Capaian",
                    "points",
                    calls={
                        SS: Call(COPY, {"nilai": Elsewhere("capaian_ringkasan", "capaian_penyesuaian")}),
                        PERSPECTIVE: Call(f.NPS, {"nilai": Members("capaian")}),
                    },
                ),
                _typed(
                    "kriteria",
                    "Kriteria",
                    "label",
                    calls=each(f.PREDIKAT, AGGREGATES, nps=Same("capaian"), tahun=YEAR),
                ),
            ),
            name_column="uraian",
        ),
        Table(
            "renstra",
            "Renstra",
            "",
            (
                place,
                name,
                Column(
                    "realisasi",
                    "Realisasi",
                    unit="points",
                    width=14,
                    entry=True,
                    fact="realisasi",
                    aliases=("realisasi_{year}",),
                ),
                _typed("target_renstra", "Target Renstra", "points"),
                _typed("persen_capaian", "% Capaian", "points", calls={INDICATOR: renstra}),
                _typed(
                    "notifikasi",
                    "Notifikasi",
                    "label",
                    calls=each(
                        f.NOTIFIKASI,
                        (INDICATOR,),
                        realisasi=Same("realisasi"),
                        target_renstra=Same("target_renstra"),
                    ),
                ),
            ),
        ),
    )
    beside = (*printed_clusters(), *_printed_beside(rule_year), prose(rule_year))
    return Layout("rapk-tercetak", "RAPK sebagaimana tercetak", (*tables, *beside), COMMON, True)


def _printed_beside(year: int) -> tuple[Table, ...]:
    """The tables that stand beside the main job, as printed."""
    number, place = Column("no", "No", width=6), Column("bagian", "Bagian", width=12, optional=True)
    name = Column("indikator", "Indikator", width=60)
    actual = each(COPY, (INDICATOR,), nilai=Elsewhere("capaian", "realisasi"))
    gap = each(f.SELISIH, (INDICATOR, TOTAL), nilai=Same("standar_abk"), pembanding=Same("asn"))
    # The plan of the Renstra's last year states its final targets.
    last = regulations.value("renstra", year, "last_year") == year + 1
    final = each(COPY, (INDICATOR,), nilai=Elsewhere("renstra", "target_renstra")) if last else {}

    def dated_column(key: str, header: str, back: int, unit: str, calls: Mapping[str, Call]) -> Column:
        alias = f"{key}_{year - back}" if back >= 0 else f"{key}_{year + 1}"
        return Column(
            key if back <= 0 else f"{key}_{back}",
            header,
            unit=unit,
            width=14,
            entry=not calls or TOTAL in calls,
            calls=calls,
            aliases=(alias,),
        )

    def total(key: str) -> dict[str, Call]:
        return each(SUM, (TOTAL,), nilai=Whole(key))

    grade = {GRADE: Call(f.PREDIKAT_SAKIP, {"nilai": At("nilai", TOTAL), "tahun": YEAR})}
    return (
        Table(
            "riwayat_realisasi",
            "Riwayat Realisasi",
            "",
            (
                place,
                Column("sasaran", "Sasaran", width=30, optional=True),
                name,
                *(
                    dated_column("realisasi", f"Realisasi {year - back}", back, "points", {})
                    for back in (3, 2, 1)
                ),
                dated_column("realisasi", f"Realisasi {year}", 0, "points", actual),
            ),
        ),
        Table(
            f"usulan_target_{year + 1}",
            "Usulan Target",
            "",
            (
                replace(number, optional=True),
                name,
                dated_column("target_rkt", f"Target RKT {year + 1}", -1, "points", final),
                dated_column("usulan_target_pk", f"Usulan Target PK {year + 1}", -1, "points", {}),
            ),
        ),
        Table(
            f"evaluasi_sakip_{year - 1}",
            "Evaluasi SAKIP",
            "",
            (
                number,
                Column("komponen", "Komponen", width=46),
                _listed("bobot", "Bobot", "points", total("bobot")),
                _listed("nilai", "Nilai", "points", {**total("nilai"), **grade}),
            ),
            "daftar:8+jumlah",
            name_column="no",
            total_name="Nilai Hasil Evaluasi",
            grade_name="Tingkat Akuntabilitas",
        ),
        Table(
            "sdm_abk",
            "SDM",
            "",
            (
                number,
                Column("jabatan", "Jabatan", width=60),
                _listed("standar_abk", "Standar ABK", "count", total("standar_abk")),
                dated_column("asn", f"ASN {year}", 0, "count", total("asn")),
                Column("gap", "Kesenjangan", unit="count", width=14, calls=gap),
            ),
            "daftar:40+jumlah",
            name_column="no",
        ),
    )


def _listed(key: str, header: str, unit: str, calls: Mapping[str, Call]) -> Column:
    """A column that people fill in rows of a list, and that has a summary below."""
    return Column(key, header, unit=unit, width=14, entry=True, calls=calls)


_FOLLOW_UP_DECEMBER = (
    ("penjelasan", "Penjelasan"),
    ("rencana_tindak_lanjut", "Rencana Tindak Lanjut"),
    ("timeline", "Timeline"),
    ("laporan_progres", "Laporan Progres"),
)
_FOLLOW_UP_QUARTER = (
    ("kendala", "Kendala"),
    ("rencana_aksi", "Rencana Aksi"),
    ("selesai", "Selesai"),
    ("belum_rencana_aksi", "Belum / Rencana Aksi"),
    ("timeline", "Timeline"),
)
