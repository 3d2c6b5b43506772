"""The named cells outside the tables."""

from __future__ import annotations

from ..layout import GUIDE_SHEET, Field

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
