"""Which formulas of other people depend on cells that changed.

Only the formulas that are not ours are taken apart. A formula whose references cannot be told from
its text (INDIRECT, OFFSET, tables, other books, unknown names) counts as depending on everything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from .address import MAX_COLUMN, MAX_ROW, Box, box, column_number, inside
from .read import Book, Cell

Place = tuple[str, int, int]
"""Sheet, row and column."""

#: What these return may change although no cell did, or hangs on cells that the text does not name.
UNCERTAIN = frozenset(
    ("INDIRECT", "OFFSET", "CELL", "INFO", "NOW", "TODAY", "RAND", "RANDBETWEEN", "RANDARRAY", "GETPIVOTDATA")
)
_DEEPEST = 8  # names that speak of names

_COLUMNS = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})")
_ROWS = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})")


@dataclass
class Reading:
    """What a formula looks at: areas by sheet, functions; `certain` unless there may be more.

    `text` is the formula with the book's names replaced by what they stand for.
    """

    text: str
    areas: list[tuple[str, Box]] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)
    certain: bool = True


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
    # The value of an array's member is made by the formula of the array's first cell, that of a data
    # table by no formula at all.
    found = {place for place in formulas if place not in readings or not readings[place].certain}
    front |= found
    while front:
        by_sheet: dict[str, list[tuple[int, int]]] = {}
        for sheet, row, column in front:
            by_sheet.setdefault(sheet, []).append((row, column))
        front = {
            here
            for here, known in readings.items()
            if here not in found
            and any(inside(*cell, area) for sheet, area in known.areas for cell in by_sheet.get(sheet, ()))
        }
        found |= front
    return found


def reading(book: Book, sheet: str, formula: str, depth: int = 0) -> Reading:
    """What a formula (without `=`) that stands on `sheet` looks at."""
    from openpyxl.formula.tokenizer import Token, Tokenizer

    result = Reading(formula)
    try:
        tokens = Tokenizer("=" + formula).items
    except Exception:  # whatever it raises on odd text, the formula is not understood
        result.certain = False
        return result
    parts = []
    for token in tokens:
        text = token.value
        if token.type == Token.FUNC and token.subtype == Token.OPEN:
            name = text.rstrip("(").upper().removeprefix("_XLFN.").removeprefix("_XLWS.")
            result.functions.add(name)
            if name in UNCERTAIN:
                result.certain = False
        elif token.type == Token.OPERAND and token.subtype == Token.RANGE:
            text = _look(book, sheet, text, result, depth)
        parts.append(text)
    result.text = "".join(parts)
    return result


def _look(book: Book, sheet: str, text: str, result: Reading, depth: int) -> str:
    """Note what one operand refers to; the operand with a name replaced."""
    where, _, area = text.rpartition("!")
    sheets = _sheets(book, where) if where else [sheet]
    found = _area(area)
    if found is not None and sheets:
        result.areas += [(name, found) for name in sheets]
        return text
    meaning = _meaning(book, area) if not where else None
    if meaning is None or depth >= _DEEPEST:
        result.certain = False
        return text
    inner = reading(book, sheet, meaning, depth + 1)
    result.areas += inner.areas
    result.functions |= inner.functions
    result.certain = result.certain and inner.certain
    # A plain reference may stand where a name stood (`SUM(DATA)`); a calculation needs brackets.
    return inner.text if re.fullmatch(r"[^(+*/&^<>=,;]+", inner.text) else f"({inner.text})"


def _meaning(book: Book, name: str) -> str | None:
    wanted = name.casefold()
    return next((text for known, text in book.names.items() if known.casefold() == wanted), None)


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


def _area(text: str) -> Box | None:
    text = text.upper().removesuffix("#")
    columns, rows = _COLUMNS.fullmatch(text), _ROWS.fullmatch(text)
    try:
        if columns:
            left, right = sorted((column_number(columns[1]), column_number(columns[2])))
            return 1, left, MAX_ROW, right
        if rows:
            top, bottom = sorted((int(rows[1]), int(rows[2])))
            return top, 1, bottom, MAX_COLUMN
        first, _, last = text.partition(":")
        one, other = box(first), box(last or first)
        return (
            min(one[0], other[0]),
            min(one[1], other[1]),
            max(one[2], other[2]),
            max(one[3], other[3]),
        )
    except ValueError:
        return None
