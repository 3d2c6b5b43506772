"""Shared formulas: a file holds the text once, for the first cell, and every other cell moves it."""

from __future__ import annotations

import re

from .address import MAX_COLUMN, MAX_ROW, column_letters, column_number

# Quoted text, quoted sheet names and table columns are stepped over; what follows is a reference
# only where it is no part of a name, of a function's name, or of a sheet's name.
_PIECE = re.compile(
    r'"(?:[^"]|"")*+"'
    r"|'(?:[^']|'')*+'"
    r"|\[[^\[\]]*+\]"
    r"|(?<![\w.$\\?])(?:"
    r"(?P<cell>(\$?)([A-Z]{1,3})(\$?)([0-9]{1,7}))"
    r"|(?P<columns>(\$?)([A-Z]{1,3}):(\$?)([A-Z]{1,3}))"
    r"|(?P<rows>(\$?)([0-9]{1,7}):(\$?)([0-9]{1,7}))"
    r")(?![\w.(!\\?]|:[\w.]+!)"
)

_Axis = tuple[str, int]
"""`$` or nothing, and the number of a row or a column."""


class SharedFormula:
    """The formula of the first cell of a group, ready to be moved to the others."""

    def __init__(self, row: int, column: int, text: str) -> None:
        self._row, self._column = row, column
        self._literals: list[str] = []
        self._references: list[tuple[str, _Axis, _Axis]] = []
        last = 0
        for match in _PIECE.finditer(text):
            reference = _reference(match)
            if reference is not None:
                self._literals.append(text[last : match.start()])
                self._references.append(reference)
                last = match.end()
        self._tail = text[last:]
        self.length, self.moves = len(text), len(self._references)

    def at(self, row: int, column: int) -> str:
        """The formula as it stands in the cell at that place."""
        down, right = row - self._row, column - self._column
        parts = []
        for literal, (kind, first, second) in zip(self._literals, self._references):
            parts.append(literal)
            if kind == "cell":
                parts.append(_joined("", _columns(first, right), _rows(second, down)))
            elif kind == "columns":
                parts.append(_joined(":", _columns(first, right), _columns(second, right)))
            else:
                parts.append(_joined(":", _rows(first, down), _rows(second, down)))
        parts.append(self._tail)
        return "".join(parts)


def _reference(match: re.Match[str]) -> tuple[str, _Axis, _Axis] | None:
    kind = match.lastgroup
    if kind is None:
        return None
    at = match.re.groupindex[kind]
    fixed, first, fixed_too, second = match.group(at + 1, at + 2, at + 3, at + 4)
    try:
        one = (fixed, column_number(first) if first.isalpha() else int(first))
        other = (fixed_too, column_number(second) if second.isalpha() else int(second))
    except ValueError:
        return None  # a name such as ZZZ1, which is no cell
    return kind, one, other


def _rows(axis: _Axis, down: int) -> str | None:
    number = axis[1] if axis[0] else axis[1] + down
    return f"{axis[0]}{number}" if 1 <= number <= MAX_ROW else None


def _columns(axis: _Axis, right: int) -> str | None:
    number = axis[1] if axis[0] else axis[1] + right
    return axis[0] + column_letters(number) if 1 <= number <= MAX_COLUMN else None


def _joined(between: str, first: str | None, second: str | None) -> str:
    """A reference; one that left the sheet is the error that Excel shows."""
    return "#REF!" if first is None or second is None else first + between + second
