"""One fault of each kind in sound books is found where it is; one harmless change of each kind is not complained of.

Thousands of them: `python -m tests.bench.mutations`.
"""

from __future__ import annotations

import pytest

from lokapom_xl.actions.demo import Demo
from lokapom_xl.workbook.read import read_book

from .mutations import KINDS, Kind, Sound, inserted, run


@pytest.fixture(scope="module")
def sound(made: Demo) -> Sound:
    paths = made.books[:2]
    return Sound([read_book(path) for path in paths], [path.name for path in paths])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_one_of_each_kind(kind: Kind, sound: Sound) -> None:
    outcomes = (run(kind, seed, sound) for seed in range(1, 50))
    outcome = next(o for o in outcomes if o is not None and (kind.harmless or not o.hopeless))
    if kind.harmless:
        assert not outcome.found, outcome
    else:
        assert outcome.located, outcome


def test_a_row_is_inserted_as_a_program_does_it(sound: Sound) -> None:
    book = inserted(sound.books[0], "PK", 8)
    old, new = sound.books[0].sheets, book.sheets
    assert new["PK"].cells[9, 3] == old["PK"].cells[8, 3] and (8, 3) not in new["PK"].cells
    formula, moved = (str(sheets["Capaian"].cells[9, 6].formula) for sheets in (old, new))
    assert "PK!D8" in formula and moved == formula.replace("PK!D8", "PK!D9")
