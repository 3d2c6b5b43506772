"""Repair the form of books, never a number that they report, and say what was repaired.

What is repaired, and what is left, is told in `repairs`. Here it is settled which of it may happen:

* A text that becomes a number changes what formulas give, although the reported number of the cell is the
  same: a spreadsheet did not compute with the text. A book must not keep results that no longer follow, so
  every formula that hangs on a repaired cell is computed anew, as `compute` would, and every result that
  changes is listed with its old and its new value. Results that hang on nothing that was repaired stay,
  even stale ones: they have their findings, and `compute` is for them.
* Where an entry is left that a spreadsheet cannot compute with as people read it (a text of two readings, a
  formula), `compute` refuses the book. For the same reason nothing is repaired then that a result hangs on.
* A formula is restored only where nothing that people see changes by it, see `repairs`.

The new file is made in memory, in two steps: first the looks, then the contents. It is read again as a book,
and every entry must report the same number as before and every other cell what was announced; otherwise
nothing is written. A second run finds nothing.

The journal tells `undo` which cells to restore in a book that was changed since. It leaves out the cells that
got a number for a percentage, and what hangs on them: with the old content but not the old number format they
would report another number. The whole file comes back, with these cells, as long as nobody changed it since.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from ..checks.selection import Selection
from ..numbers import Scalar, show
from ..report import annotated
from ..report.diff import read_earlier
from ..workbook.address import Position, parse_a1
from ..workbook.dependents import Place, Reading, reached, reading
from ..workbook.edits import Edit, Formula, Look, Put, Store
from ..workbook.errors import BookError
from ..workbook.evaluate import Evaluator, same_stored
from ..workbook.frozen import refuse_frozen
from ..workbook.history import KEEP
from ..workbook.locate import BookView, open_view
from ..workbook.number_formats import NumberFormats
from ..workbook.package import Package, open_package
from ..workbook.read import Book, Cell, Workbook
from ..workbook.recognise.mapping import read as read_mapping
from ..workbook.saving import Track, refuse_if_locked, replace_file
from ..workbook.write import Revision, open_for_saving
from .compute import FATAL, computed_edits, refuse_bad_entries
from .new import finished
from .repairs import (
    AS_PERCENT,
    AS_TEXT,
    FORM,
    LOST_FORMULA,
    Finder,
    Left,
    LostFormula,
    Repair,
    name_of,
)
from .report import FORMS, is_ours_already

ACTION = "fix"


@dataclass(frozen=True)
class Recomputed:
    """A result that changed because something that it hangs on was repaired."""

    place: Place
    old: str
    new: str

    @property
    def where(self) -> str:
        return name_of(self.place)


@dataclass
class FixReport:
    """What was repaired in a book (in a dry run: what would be), and what was left.

    `path` is where the repaired book is: the book itself, its copy, or the book where nothing was to be
    repaired. `unseen` counts the results that changed in what nobody sees. Without a `sound`
    structure no number is looked at.
    """

    book: Path
    path: Path
    repairs: list[Repair] = field(default_factory=list)
    recomputed: list[Recomputed] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    unseen: int = 0
    sound: bool = True
    written: bool = False
    dry_run: bool = False


def fix(
    books: Sequence[Path],
    output: Path | None = None,
    selection: Selection | None = None,
    form: bool = True,
    dry_run: bool = False,
    backups: int = KEEP,
    tell: Callable[[FixReport], None] = lambda report: None,
) -> list[FixReport]:
    """Repair the books where they are, with a backup, or as copies at `output` (for several: a folder).

    Only findings of the `selection` are repaired, and what is no finding only with `form`. All books are
    looked at before the first is written; `BookError` when one of them is unreadable, frozen, signed, open in
    a program or not ours, or when a copy exists; then nothing is written. `tell` hears of each book as soon
    as it is saved.
    """
    codes = {code for code in (AS_TEXT, AS_PERCENT, LOST_FORMULA) if selection is None or code in selection}
    codes |= {FORM} if form else set()
    sources = {os.path.realpath(book): Path(book) for book in books}
    targets = _targets(list(sources.values()), output)
    plans = [
        _Plan(book, target, codes, dry_run) for book, target in zip(sources.values(), targets, strict=True)
    ]
    if output is not None and len(plans) > 1 and not dry_run and any(plan.revision for plan in plans):
        Path(output).mkdir(exist_ok=True)
    done = {}
    for real, plan in zip(sources, plans, strict=True):
        done[real] = plan.finish(dry_run, backups)
        tell(done[real])
    return [done[os.path.realpath(book)] for book in books]


def refuse_unready(form: str, target: Path | None, earlier: Path | None, mapping: Path | None) -> None:
    """`BookError` where the report that is to follow could not be made: then nothing is repaired, either."""
    if earlier is not None:
        read_earlier(earlier)
    if mapping is not None:
        read_mapping(mapping)
    if target is not None and form in FORMS:
        finished(target, replace=is_ours_already(target, FORMS[form]), suffixes=FORMS[form].suffixes)
    elif target is not None and target.is_file() and not annotated.is_copy(target):
        raise BookError(
            "BERKAS31", f"{target} sudah ada dan tidak ditimpa.", "Pilih nama lain, atau hapus dahulu."
        )


def lines(report: FixReport) -> list[str]:
    """The report for people at a terminal: every repair, every result that follows, and what is left."""
    name = report.book.name
    text = []
    if report.repairs:
        text.append(f"{'Akan diperbaiki' if report.dry_run else 'Diperbaiki'} di {name}:")
        text += [f"  {item.where}: {item.old} → {item.new} ({_why(item)})" for item in report.repairs]
    if report.recomputed:
        text.append("Ikut terhitung ulang, karena sel asalnya diperbaiki:")
        text += [f"  {item.where}: {item.old} → {item.new}" for item in report.recomputed]
    if report.unseen:
        text.append(f"{report.unseen} hasil lain berubah tanpa terlihat (desimal yang tidak tampil, spasi).")
    if report.left:
        text.append(f"Dibiarkan di {name}:")
        text += [f"  {item.where}: {item.what}; {item.why}." for item in report.left]
    if not report.sound:
        text.append(f"Angka di {name} tidak diperbaiki karena susunan buku tidak utuh; lihat temuannya.")
    count = f"{len(report.repairs)} sel"
    if not report.repairs:
        what = "dapat diperbaiki dengan aman" if report.left or not report.sound else "perlu diperbaiki"
        text.append(f"{name}: tidak ada yang {what}; tidak ada yang disimpan.")
    elif report.dry_run:
        text.append(f"{count} akan diperbaiki; tidak ada yang disimpan.")
    elif report.path == report.book:
        text.append(f"{count} diperbaiki. Disimpan: {report.path}. Pembatalan: lokapom-xl undo {report.path}")
    else:
        text.append(f"{count} diperbaiki. Disimpan: {report.path}. {name} tidak diubah.")
    return text


def _why(item: Repair) -> str:
    return f"{item.code} {item.why}".strip()


def _targets(books: Sequence[Path], output: Path | None) -> list[Path]:
    """Where each repaired book goes; a copy never replaces a file."""
    if output is None:
        return list(books)
    if len(books) == 1:
        targets = [output]
    else:
        if output.suffix.casefold() in (".xlsx", ".xlsm") or (output.exists() and not output.is_dir()):
            raise BookError(
                "BAIK02",
                f"{output} adalah nama berkas, sedangkan salinan beberapa buku memerlukan folder.",
                "Sebutkan nama folder, atau perbaiki satu buku saja.",
            )
        if not output.exists() and not output.parent.is_dir():
            raise BookError("BERKAS32", f"Folder {output.parent} tidak ada.", "Buat foldernya dahulu.")
        if len({book.name.casefold() for book in books}) < len(books):
            raise BookError(
                "BAIK03",
                "Beberapa buku bernama sama, sehingga salinannya akan saling menimpa.",
                "Perbaiki satu per satu, masing-masing dengan --fixed-file.",
            )
        targets = [output / book.name for book in books]
    for target in targets:
        if target.is_dir():
            raise BookError(
                "BERKAS02", f"{target} adalah folder, bukan berkas.", "Sebutkan nama berkas .xlsx."
            )
        if target.exists():
            raise BookError(
                "BERKAS31", f"{target} sudah ada dan tidak ditimpa.", "Pilih nama lain, atau hapus dahulu."
            )
    return targets


class _Plan:
    """What becomes of one book, in memory; `revision` is None when nothing does."""

    def __init__(self, path: Path, target: Path, codes: Collection[str], dry_run: bool) -> None:
        self.path, self.target = path, target
        self.package = open_package(path) if dry_run else open_for_saving(path, target)
        workbook = Workbook(self.package)
        book = workbook.book()
        refuse_frozen(book)
        self.view = open_view(book)
        self.formats = NumberFormats(workbook)
        sound = not any(problem.kind in FATAL for problem in self.view.problems)
        self._finder = Finder(self.view, workbook, self.formats, codes)
        self.repairs = self._finder.find(sound)
        self.results: dict[Place, Scalar] = {}
        self.sound = sound or self.view.layout.printed
        self._settle(sound)
        self.revision = self._revision() if self.repairs.done else None

    # --- what may happen -----------------------------------------------------------------------

    def _settle(self, sound: bool) -> None:
        """Take back repairs that would make results unknown or change what people see."""
        repairs = self.repairs
        if not repairs.values and not repairs.formulas:
            return
        if not sound:
            self._leave_used(repairs.values, "hasilnya tidak dapat dihitung karena susunan buku tidak utuh")
        elif not self.view.layout.printed:
            try:
                refuse_bad_entries(self._with({}))
            except BookError as problem:
                reason = f"hasilnya tidak dapat dihitung selama {problem.message.rstrip('.')}"
                for place in list(repairs.formulas):
                    repairs.leave(place, reason)
                self._leave_used(repairs.values, reason)
        self._restore()
        if repairs.values or repairs.formulas:
            edits = self._values(self._with(repairs.formulas))
            changed = {*repairs.values, *(edits.keys() & repairs.formulas.keys())}
            used = {*repairs.formulas}
            if changed and edits.keys() - used:  # else no formula need be taken apart
                used |= self._used(changed)
            self.results = {place: value for place, value in edits.items() if place in used}

    def _leave_used(self, places: Iterable[Place], reason: str) -> None:
        """Leave what a result hangs on, and what is a number with another format."""
        for place in list(places):
            if place in self.repairs.restyled or self._used({place}):
                self.repairs.leave(place, reason)

    def _restore(self) -> None:
        """Leave the formulas that give another value than the typed one, or change one elsewhere."""
        repairs = self.repairs
        while repairs.formulas:
            now = self._with(repairs.formulas)
            values = self._values(now)
            wrong = {}
            for place, lost in repairs.formulas.items():
                value = values.get(place, lost.typed)
                if not _agrees(lost, value):
                    wrong[place] = f"rumusnya menghasilkan {self._shown(place, value)}"
            if not wrong:
                wrong = self._moved(values)
            if not wrong:
                return
            for place, reason in wrong.items():
                repairs.leave(place, reason)

    def _moved(self, values: Mapping[Place, Scalar]) -> dict[Place, str]:
        """The formulas because of which another cell would show something else."""
        repairs = self.repairs
        typed = self._with({})
        before = self._values(typed)
        moved: dict[Place, str] = {}
        for place in values.keys() | before.keys():
            sheet, row, column = place
            cell = typed.book.sheets[sheet].cells[row, column]
            old, new = before.get(place, cell.value), values.get(place, cell.value)
            if place not in repairs.formulas and not self._shows_same(place, old, new):
                moved[place] = f"{name_of(place)} akan berubah dari {show(old)} menjadi {show(new)}"
        wrong: dict[Place, str] = {}
        for formula in repairs.formulas if moved else ():
            hit = min(self._used({formula}) & moved.keys(), default=None)
            if hit is not None:
                wrong[formula] = moved[hit]
        return wrong

    def _shows_same(self, place: Place, old: Scalar, new: Scalar) -> bool:
        """Whether people see the same in a cell, which its number format tells."""
        if isinstance(old, Decimal) and isinstance(new, Decimal):
            shape = self._finder.shape(place)
            return same_stored(old, new) or (
                shape.decimals is not None and shape.shows(old) == shape.shows(new)
            )
        return type(old) is type(new) and _bare(old) == _bare(new)

    @cached_property
    def _decimals(self) -> dict[Place, int]:
        """How many decimals people see, of the numbers in the tables."""
        at = self.view.positions.at
        return {at(key): column.decimals for _, column, key in self.view.located() if column.numeric}

    # --- what follows --------------------------------------------------------------------------

    def _with(self, formulas: Mapping[Place, LostFormula]) -> BookView:
        """The book with the repaired entries, and these formulas."""
        sheets = dict(self.view.book.sheets)
        new: dict[Place, Cell] = {place: Cell(value, None) for place, value in self.repairs.values.items()}
        new |= {place: Cell(lost.typed, lost.text) for place, lost in formulas.items()}
        for name in {place[0] for place in new}:
            sheets[name] = replace(sheets[name], cells=dict(sheets[name].cells))
        for (name, row, column), cell in new.items():
            sheets[name].cells[row, column] = cell
        return replace(self.view, book=replace(self.view.book, sheets=sheets))

    def _values(self, view: BookView) -> dict[Place, Scalar]:
        """The results that a spreadsheet would store, where they differ from those that are stored."""
        _, edits = computed_edits(view, entered=list(self.repairs.values))
        return {(name, *place): edit.value for name, cells in edits.items() for place, edit in cells.items()}

    @cached_property
    def _dependents(self) -> _Dependents:
        return _Dependents(self._with(self.repairs.formulas).book)

    def _used(self, places: Collection[Place]) -> set[Place]:
        """The formulas that hang on one of the cells."""
        return self._dependents.of(places)

    # --- what is written -----------------------------------------------------------------------

    def _revision(self) -> Revision:
        """The last of the two steps; the first gives cells their number formats."""
        repairs, package = self.repairs, self.package
        order = {name: number for number, name in enumerate(self.view.book.sheets)}
        looks: dict[str, dict[Position, Edit]] = defaultdict(dict)
        for (sheet, row, column), style in repairs.looks.items():
            looks[sheet][row, column] = Look(style)
        if looks:
            first = Revision(package, looks, self.formats.content())
            package = _package(self.path, first.data())
            if not first.is_in(package):
                raise _unlike(self.path)
        edits: dict[str, dict[Position, Edit]] = defaultdict(dict)
        contents: dict[Place, Edit] = {place: Put(value) for place, value in repairs.values.items()}
        for place, value in self.results.items():
            contents[place] = Store(value)
        for place, lost in repairs.formulas.items():
            contents[place] = Formula(lost.text, self.results.get(place, lost.typed))
        for place in sorted(contents, key=lambda place: (order[place[0]], place[1:])):
            edits[place[0]][place[1], place[2]] = contents[place]
        last = Revision(package, edits)
        if not self._holds(last, _package(self.path, last.data())):
            raise _unlike(self.path)
        return last

    def _holds(self, revision: Revision, written: Package) -> bool:
        """Whether a file is as meant, and reports what the book reported."""
        return revision.is_in(written) and self._reports_the_same(open_view(Workbook(written).book()))

    def _reports_the_same(self, after: BookView) -> bool:
        before, repairs = self.view, self.repairs
        if {key for _, _, key in before.located()} != {key for _, _, key in after.located()}:
            return False
        old, new = Evaluator(before), Evaluator(after)
        for _, _, key in before.located():
            place = before.positions.at(key)
            if after.positions.at(key) != place:
                return False
            was, now = before.cell(key) or Cell(None, None), after.cell(key) or Cell(None, None)
            if place in repairs.formulas:
                lost = repairs.formulas[place]
                good = now.formula == lost.text and _agrees(lost, now.value)
            elif was.computed:
                good = was.formula == now.formula and (was.value == now.value or place in self.results)
            elif isinstance(number := old.written(key), Decimal):
                good = new.written(key) == number and not now.computed
            else:
                good = _bare(was.value) == _bare(now.value) and not now.computed
            if not good:
                return False
        return True

    def finish(self, dry_run: bool, backups: int) -> FixReport:
        """Write the repaired book, unless there is nothing to repair."""
        report = self._report(dry_run)
        revision = self.revision
        if revision is None or dry_run:
            return report
        refuse_if_locked(self.target)
        track = Track(ACTION, backups)
        kept = self.repairs.restyled | (self._used(self.repairs.restyled) if self.repairs.restyled else set())
        for patch in revision.patches:
            for change in patch.changes():
                position = parse_a1(change.cell)
                if position is None or (change.sheet, *position) not in kept:
                    track.changes.append(change)
        target = Path(os.path.realpath(self.target))
        report.written = replace_file(
            target, revision.data(), self.package, lambda written: self._holds(revision, written), track
        )
        report.path = self.target
        return report

    def _report(self, dry_run: bool) -> FixReport:
        order = {name: number for number, name in enumerate(self.view.book.sheets)}

        def rank(place: Place) -> tuple[int, int, int]:
            return order[place[0]], place[1], place[2]

        report = FixReport(self.path, self.path, sound=self.sound, dry_run=dry_run)
        report.repairs = sorted(self.repairs.done.values(), key=lambda item: rank(item.place))
        report.left = sorted(self.repairs.left, key=lambda item: rank(item.place))
        for place in sorted(self.results.keys() - self.repairs.formulas, key=rank):
            old = self.view.book.sheets[place[0]].cells[place[1], place[2]].value
            new = self.results[place]
            if self._shows_same(place, old, new):
                report.unseen += 1
            else:
                was = show(old, self._decimals.get(place))
                report.recomputed.append(Recomputed(place, was, self._shown(place, new)))
        return report

    def _shown(self, place: Place, value: Scalar) -> str:
        if value is None:
            return "kosong sampai dihitung di Excel"
        return show(value, self._decimals.get(place))


class _Dependents:
    """Which formulas of a book hang on which cells."""

    def __init__(self, book: Book) -> None:
        self.readings: dict[Place, Reading] = {}
        self.uncertain: set[Place] = set()
        for name, sheet in book.sheets.items():
            for (row, column), cell in sheet.cells.items():
                if not cell.computed:
                    continue
                known = reading(book, name, cell.formula) if cell.formula else Reading(certain=False)
                self.readings[name, row, column] = known
                if not known.certain:
                    self.uncertain.add((name, row, column))

    def of(self, places: Collection[Place]) -> set[Place]:
        """The formulas that may change with the cells; one of which that cannot be told always may."""
        return self.uncertain | reached(self.readings, {*places, *self.uncertain})


def _agrees(lost: LostFormula, value: Scalar) -> bool:
    """Whether people see in the formula's value what was typed."""
    typed = lost.typed
    if isinstance(typed, Decimal) and isinstance(value, Decimal):
        if lost.shown is None:
            return same_stored(typed, value)
        one, other = lost.shown.shows(typed), lost.shown.shows(value)
        return one is not None and one == other
    return type(typed) is type(value) and _bare(typed) == _bare(value)


def _bare(value: Scalar) -> Scalar:
    if not isinstance(value, str):
        return value
    return value.strip(" \t\r\n\u00a0\u200b\ufeff") or None


def _package(path: Path, data: bytes) -> Package:
    return Package(path, data, zipfile.ZipFile(io.BytesIO(data)))


def _unlike(path: Path) -> BookError:
    return BookError(
        "TULIS14",
        f"{path.name} tidak diperbaiki karena hasilnya tidak sama dengan yang diminta.",
        "Buka dan simpan ulang berkasnya di Excel, lalu ulangi.",
    )
