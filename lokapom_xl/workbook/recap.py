"""Sheets Rekap and Rekap Uraian: the tables as the report prints them, live, ready to be copied into Word.

Every cell repeats a cell of the other sheets, so that nothing is computed here; staff may insert rows
here and there, and the references follow. The tables stand side by side, each with widths of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

from .address import a1, column_letters
from .cells import Key, quoted
from .lay_out import Laid, Slot, lay_out, lay_out_fields, placed
from .layout import MONTHS, QUARTERS, RECAP_SHEET, RECAP_TEXTS_SHEET, Field, month_key
from .shapes import BAND_FILL, CENTRE, HEAD_FILL, MONTH, QUARTER, field_tables, shapes, table_keys
from .tables.dashboard import DATA_SHEET
from .tables.fields import RECAP_MONTH, RECAP_QUARTER
from .template import FONT, FORMATS

if TYPE_CHECKING:
    from .template import Builder

NAME = "REKAP_{}"
"""What the area of a table is called: a click in the Name Box selects it."""

_CHOICES: dict[str, tuple[str, Sequence[int], Sequence[str]]] = {
    MONTH: (RECAP_MONTH, range(1, 13), MONTHS),
    QUARTER: (RECAP_QUARTER, range(3, 13, 3), QUARTERS),
}
"""By what a periodic table is printed for: the cell that chooses, the months it may show, their names."""

_HINT = (
    "Klik nama di bawah ini, atau pilih di Kotak Nama (kiri atas): seluruh tabelnya terpilih. "
    "Salin (Ctrl+C), lalu tempel di Word (Ctrl+V)."
)
_TOP = 5
"""The row of the titles; above stand the sheet's own title, the unit, the rules in force and the hint."""

_LINKS_WIDTH, _GAP = 34.0, 2.0
_WIDEST, _NARROWEST = 200.0, 16.0
"""Letters of a table that a page has room for, and below which no column of texts is made narrower."""

_LINE = 13.0
"""Points of one line of text."""

_SIDE = Side(style="thin", color="7F7F7F")
_BOX = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)


def lay_out_recap(builder: Builder) -> None:
    """Both sheets of a book whose tables are all placed; only those that have a table."""
    tables = list(_tables(builder))
    for sheet, title, own in (
        (RECAP_SHEET, "REKAP TABEL LAPORAN TAHUN {}", [t for t in tables if t.lines == 1]),
        (RECAP_TEXTS_SHEET, "REKAP TABEL URAIAN LAPORAN TAHUN {}", [t for t in tables if t.lines > 1]),
    ):
        if own:
            _Page(builder, sheet, own).write(title.format(builder.year))


def _tables(builder: Builder) -> Iterator[Laid]:
    layout, year = builder.layout, builder.year
    by_key = {shape.key: shape for shape in shapes(layout)}
    fields = field_tables(layout)
    for key in table_keys(layout):
        if key in fields:
            yield lay_out_fields(key, fields[key], year)
        else:
            shape = by_key[key]
            yield lay_out(layout, builder.positions, shape, year, 12 if shape.period else 0)


class _Page:
    """One of the two sheets."""

    def __init__(self, builder: Builder, name: str, tables: Sequence[Laid]) -> None:
        self.builder, self.tables, self.sheet = builder, tables, builder.sheet(name)
        self.depth = max(len(table.header) for table in tables)
        self.first_row = _TOP + self.depth + 1  # below all headers, which end in one row

    def write(self, title: str) -> None:
        builder, sheet = self.builder, self.sheet
        builder.titles(sheet, title, 1)
        builder.put(sheet, _TOP - 1, 1, _HINT, font=_font(), alignment=Alignment(vertical="center"))
        sheet.column_dimensions["A"].width = _LINKS_WIDTH
        column, areas = 3, []
        for table in self.tables:
            sheet.column_dimensions[column_letters(column - 1)].width = _GAP
            last_row, last_column = self.table(table, column)
            areas.append(f"{a1(_TOP, column)}:{a1(last_row, last_column)}")
            column = last_column + 2
        self.heights()
        links = self.choices(_TOP)
        for row, table in enumerate(self.tables, links):
            self.link(row, NAME.format(table.key.upper()))
        self.in_order()
        # Each area begins a page of its own.
        builder.finish_page(sheet, (_TOP, self.first_row - 1), 1)
        sheet.print_area = areas

    def in_order(self) -> None:
        """Behind the tables, before what only charts are made of."""
        book, names = self.builder.workbook, self.builder.workbook.sheetnames
        if DATA_SHEET in names:
            book.move_sheet(self.sheet, names.index(DATA_SHEET) - names.index(self.sheet.title))

    def choices(self, row: int) -> int:
        """The cells in which a person chooses what the periodic tables show; the row below them."""
        for item in self.builder.layout.fields:
            if item.sheet == self.sheet.title:
                self.choice(item, row)
                row += 2
        return row

    def choice(self, item: Field, row: int) -> None:
        months = next(months for name, months, _ in _CHOICES.values() if name == item.name)
        numbers = ",".join(str(number) for number in range(1, len(months) + 1))
        self.builder.put(self.sheet, row, 1, f"{item.label} (1–{len(months)})", font=_font(bold=True))
        self.builder.field_cell(item, row + 1, 1, int(item.default))
        check = DataValidation(
            type="list",
            formula1=f'"{numbers}"',
            showErrorMessage=True,
            errorTitle="Pilihan tidak ada",
            error=f"Pilih angka 1 sampai dengan {len(months)}.",
        )
        check.add(a1(row + 1, 1))
        self.sheet.add_data_validation(check)

    def link(self, row: int, name: str) -> None:
        cell = self.builder.put(
            self.sheet, row, 1, name, font=Font(name=FONT, size=10, color="0563C1", underline="single")
        )
        cell.hyperlink = Hyperlink(ref=a1(row, 1), location=name, display=name)

    # --- one table -----------------------------------------------------------------------------

    def table(self, table: Laid, left: int) -> tuple[int, int]:
        """Write a table whose first column is `left`; its last row and column."""
        widths = _fitted(table.widths)
        for column, width in enumerate(widths, left):
            self.sheet.column_dimensions[column_letters(column)].width = width
        top, right = self.first_row - len(table.header), left + len(widths) - 1
        self.title(table, top - 1, left, right)
        self.lines(table, table.header, top, left, HEAD_FILL)
        self.lines(table, table.rows, self.first_row, left)
        bottom = self.first_row + len(table.rows) - 1
        name = NAME.format(table.key.upper())
        self.builder.define(name, self.sheet.title, f"{a1(top, left)}:{a1(bottom, right)}")
        return bottom, right

    def title(self, table: Laid, row: int, left: int, right: int) -> None:
        alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
        content = self.worded(table.title)
        self.builder.put(self.sheet, row, left, content, font=_font(bold=True), alignment=alignment)
        if right > left:
            self.sheet.merge_cells(start_row=row, end_row=row, start_column=left, end_column=right)

    def lines(
        self, table: Laid, lines: Sequence[Sequence[Slot]], top: int, left: int, fill: str = ""
    ) -> None:
        width = len(table.widths)
        for down, right, slot in placed(lines):
            row, column = top + down, left + right
            across = slot.columns == width > 1
            colour = fill or (BAND_FILL if across and slot.bold else "")
            look = _Look(colour, slot.bold, slot.align, slot.numeric, _number_format(slot))
            for other in range(slot.rows * slot.columns):
                cell = self.sheet.cell(row + other // slot.columns, column + other % slot.columns)
                self.builder.look(cell, look)
            self.sheet.cell(row, column).value = self.content(table, slot)
            if slot.rows * slot.columns > 1:
                self.sheet.merge_cells(
                    start_row=row,
                    end_row=row + slot.rows - 1,
                    start_column=column,
                    end_column=column + slot.columns - 1,
                )

    # --- heights -------------------------------------------------------------------------------

    def heights(self) -> None:
        """Rows as high as what is known of their texts, and with the room that people's sentences have."""
        lines: dict[int, int] = {}

        def need(row: int, count: int) -> None:
            lines[row] = max(lines.get(row, 1), count)

        for table in self.tables:
            widths = _fitted(table.widths)
            top = self.first_row - len(table.header)
            need(top - 1, _lines_of(table.title, sum(widths)))
            for down, right, slot in placed((*table.header, *table.rows)):
                # What spans several rows has their room.
                needed = ceil(_lines_of(slot.text, sum(widths[right : right + slot.columns])) / slot.rows)
                need(top + down, max(needed, table.lines if down >= len(table.header) else 1))
        for row, count in lines.items():
            self.sheet.row_dimensions[row].height = _LINE * count + 3

    # --- what stands in a cell -----------------------------------------------------------------

    def content(self, table: Laid, slot: Slot) -> Any:
        if slot.source is None and not slot.name:
            text = self.worded(slot.text)
            return int(text) if slot.text.isdigit() else text or None
        value = slot.name or self.reference(slot.source, table.period)
        if not slot.computed and not slot.naming:
            value = f'IF({value}="",{_quoted(slot.blank)},{value})'
        if slot.guard:
            guard = "&".join(self.reference(key, table.period) for key in slot.guard)
            value = f'IF({guard}="","",{value})'
        return f"={value}"

    def reference(self, key: Key | None, period: str) -> str:
        """A cell; of a periodic table the one of the month or the quarter that is chosen."""
        assert key is not None
        if not period:
            sheet, row, column = self.builder.positions.at(key)
            return f"{quoted(sheet)}!{a1(row, column)}"
        name, months, _ = _CHOICES[period]
        slug = key.row.partition("@")[0]
        cells = (self.reference(key._replace(row=month_key(slug, month)), "") for month in months)
        return f"CHOOSE({name},{','.join(cells)})"

    def worded(self, text: str) -> str:
        """A text, as a formula where some of it is what another cell holds."""
        parts = re.split(r"\{(\w+)\}", text)
        if len(parts) == 1:
            return text
        if parts[0] == parts[2] == "" and len(parts) == 3 and parts[1] not in _CHOICES:
            return f"={parts[1]}"
        said = []
        for index, part in enumerate(parts):
            if index % 2 == 0:
                said += [_quoted(part)] if part else []
            elif part in _CHOICES:
                name, _, names = _CHOICES[part]
                said.append(f"CHOOSE({name},{','.join(map(_quoted, names))})")
            else:
                said.append(part)
        return f"=TRIM({'&'.join(said)})"


def _quoted(text: str) -> str:
    escaped = text.replace('"', '""')
    return f'"{escaped}"'


def _font(bold: bool = False) -> Font:
    return Font(name=FONT, size=10, bold=bold)


@dataclass(frozen=True)
class _Look:
    """How a cell of a printed table looks."""

    fill: str
    bold: bool
    align: str
    numeric: bool
    number_format: str

    def parts(self) -> dict[str, Any]:
        middle = self.align == CENTRE
        parts: dict[str, Any] = {
            "border": _BOX,
            "font": _font(self.bold),
            "alignment": Alignment(
                horizontal=self.align,
                vertical="center",
                wrap_text=middle or not self.numeric,
                indent=0 if middle else 1,
            ),
            "number_format": self.number_format,
        }
        if self.fill:
            parts["fill"] = PatternFill("solid", start_color=self.fill, end_color=self.fill)
        return parts


def _number_format(slot: Slot) -> str:
    """Numbers as Indonesia writes them, whatever the program's language, with what the report puts around."""
    if not slot.numeric and slot.form == "{}":
        return "General"
    before, _, after = slot.form.partition("{}")
    code = FORMATS[slot.unit] if slot.numeric else "0"
    language, bracket, digits = code.rpartition("]")
    around = [f'"{text}"' if text else "" for text in (before, after)]
    return f"{language}{bracket}{around[0]}{digits}{around[1]}"


def _fitted(widths: Sequence[float]) -> list[float]:
    """Columns of texts are made narrower where a table is wider than a page."""
    widths = list(widths)
    over = sum(widths) - _WIDEST
    texts = [i for i, width in enumerate(widths) if width > _NARROWEST]
    room = sum(widths[i] - _NARROWEST for i in texts)
    share = min(1.0, over / room) if over > 0 and room else 0.0
    for i in texts:
        widths[i] -= share * (widths[i] - _NARROWEST)
    return widths


def _lines_of(text: str, width: float) -> int:
    return ceil((len(text) + 3) / (1.1 * width))


__all__ = ["NAME", "lay_out_recap"]
