"""Recompute every computed cell and store its value beside the formula."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from ..checks.cell_formulas import same_formula
from ..numbers import CellError, Scalar, points_from_percent_cell, read_text, show
from ..registry import flatten
from ..workbook import engine
from ..workbook.address import a1
from ..workbook.cells import Key
from ..workbook.dependents import Place, affected, foreign_formulas
from ..workbook.echoes import echoes
from ..workbook.errors import BookError
from ..workbook.evaluate import Evaluator, same_stored
from ..workbook.frozen import refuse_frozen, thawed
from ..workbook.history import KEEP
from ..workbook.locate import BookView, Problem, open_view
from ..workbook.read import Cell, read_book
from ..workbook.write import Put, Store, Track, refuse_if_locked, save_edits

Edits = dict[str, dict[tuple[int, int], Put | Store]]

_UNKNOWN = CellError("#UNKNOWN", "rumus bukan rumus resmi", "tak-terhitung")
"""Stands for the value of a formula that is not ours: it spreads to whatever is made of it."""


@dataclass
class ComputeReport:
    """What a computation changed: cells with old and new stored value.

    `evaluated` are formulas of other people that the engine gave a value, `uncomputed` those that
    lost theirs, `typed` computed cells in which somebody typed a value over the formula.
    """

    path: Path
    changes: list[tuple[str, str, Scalar, Scalar]] = field(default_factory=list)
    computed: int = 0
    evaluated: list[str] = field(default_factory=list)
    uncomputed: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)


def compute(path: Path, output: Path | None = None, backups: int = KEEP) -> ComputeReport:
    """Store the value of every computed cell of the book at `path` (into `output`, else in place).

    A book that is changed in place is backed up; `backups` says how many versions are kept.
    Entries are not touched. `BookError` when the book is unreadable, has a fault of structure, or
    holds text or a per-cent format where a number belongs; then nothing is written.
    """
    path = Path(path)
    target = saving_target(path, output)
    view = open_sound_view(path)
    report, edits = computed_edits(view)
    report.path = target
    save_edits(path, target, edits, Track("compute", backups, view.book.sha256))
    return report


def saving_target(path: Path, output: Path | None) -> Path:
    """Where to save: the book itself, or a new file; an existing other file is never replaced."""
    target = path if output is None else Path(output)
    if target.is_dir():
        raise BookError("BERKAS02", f"{target} adalah folder, bukan berkas.", "Sebutkan nama berkas .xlsx.")
    if target.exists() and path.exists() and not target.samefile(path):
        raise BookError(
            "BERKAS31", f"{target} sudah ada dan tidak ditimpa.", "Pilih nama lain, atau hapus dahulu."
        )
    refuse_if_locked(target)
    return target


def open_sound_view(path: Path, only_read: bool = False) -> BookView:
    """The view of an official book in which everything is where it belongs, else `BookError`.

    A frozen book will do when it is `only_read`.
    """
    book = read_book(path)
    if not only_read:
        refuse_frozen(book)
    view = open_view(thawed(book))
    if view.layout.printed:
        raise BookError(
            "STR12",
            f"{path.name} berisi tabel sebagaimana tercetak, tanpa rumus.",
            "Buku seperti itu hanya diperiksa: lokapom-xl validate.",
        )
    for problem in view.problems:
        if problem.kind in FATAL:
            raise BookError("STR12", _sentence(path, problem), FATAL[problem.kind])
    refuse_bad_entries(view)
    return view


FATAL = {
    "lembar-hilang": "Salin lembar itu dari buku baru (lokapom-xl new).",
    "kepala-hilang": "Kembalikan judul kolom seperti pada buku baru.",
    "kolom-hilang": "Kembalikan kolom atau judulnya seperti pada buku baru.",
    "baris-hilang": "Kembalikan baris itu dengan nama resminya.",
    "baris-ganda": "Hapus atau perbaiki salah satu baris.",
    "baris-tak-dikenal": "Pakai nama resmi indikator.",
    "nama-aturan-hilang": "Salin lembar Aturan dari buku baru, atau pindahkan isian ke buku baru.",
}
_WHAT = {
    "lembar-hilang": "lembar {expected} tidak ditemukan.",
    "kepala-hilang": "baris kepala dengan kolom {expected} tidak ditemukan.",
    "kolom-hilang": "kolom {expected} tidak ditemukan.",
    "baris-hilang": "baris {expected} tidak ada.",
    "baris-ganda": "{written} menunjuk indikator yang sudah ada di {expected}.",
    "nama-aturan-hilang": "nama {expected} tidak menunjuk lembar Aturan.",
    "baris-tak-dikenal": "{written} tidak cocok dengan indikator mana pun.",
}


def _sentence(path: Path, problem: Problem) -> str:
    place = f" › {problem.sheet}" if problem.sheet else ""
    if problem.cell:
        place += f"!{problem.cell}"
    what = _WHAT[problem.kind].format(written=f"“{problem.written}”", expected=f"“{problem.expected}”")
    hint = f" Mungkin maksudnya “{problem.suggestion}”." if problem.suggestion else ""
    return f"{path.name}{place}: {what}{hint}"


def refuse_bad_entries(view: BookView) -> None:
    """A spreadsheet would not compute with such a cell as people read it, so neither do we."""
    evaluator = Evaluator(view)
    for _, column, key in view.located():
        if not column.numeric or not column.is_entry(evaluator.kind(key.row)):
            continue
        cell = view.cell(key)
        if cell is None or evaluator.call(key) is not None:
            continue
        sheet, address = view.address(key)
        where = f"{view.book.path.name} › {sheet}!{address}"
        if cell.formula is not None:
            raise BookError(
                "ISI13",
                f"{where} adalah sel isian, tetapi berisi rumus ={cell.formula[:40]}.",
                "Ketik angkanya; rumus di sel isian tidak dapat dihitung di sini.",
            )
        if isinstance(cell.value, bool):
            raise BookError(
                "ISI02", f"{where} berisi nilai benar/salah, bukan angka.", "Ketik ulang sebagai angka."
            )
        if isinstance(cell.value, str) and read_text(cell.value).kind != "not-measured":
            raise BookError(
                "ISI02",
                f"{where} berisi teks “{cell.value[:40]}”, bukan angka.",
                "Ketik ulang sebagai angka, atau - bila belum diukur.",
            )
        if cell.percent and isinstance(cell.value, Decimal):
            points = show(points_from_percent_cell(cell.value))
            raise BookError(
                "ISI06",
                f"{where} berformat persen: terbaca {points} poin, tetapi dihitung {show(cell.value)}.",
                f"Ubah format sel menjadi angka dan tulis {points}.",
            )


def _is_unknown(value: object) -> bool:
    return isinstance(value, CellError) and value.name == _UNKNOWN.name


class _SheetEvaluator(Evaluator):
    """Evaluates as the spreadsheet would: a typed value counts, a foreign formula is unknown."""

    def __init__(self, view: BookView) -> None:
        super().__init__(view)
        self._some_unknown = False

    def chain(self, key: Key) -> Scalar:
        if key not in self._chain:
            call = self.call(key)
            cell = self.view.cell(key)
            if call is not None:
                if cell is None or cell.formula is None:
                    self._chain[key] = self.written(key)
                elif not self._official(cell, key):
                    self._chain[key] = _UNKNOWN
                    self._some_unknown = True
        return super().chain(key)

    def _evaluate(
        self, key: Key, argument: Callable[[Key], Scalar], entry: Callable[[Key], Scalar]
    ) -> Scalar:
        result = super()._evaluate(key, argument, entry)
        call = self.call(key) if self._some_unknown else None
        # Some functions look past an error (a count, an order); what is unknown may be no error at all.
        if call is not None and any(map(_is_unknown, flatten(self.arguments(call, key, argument)))):
            return _UNKNOWN
        return result

    def _official(self, cell: Cell, key: Key) -> bool:
        call = self.call(key)
        assert call is not None and cell.formula is not None
        texts = (self.view.positions.formula(call, key, edition) for edition in ("plain", "udf"))
        return any(text is not None and same_formula(cell.formula, text) for text in texts)


def computed_edits(view: BookView, entered: Collection[Place] = ()) -> tuple[ComputeReport, Edits]:
    """The stored values that the book's formulas should have, as edits where they differ.

    `entered` are entry cells that change, too; the view already holds their new values.
    """
    report = ComputeReport(view.book.path)
    edits: Edits = defaultdict(dict)
    evaluator = _SheetEvaluator(view)
    ours: set[Place] = set()
    unknown: list[Place] = []

    def store(place: Place, value: Scalar) -> None:
        sheet, row, column = place
        old = view.book.sheets[sheet].cells[row, column].value
        if not same_stored(old, value):
            edits[sheet][row, column] = Store(value)
            report.changes.append((sheet, a1(row, column), old, value))

    for _, _, key, _ in evaluator.computed_keys():
        place = view.positions.at(key)
        cell = view.cell(key)
        if cell is None or cell.formula is None:
            report.typed.append(_name(place))
            continue
        ours.add(place)
        value = evaluator.chain(key)
        if _is_unknown(value):
            unknown.append(place)
            continue
        report.computed += 1
        store(place, value)
    for place, value in echoes(view.book, view.fields, ours, unknown, edits).items():
        ours.add(place)
        store(place, value)
    foreign = foreign_formulas(view.book, ours)
    if foreign or unknown:
        elsewhere = _changed_elsewhere(evaluator, edits, entered)
        _others(view, foreign, unknown, {*entered, *elsewhere}, edits, report, store)
    return report, edits


def _changed_elsewhere(evaluator: Evaluator, edits: Edits, entered: Collection[Place]) -> set[Place]:
    """The cells behind stored results that do not follow from them, though none of them is `entered`.

    Some program changed one of them without calculating, so that formulas of others that use them
    are as stale as ours were.
    """
    positions = evaluator.view.positions
    behind: dict[Key, frozenset[Place]] = {}

    def entries(key: Key) -> frozenset[Place]:
        if key not in behind:
            call, cell = evaluator.call(key), evaluator.view.cell(key)
            if call is None or cell is None or cell.formula is None:
                behind[key] = frozenset([positions.at(key)])
            else:
                inputs = (k for arg in call.args.values() for k in positions.cells_of(arg, key))
                behind[key] = frozenset().union(*map(entries, inputs))
        return behind[key]

    found: set[Place] = set()
    for _, _, key, _ in evaluator.computed_keys():
        sheet, row, column = positions.at(key)
        cell = evaluator.view.cell(key)
        if cell is not None and cell.value is not None and (row, column) in edits.get(sheet, ()):
            if entries(key).isdisjoint(entered):
                found |= entries(key)
    return found


def _others(
    view: BookView,
    foreign: Mapping[Place, Cell],
    unknown: list[Place],
    entered: Collection[Place],
    edits: Edits,
    report: ComputeReport,
    store: Callable[[Place, Scalar], None],
) -> None:
    """Formulas of other people: a value by the engine, or none; never a stale one.

    Those that hang on nothing that changed keep what they have.
    """
    book = view.book
    changed = {(sheet, *place) for sheet, cells in edits.items() for place in cells}
    stale = affected(book, {*changed, *entered, *unknown}, foreign)
    wanted = {*unknown, *stale, *(place for place, cell in foreign.items() if cell.value is None)}
    values = {(sheet, *place): edit.value for sheet, cells in edits.items() for place, edit in cells.items()}
    known = engine.evaluate(book, wanted, values)
    for place in sorted(wanted):
        value = known.get(place)
        if value is not None:
            store(place, value)
            report.evaluated.append(_name(place))
        elif book.sheets[place[0]].cells[place[1], place[2]].value is not None or place in unknown:
            store(place, None)
            report.uncomputed.append(_name(place))


def _name(place: Place) -> str:
    return f"{place[0]}!{a1(place[1], place[2])}"


def with_values(view: BookView, values: Mapping[tuple[str, int, int], Scalar]) -> BookView:
    """The same view with other contents in some cells, in memory."""
    sheets = dict(view.book.sheets)
    for (name, row, column), value in values.items():
        sheet = sheets[name]
        if sheet is view.book.sheets[name]:
            sheet = sheets[name] = replace(sheet, cells=dict(sheet.cells))
        cell = sheet.cells.get((row, column))
        if cell is None:
            cell = Cell(None, None)
        sheet.cells[row, column] = cell._replace(value=value)
    return replace(view, book=replace(view.book, sheets=sheets))
