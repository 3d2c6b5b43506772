"""Formulas of other people: what they are worth."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from lokapom_xl.numbers import CellError, Scalar
from lokapom_xl.workbook import engine
from lokapom_xl.workbook.dependents import reading
from lokapom_xl.workbook.read import Book, Cell, Sheet, read_book

from .conftest import place

D = Decimal


def values(
    formulas: Mapping[str, str], names: dict[str, str] | None = None, cells: Mapping[str, Scalar] = {}
) -> dict[str, Scalar]:
    """What the engine makes of formulas in column C of a sheet with 1 to 5 in column A, by their names.

    The value of A5 has just become 50.
    """
    sheets = {name: Sheet(name) for name in ("Data", "It's")}
    data = sheets["Data"].cells
    for row in range(1, 6):
        data[row, 1] = Cell(D(row), None)
    for text, value in cells.items():
        data[place(f"Data!{text}")[1:]] = Cell(value, None)
    places = {("Data", row, 3): text for row, text in enumerate(formulas.values(), 1)}
    for (_, row, column), formula in places.items():
        data[row, column] = Cell(D(0), formula)
    made = Book(Path("b.xlsx"), sheets, names or {}, "")
    found = engine.evaluate(made, places, {("Data", 5, 1): D(50)})
    assert found.keys() <= places.keys()
    return {name: found[at] for name, at in zip(formulas, places, strict=True) if at in found}


def test_values_of_formulas() -> None:
    formulas = {
        "sum": "SUM(A1:A5)",
        "text": 'B1&"!"',
        "truth": "A1<2",
        "error": "B2+1",
        "caught": "IFERROR(B2,7)",
        "own": "CAPAIAN(A2,A1)*2",
        "prefixed": "_xll.CAPAIAN(A2,A1)",
        "in an add-in": "'C:\\kerja\\lokapom.xlam'!CAPAIAN(A2,A1)",
        "own error": "CAPAIAN(0,A1)",
        "own, of an error": "NPS(B2:B2)",
        "own, of errors": "NPS(B2:B3)",
        "own, not measured": "CAPAIAN(B4,A1)",
        "range": "NPS(A1:A2)",
        "name": "SUM(DATA)+SATU",
        "calculating name": "2*LIPAT",
        "chain": "C1*2",
        "round": "ROUND(2.675,2)",
        "empty": "B9",
        "named text": '"SUM(DATA) [1]!x"',
        "looks like a formula": "B5",
        "quoted sheet": "COUNT('It''s'!A:A)",
        "deleted": "Data!#REF!+1",
        "cell by cell": "SUMPRODUCT((A1:A3>1)*A1:A3)",
    }
    names = {"DATA": "Data!$A$1:$A$2", "SATU": "Data!$A$1", "LIPAT": "SATU+1"}
    cells: dict[str, Scalar] = {
        "B1": "teks",
        "B2": CellError("#DIV/0!"),
        "B3": CellError("#N/A"),
        "B5": "=1+1",
    }
    assert values(formulas, names, cells) == {
        "sum": D(60),  # the new value of A5 counts
        "text": "teks!",
        "truth": True,
        "error": CellError("#DIV/0!"),
        "caught": D(7),
        "own": D(100),
        "prefixed": D(50),
        "in an add-in": D(50),
        "own error": CellError("#DIV/0!"),
        "own, of an error": CellError("#DIV/0!"),
        "own, of errors": CellError("#DIV/0!"),
        "own, not measured": "-",
        "range": D("1.5"),
        "name": D(4),
        "calculating name": D(4),
        "chain": D(120),
        "round": D("2.68"),
        "empty": D(0),
        "named text": "SUM(DATA) [1]!x",
        "looks like a formula": "=1+1",
        "quoted sheet": D(0),
        "deleted": CellError("#REF!"),
        "cell by cell": D(5),
    }


@pytest.mark.parametrize(
    "formula",
    [
        # what the engine does not know, hidden by IFERROR
        "IFERROR(BUKANFUNGSI(A1),9)",
        "IFERROR(SUM(Data:Akhir!A1),9)",
        "IFERROR(SUM((A1,A2)),9)",
        "IFERROR(A1:A2 A2:A3,9)",
        "IFERROR(TAK_ADA,9)",
        "IFERROR([1]Lain!A1,9)",
        "IFERROR(Tabel1[Nilai],9)",
        # what changes by itself or is told by no text
        "NOW()",
        "RAND()*0",
        'INDIRECT("A1")',
        "OFFSET(A1,1,0)",
        # one cell of an area, for Excel; the first one, for the engine
        "A1:A5",
        "A:A",
        "A1:A5*2",
        "SUM(A1:A5*2)",
        "IF(A1:A5>2,1,0)",
        "INDEX(A1:B5,0,1)",
        "SUM(ALAMAT*2)",
        "SUMPRODUCT(IF(A1:A5>2,1,0))",
        "SUM(INDEX(A1:A5,,1)*2)",
        # what an Indonesian Excel writes and reads in another way
        'TEXT(1.5,"0.0")',
        '1.5&""',
        'IF(TRUE,CONCATENATE(1.5," %"))',
        '"1,5"*2',
        'COUNTIF(A1:A5,">1.5")',
        "D1+1",
        "VLOOKUP(1,D1:E2,2,FALSE)",
        # what is written for nothing
        "CAPAIAN(A2,A1,)",
        # odd texts
        "A1*",
        "(" * 400 + "1" + ")" * 400,
        "1" + "+1" * 4000,
        'REPT("x",1E9)&NOW()',
    ],
    ids=lambda text: text[:30],
)
def test_what_cannot_be_known_is_left_out(formula: str) -> None:
    formulas = {"it": formula, "hangs on it": "IFERROR(C1,0)", "too": "C2+1", "sound": "A1+1"}
    names = {"ALAMAT": "Data!$A$1:$A$5"}
    assert values(formulas, names, {"D1": "91,5", "D2": D(1), "E2": D(2)}) == {"sound": D(2)}


def test_texts_that_are_no_numbers_are_no_obstacle() -> None:
    formulas = {
        "sum past a text": "SUM(D1:D2)",
        "the text itself": "D1",
        "a label": 'D3&" (2)"',
        "whole": '"Baris "&A5',
        "compared": 'D3="No. 1.2 a"',
    }
    expected = [D(1), "91,5", "No. 1.2 a (2)", "Baris 50", True]
    found = values(formulas, None, {"D1": "91,5", "D2": D(1), "D3": "No. 1.2 a"})
    expected[1:3] = []  # may hang on the language
    assert {name: found.get(name) for name in ("sum past a text", "whole", "compared")} == dict(
        zip(("sum past a text", "whole", "compared"), expected, strict=True)
    )


def test_circles_are_left_out() -> None:
    formulas = {
        "one": "C2+1",
        "other": "C1+1",
        "itself": "SUM(C:C)",
        "hides it": "IFERROR(C1,0)",
        "sound": "A1",
    }
    assert values(formulas) == {"sound": D(1)}


def test_array_formulas() -> None:
    sheet = Sheet("Data", {(row, 1): Cell(D(row), None) for row in range(1, 4)})
    sheet.cells[1, 3] = Cell(D(0), "SUM(A1:A3*2)", True)
    sheet.cells[1, 5] = Cell(D(0), "A1:A2*2", True)
    sheet.cells[2, 5] = Cell(D(0), None, True)
    sheet.cells[1, 7] = Cell(D(0), "A1:A2*2", True)  # whose other cells hold nothing
    made = Book(Path("b.xlsx"), {"Data": sheet}, {}, "")
    wanted = [("Data", row, column) for row, column in sheet.cells if column > 1]
    assert engine.evaluate(made, wanted, {}) == {("Data", 1, 3): D(12)}


def test_a_formula_without_a_stored_value_is_unknown() -> None:
    sheet = Sheet(
        "Data", {(1, 1): Cell(None, "INFO(1)"), (2, 1): Cell(None, "A1+1"), (3, 1): Cell(D(0), "1+1")}
    )
    made = Book(Path("b.xlsx"), {"Data": sheet}, {}, "")
    assert engine.evaluate(made, [("Data", 2, 1), ("Data", 3, 1)], {}) == {("Data", 3, 1): D(2)}
    assert engine.evaluate(made, [("Data", 2, 1)], {("Data", 1, 1): D(5)}) == {("Data", 2, 1): D(6)}


def test_an_engine_that_breaks_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    class Panic(BaseException):
        """As the engine's own, which is no Exception."""

    def breaks(*_: object) -> Scalar:
        raise Panic

    monkeypatch.setattr(engine, "_scalar", breaks)
    assert values({"sound": "A1+1"}) == {}
    monkeypatch.undo()
    monkeypatch.setattr(engine, "SECONDS", 0.0)
    assert values({"sound": "A1+1"}) == {}


def test_without_the_engine_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "formualizer", None)
    assert not engine.is_installed() and values({"sound": "A1+1"}) == {}


# --- the same by LibreOffice -----------------------------------------------------------------------

FORMULAS = """
SUM(C2:C5) | AVERAGE(NILAI) | MAX(B2:C5) | MIN(C2:C5) | COUNT(A2:C6) | COUNTA(A2:C6) | COUNTBLANK(A2:C8)
COUNTIF(C2:C5,">90") | COUNTIF(A2:A5,"b*") | COUNTIF(A2:A6,"<>b") | SUMIF(A2:A5,"B",C2:C5) | SUMIF(C2:C5,">=90")
AVERAGEIF(A2:A5,"<>a",C2:C5) | SUMIFS(C2:C5,A2:A5,"<>a",B2:B5,">8") | COUNTIFS(A2:A5,"?",C2:C5,"<>0")
AVERAGEIFS(C2:C5,B2:B5,"<99") | _xlfn.MAXIFS(C2:C5,B2:B5,">90") | _xlfn.MINIFS(C2:C5,B2:B5,">90")
SUMPRODUCT(B2:B5,C2:C5) | SUMPRODUCT((B2:B5>10)*(C2:C5>90)) | SUMPRODUCT(--(A2:A5="b"),C2:C5) | SUMSQ(B2:B5)
ROUND(C2/B2*100,2) | ROUND(-2.5,0) | ROUND(1234.5,-2) | ROUNDUP(C2/7,1) | ROUNDDOWN(C2/7,1) | ROUNDUP(-1.21,1)
TRUNC(C4,1) | TRUNC(-1.9) | INT(C2) | INT(-1.5) | MOD(17,5) | MOD(-3,2) | MOD(5.5,-2) | ABS(-C2) | SIGN(-3) | QUOTIENT(17,5)
CEILING(12.1,5) | FLOOR(12.9,5) | _xlfn.CEILING.MATH(12.1,5) | _xlfn.FLOOR.MATH(-12.1,5) | EVEN(3.1) | ODD(2.1)
2^10 | -2^2 | 10% | 2^-1 | POWER(9,0.5) | SQRT(2) | SQRT(-1) | EXP(1) | LN(10) | LOG(8,2) | LOG10(1000) | PI() | FACT(5)
SIN(1) | COS(1) | TAN(1) | ASIN(0.5) | ACOS(0.5) | ATAN(1) | ATAN2(1,2)
IF(C2>B2,"naik","turun") | IF(AND(C2>80,B2<90),1,0) | IF(OR(C5>0,A2="x"),1) | IF(A7="","kosong",1) | IF(0,1) | NOT(TRUE)
_xlfn.IFS(C2>99,"a",TRUE,"b") | _xlfn.SWITCH(2,1,"x",2,"y","z") | CHOOSE(2,"x","y") | IFERROR(1/C5,"-") | 1/C5
_xlfn.IFNA(MATCH("zz",A2:A5,0),"tidak ada") | MATCH("zz",A2:A5,0) | NA() | TRUE() | FALSE() | AND(TRUE,1)
AND(B2:B5) | OR(C5:C5)
VLOOKUP("c",A2:C5,3,FALSE) | VLOOKUP(90,D2:E4,2) | VLOOKUP(10,D2:E4,2,TRUE) | HLOOKUP("target",A1:C5,3,FALSE) | LOOKUP(85,D2:D4,E2:E4)
INDEX(C2:C5,MATCH("b",A2:A5,0)) | INDEX(A2:C5,2,3) | INDEX(A2:C5,9,1) | MATCH(85,D2:D4) | MATCH("B",A2:A5,0)
_xlfn.XLOOKUP("b",A2:A5,C2:C5) | _xlfn.XLOOKUP("zz",A2:A5,C2:C5,"tidak ada")
RANK(C2,C2:C5) | RANK(C2,C2:C5,1) | _xlfn.RANK.EQ(C2,C2:C5) | _xlfn.RANK.AVG(C2,C2:C5) | LARGE(C2:C5,2) | SMALL(C2:C5,2)
MEDIAN(C2:C5) | MODE(B2:B5,7,7) | STDEV(C2:C5) | STDEVP(C2:C5) | _xlfn.STDEV.S(C2:C5) | _xlfn.STDEV.P(C2:C5) | VAR(C2:C5)
VARP(C2:C5) | _xlfn.VAR.S(C2:C5) | _xlfn.VAR.P(C2:C5) | GEOMEAN(B2:B5) | HARMEAN(B2:B5) | CORREL(B2:B5,C2:C5)
PERCENTILE(C2:C5,0.9) | QUARTILE(C2:C5,1) | _xlfn.PERCENTILE.INC(C2:C5,0.3) | _xlfn.QUARTILE.INC(C2:C5,3) | PRODUCT(B2:B3)
AVERAGEA(A2:C5) | MAXA(A2:C5) | MINA(A2:C5) | AVERAGE(A2:A5) | ROWS(A2:C5) | COLUMNS(A2:C5)
'Rp 1'!A1*2 | SUM(C:C) | SUM(3:3) | SUM('Rp 1'!A:A) | A2&"-"&A3 | LEFT("Pemantauan",5) | RIGHT("Pemantauan",3) | LEN("abc")&"x"
UPPER(A2) | LOWER("ABC") | PROPER("loka pom") | CONCATENATE(A2,"-",A3) | MID("abcdef",2,3) | MID("abc",9,1) | TRIM("  a  b ")
SUBSTITUTE("a-b-c","-","/") | SUBSTITUTE("a-b-c","-","/",2) | REPLACE("abcdef",2,2,"x") | REPT("ab",3) | FIND("b","abc")
FIND("z","abc") | SEARCH("B","abc") | EXACT("a","A") | CODE("A") | CHAR(66) | T(A2) | T(C2) | N(A2) | N(C2) | A2="A" | "a"<"b"
ISNUMBER(C2) | ISTEXT(A2) | ISNONTEXT(A2) | ISBLANK(D9) | ISERROR(1/0) | ISERR(NA()) | ISNA(NA()) | ISLOGICAL(TRUE) | ISEVEN(4)
ISODD(4) | ERROR.TYPE(1/0) | ERROR.TYPE(NA())
DATE(2023,12,31) | DATE(2023,14,1) | YEAR(45000) | MONTH(45000) | DAY(45000) | EDATE(45000,1) | EOMONTH(45000,0) | WEEKDAY(45000)
WEEKDAY(45000,2) | _xlfn.DAYS(45010,45000) | HOUR(0.75) | MINUTE(0.76) | SECOND(0.7655)
PMT(0.01,12,-1000) | PV(0.01,12,-100) | FV(0.01,12,-100) | A2+1 | C7+1 | SUM(A2,1) | 0.1+0.2 | 1E+300*1E+300 | H1*2
"""


#: LibreOffice has one code for several errors, and an old one has no XLOOKUP: what Excel documents.
EXCEL: dict[str, Scalar] = {
    "SQRT(-1)": CellError("#NUM!"),
    "INDEX(A2:C5,9,1)": CellError("#REF!"),
    '_xlfn.XLOOKUP("b",A2:A5,C2:C5)': D(90),
    '_xlfn.XLOOKUP("zz",A2:A5,C2:C5,"tidak ada")': "tidak ada",
}


def formulas_of(text: str) -> list[str]:
    return [formula.strip() for formula in text.replace("\n", "|").split("|") if formula.strip()]


def test_every_function_is_compared() -> None:
    used = set()
    for formula in formulas_of(FORMULAS):
        used |= reading(Book(Path("b.xlsx"), {"Data": Sheet("Data")}, {}, ""), "Data", formula).functions
    assert (engine._TAKES_AREAS.keys() | engine._CELL_BY_CELL) - used == set()


def test_libreoffice_agrees(tmp_path: Path, recalculate: Callable[[Sequence[Path]], list[Book]]) -> None:
    """Every function that the engine is trusted with, as offices use it."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Data"
    sheet.append(("nama", "target", "nilai", "batas", "sebutan"))
    sheet.append(("a", 80, 91.5, 50, "cukup"))
    sheet.append(("b", 95.5, 90, 80, "baik"))
    sheet.append(("c", 100, 120.25, 90, "sangat baik"))
    sheet.append(("d", 7, 0))
    made.create_sheet("Rp 1")["A1"] = 12345.678
    made.defined_names["NILAI"] = DefinedName("NILAI", attr_text="Data!$C$2:$C$5")
    formulas = formulas_of(FORMULAS)
    answers = made.create_sheet("Jawaban")
    for row, formula in enumerate(formulas, 1):
        answers.cell(
            row, 8, "=" + re.sub(r"(?<![\w!:$'\"])(\$?[A-E]\d+|[C]:[C]|3:3)(?=\W|$)", r"Data!\1", formula)
        )
    path = tmp_path / "asing.xlsx"
    made.save(path)
    ours = read_book(path)
    wanted = [("Jawaban", row, 8) for row in range(1, len(formulas) + 1)]
    known = engine.evaluate(ours, wanted, {})
    (theirs,) = recalculate([path])
    different = {}
    for at, formula in zip(wanted, formulas, strict=True):
        mine, other = known.get(at), theirs.sheets["Jawaban"].cells[at[1], at[2]].value
        other = EXCEL.get(formula, other)
        same = type(mine) is type(other) and mine == other
        if isinstance(mine, Decimal) and isinstance(other, Decimal):
            same = abs(mine - other) <= abs(other) * D("1e-14")
        if not same:
            different[formula] = (mine, other)
    assert len(formulas) > 180
    assert different == {}
