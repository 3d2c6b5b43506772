"""Formulas that only repeat what other cells hold: `=NAMA_UNIT`, `=Capaian!K7`, `=IF(PK!D6="","",PK!D6)`.

The Rekap sheets are made of them. Their values follow from the cells that they name as these will be, so
`compute` stores them like its own results, without an engine for formulas.

    whole     = joined [ "=" joined ]         joined = part { "&" part }
    part      = text | cell | named cell | IF(whole, whole, whole) | CHOOSE(whole, whole, ...) | TRIM(whole)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Union

from ..numbers import VALUE, CellError, Scalar, plain
from .address import position
from .dependents import Place
from .edits import Put, Store
from .read import Book

Edits = Mapping[str, Mapping[tuple[int, int], Union[Put, Store]]]


class _OtherFormula(Exception):
    """The formula is more than an echo, or repeats one that is."""


_DEEPEST = 10
"""Echoes of echoes that are read ahead; what is longer is left to whoever can evaluate any formula."""

_LONGEST, _MOST_BRACKETS = 4_000, 8
"""Characters of a formula, and calls within calls."""


def echoes(
    book: Book,
    named: Mapping[str, Place],
    ours: Collection[Place],
    unknown: Collection[Place],
    edits: Edits,
) -> dict[Place, Scalar]:
    """The cells that are echoes, with what they will hold once `edits` are stored.

    `named` are the named cells. The formulas at `ours` have their values, save the `unknown` ones. A
    formula that repeats a cell whose value is not known, or does anything else, is no echo.
    """
    return _Echoes(book, named, ours, unknown, edits).all()


class _Echoes:
    def __init__(
        self,
        book: Book,
        named: Mapping[str, Place],
        ours: Collection[Place],
        unknown: Collection[Place],
        edits: Edits,
    ) -> None:
        self.book, self.ours, self.unknown, self.edits = book, ours, set(unknown), edits
        self.named = {name.casefold(): place for name, place in named.items()}
        self.sheets = {name.casefold(): name for name in book.sheets}
        self.found: dict[Place, Scalar] = {}
        self.others: set[Place] = set()
        self.depth = 0

    def all(self) -> dict[Place, Scalar]:
        for name, sheet in self.book.sheets.items():
            for (row, column), cell in sheet.cells.items():
                place = name, row, column
                if cell.formula is not None and place not in self.found and place not in self.ours:
                    try:
                        self.held(place)
                    except _OtherFormula:
                        continue
        return self.found

    def held(self, place: Place) -> Scalar:
        """What a cell will hold."""
        if place in self.found:
            return self.found[place]
        sheet, row, column = place
        cell = self.book.sheets[sheet].cells.get((row, column))
        edit = self.edits.get(sheet, {}).get((row, column))
        if place in self.unknown or place in self.others:
            raise _OtherFormula
        if edit is not None:
            return edit.value
        if cell is None or place in self.ours or not cell.computed:
            return cell.value if cell is not None else None
        if cell.formula is None or cell.array or self.depth >= _DEEPEST:
            raise _OtherFormula
        self.others.add(place)  # as long as it is not known: a formula may repeat itself
        self.depth += 1
        try:
            value = self.value(cell.formula, sheet)
        finally:
            self.depth -= 1
        self.others.discard(place)
        self.found[place] = value
        return value

    def value(self, formula: str, sheet: str) -> Scalar:
        look = self._look(sheet)
        quick = _QUICK.fullmatch(formula)
        if quick is None or (quick["test"] or quick["cell"]) != quick["cell"]:
            value = _Formula(formula, look).value()
        else:
            value = look(quick["cell"])
            value = quick["blank"] if quick["test"] and value in (None, "") else value
        return Decimal(0) if value is None else value  # a reference to an empty cell shows 0

    def _look(self, here: str) -> Callable[[str], Scalar]:
        def look(reference: str) -> Scalar:
            sheet, _, address = reference.rpartition("!")
            if not sheet and reference.casefold() in self.named:
                return self.held(self.named[reference.casefold()])
            if sheet.startswith("'"):
                sheet = sheet[1:-1].replace("''", "'")
            name = self.sheets.get(sheet.casefold()) if sheet else here
            try:
                return self.held((name or "", *position(address.upper())))
            except (ValueError, KeyError):
                raise _OtherFormula from None

        return look


# --- one formula ---------------------------------------------------------------------------------

_CELL = r"(?:(?:'[^']+'|[^\W\d][\w.]*)!)?\$?[A-Z]{1,3}\$?[0-9]+"
_QUICK = re.compile(rf'(?:IF\((?P<test>{_CELL})="","(?P<blank>[^"]*)",)?(?P<cell>{_CELL})(?(test)\))')
"""Most echoes: one cell, or one cell that may be blank."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*") | (?P<call>IF|CHOOSE|TRIM)\(
    | (?P<reference>(?:'(?:[^']|'')+'!|[^\W\d][\w.]*!)?\$?[^\W\d][\w.$]*) | (?P<sign>[(),&=]))\s*""",
    re.VERBOSE | re.IGNORECASE,
)

_Token = tuple[str, str]
_END: _Token = "", ""


class _Formula:
    """Reads a formula and evaluates it on the way; what is not needed is only read."""

    def __init__(self, text: str, look: Callable[[str], Scalar]) -> None:
        if len(text) > _LONGEST:
            raise _OtherFormula
        self.text, self.look, self.at, self.depth = text, look, 0, 0
        self.token = _END
        self._next()

    def value(self) -> Scalar:
        value = self._whole(True)
        if self.token != _END:
            raise _OtherFormula
        return value

    def _next(self) -> None:
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            if self.at < len(self.text):
                raise _OtherFormula
            self.token = _END
            return
        kind = match.lastgroup or ""
        self.at, self.token = match.end(), (kind, match[kind])

    def _take(self, sign: str) -> bool:
        """Whether the sign comes next; it is then passed."""
        there = self.token == ("sign", sign)
        if there:
            self._next()
        return there

    def _must(self, sign: str) -> None:
        if not self._take(sign):
            raise _OtherFormula

    def _whole(self, needed: bool) -> Scalar:
        left = self._joined(needed)
        if not self._take("="):
            return left
        right = self._joined(needed)
        for value in (left, right):
            if isinstance(value, CellError):
                return value
        blank = left in (None, "")
        if right != "" or isinstance(left, bool):
            raise _OtherFormula  # compared with something else than nothing
        return blank

    def _joined(self, needed: bool) -> Scalar:
        value = self._part(needed)
        if self.token != ("sign", "&"):
            return value
        parts = [value]
        while self._take("&"):
            parts.append(self._part(needed))
        error = next((part for part in parts if isinstance(part, CellError)), None)
        return error if error is not None else "".join(map(_text, parts))

    def _part(self, needed: bool) -> Scalar:
        kind, text = self.token
        if kind not in ("text", "reference", "call"):
            raise _OtherFormula
        self._next()
        if kind == "text":
            return text[1:-1].replace('""', '"')
        if kind == "reference":
            return self.look(text) if needed else None
        read = {"IF": self._if, "CHOOSE": self._choose, "TRIM": self._trim}[text.upper()]
        self.depth += 1
        if self.depth > _MOST_BRACKETS:
            raise _OtherFormula
        value = read(needed)
        self._must(")")
        self.depth -= 1
        return value

    def _if(self, needed: bool) -> Scalar:
        test = self._whole(needed)
        if needed and not isinstance(test, (bool, CellError)):
            raise _OtherFormula
        self._must(",")
        first = self._whole(needed and test is True)
        self._must(",")
        second = self._whole(needed and test is False)
        return test if isinstance(test, CellError) else _shown(first if test is True else second)

    def _choose(self, needed: bool) -> Scalar:
        index = self._whole(needed)
        if isinstance(index, str) and index.isdecimal() and index.isascii():
            index = Decimal(index)  # typed as text: every program reads it
        if needed and not isinstance(index, (Decimal, CellError, type(None))):
            raise _OtherFormula
        wanted = int(index) if isinstance(index, Decimal) else 0
        number, value = 0, None
        while self._take(","):
            number += 1
            item = self._whole(needed and number == wanted)
            value = item if number == wanted else value
        if isinstance(index, CellError):
            return index
        if needed and not 1 <= wanted <= number:
            return CellError(VALUE)
        return value

    def _trim(self, needed: bool) -> Scalar:
        value = self._whole(needed)
        return value if isinstance(value, CellError) else " ".join(filter(None, _text(value).split(" ")))


def _shown(value: Scalar) -> Scalar:
    return Decimal(0) if value is None else value


def _text(value: Scalar) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal) and value == value.to_integral_value() and abs(value) < 10**11:
        return plain(value)
    if not isinstance(value, str):
        raise _OtherFormula  # the decimal comma is the program's
    return value


__all__ = ["echoes"]
