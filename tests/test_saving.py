"""Saving a book: backups, journal, undo, and what is left when it goes wrong."""

from __future__ import annotations

import errno
import json
import os
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lokapom_xl.actions.undo import savings, undo
from lokapom_xl.numbers import CellError
from lokapom_xl.workbook import platform
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.history import FOLDER, Change, History
from lokapom_xl.workbook.read import read_book
from lokapom_xl.workbook.write import Formula, Put, Store, Track, save_edits

from .crash import PLACE, SHEET, kill_once, number_in

D = Decimal


def put(book: Path, value: Any, keep: int = 10) -> bool:
    return save_edits(book, book, {SHEET: {PLACE: Put(value)}}, Track("fill", keep))


def backups(book: Path) -> list[str]:
    return sorted(path.name for path in (book.parent / FOLDER).glob("*.xlsx"))


# --- backups and journal -------------------------------------------------------------------------


def test_a_change_is_backed_up_and_noted(rapk: Path) -> None:
    before = rapk.read_bytes()
    assert put(rapk, D(5)) and rapk.read_bytes() != before
    (record,) = savings(rapk)
    assert (rapk.parent / FOLDER / record.backup).read_bytes() == before
    assert record.done and record.action == "fill" and not record.undone
    assert [(c.sheet, c.cell, c.new) for c in record.changes] == [(SHEET, "G7", D(5))]
    assert not put(rapk, D(5)) and len(savings(rapk)) == 1  # nothing changed, nothing noted
    assert sorted(p.name for p in rapk.parent.iterdir()) == sorted([FOLDER, rapk.name])


def test_only_as_many_backups_as_asked_for(rapk: Path) -> None:
    for number in range(6):
        put(rapk, D(number), keep=3)
    assert len(backups(rapk)) == 3 and len(savings(rapk)) == 6
    mine = rapk.parent / FOLDER / "RAPK milik saya.xlsx"
    mine.write_bytes(b"x")
    put(rapk, D(9), keep=1)
    assert len(backups(rapk)) == 2 and mine.exists()
    put(rapk, D(10), keep=0)
    assert backups(rapk) == [mine.name]


def test_a_copy_has_no_history(rapk: Path) -> None:
    save_edits(rapk, rapk.with_name("salinan.xlsx"), {SHEET: {PLACE: Put(D(5))}}, Track("fill"))
    assert not (rapk.parent / FOLDER).exists()


def test_values_of_every_kind_come_back_from_the_journal(tmp_path: Path) -> None:
    history = History(tmp_path / "b.xlsx")
    values = [D("0.1"), D("1E+300"), D(-7), "teks\n=1", "", True, None, CellError("#N/A")]
    changes = [Change("Data", "A1", value, value, "A2", None) for value in values]
    with history.lock():
        history.add("fill", b"lama", b"baru", changes, 1)
    (record,) = history.records()
    assert record.changes == changes and [type(c.old) for c in record.changes] == [type(v) for v in values]
    assert history.backup_of(record) == b"lama"


def test_a_journal_cut_off_by_a_crash(rapk: Path) -> None:
    put(rapk, D(5))
    journal = rapk.parent / FOLDER / f"{rapk.name}.jurnal"
    with journal.open("ab") as file:
        file.write(b'{"id":2,"time":"2023-0')
    assert len(savings(rapk)) == 1
    put(rapk, D(6))
    assert [record.changes[0].new for record in savings(rapk)] == [D(5), D(6)]
    assert undo(rapk).exact and number_in(rapk) == 5


def test_a_long_journal_is_shortened(rapk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lokapom_xl.workbook.history._LONG", 2_000)
    monkeypatch.setattr("lokapom_xl.workbook.history._REMEMBERED", 3)
    for number in range(12):
        put(rapk, D(number))
    assert 3 < len(savings(rapk)) < 12 and undo(rapk).exact and number_in(rapk) == 10


# --- undo ----------------------------------------------------------------------------------------


def test_undo_goes_back_step_by_step(rapk: Path) -> None:
    states = [rapk.read_bytes()]
    for number in (5, 6, 7):
        put(rapk, D(number))
        states.append(rapk.read_bytes())
    for state in reversed(states[:-1]):
        report = undo(rapk)
        assert report.exact and report.restored == 1 and rapk.read_bytes() == state
    with pytest.raises(BookError) as caught:
        undo(rapk)
    assert caught.value.code == "TULIS20" and rapk.read_bytes() == states[0]


def test_undo_after_somebody_else_changed_the_book(rapk: Path) -> None:
    old = number_in(rapk)
    changes = {SHEET: {PLACE: Put(D(5)), (8, 7): Put(D(6))}}
    save_edits(rapk, rapk, changes, Track("fill"))
    # Somebody types over one of the two cells, and something into a third.
    save_edits(rapk, rapk, {SHEET: {(8, 7): Put(D(77)), (9, 7): Put(D(88))}})
    report = undo(rapk)
    assert not report.exact and report.restored == 1 and report.kept == ["Capaian!G8"]
    cells = read_book(rapk).sheets[SHEET].cells
    assert [cells[row, 7].value for row in (7, 8, 9)] == [old, D(77), D(88)]


def test_the_list_of_a_book_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BookError) as caught:
        savings(tmp_path / "tiada.xlsx")
    assert caught.value.code == "BERKAS01" and not list(tmp_path.iterdir())


def test_undo_without_a_backup(rapk: Path) -> None:
    old = number_in(rapk)
    put(rapk, D(5), keep=0)
    assert not undo(rapk).exact and number_in(rapk) == old


def test_undo_of_formulas(tmp_path: Path, rapk: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = SHEET
    book.active["A1"], book.active["A2"], book.active["A3"] = 2, "=A1*2", "=A1*3"
    path = tmp_path / "b.xlsx"
    book.save(path)
    edits = {(2, 1): Put(D(4), over_formula=True), (3, 1): Store(D(6)), (4, 1): Formula("A1*4", D(8))}
    save_edits(path, path, {SHEET: edits}, Track("freeze", keep=0))
    cells = read_book(path).sheets[SHEET].cells
    assert (cells[2, 1].formula, cells[4, 1].formula, cells[4, 1].value) == (None, "A1*4", D(8))
    assert undo(path).restored == 3
    cells = read_book(path).sheets[SHEET].cells
    assert (cells[2, 1].formula, cells[3, 1].formula, cells[3, 1].value) == ("A1*2", "A1*3", None)
    assert (4, 1) not in cells


# --- what can go wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_at_every_step(rapk: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """The n-th write fails, for every n: the book stays, nothing unfinished lies about."""
    before, honest = rapk.read_bytes(), getattr(os, call)
    failed = count = step = 0

    def full(*args: Any) -> None:
        nonlocal count
        count += 1
        if count == step:
            raise OSError(errno.ENOSPC, "No space left on device")
        honest(*args)

    for step in range(1, 20):
        count = 0
        with monkeypatch.context() as patched:
            patched.setattr(platform.os, call, full)
            try:
                put(rapk, D(5))
            except BookError as problem:
                assert problem.code == "TULIS18" and "berkas lama tidak berubah" in problem.message
                assert rapk.read_bytes() == before
                failed += 1
            else:
                assert number_in(rapk) == 5
        assert not list(rapk.parent.glob(".lokapom-*")) + list((rapk.parent / FOLDER).glob(".lokapom-*"))
        if count < step:
            break
        if rapk.read_bytes() != before:
            undo(rapk)
            assert rapk.read_bytes() == before
    assert failed >= 2 and count < step


def test_a_target_open_on_windows(rapk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There an open file cannot be replaced; a scanner lets go after a moment, Excel does not."""
    honest, refusals = os.replace, 2

    def busy(new: Path, target: Path) -> None:
        nonlocal refusals
        if Path(target) == rapk and refusals:
            refusals -= 1
            raise PermissionError(13, "used by another process")
        honest(new, target)

    class Windows:
        name = "nt"
        replace = staticmethod(busy)

        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

    monkeypatch.setattr(platform, "os", Windows())
    monkeypatch.setattr(platform, "_PAUSES", (0, 0, 0))
    assert put(rapk, D(5)) and refusals == 0
    refusals = 99
    with pytest.raises(BookError) as caught:
        put(rapk, D(6))
    assert caught.value.code == "TULIS11" and number_in(rapk) == 5
    assert not list(rapk.parent.glob(".lokapom-*"))
    refusals = 0
    assert undo(rapk).exact  # the saving that did not take place is passed over
    assert number_in(rapk) != 5


def test_a_book_that_changed_since_it_was_read(rapk: Path) -> None:
    known = read_book(rapk).sha256
    put(rapk, D(5))
    with pytest.raises(BookError) as caught:
        save_edits(rapk, rapk, {SHEET: {PLACE: Put(D(6))}}, Track("fill", known=known))
    assert caught.value.code == "TULIS17" and number_in(rapk) == 5


def test_killed_at_random_moments(rapk: Path) -> None:
    rng = random.Random(2023)
    outcomes = [kill_once(rapk, rng) for _ in range(20)]
    assert any(outcome.savings for outcome in outcomes)


_ADDER = """
import sys
from decimal import Decimal
from pathlib import Path
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.read import read_book
from lokapom_xl.workbook.write import Put, Track, save_edits
path, done = Path(sys.argv[1]), 0
while done < 20:
    book = read_book(path)
    value = book.sheets["Capaian"].cells[7, 7].value + 1
    try:
        save_edits(path, path, {"Capaian": {(7, 7): Put(value)}}, Track("fill", 3, book.sha256))
        done += 1
    except BookError as problem:
        if problem.code != "TULIS17":
            raise
"""


def test_two_processes_at_once_lose_no_change(rapk: Path) -> None:
    put(rapk, D(0))
    processes = [
        subprocess.Popen([sys.executable, "-c", _ADDER, str(rapk)], stderr=subprocess.PIPE) for _ in range(2)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    assert number_in(rapk) == 40
    assert not list(rapk.parent.glob(".lokapom-*"))


def test_the_journal_is_readable_by_people(rapk: Path) -> None:
    put(rapk, D("5.5"))
    first = (rapk.parent / FOLDER / f"{rapk.name}.jurnal").read_text(encoding="utf-8").splitlines()[0]
    assert json.loads(first)["changes"][0][:2] == [SHEET, "G7"]
