"""Annotated copies: what is marked is marked, and everything else is as it was."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.styles import Border, Side

from lokapom_xl.actions.build import repository
from lokapom_xl.numbers import CellError
from lokapom_xl.workbook.added_sheet import free_name
from lokapom_xl.workbook.address import a1
from lokapom_xl.workbook.annotate import Annotated, Mark, Marks, NewCell, NewSheet, annotate
from lokapom_xl.workbook.cell_comments import comment_texts
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.package import open_package
from lokapom_xl.workbook.read import Cell, read_book

from .bench.foreign import raw_members
from .conftest import Convert
from .everything import _ORDER as ORDER
from .everything import FEATURES, HOST, Feature, Parts, everything, evidence
from .test_write import edit_zip

D = Decimal
RAPK = repository() / "workbooks" / "contoh" / "RAPK-2023.xlsx"
RESULTS = "Hasil Pemeriksaan"
RED, AMBER = "FFC7CE", "FFEB9C"
NOTE = "HIT01 capaian-tidak-sama\nTertulis 1 & “2” <b>, seharusnya 3."


def results(link: str, name: str = RESULTS) -> NewSheet:
    head = [NewCell(text, "header") for text in ("No", "Tingkat", "Sel", "Penjelasan")]
    row = [NewCell(D(1)), NewCell("galat", fill=RED), NewCell(link, link=link), NewCell(NOTE * 3, "wrapped")]
    return NewSheet(name, (6, 12, 20, 60), [[NewCell("Hasil", "title")], [], head, row])


# --- books of several programs -------------------------------------------------------------------


def by_xlsxwriter(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        money = book.add_format({"num_format": "#,##0.00", "border": 1, "bold": True, "font_color": "white"})
        money.set_bg_color("#1F3864")
        sheet.write("A1", "nama")
        sheet.write("B2", 1234.5, money)
        sheet.write_formula("C2", "=B2*2", None, 2469)
        sheet.merge_range("A6:C7", "gabung", money)
        sheet.write_comment("A1", "dari orang", {"author": "Admin", "visible": True})
        sheet.write_comment("D9", "lain")
        sheet.insert_button("F2", {"caption": "Hitung", "macro": "hitung"})
        sheet.set_header("&L&G", {"image_left": str(_picture(path.parent))})
        sheet.set_row(20, None, book.add_format({"italic": True}))
        sheet.set_column("H:H", 10, money)
        sheet.conditional_format("B2:B9", {"type": "cell", "criteria": ">", "value": 1, "format": money})
        sheet.data_validation("C5", {"validate": "list", "source": ["ya", "tidak"]})
        other = book.add_worksheet("Lembar kedua's")
        other.write("B2", "isi")
        other.write_comment("B2", "di lembar kedua")
        book.add_chartsheet("Grafik").set_chart(_chart(book))
    return path


def _picture(folder: Path) -> Path:
    from .test_write import PICTURE

    (folder / "logo.png").write_bytes(PICTURE)
    return folder / "logo.png"


def _chart(book: Any) -> Any:
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=Data!$B$2:$B$3"})
    return chart


def by_openpyxl(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    sheet["A1"], sheet["B2"], sheet["C2"] = "nama", 1234.5, "=B2*2"
    sheet["B2"].number_format, sheet["B2"].border = "#,##0.00", Border(top=Side("thin"))
    sheet["A6"] = "gabung"
    sheet.merge_cells("A6:C7")
    sheet["A1"].comment = Comment("dari orang", "Admin")
    book.create_sheet("Lembar kedua's")["B2"] = "isi"
    book.save(path)
    return path


MARKS: Marks = {
    "Data": {
        (1, 1): Mark(AMBER, NOTE),  # has a comment
        (2, 2): Mark(RED, NOTE),
        (2, 3): Mark(RED),  # a formula
        (7, 3): Mark(RED, "di gabungan"),  # its first cell is A6
        (6, 1): Mark(None, "juga"),
        (21, 5): Mark(RED, "sel yang tidak ada"),
        (30, 8): Mark(RED, "sel dan baris yang tidak ada"),
        (5, 5): Mark(),  # nothing
    },
    "Lembar kedua's": {(3, 3): Mark(None, NOTE)},
}


@dataclass(frozen=True)
class Copied:
    before: Path
    after: Path
    marks: Marks
    result: Annotated
    changed: set[str] = field(default_factory=set)


def copied(book: Path, marks: Marks, *sheets: NewSheet) -> Copied:
    target = book.with_name(f"{book.stem}-bertanda{book.suffix}")
    return Copied(book, target, marks, annotate(book, target, marks, sheets))


def rapk_marks(count: int) -> Marks:
    marks: dict[str, dict[tuple[int, int], Mark]] = {}
    for name in ("Capaian", "Pemantauan"):
        cells = [place for place, cell in read_book(RAPK).sheets[name].cells.items() if cell.computed]
        marks[name] = {place: Mark(RED, NOTE) for place in sorted(cells)[: count // 2]}
    return marks


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory, convert: Convert) -> dict[str, Copied]:
    """Books of four programs with marks, by program."""
    folder = tmp_path_factory.mktemp("tanda")
    writer, model = by_xlsxwriter(folder / "xlsxwriter.xlsx"), by_openpyxl(folder / "openpyxl.xlsx")
    office = convert([writer])[0].rename(folder / "libreoffice.xlsx")
    rapk = folder / "RAPK.xlsx"
    rapk.write_bytes(RAPK.read_bytes())
    books = {"xlsxwriter": writer, "openpyxl": model, "libreoffice": office}
    made = {name: copied(path, MARKS, results("Data!B2")) for name, path in books.items()}
    made["rapk"] = copied(rapk, rapk_marks(500), results("Capaian!H7"))
    return made


ALL = pytest.mark.parametrize("program", ["xlsxwriter", "openpyxl", "libreoffice", "rapk"])


def homes(copy: Copied) -> dict[str, dict[tuple[int, int], Mark]]:
    """The marks where they are to be found: those of the merged area at its first cell."""
    found = {sheet: {p: m for p, m in cells.items() if m != Mark()} for sheet, cells in copy.marks.items()}
    if "Data" in found:
        del found["Data"][7, 3]
        found["Data"][6, 1] = Mark(RED, "juga\ndi gabungan")
    return found


# --- what is marked --------------------------------------------------------------------------------


@ALL
def test_marks_and_the_new_sheet_are_found_by_openpyxl(copies: dict[str, Copied], program: str) -> None:
    copy = copies[program]
    assert copy.result == Annotated(True, (RESULTS,), ())
    before, after = openpyxl.load_workbook(copy.before), openpyxl.load_workbook(copy.after)
    for sheet, marks in homes(copy).items():
        for place, mark in marks.items():
            old, new = before[sheet].cell(*place), after[sheet].cell(*place)
            if mark.fill:
                assert (new.fill.fill_type, new.fill.fgColor.rgb) == ("solid", f"FF{mark.fill}")
            if old.coordinate not in (
                "E21",
                "H30",
                "XFD1048576",
            ):  # openpyxl knows no look of cells that are not there
                looks = [
                    (cell.number_format, repr(cell.border), cell.font.b, cell.font.sz, repr(cell.alignment))
                    for cell in (old, new)
                ]
                assert looks[0] == looks[1]
            if mark.comment and old.comment:
                assert new.comment.text == f"{old.comment.text}\nlokapom-xl: {mark.comment}"
                assert new.comment.author == old.comment.author
            elif mark.comment:
                assert (new.comment.text, new.comment.author) == (mark.comment, "lokapom-xl")
    assert after.sheetnames == [*before.sheetnames, RESULTS]
    sheet = after[RESULTS]
    link = "Capaian!H7" if program == "rapk" else "Data!B2"
    name, _, cell = link.partition("!")
    assert sheet["C4"].value == link and sheet["C4"].hyperlink.location == f"'{name}'!{cell}"
    assert [sheet[cell].value for cell in ("A1", "A4", "D4")] == ["Hasil", 1, NOTE * 3]
    assert sheet["B4"].fill.fgColor.rgb == f"FF{RED}" and sheet["D4"].alignment.wrap_text
    assert sheet["A3"].font.b and sheet.freeze_panes == "A4" and sheet.auto_filter.ref == "A3:D4"
    assert sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0 and sheet.print_title_rows == "$3:$3"
    assert sheet.column_dimensions["D"].width == 60


def test_a_new_cell_looks_like_its_row_or_column(copies: dict[str, Copied]) -> None:
    sheet = openpyxl.load_workbook(copies["xlsxwriter"].after)["Data"]
    assert sheet["E21"].font.i and sheet["H30"].number_format == "#,##0.00" and sheet["H30"].border.left.style
    assert {sheet[cell].fill.fgColor.rgb for cell in ("E21", "H30")} == {f"FF{RED}"}


def test_white_letters_become_black_on_a_light_colour(copies: dict[str, Copied]) -> None:
    before, after = (openpyxl.load_workbook(p)["Data"] for p in _paths(copies["xlsxwriter"]))
    assert (before["B2"].font.color.rgb, after["B2"].font.color.rgb) == ("FFFFFFFF", "FF000000")
    assert repr(after["A1"].font) == repr(before["A1"].font)


def _paths(copy: Copied) -> tuple[Path, Path]:
    return copy.before, copy.after


def test_libreoffice_opens_the_copies(copies: dict[str, Copied], convert: Convert) -> None:
    for path in convert([copy.after for copy in copies.values()], "pdf"):
        assert path.read_bytes().startswith(b"%PDF-") and path.stat().st_size > 5_000


# --- what stays ------------------------------------------------------------------------------------


def changed_members(before: Path, after: Path) -> tuple[set[str], set[str]]:
    """The members that were changed, and those that are new."""
    old, new = raw_members(before), raw_members(after)
    assert list(new)[: len(old)] == list(old)
    return {name for name in old if old[name] != new[name]}, new.keys() - old.keys()


@ALL
def test_values_and_formulas_stay(copies: dict[str, Copied], program: str) -> None:
    before, after = (read_book(path) for path in _paths(copies[program]))
    added = after.sheets.pop(RESULTS)
    assert (after.sheets, after.names) == (before.sheets, before.names)
    assert added.cells[4, 1] == Cell(D(1), None, text="1")


COMMON = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
TOUCHED = {
    "xlsxwriter": (
        {"xl/worksheets/sheet1.xml", "xl/comments1.xml", "xl/comments2.xml"}
        | {"xl/drawings/vmlDrawing1.vml", "xl/drawings/vmlDrawing3.vml"},
        {"xl/worksheets/sheet3.xml"},
    ),
    "openpyxl": (
        {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"}
        | {"xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml"},
        {"xl/worksheets/sheet3.xml", "xl/worksheets/_rels/sheet2.xml.rels"}
        | {"xl/comments1.xml", "xl/drawings/vmldrawing1.vml"},
    ),
    "rapk": (
        {"xl/worksheets/sheet5.xml", "xl/worksheets/sheet6.xml"},
        {f"xl/worksheets/_rels/sheet{n}.xml.rels" for n in (5, 6)}
        | {"ADDED", "xl/comments1.xml", "xl/comments2.xml"}
        | {"xl/drawings/vmldrawing1.vml", "xl/drawings/vmldrawing2.vml"},
    ),
}


@pytest.mark.parametrize("program", TOUCHED)
def test_all_other_members_are_the_same_bytes(copies: dict[str, Copied], program: str) -> None:
    changed, new = TOUCHED[program]
    before, after = _paths(copies[program])
    added = f"xl/worksheets/sheet{len(read_book(before).sheets) + 1}.xml"
    new = {added if name == "ADDED" else name for name in new}
    assert changed_members(before, after) == (changed | COMMON, new)


@ALL
def test_formats_are_added_at_the_end(copies: dict[str, Copied], program: str) -> None:
    texts = []
    for path in _paths(copies[program]):
        with zipfile.ZipFile(path) as archive:
            texts.append(archive.read("xl/styles.xml").decode())
    for name, item in (("fonts", "font"), ("fills", "fill"), ("borders", "border"), ("cellXfs", "xf")):
        lists = [re.search(rf'<{name} count="(\d+)"[^>]*>(.*?)</{name}>', text, re.DOTALL) for text in texts]
        assert lists[0] and lists[1] and lists[1][2].startswith(lists[0][2])
        assert int(lists[1][1]) == len(re.findall(rf"<{item}[ >/]", lists[1][2]))
    rest = [re.sub(r"<(fonts|fills|borders|cellXfs).*?</\1>", "", text, flags=re.DOTALL) for text in texts]
    assert rest[0] == rest[1]


@ALL
def test_the_children_of_sheets_keep_the_order_of_the_schema(copies: dict[str, Copied], program: str) -> None:
    parts = Parts(copies[program].after.read_bytes())
    for name in parts.members:
        if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
            tags = [etree.QName(child).localname for child in parts.tree(name)]
            known = [tag for tag in tags if tag in ORDER["worksheet"]]
            assert known == sorted(known, key=ORDER["worksheet"].index)
    tags = [etree.QName(child).localname for child in parts.tree("xl/workbook.xml")]
    assert tags == sorted(tags, key=ORDER["workbook"].index)


def test_buttons_and_boxes_of_others_stay(copies: dict[str, Copied]) -> None:
    texts = []
    for path in _paths(copies["xlsxwriter"]):
        with zipfile.ZipFile(path) as archive:
            texts.append(archive.read("xl/drawings/vmlDrawing1.vml").decode())
    before, after = (
        [_sized(shape) for shape in re.findall("<v:shape .*?</v:shape>", text, re.DOTALL)] for text in texts
    )
    assert after[: len(before)] == before and len(after) == len(before) + 4
    assert sum('ObjectType="Button"' in shape for shape in after) == 1
    identities = re.findall(r'id="(_x0000_s\d+)"', texts[1])
    assert len(identities) == len(set(identities)) == len(after)
    assert all("visibility:hidden" in shape for shape in after[len(before) :])
    boxes = [_ANCHOR_OF_A1.findall(text) for text in texts]
    assert len(boxes[0]) == len(boxes[1]) == 1  # the box of the comment that got a paragraph
    assert int(boxes[1][0].split(",")[6]) > int(boxes[0][0].split(",")[6])


_ANCHOR_OF_A1 = re.compile(
    "<x:Anchor>([^<]*)</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>0</x:Row><x:Column>0</x:Column>"
)


def _sized(shape: str) -> str:
    return re.sub("<x:Anchor>[^<]*", "<x:Anchor>", shape) if "<x:Row>0</x:Row>" in shape else shape


def test_shape_numbers_are_used_once_in_a_book(copies: dict[str, Copied]) -> None:
    found = []
    for path in _paths(copies["xlsxwriter"]):
        with zipfile.ZipFile(path) as archive:
            texts = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".vml")]
        found.append([re.findall(r'"_x0000_s(\d+)"', text) for text in texts])
        blocks = [re.findall(r'<o:idmap [^>]*data="([^"]*)"', text)[0].split(",") for text in texts]
    new = [number for old, now in zip(*found, strict=True) for number in now[len(old) :]]
    old = {number for numbers in found[0] for number in numbers}
    assert len(new) == len(set(new)) == 5 and not old & set(new)
    for numbers, known in zip(found[1], blocks, strict=True):
        assert {int(number) // 1024 for number in numbers} == set(map(int, known))


# --- a book with everything --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Copied:
    book = everything(tmp_path_factory.mktemp("semua") / "semua.xlsm")
    marks = {
        HOST: {
            (111, 28): Mark(RED, NOTE),  # a comment
            (112, 28): Mark(RED, NOTE),  # a comment with a thread
            (114, 29): Mark(AMBER, NOTE),  # a member of an array
            (1, 1): Mark(AMBER, NOTE),  # a row that is not there
        }
    }
    return copied(book, marks, results(f"{HOST}!B2"))


GROWN = {"comments", "local names", "theme and styles"}
"""Features to whose members something is added; what was there is looked at by other tests."""


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_features_stay(full: Copied, feature: Feature) -> None:
    before, after = (evidence(Parts(path.read_bytes()), HOST, feature) for path in _paths(full))
    if feature.name in GROWN:
        assert len(after) >= len(before) and after != before
        assert feature.name != "local names" or after[: len(before)] == before
    else:
        assert after == before


@pytest.mark.filterwarnings("ignore:.*xtension is not supported")  # openpyxl, of what it drops
def test_a_thread_is_left_alone(full: Copied) -> None:
    assert full.result.uncommented == ((HOST, (112, 28)),)
    before, after = (openpyxl.load_workbook(path, keep_vba=True)[HOST] for path in _paths(full))
    assert after["AB112"].comment.text == before["AB112"].comment.text
    assert after["AB111"].comment.text == f"{before['AB111'].comment.text}\nlokapom-xl: {NOTE}"
    assert {after[cell].fill.fgColor.rgb for cell in ("AB111", "AB112")} == {f"FF{RED}"}
    assert after["AC114"].comment.text == NOTE


def test_texts_that_xml_cannot_hold(tmp_path: Path) -> None:
    book, note = by_openpyxl(tmp_path / "buku.xlsx"), "_x0041_ \x07 \t&amp;"
    annotate(book, tmp_path / "salinan.xlsx", {"Data": {(1, 1): Mark(None, note), (1, 2): Mark(None, note)}})
    package = open_package(tmp_path / "salinan.xlsx")
    texts = comment_texts(package, "xl/worksheets/sheet1.xml")
    assert texts == {(1, 1): f"dari orang\nlokapom-xl: {note}", (1, 2): note}


# --- files -------------------------------------------------------------------------------------------


def test_equal_calls_give_equal_bytes_and_a_second_one_writes_nothing(tmp_path: Path) -> None:
    marks, sheets = rapk_marks(500), [results("Capaian!H7")]
    start = time.process_time()
    assert annotate(RAPK, tmp_path / "a.xlsx", marks, sheets).written
    assert time.process_time() - start < 0.5
    assert annotate(RAPK, tmp_path / "b.xlsx", marks, sheets).written
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert not annotate(RAPK, tmp_path / "a.xlsx", marks, sheets).written
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_nothing_to_mark_is_a_plain_copy(tmp_path: Path) -> None:
    assert annotate(RAPK, tmp_path / "a.xlsx", {"Capaian": {(1, 1): Mark()}}) == Annotated(True, (), ())
    assert (tmp_path / "a.xlsx").read_bytes() == RAPK.read_bytes()


def test_an_annotated_copy_can_be_annotated(tmp_path: Path) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    marks = {"Capaian": {(7, 8): Mark(RED, "pertama")}}
    annotate(RAPK, first, marks, [results("Capaian!H7")])
    result = annotate(first, second, marks, [results("Hasil Pemeriksaan!A1")])
    assert result.sheets == ("Hasil Pemeriksaan (2)",)
    book = openpyxl.load_workbook(second)
    assert book["Capaian"]["H7"].comment.text == "pertama\nlokapom-xl: pertama"
    assert book["Hasil Pemeriksaan (2)"]["C4"].hyperlink.location == "'Hasil Pemeriksaan'!A1"
    names = [sheet.defined_names for sheet in book.worksheets[-2:]]
    assert all(sheet.print_title_rows == "$3:$3" for sheet in book.worksheets[-2:]), names


@pytest.mark.parametrize(
    ("wanted", "taken", "expected"),
    [
        ("Hasil", [], "Hasil"),
        ("Hasil", ["HASIL", "hasil (2)"], "Hasil (3)"),
        ("a/b:c[1]*?\\", [], "a_b_c_1____"),
        ("'kutip'", [], "kutip"),
        ("  ", [], "Lembar"),
        ("History", [], "Lembar History"),
        ("x" * 40, ["x" * 31], "x" * 27 + " (2)"),
        ("tanda \U0001f600", [], "tanda _"),
    ],
)
def test_names_of_sheets(wanted: str, taken: list[str], expected: str) -> None:
    assert free_name(wanted, taken) == expected


def test_the_last_cell_of_a_sheet(tmp_path: Path) -> None:
    copy = copied(by_openpyxl(tmp_path / "buku.xlsx"), {"Data": {(1_048_576, 16_384): Mark(RED, "ujung")}})
    with zipfile.ZipFile(copy.after) as archive:
        anchor = re.findall(
            r"<\w+:Anchor>([^<]*)<", archive.read("xl/drawings/commentsDrawing1.vml").decode()
        )
        assert b'<c r="XFD1048576" s=' in archive.read("xl/worksheets/sheet1.xml")
    left, _, top, _, right, _, bottom, _ = map(int, anchor[-1].split(","))
    assert left < right < 16_384 and top < bottom < 1_048_576


def test_many_comments_in_one_sheet(tmp_path: Path) -> None:
    marks = {"Capaian": {(row, 3): Mark(None, f"catatan {row}") for row in range(100, 2_300)}}
    annotate(RAPK, tmp_path / "a.xlsx", marks)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        text = archive.read("xl/drawings/vmldrawing1.vml").decode()
    numbers = {int(number) for number in re.findall(r'id="_x0000_s(\d+)"', text)}
    assert 'data="1,2,3"' in text and len(numbers) == 2_200
    assert {number // 1024 for number in numbers} == {1, 2, 3} and all(number % 1024 for number in numbers)


# --- other forms -------------------------------------------------------------------------------------

Change = Callable[[dict[str, bytes]], None]


def prefixed(members: dict[str, bytes]) -> None:
    """Every name of the main namespace gets a prefix, as some programs write it."""
    for name, content in members.items():
        if name.startswith(("xl/worksheets/sheet", "xl/styles", "xl/workbook", "xl/comments")):
            text = re.sub(r"<(/?)([A-Za-z])", r"<\1x:\2", content.decode()).replace("xmlns=", "xmlns:x=")
            members[name] = text.encode("utf-16")


def strict(members: dict[str, bytes]) -> None:
    for name, content in members.items():
        if name.endswith((".xml", ".rels")):
            for old, new in (
                (
                    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
                ),
                (
                    b"http://schemas.openxmlformats.org/officeDocument/2006/",
                    b"http://purl.oclc.org/ooxml/officeDocument/",
                ),
            ):
                content = content.replace(old, new)
            members[name] = content


def without_styles(members: dict[str, bytes]) -> None:
    del members["xl/styles.xml"]
    for name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
        members[name] = re.sub(rb"<(?:Relationship|Override) [^>]*styles\.xml[^>]*/>", b"", members[name])
    members["xl/worksheets/sheet1.xml"] = re.sub(rb' s="\d+"', b"", members["xl/worksheets/sheet1.xml"])


def spread(members: dict[str, bytes]) -> None:
    """Line breaks, comments and single quotes where no program is known to put them."""
    for name in ("xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/comments/comment1.xml"):
        text = members[name].decode()
        text = re.sub(r"<(fills|cellXfs|sheets|authors|Types)", r"<!-- <\1/> --><\1\n", text)
        members[name] = text.replace(' count="', " \n count='").replace("='2\"", "='2'").encode()
        members[name] = re.sub(rb"count='(\d+)\"", rb"count = '\1'", members[name])
    sheet = members["xl/worksheets/sheet2.xml"]
    members["xl/worksheets/sheet2.xml"] = re.sub(rb"(<pageMargins|</worksheet>)", rb"\n  \1", sheet)


def plain_comment(members: dict[str, bytes]) -> None:
    members["xl/comments/comment1.xml"] = re.sub(
        rb"<text>.*?</text>", b"<text><t>dari orang</t></text>", members["xl/comments/comment1.xml"]
    )


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
@pytest.mark.parametrize(
    "change", [prefixed, spread, plain_comment, without_styles], ids=lambda f: f.__name__
)
def test_unusual_forms(tmp_path: Path, change: Change) -> None:
    book = edit_zip(by_openpyxl(tmp_path / "buku.xlsx"), change)
    copy = copied(book, MARKS, results("Data!B2"))
    sheets = openpyxl.load_workbook(copy.after)
    before, after = (read_book(path) for path in _paths(copy))
    after.sheets.pop(RESULTS)
    assert after.sheets == before.sheets
    assert sheets["Data"]["A1"].comment.text == f"dari orang\nlokapom-xl: {NOTE}"
    assert sheets["Data"]["B2"].fill.fgColor.rgb == f"FF{RED}"
    assert sheets["Data"]["B2"].comment.text == NOTE
    assert sheets[RESULTS]["C4"].hyperlink.location == "'Data'!B2"


def test_a_strict_book_gets_colours_but_no_comments(tmp_path: Path) -> None:
    book = edit_zip(by_openpyxl(tmp_path / "buku.xlsx"), strict)
    coloured: Marks = {"Data": {(2, 2): Mark(RED)}}
    copy = copied(book, coloured, results("Data!B2"))
    assert copy.result.sheets == (RESULTS,) and read_book(copy.after).sheets[RESULTS].cells
    refused(book, MARKS, "TULIS21")


# --- refusals ----------------------------------------------------------------------------------------


def refused(book: Path, marks: Marks, code: str, *sheets: NewSheet, target: Path | None = None) -> None:
    target = target or book.with_name(f"ditolak{book.suffix}")
    known = sorted(book.parent.iterdir())
    with pytest.raises(BookError) as caught:
        annotate(book, target, marks, sheets)
    assert caught.value.code == code and book.name in str(caught.value) and caught.value.remedy
    assert sorted(book.parent.iterdir()) == known


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        ({"Tidak Ada": {(1, 1): Mark(RED)}}, "TULIS01"),
        ({"Data": {(1_048_577, 1): Mark(RED)}}, "TULIS10"),
        ({"Data": {(1, 0): Mark(None, "x")}}, "TULIS10"),
        ({"Data": {(1, 1): Mark(None, "x" * 32_768)}}, "TULIS07"),
        ({"Data": {(1, 1): Mark(None, "\ud800")}}, "TULIS09"),
    ],
)
def test_marks_that_cannot_be_made(tmp_path: Path, marks: Mapping[str, Any], code: str) -> None:
    refused(by_openpyxl(tmp_path / "buku.xlsx"), marks, code)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (NewCell("x", link="Tidak Ada!A1"), "TULIS21"),
        (NewCell("x", link="Data!A"), "TULIS21"),
        (NewCell(D("Infinity")), "TULIS09"),
        (NewCell("x" * 32_768), "TULIS07"),
    ],
)
def test_cells_that_cannot_be_written(tmp_path: Path, cell: NewCell, code: str) -> None:
    refused(by_openpyxl(tmp_path / "buku.xlsx"), {}, code, NewSheet("Baru", (10,), [[cell]]))


def test_the_book_itself_is_never_the_copy(tmp_path: Path) -> None:
    book = by_openpyxl(tmp_path / "buku.xlsx")
    refused(book, MARKS, "TULIS21", target=book)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/styles.xml", rb"<fills.*?</fills>", b""),
        ("xl/styles.xml", rb"<cellXfs.*?</cellXfs>", b'<cellXfs count="1"><xf numFmtId="0"/></cellXfs>'),
        ("xl/comments/comment1.xml", rb"<authors>.*?</authors>", b""),
        ("xl/comments/comment1.xml", rb"<text>.*?</text>", b""),
        ("xl/drawings/commentsDrawing1.vml", rb"<xml>", b"<lain>"),
        ("xl/worksheets/_rels/sheet1.xml.rels", rb'Id="anysvml"', b'Id="lain"'),
    ],
)
def test_books_that_make_no_sense(tmp_path: Path, part: str, old: bytes, new: bytes) -> None:
    def spoil(members: dict[str, bytes]) -> None:
        spoiled = re.sub(old, new, members[part], flags=re.DOTALL)
        assert spoiled != members[part]
        members[part] = spoiled

    refused(edit_zip(by_openpyxl(tmp_path / "buku.xlsx"), spoil), MARKS, "TULIS21")


def test_values_of_all_kinds(tmp_path: Path) -> None:
    values = [
        D("1.5"),
        D("0.1234567890123456789"),
        "=1+1",
        " spasi ",
        "baris\nbaru\r",
        True,
        CellError("#N/A"),
        None,
        "",
    ]
    sheet = NewSheet("Baru", (), [[NewCell(value) for value in values], [None, NewCell("x")]])
    annotate(by_openpyxl(tmp_path / "buku.xlsx"), tmp_path / "salinan.xlsx", {}, [sheet])
    cells = read_book(tmp_path / "salinan.xlsx").sheets["Baru"].cells
    assert [cells[1, column].value if (1, column) in cells else None for column in range(1, 10)] == [
        D("1.5"), D("0.123456789012346"), *values[2:]
    ]  # fmt: skip
    assert a1(2, 2) and cells[2, 2].value == "x" and not any(cell.computed for cell in cells.values())
