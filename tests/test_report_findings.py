"""The whole report of 2023, validated: every finding stands in a committed list, read through, and no other.

The lists are described in `tests/report_findings.py`.
"""

from __future__ import annotations

import ast
import operator
import re
from collections import Counter
from decimal import Decimal

import pytest

from lokapom_xl.actions.validate import validate
from lokapom_xl.numbers import indonesian, plain, round_half_up
from lokapom_xl.report.result import Validation
from lokapom_xl.workbook.address import parse_a1
from lokapom_xl.workbook.read import read_book

from .conftest import REPORT
from .report_findings import (
    BOOKS,
    FOLLOWING,
    LISTED,
    PLACE,
    READ,
    SHIPPED,
    UNFOUND,
    Row,
    following,
    key_of,
    listed,
    load,
    printed,
)


@pytest.fixture(scope="module")
def result() -> Validation:
    return printed()


@pytest.fixture(scope="module")
def tables() -> Validation:
    """The same tables as a folder of CSV files."""
    return validate(REPORT)


def _without_reading(rows: list[Row]) -> list[Row]:
    return [{name: value for name, value in row.items() if name != READ} for row in rows]


def test_what_is_found_is_what_is_listed(result: Validation) -> None:
    """Both ways: nothing is lost, nothing is new; cause, cell, level and values are those that were read."""
    expected, found = ({key_of(row): row for row in rows} for rows in (load(LISTED), listed(result)))
    assert sorted(found.keys() - expected.keys()) == [], "not in the list"
    assert sorted(expected.keys() - found.keys()) == [], "no longer found"
    assert listed(result) == _without_reading(load(LISTED))


def test_what_follows_is_what_is_listed(result: Validation) -> None:
    assert following(result) == load(FOLLOWING)
    assert not result.orphans


def test_nothing_is_said_twice(result: Validation) -> None:
    """One finding of a kind at a cell, and no cell that follows is also a cause by the same check."""
    rows = [*load(LISTED), *load(FOLLOWING)]
    assert [key for key, n in Counter(map(key_of, rows)).items() if n > 1] == []
    counted = sum(len(row["akar"].split("; ")) for row in load(FOLLOWING))
    assert counted == sum(int(row["akibat"]) for row in load(LISTED))


def test_every_finding_has_been_read_through() -> None:
    assert [key_of(row) for row in load(LISTED) if not row[READ].strip() or not row["sebab"]] == []


# --- what was read ---------------------------------------------------------------------------------

_NUMBER = r"−?\d[\d.]*(?:,\d+)?"
_CLAIM = re.compile(rf"((?:\(|{_NUMBER})(?:[ ()+−×/]|{_NUMBER})*) = ({_NUMBER})")
_OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(".", "").replace(",", ".").replace("−", "-"))


def _value(text: str) -> Decimal:
    """The value of a calculation with Indonesian numbers."""

    def value(node: ast.expr) -> Decimal:
        match node:
            case ast.BinOp(left, op, right):
                return _OPERATIONS[type(op)](value(left), value(right))  # type: ignore[no-any-return]
            case ast.Call(_, [ast.Constant(str(number))]):
                return Decimal(number)
        raise AssertionError(text)

    if text.count("(") > text.count(")"):  # of a remark in brackets
        text = text.removeprefix("(")
    numbers = re.sub(r"\d[\d.]*(?:,\d+)?", lambda m: f"D('{_decimal(m[0])}')", text)
    tree = ast.parse(numbers.replace("×", "*").replace("−", "-").strip(), mode="eval")
    return value(tree.body)


def _claims() -> list[tuple[str, str]]:
    rows = [row[READ] for row in load(LISTED)] + [row["berlawanan"] for row in load(UNFOUND)]
    return [(match[1], match[2]) for text in rows for match in _CLAIM.finditer(text)]


def test_the_calculations_of_the_reader_are_right() -> None:
    """`98,67 / 93 × 100 = 106,10`: to the decimals that stand there."""
    claims = _claims()
    assert len(claims) > 70
    wrong = []
    for left, right in claims:
        decimals = len(right.partition(",")[2])
        if round_half_up(_value(left), decimals) != _decimal(right):
            wrong.append(f"{left} = {indonesian(_value(left), 4)}, not {right}")
    assert wrong == []


def test_what_is_not_found_stands_in_the_report() -> None:
    """Each says why; where a cell is named it holds what is quoted, and has no finding."""
    cells = {name: sheet for book in BOOKS for name, sheet in read_book(SHIPPED / book).sheets.items()}
    found = {(row["lembar"], row["sel"]) for row in [*load(LISTED), *load(FOLLOWING)]}
    for row in load(UNFOUND):
        assert row["bagian"] and row["berlawanan"] and row["alasan"], row
        assert row["kepastian"] in ("pasti", "setelah dibaca", "perlu ditanyakan"), row
        if row["sel"]:
            place = parse_a1(row["sel"])
            assert place is not None
            value = cells[row["lembar"]].cells[place].value
            assert (plain(value) if isinstance(value, Decimal) else value) == row["tertulis"], row
            assert (row["lembar"], row["sel"]) not in found, row


# --- as CSV ----------------------------------------------------------------------------------------

_OF_RECOGNITION = ("STR20", "STR22")
"""What was recognised, and the two files of this product that are no table of the report."""


def _said(result: Validation) -> list[tuple[object, ...]]:
    """Every finding by table, row below the header, and column; its roots and neighbours likewise."""
    tables = {
        (context.file, placed.sheet): (table, placed.header, {n: key for key, n in placed.columns.items()})
        for context in result.contexts
        for table, placed in context.view.positions.tables.items()
    }
    known = {finding.id: finding for finding in result.findings}

    def place(file: str, sheet: str, cell: str) -> str:
        table, header, columns = tables[file, sheet]
        at = parse_a1(cell)
        assert at is not None
        return f"{table}+{at[0] - header} {columns[at[1]]}"

    said: list[tuple[object, ...]] = []
    for finding in result.findings:
        origin = finding.origin
        if finding.code in _OF_RECOGNITION:
            continue
        expected = finding.expected
        if finding.code == "STR07":  # the cell that has the name already
            expected = place(origin.file, origin.sheet, expected)
        roots = sorted(
            place(root.file, root.sheet, root.cell) for root in (known[r].origin for r in finding.roots)
        )
        related = sorted(
            f"{place(r.origin.file, r.origin.sheet, r.origin.cell)} {r.written}" for r in finding.related
        )
        said.append(
            (
                finding.code,
                finding.level,
                place(origin.file, origin.sheet, origin.cell),
                finding.indicator,
                finding.written,
                expected,
                tuple(roots),
                tuple(related),
            )
        )
    return said


def test_as_csv_the_same_is_found(result: Validation, tables: Validation) -> None:
    """The same findings, with the same values, roots and neighbours, in the same cells of the tables."""
    as_books, as_csv = Counter(_said(result)), Counter(_said(tables))
    assert as_csv - as_books == Counter()
    assert as_books - as_csv == Counter()
    extra = Counter(f.code for f in tables.findings if f.code in _OF_RECOGNITION)
    assert extra == {"STR20": 1, "STR22": 2}
    assert {f.written for f in tables.findings if f.code == "STR22"} == {"koreksi", "riwayat_capaian"}


def test_the_lists_are_keyed_by_place() -> None:
    for path in (LISTED, FOLLOWING):
        assert tuple(load(path)[0])[: len(PLACE)] == PLACE
