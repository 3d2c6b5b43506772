"""Nothing is lost: books with every feature, edited by the cell writer and filled by the tool."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from lokapom_xl.actions.compute import compute
from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.fill import FillReport, fill
from lokapom_xl.workbook.address import a1
from lokapom_xl.workbook.read import read_book
from lokapom_xl.workbook.write import Put, Store, save_edits

from .bench.foreign import Contents, compare_packages, raw_members
from .conftest import REPORT, Convert, place
from .everything import FEATURES, HOST, Feature, Parts, everything, evidence, grafted

D = Decimal
OFFICIAL = "PK"
"""The sheet of the official book that carries the features and is filled."""

EDITS: Contents = {
    (1, 1): "=1+1 adalah teks",  # a row and a cell that are not there
    (5, 2): 93.25,  # an entry
    (6, 5): "di sisi",  # a cell that is not there, beside others
    (126, 28): 7.0,  # in the midst of the features
}


@dataclass(frozen=True)
class Pair:
    """A book before and after, and the sheet with the features."""

    before: Path
    after: Path
    sheet: str

    def found(self, feature: Feature) -> list[list[tuple[str, str, bytes]]]:
        return [evidence(Parts(path.read_bytes()), self.sheet, feature) for path in (self.before, self.after)]


def _puts(contents: Contents) -> dict[tuple[int, int], Put | Store]:
    return {spot: Put(value if isinstance(value, str) else D(str(value))) for spot, value in contents.items()}


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The book with everything, with cells of its fullest sheet edited."""
    folder = tmp_path_factory.mktemp("everything")
    before = everything(folder / "semua.xlsm")
    assert save_edits(before, folder / "semua-diisi.xlsm", {HOST: _puts(EDITS)})
    return Pair(before, folder / "semua-diisi.xlsm", HOST)


@dataclass(frozen=True)
class Filled(Pair):
    """An official book with everything, filled."""

    report: FillReport


@pytest.fixture(scope="module")
def filled(made: Demo, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    folder = tmp_path_factory.mktemp("grafted")
    before = grafted(made.books[0], folder / "RAPK.xlsm", OFFICIAL)
    source = folder / "target.csv"
    known = (REPORT / "pk_lampiran.csv").read_text(encoding="utf-8")
    source.write_text(re.sub(r"(Nilai AKIP UPT.*)82\.2", r"\g<1>80", known), encoding="utf-8")
    after = folder / "RAPK-diisi.xlsm"
    report = fill(before, [source], output=after, overwrite=True)
    return Filled(before, after, OFFICIAL, report)


# --- (a) the cell writer ---------------------------------------------------------------------------


def test_equal_calls_give_equal_bytes(edited: Pair, tmp_path: Path) -> None:
    assert everything(tmp_path / "lagi.xlsm").read_bytes() == edited.before.read_bytes()


def test_the_book_with_everything_is_read(edited: Pair) -> None:
    sheets = read_book(edited.before).sheets
    assert list(sheets) == [HOST, "Lain", "Rahasia"] and sheets["Rahasia"].hidden
    cells = sheets[HOST].cells
    assert [cells[place].value for place in ((110, 28), (153, 28))] == ["sebagian tebal miring", "課題"]
    assert [cells[row, 31].formula for row in (102, 105)] == ["AC102*AD102", "AC105*AD105"]
    assert cells[114, 28].array and cells[114, 29].array and cells[151, 30].array


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_edits_keep(edited: Pair, feature: Feature) -> None:
    before, after = edited.found(feature)
    assert after == before


def test_edits_change_their_cells_and_nothing_else(edited: Pair) -> None:
    assert compare_packages(edited.before, edited.after, {HOST: EDITS}) == []


def test_sizes_behind_the_data_are_no_loss(edited: Pair, tmp_path: Path) -> None:
    before = everything(tmp_path / "semua.xlsm", streamed=True)
    save_edits(before, tmp_path / "hasil.xlsm", {HOST: _puts(EDITS)})
    assert compare_packages(before, tmp_path / "hasil.xlsm", {HOST: EDITS}) == []
    assert raw_members(before) == raw_members(edited.before)


def test_stored_results_change_nothing_else(edited: Pair, tmp_path: Path) -> None:
    target = tmp_path / "hasil.xlsm"
    stored = {(5, 4): Store(D("1.5")), (9, 4): Store("belum"), (103, 31): Store(D(1)), (114, 28): Store(D(9))}
    save_edits(edited.before, target, {HOST: stored})
    assert compare_packages(edited.before, target, {}, {HOST: stored}) == []
    cells = read_book(target).sheets[HOST].cells
    assert {place: cells[place].value for place in stored} == {
        place: edit.value for place, edit in stored.items()
    }


# --- (b) an official book, filled --------------------------------------------------------------------


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.name)
def test_fill_keeps(filled: Filled, feature: Feature) -> None:
    before, after = filled.found(feature)
    assert after == before


def test_fill_changes_what_it_reports_and_nothing_else(filled: Filled) -> None:
    report = filled.report
    assert [(change.sheet, change.cell) for change in report.changes] == [(OFFICIAL, "D22")]
    assert report.computed is not None and report.computed.changes
    results: dict[str, set[tuple[int, int]]] = {}
    computed = [f"{sheet}!{cell}" for sheet, cell, *_ in report.computed.changes]
    for sheet, row, column in map(place, computed + report.computed.uncomputed):
        results.setdefault(sheet, set()).add((row, column))
    assert compare_packages(filled.before, filled.after, {OFFICIAL: {(22, 4): 80.0}}, results) == []


def test_no_stale_result_is_left(filled: Filled) -> None:
    """Formulas of staff keep their value where nothing that they name changed.

    What their text does not tell (data tables, other books) loses it.
    """
    before, after = (read_book(path).sheets[OFFICIAL].cells for path in (filled.before, filled.after))
    foreign = {place: cell for place, cell in before.items() if place[0] > 100 and cell.computed}
    kept = {place for place in foreign if place in after and after[place].value is not None}
    assert kept and all(after[place].value == foreign[place].value for place in kept)
    lost = {a1(*place) for place in foreign.keys() - kept if foreign[place].value is not None}
    assert lost == {"AC151", "AD151", "AB154"}


def test_computing_again_changes_no_byte(filled: Filled, tmp_path: Path) -> None:
    report = compute(filled.after, tmp_path / "hitung.xlsm")
    assert report.changes == [] and (tmp_path / "hitung.xlsm").read_bytes() == filled.after.read_bytes()


# --- (c) in other programs ---------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:.*extension is not supported")  # openpyxl, of what it drops
def test_other_programs_open_the_results(edited: Pair, filled: Filled, convert: Convert) -> None:
    by_office = [openpyxl.load_workbook(path) for path in convert([edited.after, filled.after])]
    itself = [openpyxl.load_workbook(pair.after, keep_vba=True) for pair in (edited, filled)]
    for first, second in (by_office, itself):
        for (row, column), value in EDITS.items():
            assert first[HOST].cell(row, column).value == value
        assert second[OFFICIAL]["D22"].value == 80
