"""What can be repaired in a book without changing what it reports, and what is left alone, with the reason.

A *reported number* is what people read in a cell: the digits of a text, the points of a percentage, the
value of a number. A repair changes the form in which it is stored, never the number.

Repaired are, in entry cells:

* a text with exactly one reading as a number (ISI04) becomes that number. Left: what has two readings, what
  has a footnote star or another word (those stay findings), a sign (`%`, `Rp`) that does not belong to the
  column, more digits than a spreadsheet keeps;
* a percentage in a column of points (ISI06) becomes the points that it shows. Left: where its format hides
  digits, and above `_MOST_PERCENT`, where rather the typed number than the format may be meant;
* blanks around a `-`, and a text of nothing but blanks, which formulas take for a text and not for empty;
* the number format of text (it makes a text of whatever is typed next), of a date where no date can be meant,
  and "general" where the column has decimals. Left: a date or time that somebody may mean, and a format that
  hides digits, which would change what people read.

Blanks at both ends go from names of rows, headers, named cells and answers from a list, never from what staff
write freely. In a printed book, where every text is as it was typed, only blanks at the end go, and nothing
else changes.

A typed value over a formula (FRM01) gives way to the official formula where the formula gives the same at the
decimals that people see, and where no other cell of the book shows anything else because of it: beyond the
decimals shown the new value may differ. An empty cell is no value that agrees.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ..checks import Context
from ..checks.cell_formulas import same_formula
from ..checks.entries import entries
from ..numbers import Scalar, from_float, indonesian, read_text, round_half_up, show
from ..regulations import normalise
from ..workbook.address import Position, a1, box, inside
from ..workbook.cells import Key
from ..workbook.dependents import Place
from ..workbook.evaluate import Evaluator
from ..workbook.layout import Column, Table, dated
from ..workbook.locate import BookView
from ..workbook.number_formats import (
    DATE,
    GENERAL,
    NUMBER,
    PERCENT,
    TEXT,
    TIME,
    WHOLE,
    WITH_DECIMALS,
    NumberFormat,
    NumberFormats,
)
from ..workbook.read import Cell, Workbook
from ..workbook.sheet_patch import style_at
from ..workbook.sheet_xml import Row, SheetXml

AS_TEXT, AS_PERCENT, LOST_FORMULA, FORM = "ISI04", "ISI06", "FRM01", ""
"""What repairs are about: the code of the finding that goes, none where the form is no finding."""

_MOST_PERCENT = Decimal(2)
"""200 %: who typed 99,93 into a cell of per cent sees 9993 % and means something else."""

_NO_DATES = (Decimal(1000), Decimal(2958465))
"""Up to the first (in 1902) and beyond the second (in 9999) a number is no date that anybody means."""

_ENDS = re.compile(r"^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$")
_END = re.compile(r"[\s\u200b\ufeff]+$")
"""Blanks, also those that do not break a line or have no width."""

_NO_ROOM = "buku ini sudah memuat terlalu banyak format sel"
_FENCED = "sel itu bagian sel gabungan atau kepala tabel Excel"


@dataclass(frozen=True)
class Repair:
    """One cell: what it was, what it is (as people read it), why, and the finding that goes with it."""

    place: Place
    code: str
    old: str
    new: str
    why: str

    @property
    def where(self) -> str:
        return name_of(self.place)


@dataclass(frozen=True)
class Left:
    """One cell that is not as it should be and is left as it is, with the reason."""

    place: Place
    what: str
    why: str

    @property
    def where(self) -> str:
        return name_of(self.place)


def name_of(place: Place) -> str:
    """`Sheet!B7`."""
    return f"{place[0]}!{a1(place[1], place[2])}"


@dataclass(frozen=True)
class LostFormula:
    """A typed value over a formula: the formula, the value as people read it, the format that shows it."""

    key: Key
    text: str
    typed: Scalar
    shown: NumberFormat | None


@dataclass
class Repairs:
    """Repairs of one book: new contents of cells that are no formulas, formulas, and new looks.

    `restyled` are the cells with a new number format without which the new content would mean another number.
    """

    done: dict[Place, Repair] = field(default_factory=dict)
    values: dict[Place, Scalar] = field(default_factory=dict)
    formulas: dict[Place, LostFormula] = field(default_factory=dict)
    looks: dict[Place, int] = field(default_factory=dict)
    restyled: set[Place] = field(default_factory=set)
    left: list[Left] = field(default_factory=list)

    def leave(self, place: Place, why: str) -> None:
        """Take back what was planned for a cell."""
        repair = self.done.pop(place)
        self.values.pop(place, None)
        self.formulas.pop(place, None)
        self.looks.pop(place, None)
        self.restyled.discard(place)
        self.left.append(Left(place, f"{repair.why}: {repair.old}", why))


class Finder:
    """Finds what can be repaired in one book. `codes` are the kinds that are wanted."""

    def __init__(
        self, view: BookView, workbook: Workbook, formats: NumberFormats, codes: Collection[str]
    ) -> None:
        self.view, self.workbook, self.formats, self.codes = view, workbook, formats, codes
        self.evaluator = Evaluator(view)
        self.repairs = Repairs()
        self._sheets: dict[str, tuple[SheetXml, dict[int, Row], dict[Position, str | None]]] = {}
        self._models: dict[tuple[str, str, bool], int] = {}

    def find(self, sound: bool = True) -> Repairs:
        """All repairs; only those that hang on no number where the book's structure is not `sound`."""
        if not self.view.layout.printed and sound:
            context = Context(self.view, self.evaluator, "")
            for table, column, key, cell in entries(context):
                self._entry(table, column, self.view.positions.at(key), cell)
            if LOST_FORMULA in self.codes:
                self._lost_formulas()
        if FORM in self.codes:
            for place, cell in self._texts():
                self._blanks(place, cell)
        return self.repairs

    # --- entries -------------------------------------------------------------------------------

    def _entry(self, table: Table, column: Column, place: Place, cell: Cell | None) -> None:
        style = self._style(place)
        value = cell.value if cell is not None else None
        if cell is not None and cell.computed:
            return
        shape = self.formats.of(style)
        if isinstance(value, str):
            reading = read_text(value)
            if reading.kind == "number":
                self._number(table, column, place, value)
                return
            if reading.kind != "not-measured":
                return  # a finding that only people can deal with
            self._bare(place, value)
            value = None
        if value is None:
            if FORM in self.codes and shape.kind in (TEXT, PERCENT, DATE, TIME):
                self._reform(table, column, place, "sel kosong")
        elif isinstance(value, Decimal):
            if shape.kind == PERCENT or (cell is not None and cell.percent):
                self._percentage(table, column, place, value, shape)
            elif FORM in self.codes:
                self._form(table, column, place, value, shape)

    def _number(self, table: Table, column: Column, place: Place, text: str) -> None:
        """A text that is a number."""
        if AS_TEXT not in self.codes:
            return
        reading = read_text(text)
        value, old, why = reading.value, f"teks “{_clip(text)}”", "angka tersimpan sebagai teks"
        rupiah = text.strip().casefold().startswith("rp")
        problem = ""
        if reading.percent and column.unit != "points":
            problem = "tanda % tidak sesuai dengan kolomnya"
        elif rupiah and column.unit != "rupiah":
            problem = "tanda Rp tidak sesuai dengan kolomnya"
        elif from_float(float(value)) != value:
            problem = "angkanya lebih panjang daripada yang dapat disimpan Excel"
        if problem:
            self._left(place, f"{why}: {old}", problem)
            return
        style = self._style(place)
        shape = self.formats.of(style)
        fits = shape.kind == NUMBER and shape.shows(value) == round_half_up(value, column.decimals)
        if fits and not self.formats.is_quoted(style):
            self._put(place, AS_TEXT, value, old, f"angka {indonesian(value)}", why)
            return
        number = self.formats.number_of(style) if fits else self._model(table, column)
        changed = "" if fits else f", format {shape.kind} menjadi format kolomnya"
        self._put(place, AS_TEXT, value, old, f"angka {indonesian(value)}{changed}", why, number)

    def _bare(self, place: Place, text: str) -> None:
        """A `-`, or nothing, among blanks."""
        bare = _ENDS.sub("", text)
        if bare != text and FORM in self.codes:
            new = f"“{bare}”" if bare else "kosong"
            self._put(place, FORM, bare or None, f"“{text}”", new, "spasi di tepi isian")

    def _percentage(
        self, table: Table, column: Column, place: Place, value: Decimal, shape: NumberFormat
    ) -> None:
        """A number that is shown as a percentage."""
        if AS_PERCENT not in self.codes:
            return
        points, shown = value.scaleb(2), shape.shows(value)
        why = "sel berformat persen"
        old = f"{indonesian(value)}, tampil {_percent(shown)}"
        problem = ""
        if column.unit != "points":
            problem = "kolom ini bukan kolom persen"
        elif shown is None or shown != round_half_up(points, column.decimals):
            problem = f"formatnya tidak menampilkan semua angkanya ({indonesian(points)})"
        elif abs(value) > _MOST_PERCENT:
            problem = f"mungkin yang dimaksud {indonesian(value)}; ketik ulang angkanya dengan format angka"
        elif from_float(float(points)) != points:
            problem = "angkanya lebih panjang daripada yang dapat disimpan Excel"
        if problem:
            self._left(place, f"{why}: {old}", problem)
            return
        new = f"{indonesian(points)} dengan format angka; yang terbaca tetap sama"
        self._put(place, AS_PERCENT, points, old, new, why, self._model(table, column))

    def _form(self, table: Table, column: Column, place: Place, value: Decimal, shape: NumberFormat) -> None:
        """The number format of a number."""
        whole = value == round_half_up(value, column.decimals)
        what = f"format {shape.kind}: {indonesian(value)}"
        hides = "format kolomnya tidak menampilkan semua angka di belakang koma"
        if shape.kind == NUMBER:
            shown = shape.shows(value)
            if shown is not None and shown != round_half_up(value, column.decimals):
                reason = "mengubah formatnya akan mengubah angka yang terbaca"
                self._left(place, f"{what}, tampil {indonesian(shown, shape.decimals)}", reason)
        elif shape.kind == TEXT:
            if whole:
                self._reform(table, column, place, indonesian(value))
            else:
                self._left(place, what, hides)
        elif shape.kind == GENERAL:
            if whole:
                self._reform(table, column, place, indonesian(value))
        elif shape.kind == TIME or (shape.kind == DATE and _NO_DATES[0] < value <= _NO_DATES[1]):
            self._left(place, what, f"mungkin memang {shape.kind} yang diketik; ketik ulang angkanya")
        elif shape.kind == DATE:
            if whole:
                self._reform(table, column, place, indonesian(value))
            else:
                self._left(place, what, hides)

    def _reform(self, table: Table, column: Column, place: Place, shown: str) -> None:
        """Give a cell the number format of its column, its content stays."""
        shape = self.shape(place)
        style = self.formats.with_number_format(self._style(place), self._model(table, column))
        old, new = f"{shown}, format {shape.kind}", "format angka seperti kolomnya"
        why = f"format {shape.kind} di sel angka"
        if place in self.repairs.done:  # its content changes, too
            earlier = self.repairs.done[place]
            new, why = f"{earlier.new}, {new}", f"{earlier.why}; {why}"
            old = f"{earlier.old}, format {shape.kind}"
        self._look(place, FORM, old, new, why, style)

    # --- typed over ----------------------------------------------------------------------------

    def _lost_formulas(self) -> None:
        edition = self._edition()
        for table, column, key, call in self.evaluator.computed_keys():
            cell = self.view.cell(key)
            if column.soft or (cell is not None and cell.computed):
                continue
            place = self.view.positions.at(key)
            text = self.view.positions.formula(call, key, edition)
            value = cell.value if cell is not None else None
            reading = read_text(value) if isinstance(value, str) else None
            numeric = self.evaluator.numeric(key)
            if numeric and reading is not None and reading.kind == "number":
                value = reading.value
            what = f"rumus tertimpa: {show(value)}"
            shape = self.shape(place)
            if text is None:
                self._left(place, what, "rumus resminya tidak dapat disusun di buku ini")
            elif value in (None, ""):
                self._left(place, what, "selnya kosong, sehingga tidak ada nilai yang dapat dicocokkan")
            elif numeric and shape.kind not in (NUMBER, TEXT, GENERAL):
                self._left(place, what, f"selnya berformat {shape.kind}")
            else:
                style = None
                if shape.kind == TEXT or (numeric and shape.kind == GENERAL):
                    number = self._model(table, column, numeric, computed=True)
                    style = self.formats.with_number_format(self._style(place), number)
                    if style is None:
                        self._left(place, what, _NO_ROOM)
                        continue
                    shape = self.formats.of_number(number)
                if self._note(place, LOST_FORMULA, show(value), f"={text}", "rumus tertimpa nilai"):
                    self.repairs.formulas[place] = LostFormula(key, text, value, shape if numeric else None)
                    if style is not None:
                        self.repairs.looks[place] = style

    def _edition(self) -> str:
        """Which edition's formulas the book has: those of most of its cells, else by its file."""
        found: Counter[str] = Counter()
        for _, _, key, call in self.evaluator.computed_keys():
            cell = self.view.cell(key)
            if cell is None or cell.formula is None:
                continue
            texts = {e: self.view.positions.formula(call, key, e) for e in ("plain", "udf")}
            if texts["plain"] == texts["udf"]:
                continue
            found.update(e for e, text in texts.items() if text and same_formula(cell.formula, text))
            if sum(found.values()) >= _ENOUGH:
                break
        by_file = "udf" if self.view.book.path.suffix.casefold() == ".xlsm" else "plain"
        return max(("plain", "udf"), key=lambda e: (found[e], e == by_file))

    # --- texts ---------------------------------------------------------------------------------

    def _texts(self) -> Iterator[tuple[Place, Cell]]:
        """The cells with texts by which the product, or another program, knows what stands where."""
        view = self.view
        places = [
            place
            for item in view.layout.fields
            if item.unit == "text"
            for place in [view.fields.get(item.name)]
            if place is not None
        ]
        for table, column, key in view.located():
            if self._is_read(table, column, key):
                places.append(view.positions.at(key))
        for table in view.layout.tables:
            places += self._headers(table)
        for place in dict.fromkeys(places):
            cell = view.book.sheets[place[0]].cells.get(place[1:])
            if cell is not None and isinstance(cell.value, str) and not cell.computed:
                yield place, cell

    def _is_read(self, table: Table, column: Column, key: Key) -> bool:
        if column.key == table.name_column or column.choices:
            return True
        if self.view.layout.printed:
            return bool(column.text_of) or column.unit != "text"
        return bool(column.text_of) and not column.entry and self.evaluator.call(key) is None

    def _headers(self, table: Table) -> Iterator[Place]:
        """The cells above a table that say what its columns are."""
        placed = self.view.positions.tables.get(table.key)
        if placed is None or not placed.rows:
            return
        year = self.view.year
        known = {
            normalise(dated(text, year))
            for column in table.columns
            for text in (column.header, column.group, column.key, *column.aliases)
        }
        for row in range(1, min(placed.rows.values())):
            for number in placed.columns.values():
                cell = self.view.book.sheets[placed.sheet].cells.get((row, number))
                if cell is not None and isinstance(cell.value, str) and normalise(cell.value) in known - {""}:
                    yield placed.sheet, row, number

    def _blanks(self, place: Place, cell: Cell) -> None:
        text = str(cell.value)
        printed = self.view.layout.printed
        bare = (_END if printed else _ENDS).sub("", text)
        if bare and bare != text and place not in self.repairs.done:
            where = "akhir" if text.startswith(bare) else "awal" if text.endswith(bare) else "awal dan akhir"
            self._put(place, FORM, bare, _ends(text), _ends(bare), f"spasi di {where} teks")

    # --- what is planned -----------------------------------------------------------------------

    def _put(
        self,
        place: Place,
        code: str,
        value: Scalar,
        old: str,
        new: str,
        why: str,
        number: int | None = None,
    ) -> None:
        """Plan a new content, and with it a new number format where the content would mean another number."""
        style = None
        if number is not None:
            style = self.formats.with_number_format(self._style(place), number)
            if style is None:
                self._left(place, f"{why}: {old}", _NO_ROOM)
                return
        if self._note(place, code, old, new, why):
            self.repairs.values[place] = value
            if style is not None:
                self.repairs.looks[place] = style
            if code == AS_PERCENT:
                self.repairs.restyled.add(place)

    def _look(self, place: Place, code: str, old: str, new: str, why: str, style: int | None) -> None:
        if style is None:
            self._left(place, f"{why}: {old}", _NO_ROOM)
        elif self._note(place, code, old, new, why):
            self.repairs.looks[place] = style

    def _note(self, place: Place, code: str, old: str, new: str, why: str) -> bool:
        if self._is_fenced(place):
            self._left(place, f"{why}: {old}", _FENCED)
            return False
        self.repairs.done[place] = Repair(place, code, old, new, why)
        return True

    def _left(self, place: Place, what: str, why: str) -> None:
        self.repairs.left.append(Left(place, what, why))

    def _is_fenced(self, place: Place) -> bool:
        """Whether a cell is a part of something that can only be changed as a whole."""
        name, row, column = place
        sheet = self.view.book.sheets[name]
        for area in map(box, sheet.merges):
            if inside(row, column, area) and (row, column) != area[:2]:
                return True
        for table in sheet.tables:
            area = box(table.area)
            if table.header and row == area[0] and inside(row, column, area):
                return True
        return False

    # --- looks ---------------------------------------------------------------------------------

    def shape(self, place: Place) -> NumberFormat:
        """The number format that a cell has."""
        return self.formats.of(self._style(place))

    def _style(self, place: Place) -> str | None:
        """The number of a cell's format, or of the one that it would get there."""
        name, *position = place
        row, column = position
        if name not in self._sheets:
            xml = self.workbook.sheet_xml(name)
            styles = {(token[0], token[1]): token[2] for token in xml.tokens()}
            self._sheets[name] = xml, {line.number: line for line in xml.rows()}, styles
        xml, rows, styles = self._sheets[name]
        if (row, column) not in styles:  # a cell without content
            styles[row, column] = style_at(xml, rows.get(row), column)
        return styles[row, column]

    def _model(self, table: Table, column: Column, numeric: bool = True, computed: bool = False) -> int:
        """The number format of most of the column's cells of the same kind, else the usual one."""
        known = table.key, column.key, computed
        if known not in self._models:
            found: Counter[int] = Counter()
            placed = self.view.positions.tables[table.key]
            for row in placed.rows:
                key = Key(table.key, row, column.key)
                if (self.evaluator.call(key) is not None) != computed:
                    continue
                if self.evaluator.numeric(key) != numeric:
                    continue
                number = self.formats.number_of(self._style(self.view.positions.at(key)))
                shape = self.formats.of_number(number)
                usable = shape.decimals == column.decimals if numeric else shape.kind != TEXT
                if usable and (shape.kind == NUMBER or not numeric):
                    found[number] += 1
            usual = (WITH_DECIMALS if column.decimals else WHOLE) if numeric else 0
            self._models[known] = found.most_common(1)[0][0] if found else usual
        return self._models[known]


_ENOUGH = 20
"""Formulas that are looked at to tell the edition of a book."""


def _clip(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _ends(text: str) -> str:
    """A text, shortened in the middle: what matters stands at its ends."""
    text = text.replace("\u00a0", "·").replace("\n", "↵").replace("\t", "⇥").replace("\u200b", "·")
    return f"“{text}”" if len(text) <= 44 else f"“{text[:20]}…{text[-20:]}”"


def _percent(shown: Decimal | None) -> str:
    return f"{indonesian(shown)}%" if shown is not None else "lain"
