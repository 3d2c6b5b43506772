"""Cell addresses: `B7`, areas `B2:C3`, and their rows and columns from 1."""

from __future__ import annotations

import re

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384

Position = tuple[int, int]
"""Row and column of a cell, both from 1."""

Box = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


class BadPlace(ValueError):
    """A row, a column or a cell that no worksheet has."""


_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,10})", re.ASCII)
COLUMNS: dict[str, int] = {}
"""The numbers of the columns met so far, by their letters."""

_LETTERS: dict[int, str] = {}


def column_number(letters: str) -> int:
    """The number of a column; ValueError (`BadPlace` for a column too far) when there is none."""
    number = COLUMNS.get(letters)
    if number is None:
        number = 0
        if not letters:
            raise ValueError(letters)
        for letter in letters[:4]:
            if not "A" <= letter <= "Z":
                raise ValueError(letters)
            number = number * 26 + ord(letter) - 64
        if number > MAX_COLUMN:
            raise BadPlace(letters)
        COLUMNS[letters] = number
    return number


def column_letters(column: int) -> str:
    """The letters of a column."""
    letters = _LETTERS.get(column)
    if letters is None:
        letters, rest = "", column
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(65 + digit) + letters
        _LETTERS[column] = letters
    return letters


def a1(row: int, column: int) -> str:
    """The A1 address of a cell."""
    return f"{column_letters(column)}{row}"


def position(reference: str) -> Position:
    """Row and column of an A1 reference; ValueError (`BadPlace` for one off the sheet) otherwise."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference[:20])
    if not 1 <= int(match[2]) <= MAX_ROW:
        raise BadPlace(reference)
    return int(match[2]), column_number(match[1])


def box(area: str) -> Box:
    """The corners of `B2:C3` or `B2`; ValueError when it is no area of cells."""
    first, _, last = area.partition(":")
    top, left = position(first)
    bottom, right = position(last or first)
    if bottom < top or right < left:
        raise ValueError(area[:40])
    return top, left, bottom, right


def inside(row: int, column: int, area: Box) -> bool:
    return area[0] <= row <= area[2] and area[1] <= column <= area[3]


def size(area: Box) -> int:
    """How many cells an area has."""
    return (area[2] - area[0] + 1) * (area[3] - area[1] + 1)


def parse_a1(text: str) -> Position | None:
    """Row and column of one A1 address, None when it is none."""
    try:
        return position(text)
    except ValueError:
        return None
