"""The named cells outside the tables."""

from __future__ import annotations

from ..layout import GUIDE_SHEET, RECAP_TEXTS_SHEET, Field

COMMON = (
    Field("jenis_buku", "JENIS_BUKU", GUIDE_SHEET, "Jenis buku", entry=False),
    Field("tahun", "TAHUN", GUIDE_SHEET, "Tahun", "count", entry=False),
    Field("aturan_tahun", "ATURAN_TAHUN", GUIDE_SHEET, "Tahun aturan yang dipakai", "count", entry=False),
    Field("unit", "NAMA_UNIT", GUIDE_SHEET, "Unit kerja", default="Loka POM di ..."),
)


def signature(sheet: str, prefix: str) -> tuple[Field, ...]:
    return (
        Field(
            "tempat_tanggal",
            f"{prefix}_TEMPAT_TANGGAL",
            sheet,
            "Tempat, tanggal",
            default="............, ............",
        ),
        Field("jabatan", f"{prefix}_JABATAN", sheet, "Jabatan", default="Kepala ...................."),
        Field("nama", f"{prefix}_NAMA", sheet, "Nama", default="(............................)"),
    )


PK_FIELDS = (
    Field("kegiatan", "PK_KEGIATAN", "PK", "Kegiatan", table="pk_lampiran_anggaran"),
    Field("anggaran", "PK_ANGGARAN", "PK", "Anggaran (Rp)", "rupiah", table="pk_lampiran_anggaran"),
    Field("pihak_kedua", "PK_PIHAK_KEDUA", "PK", "Pihak Kedua", default="(............................)"),
)

RECAP_MONTH, RECAP_QUARTER = "BULAN_REKAP", "TRIWULAN_REKAP"

RECAP_FIELDS = (
    Field("bulan_rekap", RECAP_MONTH, RECAP_TEXTS_SHEET, "Bulan untuk tabel bulanan", "count", default="12"),
    Field(
        "triwulan_rekap",
        RECAP_QUARTER,
        RECAP_TEXTS_SHEET,
        "Triwulan untuk tabel triwulanan",
        "count",
        default="4",
    ),
)
"""What the periodic tables of the Rekap sheet are shown for."""
