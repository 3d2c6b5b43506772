"""Cell comments added to a sheet: their texts in one part, their boxes (VML shapes) in another.

Whatever stands in these parts stays: other comments, form buttons, pictures of headers. A cell that
has a comment gets a new paragraph in it. A comment with a thread is left alone: Excel shows the thread
and keeps the comment only as its copy for older programs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from xml.sax.saxutils import escape as escape_xml

from .added_parts import AddedParts
from .address import MAX_COLUMN, MAX_ROW, Position, a1, parse_a1
from .package import Package, namespace
from .read import Workbook, unescape
from .sheet_patch import escape
from .sheet_xml import SheetXml
from .xml_text import Node, XmlPart

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"


class CommentWriter:
    """Adds comments to the sheets of a workbook."""

    def __init__(self, parts: AddedParts, workbook: Workbook, author: str) -> None:
        self.parts, self.workbook, self.author = parts, workbook, author
        self._block: int | None = None

    def add(self, sheet: str, xml: SheetXml, notes: Mapping[Position, str]) -> tuple[str, list[Position]]:
        """Add comments to a sheet.

        Gives the id of a new relationship to the boxes (empty when the sheet has one) and the cells
        whose comments belong to threads and were left alone.
        """
        parts, owner = self.parts, self.workbook.parts[sheet]
        relations = parts.package.relations(owner)
        known = [relation.target for relation in relations.values() if relation.kind == "comments"]
        if len(known) > 1:
            parts.refuse(f"lembar {sheet} memuat dua daftar komentar")
        texts = _Texts(parts, known[0] if known else "", self.workbook.space[1:-1])
        threads = texts.threads | set(threaded(parts.package, owner))
        left = sorted(notes.keys() & threads)
        notes = {place: text for place, text in sorted(notes.items()) if place not in threads}
        if not notes:
            return "", left
        if parts.strict:
            parts.refuse("disimpan dalam bentuk Strict Open XML, yang tidak mengenal komentar sel biasa")
        if not known:
            parts.relate(owner, "comments", texts.part)
            parts.declare(texts.part, _COMMENTS_TYPE)
        new, longer = texts.add(notes, self.author)
        return self._add_boxes(owner, xml, new, longer), left

    def _add_boxes(
        self, owner: str, xml: SheetXml, new: Mapping[Position, str], longer: Mapping[Position, str]
    ) -> str:
        parts = self.parts
        item = xml.frame.find(xml.space + "legacyDrawing")
        identity = ""
        if item is None:
            part = parts.free("drawings", "vmldrawing", ".vml")
            identity = parts.relate(owner, "vmlDrawing", part)
            parts.declare_extension(part, _VML_TYPE)
            raw = _EMPTY
        else:
            target = next((value for key, value in item.attrib.items() if str(key).endswith("}id")), "")
            relation = parts.package.relations(owner).get(str(target))
            if relation is None or relation.target.lower() not in parts.package.members:
                parts.refuse("kotak komentarnya tidak ditemukan")
            part = relation.target
            raw = parts.raw(part)
        boxes = _Boxes(raw, Grid(xml))
        if not boxes.is_known:
            parts.refuse("bentuk kotak komentarnya tidak dikenal")
        boxes.grow(longer)
        blocks = range(self._free_block(), self._free_block() + math.ceil(len(new) / _BLOCK))
        self._block = blocks.stop
        boxes.add(new, blocks)
        parts.keep_raw(part, boxes.raw)
        return identity

    def _free_block(self) -> int:
        """The first thousand of shape numbers that no sheet of the book uses."""
        if self._block is None:
            used = [0]
            for name in self.parts.package.members:
                if name.endswith(".vml"):
                    used += _blocks(self.parts.package.read(name))
            self._block = max(used) + 1
        return self._block


def threaded(package: Package, sheet_part: str) -> Iterator[Position]:
    """The cells of a sheet whose comments are threads."""
    for relation in package.relations(sheet_part).values():
        if relation.kind == "threadedComment":
            for item in package.xml(relation.target):
                place = parse_a1(item.get("ref", ""))
                if place is not None:
                    yield place


# --- the texts -----------------------------------------------------------------------------------


def comment_texts(package: Package, sheet_part: str) -> dict[Position, str]:
    """The text of every comment of a sheet."""
    found: dict[Position, str] = {}
    for relation in package.relations(sheet_part).values():
        if relation.kind != "comments":
            continue
        root = package.xml(relation.target)
        space = namespace(root) or ""
        for item in root.iterfind(f"{space}commentList/{space}comment"):
            place = parse_a1(item.get("ref", ""))
            runs = [*item.iterfind(f"{space}text/{space}t"), *item.iterfind(f"{space}text/{space}r/{space}t")]
            if place is not None and place not in found:
                found[place] = "".join(unescape(run.text or "") for run in runs)
    return found


class _Texts:
    """The part with the texts of a sheet's comments."""

    def __init__(self, parts: AddedParts, part: str, space: str) -> None:
        self.parts = parts
        self.part = part or parts.free("", "comments", ".xml")
        self._new = "" if part else f'<comments xmlns="{space}"><authors/><commentList/></comments>'
        self.known: dict[Position, Node] = {}
        self.threads: set[Position] = set()
        if not part:
            return
        xml, authors, items = self._open()
        names = [xml.content(item) for item in authors.children]
        for item in items.all("comment"):
            place = parse_a1(item.attributes.get("ref", ""))
            if place is None:
                continue
            self.known.setdefault(place, item)
            number = item.attributes.get("authorId", "")
            if number.isdigit() and int(number) < len(names) and names[int(number)].startswith("tc="):
                self.threads.add(place)

    def _open(self) -> tuple[XmlPart, Node, Node]:
        self.xml = xml = self.parts.xml(self.part, self._new)
        authors, items = xml.root.find("authors"), xml.root.find("commentList")
        if authors is None or items is None:
            self.parts.refuse("daftar komentarnya tidak lengkap")
        return xml, authors, items

    def add(
        self, notes: Mapping[Position, str], author: str
    ) -> tuple[dict[Position, str], dict[Position, str]]:
        """Add texts; those of new comments, and the paragraphs added to others."""
        xml, authors, items = self._open()
        written = [xml.content(item) for item in authors.children]
        name = escape_xml(escape(author))
        number = written.index(name) if name in written else len(written)
        known = {parse_a1(item.attributes.get("ref", "")): item for item in reversed(items.all("comment"))}
        p = items.prefix
        new, longer = {}, {}
        for place, note in notes.items():
            if place in known:
                longer[place] = paragraph = appended(author, note)
                self._extend(xml, known[place], paragraph)
                continue
            new[place] = note
            xml.append(
                items,
                f'<{p}comment ref="{a1(*place)}" authorId="{number}"><{p}text>{_run(p, note)}</{p}text>'
                f"</{p}comment>",
            )
        if new and number == len(written):
            p = authors.prefix
            xml.append(authors, f"<{p}author>{name}</{p}author>")
        self.parts.keep(self.part, xml)
        return new, longer

    def _extend(self, xml: XmlPart, comment: Node, paragraph: str) -> None:
        """Put a paragraph at the end of a comment: in a text without formats as it is, else as a run."""
        text = comment.find("text")
        if text is None:
            self.parts.refuse(f"komentar {comment.attributes.get('ref')} tidak berisi teks")
        plain = text.find("t")
        if plain is not None and text.find("r") is None:
            xml.append(plain, escape_xml(escape(paragraph)))
        else:
            xml.insert_after(text, ("t", "r"), _run(text.prefix, paragraph))


def appended(author: str, note: str) -> str:
    """A note as it stands below the comment of somebody else."""
    return f"\n{author}: {note}"


def _run(p: str, text: str) -> str:
    look = f'<{p}sz val="9"/><{p}color indexed="81"/><{p}rFont val="Tahoma"/><{p}family val="2"/>'
    content = escape_xml(escape(text))
    return f'<{p}r><{p}rPr>{look}</{p}rPr><{p}t xml:space="preserve">{content}</{p}t></{p}r>'


# --- the boxes -----------------------------------------------------------------------------------

_BLOCK = 1_000
"""Shapes whose numbers are taken from one block of 1,024."""

_EMPTY = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" '
    b'data=""/></o:shapelayout></xml>'
)
_KIND = (
    '<v:shapetype{spaces} id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape{spaces} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
    'margin-top:1.5pt;width:{width}pt;height:{height}pt;z-index:{order};visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_ROOT = re.compile(rb"<xml\b[^<>]*(?<!/)>")
_SPACES = {
    prefix: f"urn:schemas-microsoft-com:{space}"
    for prefix, space in (("v", "vml"), ("o", "office:office"), ("x", "office:excel"))
}
_DECLARED = [
    re.compile(rf"""\sxmlns:{prefix}\s*=\s*["']{space}["']""".encode()) for prefix, space in _SPACES.items()
]
_ID_MAP = re.compile(rb"""(<\w+:idmap\b[^<>]*\sdata\s*=\s*["'])([0-9,\s]*)(["'])""")
_NUMBER = re.compile(rb"_x0000_s([0-9]{1,9})")
_ONE_SHAPE = re.compile(rb"<(\w+):shape\s(?:(?!<\1:shape\s).)*?</\1:shape>", re.DOTALL)
_NOTE = re.compile(rb"""\sObjectType\s*=\s*["']Note["']""")
_ROW = re.compile(rb":Row>\s*([0-9]{1,7})\s*</")
_COLUMN = re.compile(rb":Column>\s*([0-9]{1,7})\s*</")
_ANCHOR = re.compile(rb":Anchor>([0-9,\s]{1,200})</")

_WIDTH = 300
_MARGIN = 15
_LINE = 15
"""Pixels of the box, of its distance to the cell, and of a line of its text."""
_LETTER = 7
"""Pixels of an average letter of the comments' font."""


def _blocks(raw: bytes) -> list[int]:
    """The blocks of shape numbers that a drawing speaks of."""
    found = [int(text) for match in _ID_MAP.finditer(raw) for text in match[2].split(b",") if text.strip()]
    return found + [int(number) // 1024 for number in _NUMBER.findall(raw)]


def _height(text: str, width: int = _WIDTH) -> int:
    letters = max(width // _LETTER, 8)
    lines = sum(max(1, math.ceil(len(line) / letters)) for line in text.split("\n"))
    return min(lines, 40) * _LINE


class Anchor(NamedTuple):
    """The corners of a box: columns and rows from 0, and pixels within them."""

    left: int
    left_offset: int
    top: int
    top_offset: int
    right: int
    right_offset: int
    bottom: int
    bottom_offset: int


class _Boxes:
    """The text of a drawing with comment boxes. Excel's own is not always XML, so it is only searched."""

    def __init__(self, raw: bytes, grid: Grid) -> None:
        self.raw, self.grid = raw, grid
        root = _ROOT.search(raw)
        self.is_known = root is not None and raw.rfind(b"</xml>") >= root.end()
        known = root is not None and all(pattern.search(root[0]) for pattern in _DECLARED)
        spaces = "".join(f' xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
        self._spaces = "" if known else spaces

    def add(self, notes: Mapping[Position, str], blocks: range) -> None:
        """Add hidden boxes with shape numbers from these blocks."""
        if not notes:
            return
        pieces = [] if b'id="_x0000_t202"' in self.raw else [_KIND.format(spaces=self._spaces)]
        order = sum(1 for _ in _ONE_SHAPE.finditer(self.raw))
        for count, (place, text) in enumerate(notes.items()):
            block, index = divmod(count, _BLOCK)
            height = max(_height(text) + 15, 60)
            pieces.append(
                _SHAPE.format(
                    spaces=self._spaces,
                    number=blocks[block] * 1024 + 1 + index,
                    order=order + count + 1,
                    width=_WIDTH * 0.75,
                    height=height * 0.75,
                    anchor=", ".join(map(str, self._anchor(place, height))),
                    row=place[0] - 1,
                    column=place[1] - 1,
                )
            )
        names = ",".join(map(str, blocks)).encode()
        raw = _ID_MAP.sub(
            lambda m: m[1] + (m[2] + b"," if m[2].strip() else b"") + names + m[3], self.raw, count=1
        )
        end = raw.rfind(b"</xml>")
        self.raw = raw[:end] + "".join(pieces).encode() + raw[end:]

    def _anchor(self, place: Position, height: int) -> Anchor:
        """To the right of the cell and a little above, as Excel does; before it at the sheet's end."""
        left = place[1] if place[1] < MAX_COLUMN - 10 else place[1] - 10
        top = max(0, place[0] - 2) if place[0] < MAX_ROW - 40 else place[0] - 40
        right = self.grid.right(left, _MARGIN, _WIDTH)
        return Anchor(left, _MARGIN, top, 2, *right, *self.grid.down(top, 2, height))

    def grow(self, paragraphs: Mapping[Position, str]) -> None:
        """Make the boxes of comments higher by what paragraphs need, where their size is given."""
        pieces, last = [], 0
        for match in _ONE_SHAPE.finditer(self.raw) if paragraphs else ():
            row, column = _ROW.search(match[0]), _COLUMN.search(match[0])
            anchor = _ANCHOR.search(match[0])
            if not (row and column and anchor and _NOTE.search(match[0])):
                continue
            numbers = anchor[1].replace(b",", b" ").split()
            paragraph = paragraphs.get((int(row[1]) + 1, int(column[1]) + 1))
            if paragraph is None or len(numbers) != len(Anchor._fields):
                continue
            old = Anchor(*map(int, numbers))
            more = _height(paragraph.strip(), self.grid.width(old))
            bottom, offset = self.grid.down(old.bottom, old.bottom_offset, more)
            new = ", ".join(map(str, old._replace(bottom=bottom, bottom_offset=offset))).encode()
            start, end = (match.start() + position for position in anchor.span(1))
            pieces += [self.raw[last:start], new]
            last = end
        self.raw = b"".join([*pieces, self.raw[last:]])


class Grid:
    """How wide the columns and how high the rows of a sheet are, in pixels."""

    def __init__(self, xml: SheetXml) -> None:
        self._xml = xml
        facts = xml.frame.find(xml.space + "sheetFormatPr")
        width, height = "", ""
        if facts is not None:
            width, height = facts.get("defaultColWidth", ""), facts.get("defaultRowHeight", "")
        self._width = _pixels(width, 8.43, 7, 5)
        self._height = _pixels(height, 15.0, 4 / 3, 0)
        self._columns = [
            (
                int(item.get("min", "0")) - 1,
                int(item.get("max", "0")) - 1,
                0 if item.get("hidden") in ("1", "true") else _pixels(item.get("width", ""), 8.43, 7, 5),
            )
            for item in xml.frame.iterfind(f"{xml.space}cols/{xml.space}col")
        ]
        self._rows = {row.number - 1: xml.text[row.start : row.inner] for row in xml.rows()}

    def right(self, column: int, offset: int, distance: int) -> tuple[int, int]:
        """The place so many pixels to the right of another one."""
        return _walk(self._column, column, offset + distance, MAX_COLUMN - 1)

    def width(self, box: Anchor) -> int:
        covered = range(box.left, min(box.right, box.left + _FARTHEST))
        return sum(map(self._column, covered)) - box.left_offset + box.right_offset

    def down(self, row: int, offset: int, distance: int) -> tuple[int, int]:
        return _walk(self._row, row, offset + distance, MAX_ROW - 1)

    def _column(self, column: int) -> int:
        return next((size for first, last, size in self._columns if first <= column <= last), self._width)

    def _row(self, row: int) -> int:
        tag = self._rows.get(row)
        if tag is None:
            return self._height
        if _HIDDEN.search(tag):
            return 0
        height = _ROW_HEIGHT.search(tag)
        return _pixels(height[1], 0, 4 / 3, 0) if height else self._height


_HIDDEN = re.compile(r"""\shidden\s*=\s*["'](?:1|true)["']""")
_ROW_HEIGHT = re.compile(r"""\sht\s*=\s*["']([^"']*)["']""")
_FARTHEST = 200
"""Columns or rows that a box may cover, however many of them are hidden."""


def _pixels(written: str, default: float, factor: float, margin: int) -> int:
    try:
        size = float(written or default)
    except ValueError:
        size = default
    return int(min(max(size, 0), 500) * factor) + margin


def _walk(size: Callable[[int], int], start: int, distance: int, last: int) -> tuple[int, int]:
    """The line that is so many pixels behind the beginning of another one, and the pixels within it."""
    for line in range(start, min(start + _FARTHEST, last)):
        if distance < size(line):
            return line, distance
        distance -= size(line)
    return min(start + _FARTHEST, last), 0
