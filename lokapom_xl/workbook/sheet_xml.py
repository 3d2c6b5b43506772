"""The cells of a worksheet part as text: what each `<c>` says, and where in the text it stands.

Two tokenisers give the same tokens. The quick one is a single regular expression for the form in
which every usual program writes rows and cells; it counts only when its matches cover the rows
without a gap, so that nothing is ever skipped. Any other form (prefixes, comments, missing
addresses, rich inline text) goes through a real XML parser. All that is not rows and cells, the
frame, is parsed as XML in either case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pyexpat import ExpatError, ParserCreate
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from .address import COLUMNS, MAX_ROW, BadPlace, Position, a1, column_number, position
from .package import MAX_TAGS, NAMESPACES, Package, namespace
from .xml_text import DECLARATION as _DECLARATION
from .xml_text import TAG_BYTES as _TAG

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


class Unusual(Exception):
    """The rows do not have the usual form throughout."""


class TooMany(ValueError):
    """More rows or cells than any book of this kind has."""


Token: TypeAlias = tuple[int, int, str | None, str | None, str, str | None, str | None]
"""One `<c>` with content: row, column, style, type, attributes of its `<f>` as written, formula
(None without an `<f>`), stored text (that of `<v>` or `<is>`, None without one)."""


class Row(NamedTuple):
    """One `<row>` in the text of its sheet: its number, where it starts, where its first cell may
    stand, where it ends. A row without end tag has `inner == end`."""

    number: int
    start: int
    inner: int
    end: int


class Span(NamedTuple):
    """One `<c>` in the text of its sheet, with content or without."""

    column: int
    start: int
    end: int


MAX_ROWS = 200_000
MAX_CELLS = 400_000


# --- the usual form ------------------------------------------------------------------------------

# Every part is possessive (`++`): a form that is not the usual one fails at once.
_ATTRIBUTES = r'(?: [A-Za-z_][\w:.]*+="[^"<&]*+")*+'
_FACTS = r'(?: [A-Za-z_]\w*+="[^"<&]*+")*+'  # of a formula: no other namespace has a say there
_PIECE = re.compile(
    r'(?:<c r="([A-Z]++)([0-9]++)"(?: s="([0-9]++)")?+(?: t="([a-zA-Z]++)")?+'
    r'(?: cm="[0-9]++")?+(?: vm="[0-9]++")?+ ?'
    rf"(?:/>|>(?:<f({_FACTS})(?:>([^<>]*+)</f>| ?/>))?+"
    r'(?:<v>([^<>]*+)</v>|<v ?/>|<is><t(?: xml:space="preserve")?+>([^<>]*+)</t></is>)?+</c>)'
    r"|<row((?: [^<>]*+)?+)>)"
    # Cells that have nothing but a look follow in long runs and are stepped over.
    r'(?:<c r="[A-Z]{1,2}+[0-9]{1,6}+"(?: s="[0-9]++")?+(?: t="n")?+(?: ?/>|></c>))*+'
    r"(</row>)?+",
    re.ASCII,
)
_GROUPS = _PIECE.groups + 1
_ROW = re.compile(r"<row((?: [^<>]*+)?+)>", re.ASCII)
_CELL = re.compile(r'<c r="([A-Z]++)([0-9]++)"[^>]*+>', re.ASCII)
_NUMBER = re.compile(r' r="([0-9]+)"')
_OTHERS = re.compile(rf"{_ATTRIBUTES} ?/?", re.ASCII)
_HIDDEN = re.compile(r"""\shidden\s*=\s*["'](?:1|true)["']""")
_ATTRIBUTE = re.compile(r'([\w:.]+)="([^"]*)"')
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def _character(match: re.Match[str]) -> str:
    named, decimal, hexadecimal = match.groups()
    if named:
        return _NAMED[named]
    return chr(int(decimal) if decimal else int(hexadecimal, 16))


def _decoded(text: str) -> str:
    """Text with its entities resolved; line ends are as XML reads them."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _ENTITY.sub(_character, text) if "&" in text else text


def attributes(text: str) -> dict[str, str]:
    """The attributes of a start tag in the usual form, as one text."""
    return {name: _decoded(value) for name, value in _ATTRIBUTE.findall(text)} if text else {}


def _sound_entities(text: str) -> bool:
    if "&" not in text:
        return True
    found = _ENTITY.findall(text)
    if len(found) != text.count("&"):
        return False
    for _, decimal, hexadecimal in found:
        if decimal or hexadecimal:
            code = int(decimal) if decimal else int(hexadecimal, 16)
            if (code < 32 and code not in (9, 10, 13)) or 0xD800 <= code < 0xE000:
                return False
            if code > 0x10FFFF or code in (0xFFFE, 0xFFFF):
                return False
    return True


def usual_token(fragment: str, place: Position) -> Token | None:
    """What one `<c>` in the usual form says, None without content.

    ValueError when the fragment is anything but the whole cell of that place.
    """
    match = _PIECE.fullmatch(fragment)
    if match is None or not _sound_entities(fragment) or fragment.count("<c r=") != 1:
        raise ValueError("bukan satu sel utuh")
    letters, digits, style, kind, attrs, formula, stored, inline, _, closing = match.groups()
    if (int(digits or 0), column_number(letters or "")) != place or closing:
        raise ValueError("sel di tempat lain")
    stored = stored if stored is not None else inline
    stored = stored and _decoded(stored)
    if attrs is None:
        return None if stored is None else (*place, style, kind, "", None, stored)
    return *place, style, kind, attrs, _decoded(formula) if formula else "", stored


# --- a sheet -------------------------------------------------------------------------------------


class SheetXml:
    """The text of a worksheet part; ValueError (`BadPlace` for a place) when it makes no sense."""

    def __init__(self, package: Package, part: str, text: str | None = None) -> None:
        """The part as it is in the package, or with another `text`."""
        self.text, self.encoding = package.text(part) if text is None else (text, "utf-8")
        self.start = self.end = -1
        self._usual = False
        self._tokens: list[Token] | None = None
        self._rows: list[Row] | None = None
        self._cells: dict[int, list[Span]] = {}  # by the start of the row
        text = self.text
        before = text.find("<sheetData>")
        if before > 0 and "<!" not in text[:before] and text.rfind("<?", 0, before) <= 0:
            self.start = before + len("<sheetData>")
            self.end = text.find("</sheetData>", self.start)
        if self.end < 0:
            self._parse()
        outside = self.text[: self.start] + self.text[self.end :]
        self.frame = package.parse(part, _DECLARATION.sub("", outside).encode())
        self.space = namespace(self.frame) or ""
        if not self.space or len(self.frame.findall(self.space + "sheetData")) != 1:
            raise ValueError("sheetData")

    @property
    def prefix(self) -> str:
        """What stands before the colon of the part's own tags, with the colon."""
        return f"{self.frame.prefix}:" if self.frame.prefix else ""

    @property
    def is_usual(self) -> bool:
        """Whether the rows have the usual form; only known once they were read."""
        return self._usual

    def tokens(self) -> list[Token]:
        """Every cell with content, in the order of the file."""
        if self._tokens is None:
            try:
                self._tokens = list(self.quick_tokens())
                self._usual = True
            except Unusual:
                self._parse()
        assert self._tokens is not None
        return self._tokens

    def thorough_tokens(self) -> list[Token]:
        """The same, whatever form the rows have."""
        if self._tokens is None:
            self._parse()
        assert self._tokens is not None
        return self._tokens

    def rows(self) -> list[Row]:
        """Every row, in the order of the file."""
        self.tokens()  # tells whether the quick way will do
        if self._rows is None:
            self._rows = []
            text, end = self.text, self.start
            for match in _ROW.finditer(text, self.start, self.end):
                number, inner = _NUMBER.match(match[1]), match.end()
                assert number is not None  # the tokens were there
                end = inner if match[1].endswith("/") else text.index("</row>", inner) + len("</row>")
                self._rows.append(Row(int(number[1]), match.start(), inner, end))
        return self._rows

    def cells(self, row: Row) -> list[Span]:
        """Every `<c>` of a row, in the order of the file."""
        found = self._cells.get(row.start)
        if found is None:
            found, text, digits = [], self.text, str(row.number)
            for match in _CELL.finditer(text, row.inner, row.end):
                letters, written = match.groups()
                if written != digits:
                    raise ValueError(f"sel {letters}{written} di baris {digits}")
                end = match.end()
                if text[end - 2] != "/":
                    end = text.index("</c>", end) + len("</c>")
                found.append(Span(COLUMNS.get(letters) or column_number(letters), match.start(), end))
            self._cells[row.start] = found
        return found

    def cell(self, row: Row, column: int) -> Span | None:
        """One `<c>` of a row, None when the row has none there."""
        if row.start in self._cells:
            return next((span for span in self._cells[row.start] if span.column == column), None)
        text = self.text
        start = text.find(f'<c r="{a1(row.number, column)}"', row.inner, row.end)
        if start < 0:
            return None
        end = text.index(">", start) + 1
        if text[end - 2] != "/":
            end = text.index("</c>", end) + len("</c>")
        return Span(column, start, end)

    def hidden_rows(self) -> set[int]:
        """The rows that nobody sees."""
        if "hidden=" not in self.text:
            return set()
        return {row.number for row in self.rows() if _HIDDEN.search(self.text, row.start, self._tag_end(row))}

    def _tag_end(self, row: Row) -> int:
        cells = self.cells(row)
        return cells[0].start if cells else row.inner

    # --- the quick way -------------------------------------------------------------------------

    def quick_tokens(self) -> Iterator[Token]:
        """The same as they are read; `Unusual`, perhaps after some, when the form is another one."""
        if self._tokens is not None:
            raise Unusual
        text = self.text[self.start : self.end]
        if len(text) > MAX_ROWS * len("<row r='1'/>"):
            _refuse_too_many(text.count("<row"), _cells_in(text))
        if self.frame.prefix or not _sound_entities(text):
            raise Unusual
        pieces = _PIECE.split(text)
        if "".join(pieces[::_GROUPS]).strip():
            raise Unusual
        seen: set[int] = set()
        others: set[str] = set()
        row, digits_of_row, is_open = 0, "", False
        escaped = "&" in text or "\r" in text
        columns = COLUMNS
        iterator = iter(pieces)
        for _, letters, digits, style, kind, attrs, formula, stored, inline, opening, closing in zip(
            *[iterator] * _GROUPS
        ):
            if letters is not None:
                column = columns.get(letters) or column_number(letters)
                if digits != digits_of_row or not is_open:
                    raise Unusual
                if stored is None:
                    stored = inline
                if escaped and stored and ("&" in stored or "\r" in stored):
                    stored = _decoded(stored)
                if attrs is not None:
                    if attrs:
                        others.add(attrs)
                    if escaped and formula:
                        formula = _decoded(formula)
                    yield row, column, style, kind, attrs, formula or "", stored
                elif stored is not None:
                    yield row, column, style, kind, "", None, stored
            elif opening is not None:
                number = _NUMBER.match(opening)
                if is_open or number is None:
                    raise Unusual
                digits_of_row, is_open = number[1], not opening.endswith("/")
                row = _row_number(digits_of_row, seen)
                others.add(opening[number.end() :])
            if closing is not None:
                if not is_open:
                    raise Unusual
                is_open = False
        if is_open or not all(map(self._sound_attributes, others)):
            raise Unusual

    def _sound_attributes(self, text: str) -> bool:
        """Whether XML allows these attributes, and none of them changes what the others mean."""
        if not _OTHERS.fullmatch(text):
            return False
        names = [name for name, _ in _ATTRIBUTE.findall(text)]
        known = all(":" not in name or name.partition(":")[0] in self.frame.nsmap for name in names)
        # A second `r` of a row stands here, too; `ref` and `si` of formulas are other names.
        return known and len(set(names)) == len(names) and "r" not in names and "xmlns" not in names

    # --- the thorough way ----------------------------------------------------------------------

    def _parse(self) -> None:
        parsed = _Parsed(self.text)
        self.text, self.start, self.end = parsed.text, parsed.start, parsed.end
        self._tokens, self._rows, self._cells = parsed.tokens, parsed.rows, parsed.cells


def _cells_in(text: str) -> int:
    return text.count("<c ") + text.count("<c>") + text.count("<c/>")


def _refuse_too_many(rows: int, cells: int) -> None:
    if rows > MAX_ROWS or cells > MAX_CELLS:
        raise TooMany(f"{rows} baris, {cells} sel")


def _row_number(written: str, seen: set[int]) -> int:
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0
    if not 1 <= number <= MAX_ROW:
        raise BadPlace(f"baris {written[:20]}")
    if number in seen:
        raise ValueError(f"baris {number} ganda")
    seen.add(number)
    return number


# --- shared strings ------------------------------------------------------------------------------

_STRING = re.compile(r'<si><t(?: xml:space="preserve")?>([^<>]*)</t></si>')


def shared_strings(package: Package, part: str) -> list[str]:
    """The texts that cells refer to by number, without formats and phonetic guides."""
    text, _ = package.text(part)
    start, end = text.find("<si>"), text.rfind("</sst>")
    if 0 <= start < end and "<!" not in text[:start] and text.rfind("<?", 0, start) <= 0:
        pieces = _STRING.split(text[start:end])
        root = package.parse(part, _DECLARATION.sub("", text[:start] + text[end:]).encode())
        usual = root.tag == (namespace(root) or "") + "sst" and not root.prefix and not len(root)
        if usual and not "".join(pieces[::2]).strip() and _sound_entities(text[start:end]):
            return [_decoded(piece) for piece in pieces[1::2]]
    root = package.xml(part)
    space = namespace(root) or ""
    if root.tag != space + "sst":
        package.corrupt(part, "bukan daftar teks")
    return [_rich_text(item, space) for item in root if isinstance(item.tag, str)]


def _rich_text(item: Element, space: str) -> str:
    """The text of all runs of a string item."""
    parts = []
    for child in item:
        if child.tag == space + "t":
            parts.append(child.text or "")
        elif child.tag == space + "r":
            parts.append(child.findtext(space + "t") or "")
    return "".join(parts)


# --- any form ------------------------------------------------------------------------------------


class _Parsed:
    """The rows and cells of a sheet in any form that XML allows."""

    def __init__(self, text: str) -> None:
        if text.count("<") > MAX_TAGS:
            raise TooMany("terlalu banyak unsur XML")
        _refuse_too_many(0, _cells_in(text))  # before each of them is visited
        self.text = text
        self.start = self.end = -1
        self.tokens: list[Token] = []
        self.rows: list[Row] = []
        self.cells: dict[int, list[Span]] = {}
        # The declaration speaks of an encoding that the text no longer has.
        self._raw = _DECLARATION.sub(lambda match: " " * len(match[0]), text).encode()
        self._path: list[str] = []
        self._numbers: set[int] = set()
        self._row = self._column = self._count = 0
        self._row_start = self._row_inner = self._cell_start = self._cell_end = -1
        self._row_named = self._row_hollow = self._cell_hollow = False
        self._cell: dict[str, str] = {}
        self._formula: list[str] | None = None
        self._formula_attributes = ""
        self._stored: list[str] | None = None
        self._target: list[str] | None = None
        parser = self._parser = ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._data
        try:
            parser.Parse(self._raw, True)
        except ExpatError as problem:
            raise ValueError(f"XML tidak sah di baris {problem.lineno}") from None
        finally:
            # The parser holds bound methods of this object: a cycle that would outlive the reading.
            parser.StartElementHandler = parser.EndElementHandler = parser.CharacterDataHandler = None
        if self.end < 0:
            raise ValueError("sheetData")
        self._count_characters()

    # --- what the parser tells -----------------------------------------------------------------

    def _here(self) -> tuple[int, int, bool]:
        """Where the current tag starts and ends, and whether it closes itself."""
        start = self._parser.CurrentByteIndex
        match = _TAG.match(self._raw, start)
        assert match is not None  # the parser has just read this tag
        return start, match.end(), match[0].endswith(b"/>")

    def _open(self, name: str, attrs: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        local = local if space in NAMESPACES else "?"
        path = self._path
        path.append(local)
        if len(path) > _DEEPEST:
            raise ValueError("unsur bertingkat terlalu dalam")
        if path[:2] != _SHEET_DATA:
            return
        depth = len(path)
        if depth == 2:
            if self.end >= 0:
                raise ValueError("sheetData ganda")
            start, self.start, hollow = self._here()
            if hollow:
                self._fill_hollow(start)
        elif depth == 3 and local == "row":
            _refuse_too_many(len(self.rows) + 1, self._count)
            written = attrs.get("r", str(self._row + 1))
            self._row, self._column = _row_number(written, self._numbers), 0
            self._row_start, self._row_inner, self._row_hollow = self._here()
            self._row_named = "r" in attrs
            self.cells[self._row_start] = []
        elif depth == 4 and path[2] == "row" and local == "c":
            self._begin_cell(attrs)
        elif depth == 5 and path[3] == "c":
            if local == "v":
                self._stored = self._target = []
            elif local == "f":
                self._formula = self._target = []
                self._formula_attributes = "".join(
                    f' {key}="{_attribute_text(value)}"' for key, value in attrs.items() if " " not in key
                )
            elif local == "is":
                self._stored = []
        elif local == "t" and path[4:] in (["is", "t"], ["is", "r", "t"]):
            self._target = self._stored

    def _begin_cell(self, attrs: dict[str, str]) -> None:
        self._count += 1
        _refuse_too_many(len(self.rows), self._count)
        reference = attrs.get("r")
        if reference is None:
            self._column += 1
        else:
            row, self._column = position(reference)
            if not self._row_named and self._column and not self.cells[self._row_start]:
                self._numbers.discard(self._row)
                self._row = _row_number(str(row), self._numbers)
            if row != self._row:
                raise ValueError(f"sel {reference[:20]} di baris {self._row}")
        self._cell = attrs
        self._formula = self._stored = self._target = None
        self._cell_start, self._cell_end, self._cell_hollow = self._here()

    def _data(self, text: str) -> None:
        if self._target is not None:
            self._target.append(text)

    def _close(self, name: str) -> None:
        path = self._path
        local, depth = path[-1], len(path)
        if path[:2] == _SHEET_DATA:
            if depth >= 5:
                if local in ("v", "f", "t"):
                    self._target = None
            elif depth == 4 and local == "c" and path[2] == "row":
                self._end_cell()
            elif depth == 3 and local == "row":
                end = self._row_inner if self._row_hollow else self._here()[1]
                self.rows.append(Row(self._row, self._row_start, self._row_inner, end))
            elif depth == 2 and self.end < 0:
                self.end = self._here()[0]
        path.pop()

    def _end_cell(self) -> None:
        end = self._cell_end if self._cell_hollow else self._here()[1]
        self.cells[self._row_start].append(Span(self._column, self._cell_start, end))
        if self._formula is None and self._stored is None:
            return
        formula = None if self._formula is None else "".join(self._formula)
        stored = None if self._stored is None else "".join(self._stored)
        attrs = "" if formula is None else self._formula_attributes
        cell = self._cell
        self.tokens.append((self._row, self._column, cell.get("s"), cell.get("t"), attrs, formula, stored))

    # --- positions -----------------------------------------------------------------------------

    def _fill_hollow(self, start: int) -> None:
        """`<sheetData/>` gets an end tag, so that rows have a place."""
        tag = _TAG.match(self._raw, start)
        assert tag is not None
        name = tag[0][1:].split(b"/")[0].split()[0]
        full = b"<" + name + b"></" + name + b">"
        before, after = self._raw[:start].decode(), self._raw[tag.end() :].decode()
        self.text = self.text[: len(before)] + full.decode() + self.text[len(self.text) - len(after) :]
        self.start = self.end = len(before) + len(name) + 2

    def _count_characters(self) -> None:
        """The parser counts bytes; the text is indexed by characters."""
        if (not self.rows and self.start == self.end) or len(self._raw) == len(self.text):
            return
        places = {self.start, self.end}
        for row in self.rows:
            places.update(row[1:])
            for cell in self.cells[row.start]:
                places.update(cell[1:])
        index: dict[int, int] = {}
        last = count = 0
        for place in sorted(places):
            count += len(self._raw[last:place].decode())
            index[place] = count
            last = place
        self.start, self.end = index[self.start], index[self.end]
        self.cells = {
            index[start]: [Span(c.column, index[c.start], index[c.end]) for c in cells]
            for start, cells in self.cells.items()
        }
        self.rows = [Row(r.number, index[r.start], index[r.inner], index[r.end]) for r in self.rows]


_DEEPEST = 256
_SHEET_DATA = ["worksheet", "sheetData"]


def _attribute_text(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
