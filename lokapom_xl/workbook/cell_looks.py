"""New cell formats at the end of a book's list; every format that is there stays as it is."""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple

from .added_parts import AddedParts
from .read import Workbook
from .xml_text import Node, with_attribute

MAX_FORMATS = 64_000
_COLOUR = re.compile(r"[0-9A-Fa-f]{6}")
_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_LEAST = (
    '<styleSheet xmlns="{space}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellXfs></styleSheet>'
)


class CellStyle(NamedTuple):
    """How a cell of a new sheet looks."""

    bold: bool = False
    size: int = 0
    """Points; 0: that of the book."""
    ink: str = ""
    """The colour of the text."""
    underline: bool = False
    fill: str = ""
    line: bool = False
    wrap: bool = False


_LIGHT = 140
_WHITES = {"theme": ("0", "2"), "indexed": ("1", "9")}
"""How a font says that it is white or nearly so, besides by red, green and blue."""


def _brightness(colour: str) -> float:
    """From 0 (black) to 255 (white), as the eye sees it."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (0, 2, 4))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _is_light(ink: dict[str, str]) -> bool:
    written = ink.get("rgb", "")[-6:]
    if _COLOUR.fullmatch(written):
        return _brightness(written) > _LIGHT
    return any(ink.get(kind) in numbers for kind, numbers in _WHITES.items())


class CellLooks:
    """The cell formats of a book, to which others are added."""

    def __init__(self, parts: AddedParts, workbook: Workbook) -> None:
        self.parts = parts
        self.part = next((r.target for r in workbook.relations.values() if r.kind == "styles"), "")
        if not self.part:
            usual = posixpath.join(posixpath.dirname(workbook.part), "styles.xml").lower()
            self.part = parts.free("", "styles", ".xml") if usual in parts.names() else usual
            parts.relate(workbook.part, "styles", self.part)
            parts.declare(self.part, _STYLES_TYPE)
        self.xml = parts.xml(self.part, _LEAST.format(space=workbook.space[1:-1]))
        self._lists = {name: self._list(name) for name in ("fonts", "fills", "borders", "cellXfs")}
        self._counts = {name: len(items.children) for name, items in self._lists.items()}
        self._known: dict[tuple[str, str], int] = {}

    def _list(self, name: str) -> Node:
        node = self.xml.root.find(name)
        item = {"cellXfs": "xf"}.get(name, name[:-1])
        if node is None or not node.children or any(child.name != item for child in node.children):
            self.parts.refuse("daftar format selnya tidak lengkap")
        return node

    def _added(self, name: str, text: str) -> int:
        """The number of an item at the end of a list; equal items are added once."""
        number = self._known.get((name, text))
        if number is None:
            number = self._known[name, text] = self._counts[name]
            self._counts[name] += 1
            self.xml.append(self._lists[name], text)
        if number > MAX_FORMATS:
            self.parts.refuse("format selnya terlalu banyak")
        return number

    def coloured(self, style: str | None, colour: str) -> int:
        """The format that is like the format `style` but with a fill of this colour."""
        formats = self._lists["cellXfs"].children
        number = int(style or 0)
        if number >= len(formats):
            self.parts.refuse(f"format sel nomor {number} tidak ada")
        written = self.xml.written(formats[number])
        tag = self.xml.start_tag(formats[number])
        new = with_attribute(with_attribute(tag, "fillId", str(self._fill(colour))), "applyFill", "1")
        font = self._readable(int(formats[number].attributes.get("fontId", "0")), colour)
        if font is not None:
            new = with_attribute(with_attribute(new, "fontId", str(font)), "applyFont", "1")
        return self._added("cellXfs", new + written.removeprefix(tag))

    def _readable(self, number: int, colour: str) -> int | None:
        """The same font in black where its own colour could not be read on a light fill (headers)."""
        fonts = self._lists["fonts"].children
        if number >= len(fonts):
            self.parts.refuse(f"huruf nomor {number} tidak ada")
        font = fonts[number]
        ink = font.find("color")
        if ink is None or not (_is_light(ink.attributes) and _brightness(colour) > _LIGHT):
            return None
        before, _, after = self.xml.written(font).partition(self.xml.written(ink))
        return self._added("fonts", f'{before}<{ink.prefix}color rgb="FF000000"/>{after}')

    def made(self, style: CellStyle) -> int:
        """The format of a cell in a new sheet."""
        p = self._lists["cellXfs"].prefix
        facts = {
            "numFmtId": 0,
            "fontId": self._font(style),
            "fillId": self._fill(style.fill) if style.fill else 0,
            "borderId": self._border() if style.line else 0,
        }
        if self.xml.root.find("cellStyleXfs") is not None:
            facts["xfId"] = 0
        facts |= {"applyFont": 1, "applyFill": 1, "applyBorder": 1, "applyAlignment": 1}
        written = "".join(f' {name}="{value}"' for name, value in facts.items())
        wrap = ' wrapText="1"' if style.wrap else ""
        return self._added("cellXfs", f'<{p}xf{written}><{p}alignment vertical="top"{wrap}/></{p}xf>')

    def _fill(self, colour: str) -> int:
        p = self._lists["fills"].prefix
        return self._added(
            "fills",
            f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="FF{colour.upper()}"/>'
            f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>',
        )

    def _font(self, style: CellStyle) -> int:
        """A font like the first of the book, which is that of its ordinary cells."""
        if not (style.bold or style.size or style.ink or style.underline):
            return 0
        p = self._lists["fonts"].prefix
        first = self._lists["fonts"].children[0]
        own = {child.name: self.xml.written(child) for child in first.children}
        items = [
            f"<{p}b/>" if style.bold else "",
            f"<{p}u/>" if style.underline else "",
            f'<{p}sz val="{style.size}"/>' if style.size else own.get("sz", ""),
            f'<{p}color rgb="FF{style.ink}"/>' if style.ink else own.get("color", ""),
            *(own.get(name, "") for name in ("name", "family", "charset", "scheme")),
        ]
        return self._added("fonts", f"<{p}font>{''.join(items)}</{p}font>")

    def _border(self) -> int:
        p = self._lists["borders"].prefix
        return self._added(
            "borders",
            f'<{p}border><{p}left/><{p}right/><{p}top/><{p}bottom style="thin"><{p}color rgb="FFBFBFBF"/>'
            f"</{p}bottom><{p}diagonal/></{p}border>",
        )

    def finish(self) -> None:
        """Keep the list with what was added."""
        if not self._known:
            return
        for name, node in self._lists.items():
            if "count" in node.attributes and self._counts[name] > len(node.children):
                self.xml.set(node, "count", str(self._counts[name]))
        self.parts.keep(self.part, self.xml)
