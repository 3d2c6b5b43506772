"""Formulas of other people: what they hang on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from lokapom_xl.actions.demo import Demo
from lokapom_xl.workbook.dependents import Place, affected, foreign_formulas, reading
from lokapom_xl.workbook.read import Book, Cell, Sheet, Table, read_book

D = Decimal


def book(formulas: Mapping[Place, str], names: dict[str, str] | None = None) -> Book:
    """Sheets `Data`, `Rp 1`, `It's` and `Akhir` with numbers in column A, and these formulas."""
    sheets = {name: Sheet(name) for name in ("Data", "Rp 1", "It's", "Akhir")}
    for sheet in sheets.values():
        for row in range(1, 6):
            sheet.cells[row, 1] = Cell(D(row), None)
    sheets["Akhir"].tables.append(Table("Tabel1", "E1:F9", True))
    for (name, row, column), formula in formulas.items():
        sheets[name].cells[row, column] = Cell(D(0), formula)
    return Book(Path("b.xlsx"), sheets, names or {}, "")


def hit(made: Book, *changed: Place) -> set[Place]:
    return affected(made, changed, foreign_formulas(made, ()))


NAMES = {
    "TIGA": "Data!$A$3",
    "Dua": "Data!$A$2",
    "LIPAT": "TIGA*2",
    "KOLOM": "Data!$A:$A",
    "RELATIF": "Data!A2",
    "PUTAR": "PUTAR+1",
    "MELEDAK0": "Data!$A$2",
} | {f"MELEDAK{n}": "+".join([f"MELEDAK{n - 1}"] * 20) for n in range(1, 9)}


@pytest.mark.parametrize(
    ("formula", "hangs"),
    [
        ("A3*2", True),
        ("$A$3", True),
        ("a3", True),
        ("SUM(A1:A9)", True),
        ("SUM(A9:A1)", True),
        ("SUM(A:A)", True),
        ("SUM($A:B)", True),
        ("SUM(3:3)", True),
        ("SUM($2:$4)", True),
        ("A2+A4", False),
        ("SUM(B:B)", False),
        ("SUM(4:9)", False),
        ("'Rp 1'!A3", False),
        ("'It''s'!A3", False),
        ("Data!A3", True),
        ("'Data'!A3", True),
        ("DATA!a3", True),
        ("Data!$A$1:$A$3", True),
        ("Data!A1:Data!A2", True),  # valid, but nobody writes it: not understood, so it counts
        ("SUM(Data:Akhir!A3)", True),
        ("SUM(Akhir:Data!A3)", True),
        ("SUM('Rp 1:Akhir'!A3)", False),
        ("SUM('Data:Rp 1'!A3)", True),
        ('"A3"&A2', False),
        ('IF(A2="A3","Data!A3","")', False),
        ("TIGA*2", True),
        ("tiga", True),
        ("DUA*2", False),
        ("LIPAT", True),
        ("SUM(KOLOM)", True),
        ("RELATIF", True),  # its cell depends on where it is used
        ("PUTAR", True),
        ("MELEDAK1", False),
        ("MELEDAK8", True),
        ("TAK_ADA", True),
        ("Data!TIGA", True),
        ("[1]Data!A9", True),
        ("'[buku.xlsx]Data'!A9", True),
        ("'C:\\kerja\\[buku.xlsx]Data'!A9", True),
        ("[1]!TIGA", True),
        ("TakAda!A9", True),
        ("Tabel9[Nilai]", True),
        ("[@Nilai]", True),
        ("SUM(Tabel1[Nilai])", False),
        ("SUM(tabel1[[#This Row],[Nilai]])", False),
        ('INDIRECT("A9")', True),
        ("OFFSET(A9,1,1)", True),
        ("TODAY()", True),
        ("A9+rand()", True),
        ("FUNGSIKU(A9)", True),
        ("_xlfn.FUNGSIBARU(A9)", False),
        ("_xlfn.FUNGSIBARU(A3)", True),
        ("_xlfn._xlws.FILTER(A8:A9,A8:A9>1)", False),
        ("_xlfn.LET(_xlpm.x,A9,_xlpm.x*2)", False),
        ("_xlfn.LET(_xlpm.x,A3,_xlpm.x*2)", True),
        ("CAPAIAN(A2,A4)", False),
        ("_xll.CAPAIAN(A2,A4)", False),
        ("[1]!CAPAIAN(A2,A3)", True),
        ("'C:\\tambahan\\lokapom.xlam'!CAPAIAN(A2,A4)", False),
        ("IF(A2>1,A4,A5)", False),
        ("A3:A4 A4:A5", True),
        ("SUM((A1,A3))", True),
        ("A1:INDEX(A:A,3)", True),
        ("A8:INDEX(B:B,3)", True),
        ("SUM(_xlfn.ANCHORARRAY(A3))", True),
        ("SUM(_xlfn.ANCHORARRAY(A9))", False),
        ("_xlfn.SINGLE(A1:A9)", True),
        ("LOG10(A2)", False),
        ("A2%+1E+3-{1,2;3,4}", False),
        ("#REF!+A2", False),
        ("SUM(Data!#REF!,A2)", False),
        ("A2++", False),
        ("A2*(", False),
        ('"tak ditutup', True),
        ("A2)", True),
        ("XFD1048576", False),
        ("XFE1", True),  # no cell, so a name, which is not there
    ],
)
def test_what_a_formula_hangs_on(formula: str, hangs: bool) -> None:
    made = book({("Data", 1, 3): formula}, NAMES)
    assert (("Data", 1, 3) in hit(made, ("Data", 3, 1))) is hangs


def test_the_area_of_a_table_counts_whole() -> None:
    made = book({("Data", 1, 3): "SUM(Tabel1[Nilai])"})
    assert hit(made, ("Akhir", 2, 5)) == hit(made, ("Akhir", 9, 6)) == {("Data", 1, 3)}
    assert hit(made, ("Akhir", 2, 7)) == set()


def test_formulas_that_hang_on_formulas() -> None:
    chain = {
        ("Data", 1, 2): "A3",
        ("Rp 1", 1, 2): "Data!B1",
        ("Akhir", 1, 2): "'Rp 1'!B1",
        ("It's", 1, 2): "SUM(Akhir!B:B)",
        ("Akhir", 2, 3): "A1",
    }
    made = book(chain | {("Data", 9, 2): "B10", ("Data", 10, 2): "B9+A9"})
    reached = {("Data", 1, 2), ("Rp 1", 1, 2), ("Akhir", 1, 2), ("It's", 1, 2)}
    assert hit(made, ("Data", 3, 1)) == reached
    assert hit(made, ("Data", 9, 1)) == {("Data", 9, 2), ("Data", 10, 2)}  # a circle
    assert hit(made) == set()
    assert foreign_formulas(made, chain.keys()).keys() == {("Data", 9, 2), ("Data", 10, 2)}


def test_what_hangs_on_something_uncertain_is_affected() -> None:
    made = book({("Data", 1, 2): "TODAY()", ("Data", 2, 2): "B1+1", ("Data", 3, 2): "A1"})
    assert hit(made, ("Akhir", 5, 1)) == {("Data", 1, 2), ("Data", 2, 2)}


def test_the_cells_of_an_array_go_together() -> None:
    made = book({("Data", 4, 5): "D2"})
    cells = made.sheets["Data"].cells
    cells[1, 3] = Cell(D(1), "A2:A3*1", True)
    cells[2, 3] = Cell(D(1), None, True)
    cells[1, 4] = Cell(D(1), "A4:A5*1", True)
    cells[2, 4] = Cell(D(1), None, True)
    assert hit(made, ("Data", 3, 1)) == {("Data", 1, 3), ("Data", 2, 3)}
    assert hit(made, ("Data", 5, 1)) == {("Data", 1, 4), ("Data", 2, 4), ("Data", 4, 5)}
    cells[9, 9] = Cell(D(1), None, True)  # a data table: no formula tells what it hangs on
    assert hit(made, ("Akhir", 1, 1)) == {("Data", 9, 9)}


def test_a_thousand_formulas_take_no_time() -> None:
    running = {("Data", row, 3): f"SUM(A$1:A{row})+C{row - 1}" for row in range(2, 1002)}
    made = book(running)
    formulas = foreign_formulas(made, ())
    hit(made, ("Data", 1, 1))  # what is loaded once
    start = time.perf_counter()
    assert len(affected(made, [("Data", 4, 1)], formulas)) == 998
    assert time.perf_counter() - start < 2


def test_nothing_is_taken_apart_where_nothing_is_foreign(made: Demo) -> None:
    official = read_book(made.books[0])
    ours = {(s.name, *place) for s in official.sheets.values() for place, c in s.cells.items() if c.formula}
    start = time.perf_counter()
    assert affected(official, ours, foreign_formulas(official, ours)) == set()
    assert len(ours) > 1000 and time.perf_counter() - start < 0.05


def test_official_formulas_are_understood(made: Demo) -> None:
    """The hardest formulas that are at hand: names, other sheets, areas, add-in functions."""
    for path in made.books:
        official = read_book(path)
        for sheet in official.sheets.values():
            for cell in sheet.cells.values():
                if cell.formula:
                    known = reading(official, sheet.name, cell.formula)
                    assert known.certain and (known.areas or "ATURAN_TAHUN" not in cell.formula), cell.formula


def test_reading_tells_functions_and_areas() -> None:
    found = reading(book({}), "Data", "_xlfn.IFS(A1>1,SUM('Rp 1'!B2:C3))")
    assert found.functions == {"IFS", "SUM"} and found.certain
    assert found.areas == [("Data", (1, 1, 1, 1)), ("Rp 1", (2, 2, 3, 3))]
    assert [(use.function, use.argument) for use in found.uses] == [("", 0), ("SUM", 0)]
    names = {"DATA": "'Rp 1'!$A$1:$A$2", "SATU": "Data!$A$1", "HITUNG": "SATU+1"}
    found = reading(book({}, names), "Akhir", "SUM(DATA)*'c:\\x y.xlam'!CAPAIAN(hitung,,1)")
    assert found.text == "SUM('Rp 1'!$A$1:$A$2)*CAPAIAN((Data!$A$1+1),,1)"
    assert found.omitting == {"CAPAIAN"} and found.simple
    odd = ["SUM((A1,A2))", "A1:A2 A2:A3", "SUM(Data:Akhir!A1)", "Tabel1[Nilai]", "SUM(A1:A2 (A2))"]
    assert [text for text in odd if reading(book({}), "Data", text).simple] == []
    assert reading(book({}), "Data", " SUM( A1 , A2 ) + ( A3 ) ").simple
