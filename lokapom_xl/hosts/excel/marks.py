"""The marks of a validation in an open book: colours, notes, and the sheet with the findings.

A colour is a conditional format that always applies and whose formula says that it is ours; the cell's own
format is never touched. So taking the marks away leaves the book as it was, also on another PC, after
saving, and without any record of what was marked. What stands in the book is read from a copy of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlwings as xw

from ...model import Finding
from ...report import marked
from ...report.marked import FILLS, HEADER_ROW, LEVELS, Row
from ...report.result import Validation
from ...workbook.address import Position, a1, box, inside, parse_a1
from ...workbook.cell_comments import comment_texts
from ...workbook.package import open_package
from ...workbook.read import Book, Sheet, Workbook
from .findings_sheet import add_findings_sheet, is_findings_sheet, rows_of
from .live import activate, areas, is_visible, names, unlocked, unlocked_structure

_LONGEST_ADDRESS = 255
_MOST_CELLS = 400_000

_OURS = re.compile(r'N\("lokapom:(\w+)"\)=0')
_OURS_IN_EXCEL = re.compile(r'"lokapom:\w+"')
"""Excel gives a formula as its user would write it, who may know `N` under another name."""


def _formula(level: str) -> str:
    """Always true, in any language of Excel, and nobody else's."""
    return f'=N("lokapom:{level}")=0'


@dataclass
class Marks:
    """Marks by sheet: the cells of every level, and the notes; and the rows of the sheet of findings."""

    colours: dict[str, dict[str, set[Position]]] = field(default_factory=dict)
    notes: dict[str, dict[Position, str]] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    sheet: str = ""
    """The name of the sheet with the findings, when it stands in the book."""

    def __bool__(self) -> bool:
        return bool(self.colours or self.notes or self.rows)

    def same_as(self, other: Marks) -> bool:
        """Whether the same is marked; when it was checked does not count."""
        return (self.colours, self.notes, self._findings()) == (
            other.colours,
            other.notes,
            other._findings(),
        )

    def _findings(self) -> list[list[str]]:
        return [[str(item) for item in row if item != ""] for row in self.rows[HEADER_ROW:]]

    def sheets(self) -> set[str]:
        """The sheets with marked cells."""
        return {*self.colours, *self.notes}

    def as_data(self) -> dict[str, Any]:
        """For the journal."""
        return {
            "colours": {
                sheet: {level: areas(cells) for level, cells in levels.items()}
                for sheet, levels in self.colours.items()
            },
            "notes": {
                sheet: {a1(*place): text for place, text in cells.items()}
                for sheet, cells in self.notes.items()
            },
            "rows": [list(row) for row in self.rows],
        }


def from_data(data: Mapping[str, Any]) -> Marks:
    """Marks as the journal has them."""
    return Marks(
        {
            sheet: {level: _cells(parts) for level, parts in levels.items()}
            for sheet, levels in data["colours"].items()
        },
        {
            sheet: {place: text for cell, text in cells.items() if (place := parse_a1(cell))}
            for sheet, cells in data["notes"].items()
        },
        list(data["rows"]),
    )


def _cells(parts: Iterable[str], used: Sheet | None = None) -> set[Position]:
    """The cells of areas; of an area that somebody stretched over a whole sheet, those in use."""
    found: set[Position] = set()
    for part in parts:
        top, left, bottom, right = box(part)
        if (bottom - top + 1) * (right - left + 1) > _MOST_CELLS:
            found |= {
                place for place in (used.cells if used else ()) if inside(*place, (top, left, bottom, right))
            }
            continue
        found |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
    return found


# --- what stands in the book ---------------------------------------------------------------------


class Standing:
    """A copy of the open book as read: its content without our sheet, our marks, everybody's notes."""

    def __init__(self, copy: Path) -> None:
        self.package = open_package(copy)
        workbook = Workbook(self.package)
        self.book: Book = workbook.book()
        self.marks = Marks()
        self.foreign_notes: dict[str, set[Position]] = {}
        for name in list(self.book.sheets):
            sheet = self.book.sheets[name]
            if is_findings_sheet(sheet):
                self.marks.sheet, self.marks.rows = name, rows_of(sheet)
                del self.book.sheets[name]
                continue
            levels: dict[str, set[Position]] = {}
            for rule in sheet.conditionals:
                known = _OURS.fullmatch(rule.formulas[0]) if rule.formulas else None
                if known:
                    levels.setdefault(known[1], set()).update(_cells(rule.areas.split(), sheet))
            notes = comment_texts(self.package, workbook.parts[name])
            ours = {place: _lines(text) for place, text in notes.items() if marked.is_note(text)}
            self.foreign_notes[name] = notes.keys() - ours.keys()
            if levels:
                self.marks.colours[name] = levels
            if ours:
                self.marks.notes[name] = ours


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


# --- what is to be marked ------------------------------------------------------------------------


def wanted(result: Validation, standing: Standing, checked: str) -> Marks:
    """The marks for the findings of a validation of that one book."""
    marks = Marks()
    without_note = []
    at: dict[str, dict[Position, list[Finding]]] = {}
    for finding in result.findings:
        place = parse_a1(finding.origin.cell) if finding.origin.cell else None
        if place is not None and finding.origin.sheet in standing.book.sheets:
            home = _home(standing.book.sheets[finding.origin.sheet], place)
            at.setdefault(finding.origin.sheet, {}).setdefault(home, []).append(finding)
    for sheet, cells in at.items():
        levels = marks.colours.setdefault(sheet, {})
        notes: dict[Position, str] = {}
        for place, findings in sorted(cells.items()):
            level = LEVELS[min(map(marked.rank, findings))]
            levels.setdefault(level, set()).update(_merged(standing.book.sheets[sheet], place))
            if place in standing.foreign_notes[sheet]:
                without_note.append(f"{sheet}!{a1(*place)}")
            else:
                notes[place] = marked.note(findings)
        if notes:
            marks.notes[sheet] = notes
    marks.rows = marked.rows(result, checked, without_note)
    return marks


def _home(sheet: Sheet, place: Position) -> Position:
    """The first cell of the merged area, which is the one that has a note."""
    return next((area[:2] for area in map(box, sheet.merges) if inside(*place, area)), place)


def _merged(sheet: Sheet, place: Position) -> set[Position]:
    return next((_cells([area]) for area in sheet.merges if inside(*place, box(area))), {place})


# --- in the open book ----------------------------------------------------------------------------


def replace(book: xw.Book, old: Marks, new: Marks) -> None:
    """Take the marks away that stand in the book, and make the new ones."""
    touched = [book.sheets[name] for name in sorted(old.sheets() | new.sheets()) if name in names(book)]
    active = book.sheets.active
    with ExitStack() as stack:
        if old.rows or new.rows:
            stack.enter_context(unlocked_structure(book))
        stack.enter_context(unlocked(touched))
        for name in old.sheets():
            _clear(book.sheets[name], old.colours.get(name, {}), old.notes.get(name, {}))
        if old.sheet:
            if active.name == old.sheet:
                active = next(sheet for sheet in book.sheets if is_visible(sheet) and sheet != active)
            book.sheets[old.sheet].delete()
        for sheet in touched:
            _colour(sheet, new.colours.get(sheet.name, {}))
            for place, text in new.notes.get(sheet.name, {}).items():
                _add_note(sheet.range(place), text)
        if new.rows:
            new.sheet = add_findings_sheet(book, new.rows)
        activate(active)


def _clear(sheet: xw.Sheet, levels: Mapping[str, object], notes: Mapping[Position, str]) -> None:
    if levels:
        rules = sheet.cells.conditional_formats
        for number in reversed(range(len(rules))):
            rule = rules[number]
            if rule.type == "custom" and _OURS_IN_EXCEL.search(rule.formula or ""):
                rule.delete()
    for place in notes:
        note = sheet.range(place).note
        if note is not None:
            note.delete()


def _colour(sheet: xw.Sheet, levels: Mapping[str, set[Position]]) -> None:
    """Every new rule comes before all others, so the gravest is added last."""
    for level in reversed(LEVELS):
        for address in _addresses(areas(levels.get(level, set()))):
            sheet.range(address).conditional_formats.add_custom(
                _formula(level), fill_color=f"#{FILLS[level]}"
            )


def _addresses(parts: Sequence[str]) -> list[str]:
    """Areas joined to addresses that are not too long for Excel."""
    found: list[str] = []
    for part in parts:
        if found and len(found[-1]) + 1 + len(part) <= _LONGEST_ADDRESS:
            found[-1] += f",{part}"
        else:
            found.append(part)
    return found


_NOTE_WIDTH = 260
"""Points."""

_LETTERS_A_LINE = 46
_LINE_HEIGHT = 13


def _add_note(cell: xw.Range, text: str) -> None:
    note = cell.add_note(text)
    lines = sum(-(-max(len(line), 1) // _LETTERS_A_LINE) for line in text.split("\n"))
    # xlwings knows only the text of a note; Excel's own box shows four lines of it.
    box = note.api.Shape
    box.Width, box.Height = _NOTE_WIDTH, _LINE_HEIGHT * (lines + 1)
