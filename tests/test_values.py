"""Values only: the quick way and the thorough one give the same."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import openpyxl
import pytest

from lokapom_xl.numbers import CellError
from lokapom_xl.workbook import values
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.package import open_package
from lokapom_xl.workbook.read import Workbook
from lokapom_xl.workbook.values import read_values

from .test_read import with_cells

BOOKS = sorted((Path(__file__).parents[1] / "workbooks").rglob("*.xlsx"))


def thorough(path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, values.Rows]:
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, "python_calamine", None)
        return read_values(path)


def trimmed(rows: values.Rows) -> dict[tuple[int, int], values.Value]:
    return {
        (r, c): value for r, row in enumerate(rows, 1) for c, value in enumerate(row, 1) if value is not None
    }


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_both_ways_agree(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick, slow = read_values(path), thorough(path, monkeypatch)
    assert quick.keys() == slow.keys()
    for name in quick:
        ours = {place: _number(value) for place, value in trimmed(slow[name]).items()}
        assert {place: _number(value) for place, value in trimmed(quick[name]).items()} == ours
    if "as-printed" not in path.name:
        assert any(trimmed(rows) for rows in quick.values())


def _number(value: values.Value) -> values.Value:
    return float(f"{value:.15g}") if isinstance(value, float) else value


def test_a_book_without_traps_goes_the_quick_way(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(("a", 1, 2.5, True))
    book.save(tmp_path / "b.xlsx")
    assert values._quick(Workbook(open_package(tmp_path / "b.xlsx"))) == {"Sheet": [["a", 1.0, 2.5, True]]}


@pytest.mark.parametrize(
    ("rows", "place", "value"),
    [
        ('<row r="1"><c r="A1" t="e"><v>#DIV/0!</v></c></row>', (1, 1), CellError("#DIV/0!")),
        ('<row r="1"><c r="A1" t="inlineStr"><is><t>a_x000D_b</t></is></c></row>', (1, 1), "a\rb"),
        ('<row r="20000"><c r="A20000"><v>7</v></c></row>', (20_000, 1), 7.0),
        ("<row r='1'><c r='B1'><v>7</v></c></row>", (1, 2), 7.0),
    ],
)
def test_traps_are_read_by_our_own_reader(
    tmp_path: Path, rows: str, place: tuple[int, int], value: values.Value
) -> None:
    path = with_cells(tmp_path / "b.xlsx", rows)
    assert values._quick(Workbook(open_package(path))) is None
    assert trimmed(read_values(path)["Data"]) == {place: value}


def test_dates_stay_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = datetime.date(2023, 1, 1)
    book.save(tmp_path / "b.xlsx")
    assert read_values(tmp_path / "b.xlsx") == {"Sheet": [[44927.0]]}


def test_a_far_address_is_refused_and_harmless(tmp_path: Path) -> None:
    path = with_cells(tmp_path / "b.xlsx", '<row r="1"><c r="AAAAAAAA1048577"><v>1</v></c></row>')
    with pytest.raises(BookError) as caught:
        read_values(path)
    assert caught.value.code == "BERKAS21"
