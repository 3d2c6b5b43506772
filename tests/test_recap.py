"""Sheets Rekap and Rekap Uraian: what the export prints, live, and the formulas that repeat cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from lokapom_xl.actions.compute import compute
from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.freeze import freeze
from lokapom_xl.actions.new import new
from lokapom_xl.actions.validate import validate
from lokapom_xl.numbers import CellError, Scalar
from lokapom_xl.report import tables as report
from lokapom_xl.workbook.cells import Key
from lokapom_xl.workbook.echoes import echoes
from lokapom_xl.workbook.evaluate import Evaluator
from lokapom_xl.workbook.locate import open_view
from lokapom_xl.workbook.read import Book, Cell, Sheet, read_book
from lokapom_xl.workbook.template import build_official
from lokapom_xl.workbook.write import Put, save_edits

from .conftest import changed
from .test_libreoffice import Recalculate, _edit, agree

D = Decimal
SHEETS = ("Rekap", "Rekap Uraian")
PARTED = {"tindak_lanjut_sakip"}
"""Printed with rows across it, which the sheet cannot have before its entries are known."""

RENUMBERED = {"usulan"}
"""Printed without the rows in which nothing is entered, the others numbered anew."""


# --- reading a sheet as a person sees it -----------------------------------------------------------


def shown(cell: SheetCell) -> str:
    """What a cell shows, by the number formats that these sheets have."""
    value = cell.value
    if not isinstance(value, (int, float)):
        return "" if value is None else str(value)
    code = re.sub(r"\\(.)", r'"\1"', str(cell.number_format))  # as LibreOffice writes a single letter
    match = re.fullmatch(r'(?:\[\$-421\])?(?:"([^"]*)")?(General|0|#,##0(?:\.(00))?)(?:"([^"]*)")?', code)
    assert match is not None, code
    before, digits, decimals, after = match.groups()
    number = D(f"{value:.15g}").quantize(D(".01") if decimals else D(1), ROUND_HALF_UP)
    text = f"{number:,f}" if "," in digits else f"{number:f}"
    return (before or "") + text.translate(str.maketrans(",.", ".,")) + (after or "")


def area(book: openpyxl.Workbook, name: str) -> tuple[Worksheet, tuple[int, int, int, int]]:
    sheet, _, address = book.defined_names[name].attr_text.rpartition("!")
    left, top, right, bottom = range_boundaries(address.replace("$", ""))
    return book[sheet.strip("'")], (top, left, bottom, right)


def grid(book: openpyxl.Workbook, key: str) -> list[list[str]]:
    """The texts of a table; a cell that spans others stands in all its places."""
    sheet, (top, left, bottom, right) = area(book, f"REKAP_{key.upper()}")
    texts = [[shown(sheet.cell(r, c)) for c in range(left, right + 1)] for r in range(top, bottom + 1)]
    for merged in sheet.merged_cells.ranges:
        if merged.min_row >= top and merged.max_row <= bottom and left <= merged.min_col <= right:
            for row in range(merged.min_row, merged.max_row + 1):
                for column in range(merged.min_col, merged.max_col + 1):
                    texts[row - top][column - left] = texts[merged.min_row - top][merged.min_col - left]
    return texts


def printed(table: report.ReportTable) -> list[list[str]]:
    lines = (*table.header, *table.rows)
    texts = [[""] * len(table.widths) for _ in lines]
    for row, column, cell in report.placed(lines):
        for down in range(cell.rows):
            for right in range(cell.columns):
                texts[row + down][column + right] = cell.text
    return texts


def exported(path: Path, month: int = 12, quarter: int = 4) -> dict[str, report.ReportTable]:
    view = open_view(read_book(path))
    evaluator = Evaluator(view)
    when = report.period(view, evaluator, month, quarter)
    made = report.report_tables(view, evaluator, report.table_keys(view), when)
    return {table.key: table for table in made}


def check(path: Path, month: int = 12, quarter: int = 4) -> int:
    """Every cell of every table is what the export prints there; how many cells that are."""
    book = openpyxl.load_workbook(path, data_only=True)
    count = 0
    for key, table in exported(path, month, quarter).items():
        here, there = grid(book, key), printed(table)
        title = area(book, f"REKAP_{key.upper()}")
        assert title[0].cell(title[1][0] - 1, title[1][1]).value == table.title
        if key in PARTED:
            continue
        depth = len(table.header)
        # Columns of units that nobody entered are not printed.
        columns = [here[depth - 1].index(text) for text in there[depth - 1]]
        if len(set(columns)) < len(columns):
            columns = list(range(len(columns)))
        own = [[row[column] for column in columns] for row in here]
        if key in RENUMBERED:
            own, there = ([row[1:] for row in rows] for rows in (own, there))
        assert own[:depth] == there[:depth], key
        rest = iter(own[depth:])
        unused = []
        for row in there[depth:]:
            for mine in rest:
                if mine == row:
                    break
                unused.append(mine)
            else:
                raise AssertionError((key, row))
            count += len(row)
        unused += list(rest)
        for row in unused:  # a list that is not full, or an indicator without what is printed
            assert set(row[1 if key in ("usulan", "renstra") else 0 :]) <= {"", "-"} or key == "renstra", row
    return count


# --- the filled books ------------------------------------------------------------------------------


def test_every_cell_is_what_the_export_prints(made: Demo) -> None:
    assert check(made.books[0]) > 1_000
    assert check(made.books[1]) == 22 * 11 - 11


def test_tables_with_rows_across_them_hold_the_same_texts(made: Demo) -> None:
    book = openpyxl.load_workbook(made.books[0], data_only=True)
    table = exported(made.books[0])["tindak_lanjut_sakip"]
    here = [row for row in grid(book, "tindak_lanjut_sakip")[1:] if any(row)]
    assert here == [list(record) for record in table.records] and len(here) > 10


def test_a_table_is_its_area_and_nothing_else(made: Demo) -> None:
    """What a person selects by the name is the table: framed all over, with nothing framed beside it."""
    for path in made.books[:2]:
        book = openpyxl.load_workbook(path)
        framed: dict[str, set[tuple[int, int]]] = {name: set() for name in book.sheetnames}
        for key in exported(path):
            sheet, (top, left, bottom, right) = area(book, f"REKAP_{key.upper()}")
            for row in range(top, bottom + 1):
                framed[sheet.title] |= {(row, column) for column in range(left, right + 1)}
        for name in set(SHEETS) & set(book.sheetnames):
            cells = [cell for row in book[name].iter_rows(min_col=2) for cell in row]
            sides = {(c.row, c.column) for c in cells if c.border.left.style or c.border.top.style}
            merged = {
                (row, column)
                for m in book[name].merged_cells.ranges
                for row in range(m.min_row, m.max_row + 1)
                for column in range(m.min_col, m.max_col + 1)
            }
            assert sides <= framed[name] and framed[name] - sides <= merged
            links = [c.hyperlink.location for c in book[name]["A"] if c.hyperlink]
            assert links and set(links) <= set(book.defined_names)
            areas = str(book[name].print_area).split(",")
            assert len(areas) == len(links)  # each table begins a page


def test_cells_only_repeat_cells(made: Demo) -> None:
    book = read_book(made.books[0])
    for name in SHEETS:
        formulas = [cell.formula for cell in book.sheets[name].cells.values() if cell.formula]
        assert len(formulas) > 500
        for formula in formulas:
            assert not re.search(r"[+*/<>:]|-(?![^\"]*\")", re.sub(r'"[^"]*"', "", formula)), formula


def test_both_editions_have_the_same_formulas(tmp_path: Path) -> None:
    sheets = []
    for edition in ("plain", "udf"):
        build_official("rapk", tmp_path / f"{edition}.xlsx", 2023, 2023, edition)
        book = openpyxl.load_workbook(tmp_path / f"{edition}.xlsx")
        sheets.append([[[c.value for c in row] for row in book[name].iter_rows()] for name in SHEETS])
    assert sheets[0] == sheets[1]


# --- an empty book ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rekap") / "kosong.xlsx"
    new("rapk", 2023, path)
    return path


def test_an_empty_book_shows_neither_zeros_nor_errors(empty: Path) -> None:
    book = openpyxl.load_workbook(empty, data_only=True)
    for key, table in exported(empty).items():
        for row in grid(book, key)[len(table.header) :]:
            numbers = [text for text in row if re.search(r"\d+,\d|^0|#", text)]
            assert numbers == [], (key, row)
    assert {text for row in grid(book, "sdm")[1:] for text in row} <= {"", "-"}


def test_libreoffice_computes_the_same(made: Demo, empty: Path, recalculate: Recalculate) -> None:
    paths = [*made.books[:2], empty]
    count = 0
    for path, theirs in zip(paths, recalculate(paths), strict=True):
        ours = read_book(path)
        for name in set(SHEETS) & set(ours.sheets):
            for place, cell in ours.sheets[name].cells.items():
                if cell.formula:
                    other = theirs.sheets[name].cells.get(place)
                    value = other.value if other is not None else None
                    assert agree(cell.value or None, value or None), (path.name, name, place, cell, value)
                    count += 1
    assert count > 4_000


# --- a person's changes ----------------------------------------------------------------------------


def choose(path: Path, month: Scalar, quarter: Scalar) -> None:
    view = open_view(read_book(path))
    edits: dict[str, dict[tuple[int, int], Put]] = {}
    for name, value in (("BULAN_REKAP", month), ("TRIWULAN_REKAP", quarter)):
        sheet, row, column = view.fields[name]
        edits.setdefault(sheet, {})[row, column] = Put(value)
    save_edits(path, path, edits)
    compute(path)


def test_a_month_and_a_quarter_are_chosen(rapk: Path, recalculate: Recalculate) -> None:
    choose(rapk, D(9), D(3))
    check(rapk, 9, 3)
    sheet, (top, left, *_) = area(openpyxl.load_workbook(rapk, data_only=True), "REKAP_MONEV")
    assert sheet.cell(top - 1, left).value == "Pemanfaatan Informasi Kinerja Bulan September 2023"
    ours, (theirs,) = read_book(rapk), recalculate([rapk])
    for place, cell in ours.sheets["Rekap Uraian"].cells.items():
        if cell.formula:
            other = theirs.sheets["Rekap Uraian"].cells[place].value
            assert agree(cell.value or None, other or None), (place, cell, other)


def test_a_month_that_is_none_is_an_error(rapk: Path) -> None:
    choose(rapk, D(13), D(4))
    book = openpyxl.load_workbook(rapk, data_only=True)
    assert {text for row in grid(book, "monev")[1:] for text in row} == {"#VALUE!"}


def test_inserted_rows_and_columns(made: Demo, soffice: str, tmp_path: Path) -> None:
    edited = _edit(
        soffice,
        tmp_path,
        made.books[0],
        "rows:Capaian:9:2",
        "columns:PK:2:1",
        "rows:Rekap:3:2",
        "columns:Rekap:1:1",
        "rename:Pemantauan:Pemantauan Bulanan",
    )
    assert validate([edited]).valid
    before = read_book(edited)
    report_ = compute(edited)
    assert report_.uncomputed == report_.evaluated == [] == report_.changes, report_.changes[:3]
    view = open_view(before)
    sheet, row, column = view.positions.at(Key("pk", "obat-memenuhi-syarat", "target"))
    save_edits(edited, edited, {sheet: {(row, column): Put(D("92.24"))}})
    compute(edited)
    assert check(edited) > 1_000
    assert grid(openpyxl.load_workbook(edited, data_only=True), "capaian")[4][4:] == [
        *("92,24", "107", "116", "92,24", "100,00", "100,00", "Baik"),
    ]


def test_a_typed_score_and_a_formula_of_somebody_are_repeated(rapk: Path) -> None:
    """A value typed over a formula counts; what a foreign formula makes is found by the engine, never stale."""
    view = open_view(read_book(rapk))
    place = view.positions.at(Key("capaian", "obat-memenuhi-syarat", "capaian"))
    book = openpyxl.load_workbook(rapk)
    book[place[0]].cell(*place[1:]).value = "=55+1"
    book.save(rapk)
    compute(rapk)
    assert grid(openpyxl.load_workbook(rapk, data_only=True), "capaian")[4][8] == "56,00"
    save_edits(rapk, rapk, {place[0]: {place[1:]: Put(D(57), over_formula=True)}})
    compute(rapk)
    assert grid(openpyxl.load_workbook(rapk, data_only=True), "capaian")[4][8] == "57,00"


def test_a_sheet_of_tables_is_not_taken_for_one_of_them(rapk: Path) -> None:
    """It has the headers of them all."""
    book = openpyxl.load_workbook(rapk)
    del book["Renstra"]
    book.save(rapk)
    kinds = {p.kind for p in open_view(read_book(rapk)).problems if p.table == "renstra"}
    assert kinds == {"lembar-hilang"}


def test_a_frozen_book_keeps_them(made: Demo, tmp_path: Path) -> None:
    frozen = freeze(made.books[0], tmp_path / "beku.xlsx").path
    here, there = (openpyxl.load_workbook(path, data_only=True) for path in (frozen, made.books[0]))
    for key in exported(made.books[0]):
        assert grid(here, key) == grid(there, key)
    assert validate([frozen]).valid


# --- formulas that repeat cells --------------------------------------------------------------------


def echoed(formulas: Mapping[str, str], values: Mapping[str, Scalar] | None = None) -> dict[str, Scalar]:
    """The echoes among formulas of sheet A, by cell."""
    sheets = {name: Sheet(name) for name in ("A", "Lembar B")}
    book = Book(Path("x.xlsx"), sheets, {}, "")
    for name in sheets:
        for row in range(1, 30):
            sheets[name].cells[row, 9] = Cell("diisi", None)
    changed(book, list((values or {}).items()))
    for where, formula in formulas.items():
        row, column = int(where[1:]), ord(where[0]) - 64
        sheets["A"].cells[row, column] = Cell(D(1), formula)
    found = echoes(book, {"NAMA": ("A", 1, 2), "PILIH": ("A", 2, 2)}, (), (), {})
    return {f"{chr(64 + column)}{row}": value for (_, row, column), value in found.items()}


VALUES: dict[str, Scalar] = {
    "A!B1": "Loka  POM ",
    "A!B2": D(2),
    "Lembar B!C3": D("97.75"),
    "Lembar B!C4": "teks",
    "A!B5": "",
    "A!B6": CellError("#N/A"),
    "A!B7": "1",
}


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("NAMA", "Loka  POM "),
        ("nama", "Loka  POM "),
        ("'Lembar B'!C3", D("97.75")),
        ("'Lembar B'!$C$3", D("97.75")),
        ("B9", D(0)),  # blank
        ("B5", ""),
        ('IF(B9="","",B9)', ""),
        ('IF(B9="","-",B9)', "-"),
        ('IF( $B$5 = "" , "-" , $B$5 )', "-"),
        ("IF('Lembar B'!C3=\"\",\"-\",'Lembar B'!C3)", D("97.75")),
        ('IF(B6="","-",B6)', CellError("#N/A")),
        ('IF(B9&B5="","",B2)', ""),
        ('IF(B9&B2="","",B9)', D(0)),
        ('IF(B2&B6="","",B2)', CellError("#N/A")),
        ('CHOOSE(PILIH,"satu","dua")', "dua"),
        ('CHOOSE(B7,"satu","dua")', "satu"),  # a number typed as text
        ("CHOOSE(PILIH,B6,B2)", D(2)),
        ("CHOOSE(PILIH,B2)", CellError("#VALUE!")),
        ("CHOOSE(B9,B2)", CellError("#VALUE!")),
        ("CHOOSE(B6,B2)", CellError("#N/A")),
        ('IF(CHOOSE(PILIH,B2,B9)="","",CHOOSE(PILIH,B2,\'Lembar B\'!C4))', ""),
        ('TRIM("Kinerja "&NAMA&" ""Tahun"" "&B2)', 'Kinerja Loka POM "Tahun" 2'),
        ('TRIM("A "&B9&" B")', "A B"),
    ],
)
def test_echoes(formula: str, value: Scalar) -> None:
    assert echoed({"A20": formula}, VALUES) == {"A20": value}


@pytest.mark.parametrize(
    "formula",
    [
        "B2+1",
        "SUM(B1:B3)",
        "B1:B3",
        "-B2",
        "B2%",
        "TIDAKADA",
        "'Lain'!A1",
        "[1]A!B2",
        "#REF!",
        'IF(B2=1,"",B2)',
        'IF(B2="",""',
        "CHOOSE(NAMA,B2)",  # a text for a number
        "TRIM('Lembar B'!C3)",  # its decimal comma is the program's
        "A20",
        "XFE1",
        "IF(" * 900 + "B2" + ")" * 900,
        "",
    ],
)
def test_other_formulas_are_no_echoes(formula: str) -> None:
    assert echoed({"A20": formula}, VALUES) == {}


def test_echoes_of_echoes_and_in_a_circle() -> None:
    chain = {f"A{row}": f"A{row + 1}" for row in range(1, 8)}
    assert echoed({**chain, "A8": "B2"}, VALUES) == {f"A{row}": D(2) for row in range(1, 9)}
    assert echoed({**chain, "A8": "A1"}, VALUES) == {}
    assert echoed({"A3": "A4", "A4": "B2*2"}, VALUES) == {}
    upwards = {f"A{row}": f"A{row - 1}" for row in range(2, 3_000)}
    assert len(echoed({"A1": "B2", **upwards}, VALUES)) == 2_999
    downwards = {f"A{row}": f"A{row + 1}" for row in range(1, 3_000)}
    assert set(echoed({**downwards, "A3000": "B2"}, VALUES).values()) == {D(2)}  # some; no stack runs over
