"""The sheet in which a frozen book, a copy of values alone, says where it comes from; and the way back.

The sheet lists every formula that gave way to its value, and a fingerprint of every sheet. With it a frozen
book is checked like any other: `thawed` puts the formulas back in memory, beside the values as they are in
the file. A fingerprint finds changes; it is no signature, since whoever knows how can make it anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from ..numbers import CellError, Scalar, plain
from .added_sheet import NewCell, NewSheet
from .address import Position, a1, parse_a1
from .errors import BookError
from .read import Book, Cell, Sheet
from .texts import named_area

SHEET = "Asal Usul"
NAME = "ASAL_USUL"
"""The defined name of the sheet's first cell: the sheet may be renamed."""

TITLE = "Asal usul buku beku"
COLUMNS = (26, 9, 92, 2, 24)
"""Of letters; a narrow column keeps formulas apart from values."""

_RULES, _SHEETS, _FORMULAS = "Aturan yang dipakai", "Sidik jari isi lembar", "Rumus yang dibekukan"
_HEADER = ("Lembar", "Sel", "Rumus asal", None, "Nilai")
_FILE, _SEAL, _COUNT = "Berkas asal", "Sidik jari catatan ini", "Banyaknya rumus"

Values = Mapping[Position, Scalar]


class FrozenCell(NamedTuple):
    """A cell whose formula gave way to its value.

    `formula` is as the sheet shows it: `=A1+B1`, `{=A1:A3*2}` for an array formula, `{}` for its other cells.
    """

    sheet: str
    place: Position
    formula: str
    value: Scalar


@dataclass
class Provenance:
    """What the sheet says. `fault` says what is wrong with it, and `cell` where; then it proves nothing."""

    sheet: str
    source: str = ""
    cells: list[FrozenCell] = field(default_factory=list)
    fingerprints: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    cell: str = ""

    def blame(self, cell: str, what: str) -> None:
        """Note the first thing that is wrong."""
        if not self.fault:
            self.cell, self.fault = cell, what


# --- what is written -------------------------------------------------------------------------------


def noted(cell: Cell) -> str:
    """A computed cell's formula as the sheet shows it."""
    if cell.array:
        return "{}" if cell.formula is None else f"{{={cell.formula}}}"
    return f"={cell.formula}"


def fingerprint(sheet: str, cells: Values) -> str:
    """The SHA-256 of a sheet's name and all its values with their addresses; what is blank does not count."""
    digest = hashlib.sha256()
    for (row, column), value in sorted(cells.items()):
        if value is not None and value != "":
            line = json.dumps([sheet, a1(row, column), *_canonical(value)], ensure_ascii=False)
            digest.update(f"{line}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _canonical(value: Scalar) -> tuple[str, str]:
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, Decimal):
        return "n", plain(value)
    if isinstance(value, CellError):
        return "e", value.code
    return "t", str(value)


def provenance_sheet(
    facts: Sequence[tuple[str, Scalar]],
    source: str,
    rules: Sequence[tuple[str, str]],
    sheets: Mapping[str, Values],
    frozen: Sequence[FrozenCell],
) -> NewSheet:
    """The sheet of a book made of `source`, with these values and formulas; `facts` are what else it says."""

    def line(label: str, value: Scalar, second: Scalar = None) -> list[NewCell | None]:
        middle = None if second is None else NewCell(second)
        return [NewCell(label, "wrapped"), middle, NewCell(value, "wrapped")]

    seal = line(_SEAL, "")
    rows: list[Sequence[NewCell | None]] = [[NewCell(TITLE, "title")], line(_FILE, source)]
    rows += [line(label, value) for label, value in facts]
    rows += [line(_COUNT, f"{len(frozen)} sel"), seal, []]
    rows += [[NewCell(_RULES, "title")], *(line(label, text) for label, text in rules), []]
    rows += [[NewCell(_SHEETS, "title")]]
    for name, values in sheets.items():
        count = sum(value is not None and value != "" for value in values.values())
        rows.append(line(name, fingerprint(name, values), f"{count} sel"))
    rows += [[], [NewCell(_FORMULAS, "title")], [NewCell(text, "header") for text in _HEADER]]
    for item in frozen:
        texts = NewCell(item.sheet), NewCell(a1(*item.place)), NewCell(item.formula, "wrapped"), NewCell(None)
        rows.append([*texts, NewCell(item.value, "wrapped")])
    # The seal is made of all the rest, and of the place that is kept for it.
    values = {
        (row, column): cell.value
        for row, cells in enumerate(rows, 1)
        for column, cell in enumerate(cells, 1)
        if cell is not None
    }
    seal[2] = NewCell(fingerprint(_SEAL, values), "wrapped")
    return NewSheet(SHEET, COLUMNS, rows)


# --- what is read ----------------------------------------------------------------------------------


def _sheet(book: Book) -> Sheet | None:
    place = named_area(book, NAME)
    if place is not None:
        return book.sheets[place[0]]
    sheet = book.sheets.get(SHEET)
    first = sheet.cells.get((1, 1)) if sheet is not None else None
    return sheet if first is not None and first.value == TITLE else None


def provenance(book: Book) -> Provenance | None:
    """What a frozen book says of where it comes from; None for any other book."""
    sheet = _sheet(book)
    if sheet is None:
        lost = Provenance("", fault=f"lembar {SHEET} tidak ditemukan")
        return lost if NAME in book.names else None
    rows: dict[int, dict[int, Scalar]] = {}
    for (row, column), cell in sheet.cells.items():
        if cell.value is not None:
            rows.setdefault(row, {})[column] = cell.value
    found = Provenance(sheet.name)
    seal, top = _read_head(found, rows)
    if seal:
        values = {place: cell.value for place, cell in sheet.cells.items()}
        values.pop((seal, 3), None)
        if rows[seal].get(3) != fingerprint(_SEAL, values):
            found.blame(a1(seal, 3), "isinya tidak lagi sesuai dengan sidik jarinya")
    else:
        found.blame("", f"baris “{_SEAL}” tidak ditemukan")
    if not top:
        found.blame("", "tabel rumus tidak ditemukan")
    seen: set[tuple[str, Position]] = set()
    for number in sorted(number for number in rows if top and number > top):
        item = _read_row(rows[number])
        if item is None or item[:2] in seen:
            found.blame(a1(number, 1), "baris tabel rumus tidak terbaca atau ganda")
        else:
            seen.add(item[:2])
            found.cells.append(item)
    return found


def _read_head(found: Provenance, rows: Mapping[int, Mapping[int, Scalar]]) -> tuple[int, int]:
    """Read what stands above the table; the rows of the seal and of the table's header, 0 without one."""
    seal = 0
    section: Scalar = ""
    for number in sorted(rows):
        row = rows[number]
        if tuple(row.get(column) for column in range(1, 6)) == _HEADER and section == _FORMULAS:
            return seal, number
        label, text = row.get(1), row.get(3)
        if text is None:
            section = label
        elif section == _SHEETS and isinstance(label, str) and isinstance(text, str):
            found.fingerprints[label] = text
        elif section == TITLE and label == _SEAL:
            seal = number
        elif section == TITLE and label == _FILE and isinstance(text, str):
            found.source = text
    return seal, 0


def _read_row(row: Mapping[int, Scalar]) -> FrozenCell | None:
    sheet, address, formula = row.get(1), row.get(2), row.get(3)
    place = parse_a1(address) if isinstance(address, str) else None
    if not isinstance(sheet, str) or place is None or not isinstance(formula, str):
        return None
    if not (formula.startswith("=") or (formula.startswith(("{=", "{}")) and formula.endswith("}"))):
        return None
    return FrozenCell(sheet, place, formula, row.get(5, ""))


def thawed(book: Book) -> Book:
    """A frozen book with its formulas back, in memory; any other book as it is.

    The values are those of the file. A formula that somebody has put into a cell since then stays.
    """
    origin = provenance(book)
    if origin is None:
        return book
    sheets = dict(book.sheets)
    for item in origin.cells:
        sheet = sheets.get(item.sheet)
        if sheet is None or item.sheet == origin.sheet:
            continue
        if sheet is book.sheets[item.sheet]:
            sheet = sheets[item.sheet] = replace(sheet, cells=dict(sheet.cells))
        cell = sheet.cells.get(item.place) or Cell("" if item.value == "" else None, None)
        if not cell.computed:
            array = item.formula.startswith("{")
            text = item.formula[2:-1] if array else item.formula[1:]
            formula = None if item.formula == "{}" else text
            sheet.cells[item.place] = cell._replace(formula=formula, array=array)
    return replace(book, sheets=sheets)


def changed_cells(book: Book, origin: Provenance) -> Iterable[tuple[FrozenCell, Scalar]]:
    """The cells that do not hold any more what their formula gave, with what they hold."""
    for item in origin.cells:
        if item.sheet in book.sheets:
            cell = book.sheets[item.sheet].cells.get(item.place)
            value = cell.value if cell is not None else None
            if not _same(value, item.value):
                yield item, value


def changed_sheets(book: Book, origin: Provenance) -> Iterable[str]:
    """The sheets that are gone, or differ in more than the cells of formulas."""
    frozen: dict[str, dict[Position, Scalar]] = {}
    for item in origin.cells:
        frozen.setdefault(item.sheet, {})[item.place] = item.value
    for name, known in origin.fingerprints.items():
        sheet = book.sheets.get(name)
        cells = {place: cell.value for place, cell in sheet.cells.items()} if sheet is not None else {}
        if sheet is None or fingerprint(name, cells | frozen.get(name, {})) != known:
            yield name


def _same(one: Scalar, other: Scalar) -> bool:
    blank = (None, "")
    return (one in blank and other in blank) or (type(one) is type(other) and one == other)


def refuse_frozen(book: Book) -> None:
    """`BookError` when the book is a copy of values, in which nothing is to be changed."""
    origin = provenance(book)
    if origin is not None:
        source = f" {origin.source}" if origin.source else ""
        raise BookError(
            "BEKU01",
            f"{book.path.name} adalah salinan nilai yang sudah dibekukan; isinya tidak diubah lagi.",
            f"Pakai berkas asalnya{source}, lalu bekukan kembali bila perlu: lokapom-xl freeze.",
        )
