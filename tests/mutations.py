"""Single faults, and harmless changes, made at random in sound books that are already read.

Every mutation is a function of a random source and the books; it changes one thing and says where. The
test of a few hundred is in `test_mutations`, the run of thousands in `bench.mutations`.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from lokapom_xl.actions.validate import check_books
from lokapom_xl.model import Finding
from lokapom_xl.numbers import indonesian
from lokapom_xl.workbook.address import column_letters, column_number, parse_a1
from lokapom_xl.workbook.cells import Key
from lokapom_xl.workbook.evaluate import Evaluator
from lokapom_xl.workbook.layout import Column
from lokapom_xl.workbook.locate import BookView, open_view
from lokapom_xl.workbook.read import Book, Cell, Sheet
from lokapom_xl.workbook.rules_sheet import rule_cells
from lokapom_xl.workbook.texts import named_area

_COPY = re.compile(
    r"(?:IF\(([^=]+)=\"\",\"\",)?(?P<sheet>'(?:[^']|'')+'|[A-Za-z_][\w.]*)!(?P<cell>\$?[A-Z]{1,3}\$?\d+)\)?"
)
"""A formula that repeats a cell of another sheet."""

Place = tuple[int, str, int, int]
"""Number of the book, sheet, row, column."""


Make = Callable[[random.Random, "Sound"], "list[Place] | None"]


@dataclass(frozen=True)
class Kind:
    """A kind of mutation. A harmless one must not give a finding that was not there before."""

    name: str
    make: Make
    harmless: bool = False


@dataclass
class Sound:
    """The sound books, how they are seen, what is found in them, and which cells are made of which."""

    books: list[Book]
    names: list[str]
    views: list[BookView] = field(init=False)
    known: set[str] = field(init=False)
    users: dict[Place, set[Place]] = field(init=False)
    alone: set[Place] = field(init=False)

    def __post_init__(self) -> None:
        self.views = [open_view(book) for book in self.books]
        found = check_books(self.books, self.names).findings
        self.known = {_said(f) for f in found} | {_said(f, sheet=False) for f in found}
        self.users = {}
        for number, view in enumerate(self.views):
            for _, _, key, call in Evaluator(view).computed_keys():
                for arg in call.args.values():
                    for source in view.positions.cells_of(arg, key):
                        place = (number, *view.positions.at(source))
                        self.users.setdefault(place, set()).add((number, *view.positions.at(key)))
        for number, book in enumerate(self.books):
            for sheet in book.sheets.values():
                for (row, column), cell in sheet.cells.items():
                    match = _COPY.fullmatch(cell.formula) if cell.formula else None
                    place = parse_a1(match["cell"]) if match else None
                    if match and place:  # a cell that repeats another one is made of it, too
                        name = match["sheet"].strip("'").replace("''", "'")
                        self.users.setdefault((number, name, *place), set()).add(
                            (number, sheet.name, row, column)
                        )
        self.alone = {
            self.place(number, key)
            for number, key, column in self.cells(_entry)
            if not column.fact and self.place(number, key) not in self.users
        }

    def copied(self) -> Sound:
        """The same with cells of its own, to be changed; what is known of them is shared."""
        twin = copy.copy(self)
        twin.books = [
            replace(book, sheets={n: replace(s, cells=dict(s.cells)) for n, s in book.sheets.items()})
            for book in self.books
        ]
        return twin

    def cells(self, wanted: Callable[[Column, Cell, bool], bool]) -> Iterator[tuple[int, Key, Column]]:
        """The located cells that are wanted, by column, content and whether they are computed."""
        for number, view in enumerate(self.views):
            evaluator = Evaluator(view)
            for _, column, key in view.located():
                cell = view.cell(key)
                if cell is not None and wanted(column, cell, evaluator.call(key) is not None):
                    yield number, key, column

    def place(self, number: int, key: Key) -> Place:
        return (number, *self.views[number].positions.at(key))

    def get(self, place: Place) -> Cell:
        return self.books[place[0]].sheets[place[1]].cells[place[2], place[3]]

    def put(self, place: Place, cell: Cell | None) -> None:
        cells = self.books[place[0]].sheets[place[1]].cells
        if cell is None:
            cells.pop((place[2], place[3]), None)
        else:
            cells[place[2], place[3]] = cell


def _said(finding: Finding, sheet: bool = True) -> str:
    """A finding wherever it stands: rows may have moved, and a sheet may have another name."""
    parts = (finding.code, finding.level, finding.indicator, finding.origin.sheet if sheet else "")
    return "|".join((*parts, finding.written, finding.expected))


@dataclass(frozen=True)
class Outcome:
    """What validation said of one mutation. `located`: at the changed cell, or at one made of it.

    `hopeless`: nothing is made of the cell, and nothing else states what it states.
    """

    kind: str
    places: tuple[Place, ...]
    found: tuple[str, ...]
    located: bool
    hopeless: bool

    @property
    def detected(self) -> bool:
        return bool(self.found)


def run(kind: Kind, seed: int, sound: Sound) -> Outcome | None:
    """Make one mutation and validate; None where there was nothing to change."""
    twin = sound.copied()
    places = kind.make(random.Random(f"{kind.name}-{seed}"), twin)
    if places is None:
        return None
    result = check_books(twin.books, twin.names)
    new = [f for f in result.findings if _said(f, sheet=not kind.harmless) not in sound.known]
    if kind.harmless:
        new = [f for f in new if f.level != "info"]
    near = {(sound.names[p[0]], p[1]) for p in places if not p[2]}
    exact = {(sound.names[n], sheet, row, column) for n, sheet, row, column in _with_users(sound, places)}
    located = False
    for finding in new:
        origin = finding.origin
        match = re.fullmatch(r"([A-Z]+)(\d+)", origin.cell)
        column = column_number(match[1]) if match else 0
        row = int(match[2]) if match else 0
        located |= (origin.file, origin.sheet, row, column) in exact or (origin.file, origin.sheet) in near
        located |= any(text and text in finding.message for text in _names(sound, places))
    alone = all(place in sound.alone for place in places)
    return Outcome(kind.name, tuple(places), tuple(f"{f.code} {f.origin}" for f in new), located, alone)


def _names(sound: Sound, places: Sequence[Place]) -> list[str]:
    """The names of sheets that are changed as a whole, by which a finding may speak of them."""
    return [place[1] for place in places if not place[2]]


def _with_users(sound: Sound, places: Sequence[Place]) -> set[Place]:
    found = set(places)
    for place in places:
        found |= sound.users.get(place, set())
    return found


# --- faults --------------------------------------------------------------------------------------


def _number(column: Column, cell: Cell, computed: bool) -> bool:
    return column.numeric and isinstance(cell.value, Decimal)


def _entry(column: Column, cell: Cell, computed: bool) -> bool:
    return _number(column, cell, computed) and column.entry and not computed


def _computed(column: Column, cell: Cell, computed: bool) -> bool:
    return _number(column, cell, computed) and computed and cell.formula is not None


def _other_digit(source: random.Random, value: Decimal) -> Decimal:
    """The value with one digit replaced by another; never the same value."""
    text = f"{value:f}"
    spots = [i for i, letter in enumerate(text) if letter.isdigit()]
    while True:
        spot = source.choice(spots)
        changed = Decimal(text[:spot] + source.choice("0123456789") + text[spot + 1 :])
        if changed != value:
            return changed


def _swapped(source: random.Random, value: Decimal) -> Decimal | None:
    text = f"{value:f}"
    pairs = [i for i in range(len(text) - 1) if text[i : i + 2].isdigit() and text[i] != text[i + 1]]
    if not pairs:
        return None
    i = source.choice(pairs)
    return Decimal(text[:i] + text[i + 1] + text[i] + text[i + 2 :])


EMPTIED = Cell(None, None)

Change = Callable[[random.Random, Cell], "Cell | None"]


def changing(wanted: Callable[[Column, Cell, bool], bool], change: Change) -> Make:
    """A mutation that replaces the content of one of the wanted cells."""

    def make(source: random.Random, sound: Sound) -> list[Place] | None:
        cells = list(sound.cells(wanted))
        place = sound.place(*source.choice(cells)[:2])
        old = sound.get(place)
        new = change(source, old)
        if (
            new is None
            or new == old
            or (new.value == old.value and new.formula == old.formula and new.percent == old.percent)
        ):
            return None
        sound.put(place, None if new is EMPTIED else new)
        return [place]

    return make


def _points(column: Column, cell: Cell, computed: bool) -> bool:
    return _entry(column, cell, computed) and column.unit == "points"


def _target(column: Column, cell: Cell, computed: bool) -> bool:
    return _entry(column, cell, computed) and column.fact in ("target", "target@12")


def _label(column: Column, cell: Cell, computed: bool) -> bool:
    return column.unit == "label" and computed and isinstance(cell.value, str) and cell.value != "-"


def _value(cell: Cell) -> Decimal:
    assert isinstance(cell.value, Decimal)
    return cell.value


def _with_other_digit(source: random.Random, cell: Cell) -> Cell:
    return cell._replace(value=_other_digit(source, _value(cell)))


def _with_swapped_digits(source: random.Random, cell: Cell) -> Cell | None:
    value = _swapped(source, _value(cell))
    return None if value is None else cell._replace(value=value)


def _typed_over(source: random.Random, cell: Cell) -> Cell:
    return Cell(_other_digit(source, _value(cell)), None)


def _row_above(source: random.Random, cell: Cell) -> Cell | None:
    """A formula that refers to the row above."""
    text = str(cell.formula)
    references = list(re.finditer(r"(?<![A-Z$!'])([A-Z]{1,2})(\d+)(?![\d(])", text))
    if not references:
        return None
    one = source.choice(references)
    return cell._replace(formula=f"{text[: one.start()]}{one[1]}{int(one[2]) - 1}{text[one.end() :]}")


def _other_label(source: random.Random, cell: Cell) -> Cell:
    words = [w for w in ("Baik", "Cukup", "Sangat Baik", "Istimewa", "Kurang") if w != cell.value]
    return Cell(source.choice(words), None)


def row_dropped(source: random.Random, sound: Sound) -> list[Place] | None:
    """All cells of one row of a table are emptied."""
    number = source.randrange(len(sound.views))
    view = sound.views[number]
    table = source.choice([t for t in view.layout.tables if not t.listed and t.key in view.positions.tables])
    placed = view.positions.tables[table.key]
    row = source.choice(list(placed.rows.values()))
    gone = [(r, c) for r, c in sound.books[number].sheets[placed.sheet].cells if r == row]
    for place in gone:
        del sound.books[number].sheets[placed.sheet].cells[place]
    # Other tables of the sheet lose their row, too; the finding names the sheet and what is missing.
    return [(number, placed.sheet, 0, 0)]


def name_of_another(source: random.Random, sound: Sound) -> list[Place] | None:
    """An indicator's name in place of another's."""
    number = source.randrange(len(sound.views))
    view = sound.views[number]
    tables = [t for t in view.layout.tables if t.name_column == "indikator" and not t.listed]
    table = source.choice(tables)
    placed = view.positions.tables[table.key]
    one, other = source.sample(sorted(placed.rows.values()), 2)
    column = placed.columns["indikator"]
    cells = sound.books[number].sheets[placed.sheet].cells
    if cells[one, column].value == cells[other, column].value:
        return None
    cells[one, column] = cells[other, column]
    return [(number, placed.sheet, 0, 0)]


def sheet_dropped(source: random.Random, sound: Sound) -> list[Place] | None:
    number = source.randrange(len(sound.views))
    name = source.choice([t.sheet for t in sound.views[number].layout.tables])
    del sound.books[number].sheets[name]
    return [(number, name, 0, 0)]


# --- harmless changes ------------------------------------------------------------------------------


def header_respelled(source: random.Random, sound: Sound) -> list[Place] | None:
    """Capital letters, spaces and punctuation of one header."""
    place = _header(source, sound)
    if place is None:
        return None
    cell = sound.get(place)
    text = str(cell.value)
    spelt = source.choice([text.upper(), text.lower(), f"  {text} ", text.replace(" ", "  ")])
    sound.put(place, cell._replace(value=spelt))
    return [place]


def _header(source: random.Random, sound: Sound) -> Place | None:
    """The cell of one header that is a text."""
    number = source.randrange(len(sound.views))
    placed = source.choice(list(sound.views[number].positions.tables.values()))
    place = (number, placed.sheet, placed.header, source.choice(list(placed.columns.values())))
    cell = sound.books[number].sheets[placed.sheet].cells.get(place[2:])
    return place if cell is not None and isinstance(cell.value, str) and not cell.formula else None


def sheets_reordered(source: random.Random, sound: Sound) -> list[Place] | None:
    number = source.randrange(len(sound.books))
    names = list(sound.books[number].sheets)
    source.shuffle(names)
    sound.books[number] = replace(
        sound.books[number], sheets={name: sound.books[number].sheets[name] for name in names}
    )
    return [(number, "", 0, 0)]


def note_beside(source: random.Random, sound: Sound) -> list[Place] | None:
    """A remark of somebody to the right of a table."""
    number, name, cells = _sheet(source, sound)
    column = max(c for _, c in cells) + 2
    row = source.randint(8, max(8, *(r for r, _ in cells)))
    cells[row, column] = Cell("sudah diperiksa, lihat surat tugas", None)
    return [(number, name, row, column)]


def blank_row_inserted(source: random.Random, sound: Sound) -> list[Place] | None:
    """A row inserted within a table, as a spreadsheet program does it: everything below moves."""
    number = source.randrange(len(sound.views))
    view = sound.views[number]
    placed = source.choice(list(view.positions.tables.values()))
    at = source.choice(list(placed.rows.values()))
    sound.books[number] = inserted(sound.books[number], placed.sheet, at)
    return [(number, placed.sheet, at, 1)]


def _sheet(source: random.Random, sound: Sound) -> tuple[int, str, dict[tuple[int, int], Cell]]:
    number = source.randrange(len(sound.views))
    name = source.choice([t.sheet for t in sound.views[number].layout.tables])
    return number, name, sound.books[number].sheets[name].cells


_REFERENCE = re.compile(
    r"(\"[^\"]*\")|(?:('(?:[^']|'')+'|[A-Za-z_][\w.]*)!)?"
    r"(?<![\w.])(\$?)([A-Z]{1,3})(\$?)(\d+)(?::(\$?)([A-Z]{1,3})(\$?)(\d+))?(?![\w(])"
)


def inserted(book: Book, name: str, at: int, column: bool = False) -> Book:
    """The book with an empty row (or column) at `at` of one sheet, all references moved."""

    def moved(letters: str, row: str) -> str:
        number = column_number(letters)
        if column:
            return f"{column_letters(number + (number >= at))}\0{row}"
        return f"{letters}\0{int(row) + (int(row) >= at)}"

    def text(formula: str | None, here: str) -> str | None:
        def one(match: re.Match[str]) -> str:
            if match[1]:
                return match[1]
            sheet = match[2].strip("'").replace("''", "'") if match[2] else here
            if sheet != name:
                return match[0]
            start = f"{match[2]}!" if match[2] else ""
            first = moved(match[4], match[6]).replace("\0", match[5])
            found = f"{start}{match[3]}{first}"
            if match[8]:
                found += f":{match[7]}{moved(match[8], match[10])}".replace("\0", match[9])
            return found

        return _REFERENCE.sub(one, formula) if formula else formula

    sheets: dict[str, Sheet] = {}
    for sheet in book.sheets.values():
        own = sheet.name == name
        cells = {
            (r + (own and not column and r >= at), c + (own and column and c >= at)): cell._replace(
                formula=text(cell.formula, sheet.name)
            )
            for (r, c), cell in sheet.cells.items()
        }
        merges = [text(m, name) or m for m in sheet.merges] if own else sheet.merges
        sheets[sheet.name] = replace(sheet, cells=cells, merges=type(sheet.merges)(merges))
    names = {key: text(target, "") or target for key, target in book.names.items()}
    return replace(book, sheets=sheets, names=names)


def renamed(book: Book, old: str, new: str) -> Book:
    """The book with a sheet under another name, as a program does it: references follow."""

    def text(formula: str | None) -> str | None:
        if not formula:
            return formula
        return re.sub(rf"(?:'{re.escape(old)}'|(?<![\w.'\])]){re.escape(old)})!", f"'{new}'!", formula)

    sheets = {
        (new if sheet.name == old else sheet.name): replace(
            sheet,
            name=new if sheet.name == old else sheet.name,
            cells={place: cell._replace(formula=text(cell.formula)) for place, cell in sheet.cells.items()},
        )
        for sheet in book.sheets.values()
    }
    return replace(book, sheets=sheets, names={k: text(t) or t for k, t in book.names.items()})


def sheet_renamed(source: random.Random, sound: Sound) -> list[Place] | None:
    number = source.randrange(len(sound.views))
    name = source.choice([t.sheet for t in sound.views[number].layout.tables])
    sound.books[number] = renamed(
        sound.books[number], name, source.choice(["Sheet1", f"{name} final", "Lembar 2"])
    )
    return [(number, name, 0, 0)]


def column_inserted(source: random.Random, sound: Sound) -> list[Place] | None:
    """An empty column within or before a table."""
    number = source.randrange(len(sound.views))
    placed = source.choice(list(sound.views[number].positions.tables.values()))
    at = source.choice(list(placed.columns.values()))
    sound.books[number] = inserted(sound.books[number], placed.sheet, at, column=True)
    return [(number, placed.sheet, 1, at)]


def header_misspelt(source: random.Random, sound: Sound) -> list[Place] | None:
    """One letter too many in a header."""
    place = _header(source, sound)
    if place is None or len(text := str(sound.get(place).value)) < 7:
        return None
    spot = source.choice(
        [i for i, letter in enumerate(text, 1) if letter.isalpha()]
    )  # another year is a fault
    sound.put(place, sound.get(place)._replace(value=text[:spot] + text[spot - 1] + text[spot:]))
    return [place]


def _short_range(source: random.Random, cell: Cell) -> Cell | None:
    """A formula whose range misses its last row."""
    match = re.search(r":(\$?[A-Z]{1,3}\$?)(\d+)", str(cell.formula))
    if not match:
        return None
    text = str(cell.formula)
    return cell._replace(
        formula=f"{text[: match.start()]}:{match[1]}{int(match[2]) - 1}{text[match.end() :]}"
    )


def _linked(source: random.Random, cell: Cell) -> Cell:
    return cell._replace(formula=r"'C:\Users\andi\[rekap.xlsx]Data'!B4")


def rule_changed(source: random.Random, sound: Sound) -> list[Place] | None:
    """A number on the sheet of the rules."""
    number = source.randrange(len(sound.views))
    names = sorted(rule_cells(sound.views[number].rule_year))
    area = named_area(sound.books[number], source.choice(names))
    assert area is not None
    cell = sound.books[number].sheets[area[0]].cells.get(area[1:])
    if cell is None or not isinstance(cell.value, Decimal):
        return None
    sound.put((number, *area), cell._replace(value=cell.value + 1))
    return [(number, *area)]


KINDS = (
    Kind("angka isian berubah satu digit", changing(_entry, _with_other_digit)),
    Kind("dua digit isian tertukar", changing(_entry, _with_swapped_digits)),
    Kind(
        "target diubah di satu tempat",
        changing(
            _target, lambda source, cell: cell._replace(value=_value(cell) + source.choice([-5, -1, 1, 5]))
        ),
    ),
    Kind("rumus tertimpa angka lain", changing(_computed, _typed_over)),
    Kind(
        "rumus tertimpa nilainya sendiri",
        changing(_computed, lambda source, cell: cell._replace(formula=None)),
    ),
    Kind("rumus menunjuk baris lain", changing(_computed, _row_above)),
    Kind("nilai tersimpan usang", changing(_computed, _with_other_digit)),
    Kind("label diganti", changing(_label, _other_label)),
    Kind("angka menjadi teks", changing(_entry, lambda source, cell: Cell(indonesian(_value(cell)), None))),
    Kind(
        "angka menjadi persen",
        changing(_points, lambda source, cell: cell._replace(value=_value(cell) / 100, percent=True)),
    ),
    Kind(
        "angka sepuluh kali lipat",
        changing(_entry, lambda source, cell: cell._replace(value=_value(cell) * 10)),
    ),
    Kind("isian dikosongkan", changing(_entry, lambda source, cell: EMPTIED)),
    Kind("isian menjadi negatif", changing(_entry, lambda source, cell: cell._replace(value=-_value(cell)))),
    Kind("rentang rumus kurang satu baris", changing(_computed, _short_range)),
    Kind("rumus menaut ke buku lain", changing(_computed, _linked)),
    Kind("angka aturan diubah", rule_changed),
    Kind("baris dikosongkan", row_dropped),
    Kind("nama indikator tertukar", name_of_another),
    Kind("lembar dihapus", sheet_dropped),
    Kind("judul kolom ditulis lain", header_respelled, harmless=True),
    Kind("judul kolom salah ketik", header_misspelt, harmless=True),
    Kind("lembar berganti nama", sheet_renamed, harmless=True),
    Kind("kolom kosong disisipkan", column_inserted, harmless=True),
    Kind("urutan lembar diubah", sheets_reordered, harmless=True),
    Kind("catatan di samping tabel", note_beside, harmless=True),
    Kind("baris kosong disisipkan", blank_row_inserted, harmless=True),
)
