"""Formulas of other people: what they hang on, and what they are worth."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from lokapom_xl.numbers import CellError, Scalar
from lokapom_xl.workbook import engine
from lokapom_xl.workbook.dependents import affected, foreign_formulas, reading
from lokapom_xl.workbook.read import Book, Cell, Sheet, read_book

D = Decimal


def book(formulas: dict[tuple[str, int, int], str], names: dict[str, str] | None = None) -> Book:
    """Sheets `Data`, `Rp 1` and `Akhir` with numbers in column A, and these formulas."""
    sheets = {name: Sheet(name) for name in ("Data", "Rp 1", "Akhir")}
    for sheet in sheets.values():
        for row in range(1, 6):
            sheet.cells[row, 1] = Cell(D(row), None)
    for (name, row, column), formula in formulas.items():
        sheets[name].cells[row, column] = Cell(D(0), formula)
    return Book(Path("b.xlsx"), sheets, names or {}, "")


@pytest.mark.parametrize(
    ("formula", "hangs"),
    [
        ("A3*2", True),
        ("$A$3", True),
        ("SUM(A1:A9)", True),
        ("SUM(A9:A1)", True),
        ("SUM(A:A)", True),
        ("SUM(3:3)", True),
        ("A2+A4", False),
        ("SUM(B:B)", False),
        ("'Rp 1'!A3", False),
        ("Data!A3", True),
        ("DATA!a3", True),
        ("SUM(Data:Akhir!A3)", True),
        ("SUM('Rp 1:Akhir'!A3)", False),
        ('"A3"&A2', False),
        ("TIGA*2", True),
        ("DUA*2", False),
        ("LIPAT", True),
        ("TAK_ADA", True),  # nobody knows, so it counts
        ("[1]Data!A9", True),
        ("Tabel1[Nilai]", True),
        ('INDIRECT("A9")', True),
        ("TODAY()", True),
        ("IF(A2>1,A4,A5)", False),
        ("A3:A4 A4:A5", True),
        ("LOG10(A2)", False),
    ],
)
def test_what_a_formula_hangs_on(formula: str, hangs: bool) -> None:
    names = {"TIGA": "Data!$A$3", "DUA": "Data!$A$2", "LIPAT": "TIGA*2"}
    made = book({("Data", 1, 3): formula}, names)
    found = affected(made, [("Data", 3, 1)], foreign_formulas(made, ()))
    assert (("Data", 1, 3) in found) is hangs


def test_formulas_that_hang_on_formulas() -> None:
    chain = {
        ("Data", 1, 2): "A3",
        ("Rp 1", 1, 2): "Data!B1",
        ("Akhir", 1, 2): "'Rp 1'!B1",
        ("Akhir", 2, 2): "A1",
    }
    made = book(chain | {("Data", 9, 2): "B10", ("Data", 10, 2): "B9+A9"})
    found = affected(made, [("Data", 3, 1)], foreign_formulas(made, ()))
    assert found == {("Data", 1, 2), ("Rp 1", 1, 2), ("Akhir", 1, 2)}
    assert affected(made, [("Data", 9, 1)], foreign_formulas(made, ())) == {("Data", 9, 2), ("Data", 10, 2)}
    assert affected(made, [], foreign_formulas(made, ())) == set()
    assert foreign_formulas(made, chain.keys()).keys() == {("Data", 9, 2), ("Data", 10, 2)}


def test_a_member_of_an_array_goes_with_every_change() -> None:
    made = book({})
    made.sheets["Data"].cells[1, 3] = Cell(D(1), "A2:A3", True)
    made.sheets["Data"].cells[2, 3] = Cell(D(1), None, True)
    assert affected(made, [("Akhir", 1, 1)], foreign_formulas(made, ())) == {("Data", 2, 3)}


# --- values --------------------------------------------------------------------------------------


def values(formulas: dict[str, str], names: dict[str, str] | None = None, **new: Scalar) -> dict[str, Scalar]:
    """What the engine makes of formulas in column C and below, by their text."""
    places = {("Data", row, 3): text for row, text in enumerate(formulas.values(), 1)}
    made = book(places, names)
    made.sheets["Data"].cells[1, 2] = Cell("teks", None)
    made.sheets["Data"].cells[2, 2] = Cell(CellError("#DIV/0!"), None)
    found = engine.evaluate(made, places, {("Data", 5, 1): D(50)})
    return {name: found[place] for name, place in zip(formulas, places, strict=True) if place in found}


def test_values_of_formulas() -> None:
    formulas = {
        "sum": "SUM(A1:A5)",
        "text": 'B1&"!"',
        "truth": "A1<2",
        "error": "B2+1",
        "caught": "IFERROR(B2,7)",
        "own": "CAPAIAN(A2,A1)*2",
        "prefixed": "_xll.CAPAIAN(A2,A1)",
        "own error": "CAPAIAN(0,A1)",
        "range": "NPS(A1:A2)",
        "name": "SUM(DATA)+SATU",
        "chain": "C1*2",
        "round": "ROUND(2.675,2)",
    }
    found = values(formulas, {"DATA": "Data!$A$1:$A$2", "SATU": "Data!$A$1"})
    assert found == {
        "sum": D(60),  # the new value of A5 counts
        "text": "teks!",
        "truth": True,
        "error": CellError("#DIV/0!"),
        "caught": D(7),
        "own": D(100),
        "prefixed": D(50),
        "own error": CellError("#DIV/0!"),
        "range": D("1.5"),
        "name": D(4),
        "chain": D(120),
        "round": D("2.68"),
    }


def test_what_cannot_be_known_is_left_out() -> None:
    formulas = {
        "unknown function": "IFERROR(BUKANFUNGSI(A1),9)",
        "hangs on it": "C1+1",
        "time": "NOW()",
        "elsewhere": "[1]Lain!A1",
        "broken": "A1*",
        "sound": "A1+1",
    }
    assert values(formulas) == {"sound": D(2)}


def test_without_the_engine_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "formualizer", None)
    assert not engine.is_installed() and values({"sound": "A1+1"}) == {}


def test_libreoffice_agrees(tmp_path: Path, recalculate: Callable[[Sequence[Path]], list[Book]]) -> None:
    """Forty formulas of the kind that offices add to their books."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Data"
    for row, (name, target, real) in enumerate(
        [("a", 80, 91.5), ("b", 95.5, 90), ("c", 100, 120.25), ("d", 7, 0)], 2
    ):
        sheet.append((name, target, real)) if row > 2 else sheet.append(("nama", "target", "nilai"))
        sheet.cell(row, 1, name), sheet.cell(row, 2, target), sheet.cell(row, 3, real)
    made.create_sheet("Rp 1")["A1"] = 12345.678
    made.defined_names["NILAI"] = DefinedName("NILAI", attr_text="Data!$C$2:$C$5")
    formulas = """
        SUM(C2:C5)|AVERAGE(NILAI)|MAX(B2:C5)|MIN(C2:C5)|COUNT(A2:C5)|COUNTA(A2:C5)|COUNTIF(C2:C5,">90")
        SUMIF(A2:A5,"b",C2:C5)|SUMPRODUCT(B2:B5,C2:C5)|ROUND(C2/B2*100,2)|ROUNDUP(C2/7,1)|ROUNDDOWN(C2/7,1)
        IF(C2>B2,"naik","turun")|IF(AND(C2>80,B2<90),1,0)|IFERROR(1/C5,"-")|1/C5|VLOOKUP("c",A2:C5,3,FALSE)
        INDEX(C2:C5,MATCH("b",A2:A5,0))|'Rp 1'!A1*2|TEXT(C2,"0.00")|LEFT("Pemantauan",5)|LEN("abc")&"x"
        UPPER(A2)|CONCATENATE(A2,"-",A3)|RANK(C2,C2:C5)|LARGE(C2:C5,2)|SMALL(C2:C5,2)|MEDIAN(C2:C5)
        STDEV(C2:C5)|ABS(-C2)|INT(C2)|MOD(17,5)|2^10|10%|C2&""|ISNUMBER(C2)|ISBLANK(D9)|NOT(TRUE)
        CHOOSE(2,"x","y")|TRUNC(C4,1)|SUM(C:C)|MID("abcdef",2,3)|SUBSTITUTE("a-b","-","/")|DATE(2023,12,31)
    """.replace("\n", "|").split("|")
    formulas = [text.strip() for text in formulas if text.strip()]
    for row, formula in enumerate(formulas, 1):
        sheet.cell(row, 8, f"={formula}")
    path = tmp_path / "asing.xlsx"
    made.save(path)
    ours = read_book(path)
    wanted = [("Data", row, 8) for row in range(1, len(formulas) + 1)]
    known = engine.evaluate(ours, wanted, {})
    (theirs,) = recalculate([path])
    different = {}
    for (_, row, column), formula in zip(wanted, formulas, strict=True):
        mine, other = known.get(("Data", row, column)), theirs.sheets["Data"].cells[row, column].value
        if isinstance(mine, Decimal) and isinstance(other, Decimal):
            same = abs(mine - other) <= abs(other) * D("1e-14")
        else:
            same = type(mine) is type(other) and mine == other
        if not same:
            different[formula] = (mine, other)
    assert len(formulas) >= 40 and different == {}


def test_reading_tells_functions_and_areas() -> None:
    found = reading(book({}), "Data", "_xlfn.IFS(A1>1,SUM('Rp 1'!B2:C3))")
    assert found.functions == {"IFS", "SUM"} and found.certain
    assert found.areas == [("Data", (1, 1, 1, 1)), ("Rp 1", (2, 2, 3, 3))]
