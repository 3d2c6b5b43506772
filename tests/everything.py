"""A workbook with every feature that staff and Excel put into workbooks, and an official book with them.

XlsxWriter makes what it makes well; the rest is added as the parts that Excel writes. `FEATURES`
says of each feature where it stands, so that a test can tell by name which one was lost. Equal calls
give equal bytes.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
import xlwings
from lxml import etree

HOST = "Ramai"
"""The sheet of the everything book that carries the features."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MS = "http://schemas.microsoft.com/office"
X14 = f"{MS}/spreadsheetml/2009/9/main"
X15 = f"{MS}/spreadsheetml/2010/11/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_XR = f"{MS}/spreadsheetml/2014/revision"
_AC = f"{MS}/spreadsheetml/2009/9/ac"
_NAMESPACES = (
    f'xmlns="{MAIN}" xmlns:r="{REL}" xmlns:mc="{_MC}" xmlns:x14="{X14}" xmlns:x15="{X15}" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" '
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
_VIEW = "{0D2E4F60-1A2B-4C3D-8E9F-000000000001}"
_THREAD = "{0D2E4F60-1A2B-4C3D-8E9F-000000000002}"
_PERSON = "{0D2E4F60-1A2B-4C3D-8E9F-000000000003}"
_STORE = "{0D2E4F60-1A2B-4C3D-8E9F-000000000004}"

_WORKSHEET = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges "
    "scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr "
    "conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter "
    "rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing "
    "legacyDrawingHF drawingHF picture oleObjects controls webPublishItems tableParts extLst"
)
_WORKBOOK = (
    "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences "
    "definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing "
    "fileRecoveryPr webPublishObjects extLst"
)
_KEPT = ["mc", "r", "x14", "x14ac", "xr"]
"""Prefixes that stay although no name uses them: `Requires` and `mc:Ignorable` may."""
_ORDER = {"worksheet": _WORKSHEET.split(), "workbook": _WORKBOOK.split()}
"""The children of a sheet and of the workbook in the order that the schema prescribes."""


# --- parts and their relationships ---------------------------------------------------------------


class Link(NamedTuple):
    """One relationship; `target` is a member's name, or an address when it leads outside."""

    id: str
    type: str
    target: str
    outside: bool

    @property
    def kind(self) -> str:
        return self.type.rpartition("/")[2]


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


class Parts:
    """The members of a workbook, to look at and to add to."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.members = {info.filename: archive.read(info) for info in archive.infolist()}

    def tree(self, part: str) -> Any:
        return etree.fromstring(self.members[part])

    def store(self, part: str, root: Any) -> None:
        self.members[part] = _DECLARATION + etree.tostring(root)

    # --- relationships ---------------------------------------------------------------------------

    @staticmethod
    def _links_of(owner: str) -> str:
        folder, base = posixpath.split(owner)
        return posixpath.join(folder, "_rels", f"{base}.rels")

    def links(self, owner: str) -> list[Link]:
        name = self._links_of(owner)
        found = []
        for item in self.tree(name) if name in self.members else ():
            target, outside = item.get("Target"), item.get("TargetMode") == "External"
            if not outside:
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(owner), target))[1:]
            found.append(Link(item.get("Id"), item.get("Type"), target, outside))
        return found

    def link(self, owner: str, type_: str, target: str, outside: bool = False) -> str:
        """Add a relationship; its id."""
        name = self._links_of(owner)
        links = self.links(owner)
        number = max([int("0" + re.sub(r"\D", "", link.id)) for link in links], default=0) + 1
        root = (
            self.tree(name)
            if links
            else etree.Element(
                "Relationships",
                nsmap={None: "http://schemas.openxmlformats.org/package/2006/relationships"},  # type: ignore[dict-item]
            )
        )
        where = target if outside else posixpath.relpath(target, posixpath.dirname(owner) or ".")
        tag = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
        item = etree.SubElement(root, tag, Id=f"rId{number}", Type=type_, Target=where)
        if outside:
            item.set("TargetMode", "External")
        self.store(name, root)
        return f"rId{number}"

    def follow(self, *path: str) -> list[str]:
        """The members reached from `package`, `workbook` or a sheet's part by these kinds of relationship."""
        start, *kinds = path
        if start == "workbook":
            start, kinds = "package", ["officeDocument", *kinds]
        reached = ["" if start == "package" else start]
        for kind in kinds:
            reached = [link.target for owner in reached for link in self.links(owner) if link.kind == kind]
        return reached

    @property
    def workbook(self) -> str:
        return self.follow("workbook")[0]

    def sheets(self) -> dict[str, str]:
        """The parts of the sheets by name."""
        targets = {link.id: link.target for link in self.links(self.workbook)}
        found = self.tree(self.workbook).iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")
        return {item.get("name"): targets[item.get(f"{{{REL}}}id")] for item in found}

    # --- content types ---------------------------------------------------------------------------

    def content_type(self, part: str) -> str | None:
        defaults: dict[str | None, str] = {}
        for item in self.tree("[Content_Types].xml"):
            if item.get("PartName") == f"/{part}":
                return str(item.get("ContentType"))
            defaults[item.get("Extension")] = item.get("ContentType")
        return defaults.get(part.rpartition(".")[2])

    def declare(self, part: str, content_type: str) -> None:
        root = self.tree("[Content_Types].xml")
        for item in list(root):
            if item.get("PartName") == f"/{part}":
                root.remove(item)
        tag = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
        etree.SubElement(root, tag, PartName=f"/{part}", ContentType=content_type)
        self.store("[Content_Types].xml", root)

    def add(
        self, owner: str, type_: str, part: str, content: str | bytes, content_type: str | None = None
    ) -> str:
        """A new member, linked and declared; the id of the link."""
        self.members[part] = _DECLARATION + content.encode() if isinstance(content, str) else content
        if content_type is not None:
            self.declare(part, content_type)
        return self.link(owner, type_, part)

    # --- XML in the order of the schema ------------------------------------------------------------

    def insert(self, part: str, *fragments: str) -> None:
        """Add elements to a sheet or the workbook where the schema wants them; lists are joined."""
        root = self.tree(part)
        for fragment in fragments:
            for element in etree.fromstring(f"<x {_NAMESPACES}>{fragment}</x>"):
                _place(root, element)
        etree.cleanup_namespaces(root, keep_ns_prefixes=_KEPT)
        self.store(part, root)

    def cells(self, part: str, fragment: str) -> None:
        """Add `<c>` elements to a sheet, each in its row and in order."""
        root = self.tree(part)
        for cell in etree.fromstring(f"<x {_NAMESPACES}>{fragment}</x>"):
            _add_cell(root, cell)
        etree.cleanup_namespaces(root, keep_ns_prefixes=_KEPT)
        self.store(part, root)

    def string(self, item: str) -> int:
        """Add a shared string; its number."""
        part = self.follow("workbook", "sharedStrings")[0]
        root = self.tree(part)
        root.append(etree.fromstring(f"<x {_NAMESPACES}>{item}</x>")[0])
        for name in ("count", "uniqueCount"):
            root.set(name, str(len(root)))
        etree.cleanup_namespaces(root)
        self.store(part, root)
        return len(root) - 1

    # --- the file --------------------------------------------------------------------------------

    def write(self, path: Path, streamed: bool = False) -> Path:
        """Pack with several methods, so that a copy that packs anew is found out.

        `streamed` puts the sizes behind the data, as programs do that cannot go back in a file.
        """
        self.members = {"[Content_Types].xml": self.members.pop("[Content_Types].xml"), **self.members}
        buffer = _Stream() if streamed else io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for number, (name, content) in enumerate(self.members.items()):
                info = zipfile.ZipInfo(name, (2023, 11, 24, 8, 30, 2 * (number % 30)))
                info.external_attr = 0o600 << 16
                stored = name.endswith((".png", ".bin"))
                info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                archive.writestr(info, content, compresslevel=None if stored else 1 + number % 9)
        path.write_bytes(buffer.getvalue())
        return path


class _Stream(io.BytesIO):
    """A file that cannot go back."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise OSError

    def tell(self) -> int:
        raise OSError


def _rank(root: Any, element: Any) -> int:
    name = _local(element)
    if name == "AlternateContent":
        name = _local(element[0][0])
    order = _ORDER[_local(root)]
    return (
        order.index(name)
        if name in order
        else order.index("workbookPr" if "workbookPr" in order else "controls")
    )


_JOINED = {
    "hyperlinks",
    "mergeCells",
    "definedNames",
    "extLst",
    "tableParts",
    "cols",
    "sheets",
    "dataValidations",
}
_SINGLE = {"headerFooter", "pageSetup"}


def _place(root: Any, element: Any) -> None:
    name = _local(element)
    same = next((item for item in root if item.tag == element.tag and name != "AlternateContent"), None)
    if same is not None and name in _JOINED:
        for item in list(element):
            same.append(item)
        if "count" in same.attrib:
            same.set("count", str(len(same)))
        return
    if same is not None and name in _SINGLE:
        for key, value in same.attrib.items():
            element.set(key, element.get(key, value))
        root.replace(same, element)
        return
    rank = _rank(root, element)
    after = [item for item in root if isinstance(item.tag, str) and _rank(root, item) <= rank]
    if after:
        after[-1].addnext(element)
    else:
        root.insert(0, element)


def _where(reference: str) -> tuple[int, int]:
    letters, number = re.fullmatch("([A-Z]+)([0-9]+)", reference).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(number), column


def _row(root: Any, number: int) -> Any:
    data = root.find(f"{{{MAIN}}}sheetData")
    before = None
    for row in data:
        if int(row.get("r")) == number:
            return row
        if int(row.get("r")) < number:
            before = row
    made = etree.Element(f"{{{MAIN}}}row", r=str(number))
    data.insert(0 if before is None else data.index(before) + 1, made)
    return made


def _add_cell(root: Any, cell: Any) -> None:
    number, column = _where(cell.get("r"))
    row = _row(root, number)
    before = 0
    for other in list(row):
        if _where(other.get("r"))[1] == column:
            row.remove(other)
        elif _where(other.get("r"))[1] < column:
            before = row.index(other) + 1
    row.insert(before, cell)
    row.attrib.pop("spans", None)


# --- what XlsxWriter makes -----------------------------------------------------------------------


def _png(red: int) -> bytes:
    """A small picture of one colour."""
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    lines = (b"\0" + bytes((red, 80, 160)) * 8) * 8
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _macros() -> bytes:
    """A real VBA project: the one that xlwings ships."""
    with zipfile.ZipFile(Path(xlwings.__file__).parent / "quickstart_standalone.xlsm") as archive:
        return archive.read("xl/vbaProject.bin")


def _written() -> bytes:
    """The part of the everything book that XlsxWriter can make.

    What can stand in an official book, too, keeps far from its tables: column AB, row 100 and beyond.
    """
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output, {"in_memory": True})
    book.set_properties({"title": "Buku dengan segala isi", "created": datetime(2023, 11, 24)})
    book.set_custom_property("Nomor arsip", "PR.02.01/2023")
    book.add_vba_project(io.BytesIO(_macros()), True)
    book.set_vba_name("ThisWorkbook")
    bold, percent = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%", "locked": False})
    sheet = book.add_worksheet(HOST)
    sheet.set_vba_name("Sheet1")
    other, secret = book.add_worksheet("Lain"), book.add_worksheet("Rahasia")
    secret.very_hidden()
    secret.write("A1", "tidak untuk dilihat")

    # Entries and formulas as in any small table.
    for row, (name, target, reached) in enumerate(
        [("Obat", 92.5, 94), ("Pangan", 80, 71.25), ("Kosmetik", 75, 80)], 4
    ):
        sheet.write_row(row, 0, [name, target, reached])
        sheet.write_formula(row, 3, f"=C{row + 1}/B{row + 1}", percent, reached / target)
    sheet.write_formula("D9", '=IF(COUNT(D5:D7)=3,"lengkap","belum")', None, "lengkap")
    sheet.write_formula("E9", "=1/0", None, "#DIV/0!")
    sheet.write_boolean("F9", True)
    sheet.set_column("A:A", 24, bold)
    sheet.set_row(1, 30, bold)
    sheet.freeze_panes(4, 1)
    sheet.set_tab_color("#FF9900")
    sheet.protect("", {"format_cells": True, "objects": True})
    sheet.unprotect_range("B5:C7", "Isian")
    sheet.conditional_format("C5:C7", {"type": "cell", "criteria": "<", "value": 75, "format": bold})
    sheet.print_area("A1:F9")
    sheet.repeat_rows(3)

    # Everything else.
    rows = [["Uji", 4, 10], ["Lab", 7, 20], ["Sapa", 9, 30], ["Kader", 2, 40]]
    columns = [{"header": header} for header in ("Jenis", "Jumlah", "Biaya")]
    sheet.add_table("AB101:AD105", {"name": "Belanja", "columns": columns, "data": rows})
    italic = book.add_format({"italic": True, "font_color": "red"})
    sheet.write_rich_string("AB110", "sebagian ", bold, "tebal ", italic, "miring")
    sheet.write_comment("AB111", "Lihat surat tugas", {"author": "Petugas"})
    sheet.write_comment("AB112", "[Komentar berutas]\n\nSudah dicek?", {"author": f"tc={_THREAD}"})
    sheet.write_array_formula("AB114:AC114", "{=AC102:AD102*2}", None, 8)
    sheet.write_number("AC114", 20)
    sheet.write_dynamic_array_formula("AB117:AB120", "=_xlfn._xlws.SORT(AC102:AC105)", None, 2)
    for row, number in enumerate((4, 7, 9), 117):
        sheet.write_number(row, 27, number)
    sheet.write_url("AB122", "https://www.pom.go.id/", None, "laman")
    sheet.write_url("AB123", f"internal:'{HOST}'!A1", None, "ke atas")
    sheet.merge_range("AB125:AD125", "gabungan", None)
    for row in (126, 127):
        sheet.set_row(row, None, None, {"level": 1})
    sheet.set_row(128, None, None, {"hidden": True})
    sheet.set_column("AL:AM", 12, None, {"level": 1})
    sheet.set_column("AN:AN", None, None, {"hidden": True})
    sheet.write_string("AB131", "0042")
    sheet.ignore_errors({"number_stored_as_text": "AB131"})
    sheet.data_validation("AB133", {"validate": "list", "source": ["Ya", "Tidak"]})
    sheet.write_formula("AB135", "=SUM(AC102:AC105)", None, 22)
    sheet.conditional_format(
        "AC102:AC105", {"type": "data_bar", "data_bar_2010": True, "bar_axis_color": "#0070C0"}
    )
    sheet.conditional_format("AD102:AD105", {"type": "3_color_scale"})
    sheet.add_sparkline("AF101", {"range": f"{HOST}!AC102:AC105", "markers": True})
    sheet.set_h_pagebreaks([98])
    sheet.set_paper(9)
    sheet.set_header("&L&G&CLaporan", {"image_left": "kop.png", "image_data_left": io.BytesIO(_png(10))})
    sheet.set_background(io.BytesIO(_png(20)))
    sheet.insert_image("AH101", "logo.png", {"image_data": io.BytesIO(_png(30)), "description": "Logo"})
    sheet.insert_textbox("AH110", "Catatan kepala")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"={HOST}!$AC$102:$AC$105", "categories": f"={HOST}!$AB$102:$AB$105"})
    sheet.insert_chart("AH120", chart)
    sheet.insert_button("AH140", {"caption": "Hitung", "macro": "Hitung"})

    other.write_row("A1", ["a", 1, 2])
    other.write_formula("A3", "=B1+C1", None, 3)
    other.autofilter("A1:C1")
    graph = book.add_chartsheet("Grafik")
    line = book.add_chart({"type": "line"})
    line.add_series({"values": f"={HOST}!$AD$102:$AD$105"})
    graph.set_chart(line)
    book.define_name("Satuan", f"={HOST}!$AC$102")
    book.define_name(f"{HOST}!Setempat", f"={HOST}!$AC$103:$AC$105")
    book.close()
    return output.getvalue()


# --- what is added as raw parts --------------------------------------------------------------------


def _add_threaded_comment(parts: Parts, sheet: str) -> None:
    people = f"{MS}/2017/10/relationships/person"
    parts.add(
        parts.workbook,
        people,
        "xl/persons/person.xml",
        f'<personList xmlns="{MS}/spreadsheetml/2018/threadedcomments"><person displayName="Petugas" '
        f'id="{_PERSON}" userId="petugas@contoh.go.id" providerId="None"/></personList>',
        "application/vnd.ms-excel.person+xml",
    )
    parts.add(
        sheet,
        f"{MS}/2017/10/relationships/threadedComment",
        "xl/threadedComments/threadedComment1.xml",
        f'<ThreadedComments xmlns="{MS}/spreadsheetml/2018/threadedcomments"><threadedComment ref="AB112" '
        f'dT="2023-11-24T01:02:03.00" personId="{_PERSON}" id="{_THREAD}"><text>Sudah dicek?</text>'
        "</threadedComment></ThreadedComments>",
        "application/vnd.ms-excel.threadedcomments+xml",
    )
    comments = parts.follow(sheet, "comments")[0]
    content = parts.members[comments].replace(
        b"<comments ", f'<comments xmlns:mc="{_MC}" mc:Ignorable="xr" xmlns:xr="{_XR}" '.encode(), 1
    )
    parts.members[comments] = content.replace(b'ref="AB112"', f'ref="AB112" xr:uid="{_THREAD}"'.encode())


def _anchor(prefix: str, column: int, row: int) -> str:
    corners = ((f"{prefix}from", column, row), (f"{prefix}to", column + 2, row + 3))
    return "".join(
        f"<{tag}><xdr:col>{c}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{r}</xdr:row><xdr:rowOff>0</xdr:rowOff></{tag}>"
        for tag, c, r in corners
    )


def _add_control(parts: Parts, sheet: str) -> None:
    """The second half of a button, which Excel keeps beside its VML shape."""
    legacy = parts.follow(sheet, "vmlDrawing")
    shape = next(
        found[1].decode()
        for part in legacy
        if (found := re.search(rb'id="_x0000_s(\d+)"\s+type="#_x0000_t201"', parts.members[part]))
    )
    identity = parts.add(
        sheet,
        f"{REL}/ctrlProp",
        "xl/ctrlProps/ctrlProp1.xml",
        f'<formControlPr xmlns="{X14}" objectType="Button" lockText="1"/>',
        "application/vnd.ms-excel.controlproperties+xml",
    )
    parts.insert(
        sheet,
        f'<mc:AlternateContent><mc:Choice xmlns:x14="{X14}" Requires="x14"><controls><mc:AlternateContent>'
        '<mc:Choice Requires="x14">'
        f'<control shapeId="{shape}" r:id="{identity}" name="Tombol 1"><controlPr defaultSize="0" print="0" '
        'autoFill="0" autoPict="0" macro="[0]!Hitung"><anchor moveWithCells="1" sizeWithCells="1">'
        f"{_anchor('', 33, 139)}</anchor></controlPr></control></mc:Choice></mc:AlternateContent></controls>"
        "</mc:Choice></mc:AlternateContent>",
    )


def _add_x14_validation(parts: Parts, sheet: str) -> None:
    parts.insert(
        sheet,
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations count="1"><x14:dataValidation '
        'type="list" allowBlank="1" showErrorMessage="1"><x14:formula1><xm:f>Lain!$A$1:$C$1</xm:f></x14:formula1>'
        "<xm:sqref>AC133</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>",
    )


def _add_slicer(parts: Parts, sheet: str) -> None:
    cache = parts.add(
        parts.workbook,
        f"{MS}/2007/relationships/slicerCache",
        "xl/slicerCaches/slicerCache1.xml",
        f'<slicerCacheDefinition xmlns="{X14}" name="Slicer_Jenis" sourceName="Jenis"><extLst><x:ext xmlns:x="{MAIN}" '
        f'uri="{{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}}" xmlns:x15="{X15}"><x15:tableSlicerCache tableId="1" '
        'column="1"/></x:ext></extLst></slicerCacheDefinition>',
        "application/vnd.ms-excel.slicerCache+xml",
    )
    parts.insert(
        parts.workbook,
        f'<extLst><ext uri="{{46BE6895-7355-4a93-B00E-2C351335B9C9}}"><x15:slicerCaches><x14:slicerCache r:id="{cache}"/>'
        "</x15:slicerCaches></ext></extLst>",
        '<definedNames><definedName name="Slicer_Jenis">#N/A</definedName></definedNames>',
    )
    slicer = parts.add(
        sheet,
        f"{MS}/2007/relationships/slicer",
        "xl/slicers/slicer1.xml",
        f'<slicers xmlns="{X14}"><slicer name="Jenis" cache="Slicer_Jenis" caption="Jenis" rowHeight="241300"/></slicers>',
        "application/vnd.ms-excel.slicer+xml",
    )
    parts.insert(
        sheet,
        f'<extLst><ext uri="{{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}}"><x14:slicerList><x14:slicer r:id="{slicer}"/>'
        "</x14:slicerList></ext></extLst>",
    )
    drawing = parts.follow(sheet, "drawing")[0]
    frame = (
        f'<xdr:twoCellAnchor xmlns:mc="{_MC}" editAs="absolute">{_anchor("xdr:", 33, 150)}<mc:AlternateContent><mc:Choice '
        f'xmlns:sle15="{MS}/drawing/2012/slicer" Requires="sle15"><xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>'
        '<xdr:cNvPr id="40" name="Jenis"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/>'
        f'<a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic><a:graphicData uri="{MS}/drawing/2010/slicer"><sle:slicer '
        f'xmlns:sle="{MS}/drawing/2010/slicer" name="Jenis"/></a:graphicData></a:graphic></xdr:graphicFrame></mc:Choice>'
        '<mc:Fallback><xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="0" name=""/><xdr:cNvSpPr/></xdr:nvSpPr>'
        '<xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:sp></mc:Fallback>'
        "</mc:AlternateContent><xdr:clientData/></xdr:twoCellAnchor>"
    )
    head, end, tail = parts.members[drawing].rpartition(b"</xdr:wsDr>")
    parts.members[drawing] = head + frame.encode() + end + tail


def _add_ribbon(parts: Parts) -> None:
    for year, name, schema in (("2006", "customUI", "2006/01"), ("2007", "customUI14", "2009/07")):
        part = f"customUI/{name}.xml"
        parts.add(
            "",
            f"{MS}/{year}/relationships/ui/extensibility",
            part,
            f'<customUI xmlns="{MS}/{schema}/customui"><ribbon><tabs><tab id="lokapom" label="LokaPOM"><group id="g" '
            'label="Isi"><button id="b" label="Hitung" image="gambar" onAction="Hitung"/></group></tab></tabs></ribbon></customUI>',
        )
        image = f"customUI/images/{name}.png"
        parts.add(part, f"{REL}/image", image, _png(40))
        links = parts._links_of(part)
        parts.members[links] = parts.members[links].replace(b"rId1", b"gambar")


def _add_printer(parts: Parts, sheet: str) -> None:
    settings = "Pencetak Loka".encode("utf-16-le").ljust(64, b"\0") + bytes(range(256)) * 2
    part = "xl/printerSettings/printerSettings1.bin"
    identity = parts.add(
        sheet,
        f"{REL}/printerSettings",
        part,
        settings,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings",
    )
    root = parts.tree(sheet)
    if root.find(f"{{{MAIN}}}pageSetup") is None:
        parts.insert(sheet, '<pageSetup paperSize="9"/>')
        root = parts.tree(sheet)
    root.find(f"{{{MAIN}}}pageSetup").set(f"{{{REL}}}id", identity)
    parts.store(sheet, root)


def _add_views_and_scenarios(parts: Parts, sheet: str) -> None:
    parts.insert(
        sheet,
        f'<customSheetViews><customSheetView guid="{_VIEW}" scale="90" showGridLines="0"><selection activeCell="B5"/>'
        '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></customSheetView>'
        "</customSheetViews>",
        '<scenarios current="0"><scenario name="Hemat" count="1" user="Petugas"><inputCells r="AC102" val="3"/>'
        "</scenario></scenarios>",
        '<cellWatches><cellWatch r="AB135"/></cellWatches>',
        '<phoneticPr fontId="0" type="noConversion"/>',
    )
    parts.insert(
        parts.workbook,
        f'<customWorkbookViews><customWorkbookView name="Kepala" guid="{_VIEW}" maximized="1" windowWidth="1920" '
        'windowHeight="1000" activeSheetId="1"/></customWorkbookViews>',
    )


def _add_cells(parts: Parts, sheet: str) -> None:
    """Shared formulas, a two-way data table, a phonetic guide, and a formula of another workbook."""
    outside = "xl/externalLinks/externalLink1.xml"
    identity = parts.add(
        parts.workbook,
        f"{REL}/externalLink",
        outside,
        f'<externalLink xmlns="{MAIN}" xmlns:r="{REL}"><externalBook r:id="rId1"><sheetNames><sheetName val="Data"/>'
        '</sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1"><v>5</v></cell></row></sheetData>'
        "</sheetDataSet></externalBook></externalLink>",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml",
    )
    parts.link(outside, f"{REL}/externalLinkPath", "pusat.xlsx", outside=True)
    parts.insert(
        parts.workbook, f'<externalReferences><externalReference r:id="{identity}"/></externalReferences>'
    )
    phonetic = parts.string(
        '<si><t>課題</t><rPh sb="0" eb="2"><t>カダイ</t></rPh><phoneticPr fontId="0" type="noConversion"/></si>'
    )
    shared = "".join(
        f'<c r="AE{row}"><f t="shared" si="0"{extra}</f><v>{value}</v></c>'
        for row, extra, value in (
            (102, ' ref="AE102:AE105">AC102*AD102', 40),
            (103, ">", 140),
            (104, ">", 270),
            (105, ">", 80),
        )
    )
    table = (
        '<c r="AB150"><f>AB148*AB149</f><v>6</v></c><c r="AC150"><v>1</v></c><c r="AD150"><v>2</v></c><c r="AB151"><v>3</v></c>'
        '<c r="AB148"><v>2</v></c><c r="AB149"><v>3</v></c><c r="AC151"><f t="dataTable" ref="AC151:AD151" dt2D="1" dtr="1" '
        'r1="AB148" r2="AB149"/><v>3</v></c><c r="AD151"><v>6</v></c>'
    )
    other = f'<c r="AB153" t="s"><v>{phonetic}</v></c><c r="AB154"><f>[1]Data!A1*2</f><v>10</v></c>'
    parts.cells(sheet, shared + table + other)


def _add_custom_xml(parts: Parts) -> None:
    parts.add(
        parts.workbook,
        f"{REL}/customXml",
        "customXml/item1.xml",
        '<loka xmlns="urn:contoh:loka">Mamuju</loka>',
    )
    parts.add(
        "customXml/item1.xml",
        f"{REL}/customXmlProps",
        "customXml/itemProps1.xml",
        f'<ds:datastoreItem ds:itemID="{_STORE}" xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml">'
        '<ds:schemaRefs><ds:schemaRef ds:uri="urn:contoh:loka"/></ds:schemaRefs></ds:datastoreItem>',
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
    )


def _add_calc_chain(parts: Parts) -> None:
    numbers = {
        item.get("name"): item.get("sheetId")
        for item in parts.tree(parts.workbook).iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")
    }
    chain = "".join(
        f'<c r="{cell.get("r")}" i="{numbers[name]}"/>'
        for name, part in parts.sheets().items()
        for cell in parts.tree(part).iterfind(f".//{{{MAIN}}}c")
        if (formula := cell.find(f"{{{MAIN}}}f")) is not None and formula.get("t") != "dataTable"
    )
    parts.add(
        parts.workbook,
        f"{REL}/calcChain",
        "xl/calcChain.xml",
        f'<calcChain xmlns="{MAIN}">{chain}</calcChain>',
        "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml",
    )


def _add_revision_marks(parts: Parts, sheet: str) -> None:
    """Prefixes that only `mc:Ignorable` uses, and attributes under them, as Excel writes them everywhere."""
    content = parts.members[sheet]
    head, start, rest = content.partition(b"<sheetData")
    head = re.sub(rb' mc:Ignorable="[^"]*"', b"", head)
    marks = f'mc:Ignorable="x14ac xr" xr:uid="{_VIEW}" '
    for prefix, uri in (("xr", _XR), ("x14ac", _AC), ("mc", _MC)):
        if f"xmlns:{prefix}=".encode() not in head.partition(b"<worksheet")[2].partition(b">")[0]:
            marks = f'xmlns:{prefix}="{uri}" ' + marks
    content = head.replace(b"<worksheet ", f"<worksheet {marks}".encode(), 1) + start + rest
    rows = re.compile(rb'<row (r="10[0-9]")(?![^>]* x14ac:)')
    parts.members[sheet] = rows.sub(rb'<row \1 x14ac:dyDescent="0.25"', content)


def _everything() -> Parts:
    parts = Parts(_written())
    sheet = parts.sheets()[HOST]
    _add_threaded_comment(parts, sheet)
    _add_control(parts, sheet)
    _add_x14_validation(parts, sheet)
    _add_slicer(parts, sheet)
    _add_ribbon(parts)
    _add_printer(parts, sheet)
    _add_views_and_scenarios(parts, sheet)
    _add_cells(parts, sheet)
    _add_custom_xml(parts)
    _add_revision_marks(parts, sheet)
    return parts


def everything(path: Path, streamed: bool = False) -> Path:
    """Write the book with everything to `path`, an .xlsm."""
    parts = _everything()
    _add_calc_chain(parts)
    return parts.write(path, streamed)


# --- the same on a book of ours --------------------------------------------------------------------


_GRAFTED = (
    "cols protectedRanges scenarios customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations "
    "hyperlinks pageSetup headerFooter rowBreaks cellWatches ignoredErrors drawing legacyDrawing legacyDrawingHF "
    "picture AlternateContent tableParts extLst"
)
_GRAFTED_LINKS = "person slicerCache sheetMetadata externalLink customXml vbaProject"


class _Graft:
    """Puts the host sheet's features, and the workbook's, on a sheet of another workbook."""

    def __init__(self, donor: Parts, target: Parts, sheet: str) -> None:
        self.donor, self.target, self.sheet = donor, target, sheet
        self.copied: dict[str, str] = {}

    def part(self, name: str) -> str:
        """Copy a member and all that it leads to; the name of the copy."""
        if name in self.copied:
            return self.copied[name]
        new, number = name, 90
        while new in self.target.members:
            stem, dot, ending = name.rpartition(".")
            number += 1
            new = f"{stem.rstrip('0123456789')}{number}{dot}{ending}"
        self.copied[name] = new
        self.target.members[new] = self.donor.members[name]
        content_type = self.donor.content_type(name)
        if content_type is not None and self.target.content_type(new) != content_type:
            self.target.declare(new, content_type)
        if self.donor.links(name):
            root = self.donor.tree(Parts._links_of(name))
            for link, item in zip(self.donor.links(name), root, strict=True):
                if not link.outside:
                    item.set("Target", posixpath.relpath(self.part(link.target), posixpath.dirname(new)))
            self.target.store(Parts._links_of(new), root)
        return new

    def links(self, owner: str, new_owner: str, kinds: Sequence[str] | None = None) -> dict[str, str]:
        """Copy an owner's links and what they lead to; the new ids by the old."""
        ids = {}
        for link in self.donor.links(owner):
            if kinds is None or link.kind in kinds:
                target = link.target if link.outside else self.part(link.target)
                ids[link.id] = self.target.link(new_owner, link.type, target, link.outside)
        return ids

    def elements(self, owner: str, new_owner: str, names: Sequence[str], ids: dict[str, str]) -> None:
        """Copy children of a part's root, with the new ids."""
        root = self.target.tree(new_owner)
        for element in self.donor.tree(owner):
            if _local(element) not in names:
                continue
            for item in element.iter():
                for key, value in item.attrib.items():
                    if key.startswith(f"{{{REL}}}"):
                        item.set(key, ids[value])
            if _local(element) == "cols":  # those near the front are the official book's own
                for item in [item for item in element if int(item.get("min")) < 28]:
                    element.remove(item)
            if not any("dxfId" in item.attrib for item in element.iter()):
                _place(root, element)
        self.target.store(new_owner, root)

    def cells(self, owner: str, new_owner: str, first_row: int) -> None:
        """Copy the rows from `first_row` on, with their strings but without their styles."""
        texts = list(self.donor.tree(self.donor.follow("workbook", "sharedStrings")[0]))
        root = self.target.tree(new_owner)
        for row in self.donor.tree(owner).iterfind(f"{{{MAIN}}}sheetData/{{{MAIN}}}row"):
            if int(row.get("r")) < first_row:
                continue
            for key, value in row.attrib.items():
                if key not in ("spans", "s", "customFormat"):
                    _row(root, int(row.get("r"))).set(key, value)
            for cell in list(row):
                cell.attrib.pop("s", None)
                if cell.get("t") == "s":
                    value = cell.find(f"{{{MAIN}}}v")
                    item = etree.tostring(texts[int(value.text)], encoding="unicode", with_tail=False)
                    value.text = str(self.target.string(item))
                _add_cell(root, cell)
        self.target.store(new_owner, root)

    def new_sheet(self, name: str) -> None:
        """Copy a whole sheet that has no strings."""
        owner = self.donor.sheets()[name]
        kind = next(link for link in self.donor.links(self.donor.workbook) if link.target == owner)
        listed = self.donor.tree(self.donor.workbook).iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")
        state = next(item.get("state", "visible") for item in listed if item.get("name") == name)
        content = self.part(owner)
        if kind.kind == "worksheet":
            content_root = self.target.tree(content)
            for cell in content_root.iter(f"{{{MAIN}}}c"):
                cell.attrib.pop("s", None)
                if cell.get("t") == "s":
                    cell.attrib.pop("t")
                    cell.find(f"{{{MAIN}}}v").text = "0"
            self.target.store(content, content_root)
        identity = self.target.link(self.target.workbook, kind.type, content)
        known = self.target.tree(self.target.workbook).iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet")
        number = max(int(item.get("sheetId")) for item in known) + 1
        self.target.insert(
            self.target.workbook,
            f'<sheets><sheet name="{name}" sheetId="{number}" state="{state}" r:id="{identity}"/></sheets>',
        )

    def run(self) -> None:
        donor, target = self.donor, self.target
        host, own = donor.sheets()[HOST], target.sheets()[self.sheet]
        if not target.follow("workbook", "sharedStrings"):
            target.add(
                target.workbook,
                f"{REL}/sharedStrings",
                "xl/sharedStrings.xml",
                f'<sst xmlns="{MAIN}"/>',
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml",
            )
        for name in ("Lain", "Rahasia", "Grafik"):
            self.new_sheet(name)
        self.cells(host, own, 100)
        self.elements(host, own, _GRAFTED.split(), self.links(host, own))
        ids = self.links(donor.workbook, target.workbook, _GRAFTED_LINKS.split())
        book_parts = ("externalReferences", "customWorkbookViews", "extLst")
        self.elements(donor.workbook, target.workbook, book_parts, ids)
        target.insert(
            target.workbook,
            f"<definedNames><definedName name=\"Satuan\">'{self.sheet}'!$AC$102</definedName>"
            f'<definedName name="Setempat" localSheetId="{[*target.sheets()].index(self.sheet)}">'
            f"'{self.sheet}'!$AC$103:$AC$105</definedName>"
            '<definedName name="Slicer_Jenis">#N/A</definedName></definedNames>',
        )
        self.links("", "", ("extensibility", "custom-properties"))
        target.declare(target.workbook, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
        _add_revision_marks(target, own)


def grafted(official: Path, path: Path, sheet: str) -> Path:
    """Write to `path`, an .xlsm, the official book with everything on one of its sheets."""
    target = Parts(official.read_bytes())
    _Graft(_everything(), target, sheet).run()
    if not target.follow("workbook", "calcChain"):
        _add_calc_chain(target)
    return target.write(path)


# --- where each feature stands ---------------------------------------------------------------------


class Feature(NamedTuple):
    """A feature by its evidence: members reached by relationships, and elements in such members."""

    name: str
    members: tuple[str, ...] = ()
    """Paths such as `sheet>drawing>chart`; each must lead to at least one member."""
    elements: tuple[tuple[str, str], ...] = ()
    """Such paths, the empty one of kinds being the owner itself, each with an XPath that finds something there."""


_PREFIXES = {
    "m": MAIN,
    "x14": X14,
    "x15": X15,
    "sle": f"{MS}/drawing/2010/slicer",
    "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
}


_F = Feature
FEATURES = (
    _F("pictures", ("sheet>drawing>image",), (("sheet>drawing", "//xdr:pic"),)),
    _F("text boxes", (), (("sheet>drawing", "//xdr:sp[.//@txBox]"),)),
    _F(
        "charts",
        ("sheet>drawing>chart",),
        (("sheet>drawing", "//xdr:graphicFrame"), ("sheet", "/*/m:drawing")),
    ),
    _F("chart sheet", ("workbook>chartsheet>drawing>chart",)),
    _F("comments", ("sheet>comments", "sheet>vmlDrawing"), (("sheet", "/*/m:legacyDrawing"),)),
    _F("threaded comments", ("sheet>threadedComment", "workbook>person")),
    _F(
        "form buttons", ("sheet>ctrlProp",), (("sheet", "//m:controls"), ("sheet", "//m:control/m:controlPr"))
    ),
    _F("sparklines", (), (("sheet", "//m:ext/x14:sparklineGroups"),)),
    _F("x14 conditional formats", (), (("sheet", "//m:ext/x14:conditionalFormattings"),)),
    _F("x14 data validations", (), (("sheet", "//m:ext/x14:dataValidations"),)),
    _F("conditional formats", (), (("sheet", "/*/m:conditionalFormatting"),)),
    _F("data validations", (), (("sheet", "/*/m:dataValidations"),)),
    _F("tables", ("sheet>table",), (("sheet", "//m:tableParts"),)),
    _F(
        "slicers",
        ("sheet>slicer", "workbook>slicerCache"),
        (
            ("sheet", "//x14:slicerList"),
            ("workbook", "//x15:slicerCaches"),
            ("sheet>drawing", "//sle:slicer"),
        ),
    ),
    _F(
        "header pictures",
        ("sheet>vmlDrawing>image",),
        (("sheet", "/*/m:legacyDrawingHF"), ("sheet", "//m:oddHeader")),
    ),
    _F("background picture", ("sheet>image",), (("sheet", "/*/m:picture"),)),
    _F("rich text", (), (("workbook>sharedStrings", "//m:si[m:r]"),)),
    _F("phonetic text", (), (("workbook>sharedStrings", "//m:rPh"), ("sheet", "/*/m:phoneticPr"))),
    _F("printer settings", ("sheet>printerSettings",), (("sheet", "//m:pageSetup"),)),
    _F("custom ribbon", ("package>extensibility", "package>extensibility>image")),
    _F("macros", ("workbook>vbaProject",)),
    _F("protected ranges", (), (("sheet", "//m:protectedRanges"), ("sheet", "//m:sheetProtection"))),
    _F("custom views", (), (("sheet", "//m:customSheetViews"), ("workbook", "//m:customWorkbookViews"))),
    _F("scenarios and watches", (), (("sheet", "//m:scenarios"), ("sheet", "//m:cellWatches"))),
    _F(
        "dynamic arrays",
        ("workbook>sheetMetadata",),
        (("sheet", "//m:c[@cm]/@cm"), ("sheet", "//m:c[@cm]/m:f")),
    ),
    _F("global names", (), (("workbook", "//m:definedName[not(@localSheetId)]"),)),
    _F("local names", (), (("workbook", "//m:definedName[@localSheetId]"),)),
    _F("data tables", (), (("sheet", "//m:f[@t='dataTable']"),)),
    _F("array formulas", (), (("sheet", "//m:f[@t='array']"),)),
    _F("shared formulas", (), (("sheet", "//m:f[@t='shared']"),)),
    _F("hidden rows", (), (("sheet", "//m:row[@hidden='1']/@r"),)),
    _F("hidden columns", (), (("sheet", "//m:col[@hidden='1']"),)),
    _F("outline groups", (), (("sheet", "//m:row[@outlineLevel]/@r"), ("sheet", "//m:col[@outlineLevel]"))),
    _F("very hidden sheet", (), (("workbook", "//m:sheet[@state='veryHidden']"),)),
    _F("hyperlinks", ("sheet>hyperlink",), (("sheet", "//m:hyperlinks"),)),
    _F("merged cells", (), (("sheet", "//m:mergeCells"),)),
    _F("page breaks", (), (("sheet", "//m:rowBreaks"),)),
    _F("panes and views", (), (("sheet", "//m:sheetViews"),)),
    _F("custom XML", ("workbook>customXml>customXmlProps",)),
    _F("document properties", ("package>custom-properties", "package>core-properties")),
    _F(
        "external links",
        ("workbook>externalLink>externalLinkPath",),
        (("workbook", "//m:externalReferences"), ("sheet", "//m:f[contains(., '[1]')]")),
    ),
    _F("ignored errors", (), (("sheet", "//m:ignoredErrors"),)),
    _F("revision marks", (), (("sheet", "/*/@*"), ("sheet", "//m:row/@*[local-name()='dyDescent']"))),
    _F("calculation chain", ("workbook>calcChain",)),
    _F("theme and styles", ("workbook>theme", "workbook>styles")),
)


def evidence(parts: Parts, sheet: str, feature: Feature) -> list[tuple[str, str, bytes]]:
    """All that is found of a feature: where, its content type or XPath, its bytes; each place has some."""
    part = parts.sheets()[sheet]
    found = []
    for path in feature.members:
        begin, *kinds = path.split(">")
        owners = parts.follow(part if begin == "sheet" else begin, *kinds[:-1])
        links = [link for owner in owners for link in parts.links(owner) if link.kind == kinds[-1]]
        assert links, f"{feature.name}: nothing at {path}"
        for link in links:
            kind = "" if link.outside else parts.content_type(link.target)
            assert kind is not None, f"{feature.name}: {link.target} has no content type"
            found.append((link.target, kind, b"" if link.outside else parts.members[link.target]))
    for path, expression in feature.elements:
        begin, *kinds = path.split(">")
        places = parts.follow(part if begin == "sheet" else begin, *kinds)
        items = [item for name in places for item in parts.tree(name).xpath(expression, namespaces=_PREFIXES)]
        assert items, f"{feature.name}: no {expression} at {path}"
        found += [(path, expression, _bytes(item)) for item in items]
    return found


def _bytes(item: Any) -> bytes:
    """An attribute's value, or an element in its canonical form."""
    if isinstance(item, str):
        return item.encode()
    return etree.tostring(item, method="c14n", exclusive=True, with_tail=False)
