"""Reading real files: what comes out, and what is refused with which words."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from lokapom_xl.numbers import CellError
from lokapom_xl.workbook import package
from lokapom_xl.workbook.address import a1, position
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.package import open_package
from lokapom_xl.workbook.read import Cell, Sheet, Workbook, read_book
from lokapom_xl.workbook.shared_formula import SharedFormula
from lokapom_xl.workbook.sheet_xml import SheetXml

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def edit_zip(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Rewrite a package after `change` has had its members."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def replace(path: Path, member: str, old: str, new: str) -> Path:
    def change(members: dict[str, bytes]) -> None:
        assert old.encode() in members[member]
        members[member] = members[member].replace(old.encode(), new.encode())

    return edit_zip(path, change)


def with_cells(path: Path, rows: str, strings: str = "") -> Path:
    """A book whose one sheet has these rows as raw XML."""
    simple(path)

    def change(members: dict[str, bytes]) -> None:
        members[SHEET] = (
            f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/><sheetData>{rows}</sheetData></worksheet>'
        ).encode()
        if strings:
            members["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'.encode()
            rels, end = "xl/_rels/workbook.xml.rels", b"</Relationships>"
            link = b'<Relationship Id="s" Type="http://x/sharedStrings" Target="sharedStrings.xml"/>'
            members[rels] = members[rels].replace(end, link + end)

    return edit_zip(path, change)


def simple(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Data"
    book.active["A1"] = "teks"
    book.active["B2"] = 1.5
    book.active["C3"] = "=B2*2"
    book.save(path)
    return path


def code_of(path: Path) -> BookError:
    with pytest.raises(BookError) as caught:
        read_book(path)
    error = caught.value
    assert str(error) == f"{error.message} {error.remedy}"
    assert error.message.endswith(".") and error.remedy.endswith(".")
    return error


# --- what is read --------------------------------------------------------------------------------


def test_values_formulas_and_properties(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data & Hasil"
    sheet["A1"], sheet["B1"], sheet["C1"], sheet["D1"] = "teks", True, 0.1 + 0.2, "#DIV/0!"
    sheet["A2"], sheet["B2"] = 0.9993, 0.5
    sheet["A2"].number_format, sheet["B2"].number_format = "0.00%", '0.0"%"'
    sheet["C2"], sheet["D2"] = 0.25, 0.5
    sheet["C2"].number_format, sheet["D2"].number_format = "[Red]#,##0.0 %;-0%", r"0\%"
    sheet["A4"] = "=SUM(A2:B2)"
    sheet["E5"] = ArrayFormula("E5:E6", "=A2:A3*2")
    sheet.merge_cells("G1:H2")
    sheet.protection.sheet = True
    rule = DataValidation(type="list", formula1='"naik,turun"')
    rule.add("A9:A12")
    sheet.add_data_validation(rule)
    book.create_sheet("Rahasia").sheet_state = "veryHidden"
    book.create_chartsheet("Grafik")
    book.defined_names["TAHUN"] = openpyxl.workbook.defined_name.DefinedName(
        "TAHUN", attr_text="'Data & Hasil'!$A$1"
    )
    path = tmp_path / "buku.xlsx"
    book.save(path)

    found = read_book(path)
    assert list(found.sheets) == ["Data & Hasil", "Rahasia"]
    assert found.names == {"TAHUN": "'Data & Hasil'!$A$1"}
    assert len(found.sha256) == 64
    data = found.sheets["Data & Hasil"]
    assert data.protected and not data.hidden and found.sheets["Rahasia"].hidden
    assert data.merges == ["G1:H2"]
    assert data.validations[0].kind == "list" and data.validations[0].areas == "A9:A12"
    cells = data.cells
    assert cells[1, 1] == Cell("teks", None, text="teks")
    assert cells[1, 2].value is True
    assert cells[1, 3].value == Decimal("0.3")  # as Excel sees it; the file has more digits
    assert cells[1, 4].value == CellError("#DIV/0!")
    assert [cells[2, column].percent for column in (1, 2, 3, 4)] == [True, False, True, False]
    assert (cells[4, 1].formula, cells[4, 1].value, cells[4, 1].array) == ("SUM(A2:B2)", None, False)
    assert cells[5, 5].array and cells[5, 5].formula == "A2:A3*2"
    assert (9, 1) not in cells


def test_shared_formulas_are_expanded(tmp_path: Path) -> None:
    path = with_cells(
        tmp_path / "b.xlsx",
        '<row r="2"><c r="A2"><f t="shared" ref="A2:A4" si="0">B2*$C$1+LOG10(D2)</f><v>1</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/><v>2</v></c></row>'
        '<row r="4"><c r="A4"><f t="shared" si="0"/></c></row>',
    )
    cells = read_book(path).sheets["Data"].cells
    assert cells[3, 1].computed and cells[3, 1].formula == "B3*$C$1+LOG10(D3)"
    assert pickle.loads(pickle.dumps(cells[4, 1])) == Cell(None, "B4*$C$1+LOG10(D4)")


@pytest.mark.parametrize(
    "formula",
    [
        "A1+$A1+A$1+$A$1",
        "SUM(A:A)+SUM($B:C)+SUM(1:1)+SUM($2:3)",
        "SUM(B2:C$4)*'Rp A1'!B2+Data!$C3:D4&\"A1 'B2'\"",
        "Q1!A1+LOG10(A1)+ATAN2(B1,C1)+'it''s A1'!D4",
        "IF(TARGET_A1>A1.5,Tabel1[[#This Row],[A1]],[1]Lain!B2)",
        "1E5+A1%-B1^2&{1,2;3,4}",
        "_xlfn.IFS(A1>1,TRUE)+ÀA1",
    ],
)
def test_moving_a_formula_agrees_with_openpyxl(formula: str) -> None:
    shared = SharedFormula(5, 3, formula)
    for row, column in [(5, 3), (6, 3), (5, 4), (9, 30)]:
        peer = Translator("=" + formula, origin="C5").translate_formula(a1(row, column))
        assert "=" + shared.at(row, column) == peer


def test_a_reference_that_leaves_the_sheet() -> None:
    assert SharedFormula(5, 3, "A1+SUM(A1:B2)+SUM(2:3)").at(1, 1) == "#REF!+SUM(#REF!:#REF!)+SUM(#REF!)"


BOOKS = sorted((Path(__file__).parents[1] / "workbooks").rglob("*.xlsx"))


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_both_ways_to_read_a_sheet_agree(path: Path) -> None:
    workbook = Workbook(open_package(path))
    for name, part in workbook.parts.items():
        quick = list(SheetXml(workbook.package, part).quick_tokens())
        thorough = SheetXml(workbook.package, part).thorough_tokens()
        assert [token[:4] + token[5:] for token in quick] == [token[:4] + token[5:] for token in thorough]
        one, other = SheetXml(workbook.package, part), SheetXml(workbook.package, part)
        other.thorough_tokens()
        assert one.rows() == other.rows() and one.hidden_rows() == other.hidden_rows()
        assert all(one.cells(row) == other.cells(row) for row in one.rows()), name


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><!-- A --><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>',
        '<row r="1"><c s="0" r="A1"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row>",
        '<row r="1"><c><v>1</v></c></row>',
        '<row spans="1:1" r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><?x y?><v>1</v></c></row>',
        '<row r="1"><c r="A1" x="&gt;>"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>&#49;</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v><extLst><ext><c r="B1"><v>2</v></c></ext></extLst></c></row>',
    ],
)
def test_unusual_forms_say_the_same(tmp_path: Path, rows: str) -> None:
    path = with_cells(tmp_path / "b.xlsx", rows)
    assert {k: v.value for k, v in read_book(path).sheets["Data"].cells.items()} == {(1, 1): Decimal(1)}


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="1"><c r="A1"><v>&a;</v></c></row>',
        '<row r="1"><c r="A1"><v>&#0;</v></c></row>',
        '<row r="1"><c r="A1"><v>1 & 2</v></c></row>',
        '<row r="1" x="1" x="2"><c r="A1"><v>1</v></c></row>',
        '<row r="1" q:x="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</c></v></row>',
        '<row r="1"><c r="A1"><v>\x01</v></c></row>',
        '<row r="1"><c r="A1"><v>]]></v></c></row>',
    ],
)
def test_what_is_no_xml_is_refused(tmp_path: Path, rows: str) -> None:
    assert code_of(with_cells(tmp_path / "b.xlsx", rows)).code == "BERKAS11"


def test_what_else_a_sheet_says(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    sheet.append(("Nama", "Nilai"))
    sheet.append(("satu", 1))
    sheet.add_table(Table(displayName="Daftar", ref="A1:B2"))
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions.group("D", "F", hidden=True)
    sheet.conditional_formatting.add("B2:B9", CellIsRule(operator="lessThan", formula=["50"]))
    book.save(tmp_path / "b.xlsx")
    found: Sheet = read_book(tmp_path / "b.xlsx").sheets["Data"]
    assert found.tables == [("Daftar", "A1:B2", True)]
    assert found.hidden_rows == {2} and found.hidden_columns == {4, 5, 6}
    assert found.conditionals == [("cellIs", "B2:B9", ("50",))]


def test_members_of_an_array_formula_are_flagged(tmp_path: Path) -> None:
    path = with_cells(
        tmp_path / "b.xlsx",
        '<row r="1"><c r="A1"><f t="array" ref="A1:A2">B1:B2</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c><c r="B2"><v>3</v></c></row>',
    )
    cells = read_book(path).sheets["Data"].cells
    assert cells[2, 1].array and cells[2, 1].formula is None and cells[2, 1].computed
    assert not cells[2, 2].computed


def test_cells_outside_the_dimension_and_without_addresses(tmp_path: Path) -> None:
    path = with_cells(
        tmp_path / "b.xlsx",
        "<row><c><v>1</v></c><c><v>2</v></c></row>"
        '<row r="9"><c r="XFD9"><v>3</v></c></row><row><c><v>4</v></c></row>',
    )
    cells = read_book(path).sheets["Data"].cells
    assert {place: cell.value for place, cell in cells.items()} == {
        (1, 1): Decimal(1),
        (1, 2): Decimal(2),
        (9, 16384): Decimal(3),
        (10, 1): Decimal(4),
    }


def test_texts_of_every_kind(tmp_path: Path) -> None:
    path = with_cells(
        tmp_path / "b.xlsx",
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
        '<c r="C1" t="inlineStr"><is><r><t>ka</t></r><r><t>ya</t></r></is></c>'
        '<c r="D1" t="str"><f>"x"</f><v>a_x000D_b</v></c><c r="E1" t="str"><f>""</f><v></v></c>'
        '<c r="F1" t="s"/><c r="G1"><v> </v></c><c r="H1"><v>NaN</v></c></row>',
        '<si><t xml:space="preserve"> a </t></si>'
        '<si><r><t>bu</t></r><r><t>ku</t></r><rPh sb="0" eb="1"><t>X</t></rPh></si>',
    )
    cells = read_book(path).sheets["Data"].cells
    assert [cells[1, column].value for column in range(1, 6)] == [" a ", "buku", "kaya", "a\rb", ""]
    assert (1, 6) not in cells and cells[1, 8].value == CellError("#NUM!")


def test_strict_namespaces(tmp_path: Path) -> None:
    path = simple(tmp_path / "ketat.xlsx")

    def change(members: dict[str, bytes]) -> None:
        for name, content in members.items():
            content = content.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main")
            members[name] = content.replace(
                b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            )

    cells = read_book(edit_zip(path, change)).sheets["Data"].cells
    assert (
        cells[2, 2].value == Decimal("1.5") and cells[3, 3].formula == "B2*2" and cells[1, 1].value == "teks"
    )


def test_sheets_are_found_by_relationships(tmp_path: Path) -> None:
    path = simple(tmp_path / "b.xlsx")

    def change(members: dict[str, bytes]) -> None:
        members["xl/lembar/satu.xml"] = members.pop(SHEET)
        rels = "xl/_rels/workbook.xml.rels"
        members[rels] = members[rels].replace(b"/xl/worksheets/sheet1.xml", b"lembar/../lembar/satu.xml")

    assert read_book(edit_zip(path, change)).sheets["Data"].cells[2, 2].value == Decimal("1.5")


def test_addresses() -> None:
    assert position("XFD1048576") == (1_048_576, 16_384) and position("$B$7") == (7, 2)
    assert a1(7, 28) == "AB7"
    for wrong in ("XFE1", "A0", "A1048577", "a1", "A", "1", ""):
        with pytest.raises(ValueError):
            position(wrong)


# --- what is refused -----------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def zip_of(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


OPC = {"[Content_Types].xml": b"<x/>", "_rels/.rels": b"<x/>"}


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("a.xlsx", b"", "BERKAS03", "kosong"),
        ("a.xlsx", OLE, "BERKAS04", ".xls"),
        ("a.xls", OLE, "BERKAS04", ".xls"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "BERKAS05", "kata sandi"),
        ("a.xlsx", b"\xef\xbb\xbf\n<html><table>", "BERKAS06", "HTML"),
        ("a.xlsx", "<html>".encode("utf-16"), "BERKAS06", "HTML"),
        ("a.xlsx", b"No;Nama\r\n1;Obat\r\n", "BERKAS07", "CSV"),
        ("a.csv", b"No,Nama", "BERKAS07", "CSV"),
        ("a.xlsx", zip_of(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "BERKAS08", ".ods"),
        ("a.xlsx", zip_of(catatan=b"x"), "BERKAS09", "arsip ZIP"),
        ("a.xlsx", zip_of(**OPC, word__document=b"x"), "BERKAS09", "Word"),
        ("a.xlsx", b"PK\3\4" + bytes(50), "BERKAS10", "terpotong atau rusak"),
        ("a.xlsx", zip_of(**OPC, xl__workbook_=b"x"), "BERKAS11", "rusak"),
        ("a.xlsx", zip_of(**OPC, nol=bytes(3 << 20)), "BERKAS13", "mengembang"),
        ("a.xlsx", zip_of(**{**OPC, "xl/workbook.bin": b"x"}), "BERKAS15", ".xlsb"),
        ("a.xlsb", zip_of(**{**OPC, "xl/workbook.bin": b"x"}), "BERKAS15", ".xlsb"),
        ("a.xlsx", b"%PDF-1.7\n", "BERKAS18", "tidak dikenali"),
        ("a.xlsx", b"\x89PNG\r\n\x1a\n\0\0", "BERKAS18", "tidak dikenali"),
        ("a.xlsx", zip_of(**OPC, **{"../x": b""}), "BERKAS19", "tidak sah"),
        ("a.xlsx", zip_of(**OPC, x=b"1", X=b"2"), "BERKAS19", "ganda"),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, name: str, content: bytes, code: str, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    error = code_of(path)
    assert error.code == code and words in error.message
    assert os.listdir(tmp_path) == [name]


def test_missing_file_folder_and_extension(tmp_path: Path) -> None:
    assert code_of(tmp_path / "tiada.xlsx").code == "BERKAS01"
    assert code_of(tmp_path).code == "BERKAS02"
    error = code_of(simple(tmp_path / "b.xlsx").rename(tmp_path / "b.xltx"))
    assert error.code == "BERKAS16" and ".xltx" in error.message


def test_macro_book_is_accepted(tmp_path: Path) -> None:
    assert read_book(simple(tmp_path / "b.xlsx").rename(tmp_path / "B.XLSM")).sheets.keys() == {"Data"}


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = simple(tmp_path / "b.xlsx")
    monkeypatch.setattr(package, "MAX_TOTAL", 1000)
    assert code_of(path).code == "BERKAS13"
    big = tmp_path / "besar.xlsx"
    with big.open("wb") as file:
        file.truncate(package.MAX_FILE + 1)
    assert code_of(big).code == "BERKAS12"


def test_a_member_larger_than_it_declares(tmp_path: Path) -> None:
    path = simple(tmp_path / "b.xlsx")
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/workbook.xml")
    size = data.rfind(b"PK\1\2", 0, data.rfind(b"xl/workbook.xml"))
    size += 24  # where the directory declares the member's size
    assert int.from_bytes(data[size : size + 4], "little") == info.file_size
    data[size : size + 4] = (10).to_bytes(4, "little")
    path.write_bytes(data)
    assert code_of(path).code == "BERKAS10"


def test_truncated_and_damaged(tmp_path: Path) -> None:
    path = simple(tmp_path / "b.xlsx")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert code_of(path).code == "BERKAS10"
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        offset = archive.getinfo(SHEET).header_offset + 80
    path.write_bytes(whole[:offset] + bytes([whole[offset] ^ 255]) + whole[offset + 1 :])
    assert code_of(path).code == "BERKAS10"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(tmp_path: Path, encoding: str) -> None:
    path = simple(tmp_path / "b.xlsx")
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="str"><v>&a;</v></c></row></sheetData>'
        "</worksheet>"
    )
    edit_zip(path, lambda members: members.update({SHEET: text.encode(encoding)}))
    error = code_of(path)
    assert error.code == "BERKAS14" and "DTD" in error.message


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("<row", "BERKAS11"),
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', "BERKAS21"),
        ('<row r="1"><c r="AAAA1"><v>1</v></c></row>', "BERKAS21"),
        ('<row r="1048577"><c><v>1</v></c></row>', "BERKAS21"),
        ('<row r="0"><c r="A0"><v>1</v></c></row>', "BERKAS21"),
        ('<row r="1"/><row r="1"><c><v>1</v></c></row>', "BERKAS11"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>', "BERKAS11"),
        ('<row r="1"><c r="A2"><v>1</v></c></row>', "BERKAS11"),
        ('<row r="1"><c r="A1" t="s"><v>99</v></c></row>', "BERKAS25"),
        ('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>', "BERKAS25"),
        ('<row r="1"><c r="A1"><v>satu</v></c></row>', "BERKAS11"),
        ('<row r="1"><c r="A1"><f t="shared" si="7"/></c></row>', "BERKAS11"),
    ],
)
def test_broken_sheets(tmp_path: Path, rows: str, code: str) -> None:
    error = code_of(with_cells(tmp_path / "b.xlsx", rows))
    assert error.code == code and "b.xlsx" in error.message


def test_a_missing_sheet_part(tmp_path: Path) -> None:
    path = edit_zip(simple(tmp_path / "b.xlsx"), lambda members: members.pop(SHEET) and None)
    assert code_of(path).code == "BERKAS11"
