"""Fill the entry cells of a book from data, recompute, and save both in one step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

from ..numbers import NOT_MEASURED, Scalar, show
from ..workbook.address import a1
from ..workbook.errors import BookError
from ..workbook.evaluate import Evaluator
from ..workbook.history import KEEP
from ..workbook.locate import BookView
from ..workbook.write import Put, Track, save_edits
from .compute import ComputeReport, Edits, computed_edits, open_sound_view, saving_target, with_values
from .sources import FieldOffer, Offer, collect

Typed = Literal["refuse", "overwrite", "keep"]
"""What becomes of a cell in which something else stands already."""


@dataclass(frozen=True)
class Change:
    """One entry cell: where, what it held, what it holds now, and the source.

    `overwrites`: it held what somebody entered.
    """

    sheet: str
    cell: str
    old: Scalar
    new: Scalar
    origin: str
    overwrites: bool = False


@dataclass
class FillReport:
    """What `fill` changed (or, in a dry run, would change); `kept` are the cells left as they were."""

    path: Path
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    ignored: list[str] = field(default_factory=list)
    computed: ComputeReport | None = None
    dry_run: bool = False
    kept: list[str] = field(default_factory=list)


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
    report, edits = plan(view, sources, month, "overwrite" if overwrite else "refuse")
    report.path, report.dry_run = target, dry_run
    if not dry_run:
        save_edits(book, target, edits, Track("fill", backups, view.book.sha256))
    return report


def plan(
    view: BookView, sources: Sequence[Path], month: int = 0, typed: Typed = "refuse"
) -> tuple[FillReport, Edits]:
    """What the data of `sources` change in a book, entries and results, with nothing written yet."""
    offers, fields, ignored = collect(view, [Path(source) for source in sources], month)
    report = FillReport(view.book.path, ignored=ignored)
    values: dict[tuple[str, int, int], Scalar] = {}
    for offer in offers:
        if not offer.check:
            _offer(view, view.positions.at(offer.key), offer.value, offer.origin, typed, report, values)
    for item in fields:
        place, placeholder = _named(view, item)
        _offer(view, place, item.value, item.origin, typed, report, values, placeholder)
    filled = with_values(view, values)
    _refuse_contradictions(filled, offers)
    report.computed, edits = computed_edits(filled, entered=values.keys())
    for (sheet, row, column), value in values.items():
        edits[sheet][row, column] = Put(value)
    return report, _ordered(edits)


def needs_month(view: BookView, sources: Sequence[Path]) -> bool:
    """Whether the sources are monitoring data that do not say of which month they are.

    `BookError` when only some are: a month would hold for all sources of one call.
    """
    monthly, others = [], []
    for source in sources:
        offers = _offers_of(view, source, 0)
        if offers is None and _offers_of(view, source, 1) is not None:
            monthly.append(source)
        elif offers:
            others.append(source)
    if monthly and others:
        names = [", ".join(source.name for source in part) for part in (monthly, others)]
        raise BookError(
            "SUMBER05",
            f"Data satu bulan ({names[0]}) tidak dapat diisi bersama data lain ({names[1]}).",
            "Isi data satu bulan tersendiri, lalu data lainnya.",
        )
    return bool(monthly)


def _offers_of(view: BookView, source: Path, month: int) -> Sequence[Offer] | None:
    """What a source offers to tables, None when it fits none; a fault of it is for `plan` to tell."""
    try:
        return collect(view, [source], month)[0]
    except BookError as problem:
        return None if problem.code == "SUMBER05" else ()


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
    typed: Typed,
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
    entered = old not in (None, "", NOT_MEASURED, placeholder)
    if entered and typed == "keep":
        report.kept.append(f"{sheet}!{a1(row, column)}")
        return
    if entered and typed == "refuse":
        raise BookError(
            "ISI09",
            f"{view.book.path.name} › {sheet}!{a1(row, column)} sudah berisi {show(old)}; "
            f"{origin} berisi {show(value)}.",
            "Tambahkan --overwrite bila memang akan ditimpa.",
        )
    values[place] = value
    report.changes.append(Change(sheet, a1(row, column), old, value, origin, entered))


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
