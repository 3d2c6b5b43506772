"""new, fill and compute on real files: what is written, what is left alone, what is refused."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import stat
import sys
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from lokapom_xl.actions.compute import compute
from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.fill import fill
from lokapom_xl.actions.new import new
from lokapom_xl.actions.validate import check_books
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.read import Book, Cell, read_book
from lokapom_xl.workbook.tables import official
from lokapom_xl.workbook.write import Put, save_edits

from .conftest import REPORT, place, sheet_part

D = Decimal


def value(path: Path, where: str) -> object:
    sheet, row, column = place(where)
    cell = read_book(path).sheets[sheet].cells.get((row, column))
    return cell.value if cell else None


def put(path: Path, where: str, content: Decimal | str) -> None:
    sheet, row, column = place(where)
    save_edits(path, path, {sheet: {(row, column): Put(content)}})


# --- what the books hold -------------------------------------------------------------------------


def test_a_reader_that_does_not_calculate_sees_the_numbers(made: Demo) -> None:
    sheet = openpyxl.load_workbook(made.books[0], data_only=True)["Capaian"]
    formulas = openpyxl.load_workbook(made.books[0])["Capaian"]
    assert [sheet["K7"].value, sheet["N7"].value, sheet["O7"].value] == [100.81, 100.81, "Sangat Baik"]
    assert str(formulas["K7"].value).startswith("=IF(")
    for path in made.books[:2]:
        for page in read_book(path).sheets.values():
            for where, cell in page.cells.items():
                assert cell.formula is None or cell.value is not None, (page.name, where)


_OF_RANGES = ("AVERAGE(", "SUM(", "COUNT(", "COUNTIF(", "MAX(", "MATCH(")


def test_formulas_in_cells_are_scalar(made: Demo) -> None:
    """Ranges stand only in means, totals and lookups of sheet Aturan."""
    for path in made.books[:2]:
        for page in read_book(path).sheets.values():
            for where, cell in page.cells.items():
                assert not cell.array, where
                if cell.formula and ":" in cell.formula:
                    assert any(name in cell.formula for name in _OF_RANGES), cell.formula


def test_the_book_is_a_good_form(made: Demo) -> None:
    book = openpyxl.load_workbook(made.books[0])
    last = "Data Dasbor"
    assert book.sheetnames == [
        "Petunjuk",
        *(name for name in dict.fromkeys(t.sheet for t in official("rapk", 2023).tables) if name != last),
        "Rekap",
        "Rekap Uraian",
        last,
        "Aturan",
    ]
    one_page = {"Dasbor", "PK", "RAPK", "Riwayat", "Renstra", "Klaster Realisasi", "Usulan Target"}
    assert book.sheetnames[:6] == ["Petunjuk", "Dasbor", "PK", "RAPK", "Pemantauan", "Capaian"]
    assert {"TAHUN", "ATURAN_TAHUN", "NAMA_UNIT", "BATAS_CAPAIAN", "KRITERIA_BATAS"} <= set(
        book.defined_names
    )
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape" and int(sheet.page_setup.paperSize) == 9
        assert sheet.page_setup.fitToWidth == 1
        assert sheet.page_setup.fitToHeight == (sheet.title in one_page)
        protection = sheet.protection
        assert protection.sheet and not protection.password
        assert not protection.insertRows and not protection.formatCells  # False: allowed
    monitoring = book["Pemantauan"]
    assert monitoring.print_title_rows == "$5:$6" and monitoring.freeze_panes == "D7"
    assert monitoring.max_row == 6 + 12 * 20
    entry, computed = monitoring["E7"], monitoring["H7"]
    assert not entry.protection.locked and computed.protection.locked
    assert entry.fill.start_color.rgb != computed.fill.start_color.rgb
    kinds = {check.type for check in monitoring.data_validations.dataValidation}
    assert kinds == {"custom", "list"}


def test_the_udf_edition_is_in_the_layout(tmp_path: Path) -> None:
    from lokapom_xl.workbook.template import build_official

    build_official("rapk", tmp_path / "u.xlsx", 2023, 2023, edition="udf")
    sheet = openpyxl.load_workbook(tmp_path / "u.xlsx")["Capaian"]
    assert sheet["K7"].value == "=CAPAIAN(F7,J7)"
    assert sheet["O7"].value == "=KRITERIA(N7,ATURAN_TAHUN)"
    assert sheet["N12"].value == "=NPS(N7:N11)"
    assert sheet["J23"].value == "=REALISASI(G23,H23,50,I23)"
    assert sheet["N39"].value == "=NPS((N13,N28,N38))"


def test_bands_on_sheet_aturan_are_inclusive_lower_bounds(made: Demo) -> None:
    sheet = openpyxl.load_workbook(made.books[0])["Aturan"]
    table = {sheet.cell(r, 2).value: sheet.cell(r, 1).value for r in range(1, 40)}
    assert table["Istimewa"] == 100.01 and table["Sangat Baik"] == 100.01
    assert table["Butuh Perbaikan"] == 70


# --- saving --------------------------------------------------------------------------------------


def test_a_second_fill_and_compute_change_no_byte(rapk: Path) -> None:
    before = (rapk.read_bytes(), rapk.stat().st_mtime_ns)
    sources = [
        REPORT / name for name in ("pk_lampiran.csv", "rapk_lampiran.csv", "capaian.csv", "koreksi.csv")
    ]
    report = fill(rapk, sources)
    assert not report.changes and report.unchanged > 200
    assert not compute(rapk).changes
    assert (rapk.read_bytes(), rapk.stat().st_mtime_ns) == before


def test_compute_follows_a_changed_entry(rapk: Path) -> None:
    put(rapk, "PK!D6", D("92.24"))
    report = compute(rapk)
    assert value(rapk, "Capaian!K7") == D(100)
    assert value(rapk, "Capaian!O7") == "Baik"
    assert {sheet for sheet, *_ in report.changes} == {
        "Capaian",
        "Pemantauan",
        "Riwayat",
        "Klaster",
        "Dasbor",
        "Data Dasbor",
        "Rekap",
    }


def test_an_error_in_an_entry_propagates_and_is_stored(rapk: Path) -> None:
    put(rapk, "PK!D6", D(0))
    compute(rapk)
    cells = [value(rapk, f"Capaian!{c}7") for c in "KLNO"] + [value(rapk, "Capaian!N39")]
    assert {str(c) for c in cells} == {"#DIV/0!"}


def test_not_yet_measured_is_skipped_and_counted(rapk: Path) -> None:
    for where in ("Capaian!G7", "Capaian!H7"):
        put(rapk, where, "-")
    compute(rapk)
    assert [value(rapk, f"Capaian!{c}7") for c in "JKLNO"] == ["-"] * 5
    assert value(rapk, "Capaian!Q12") == D(1) and value(rapk, "Capaian!Q39") == D(1)
    mean = value(rapk, "Capaian!N12")
    assert isinstance(mean, Decimal) and mean < 100


def test_output_leaves_the_source_alone(rapk: Path, tmp_path: Path) -> None:
    before = rapk.read_bytes()
    put(copy := Path(shutil.copy(rapk, tmp_path / "c.xlsx")), "PK!D6", D(90))
    compute(copy, tmp_path / "out.xlsx")
    assert value(tmp_path / "out.xlsx", "Capaian!F7") == D(90)
    assert value(copy, "Capaian!F7") == D("91.5")
    assert rapk.read_bytes() == before


def _with_drawings(path: Path) -> dict[str, bytes]:
    """Give a book what staff add by hand: a comment, a chart, a picture and a text box; return the parts."""
    from openpyxl.chart import BarChart, Reference
    from openpyxl.comments import Comment

    book = openpyxl.load_workbook(path)
    sheet = book["Efisiensi"]
    sheet["C7"].comment = Comment("Lihat surat tugas", "Petugas")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=9, min_row=7, max_row=26))
    sheet.add_chart(chart, "N3")
    book.save(path)
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
        "08d763f8cfc000000301010018dd8db00000000049454e44ae426082"
    )
    shape = (
        '<xdr:twoCellAnchor xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        "<xdr:from><xdr:col>13</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>20</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
        "<xdr:to><xdr:col>16</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>24</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
        "{}<xdr:clientData/></xdr:twoCellAnchor>"
    )
    text_box = shape.format(
        '<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="9" name="Kotak"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
        '<xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/>'
        "<a:p><a:r><a:t>Catatan kepala</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    )
    picture = shape.format(
        '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="10" name="Logo"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
        '<a:blip r:embed="rIdLogo"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>'
    )
    with zipfile.ZipFile(path) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    drawing = "xl/drawings/drawing1.xml"
    end = parts[drawing].rindex(b"</")
    parts[drawing] = parts[drawing][:end] + (text_box + picture).encode() + parts[drawing][end:]
    relations = "xl/drawings/_rels/drawing1.xml.rels"
    link = (
        b'<Relationship Id="rIdLogo" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        b'Target="../media/image1.png"/>'
    )
    end = parts[relations].rindex(b"</")
    parts[relations] = parts[relations][:end] + link + parts[relations][end:]
    parts["xl/media/image1.png"] = png
    types = parts["[Content_Types].xml"]
    end = types.rindex(b"</")
    parts["[Content_Types].xml"] = (
        types[:end] + b'<Default Extension="png" ContentType="image/png"/>' + types[end:]
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return parts


def test_what_staff_added_by_hand_survives_fill(
    made: Demo, tmp_path: Path, convert: Callable[..., list[Path]]
) -> None:
    path = tmp_path / "E.xlsx"
    new("efisiensi", 2023, path)
    before = _with_drawings(path)
    fill(path, [REPORT / "efisiensi.csv", REPORT / "koreksi.csv", made.books[0]])
    with zipfile.ZipFile(path) as package:
        after = {info.filename: package.read(info) for info in package.infolist()}
    assert after.keys() == before.keys()
    touched = {name for name in after if after[name] != before[name]}
    assert touched == {sheet_part(path, "Efisiensi"), sheet_part(path, "Rekap")}, touched
    for mark in (b"Catatan kepala", b"rIdLogo"):
        assert mark in after["xl/drawings/drawing1.xml"]
    assert b"Lihat surat tugas" in after["xl/comments/comment1.xml"]
    assert value(path, "Efisiensi!I27") == D("1.04")
    convert([path], "pdf")  # opens in a real spreadsheet program


@pytest.mark.parametrize("installed", [True, False])
def test_foreign_formulas_never_keep_a_stale_value(
    rapk: Path, monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    if not installed:
        monkeypatch.setitem(sys.modules, "formualizer", None)
    with zipfile.ZipFile(rapk) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    name = sheet_part(rapk, "PK")
    cell = b'<c r="F2"><f>C28*2</f><v>11346712000</v></c></row>'
    row = parts[name].index(b"</row>", parts[name].index(b'<row r="2"'))
    parts[name] = parts[name][:row] + cell + parts[name][row + len(b"</row>") :]
    with zipfile.ZipFile(rapk, "w", zipfile.ZIP_DEFLATED) as package:
        for part, data in parts.items():
            package.writestr(part, data)
    kept = D(11346712000)
    assert value(rapk, "PK!F2") == kept
    assert compute(rapk).uncomputed == []  # nothing changed, nothing can be stale
    source = rapk.with_name("nama.csv")
    source.write_text("nama_sel,isi\nPK_NAMA,Kepala Baru\n", encoding="utf-8")
    report = fill(rapk, [source], overwrite=True)
    assert report.computed is not None and report.computed.uncomputed == []  # it hangs on other cells
    assert value(rapk, "PK!F2") == kept
    source.write_text("nama_sel,isi\nPK_ANGGARAN,2000\n", encoding="utf-8")
    done = fill(rapk, [source], overwrite=True).computed
    assert done is not None
    if installed:
        assert done.evaluated == ["PK!F2"] and value(rapk, "PK!F2") == D(4000)
    else:
        assert done.uncomputed == ["PK!F2"] and value(rapk, "PK!F2") is None


def with_formulas(path: Path, formulas: dict[str, str]) -> None:
    """Formulas that somebody typed in a program which stores their values as well."""
    book = openpyxl.load_workbook(path)
    for where, formula in formulas.items():
        sheet, _, cell = where.rpartition("!")
        book[sheet][cell] = formula
    book.save(path)


def test_typed_formulas_in_official_cells_count(
    rapk: Path, recalculate: Callable[[Sequence[Path]], list[Book]]
) -> None:
    """A formula of somebody in a computed cell is evaluated, and so is what the book makes of it."""
    with_formulas(rapk, {"Capaian!K7": "=MIN(110,ROUND(G7/F7*100,1))", "PK!G2": "=Capaian!K7+Capaian!L7"})
    report = compute(rapk)
    assert report.uncomputed == [] and {"Capaian!K7", "PK!G2"} <= set(report.evaluated)
    mine, (theirs,) = read_book(rapk), recalculate([rapk])
    for sheet in mine.sheets.values():
        for spot, cell in sheet.cells.items():
            if cell.formula:
                other = theirs.sheets[sheet.name].cells[spot].value
                same = cell.value == other
                if isinstance(cell.value, Decimal) and isinstance(other, Decimal):
                    same = abs(cell.value - other) <= abs(other) * D("1e-12")
                assert same, (sheet.name, spot, cell, other)


def test_a_change_by_another_program_is_noticed(rapk: Path) -> None:
    """A program that does not calculate changes an entry; then our own stored results give it away."""
    formulas = {"PK!F2": "=Capaian!G7*2", "PK!F3": "=C28*2"}
    with_formulas(rapk, formulas)
    compute(rapk)
    before = [value(rapk, cell) for cell in formulas]
    assert isinstance(before[0], Decimal)
    put(rapk, "Capaian!G7", D("91.25"))
    assert [value(rapk, cell) for cell in formulas] == before
    report = compute(rapk)
    assert report.evaluated == ["PK!F2"]
    assert [value(rapk, cell) for cell in formulas] == [D("182.5"), before[1]]


def test_a_formula_in_an_entry_is_refused(rapk: Path) -> None:
    book = openpyxl.load_workbook(rapk)
    book["Capaian"]["G7"] = "=100+7"
    book.save(rapk)
    before = rapk.read_bytes()
    with pytest.raises(BookError, match="Capaian!G7 adalah sel isian") as caught:
        compute(rapk)
    assert caught.value.code == "ISI13" and rapk.read_bytes() == before


def test_rows_sorted_by_staff_keep_their_formulas(rapk: Path) -> None:
    """The order of the rows of an SS says nothing; its mean is of the same cells."""
    book = read_book(rapk)
    cells = book.sheets["Capaian"].cells
    swap = {7: 8, 8: 7}
    moved = {(swap.get(r, r), c): cell for (r, c), cell in cells.items() if r in swap}
    for (row, column), cell in moved.items():
        formula = cell.formula
        if formula is not None:
            formula = re.sub(rf"\b([A-Z]){swap[row]}\b", rf"\g<1>{row}", formula)
        cells[row, column] = Cell(cell.value, formula)
    result = check_books([book], ["buku"])
    found = {x.origin.sheet for x in result.findings if x.code in ("FRM02", "HIT01", "HIT04")}
    # Sheets beside it refer to its cells, where now another indicator stands: that must be said.
    assert found == {"Riwayat", "Renstra", "Usulan Target", "Klaster Realisasi", "Data Dasbor"}


def test_a_typed_over_formula_counts_as_the_sheet_counts_it(rapk: Path) -> None:
    book = openpyxl.load_workbook(rapk)
    book["Capaian"]["K7"] = 99
    book.save(rapk)
    report = compute(rapk)
    assert report.typed == ["Capaian!K7"]
    assert value(rapk, "Capaian!L7") == D(99)


def test_dry_run_lists_cells_and_writes_nothing(rapk: Path, tmp_path: Path) -> None:
    source = _csv(tmp_path / "pk.csv", REPORT / "pk_lampiran.csv", {("Nilai AKIP UPT", "target"): "80"})
    before = rapk.read_bytes()
    report = fill(rapk, [source], overwrite=True, dry_run=True)
    assert [(c.sheet, c.cell, c.old, c.new) for c in report.changes] == [("PK", "D22", D("82.2"), D(80))]
    assert rapk.read_bytes() == before


# --- sources -------------------------------------------------------------------------------------


def _csv(path: Path, source: Path, edits: dict[tuple[str, str], str]) -> Path:
    """A copy of a shipped table with some cells (row name, column) changed."""
    with source.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for (name, column), text in edits.items():
        row = next(r for r in rows if name in r.values())
        row[column] = text
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_json_source(tmp_path: Path) -> None:
    book = tmp_path / "r.xlsx"
    new("rapk", 2023, book)
    with (REPORT / "pk_lampiran.csv").open(newline="", encoding="utf-8") as file:
        rows = [{"indikator": r["indikator"], "target": float(r["target"])} for r in csv.DictReader(file)]
    (tmp_path / "data.json").write_text(json.dumps({"pk": rows}), encoding="utf-8")
    report = fill(book, [tmp_path / "data.json"])
    assert len(report.changes) == 20 and value(book, "PK!D6") == D("91.5")


def test_csv_as_excel_writes_it_in_an_indonesian_locale(tmp_path: Path) -> None:
    """Semicolons between the fields, because the comma is the decimal sign; a byte order mark."""
    book = tmp_path / "r.xlsx"
    new("rapk", 2023, book)
    with (REPORT / "pk_lampiran.csv").open(newline="", encoding="utf-8") as file:
        rows = [[r["indikator"], r["target"].replace(".", ",")] for r in csv.DictReader(file)]
    with (tmp_path / "target.csv").open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=";").writerows([["Indikator Kinerja", "Target"], *rows])
    fill(book, [tmp_path / "target.csv"])
    assert value(book, "PK!D6") == D("91.5")


def test_another_book_as_source(rapk: Path, tmp_path: Path) -> None:
    book = tmp_path / "r.xlsx"
    new("rapk", 2023, book)
    fill(book, [rapk])
    for where in ("Capaian!N39", "Pemantauan!I186", "RAPK!O27", "Capaian!R23"):
        assert value(book, where) == value(rapk, where)


def test_named_cells_are_filled_but_a_typed_name_is_kept(rapk: Path, tmp_path: Path) -> None:
    source = tmp_path / "nama.csv"
    source.write_text("nama_sel,isi\nPK_NAMA,Kepala Baru\n", encoding="utf-8")
    _refused(rapk, [source], "ISI09", ["PK!", "Winanto", "--overwrite"])
    fill(rapk, [source], overwrite=True)
    empty = tmp_path / "k.xlsx"
    new("rapk", 2023, empty)
    assert len(fill(empty, [source]).changes) == 1  # the dotted line of an empty book is no value
    source.write_text("nama_sel,isi\nTAHUN,2022\n", encoding="utf-8")
    _refused(rapk, [source], "SUMBER13", ["TAHUN", "PK_NAMA"])


def test_other_rules_are_visible_on_every_sheet(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    new("rapk", 2024, path, rules_of=2023)
    book = openpyxl.load_workbook(path)
    for name in ("Petunjuk", "PK", "RAPK", "Pemantauan", "Capaian"):
        texts = [str(c.value) for row in book[name].iter_rows(max_row=3) for c in row if c.value]
        assert any("memakai aturan tahun 2023" in t for t in texts), name


# --- bad input: one line, where and what to do, nothing changed on disk -----------------------------


def _wrong_type(folder: Path, book: Path) -> list[Path]:
    target = folder / "a.xlsx"
    target.write_text("bukan buku", encoding="utf-8")
    return [target]


def _missing_sheet(folder: Path, book: Path) -> None:
    content = openpyxl.load_workbook(book)
    del content["Capaian"]
    content.save(book)


def _missing_column(folder: Path, book: Path) -> None:
    content = openpyxl.load_workbook(book)
    content["PK"]["D5"] = "Entah"
    content.save(book)


def _text_in_number(folder: Path, book: Path) -> None:
    put(book, "PK!D6", "sembilan")


def _ambiguous(folder: Path, book: Path) -> None:
    put(book, "PK!D6", "30.000")


def _percent(folder: Path, book: Path) -> None:
    content = openpyxl.load_workbook(book)
    content["PK"]["D6"].number_format = "0.00%"
    content["PK"]["D6"] = 0.915
    content.save(book)


def _duplicate(folder: Path, book: Path) -> None:
    put(book, "PK!C7", "Persentase Obat yang memenuhi syarat")


def _unknown(folder: Path, book: Path) -> None:
    put(book, "PK!C7", "Persentase Makanan yang memenuhi sarat")


def _wrong_year(folder: Path, book: Path) -> None:
    put(book, "Petunjuk!B6", D(2024))


def _no_year(folder: Path, book: Path) -> None:
    put(book, "Petunjuk!B5", "tahun ini")


def _read_only(folder: Path, book: Path) -> None:
    put(book, "PK!D6", D(90))
    book.chmod(stat.S_IRUSR)


def _open_in_excel(folder: Path, book: Path) -> None:
    (folder / f"~${book.name}").write_bytes(b"\x07Petugas")


def _foreign_book(folder: Path, book: Path) -> None:
    content = openpyxl.Workbook()
    content.save(book)


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (_missing_sheet, "STR12", ["Capaian", "tidak ditemukan", "lokapom-xl new"]),
        (_missing_column, "STR12", ["PK", "kolom", "Target"]),
        (_text_in_number, "ISI02", ["PK!D6", "sembilan", "Ketik ulang"]),
        (_ambiguous, "ISI02", ["PK!D6", "30.000"]),
        (_percent, "ISI06", ["PK!D6", "91,5 poin"]),
        (_duplicate, "STR12", ["PK!C7", "sudah ada di “C6”"]),
        (_unknown, "STR12", ["PK!C7", "Mungkin maksudnya “Persentase Makanan yang memenuhi syarat”"]),
        (_wrong_year, "ATR01", ["2024", "--rules-of"]),
        (_no_year, "STR06", ["TAHUN", "Petunjuk"]),
        (_read_only, "TULIS12", ["hanya-baca"]),
        (_open_in_excel, "TULIS11", ["sedang dibuka"]),
        (_foreign_book, "STR01", ["bukan buku RAPK atau Efisiensi"]),
    ],
)
def test_bad_book(
    rapk: Path, tmp_path: Path, spoil: Callable[[Path, Path], None], code: str, words: list[str]
) -> None:
    spoil(tmp_path, rapk)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    for action in (lambda: compute(rapk), lambda: fill(rapk, [REPORT / "pk_lampiran.csv"], overwrite=True)):
        with pytest.raises(BookError) as caught:
            action()
        assert caught.value.code == code, caught.value
        message = str(caught.value)
        assert "\n" not in message and all(word in message for word in words), message
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    ("edits", "code", "words"),
    [
        (
            {("Nilai AKIP UPT", "target"): "30.000"},
            "ISI03",
            ["pk.csv baris 17 kolom target", "30.000 atau 30"],
        ),
        ({("Nilai AKIP UPT", "target"): "delapan"}, "ISI02", ["pk.csv baris 17", "delapan"]),
        (
            {("Nilai AKIP UPT", "indikator"): "Nilai AKIB UPT"},
            "SUMBER08",
            ["Mungkin maksudnya “Nilai AKIP UPT”"],
        ),
        (
            {("Nilai AKIP UPT", "indikator"): "Persentase Obat yang memenuhi syarat"},
            "SUMBER06",
            ["baris 17", "sudah ada di baris 2"],
        ),
        ({("Nilai AKIP UPT", "target"): "80"}, "ISI09", ["PK!D22", "82,2", "--overwrite"]),
    ],
)
def test_bad_source(
    rapk: Path, tmp_path: Path, edits: dict[tuple[str, str], str], code: str, words: list[str]
) -> None:
    source = _csv(tmp_path / "pk.csv", REPORT / "pk_lampiran.csv", edits)
    _refused(rapk, [source], code, words)


def _refused(book: Path, sources: list[Path], code: str, words: list[str], month: int = 0) -> None:
    before = book.read_bytes()
    with pytest.raises(BookError) as caught:
        fill(book, sources, month)
    assert caught.value.code == code, caught.value
    message = str(caught.value)
    assert "\n" not in message and all(word in message for word in words), message
    assert book.read_bytes() == before


def test_bad_sources_of_other_kinds(rapk: Path, efisiensi: Path, made: Demo, tmp_path: Path) -> None:
    _refused(rapk, [REPORT / "tidak-ada.csv"], "SUMBER01", ["tidak-ada.csv"])
    _refused(rapk, [REPORT / "pk_bab2.csv"], "SUMBER07", ["pangan fortifikasi", "pk_bab2.csv"])
    _refused(rapk, [REPORT / "predikat.csv"], "SUMBER05", ["predikat.csv", "npss"])
    _refused(rapk, [REPORT / "capaian.csv"], "SUMBER12", ["0", "90", "koreksi"])
    _refused(efisiensi, [made.books[0], REPORT / "efisiensi.csv"], "SUMBER12", ["94", "90", "RAPK-2023.xlsx"])
    (tmp_path / "kosong.csv").write_text("", encoding="utf-8")
    _refused(rapk, [tmp_path / "kosong.csv"], "SUMBER04", ["kosong.csv"])
    (tmp_path / "rusak.json").write_text("{", encoding="utf-8")
    _refused(rapk, [tmp_path / "rusak.json"], "SUMBER04", ["rusak.json"])
    (tmp_path / "data.txt").write_text("x", encoding="utf-8")
    _refused(rapk, [tmp_path / "data.txt"], "SUMBER02", ["data.txt"])
    stale = tmp_path / "koreksi.csv"
    stale.write_text(
        "tabel,baris,kolom,tercetak,dipakai,alasan\npk_lampiran,Nilai AKIP UPT,target,80,81,uji\n",
        encoding="utf-8",
    )
    _refused(rapk, [REPORT / "pk_lampiran.csv", stale], "SUMBER03", ["82.2", "80"])
    ratio = _csv(
        tmp_path / "capaian.csv",
        REPORT / "capaian.csv",
        {("IKSS1", "realisasi"): "93", ("IKSS5", "target"): "90"},
    )
    _refused(rapk, [ratio], "SUMBER10", ["93", "92,24"])
    other = tmp_path / "lain.xlsx"
    new("rapk", 2024, other, rules_of=2023)
    _refused(rapk, [other], "SUMBER11", ["2024", "2023"])


def test_an_existing_other_file_is_never_replaced(rapk: Path, efisiensi: Path) -> None:
    before = efisiensi.read_bytes()
    for action in (
        lambda: compute(rapk, efisiensi),
        lambda: fill(rapk, [REPORT / "pk_lampiran.csv"], output=efisiensi),
    ):
        with pytest.raises(BookError) as caught:
            action()
        assert caught.value.code == "BERKAS31"
    assert efisiensi.read_bytes() == before


def test_the_demonstration_spares_a_persons_books(tmp_path: Path) -> None:
    from lokapom_xl.actions.demo import demo

    own = tmp_path / "RAPK-2023.xlsx"
    own.write_bytes(b"milik orang lain")
    with pytest.raises(BookError) as caught:
        demo(tmp_path)
    assert caught.value.code == "BERKAS31" and own.read_bytes() == b"milik orang lain"


def test_a_book_without_its_rules_is_not_computed(rapk: Path) -> None:
    book = openpyxl.load_workbook(rapk)
    del book["Aturan"]
    book.save(rapk)
    before = rapk.read_bytes()
    with pytest.raises(BookError, match="tidak menunjuk lembar Aturan"):
        compute(rapk)
    assert rapk.read_bytes() == before


def test_a_unit_is_text(tmp_path: Path) -> None:
    new("efisiensi", 2023, tmp_path / "e.xlsx", unit="=1+1")
    cell = read_book(tmp_path / "e.xlsx").sheets["Petunjuk"].cells[7, 2]
    assert (cell.value, cell.formula) == ("=1+1", None)
    with pytest.raises(BookError) as caught:
        new("efisiensi", 2023, tmp_path / "f.xlsx", unit="a\x01b")
    assert caught.value.code == "BERKAS34"


def test_new_refuses(tmp_path: Path) -> None:
    existing = tmp_path / "ada.xlsx"
    existing.write_bytes(b"catatan")
    for path, code in (
        (existing, "BERKAS31"),
        (tmp_path / "x.xls", "BERKAS30"),
        (tmp_path / "f" / "x.xlsx", "BERKAS32"),
    ):
        with pytest.raises(BookError) as caught:
            new("rapk", 2023, path)
        assert caught.value.code == code
    with pytest.raises(BookError, match="--rules-of"):
        new("rapk", 2024, tmp_path / "y.xlsx")
    assert existing.read_bytes() == b"catatan" and os.listdir(tmp_path) == ["ada.xlsx"]
