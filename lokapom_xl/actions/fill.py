"""Fill the entry cells of a book from data, recompute, and save both in one step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from ..numbers import NOT_MEASURED, Scalar, show
from ..workbook.address import a1
from ..workbook.errors import BookError
from ..workbook.evaluate import Evaluator
from ..workbook.history import KEEP
from ..workbook.locate import BookView
from ..workbook.write import Put, Track, save_edits
from .compute import ComputeReport, Edits, computed_edits, open_sound_view, saving_target, with_values
from .sources import FieldOffer, Offer, collect


@dataclass(frozen=True)
class Change:
    """One entry cell: where, what it held, what it holds now, and the source."""

    sheet: str
    cell: str
    old: Scalar
    new: Scalar
    origin: str


@dataclass
class FillReport:
    """What `fill` changed (or, in a dry run, would change)."""

    path: Path
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    ignored: list[str] = field(default_factory=list)
    computed: ComputeReport | None = None
    dry_run: bool = False


def fill(
    book: Path,
    sources: Sequence[Path],
    month: int = 0,
    output: Path | None = None,
    overwrite: bool = False,
    dry_run: bool = False,
    backups: int = KEEP,
) -> FillReport:
    """Write the data of `sources` into the entry cells of `book` and recompute it.

    A cell that already holds another value is overwritten only with `overwrite`. A book that is
    changed in place is backed up; `backups` says how many versions are kept. `BookError`, with
    nothing written, when a source conflicts with another, is incomplete, or names an unknown row.
    """
    book = Path(book)
    target = book if dry_run else saving_target(book, output)
    view = open_sound_view(book)
    offers, fields, ignored = collect(view, [Path(source) for source in sources], month)
    report = FillReport(target, dry_run=dry_run, ignored=ignored)
    values: dict[tuple[str, int, int], Scalar] = {}
    for offer in offers:
        if not offer.check:
            _offer(view, view.positions.at(offer.key), offer.value, offer.origin, overwrite, report, values)
    for item in fields:
        place, placeholder = _named(view, item)
        _offer(view, place, item.value, item.origin, overwrite, report, values, placeholder)
    filled = with_values(view, values)
    _refuse_contradictions(filled, offers)
    report.computed, edits = computed_edits(filled, entered=values.keys())
    for (sheet, row, column), value in values.items():
        edits[sheet][row, column] = Put(value)
    if not dry_run:
        save_edits(book, target, _ordered(edits), Track("fill", backups, view.book.sha256))
    return report


def _named(view: BookView, item: FieldOffer) -> tuple[tuple[str, int, int], str]:
    """Where a named cell is, and the text that an empty book holds there."""
    place = view.fields.get(item.name)
    known_field = next((f for f in view.layout.fields if f.name == item.name and f.entry), None)
    if place is None or known_field is None:
        known = ", ".join(f.name for f in view.layout.fields if f.entry)
        raise BookError(
            "SUMBER13",
            f"{item.origin}: sel bernama {item.name} tidak ada atau bukan sel isian.",
            f"Nama yang dapat diisi: {known}.",
        )
    return place, known_field.default


def _offer(
    view: BookView,
    place: tuple[str, int, int],
    value: Scalar,
    origin: str,
    overwrite: bool,
    report: FillReport,
    values: dict[tuple[str, int, int], Scalar],
    placeholder: str = "",
) -> None:
    sheet, row, column = place
    cell = view.book.sheets[sheet].cells.get((row, column))
    old = cell.value if cell else None
    if old == value or values.get(place, old) == value:
        report.unchanged += 1
        return
    typed = old not in (None, "", NOT_MEASURED, placeholder)
    if typed and not overwrite:
        raise BookError(
            "ISI09",
            f"{view.book.path.name} › {sheet}!{a1(row, column)} sudah berisi {show(old)}; "
            f"{origin} berisi {show(value)}.",
            "Tambahkan --overwrite bila memang akan ditimpa.",
        )
    values[place] = value
    report.changes.append(Change(sheet, a1(row, column), old, value, origin))


def _refuse_contradictions(view: BookView, offers: Sequence[Offer]) -> None:
    """A source that states a linked value (a target) must state the one the book will show."""
    evaluator = Evaluator(view)
    for offer in offers:
        if not offer.check:
            continue
        value = evaluator.chain(offer.key)
        if isinstance(offer.value, Decimal) and value != offer.value:
            sheet, address = view.address(offer.key)
            raise BookError(
                "SUMBER12",
                f"Sumber bertentangan: {offer.origin} berisi {show(offer.value)}, "
                f"sedangkan {sheet}!{address} menurut buku ini {show(value)}.",
                "Perbaiki salah satunya, atau nyatakan yang dipakai dalam berkas koreksi.",
            )


def _ordered(edits: Edits) -> Edits:
    ordered: Edits = defaultdict(dict)
    for sheet, cells in edits.items():
        ordered[sheet] = dict(sorted(cells.items()))
    return ordered
