"""Every check, on cases that stand as data in tests/checks/."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lokapom_xl.actions import validate
from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.freeze import freeze
from lokapom_xl.actions.validate import check_books
from lokapom_xl.checks.cell_formulas import same_formula
from lokapom_xl.numbers import ERROR_CODES, CellError, Scalar
from lokapom_xl.registry import CHECKS
from lokapom_xl.workbook.read import Book, Cell, Conditional, Validation, read_book

from .conftest import changed, place

FOLDER = Path(__file__).parent / "checks"
CASES = [
    (code, number, case)
    for file in sorted(FOLDER.glob("*.toml"))
    for code, cases in tomllib.loads(file.read_text("utf-8"), parse_float=Decimal).items()
    for number, case in enumerate(cases, 1)
]
INDEX = {"rapk": 0, "efisiensi": 1, "rapk-tercetak": 2, "efisiensi-tercetak": 3}


def scalar(value: object) -> Scalar:
    if isinstance(value, str) and value in ERROR_CODES:
        return CellError(value)
    return Decimal(value) if isinstance(value, int) else value  # type: ignore[return-value]


def spoiled(book: Book, case: dict[str, Any]) -> Book:
    """The book with everything done to it that the case says (where the cell's sheet is in it)."""
    typed = [(where, scalar(value)) for where, value in case.get("type", {}).items()]
    typed += [(where, None) for where in case.get("clear", [])]
    changed(
        book,
        [(where, value) for where, value in typed if place(where)[0] in book.sheets],
        [(where, text) for where, text in case.get("formula", {}).items()],
    )
    for where, value in case.get("stored", {}).items():
        sheet, row, column = place(where)
        old = book.sheets[sheet].cells[row, column]
        book.sheets[sheet].cells[row, column] = Cell(scalar(value) if value != "" else None, old.formula)
    for where, code in case.get("format", {}).items():
        sheet, row, column = place(where)
        cells = book.sheets[sheet].cells
        cells[row, column] = cells[row, column]._replace(format=code)
    for where, value in case.get("percent", {}).items():
        sheet, row, column = place(where)
        book.sheets[sheet].cells[row, column] = Cell(value, None, percent=True)
    for where in case.get("shown_as_percent", []):
        sheet, row, column = place(where)
        cells = book.sheets[sheet].cells
        cells[row, column] = cells[row, column]._replace(percent=True)
    _lead_out(book, case)
    _hide(book, case)
    for name in case.get("drop", []):
        del book.sheets[name]
    for old_name, new_name in case.get("rename", {}).items():
        book.sheets = {new_name if n == old_name else n: s for n, s in book.sheets.items()}
        book.sheets[new_name].name = new_name
    for name in case.get("unname", []):
        del book.names[name]
    return book


def _lead_out(book: Book, case: dict[str, Any]) -> None:
    """Let names, lists of choices, conditional formats and clicks lead out of the book."""
    book.names |= case.get("define", {})
    book.links = tuple(case.get("links", ()))
    book.local_names = (*book.local_names, *case.get("define_locally", {}).items())
    for where, formula in case.get("choices", {}).items():
        sheet, _, area = where.rpartition("!")
        book.sheets[sheet].validations.append(Validation("list", area, formula, None))
    for where, formula in case.get("format_if", {}).items():
        sheet, _, area = where.rpartition("!")
        book.sheets[sheet].conditionals.append(Conditional("expression", area, (formula,)))
    for where, target in case.get("click", {}).items():
        sheet, _, area = where.rpartition("!")
        book.sheets[sheet].hyperlinks.append((area, target))


def _hide(book: Book, case: dict[str, Any]) -> None:
    for name, rows in case.get("hide_rows", {}).items():
        book.sheets[name].hidden_rows |= set(rows)
    for name, columns in case.get("hide_columns", {}).items():
        book.sheets[name].hidden_columns |= set(columns)
    for name in case.get("hide_sheets", []):
        book.sheets[name].hidden = True


def stop(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let a check fail as it would on what nobody thought of."""

    def fail(_: object) -> None:
        raise ZeroDivisionError("yang tidak terduga")

    for name in ("BOOK_CHECKS", "SET_CHECKS", "LAST_CHECKS"):
        kept = [replace(c, run=fail) if c.code == code else c for c in getattr(validate, name)]
        monkeypatch.setattr(validate, name, tuple(kept))


@pytest.mark.parametrize(("code", "number", "case"), CASES, ids=[f"{c}-{n}" for c, n, _ in CASES])
def test_case(
    made: Demo,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    number: int,
    case: dict[str, Any],
) -> None:
    names = [case["book"], *([case["with"]] if "with" in case else [])]
    books = [spoiled(read_book(_file(made, name, tmp_path)), case) for name in names]
    changed(books[0], list(case.get("type_first", {}).items()))
    if "stop" in case:
        stop(monkeypatch, case["stop"])
    result = check_books(books, names)
    found = []
    for finding in result.findings:
        if finding.code == code and finding.caused_by is None:
            assert finding.message and finding.name and finding.level in ("galat", "peringatan", "info")
            found.append(f"{finding.origin.sheet}!{finding.origin.cell}" if finding.origin.sheet else "")
    if "only" in case:
        found = [where for where in found if where.startswith(tuple(case["only"]))]
    assert sorted(found) == sorted(case["finds"])


def _file(made: Demo, name: str, folder: Path) -> Path:
    """The file of a case; `...-beku` is the frozen copy of another one."""
    original = name.removesuffix("-beku")
    path = made.books[INDEX[original]]
    return path if name == original else freeze(path, folder / f"{name}.xlsx").path


def test_every_check_has_a_failing_and_a_clean_case() -> None:
    failing = {code for code, _, case in CASES if case["finds"]}
    clean = {code for code, _, case in CASES if not case["finds"]}
    assert failing == clean == set(CHECKS)


def test_a_consequence_names_its_root(made: Demo) -> None:
    result = check_books([read_book(made.books[2])], ["cetak"])
    by_id = {f.id: f for f in result.findings}
    assert len(by_id) == len(result.findings), "ids are unique"
    effects = [f for f in result.findings if f.caused_by]
    assert effects and all(f.caused_by in by_id and f.level == "info" for f in effects)
    # Computed with the right target although another one is printed beside it: the target has the finding.
    assert not [f for f in result.findings if f.origin.sheet == "Per IKSS" and f.origin.cell == "H14"]
    mixed = next(
        f for f in result.findings if f.origin.sheet == "Ringkasan Capaian" and f.origin.cell == "B12"
    )
    assert (mixed.expected, "setelah sel asalnya diperbaiki 104,00" in mixed.diagnosis) == ("104.10", True)
    mean = next(f for f in effects if f.origin.sheet == "Ringkasan Capaian" and f.origin.cell == "B8")
    assert [by_id[root].origin.cell for root in mean.roots] == ["J11", "J12", "J16"]
    total = next(f for f in effects if f.origin.sheet == "Ringkasan Capaian" and f.origin.cell == "C18")
    assert by_id[total.caused_by or ""].origin.sheet == "Capaian"


def test_diagnoses_reproduce_the_printed_digits(made: Demo) -> None:
    findings = check_books([read_book(made.books[2])], ["cetak"]).findings
    said = {f"{f.origin.sheet}!{f.origin.cell}": f.diagnosis for f in findings if f.caused_by is None}
    expected = {
        "Capaian!J11": "realisasi 98,67 dibulatkan ke 99 lebih dahulu",
        "Capaian!J16": "dipotong ke bilangan bulat",
        "Capaian!K18": "tanpa penyesuaian yang dinyatakan",
        "Ringkasan Capaian!B12": "mencampur dua dasar: untuk Capaian SS2",
        "Per IKSS!H15": "nilai yang sudah dibatasi (NPI)",
        "Per IKSS!H16": "capaian penyesuaian ditulis di kolom capaian",
        "Per IKSS!H19": "saja, bukan rata-ratanya",
        "Monev Desember!C22": "ditulis 0, mungkin karena belum dinilai",
        "Per SS!L28": "tabel predikat NPS",
        "Ringkasan Eksekutif!D6": "tabel kriteria indikator",
    }
    for where, words in expected.items():
        assert words in said[where], (where, said[where])


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("CAPAIAN(F7,J7)", True),
        ("_xlfn.SINGLE(CAPAIAN($F$7, J7))", True),
        ("@CAPAIAN(F7,J7)", True),
        ("_xlfn.SINGLE(CAPAIAN(_xlfn.SINGLE(F7),J7))", True),
        ("_xlfn.SINGLE(CAPAIAN(F7,J8))", False),
        ("_xlfn.SINGLE(CAPAIAN(F7,J7)", False),
    ],
)
def test_what_excel_writes_into_formulas_is_no_change(written: str, same: bool) -> None:
    assert same_formula(written, "CAPAIAN(F7,J7)") is same
    assert same_formula('_xlfn.SINGLE(A1("x)"))', 'A1("x)")')
