"""How the yearly report prints the tables of the official books, as data.

Every table of a layout has a default shape: its header, its rows in the order of the official form.
Where the report prints something else (another header, perspectives as rows across the table, one
month of many), a `Shape` says so. What is exported, and the Rekap sheets, are made of these.

Texts may hold `{year}` and the like, `{month}` and `{quarter}` of what is printed, and the names of named
cells (`{NAMA_UNIT}`) for what these hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..numbers import NOT_MEASURED
from .layout import MEAN, PERSPECTIVE, PUBLISHED, SS, TOTAL, Field, Layout
from .tables.cluster import UNITS
from .tables.dashboard import DASHBOARD_SHEET, DATA_SHEET

LEFT, CENTRE, RIGHT = "left", "center", "right"

HEAD_FILL, BAND_FILL = "D9E2F3", "EDEDED"
"""Of headers, and of rows across a table (RRGGBB)."""


@dataclass(frozen=True)
class Shown:
    """One column as printed. `heading`: its header texts from top to bottom; the layout's when empty.

    `form` is put around a value; `blank` is printed for a number that was not entered. A `merged`
    column joins equal cells below each other; a `band` becomes a row across the table where its value
    changes (if its texts are known before the book is filled; else the Rekap sheet has a column). `counts`:
    the number of the group of equal values in that column, in place of a value.
    """

    column: str
    heading: tuple[str, ...] = ()
    form: str = "{}"
    blank: str = NOT_MEASURED
    merged: bool = False
    band: bool = False
    counts: str = ""


@dataclass(frozen=True)
class Closing:
    """A last row that shows, `under` a column, what another `column` of the total holds."""

    label: str
    column: str
    under: str


MONTH, QUARTER = "month", "quarter"


@dataclass(frozen=True)
class Shape:
    """How the report prints `table` of the layout, under `key`.

    `kinds` are the kinds of rows (all when empty), `strong` those in bold (all summaries when empty).
    `labels` name summary rows otherwise than the book does. With `spread` the name of a summary row reaches
    to its first value. `period` chooses one month of a monthly table: the month asked for, or the last of
    the quarter; `block` the one block of a table that has its rows several times. A row is printed when
    `if_any` of these columns (of a list: any entry) is filled in.
    """

    key: str
    table: str
    title: str
    columns: tuple[Shown, ...] = ()
    kinds: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    spread: bool = True
    period: str = ""
    block: int = 0
    if_any: tuple[str, ...] = ()
    closing: Closing | None = None


_OBJECTIVE = ("Sasaran Strategis",)
_INDICATOR = ("Indikator Kinerja Sasaran Strategis (IKSS)",)
_NAMED = ("Indikator Kinerja",)
_ACTUAL = ("Realisasi", "{year}")
_BY_QUARTER = "Triwulan {quarter}"
_FOLLOW_UP = "Tindak Lanjut"
_ACHIEVED = "Capaian {year}"
_EVALUATED = "Tahun {year-1}"
_IN_CLUSTER = "{NAMA_UNIT} dan Unit Lain dalam Klaster Tahun {year}"
_UNITS = tuple(Shown(unit, form="{}%", blank="") for unit in UNITS)

SHAPES = (
    Shape(
        "ringkasan_eksekutif",
        "capaian",
        "Nilai Pencapaian Sasaran (NPS) {NAMA_UNIT} Tahun {year}",
        (
            Shown("perspektif", band=True),
            Shown("indikator", _OBJECTIVE),
            Shown("capaian_penyesuaian", ("% Capaian terhadap Target Tahunan",)),
            Shown("kriteria", ("Kriteria",)),
        ),
        kinds=(SS, PERSPECTIVE),
        strong=(PERSPECTIVE,),
        labels={SS: "Capaian Sasaran Strategis {number}"},
    ),
    Shape(
        "sdm",
        "sdm",
        "Rencana Pemenuhan SDM Unit {NAMA_UNIT} Tahun {year}",
        (
            Shown("no", ("No",)),
            Shown("jabatan", ("Jabatan",)),
            Shown("standar_abk", ("Standar Kebutuhan SDM Aparatur (ABK)",), blank=""),
            Shown("asn", ("ASN Tahun {year}",), blank=""),
            Shown("gap", ("Gap",)),
        ),
        labels={TOTAL: ""},
        spread=False,
    ),
    Shape(
        "pk",
        "pk",
        "Perjanjian Kinerja {NAMA_UNIT} Tahun {year}",
        (
            Shown("no", ("No",), merged=True, counts="sasaran"),
            Shown("sasaran", ("Sasaran",), merged=True),
            Shown("indikator", _NAMED),
            Shown("target", ("Target",)),
        ),
    ),
    Shape(
        "rapk",
        "rapk",
        "Rencana Aksi Perjanjian Kinerja {NAMA_UNIT} Tahun {year}",
        (
            Shown("no", ("No.",), form="{}."),
            Shown("indikator", _NAMED),
            *(Shown(f"b{month:02d}", ("Target", f"B{month:02d}"), blank="") for month in range(1, 13)),
            Shown("anggaran", ("Anggaran",)),
        ),
    ),
    Shape(
        "capaian",
        "capaian",
        "Capaian Kinerja {NAMA_UNIT} pada Tahun {year}",
        (
            Shown("perspektif", band=True),
            Shown("ss", _OBJECTIVE, merged=True),
            Shown("sasaran", _OBJECTIVE, merged=True),
            Shown("ikss", _INDICATOR),
            Shown("indikator", _INDICATOR),
            Shown("target", ("Target",)),
            Shown("pembilang", (*_ACTUAL, "Pembilang")),
            Shown("penyebut", (*_ACTUAL, "Penyebut")),
            Shown("realisasi", (*_ACTUAL, "Realisasi")),
            Shown("capaian", ("Capaian Terhadap Target",)),
            Shown("capaian_penyesuaian", ("Capaian Penyesuaian",)),
            Shown("kriteria", ("Kriteria",)),
        ),
    ),
    Shape(
        "klaster_nps",
        "klaster",
        f"Nilai Capaian Sasaran (NPS) {_IN_CLUSTER}",
        (Shown("no", ("No",)), Shown("sasaran", _OBJECTIVE), *_UNITS),
        kinds=(SS, MEAN),
        labels={MEAN: "RATA-RATA CAPAIAN"},
        block=PUBLISHED,
    ),
    Shape(
        "riwayat",
        "riwayat",
        "Realisasi {NAMA_UNIT} Tahun {year-3} sampai dengan {year}",
        (
            Shown("indikator", _NAMED),
            *(Shown(f"realisasi_{n}", ("Realisasi", f"{{year-{n}}}"), blank="") for n in (3, 2, 1)),
            Shown("realisasi", _ACTUAL),
        ),
    ),
    Shape(
        "klaster_realisasi",
        "klaster_realisasi",
        f"Realisasi {_IN_CLUSTER}",
        (Shown("indikator", _NAMED), *_UNITS),
    ),
    Shape(
        "renstra",
        "renstra",
        "Realisasi {NAMA_UNIT} Tahun {year} terhadap Target Akhir Renstra",
        (
            Shown("indikator", _NAMED),
            Shown("realisasi", (_ACHIEVED, "Realisasi {year}")),
            Shown("target_renstra", (_ACHIEVED, "Target Renstra")),
            Shown("persen_capaian", (_ACHIEVED, "% Capaian"), form="{}%"),
            Shown("notifikasi", (_ACHIEVED, "Notifikasi")),
        ),
        if_any=("target_renstra",),
    ),
    Shape(
        "triwulan",
        "triwulan",
        "Tindak Lanjut Rekomendasi Evaluasi Triwulan {quarter} Tahun {year}",
        (
            Shown("no", ("No.",)),
            Shown("indikator", ("Indikator",)),
            Shown("target", (_BY_QUARTER, "Target")),
            Shown("realisasi", (_BY_QUARTER, "Realisasi")),
            Shown("persentase", (_BY_QUARTER, "Persentase (%)")),
            Shown("kendala", (_BY_QUARTER, "Kendala")),
            Shown("rencana_aksi", (_BY_QUARTER, "Rencana Aksi")),
            Shown("selesai", (_FOLLOW_UP, "Selesai")),
            Shown("progres", (_FOLLOW_UP, "Belum", "Rencana Aksi")),
            Shown("timeline", (_FOLLOW_UP, "Belum", "Timeline")),
        ),
        period=QUARTER,
    ),
    Shape(
        "sakip",
        "sakip",
        "Hasil Evaluasi SAKIP Tahun {year-1} {NAMA_UNIT}",
        (
            Shown("no", ("No",)),
            Shown("komponen", ("Komponen",)),
            Shown("bobot", (_EVALUATED, "Bobot"), blank=""),
            Shown("nilai", (_EVALUATED, "Nilai"), blank=""),
        ),
        labels={TOTAL: "Nilai Hasil Evaluasi"},
        spread=False,
        closing=Closing("Tingkat Akuntabilitas", "predikat", "nilai"),
    ),
    Shape(
        "tindak_lanjut_sakip",
        "tindak_lanjut_sakip",
        "Tindak Lanjut Rekomendasi Hasil Evaluasi SAKIP Tahun {year-1} {NAMA_UNIT}",
        (
            Shown("komponen", ("Komponen",), band=True),
            Shown("huruf", ("No",)),
            Shown("rekomendasi", ("Rekomendasi",)),
            Shown("rencana_aksi", ("Rencana Aksi/Tindak Lanjut",)),
            Shown("timeline", ("Timeline",)),
            Shown("keterangan", ("Keterangan",)),
            Shown("kondisi_sebelum", ("Kondisi Sebelum Rencana Aksi",)),
            Shown("kondisi_setelah", ("Kondisi Setelah Rencana Aksi",)),
        ),
    ),
    Shape(
        "usulan",
        "usulan",
        "Usulan Perubahan Target Perjanjian Kinerja Tahun {year+1}",
        (
            Shown("no", ("No",), counts="indikator"),
            Shown("indikator", ("Indikator",)),
            Shown("target_rkt", ("Target RKT Tahun {year+1}",), blank=""),
            Shown("usulan", ("Usulan Target PK Tahun {year+1}",), blank=""),
        ),
        if_any=("usulan",),
    ),
    Shape(
        "monev",
        "pemantauan",
        "Pemanfaatan Informasi Kinerja Bulan {month} {year}",
        (
            Shown("no", ("No",)),
            Shown("indikator", ("Indikator",)),
            Shown("capaian_bulan", ("% Capaian thd Target Bulan n",)),
            Shown("penjelasan", ("Penjelasan",)),
            Shown("rencana_tindak_lanjut", ("Rencana Tindak Lanjut",)),
            Shown("timeline", ("Timeline",)),
            Shown("laporan_progres", ("Laporan Progres Tindak Lanjut",)),
        ),
        period=MONTH,
    ),
    Shape(
        "efisiensi",
        "efisiensi",
        "Efisiensi Anggaran Tahun {year} {NAMA_UNIT}",
        (
            Shown("no", ("No",)),
            Shown("indikator", ("Indikator",)),
            Shown("output_target", ("Output", "T")),
            Shown("output_realisasi", ("Output", "R")),
            Shown("output_persen", ("Output", "%")),
            Shown("input_target", ("Input (Anggaran)", "T")),
            Shown("input_realisasi", ("Input (Anggaran)", "R")),
            Shown("input_persen", ("Input (Anggaran)", "%")),
            Shown("ie", ("IE",)),
            Shown("te", ("TE",)),
            Shown("kriteria", ("Kriteria",)),
        ),
        labels={TOTAL: "TOTAL"},
    ),
    Shape(
        "nka",
        "nka",
        "Nilai Kinerja Anggaran {NAMA_UNIT} Tahun {year}",
        (
            Shown("uraian", ("Uraian",)),
            Shown("eka", ("EKA",), blank=""),
            Shown("ikpa", ("IKPA",), blank=""),
            Shown("nka", ("Nilai Kinerja Anggaran",)),
        ),
    ),
)

FIELD_TITLES = {"pk_lampiran_anggaran": "Kegiatan dan Anggaran Perjanjian Kinerja {NAMA_UNIT} Tahun {year}"}
_PERIODS = {"bulanan": MONTH, "triwulanan": QUARTER}
"""What is printed of a table that has each indicator several times."""

_NOT_PRINTED = (DASHBOARD_SHEET, DATA_SHEET)
"""Sheets whose tables only repeat, for charts, what other tables hold."""


def shapes(layout: Layout) -> list[Shape]:
    """How every table of the book is printed, in the order of the report."""
    known = {table.key for table in layout.tables}
    declared = [shape for shape in SHAPES if shape.table in known]
    covered = {shape.table for shape in declared}
    others = [t for t in layout.tables if t.key not in covered and t.sheet not in _NOT_PRINTED]
    return declared + [Shape(t.key, t.key, t.title, period=_PERIODS.get(t.rows, "")) for t in others]


def field_tables(layout: Layout) -> dict[str, tuple[Field, ...]]:
    """Named cells that the report prints as a table of one row, by the table's key."""
    found: dict[str, tuple[Field, ...]] = {}
    for item in layout.fields:
        if item.table:
            found[item.table] = (*found.get(item.table, ()), item)
    return found


def table_keys(layout: Layout) -> list[str]:
    """The keys of all tables, in the order of the report."""
    keys = [shape.key for shape in shapes(layout)]
    at = keys.index("pk") + 1 if "pk" in keys else len(keys)
    return [*keys[:at], *field_tables(layout), *keys[at:]]


__all__ = [
    "BAND_FILL",
    "CENTRE",
    "FIELD_TITLES",
    "HEAD_FILL",
    "LEFT",
    "MONTH",
    "QUARTER",
    "RIGHT",
    "SHAPES",
    "Closing",
    "Shape",
    "Shown",
    "field_tables",
    "shapes",
    "table_keys",
]
