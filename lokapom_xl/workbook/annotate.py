"""An annotated copy of a workbook: coloured cells, comments, and sheets with what was found.

The copy is the book, byte for byte, but for what the marks need: values and formulas stay, a coloured
cell keeps its number format, font and borders, comments of others stay. A book in which that cannot be
done for certain is refused.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ..numbers import Scalar, from_float
from .added_parts import AddedParts
from .added_sheet import Kind, NewCell, NewSheet, SheetWriter
from .address import MAX_COLUMN, MAX_ROW, Position, a1, box, inside
from .cell_comments import CommentWriter, appended, comment_texts
from .cell_looks import CellLooks
from .edits import Look
from .errors import BookError
from .package import Package
from .read import Workbook
from .saving import replace_file
from .sheet_patch import MAX_TEXT, style_at
from .sheet_xml import SheetXml
from .write import Revision, open_for_saving, refuse_unknown

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

AUTHOR = "lokapom-xl"


@dataclass(frozen=True)
class Mark:
    """What a cell gets: a colour (RRGGBB, None for none) and a comment (may be empty)."""

    fill: str | None = None
    comment: str = ""


Marks = Mapping[str, Mapping[Position, Mark]]
"""Marks by sheet name, then by row and column from 1."""


@dataclass(frozen=True)
class Annotated:
    """What became of an annotated copy.

    `written` is False when the target already was that copy. `sheets`: the names that the new sheets
    got. `uncommented`: the cells whose comment is a thread and was left alone; they have their colour.
    """

    written: bool
    sheets: tuple[str, ...]
    uncommented: tuple[tuple[str, Position], ...]


def annotate(
    source: Path | str,
    target: Path | str,
    marks: Marks,
    sheets: Sequence[NewSheet] = (),
    author: str = AUTHOR,
) -> Annotated:
    """Write a copy of `source` with marks and new sheets to `target`.

    A mark in a merged area goes to its first cell. On any refusal (`BookError`) the target stays as it
    was and no other file is left behind.
    """
    source, target = Path(source), Path(os.path.realpath(target))
    if target.exists() and os.path.samefile(source, target):
        raise BookError(
            "TULIS21",
            f"{target.name}: buku ini tidak dapat diberi tanda (salinannya akan menggantikan buku itu).",
            "Pilih nama lain untuk salinan bertanda.",
        )
    package = open_for_saving(source, target)
    copy = _Copy(package, marks, sheets, author)
    written = replace_file(target, copy.revision.data(), package, copy.is_in)
    return Annotated(written, tuple(copy.added), tuple(copy.uncommented))


class _Copy:
    """The annotated copy in memory, and whether a file is just that."""

    def __init__(self, package: Package, marks: Marks, sheets: Sequence[NewSheet], author: str) -> None:
        self.workbook = workbook = Workbook(package)
        self.author = author
        self.marks: dict[str, dict[Position, Mark]] = {}
        self.uncommented: list[tuple[str, Position]] = []
        self._xml: dict[str, SheetXml] = {}
        parts = AddedParts(workbook)
        comments = CommentWriter(parts, workbook, author)
        edits: dict[str, dict[Position, Look]] = {}
        tails: dict[str, dict[str, str]] = {}
        for sheet, cells in marks.items():
            refuse_unknown(workbook, sheet)
            xml = self._xml[sheet] = workbook.sheet_xml(sheet)
            self.marks[sheet] = self._placed(sheet, cells)
        self._refuse_bad_texts(sheets)
        try:
            looks = CellLooks(parts, workbook) if sheets or self._colours() else None
            for sheet, placed in self.marks.items():
                xml = self._xml[sheet]
                if looks is not None:
                    rows = {row.number: row for row in xml.rows()}
                    edits[sheet] = {
                        place: Look(looks.coloured(style_at(xml, rows.get(place[0]), place[1]), mark.fill))
                        for place, mark in placed.items()
                        if mark.fill
                    }
                notes = {place: mark.comment for place, mark in placed.items() if mark.comment}
                identity, left = comments.add(sheet, xml, notes)
                self.uncommented += [(sheet, place) for place in left]
                if identity:
                    facts = f' xmlns:r="{parts.relations_space}" r:id="{identity}"'
                    tails[sheet] = {"legacyDrawing": facts}
            self.added: dict[str, NewSheet] = {}
            if looks is not None:
                self.added = SheetWriter(parts, workbook, looks).add(sheets)
                looks.finish()
        except ValueError as problem:
            parts.refuse(str(problem)[:80])
        self.revision = Revision(package, edits, parts.content(), tails)

    def _placed(self, sheet: str, cells: Mapping[Position, Mark]) -> dict[Position, Mark]:
        """The marks at the first cells of merged areas; those that meet there become one."""
        xml = self._xml[sheet]
        merges = [
            box(item.get("ref", ""))
            for item in xml.frame.iterfind(f"{xml.space}mergeCells/{xml.space}mergeCell")
        ]
        placed: dict[Position, Mark] = {}
        for place, mark in sorted(cells.items()):
            if not (1 <= place[0] <= MAX_ROW and 1 <= place[1] <= MAX_COLUMN):
                where = f"{self._file}: sel {sheet} baris {place[0]} kolom {place[1]}"
                raise BookError("TULIS10", f"{where} berada di luar lembar kerja.", "Periksa alamat sel itu.")
            if mark.fill and not _COLOUR.fullmatch(mark.fill):
                raise ValueError(f"{mark.fill} is no colour RRGGBB")
            comment = mark.comment.replace("\r\n", "\n").replace("\r", "\n").strip()
            if not mark.fill and not comment:
                continue
            home = next((area[:2] for area in merges if inside(*place, area)), place)
            other = placed.get(home, Mark())
            both = "\n".join(filter(None, (other.comment, comment)))
            placed[home] = Mark(other.fill or mark.fill, both)
        return placed

    @property
    def _file(self) -> str:
        return self.workbook.package.path.name

    def _colours(self) -> bool:
        return any(mark.fill for cells in self.marks.values() for mark in cells.values())

    def _refuse_bad_texts(self, sheets: Sequence[NewSheet]) -> None:
        texts: list[tuple[str, Scalar]] = [("nama penulis komentar", self.author)]
        for name, placed in self.marks.items():
            texts += [(f"komentar {name}!{a1(*place)}", mark.comment) for place, mark in placed.items()]
        for sheet in sheets:
            for number, row in enumerate(sheet.rows, 1):
                values = [(column, cell.value) for column, cell in enumerate(row, 1) if cell]
                texts += [(f"sel {sheet.name}!{a1(number, column)}", value) for column, value in values]
        for where, text in texts:
            if isinstance(text, Decimal) and not math.isfinite(float(text)):
                self._refuse_value(where)
            if not isinstance(text, str):
                continue
            if len(text) * 2 > MAX_TEXT and len(text.encode("utf-16-le", "surrogatepass")) // 2 > MAX_TEXT:
                what = f"{self._file}: {where} akan berisi teks {len(text)} karakter."
                raise BookError("TULIS07", what, f"Persingkat menjadi paling banyak {MAX_TEXT}.")
            if _HALF.search(text):
                self._refuse_value(where)

    def _refuse_value(self, where: str) -> NoReturn:
        what = f"{self._file}: {where} akan berisi nilai yang tidak dapat disimpan Excel."
        raise BookError("TULIS09", what, "Periksa nilai itu.")

    # --- verification --------------------------------------------------------------------------

    def is_in(self, written: Package) -> bool:
        """Whether a file holds the copy, as it is read and not only as it was put together."""
        if not self.revision.is_in(written):
            return False
        after = Workbook(written)
        new = _formats(after)
        styles = _formats(self.workbook) or new, new  # a book without formats got its first one, too
        return (
            list(after.parts) == [*self.workbook.parts, *self.added]
            and all(self._is_marked(after, sheet, *styles) for sheet in self.marks)
            and all(_is_added(after, name, sheet) for name, sheet in self.added.items())
            and all(_are_boxes_sound(self.workbook, after, sheet) for sheet in self.marks)
        )

    def _is_marked(self, after: Workbook, sheet: str, old: _Formats | None, new: _Formats | None) -> bool:
        xml, known = after.sheet_xml(sheet), self._xml[sheet]
        rows = {row.number: row for row in xml.rows()}
        before = {row.number: row for row in known.rows()}
        expected = comment_texts(self.workbook.package, self.workbook.parts[sheet])
        for place, mark in self.marks[sheet].items():
            row, column = place
            if mark.comment and (sheet, place) not in self.uncommented:
                former = expected.get(place)
                expected[place] = (
                    mark.comment if former is None else former + appended(self.author, mark.comment)
                )
            if mark.fill:
                assert old is not None and new is not None  # a colour makes a format
                was = old.facts(style_at(known, before.get(row), column))
                now = new.facts(style_at(xml, rows.get(row), column))
                fill = new.solid(now["fillId"])
                if now.get("applyFill") != "1" or fill != f"FF{mark.fill.upper()}":
                    return False
                if was.keys() - _REPLACED != now.keys() - _REPLACED:
                    return False
                if any(was[key] != now[key] for key in was.keys() - _REPLACED):
                    return False
        return comment_texts(after.package, after.parts[sheet]) == expected


_COLOUR = re.compile(r"[0-9A-Fa-f]{6}")
_HALF = re.compile("[\ud800-\udfff]")
_REPLACED = {"fillId", "applyFill", "applyFont"}


class _Formats:
    """What the cell formats of a book say."""

    def __init__(self, root: Element, space: str) -> None:
        self._formats = root.findall(f"{space}cellXfs/{space}xf")
        self._fonts = root.findall(f"{space}fonts/{space}font")
        self._fills = root.findall(f"{space}fills/{space}fill")
        self._space = space

    def facts(self, style: str | None) -> dict[str, str]:
        """The attributes of a format, and all that stands in it; of its font all but the colour."""
        item = self._formats[int(style or 0)]
        inner = {str(child.tag): repr(sorted(child.items())) for child in item}
        font = self._fonts[int(item.get("fontId", "0"))]
        kept = [(str(child.tag), child.items()) for child in font if child.tag != f"{self._space}color"]
        return {str(key): str(value) for key, value in item.items()} | inner | {"fontId": repr(kept)}

    def solid(self, number: str) -> str:
        """The colour of a fill."""
        color = self._fills[int(number)].find(f"{self._space}patternFill[@patternType='solid']/")
        return "" if color is None else str(color.get("rgb", ""))


def _formats(workbook: Workbook) -> _Formats | None:
    part = next((r.target for r in workbook.relations.values() if r.kind == "styles"), None)
    return None if part is None else _Formats(workbook.package.xml(part), workbook.space)


def _is_added(after: Workbook, name: str, sheet: NewSheet) -> bool:
    cells = after.sheet(name).cells
    return {place: cell.value for place, cell in cells.items()} == {
        (row, column): from_float(float(cell.value)) if isinstance(cell.value, Decimal) else cell.value
        for row, items in enumerate(sheet.rows, 1)
        for column, cell in enumerate(items, 1)
        if cell is not None and cell.value is not None
    } and not any(cell.computed for cell in cells.values())


def _are_boxes_sound(before: Workbook, after: Workbook, sheet: str) -> bool:
    """Whether the drawings of a sheet are XML still, where they were or are new."""
    return all(
        _is_xml(after.package, relation.target)
        for relation in after.package.relations(after.parts[sheet]).values()
        if relation.kind == "vmlDrawing"
        and (
            relation.target.lower() not in before.package.members or _is_xml(before.package, relation.target)
        )
    )


def _is_xml(package: Package, part: str) -> bool:
    try:
        package.xml(part)
    except BookError:
        return False
    return True


__all__ = ["AUTHOR", "Annotated", "Kind", "Mark", "Marks", "NewCell", "NewSheet", "annotate"]
