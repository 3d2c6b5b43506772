"""The dashboard: the figures that sheet Dasbor shows, and the calculations behind them.

Sheet Dasbor only repeats what sheet Data Dasbor computes, so that every number of it can be followed
from cell to cell. The tables of Data Dasbor stand side by side; no header or key is twice among them.
"""

from __future__ import annotations

from decimal import Decimal

from ... import functions as f
from ... import regulations
from ...numbers import plain
from ...registry import Function
from ...regulations import NotReviewed
from ..layout import (
    AGGREGATES,
    INDICATOR,
    NPS_TOTAL_SLUG,
    TOTAL,
    Arg,
    Column,
    Constant,
    Elsewhere,
    Field,
    Named,
    Peers,
    Periods,
    Same,
    SameRow,
    Table,
)
from ..ops import (
    CHOOSE,
    COPY,
    COPY_TEXT,
    DATA_STATE,
    FETCH,
    FIRST,
    FIXED,
    LAST,
    MARKED,
    MARKED_NAME,
    MEASURED,
    ONLY,
    ORDER,
    START,
    UNLESS,
    WITHOUT,
    ZONE,
)
from .common import YEAR, each

DASHBOARD_SHEET, DATA_SHEET = "Dasbor", "Data Dasbor"
CHOSEN, BUDGET, SPENT = "DASBOR_INDIKATOR", "PAGU_AKHIR", "REALISASI_ANGGARAN"
"""The named cells: the indicator of the monthly chart, the budget, and what was used of it."""

AT_RISK = 8
"""How many indicators the list of those at risk has room for."""

REACHED = Decimal(100)
"""The capaian of a target that is met exactly."""

_MONTH_LETTERS = Decimal(3)
"""Jan, Feb, Mar: as many letters tell the months apart."""


def zones(year: int) -> tuple[tuple[str, str], ...]:
    """Where a capaian may lie against `REACHED` and the cap of the year, each with its mark."""
    reached, limit = plain(REACHED), plain(_cap(year))
    return ((f"di bawah {reached}", "▼"), (f"{reached} sampai {limit}", "●"), (f"di atas {limit}", "▲"))


def _cap(year: int) -> Decimal:
    return Decimal(str(regulations.value("batas_capaian", year, "cap")))


def dashboard_fields(year: int) -> tuple[Field, ...]:
    """The named cells of sheet Dasbor; the chart begins with the first indicator."""
    first = regulations.indicators(year)[0].name
    return (
        Field("dasbor_indikator", CHOSEN, DASHBOARD_SHEET, "Indikator pada grafik bulanan", default=first),
        # A budget is revised during the year; what was planned on sheet RAPK stays as it was signed.
        Field("pagu_akhir", BUDGET, DASHBOARD_SHEET, "Pagu setelah revisi (Rp)", "rupiah"),
        Field("realisasi_anggaran", SPENT, DASHBOARD_SHEET, "Realisasi anggaran (Rp)", "rupiah"),
    )


def marks(year: int) -> dict[str, str]:
    """The mark of every label that has one; none where no colours are set for the year."""
    try:
        colours = regulations.version("warna", year).data["colours"]
    except NotReviewed:
        return {}
    return {str(c["label"]): str(c["mark"]) for c in colours}


def predicates(year: int) -> tuple[str, ...]:
    """The labels of an NPS, the best first."""
    return tuple(str(band.label) for band in reversed(regulations.bands("predikat", year)))


def _marks(year: int, subject: str) -> Constant:
    """The marks of a subject's labels as the operations take them."""
    known = marks(year)
    labels = dict.fromkeys(str(band.label) for band in regulations.bands(subject, year))
    return Constant("|".join(f"{label}={known[label]}" for label in labels if label in known))


def _column(
    key: str, header: str, unit: str, width: float, kinds: tuple[str, ...], function: Function, **args: Arg
) -> Column:
    return Column(key, header, unit=unit, width=width, calls=each(function, kinds, **args))


# --- sheet Dasbor --------------------------------------------------------------------------------


def dashboard(year: int) -> tuple[Table, ...]:
    """What sheet Dasbor shows: the figures in a line, and the indicators at risk."""
    return (_figures(year), _at_risk(year))


def _figures(year: int) -> Table:
    def shown(key: str, header: str, unit: str, function: Function = COPY, **args: Arg) -> Column:
        source: Arg = SameRow("data_ringkas", f"ringkas_{key}")
        name = "label" if function is MARKED else "nilai"
        return _column(key, header, unit, 11, (TOTAL,), function, **{name: source, **args})

    return Table(
        "dasbor",
        DASHBOARD_SHEET,
        "DASBOR KINERJA TAHUN {year}",
        (
            _column(
                "keadaan",
                "Keadaan Data",
                "text",
                11,
                (TOTAL,),
                DATA_STATE,
                bulan=SameRow("data_ringkas", "ringkas_bulan"),
                tahun=Named("TAHUN"),
            ),
            shown("nps", "NPS Total", "points"),
            shown("predikat", "Predikat", "label", MARKED, tanda=_marks(year, "predikat")),
            shown("pagu", "Pagu (Rp)", "rupiah"),
            shown("penyerapan", "Penyerapan (%)", "points"),
            shown("output", "Rata-rata Output (%)", "points"),
            shown("ie", "IE", "ratio"),
            shown("te", "TE", "ratio"),
            shown("efisiensi", "Efisiensi", "label", MARKED, tanda=_marks(year, "efisiensi")),
        ),
        "tunggal",
        name_column="nps",
        buttons=False,
    )


def _at_risk(year: int) -> Table:
    """The indicators at risk, the worst first."""

    def fetched(column: str) -> dict[str, Arg]:
        return {
            "kunci": Same("no"),
            "daftar": Peers("data_indikator", "urutan_risiko"),
            "nilai": Peers("data_indikator", column),
        }

    one = (INDICATOR,)
    return Table(
        "dasbor_risiko",
        DASHBOARD_SHEET,
        "INDIKATOR BERISIKO",
        (
            Column("no", "No.", width=5, text_of="number"),
            _column("berisiko", "Indikator Berisiko", "text", 40, one, FETCH, **fetched("nama")),
            _column("capaian_berisiko", "Capaian s.d. Bulan", "points", 11, one, FETCH, **fetched("bulan")),
            _column("risiko_berisiko", "Risiko", "label", 13, one, FETCH, **fetched("risiko_bertanda")),
        ),
        f"daftar:{AT_RISK}",
        name_column="no",
        buttons=False,
    )


# --- sheet Data Dasbor ---------------------------------------------------------------------------


def dashboard_data(year: int) -> tuple[Table, ...]:
    """The calculations of the dashboard, from left to right; a column is free between two tables."""
    tables: list[Table] = []
    at = 1
    for make in (_indicators, _sorted, _months, _scores, _summary):
        table = make(year, at)
        tables.append(table)
        at += len(table.columns) + 1
    return tuple(tables)


def _data_table(key: str, at: int, rows: str, name_column: str, columns: tuple[Column, ...]) -> Table:
    title = "DATA DASBOR TAHUN {year}: PERHITUNGAN DI BALIK GAMBAR DAN ANGKA LEMBAR DASBOR"
    return Table(key, DATA_SHEET, title, columns, rows, name_column=name_column, buttons=False, at=at)


def _indicators(year: int, at: int) -> Table:
    """Every indicator: its capaian, how far from the target, and its place by distance and by risk."""
    one = (INDICATOR,)
    month = Elsewhere("data_ringkas", "ringkas_bulan", TOTAL)
    least = str(regulations.bands("risiko", year)[-1].label)

    def order(of: str) -> dict[str, Arg]:
        return {
            "nilai": Same(of),
            "semua": Peers("data_indikator", of),
            "nomor": Same("nomor"),
            "nomor_semua": Peers("data_indikator", "nomor"),
        }

    return _data_table(
        "data_indikator",
        at,
        "indikator",
        "nama",
        (
            Column("nomor", "No.", unit="count", width=5, text_of="number"),
            Column("nomor_ikss", "IKSS", width=7, text_of="ikss"),
            Column("nama", "Indikator Kinerja", width=92, text_of="name"),
            _column(
                "setahun", "Capaian Setahun", "points", 11, one, COPY, nilai=Elsewhere("capaian", "capaian")
            ),
            _column(
                "bulan",
                "Capaian s.d. Bulan Data",
                "points",
                11,
                one,
                CHOOSE,
                nomor=month,
                pilihan=Periods("pemantauan", "capaian_bulan"),
            ),
            _column(
                "nilai_grafik",
                "Capaian untuk Grafik",
                "points",
                11,
                one,
                FIRST,
                nilai=Same("setahun"),
                pengganti=Same("bulan"),
            ),
            _column(
                "jarak",
                "Jarak ke 100",
                "points",
                11,
                one,
                f.SELISIH,
                nilai=Same("nilai_grafik"),
                pembanding=Constant(REACHED),
            ),
            _column("urutan_jarak", "Urutan menurut Jarak", "count", 11, one, ORDER, **order("jarak")),
            _column("risiko", "Risiko", "label", 11, one, f.RISIKO, capaian_bulan=Same("bulan"), tahun=YEAR),
            _column(
                "risiko_bertanda",
                "Risiko Bertanda",
                "text",
                12,
                one,
                MARKED,
                label=Same("risiko"),
                tanda=_marks(year, "risiko"),
            ),
            _column(
                "bulan_berisiko",
                "Capaian yang Berisiko",
                "points",
                11,
                one,
                UNLESS,
                nilai=Same("bulan"),
                label=Same("risiko"),
                bukan=Constant(least),
            ),
            _column(
                "urutan_risiko", "Urutan menurut Risiko", "count", 11, one, ORDER, **order("bulan_berisiko")
            ),
        ),
    )


def _sorted(year: int, at: int) -> Table:
    """The indicators from the farthest below the target to the farthest above; a column for each zone."""
    one = (INDICATOR,)
    bounds: dict[str, Arg] = {"bawah": Constant(REACHED), "atas": Constant(_cap(year))}
    zone, known = Same("zona"), zones(year)

    def fetched(column: str) -> dict[str, Arg]:
        return {
            "kunci": Same("urut"),
            "daftar": Peers("data_indikator", "urutan_jarak"),
            "nilai": Peers("data_indikator", column),
        }

    return _data_table(
        "data_urut",
        at,
        f"daftar:{len(regulations.indicators(year))}",
        "urut",
        (
            Column("urut", "Urut", unit="count", width=6, text_of="number"),
            _column("ikss_urut", "IKSS ke", "text", 7, one, FETCH, **fetched("nomor_ikss")),
            _column("nilai_urut", "Capaian Terurut", "points", 11, one, FETCH, **fetched("nilai_grafik")),
            _column(
                "zona",
                "Zona",
                "label",
                17,
                one,
                ZONE,
                nilai=Same("nilai_urut"),
                nama=Constant("|".join(name for name, _ in known)),
                **bounds,
            ),
            _column(
                "kategori",
                "Nama pada Grafik",
                "text",
                12,
                one,
                MARKED_NAME,
                nama=Same("ikss_urut"),
                label=zone,
                tanda=Constant("|".join(f"{name}={mark}" for name, mark in known)),
            ),
            *(
                _column(
                    f"zona_{number}",
                    f"{mark} {name}",
                    "points",
                    11,
                    one,
                    ONLY,
                    nilai=Same("nilai_urut"),
                    label=zone,
                    pilihan=Constant(name),
                )
                for number, (name, mark) in enumerate(known, 1)
            ),
            _column(
                "garis_target", f"Target ({plain(REACHED)})", "count", 9, one, FIXED, nilai=bounds["bawah"]
            ),
            _column(
                "garis_batas", f"Batas ({plain(_cap(year))})", "count", 9, one, FIXED, nilai=bounds["atas"]
            ),
        ),
    )


def _months(year: int, at: int) -> Table:
    """The chosen indicator month by month, and how many indicators were measured."""
    one = (INDICATOR,)

    def fetched(column: str) -> dict[str, Arg]:
        return {
            "kunci": Named(CHOSEN),
            "daftar": Peers("pemantauan", "indikator"),
            "nilai": Peers("pemantauan", column),
        }

    return _data_table(
        "data_bulan",
        at,
        "bulan",
        "nama_bulan",
        (
            Column("nomor_bulan", "Bulan ke", unit="count", width=7, text_of="number"),
            Column("nama_bulan", "Bulan", width=12, text_of="name"),
            _column(
                "bulan_pendek",
                "Bulan pada Grafik",
                "text",
                11,
                one,
                START,
                nilai=Same("nama_bulan"),
                banyak=Constant(_MONTH_LETTERS),
            ),
            _column("target_bulan", "Target", "points", 11, one, FETCH, **fetched("target")),
            _column("realisasi_bulan", "Realisasi", "points", 11, one, FETCH, **fetched("realisasi")),
            _column(
                "terukur",
                "Indikator Terukur",
                "count",
                11,
                one,
                MEASURED,
                nilai=Peers("pemantauan", "realisasi"),
            ),
        ),
    )


def _scores(year: int, at: int) -> Table:
    """NPS of every level, a column for each predikat."""
    marked = marks(year)
    return _data_table(
        "data_nps",
        at,
        "agregat",
        "tingkat",
        (
            Column("tingkat", "Tingkat", width=36, text_of="name"),
            _column(
                "nilai_nps",
                "NPS",
                "points",
                11,
                AGGREGATES,
                COPY,
                nilai=Elsewhere("capaian", "capaian_penyesuaian"),
            ),
            _column(
                "predikat_nps",
                "Predikat NPS",
                "label",
                15,
                AGGREGATES,
                COPY_TEXT,
                nilai=Elsewhere("capaian", "kriteria"),
            ),
            _column(
                "nama_pendek",
                "Nama Pendek",
                "text",
                26,
                AGGREGATES,
                WITHOUT,
                nilai=Same("tingkat"),
                buang=Constant("Capaian | Perspective"),
            ),
            _column(
                "kategori_nps",
                "Tingkat pada Grafik",
                "text",
                28,
                AGGREGATES,
                MARKED_NAME,
                nama=Same("nama_pendek"),
                label=Same("predikat_nps"),
                tanda=_marks(year, "predikat"),
            ),
            *(
                _column(
                    f"nps_{number}",
                    f"{marked.get(label, '')} {label}".strip(),
                    "points",
                    11,
                    AGGREGATES,
                    ONLY,
                    nilai=Same("nilai_nps"),
                    label=Same("predikat_nps"),
                    pilihan=Constant(label),
                )
                for number, label in enumerate(predicates(year), 1)
            ),
        ),
    )


def _summary(year: int, at: int) -> Table:
    """The figures of the whole office; IE and TE as on sheet Efisiensi of the efficiency book."""
    one = (TOTAL,)
    return _data_table(
        "data_ringkas",
        at,
        "tunggal",
        "ringkas_bulan",
        (
            _column(
                "ringkas_bulan",
                "Bulan Data",
                "count",
                9,
                one,
                LAST,
                banyak=Peers("data_bulan", "terukur"),
                nomor=Peers("data_bulan", "nomor_bulan"),
            ),
            _column(
                "ringkas_nps",
                "NPS Seluruhnya",
                "points",
                11,
                one,
                COPY,
                nilai=Elsewhere("data_nps", "nilai_nps", NPS_TOTAL_SLUG),
            ),
            _column(
                "ringkas_predikat",
                "Predikat Seluruhnya",
                "label",
                15,
                one,
                COPY_TEXT,
                nilai=Elsewhere("data_nps", "predikat_nps", NPS_TOTAL_SLUG),
            ),
            _column(
                "ringkas_pagu",
                "Pagu",
                "rupiah",
                19,
                one,
                FIRST,
                nilai=Named(BUDGET),
                pengganti=SameRow("rapk", "anggaran"),
            ),
            _column(
                "ringkas_output",
                "Output (rata-rata capaian)",
                "points",
                13,
                one,
                f.NPS,
                nilai=Peers("data_indikator", "setahun"),
            ),
            _column(
                "ringkas_penyerapan",
                "Input (penyerapan anggaran)",
                "points",
                13,
                one,
                f.REALISASI,
                pembilang=Named(SPENT),
                penyebut=Same("ringkas_pagu"),
            ),
            _column(
                "ringkas_ie",
                "Indeks Efisiensi",
                "ratio",
                11,
                one,
                f.IE,
                persen_output=Same("ringkas_output"),
                persen_input=Same("ringkas_penyerapan"),
            ),
            _column(
                "ringkas_te",
                "Tingkat Efisiensi",
                "ratio",
                11,
                one,
                f.TE,
                ie=Same("ringkas_ie"),
                tahun=YEAR,
            ),
            _column(
                "ringkas_efisiensi",
                "Kriteria Efisiensi",
                "label",
                15,
                one,
                f.EFISIENSI,
                te=Same("ringkas_te"),
                tahun=YEAR,
            ),
        ),
    )
