"""Readable books with anything in their cells: findings or a refusal, never an exception."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from random import Random

import pytest

from lokapom_xl.actions.compute import computed_edits
from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.validate import check_books
from lokapom_xl.numbers import CellError, Scalar
from lokapom_xl.report import json_report, terminal
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.locate import open_view
from lokapom_xl.workbook.read import Cell, read_book

D = Decimal
ANYTHING: list[Scalar] = [
    *(D(0), D("-5"), D("0.5"), D("1E+300"), D("1E-300"), True),
    *("", "-", "abc", "30.000", "99,9%", "%", "=1", "9" * 99, "Total", "Capaian SS1", "NPS TOTAL"),
    *(CellError("#N/A"), CellError("#DIV/0!")),
]


@pytest.mark.parametrize("seed", range(24))
def test_spoiled(made: Demo, seed: int) -> None:
    random = Random(seed)
    book = read_book(made.books[seed % 4])
    for _ in range(random.choice([3, 20, 200])):
        cells = random.choice([s for s in book.sheets.values() if s.cells]).cells
        place = random.choice(list(cells))
        formula = cells[place].formula if random.random() < 0.5 else None
        cells[place] = Cell(random.choice(ANYTHING), formula, percent=random.random() < 0.05)
    if seed % 5 == 0:
        del book.sheets[random.choice(list(book.sheets))]
    result = check_books([book], ["buku"])
    assert terminal.render(result, details=True) and json_report.render(result)
    with contextlib.suppress(BookError):
        view = open_view(book)
        if not view.layout.printed:
            computed_edits(view)
