"""Strict reading, rounding and printing of numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lokapom_xl.numbers import (
    CellError,
    decimals_of,
    from_float,
    indonesian,
    points_from_percent_cell,
    read_text,
    round_half_up,
    to_number,
)

D = Decimal


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("14.886.800,00", "14886800"),
        ("14,886,800", "14886800"),
        ("5,673,356,000.00", "5673356000"),
        ("97,4", "97.4"),
        ("92.24", "92.24"),
        ("06,43", "6.43"),
        ("99,93%", "99.93"),
        ("92,86 %", "92.86"),
        ("0.125", "0.125"),
        ("100", "100"),
        ("-0,12", "-0.12"),
        ("\u22120,12", "-0.12"),
        ("Rp. 5,673,356,000.00", "5673356000"),
        ("Rp 5.410.540.000, -", "5410540000"),
        (" 91.5\u00a0", "91.5"),
    ],
)
def test_one_reading(text: str, value: str) -> None:
    assert read_text(text).value == D(value)


@pytest.mark.parametrize(("text", "both"), [("30.000", ("30000", "30")), ("74.710", ("74710", "74.71"))])
def test_two_readings_are_both_returned(text: str, both: tuple[str, str]) -> None:
    reading = read_text(text)
    assert reading.kind == "ambiguous"
    assert reading.readings == (D(both[0]), D(both[1]))
    error = to_number(text)
    assert isinstance(error, CellError) and error.code == "#VALUE!" and error.name == "bermakna-ganda"


@pytest.mark.parametrize(
    "text", ["50,00*", "abc", "1e5", "1.2.3", "12,34,56", "5 (lima)", "\u0661", "1" * 101, "1 000"]
)
def test_senseless(text: str) -> None:
    assert read_text(text).kind == "senseless"


@pytest.mark.parametrize("text", ["", "  ", "-", "\u2013"])
def test_not_measured(text: str) -> None:
    assert to_number(text) == "-"


def test_zero_blank_and_error_stay_apart() -> None:
    assert to_number(0) == D(0)
    assert to_number(None) == "-"
    assert to_number("#DIV/0!") == CellError("#DIV/0!")
    assert to_number(True) == CellError("#VALUE!")
    assert to_number(float("nan")) == CellError("#NUM!")


def test_percent_cells_are_points() -> None:
    assert points_from_percent_cell(from_float(0.9993)) == D("99.93")


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        (1.005, 2, "1.01"),
        (2.675, 2, "2.68"),
        (95.445, 2, "95.45"),
        (108.855, 2, "108.86"),
        (1.115, 2, "1.12"),
        (0.285 * 100, 0, "29"),
        (69.52499999999999, 2, "69.53"),
        (-1.005, 2, "-1.01"),
        (-0.001, 2, "0.00"),
    ],
)
def test_half_up_on_fifteen_digits(value: float, decimals: int, rounded: str) -> None:
    result = round_half_up(from_float(value), decimals)
    assert str(result) == rounded


def test_huge_numbers_are_no_trap() -> None:
    assert round_half_up(D("1E+300"), 2) == D("1E+300")
    assert indonesian(D("1E+60"), 2).startswith("1.000")


def test_printing() -> None:
    assert indonesian(D("5410540000"), 2) == "5.410.540.000,00"
    assert indonesian(D("-0.5")) == "-0,5"
    assert indonesian(D("95.445"), 2) == "95,45"
    assert decimals_of("114.3") == 1
    assert decimals_of("abc") is None
