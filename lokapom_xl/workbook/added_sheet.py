"""A new worksheet at the end of a book: texts, numbers and links to cells, ready to be printed."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from ..numbers import Scalar
from .added_parts import AddedParts
from .address import a1, box, column_letters
from .cell_looks import CellLooks, CellStyle
from .edits import Put
from .read import Workbook
from .sheet_patch import stored_xml

MAX_NAME = 31
MAX_LINKS = 65_530
MAX_HEIGHT = 409
_LINE = 15
"""Points of a line of text."""
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"

Kind = Literal["title", "header", "text", "wrapped"]

_LOOKS: Mapping[Kind, CellStyle] = {
    "title": CellStyle(bold=True, size=14),
    "header": CellStyle(bold=True, fill="D9E1F2", line=True, wrap=True),
    "text": CellStyle(line=True),
    "wrapped": CellStyle(line=True, wrap=True),
}


@dataclass(frozen=True)
class NewCell:
    """A cell of a new sheet. `link` leads to a cell of the book: `Capaian!H7`; `fill` is RRGGBB."""

    value: Scalar
    kind: Kind = "text"
    link: str = ""
    fill: str = ""


@dataclass(frozen=True)
class NewSheet:
    """A sheet to be added: its rows from the first one; `columns` are widths in letters.

    The first row with a header cell stays in sight, is repeated on every printed page and has filters.
    """

    name: str
    columns: Sequence[float]
    rows: Sequence[Sequence[NewCell | None]] = field(default_factory=list)

    @property
    def header(self) -> int:
        """The number of the header row, 0 without one."""
        numbered = enumerate(self.rows, 1)
        return next((n for n, row in numbered if any(cell and cell.kind == "header" for cell in row)), 0)


def free_name(wanted: str, taken: Sequence[str]) -> str:
    """A name that Excel accepts for a sheet and that no other sheet has."""
    name = re.sub(r"[\[\]:*?/\\]|[^ -\ud7ff\ue000-\ufffd]", "_", wanted).strip().strip("'") or "Lembar"
    if name.casefold() == "history":  # Excel keeps this name for itself
        name = "Lembar History"
    known = {other.casefold() for other in taken}
    found, number = name[:MAX_NAME].rstrip(" '"), 1
    while found.casefold() in known:
        number += 1
        suffix = f" ({number})"
        found = name[: MAX_NAME - len(suffix)].rstrip() + suffix
    return found


class SheetWriter:
    """Adds sheets to a workbook.

    They come last, so that nothing that counts sheets changes its meaning, and none of them is the
    active one: two active sheets would be a group in which Excel writes into both.
    """

    def __init__(self, parts: AddedParts, workbook: Workbook, looks: CellLooks) -> None:
        self.parts, self.workbook, self.looks = parts, workbook, looks
        items = workbook.root.findall(f"{workbook.space}sheets/{workbook.space}sheet")
        self._names = [item.get("name", "") for item in items]
        self._ids = {int(item.get("sheetId", "0")) for item in items}
        self._sheets = set(workbook.parts)

    def add(self, sheets: Sequence[NewSheet]) -> dict[str, NewSheet]:
        """Add the sheets; what was added, by the name that it got."""
        added = {}
        for sheet in sheets:
            name = free_name(sheet.name, self._names)
            self._names.append(name)
            self._sheets.add(name)
            added[name] = sheet
        for name, sheet in added.items():
            part = self.parts.free("worksheets", "sheet", ".xml")
            space = self.workbook.space[1:-1]
            self.parts.keep(part, self.parts.xml(part, self._text(sheet, space)))
            self.parts.declare(part, _SHEET_TYPE)
            self._list(name, sheet, self.parts.relate(self.workbook.part, "worksheet", part))
        return added

    def _list(self, name: str, sheet: NewSheet, identity: str) -> None:
        """Name the sheet in the workbook's own part."""
        main = self.parts.xml(self.workbook.part)
        sheets = main.root.find("sheets")
        if sheets is None:
            self.parts.refuse("daftar lembarnya tidak ada")
        number = next(n for n in range(1, len(self._ids) + 2) if n not in self._ids)
        if max(self._ids) < _LAST_ID:
            number = max(self._ids) + 1
        self._ids.add(number)
        main.append(
            sheets,
            f'<{sheets.prefix}sheet xmlns:r="{self.parts.relations_space}" name={quoteattr(name)} '
            f'sheetId="{number}" r:id="{identity}"/>',
        )
        if sheet.header:
            quoted = "'" + name.replace("'", "''") + "'"
            top, right = sheet.header, column_letters(_width(sheet))
            area = f"{quoted}!$A${top}:${right}${len(sheet.rows)}"
            p, index = sheets.prefix, self._names.index(name)
            names = "".join(
                f'<{p}definedName name="{key}" localSheetId="{index}"{facts}>{escape(text)}</{p}definedName>'
                for key, facts, text in (
                    ("_xlnm._FilterDatabase", ' hidden="1"', area),
                    ("_xlnm.Print_Titles", "", f"{quoted}!${top}:${top}"),
                )
            )
            known = main.root.find("definedNames")
            if known is not None:
                main.append(known, names)
            else:
                before = ("sheets", "functionGroups", "externalReferences")
                main.insert_after(main.root, before, f"<{p}definedNames>{names}</{p}definedNames>")
        self.parts.keep(self.workbook.part, main)

    # --- the sheet itself ----------------------------------------------------------------------

    def _text(self, sheet: NewSheet, space: str) -> str:
        rows, links = [], []
        for number, row in enumerate(sheet.rows, 1):
            cells = []
            for column, cell in enumerate(row, 1):
                if cell is None:
                    continue
                place = a1(number, column)
                kind, stored = stored_xml(Put(cell.value), "")
                cells.append(f'<c r="{place}" s="{self._style(cell)}"{kind}>{stored}</c>')
                if cell.link:
                    location = quoteattr(self._location(cell.link))
                    links.append(f'<hyperlink ref="{place}" location={location}/>')
            height = _lines(sheet, row) * _LINE
            tall = f' ht="{min(height, MAX_HEIGHT)}"' if height > _LINE else ""
            rows.append(f'<row r="{number}"{tall}>{"".join(cells)}</row>')
        if len(links) > MAX_LINKS:
            self.parts.refuse(f"{len(links)} tautan, terlalu banyak untuk satu lembar", "Kurangi isinya.")
        area = f"A1:{a1(max(1, len(rows)), _width(sheet))}"
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
            for n, width in enumerate(sheet.columns, 1)
        )
        top = sheet.header
        head = f"A{top}:{a1(len(rows), _width(sheet))}"
        pieces = [
            f'<worksheet xmlns="{space}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
            f'<dimension ref="{area}"/>{self._view(top)}<sheetFormatPr defaultRowHeight="15"/>',
            f"<cols>{columns}</cols>" if columns else "",
            f"<sheetData>{''.join(rows)}</sheetData>",
            f'<autoFilter ref="{head}"/>' if top else "",
            f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "",
            '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>',
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>',
            "<headerFooter><oddFooter>&amp;L&amp;A&amp;RHalaman &amp;P dari &amp;N</oddFooter>",
            "</headerFooter></worksheet>",
        ]
        return "".join(pieces)

    def _view(self, top: int) -> str:
        """The header row stays in sight; a book without windows gets no view."""
        space = self.workbook.space
        if not top or self.workbook.root.find(f"{space}bookViews/{space}workbookView") is None:
            return ""
        return (
            f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{top}" topLeftCell="A{top + 1}" '
            'activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews>'
        )

    def _style(self, cell: NewCell) -> int:
        look = _LOOKS[cell.kind]
        if cell.link:
            look = look._replace(ink="0563C1", underline=True)
        if cell.fill:
            look = look._replace(fill=cell.fill)
        return self.looks.made(look)

    def _location(self, link: str) -> str:
        """A link in the form of the file, with the name of the sheet in quotes."""
        name, _, area = link.rpartition("!")
        if name.startswith("'"):
            name = name[1:-1].replace("''", "'")
        if name not in self._sheets:
            raise ValueError(f"tautan ke lembar {name}")
        box(area.replace("$", ""))
        return "'" + name.replace("'", "''") + f"'!{area}"


_LAST_ID = 65_534


def _width(sheet: NewSheet) -> int:
    return max([1, *(len(row) for row in sheet.rows)])


def _lines(sheet: NewSheet, row: Sequence[NewCell | None]) -> int:
    """The lines that a row needs: not every program finds that out when it opens a file."""
    found = [1]
    for cell, width in zip(row, sheet.columns, strict=False):
        if cell is not None and _LOOKS[cell.kind].wrap and isinstance(cell.value, str):
            parts = cell.value.split("\n")
            found.append(sum(max(1, len(textwrap.wrap(part, max(1, int(width * 1.1))))) for part in parts))
    return max(found)
