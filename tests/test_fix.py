"""`validate --fix`: what is repaired, what never is, and how it is written."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from lokapom_xl.actions.compute import compute
from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.fix import FixReport, fix, lines
from lokapom_xl.actions.freeze import freeze
from lokapom_xl.actions.new import new
from lokapom_xl.actions.repairs import Finder, Repairs
from lokapom_xl.actions.undo import undo
from lokapom_xl.actions.validate import validate
from lokapom_xl.checks.selection import selected
from lokapom_xl.numbers import CellError, Scalar
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.history import FOLDER
from lokapom_xl.workbook.number_formats import NumberFormat, NumberFormats
from lokapom_xl.workbook.package import open_package
from lokapom_xl.workbook.read import Book, Cell, Workbook, read_book
from lokapom_xl.workbook.write import Edit, Formula, Put, Store, save_edits

from .conftest import place, sheet_part
from .test_cli import run
from .test_write import edit_zip


def edited(path: Path, edits: Mapping[str, Edit]) -> Path:
    """The book as if somebody had typed these things into it with another program."""
    by_sheet: dict[str, dict[tuple[int, int], Edit]] = {}
    for where, edit in edits.items():
        sheet, *position = place(where)
        by_sheet.setdefault(sheet, {})[position[0], position[1]] = edit
    assert save_edits(path, path, by_sheet)
    return path


def typed(path: Path, values: Mapping[str, Scalar]) -> Path:
    return edited(path, {where: Put(value, over_formula=True) for where, value in values.items()})


def formatted(path: Path, formats: Mapping[str, str], quoted: bool = False) -> Path:
    """The book with other number formats (and Excel's apostrophe) in some cells."""

    def change(members: dict[str, bytes]) -> None:
        styles = members["xl/styles.xml"].decode()
        for number, (where, code) in enumerate(formats.items(), 900):
            sheet = place(where)[0]
            address = where.rpartition("!")[2]
            part = sheet_part(path, sheet)
            content = members[part].decode()
            cell = re.search(rf'<c r="{address}"[^>]*? s="(\d+)"', content)
            assert cell is not None, where
            formats_of_cells = re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)
            assert formats_of_cells is not None
            items = re.findall(r"<xf [^>]*?/>|<xf .*?</xf>", formats_of_cells[0], re.DOTALL)
            own = re.sub(r'numFmtId="\d+"', f'numFmtId="{number}"', items[int(cell[1])])
            if quoted:
                own = re.sub(r' quotePrefix="0"', "", own).replace("<xf ", '<xf quotePrefix="1" ', 1)
            text = code.replace("&", "&amp;").replace('"', "&quot;")
            styles = styles.replace(
                "</numFmts>", f'<numFmt numFmtId="{number}" formatCode="{text}"/></numFmts>'
            )
            styles = styles.replace("</cellXfs>", f"{own}</cellXfs>")
            members[part] = content.replace(
                cell[0], cell[0].replace(f's="{cell[1]}"', f's="{len(items)}"')
            ).encode()
        members["xl/styles.xml"] = styles.encode()

    return edit_zip(path, change)


def cell(book: Book | Path, where: str) -> Cell:
    book = read_book(book) if isinstance(book, Path) else book
    sheet, row, column = place(where)
    return book.sheets[sheet].cells.get((row, column)) or Cell(None, None)


def shape(path: Path, where: str) -> NumberFormat:
    sheet, _, address = where.rpartition("!")
    return NumberFormat(openpyxl.load_workbook(path)[sheet][address].number_format)


def digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def one(path: Path, **options: object) -> FixReport:
    (report,) = fix([path], **options)  # type: ignore[arg-type]
    return report


def repaired(report: FixReport) -> list[str]:
    return [item.where for item in report.repairs]


def left(report: FixReport) -> dict[str, str]:
    return {item.where: item.why for item in report.left}


def nothing_more(path: Path) -> None:
    """A second run finds nothing and writes nothing."""
    before = path.read_bytes(), path.stat().st_mtime_ns
    report = one(path)
    assert not report.repairs and not report.written
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


# --- sound books -----------------------------------------------------------------------------------


def test_a_sound_book_has_nothing_to_repair(made: Demo, tmp_path: Path) -> None:
    for number, book in enumerate(made.books):
        path = Path(shutil.copy(book, tmp_path / f"{number}.xlsx"))
        report = one(path)
        assert (report.repairs, report.left, report.written) == ([], [], False)
        assert "tidak ada yang perlu diperbaiki; tidak ada yang disimpan" in lines(report)[-1]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["0.xlsx", "1.xlsx", "2.xlsx", "3.xlsx"]


# --- a number as text ------------------------------------------------------------------------------


def test_a_number_as_text_becomes_that_number(efisiensi: Path) -> None:
    before = read_book(efisiensi)
    typed(efisiensi, {"Efisiensi!D7": "92,24", "Efisiensi!F7": "Rp 14.886.800", "Efisiensi!D8": "92,86%"})
    formatted(efisiensi, {"Efisiensi!D7": "@"})
    report = one(efisiensi)
    assert repaired(report) == ["Efisiensi!D7", "Efisiensi!F7", "Efisiensi!D8"]
    assert {item.code for item in report.repairs} == {"ISI04"} and report.written
    after = read_book(efisiensi)
    assert cell(after, "Efisiensi!D7").value == Decimal("92.24")
    assert cell(after, "Efisiensi!F7").value == Decimal(14886800)
    assert cell(after, "Efisiensi!D8").value == Decimal("92.86")
    assert shape(efisiensi, "Efisiensi!D7") == shape(efisiensi, "Efisiensi!D9")
    assert shape(efisiensi, "Efisiensi!D7").decimals == 2
    # Results were right already, so nothing else changed.
    assert report.recomputed == [] and cell(after, "Efisiensi!E7") == cell(before, "Efisiensi!E7")
    text = "\n".join(lines(report))
    assert (
        "Efisiensi!D7: teks “92,24” → angka 92,24, format teks menjadi format kolomnya "
        "(ISI04 angka tersimpan sebagai teks)" in text
    )
    assert not [f for f in validate(efisiensi).findings if f.code == "ISI04"]
    nothing_more(efisiensi)


def test_results_that_follow_are_computed_and_listed(efisiensi: Path) -> None:
    before = read_book(efisiensi)
    typed(efisiensi, {"Efisiensi!D7": "92,24"})
    # What Excel stores when it meets the text; and one stale result that has nothing to do with it.
    edited(
        efisiensi,
        {
            "Efisiensi!E7": Store(CellError("#VALUE!")),
            "Efisiensi!I7": Store(CellError("#VALUE!")),
            "Efisiensi!E9": Store(Decimal(1)),
        },
    )
    report = one(efisiensi)
    assert {(r.where, r.old, r.new) for r in report.recomputed} == {
        ("Efisiensi!E7", "#VALUE!", "100,81"),
        ("Efisiensi!I7", "#VALUE!", "1,01"),
    }
    after = read_book(efisiensi)
    assert cell(after, "Efisiensi!I7") == cell(before, "Efisiensi!I7")
    assert cell(after, "Efisiensi!E9").value == 1, "a stale result of its own has its own finding"
    found = {(f.code, f.origin.cell) for f in validate(efisiensi).findings if f.level == "galat"}
    assert found == {("HIT01", "E9")}
    assert "  Efisiensi!E7: #VALUE! → 100,81" in lines(report)


@pytest.mark.parametrize(
    ("where", "text", "why"),
    [
        ("Efisiensi!F7", "30.000", None),  # two readings
        ("Efisiensi!D7", "92,24*", None),  # a footnote star
        ("Efisiensi!D7", "92 persen", None),
        ("Efisiensi!F7", "99%", "tanda % tidak sesuai dengan kolomnya"),
        ("Efisiensi!D7", "Rp 92", "tanda Rp tidak sesuai dengan kolomnya"),
        ("Efisiensi!D7", "0,12345678901234567891", "lebih panjang daripada yang dapat disimpan Excel"),
    ],
)
def test_what_has_no_certain_number_is_left(efisiensi: Path, where: str, text: str, why: str | None) -> None:
    typed(efisiensi, {where: text})
    before = efisiensi.read_bytes()
    report = one(efisiensi)
    assert not report.repairs and efisiensi.read_bytes() == before
    if why is None:
        assert not report.left
    else:
        assert why in left(report)[where]
        assert f"Dibiarkan di {efisiensi.name}:" in lines(report)


def test_text_of_a_formula_is_never_a_number(efisiensi: Path) -> None:
    edited(efisiensi, {"Efisiensi!D7": Formula('"92,24"', "92,24"), "Efisiensi!D8": Put("93,5")})
    report = one(efisiensi)
    assert not report.repairs
    # With a formula in an entry nothing can be computed, so nothing is repaired that a result hangs on.
    assert "Efisiensi!D7 adalah sel isian, tetapi berisi rumus" in left(report)["Efisiensi!D8"]


def test_the_apostrophe_goes_with_the_text(efisiensi: Path) -> None:
    typed(efisiensi, {"Efisiensi!D7": "92,24"})
    formatted(efisiensi, {"Efisiensi!D7": "#,##0.00"}, quoted=True)
    workbook = Workbook(open_package(efisiensi))
    styles = {token[:2]: token[2] for token in workbook.sheet_xml("Efisiensi").tokens()}
    assert NumberFormats(workbook).is_quoted(styles[7, 4])
    assert repaired(one(efisiensi)) == ["Efisiensi!D7"]
    workbook = Workbook(open_package(efisiensi))
    styles = {token[:2]: token[2] for token in workbook.sheet_xml("Efisiensi").tokens()}
    assert not NumberFormats(workbook).is_quoted(styles[7, 4])
    nothing_more(efisiensi)


def test_where_an_entry_stays_unreadable_only_the_looks_are_repaired(efisiensi: Path) -> None:
    typed(efisiensi, {"Efisiensi!D7": "92,24", "Efisiensi!F8": "30.000", "Efisiensi!K9": "Efisien"})
    formatted(efisiensi, {"Efisiensi!C9": "@"})
    report = one(efisiensi)
    assert repaired(report) == ["Efisiensi!C9"]
    assert "Efisiensi!F8 berisi teks “30.000”" in left(report)["Efisiensi!D7"]
    assert "Efisiensi!F8 berisi teks “30.000”" in left(report)["Efisiensi!K9"]
    assert cell(efisiensi, "Efisiensi!D7").value == "92,24"


# --- number formats ----------------------------------------------------------------------------------


def test_a_percentage_becomes_its_points(efisiensi: Path) -> None:
    before = validate(efisiensi).findings
    typed(efisiensi, {"Efisiensi!D7": Decimal("0.9224"), "Efisiensi!D8": Decimal("0.9286")})
    formatted(efisiensi, {"Efisiensi!D7": "0.00%", "Efisiensi!D8": "0.00%"})
    assert {f.code for f in validate(efisiensi).findings} >= {"ISI06"}
    report = one(efisiensi)
    assert repaired(report) == ["Efisiensi!D7", "Efisiensi!D8"]
    assert cell(efisiensi, "Efisiensi!D7")._replace(format="") == Cell(Decimal("92.24"), None, text="92.24")
    assert cell(efisiensi, "Efisiensi!D8").value == Decimal("92.86")
    assert shape(efisiensi, "Efisiensi!D7").decimals == 2
    assert "0,9224, tampil 92,24% → 92,24 dengan format angka; yang terbaca tetap sama" in lines(report)[1]
    assert validate(efisiensi).findings == before
    nothing_more(efisiensi)


@pytest.mark.parametrize(
    ("where", "value", "code", "why"),
    [
        ("Efisiensi!D7", "0.9224", "0%", "formatnya tidak menampilkan semua angkanya (92,24)"),
        ("Efisiensi!D7", "92.24", "0.00%", "mungkin yang dimaksud 92,24"),
        ("Efisiensi!F7", "0.5", "0.00%", "kolom ini bukan kolom persen"),
        ("Efisiensi!D7", "0.9224", '0.00%" kira-kira";"?"', None),
        ("Efisiensi!D7", "45047", "dd/mm/yyyy", "mungkin memang tanggal yang diketik"),
        ("Efisiensi!D7", "0.5", "hh:mm", "mungkin memang waktu yang diketik"),
        ("Efisiensi!D7", "92.24", "0", "mengubah formatnya akan mengubah angka yang terbaca"),
        ("Efisiensi!D7", "92.245", "@", "format kolomnya tidak menampilkan semua angka di belakang koma"),
    ],
)
def test_a_format_that_people_read_by_is_left(
    efisiensi: Path, where: str, value: str, code: str, why: str | None
) -> None:
    if str(cell(efisiensi, where).value) != value:
        typed(efisiensi, {where: Decimal(value)})
    formatted(efisiensi, {where: code})
    before = efisiensi.read_bytes()
    report = one(efisiensi)
    if why is None:
        assert repaired(report) == [where]  # words around the number are no digits
    else:
        assert why in left(report)[where] and efisiensi.read_bytes() == before


def test_text_general_and_date_formats_become_the_columns(efisiensi: Path) -> None:
    old = read_book(efisiensi)
    formats = {
        "Efisiensi!C7": "@",
        "Efisiensi!C8": "General",
        "Efisiensi!C9": "dd/mm/yyyy",
        "Efisiensi!F7": "d mmmm yyyy;@",
        "Efisiensi!D12": "[$-421]dd mmmm yyyy",
    }
    typed(efisiensi, {"Efisiensi!D12": None})
    formatted(efisiensi, formats)
    report = one(efisiensi)
    assert sorted(repaired(report)) == sorted(formats)
    assert report.recomputed == []
    for where in formats:
        assert shape(efisiensi, where).code == "[$-421]#,##0.00", where
        if where != "Efisiensi!D12":
            assert cell(efisiensi, where) == cell(old, where)
    nothing_more(efisiensi)
    sheet = openpyxl.load_workbook(efisiensi)["Efisiensi"]
    assert sheet["C7"].style_id == sheet["C11"].style_id  # no other look was added, either


# --- blanks ------------------------------------------------------------------------------------------


def test_blanks_around_names_headers_and_dashes_go(rapk: Path) -> None:
    old = read_book(rapk)
    name = str(cell(old, "Pemantauan!C7").value)
    typed(
        rapk,
        {
            "Pemantauan!C7": f" {name}\u00a0",
            "PK!C5": f"{cell(old, 'PK!C5').value} ",
            "Capaian!I7": " -\u00a0",
            "Capaian!I8": "  ",
            "Tindak Lanjut SAKIP!G6": "selesai ",
            "Capaian!R7": "  alasan panjang dari petugas  ",
            "SDM!B6": "Kepala Loka ",
        },
    )
    report = one(rapk)
    assert sorted(repaired(report)) == [
        "Capaian!I7",
        "Capaian!I8",
        "PK!C5",
        "Pemantauan!C7",
        "Tindak Lanjut SAKIP!G6",
    ]
    after = read_book(rapk)
    assert cell(after, "Pemantauan!C7").value == name
    assert cell(after, "PK!C5").value == cell(old, "PK!C5").value
    assert cell(after, "Capaian!I7").value == "-" and cell(after, "Capaian!I8").value is None
    assert cell(after, "Tindak Lanjut SAKIP!G6").value == "selesai"
    assert cell(after, "Capaian!R7").value == "  alasan panjang dari petugas  "
    assert cell(after, "SDM!B6").value == "Kepala Loka "
    nothing_more(rapk)


def test_what_repeats_a_text_follows_it(rapk: Path) -> None:
    old = read_book(rapk)
    sheet, row, column = next(
        (name, *position)
        for name, each in old.sheets.items()
        for position, item in each.cells.items()
        if item.formula == "NAMA_UNIT"
    )
    unit = str(old.sheets[sheet].cells[row, column].value)
    where = old.names["NAMA_UNIT"].replace("$", "").replace("'", "")
    typed(rapk, {where: f"{unit} "})
    edited(rapk, {f"{sheet}!{openpyxl.utils.get_column_letter(column)}{row}": Store(f"{unit} ")})
    report = one(rapk)
    assert repaired(report) == [where]
    assert report.recomputed == [] and report.unseen == 1  # nobody sees a blank at the end
    assert {n: s.cells for n, s in read_book(rapk).sheets.items()} == {
        n: s.cells for n, s in old.sheets.items()
    }


# --- formulas ----------------------------------------------------------------------------------------


def test_a_lost_formula_comes_back_where_its_value_agrees(efisiensi: Path) -> None:
    old = read_book(efisiensi)
    lost = ["Efisiensi!E7", "Efisiensi!I7", "Efisiensi!K7"]
    typed(efisiensi, {where: cell(old, where).value for where in lost})
    typed(efisiensi, {"Efisiensi!E8": Decimal("99.99"), "Efisiensi!K8": "Efisien"})
    typed(efisiensi, {"Efisiensi!J9": None})
    report = one(efisiensi)
    assert repaired(report) == lost and {item.code for item in report.repairs} == {"FRM01"}
    after = read_book(efisiensi)
    for where in lost:
        assert cell(after, where)[:2] == cell(old, where)[:2]
    assert "rumusnya menghasilkan" in left(report)["Efisiensi!E8"]
    assert "selnya kosong" in left(report)["Efisiensi!J9"]
    assert cell(after, "Efisiensi!E8").value == Decimal("99.99") and report.recomputed == []
    nothing_more(efisiensi)


def test_a_formula_whose_value_was_typed_rounded_comes_back_only_where_nothing_else_changes(
    rapk: Path,
) -> None:
    old = read_book(rapk)
    mean = cell(old, "Capaian!N12")  # 97,748: typed as it is shown
    assert mean.formula is not None and mean.value == Decimal("97.748")
    typed(rapk, {"Capaian!N12": Decimal("97.75")})
    compute(rapk)
    report = one(rapk)
    assert repaired(report) == ["Capaian!N12"]
    assert cell(rapk, "Capaian!N12")[:2] == mean[:2]
    # The score of the unit hangs on it and shows the same, so people see no change anywhere.
    assert report.unseen > 0 and report.recomputed == []
    assert "hasil lain berubah tanpa terlihat" in "\n".join(lines(report))
    assert {n: {p: c[:2] for p, c in s.cells.items()} for n, s in read_book(rapk).sheets.items()} == {
        n: {p: c[:2] for p, c in s.cells.items()} for n, s in old.sheets.items()
    }
    # A formula of somebody who shows all digits would show others.
    typed(rapk, {"Capaian!N12": Decimal("97.75"), "Petunjuk!H30": "x"})
    compute(rapk)
    edited(rapk, {"Petunjuk!H30": Formula("Capaian!N12*100", Decimal(9775))})
    assert "Petunjuk!H30 akan berubah dari 9.775" in left(one(rapk))["Capaian!N12"]


def test_a_whole_sheet_of_pasted_values_comes_back(rapk: Path) -> None:
    old = read_book(rapk)
    formulas = {
        f"Capaian!{openpyxl.utils.get_column_letter(column)}{row}": item.value
        for (row, column), item in old.sheets["Capaian"].cells.items()
        if item.formula is not None and row > 6
    }
    typed(rapk, formulas | {"Capaian!K9": Decimal("120.01")})
    report = one(rapk)
    # What hangs on the wrong one was right with the formula, and is none of its consequences in this book.
    assert set(formulas) - set(repaired(report)) == set(left(report))
    assert left(report)["Capaian!K9"].startswith("rumusnya menghasilkan")
    after = read_book(rapk)
    assert cell(after, "Capaian!K9")[:2] == (Decimal("120.01"), None)
    for where in repaired(report):
        assert cell(after, where)[:2] == cell(old, where)[:2]


def test_the_formula_is_of_the_books_edition(tmp_path: Path) -> None:
    path = tmp_path / "e.xlsm"
    new("efisiensi", 2023, path)
    old = cell(path, "Efisiensi!E7")
    assert old.formula == "PERSEN(D7,C7)" or "(" in str(old.formula)
    typed(path, {"Efisiensi!E7": old.value})
    before = zipfile.ZipFile(path).read("xl/vbaProject.bin")
    assert repaired(one(path)) == ["Efisiensi!E7"]
    assert cell(path, "Efisiensi!E7")[:2] == old[:2]
    assert zipfile.ZipFile(path).read("xl/vbaProject.bin") == before
    nothing_more(path)


# --- how it is written -------------------------------------------------------------------------------


def test_in_place_with_a_backup_and_undo(efisiensi: Path) -> None:
    typed(efisiensi, {"Efisiensi!D7": "92,24"})
    formatted(efisiensi, {"Efisiensi!D8": "@"})
    before = efisiensi.read_bytes()
    assert one(efisiensi).written
    backups = [p for p in (efisiensi.parent / FOLDER).iterdir() if p.suffix == ".xlsx"]
    assert [p.read_bytes() for p in backups] == [before]
    report = undo(efisiensi)
    assert report.exact and report.record.action == "fix" and efisiensi.read_bytes() == before


def test_undo_of_a_book_that_was_changed_since_keeps_the_reported_numbers(efisiensi: Path) -> None:
    typed(efisiensi, {"Efisiensi!D7": Decimal("0.9224"), "Efisiensi!D8": "93,5"})
    formatted(efisiensi, {"Efisiensi!D7": "0.00%"})
    edited(efisiensi, {"Efisiensi!E7": Store(Decimal("1.01")), "Efisiensi!E8": Store(CellError("#VALUE!"))})
    assert repaired(one(efisiensi)) == ["Efisiensi!D7", "Efisiensi!D8"]
    fixed = read_book(efisiensi)
    typed(efisiensi, {"Efisiensi!C9": Decimal(50)})
    report = undo(efisiensi)
    assert not report.exact
    after = read_book(efisiensi)
    assert cell(after, "Efisiensi!D8").value == "93,5"
    # Its old content without its old number format would be another number.
    assert cell(after, "Efisiensi!D7") == cell(fixed, "Efisiensi!D7")
    assert cell(after, "Efisiensi!E7") == cell(fixed, "Efisiensi!E7")


def test_a_copy_leaves_the_book_alone(efisiensi: Path) -> None:
    typed(efisiensi, {"Efisiensi!D7": "92,24"})
    before = efisiensi.read_bytes()
    target = efisiensi.with_name("salinan.xlsx")
    report = one(efisiensi, output=target)
    assert report.path == target and report.written
    assert efisiensi.read_bytes() == before and cell(target, "Efisiensi!D7").value == Decimal("92.24")
    assert sorted(p.name for p in efisiensi.parent.iterdir()) == ["Efisiensi.xlsx", "salinan.xlsx"]
    with pytest.raises(BookError) as caught:
        fix([efisiensi], target)
    assert caught.value.code == "BERKAS31"
    # Nothing to repair: the book itself will do.
    report = one(target, output=target.with_name("lagi.xlsx"))
    assert report.path == target and not target.with_name("lagi.xlsx").exists()


def test_untouched_members_are_the_same_bytes(efisiensi: Path) -> None:
    typed(efisiensi, {"Efisiensi!D7": "92,24"})
    formatted(efisiensi, {"Efisiensi!D7": "@"})
    with zipfile.ZipFile(efisiensi) as archive:
        before = {name: archive.read(name) for name in archive.namelist()}
    one(efisiensi)
    with zipfile.ZipFile(efisiensi) as archive:
        after = {name: archive.read(name) for name in archive.namelist()}
    assert list(after) == list(before)
    part = sheet_part(efisiensi, "Efisiensi")
    changed = {name for name in before if after[name] != before[name]}
    assert changed in ({part}, {part, "xl/styles.xml"})


def test_several_books(made: Demo, tmp_path: Path) -> None:
    books = [Path(shutil.copy(book, tmp_path)) for book in made.books[:2]]
    typed(books[1], {"Efisiensi!D7": "92,24"})
    before = [book.read_bytes() for book in books]
    reports = fix([*books, books[1]], tmp_path / "hasil")
    assert [report.path for report in reports] == [books[0], *[tmp_path / "hasil" / books[1].name] * 2]
    assert [book.read_bytes() for book in books] == before
    assert [p.name for p in (tmp_path / "hasil").iterdir()] == [books[1].name]
    # Nothing is written in any book when one of them cannot be repaired.
    frozen = freeze(made.books[1], tmp_path / "beku.xlsx").path
    with pytest.raises(BookError) as caught:
        fix([books[1], frozen])
    assert caught.value.code == "BEKU01" and books[1].read_bytes() == before[1]
    assert [report.written for report in fix(books)] == [False, True]


def test_refusals_leave_everything(made: Demo, efisiensi: Path) -> None:
    folder = efisiensi.parent
    typed(efisiensi, {"Efisiensi!D7": "92,24"})
    other = folder / "lain.xlsx"
    openpyxl.Workbook().save(other)
    second = folder / "dua" / efisiensi.name
    second.parent.mkdir()
    shutil.copy(efisiensi, second)
    lock = folder / f"~${efisiensi.name}"
    before = digest(folder)
    refusals: list[tuple[Sequence[Path], Path | None, str]] = [
        ([other], None, "STR01"),
        ([folder / "tidak-ada.xlsx"], None, "BERKAS01"),
        ([efisiensi], folder, "BERKAS02"),
        ([efisiensi], other, "BERKAS31"),
        ([efisiensi], efisiensi, "BERKAS31"),
        ([efisiensi], folder / "x.xlsm", "TULIS15"),
        ([efisiensi], folder / "tidak" / "ada.xlsx", "TULIS13"),
        ([efisiensi, other], folder / "x.xlsx", "BAIK02"),
        ([efisiensi, other], other, "BAIK02"),
        ([efisiensi, other], folder / "tidak" / "ada", "BERKAS32"),
        ([efisiensi, second], folder / "x", "BAIK03"),
    ]
    for books, output, code in refusals:
        with pytest.raises(BookError) as caught:
            fix(books, output)
        assert caught.value.code == code, (books, output)
        assert digest(folder) == before
    lock.write_bytes(b"")
    with pytest.raises(BookError) as caught:
        fix([efisiensi])
    assert caught.value.code == "TULIS11"


def test_a_file_that_reports_another_number_is_not_written(
    efisiensi: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(efisiensi, {"Efisiensi!D7": "92,24"})
    before = digest(efisiensi.parent)
    find = Finder.find

    def wrong(self: Finder, sound: bool = True) -> Repairs:
        repairs = find(self, sound)
        repairs.values["Efisiensi", 7, 4] = Decimal("92.25")
        return repairs

    monkeypatch.setattr(Finder, "find", wrong)
    for dry_run in (True, False):
        with pytest.raises(BookError) as caught:
            one(efisiensi, dry_run=dry_run)
        assert caught.value.code == "TULIS14" and digest(efisiensi.parent) == before


# --- printed books and damaged ones ------------------------------------------------------------------


def test_in_a_printed_book_only_blanks_at_the_end_go(made: Demo, tmp_path: Path) -> None:
    path = Path(shutil.copy(made.books[2], tmp_path / "cetak.xlsx"))
    old = read_book(path)
    number = cell(old, "Capaian!J11").value
    assert isinstance(number, str)
    typed(path, {"Capaian!J11": f"{number} ", "Capaian!J12": f" {cell(old, 'Capaian!J12').value}"})
    formatted(path, {"Capaian!J13": "@"})
    findings = [f.id for f in validate(path).findings]
    report = one(path)
    assert repaired(report) == ["Capaian!J11"]
    assert cell(path, "Capaian!J11").value == number
    assert shape(path, "Capaian!J13").kind == "teks"
    assert [f.id for f in validate(path).findings] == findings
    nothing_more(path)


def test_in_a_book_with_a_row_missing_no_number_is_touched(efisiensi: Path) -> None:
    name = cell(efisiensi, "Efisiensi!B8").value
    typed(efisiensi, {"Efisiensi!D7": "92,24", "Efisiensi!B8": "Bukan indikator", "Efisiensi!B9": f"{name} "})
    report = one(efisiensi)
    assert not report.sound and "Efisiensi!D7" not in repaired(report)
    assert cell(efisiensi, "Efisiensi!D7").value == "92,24"
    assert "tidak diperbaiki karena susunan buku tidak utuh" in "\n".join(lines(report))


# --- the command -------------------------------------------------------------------------------------


def test_the_command_lists_repairs_and_judges_the_repaired_book(efisiensi: Path) -> None:
    typed(efisiensi, {"Efisiensi!D7": "92,24"})
    before = digest(efisiensi.parent)
    assert run("validate", efisiensi).returncode == 1
    dry = run("validate", efisiensi, "--fix", "--dry-run")
    assert dry.returncode == 0 and digest(efisiensi.parent) == before
    assert "Akan diperbaiki di Efisiensi.xlsx:" in dry.stdout
    assert "1 sel akan diperbaiki; tidak ada yang disimpan." in dry.stdout
    copy = efisiensi.with_name("salinan.xlsx")
    result = run("validate", efisiensi, "--fix", "--fixed-file", copy, "--output-format", "json")
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["valid"] is True and document["counts"]["levels"]["galat"] == 0
    assert "Efisiensi!D7: teks “92,24” → angka 92,24 (ISI04" in result.stderr
    result = run("validate", efisiensi, "--fix", "--select", "HIT01")
    assert "tidak ada yang perlu diperbaiki" in result.stdout
    result = run("validate", efisiensi, "--fix")
    assert result.returncode == 0 and "1 sel diperbaiki. Disimpan:" in result.stdout
    assert "SAH: Efisiensi.xlsx" in result.stdout
    again = run("validate", efisiensi, "--fix")
    assert again.returncode == 0 and "tidak ada yang perlu diperbaiki" in again.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("--fixed-file", "x.xlsx"),
        ("--dry-run",),
        ("--fix", "--dry-run", "--output-format", "json"),
        ("--fix", "--dry-run", "--output-file", "hasil.txt"),
        ("--fix", "--diff", "tidak-ada.json"),
        ("--fix", "--output-format", "json", "--output-file", "hasil.csv"),
        ("--fix", "--output-format", "json", "--output-file", "tidak-ada/hasil.json"),
        ("--fix", "--output-format", "xlsx", "--output-file", "Efisiensi.xlsx"),
        ("--fix", "--output-format", "xlsx"),
        ("--fix", "--select", "HTI01"),
    ],
)
def test_options_that_do_not_go_together(efisiensi: Path, arguments: tuple[str, ...]) -> None:
    typed(efisiensi, {"Efisiensi!D7": "92,24"})
    before = digest(efisiensi.parent)
    result = run("validate", efisiensi, *arguments, cwd=efisiensi.parent)
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.startswith("Gagal: ") and result.stderr.count("\n") == 1
    assert digest(efisiensi.parent) == before


def test_only_chosen_findings_are_repaired(efisiensi: Path) -> None:
    old = cell(efisiensi, "Efisiensi!E8").value
    typed(efisiensi, {"Efisiensi!E8": old})
    formatted(efisiensi, {"Efisiensi!C9": "@"})
    report = one(efisiensi, selection=selected(["FRM"]), form=False, dry_run=True)
    assert repaired(report) == ["Efisiensi!E8"]
    typed(efisiensi, {"Efisiensi!D7": "92,24"})
    report = one(efisiensi, selection=selected(ignore=["FRM"]), dry_run=True)
    assert repaired(report) == ["Efisiensi!D7", "Efisiensi!C9"]


def test_libreoffice_computes_a_repaired_book_as_we_do(
    rapk: Path, recalculate: Callable[[Sequence[Path]], list[Book]]
) -> None:
    old = read_book(rapk)
    typed(
        rapk,
        {
            "PK!D6": "91,5",
            "Capaian!G7": "107",
            "Capaian!K8": cell(old, "Capaian!K8").value,
            "RAPK!O7": "Rp14.886.800,-",
        },
    )
    edited(rapk, {"Capaian!F7": Store(CellError("#VALUE!")), "Capaian!K7": Store(CellError("#VALUE!"))})
    formatted(rapk, {"PK!D6": "@", "PK!D7": "@"})
    report = one(rapk)
    assert sorted(repaired(report)) == ["Capaian!G7", "Capaian!K8", "PK!D6", "PK!D7", "RAPK!O7"]
    ours = read_book(rapk)
    assert {n: {p: c[:2] for p, c in s.cells.items()} for n, s in ours.sheets.items()} == {
        n: {p: c[:2] for p, c in s.cells.items()} for n, s in old.sheets.items()
    }
    (theirs,) = recalculate([rapk])
    for where in ("Capaian!F7", "Capaian!K7", "Capaian!N12", "Capaian!N39", "PK!D6"):
        assert cell(theirs, where).value == cell(ours, where).value, where
