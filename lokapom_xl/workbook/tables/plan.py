"""The tables of the main job: plan, monitoring, capaian of the year, efficiency."""

from __future__ import annotations

from ... import functions as f
from ..layout import (
    AGGREGATES,
    INDICATOR,
    MONTHS,
    NPS_TOTAL,
    PERSPECTIVE,
    SS,
    TOTAL,
    Call,
    Column,
    Elsewhere,
    Members,
    OfIndicator,
    Same,
    Table,
    Whole,
)
from ..ops import COPY, SKIPPED, SUM
from .common import NAME, NO, YEAR, each, labelled_value


def pk() -> Table:
    return Table(
        "pk",
        "PK",
        "PERJANJIAN KINERJA TAHUN {year}",
        (
            NO,
            Column("sasaran", "Sasaran Strategis", width=46, text_of="objective", optional=True),
            NAME,
            Column(
                "target",
                "Target",
                unit="points",
                width=12,
                entry=True,
                fact="target",
                required=True,
                signed=True,
            ),
        ),
    )


def rapk_columns(entry: bool) -> tuple[Column, ...]:
    months = tuple(
        Column(
            f"b{m:02d}",
            f"B{m:02d}",
            "Target",
            "points",
            8.5,
            entry=True,
            fact=f"target@{m:02d}",
            required=m == 12,
        )
        for m in range(1, 13)
    )
    budget = Column(
        "anggaran",
        "Anggaran",
        unit="rupiah",
        width=19,
        entry=True,
        required=True,
        calls=each(SUM, (TOTAL,), nilai=Whole("anggaran")),
        fact="anggaran",
    )
    return (NO, NAME, *months, budget)


def rapk() -> Table:
    title = "RENCANA AKSI PERJANJIAN KINERJA TAHUN {year}"
    return Table("rapk", "RAPK", title, rapk_columns(True), "indikator+jumlah", "rapk")


def _realisasi_columns() -> tuple[Column, ...]:
    group = "Realisasi"
    return (
        Column("pembilang", "Pembilang", group, "count", 11, entry=True),
        Column("penyebut", "Penyebut", group, "count", 11, entry=True),
        Column("langsung", "Nilai Langsung", group, "points", 11, entry=True),
        Column(
            "realisasi",
            "Realisasi",
            group,
            "points",
            11,
            calls=each(
                f.REALISASI,
                (INDICATOR,),
                pembilang=Same("pembilang"),
                penyebut=Same("penyebut"),
                faktor=OfIndicator("factor"),
                langsung=Same("langsung"),
            ),
            fact="realisasi",
        ),
    )


def monitoring() -> Table:
    share = "% Capaian terhadap Target"
    follow = "Penjelasan dan Tindak Lanjut"
    texts = (
        ("penjelasan", "Penjelasan / Hambatan", 56, ("kendala",)),
        ("rencana_tindak_lanjut", "Rencana Tindak Lanjut", 56, ("rencana_aksi",)),
        ("timeline", "Timeline", 18, ()),
        ("laporan_progres", "Laporan Progres Tindak Lanjut", 50, ("belum_rencana_aksi",)),
    )
    return Table(
        "pemantauan",
        "Pemantauan",
        "PEMANTAUAN RENCANA AKSI PERJANJIAN KINERJA TAHUN {year}",
        (
            Column("bulan", "Bulan", width=7, text_of="period"),
            NO,
            NAME,
            Column(
                "target",
                "Target s.d. Bulan",
                unit="points",
                width=10,
                calls=each(COPY, (INDICATOR,), nilai=Elsewhere("rapk", "b{month}")),
                fact="target@{month}",
            ),
            *_realisasi_columns(),
            Column(
                "capaian_bulan",
                "Bulan Ini",
                share,
                "points",
                10,
                calls=each(
                    f.CAPAIAN,
                    (INDICATOR,),
                    target=Same("target"),
                    realisasi=Same("realisasi"),
                    polaritas=OfIndicator("polarity"),
                ),
                aliases=("% capaian thd target bulan", "persentase"),
            ),
            Column(
                "capaian_tahun",
                "Tahunan",
                share,
                "points",
                10,
                calls=each(
                    f.CAPAIAN,
                    (INDICATOR,),
                    target=Elsewhere("pk", "target"),
                    realisasi=Same("realisasi"),
                    polaritas=OfIndicator("polarity"),
                ),
                aliases=("% capaian thd target tahunan",),
            ),
            *(
                Column(
                    key,
                    header,
                    follow,
                    "text",
                    width,
                    entry=True,
                    aliases=aliases,
                    choices=MONTHS if key == "timeline" else (),
                )
                for key, header, width, aliases in texts
            ),
        ),
        "bulanan",
        lines=4,
    )


def _scores(year: int) -> tuple[Column, ...]:
    score, labels = "Capaian Penyesuaian", "Kriteria / Predikat"
    labelled = labelled_value(year)

    def label_calls(source: str) -> dict[str, Call]:
        return {
            INDICATOR: Call(f.KRITERIA, {"nilai": Same(labelled or source), "tahun": YEAR}),
            **each(f.PREDIKAT, AGGREGATES, nps=Same(source), tahun=YEAR),
        }

    return (
        Column(
            "capaian",
            "Capaian",
            unit="points",
            width=10,
            calls={
                INDICATOR: Call(
                    f.CAPAIAN,
                    {
                        "target": Same("target"),
                        "realisasi": Same("realisasi"),
                        "polaritas": OfIndicator("polarity"),
                    },
                ),
                **each(f.NPS, AGGREGATES, nilai=Members("capaian")),
            },
        ),
        Column(
            "npi",
            "Menurut Aturan (NPI)",
            score,
            "points",
            12,
            calls={
                INDICATOR: Call(f.NPI, {"capaian": Same("capaian"), "tahun": YEAR}),
                **each(f.NPS, AGGREGATES, nilai=Members("npi")),
            },
        ),
        Column("dinyatakan", "Dinyatakan", score, "points", 12, entry=True),
        Column(
            "capaian_penyesuaian",
            "Dengan Penyesuaian",
            score,
            "points",
            13,
            calls={
                INDICATOR: Call(f.PENYESUAIAN, {"npi": Same("npi"), "dinyatakan": Same("dinyatakan")}),
                **each(f.NPS, AGGREGATES, nilai=Members("capaian_penyesuaian")),
            },
        ),
        Column(
            "kriteria",
            "Dengan Penyesuaian",
            labels,
            "label",
            15,
            calls=label_calls("capaian_penyesuaian"),
            aliases=("kriteria",),
        ),
        Column("kriteria_aturan", "Menurut Aturan", labels, "label", 15, calls=label_calls("npi")),
        Column(
            "belum_diukur",
            "Belum Diukur",
            unit="count",
            width=9,
            calls={
                SS: Call(SKIPPED, {"nilai": Members("capaian_penyesuaian")}),
                **each(SUM, (PERSPECTIVE, NPS_TOTAL), nilai=Members("belum_diukur")),
            },
        ),
        Column("alasan", "Alasan", "Dasar Penyesuaian yang Dinyatakan", "text", 48, entry=True),
        Column("dasar_hukum", "Dasar Hukum", "Dasar Penyesuaian yang Dinyatakan", "text", 48, entry=True),
    )


def achievement(year: int) -> Table:
    return Table(
        "capaian",
        "Capaian",
        "CAPAIAN KINERJA TAHUN {year}",
        (
            Column("perspektif", "Perspektif", width=19, text_of="perspective", optional=True),
            Column("ss", "SS", width=6, text_of="ss", optional=True),
            Column("sasaran", "Sasaran Strategis", width=30, text_of="objective", optional=True),
            Column("ikss", "IKSS", width=8, text_of="ikss", optional=True),
            NAME,
            Column(
                "target",
                "Target",
                unit="points",
                width=10,
                calls=each(COPY, (INDICATOR,), nilai=Elsewhere("pk", "target")),
                fact="target",
            ),
            *_realisasi_columns(),
            *_scores(year),
        ),
        "capaian",
    )


def efficiency() -> Table:
    output, used = "Output", "Input (Anggaran)"
    both = (INDICATOR, TOTAL)
    share = Call(
        f.CAPAIAN,
        {
            "target": Same("output_target"),
            "realisasi": Same("output_realisasi"),
            "polaritas": OfIndicator("polarity"),
        },
    )
    return Table(
        "efisiensi",
        "Efisiensi",
        "EFISIENSI ANGGARAN TAHUN {year}",
        (
            NO,
            NAME,
            Column(
                "output_target",
                "Target",
                output,
                "points",
                10,
                entry=True,
                fact="target",
                aliases=("T",),
                required=True,
            ),
            Column(
                "output_realisasi",
                "Realisasi",
                output,
                "points",
                10,
                entry=True,
                fact="realisasi",
                aliases=("R",),
                required=True,
            ),
            Column(
                "output_persen",
                "%",
                output,
                "points",
                10,
                calls={INDICATOR: share, TOTAL: Call(f.NPS, {"nilai": Whole("output_persen")})},
            ),
            Column(
                "input_target",
                "Target",
                used,
                "rupiah",
                19,
                entry=True,
                required=True,
                calls=each(SUM, (TOTAL,), nilai=Whole("input_target")),
                fact="anggaran",
                aliases=("T", "Pagu", "anggaran"),
            ),
            Column(
                "input_realisasi",
                "Realisasi",
                used,
                "rupiah",
                19,
                entry=True,
                required=True,
                calls=each(SUM, (TOTAL,), nilai=Whole("input_realisasi")),
                aliases=("R", "realisasi_anggaran"),
            ),
            Column(
                "input_persen",
                "%",
                used,
                "points",
                10,
                calls=each(
                    f.REALISASI, both, pembilang=Same("input_realisasi"), penyebut=Same("input_target")
                ),
            ),
            Column(
                "ie",
                "IE",
                unit="ratio",
                width=8,
                calls=each(
                    f.IE, both, persen_output=Same("output_persen"), persen_input=Same("input_persen")
                ),
            ),
            Column("te", "TE", unit="ratio", width=8, calls=each(f.TE, both, ie=Same("ie"), tahun=YEAR)),
            Column(
                "kriteria",
                "Kriteria",
                unit="label",
                width=15,
                calls=each(f.EFISIENSI, both, te=Same("te"), tahun=YEAR),
            ),
            Column(
                "belum_diukur",
                "Belum Diukur",
                unit="count",
                width=9,
                calls=each(SKIPPED, (TOTAL,), nilai=Whole("output_persen")),
                optional=True,
            ),
        ),
        "indikator+jumlah",
        "efisiensi",
    )
