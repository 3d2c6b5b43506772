"""Which formulas of other people depend on cells that changed.

Only the formulas that are not ours are taken apart. A formula whose references cannot be told from
its text (INDIRECT, OFFSET, other books, unknown functions and names) counts as depending on everything.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import NamedTuple

from ..registry import FUNCTIONS
from .address import MAX_COLUMN, MAX_ROW, Box, Position, column_number, inside, position, size
from .read import Book, Cell, Sheet

Place = tuple[str, int, int]
"""Sheet, row and column."""

#: What these return may change although no cell did, or hangs on cells that the text does not name.
_UNCERTAIN = """
    CALL CELL CUBEKPIMEMBER CUBEMEMBER CUBEMEMBERPROPERTY CUBERANKEDMEMBER CUBESET CUBESETCOUNT CUBEVALUE
    FORMULATEXT GETPIVOTDATA INDIRECT INFO NOW OFFSET RAND RANDARRAY RANDBETWEEN REGISTER.ID RTD SHEET SHEETS
    STOCKHISTORY TODAY WEBSERVICE
    """
UNCERTAIN = frozenset(_UNCERTAIN.split())

_MOST_TOKENS = 4_000
"""Parts of a formula with its names written out; names that speak of names can be made to explode."""

_MOST_EFFORT = 4_000_000
"""Comparisons of a cell with an area, about a second; beyond, every formula counts as affected."""

_SMALL = 16  # cells of an area that is looked up cell by cell


class Use(NamedTuple):
    """One reference of a formula: the area, and where in the formula it stands.

    `function` and `argument` (from 0) when the reference is a whole argument of a function, else
    empty; `within` are all the functions around it.
    """

    sheet: str
    area: Box
    function: str
    argument: int
    within: frozenset[str]


@dataclass
class Reading:
    """What a formula looks at. `certain` unless there may be more than `uses` and `functions` tell.

    `text` is the formula with the book's names replaced by what they stand for and without the
    prefixes of add-ins. `simple`: no reference but cells and areas of one sheet each.
    """

    text: str = ""
    uses: list[Use] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)
    omitting: set[str] = field(default_factory=set)
    """Functions that are called with an empty argument."""
    literals: list[str] = field(default_factory=list)
    certain: bool = True
    simple: bool = True

    @property
    def areas(self) -> list[tuple[str, Box]]:
        return [(use.sheet, use.area) for use in self.uses]


def foreign_formulas(book: Book, ours: Collection[Place]) -> dict[Place, Cell]:
    """The cells whose values are made by formulas that are not ours."""
    return {
        (sheet.name, row, column): cell
        for sheet in book.sheets.values()
        for (row, column), cell in sheet.cells.items()
        if cell.computed and (sheet.name, row, column) not in ours
    }


def affected(book: Book, changed: Iterable[Place], formulas: Mapping[Place, Cell]) -> set[Place]:
    """Those of the `formulas` whose value may have changed with the `changed` cells."""
    front = set(changed)
    if not front or not formulas:
        return set()
    readings = {
        place: reading(book, place[0], cell.formula) for place, cell in formulas.items() if cell.formula
    }
    readings |= _members(book, formulas)
    # What is left has no formula that is known: the cells of a data table.
    uncertain = {place for place in formulas if place not in readings or not readings[place].certain}
    return uncertain | reached(readings, front | uncertain)


def reached(readings: Mapping[Place, Reading], changed: Iterable[Place]) -> set[Place]:
    """The formulas that look at one of the `changed` cells or at a formula that does, and so on."""
    small: dict[Place, set[Place]] = defaultdict(set)
    large: dict[str, dict[Box, set[Place]]] = defaultdict(lambda: defaultdict(set))
    for here, known in readings.items():
        for sheet, area in known.areas:
            if size(area) > _SMALL:
                large[sheet][area].add(here)
            else:
                for row, column in product(range(area[0], area[2] + 1), range(area[1], area[3] + 1)):
                    small[sheet, row, column].add(here)
    found: set[Place] = set()
    front = list(changed)
    effort = 0
    while front:
        place = front.pop()
        sheet, row, column = place
        watching = small.pop(place, set())
        areas = large[sheet]
        effort += len(areas)
        if effort > _MOST_EFFORT:
            return set(readings)
        for area in [area for area in areas if inside(row, column, area)]:
            watching |= areas.pop(area)
        front += watching - found
        found |= watching
    return found


def _members(book: Book, formulas: Mapping[Place, Cell]) -> dict[Place, Reading]:
    """The further cells of array formulas, each looking at the first one."""
    found: dict[Place, Reading] = {}
    for name, sheet in book.sheets.items():
        for (row, column), cell in sheet.cells.items():
            if cell.array and cell.formula and (name, row, column) in formulas:
                anchor = Use(name, (row, column, row, column), "", 0, frozenset())
                for place in array_members(sheet, (row, column)):
                    found[name, *place] = Reading(uses=[anchor])
    return found


def array_members(sheet: Sheet, first: Position) -> list[Position]:
    """The cells that share the array formula of the cell `first`, without that one."""

    def shares(row: int, column: int) -> bool:
        cell = sheet.cells.get((row, column))
        return cell is not None and cell.array and not cell.formula

    row, column = first
    right, bottom = column + 1, row + 1
    while shares(row, right):
        right += 1
    while all(shares(bottom, each) for each in range(column, right)):
        bottom += 1
    return [place for place in product(range(row, bottom), range(column, right)) if place != first]


# --- one formula ---------------------------------------------------------------------------------


def reading(book: Book, sheet: str, formula: str) -> Reading:
    """What a formula (without `=`) that stands on `sheet` looks at."""
    result = Reading(formula)
    try:
        tokens = _written_out(book, formula)
    except Exception:  # whatever the tokenizer raises on odd text, the formula is not understood
        result.certain = result.simple = False
        return result
    _Walk(book, sheet, result).over(tokens)
    return result


class _Part(NamedTuple):
    """A token of a formula; `named` when it stands in the meaning of a name."""

    type: str
    subtype: str
    value: str
    named: bool


def _written_out(book: Book, formula: str) -> list[_Part]:
    """The tokens of a formula with its names replaced; ValueError where that leads nowhere."""
    from openpyxl.formula.tokenizer import Token, Tokenizer

    names = {name.casefold(): text for name, text in book.names.items()}

    def parts(text: str, around: tuple[str, ...]) -> list[_Part]:
        found: list[_Part] = []
        for token in Tokenizer("=" + text).items:
            name = token.value.casefold()
            if token.type == Token.OPERAND and token.subtype == Token.RANGE and name in names:
                if name in around:
                    raise ValueError(f"{name} speaks of itself")
                inner = parts(names[name], (*around, name))
                # A plain reference may stand where a name stood (`SUM(DATA)`); a calculation needs brackets.
                found += inner if len(inner) == 1 else [_OPEN, *inner, _CLOSE]
            else:
                found.append(_Part(token.type, token.subtype or "", token.value, bool(around)))
            if len(found) > _MOST_TOKENS:
                raise ValueError("too long")
        return found

    return parts(formula, ())


_OPEN = _Part("PAREN", "OPEN", "(", False)
_CLOSE = _Part("PAREN", "CLOSE", ")", False)


@dataclass
class _Frame:
    """A bracket that is open: the function's name (empty for a mere bracket) and the argument so far."""

    function: str
    argument: int = 0
    pieces: int = 0
    waiting: list[tuple[str, Box]] = field(default_factory=list)


class _Walk:
    """Goes over the tokens of a formula once and fills a `Reading`."""

    def __init__(self, book: Book, sheet: str, result: Reading) -> None:
        self._book, self._sheet, self._result = book, sheet, result
        self._frames = [_Frame("")]

    def over(self, parts: Iterable[_Part]) -> None:
        texts = []
        ended = blank = False  # whether a value has just ended, and whether a blank follows it
        for part in parts:
            if part.type == "WHITE-SPACE":
                blank = True
                texts.append(part.value)
                continue
            begins = part.type == "OPERAND" or part.subtype == "OPEN"
            if ended and blank and begins:
                self._result.simple = False  # here a blank is an operator: the cells in common
            texts.append(self._step(part))
            ended, blank = part.type == "OPERAND" or part.subtype == "CLOSE", False
        self._end_argument(closing=True)
        self._result.text = "".join(texts)

    def _step(self, part: _Part) -> str:
        kind, subtype, text, _ = part
        if subtype == "CLOSE":
            self._end_argument(closing=True)
            if len(self._frames) > 1:
                self._frames.pop()
            return text
        frame = self._frames[-1]
        if kind == "SEP":
            self._end_argument(closing=False)
            frame.argument += 1
            return text
        frame.pieces += 1
        if kind == "FUNC":
            name = self._function(text[:-1])
            self._frames.append(_Frame(name))
            return name + "("
        if subtype == "OPEN":
            self._frames.append(_Frame(""))
        elif kind == "OPERATOR-INFIX" and text == ",":
            self._result.simple = False  # areas joined to one
        elif kind == "OPERAND" and subtype == "RANGE":
            self._reference(part)
        elif kind == "OPERAND" and subtype == "TEXT":
            self._result.literals.append(text[1:-1].replace('""', '"'))
        return text

    def _end_argument(self, closing: bool) -> None:
        frame = self._frames[-1]
        within = frozenset(each.function for each in self._frames if each.function)
        # What stands with others in its argument, such as `A1:A9*2`, is no argument of the function.
        function = frame.function if frame.pieces == 1 else ""
        for sheet, area in frame.waiting:
            self._result.uses.append(Use(sheet, area, function, frame.argument, within))
        if frame.function and not frame.pieces and not (closing and frame.argument == 0):
            self._result.omitting.add(frame.function)
        frame.pieces, frame.waiting = 0, []

    def _function(self, text: str) -> str:
        """Note a function; its name without prefixes."""
        name, new = _plain_name(text)
        self._result.functions.add(name)
        if name in UNCERTAIN or not (new or name in FUNCTIONS or name in _excel_functions()):
            self._result.certain = False
        return name

    def _reference(self, part: _Part) -> None:
        """Note what one operand refers to."""
        text = part.value
        if text.casefold().startswith("_xlpm."):
            return  # a name of LET or LAMBDA
        if text.upper().endswith("#REF!"):
            return  # a cell that was deleted
        where, _, area = text.rpartition("!")
        if part.named and not (where and _fixed(area)):
            self._result.certain = False  # in a name it is relative to the cell that uses the name
            return
        sheets = _sheets(self._book, where) if where else [self._sheet]
        found = _area(area)
        if found is None and not where and "[" in area:
            sheets, found = _table(self._book, area)
            self._result.simple = False
        if found is None or not sheets:
            self._result.certain = False
            return
        if len(sheets) > 1 or area.endswith("#"):
            self._result.simple = False
        self._frames[-1].waiting += [(sheet, found) for sheet in sheets]


_PREFIXES = re.compile(
    r"(?i)_xlfn\.|_xlws\.|_xludf\.|_xll\.|\[\d+\]!|(?:'[^']*\.xla[m]?'|[^'!()]*\.xla[m]?)!"
)
_NEW = re.compile(r"(?i)_xlfn\.(?!_xlws)|_xlfn\._xlws\.")


def _plain_name(text: str) -> tuple[str, bool]:
    """A function's name without prefixes, and whether it is one of Excel's newer functions."""
    name, start = text.lstrip("@"), 0
    while match := _PREFIXES.match(name, start):
        start = match.end()
    return name[start:].upper(), bool(_NEW.match(name))


@cache
def _excel_functions() -> frozenset[str]:
    from openpyxl.utils import FORMULAE

    return frozenset(FORMULAE)


def _sheets(book: Book, where: str) -> list[str]:
    """The sheets that a prefix such as `'Rp 1'` or `Jan:Mar` names; none when they are not there."""
    if where.startswith("'") and where.endswith("'"):
        where = where[1:-1].replace("''", "'")
    names = {name.casefold(): name for name in book.sheets}
    if where.casefold() in names:
        return [names[where.casefold()]]
    first, colon, last = (part.casefold() for part in where.partition(":"))
    order = list(names)
    if colon and first in names and last in names:
        start, end = sorted((order.index(first), order.index(last)))
        return [names[name] for name in order[start : end + 1]]
    return []


_TABLE = re.compile(r"([^\[\]!]+)\[.*\]")
_COLUMNS = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})")
_ROWS = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})")
_FIXED = re.compile(
    r"\$[A-Z]{1,3}\$[0-9]{1,7}(?::\$[A-Z]{1,3}\$[0-9]{1,7})?|\$[A-Z]{1,3}:\$[A-Z]{1,3}|\$\d+:\$\d+"
)


def _fixed(area: str) -> bool:
    return _FIXED.fullmatch(area.upper()) is not None


def _table(book: Book, text: str) -> tuple[list[str], Box | None]:
    """The sheet and the area of the table that `Tabel[Kolom]` speaks of, taken whole."""
    match = _TABLE.fullmatch(text)
    wanted = match[1].casefold() if match else None
    for sheet in book.sheets.values():
        for table in sheet.tables:
            if table.name.casefold() == wanted:
                return [sheet.name], _area(table.area)
    return [], None


def _area(text: str) -> Box | None:
    text = text.upper().removesuffix("#")
    try:
        if columns := _COLUMNS.fullmatch(text):
            left, right = sorted((column_number(columns[1]), column_number(columns[2])))
            return 1, left, MAX_ROW, right
        if rows := _ROWS.fullmatch(text):
            top, bottom = sorted((int(rows[1]), int(rows[2])))
            return (top, 1, bottom, MAX_COLUMN) if top >= 1 and bottom <= MAX_ROW else None
        corners = [position(corner) for corner in text.split(":")]
    except ValueError:
        return None
    across, down = [column for _, column in corners], [row for row, _ in corners]
    return min(down), min(across), max(down), max(across)
