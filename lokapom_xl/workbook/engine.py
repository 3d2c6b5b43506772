"""Evaluate formulas of other people, where the extra `calc` (formualizer) is installed.

The engine is asked only for formulas that it can be trusted with: every function known to it, every
reference told by the text. What it cannot do is left out of the answer, never guessed.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

from .. import functions
from ..numbers import CellError, Scalar, from_float
from ..registry import FUNCTIONS
from .dependents import Place, Reading, reading
from .read import Book

_ERRORS = {
    "Div": "#DIV/0!",
    "Na": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}
_KINDS = {code: kind for kind, code in _ERRORS.items()}
#: What programs write before the names of functions from add-ins.
_PREFIX = re.compile(r"(?i)_xll\.|\[\d+\]!|'[^']*\.xlam?'!")
_ = functions  # registers them
_DAY_ZERO = datetime.datetime(1899, 12, 30)
_PROBE = "\ufeffuji"  # no sheet of a person is called so


def is_installed() -> bool:
    """Whether there is an engine."""
    try:
        import formualizer  # noqa: F401
    except ImportError:
        return False
    return True


def evaluate(book: Book, wanted: Iterable[Place], values: Mapping[Place, Scalar]) -> dict[Place, Scalar]:
    """The values of the `wanted` formula cells, as far as they can be known.

    `values` stand in for what the book has stored. A wanted formula may use other wanted ones; a
    value that hangs on one that is not known is not known either.
    """
    readings = {}
    for place in wanted:
        cell = book.sheets[place[0]].cells[place[1], place[2]]
        if cell.formula is not None and not cell.array:
            readings[place] = reading(book, place[0], _PREFIX.sub("", cell.formula))
    if not readings or not is_installed():
        return {}
    engine = _Engine(book, values)
    known = {place for place, known in readings.items() if engine.can(known)}
    unknown = set(wanted) - known
    while lost := {place for place in known if _hangs_on(readings[place], unknown)}:
        known -= lost
        unknown |= lost
    return engine.results({place: readings[place].text for place in known})


def _hangs_on(formula: Reading, places: Iterable[Place]) -> bool:
    return any(
        sheet == area_sheet and top <= row <= bottom and left <= column <= right
        for sheet, row, column in places
        for area_sheet, (top, left, bottom, right) in formula.areas
    )


class _Engine:
    """A formualizer workbook with the values of a book."""

    def __init__(self, book: Book, values: Mapping[Place, Scalar]) -> None:
        import formualizer

        self._literal = formualizer.LiteralValue
        self._workbook = formualizer.Workbook()
        self._functions: dict[str, bool] = {}
        for sheet in book.sheets.values():
            self._workbook.add_sheet(sheet.name)
            for (row, column), cell in sheet.cells.items():
                self._put((sheet.name, row, column), values.get((sheet.name, row, column), cell.value))
        for place in values:
            if (place[1], place[2]) not in book.sheets[place[0]].cells:
                self._put(place, values[place])
        self._workbook.add_sheet(_PROBE)
        for name, function in FUNCTIONS.items():
            self._workbook.register_function(name, self._call(function))

    def _put(self, place: Place, value: Scalar) -> None:
        if isinstance(value, CellError):
            self._workbook.set_formula(*place, f"={value.code}")
        elif value is not None:
            self._workbook.set_value(*place, float(value) if isinstance(value, Decimal) else value)

    def _call(self, function: Any) -> Any:
        def call(*arguments: Any) -> Any:
            result = function(*map(_argument, arguments))
            if isinstance(result, CellError):
                return self._literal.error(_KINDS.get(result.code, "Value"), None)
            return float(result) if isinstance(result, Decimal) else result

        return call

    def can(self, formula: Reading) -> bool:
        """Whether the engine knows all that a formula uses; IFERROR would hide what it does not."""
        return formula.certain and all(map(self._knows, formula.functions))

    def _knows(self, name: str) -> bool:
        if name not in self._functions:
            answer: Any = None
            try:
                self._workbook.set_formula(_PROBE, 1, 1, f"={name}()")
                answer = self._workbook.evaluate_cell(_PROBE, 1, 1)
                known = not (isinstance(answer, dict) and answer.get("kind") in ("Name", "NImpl", "Error"))
            except Exception as problem:  # a complaint about the missing arguments: the name is known
                known = "unknown" not in str(problem).lower()
            self._functions[name] = known
        return self._functions[name]

    def results(self, formulas: Mapping[Place, str]) -> dict[Place, Scalar]:
        """The values of these formulas; those that the engine fails at are left out."""
        for place, text in formulas.items():
            with suppress(Exception):  # what it cannot parse stays without a value
                self._workbook.set_value(*place, None)
                self._workbook.set_formula(*place, f"={text}")
        found: dict[Place, Scalar] = {}
        for place in formulas:
            try:
                answer = self._workbook.evaluate_cell(*place)
            except Exception:  # the engine's own limits; the formula simply has no value then
                continue
            value = _scalar(answer)
            if value is not None:
                found[place] = value
        return found


def _argument(value: Any) -> Any:
    if isinstance(value, dict):
        return CellError(_ERRORS.get(value.get("kind", ""), "#VALUE!"))
    return value


def _scalar(answer: Any) -> Scalar:
    """What a cell would show; None for what is no single value."""
    if isinstance(answer, dict):
        code = _ERRORS.get(answer.get("kind", ""))
        return CellError(code) if code else None
    if isinstance(answer, (bool, str)):
        return answer
    if isinstance(answer, datetime.date):  # a datetime, too
        moment = datetime.datetime(answer.year, answer.month, answer.day)
        if isinstance(answer, datetime.datetime):
            moment = answer.replace(tzinfo=None)
        answer = (moment - _DAY_ZERO) / datetime.timedelta(days=1)
    if isinstance(answer, (int, float)):
        number = from_float(float(answer))
        return number if number.is_finite() else None
    return None
