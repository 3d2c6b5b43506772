"""The buttons of a macro book, run through xlwings' own objects on an Excel made of openpyxl."""

from __future__ import annotations

import hashlib
import re
import shutil
import zipfile
from collections.abc import Sequence
from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings as xw
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill

from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.fill import fill
from lokapom_xl.actions.new import new
from lokapom_xl.actions.undo import savings, undo
from lokapom_xl.actions.validate import validate
from lokapom_xl.hosts.excel import live, macros, marks
from lokapom_xl.hosts.excel.buttons import BUTTONS
from lokapom_xl.hosts.excel.findings_sheet import SHEET
from lokapom_xl.hosts.excel.folders import histories_of, user_folder
from lokapom_xl.hosts.excel.macros import run
from lokapom_xl.report import marked
from lokapom_xl.workbook.address import a1
from lokapom_xl.workbook.history import FOLDER
from lokapom_xl.workbook.read import read_book
from lokapom_xl.workbook.write import Put, save_edits

from . import fakecom
from .conftest import REPORT
from .opxengine import THREAD, Excel, ExcelError

D = Decimal
MACRO_BOOKS = Path(__file__).parents[1] / "workbooks"
SOURCES = [REPORT / f"{name}.csv" for name in ("efisiensi", "koreksi")]
YEARLY = [REPORT / f"{name}.csv" for name in ("pk_lampiran", "rapk_lampiran", "capaian", "koreksi")]
MONTHLY = [REPORT / f"{name}.csv" for name in ("tindak_lanjut_tw3", "koreksi")]
CALM = {"status_bar": False, "screen_updating": True, "enable_events": True, "calculation": "automatic"}


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user, and what every button leaves as it was."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_STATE_HOME", str(folder))
    monkeypatch.setenv("LOCALAPPDATA", str(folder))
    return folder


@pytest.fixture
def excel() -> Excel:
    return Excel()


def press(excel: Excel, name: str, *answers: str) -> str:
    """Press a button; its last message. Excel must be as before, whatever happened."""
    excel.answers = list(answers)
    excel.alerts.clear()
    excel.status.clear()
    before = dict(excel.state)
    run(name)
    if name == "hitung":
        before["calculation"] = "automatic"
    assert excel.state == before and not excel.answers
    assert excel.titles <= {"Lokapom"}
    assert all(text is False or re.fullmatch(r"Lokapom: [\w ]+ \.\.\. \d/\d", text) for text in excel.status)
    return excel.alerts[-1] if excel.alerts else ""


def choose(excel: Excel, paths: Sequence[Path]) -> None:
    excel.files.append([str(path) for path in paths])


def values(path: Path) -> dict[tuple[str, str], object]:
    """Every value and formula of a saved book."""
    return {
        (sheet.name, a1(*place)): (cell.value, cell.formula)
        for sheet in read_book(path).sheets.values()
        for place, cell in sheet.cells.items()
        if cell.value not in (None, "") or cell.formula
    }


def cell(book: xw.Book, text: str) -> xw.Range:
    sheet, _, address = text.rpartition("!")
    return book.sheets[sheet].range(address)


def saved(book: xw.Book, path: Path) -> Path:
    """A copy of the open book as Excel would save it."""
    book.api.SaveCopyAs(str(path))
    return path


def spoil(path: Path) -> Path:
    """Faults of every level: a formula typed over, an impossible entry, a text for a number."""
    edits = {
        (7, 5): Put(D(5), over_formula=True),
        (8, 3): Put(D(-3)),
        (9, 4): Put("abc"),
        (11, 3): Put(D("91.25")),
    }
    save_edits(path, path, {"Efisiensi": edits})
    return path


# --- the whole of a book -------------------------------------------------------------------------


def dump(path: Path) -> dict[str, Any]:
    """All that openpyxl knows of a saved book, cell by cell."""
    book = openpyxl.load_workbook(path, keep_vba=path.suffix == ".xlsm")
    stored = values(path)
    found: dict[str, Any] = {
        "sheets": [(ws.title, ws.sheet_state) for ws in book.worksheets],
        "active": book.active.title,
        "names": {name: item.attr_text for name, item in book.defined_names.items()},
        "security": repr(book.security),
    }
    for ws in book.worksheets:
        found[ws.title] = {
            "cells": {
                item.coordinate: _cell(item, stored.get((ws.title, item.coordinate)))
                for row in ws.iter_rows()
                for item in row
                if item.value is not None or item.has_style or item.comment
            },
            "conditional": [
                (str(area.sqref), rule.type, rule.operator, rule.formula, rule.priority, repr(rule.dxf))
                for area in ws.conditional_formatting
                for rule in area.rules
            ],
            "validations": sorted(repr(item) for item in ws.data_validations.dataValidation),
            "merges": sorted(map(str, ws.merged_cells.ranges)),
            "widths": {key: item.width for key, item in sorted(ws.column_dimensions.items())},
            "heights": {key: item.height for key, item in sorted(ws.row_dimensions.items()) if item.height},
            "protection": repr(ws.protection),
            "panes": ws.freeze_panes,
            "page": (repr(ws.page_setup), ws.print_area, ws.print_title_rows),
        }
    return found


def _cell(item: Any, stored: object) -> tuple[Any, ...]:
    comment = item.comment and (item.comment.text, item.comment.author)
    looks = [getattr(item, part) for part in ("font", "fill", "border", "alignment", "protection")]
    return item.value, stored, item.number_format, repr(looks), comment, repr(item.hyperlink)


def members(path: Path) -> dict[str, bytes]:
    """The members of a saved book that say something of its sheets (a list of styles only grows)."""
    with zipfile.ZipFile(path) as package:
        return {
            info.filename: package.read(info)
            for info in package.infolist()
            if info.filename not in ("xl/styles.xml", "docProps/core.xml")
        }


# --- the buttons ---------------------------------------------------------------------------------


def test_every_button_has_its_macro() -> None:
    assert list(macros.MACROS) == [item.name for item in BUTTONS]


def test_isi_makes_what_the_command_makes(excel: Excel, tmp_path: Path) -> None:
    book = excel.open(new("rapk", 2023, tmp_path / "RAPK.xlsx"))
    copy = Path(shutil.copy(tmp_path / "RAPK.xlsx", tmp_path / "perintah.xlsx"))
    choose(excel, YEARLY)
    text = press(excel, "isi")
    assert re.match(r"\d+ sel diisi di lembar PK, RAPK, Capaian; 0 sudah sama\.", text)
    assert "Batalkan mengembalikannya" in text and "berbeda" not in text and "menerima" not in text
    excel.inputs = ["sembilan", "September"]
    choose(excel, MONTHLY)
    assert "sel diisi di lembar Pemantauan" in press(excel, "isi")
    assert excel.asked[-1].startswith("“sembilan” bukan bulan")
    book.save()
    fill(copy, YEARLY)
    fill(copy, MONTHLY, month=9)
    assert values(tmp_path / "RAPK.xlsx") == values(copy)
    # The same once more changes nothing, and leaves no record.
    choose(excel, YEARLY)
    assert press(excel, "isi").startswith("Tidak ada sel yang perlu diisi; ")
    assert len(savings(tmp_path / "RAPK.xlsx")) == 2


def test_isi_of_a_macro_book(excel: Excel, tmp_path: Path) -> None:
    path = Path(shutil.copy(MACRO_BOOKS / "Efisiensi-2023.xlsm", tmp_path))
    project = zipfile.ZipFile(path).read("xl/vbaProject.bin")
    book = excel.open(path)
    choose(excel, SOURCES)
    assert "sel diisi di lembar Efisiensi" in press(excel, "isi")
    assert cell(book, "Efisiensi!E7").formula.startswith("=CAPAIAN(")
    assert cell(book, "Efisiensi!E7").value == 100.81
    assert press(excel, "hitung").endswith("Semua hasil Excel sesuai aturan.")
    press(excel, "validasi")
    assert [sheet.name for sheet in book.sheets][-3:] == [SHEET, "xlwings.conf", "_IntelliSense_"]
    assert [sheet.name for sheet in book.sheets if live.is_visible(sheet)][-1] == SHEET
    book.save()
    assert zipfile.ZipFile(path).read("xl/vbaProject.bin") == project
    assert validate(path).valid


@pytest.fixture
def filled(excel: Excel, efisiensi: Path) -> xw.Book:
    """The filled efficiency book, open."""
    return excel.open(efisiensi)


def changed_source(folder: Path) -> Path:
    """The data of the book with six other values."""
    text = (REPORT / "efisiensi.csv").read_text("utf-8")
    for old, new_text in (("91.5,92.24", "90.5,91.24"), ("97.4,92.86", "96.4,91.86"), ("91,80", "90,79.5")):
        assert old in text
        text = text.replace(old, new_text, 1)
    path = folder / "efisiensi.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("answer", ["yes", "no", "cancel"])
def test_typed_values_are_overwritten_only_when_asked(
    excel: Excel, filled: xw.Book, tmp_path: Path, answer: str
) -> None:
    path = Path(filled.fullname)
    cell(filled, "Efisiensi!C8").value = None
    excel.calculated = 0
    before = values(saved(filled, tmp_path / "sebelum.xlsx"))
    source = changed_source(tmp_path)
    choose(excel, [source, REPORT / "koreksi.csv"])
    text = press(excel, "isi", answer)
    question = excel.alerts[0]
    assert question.startswith("5 sel sudah berisi nilai lain:\nEfisiensi!C7: 91,5 → 90,5\n")
    after = values(saved(filled, tmp_path / "sesudah.xlsx"))
    if answer == "cancel":
        assert text == "Tidak ada yang diubah." and after == before and excel.calculated == 0
        assert not savings(path)
        return
    assert after["Efisiensi", "C8"] == (D("96.4"), None)
    expected = D("90.5") if answer == "yes" else D("91.5")
    assert after["Efisiensi", "C7"] == (expected, None)
    assert ("5 sel yang sudah berisi dibiarkan" in text) is (answer == "no")
    changes = {change.cell for change in savings(path)[-1].changes}
    assert changes == ({"C7", "D7", "C8", "D8", "C9", "D9"} if answer == "yes" else {"C8"})


def test_isi_from_another_open_book(excel: Excel, made: Demo, tmp_path: Path) -> None:
    other = excel.open(Path(shutil.copy(made.books[0], tmp_path / "RAPK.xlsx")), mock=False)
    cell(other, "Capaian!H7").value = 108  # not saved; Excel shows it, and so must be taken
    foreign = openpyxl.Workbook()
    foreign.save(tmp_path / "lain.xlsx")
    excel.open(tmp_path / "lain.xlsx", mock=False)
    book = excel.open(new("efisiensi", 2023, tmp_path / "E.xlsx"))
    assert press(excel, "isi", "cancel") == excel.alerts[0] == "Isi dari buku yang terbuka RAPK.xlsx?"
    assert "40 sel diisi" in press(excel, "isi", "yes")
    shown = cell(other, "Capaian!J7").value
    assert cell(book, "Efisiensi!D7").value == shown and shown != 92.24
    excel.files = [False]  # declined, the dialog for files comes; it is cancelled
    assert press(excel, "isi", "no") == "Isi dari buku yang terbuka RAPK.xlsx?"


def test_isi_asks_for_no_month_that_would_not_help(excel: Excel, tmp_path: Path) -> None:
    excel.open(new("rapk", 2023, tmp_path / "RAPK.xlsx"))
    choose(excel, MONTHLY)
    excel.inputs = [False]
    assert press(excel, "isi") == ""  # cancelled
    choose(excel, [*MONTHLY, REPORT / "capaian.csv"])
    text = press(excel, "isi")
    assert "Data satu bulan (tindak_lanjut_tw3.csv) tidak dapat diisi bersama data lain (capaian.csv)" in text
    (tmp_path / "lain.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    choose(excel, [tmp_path / "lain.csv"])
    assert press(excel, "isi").endswith("(SUMBER05)") and not savings(tmp_path / "RAPK.xlsx")


def test_texts_arrive_as_texts(excel: Excel, filled: xw.Book) -> None:
    texts = ["=1+1", "+1", "-", "-abc", "@x", "'kutip", "Mei 2023", "1.234", "TRUE", "biasa saja", "12/5"]
    edits = {(40 + i, 2): Put(text) for i, text in enumerate(texts)}
    edits |= {(40, 4): Put(D("1.005")), (40, 5): Put(True), (40, 6): Put(D(2))}
    sheet = filled.sheets["Efisiensi"]
    with live.unlocked([sheet]):
        live.write(filled, {"Efisiensi": edits})
    with live.snapshot(filled) as copy:
        content = read_book(copy)
    assert live.not_written({"Efisiensi": edits}, content) == []
    cells = content.sheets["Efisiensi"].cells
    assert [cells[40 + i, 2].value for i in range(len(texts))] == texts
    assert not any(cells[40 + i, 2].formula for i in range(len(texts)))


def test_neighbours_are_written_as_one_block() -> None:
    cells = [(1, 1), (2, 1), (3, 1), (1, 3), (1, 4), (5, 5)]
    assert live.areas(cells) == ["A1:A3", "C1:D1", "E5"]
    assert sorted(c for block in live.blocks(cells) for row in block for c in row) == sorted(cells)


def test_a_merged_cell_is_written_at_its_first_cell(filled: xw.Book) -> None:
    content = read_book(Path(filled.fullname))
    assert live.at_first_cells({"Efisiensi": {(5, 4): Put("x")}}, content) == {
        "Efisiensi": {(5, 3): Put("x")}
    }


# --- Hitung --------------------------------------------------------------------------------------


def test_hitung(excel: Excel, filled: xw.Book) -> None:
    excel.state["calculation"] = "manual"
    cell(filled, "Efisiensi!C7").value = 90
    assert cell(filled, "Efisiensi!E7").value == 100.81  # stale
    text = press(excel, "hitung")
    assert text.split("\n\n") == [
        "108 sel rumus dihitung dan dibandingkan dengan aturan.",
        "Semua hasil Excel sesuai aturan.",
        "Penghitungan otomatis dinyalakan kembali.",
    ]
    assert cell(filled, "Efisiensi!E7").value == 102.49
    assert not savings(Path(filled.fullname))


def test_hitung_tells_what_differs(excel: Excel, efisiensi: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_edits(efisiensi, efisiensi, {"Efisiensi": {(8, 5): Put(D(95), over_formula=True)}})
    book = excel.open(efisiensi)
    honest = book.impl.calculate

    def wrong() -> None:
        honest()
        book.impl.results["Efisiensi", 7, 5] = D(101)

    monkeypatch.setattr(book.impl, "calculate", wrong)
    text = press(excel, "hitung")
    assert "berbeda dari aturan di 1 sel: Efisiensi!E7 (Excel 101, aturan 100,81)." in text
    assert "Rumus tertimpa nilai di 1 sel: Efisiensi!E8." in text


def test_hitung_says_when_python_did_not_answer(excel: Excel, tmp_path: Path) -> None:
    excel.open(Path(shutil.copy(MACRO_BOOKS / "Efisiensi-2023.xlsm", tmp_path)))
    choose(excel, SOURCES)
    excel.python_answers = False
    text = press(excel, "isi")
    assert "berisi #N/A karena Python tidak menjawab" in text and "excel doctor" in text
    assert "sel diisi" in text


# --- Validasi, Hapus Tanda -----------------------------------------------------------------------


def found(path: Path) -> dict[str, set[str]]:
    """The cells of the findings by sheet."""
    cells: dict[str, set[str]] = {}
    for finding in validate(path).findings:
        if finding.origin.cell:
            cells.setdefault(finding.origin.sheet, set()).add(finding.origin.cell)
    return cells


def test_validasi_marks_exactly_what_validate_finds(excel: Excel, efisiensi: Path, tmp_path: Path) -> None:
    book = excel.open(spoil(efisiensi))
    book.save()  # with the results of Excel
    expected, result = found(efisiensi), validate(efisiensi)
    text = press(excel, "validasi")
    assert text.startswith(f"TIDAK SAH: {efisiensi.name}\n\nTemuan: ") and "lembar Hasil Pemeriksaan" in text
    with live.snapshot(book) as copy:
        standing = marks.Standing(copy)
    colours = standing.marks.colours
    assert {sheet: {a1(*c) for cs in levels.values() for c in cs} for sheet, levels in colours.items()} == (
        expected
    )
    assert {sheet: {a1(*c) for c in notes} for sheet, notes in standing.marks.notes.items()} == expected
    levels = {a1(*c): level for level, cells in colours["Efisiensi"].items() for c in cells}
    assert (levels["E7"], levels["C8"], levels["K26"]) == ("galat", "galat", "info")
    # Our rules come first, and the cell's own fill is what it was.
    rules = cell(book, "Efisiensi!K26").conditional_formats
    assert rules[0].formula == '=N("lokapom:info")=0' and rules[0].fill_color == (0x9D, 0xC3, 0xE6)
    note = cell(book, "Efisiensi!E7").note.text.split("\n")
    assert note[0] == marked.HEAD and note[-1] == marked.TAIL
    assert note[1] == "GALAT FRM01" and note[2] == "Tertulis: 5" and note[3] == "Seharusnya: 100,81"
    assert note[4].startswith("Alasan: ") and note[5].startswith("Yang perlu dilakukan: Kembalikan rumus")
    # However many findings a cell has, it has one note.
    places = [finding.origin.cell for finding in result.findings]
    for place, text in standing.marks.notes["Efisiensi"].items():
        assert text.count("Tertulis: ") == places.count(a1(*place))
    assert all(sheet.api.ProtectContents for sheet in book.sheets if sheet.name != SHEET)


def test_the_sheet_with_the_findings(excel: Excel, efisiensi: Path, tmp_path: Path) -> None:
    book = excel.open(spoil(efisiensi))
    book.save()
    result = validate(efisiensi)
    shown = book.sheets.active.name
    press(excel, "validasi")
    assert book.sheets.active.name == shown
    ws = openpyxl.load_workbook(saved(book, tmp_path / "hasil.xlsx"))[SHEET]
    rows = list(ws.iter_rows(values_only=True))
    assert rows[0][0] == marked.TITLE and rows[1][0] == f"TIDAK SAH: {efisiensi.name}"
    assert list(rows[marked.HEADER_ROW - 1]) == [heading for heading, _ in marked.COLUMNS]
    table = rows[marked.HEADER_ROW :]
    assert [row[0] for row in table] == list(range(1, len(result.findings) + 1))
    assert [row[2] for row in table] == [finding.code for finding in result.findings]
    assert {row[1] for row in table} == {"GALAT", "INFO"}
    first = ws.cell(marked.HEADER_ROW + 1, marked.CELL_COLUMN)
    assert first.value == "E7" and first.hyperlink.location == "Efisiensi!E7"
    assert (ws.freeze_panes, ws.page_setup.orientation, ws.page_setup.paperSize) == ("A9", "landscape", 9)
    assert ws.sheet_properties.pageSetUpPr.fitToPage and ws.print_title_rows == "$8:$8"
    assert ws.cell(marked.HEADER_ROW + 1, 9).alignment.wrap_text and ws.column_dimensions["I"].width == 62
    written = ws.cell(marked.HEADER_ROW + 1, 8)
    assert (written.value, written.data_type) == ("100,81", "s")  # a text, in any language of Excel


def with_everything(path: Path) -> Path:
    """What staff put into a book: notes, a thread, colours and conditional formats of their own."""
    book = openpyxl.load_workbook(path)
    ws = book["Efisiensi"]
    ws["E7"].comment = Comment("Catatan saya", "Sari")
    ws["C8"].comment = Comment(f"{THREAD}\n\nSudah dicek", "tc={1}")
    ws["B20"].comment = Comment("Lokapom: milik saya", "Sari")
    ws["D9"].fill = PatternFill("solid", fgColor="00FF00")
    own = CellIsRule(operator="greaterThan", formula=["100"], fill=PatternFill(bgColor="FFFF00"))
    ws.conditional_formatting.add("C7:E26", own)
    book.create_sheet(SHEET)["A1"] = "Rapat 5 Mei"
    # Put into the engine's open book, so that it is saved with the results beside the formulas.
    opened = Excel().open(path, mock=False)
    opened.impl.xl = book
    opened.save()
    return path


def test_hapus_tanda_leaves_the_book_as_it_was(excel: Excel, efisiensi: Path, tmp_path: Path) -> None:
    with_everything(spoil(efisiensi))
    book = excel.open(efisiensi)
    before = saved(book, tmp_path / "sebelum.xlsx")
    press(excel, "validasi")
    marked_copy = saved(book, tmp_path / "bertanda.xlsx")
    assert dump(marked_copy) != dump(before)
    names = [sheet.name for sheet in book.sheets]
    assert SHEET in names and f"{SHEET} (2)" in names  # somebody's sheet has the name
    rows = read_book(marked_copy).sheets[f"{SHEET} (2)"].cells
    assert rows[7, 1].value == "Tanpa catatan karena sudah bercatatan: Efisiensi!E7, Efisiensi!C8."
    assert cell(book, "Efisiensi!E7").note.text == "Catatan saya"
    press(excel, "validasi")  # again: in place of the former marks
    again = saved(book, tmp_path / "lagi.xlsx")
    assert dump(again) == dump(marked_copy)
    text = press(excel, "hapus_tanda")
    assert text.startswith("Dihapus: warna ") and f"lembar {SHEET} (2)" in text
    after = saved(book, tmp_path / "sesudah.xlsx")
    assert dump(after) == dump(before)
    assert members(after) == members(before)
    assert press(excel, "hapus_tanda").startswith("Tidak ada tanda")


def test_hapus_tanda_after_saving_on_another_pc(excel: Excel, efisiensi: Path, tmp_path: Path) -> None:
    with_everything(spoil(efisiensi))
    book = excel.open(efisiensi)
    before = dump(saved(book, tmp_path / "sebelum.xlsx"))
    press(excel, "validasi")
    (tmp_path / "sana").mkdir()
    elsewhere = Excel()
    other = elsewhere.open(saved(book, tmp_path / "sana" / "Efisiensi lain.xlsx"))
    press(elsewhere, "hapus_tanda")
    assert dump(saved(other, tmp_path / "sesudah.xlsx")) == before


def test_a_note_that_somebody_went_on_writing_is_his(excel: Excel, efisiensi: Path) -> None:
    book = excel.open(spoil(efisiensi))
    press(excel, "validasi")
    ws = book.impl.xl["Efisiensi"]
    ws["E7"].comment.text += "\nSudah saya tanyakan."
    press(excel, "hapus_tanda")
    assert "Sudah saya tanyakan." in cell(book, "Efisiensi!E7").note.text
    assert len(book.sheets["Efisiensi"].notes) == 1


def test_marks_in_a_merged_area(excel: Excel, efisiensi: Path) -> None:
    book = excel.open(efisiensi)
    with live.snapshot(book) as copy:
        standing = marks.Standing(copy)
    result = validate(efisiensi)
    (finding,) = result.findings
    finding.origin = type(finding.origin)(finding.origin.file, "Efisiensi", "D5")
    new_marks = marks.wanted(result, standing, "")
    assert list(new_marks.notes["Efisiensi"]) == [(5, 3)]
    assert new_marks.colours["Efisiensi"]["info"] == {(5, 3), (5, 4), (5, 5)}
    marks.replace(book, standing.marks, new_marks)
    assert cell(book, "Efisiensi!C5").note is not None


def test_validasi_of_a_printed_book_and_of_none(excel: Excel, made: Demo, tmp_path: Path) -> None:
    path = Path(shutil.copy(made.books[2], tmp_path / "cetak.xlsx"))
    book = excel.open(path)
    expected = found(path)
    assert press(excel, "validasi").startswith("TIDAK SAH")
    with live.snapshot(book) as copy:
        levels = marks.Standing(copy).marks.colours
    assert {s: {a1(*c) for cells in by.values() for c in cells} for s, by in levels.items()} == expected
    foreign = openpyxl.Workbook()
    foreign.save(tmp_path / "lain.xlsx")
    other = excel.open(tmp_path / "lain.xlsx")
    for name in ("validasi", "isi", "hitung"):
        assert press(excel, name).endswith("(STR01)")
    assert [sheet.name for sheet in other.sheets] == ["Sheet"]


# --- Batalkan ------------------------------------------------------------------------------------


def test_batalkan_goes_back_step_by_step(excel: Excel, efisiensi: Path, tmp_path: Path) -> None:
    book = excel.open(spoil(efisiensi))
    states = []

    def now() -> dict[str, Any]:
        return dump(saved(book, tmp_path / "kini.xlsx"))

    cell(book, "Efisiensi!C8").value = 97.4
    cell(book, "Efisiensi!D9").value = 80
    live.calculate(book.app)
    states.append(now())
    choose(excel, [changed_source(tmp_path), REPORT / "koreksi.csv"])
    press(excel, "isi", "yes")
    states.append(now())
    press(excel, "validasi")
    states.append(now())
    press(excel, "hapus_tanda")
    assert now() == states[-2]
    texts = []
    for state in (states[2], states[1], states[0]):
        texts.append(press(excel, "batalkan", "yes"))
        got = now()
        if state is states[2]:  # the sheet says when it was checked
            got[SHEET]["cells"].pop("A3"), state[SHEET]["cells"].pop("A3")
        assert got == state
    assert ["Hapus Tanda" in texts[0], "Validasi" in texts[1], "Isi" in texts[2]] == [True] * 3
    assert "sel kembali seperti sebelumnya" in texts[2]
    assert press(excel, "batalkan").endswith("(TULIS20)")


def test_batalkan_asks_and_can_be_declined(excel: Excel, filled: xw.Book, tmp_path: Path) -> None:
    choose(excel, [changed_source(tmp_path), REPORT / "koreksi.csv"])
    press(excel, "isi", "yes")
    before = values(saved(filled, tmp_path / "a.xlsx"))
    press(excel, "batalkan", "no")
    (question,) = excel.alerts
    assert re.fullmatch(
        r"Batalkan Isi pada \d\d\.\d\d\? Akibatnya: 6 sel kembali seperti sebelumnya\.", question
    )
    assert values(saved(filled, tmp_path / "b.xlsx")) == before


def test_what_was_changed_since_stays(excel: Excel, filled: xw.Book, tmp_path: Path) -> None:
    choose(excel, [changed_source(tmp_path), REPORT / "koreksi.csv"])
    press(excel, "isi", "yes")
    cell(filled, "Efisiensi!C7").value = 77
    text = press(excel, "batalkan", "yes")
    assert "Sudah diubah sesudahnya, dibiarkan: Efisiensi!C7." in excel.alerts[0]
    assert "dibiarkan: Efisiensi!C7" in text
    assert (cell(filled, "Efisiensi!C7").value, cell(filled, "Efisiensi!C8").value) == (77, 97.4)


def test_a_button_is_taken_back_by_the_command(excel: Excel, filled: xw.Book, tmp_path: Path) -> None:
    path = Path(filled.fullname)
    before = values(path)
    choose(excel, [changed_source(tmp_path), REPORT / "koreksi.csv"])
    press(excel, "isi", "yes")
    filled.save()
    assert values(path) != before
    report = undo(path)
    assert not report.exact and report.restored and not report.kept and values(path) == before
    # And the button knows.
    reopened = Excel()
    reopened.open(path)
    assert press(reopened, "batalkan").endswith("(TULIS20)")


def test_the_command_passes_over_marks(excel: Excel, filled: xw.Book, tmp_path: Path) -> None:
    path = Path(filled.fullname)
    before = values(path)
    choose(excel, [changed_source(tmp_path), REPORT / "koreksi.csv"])
    press(excel, "isi", "yes")
    press(excel, "validasi")
    filled.save()
    assert [record.action for record in savings(path)] == ["fill", "validate"]
    assert undo(path).record.action == "fill"
    after = {key: value for key, value in values(path).items() if key[0] != SHEET}
    assert after == before
    reopened = Excel()
    book = reopened.open(path)
    assert press(reopened, "batalkan", "yes").startswith("Dibatalkan: Validasi pada")
    assert SHEET not in [sheet.name for sheet in book.sheets]


def test_a_command_is_taken_back_by_the_button(excel: Excel, efisiensi: Path, tmp_path: Path) -> None:
    before = values(efisiensi)
    fill(efisiensi, [changed_source(tmp_path), REPORT / "koreksi.csv"], overwrite=True)
    between = values(efisiensi)
    book = excel.open(efisiensi)
    assert press(excel, "batalkan", "yes").startswith("Dibatalkan: Isi pada")
    assert values(saved(book, tmp_path / "kini.xlsx")) == before
    # Closed without saving, the book still has what the command did, which can still be taken back.
    assert values(efisiensi) == between
    assert undo(efisiensi).restored and values(efisiensi) == before


def test_a_book_closed_without_saving(excel: Excel, filled: xw.Book, tmp_path: Path) -> None:
    path = Path(filled.fullname)
    choose(excel, [changed_source(tmp_path), REPORT / "koreksi.csv"])
    press(excel, "isi", "yes")
    press(excel, "validasi")
    again = Excel()
    again.open(path)
    assert press(again, "batalkan").endswith("(TULIS20)")
    with pytest.raises(Exception, match="tidak ada perubahan"):
        undo(path)


def test_the_backup_is_the_book_before(excel: Excel, filled: xw.Book, tmp_path: Path) -> None:
    path = Path(filled.fullname)
    cell(filled, "Efisiensi!C8").value = 55  # not saved
    choose(excel, [changed_source(tmp_path), REPORT / "koreksi.csv"])
    press(excel, "isi", "yes")
    (backup,) = (path.parent / FOLDER).glob("*.xlsx")
    assert read_book(backup).sheets["Efisiensi"].cells[8, 3].value == D(55)


def test_a_book_never_saved_and_one_on_a_server(
    excel: Excel, filled: xw.Book, tmp_path: Path, home: Path
) -> None:
    path = Path(filled.fullname)
    for location, name in (("Buku1", "Buku1"), ("https://kantor.sharepoint.com/RAPK.xlsx", "RAPK.xlsx")):
        filled.impl.location, filled.impl.name = location, name
        before = values(saved(filled, tmp_path / "a.xlsx"))
        choose(excel, [changed_source(tmp_path), REPORT / "koreksi.csv"])
        assert "sel diisi" in press(excel, "isi", "yes")
        (history,) = histories_of(filled)
        assert history.folder.is_relative_to(user_folder() / "cadangan") and history.records()
        assert user_folder().is_relative_to(home)
        assert "kembali" in press(excel, "batalkan", "yes")
        assert values(saved(filled, tmp_path / "b.xlsx")) == before
    assert not (path.parent / FOLDER).exists()


def test_a_folder_that_may_not_be_written(excel: Excel, filled: xw.Book, tmp_path: Path, home: Path) -> None:
    path = Path(filled.fullname)
    (path.parent / FOLDER).write_text("a file of this name", encoding="utf-8")
    choose(excel, [changed_source(tmp_path), REPORT / "koreksi.csv"])
    assert "sel diisi" in press(excel, "isi", "yes")
    assert "kembali" in press(excel, "batalkan", "yes")
    (home / "lokapom").rename(home / "lama")
    (home / "lokapom").write_text("a file of this name", encoding="utf-8")
    (home / "Lokapom").write_text("a file of this name", encoding="utf-8")
    before = values(saved(filled, tmp_path / "a.xlsx"))
    choose(excel, [changed_source(tmp_path), REPORT / "koreksi.csv"])
    assert press(excel, "isi", "yes").endswith("(TULIS13)")
    assert values(saved(filled, tmp_path / "b.xlsx")) == before


def test_a_source_that_cannot_be_read(excel: Excel, filled: xw.Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "data.csv")

    monkeypatch.setattr(macros, "needs_month", refused)
    choose(excel, SOURCES)
    assert press(excel, "isi").startswith("data.csv tidak dapat dibaca atau ditulis.")


# --- protection and failures ---------------------------------------------------------------------


def odd_protection(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    protection = book["Efisiensi"].protection
    protection.objects = protection.scenarios = True
    protection.formatCells, protection.sort, protection.deleteRows = True, False, False
    protection.selectLockedCells = True
    book.save(path)


def test_protection_comes_back_as_it_was(excel: Excel, efisiensi: Path, tmp_path: Path) -> None:
    odd_protection(spoil(efisiensi))
    book = excel.open(efisiensi)
    before = {ws.title: repr(ws.protection) for ws in book.impl.xl.worksheets}
    with pytest.raises(ExcelError):  # the engine refuses what Excel would
        cell(book, "Efisiensi!E8").value = 1
    with pytest.raises(ExcelError):
        cell(book, "Efisiensi!E8").add_note("x")

    def same() -> bool:
        found = {ws.title: repr(ws.protection) for ws in book.impl.xl.worksheets if ws.title in before}
        return found == before

    for failing in ("note", "conditional", "add"):
        book.impl.fails = {failing}
        assert "kesalahan yang tidak terduga" in press(excel, "validasi") and same()
        book.impl.fails = set()
        press(excel, "hapus_tanda")
    press(excel, "validasi")
    assert same()
    press(excel, "hapus_tanda")
    assert same() and SHEET not in [sheet.name for sheet in book.sheets]


def test_a_failure_is_told_logged_and_can_be_taken_back(
    excel: Excel, filled: xw.Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    before = values(saved(filled, tmp_path / "a.xlsx"))
    protection = repr(filled.impl.xl["Efisiensi"].protection)
    honest, count = xw.Range.value.fset, 0

    def fails_later(self: xw.Range, value: Any) -> None:
        nonlocal count
        count += 1
        if count == 2:
            raise ExcelError("Out of memory")
        honest(self, value)

    with monkeypatch.context() as patched:
        patched.setattr(xw.Range, "value", property(xw.Range.value.fget, fails_later))
        choose(excel, [changed_source(tmp_path), REPORT / "koreksi.csv"])
        text = press(excel, "isi", "yes")
    (log,) = home.rglob("tombol.log")
    assert text.startswith("Tombol Isi berhenti karena kesalahan yang tidak terduga.") and str(log) in text
    assert "Traceback" not in text and "Out of memory" not in text
    assert "ExcelError: Out of memory" in log.read_text("utf-8")
    assert repr(filled.impl.xl["Efisiensi"].protection) == protection
    assert values(saved(filled, tmp_path / "b.xlsx")) != before
    assert "kembali seperti sebelumnya" in press(excel, "batalkan", "yes")
    assert values(saved(filled, tmp_path / "c.xlsx")) == before
    monkeypatch.setenv("XDG_STATE_HOME", str(log))  # a file: no log can be written
    monkeypatch.setenv("LOCALAPPDATA", str(log))
    filled.impl.fails = {"SaveCopyAs"}
    assert "Rinciannya" not in press(excel, "hitung")


def test_a_password_changes_nothing(excel: Excel, efisiensi: Path, tmp_path: Path) -> None:
    book = excel.open(spoil(efisiensi))
    book.impl.xl["Efisiensi"].protection.set_password("rahasia")
    before = dump(saved(book, tmp_path / "a.xlsx"))
    text = press(excel, "validasi")
    assert "lembar Efisiensi dilindungi dengan kata sandi" in text and text.endswith("(TULIS22)")
    assert dump(saved(book, tmp_path / "b.xlsx")) == before
    cell(book, "Efisiensi!C8").value = cell(book, "Efisiensi!D9").value = None
    choose(excel, SOURCES)
    assert press(excel, "isi", "yes").endswith("(TULIS22)")
    assert cell(book, "Efisiensi!C8").value is None
    assert press(excel, "batalkan").endswith("(TULIS20)")


def test_a_book_whose_structure_is_protected(excel: Excel, efisiensi: Path) -> None:
    book = excel.open(efisiensi)
    book.api.Protect("", True, False)
    press(excel, "validasi")
    assert SHEET in [sheet.name for sheet in book.sheets] and book.api.ProtectStructure
    book.api.Unprotect("")
    book.api.Protect("rahasia", True, False)
    text = press(excel, "hapus_tanda")
    assert "susunan lembar dilindungi" in text and SHEET in [sheet.name for sheet in book.sheets]


def test_a_book_with_faults_of_structure(excel: Excel, efisiensi: Path) -> None:
    book = openpyxl.load_workbook(efisiensi)
    del book["Efisiensi"]
    book.save(efisiensi)
    excel.open(efisiensi)
    choose(excel, SOURCES)
    assert press(excel, "isi").endswith("(STR12)")
    assert press(excel, "hitung").endswith("(STR12)")
    assert press(excel, "validasi").startswith("TIDAK SAH")


def test_manual_calculation_stays_manual(excel: Excel, filled: xw.Book, tmp_path: Path) -> None:
    excel.state["calculation"] = "manual"
    choose(excel, [changed_source(tmp_path), REPORT / "koreksi.csv"])
    text = press(excel, "isi", "yes")
    assert "berbeda" not in text and excel.state["calculation"] == "manual"


# --- Bekukan, Panduan ----------------------------------------------------------------------------


def test_bekukan(excel: Excel, filled: xw.Book, tmp_path: Path) -> None:
    target = tmp_path / "hasil" / "Efisiensi-beku.xlsx"
    target.parent.mkdir()
    excel.target = False
    assert press(excel, "bekukan") == ""
    assert excel.asked[-1] == str(Path(filled.fullname).with_name("Efisiensi-beku.xlsx"))
    cell(filled, "Efisiensi!C7").value = 90  # not saved
    excel.target = str(target)
    text = press(excel, "bekukan")
    assert str(target) in text and hashlib.sha256(target.read_bytes()).hexdigest() in text
    frozen = read_book(target).sheets["Efisiensi"].cells
    assert (frozen[7, 3].value, frozen[7, 5].value, frozen[7, 5].formula) == (D(90), D("102.49"), None)
    assert press(excel, "bekukan").endswith("(BERKAS31)")  # an existing file is never replaced
    press(excel, "validasi")
    press(excel, "bekukan", "no")
    assert "tanda hasil Validasi" in excel.alerts[0] and len(excel.alerts) == 1


def test_bekukan_of_a_macro_book(excel: Excel, tmp_path: Path) -> None:
    excel.open(Path(shutil.copy(MACRO_BOOKS / "Efisiensi-2023.xlsm", tmp_path)))
    choose(excel, SOURCES)
    press(excel, "isi")
    excel.target = str(tmp_path / "kirim.xlsx")
    assert "SHA-256" in press(excel, "bekukan")
    assert "xl/vbaProject.bin" not in zipfile.ZipFile(tmp_path / "kirim.xlsx").namelist()


def test_panduan(excel: Excel, filled: xw.Book) -> None:
    filled.impl.xl.active = 1
    assert press(excel, "panduan") == "" and filled.sheets.active.name == "Petunjuk"
    filled.impl.xl["Petunjuk"].sheet_state = "veryHidden"
    filled.impl.xl.active = 1
    assert "lokapom-xl explain" in press(excel, "panduan")


def test_the_buttons_on_xlwings_as_it_is_on_windows(efisiensi: Path, made: Demo, tmp_path: Path) -> None:
    """Step by step the same book as on the engine, by way of xlwings' own code for Excel."""
    with_everything(spoil(efisiensi))
    (tmp_path / "sini").mkdir(), (tmp_path / "sana").mkdir()
    here, there = (Path(shutil.copy(efisiensi, tmp_path / name / "E.xlsx")) for name in ("sini", "sana"))
    ours, theirs = Excel(), Excel()
    book = ours.open(here).impl
    other = theirs.open(there, mock=False).impl
    source = changed_source(tmp_path)
    steps = [
        ("validasi",),
        ("hapus_tanda",),
        ("batalkan", "yes"),
        ("batalkan", "yes"),
        ("hitung",),
        ("panduan",),
    ]
    steps += [("isi", "yes"), ("batalkan", "yes"), ("batalkan",), ("bekukan",), ("isi", "no")]
    for place in (book, other):  # text and a negative number are no entries
        place.sheets("Efisiensi").range("C8").raw_value = 97.4
        place.sheets("Efisiensi").range("D9").raw_value = 80.0
    states, said = [], []
    for excel, opened in ((ours, book), (theirs, other)):
        excel.files = [[str(source), str(REPORT / "koreksi.csv")] for _ in range(2)]
        excel.target = str(opened.path.with_name("beku.xlsx"))
        texts, dumps = [], []
        with fakecom.windows(excel, opened) if opened is other else nullcontext(macros) as buttons:
            for name, *answers in steps:
                excel.answers = list(answers)
                buttons.run(name)
                assert excel.state == CALM and not excel.answers
                texts.append([text.replace(str(opened.path.parent), "") for text in excel.alerts])
                excel.alerts.clear()
                opened.SaveCopyAs(str(tmp_path / "kini.xlsx"))
                dumps.append(dump(tmp_path / "kini.xlsx"))
        states.append(dumps)
        said.append(texts)
    time = re.compile(r"\d\d\.\d\d|[0-9a-f]{64}")
    assert time.sub("", repr(said[0])) == time.sub("", repr(said[1]))
    for step, mine, its in zip(steps, *states, strict=True):
        for sheets in (mine, its):
            for name in sheets["sheets"]:
                sheets[name[0]]["cells"].pop("A3", None)  # when it was checked
        assert mine == its, step
    assert (
        read_book(here.with_name("beku.xlsx")).sheets.keys()
        == read_book(there.with_name("beku.xlsx")).sheets.keys()
    )


def test_questions_on_xlwings_as_it_is_on_windows(excel: Excel, made: Demo, tmp_path: Path) -> None:
    new("rapk", 2023, tmp_path / "baru.xlsx")
    book = excel.open(tmp_path / "baru.xlsx", mock=False).impl
    excel.open(Path(shutil.copy(made.books[0], tmp_path / "RAPK.xlsx")), mock=False)
    excel.open(Path(shutil.copy(made.books[1], tmp_path / "E.xlsx")), mock=False)
    with fakecom.windows(excel, book) as buttons:
        excel.answers = ["yes"]
        buttons.run("isi")
        assert "sel diisi di lembar PK, RAPK, Pemantauan, Capaian" in excel.alerts[-1]
        excel.answers, excel.inputs = ["no", "no"], ["September"]
        choose(excel, MONTHLY)
        buttons.run("isi")
        assert excel.alerts[-1].startswith("Tidak ada sel yang perlu diisi") and excel.state == CALM
        excel.files.append(False)
        excel.answers = ["no", "no"]
        buttons.run("isi")
        book.xl["PK"].protection.set_password("rahasia")
        excel.answers = ["yes"]
        buttons.run("batalkan")
        assert excel.alerts[-1].endswith("(TULIS22)") and excel.state == CALM
        book.fails = {"SaveCopyAs"}
        buttons.run("hitung")
        assert "kesalahan yang tidak terduga" in excel.alerts[-1] and excel.state == CALM


def test_an_unknown_button(excel: Excel, filled: xw.Book) -> None:
    with pytest.raises(KeyError):
        run("tiada")  # the VBA of the book tells
