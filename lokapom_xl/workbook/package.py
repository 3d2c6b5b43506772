"""The file as a zip package: what it really is, its members, its relationships.

The file is read into memory once, so its checksum belongs to exactly the bytes that were parsed.
Whatever is not an Excel workbook is refused by saying what it is; whatever is dangerous (a bomb, a
directory that can be read in two ways, a document type declaration) is refused before it is used.
"""

from __future__ import annotations

import io
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, cast

from lxml import etree

from .errors import BookError

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_FILE = 64 << 20
MAX_TOTAL = 256 << 20
MAX_PART = 64 << 20
"""Largest part that is inflated: at 160 bytes a cell, 400,000 cells."""

MAX_RATIO = 250
"""Largest inflation of a member above 1 MiB; real sheets stay far below, bombs reach 1,000."""

CONTENT_TYPES = "[Content_Types].xml"

_LEVEL = 4
"""How hard changed members are compressed: half the time of the usual 6 for 7 % more bytes."""

MAX_MEMBERS = 4_000
MAX_TAGS = 600_000
"""Start and end tags of a part that is parsed as XML: a node takes some 200 bytes."""

NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_AS_XLSX = "Buka di Excel lalu Simpan Sebagai .xlsx."
_FRESH_COPY = (
    "Minta salinan baru dari pengirimnya, atau buka dan perbaiki di Excel lalu Simpan Sebagai .xlsx."
)


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

    def corrupt(self, where: str, what: str, code: str = "BERKAS11") -> NoReturn:
        raise BookError(code, f"{self.path.name}: {where} rusak ({what}).", _FRESH_COPY)

    def local_header(self, info: zipfile.ZipInfo) -> tuple[bytes, int]:
        """The extra field of a member's local header, and where its data begins."""
        start = info.header_offset
        header = self.data[start : start + 30]
        if len(header) < 30 or header[:4] != b"PK\3\4":
            _broken_zip(self.path)
        name, extra = struct.unpack("<HH", header[26:])
        begin = start + 30 + name + extra
        return self.data[begin - extra : begin], begin

    def local_name(self, info: zipfile.ZipInfo) -> tuple[bytes, int]:
        """The name in a member's local header, and where its data begins."""
        extra, begin = self.local_header(info)
        return self.data[info.header_offset + 30 : begin - len(extra)], begin

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
        if info.file_size > MAX_PART:
            _too_big(self.path, name)
        raw = self.compressed(info)
        if info.compress_type == zipfile.ZIP_DEFLATED:
            try:
                raw = zlib.decompressobj(-15).decompress(raw, info.file_size + 1)
            except zlib.error:
                _broken_zip(self.path)
        if len(raw) != info.file_size or zlib.crc32(raw) != info.CRC:
            _broken_zip(self.path)
        return raw

    def text(self, name: str) -> tuple[str, str]:
        """The text of an XML member and its encoding; a document type declaration is refused."""
        content = self.read(name)
        encoding = _encoding(content)
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            self.corrupt(name, f"bukan teks {encoding[:20]}")
        if "<!DOCTYPE" in text:
            _refuse_dtd(self.path, name)
        if not _sound_declaration(text, encoding):
            self.corrupt(name, "deklarasi XML tidak sah")
        # Deleting bytes is ten times faster than a search for the few that XML forbids.
        suspect = encoding.startswith("utf-16") or content.translate(None, _TEXT_BYTES)
        if (suspect and _NOT_XML.search(text)) or "\ufffe" in text or "\uffff" in text:
            self.corrupt(name, "memuat tanda yang tidak sah dalam XML")
        return text, encoding

    def xml(self, name: str) -> Element:
        """The root of an XML member; a document type declaration is refused, not interpreted."""
        return self.parse(name, self.read(name))

    def parse(self, name: str, content: bytes) -> Element:
        """The root of XML that belongs to the member `name`."""
        if any(mark in content for mark in _DOCTYPE):
            _refuse_dtd(self.path, name)
        if content.count(b"<") > MAX_TAGS:
            raise BookError(
                "BERKAS23",
                f"{self.path.name}: {name} memuat terlalu banyak unsur.",
                "Hapus baris, lembar, atau format yang tidak perlu lalu simpan kembali.",
            )
        try:
            root = etree.fromstring(content, xml_parser())
        except etree.XMLSyntaxError as problem:
            self.corrupt(name, f"XML tidak sah di baris {problem.lineno}")
        except ValueError:
            self.corrupt(name, "XML tidak sah")
        # Whatever encoding hid the declaration, the parser has seen it.
        if cast(Any, root.getroottree().docinfo).doctype:
            _refuse_dtd(self.path, name)
        return root

    def rebuilt(self, new: Mapping[str, bytes | None]) -> bytes:
        """The file with other contents of some members (by name in small letters; None: left out).

        Every other member is copied as the compressed bytes that it is, in the same order; members
        that are new follow.
        """
        body, directory = bytearray(), bytearray()
        added = [
            _added(name)
            for name, content in new.items()
            if name.lower() not in self.members and content is not None
        ]
        new = {name.lower(): content for name, content in new.items()}
        count = 0
        for info in [*self.members.values(), *added]:
            key = info.orig_filename.lower()
            content = new.get(key)
            if content is None and key in new:
                continue
            count += 1
            method, flags, extra = info.compress_type, info.flag_bits, b""
            if content is not None:
                packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
                raw = packer.compress(content) + packer.flush()
                method, crc, length = zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content)
                flags &= ~0x6  # the old compressor's remark on its level
            else:
                raw, crc, length = self.compressed(info), info.CRC, info.file_size
            if key in self.members:
                extra = _without_sizes(self.local_header(info)[0])
            flags &= ~0x8  # sizes stand in the header, not behind the data
            name = info.orig_filename.encode("utf-8" if flags & 0x800 else "cp437")
            year, month, day, hour, minute, second = info.date_time
            clock, date = hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
            facts = struct.pack(
                "<5H3LH", info.extract_version, flags, method, clock, date, crc, len(raw), length, len(name)
            )
            offset = len(body)
            body += b"PK\3\4" + facts + struct.pack("<H", len(extra)) + name + extra + raw
            extra = _without_sizes(info.extra)
            directory += b"PK\1\2" + struct.pack("<BB", info.create_version, info.create_system) + facts
            directory += struct.pack(
                "<4H2L", len(extra), len(info.comment), 0, info.internal_attr, info.external_attr, offset
            )
            directory += name + extra + info.comment
        end = struct.pack("<4H2LH", 0, 0, count, count, len(directory), len(body), len(self.comment))
        return bytes(body + directory + b"PK\5\6" + end + self.comment)

    def relations(self, part: str) -> dict[str, Relation]:
        """The internal relationships of a part (of the package itself: `""`), by id."""
        folder, _ = posixpath.split(part)
        name = relations_part(part)
        if name.lower() not in self.members:
            return {}
        found: dict[str, Relation] = {}
        seen: set[str | None] = set()
        for item in self.xml(name):
            target = item.get("Target", "")
            if item.get("Id") in seen:
                self.corrupt(name, "tautan ganda")
            seen.add(item.get("Id"))
            if item.get("TargetMode") != "External":
                path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                kind = item.get("Type", "").rpartition("/")[2]
                found[item.get("Id", "")] = Relation(kind, path)
        return found

    def outside(self, part: str) -> dict[str, str]:
        """What a part is related to outside the file: addresses and other files, by id."""
        name = relations_part(part)
        if name.lower() not in self.members:
            return {}
        items = self.xml(name)
        return {i.get("Id", ""): i.get("Target", "") for i in items if i.get("TargetMode") == "External"}


_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TEXT_BYTES = bytes({*range(256)} - ({*range(32)} - {9, 10, 13}))
_DOCTYPE = (b"<!DOCTYPE", b"D\0O\0C\0T\0Y\0P\0E")


def _without_sizes(extra: bytes) -> bytes:
    """An extra field without ZIP64 sizes, which nothing of at most 64 MB needs."""
    kept = b""
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        if kind != 1:
            kept += extra[: 4 + length]
        extra = extra[4 + length :]
    return kept


def _added(name: str) -> zipfile.ZipInfo:
    """The directory entry of a new member, the same at any time and on any system."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 0, 0
    return info


def relations_part(part: str) -> str:
    """The member that holds the relationships of a part."""
    folder, base = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{base}.rels")


def xml_parser() -> etree.XMLParser:
    """A parser that fetches and expands nothing and keeps libxml2's own limits."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        collect_ids=False,
        remove_comments=True,  # or a comment would cut a text in two
        remove_pis=True,
    )


_DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_KNOWN = re.compile(r"(?i)utf-?8|us-ascii|iso-8859-\d+|windows-125\d")


def _encoding(content: bytes) -> str:
    """The encoding of an XML document, from its first bytes or its declaration."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if content.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if content[:4] == b"<\0?\0":
        return "utf-16-le"
    if content[:4] == b"\0<\0?":
        return "utf-16-be"
    declared = _DECLARED.match(content)
    name = declared[1].decode("ascii") if declared else "utf-8"
    return name if _KNOWN.fullmatch(name) else "utf-8"


_DECLARATION = re.compile(
    r"""<\?xml\s+version\s*=\s*["']1\.[0-9]+["']"""
    r"""(?:\s+encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["'])?"""
    r"""(?:\s+standalone\s*=\s*["'](?:yes|no)["'])?\s*\?>"""
)


def _sound_declaration(text: str, encoding: str) -> bool:
    """Whether a document begins as XML must, and says of its encoding what is so."""
    if not text.startswith("<?xml"):
        return not text.lstrip().startswith("<?xml") and "16-" not in encoding
    declaration = _DECLARATION.match(text)
    if declaration is None:
        return False
    declared = (declaration[1] or "utf-8").lower()
    if encoding.startswith("utf-16"):
        return declared.startswith("utf-16") or (declaration[1] is None and encoding == "utf-16")
    return bool(_KNOWN.fullmatch(declared))


def namespace(root: Element) -> str | None:
    """The tag prefix `{...}` of a spreadsheet part, transitional or strict; None for other XML."""
    uri = etree.QName(root).namespace
    return f"{{{uri}}}" if uri in NAMESPACES else None


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
    _check_layout(package)
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
        unsafe = (
            ":" in name or "\\" in name or "\0" in name or name.startswith("/") or ".." in name.split("/")
        )
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
            _too_big(path, name)
    if len(seen) > MAX_MEMBERS:
        raise BookError(
            "BERKAS26",
            f"{path.name} terdiri atas {len(seen)} bagian, lebih dari batas {MAX_MEMBERS}.",
            "Hapus gambar atau lembar yang tidak perlu lalu simpan kembali.",
        )


def _check_layout(package: Package) -> None:
    """Refuse members that overlap, or that call themselves something else than the directory does."""
    free = 0
    for info in sorted(package.members.values(), key=lambda info: info.header_offset):
        start = info.header_offset
        name, begin = package.local_name(info)
        encoding = "utf-8" if info.flag_bits & 0x800 else "cp437"
        if start < free or name != info.orig_filename.encode(encoding):
            raise BookError(
                "BERKAS19",
                f"{package.path.name}: bagian {info.orig_filename[:60]!r} bertumpuk atau bernama ganda.",
                _FRESH_COPY,
            )
        free = begin + info.compress_size


def _too_big(path: Path, name: str) -> NoReturn:
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
