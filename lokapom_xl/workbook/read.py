"""Read a workbook in one pass: values, formulas, merges, validations, tables, names, what is hidden.

Everything is found through the package's relationships, never by file name, and the `<dimension>`
of a sheet is never trusted. What cannot be read as Excel would read it is refused (`BookError`).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import NamedTuple, NoReturn, cast

from ..numbers import NUM, CellError, Scalar, from_float
from .address import MAX_COLUMN, MAX_ROW, BadPlace, Box, Position, a1, box, inside, size
from .errors import BookError
from .format_codes import BUILTIN, UNKNOWN
from .package import CONTENT_TYPES, Package, namespace, open_package
from .shared_formula import SharedFormula
from .sheet_xml import MAX_CELLS, SheetXml, Token, TooMany, Unusual, attributes, shared_strings

MAX_SHEETS = 256
MAX_MERGED = 8 * MAX_ROW
"""Cells of one merged area. Whole columns are merged by slips; a whole sheet is an attack on readers
that visit every cell."""

MAX_FORMULA_TEXT = 8 << 20
"""Characters of all expanded shared formulas of a sheet."""

MAX_MOVES = 1_000_000
"""References that are moved to expand them."""

MAX_LENGTH = 1 << 20
"""Characters of one text; Excel keeps 32,767 at most."""

_OTHER_SHEETS = ("chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet")
_RELATION_IDS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)


# --- what a book holds ---------------------------------------------------------------------------


class Cell(NamedTuple):
    """One cell with a value or a formula.

    `text` is the stored text as the file has it (shared strings resolved), None without a stored
    value. `array` says that the cell belongs to an array formula or a data table; a member other
    than the first has no formula text of its own. `percent`: the number format shows per cent. `format`
    is the code of the number format, empty for the general one.
    """

    value: Scalar
    formula: str | None
    array: bool = False
    percent: bool = False
    text: str | None = None
    format: str = ""

    @property
    def computed(self) -> bool:
        """Whether a formula makes the value."""
        return self.array or self.formula is not None


class Validation(NamedTuple):
    """A data validation: its kind (`list`, `decimal`, ...), the areas it covers, its formulas."""

    kind: str
    areas: str
    formula1: str | None
    formula2: str | None


class Conditional(NamedTuple):
    """A conditional format: its kind (`cellIs`, `expression`, ...), the areas it covers, its formulas."""

    kind: str
    areas: str
    formulas: tuple[str, ...]


class Table(NamedTuple):
    """An Excel table: its name, its area, and whether its first row holds the names of its columns."""

    name: str
    area: str
    header: bool


@dataclass
class Sheet:
    """A worksheet: its cells by row and column from 1."""

    name: str
    cells: dict[Position, Cell] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    hidden: bool = False
    protected: bool = False
    validations: list[Validation] = field(default_factory=list)
    conditionals: list[Conditional] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hyperlinks: list[tuple[str, str]] = field(default_factory=list)
    """Areas that lead out of the book when they are clicked, each with where to."""


@dataclass
class Book:
    """A workbook as it was in the file with this checksum; chart sheets are left out."""

    path: Path
    sheets: dict[str, Sheet]
    names: dict[str, str]
    sha256: str
    local_names: tuple[tuple[str, str], ...] = ()
    """Names that hold on one sheet only, with what they stand for."""
    links: tuple[str, ...] = ()
    """The other files that formulas call `[1]`, `[2]` and so on."""


def read_book(path: Path | str) -> Book:
    """Read a workbook; `BookError` when it is none, or a broken or dangerous one."""
    return Workbook(open_package(Path(path))).book()


class Workbook:
    """The parts of a package that a sheet's cells depend on."""

    def __init__(self, package: Package) -> None:
        self.package = package
        main = [r.target for r in package.relations("").values() if r.kind == "officeDocument"]
        if not main:
            package.corrupt("_rels/.rels", "bagian utama tidak disebut")
        self.part = main[0]
        self.root = package.xml(self.part)
        prefix = namespace(self.root)
        if prefix is None or self.root.tag != prefix + "workbook":
            package.corrupt(self.part, "bukan bagian buku kerja Excel")
        self.space = prefix
        self.relations = package.relations(self.part)
        kinds = {relation.kind: relation.target for relation in self.relations.values()}
        self._count = 0
        package.xml(CONTENT_TYPES)  # not needed, but what Excel reads first must be sound
        self._formats = self._number_formats(kinds.get("styles"))
        self._percent = {style for style, code in self._formats.items() if _shows_percent(code)}
        part = kinds.get("sharedStrings")
        self._strings = [] if part is None else [unescape(text) for text in shared_strings(package, part)]
        if any(len(text) > MAX_LENGTH for text in self._strings):
            package.corrupt(str(part), "teks terlalu panjang")
        self._numbers: dict[str, Scalar] = {}
        self.parts: dict[str, str] = {}
        self.hidden: set[str] = set()
        items = self.root.findall(f"{self.space}sheets/{self.space}sheet")
        names: set[str] = set()
        targets: set[str] = set()
        if len(items) > MAX_SHEETS:
            raise BookError(
                "BERKAS24",
                f"{package.path.name} memuat {len(items)} lembar, lebih dari batas {MAX_SHEETS}.",
                "Pisahkan lembar yang tidak perlu ke buku lain.",
            )
        for item in items:
            name = item.get("name", "")
            relation_id = next((found for found in map(item.get, _RELATION_IDS) if found is not None), None)
            if relation_id == "":
                continue  # a macro sheet of an old program that Excel keeps as an empty name
            relation = self.relations.get(relation_id or "")
            if relation is None:
                package.corrupt(self.part, f"lembar {name} tidak tertaut")
            if relation.kind in _OTHER_SHEETS:
                continue
            known = name.casefold() in names or relation.target.casefold() in targets
            if known or relation.kind != "worksheet":
                package.corrupt(self.part, f"lembar {name} ganda atau tidak dikenal")
            names.add(name.casefold())
            targets.add(relation.target.casefold())
            self.parts[name] = relation.target
            if item.get("state", "visible") != "visible":
                self.hidden.add(name)
        if not items:
            package.corrupt(self.part, "tidak memuat lembar")

    def book(self) -> Book:
        items = self.root.findall(f"{self.space}definedNames/{self.space}definedName")
        texts = [(item.get("name", ""), item.text or "", item.get("localSheetId")) for item in items]
        self._refuse_too_large()
        return Book(
            self.package.path,
            {name: self.sheet(name) for name in self.parts},
            {name: text for name, text, sheet in texts if sheet is None},
            hashlib.sha256(self.package.data).hexdigest(),
            tuple((name, text) for name, text, sheet in texts if sheet is not None),
            tuple(self._links()),
        )

    def _links(self) -> Iterator[str]:
        """The other files that the book takes values from, in the order of their numbers."""
        for item in self.root.iterfind(f"{self.space}externalReferences/{self.space}externalReference"):
            relation = self.relations.get(next(filter(None, map(item.get, _RELATION_IDS)), ""))
            targets = self.package.outside(relation.target) if relation is not None else {}
            yield next(iter(targets.values()), "")

    def _refuse_too_large(self) -> None:
        """Count the cells of a large book before any is made."""
        parts = [part for part in self.parts.values() if part.lower() in self.package.members]
        if sum(self.package.members[part.lower()].file_size for part in parts) > _LARGE:
            contents = map(self.package.read, parts)
            cells = sum(content.count(b"<c ") + content.count(b"<c>") for content in contents)
            if cells > MAX_CELLS:
                self.refuse(next(iter(self.parts)), TooMany(f"seluruh buku {cells} sel"))

    def sheet(self, name: str) -> Sheet:
        """The worksheet of that name."""
        try:
            return self._read(name, SheetXml(self.package, self.parts[name]))
        except (ValueError, KeyError) as problem:
            self.refuse(name, problem)

    def sheet_xml(self, name: str) -> SheetXml:
        """The text of a worksheet, in which the rows and cells are found."""
        try:
            xml = SheetXml(self.package, self.parts[name])
            xml.rows()
            return xml
        except ValueError as problem:
            self.refuse(name, problem)

    def _read(self, name: str, xml: SheetXml) -> Sheet:
        sheet = Sheet(name, hidden=name in self.hidden)
        try:
            self._read_cells(sheet, xml.quick_tokens())
        except Unusual:
            sheet.cells.clear()
            self._read_cells(sheet, xml.thorough_tokens())
        self._read_frame(sheet, xml)
        return sheet

    def refuse(self, name: str, problem: Exception) -> NoReturn:
        """Say what is wrong with a worksheet."""
        what = str(problem)[:80]
        if isinstance(problem, BadPlace):
            raise BookError(
                "BERKAS21",
                f"{self.package.path.name}: lembar {name} memuat alamat di luar lembar kerja ({what}).",
                "Minta salinan baru dari pengirimnya, atau buka dan perbaiki di Excel.",
            ) from None
        if isinstance(problem, TooMany):
            raise BookError(
                "BERKAS23",
                f"{self.package.path.name}: lembar {name} memuat terlalu banyak baris atau sel ({what}).",
                "Hapus baris dan format yang tidak perlu di Excel lalu simpan kembali.",
            ) from None
        self.package.corrupt(f"lembar {name}", f"isi sel tidak sah: {what}")

    def _read_cells(self, sheet: Sheet, tokens: Iterable[Token]) -> None:
        cells, percents, decode, numbers = sheet.cells, self._percent, self.decode, self._numbers
        formats = self._formats
        new = cast("Callable[[type[Cell], tuple[object, ...]], Cell]", tuple.__new__)  # twice as quick
        masters: dict[str, SharedFormula] = {}
        wanted: list[tuple[Position, str]] = []
        arrays: list[Box] = []
        for row, column, style, kind, attrs, formula, text in tokens:
            place = row, column
            array = False
            value: Scalar = None
            if text is not None:
                value = numbers.get(text) if kind is None else None
                if value is None:
                    text, value = decode(kind, text)
            elif kind == "str":
                text = value = ""  # the file has an empty <v>
            if attrs:
                array = self._note_role(place, attrs, formula, masters, wanted, arrays)
            if text is None and formula is None:
                continue
            if place in cells:
                raise ValueError(f"sel {a1(row, column)} ganda")
            cells[place] = new(Cell, (value, formula, array, style in percents, text, formats.get(style, "")))
        self._count += len(cells)
        if self._count > MAX_CELLS:
            raise TooMany(f"{self._count} sel")
        self._expand(sheet, masters, wanted)
        effort = 0
        for area in arrays:
            effort += min(size(area), len(cells))
            if effort > _MOST_EFFORT:
                raise ValueError("rumus larik bertumpuk")
            for place in within(area, cells):
                cells[place] = cells[place]._replace(array=True)

    @staticmethod
    def _note_role(
        place: Position,
        attrs: str,
        formula: str | None,
        masters: dict[str, SharedFormula],
        wanted: list[tuple[Position, str]],
        arrays: list[Box],
    ) -> bool:
        """Keep in mind what a formula does for other cells; whether it is an array formula."""
        facts = attributes(attrs)
        role = facts.get("t")
        if role == "shared":
            key = facts.get("si", "")
            if formula:
                masters.setdefault(key, SharedFormula(*place, formula))
            else:
                wanted.append((place, key))
        elif role in ("array", "dataTable"):
            arrays.append(box(facts.get("ref") or a1(*place)))
            return True
        return False

    def _expand(
        self, sheet: Sheet, masters: dict[str, SharedFormula], wanted: list[tuple[Position, str]]
    ) -> None:
        used = Counter(key for _, key in wanted)
        if not used.keys() <= masters.keys():
            raise ValueError("rumus bersama tanpa induk")
        length = sum(masters[key].length * count for key, count in used.items())
        moves = sum(masters[key].moves * count for key, count in used.items())
        if length > MAX_FORMULA_TEXT or moves > MAX_MOVES:
            raise TooMany("rumus bersama")
        for place, key in wanted:
            formula = masters[key].at(*place)
            sheet.cells[place] = sheet.cells[place]._replace(formula=formula)

    def _read_frame(self, sheet: Sheet, xml: SheetXml) -> None:
        root, space = xml.frame, xml.space
        for item in root.iterfind(f"{space}mergeCells/{space}mergeCell"):
            area = item.get("ref", "")
            if size(box(area)) > MAX_MERGED:
                raise BookError(
                    "BERKAS22",
                    f"{self.package.path.name}: lembar {sheet.name} menggabungkan sel {area}, terlalu luas.",
                    "Pisahkan gabungan sel itu di Excel lalu simpan kembali.",
                )
            sheet.merges.append(area)
        protection = root.find(space + "sheetProtection")
        sheet.protected = protection is not None and protection.get("sheet") in ("1", "true")
        for item in root.iterfind(f"{space}dataValidations/{space}dataValidation"):
            first, second = item.findtext(space + "formula1"), item.findtext(space + "formula2")
            sheet.validations.append(
                Validation(item.get("type", "none"), item.get("sqref", ""), first, second)
            )
        for item in root.iterfind(space + "conditionalFormatting"):
            for rule in item.iterfind(space + "cfRule"):
                formulas = tuple(formula.text or "" for formula in rule.iterfind(space + "formula"))
                sheet.conditionals.append(Conditional(rule.get("type", ""), item.get("sqref", ""), formulas))
        self._read_hyperlinks(sheet, xml)
        columns = 0
        for item in root.iterfind(f"{space}cols/{space}col"):
            if item.get("hidden") in ("1", "true"):
                left, right = int(item.get("min", "0")), int(item.get("max", "0"))
                if right > MAX_COLUMN:
                    raise BadPlace(f"kolom {right}")
                columns += right - left + 1
                if not 1 <= left <= right or columns > MAX_COLUMN:
                    raise ValueError("lebar kolom")
                sheet.hidden_columns.update(range(left, right + 1))
        sheet.hidden_rows = xml.hidden_rows()
        sheet.tables = [table for _, table in self.tables(sheet.name)]

    def _read_hyperlinks(self, sheet: Sheet, xml: SheetXml) -> None:
        """The links of cells that lead out of the book; those within it have no relationship."""
        found = [
            (item.get("ref", ""), relation_id)
            for item in xml.frame.iterfind(f"{xml.space}hyperlinks/{xml.space}hyperlink")
            if (relation_id := next(filter(None, map(item.get, _RELATION_IDS)), None))
        ]
        targets = self.package.outside(self.parts[sheet.name]) if found else {}
        sheet.hyperlinks = [(area, targets[each]) for area, each in found if each in targets]

    def tables(self, name: str) -> Iterator[tuple[str, Table]]:
        """The Excel tables of a worksheet, each with its part."""
        seen: set[str] = set()
        for relation in self.package.relations(self.parts[name]).values():
            if relation.kind == "table":
                root = self.package.xml(relation.target)
                if relation.target in seen or root.tag != f"{namespace(root)}table":
                    raise ValueError("tabel ganda atau tidak dikenal")
                seen.add(relation.target)
                header = root.get("headerRowCount") != "0"
                yield relation.target, Table(root.get("displayName", ""), root.get("ref", ""), header)

    def decode(self, kind: str | None, text: str) -> tuple[str | None, Scalar]:
        """The stored text and the value of a cell of type `kind`."""
        if kind is None or kind == "n":
            value = self._numbers.get(text)
            if value is None:
                if not text.strip():
                    return None, None
                if not text.isascii() or "_" in text or len(text) > MAX_LENGTH:
                    raise ValueError(text[:40])  # Python reads more as numbers than Excel does
                number = from_float(float(text))
                value = self._numbers[text] = number if number.is_finite() else CellError(NUM)
            return text, value
        if kind == "s":
            return self._shared(text)
        if kind == "b":
            return text, _TRUTH[text.strip()]
        if kind == "e":
            return text, CellError(text.strip())
        if kind not in _TEXTS or len(text) > MAX_LENGTH:
            raise ValueError(f"{kind}: {text[:20]}")
        decoded = unescape(text)  # str, inlineStr; also d, an ISO date that only strict files know
        return decoded, decoded

    def _shared(self, text: str) -> tuple[str, str]:
        try:
            if not _INDEX.fullmatch(text):
                raise IndexError(text)
            found = self._strings[int(text)]
            return found, found
        except IndexError:
            raise BookError(
                "BERKAS25",
                f"{self.package.path.name}: teks bersama nomor {text[:20]} tidak ada.",
                "Minta salinan baru dari pengirimnya, atau buka dan perbaiki di Excel.",
            ) from None

    def _number_formats(self, part: str | None) -> dict[str | None, str]:
        """By the number of a cell style the code of its number format."""
        if part is None:
            return {}
        root = self.package.xml(part)
        prefix = namespace(root) or ""
        codes = {
            item.get("numFmtId", ""): item.get("formatCode", "")[:_MAX_FORMAT]
            for item in root.iterfind(f"{prefix}numFmts/{prefix}numFmt")
        }
        styles = root.iterfind(f"{prefix}cellXfs/{prefix}xf")
        numbers = [item.get("numFmtId", "0") for item in styles]
        known = {**{str(number): code for number, code in BUILTIN.items()}, **codes, "0": ""}
        found: dict[str | None, str] = {str(i): known.get(n, UNKNOWN) for i, n in enumerate(numbers)}
        return {**found, None: found.get("0", "")}


def _shows_percent(code: str) -> bool:
    return "%" in _LITERAL.sub("", code)


_LARGE = 4 << 20
_MAX_FORMAT = 1_024  # Excel keeps 255 characters
_MOST_EFFORT = 4_000_000
_TRUTH = {"1": True, "true": True, "0": False, "false": False}
_TEXTS = ("str", "inlineStr", "d")
_INDEX = re.compile(r"\s*[0-9]{1,9}\s*", re.ASCII)


def within(area: Box, cells: Mapping[Position, Cell]) -> list[Position]:
    """The cells with content in an area, found by the shorter way."""
    if size(area) > len(cells):
        return [place for place in cells if inside(*place, area)]
    places = product(range(area[0], area[2] + 1), range(area[1], area[3] + 1))
    return [place for place in places if place in cells]


#: Parts of a number format that are no code: quoted and escaped text, padding, colours.
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]', re.DOTALL)


#: Any 16-bit code but half of a surrogate pair, which is no character.
_ESCAPE = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """Text of a cell from its file form, in which `_x000D_` is a carriage return."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
