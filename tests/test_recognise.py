"""Workbooks that are not ours, CSV files, and mapping files: what is recognised, and what is found in them."""

from __future__ import annotations

import csv
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from lokapom_xl import regulations
from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.map import map_book
from lokapom_xl.actions.validate import check_books, validate
from lokapom_xl.cli import main
from lokapom_xl.model import Finding
from lokapom_xl.numbers import CellError, to_number
from lokapom_xl.workbook.cells import Key
from lokapom_xl.workbook.csv_book import read_csv_book
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.headers import folded, guesses, month_of, names_of, quarter_of
from lokapom_xl.workbook.locate import BookView
from lokapom_xl.workbook.read import Book, Cell, read_book
from lokapom_xl.workbook.recognise import mapping, open_any, recognition_of
from lokapom_xl.workbook.recognise.forms import known_tables
from lokapom_xl.workbook.recognise.names import subject

from .conftest import REPORT
from .foreign import OFFICES, UNIT, office_book
from .golden_rows import Row, number, read

YEAR = 2023
TABLES = known_tables(YEAR)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return office_book(tmp_path_factory.mktemp("kantor") / "Kinerja 2023.xlsx")


@pytest.fixture(scope="module")
def view(office: Path) -> BookView:
    return open_any(read_book(office))


@pytest.fixture(scope="module")
def office_findings(office: Path) -> list[Finding]:
    return validate(office).findings


# --- headers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "lines", "column"),
    [
        ("capaian", ["Sasaran Strategis"], "sasaran"),
        ("capaian", ["Indikator Kinerja Sasaran Strategis (IKSS)"], "indikator"),
        ("capaian", ["Target (%)"], "target"),
        ("capaian", ["TARGET 2023*"], "target"),
        ("capaian", ["Realisasi", "2023", "Pembilang"], "pembilang"),
        ("capaian", ["Realisasi", "2023", "Realisasi"], "realisasi"),
        ("capaian", ["Capaian", "Penyesuaian"], "capaian_penyesuaian"),
        ("capaian", ["Capaian Terhadap Target¹"], "capaian"),
        ("capaian", ["Capian Penyesuain"], "capaian_penyesuaian"),
        ("capaian", ["Kriterya"], "kriteria"),
        ("riwayat_realisasi", ["REALISASI", "2021"], "realisasi_2"),
        ("riwayat_realisasi", ["REALISASI", "2023"], "realisasi"),
        ("rapk_bab2", ["Target", "B07"], "b07"),
        ("rapk_bab2", ["Nopember"], "b11"),
        ("rapk_bab2", ["Anggaran (Rp)"], "anggaran"),
        ("efisiensi", ["Output", "T"], "output_target"),
        ("efisiensi", ["Input (Rp)", "T"], "input_target"),
        ("efisiensi", ["Input", "%"], "input_persen"),
        ("efisiensi", ["Indeks Efisiensi (IE)"], "ie"),
        ("renstra", ["Capaian 2023", "Target Renstra"], "target_renstra"),
        ("pemantauan", ["% capaian thd target tahunan"], "capaian_tahun"),
    ],
)
def test_a_header_tells_its_column(table: str, lines: list[str], column: str) -> None:
    found = guesses([folded(line) for line in lines], names_of(TABLES.table(table), YEAR))
    assert max(found, key=lambda guess: (guess.surely, guess.lines)).column == column


@pytest.mark.parametrize("text", ["Alamat", "Nama Kepala", "Catatan Revisi", "", "*", "2019"])
def test_what_is_no_header_of_the_table_is_none(text: str) -> None:
    assert not guesses([folded(text)], names_of(TABLES.table("capaian"), YEAR))


def test_other_years_are_other_columns() -> None:
    """The realisasi of last year is not taken for that of the year, however alike the headers are."""
    names = names_of(TABLES.table("riwayat_realisasi"), YEAR)
    assert {g.column for g in guesses([folded("Realisasi 2022")], names) if g.surely == 100} == {
        "realisasi_1"
    }


@pytest.mark.parametrize(
    ("text", "month", "rest"),
    [
        ("B01", 1, ""),
        ("B 04", 4, ""),
        ("Bulan Mei", 5, ""),
        ("Juni 2023", 6, ""),
        ("s.d. Agustus", 8, ""),
        ("Realisasi Sept", 9, "realisasi"),
        ("Target B12", 12, "target"),
        ("Target", 0, "target"),
        ("Januari - Maret", 0, "januari maret"),
    ],
)
def test_months_in_headers(text: str, month: int, rest: str) -> None:
    assert month_of(folded(text)) == (month, rest)


def test_quarters_in_titles() -> None:
    assert [quarter_of(t) for t in ("Triwulan III", "TW IV 2023", "evaluasi TW 1", "Bab III")] == [3, 4, 1, 0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Persentase Obat yang memenuhi syarat di Loka POM di Kota Dumai",
            "Persentase Obat yang memenuhi syarat",
        ),
        ("1. Persentase Obat yang memenuhi syarat", "Persentase Obat yang memenuhi syarat"),
        ("IKSS 17. Nilai AKIP UPT", "Nilai AKIP UPT"),
        ("JUMLAH ANGGARAN", "Total"),
    ],
)
def test_names_with_numbers_and_offices(text: str, name: str) -> None:
    assert subject(text, YEAR) == regulations.match(name, YEAR).slug


def test_what_resembles_a_name_is_not_taken_for_it() -> None:
    assert subject("Persentase Obat yang tidak memenuhi syarat", YEAR) == ""
    assert subject("Persentase Kosmetik yang memenuhi syarat", YEAR) == ""


# --- a workbook of an office -----------------------------------------------------------------------


def test_every_table_of_the_workbook_is_found(view: BookView) -> None:
    rows = {t.key: len(view.positions.tables[t.key].rows) for t in view.layout.tables}
    assert rows == {
        "pk_bab2": 19,
        "pk_lampiran": 20,
        "rapk_bab2": 21,
        "rapk_lampiran": 21,
        "capaian": 20,
        "capaian_ringkasan": 13,
        "per_ikss_tables": 15,
        "tindak_lanjut_tw3": 20,
        "renstra": 19,
        "klaster_realisasi": 19,  # one of 20 is printed under the name of another
        "riwayat_realisasi": 20,
        "efisiensi": 21,
        "pemantauan": 240,
        "rencana": 20,
    }
    seen = recognition_of(view)
    assert (seen.ours, seen.year, seen.unit, seen.left) == (False, YEAR, UNIT, ["Cover"])
    assert min(table.surely for table in seen.tables) >= 95
    assert [p.kind for p in view.problems if p.kind != "buku-lain"] == ["baris-ganda"]


def _printed(table: str) -> Iterator[tuple[str, Row]]:
    """The printed rows with the keys that they have in the workbook."""
    for row in read(REPORT / f"{table}.csv"):
        name = row.get("indikator") or row["uraian"]
        slug = regulations.match(name, YEAR).slug or subject(name, YEAR)
        yield slug, row


COLUMNS = {
    "pk_bab2": {"target": "target"},
    "pk_lampiran": {"target": "target"},
    "rapk_bab2": {f"b{m:02d}": f"b{m:02d}" for m in range(1, 13)} | {"anggaran": "anggaran"},
    "rapk_lampiran": {f"b{m:02d}": f"b{m:02d}" for m in range(1, 13)} | {"anggaran": "anggaran"},
    "capaian": {
        c: c for c in ("ss", "ikss", "target", "pembilang", "penyebut", "realisasi", "capaian", "kriteria")
    },
    "capaian_ringkasan": {c: c for c in ("capaian", "capaian_penyesuaian", "kriteria")},
    "per_ikss_tables": {c: c for c in ("label", "target", "pembilang", "realisasi", "capaian")},
    "riwayat_realisasi": {
        "realisasi_2020": "realisasi_3",
        "realisasi_2021": "realisasi_2",
        "realisasi_2022": "realisasi_1",
        "realisasi_2023": "realisasi",
    },
    "renstra": {c: c for c in ("target_renstra", "persen_capaian", "notifikasi")}
    | {"realisasi_2023": "realisasi"},
    "tindak_lanjut_tw3": {
        c: c for c in ("target", "realisasi", "persentase", "kendala", "rencana_aksi", "timeline")
    },
    "efisiensi": {
        c: c
        for c in (
            *("output_target", "output_realisasi", "output_persen", "input_target", "input_realisasi"),
            *("input_persen", "ie", "te", "kriteria"),
        )
    },
    "klaster_realisasi": dict(zip(OFFICES, ("unit_2", "unit_3", "sendiri", "unit_4"), strict=True)),
}


@pytest.mark.parametrize("table", COLUMNS)
def test_every_value_stands_where_it_was_found(view: BookView, table: str) -> None:
    """Cell by cell against the printed table; empty cells of merged numbers aside."""
    compared = 0
    seen: Counter[str] = Counter()
    for slug, row in _printed(table):
        seen[slug] += 1
        if seen[slug] > 1:
            continue  # printed under another's name
        for printed, column in COLUMNS[table].items():
            key = Key(table, slug, column)
            assert view.positions.has(key), (slug, column)
            cell = view.cell(key)
            text = row[printed]
            if column == "ss" and cell is None:
                continue  # written once for the rows of an objective
            value = cell.value if cell is not None else None
            if number(text) is None:
                assert (value or "") == text, key
            else:
                assert to_number(value) == to_number(text.rstrip("*")) or value == text, key
            compared += 1
    assert compared >= len(seen) * min(2, len(COLUMNS[table]))


def test_months_side_by_side(view: BookView) -> None:
    """To column DA, with twelve spellings of the months and three of each column."""
    placed = view.positions.tables["pemantauan"]
    assert {place[2] for cells in placed.scattered.values() for place in cells.values()} >= {10, 105}
    for slug, row in _printed("rapk_bab2"):
        for month in range(1, 13) if slug != "jumlah" else ():
            cell = view.cell(Key("pemantauan", f"{slug}@{month:02d}", "target"))
            assert to_number(cell.value if cell else None) == to_number(row[f"b{month:02d}"])


def _said(finding: Finding) -> tuple[object, ...]:
    """What a finding says, wherever its cell is; numbers by their value."""
    said = [n.normalize() if (n := number(t)) is not None else t for t in (finding.written, finding.expected)]
    return finding.code, finding.indicator, *map(str, said), bool(finding.caused_by)


_OF_FORM = ("STR", "ISI14", "KON17")
"""What is said of how a table is written, which is another in each of the books."""


@pytest.fixture(scope="module")
def printed_findings(made: Demo) -> list[Finding]:
    return validate(made.books[2:]).findings


def test_without_our_names_the_same_is_found(
    made: Demo, printed_findings: list[Finding], tmp_path: Path
) -> None:
    """The tables as printed in books that tell nothing of themselves."""
    paths = []
    for path in made.books[2:]:
        book = openpyxl.load_workbook(path)
        for name in list(book.defined_names):
            del book.defined_names[name]
        del book["Petunjuk"]
        paths.append(tmp_path / path.name)
        book.save(paths[-1])
    result = validate(paths)
    assert Counter(_said(f) for f in result.findings if f.code != "STR20") == Counter(
        _said(f) for f in printed_findings
    )


def test_in_csv_files_the_same_is_found(printed_findings: list[Finding]) -> None:
    result = validate(REPORT)
    found, expected = (
        Counter(_said(f) for f in findings if not f.code.startswith(_OF_FORM))
        for findings in (result.findings, printed_findings)
    )
    assert found == expected
    assert result.checked["buku"] == 1
    place = next(f.origin for f in result.findings if f.code == "HIT01" and f.origin.sheet == "capaian")
    with (REPORT / "capaian.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    row, column = int(place.cell[1:]), ord(place.cell[0]) - 65
    assert rows[row - 1][column] == next(f.written for f in result.findings if f.origin == place)


def test_the_faults_of_the_report_are_found_in_the_office_book(
    office_findings: list[Finding], printed_findings: list[Finding]
) -> None:
    """All that the tables which it holds contradict, in whatever form they stand."""
    sheets = {"Capaian", "Ringkasan Capaian", "Per IKSS", "Renstra", "Riwayat Realisasi", "Efisiensi"}
    found = {_said(f) for f in office_findings}
    wanted = {
        _said(f)
        for f in printed_findings
        if f.origin.sheet in sheets and f.caused_by is None and not f.code.startswith((*_OF_FORM, "KON"))
    }
    assert len(wanted) > 10
    assert wanted <= found
    targets = [f for f in office_findings if f.code == "KON01"]
    assert any(f.origin.sheet == "Lampiran 3" and f.written in ("0", "0.00") for f in targets)


# --- harmless changes --------------------------------------------------------------------------------


def _changed(path: Path, office: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    book = openpyxl.load_workbook(office)
    change(book)
    book.save(path)
    return path


def _insert(book: openpyxl.Workbook) -> None:
    """Rows and a column before tables that hold no merged cells in their way."""
    book["IE TE"].insert_rows(12)
    book["Lampiran 3"].row_dimensions[8].hidden = False
    for sheet in ("PK", "Renaksi"):
        book[sheet]["Z1"] = "Dicetak 2 Januari"


def _rename(book: openpyxl.Workbook) -> None:
    for i, name in enumerate(book.sheetnames):
        book[name].title = f"Sheet{i + 1}"


def _reorder(book: openpyxl.Workbook) -> None:
    book._sheets.reverse()


def _respell(book: openpyxl.Workbook) -> None:
    book["IE TE"]["B4"] = "  INDIKATOR  KINERJA utama (IKU) *"
    book["Renaksi"]["O3"] = "Pagu Anggaran (Rp.)"
    book["Lampiran 3"]["F4"] = "Target 2023 (%)"
    book["PK"]["D4"] = "TARGET PK"


@pytest.mark.parametrize("change", [_insert, _rename, _reorder, _respell], ids=lambda f: f.__name__)
def test_harmless_changes_change_no_finding(
    office: Path,
    office_findings: list[Finding],
    tmp_path: Path,
    change: Callable[[openpyxl.Workbook], None],
) -> None:
    path = _changed(tmp_path / "Kinerja 2023.xlsx", office, change)
    before, after = (
        Counter(_said(f) for f in findings if f.level != "info")
        for findings in (office_findings, validate(path).findings)
    )
    # Two plans are told apart by their order when their sheets' names say nothing.
    assert after == before or change is _reorder
    assert sum(after.values()) == sum(before.values())


# --- what was not recognised is said -----------------------------------------------------------------


def _small(path: Path, header: list[object], *rows: list[object], title: str = "Tahun 2023") -> Path:
    book = Workbook()
    sheet = book.active
    sheet.title = "Data"
    sheet.append([title])
    sheet.append(header)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


NAMES = ("Persentase Obat yang memenuhi syarat", "Persentase Makanan yang memenuhi syarat", "Nilai AKIP UPT")


def test_unsure_unknown_and_unread_parts_are_said(tmp_path: Path) -> None:
    path = _small(
        tmp_path / "a.xlsx",
        ["Indikator", "Target", "Realisasi", "Capaaian", "Bobot Internal"],
        [NAMES[0], 91.5, 92.24, 100.81, 3],
        [NAMES[1], 97.4, 92.86, 95.34, 4],
        ["Persentase Kosmetik yang memenuhi syarat", 90, 90, 100, 5],
    )
    book = openpyxl.load_workbook(path)
    strange = book.create_sheet("Lain")
    for i, name in enumerate(NAMES, 1):
        strange.append([name, i])
    book.save(path)
    result = validate(path)
    said = {(f.code, f.origin.sheet, f.origin.cell, f.level) for f in result.findings}
    assert {
        ("STR20", "Data", "", "info"),
        ("STR21", "Data", "D2", "peringatan"),
        ("STR23", "Data", "E2", "info"),
        ("STR08", "Data", "A5", "galat"),
        ("STR22", "Lain", "", "peringatan"),
    } <= said
    assert all(f.message and f.remedy for f in result.findings)
    unknown = next(f for f in result.findings if f.code == "STR08")
    assert "Persentase Obat yang memenuhi syarat" not in unknown.expected


def test_a_year_that_nothing_tells_is_asked_for(tmp_path: Path) -> None:
    header = ["Indikator", "Target", "Realisasi", "Capaian"]
    path = _small(tmp_path / "b.xlsx", header, [NAMES[0], 91.5, 92.24, 100.81], title="Capaian")
    refused = validate(path).findings
    assert [(f.code, f.level) for f in refused] == [("STR06", "galat")] and "--year" in refused[0].remedy
    assert validate(path, year=2023).valid
    assert [f.code for f in validate(path, year=2031).findings] == ["ATR01"]


def test_a_workbook_without_such_tables_is_refused(tmp_path: Path) -> None:
    path = _small(tmp_path / "c.xlsx", ["Nama", "Alamat"], ["Andi", "Jalan 2"])
    finding = validate(path).findings[0]
    assert (finding.code, finding.level) == ("STR01", "galat") and "map" in finding.remedy


def test_wrong_values_in_a_workbook_of_numbers_and_formulas(tmp_path: Path) -> None:
    """Numbers with many digits, per cent formats and formulas are what they show."""
    path = _small(
        tmp_path / "d.xlsx",
        ["Indikator", "Target", "Pembilang", "Penyebut", "Realisasi", "Capaian"],
        [NAMES[0], 91.5, 107, 116, 107 / 116 * 100, 107 / 116 / 91.5 * 10000],
        [NAMES[1], 97.4, 39, 42, 92.86, 59.34],
    )
    book = openpyxl.load_workbook(path)
    book["Data"]["F3"].number_format = "0.00"
    book.save(path)
    findings = [f for f in validate(path).findings if f.level != "info"]
    assert [(f.code, f.origin.cell) for f in findings] == [("HIT01", "F4")]
    assert findings[0].expected == "95.34"


def _found(path: Path) -> list[tuple[str, str]]:
    return [
        (f.code, f"{f.origin.sheet}!{f.origin.cell}") for f in validate(path).findings if f.level != "info"
    ]


MONTHLY = [
    "No",
    "Indikator Kinerja",
    "Target Bulan Ini",
    "Realisasi s.d. Bulan Ini",
    "% Capaian",
    "Penjelasan",
]


@pytest.mark.parametrize("where", ["sheet", "title", "row"])
def test_a_sheet_for_each_month(tmp_path: Path, where: str) -> None:
    """The month is told by the sheet's name, by a title, or in a row of its own above the header."""
    book = Workbook()
    book.remove(book.active)
    for n, month in enumerate(("Januari", "Februari"), 1):
        sheet = book.create_sheet(month if where == "sheet" else f"Lembar {n}")
        sheet.append(["MONITORING TAHUN 2023" + (f" BULAN {month.upper()}" if where == "title" else "")])
        sheet.append([f"Bulan: {month}" if where == "row" else None])
        sheet.append(MONTHLY)
        for i, name in enumerate(NAMES, 1):
            sheet.append([i, name, 80, 80 + n, 100 + 1.25 * n if i != 2 or n != 2 else 99, "-"])
    path = tmp_path / "monev.xlsx"
    book.save(path)
    second = book.sheetnames[1]
    assert _found(path) == [("HIT01", f"{second}!E5")]
    assert validate(path).checked["indikator"] == 3


def test_a_monthly_table_without_a_month_is_not_taken_for_one(tmp_path: Path) -> None:
    """It may be the table of the year; it is never one of which nothing is checked."""
    path = _small(
        tmp_path / "f.xlsx",
        ["No", "Indikator", "Target", "Realisasi", "Capaian (%)", "Kategori"],
        [1, NAMES[0], 91.5, 92.24, 100.81, "Sangat Baik"],
        [2, NAMES[1], 97.4, 92.86, 99, "Cukup"],
    )
    assert _found(path) == [("HIT01", "Data!E4")]


def test_blocks_of_quarters_are_not_taken_for_one_quarter(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Tahun 2023"])
    sheet.append(["Indikator", "Target Tahunan", "Triwulan I", None, "Triwulan II"])
    sheet.append([None, None, "Target", "Realisasi", "Target", "Realisasi"])
    for name in NAMES:
        sheet.append([name, 90, 20, 21, 40, 41])
    path = tmp_path / "g.xlsx"
    book.save(path)
    assert not [code for code, _ in _found(path) if code.startswith(("HIT", "KON"))]
    assert not validate(path).valid or {f.code for f in validate(path).findings} & {"STR23"}


def test_tables_side_by_side_with_other_headers(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "Data"
    sheet.append(["PK Tahun 2023", None, None, None, "Capaian"])
    sheet.append(
        ["No", "Indikator Kinerja", "Target PK", None, "IKU", "Target", "Realisasi", "Persentase Capaian"]
    )
    for i, name in enumerate(NAMES, 1):
        sheet.append([i, name, 80, None, name, 81 if i == 2 else 80, 80, 100 if i != 2 else 98.77])
    for _ in range(6):
        sheet.append([])
    sheet.append([None, "Butir", "Nilai Uang"])
    for i, name in enumerate(NAMES, 1):
        sheet.append([i, name, 5000 * i])
    path = tmp_path / "h.xlsx"
    book.save(path)
    assert sorted(_found(path)) == [("KON01", "Data!F4"), ("STR22", "Data!B13")]


def test_formulas_that_nobody_calculated(tmp_path: Path) -> None:
    path = _small(
        tmp_path / "i.xlsx",
        ["Indikator", "Target", "Realisasi", "Capaian"],
        *([name, 80, 80, f"=C{row}/B{row}*100"] for row, name in enumerate(NAMES, 3)),
    )
    assert _found(path) == [("STR25", "Data!D3")]


def test_subtotals_and_unknown_labels(tmp_path: Path) -> None:
    months = [f"B{m:02d}" for m in range(1, 13)]
    path = _small(
        tmp_path / "j.xlsx",
        ["Indikator", *months, "Anggaran", "Simpulan"],
        [NAMES[0], *[80] * 12, 100, "Baik"],
        ["Sub Total", *[None] * 12, 100],
        [NAMES[1], *[80] * 12, 200, "Baik"],
        ["Jumlah", *[None] * 12, 200],
        [NAMES[2], *[80] * 12, 300, "Cukup"],
        ["Jumlah", *[None] * 12, 600],
    )
    assert _found(path) == []
    assert ("STR23", "O2") in {(f.code, f.origin.cell) for f in validate(path).findings}


# --- mapping files -----------------------------------------------------------------------------------


def test_a_mapping_of_what_was_recognised_changes_nothing(
    office: Path, office_findings: list[Finding], tmp_path: Path
) -> None:
    file = tmp_path / "peta.csv"
    map_book(office, file)
    again = tmp_path / "lagi.csv"
    seen = map_book(office, again, mapping=file)
    assert {h.by for t in seen.tables for h in t.headers if h.column} == {"pemetaan"}
    before, after = (
        Counter(_said(f) for f in findings if f.code != "STR23")
        for findings in (office_findings, validate(office, mapping=file).findings)
    )
    assert after == before


def test_a_mapping_corrects_columns_names_year_and_office(tmp_path: Path) -> None:
    path = _small(
        tmp_path / "e.xlsx",
        ["Butir", "Rencana", "Hasil", "Rasio", "Rencana Lama"],
        [NAMES[0], 91.5, 92.24, 100.81, 90],
        ["Persentase Makanan aman", 97.4, 92.86, 95.43, 97],
        title="Rekap",
    )
    with pytest.raises(BookError):
        open_any(read_book(path), year=2023)
    file = tmp_path / "peta.csv"
    file.write_text(
        "jenis,lembar,sel,tertulis,tabel,menjadi,keyakinan\n"
        "tahun,,,,,2023,\nunit,,,,,Loka POM di Kota Dumai,\n"
        "kolom,Data,A2,Butir,capaian,indikator,\nkolom,Data,B2,Rencana,capaian,target,\n"
        "kolom,Data,C2,Hasil,capaian,realisasi,\nkolom,Data,D2,Rasio,capaian,capaian,\n"
        "kolom,Data,E2,Rencana Lama,,,\n"
        f"baris,Data,A4,Persentase Makanan aman,capaian,{NAMES[1]},\n",
        encoding="utf-8",
    )
    result = validate(path, mapping=file)
    assert [(f.code, f.origin.cell) for f in result.findings if f.level != "info"] == [("HIT01", "D4")]
    assert result.contexts[0].view.named("NAMA_UNIT") == "Loka POM di Kota Dumai"
    # Rows that somebody put above move the header; the mapping follows its texts.
    book = openpyxl.load_workbook(path)
    book["Data"].insert_rows(1, 3)
    book.save(path)
    moved = validate(path, mapping=file)
    assert [(f.code, f.origin.cell) for f in moved.findings if f.level != "info"] == [("HIT01", "D7")]
    book["Data"]["C5"] = "Hasil Akhir"
    book.save(path)
    assert [f.code for f in validate(path, mapping=file).findings] == ["PETA03"]


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("kolom,Data,B2,Target,capaiann,target,", "PETA02", "capaian"),
        ("kolom,Data,B2,Target,capaian,targett,", "PETA02", "target"),
        ("kolom,Data,ZZ,Target,capaian,target,", "PETA02", "alamat"),
        ("kolom,Data,B2,Target,pemantauan,target@13,", "PETA02", "target@13"),
        ("baris,Data,A3,Obat,capaian,Persentase Obat,", "PETA02", "Obat"),
        ("warna,Data,A3,,,,", "PETA02", "warna"),
        ("tahun,,,,,tahun lalu,", "PETA02", "tahun lalu"),
        ("kolom,Data,B2,Target,capaian,target,", "PETA02", "kolom indikator"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, code: str, words: str) -> None:
    file = tmp_path / "peta.csv"
    file.write_text(f"{','.join(mapping.COLUMNS)}\ntahun,,,,,2023,\n{line}\n", encoding="utf-8")
    with pytest.raises(BookError) as caught:
        mapping.read(file)
    assert caught.value.code == code and words in str(caught.value)


@pytest.mark.parametrize(
    "content", ["", "a;b\n1;2\n", "jenis;lembar;sel;tertulis;tabel;menjadi\n", "\xff\xfe"]
)
def test_what_is_no_mapping_file_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "peta.csv"
    file.write_bytes(content.encode("latin-1"))
    with pytest.raises(BookError) as caught:
        mapping.read(file)
    assert caught.value.code in ("PETA01", "PETA02")


def test_ours_needs_no_mapping(made: Demo) -> None:
    with pytest.raises(BookError) as caught:
        map_book(made.books[0])
    assert caught.value.code == "PETA04"


# --- CSV ---------------------------------------------------------------------------------------------


def test_a_csv_is_read_as_excel_shows_it(tmp_path: Path) -> None:
    """Separators of both locales, a byte order mark, line breaks within cells."""
    file = tmp_path / "capaian.csv"
    file.write_bytes('\ufeffIndikator;Target\r\n"dua\nbaris";91,5\r\n\r\n;x\r\n'.encode())
    cells = read_csv_book(file).sheets["capaian"].cells
    assert {place: cell.value for place, cell in cells.items()} == {
        (1, 1): "Indikator",
        (1, 2): "Target",
        (2, 1): "dua\nbaris",
        (2, 2): "91,5",
        (4, 2): "x",
    }


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.csv", b"\xff\xfe\x00", "BERKAS41"), ("a.csv", b'a,"b', "STR06"), ("a.csv", b"", "STR06")],
)
def test_csv_files_that_cannot_be_checked(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert [f.code for f in validate(tmp_path / name).findings] == [code]


def test_an_empty_folder_and_a_missing_file(tmp_path: Path) -> None:
    assert [f.code for f in validate(tmp_path).findings] == ["BERKAS40"]
    assert [f.code for f in validate(tmp_path / "tidak.csv").findings] == ["BERKAS01"]


# --- the command -------------------------------------------------------------------------------------


def test_map_and_validate_on_the_command_line(office: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke
    file = tmp_path / "peta.csv"
    shown = run(main, ["map", str(office), "-o", str(file)], standalone_mode=False)
    assert shown.exit_code == 0, shown.output
    assert "MONEV!A5  Pemantauan (pemantauan): 20 baris, 104 kolom" in shown.output
    assert "Tanpa tabel yang dikenali: Cover" in shown.output and str(file) in shown.output
    head = file.read_text("utf-8-sig").splitlines()
    assert head[:3] == [";".join(mapping.COLUMNS), "tahun;;;;;2023;", f"unit;;;;;{UNIT};"]
    again = run(main, ["map", str(office), "-o", str(file)])
    assert again.exit_code != 0 and not shown.exception
    checked = run(main, ["validate", str(office), "--mapping", str(file), "--show-mapping", "--exit-zero"])
    assert "(menurut pemetaan)" in checked.output and "TIDAK SAH" in checked.output


def test_the_recognition_is_part_of_every_report(office: Path, made: Demo) -> None:
    from lokapom_xl.actions.report import FORMS

    result = validate([office, made.books[0]])
    document = FORMS["json"].render(result)
    assert '"ours": false' in document and '"ours": true' in document and '"surely": 100' in document
    page = FORMS["html"].render(result)
    assert "Pengenalan tabel" in page and "MONEV!A5" in page
    assert "Pengenalan tabel" not in FORMS["html"].render(validate(made.books[0]))
    assert document == FORMS["json"].render(validate([office, made.books[0]]))


def test_our_own_books_tell_what_was_found_too(made: Demo) -> None:
    seen = recognition_of(open_any(read_book(made.books[0])))
    assert seen.ours and {table.table for table in seen.tables} >= {"pk", "rapk", "capaian", "klaster"}


def test_a_header_of_our_own_book_that_is_misspelt(made: Demo) -> None:
    """Recognised by likeness, said as a note; what it heads is checked as ever."""
    book = read_book(made.books[0])
    sheet = book.sheets["PK"]
    place = next(p for p, c in sheet.cells.items() if c.value == "Target")
    sheet.cells[place] = sheet.cells[place]._replace(value="Targett")
    result = check_books([book], ["a"])
    assert result.valid
    assert [(f.code, f.level) for f in result.findings if f.origin.sheet == "PK"] == [("STR24", "info")]
    sheet.cells[place] = sheet.cells[place]._replace(value="Alamat")
    assert "STR04" in {f.code for f in check_books([book], ["a"]).findings}


def test_every_sheet_of_the_book_is_a_copy_of_nothing(office: Path, tmp_path: Path) -> None:
    """The annotated copy of a workbook that is not ours."""
    from lokapom_xl.actions.report import write_copies

    copy = tmp_path / "salinan.xlsx"
    shutil.copy(office, tmp_path / "asal.xlsx")
    result = validate(tmp_path / "asal.xlsx")
    write_copies(result, [tmp_path / "asal.xlsx"], copy)
    assert "Hasil Pemeriksaan" in read_book(copy).sheets
    assert (tmp_path / "asal.xlsx").read_bytes() == office.read_bytes()


def _shaken(book: Book, source: random.Random) -> Book:
    """The book with cells moved, emptied, swapped and typed over at random, and merges torn."""
    sheets = {}
    for name, sheet in book.sheets.items():
        cells = dict(sheet.cells)
        places = sorted(cells)
        for _ in range(source.randint(1, 60)):
            one, other = source.choice(places), source.choice(places)
            what = source.randrange(5)
            if what == 0:
                cells.pop(one, None)
            elif what == 1 and one in cells and other in cells:
                cells[one], cells[other] = cells[other], cells[one]
            elif what == 2:
                cells[one] = Cell(
                    source.choice(["", "-", "Target", "B07", "TOTAL", "IKSS", "1e9", "=x", NAMES[0]]), None
                )
            elif what == 3:
                cells[one] = Cell(
                    source.choice([Decimal(-1), Decimal("1E+30"), CellError("#REF!"), True, None]), None
                )
            elif one in cells:
                cells[one[0] + source.randint(0, 9), one[1] + source.randint(0, 9)] = cells[one]
        merges = [m for m in sheet.merges if source.random() > 0.3]
        sheets[name] = replace(sheet, cells=cells, merges=merges)
    return replace(book, sheets=sheets)


def shake(office: Path, seeds: Iterable[int]) -> None:
    """Validate shaken books: whatever stands in them, every check runs."""
    book = read_book(office)
    for seed in seeds:
        result = check_books([_shaken(book, random.Random(seed))], ["a"], year=YEAR)
        stopped = [f.message for f in result.findings if f.code == "STR90"]
        assert not stopped, (seed, stopped)


def test_no_content_stops_it(office: Path) -> None:
    shake(office, range(6))
