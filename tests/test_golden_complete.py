"""The golden rows against the printed tables alone: no code of the product is used here.

Which cells must be there is derived from the source tables by column and by the blank and `-` rules;
numbers are compared as plain Decimals read from the strings.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden" / "2023"
SOURCE = Path(__file__).parents[1] / "lokapom_xl" / "data" / "lapkin2023"

Row = dict[str, str]
Cell = tuple[str, int, str]

FIELDS = ["table", "row", "label", "column", "printed", "local", "chain", "status", "right", "root", "reason"]
COUNTS = {"sama": 362, "turunan": 29, "salah-cetak": 31, "dari-nilai-tak-dibulatkan": 9}
ROWS_PER_TABLE = {
    "capaian": 68,
    "capaian_ringkasan": 39,
    "efisiensi": 107,
    "monev_desember": 20,
    "per_ikss_tables": 25,
    "per_ss_tables": 87,
    "pk_lampiran_anggaran": 1,
    "rapk_bab2": 1,
    "rapk_lampiran": 1,
    "renstra": 38,
    "ringkasan_eksekutif": 24,
    "tindak_lanjut_tw3": 20,
}
CANONICAL = re.compile(r"-?\d+(\.\d{2})?|-|#DIV/0!|#VALUE!")
LABELS = {
    *("Sangat Baik", "Baik", "Cukup"),
    *("Istimewa", "Butuh Perbaikan", "Kurang", "Sangat Kurang"),
    *("Efisien", "Tidak Efisien"),
    *("melampaui", "tercapai", "akan tercapai"),
}


def read(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


TABLES = {table: read(SOURCE / f"{table}.csv") for table in ROWS_PER_TABLE}
ROWS = [row for table in ROWS_PER_TABLE for row in read(GOLDEN / f"{table}.csv")]


def key(row: Row) -> Cell:
    return row["table"], int(row["row"]), row["column"]


BY_CELL = {key(row): row for row in ROWS}
SHAPES = (
    (r"\d{1,3}(\.\d{3})+,\d+", ".", ","),  # 14.886.800,00
    (r"\d{1,3}(,\d{3})+(\.\d+)?", ",", "."),  # 14,886,800 and 5,673,356,000.00
    (r"-?\d+,\d+", "", ","),  # 92,24
    (r"-?\d+(\.\d+)?", "", "."),  # 92.24
)


def number(text: str) -> Decimal | None:
    """A printed string as a Decimal; None for a label, for `-` and for text with two readings (30.000)."""
    plain = text.removeprefix("Rp.").strip().rstrip("*% ")
    if re.fullmatch(r"\d{1,3}\.\d{3}", plain):
        return None
    for shape, thousands, point in SHAPES:
        if re.fullmatch(shape, plain):
            without = plain.replace(thousands, "") if thousands else plain
            return Decimal(without.replace(point, "."))
    return None


def same(printed: str, expected: str) -> bool:
    left, right = number(printed), number(expected)
    return printed == expected if left is None or right is None else left == right


def computed_columns(table: str, row: Row) -> tuple[str, ...]:
    """The columns of this row whose printed content follows from other cells."""
    if table in ("capaian", "per_ss_tables", "per_ikss_tables"):
        shares = all(number(row[c]) is not None for c in ("pembilang", "penyebut"))
        scores = (
            ("capaian",) if table == "per_ikss_tables" else ("capaian", "capaian_penyesuaian", "kriteria")
        )
        return ("realisasi", *scores) if shares else scores
    if table == "capaian_ringkasan":
        return ("capaian", "capaian_penyesuaian", "kriteria")
    if table == "efisiensi":
        sums = () if row["no"] else ("input_target", "input_realisasi")
        return ("output_persen", *sums, "input_persen", "ie", "te", "kriteria")
    if table in ("rapk_bab2", "rapk_lampiran"):
        return () if row["no"] else ("anggaran",)
    return {
        "pk_lampiran_anggaran": ("anggaran",),
        "ringkasan_eksekutif": ("capaian", "kriteria"),
        "monev_desember": ("persen_capaian",),
        "tindak_lanjut_tw3": ("persentase",),
        "renstra": ("persen_capaian", "notifikasi"),
    }[table]


def expected_cells() -> Iterator[tuple[Cell, str]]:
    for table, rows in TABLES.items():
        for i, row in enumerate(rows, 1):
            for column in computed_columns(table, row):
                if row[column]:  # an empty cell of the report is no cell; a printed hyphen is one
                    yield (table, i, column), row[column]


def ident(row: Row) -> str:
    return f"{row['table']}-{row['row']}-{row['column']}"


def test_no_other_table_and_the_same_columns_everywhere() -> None:
    assert {path.stem for path in GOLDEN.glob("*.csv")} == set(ROWS_PER_TABLE)
    for table in ROWS_PER_TABLE:
        with (GOLDEN / f"{table}.csv").open(newline="", encoding="utf-8") as file:
            assert next(csv.reader(file)) == FIELDS
        assert {row["table"] for row in read(GOLDEN / f"{table}.csv")} == {table}


def test_exactly_the_computed_cells_verbatim() -> None:
    expected = dict(expected_cells())
    assert len(BY_CELL) == len(ROWS), "a cell is listed twice"
    assert set(BY_CELL) - set(expected) == set()
    assert set(expected) - set(BY_CELL) == set()
    assert {cell: row["printed"] for cell, row in BY_CELL.items()} == expected


def test_not_measured_is_a_hyphen_and_only_there() -> None:
    hyphens = {key(row) for row in ROWS if "-" in (row["printed"], row["local"], row["chain"])}
    assert hyphens == {("tindak_lanjut_tw3", 17, "persentase"), ("tindak_lanjut_tw3", 18, "persentase")}
    assert all(BY_CELL[cell]["status"] == "sama" for cell in hyphens)


@pytest.mark.parametrize("row", ROWS, ids=ident)
def test_row(row: Row) -> None:
    status = row["status"]
    assert status in COUNTS
    assert row["label"] and row["local"] and row["chain"]
    for text in filter(None, (row["local"], row["chain"], row["right"])):
        assert CANONICAL.fullmatch(text) or text in LABELS, text
    as_local, as_chain = same(row["printed"], row["local"]), same(row["printed"], row["chain"])
    if status == "sama":
        assert as_local and as_chain
        assert not row["right"] and not row["root"]
    else:
        assert row["reason"].endswith((".", "!")), "a sentence is missing"
        assert not (as_local and as_chain), "nothing differs"
    if status == "turunan":
        assert row["root"] and row["right"] == row["chain"]
        assert as_local != as_chain
    if status == "salah-cetak":
        assert row["right"] == row["chain"]
        assert not same(row["printed"], row["right"]), "the printed value is right"
    if status == "dari-nilai-tak-dibulatkan":
        assert row["local"] == row["chain"] and not row["right"]
        distance = abs((number(row["printed"]) or Decimal(0)) - Decimal(row["local"]))
        assert distance == Decimal("0.01"), "too far for a rounded realisasi"


def test_roots_are_cells_that_explain() -> None:
    """A root is a misprint, itself the consequence of one, or a printed input; never a cell that is right."""
    for row in ROWS:
        for root in filter(None, row["root"].split(";")):
            table, line, column = root.split("/")
            assert TABLES[table][int(line) - 1][column], root
            cell = (table, int(line), column)
            assert cell != key(row), f"{root} explains itself"
            assert BY_CELL.get(cell, {"status": "input"})["status"] != "sama", root


def test_every_trail_of_roots_ends() -> None:
    """Followed from root to root, one comes to misprints and printed inputs: no circle, no loose end."""

    def follow(cell: Cell, seen: tuple[Cell, ...]) -> None:
        assert cell not in seen, f"a circle: {cell}"
        row = BY_CELL.get(cell)
        if row is None or row["status"] == "salah-cetak":
            return
        assert row["status"] == "turunan" and row["root"], cell
        for root in row["root"].split(";"):
            table, line, column = root.split("/")
            follow((table, int(line), column), (*seen, cell))

    for row in ROWS:
        if row["status"] == "turunan":
            follow(key(row), ())


def test_counts() -> None:
    by_status = Counter(row["status"] for row in ROWS)
    by_table = Counter(row["table"] for row in ROWS)
    for table in ROWS_PER_TABLE:
        print(table, dict(Counter(row["status"] for row in ROWS if row["table"] == table)))
    print("jumlah", dict(by_status))
    assert by_status == COUNTS
    assert by_table == ROWS_PER_TABLE
