"""Make the books: official ones from their layout, and books that hold printed tables as typed.

openpyxl is the tool here and nowhere else: a new file has nothing to lose. Stored values are put
beside the formulas afterwards by `compute`, because openpyxl cannot write both.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any, Protocol

from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from .. import regulations
from ..numbers import CellError, Scalar, plain
from ..regulations import NotReviewed
from .address import a1, column_letters
from .cells import Key, Placed, Positions
from .guide import AGGREGATE, COMPUTED, ENTRY, GUIDE, STATUS
from .layout import (
    AGGREGATES,
    GUIDE_SHEET,
    NOBODY,
    NOTE,
    RULES_SHEET,
    TOTAL,
    Column,
    Field,
    Layout,
    Row,
    Table,
    dated,
    plan_rows,
    static_text,
)
from .rules_sheet import BAND_TABLES, SINGLE_VALUES, band_lines, single_value
from .tables import official, printed
from .units import is_unit, unit_title

FONT = "Calibri"
_INDONESIAN = "[$-421]"
FORMATS = {
    "points": f"{_INDONESIAN}#,##0.00",
    "ratio": f"{_INDONESIAN}#,##0.00",
    "rupiah": f"{_INDONESIAN}#,##0.00",
    "count": f"{_INDONESIAN}#,##0",
}
_RULES_WIDTHS = (34, 26, 70, 30)
_BOUND_FORMAT = f'{_INDONESIAN}[<=-1000000000]"tanpa batas";{_INDONESIAN}#,##0.00'

_CENTRED = ("number", "period", "ss", "ikss")

_THIN = Side(style="thin", color="7F7F7F")
_MEDIUM = Side(style="medium", color="404040")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", start_color=colour, end_color=colour)


_HEADER_FILL = _fill("1F4E78")
_ENTRY_FILL = _fill(ENTRY)
_COMPUTED_FILL = _fill(COMPUTED)
_AGGREGATE_FILL = _fill(AGGREGATE)
_WARNING_FILL = _fill("F8CBAD")
_TONES = {"summary": _AGGREGATE_FILL, "entry": _ENTRY_FILL, "computed": _COMPUTED_FILL}
_UNLOCKED = Protection(locked=False)

_FIRST_HEADER_ROW = 5
"""Rows 1-3 hold title, unit and the rules in force; row 4 is free, or has the buttons of a macro book."""

_CURRENT_CALCULATION = 191029
"""The calculation engine of Excel 2019 and later. A book that names an older one is calculated when it is
opened; a macro book must keep its stored values where Python is not installed."""


@dataclass(frozen=True)
class Extras:
    """What a macro book has beside its tables: lines of the guide (heading, text), and hidden sheets."""

    guide: Sequence[tuple[str, str]] = ()
    hidden: Mapping[str, Sequence[Sequence[str | int]]] = field(default_factory=dict)


class HasParts(Protocol):
    """A look by what it is made of; equal looks are one."""

    def parts(self) -> dict[str, Any]:
        """The parts of the style, as openpyxl names them."""

    def __hash__(self) -> int: ...


@dataclass(frozen=True)
class Look:
    """How a cell of a table looks; `tone` is what it is for."""

    number_format: str
    side: str
    tone: str
    first_of_month: bool

    def parts(self) -> dict[str, Any]:
        """The parts of the style, as openpyxl names them."""
        top = _MEDIUM if self.first_of_month else _THIN
        parts: dict[str, Any] = {
            "font": Font(name=FONT, size=10, bold=self.tone == "summary"),
            "border": Border(left=_THIN, right=_THIN, top=top, bottom=_THIN),
            "alignment": Alignment(
                horizontal=self.side,
                vertical="center",
                wrap_text=self.side != "right" or None,
                indent=1 if self.side == "left" else 0,
            ),
        }
        if self.number_format:
            parts["number_format"] = self.number_format
        if self.tone in _TONES:
            parts["fill"] = _TONES[self.tone]
        if self.tone == "entry":
            parts["protection"] = _UNLOCKED
        return parts


def _look_of(column: Column, row: Row, aggregate: bool, first_of_month: bool) -> Look:
    call = column.call(row.kind, row.month)
    if column.numeric:
        whole = call is not None and call.function.unit == "peringkat"
        number_format, side = FORMATS["count" if whole else column.unit], "right"
    else:
        centred = column.unit == "label" or column.text_of in _CENTRED
        number_format, side = "", "center" if centred else "left"
    tone = "computed" if call is not None else ""
    if aggregate:
        tone = "summary"
    elif column.is_entry(row.kind) and (call is None or column.soft):
        tone = "entry"
    return Look(number_format, side, tone, first_of_month)


class Builder:
    """Builds one book; `edition` is `plain` (Excel formulas) or `udf` (calls of our functions)."""

    def __init__(
        self,
        layout: Layout,
        year: int,
        rule_year: int,
        edition: str = "plain",
        unit: str = "",
        extras: Extras | None = None,
    ) -> None:
        self.layout = layout
        self.year = year
        self.rule_year = rule_year
        self.edition = edition
        self.unit = unit
        self.positions = Positions(rule_year)
        self.workbook = Workbook()
        self.workbook.remove(self.workbook.worksheets[0])
        self.extras = extras or Extras()
        self.buttons: dict[str, int] = {}
        self.looks: dict[HasParts, Any] = {}
        if edition == "udf":
            self.workbook.calculation.calcId = _CURRENT_CALCULATION
            self.workbook.calculation.fullCalcOnLoad = None
        else:
            # Everything is computed by us and stored; Excel computes again when it opens the book.
            self.workbook.calculation.fullCalcOnLoad = True

    # --- building blocks -----------------------------------------------------------------------

    def sheet(self, name: str) -> Worksheet:
        for known in self.workbook.worksheets:
            if known.title == name:
                return known
        sheet: Worksheet = self.workbook.create_sheet(name)
        sheet.sheet_view.showGridLines = False
        return sheet

    def put(self, sheet: Worksheet, row: int, column: int, value: Any, **style: Any) -> Any:
        cell = sheet.cell(row, column, value)
        cell.font = style.pop("font", Font(name=FONT, size=10))
        cell.alignment = style.pop("alignment", Alignment(vertical="center", wrap_text=True))
        for name, item in style.items():
            setattr(cell, name, item)
        return cell

    def look(self, cell: Any, look: HasParts) -> None:
        """Give a cell its look. openpyxl compares every part of a style anew; thousands share a few."""
        known = self.looks.get(look)
        if known is None:
            for name, item in look.parts().items():
                setattr(cell, name, item)
            self.looks[look] = copy(cell._style)
        else:
            cell._style = copy(known)

    def define(self, name: str, sheet: str, address: str) -> None:
        absolute = re.sub(r"([A-Z]+)(\d+)", r"$\1$\2", address)
        self.workbook.defined_names[name] = DefinedName(
            name, attr_text=f"{quote_sheetname(sheet)}!{absolute}"
        )

    def finish_page(
        self, sheet: Worksheet, header: tuple[int, int] | None, first_column: int = 0, one_page: bool = False
    ) -> None:
        """A4 landscape, fit to width, repeated headers, page numbers, protection without password."""
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.print_options.horizontalCentered = True
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, int(one_page)
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        margins = sheet.page_margins
        margins.left = margins.right = 0.4
        margins.top = margins.bottom = 0.6
        margins.header = margins.footer = 0.3
        footer: Any = sheet.oddFooter
        footer.left.text = "&A"
        footer.right.text = "Halaman &P dari &N"
        if header:
            sheet.print_title_rows = f"{header[0]}:{header[1]}"
            sheet.freeze_panes = a1(header[1] + 1, first_column + 1)
        protection = sheet.protection
        protection.sheet = True
        for allowed in ("formatCells", "formatColumns", "formatRows", "insertRows", "sort", "autoFilter"):
            setattr(protection, allowed, False)  # False: not forbidden

    # --- official tables -----------------------------------------------------------------------

    def table(self, table: Table, rows: Sequence[Row]) -> None:
        """Lay the table's texts and entry cells out; formulas come when every table is placed."""
        sheet = self.sheet(table.sheet)
        width = table.at + len(table.columns) - 1
        if table.at == 1:
            self.titles(sheet, dated(table.title, self.year), width)
        top = _FIRST_HEADER_ROW
        bottom = top + 1 if any(c.group for c in table.columns) else top
        self.header(sheet, table.columns, top, bottom, table.at)
        if table.buttons:
            self.button_row(sheet, top - 1)
        placed = Placed(table.sheet, columns={c.key: i for i, c in enumerate(table.columns, table.at)})
        self.positions.tables[table.key] = placed
        for number, row in enumerate(rows, bottom + 1):
            placed.rows[row.key] = number
            self.row(sheet, table, row, number)
            before = rows[number - bottom - 2] if number > bottom + 1 else row
            monthly = table.rows in ("bulanan", "triwulanan")
            if before.month != row.month and (monthly or row.month == NOBODY):
                sheet.row_breaks.append(Break(id=number - 1))
        name_column = placed.columns[table.name_column]
        # A form of one page keeps its signatures on it.
        one_page = table.rows.startswith("indikator")
        self.finish_page(sheet, (top, bottom), name_column if table.at == 1 else 0, one_page)
        sheet.print_area = f"A1:{column_letters(width)}{sheet.max_row}"
        self.entry_checks(sheet, table, rows, placed)

    def button_row(self, sheet: Worksheet, row: int) -> None:
        """Room for the buttons of a macro book."""
        if self.edition == "udf":
            sheet.row_dimensions[row].height = 24
            self.buttons[sheet.title] = row

    def titles(self, sheet: Worksheet, title: str, width: int) -> None:
        lines: list[tuple[object, Font]] = [(title, Font(name=FONT, size=14, bold=True))]
        lines.append(("=NAMA_UNIT", Font(name=FONT, size=11)))
        lines.append((self.rules_line(), Font(name=FONT, size=9, italic=True)))
        # Merged titles stay within the columns that are always in view.
        for row, (text, font) in enumerate(lines, 1):
            cell = self.put(sheet, row, 1, text, font=font, alignment=Alignment(vertical="center"))
            if row == 3 and self.year != self.rule_year:
                cell.font = Font(name=FONT, size=11, bold=True, color="9C0006")
                for column in range(1, width + 1):
                    sheet.cell(row, column).fill = _WARNING_FILL

    def rules_line(self) -> str:
        if self.layout.printed:
            return "Setiap nilai sebagaimana tercetak dalam laporan; tidak ada yang dihitung di sini."
        if self.year == self.rule_year:
            return f"Dihitung menurut aturan tahun {self.rule_year} (lihat lembar {RULES_SHEET})."
        return (
            f"PERHATIAN: buku tahun {self.year} ini memakai aturan tahun {self.rule_year}, "
            f"karena aturan tahun {self.year} belum ditinjau."
        )

    def header(
        self, sheet: Worksheet, columns: Sequence[Column], top: int, bottom: int, first: int = 1
    ) -> None:
        font = Font(name=FONT, size=10, bold=True, color="FFFFFF")
        centre = Alignment(horizontal="center", vertical="center", wrap_text=True)
        for number, column in enumerate(columns, first):
            for row in range(top, bottom + 1):
                self.put(
                    sheet, row, number, None, font=font, alignment=centre, fill=_HEADER_FILL, border=_BOX
                )
            sheet.column_dimensions[column_letters(number)].width = column.width
            text = f"={column.heading_of}" if column.heading_of else dated(column.header, self.year)
            if column.group:
                sheet.cell(bottom, number).value = text
            else:
                sheet.cell(top, number).value = text
                if bottom > top:
                    sheet.merge_cells(start_row=top, end_row=bottom, start_column=number, end_column=number)
        start = 1
        while start <= len(columns):
            end, group = start, columns[start - 1].group
            while end < len(columns) and columns[end].group == group:
                end += 1
            if group:
                left, right = start + first - 1, end + first - 1
                sheet.cell(top, left).value = dated(group, self.year)
                sheet.merge_cells(start_row=top, end_row=top, start_column=left, end_column=right)
            start = end + 1
        grouped = any(len(c.group) > 18 for c in columns)
        sheet.row_dimensions[top].height = 30 if grouped else 20
        sheet.row_dimensions[bottom].height = (
            32 if any(len(c.header) > 1.1 * c.width for c in columns) else 20
        )
        if any(c.heading_of for c in columns):  # names of any length
            sheet.row_dimensions[bottom].height = 48

    def row(self, sheet: Worksheet, table: Table, row: Row, number: int) -> None:
        aggregate = row.kind != table.body
        if not aggregate:
            texts = [(len(str(static_text(table, c, row) or "")), c.width) for c in table.columns]
            fit_height(sheet, number, texts, least=table.lines)
        first_of_month = bool(row.month) and row.number == "1"
        for index, column in enumerate(table.columns, table.at):
            cell: Any = sheet.cell(number, index)
            cell.value = static_text(table, column, row)
            self.look(cell, _look_of(column, row, aggregate, first_of_month))

        if row.kind == NOTE:
            # A sentence over all columns of numbers.
            numeric = [i for i, c in enumerate(table.columns, table.at) if c.numeric]
            sheet.merge_cells(
                start_row=number, end_row=number, start_column=numeric[0], end_column=numeric[-1]
            )
            note = sheet.cell(number, numeric[0])
            note.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
            sheet.row_dimensions[number].height = 32

    def formulas(self) -> None:
        """Write every computed cell of every placed table."""
        for table in self.layout.tables:
            placed = self.positions.tables[table.key]
            rows = {row.key: row for row in plan_rows(table, self.rule_year)}
            for key, number in placed.rows.items():
                for column in table.columns:
                    call = column.call(rows[key].kind, rows[key].month)
                    if call is None:
                        continue
                    text = self.positions.formula(call, Key(table.key, key, column.key), self.edition)
                    if text is None:
                        raise ValueError(f"no inputs for {table.key}/{key}/{column.key}")
                    self.sheet(placed.sheet).cell(number, placed.columns[column.key]).value = "=" + text

    def entry_checks(self, sheet: Worksheet, table: Table, rows: Sequence[Row], placed: Placed) -> None:
        """Input checks and drop-downs on entry cells, colours on labels."""
        first, last = min(placed.rows.values()), max(placed.rows.values())
        for column in table.columns:
            letter = column_letters(placed.columns[column.key])
            filled = [
                placed.rows[r.key]
                for r in rows
                if column.is_entry(r.kind) and not column.call(r.kind, r.month)
            ]
            if filled and column.numeric:
                check = DataValidation(
                    type="custom",
                    formula1=f'OR(AND(ISNUMBER({letter}{first}),{letter}{first}>=0),{letter}{first}="-")',
                    allow_blank=True,
                    errorTitle="Isian bukan angka",
                    error="Isi dengan angka nol atau lebih, atau tanda - bila belum diukur.",
                    promptTitle=column.header[:32],
                    prompt="Angka dalam poin (99,93 bukan 99,93%). Tanda - berarti belum diukur."
                    if column.unit == "points"
                    else "Angka. Tanda - berarti belum diukur.",
                )
            elif filled and column.choices:
                check = DataValidation(
                    type="list",
                    formula1='"' + ",".join(column.choices) + '"',
                    allow_blank=True,
                    showErrorMessage=False,
                )
            else:
                check = None
            if check is not None:
                for start, end in _runs(filled):
                    check.add(f"{letter}{start}:{letter}{end}")
                check.showInputMessage = True
                check.showErrorMessage = check.type == "custom"
                sheet.add_data_validation(check)
            if column.unit == "label":
                self.label_colours(sheet, f"{letter}{first}:{letter}{last}")

    def label_colours(self, sheet: Worksheet, area: str) -> None:
        for label, (fill, ink) in label_colours(self.rule_year).items():
            rule = CellIsRule(  # type: ignore[no-untyped-call]
                operator="equal", formula=[f'"{label}"'], fill=_fill(fill), font=Font(color=ink)
            )
            sheet.conditional_formatting.add(area, rule)

    # --- named cells, guide and rules ----------------------------------------------------------

    def field_cell(self, item: Field, row: int, column: int, value: object, merge_to: int = 0) -> None:
        sheet = self.sheet(item.sheet)
        cell = self.put(sheet, row, column, value, border=_BOX)
        if isinstance(value, str):
            cell.data_type = "s"  # also "=1+1": what people type here is text
        if item.unit == "rupiah":
            cell.number_format = FORMATS["rupiah"]
        if item.unit == "count":
            cell.number_format = "0"
        centred = item.sheet != GUIDE_SHEET and not item.table  # a signature block
        side = "center" if centred else "left"
        cell.alignment = Alignment(
            horizontal=side, vertical="center", wrap_text=not merge_to, indent=0 if centred else 1
        )
        if item.entry:
            cell.fill, cell.protection = _ENTRY_FILL, _UNLOCKED
        else:
            cell.fill = _COMPUTED_FILL
        if merge_to:
            sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=merge_to)
        self.define(item.name, item.sheet, a1(row, column))

    def guide(self) -> None:
        """Sheet Petunjuk: what the book is, how it is filled, what the colours mean."""
        sheet = self.sheet(GUIDE_SHEET)
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 90
        self.put(
            sheet, 1, 1, self.layout.title, font=Font(name=FONT, size=14, bold=True), alignment=Alignment()
        )
        cell = self.put(
            sheet, 2, 1, self.rules_line(), font=Font(name=FONT, size=10, italic=True), alignment=Alignment()
        )
        if self.year != self.rule_year:
            cell.font = Font(name=FONT, size=11, bold=True, color="9C0006")
            cell.fill = sheet.cell(2, 2).fill = _WARNING_FILL
        values: dict[str, object] = {
            "jenis_buku": self.layout.kind,
            "tahun": self.year,
            "aturan_tahun": self.rule_year,
            "unit": self.unit or None,
        }
        self.button_row(sheet, 3)
        row = 4
        for item in self.layout.fields:
            if item.sheet != GUIDE_SHEET:
                continue
            self.put(sheet, row, 1, item.label, font=Font(name=FONT, size=10, bold=True), border=_BOX)
            self.field_cell(item, row, 2, values.get(item.key) or item.default or None)
            row += 1
        row += 1
        lines = GUIDE["printed" if self.layout.printed else self.edition]
        for heading, text, fill in [*lines, *((*line, "") for line in self.extras.guide)]:
            cell = self.put(sheet, row, 1, heading, font=Font(name=FONT, size=10, bold=True), border=_BOX)
            if fill:
                cell.fill = _fill(fill)
            self.put(sheet, row, 2, text, border=_BOX)
            fit_height(sheet, row, [(len(heading), 30), (len(text), 90)])
            row += 1
        self.finish_page(sheet, None)

    def rules(self) -> None:
        """Sheet Aturan: the thresholds in force, where plain formulas look them up."""
        sheet = self.sheet(RULES_SHEET)
        for letter, width in zip("ABCD", _RULES_WIDTHS, strict=True):
            sheet.column_dimensions[letter].width = width
        title = f"ATURAN PENGUKURAN TAHUN {self.rule_year}"
        self.put(sheet, 1, 1, title, font=Font(name=FONT, size=14, bold=True), alignment=Alignment())
        note = "Angka di lembar ini dipakai rumus. Ubah aturan lewat berkas aturan, bukan di sini."
        self.put(sheet, 2, 1, note, font=Font(name=FONT, size=9, italic=True), alignment=Alignment())
        row = 4
        for subject, name, heading in BAND_TABLES:
            row = self.band_table(sheet, row, subject, name, heading)
        row = self.rule_heading(sheet, row, "Nilai tunggal", ("Nama", "Nilai", "Rujukan", "Status"))
        for subject, key, name, label in SINGLE_VALUES:
            row = self.single_value(sheet, row, subject, key, name, label)
        row = self.rule_heading(
            sheet, row + 1, "Hal yang belum pasti", ("Pokok", "Pilihan", "Alasan", "Aturan")
        )
        for point in regulations.open_points():
            self.rule_line(
                sheet, row, (point.point, point.choice, point.reason, regulations.title(point.subject))
            )
            row += 1
        self.finish_page(sheet, None)

    def rule_line(self, sheet: Worksheet, row: int, line: Sequence[object]) -> list[Any]:
        """One line of the sheet, as high as its texts; returns its cells."""
        cells = [self.put(sheet, row, column, text, border=_BOX) for column, text in enumerate(line, 1)]
        lengths = [len(str(text)) for text in line]
        fit_height(sheet, row, list(zip(lengths, _RULES_WIDTHS, strict=True)))
        return cells

    def rule_heading(self, sheet: Worksheet, row: int, heading: str, columns: Sequence[str]) -> int:
        self.put(sheet, row, 1, heading, font=Font(name=FONT, size=11, bold=True), alignment=Alignment())
        for column, text in enumerate(columns, 1):
            font = Font(name=FONT, size=10, bold=True, color="FFFFFF")
            self.put(sheet, row + 1, column, text, font=font, fill=_HEADER_FILL, border=_BOX)
        return row + 2

    def reference(self, subject: str) -> tuple[str, str]:
        """Where a rule stands, and how sure it is."""
        try:
            version = regulations.version(subject, self.rule_year)
        except NotReviewed as problem:
            return problem.message, STATUS["open"]
        return version.reference, STATUS[version.status]

    def band_table(self, sheet: Worksheet, row: int, subject: str, name: str, heading: str) -> int:
        row = self.rule_heading(sheet, row, heading, ("Mulai dari", "Label", "Rujukan", "Status"))
        reference = self.reference(subject)
        lines = [
            (_cell(bound), _cell(label), *reference) for bound, label in band_lines(subject, self.rule_year)
        ]
        first = row
        colours = label_colours(self.rule_year)
        for line in lines:
            bound, label, *_ = self.rule_line(sheet, row, line)
            bound.number_format = _BOUND_FORMAT
            bound.alignment = Alignment(horizontal="right", vertical="center")
            if label.value in colours:
                fill, ink = colours[label.value]
                label.fill, label.font = _fill(fill), Font(name=FONT, size=10, color=ink)
            row += 1
        self.define(f"{name}_BATAS", RULES_SHEET, f"A{first}:A{row - 1}")
        self.define(f"{name}_LABEL", RULES_SHEET, f"B{first}:B{row - 1}")
        return row + 1

    def single_value(self, sheet: Worksheet, row: int, subject: str, key: str, name: str, label: str) -> int:
        found = single_value(subject, self.rule_year, key)
        line = (label, _cell(found), *self.reference(subject))
        self.rule_line(sheet, row, line)[1].number_format = FORMATS["points"]
        self.define(name, RULES_SHEET, f"B{row}")
        return row + 1

    # --- the signature blocks ------------------------------------------------------------------

    def blocks(self) -> None:
        """Named cells below the tables: activity, budget and signatures."""
        for sheet_name in dict.fromkeys(i.sheet for i in self.layout.fields if i.sheet != GUIDE_SHEET):
            items = {i.key: i for i in self.layout.fields if i.sheet == sheet_name}
            if "tempat_tanggal" not in items:
                continue  # placed by what lays that sheet out
            sheet = self.sheet(sheet_name)
            row = sheet.max_row + 2
            bold = Font(name=FONT, size=10, bold=True)
            for key in ("kegiatan", "anggaran"):
                if key in items:
                    self.put(
                        sheet, row, 2, items[key].label, font=bold, alignment=Alignment(horizontal="right")
                    )
                    self.field_cell(items[key], row, 3, items[key].default or None)
                    row += 1
            left, right, end = (2, 3, 0) if sheet_name == "PK" else (2, 11, 15)
            row += 1
            if "pihak_kedua" in items:
                self.put(sheet, row, left, "Pihak Kedua", font=bold, alignment=Alignment(horizontal="center"))
                self.field_cell(items["pihak_kedua"], row + 5, left, items["pihak_kedua"].default)
                self.put(
                    sheet,
                    row + 1,
                    right,
                    "Pihak Pertama",
                    font=bold,
                    alignment=Alignment(horizontal="center"),
                )
            for offset, key in ((0, "tempat_tanggal"), (2, "jabatan"), (5, "nama")):
                self.field_cell(items[key], row + offset, right, items[key].default, end)
            sheet.print_area = f"A1:{column_letters(sheet.max_column)}{sheet.max_row}"

    # --- printed tables ------------------------------------------------------------------------

    def printed_table(self, table: Table, records: Sequence[Mapping[str, str]]) -> None:
        """A table as printed: every value the text that stands in the report."""
        sheet = self.sheet(table.sheet)
        columns = _printed_columns(table, list(records[0]))
        self.titles(sheet, f"{table.sheet} – sebagaimana tercetak", len(columns))
        top = _FIRST_HEADER_ROW
        bottom = top + 1 if any(c.group for c in columns) else top
        self.header(sheet, columns, top, bottom)
        for number, record in enumerate(records, bottom + 1):
            for index, column in enumerate(columns, 1):
                names = (column.key, *(dated(alias, self.year) for alias in column.aliases))
                text = next((record[n] for n in names if n in record), "")
                cell = self.put(sheet, number, index, text or None, border=_BOX)
                cell.number_format = "@"
                cell.data_type = "s" if text else "n"
                cell.fill = _ENTRY_FILL
            lengths = [len(str(sheet.cell(number, i).value or "")) for i in range(1, len(columns) + 1)]
            fit_height(sheet, number, list(zip(lengths, (c.width for c in columns), strict=True)))
        self.finish_page(sheet, (top, bottom))
        sheet.protection.sheet = False

    def hidden(self) -> None:
        """The hidden sheets of a macro book, behind all others."""
        for name, rows in self.extras.hidden.items():
            sheet = self.sheet(name)
            for row in rows:
                sheet.append(list(row))
            sheet.sheet_state = "hidden"

    def save(self, path: Path) -> None:
        for sheet in self.workbook.worksheets:
            sheet.sheet_view.tabSelected = sheet is self.workbook.worksheets[0]
        self.workbook.active = 0
        properties = self.workbook.properties
        properties.title = f"{self.layout.title} {self.year}"
        properties.creator = "lokapom_xl"
        self.workbook.save(path)
        _make_reproducible(path)


def _printed_columns(table: Table, names: Sequence[str]) -> tuple[Column, ...]:
    """The columns of a printed table; those of offices as many and in the order as printed."""
    units = [
        Column(name, unit_title(name), unit="points", width=14, entry=True) for name in names if is_unit(name)
    ]
    plain_columns = [c for c in table.columns if not c.heading_of]
    return (*plain_columns, *units) if len(plain_columns) < len(table.columns) else table.columns


def _cell(value: Scalar) -> Any:
    """A value as openpyxl takes it."""
    return value.code if isinstance(value, CellError) else value


def fit_height(sheet: Worksheet, row: int, texts: Iterable[tuple[int, float]], least: int = 1) -> None:
    """Make a row as high as its longest text needs; `texts` are (length, column width) pairs."""
    lines = max(ceil((length + 2) / (1.08 * width)) for length, width in texts)
    sheet.row_dimensions[row].height = 13 * max(lines, least) + 3


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Consecutive row numbers as (first, last) pairs."""
    runs: list[tuple[int, int]] = []
    for row in sorted(rows):
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs


def label_colours(year: int) -> dict[str, tuple[str, str]]:
    """Label -> fill and ink as RRGGBB; none where no colours are set for the year."""
    try:
        colours = regulations.version("warna", year).data["colours"]
    except NotReviewed:
        return {}
    return {c["label"]: (c["fill"].lstrip("#"), c["ink"].lstrip("#")) for c in colours}


def build_official(
    kind: str,
    path: Path,
    year: int,
    rule_year: int,
    edition: str = "plain",
    unit: str = "",
    extras: Extras | None = None,
) -> dict[str, int]:
    """Write an empty official book; its formulas have no stored values yet.

    Returns the sheets that have room for buttons, each with the row of it.
    """
    from . import charts, recap  # draw with this module's builder

    builder = Builder(official(kind, rule_year), year, rule_year, edition, unit, extras)
    builder.guide()
    for table in builder.layout.tables:
        if table.sheet != charts.SHEET:
            builder.table(table, plan_rows(table, rule_year))
        elif table.sheet not in builder.workbook.sheetnames:  # a page of its own, laid out as a whole
            charts.lay_out(builder)
    builder.blocks()
    builder.formulas()
    if charts.SHEET in builder.workbook.sheetnames:
        charts.draw(builder)
    recap.lay_out_recap(builder)
    builder.rules()
    builder.hidden()
    builder.save(path)
    return builder.buttons


def build_printed(
    kind: str, path: Path, year: int, tables: Mapping[str, Sequence[Mapping[str, str]]], unit: str = ""
) -> None:
    """Write a book with the printed tables given by their keys, one sheet each."""
    builder = Builder(printed(kind, year), year, year, unit=unit)
    builder.guide()
    for table in builder.layout.tables:
        builder.printed_table(table, tables[table.key])
    builder.rules()
    builder.save(path)


_STAMP = datetime.datetime(2000, 1, 1)


def _make_reproducible(path: Path) -> None:
    """The same book is the same bytes whenever it is built: fixed times inside the package."""
    with zipfile.ZipFile(path) as package:
        members = [(info.filename, package.read(info)) for info in package.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members:
            if name == "docProps/core.xml":
                stamp = _STAMP.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
                data = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, data)
            if name.startswith("xl/worksheets/"):
                # A height that is not "custom" follows the text when somebody edits the row; one without
                # text, for the buttons, stays.
                data = re.sub(rb'(<row [^>]*) customHeight="1"([^>]*><c )', rb"\1\2", data)
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            package.writestr(info, data)


__all__ = ["AGGREGATES", "TOTAL", "Builder", "build_official", "build_printed", "plain"]
