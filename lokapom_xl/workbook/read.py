"""Read a workbook in one pass: values, formulas, merges, validations and names.

The file is read into memory once, so its checksum belongs to exactly the bytes that were parsed.
Everything is found through the package's relationships, never by file name, and the `<dimension>`
of a sheet is never trusted. Whatever is not an Excel workbook is refused by saying what it is.
"""

from __future__ import annotations

import hashlib
import io
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, cast

from lxml import etree

from ..numbers import NUM, CellError, Scalar, from_float
from .errors import BookError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_FILE = 64 << 20
MAX_TOTAL = 256 << 20
MAX_RATIO = 250
"""Largest inflation of a member above 1 MiB; real sheets stay far below, bombs reach 1,000."""

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384

Position = tuple[int, int]
"""Row and column of a cell, both from 1."""

Box = tuple[int, int, int, int]
"""First row, first column, last row, last column."""

_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_RELATION_IDS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_AS_XLSX = "Buka di Excel lalu Simpan Sebagai .xlsx."
_FRESH_COPY = (
    "Minta salinan baru dari pengirimnya, atau buka dan perbaiki di Excel lalu Simpan Sebagai .xlsx."
)


# --- addresses -----------------------------------------------------------------------------------
# (`cells` has such functions too, but it knows the whole domain; reading a file must not need that.)

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_COLUMNS: dict[str, int] = {}


def _column(letters: str) -> int:
    """The number of a column; ValueError when there is no such column."""
    number = _COLUMNS.get(letters)
    if number is None:
        number = 0
        if not 1 <= len(letters) <= 3:
            raise ValueError(letters)
        for letter in letters:
            if not "A" <= letter <= "Z":
                raise ValueError(letters)
            number = number * 26 + ord(letter) - 64
        if number > MAX_COLUMN:
            raise ValueError(letters)
        _COLUMNS[letters] = number
    return number


def position(reference: str) -> Position:
    """Row and column of an A1 reference; ValueError when it is none."""
    match = _REFERENCE.fullmatch(reference)
    if match is None or int(match[2]) > MAX_ROW:
        raise ValueError(reference)
    return int(match[2]), _column(match[1])


def address(row: int, column: int) -> str:
    """The A1 reference of a cell."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def box(area: str) -> Box:
    """The corners of `B2:C3` or `B2`; ValueError when it is no area of cells."""
    first, _, last = area.partition(":")
    return *position(first), *position(last or first)


def inside(row: int, column: int, area: Box) -> bool:
    return area[0] <= row <= area[2] and area[1] <= column <= area[3]


# --- the package ---------------------------------------------------------------------------------


class Relation(NamedTuple):
    """One relationship: the last word of its type, and the member that it leads to."""

    kind: str
    target: str


class Package:
    """The members of a checked zip package, in memory."""

    def __init__(self, path: Path, data: bytes, archive: zipfile.ZipFile) -> None:
        self.path = path
        self.data = data
        self.comment = archive.comment
        # OPC names are compared without regard to case.
        self.members = {info.orig_filename.lower(): info for info in archive.infolist()}

    def corrupt(self, where: str, what: str) -> NoReturn:
        raise BookError("BERKAS11", f"{self.path.name}: {where} rusak ({what}).", _FRESH_COPY)

    def local_header(self, info: zipfile.ZipInfo) -> tuple[bytes, int]:
        """The extra field of a member's local header, and where its data begins."""
        start = info.header_offset
        header = self.data[start : start + 30]
        if len(header) < 30 or header[:4] != b"PK\3\4":
            _broken_zip(self.path)
        name, extra = struct.unpack("<HH", header[26:])
        begin = start + 30 + name + extra
        return self.data[begin - extra : begin], begin

    def compressed(self, info: zipfile.ZipInfo) -> bytes:
        """A member's bytes as they are in the file."""
        begin = self.local_header(info)[1]
        raw = self.data[begin : begin + info.compress_size]
        if len(raw) < info.compress_size:
            _broken_zip(self.path)
        return raw

    def read(self, name: str) -> bytes:
        """A member's content; never more than its declared size is inflated."""
        info = self.members.get(name.lower())
        if info is None:
            self.corrupt(name, "bagian ini tidak ada di dalam berkas")
        raw = self.compressed(info)
        if info.compress_type == zipfile.ZIP_DEFLATED:
            try:
                raw = zlib.decompressobj(-15).decompress(raw, info.file_size + 1)
            except zlib.error:
                _broken_zip(self.path)
        if len(raw) != info.file_size or zlib.crc32(raw) != info.CRC:
            _broken_zip(self.path)
        return raw

    def xml(self, name: str) -> Element:
        """The root of an XML member; a document type declaration is refused, not interpreted."""
        content = self.read(name)
        if any(mark in content for mark in _DOCTYPE):
            _refuse_dtd(self.path, name)
        # huge_tree=False keeps libxml2's own limits; nothing is ever fetched or expanded.
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, collect_ids=False
        )
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as problem:
            self.corrupt(name, f"XML tidak sah: {str(problem)[:80]}")
        # Whatever encoding hid the declaration from the search above, the parser has seen it.
        if cast(Any, root.getroottree().docinfo).doctype:
            _refuse_dtd(self.path, name)
        return root

    def relations(self, part: str) -> dict[str, Relation]:
        """The internal relationships of a part (of the package itself: `""`), by id."""
        folder, base = posixpath.split(part)
        name = posixpath.join(folder, "_rels", f"{base}.rels")
        if name.lower() not in self.members:
            return {}
        found = {}
        for item in self.xml(name):
            target = item.get("Target", "")
            if isinstance(item.tag, str) and item.get("TargetMode") != "External":
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                kind = item.get("Type", "").rpartition("/")[2]
                found[item.get("Id", "")] = Relation(kind, path)
        return found


_DOCTYPE = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))


def _refuse_dtd(path: Path, name: str) -> NoReturn:
    raise BookError(
        "BERKAS14",
        f"{path.name}: bagian {name} memuat deklarasi DTD, yang tidak pernah ditulis oleh Excel.",
        f"Jangan pakai berkas ini bila asalnya tidak jelas. {_AS_XLSX}",
    )


def _broken_zip(path: Path) -> NoReturn:
    raise BookError("BERKAS10", f"{path.name} terpotong atau rusak sehingga tidak dapat dibuka.", _FRESH_COPY)


def open_package(path: Path) -> Package:
    """Read and check a file; `BookError` says what it really is when it is no .xlsx or .xlsm."""
    data = _load(path)
    _refuse_foreign(path, data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, struct.error, NotImplementedError, OverflowError):
        _broken_zip(path)
    _check_members(path, archive)
    package = Package(path, data, archive)
    _refuse_foreign_zip(package)
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        raise BookError(
            "BERKAS16",
            f"{path.name}: akhiran {path.suffix or '(kosong)'} tidak didukung; hanya .xlsx dan .xlsm.",
            _AS_XLSX,
        )
    return package


def _load(path: Path) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise BookError(
                "BERKAS02", f"{path.name} adalah folder, bukan berkas.", "Sebutkan berkas .xlsx di dalamnya."
            )
        if not stat.S_ISREG(status.st_mode):
            raise BookError("BERKAS17", f"{path.name} bukan berkas biasa.", "Sebutkan sebuah berkas .xlsx.")
        if status.st_size > MAX_FILE:
            raise BookError(
                "BERKAS12",
                f"{path.name} berukuran {status.st_size >> 20} MB, lebih dari batas {MAX_FILE >> 20} MB.",
                "Hapus gambar atau lembar yang tidak perlu lalu simpan kembali.",
            )
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise BookError(
            "BERKAS01", f"Berkas {path} tidak ditemukan.", "Periksa ejaan nama berkas dan foldernya."
        ) from None
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or problem
        raise BookError(
            "BERKAS17", f"{path.name} tidak dapat dibaca ({reason}).", "Periksa izin baca berkas itu."
        ) from None
    if not data:
        raise BookError("BERKAS03", f"{path.name} kosong (0 bita).", "Salin ulang berkas itu dari sumbernya.")
    return data


def _refuse_foreign(path: Path, data: bytes) -> None:
    """Refuse what is no zip file, by what its first bytes say."""
    if data.startswith(b"PK\3\4"):
        return
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise BookError(
                "BERKAS05",
                f"{path.name} terkunci kata sandi.",
                "Buka di Excel, hapus kata sandinya (Berkas > Info > Proteksi Buku Kerja), lalu simpan.",
            )
        raise BookError("BERKAS04", f"{path.name} sebenarnya berkas Excel lama (.xls).", _AS_XLSX)
    head = data[:4096]
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if text.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head", b"<body")):
        raise BookError("BERKAS06", f"{path.name} sebenarnya halaman HTML, bukan buku kerja Excel.", _AS_XLSX)
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    printable = wide or not any(byte < 9 or 13 < byte < 32 for byte in head)
    if printable and not text.startswith((b"%pdf", b"{\\rtf")):
        raise BookError(
            "BERKAS07",
            f"{path.name} sebenarnya berkas teks (misalnya CSV), bukan buku kerja Excel.",
            _AS_XLSX,
        )
    if zipfile.is_zipfile(io.BytesIO(data)):
        _broken_zip(path)
    raise BookError(
        "BERKAS18",
        f"{path.name} bukan buku kerja Excel; isinya tidak dikenali.",
        "Sebutkan berkas .xlsx yang benar.",
    )


def _check_members(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse a bomb by what the directory declares, and a directory that can be read in two ways."""
    total = 0
    seen: set[str] = set()
    for info in archive.infolist():
        name, key = info.orig_filename, info.orig_filename.lower()
        unsafe = "\\" in name or "\0" in name or name.startswith("/") or ".." in name.split("/")
        if key in seen or unsafe or info.flag_bits & 1 or info.compress_type not in (0, 8):
            raise BookError(
                "BERKAS19",
                f"{path.name}: bagian {name[:60]!r} ganda, tersandi, atau bernama tidak sah.",
                _FRESH_COPY,
            )
        seen.add(key)
        total += info.file_size
        bomb = info.file_size > 1 << 20 and info.file_size > MAX_RATIO * max(1, info.compress_size)
        if total > MAX_TOTAL or bomb:
            raise BookError(
                "BERKAS13",
                f"{path.name}: isinya mengembang tidak wajar (bagian {name[:60]}), seperti bom zip.",
                "Jangan pakai berkas ini bila asalnya tidak jelas; mintalah salinan baru.",
            )


def _refuse_foreign_zip(package: Package) -> None:
    path, names = package.path, package.members.keys()
    if "mimetype" in names:
        sheet = b"spreadsheet" in package.read("mimetype")
        what = "buku kerja OpenDocument (.ods)" if sheet else "dokumen OpenDocument"
        raise BookError(
            "BERKAS08", f"{path.name} sebenarnya {what}.", "Buka di LibreOffice lalu Simpan Sebagai .xlsx."
        )
    if any(name.endswith("workbook.bin") for name in names):
        raise BookError("BERKAS15", f"{path.name} sebenarnya buku kerja biner (.xlsb).", _AS_XLSX)
    what = "arsip ZIP"
    if "[content_types].xml" in names and "_rels/.rels" in names:
        folders = {name.partition("/")[0] for name in names}
        if not folders & _OTHER_OFFICE.keys():
            return
        what = next(what for folder, what in _OTHER_OFFICE.items() if folder in folders)
    raise BookError(
        "BERKAS09",
        f"{path.name} sebenarnya {what}, bukan buku kerja Excel.",
        "Sebutkan berkas .xlsx yang benar.",
    )


_OTHER_OFFICE = {"word": "dokumen Word", "ppt": "presentasi PowerPoint", "visio": "gambar Visio"}


# --- what a book holds ---------------------------------------------------------------------------

_Masters = dict[str, tuple[str, str]]  # shared formulas of a sheet: id -> (address, text)


@dataclass(frozen=True)
class Cell:
    """One cell with a value or a formula.

    `text` is the stored text as the file has it (shared strings resolved), None without a stored
    value. `array` says that the cell belongs to an array formula or a data table; a member other
    than the first has no formula text of its own.
    """

    value: Scalar
    formula: str | None
    array: bool = False
    percent: bool = False
    text: str | None = None

    @property
    def computed(self) -> bool:
        """Whether a formula makes the value; asking does not expand a shared formula."""
        return self.array or "_shared" in self.__dict__ or self.formula is not None

    if not TYPE_CHECKING:  # a checker should see the plain field `formula` and no dynamic ones

        def __getattr__(self, name):
            """Expand a shared formula when it is first asked for: it is slow and seldom needed."""
            if name != "formula" or "_shared" not in self.__dict__:
                raise AttributeError(name)
            masters, key, here = self.__dict__["_shared"]
            formula = self.__dict__["formula"] = _translate(*masters[key], here)
            return formula


def _cell(**state: object) -> Cell:
    """A cell from its attributes: the `__init__` of a frozen dataclass takes much longer.

    `_shared` (masters of the sheet, id, own address) in the place of `formula` leaves that for later.
    """
    cell = Cell.__new__(Cell)
    cell.__dict__.update(state)
    return cell


def _translate(origin: str, formula: str, here: str) -> str:
    from openpyxl.formula.translate import Translator

    try:
        return str(Translator("=" + formula, origin=origin).translate_formula(here))[1:]
    except Exception as problem:  # openpyxl's tokeniser raises whatever it likes on odd formulas
        raise BookError(
            "BERKAS20",
            f"Sel {here}: rumus bersama dari sel {origin} tidak dapat diuraikan.",
            "Ketik ulang rumus itu di Excel lalu simpan.",
        ) from problem


@dataclass(frozen=True)
class Validation:
    """A data validation: its kind (`list`, `decimal`, ...), the areas it covers, its formulas."""

    kind: str
    areas: str
    formula1: str | None
    formula2: str | None


@dataclass
class Sheet:
    """A worksheet: its cells by row and column from 1."""

    name: str
    cells: dict[Position, Cell] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    hidden: bool = False
    protected: bool = False
    validations: list[Validation] = field(default_factory=list)


@dataclass
class Book:
    """A workbook as it was in the file with this checksum; chart sheets are left out."""

    path: Path
    sheets: dict[str, Sheet]
    names: dict[str, str]
    sha256: str


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
        self.root = package.xml(main[0])
        self.prefix = namespace(self.root)
        if self.prefix is None or self.root.tag != self.prefix + "workbook":
            package.corrupt(main[0], "bukan bagian buku kerja Excel")
        relations = package.relations(main[0])
        kinds = {relation.kind: relation.target for relation in relations.values()}
        self._percent = self._percent_styles(kinds.get("styles"))
        self._strings = self._shared_strings(kinds.get("sharedStrings"))
        self.parts: dict[str, str] = {}
        self.hidden: set[str] = set()
        for item in self.root.iterfind(f"{self.prefix}sheets/{self.prefix}sheet"):
            name = item.get("name", "")
            relation = relations.get(next(filter(None, map(item.get, _RELATION_IDS)), ""))
            if relation is None:
                package.corrupt(main[0], f"lembar {name} tidak tertaut")
            if relation.kind == "worksheet":
                self.parts[name] = relation.target
                if item.get("state", "visible") != "visible":
                    self.hidden.add(name)

    def book(self) -> Book:
        names = {
            item.get("name", ""): item.text or ""
            for item in self.root.iterfind(f"{self.prefix}definedNames/{self.prefix}definedName")
            if item.get("localSheetId") is None
        }
        sheets = {name: self.sheet(name, self.package.xml(part)) for name, part in self.parts.items()}
        return Book(self.package.path, sheets, names, hashlib.sha256(self.package.data).hexdigest())

    def sheet(self, name: str, root: Element) -> Sheet:
        """What the part with this root says; the caller may go on to change the root."""
        sheet = Sheet(name, hidden=name in self.hidden)
        try:
            self._read_sheet(sheet, root)
        except (ValueError, IndexError) as problem:
            self.package.corrupt(f"lembar {name}", f"isi sel tidak sah: {str(problem)[:60]}")
        return sheet

    def _read_sheet(self, sheet: Sheet, root: Element) -> None:
        prefix = namespace(root)
        if prefix is None or root.find(prefix + "sheetData") is None:
            raise ValueError("sheetData")
        masters: _Masters = {}
        wanted: set[str] = set()
        arrays: list[Box] = []
        cells, percents = sheet.cells, self._percent
        for row, column, element, text, formula in scan(root):
            if text is None and formula is None:
                continue
            percent = element.get("s", "0") in percents
            text, value = self._decode(element.get("t"), text)
            content = None
            array = False
            if formula is not None:
                kind = formula.get("t")
                content = formula.text or ""
                if kind == "shared":
                    key = formula.get("si") or ""
                    if content:
                        masters.setdefault(key, (address(row, column), content))
                    else:
                        wanted.add(key)
                        shared = masters, key, address(row, column)
                        cells[row, column] = _cell(
                            _shared=shared, value=value, array=False, percent=percent, text=text
                        )
                        continue
                elif kind in ("array", "dataTable"):
                    array = True
                    arrays.append(box(formula.get("ref") or address(row, column)))
            cells[row, column] = _cell(value=value, formula=content, array=array, percent=percent, text=text)
        if not wanted <= masters.keys():
            raise ValueError("rumus bersama tanpa induk")
        if any(area[:2] != area[2:] for area in arrays):
            for place, cell in cells.items():
                if not cell.array and any(inside(*place, area) for area in arrays):
                    cells[place] = Cell(cell.value, cell.formula, True, cell.percent, cell.text)
        sheet.merges = [
            item.get("ref", "") for item in root.iterfind(f"{prefix}mergeCells/{prefix}mergeCell")
        ]
        protection = root.find(prefix + "sheetProtection")
        sheet.protected = protection is not None and protection.get("sheet") in ("1", "true")
        for item in root.iterfind(f"{prefix}dataValidations/{prefix}dataValidation"):
            first, second = item.findtext(prefix + "formula1"), item.findtext(prefix + "formula2")
            sheet.validations.append(
                Validation(item.get("type", "none"), item.get("sqref", ""), first, second)
            )

    def _decode(self, kind: str | None, text: str | None) -> tuple[str | None, Scalar]:
        """The stored text and the value of a cell of type `kind`."""
        if text is None:
            return None, None
        if kind is None or kind == "n":
            if not text.strip():
                return None, None
            number = from_float(float(text))
            return text, number if number.is_finite() else CellError(NUM)
        if kind == "s":
            index = int(text)
            if index < 0:
                raise IndexError(text)
            return self._strings[index], self._strings[index]
        if kind == "b":
            return text, text.strip() in ("1", "true")
        if kind == "e":
            return text, CellError(text.strip())
        decoded = unescape(text)  # str, inlineStr; also d, an ISO date that only strict files know
        return decoded, decoded

    def _shared_strings(self, part: str | None) -> list[str]:
        if part is None:
            return []
        root = self.package.xml(part)
        plain = (namespace(root) or "") + "t"
        return [
            unescape((item[0].text or "") if len(item) == 1 and item[0].tag == plain else rich_text(item))
            for item in root
            if isinstance(item.tag, str)
        ]

    def _percent_styles(self, part: str | None) -> set[str]:
        """The numbers of the cell styles whose number format shows per cent."""
        if part is None:
            return set()
        root = self.package.xml(part)
        prefix = namespace(root) or ""
        shows = {"9": True, "10": True}
        for item in root.iterfind(f"{prefix}numFmts/{prefix}numFmt"):
            shows[item.get("numFmtId", "")] = "%" in _LITERAL.sub("", item.get("formatCode", ""))
        styles = root.iterfind(f"{prefix}cellXfs/{prefix}xf")
        return {str(index) for index, item in enumerate(styles) if shows.get(item.get("numFmtId", ""))}


#: Parts of a number format that are no code: quoted and escaped text, padding, colours.
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]', re.DOTALL)


# --- cells as XML --------------------------------------------------------------------------------


def namespace(root: Element) -> str | None:
    """The tag prefix `{...}` of a spreadsheet part, transitional or strict; None for other XML."""
    uri = etree.QName(root).namespace
    return f"{{{uri}}}" if uri in _NAMESPACES else None


def rows(root: Element) -> Iterator[tuple[int, Element]]:
    """The rows of a sheet with their numbers, which a file may leave out."""
    prefix = namespace(root) or ""
    data = root.find(prefix + "sheetData")
    number = 0
    seen = set()
    for row in () if data is None else data.iterchildren(prefix + "row"):
        written = row.get("r")
        if written is None and len(row) and (reference := row[0].get("r")):
            number = position(reference)[0]
        else:
            number = int(written) if written else number + 1
        if not 1 <= number <= MAX_ROW or number in seen:
            raise ValueError(f"baris {number}")
        seen.add(number)
        yield number, row


def row_cells(number: int, row: Element, tag: str) -> Iterator[tuple[int, Element]]:
    """The cells of a row with their column numbers, which a file may leave out."""
    ending = str(number)
    column = 0
    for cell in row.iterchildren(tag):
        reference = cell.get("r")
        if reference is None:
            column += 1
        elif reference.endswith(ending):
            column = _column(reference[: -len(ending)])
        else:
            raise ValueError(reference)
        yield column, cell


def scan(root: Element) -> Iterator[tuple[int, int, Element, str | None, Element | None]]:
    """Every `<c>` of a sheet: row, column, element, stored text, `<f>`."""
    prefix = namespace(root) or ""
    cell_tag, value_tag, formula_tag, inline_tag = (prefix + tag for tag in ("c", "v", "f", "is"))
    for number, row in rows(root):
        for column, cell in row_cells(number, row, cell_tag):
            text = formula = None
            for item in cell:
                tag = item.tag
                if tag == value_tag:
                    text = item.text or ""
                elif tag == formula_tag:
                    formula = item
                elif tag == inline_tag:
                    text = rich_text(item)
            yield number, column, cell, text, formula


def rich_text(item: Element) -> str:
    """The text of all runs of a string item, without the phonetic guide."""
    prefix = namespace(item) or ""
    parts = []
    for child in item:
        if child.tag == prefix + "t":
            parts.append(child.text or "")
        elif child.tag == prefix + "r":
            parts.append(child.findtext(prefix + "t") or "")
    return "".join(parts)


#: Any 16-bit code but half of a surrogate pair, which is no character.
_ESCAPE = re.compile(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")


def unescape(text: str) -> str:
    """Text of a cell from its file form, in which `_x000D_` is a carriage return."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
