"""Report tables as a Word document: real tables on A4 landscape, to be kept or copied into the report.

The same tables give the same bytes: no author, no date of making, fixed times inside the package.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Sequence

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from ..workbook.shapes import BAND_FILL, HEAD_FILL
from .tables import CENTRE, LEFT, RIGHT, ReportTable, TableCell, placed

FONT = "Calibri"
"""Where it is missing, office suites take Carlito, whose letters are as wide."""

SIZE = 9
LANGUAGE = "id-ID"
BODY, HEAD, NOTE, CAPTION = "Isi Tabel", "Kepala Tabel", "Catatan Tabel", "Caption"
"""Styles of our own keep their looks when a table is copied into a report; the caption is Word's own, so
that its list of tables finds it."""

_PAGE = (Mm(297), Mm(210))
_MARGIN = Mm(18)
_WIDTH = (_PAGE[0] - 2 * _MARGIN) / Mm(1)
_STAMP = datetime.datetime(2000, 1, 1)
_ALIGN = {
    LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    CENTRE: WD_ALIGN_PARAGRAPH.CENTER,
    RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}
_SIDE, _ABOVE = 1.2, 0.4
"""Millimetres left free at either side of a cell, and above and below."""

_BOLD, _SPARE = 1.06, 0.6
"""How much wider bold letters are; what keeps a word that just fits from being broken, in millimetres."""

_TWIPS = 1440 / 25.4


def render(tables: Sequence[ReportTable], title: str) -> bytes:
    """The document with these tables, numbered from 1."""
    document = Document()
    _set_up(document, title)
    for number, table in enumerate(tables, 1):
        _caption(document, number, table.title)
        _table(document, table)
        note = document.add_paragraph(_printable(table.note), NOTE)
        note.paragraph_format.keep_with_next = False
    return _package(document)


# --- the document --------------------------------------------------------------------------------


def _set_up(document: Doc, title: str) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = _PAGE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    for name in (BODY, HEAD, NOTE):
        document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    for name in ("Normal", BODY, HEAD, NOTE, CAPTION):
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        _style(style, bold=name in (HEAD, CAPTION))
    caption = document.styles[CAPTION]
    assert isinstance(caption, ParagraphStyle)
    caption.font.size = Pt(SIZE + 1)
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(6), Pt(4)
    caption.paragraph_format.keep_with_next = True
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    # The template's own picture of an empty page.
    relations = document.part.package.rels
    for name in [name for name, relation in relations.items() if relation.reltype == RT.THUMBNAIL]:
        del relations[name]
    properties = document.core_properties
    properties.title, properties.language = title, LANGUAGE
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = _STAMP
    properties.revision = 1


def _style(style: ParagraphStyle, bold: bool) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(SIZE), bold
    style.font.italic, style.font.color.rgb = False, RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for part in ("eastAsia", "cs"):
        fonts.set(qn(f"w:{part}"), FONT)
    spacing = style.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing = 1.0


def _caption(document: Doc, number: int, title: str) -> None:
    """`Tabel 3. ...`, its number a field, so that it counts on in the report it is copied into."""
    paragraph = document.add_paragraph("Tabel ", CAPTION)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), " SEQ Tabel \\* ARABIC ")
    shown = paragraph.add_run(str(number))
    paragraph._p.append(field)
    field.append(shown._r)
    paragraph.add_run(f". {_printable(title)}")


# --- one table -----------------------------------------------------------------------------------


def _table(document: Doc, table: ReportTable) -> None:
    lines = (*table.header, *table.rows)
    widths = _widths(table)
    made = document.add_table(len(lines), len(widths), "Table Grid")
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _margins(made)
    # By their ids: finding a style by its name for every cell takes most of the time.
    styles = {True: document.styles[HEAD].style_id, False: document.styles[BODY].style_id}
    rows = list(made.rows)
    grid = [list(row.cells) for row in rows]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    for number, row in enumerate(rows):
        _row_rules(row, heading=number < len(table.header))
        for cell, width in zip(grid[number], widths, strict=True):
            cell.width = Mm(width)
    # A row across the table stays with the first of those it stands for, and rows that share a cell stay
    # together: Word shows the text of such a cell on one page only.
    tied = {n + down for n, _, content in placed(lines) for down in range(content.rows - 1)}
    for number, column, content in placed(lines):
        cell = grid[number][column]
        if content.rows > 1 or content.columns > 1:
            last = grid[number + content.rows - 1][column + content.columns - 1]
            cell = cell.merge(last)
        heading = number < len(table.header)
        across = content.columns == len(widths) > 1
        if heading or across:
            _shade(cell, HEAD_FILL if heading else BAND_FILL)
        _fill_cell(cell, content, styles[heading])
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = across or heading or number in tied or None


def _fill_cell(cell: _Cell, content: TableCell, style_id: str) -> None:
    paragraph: Paragraph = cell.paragraphs[0]
    paragraph._p.style = style_id
    paragraph.alignment = _ALIGN[content.align]
    run = paragraph.add_run(_printable(content.text))
    if content.bold:
        run.bold = True
    # Numbers beside a text of several lines stand at its middle, as the report has them.
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def _row_rules(row: _Row, heading: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if heading:
        properties.append(OxmlElement("w:tblHeader"))


def _shade(cell: _Cell, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    # The schema has it behind the spans and before the vertical alignment.
    cell._tc.get_or_add_tcPr().append(shade)


def _margins(table: Table) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", _ABOVE), ("left", _SIDE), ("bottom", _ABOVE), ("right", _SIDE)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(round(width * _TWIPS)))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    assert look is not None
    look.addprevious(margins)


# --- widths --------------------------------------------------------------------------------------


def _widths(table: ReportTable) -> list[float]:
    """Millimetres per column: numbers and labels as wide as they are, texts share what is left.

    A table whose texts all fit on one line is narrower than the page.
    """
    count = len(table.widths)
    least, most, fixed = [0.0] * count, [0.0] * count, [False] * count
    for lines in (table.header, table.rows):
        for _, column, cell in placed(lines):
            if cell.columns > 1:
                continue
            bold, edges = _BOLD if cell.bold else 1.0, 2 * _SIDE + _SPARE
            whole = bold * _measure(cell.text) + edges
            word = bold * max(map(_measure, cell.text.split()), default=0.0) + edges
            number = lines is table.rows and cell.align != LEFT
            fixed[column] = fixed[column] or number
            least[column] = max(least[column], whole if number else word)
            # A header may take two lines, a text as many as it needs.
            most[column] = max(most[column], word, whole / 2 if lines is table.header else whole)
    most = [max(low, high) for low, high in zip(least, most, strict=True)]
    if sum(least) >= _WIDTH:
        return [width * _WIDTH / sum(least) for width in least]
    if sum(most) <= _WIDTH:
        return most
    return _shared(table.widths, least, most, fixed)


def _shared(
    weights: Sequence[float], least: Sequence[float], most: Sequence[float], fixed: Sequence[bool]
) -> list[float]:
    """Texts share the room by the widths of the sheet's columns, within what each needs at least and most."""
    widths = list(least)
    sharing = {i for i, is_fixed in enumerate(fixed) if not is_fixed}
    while sharing:
        room = _WIDTH - sum(width for i, width in enumerate(widths) if i not in sharing)
        unit = room / sum(weights[i] for i in sharing)
        bound = {i: min(max(unit * weights[i], least[i]), most[i]) for i in sharing}
        # Columns below their least are settled first: they take room from the others.
        short = {i for i in sharing if bound[i] > unit * weights[i]}
        settled = short or {i for i in sharing if bound[i] < unit * weights[i]} or sharing
        for i in settled:
            widths[i] = bound[i]
        sharing = sharing - settled
    return widths


_NARROW = set("iIjlt.,:;'|!()[]/-fr ")
_BROAD = set("mwMW%@&")


def _measure(text: str) -> float:
    """Millimetres of a text in Calibri of 9 points, a little too much rather than too little."""
    ems = sum(0.33 if c in _NARROW else 0.86 if c in _BROAD else 0.62 if c.isupper() else 0.53 for c in text)
    return ems * SIZE * 25.4 / 72


# --- the package ---------------------------------------------------------------------------------

_CONTROL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _printable(text: str) -> str:
    """Without the control characters that no XML document can hold."""
    return _CONTROL.sub("", text)


def _package(document: Doc) -> bytes:
    made, result = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as package:
        for item in source.infolist():
            info = zipfile.ZipInfo(item.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            package.writestr(info, source.read(item))
    return result.getvalue()


__all__ = ["BODY", "CAPTION", "FONT", "HEAD", "LANGUAGE", "NOTE", "render"]
