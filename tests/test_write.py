"""Writing single cells of real files: what changes, what stays, what is refused."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.worksheet.table import Table

from lokapom_xl.numbers import CellError
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.package import Package
from lokapom_xl.workbook.read import Cell, read_book
from lokapom_xl.workbook.write import Edit, Put, Store, clear_stored_values, refuse_if_locked, save_edits

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
DRAWING = "xl/drawings/drawing1.xml"
XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
ANCHOR = (
    "<xdr:from><xdr:col>6</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff>"
    "</xdr:from><xdr:to><xdr:col>8</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>3</xdr:row>"
    "<xdr:rowOff>0</xdr:rowOff></xdr:to>"
)
SHAPES = (
    f'<xdr:twoCellAnchor xmlns:xdr="{XDR}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    f'{ANCHOR}<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="9" name="Kotak Teks"/>'
    '<xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr/><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>Catatan penting'
    "</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>"
    f'<xdr:twoCellAnchor xmlns:xdr="{XDR}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    f'{ANCHOR}<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="10" name="Logo"/><xdr:cNvPicPr/></xdr:nvPicPr>'
    '<xdr:blipFill><a:blip r:embed="rIdLogo"/></xdr:blipFill><xdr:spPr/></xdr:pic><xdr:clientData/>'
    "</xdr:twoCellAnchor>"
)
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f0005"
    "0001ff5ad8a1a50000000049454e44ae426082"
)


def edit_zip(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Rewrite a package after `change` has had its members; stored, deflated and dated members mix."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = b"komentar arsip"
        for number, (name, content) in enumerate(members.items()):
            info = zipfile.ZipInfo(name, (1980 + number, 2, 3, 4, 5, 6))
            info.compress_type = zipfile.ZIP_DEFLATED if number % 3 else zipfile.ZIP_STORED
            archive.writestr(info, content)
    return path


def rich(path: Path) -> Path:
    """A book with a picture, a text box, a chart, a comment, a merge, a table and formulas."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    for row, texts in enumerate([("Nama", "Nilai"), ("satu", 1), ("dua", 2.5)], 1):
        sheet.append(texts)
        sheet.cell(row, 2).number_format = "0.00"
    sheet["C2"], sheet["C3"] = "=B2*2", "=B3*2"
    sheet["A6"] = "gabung"
    sheet.merge_cells("A6:B7")
    sheet["A1"].comment = Comment("jangan diubah", "Admin")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "E5")
    other = book.create_sheet("Tabel")
    other.append(("No", "Isi"))
    other.append((1, "x"))
    other.add_table(Table(displayName="Daftar", ref="A1:B2"))
    book.save(path)

    def change(members: dict[str, bytes]) -> None:
        drawing = members[DRAWING]
        closing = drawing.rindex(b"</")
        members[DRAWING] = drawing[:closing] + SHAPES.encode() + drawing[closing:]
        rels = "xl/drawings/_rels/drawing1.xml.rels"
        link = (
            b'<Relationship Id="rIdLogo" Target="../media/logo.png" '
            b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
        )
        members[rels] = members[rels].replace(b"</Relationships>", link)
        members["xl/media/logo.png"] = PICTURE

    return edit_zip(path, change)


def raw(path: Path, sheet: str) -> Path:
    """A book whose sheet `Data` is this XML between the tags of its root."""
    book = openpyxl.Workbook()
    book.active.title = "Data"
    book.save(path)
    content = f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>'.encode()
    return edit_zip(path, lambda members: members.update({SHEET: content}))


def sheet_xml(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(SHEET).decode()


def records(path: Path) -> dict[str, tuple[Any, ...]]:
    """Every member with its compressed bytes and what the directory says of it."""
    found = {}
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            begin = info.header_offset + 30
            begin += int.from_bytes(data[begin - 4 : begin - 2], "little")
            begin += int.from_bytes(data[info.header_offset + 28 : info.header_offset + 30], "little")
            packed = data[begin : begin + info.compress_size]
            found[info.filename] = (packed, info.CRC, info.date_time, info.compress_type, info.external_attr)
    return found


def cells_of(path: Path, sheet: str = "Data") -> dict[tuple[int, int], Cell]:
    return read_book(path).sheets[sheet].cells


def refused(
    source: Path, edits: Mapping[str, Mapping[tuple[int, int], Edit]], target: Path | None = None
) -> BookError:
    """The refusal of a save, after which every file of the folder is as it was."""
    target = target or source
    before = {item.name: hashlib.sha256(item.read_bytes()).digest() for item in target.parent.iterdir()}
    with pytest.raises(BookError) as caught:
        save_edits(source, target, edits)
    after = {item.name: hashlib.sha256(item.read_bytes()).digest() for item in target.parent.iterdir()}
    assert after == before
    assert caught.value.message.endswith(".") and caught.value.remedy.endswith(".")
    return caught.value


# --- what changes and what stays -----------------------------------------------------------------


def test_everything_else_survives_an_edit(tmp_path: Path) -> None:
    path = rich(tmp_path / "buku.xlsx")
    before, book = records(path), read_book(path)
    assert {"xl/media/logo.png", "xl/charts/chart1.xml", DRAWING} < before.keys()
    assert any("comment" in name.lower() for name in before)
    edits = {"Data": {(2, 2): Put(Decimal("95.5")), (2, 3): Store(Decimal(191))}}

    assert save_edits(path, path, edits) is True
    after = records(path)
    assert list(after) == list(before)
    assert {name for name in before if before[name] != after[name]} == {SHEET}
    assert after[SHEET][2] == before[SHEET][2]  # its date
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None and archive.comment == b"komentar arsip"
        assert b"Catatan penting" in archive.read(DRAWING)
        assert archive.read("xl/media/logo.png") == PICTURE

    cells, old = cells_of(path), book.sheets["Data"].cells
    assert cells.pop((2, 2)).value == Decimal("95.5")
    assert cells.pop((2, 3)) == Cell(Decimal(191), "B2*2", text="191")
    assert cells == {place: cell for place, cell in old.items() if place not in ((2, 2), (2, 3))}
    again = openpyxl.load_workbook(path)["Data"]
    assert again["B2"].number_format == "0.00" and again["C2"].value == "=B2*2"
    assert again["A1"].comment.text == "jangan diubah"


def test_an_identical_save_changes_nothing(tmp_path: Path) -> None:
    path = rich(tmp_path / "buku.xlsx")
    edits = {"Data": {(2, 2): Put(Decimal("7.25")), (2, 3): Store(Decimal("14.5")), (3, 1): Put("=1+1")}}
    assert save_edits(path, path, edits)
    content, status = path.read_bytes(), path.stat()
    assert save_edits(path, path, edits) is False
    assert path.read_bytes() == content
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (status.st_mtime_ns, status.st_ino)


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    source = rich(tmp_path / "buku.xlsx")
    first, second = tmp_path / "satu.xlsx", tmp_path / "dua.xlsx"
    for target in (first, second):
        assert save_edits(source, target, {"Data": {(2, 2): Put(Decimal(3)), (20, 4): Put("baru")}})
    assert first.read_bytes() == second.read_bytes()
    assert save_edits(source, first, {"Data": {(2, 2): Put(Decimal(3)), (20, 4): Put("baru")}}) is False


def test_nothing_to_change_copies_to_another_target(tmp_path: Path) -> None:
    source = rich(tmp_path / "buku.xlsx")
    target = tmp_path / "salinan.xlsx"
    assert save_edits(source, target, {"Data": {(2, 2): Put(Decimal(1))}}) is True
    assert target.read_bytes() == source.read_bytes()
    assert save_edits(source, target, {}) is False


def test_stored_values_compare_by_fifteen_digits_and_entries_exactly(tmp_path: Path) -> None:
    path = raw(
        tmp_path / "b.xlsx",
        '<sheetData><row r="1"><c r="A1"><v>0.30000000000000004</v></c>'
        '<c r="B1"><f>0.1+0.2</f><v>0.30000000000000004</v></c></row></sheetData>',
    )
    assert save_edits(path, path, {"Data": {(1, 2): Store(Decimal("0.3"))}}) is False
    assert save_edits(path, path, {"Data": {(1, 1): Put(Decimal("0.30000000000000004"))}}) is False
    assert save_edits(path, path, {"Data": {(1, 1): Put(Decimal("0.3"))}}) is True
    assert cells_of(path)[1, 1].text == "0.3" and cells_of(path)[1, 2].text == "0.30000000000000004"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.1", "0.1"),
        ("1.50", "1.5"),
        ("100", "100"),
        ("1E+2", "100"),
        ("-0.00", "0"),
        ("5410540000.00", "5410540000"),
        ("12345678901234567.25", "12345678901234567.25"),
        ("1.5E+300", "1.5E+300"),
        ("-2E-300", "-2E-300"),
    ],
)
def test_numbers(tmp_path: Path, value: str, text: str) -> None:
    path = rich(tmp_path / "b.xlsx")
    save_edits(path, path, {"Data": {(2, 1): Put(Decimal(value)), (2, 3): Store(Decimal(value))}})
    cells = cells_of(path)
    assert (cells[2, 1].text, cells[2, 3].text) == (text, text)


@pytest.mark.parametrize(
    "value",
    [
        "biasa",
        "=1+1",
        "+62",
        "-5",
        "@x",
        " spasi ",
        "a\nb\tc\r",
        "\x07\x0b",
        "_x000D_",
        "_x0041_x0042_",
        "<&>\"'",
        "😀",
        "",
        "-",
    ],
)
def test_texts_come_back_as_they_were(tmp_path: Path, value: str) -> None:
    path = rich(tmp_path / "b.xlsx")
    save_edits(path, path, {"Data": {(2, 2): Put(value), (2, 3): Store(value), (30, 30): Put(value)}})
    cells = cells_of(path)
    assert [cells[place].value for place in ((2, 2), (2, 3), (30, 30))] == [value] * 3
    assert cells[2, 2].formula is None and cells[2, 3].formula == "B2*2"
    assert sheet_xml(path).count("<f>") == 2


def test_truth_values_errors_and_nothing(tmp_path: Path) -> None:
    path = rich(tmp_path / "b.xlsx")
    error = CellError("#DIV/0!")
    save_edits(
        path,
        path,
        {"Data": {(2, 1): Put(True), (2, 2): Put(error), (2, 3): Store(False), (3, 3): Store(error)}},
    )
    cells = cells_of(path)
    assert (cells[2, 1].value, cells[2, 2].value) == (True, error)
    assert (cells[2, 3].value, cells[3, 3].value) == (False, error)
    style = read_book(path).sheets["Data"]
    assert style.cells[2, 3].formula == "B2*2"
    save_edits(
        path, path, {"Data": {(2, 1): Put(None), (2, 2): Put(None), (2, 3): Store(None), (40, 1): Put(None)}}
    )
    cells = cells_of(path)
    assert (2, 1) not in cells and (2, 2) not in cells and (40, 1) not in cells
    assert (cells[2, 3].value, cells[2, 3].formula) == (None, "B2*2")
    assert openpyxl.load_workbook(path)["Data"]["B2"].number_format == "0.00"


def test_one_is_not_true(tmp_path: Path) -> None:
    path = raw(tmp_path / "b.xlsx", '<sheetData><row r="1"><c r="A1" t="b"><v>1</v></c></row></sheetData>')
    assert save_edits(path, path, {"Data": {(1, 1): Put(Decimal(1))}}) is True
    assert cells_of(path)[1, 1].value == Decimal(1) and cells_of(path)[1, 1].value is not True


def test_new_cells_and_rows_stand_in_order(tmp_path: Path) -> None:
    path = raw(
        tmp_path / "b.xlsx",
        '<dimension ref="B2:D4"/><cols><col min="5" max="6" width="9" style="3"/></cols><sheetData>'
        '<row r="2" s="1" customFormat="1" spans="2:4"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c></row>'
        '<row r="4" spans="2:4"><c r="B4"><v>3</v></c></row></sheetData>',
    )
    places = [(2, 3), (2, 1), (3, 5), (4, 6), (1, 1), (9, 2)]
    save_edits(path, path, {"Data": {place: Put(Decimal(8)) for place in places}})
    assert sheet_xml(path) == (
        f'<worksheet xmlns="{MAIN}"><dimension ref="A1:F9"/>'
        '<cols><col min="5" max="6" width="9" style="3"/></cols><sheetData>'
        '<row r="1"><c r="A1"><v>8</v></c></row>'
        '<row r="2" s="1" customFormat="1"><c r="A2" s="1"><v>8</v></c><c r="B2"><v>1</v></c>'
        '<c r="C2" s="1"><v>8</v></c><c r="D2"><v>2</v></c></row>'
        '<row r="3"><c r="E3" s="3"><v>8</v></c></row>'
        '<row r="4"><c r="B4"><v>3</v></c><c r="F4" s="3"><v>8</v></c></row>'
        '<row r="9"><c r="B9"><v>8</v></c></row></sheetData></worksheet>'
    )


def test_only_the_content_of_the_cell_changes(tmp_path: Path) -> None:
    path = raw(
        tmp_path / "b.xlsx",
        '<sheetData><row r="1"><c r="A1" s="0" vm="1" cm="1" t="str" ph="1"><v>x</v><extLst/></c>'
        '<c r="B1" cm="1" vm="2"><f t="array" ref="B1">A1</f><v>1</v></c><!-- catatan --></row></sheetData>',
    )
    save_edits(path, path, {"Data": {(1, 1): Put("y"), (1, 2): Store("z")}})
    assert (
        '<row r="1"><c r="A1" s="0" ph="1" t="inlineStr"><is><t>y</t></is><extLst/></c>'
        '<c r="B1" cm="1" t="str"><f t="array" ref="B1">A1</f><v>z</v></c><!-- catatan --></row>'
    ) in sheet_xml(path)


def test_strict_book_and_macro_book(tmp_path: Path) -> None:
    strict = raw(tmp_path / "b.xlsm", '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>')

    def change(members: dict[str, bytes]) -> None:
        for name in members:
            members[name] = members[name].replace(
                MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main"
            )

    edit_zip(strict, change)
    save_edits(strict, strict, {"Data": {(1, 1): Put("teks"), (2, 2): Put(Decimal(2))}})
    cells = cells_of(strict)
    assert cells[1, 1].value == "teks" and cells[2, 2].value == Decimal(2)


def test_members_with_data_descriptors_are_copied(tmp_path: Path) -> None:
    path = rich(tmp_path / "b.xlsx")
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}

    class Stream:
        """A file that cannot seek, so that sizes follow the data."""

        def __init__(self, name: Path) -> None:
            self.file = name.open("wb")

        def write(self, data: bytes) -> int:
            return self.file.write(data)

        def flush(self) -> None:
            self.file.flush()

    stream = Stream(path)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            archive.writestr(name, content)
    stream.file.close()
    before = records(path)
    save_edits(path, path, {"Data": {(2, 2): Put(Decimal(4))}})
    after = records(path)
    assert {name for name in before if before[name] != after[name]} == {SHEET}
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None


def test_clear_stored_values(tmp_path: Path) -> None:
    path = raw(
        tmp_path / "b.xlsx",
        '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B2" si="0">A1</f>'
        '<v>1</v></c></row><row r="2"><c r="B2"><f t="shared" si="0"/><v>2</v></c><c r="C2" t="str">'
        '<f t="array" ref="C2:C3">A1:A2</f>'
        '<v>q</v></c></row><row r="3"><c r="C3"><v>5</v></c></row></sheetData>',
    )
    target = tmp_path / "kosong.xlsx"
    assert clear_stored_values(path, target)
    assert {place: (cell.text, cell.formula) for place, cell in cells_of(target).items()} == {
        (1, 1): ("1", None),
        (1, 2): (None, "A1"),
        (2, 2): (None, "A2"),
        (2, 3): (None, "A1:A2"),
    }
    assert 't="str"' not in sheet_xml(target)


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "place", "edit", "code", "words"),
    [
        ("Lain", (1, 1), Put("x"), "TULIS01", "lembar “Lain” tidak ada"),
        ("Data", (2, 3), Put("x"), "TULIS02", "sel Data!C2 berisi rumus"),
        ("Data", (2, 2), Store("x"), "TULIS03", "sel Data!B2 tidak berisi rumus"),
        ("Data", (50, 2), Store(None), "TULIS03", "sel Data!B50"),
        ("Data", (7, 2), Put("x"), "TULIS04", "sel Data!B7 bagian dari sel gabungan A6"),
        ("Data", (2, 1), Put("x" * 32_768), "TULIS07", "32768 karakter"),
        ("Data", (2, 1), Put("😀" * 16_384), "TULIS07", "32768 karakter"),
        ("Data", (2, 1), Put(Decimal("NaN")), "TULIS09", "sel Data!A2"),
        ("Data", (2, 1), Put(Decimal("1E+400")), "TULIS09", "sel Data!A2"),
        ("Data", (2, 3), Store(CellError("#SALAH")), "TULIS09", "sel Data!C2"),
        ("Data", (2, 1), Put("\ud800"), "TULIS09", "sel Data!A2"),
        ("Data", (0, 1), Put("x"), "TULIS10", "di luar"),
        ("Data", (1, 16_385), Put("x"), "TULIS10", "di luar"),
        ("Tabel", (1, 2), Put("x"), "TULIS16", "sel Tabel!B1 judul kolom tabel"),
    ],
)
def test_refused_edits(
    tmp_path: Path, sheet: str, place: tuple[int, int], edit: Edit, code: str, words: str
) -> None:
    error = refused(rich(tmp_path / "b.xlsx"), {"Data": {(3, 2): Put(Decimal(9))}, sheet: {place: edit}})
    assert error.code == code and words in error.message


def test_edges_of_what_is_accepted(tmp_path: Path) -> None:
    path = rich(tmp_path / "b.xlsx")
    edits = {
        "Data": {(6, 1): Put("jangkar"), (2, 1): Put("x" * 32_767), (1_048_576, 16_384): Put("ujung")},
        "Tabel": {(2, 2): Put("isi")},
    }
    assert save_edits(path, path, edits)
    assert cells_of(path)[1_048_576, 16_384].value == "ujung" and cells_of(path, "Tabel")[2, 2].value == "isi"


ARRAYS = (
    '<sheetData><row r="1"><c r="A1"><f t="array" ref="A1:A3">B1:B3</f><v>1</v></c>'
    '<c r="D1"><f t="shared" ref="D1:D2" si="0">B1</f><v>1</v></c></row>'
    '<row r="2"><c r="A2"><v>2</v></c><c r="D2"><f t="shared" si="0"/><v>1</v></c></row>'
    '<row r="5"><c r="E5"><f t="dataTable" ref="E5:F6" dt2D="1" dtr="1" r1="A1" r2="A2"/><v>0</v></c></row>'
    "</sheetData>"
)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ((1, 1), "TULIS05"),
        ((2, 1), "TULIS05"),
        ((3, 1), "TULIS05"),
        ((6, 6), "TULIS05"),
        ((1, 4), "TULIS06"),
        ((2, 4), "TULIS02"),
    ],
)
def test_refused_formulas(tmp_path: Path, place: tuple[int, int], code: str) -> None:
    assert refused(raw(tmp_path / "b.xlsx", ARRAYS), {"Data": {place: Put(Decimal(1))}}).code == code


def test_stored_values_of_shared_and_array_formulas(tmp_path: Path) -> None:
    path = raw(tmp_path / "b.xlsx", ARRAYS)
    places = [(1, 1), (2, 1), (3, 1), (1, 4), (2, 4)]
    assert save_edits(path, path, {"Data": {place: Store(Decimal(7)) for place in places}})
    cells = cells_of(path)
    assert all(cells[place].value == Decimal(7) for place in places)
    assert cells[2, 4].formula == "B2" and cells[3, 1].array


def test_signed_book(tmp_path: Path) -> None:
    path = rich(tmp_path / "b.xlsx")
    edit_zip(path, lambda members: members.update({"_xmlsignatures/origin.sigs": b""}))
    error = refused(path, {"Data": {(2, 2): Put(Decimal(5))}})
    assert error.code == "TULIS08" and "tanda tangan" in str(error)


def test_pivot_table(tmp_path: Path) -> None:
    path = rich(tmp_path / "b.xlsx")

    def change(members: dict[str, bytes]) -> None:
        pivot = f'<pivotTableDefinition xmlns="{MAIN}"><location ref="H1:I4"/></pivotTableDefinition>'
        members["xl/pivotTables/p.xml"] = pivot.encode()
        rels = "xl/worksheets/_rels/sheet1.xml.rels"
        link = (
            b'<Relationship Id="p" Type="http://x/pivotTable" Target="../pivotTables/p.xml"/></Relationships>'
        )
        members[rels] = members[rels].replace(b"</Relationships>", link)

    assert refused(edit_zip(path, change), {"Data": {(3, 8): Put("x")}}).code == "TULIS16"


def test_no_workbook_leaves_no_file(tmp_path: Path) -> None:
    source = tmp_path / "a.xlsx"
    source.write_bytes(b"No;Nama")
    assert refused(source, {}, tmp_path / "b.xlsx").code == "BERKAS07"


def test_another_extension(tmp_path: Path) -> None:
    path = rich(tmp_path / "b.xlsx")
    assert refused(path, {"Data": {(2, 2): Put(Decimal(5))}}, tmp_path / "b.xlsm").code == "TULIS15"


# --- the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lock", "program"),
    [
        ("~$laporan-2023.xlsx", "Excel"),
        ("~$poran-2023.xlsx", "Excel"),
        (".~lock.laporan-2023.xlsx#", "LibreOffice"),
    ],
)
def test_an_open_book(tmp_path: Path, lock: str, program: str) -> None:
    path = rich(tmp_path / "laporan-2023.xlsx")
    refuse_if_locked(path)
    (tmp_path / lock).touch()
    error = refused(path, {"Data": {(2, 2): Put(Decimal(5))}})
    assert error.code == "TULIS11" and f"sedang dibuka di {program}" in error.message and lock in error.remedy
    with pytest.raises(BookError):
        refuse_if_locked(path)
    assert save_edits(path, tmp_path / "lain.xlsx", {"Data": {(2, 2): Put(Decimal(5))}})


def test_the_lock_of_another_book(tmp_path: Path) -> None:
    path = rich(tmp_path / "1-laporan.xlsx")
    rich(tmp_path / "laporan.xlsx")
    (tmp_path / "~$laporan.xlsx").touch()
    refuse_if_locked(path)


def test_read_only_target(tmp_path: Path) -> None:
    path = rich(tmp_path / "b.xlsx")
    path.chmod(0o444)
    error = refused(path, {"Data": {(2, 2): Put(Decimal(5))}})
    assert error.code == "TULIS12" and "hanya-baca" in error.message
    assert save_edits(path, path, {"Data": {(2, 2): Put(Decimal(1))}}) is False
    target = tmp_path / "baru.xlsx"
    assert save_edits(path, target, {"Data": {(2, 2): Put(Decimal(5))}})
    assert target.stat().st_mode & 0o777 == 0o644


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "terkunci"
    folder.mkdir()
    path = rich(folder / "b.xlsx")
    folder.chmod(0o555)
    try:
        assert refused(path, {"Data": {(2, 2): Put(Decimal(5))}}).code == "TULIS13"
    finally:
        folder.chmod(0o755)
    with pytest.raises(BookError) as caught:
        save_edits(path, tmp_path / "tiada" / "b.xlsx", {"Data": {(2, 2): Put(Decimal(5))}})
    assert caught.value.code == "TULIS13"
    directory = tmp_path / "folder.xlsx"
    directory.mkdir()
    with pytest.raises(BookError) as caught:
        save_edits(path, directory, {"Data": {(2, 2): Put(Decimal(5))}})
    assert caught.value.code == "TULIS12"


def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    path = rich(tmp_path / "b.xlsx")
    path.chmod(0o640)
    link = tmp_path / "tautan.xlsx"
    link.symlink_to(path)
    assert save_edits(link, link, {"Data": {(2, 2): Put(Decimal(5))}})
    assert link.is_symlink() and path.stat().st_mode & 0o777 == 0o640
    assert cells_of(path)[2, 2].value == Decimal(5)


def test_a_failing_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = rich(tmp_path / "b.xlsx")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for function in ("fsync", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, function, full)
            error = refused(path, {"Data": {(2, 2): Put(Decimal(5))}})
        assert error.code == "TULIS18" and "No space left" in error.message


@pytest.mark.parametrize("fault", ["value", "neighbour", "frame", "member"])
def test_a_wrong_result_never_takes_the_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    path = rich(tmp_path / "b.xlsx")
    honest = Package.rebuilt

    def faulty(package: Any, new: Mapping[str, bytes]) -> bytes:
        content = dict(new)
        old, bad = {
            "value": (b"<v>5</v>", b"<v>6</v>"),
            "neighbour": (b"<v>2.5</v>", b"<v>2.6</v>"),
            "frame": (b"A6:B7", b"A6:B8"),
            "member": (b"", b""),
        }[fault]
        assert old in content[SHEET]
        content[SHEET] = content[SHEET].replace(old, bad) if old else content[SHEET]
        if fault == "member":
            content["xl/styles.xml"] = package.read("xl/styles.xml") + b" "
        return honest(package, content)

    monkeypatch.setattr(Package, "rebuilt", faulty)
    assert refused(path, {"Data": {(2, 2): Put(Decimal(5))}}).code == "TULIS14"


def test_an_unreadable_result_never_takes_the_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = rich(tmp_path / "b.xlsx")
    monkeypatch.setattr(Package, "rebuilt", lambda package, new: package.data[:-30])
    assert refused(path, {"Data": {(2, 2): Put(Decimal(5))}}).code == "TULIS14"


@pytest.mark.parametrize(("area", "code"), [("A:A", "BERKAS11"), ("A1:XFE9", "BERKAS21"), ("", "BERKAS11")])
def test_a_senseless_merge(tmp_path: Path, area: str, code: str) -> None:
    path = raw(tmp_path / "b.xlsx", f'<sheetData/><mergeCells><mergeCell ref="{area}"/></mergeCells>')
    assert refused(path, {"Data": {(1, 1): Put("x")}}).code == code


def test_a_target_changed_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = rich(tmp_path / "b.xlsx")
    honest = Package.rebuilt

    def slow(package: Any, new: Mapping[str, bytes]) -> bytes:
        path.write_bytes(b"milik orang lain")
        return honest(package, new)

    monkeypatch.setattr(Package, "rebuilt", slow)
    with pytest.raises(BookError) as caught:
        save_edits(path, path, {"Data": {(2, 2): Put(Decimal(5))}})
    assert caught.value.code == "TULIS17"
    assert path.read_bytes() == b"milik orang lain" and os.listdir(tmp_path) == ["b.xlsx"]
