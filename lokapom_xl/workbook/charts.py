"""Sheet Dasbor as one printed page: figures, native charts, and the indicators at risk.

Colour is never the only sign: a bar's name carries the mark of its zone or predikat, the legend says
it by word, and bars that could be mixed up in grey have a pattern. Charts are anchored to cells, so
that they keep their places whatever a program makes of row heights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openpyxl.chart import BarChart, LineChart, Reference, Series
from openpyxl.chart.data_source import AxDataSource, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout as Box
from openpyxl.chart.layout import ManualLayout
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RichTextProperties,
)
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from .address import a1, column_letters
from .cells import Placed
from .layout import Table, dated, plan_rows
from .tables.dashboard import (
    AT_RISK,
    BUDGET,
    CHOSEN,
    DASHBOARD_SHEET,
    SPENT,
    marks,
    predicates,
    zones,
)
from .template import FONT, FORMATS, label_colours

if TYPE_CHECKING:
    from .template import Builder

SHEET = DASHBOARD_SHEET

# --- the grid of the page ------------------------------------------------------------------------

_WIDTHS = (11, 11, 11, 11, 11, 11, 11, 1.5, 12, 11, 16, 1.5, 5, 13, 13, 13, 11, 13)
"""Columns A to R; the narrow ones part the panels below each other."""

_LAST = len(_WIDTHS)
_CARD_ROW = 5
_TOP_ROWS = range(8, 20)
_PANEL_ROW = 21
_LIST_ROWS = range(_PANEL_ROW + 1, _PANEL_ROW + 1 + AT_RISK)
_NOTE_ROW = _LIST_ROWS[-1] + 1
_HEIGHTS = {4: 6, 5: 18, 6: 32, 7: 8, **dict.fromkeys(_TOP_ROWS, 24), 20: 8, _PANEL_ROW: 30}
_HEIGHTS |= {**dict.fromkeys(_LIST_ROWS, 30), _NOTE_ROW: 16}

_CARDS = {
    "keadaan": (1, 3),
    "nps": (4, 4),
    "predikat": (5, 6),
    "pagu": (7, 9),
    "penyerapan": (10, 10),
    "output": (11, 13),
    "ie": (14, 14),
    "te": (15, 15),
    "efisiensi": (16, 18),
}
"""First and last column of each figure."""

_LIST = {"no": (13, 13), "berisiko": (14, 16), "capaian_berisiko": (17, 17), "risiko_berisiko": (18, 18)}
_CHOICE = (3, 7)
"""The columns of the cell in which the indicator is chosen; its label stands before it."""

_AMOUNTS = {BUDGET: _PANEL_ROW, SPENT: _PANEL_ROW + 1}
_AMOUNT_LABEL, _AMOUNT_CELL = (9, 10), 11


@dataclass(frozen=True)
class _Area:
    """The cells that a chart covers, first and last row and column."""

    rows: tuple[int, int]
    columns: tuple[int, int]


_SCORES_AREA = _Area((_TOP_ROWS[0], _TOP_ROWS[-1]), (1, 7))
_CAPAIAN_AREA = _Area((_TOP_ROWS[0], _TOP_ROWS[-1]), (9, _LAST))
_MONTHS_AREA = _Area((_LIST_ROWS[0], _LIST_ROWS[-1]), (1, 7))
_BUDGET_AREA = _Area((_LIST_ROWS[1], _LIST_ROWS[-1]), (9, 11))

# --- looks ---------------------------------------------------------------------------------------

_INK, _GREY, _LINE, _CARD = "1F3864", "595959", "BFBFBF", "EEF3F9"
_PATTERN_GROUND = "FBEDEC"
_ZONE_LOOKS: tuple[tuple[str, Any, str], ...] = (
    ("C0504D", "wdUpDiag", "262626"),
    ("A9D18E", "", "262626"),
    ("1F4E8C", "", "FFFFFF"),
)
"""Colour, pattern and ink of the bars of each zone."""

_TARGET_COLOUR, _REALISASI_COLOUR, _SPENT_COLOUR = "BFC7D1", "1F4E8C", "C55A11"
_TARGET_LINE, _LIMIT_LINE = "262626", "7F3F98"

_WHITE = Side(style="thick", color="FFFFFF")
_HAIR = Side(style="thin", color=_LINE)
_BOX = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_NO_ZERO = "#,##0.00;-#,##0.00;;"
"""A series of one zone is blank for the bars of the others, which some programs draw as 0."""


def _solid(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour, end_color=colour)


# --- cells ---------------------------------------------------------------------------------------


def lay_out(builder: Builder) -> None:
    """Place the tables and named cells of the sheet; formulas and charts come when all are placed."""
    sheet = builder.sheet(SHEET)
    figures, at_risk = (t for t in builder.layout.tables if t.sheet == SHEET)
    builder.titles(sheet, dated(figures.title, builder.year), _LAST)
    for number, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[column_letters(number)].width = width
    for row, height in _HEIGHTS.items():
        sheet.row_dimensions[row].height = height
    _lay_figures(builder, sheet, figures)
    _lay_list(builder, sheet, at_risk)
    _lay_fields(builder, sheet)
    _note(builder, sheet)
    builder.finish_page(sheet, None, one_page=True)
    sheet.print_area = f"A1:{a1(_NOTE_ROW, _LAST)}"


def _merge(sheet: Worksheet, row: int, columns: tuple[int, int]) -> None:
    if columns[1] > columns[0]:
        sheet.merge_cells(start_row=row, end_row=row, start_column=columns[0], end_column=columns[1])


def _lay_figures(builder: Builder, sheet: Worksheet, table: Table) -> None:
    header, value = _CARD_ROW, _CARD_ROW + 1
    for column in table.columns:
        columns = _CARDS[column.key]
        for number in range(columns[0], columns[1] + 1):
            for row in (header, value):
                cell = builder.put(sheet, row, number, None, fill=_solid(_CARD))
                cell.border = Border(
                    left=_WHITE if number == columns[0] else Side(),
                    right=_WHITE if number == columns[1] else Side(),
                    bottom=Side(style="medium", color=_INK) if row == value else Side(),
                    top=Side(),
                )
        title = sheet.cell(header, columns[0], dated(column.header, builder.year))
        title.font, title.alignment = Font(name=FONT, size=9, color=_GREY), _CENTRE
        cell = sheet.cell(value, columns[0])
        cell.font = Font(
            name=FONT, size=16 if column.unit in ("points", "ratio") else 13, bold=True, color=_INK
        )
        cell.alignment = Alignment(horizontal="center", vertical="center", shrink_to_fit=True)
        if column.numeric:
            cell.number_format = FORMATS["count" if column.unit == "rupiah" else column.unit]
        for row in (header, value):
            _merge(sheet, row, columns)
        if column.unit == "label":
            _marked_colours(builder, sheet, a1(value, columns[0]))
    placed = Placed(SHEET, columns={key: columns[0] for key, columns in _CARDS.items()})
    placed.rows = {row.key: value for row in plan_rows(table, builder.rule_year)}
    builder.positions.tables[table.key] = placed


def _lay_list(builder: Builder, sheet: Worksheet, table: Table) -> None:
    placed = Placed(SHEET, columns={key: columns[0] for key, columns in _LIST.items()})
    builder.positions.tables[table.key] = placed
    rows = plan_rows(table, builder.rule_year)
    for number, row in zip((_PANEL_ROW, *_LIST_ROWS), (None, *rows)):
        if row is not None:
            placed.rows[row.key] = number
        for column in table.columns:
            columns = _LIST[column.key]
            for index in range(columns[0], columns[1] + 1):
                builder.put(sheet, number, index, None, border=_BOX)
            cell = sheet.cell(number, columns[0])
            cell.alignment = _CENTRE
            if row is None:
                cell.value = dated(column.header, builder.year)
                cell.font, cell.fill = Font(name=FONT, size=10, bold=True, color="FFFFFF"), _solid(_INK)
            elif column.text_of:
                cell.value = int(row.number)
            elif column.key == "berisiko":
                cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
                cell.font = Font(name=FONT, size=9)
            elif column.numeric:
                cell.number_format = FORMATS[column.unit]
            _merge(sheet, number, columns)
    risk = _LIST["risiko_berisiko"][0]
    _marked_colours(builder, sheet, f"{a1(_LIST_ROWS[0], risk)}:{a1(_LIST_ROWS[-1], risk)}")
    first, last = _LIST["berisiko"][0], _LIST["capaian_berisiko"][0]
    _faint(sheet, f"{a1(_LIST_ROWS[0], first)}:{a1(_LIST_ROWS[-1], last)}")


def _lay_fields(builder: Builder, sheet: Worksheet) -> None:
    fields = {item.name: item for item in builder.layout.fields if item.sheet == SHEET}
    bold = Font(name=FONT, size=10, bold=True, color=_INK)
    right = Alignment(horizontal="right", vertical="center", wrap_text=True, indent=1)
    label = sheet.cell(_PANEL_ROW, 1, fields[CHOSEN].label)
    label.font, label.alignment = bold, right
    _merge(sheet, _PANEL_ROW, (1, _CHOICE[0] - 1))
    builder.field_cell(fields[CHOSEN], _PANEL_ROW, _CHOICE[0], fields[CHOSEN].default)
    for index in range(_CHOICE[0], _CHOICE[1] + 1):
        sheet.cell(_PANEL_ROW, index).border = _BOX
    _merge(sheet, _PANEL_ROW, _CHOICE)
    sheet.cell(_PANEL_ROW, _CHOICE[0]).alignment = Alignment(
        horizontal="left", vertical="center", wrap_text=True, indent=1
    )
    for name, row in _AMOUNTS.items():
        label = sheet.cell(row, _AMOUNT_LABEL[0], fields[name].label)
        label.font, label.alignment = bold, right
        _merge(sheet, row, _AMOUNT_LABEL)
        builder.field_cell(fields[name], row, _AMOUNT_CELL, None)
        cell = sheet.cell(row, _AMOUNT_CELL)
        cell.number_format = FORMATS["count"]
        cell.alignment = Alignment(horizontal="right", vertical="center", indent=1)
        address = a1(row, _AMOUNT_CELL)
        check = DataValidation(
            type="custom",
            formula1=f'OR(AND(ISNUMBER({address}),{address}>=0),{address}="-")',
            allow_blank=True,
            showErrorMessage=True,
            showInputMessage=True,
            errorTitle="Isian bukan angka",
            error="Isi dengan jumlah rupiah, nol atau lebih.",
            promptTitle=fields[name].label,
            prompt=_PROMPTS[name],
        )
        check.add(address)
        sheet.add_data_validation(check)


_PROMPTS = {
    BUDGET: "Jumlah rupiah seluruh kantor. Kosongkan bila pagu tidak direvisi: dipakai jumlah lembar RAPK.",
    SPENT: "Jumlah rupiah yang sudah direalisasikan seluruh kantor.",
}


def _note(builder: Builder, sheet: Worksheet) -> None:
    signs = "   ".join(f"{mark} {name}" for name, mark in zones(builder.rule_year))
    text = (
        f"Tanda IKSS: {signs}. Capaian diambil dari lembar Capaian; bila belum terisi, dari lembar "
        "Pemantauan terhadap target s.d. bulan data. IE = rata-rata output : penyerapan. Perhitungan: "
        "lembar Data Dasbor."
    )
    cell = sheet.cell(_NOTE_ROW, 1, text)
    cell.font = Font(name=FONT, size=9, italic=True, color=_GREY)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    _merge(sheet, _NOTE_ROW, (1, _LAST))


def _marked_colours(builder: Builder, sheet: Worksheet, area: str) -> None:
    """The colours of labels that stand behind their marks."""
    known = marks(builder.rule_year)
    _faint(sheet, area)
    for label, (fill, ink) in label_colours(builder.rule_year).items():
        text = f"{known.get(label, '')} {label}".strip()
        rule = CellIsRule(  # type: ignore[no-untyped-call]
            operator="equal", formula=[f'"{text}"'], fill=_solid(fill), font=Font(color=ink)
        )
        sheet.conditional_formatting.add(area, rule)


def _faint(sheet: Worksheet, area: str) -> None:
    """What is not measured, or a line of the list that is not needed, is written lightly."""
    rule = CellIsRule(operator="equal", formula=['"-"'], font=Font(color=_LINE))  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add(area, rule)


# --- charts --------------------------------------------------------------------------------------


def draw(builder: Builder) -> None:
    """Add the charts and the choice of indicators, which need the places of the other tables."""
    sheet = builder.sheet(SHEET)
    _choice(builder, sheet)
    charts: list[tuple[_Area, Any]] = [
        (_SCORES_AREA, _scores(builder)),
        (_CAPAIAN_AREA, _capaian(builder)),
        (_MONTHS_AREA, _months(builder)),
        (_BUDGET_AREA, _budget(builder)),
    ]
    for area, chart in charts:
        first, last = AnchorMarker(), AnchorMarker()
        first.col, first.row = area.columns[0] - 1, area.rows[0] - 1
        last.col, last.row = area.columns[1], area.rows[1]
        chart.anchor = TwoCellAnchor(editAs="twoCell", _from=first, to=last)
        sheet.add_chart(chart)


def _choice(builder: Builder, sheet: Worksheet) -> None:
    names = builder.positions.tables["pk"]
    column, rows = names.columns["indikator"], names.rows.values()
    letter = column_letters(column)
    check = DataValidation(
        type="list",
        formula1=f"{quote_sheetname(names.sheet)}!${letter}${min(rows)}:${letter}${max(rows)}",
        allow_blank=False,
        showErrorMessage=True,
        showInputMessage=True,
        errorTitle="Indikator tidak dikenal",
        error="Pilih indikator dari daftar.",
        promptTitle="Indikator pada grafik",
        prompt="Pilih indikator yang ditampilkan bulan demi bulan.",
    )
    check.add(a1(_PANEL_ROW, _CHOICE[0]))
    sheet.add_data_validation(check)


def _cells(builder: Builder, table: str, column: str) -> Reference:
    """The cells of a column in all rows of a table."""
    placed = builder.positions.tables[table]
    rows, number = placed.rows.values(), placed.columns[column]
    return Reference(
        builder.sheet(placed.sheet), min_col=number, max_col=number, min_row=min(rows), max_row=max(rows)
    )


def _header(builder: Builder, table: str, column: str) -> Reference:
    placed = builder.positions.tables[table]
    number, row = placed.columns[column], min(placed.rows.values()) - 1
    return Reference(builder.sheet(placed.sheet), min_col=number, min_row=row)


def _characters(size: int, bold: bool = False, colour: str = _GREY) -> CharacterProperties:
    return CharacterProperties(sz=size * 100, b=bold, solidFill=colour)


def _colour(rgb: Any) -> ColorChoice:
    return ColorChoice(srgbClr=rgb)


def _text(size: int, bold: bool = False, colour: str = _GREY, turned: bool = False) -> RichText:
    body = RichTextProperties(rot=-5400000 if turned else 0, vert="horz")
    properties = ParagraphProperties(defRPr=_characters(size, bold, colour))
    paragraph = Paragraph(pPr=properties, endParaRPr=_characters(size, bold, colour))
    paragraph.r = []  # looks alone: a text of its own has no place here
    return RichText(bodyPr=body, p=[paragraph])


def _finish(chart: Any, title: str, legend: bool = True) -> None:
    """What all charts share: title, fonts, axes that are seen, light lines."""
    characters = _characters(11, bold=True, colour=_INK)
    chart.title = title
    for paragraph in chart.title.tx.rich.p:
        paragraph.pPr = ParagraphProperties(defRPr=characters)
        for run in paragraph.r or ():
            run.rPr = characters
    chart.title.overlay = False
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        axis.txPr = _text(8)
        axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=_LINE))
        axis.title = None
    chart.x_axis.tickLblSkip = 1
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="E3E6EA"))
    chart.y_axis.number_format = "#,##0"
    chart.y_axis.numFmt.sourceLinked = False
    if legend:
        chart.legend.position = "b"
        chart.legend.txPr = _text(8)
        chart.legend.overlay = False
    else:
        chart.legend = None
    chart.roundedCorners = False
    chart.graphical_properties = GraphicalProperties(ln=LineProperties(solidFill=_LINE))


def _bars(direction: str, gap: int, overlap: int) -> BarChart:
    chart = BarChart()
    chart.x_axis.axPos, chart.y_axis.axPos = ("l", "b") if direction == "bar" else ("b", "l")
    chart.type, chart.grouping, chart.gapWidth, chart.overlap = direction, "clustered", gap, overlap
    return chart


def _series(values: Reference, names: Reference, title: Reference | None = None) -> Any:
    """A series by references that do not move of themselves; values, names and title are cells."""
    series = Series(values)
    series.cat = AxDataSource(strRef=StrRef(f=str(names)))
    if title is not None:
        series.tx = SeriesLabel(strRef=StrRef(f=str(title)))
    return series


def _bar(
    chart: Any, builder: Builder, table: str, column: str, names: Reference, colour: str, pattern: Any = ""
) -> Any:
    series = _series(_cells(builder, table, column), names, _header(builder, table, column))
    looks = series.graphicalProperties
    if pattern:
        looks.pattFill = PatternFillProperties(
            prst=pattern, fgClr=_colour(colour), bgClr=_colour(_PATTERN_GROUND)
        )
    else:
        looks.solidFill = colour
    looks.line = LineProperties(solidFill=colour, w=6350)
    series.invertIfNegative = False
    chart.series.append(series)
    return series


def _labels(
    series: Any, size: int, turned: bool = False, colour: str = "262626", position: str = "outEnd"
) -> None:
    labels = DataLabelList()
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    labels.numFmt = _NO_ZERO
    labels.position = position
    labels.txPr = _text(size, colour=colour, turned=turned)
    series.dLbls = labels


def _scores(builder: Builder) -> BarChart:
    """NPS of every level in the colours of the predikat."""
    chart = _bars("bar", 35, 100)
    names = _cells(builder, "data_nps", "kategori_nps")
    colours = label_colours(builder.rule_year)
    for number, label in enumerate(predicates(builder.rule_year), 1):
        fill, _ = colours.get(label, (_REALISASI_COLOUR, ""))
        series = _bar(chart, builder, "data_nps", f"nps_{number}", names, fill)
        series.graphicalProperties.line = LineProperties(solidFill=_GREY, w=6350)
        _labels(series, 8)
    _finish(chart, "NPS per sasaran strategis dan perspektif, menurut predikat")
    chart.x_axis.scaling.orientation = "maxMin"  # the first row on top
    # Room for the names, of which programs would cut off more than is needed.
    chart.layout = Box(
        manualLayout=ManualLayout(
            layoutTarget="inner", xMode="edge", yMode="edge", x=0.26, y=0.11, w=0.7, h=0.74
        )
    )
    chart.y_axis.crosses = "max"
    chart.y_axis.scaling.min, chart.y_axis.scaling.max, chart.y_axis.majorUnit = 0, 140, 20
    return chart


def _capaian(builder: Builder) -> BarChart:
    """Capaian per indicator, from the farthest below the target to the farthest above it."""
    chart = _bars("col", 40, 100)
    names = _cells(builder, "data_urut", "kategori")
    for number, (colour, pattern, ink) in enumerate(_ZONE_LOOKS, 1):
        series = _bar(chart, builder, "data_urut", f"zona_{number}", names, colour, pattern)
        # At the foot of the bars, away from the lines of reference.
        _labels(series, 8, turned=True, colour=ink, position="inBase")
    lines = LineChart()
    looks: tuple[tuple[str, str, Any], ...] = (
        ("garis_target", _TARGET_LINE, "solid"),
        ("garis_batas", _LIMIT_LINE, "dash"),
    )
    for key, colour, dash in looks:
        series = _series(_cells(builder, "data_urut", key), names, _header(builder, "data_urut", key))
        series.graphicalProperties.line = LineProperties(solidFill=colour, prstDash=dash, w=15875)
        series.marker.symbol = "none"
        series.smooth = False
        lines.series.append(series)
    _finish(chart, "Capaian per indikator, urut menurut jaraknya ke target (100)")
    chart.x_axis.txPr = _text(7, turned=False)
    chart.y_axis.scaling.min = 0
    chart.y_axis.majorUnit = 20
    chart += lines
    return chart


def _months(builder: Builder) -> BarChart:
    """Target and realisasi of the chosen indicator, month by month."""
    chart = _bars("col", 60, 0)
    names = _cells(builder, "data_bulan", "bulan_pendek")
    for column, colour in (("target_bulan", _TARGET_COLOUR), ("realisasi_bulan", _REALISASI_COLOUR)):
        _labels(_bar(chart, builder, "data_bulan", column, names, colour), 7, turned=True)
    _finish(chart, "Target dan realisasi per bulan, indikator yang dipilih di atas")
    chart.y_axis.scaling.min = 0
    return chart


def _budget(builder: Builder) -> BarChart:
    """Output beside input: IE is the one divided by the other."""
    chart = _bars("col", 60, 0)
    placed = builder.positions.tables["data_ringkas"]
    sheet, row = builder.sheet(placed.sheet), next(iter(placed.rows.values()))
    first, last = placed.columns["ringkas_output"], placed.columns["ringkas_penyerapan"]
    values = Reference(sheet, min_col=first, max_col=last, min_row=row, max_row=row)
    names = Reference(sheet, min_col=first, max_col=last, min_row=row - 1, max_row=row - 1)
    series = _series(values, names)
    series.graphicalProperties.solidFill = _REALISASI_COLOUR
    point = DataPoint(idx=1)
    point.graphicalProperties = GraphicalProperties(solidFill=_SPENT_COLOUR)
    series.dPt.append(point)
    chart.series.append(series)
    _labels(series, 9)
    _finish(chart, "Output dan input (%)", legend=False)
    chart.y_axis.scaling.min = 0
    return chart


__all__ = ["SHEET", "draw", "lay_out"]
