"""The official macro books: what is in the file, and that nothing of it is lost on the way."""

from __future__ import annotations

import re
import shutil
import zipfile
from decimal import Decimal
from io import StringIO
from pathlib import Path

import openpyxl
import pyopenvba
import pytest
import xlwings
from lxml import etree
from oletools.olevba import VBA_Parser
from pyopenvba import ExcelFile
from pyopenvba.cfb import CFB
from pyvbaanalysis import analyze_workbook

from lokapom_xl.actions.fill import fill
from lokapom_xl.actions.new import new
from lokapom_xl.hosts.excel import UDF_MODULE, intellisense, macro_book
from lokapom_xl.hosts.excel.buttons import BUTTONS
from lokapom_xl.hosts.excel.ribbon import CALLBACK, NAMESPACES, ribbon
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.read import read_book
from lokapom_xl.workbook.tables import official
from lokapom_xl.workbook.write import Put, save_edits

from .conftest import REPORT, sheet_part

ROOT = Path(__file__).parents[1]
MACROS = ROOT / "macros"
BOOKS = {
    kind: ROOT / "workbooks" / f"{name}-2023.xlsm"
    for kind, name in (("rapk", "RAPK"), ("efisiensi", "Efisiensi"))
}


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture(params=BOOKS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# --- the file -------------------------------------------------------------------------------------


def test_the_same_bytes_twice(kind: str, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    first = new(kind, 2023, tmp_path / "a" / "buku.xlsm")
    second = new(kind, 2023, tmp_path / "buku.xlsm")
    assert first.read_bytes() == second.read_bytes()
    assert members(first) == members(BOOKS[kind])
    with zipfile.ZipFile(first) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_excel_needs_of_the_package(kind: str) -> None:
    """The content type, the parts and what leads to them; a calculation that Excel takes as done."""
    parts = members(BOOKS[kind])
    types = parts["[Content_Types].xml"].decode()
    assert "application/vnd.ms-excel.sheet.macroEnabled.main+xml" in types
    assert "spreadsheetml.sheet.main+xml" not in types
    assert 'Extension="bin" ContentType="application/vnd.ms-office.vbaProject"' in types
    assert 'Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"' in types
    links = parts["_rels/.rels"].decode()
    for name, year in (("customUI.xml", "2006"), ("customUI14.xml", "2007")):
        link = f'http://schemas.microsoft.com/office/{year}/relationships/ui/extensibility" Target="customUI/{name}"'
        assert link in links and parts[f"customUI/{name}"] == (MACROS / "ribbon" / name).read_bytes()
    workbook = etree.fromstring(parts["xl/workbook.xml"])
    calculation = workbook.find("{*}calcPr").attrib
    assert calculation["calcId"] == "191029" and "fullCalcOnLoad" not in calculation
    assert "calcMode" not in calculation
    report = pyopenvba.check_file(str(BOOKS[kind]))
    assert report.complete and not report.issues


def test_the_sheets(kind: str) -> None:
    book = openpyxl.load_workbook(BOOKS[kind], keep_vba=True)
    plain = openpyxl.load_workbook(BOOKS[kind].with_suffix(".xlsx"))
    hidden = ["xlwings.conf", "_IntelliSense_"]
    assert book.sheetnames == [*plain.sheetnames, *hidden]
    assert [sheet.title for sheet in book if sheet.sheet_state == "hidden"] == hidden
    settings = dict(book["xlwings.conf"].values)
    assert settings["UDF MODULES"] == UDF_MODULE and settings["ADD_WORKBOOK_TO_PYTHONPATH"] == "False"
    assert settings["USE UDF SERVER"] == "True"
    assert not any("INTERPRETER" in key for key in settings), "it is another on every PC"
    tooltips = [[cell for cell in row if cell is not None] for row in book["_IntelliSense_"].values]
    assert tooltips == [[cell for cell in row if cell != ""] for row in intellisense.rows()]
    guide = [str(row[0]) for row in book["Petunjuk"].values]
    assert all(f"Tombol {button.caption}" in guide for button in BUTTONS)


def test_every_formula_has_the_value_of_the_plain_edition(kind: str) -> None:
    macro, plain = read_book(BOOKS[kind]), read_book(BOOKS[kind].with_suffix(".xlsx"))
    called = 0
    for name, sheet in plain.sheets.items():
        if name == "Petunjuk":
            continue
        for place, cell in sheet.cells.items():
            other = macro.sheets[name].cells[place]
            assert other.value == cell.value and (other.formula is None) == (cell.formula is None)
            if cell.formula is not None:
                assert other.text is not None
                called += bool(re.match(r"[A-Z]+\(", other.formula or ""))
    assert called > 50


def test_a_name_that_excel_would_not_open_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BookError) as refused:
        new("rapk", 2023, tmp_path / "buku.xls")
    assert refused.value.code == "BERKAS30" and ".xlsx atau .xlsm" in str(refused.value)


# --- VBA ------------------------------------------------------------------------------------------


def test_other_eyes_read_the_modules_that_were_written(kind: str) -> None:
    """olevba, which knows nothing of how the project was made."""
    found = {
        name.rpartition(".")[0]: text
        for _, _, name, text in VBA_Parser(str(BOOKS[kind])).extract_macros()
        if name
    }
    for name, text in macro_book.modules().items():
        # The stream of a class has neither the lines that its file starts with nor their line ends.
        assert found[name].replace("\r\n", "\n").endswith(body(text)), name
    others = {name: text for name, text in found.items() if name not in macro_book.modules()}
    assert all(re.fullmatch(r"Sheet\d+", name) for name in others)
    assert not any(line for text in others.values() for line in body(text).splitlines())


def body(text: str) -> str:
    lines = text.replace("\r\n", "\n").splitlines(keepends=True)
    start = next(
        (i for i, line in enumerate(lines) if not re.match(r"VERSION|BEGIN|  MultiUse|END|Attribute", line)),
        len(lines),
    )
    return "".join(lines[start:])


def test_the_project_is_source_alone(kind: str) -> None:
    """No compiled code of another program that Office might take in place of the source ([MS-OVBA])."""
    project = CFB.from_bytes(members(BOOKS[kind])["xl/vbaProject.bin"])
    assert project.get_stream_in_storage("VBA", "_VBA_PROJECT") == bytes.fromhex("cc61ffff000000")
    with ExcelFile(BOOKS[kind]) as book:
        assert {module.text_offset for module in book.vba_project().modules} == {0}


def test_the_modules_are_the_files_of_the_repository() -> None:
    own = {path.stem: path for path in (*MACROS.glob("*.bas"), *MACROS.glob("handwritten/*"))}
    modules = macro_book.modules()
    assert set(modules) == {*own, "xlwings", "Dictionary"}
    for name, path in own.items():
        assert modules[name] == path.read_text("ascii").replace("\n", "\r\n")
        assert path.read_text("ascii").count("Dihasilkan oleh") == (path.parent == MACROS)
    assert f'XLWINGS_VERSION As String = "{xlwings.__version__}"' in modules["xlwings"]


def test_the_books_stand_alone(kind: str) -> None:
    """No reference to an add-in, none of xlwings' paid parts."""
    with ExcelFile(BOOKS[kind]) as book:
        assert [reference.name for reference in book.references()] == ["stdole", "Office"]
    assert not any("xlwings.xlam" in text for text in macro_book.modules().values())


def test_the_licences_of_what_is_not_ours() -> None:
    licences = {path.name: path.read_text() for path in (MACROS / "licenses").glob("*.txt")}
    assert set(licences) == {"xlwings.txt", "VBA-Dictionary.txt"}
    assert "BSD 3-clause" in licences["xlwings.txt"] and "Tim Hall" in licences["VBA-Dictionary.txt"]
    modules = macro_book.modules()
    assert "BSD 3-clause" in modules["xlwings"] and "MIT" in modules["Dictionary"]


def test_the_linter_has_nothing_to_say(kind: str) -> None:
    """It knows VBA and Excel's objects, and looks at all modules together."""
    found = analyze_workbook(str(BOOKS[kind]))
    assert set(found) >= {
        "LokapomFungsi",
        "LokapomBantuan",
        "LokapomTombol",
        "LokapomMakro",
        "LokapomPython",
        "ThisWorkbook",
    }
    assert [(name, item) for name, items in found.items() for item in items if name != "xlwings"] == []


# --- buttons and ribbon ---------------------------------------------------------------------------

SCHEMA = """
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{0}" xmlns="{0}" elementFormDefault="qualified">
  <xs:simpleType name="Text"><xs:restriction base="xs:string"><xs:minLength value="1"/><xs:maxLength value="1024"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="Id"><xs:restriction base="xs:ID"><xs:minLength value="1"/><xs:maxLength value="1024"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="Size"><xs:restriction base="xs:string"><xs:enumeration value="normal"/><xs:enumeration value="large"/></xs:restriction></xs:simpleType>
  <xs:element name="customUI"><xs:complexType><xs:sequence>
    <xs:element name="ribbon"><xs:complexType><xs:sequence>
      <xs:element name="tabs"><xs:complexType><xs:sequence>
        <xs:element name="tab" maxOccurs="100"><xs:complexType><xs:sequence>
          <xs:element name="group" maxOccurs="100"><xs:complexType><xs:sequence>
            <xs:element name="button" maxOccurs="1000"><xs:complexType>
              <xs:attribute name="id" type="Id" use="required"/><xs:attribute name="label" type="Text"/>
              <xs:attribute name="size" type="Size"/><xs:attribute name="imageMso" type="Text"/>
              <xs:attribute name="onAction" type="Text"/><xs:attribute name="tag" type="Text"/>
              <xs:attribute name="screentip" type="Text"/><xs:attribute name="supertip" type="Text"/>
            </xs:complexType></xs:element>
          </xs:sequence><xs:attribute name="id" type="Id" use="required"/><xs:attribute name="label" type="Text"/></xs:complexType></xs:element>
        </xs:sequence><xs:attribute name="id" type="Id" use="required"/><xs:attribute name="label" type="Text"/></xs:complexType></xs:element>
      </xs:sequence></xs:complexType></xs:element>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>
"""
"""The part of Microsoft's schema that the ribbon uses ([MS-CUSTOMUI], [MS-CUSTOMUI2]), in our words."""


def public_subs(kind: str) -> dict[str, str]:
    """Every macro of the book that a button may run, with its arguments."""
    with ExcelFile(BOOKS[kind]) as book:
        text = "\n".join(book.vba_modules().values())
    return dict(re.findall(r"^Public Sub (\w+)\((.*)\)", text, re.MULTILINE))


@pytest.mark.parametrize("name", NAMESPACES)
def test_the_ribbon(name: str) -> None:
    schema = etree.XMLSchema(etree.fromstring(SCHEMA.format(NAMESPACES[name])))
    document = etree.parse(StringIO(ribbon(name).partition("\n")[2]))
    schema.assertValid(document)
    found = [element.attrib for element in document.iter("{*}button")]
    assert [button["tag"] for button in found] == [button.name for button in BUTTONS]
    assert public_subs("rapk")[CALLBACK] == "ByVal control As IRibbonControl"
    assert {button["onAction"] for button in found} == {CALLBACK}
    broken = etree.fromstring(etree.tostring(document).replace(b'size="large"', b'size="huge"'))
    assert not schema.validate(broken), "the schema must be able to object"


def test_every_button_has_its_macro(kind: str) -> None:
    parts = members(BOOKS[kind])
    drawings = [content.decode() for name, content in parts.items() if name.endswith(".vml")]
    subs = public_subs(kind)
    tables = official(kind, 2023).tables
    assert len(drawings) == 1 + sum(table.buttons for table in tables) <= 9
    for drawing in drawings:
        macros = re.findall(r"<x:FmlaMacro>\[0\]!(\w+)</x:FmlaMacro>", drawing)
        assert macros == [button.macro for button in BUTTONS]
        assert all(subs[macro] == "" for macro in macros)
        assert re.findall(r"<font[^>]*>([^<]*)</font>", drawing) == [button.caption for button in BUTTONS]
        etree.fromstring(drawing.encode())


def test_no_two_shapes_share_a_number() -> None:
    numbers = [
        n for content in members(BOOKS["rapk"]).values() for n in re.findall(rb'o:spid="(\w+)"', content)
    ]
    assert len(numbers) == 8 * len(BUTTONS) == len(set(numbers))


# --- round trips ----------------------------------------------------------------------------------


def test_filling_loses_nothing(tmp_path: Path) -> None:
    book = Path(shutil.copy(BOOKS["rapk"], tmp_path / "RAPK.xlsm"))
    before = members(book)
    fill(book, [REPORT / "pk_lampiran.csv", REPORT / "rapk_lampiran.csv", REPORT / "koreksi.csv"])
    after = members(book)
    assert list(after) == list(before)
    touched = {sheet for sheet in read_book(book).sheets if _changed(book, sheet, before, after)}
    assert touched == {
        *("Dasbor", "Data Dasbor", "PK", "RAPK", "Pemantauan", "Capaian", "Triwulan", "Rekap", "Rekap Uraian")
    }
    assert sum(after[name] != before[name] for name in before) == len(touched)


def _changed(book: Path, sheet: str, before: dict[str, bytes], after: dict[str, bytes]) -> bool:
    part = sheet_part(book, sheet)
    return after[part] != before[part]


def test_one_cell_changes_one_member(tmp_path: Path) -> None:
    book = Path(shutil.copy(BOOKS["efisiensi"], tmp_path / "E.xlsm"))
    sheet = next(name for name in read_book(book).sheets if name.startswith("Efisiensi"))
    before = members(book)
    save_edits(book, book, {sheet: {(7, 3): Put(Decimal("97.4"))}})
    after = members(book)
    assert [name for name in before if after[name] != before[name]] == ["xl/worksheets/sheet2.xml"]
    assert list(after) == list(before)


def test_what_openpyxl_keeps(tmp_path: Path) -> None:
    """Twice through openpyxl with `keep_vba`: VBA, buttons and both ribbons stay; the newer ribbon is no longer
    led to, so that Excel shows the older one, which is the same; stored values go."""
    source = BOOKS["rapk"]
    for name in ("satu.xlsm", "dua.xlsm"):
        openpyxl.load_workbook(source, keep_vba=True).save(tmp_path / name)
        source = tmp_path / name
    before, after = members(BOOKS["rapk"]), members(source)
    for name, content in before.items():
        if name.startswith("customUI/") or name == "xl/vbaProject.bin":
            assert after[name] == content, name
    drawings = [
        [content.count(b"FmlaMacro>[0]!") for name, content in parts.items() if name.endswith(".vml")]
        for parts in (before, after)
    ]
    assert drawings == [[len(BUTTONS)] * 8] * 2
    links = after["_rels/.rels"].decode()
    assert "customUI/customUI.xml" in links and "customUI14" not in links
    assert all(
        cell.value is None for cell in read_book(source).sheets["Capaian"].cells.values() if cell.formula
    )
