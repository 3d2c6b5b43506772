"""Evaluate formulas of other people, where the extra `calc` (formualizer) is installed.

The engine is asked only for formulas that it can be trusted with: every reference told by the text,
every function in `_TAKES_AREAS`, whose entries the tests compare with LibreOffice. A formula whose
result hangs on the language of the user's Excel is not evaluated either. What cannot be known is
left out of the answer, never guessed.
"""

from __future__ import annotations

import re
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

from .. import functions
from ..numbers import CellError, Scalar, from_float
from ..registry import FUNCTIONS, Function
from .address import Box, Position, a1, inside, size
from .dependents import Place, Reading, Use, array_members, reading
from .read import Book

_ = functions  # registers them

SECONDS = 10.0
"""How long the engine may take for one book; what it has not done by then has no value."""

_LONGEST = 8_192  # characters of a formula, as in Excel
_MOST_EFFORT = 2_000_000  # pairs of a formula and a formula that it uses, about two seconds

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

_AREA_ARGUMENTS = {
    # No argument may be an area: in a cell that is no array formula, Excel takes one cell of it.
    "": """
        ABS ACOS ASIN ATAN ATAN2 CEILING CEILING.MATH CHAR CHOOSE CODE CONCATENATE COS DATE DAY DAYS EDATE
        EOMONTH ERROR.TYPE EVEN EXACT EXP FACT FALSE FIND FLOOR FLOOR.MATH FV HOUR IF IFERROR IFNA IFS INT
        ISBLANK ISERR ISERROR ISEVEN ISLOGICAL ISNA ISNONTEXT ISNUMBER ISODD ISTEXT LEFT LEN LN LOG LOG10
        LOWER MID MINUTE MOD MONTH N NA NOT ODD PI PMT POWER PROPER PV QUOTIENT REPLACE REPT RIGHT ROUND
        ROUNDDOWN ROUNDUP SEARCH SECOND SIGN SIN SQRT SUBSTITUTE SWITCH T TAN TRIM TRUE TRUNC UPPER
        WEEKDAY YEAR
        """,
    # Every argument may.
    "1+": """
        AND AVERAGE AVERAGEA COLUMNS CORREL COUNT COUNTA COUNTBLANK GEOMEAN HARMEAN MAX MAXA MEDIAN MIN MINA
        MODE OR PRODUCT ROWS STDEV STDEV.P STDEV.S STDEVP SUM SUMSQ VAR VAR.P VAR.S VARP
        """,
    "1": "COUNTIF INDEX LARGE PERCENTILE PERCENTILE.INC QUARTILE QUARTILE.INC SMALL",
    "2": "HLOOKUP MATCH RANK RANK.AVG RANK.EQ VLOOKUP",
    "2 3": "LOOKUP XLOOKUP",
    "1 3": "AVERAGEIF SUMIF",
    "odd": "COUNTIFS",
    "1 even": "AVERAGEIFS MAXIFS MINIFS SUMIFS",
}
"""The functions that the engine may have, by the arguments (from 1) that may be areas."""
_TAKES_AREAS = {name: where for where, names in _AREA_ARGUMENTS.items() for name in names.split()}

#: Within these, calculations with areas (`(A1:A9>0)*B1:B9`) are done cell by cell.
_CELL_BY_CELL = frozenset(["SUMPRODUCT"])
#: Only these look past a text in an area, whatever it looks like.
_PAST_TEXTS = frozenset(_AREA_ARGUMENTS["1+"].split()) | {"LARGE", "SMALL"}


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
    wanted = set(wanted)
    if not wanted or not is_installed():
        return {}
    screen = _Screen(book, values)
    readings = {}
    for place in wanted:
        formula = screen.reading(place)
        if formula is not None:
            readings[place] = formula
    unknown = (wanted | screen.unknown) - readings.keys()
    order = _in_order(readings, unknown)
    if not order:
        return {}
    engine = _Engine(book, values)
    return screen.sure(engine.results({place: readings[place] for place in order}), readings)


def _in_order(readings: Mapping[Place, Reading], unknown: Collection[Place]) -> list[Place]:
    """The formulas so that each comes after those it uses; without those that hang on something
    unknown or on themselves."""
    rows: dict[tuple[str, int], list[int]] = defaultdict(list)
    for sheet, row, column in sorted({*readings, *unknown}):
        rows[sheet, column].append(row)

    def formulas_in(sheet: str, area: Box) -> list[Place]:
        top, left, bottom, right = area
        columns = [c for s, c in rows if s == sheet and left <= c <= right]
        spans = ((c, rows[sheet, c]) for c in columns)
        return [
            (sheet, row, c)
            for c, all in spans
            for row in all[bisect_left(all, top) : bisect_right(all, bottom)]
        ]

    effort = 0
    users: dict[Place, list[Place]] = defaultdict(list)
    waits: dict[Place, int] = {}
    for here, formula in readings.items():
        uses = {place for sheet, area in formula.areas for place in formulas_in(sheet, area)}
        effort += len(uses)
        if effort > _MOST_EFFORT:
            return []
        waits[here] = len(uses)
        for place in uses:
            users[place].append(here)
    order = [place for place, count in waits.items() if not count]
    for place in order:  # grows while it is gone through
        for user in users[place]:
            waits[user] -= 1
            if not waits[user]:
                order.append(user)
    return order


class _Screen:
    """Decides which formulas the engine may have, and which of its answers hold."""

    def __init__(self, book: Book, values: Mapping[Place, Scalar]) -> None:
        self._book = book
        self._texts: set[str] = set()
        #: Texts that are a number or a date in one language of Excel and not in another.
        self._doubtful: dict[str, list[Position]] = defaultdict(list)
        self.unknown: set[Place] = set()
        for sheet in book.sheets.values():
            for (row, column), cell in sheet.cells.items():
                value = values.get((sheet.name, row, column), cell.value)
                if isinstance(value, str):
                    self._texts.add(value)
                    if _means_different_things(value):
                        self._doubtful[sheet.name].append((row, column))
                elif cell.computed if value is None else _is_odd_error(value):
                    self.unknown.add((sheet.name, row, column))

    def reading(self, place: Place) -> Reading | None:
        """What the formula of a cell looks at; None when the engine must not have it."""
        sheet = self._book.sheets[place[0]]
        cell = sheet.cells[place[1], place[2]]
        if not cell.formula or len(cell.formula) > _LONGEST:
            return None
        if cell.array and array_members(sheet, (place[1], place[2])):
            return None  # more than one value
        formula = reading(self._book, place[0], cell.formula)
        if not (formula.certain and formula.simple):
            return None
        if formula.omitting & (FUNCTIONS.keys() | {"INDEX"}):
            return None  # the engine hands 0 to a function of ours; INDEX gives whole rows and columns
        if not all(map(_is_known, formula.functions)):
            return None
        if not cell.array and not all(map(_is_scalar, formula.uses)):
            return None
        if any(map(_means_different_things, formula.literals)) or any(map(self._is_doubtful, formula.uses)):
            return None
        return formula

    def _is_doubtful(self, use: Use) -> bool:
        if use.function in _PAST_TEXTS and size(use.area) > 1:
            return False
        return any(inside(*place, use.area) for place in self._doubtful[use.sheet])

    def sure(self, answers: Mapping[Place, Scalar], readings: Mapping[Place, Reading]) -> dict[Place, Scalar]:
        """The answers without texts in which the engine wrote a number, and what was made of those.

        Its decimal point is a comma in an Indonesian Excel.
        """
        found: dict[Place, Scalar] = {}
        for place, value in answers.items():  # in their order, so that what is used comes first
            formula = readings[place]
            known = value in self._texts or value in formula.literals
            made = isinstance(value, str) and _DECIMAL.search(value) and not known
            if not made and not any(map(self._is_doubtful, formula.uses)):
                found[place] = value
                if not (isinstance(value, str) and _means_different_things(value)):
                    continue
            self._doubtful[place[0]].append((place[1], place[2]))
        return found


_DECIMAL = re.compile(r"\d\.\d|\dE[+-]?\d")
_NUMBERLIKE = re.compile(r"(?:[<>=]{1,2})?\s*[-+(]?(?:Rp\.?|\$)?\s*\d[\d.,/:\-\s]*(?:E[+-]?\d+)?\)?%?", re.I)
_WHOLE = re.compile(r"(?:[<>=]{1,2})?\s*[-+]?\d+\s*%?")


def _means_different_things(text: str) -> bool:
    """Whether a text such as `1.5`, `1,5` or `2/3` is a number in one language and not in another."""
    body = text.strip()
    return len(body) < 40 and bool(_NUMBERLIKE.fullmatch(body)) and not _WHOLE.fullmatch(body)


def _is_odd_error(value: Scalar) -> bool:
    return isinstance(value, CellError) and value.code not in _KINDS


def _is_known(name: str) -> bool:
    return name in _TAKES_AREAS or name in _CELL_BY_CELL or name in FUNCTIONS


def _is_scalar(use: Use) -> bool:
    """Whether a reference is one cell, or stands where a function takes an area."""
    cell_by_cell = bool(use.within) and use.within <= _CELL_BY_CELL  # an IF within is not
    return size(use.area) == 1 or cell_by_cell or _takes_area(use.function, use.argument)


def _takes_area(name: str, argument: int) -> bool:
    if name in FUNCTIONS:
        known = FUNCTIONS[name].arguments
        return argument < len(known) and known[argument].kind == "range"
    number = argument + 1
    parity = "odd" if number % 2 else "even"
    where = _TAKES_AREAS.get(name, "").split()
    return "1+" in where or str(number) in where or parity in where


class _Engine:
    """A formualizer workbook with the values of a book."""

    def __init__(self, book: Book, values: Mapping[Place, Scalar]) -> None:
        import formualizer

        settings = formualizer.EvaluationConfig()
        settings.enable_parallel = False
        settings.max_eval_time_ms = int(SECONDS * 1_000)
        mode = formualizer.WorkbookMode.Ephemeral
        config = formualizer.WorkbookConfig(mode=mode, eval_config=settings)
        self._literal = formualizer.LiteralValue
        self._workbook = formualizer.Workbook(mode=mode, config=config)
        self._workbook.set_temporal_egress("serial")
        for sheet in book.sheets.values():
            self._workbook.add_sheet(sheet.name)
            cells = {place: cell.value for place, cell in sheet.cells.items()}
            cells |= {
                (row, column): value for (name, row, column), value in values.items() if name == sheet.name
            }
            self._fill(sheet.name, cells)
        for name, function in FUNCTIONS.items():
            self._workbook.register_function(name, self._call(function))

    def _fill(self, sheet: str, cells: Mapping[Position, Scalar]) -> None:
        """Put values, cells that lie side by side at once."""
        places = sorted(place for place, value in cells.items() if value is not None)
        runs = groupby(enumerate(places), lambda item: (item[1][0], item[1][1] - item[0]))
        for _, run in runs:
            side_by_side = [place for _, place in run]
            row = [self._given(cells[place]) for place in side_by_side]
            self._workbook.set_values_batch(sheet, *side_by_side[0], [row])

    def _given(self, value: Scalar) -> Any:
        if isinstance(value, CellError):
            return self._literal.error(_KINDS.get(value.code, "Value"), None)
        return float(value) if isinstance(value, Decimal) else value

    def _call(self, function: Function) -> Any:
        def call(*arguments: Any) -> Any:
            result: Scalar = function(*map(_argument, arguments))
            if isinstance(result, CellError):
                return {"type": "Error", "kind": _KINDS.get(result.code, "Value")}
            return float(result) if isinstance(result, Decimal) else result

        return call

    def results(self, formulas: Mapping[Place, Reading]) -> dict[Place, Scalar]:
        """The values of these formulas, which come after those that they use.

        One that the engine fails at is left out together with those that use it.
        """
        found: dict[Place, Scalar] = {}
        failed: set[Place] = set()
        end = time.monotonic() + SECONDS
        for place, formula in formulas.items():
            if time.monotonic() > end:
                break
            lost = any(
                p[0] == sheet and inside(p[1], p[2], area) for p in failed for sheet, area in formula.areas
            )
            value = None if lost else self._result(place, formula.text)
            if value is None:
                failed.add(place)
            else:
                found[place] = value
        return found

    def _result(self, place: Place, text: str) -> Scalar:
        try:
            self._workbook.set_formula(*place, f"={text}")
            value = _scalar(self._workbook.evaluate_cell(*place))
            sheet = place[0].replace("'", "''")
            if self._workbook.inspect_cell(f"'{sheet}'!{a1(*place[1:])}", include_values=False).cell.spill:
                value = None  # several values, of which the answer is only the first
            # From here on a value like any other, so that nothing is evaluated twice.
            self._workbook.set_value(*place, self._given(value))
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # a panic of the engine, too, which is no Exception
            return None
        return value


def _argument(value: Any) -> Any:
    """An argument as a function of ours takes it."""
    if isinstance(value, dict):
        return CellError(_ERRORS.get(value.get("kind", ""), "#VALUE!"))
    return [_argument(each) for each in value] if isinstance(value, list) else value


def _scalar(answer: Any) -> Scalar:
    """What a cell would show; None for what is no single value and for the engine's own errors."""
    if isinstance(answer, dict):
        code = _ERRORS.get(answer.get("kind", ""))
        return CellError(code) if code else None
    if isinstance(answer, (bool, str)):
        return answer
    if isinstance(answer, (int, float)):
        number = from_float(float(answer))
        return number if number.is_finite() else CellError("#NUM!")
    return None
