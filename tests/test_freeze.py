"""Frozen copies: values alone, nothing of a macro, and a sheet with which they are checked like any book."""

from __future__ import annotations

import random
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from oletools.olevba import VBA_Parser

import lokapom_xl
from lokapom_xl.actions.build import repository
from lokapom_xl.actions.compute import compute
from lokapom_xl.actions.fill import fill
from lokapom_xl.actions.freeze import FreezeReport, freeze
from lokapom_xl.actions.new import new
from lokapom_xl.actions.validate import check_books, validate
from lokapom_xl.model import Finding
from lokapom_xl.numbers import CellError
from lokapom_xl.workbook.cell_comments import comment_texts
from lokapom_xl.workbook.edits import Edit, Formula, Put, Store
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.frozen import SHEET, provenance, thawed
from lokapom_xl.workbook.package import open_package
from lokapom_xl.workbook.read import Cell, read_book
from lokapom_xl.workbook.write import save_edits

from .bench.foreign import raw_members
from .conftest import Convert
from .everything import FEATURES, REL, Feature, Parts, evidence, grafted
from .test_cli import run
from .test_write import edit_zip

D = Decimal
BOOKS = repository() / "workbooks"
RAPK, EFISIENSI = BOOKS / "contoh" / "RAPK-2023.xlsx", BOOKS / "contoh" / "Efisiensi-2023.xlsx"
MACRO_BOOK = BOOKS / "RAPK-2023.xlsm"
HOST = "PK"
"""The sheet of the official book that carries every feature."""


@dataclass(frozen=True)
class Pair:
    """A book and its frozen copy."""

    source: Path
    copy: Path
    report: FreezeReport


def frozen(source: Path, folder: Path) -> Pair:
    report = freeze(source, folder / f"{source.stem}-beku.xlsx")
    return Pair(source, report.path, report)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pair]:
    """The shipped examples, a macro book as it is built, and a filled book with every feature and macros."""
    folders = [tmp_path_factory.mktemp(name) for name in ("contoh", "makro", "segala")]
    everything = grafted(RAPK, folders[2] / "RAPK.xlsm", HOST)
    return {
        "rapk": frozen(RAPK, folders[0]),
        "efisiensi": frozen(EFISIENSI, folders[0]),
        "makro": frozen(MACRO_BOOK, folders[1]),
        "segala": frozen(everything, folders[2]),
    }


NAMES = ("rapk", "efisiensi", "makro", "segala")


# --- values alone ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_formula_is_its_value(pairs: dict[str, Pair], name: str) -> None:
    pair = pairs[name]
    before, after = read_book(pair.source).sheets, read_book(pair.copy).sheets
    assert list(after)[-1] == SHEET
    kept = [sheet for sheet in before if sheet not in ("xlwings.conf", "_IntelliSense_")]
    assert list(after)[:-1] == kept
    assert not any(cell.computed for sheet in after.values() for cell in sheet.cells.values())
    count = 0
    for sheet in kept:
        count += sum(cell.computed for cell in before[sheet].cells.values())
        assert {place: cell.value for place, cell in after[sheet].cells.items()} == {
            place: cell.value for place, cell in before[sheet].cells.items()
        }
    assert count == pair.report.formulas > 100
    with zipfile.ZipFile(pair.copy) as archive:
        for member in archive.namelist():
            if member.startswith("xl/worksheets/sheet"):
                assert not re.search(rb"<f[\s>/]", archive.read(member)), member


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_a_macro_is_left(pairs: dict[str, Pair], name: str) -> None:
    pair = pairs[name]
    with zipfile.ZipFile(pair.copy) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    forbidden = re.compile(rb"vba|customui|ctrlprop|macro|activex|extensibility|calcchain|externallink", re.I)
    for member, content in members.items():
        assert not forbidden.search(member.encode())
        if member.endswith(".rels") or member == "[Content_Types].xml":
            assert not forbidden.search(content), member
        if member.endswith((".vml", ".xml")) and "worksheets" not in member:
            assert not re.search(rb'FmlaMacro|macro="[^"]', content), member
    parser = VBA_Parser(str(pair.copy))
    assert not parser.detect_vba_macros() and not parser.detect_xlm_macros()
    parser.close()
    if pair.source.suffix == ".xlsm":
        parser = VBA_Parser(str(pair.source))
        assert parser.detect_vba_macros(), "a copy of a book without macros proves nothing"
        parser.close()
        assert {"proyek makro VBA", "tab pita buatan sendiri"} <= set(pair.report.removed)


def test_what_was_taken_out_is_named(pairs: dict[str, Pair]) -> None:
    assert pairs["rapk"].report.removed == pairs["efisiensi"].report.removed == ()
    assert "56 tombol atau kontrol formulir" in pairs["makro"].report.removed
    assert "lembar xlwings.conf" in pairs["makro"].report.removed
    assert "tautan ke buku lain" in pairs["segala"].report.removed


GONE = {"form buttons", "custom ribbon", "macros", "external links", "calculation chain"}
FORMULAS = {"dynamic arrays", "data tables", "array formulas", "shared formulas"}
LONGER = {"global names", "local names", "theme and styles"}  # the new sheet has names and formats of its own
SHARED = {"comments"}  # their boxes stood beside a button


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_everything_else_stays(pairs: dict[str, Pair], feature: Feature) -> None:
    pair = pairs["segala"]
    before, after = (Parts(path.read_bytes()) for path in (pair.source, pair.copy))
    known = evidence(before, HOST, feature)
    if feature.name in GONE | FORMULAS:
        with pytest.raises(AssertionError):
            evidence(after, HOST, feature)
        return
    found = evidence(after, HOST, feature)
    if feature.name in SHARED:
        assert [item[:2] for item in found] == [item[:2] for item in known]
    elif feature.name == "theme and styles":
        assert [item[:2] for item in found] == [item[:2] for item in known] and known[0] == found[0]
    else:
        assert found == known or (feature.name in LONGER and all(item in found for item in known))


def test_comments_keep_their_texts_and_boxes(pairs: dict[str, Pair]) -> None:
    pair = pairs["segala"]
    old, new = (Parts(path.read_bytes()) for path in (pair.source, pair.copy))
    texts = [
        comment_texts(open_package(path), parts.sheets()[HOST])
        for path, parts in ((pair.source, old), (pair.copy, new))
    ]
    assert texts[0] == texts[1] and len(texts[0]) == 2
    boxes = [
        b"".join(parts.members[part] for part in parts.follow(parts.sheets()[HOST], "vmlDrawing"))
        for parts in (old, new)
    ]
    assert [box.count(b'ObjectType="Note"') for box in boxes] == [2, 2]
    assert [box.count(b'ObjectType="Button"') for box in boxes] == [1, 0]


@pytest.mark.parametrize("name", NAMES)
def test_untouched_members_are_the_same_bytes(pairs: dict[str, Pair], name: str) -> None:
    pair = pairs[name]
    before, after = raw_members(pair.source), raw_members(pair.copy)
    changed = {member for member in after if after[member] != before.get(member)}
    allowed = (
        r"xl/(worksheets/(_rels/)?sheet\d+\.xml(\.rels)?|styles\.xml|workbook\.xml|_rels/workbook\.xml\.rels"
    )
    allowed += r"|drawings/(vmlDrawing1\.vml|drawing1\.xml))|_rels/\.rels|\[Content_Types\]\.xml"
    assert all(re.fullmatch(allowed, member) for member in changed), changed


def _look(cell: Any) -> tuple[object, ...]:
    font, border = cell.font, cell.border
    return (
        cell.number_format,
        cell.fill.fgColor.rgb,
        font.b,
        font.sz,
        border.top.style,
        cell.alignment.wrap_text,
    )


@pytest.mark.parametrize("name", ["rapk", "efisiensi", "makro"])
def test_looks_and_page_settings_stay(pairs: dict[str, Pair], name: str) -> None:
    before, after = (openpyxl.load_workbook(path) for path in (pairs[name].source, pairs[name].copy))
    for sheet in after.sheetnames[:-1]:
        old, new = before[sheet], after[sheet]
        for row in old.iter_rows():
            for cell in row:
                assert _look(cell) == _look(new[cell.coordinate])
        assert {k: v.width for k, v in old.column_dimensions.items()} == {
            k: v.width for k, v in new.column_dimensions.items()
        }
        assert len(old.data_validations.dataValidation) == len(new.data_validations.dataValidation)
        assert len(old.conditional_formatting) == len(new.conditional_formatting)
        assert (old.print_area, old.print_title_rows) == (new.print_area, new.print_title_rows)
        assert old.freeze_panes == new.freeze_panes and new.protection.sheet == old.protection.sheet
    assert after[SHEET].protection.sheet and not after[SHEET].protection.password
    assert after[SHEET].sheet_state == "visible" and after[SHEET].print_title_rows
    assert before.active.title == after.active.title


def test_values_are_those_of_the_entries_not_of_a_stale_file(tmp_path: Path) -> None:
    stale = tmp_path / "RAPK.xlsx"
    save_edits(RAPK, stale, {"Capaian": {(7, 11): Store(D(1))}})
    assert read_book(freeze(stale).path).sheets["Capaian"].cells[7, 11].value == D("100.81")


def test_foreign_formulas_errors_and_numbers_keep_every_bit(tmp_path: Path) -> None:
    path = tmp_path / "RAPK.xlsx"
    cells = {
        (40, 21): Formula("1/0", CellError("#DIV/0!")),
        (41, 21): Formula("0.1+0.2", D("0.30000000000000004")),
        (42, 21): Formula('"="&"A1"', "=A1"),
        (43, 21): Formula("1=1", True),
        (44, 21): Formula('""', ""),
    }
    save_edits(RAPK, path, {"Capaian": cells})
    copy = freeze(path).path
    found = read_book(copy).sheets["Capaian"].cells
    assert [found[row, 21].value for row in (40, 42, 43)] == [CellError("#DIV/0!"), "=A1", True]
    assert found[41, 21].text == "0.30000000000000004"
    assert (44, 21) not in found or found[44, 21].value == ""
    back = thawed(read_book(copy)).sheets["Capaian"].cells
    assert [back[row, 21].formula for row in range(40, 45)] == ["1/0", "0.1+0.2", '"="&"A1"', "1=1", '""']


def test_the_same_book_gives_the_same_bytes_and_is_not_touched(
    pairs: dict[str, Pair], tmp_path: Path
) -> None:
    for name in ("rapk", "segala"):
        pair = pairs[name]
        before = pair.source.read_bytes()
        again = freeze(pair.source, tmp_path / "lain.xlsx")
        assert again.path.read_bytes() == pair.copy.read_bytes() and again.sha256 == pair.report.sha256
        assert pair.source.read_bytes() == before
        again.path.unlink()
    texts = "\n".join(str(cell.value) for cell in read_book(pairs["rapk"].copy).sheets[SHEET].cells.values())
    assert str(repository()) not in texts and not re.search(r"\d\d:\d\d", texts)


def test_the_sheet_of_a_macro_book_that_comes_first(tmp_path: Path) -> None:
    """Names and windows count sheets; a sheet that goes shifts those behind it."""

    def turn(members: dict[str, bytes]) -> None:
        text = members["xl/workbook.xml"].decode()
        items = re.findall(r"<sheet .*?/>", text)
        moved = [items[-2], *items[:-2], items[-1]]
        text = re.sub(r"<sheets>.*</sheets>", f"<sheets>{''.join(moved)}</sheets>", text)
        text = re.sub(r'localSheetId="(\d+)"', lambda m: f'localSheetId="{int(m[1]) + 1}"', text)
        text = text.replace('activeTab="0"', 'activeTab="2"').replace('firstSheet="0"', 'firstSheet="1"')
        own = '<definedName name="PILIHAN">xlwings.conf!$A$1</definedName></definedNames>'
        members["xl/workbook.xml"] = text.replace("</definedNames>", own).encode()

    copy = freeze(edit_zip(Path(shutil.copy(MACRO_BOOK, tmp_path / "R.xlsm")), turn)).path
    usual = freeze(MACRO_BOOK, tmp_path / "biasa.xlsx").path
    assert list(read_book(copy).sheets) == list(read_book(usual).sheets)
    found, known = openpyxl.load_workbook(copy), openpyxl.load_workbook(usual)
    for sheet in known.sheetnames:
        assert found[sheet].print_title_rows == known[sheet].print_title_rows
        assert found[sheet].print_area == known[sheet].print_area
    assert found.active.title == "Dasbor" and "PILIHAN" not in found.defined_names


# --- checked like any other book -------------------------------------------------------------------


_UNSAID = {"diagnosis": "", "message": "", "written": ""}
"""Of a formula that led out of the source the copy knows, but not the name of the file it led to."""


def stripped(findings: list[Finding]) -> list[Finding]:
    """Findings without what names the file."""
    return [
        replace(
            finding,
            origin=replace(finding.origin, file=""),
            related=[replace(r, origin=replace(r.origin, file="")) for r in finding.related],
            caused_by=None,
            roots=(),
            **(_UNSAID if finding.code == "FRM05" else {}),
        )
        for finding in findings
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_frozen_book_has_the_findings_of_its_source(pairs: dict[str, Pair], name: str) -> None:
    before, after = validate(pairs[name].source), validate(pairs[name].copy)
    assert stripped(after.findings) == stripped(before.findings)
    assert (after.verdict, after.checked) == (before.verdict, before.checked)


def test_both_together_have_the_findings_of_their_sources(pairs: dict[str, Pair]) -> None:
    both = pairs["rapk"], pairs["efisiensi"]
    before, after = validate([p.source for p in both]), validate([p.copy for p in both])
    assert before.findings and before.valid and after.valid
    assert stripped(after.findings) == stripped(before.findings)


def test_a_faulty_book_is_faulty_when_frozen(tmp_path: Path) -> None:
    """What was typed over a formula, and a changed formula, are faults still."""
    path = tmp_path / "RAPK.xlsx"
    edits: dict[tuple[int, int], Edit] = {
        (7, 11): Put(D(106), over_formula=True),
        (12, 14): Formula("K12", D("97.75")),
        (9, 7): Put(None),
    }
    save_edits(RAPK, path, {"Capaian": edits})
    compute(path)
    before, after = validate(path), validate(freeze(path).path)
    assert {"FRM01", "FRM02"} <= {finding.code for finding in before.findings}
    assert stripped(after.findings) == stripped(before.findings)


def codes(path: Path) -> list[tuple[str, str]]:
    return [
        (f.code, f"{f.origin.sheet}!{f.origin.cell}") for f in validate(path).findings if f.level == "galat"
    ]


def test_a_changed_value_is_found_and_named_once(pairs: dict[str, Pair], tmp_path: Path) -> None:
    path = tmp_path / "R.xlsx"
    save_edits(pairs["rapk"].copy, path, {"Capaian": {(7, 11): Put(D("106.45"))}})
    assert codes(path) == [("FRM03", "Capaian!K7")]
    (finding,) = [f for f in validate(path).findings if f.code == "FRM03"]
    assert (finding.written, finding.expected) == ("106.45", "100.81")
    assert "tertulis 106,45, saat dibekukan 100,81" in finding.message and finding.remedy


def test_a_changed_entry_is_found_by_its_sheet_and_its_results(
    pairs: dict[str, Pair], tmp_path: Path
) -> None:
    path = tmp_path / "R.xlsx"
    save_edits(pairs["rapk"].copy, path, {"Capaian": {(7, 7): Put(D(100))}})
    assert codes(path) == [("STR15", "Capaian!"), ("HIT01", "Capaian!J7"), ("KON03", "Capaian!J7")]


def test_a_changed_record_is_found(pairs: dict[str, Pair], tmp_path: Path) -> None:
    for number, edit in enumerate([Put("=1+1"), Put(D(5)), Put(None)]):
        path = tmp_path / f"{number}.xlsx"
        save_edits(pairs["rapk"].copy, path, {SHEET: {(60, 3): edit}})
        assert ("STR14", f"{SHEET}!C10") in codes(path) or ("STR14", f"{SHEET}!A60") in codes(path)


def test_no_record_however_spoiled_stops_the_check(pairs: dict[str, Pair]) -> None:
    original = read_book(pairs["efisiensi"].copy)
    shuffle = random.Random(7)
    values = (None, "", "-", "=1", "{", "{}", "{=", "A0", "ZZZ9", "Asal Usul", D(3), True, CellError("#N/A"))
    places = sorted(original.sheets[SHEET].cells)
    for _ in range(60):
        sheet = replace(original.sheets[SHEET], cells=dict(original.sheets[SHEET].cells))
        for place in shuffle.sample(places, shuffle.choice((1, 3, 40))):
            sheet.cells[place] = Cell(shuffle.choice(values), None)
        book = replace(original, sheets={**original.sheets, SHEET: sheet})
        result = check_books([book], ["x"])
        same = all(sheet.cells[place].value == original.sheets[SHEET].cells[place].value for place in places)
        assert same or any(finding.code == "STR14" for finding in result.findings)


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_a_program_that_saves_it_again_changes_nothing(
    pairs: dict[str, Pair], convert: Convert, tmp_path: Path
) -> None:
    path = tmp_path / "RAPK-beku.xlsx"
    openpyxl.load_workbook(pairs["rapk"].copy).save(path)
    known = validate(pairs["rapk"].copy).findings
    for again in (path, convert([pairs["rapk"].copy])[0]):
        assert stripped(validate(again).findings) == stripped(known)


def test_libreoffice_shows_the_same_values(pairs: dict[str, Pair], convert: Convert, tmp_path: Path) -> None:
    copies = [Path(shutil.copy(pairs[name].copy, tmp_path / f"{name}.xlsx")) for name in NAMES]
    for name, path in zip(NAMES, convert(copies), strict=True):
        ours, theirs = read_book(pairs[name].copy), read_book(path)
        assert set(ours.sheets) <= set(theirs.sheets)  # it counts sheets with a chart alone, too
        for sheet in ours.sheets.values():
            for place, cell in sheet.cells.items():
                if cell.value != "":
                    assert theirs.sheets[sheet.name].cells[place].value == cell.value, (
                        name,
                        sheet.name,
                        place,
                    )


# --- the record ------------------------------------------------------------------------------------


def test_the_record_says_where_the_book_comes_from(pairs: dict[str, Pair]) -> None:
    book, source = read_book(pairs["segala"].copy), read_book(pairs["segala"].source)
    origin = provenance(book)
    assert origin is not None and not origin.fault and origin.source == "RAPK.xlsm"
    texts = [str(cell.value) for _, cell in sorted(book.sheets[SHEET].cells.items())]
    for expected in (source.sha256, f"lokapom_xl {lokapom_xl.__version__}", "proyek makro VBA"):
        assert any(expected in text for text in texts)
    assert any("Berlaku sejak 01-01-2023, ditinjau sampai dengan 31-12-2023" in text for text in texts)
    noted = {(item.sheet, item.place): item.formula for item in origin.cells}
    assert noted[HOST, (2, 1)] == "=NAMA_UNIT" and noted[HOST, (105, 31)] == "=AC105*AD105"
    assert noted[HOST, (114, 28)] == "{=AC102:AD102*2}" and noted[HOST, (114, 29)] == "{}"
    assert provenance(source) is None and thawed(source) is source


def test_thawed_formulas_are_those_of_the_source(pairs: dict[str, Pair]) -> None:
    for pair in pairs.values():
        source, back = read_book(pair.source), thawed(read_book(pair.copy))
        for name in list(back.sheets)[:-1]:
            assert {place: cell[:3] for place, cell in back.sheets[name].cells.items()} == {
                place: cell[:3] for place, cell in source.sheets[name].cells.items()
            }


# --- refusals --------------------------------------------------------------------------------------


def refused(code: str, action: Callable[[], object]) -> str:
    with pytest.raises(BookError) as caught:
        action()
    assert caught.value.code == code, caught.value
    assert caught.value.remedy
    return caught.value.message


def test_a_frozen_book_may_be_the_source_of_another(pairs: dict[str, Pair], tmp_path: Path) -> None:
    books = []
    for number, source in enumerate((pairs["rapk"].copy, BOOKS / "contoh" / "RAPK-2023.xlsx")):
        books.append(new("efisiensi", 2023, tmp_path / f"E{number}.xlsx"))
        fill(books[-1], [source])
    one, other = (read_book(book).sheets for book in books)
    assert {name: sheet.cells for name, sheet in one.items()} == {
        name: sheet.cells for name, sheet in other.items()
    }


def test_a_frozen_book_is_not_worked_on(pairs: dict[str, Pair], tmp_path: Path) -> None:
    path = Path(shutil.copy(pairs["rapk"].copy, tmp_path / "R.xlsx"))
    before = path.read_bytes()
    source = BOOKS / "contoh" / "Efisiensi-2023.xlsx"
    for action in (lambda: compute(path), lambda: freeze(path), lambda: fill(path, [source])):
        assert "sudah dibekukan" in refused("BEKU01", action)
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["R.xlsx"]


def test_no_file_is_replaced(tmp_path: Path) -> None:
    path = Path(shutil.copy(RAPK, tmp_path / "R.xlsx"))
    assert freeze(path).path == tmp_path / "R-beku.xlsx"
    for output in (None, path, tmp_path / "R-beku.xlsx"):
        refused("BERKAS31", partial(freeze, path, output))
    refused("BERKAS30", lambda: freeze(path, tmp_path / "beku.xlsm"))
    refused("BERKAS02", lambda: freeze(path, _folder(tmp_path / "folder.xlsx")))
    refused("TULIS13", lambda: freeze(path, tmp_path / "tiada" / "beku.xlsx"))


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def test_a_printed_book_is_refused() -> None:
    refused("STR12", lambda: freeze(BOOKS / "contoh" / "RAPK-2023-as-printed.xlsx", Path("beku.xlsx")))


def test_a_formula_without_value_is_refused_by_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "R.xlsx"
    save_edits(RAPK, path, {"Capaian": {(45, 21): Formula("TIDAK.ADA(K7)", None)}})
    assert "Capaian!U45" in refused("BEKU02", lambda: freeze(path))
    assert [p.name for p in tmp_path.iterdir()] == ["R.xlsx"]


MS_SHEET = "http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet"


def _add(owner: str, type_: str, part: str, content: bytes = b"<x/>") -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        where = parts.sheets()[HOST] if owner == "sheet" else parts.workbook
        parts.add(where, type_, part, content, "application/octet-stream")

    return change


def _external_chart(parts: Parts) -> None:
    chart = parts.follow(parts.sheets()[HOST], "drawing", "chart")[0]
    content = parts.members[chart]
    parts.members[chart] = re.sub(rb"<c:f>[^<]*</c:f>", b"<c:f>[1]Data!$A$1:$A$3</c:f>", content, count=1)


def _old_macro_sheet(parts: Parts) -> None:
    parts.insert(parts.workbook, '<sheets><sheet name="Makro" sheetId="99" r:id=""/></sheets>')


def _embedded_query(parts: Parts) -> None:
    table = parts.follow(parts.sheets()[HOST], "table")[0]
    parts.members[table] = parts.members[table].replace(b"<table ", b'<table tableType="queryTable" ', 1)


def _template(parts: Parts) -> None:
    parts.declare(parts.workbook, "application/vnd.ms-excel.template.macroEnabled.main+xml")


def _stray(parts: Parts) -> None:
    """A button's macro in the drawing of a header, where no button can be."""
    for part in [name for name in parts.members if name.endswith(".vml")]:
        parts.members[part] = parts.members[part].replace(
            b"</xml>", b"<x:FmlaMacro xmlns:x='u'>[0]!A</x:FmlaMacro></xml>"
        )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            _add("sheet", f"{REL}/oleObject", "xl/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0"),
            "objek tertanam",
        ),
        (_add("sheet", f"{REL}/package", "xl/embeddings/a.xlsm"), "dokumen tertanam"),
        (_add("book", MS_SHEET, "xl/macrosheets/sheet1.xml"), "Excel 4.0"),
        (_add("book", f"{REL}/powerPivotData", "xl/model/item.data"), "Power Pivot"),
        (_external_chart, "menunjuk buku lain"),
        (_old_macro_sheet, "lembar makro"),
        (_embedded_query, "data dari luar"),
        (_template, "template.macroEnabled"),
        (_stray, "masih menyebut makro"),
    ],
)
def test_what_cannot_be_taken_out_is_refused(
    pairs: dict[str, Pair], tmp_path: Path, change: Callable[[Parts], None], says: str
) -> None:
    parts = Parts(pairs["segala"].source.read_bytes())
    change(parts)
    path = parts.write(tmp_path / "R.xlsm")
    assert says in refused("BEKU03", lambda: freeze(path))
    assert [p.name for p in tmp_path.iterdir()] == ["R.xlsm"]


def test_a_signed_book_is_refused(pairs: dict[str, Pair], tmp_path: Path) -> None:
    parts = Parts(pairs["segala"].source.read_bytes())
    kind = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
    parts.add("", kind, "_xmlsignatures/origin.sigs", b"", "application/octet-stream")
    refused("TULIS08", lambda: freeze(parts.write(tmp_path / "R.xlsm")))


def test_connections_and_parts_without_owner_go(pairs: dict[str, Pair], tmp_path: Path) -> None:
    parts = Parts(pairs["segala"].source.read_bytes())
    _add("book", f"{REL}/connections", "xl/connections.xml")(parts)
    _add("sheet", f"{REL}/queryTable", "xl/queryTables/queryTable1.xml")(parts)
    mashup = "<DataMashup xmlns='http://schemas.microsoft.com/DataMashup'>AAAA</DataMashup>".encode("utf-16")
    _add("book", f"{REL}/customXml", "customXml/item7.xml", mashup)(parts)
    signature = "http://schemas.microsoft.com/office/2006/relationships/vbaProjectSignature"
    parts.add("xl/vbaProject.bin", signature, "xl/vbaProjectSignature.bin", b"x", "application/octet-stream")
    parts.members["xl/vbaProject.old.bin"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    report = freeze(parts.write(tmp_path / "R.xlsm"))
    assert {"sambungan data luar", "bagian yang tidak dirujuk"} <= set(report.removed)
    names = zipfile.ZipFile(report.path).namelist()
    assert not [n for n in names if re.search("connection|queryTable|item7|vba", n)]
    assert "customXml/item1.xml" in names


# --- the command -----------------------------------------------------------------------------------


def test_the_command(tmp_path: Path) -> None:
    shutil.copy(MACRO_BOOK, tmp_path / "RAPK.xlsm")
    result = run("freeze", "RAPK.xlsm", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    first, second = result.stdout.splitlines()
    formulas = sum(bool(c.formula) for s in read_book(MACRO_BOOK).sheets.values() for c in s.cells.values())
    assert first.startswith(f"Dibekukan: {formulas} rumus menjadi nilai. Dihilangkan: ")
    assert formulas > 4000 and "makro VBA" in first
    assert re.fullmatch(r"Disimpan: RAPK-beku\.xlsx \(SHA-256 [0-9a-f]{64}\)", second)
    again = run("freeze", "RAPK.xlsm", cwd=tmp_path)
    assert again.returncode == 2 and "BERKAS31" in again.stderr and not again.stdout
    other = run("freeze", "RAPK.xlsm", "-o", "lain.xlsx", cwd=tmp_path)
    assert other.returncode == 0
    assert (tmp_path / "lain.xlsx").read_bytes() == (tmp_path / "RAPK-beku.xlsx").read_bytes()
    assert lokapom_xl.freeze is freeze
