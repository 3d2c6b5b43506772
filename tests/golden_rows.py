"""The golden rows, the printed tables that they belong to, and how a printed string is read."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

from lokapom_xl import regulations
from lokapom_xl.numbers import read_text
from lokapom_xl.workbook.tables.cluster import OTHERS, OWN

from .conftest import GOLDEN, REPORT

D = Decimal
Row = dict[str, str]
YEAR = 2023


def read(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


ROWS = [row for path in sorted(GOLDEN.glob("*.csv")) for row in read(path)]
TABLES = {path.stem: read(REPORT / path.name) for path in sorted(GOLDEN.glob("*.csv"))}
BY_CELL = {(r["table"], int(r["row"]), r["column"]): r for r in ROWS}

PROSE = "narasi_angka"
"""The table of the numbers that the report's sentences state, a row each."""

OWN_UNIT = "loka_pom_banyumas"
UNITS = [name for name in TABLES["klaster_nps"][0] if name.startswith("loka_pom_")]
UNIT_COLUMNS = {
    OWN_UNIT: OWN,
    **dict(zip((name for name in UNITS if name != OWN_UNIT), OTHERS, strict=False)),
}
"""The columns of the books by the names of the offices in the printed tables."""

RANKS = {"pertama": 1, "teratas": 1, "tertinggi": 1, "kedua": 2, "ketiga": 3, "terendah": 4}
"""Ranks in words, among the four offices of the cluster."""

_COUNTED = re.compile(r"\s*(poin|orang|pegawai|loka)$", re.IGNORECASE)


def number(text: str) -> Decimal | None:
    """The value of a printed string, footnote stars and units left out; None for a label or an ambiguous one."""
    if text in RANKS:
        return D(RANKS[text])
    reading = read_text(_COUNTED.sub("", text.rstrip("*")))
    return reading.value if reading.kind == "number" else None


def equal(printed: str, expected: str) -> bool:
    left, right = number(printed), number(expected)
    return printed == expected if left is None or right is None else left == right


def printed_cell(row: Row) -> Row:
    """The row of the printed table that a golden row belongs to."""
    return TABLES[row["table"]][int(row["row"]) - 1]


def slug_of(text: str) -> str:
    """The indicator, or the level of the measurement, that a printed name means."""
    match = regulations.match(text, YEAR)
    assert match.slug, text
    return match.slug


def indicator_of(number_: str) -> str:
    """The indicator with a number as headings write it: `IKSS 7`."""
    wanted = number_.replace(" ", "")
    return next(i.slug for i in regulations.indicators(YEAR) if i.numbers["ikss"] == wanted)
