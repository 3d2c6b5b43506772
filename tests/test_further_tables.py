"""The tables beside the main job: lists, quarters, earlier years, plans; filled, computed, found again."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from lokapom_xl.actions.compute import compute
from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.fill import fill
from lokapom_xl.actions.new import new
from lokapom_xl.actions.validate import validate
from lokapom_xl.workbook.cells import Key
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.evaluate import Evaluator
from lokapom_xl.workbook.locate import BookView, open_view, read_quarter
from lokapom_xl.workbook.read import read_book

from .conftest import REPORT

D = Decimal


@pytest.fixture(scope="module")
def view(made: Demo) -> BookView:
    return open_view(read_book(made.books[0]))


def stored(view: BookView, table: str, row: str, column: str) -> object:
    cell = view.cell(Key(table, row, column))
    return cell.value if cell is not None else None


@pytest.mark.parametrize(
    ("table", "row", "column", "value"),
    [
        ("riwayat", "obat-memenuhi-syarat", "selisih_realisasi", D("13.91")),
        ("riwayat", "obat-memenuhi-syarat", "arah", "naik"),
        ("riwayat", "pangan-fortifikasi", "arah", "-"),  # not measured before
        ("renstra", "obat-memenuhi-syarat", "kesenjangan", D("-0.06")),
        ("renstra", "pengelolaan-data", "notifikasi", "tercapai"),  # printed: melampaui
        ("sakip", "jumlah", "nilai", D("63.13")),  # printed: 73,98, which its components do not make
        ("sakip", "jumlah", "predikat", "B"),
        ("sdm", "jumlah", "standar_abk", D(46)),
        ("sdm", "jumlah", "asn", D(26)),
        ("sdm", "jumlah", "gap", D(20)),
        ("sdm", "20", "gap", D(-1)),
        ("sdm", "40", "gap", "-"),  # a row that is not used
        ("nka", "1", "nka", D("91.49")),
        ("usulan", "makanan-memenuhi-syarat", "selisih", D("-11.6")),
        ("triwulan", "obat-memenuhi-syarat@09", "target", D("91.5")),
        ("triwulan", "obat-memenuhi-syarat@09", "persentase", D("101.19")),
        ("triwulan", "obat-memenuhi-syarat@09", "selesai", "selesai"),
        ("triwulan", "obat-memenuhi-syarat@03", "realisasi", "-"),
    ],
)
def test_values_of_the_shipped_data(view: BookView, table: str, row: str, column: str, value: object) -> None:
    assert stored(view, table, row, column) == value


def test_a_row_inserted_into_a_list_keeps_its_numbers(rapk: Path) -> None:
    book = openpyxl.load_workbook(rapk)
    book["NKA"].insert_rows(4)
    book["NKA"].title = "Nilai Anggaran"
    book.save(rapk)
    moved = open_view(read_book(rapk))
    assert [problem.kind for problem in moved.problems] == ["lembar-berganti-nama"]
    assert moved.positions.at(Key("nka", "1", "eka")) == ("Nilai Anggaran", 7, 3)


def test_a_list_with_a_row_missing_is_named(rapk: Path) -> None:
    book = openpyxl.load_workbook(rapk)
    book["SDM"]["A7"] = None
    book.save(rapk)
    with pytest.raises(BookError, match="SDM: baris “2” tidak ada"):
        compute(rapk)


def test_more_rows_than_a_list_has(tmp_path: Path) -> None:
    book, source = tmp_path / "R.xlsx", tmp_path / "evaluasi.csv"
    new("rapk", 2023, book)
    source.write_text("komponen,bobot,nilai\n" + "Komponen,10,5\n" * 9, "utf-8")
    before = book.read_bytes()
    with pytest.raises(BookError) as refused:
        fill(book, [source])
    assert refused.value.code == "SUMBER14" and book.read_bytes() == before


def test_a_list_is_not_taken_for_monthly_data(tmp_path: Path) -> None:
    """Both have a plan of action and a timeline."""
    book = tmp_path / "R.xlsx"
    new("rapk", 2023, book)
    with pytest.raises(BookError) as refused:
        fill(book, [REPORT / "tindak_lanjut_tw3.csv"])
    assert refused.value.code == "SUMBER05" and "--month" in refused.value.remedy


def test_a_partial_source_fills_its_rows_only(tmp_path: Path) -> None:
    book = tmp_path / "R.xlsx"
    new("rapk", 2023, book)
    report = fill(book, [REPORT / "usulan_target_2024.csv"])
    assert len(report.changes) == 6
    with pytest.raises(BookError) as refused:
        fill(book, [REPORT / "usulan_target_2024.csv", _short_plan(tmp_path)])
    assert refused.value.code == "SUMBER07"


def _short_plan(folder: Path) -> Path:
    lines = (REPORT / "pk_lampiran.csv").read_text("utf-8").splitlines()
    path = folder / "pk.csv"
    path.write_text("\n".join(lines[:-1]) + "\n", "utf-8")
    return path


def test_a_wrong_sum_in_a_list_is_found(rapk: Path) -> None:
    book = openpyxl.load_workbook(rapk)
    book["SAKIP"]["D14"] = 73.98
    book.save(rapk)
    found = {
        (f.code, f"{f.origin.sheet}!{f.origin.cell}") for f in validate([rapk]).findings if f.level == "galat"
    }
    assert ("FRM01", "SAKIP!D14") in found


def test_every_cell_follows_from_the_entries(view: BookView) -> None:
    evaluator = Evaluator(view)
    tables = {"triwulan", "riwayat", "renstra", "usulan", "sakip", "sdm", "nka"}
    keys = [key for _, _, key, _ in evaluator.computed_keys() if key.table in tables]
    assert len(keys) > 800
    for key in keys:
        assert evaluator.same(evaluator.chain(key), evaluator.raw(key), key), key


@pytest.mark.parametrize(
    ("text", "month"), [("TW III", 9), ("triwulan iv", 12), ("I", 3), ("2", 6), ("V", 0), (None, 0)]
)
def test_quarters(text: object, month: int) -> None:
    assert read_quarter(text) == month
