"""The guesses at how a wrong value came about: each only where it gives the very digits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import pytest

from lokapom_xl import regulations
from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.validate import check_books
from lokapom_xl.checks.notation import decimal_sign
from lokapom_xl.checks.slips import half_even, slip
from lokapom_xl.numbers import Scalar
from lokapom_xl.workbook.read import Book, read_book

from .conftest import changed

D = Decimal


@pytest.mark.parametrize(
    ("written", "right", "words"),
    [
        ("9224", "92.24", "koma desimal hilang: 9.224 untuk 92,24"),
        ("915", "91.5", "koma desimal hilang"),
        ("3000", "3", "koma desimal terbaca sebagai titik ribuan"),
        ("74.71", "74710", "titik ribuan terbaca sebagai koma desimal"),
        ("14886.8", "14886800", "titik ribuan terbaca sebagai koma desimal"),
        ("1.0081", "100.81", "ditulis sebagai rasio, bukan persen"),
        ("1.01", "100.81", "ditulis sebagai rasio, bukan persen"),
        ("0.5", "50", "ditulis sebagai rasio, bukan persen"),
        ("5000", "50", "ditulis sebagai persen, bukan rasio"),
        ("922.4", "92.24", "letak koma bergeser 1 angka"),
        ("9.224", "92.24", "letak koma bergeser 1 angka"),
        ("92.42", "92.24", "dua angka bertukar tempat: 92,42 untuk 92,24"),
        ("29.24", "92.24", "dua angka bertukar tempat"),
        ("98.72", "98.27", "dua angka bertukar tempat"),
        ("92.8", "98.2", "dua angka bertukar tempat"),
        ("109449000", "109494000", "dua angka bertukar tempat"),
        ("99", "98.67", "98,67 dibulatkan ke bilangan bulat"),
        ("98", "98.67", "98,67 dipotong ke bilangan bulat"),
        ("98.7", "98.67", "98,67 dibulatkan ke satu desimal"),
        ("-6.89", "6.89", "tandanya terbalik"),
    ],
)
def test_slips(written: str, right: str, words: str) -> None:
    assert slip(D(written), D(right)).startswith(words)


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("92.24", "92.24"),
        ("0", "90"),
        ("90", "0"),
        ("87.92", "67.92"),  # one digit, but which key was struck?
        ("97.2", "97.4"),
        ("42.29", "92.24"),  # digits that stand apart
        ("92.242", "92.24"),
        ("1.02", "100.81"),
        ("1E+300", "5"),
    ],
)
def test_what_is_no_slip(written: str, right: str) -> None:
    assert slip(D(written), D(right)) == ""


@pytest.mark.parametrize(
    ("written", "exact", "found"),
    [
        ("95.44", "95.445", True),
        ("95.45", "95.445", False),  # as it should be
        ("95.44", "95.4451", False),  # no tie: cut off
        ("95.46", "95.455", False),  # up and to even are the same
        ("1E+300", "1E+299", False),
    ],
)
def test_ties_to_the_even_digit(written: str, exact: str, found: bool) -> None:
    assert ("dibulatkan ke angka genap" in half_even(D(written), D(exact), 2)) is found


def _said(book: Book, edits: list[tuple[str, Scalar]]) -> dict[str, str]:
    """What is said of every place of a book with such values in it."""
    said: dict[str, str] = defaultdict(str)
    for finding in check_books([changed(book, edits)], ["buku"]).findings:
        if finding.caused_by is None:
            said[f"{finding.origin.sheet}!{finding.origin.cell}"] += f"{finding.diagnosis}\n"
    return said


@pytest.mark.parametrize(
    ("where", "written", "words"),
    [
        ("Capaian!J6", "99,20", "target dan realisasi tertukar: 91,5/92,24 × 100"),
        ("Capaian!I6", "108,41", "pembilang dan penyebut tertukar: 116/107"),
        ("Capaian!J7", "95,43", "dua angka bertukar tempat: 95,43 untuk 95,34"),
        ("Capaian!J7", "9534", "koma desimal hilang: 9.534 untuk 95,34"),
        ("Capaian!J7", "0,9534", "ditulis sebagai rasio, bukan persen"),
        ("Capaian!J8", "93,57", "sama dengan nilai baris di bawahnya (J9,"),
        ("Capaian!J8", "95,34", "sama dengan nilai baris di atasnya (J7,"),
        ("Capaian!J8", "114,30", "sama dengan nilai baris lain (J15,"),
        ("Capaian!J17", "101,50", "101,5 adalah capaian tahun 2022 (Narasi!E"),
        ("Renstra!C8", "71,11", "71,11 adalah realisasi tahun 2022 (Riwayat Realisasi!F8)"),
        ("Renstra!C6", "78,99", "78,99 adalah realisasi tahun 2021 (Riwayat Realisasi!E6)"),
        ("Ringkasan Capaian!B13", "95,44", "95,445 tepat di tengah dan dibulatkan ke angka genap"),
    ],
)
def test_in_a_printed_book(made: Demo, where: str, written: str, words: str) -> None:
    assert words in _said(read_book(made.books[2]), [(where, written)])[where]


def test_what_several_places_would_explain_is_not_guessed(made: Demo) -> None:
    """50 stands in two neighbouring rows, 100 in many."""
    said = _said(read_book(made.books[2]), [("Capaian!J13", "100,00"), ("Capaian!I22", "50,00")])
    assert "sama dengan" not in said["Capaian!J13"] + said["Capaian!I22"]


def test_facts_that_are_stated_differently(made: Demo) -> None:
    """The same guesses for what another table or book states."""
    edits: list[tuple[str, Scalar]] = [
        ("Efisiensi!C7", D("9150")),
        ("Efisiensi!D8", D("92.68")),
        ("Efisiensi!D9", D("71.11")),
        ("Efisiensi!D16", D("75")),
        ("Efisiensi!F9", D("14868800")),
        ("Efisiensi!D12", D("106.1")),
    ]
    plan = check_books([read_book(made.books[0]), changed(read_book(made.books[1]), edits)], ["a", "b"])
    said = {f.origin.cell: f.diagnosis for f in plan.findings if f.origin.sheet == "Efisiensi"}
    assert "persen, bukan rasio" in said["C7"]
    assert "dua angka bertukar tempat: 92,68 untuk 92,86" in said["D8"]
    assert "sama dengan nilai baris di bawahnya (D10," in said["D9"]
    assert "75,44 dibulatkan ke bilangan bulat" in said["D16"]
    assert "dua angka bertukar tempat" in said["F9"]
    assert said["D12"] == "" or "sama" not in said["D12"]


def test_hints_at_the_structure(made: Demo) -> None:
    """A header of another year, and whose number a doubled name has."""
    official = _said(read_book(made.books[0]), [("Riwayat!G6", "2021")])
    assert official["Riwayat!A6"].strip() == "tahunnya lain: G6 berjudul “2021”"
    printed = check_books([read_book(made.books[2])], ["cetak"]).findings
    (twice,) = [f for f in printed if f.code == "STR07"]
    assert "nomor IKSS 7 di baris ini milik" in twice.message


def test_less_is_better_for_some(made: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that falls is right where less is better."""
    book = changed(read_book(made.books[0]), [("RAPK!F7", D(80))])
    assert [f for f in check_books([book], ["a"]).findings if f.code == "ATR06"]
    known = tuple(replace(i, polarity="minimize") for i in regulations.indicators(2023))
    monkeypatch.setattr("lokapom_xl.checks.months.regulations.indicators", lambda year: known)
    assert not [f for f in check_books([book], ["a"]).findings if f.code == "ATR06"]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("92,24", "koma"),
        ("92.24%", "titik"),
        ("50,00*", "koma"),
        ("14.886.800,00", "koma"),
        ("14,886,800", "titik"),
        ("14.886.800", "koma"),
        ("5,673,356,000.00", "titik"),
        ("30.000", ""),  # either
        ("100", ""),
        ("-", ""),
    ],
)
def test_which_sign_stands_before_decimals(text: str, sign: str) -> None:
    assert decimal_sign(text) == sign
