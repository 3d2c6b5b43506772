"""The tables that the yearly report draws on beside the main job."""

from __future__ import annotations

from ... import functions as f
from ..layout import INDICATOR, TOTAL, Column, Elsewhere, OfIndicator, Same, SameRow, Table, Whole
from ..ops import COPY_TEXT, SUM
from .common import NAME, NO, NUMBER, YEAR, copied, each


def history() -> Table:
    """Earlier years beside this one."""
    realisasi, capaian, change = "Realisasi", "Capaian", "Perubahan terhadap {year-1} (poin)"
    earlier = tuple(
        Column(
            f"realisasi_{back}",
            f"{{year-{back}}}",
            realisasi,
            "points",
            11,
            entry=True,
            aliases=(f"realisasi_{{year-{back}}}",),
        )
        for back in (3, 2, 1)
    )
    return Table(
        "riwayat",
        "Riwayat",
        "PERBANDINGAN DENGAN TAHUN SEBELUMNYA, TAHUN {year}",
        (
            NO,
            NAME,
            *earlier,
            copied(
                "realisasi",
                "{year}",
                Elsewhere("capaian", "realisasi"),
                realisasi,
                aliases=("realisasi_{year}",),
            ),
            Column(
                "capaian_1",
                "{year-1}",
                capaian,
                "points",
                11,
                entry=True,
                aliases=("capaian_{year-1}",),
            ),
            copied(
                "capaian", "{year}", Elsewhere("capaian", "capaian"), capaian, aliases=("capaian_{year}",)
            ),
            *(
                Column(
                    f"selisih_{what}",
                    header,
                    change,
                    "points",
                    11,
                    calls=each(f.SELISIH, (INDICATOR,), nilai=Same(what), pembanding=Same(f"{what}_1")),
                )
                for what, header in (("realisasi", "Realisasi"), ("capaian", "Capaian"))
            ),
            Column(
                "arah",
                "Arah Realisasi",
                change,
                "label",
                11,
                calls=each(f.ARAH, (INDICATOR,), selisih=Same("selisih_realisasi")),
            ),
        ),
        partial=True,
    )


def strategic_plan() -> Table:
    """This year against the target of the plan's last year."""
    return Table(
        "renstra",
        "Renstra",
        "REALISASI TAHUN {year} TERHADAP TARGET AKHIR RENSTRA",
        (
            NO,
            NAME,
            copied(
                "realisasi",
                "Realisasi {year}",
                Elsewhere("capaian", "realisasi"),
                aliases=("realisasi_{year}",),
            ),
            Column("target_renstra", "Target Renstra", unit="points", width=11, entry=True),
            Column(
                "persen_capaian",
                "% Capaian",
                unit="points",
                width=11,
                calls=each(
                    f.CAPAIAN,
                    (INDICATOR,),
                    target=Same("target_renstra"),
                    realisasi=Same("realisasi"),
                    polaritas=OfIndicator("polarity"),
                ),
            ),
            Column(
                "notifikasi",
                "Notifikasi",
                unit="label",
                width=15,
                calls=each(
                    f.NOTIFIKASI,
                    (INDICATOR,),
                    realisasi=Same("realisasi"),
                    target_renstra=Same("target_renstra"),
                ),
            ),
            Column(
                "kesenjangan",
                "Kesenjangan (poin)",
                unit="points",
                width=12,
                calls=each(
                    f.SELISIH, (INDICATOR,), nilai=Same("realisasi"), pembanding=Same("target_renstra")
                ),
            ),
        ),
        partial=True,
    )


STATES = ("selesai", "proses", "belum")
"""Of a follow-up."""


def quarters() -> Table:
    """The evaluation of each quarter, out of its last month."""
    figures = (
        ("target", "Target", "target"),
        ("realisasi", "Realisasi", "realisasi"),
        ("persentase", "%", "capaian_bulan"),
    )
    texts = (
        ("kendala", "Kendala", 46, "penjelasan"),
        ("rencana_aksi", "Rencana Aksi", 46, "rencana_tindak_lanjut"),
        ("progres", "Progres Tindak Lanjut", 40, "laporan_progres"),
        ("timeline", "Timeline", 16, "timeline"),
    )
    return Table(
        "triwulan",
        "Triwulan",
        "EVALUASI TRIWULANAN TAHUN {year}",
        (
            Column("triwulan", "Triwulan", width=9, text_of="period"),
            NO,
            NAME,
            *(copied(key, header, SameRow("pemantauan", source)) for key, header, source in figures),
            *(
                Column(
                    key,
                    header,
                    unit="text",
                    width=width,
                    calls=each(COPY_TEXT, (INDICATOR,), nilai=SameRow("pemantauan", source)),
                )
                for key, header, width, source in texts
            ),
            Column("selesai", "Selesai / Belum", unit="text", width=14, entry=True, choices=STATES),
        ),
        "triwulanan",
        lines=4,
    )


def proposal() -> Table:
    """The targets that an office proposes for the next year."""
    return Table(
        "usulan",
        "Usulan Target",
        "USULAN TARGET TAHUN {year+1}",
        (
            NO,
            NAME,
            copied("realisasi", "Realisasi {year}", Elsewhere("capaian", "realisasi")),
            Column(
                "target_rkt",
                "Target RKT {year+1}",
                unit="points",
                width=12,
                entry=True,
                aliases=("target_rkt_{year+1}",),
            ),
            Column(
                "usulan",
                "Usulan Target PK {year+1}",
                unit="points",
                width=13,
                entry=True,
                aliases=("usulan_target_pk_{year+1}",),
            ),
            Column(
                "selisih",
                "Selisih Usulan dan RKT (poin)",
                unit="points",
                width=13,
                calls=each(f.SELISIH, (INDICATOR,), nilai=Same("usulan"), pembanding=Same("target_rkt")),
            ),
            Column("alasan", "Alasan", unit="text", width=60, entry=True),
        ),
        partial=True,
        buttons=False,
    )


def evaluation() -> Table:
    """The evaluation of SAKIP: components, their values, the total and its grade."""
    return Table(
        "sakip",
        "SAKIP",
        "HASIL EVALUASI SAKIP",
        (
            NUMBER,
            Column("komponen", "Komponen", width=46, text_of="total", entry=True),
            *(
                Column(
                    key,
                    header,
                    unit="points",
                    width=12,
                    entry=True,
                    calls=each(SUM, (TOTAL,), nilai=Whole(key)),
                )
                for key, header in (("bobot", "Bobot"), ("nilai", "Nilai"))
            ),
            Column(
                "predikat",
                "Predikat",
                unit="label",
                width=12,
                calls=each(f.PREDIKAT_SAKIP, (TOTAL,), nilai=Same("nilai"), tahun=YEAR),
            ),
        ),
        "daftar:8+jumlah",
        name_column="no",
        total_name="Nilai Hasil Evaluasi",
        buttons=False,
    )


def follow_up() -> Table:
    """What was done about the recommendations of the evaluation."""
    texts = (
        ("komponen", "Komponen", 20, ()),
        ("huruf", "Huruf", 7, ()),
        ("rekomendasi", "Rekomendasi", 46, ()),
        ("rencana_aksi", "Rencana Aksi", 40, ()),
        ("timeline", "Timeline", 16, ()),
        ("keterangan", "Keterangan", 12, STATES),
        ("kondisi_sebelum", "Kondisi Sebelum", 34, ()),
        ("kondisi_setelah", "Kondisi Setelah", 34, ()),
    )
    return Table(
        "tindak_lanjut_sakip",
        "Tindak Lanjut SAKIP",
        "TINDAK LANJUT REKOMENDASI EVALUASI SAKIP",
        (
            NUMBER,
            *(
                Column(key, header, unit="text", width=width, entry=True, choices=choices)
                for key, header, width, choices in texts
            ),
        ),
        "daftar:30",
        name_column="no",
        lines=7,
        buttons=False,
    )


def staff() -> Table:
    """Posts: how many are needed, how many there are."""
    counts = (("standar_abk", "Kebutuhan (ABK)", ()), ("asn", "ASN {year}", ("asn_{year}",)))
    return Table(
        "sdm",
        "SDM",
        "KEBUTUHAN DAN KETERSEDIAAN PEGAWAI TAHUN {year}",
        (
            NUMBER,
            Column("jabatan", "Jabatan", width=60, text_of="total", entry=True),
            *(
                Column(
                    key,
                    header,
                    unit="count",
                    width=12,
                    entry=True,
                    calls=each(SUM, (TOTAL,), nilai=Whole(key)),
                    aliases=aliases,
                )
                for key, header, aliases in counts
            ),
            Column(
                "gap",
                "Kesenjangan",
                unit="count",
                width=12,
                calls=each(f.SELISIH, (INDICATOR, TOTAL), nilai=Same("standar_abk"), pembanding=Same("asn")),
            ),
        ),
        "daftar:40+jumlah",
        name_column="no",
        buttons=False,
    )


def budget_performance() -> Table:
    """The value of the budget's performance out of its two parts."""
    return Table(
        "nka",
        "NKA",
        "NILAI KINERJA ANGGARAN TAHUN {year}",
        (
            NUMBER,
            Column("uraian", "Uraian", width=40, entry=True),
            Column("eka", "EKA", unit="points", width=12, entry=True),
            Column("ikpa", "IKPA", unit="points", width=12, entry=True),
            Column(
                "nka",
                "NKA",
                unit="points",
                width=12,
                calls=each(f.NKA, (INDICATOR,), eka=Same("eka"), ikpa=Same("ikpa"), tahun=YEAR),
            ),
        ),
        "daftar:1",
        name_column="no",
        buttons=False,
    )
