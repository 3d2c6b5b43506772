"""How people write the headers of the known tables: data, by the key of the column.

The headers of the layouts themselves and the names of the columns in data files are known without
being listed here. `{year}` is the year of the book. A new spelling is a line here, and a case in the tests.
"""

from __future__ import annotations

from .layout import MONTHS

SPELLINGS: dict[str, tuple[str, ...]] = {
    "no": ("No", "Nomor", "No Urut"),
    "perspektif": ("Perspective",),
    "ss": ("No SS", "Kode SS"),
    "sasaran": (
        "Sasaran Strategis",
        "Sasaran Kegiatan",
        "Sasaran Program",
        "Sasaran Kinerja",
        "Uraian Sasaran",
        "Sasaran Strategis (SS)",
    ),
    "ikss": ("No IKSS", "Kode IKSS", "No IKU", "Kode IKU"),
    "indikator": (
        "Indikator Kinerja",
        "Indikator Kinerja Sasaran Strategis",
        "Indikator Kinerja Sasaran Strategis (IKSS)",
        "Indikator Kinerja Utama",
        "Indikator Kinerja Utama (IKU)",
        "IKU",
        "Indikator Kinerja Kegiatan",
        "Indikator Kegiatan",
        "Nama Indikator",
        "Uraian Indikator",
    ),
    "uraian": ("Sasaran Strategis", "Sasaran", "Keterangan Capaian"),
    "target": (
        "Target {year}",
        "Target Tahunan",
        "Target Kinerja",
        "Target Tahun {year}",
        "Target PK",
        "Target Perjanjian Kinerja",
        "Target s.d. Bulan",
        "Target Bulan",
        "Target Bulan Ini",
    ),
    "pembilang": ("Numerator", "Jumlah Pembilang"),
    "penyebut": ("Denominator", "Pembagi", "Jumlah Penyebut"),
    "realisasi": (
        "Realisasi {year}",
        "Realisasi Tahun {year}",
        "Realisasi Kinerja",
        "Realisasi s.d. Bulan",
        "Realisasi s.d. Bulan Ini",
        "Realisasi Bulan Ini",
    ),
    "capaian": (
        "Capaian Terhadap Target",
        "Capaian Terhadap Target {year}",
        "Capaian Terhadap",
        "Persentase Capaian",
        "Capaian Kinerja",
        "Capaian {year}",
        "% Capaian",
        "% Capaian terhadap Target",
        "% Capaian terhadap Target Tahunan",
    ),
    "capaian_penyesuaian": (
        "Penyesuaian Capaian",
        "Capaian Setelah Penyesuaian",
        "Capaian Disesuaikan",
        "Capaian dengan Penyesuaian",
        "Dengan Penyesuaian",
    ),
    "kriteria": ("Predikat", "Kategori", "Kriteria Capaian", "Keterangan"),
    "persen_capaian": (
        "Capaian",
        "Persentase Capaian",
        "% Capaian terhadap Target Bulan",
        "% Capaian Renstra",
    ),
    "persentase": ("Capaian", "Presentase", "Presentase (%)", "% Capaian"),
    "anggaran": ("Pagu", "Pagu Anggaran", "Alokasi Anggaran", "Jumlah Anggaran", "Anggaran (Rp)"),
    "capaian_bulan": (
        "Capaian",
        "% Capaian Bulan Ini",
        "% Capaian thd Target Bulan",
        "% Capaian terhadap Target Bulan",
        "% Capaian terhadap Target Bulan Ini",
        "Capaian Bulan",
    ),
    "capaian_tahun": (
        "% Capaian thd Target Tahunan",
        "% Capaian terhadap Target Tahunan",
        "% Capaian terhadap Target Tahun",
        "Capaian Tahunan",
    ),
    "penjelasan": ("Penjelasan", "Hambatan", "Penjelasan/Hambatan", "Analisis"),
    "rencana_tindak_lanjut": ("RTL", "Tindak Lanjut"),
    "rencana_aksi": ("Rencana Aksi", "Rencana Tindak Lanjut"),
    "timeline": ("Waktu", "Batas Waktu", "Time line"),
    "laporan_progres": (
        "Laporan Progres Tindak Lanjut",
        "Progres",
        "Progress",
        "Laporan Progress",
        "Progres Tindak Lanjut",
    ),
    "kendala": ("Hambatan", "Kendala/Hambatan"),
    "selesai": ("Tindak Lanjut Selesai",),
    "belum_rencana_aksi": ("Belum", "Belum Rencana Aksi"),
    "target_renstra": ("Target Renstra", "Target Akhir Renstra", "Target Renstra 2024"),
    "target_rkt": ("Target RKT Th {year+1}", "Target RKT"),
    "usulan_target_pk": ("Usulan Target PK Th {year+1}", "Usulan Target"),
    "notifikasi": ("Keterangan", "Status"),
    "output_target": ("Target Output", "Target Kinerja"),
    "output_realisasi": ("Realisasi Output", "Realisasi Kinerja"),
    "output_persen": ("Capaian Output", "% Output", "Persentase Output", "Capaian"),
    "input_target": ("Target Input", "Pagu", "Pagu Anggaran", "Anggaran"),
    "input_realisasi": ("Realisasi Input", "Realisasi Anggaran"),
    "input_persen": ("Capaian Input", "% Input", "Persentase Input", "% Realisasi Anggaran", "Penyerapan"),
    "ie": ("Indeks Efisiensi", "Indeks Efisiensi (IE)"),
    "te": ("Tingkat Efisiensi", "Tingkat Efisiensi (TE)"),
    "kegiatan": ("Nama Kegiatan",),
    "komponen": ("Komponen Penilaian", "Komponen yang Dinilai", "Komponen Manajemen Kinerja"),
    "jabatan": ("Nama Jabatan", "Uraian Jabatan"),
    "standar_abk": ("Standar Kebutuhan", "Standar Kebutuhan SDM Aparatur (ABK)", "Kebutuhan ABK", "ABK"),
    "asn": ("ASN", "Jumlah ASN", "Jumlah Pegawai", "Bezetting"),
    "gap": ("Gap", "Selisih", "Kesenjangan (Gap)"),
    "bagian": ("Bagian Laporan",),
}

GROUPS: dict[str, tuple[str, ...]] = {
    "Output": ("Output", "Capaian Output", "Kinerja", "Output Kinerja"),
    "Input (Anggaran)": ("Input", "Anggaran", "Input Anggaran", "Anggaran (Rp)", "Input (Rp)"),
    "Realisasi": ("Realisasi",),
    "% Capaian terhadap Target": ("Capaian", "% Capaian", "Persentase Capaian"),
}
"""What the headers over groups of columns are also called, by the group in the layout."""

NUMBERS: dict[str, tuple[str, ...]] = {"indikator": ("ikss", "label"), "sasaran": ("ss",)}
"""The columns of numbers that may share a header with the column of what they are the numbers of."""

UNITS = ("persen", "rp", "rupiah", "poin", "orang", "satuan", "juta")
"""Words behind a header that tell its unit and not what it is."""

MONTH_WORDS: dict[str, int] = {
    **{name.casefold(): number for number, name in enumerate(MONTHS, 1)},
    **{f"b{number}": number for number in range(1, 13)},
    **{f"b{number:02d}": number for number in range(1, 13)},
    **{"jan": 1, "feb": 2, "peb": 2, "pebruari": 2, "febuari": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7},
    **{"agu": 8, "agt": 8, "agst": 8, "agust": 8, "aug": 8, "sep": 9, "sept": 9, "okt": 10, "oct": 10},
    **{"nov": 11, "nop": 11, "nopember": 11, "des": 12, "dec": 12},
}
"""The months as headers abbreviate and misspell them."""

QUARTER_WORDS = ("tw", "triwulan", "twiwulan")
"""What stands before the number of a quarter."""
