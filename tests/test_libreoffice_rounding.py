"""Rounding is Excel's and LibreOffice's ROUND: LibreOffice computes, every digit must agree.

One difference is LibreOffice's own: to 0 places it rounds the binary number, while to any other it looks
at 15 digits as Excel does. 1.275*100 is 127.49999999999999 in binary and 127.5 in 15 digits. There either
of the two results may come, and nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl

from lokapom_xl.numbers import divide, from_float, round_half_up
from lokapom_xl.workbook.read import read_book

PLACES = (0, 1, 2, 3)
EACH = 500

Sample = tuple[float, float, str, float, Decimal]
"""Two cells, a formula of them, its binary result, and the exact one from what Excel sees in the cells."""


def _samples(rng: random.Random) -> Iterator[Sample]:
    """What offices compute: means, products, shares; and what lies just on the edge."""
    for _ in range(EACH):
        a, b = round(rng.uniform(0, 150), 2), round(rng.uniform(0.01, 150), 2)
        x, y = from_float(a), from_float(b)
        yield a, b, "(A{0}+B{0})/2", (a + b) / 2, (x + y) / 2
        yield a, b, "A{0}*B{0}/100", a * b / 100, x * y / 100
        share = divide(x, y)
        assert isinstance(share, Decimal)
        yield a, b, "A{0}/B{0}*100", a / b * 100, share * 100
        part = round(rng.uniform(-2, 2), rng.randint(3, 5))
        yield part, 0, "A{0}*100", part * 100, from_float(part) * 100
        tie = (rng.randrange(-200_000, 200_000) * 10 + 5) / 10 ** rng.randint(1, 4)
        yield tie, 0, "A{0}", tie, from_float(tie)
        # A neighbour of a tie in binary: the same tie in the 15 digits that a spreadsheet looks at.
        near = tie * (1 + rng.choice((-1, 1)) * 2**-52)
        yield near, 0, "A{0}", near, from_float(near)


def test_rounding_as_libreoffice_does_it(
    convert: Callable[[Sequence[Path]], list[Path]], tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Uji"
    expected: dict[tuple[int, int], set[Decimal]] = {}
    for row, (a, b, formula, binary, exact) in enumerate(_samples(random.Random(2023)), 1):
        sheet.cell(row, 1, a)
        sheet.cell(row, 2, b)
        for places in PLACES:
            # Without a stored result a spreadsheet program must calculate.
            sheet.cell(row, 3 + places, f"=ROUND({formula.format(row)},{places})")
            expected[row, 3 + places] = {round_half_up(exact, places)}
            if places == 0:
                expected[row, 3].add(round_half_up(Decimal(binary), 0))
    assert len(expected) == 6 * EACH * len(PLACES)
    assert sum(len(results) > 1 for results in expected.values()) < 100
    book.save(tmp_path / "pembulatan.xlsx")
    cells = read_book(convert([tmp_path / "pembulatan.xlsx"])[0]).sheets["Uji"].cells
    wrong = [
        (cells[row, 1].text, cells[row, 2].text, cells[row, column].formula, cells[row, column].value, ours)
        for (row, column), ours in expected.items()
        if cells[row, column].value not in ours
    ]
    assert not wrong, (len(wrong), wrong[:5])
