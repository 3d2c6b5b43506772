"""A macro book (.xlsm) out of a book as the template makes it: VBA, ribbon, buttons on the sheets, settings.

The book is made without any program of Office, and the same book is the same bytes whenever it is made.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from pyopenvba import ExcelFile, VBAModuleKind
from pyopenvba.cfb import CFB

from ...workbook.added_parts import AddedParts
from ...workbook.bare import MACRO_SHEETS, MACRO_TYPE, PLAIN_TYPE
from ...workbook.package import CONTENT_TYPES, open_package
from ...workbook.read import Workbook
from ...workbook.saving import replace_file
from ...workbook.template import FONT, Extras
from ...workbook.write import Revision
from . import UDF_MODULE, intellisense
from .buttons import BUTTONS
from .ribbon import RELATIONS, ribbon
from .vba import PROJECT

SETTINGS_SHEET = MACRO_SHEETS[0]
SETTINGS = {
    "UDF MODULES": UDF_MODULE,
    "USE UDF SERVER": "True",
    "ADD_WORKBOOK_TO_PYTHONPATH": "False",
    "SHOW CONSOLE": "False",
    "DEBUG UDFS": "False",
}
"""What xlwings reads in the book. The interpreter is not among it: it is another on every PC, and stands in
the settings of the user, where `lokapom-xl excel install` writes it."""

_LICENCES = (
    "Modul xlwings: BSD 3-clause, Zoomer Analytics GmbH. Modul Dictionary: MIT, Tim Hall. Teks lengkapnya "
    "disertakan pada paket lokapom_xl."
)
_PROJECT_PART = "xl/vbaProject.bin"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"


def extras() -> Extras:
    """What the template puts into a macro book: lines of the guide, and the hidden sheets.

    The sheet for the tooltips has to be the last one.
    """
    return Extras(
        guide=[*((f"Tombol {button.caption}", button.tip) for button in BUTTONS), ("Lisensi VBA", _LICENCES)],
        hidden={
            SETTINGS_SHEET: [list(item) for item in SETTINGS.items()],
            intellisense.SHEET: intellisense.rows(),
        },
    )


def add_macros(path: Path, buttons: Mapping[str, int]) -> None:
    """Make the book at `path` (.xlsm, as the template wrote it) a macro book, in place.

    `buttons` are the sheets with buttons, each with the row that has them.
    """
    _declare_macros(path)
    _add_project(path)
    _add_parts(path, buttons)


def _declare_macros(path: Path) -> None:
    """Excel refuses a file .xlsm that says it holds no macros."""
    with zipfile.ZipFile(path) as package:
        members = [(info, package.read(info)) for info in package.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for info, content in members:
            if info.filename == CONTENT_TYPES:
                content = content.replace(PLAIN_TYPE.encode(), MACRO_TYPE.encode())
            package.writestr(info, content)


# --- VBA -----------------------------------------------------------------------------------------


def modules() -> dict[str, str]:
    """The VBA of a macro book by module name, as it stands in the book (lines end with CR LF)."""
    import xlwings

    installed = Path(xlwings.__file__).parent
    texts = {
        "xlwings": (installed / "xlwings.bas").read_text("utf-8"),
        "Dictionary": (installed / "addin" / "Dictionary.cls").read_text("utf-8"),
    }
    texts |= {Path(name).stem: text for name, text in json.loads(PROJECT.read_text("utf-8")).items()}
    return {name: "\r\n".join(text.splitlines()) + "\r\n" for name, text in texts.items()}


def _add_project(path: Path) -> None:
    with ExcelFile(path) as book:
        project = book.add_vba_project()
        for name, text in modules().items():
            if name == "ThisWorkbook":
                book.set_module(name, text)
            else:
                kind = VBAModuleKind.other if name == "Dictionary" else VBAModuleKind.standard
                project.add_module(name, text, kind=kind)
        # The sheets' own modules come with compiled code of the program that their pattern was made in.
        for name in book.module_names():
            book.set_module(name, book.get_module(name))
        book.save()
    _compile_anew(path)


_NOT_COMPILED = bytes.fromhex("cc61ffff000000")
"""How a project says that it holds source alone ([MS-OVBA] 2.3.4.1): Office compiles it when it is opened."""


def _compile_anew(path: Path) -> None:
    package = open_package(path)
    project = CFB.from_bytes(package.read(_PROJECT_PART))
    project.write_stream_in_storage("VBA", "_VBA_PROJECT", _NOT_COMPILED)
    new = project.to_bytes()
    path.write_bytes(package.rebuilt({_PROJECT_PART: new}))


# --- ribbon and buttons --------------------------------------------------------------------------


def _add_parts(path: Path, buttons: Mapping[str, int]) -> None:
    package = open_package(path)
    workbook = Workbook(package)
    parts = AddedParts(workbook)
    for name, kind in RELATIONS.items():
        part = f"customUI/{name}"
        parts.keep_raw(part, ribbon(name).encode())
        parts.relate("", kind, part)
    tails = {}
    for number, (sheet, row) in enumerate(buttons.items(), 1):
        part = parts.free("drawings", "vmlDrawing", ".vml")
        parts.keep_raw(part, _drawing(number, row, _widths(workbook, sheet)))
        parts.declare_extension(part, _VML_TYPE)
        identity = parts.relate(workbook.parts[sheet], "vmlDrawing", part)
        tails[sheet] = {"legacyDrawing": f' xmlns:r="{parts.relations_space}" r:id="{identity}"'}
    revision = Revision(package, {}, parts.content(), tails)
    replace_file(path, revision.data(), package, revision.is_in)


# A form control as VML alone, which Excel takes without a part of its own for each control.
_DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" '
    'data="{number}"/></o:shapelayout><v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path shadowok="f" o:extrusionok="f" '
    'strokeok="f" fillok="f" o:connecttype="rect"/><o:lock v:ext="edit" shapetype="t"/></v:shapetype>'
    "{buttons}</xml>"
)
_BUTTON = (
    '<v:shape id={name} o:spid="_x0000_s{number}" type="#_x0000_t201" style="position:absolute;'
    "margin-left:{left}pt;margin-top:{top}pt;width:{width}pt;height:{height}pt;z-index:{order};"
    'mso-wrap-style:tight" o:button="t" fillcolor="buttonFace [67]" strokecolor="windowText [64]" '
    'o:insetmode="auto" alt={tip}><v:fill color2="buttonFace [67]" o:detectmouseclick="t"/>'
    '<o:lock v:ext="edit" rotation="t"/><v:textbox style="mso-direction-alt:auto" o:singleclick="f">'
    '<div style="text-align:center"><font face="{font}" size="200" color="#000000">{caption}</font></div>'
    '</v:textbox><x:ClientData ObjectType="Button"><x:Anchor>{anchor}</x:Anchor>'
    "<x:PrintObject>False</x:PrintObject><x:AutoFill>False</x:AutoFill>"
    "<x:FmlaMacro>[0]!{macro}</x:FmlaMacro><x:TextHAlign>Center</x:TextHAlign>"
    "<x:TextVAlign>Center</x:TextVAlign></x:ClientData></v:shape>"
)
_WIDTH, _HEIGHT, _GAP, _MARGIN = 92, 26, 6, 4
"""Of a button, in pixels; a point is four thirds of one."""


def _drawing(number: int, row: int, widths: Mapping[int, int]) -> bytes:
    """The buttons in one row of a sheet, from its left edge."""
    buttons = []
    for order, button in enumerate(BUTTONS, 1):
        left = _MARGIN + (order - 1) * (_WIDTH + _GAP)
        start, end = _column(left, widths), _column(left + _WIDTH, widths)
        # Column, pixels into it, row, pixels into it; of the first corner and of the last.
        anchor = (*start, row - 1, 2, *end, row - 1, 2 + _HEIGHT)
        buttons.append(
            _BUTTON.format(
                name=quoteattr(button.macro),
                number=1024 * number + order,
                order=order,
                left=left * 3 / 4,
                top=0,
                width=_WIDTH * 3 / 4,
                height=_HEIGHT * 3 / 4,
                tip=quoteattr(button.tip),
                font=FONT,
                caption=escape(button.caption),
                anchor=", ".join(map(str, anchor)),
                macro=button.macro,
            )
        )
    return _DRAWING.format(number=number, buttons="".join(buttons)).encode()


def _column(pixels: int, widths: Mapping[int, int]) -> tuple[int, int]:
    """The column (from 0) that a place is in, and how far into it."""
    column = 0
    while pixels >= widths.get(column, _USUAL):
        pixels -= widths.get(column, _USUAL)
        column += 1
    return column, pixels


_USUAL = 64


def _widths(workbook: Workbook, sheet: str) -> dict[int, int]:
    """The pixels of every column (from 0) whose width is set: seven for a letter, and five beside."""
    xml = workbook.sheet_xml(sheet)
    return {
        number - 1: int(float(item.get("width", 0)) * 7 + 5)
        for item in xml.frame.iterfind(f"{xml.space}cols/{xml.space}col")
        for number in range(int(item.get("min", 0)), int(item.get("max", 0)) + 1)
    }
