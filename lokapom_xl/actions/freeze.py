"""A copy of an official book to be handed in: values only, no macros, and a sheet that says its origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from .. import __version__, regulations
from ..numbers import Scalar, from_float
from ..workbook.added_sheet import NewSheet, SheetWriter
from ..workbook.address import Position, a1
from ..workbook.bare import Bare, FreezeParts, bare, cut, macro_traces
from ..workbook.cell_looks import CellLooks
from ..workbook.errors import BookError
from ..workbook.frozen import NAME, FrozenCell, noted, provenance, provenance_sheet, thawed
from ..workbook.history import sha256
from ..workbook.locate import BookView
from ..workbook.package import Package, open_package
from ..workbook.read import Book, Workbook
from ..workbook.saving import replace_file
from ..workbook.write import Put, Revision
from .compute import Edits, computed_edits, open_sound_view, saving_target

SUFFIX = "-beku"
_PROTECTION = (
    '<{p}sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0" formatRows="0" '
    'autoFilter="0"/>'
)


@dataclass(frozen=True)
class FreezeReport:
    """What was made: the file, its checksum, how many formulas became values, and what was taken out."""

    path: Path
    sha256: str
    formulas: int
    removed: tuple[str, ...]


def freeze(book: Path, output: Path | None = None) -> FreezeReport:
    """Write a copy of `book` without formulas and macros to `output`, else beside it as `...-beku.xlsx`.

    The book itself is not touched. The same book always gives the same bytes. `BookError` when it is
    unreadable or has a fault of structure, when a formula has no value, when something in it cannot be
    taken out for certain, or when the output exists; then nothing is written.
    """
    book = Path(book)
    target = _target(book, output)
    view = open_sound_view(book)
    package = open_package(book)
    if sha256(package.data) != view.book.sha256:
        raise BookError(
            "TULIS17", f"{book.name} diubah oleh program lain selama diproses.", "Ulangi perintahnya."
        )
    copy = _Copy(view, bare(package))
    data = copy.revision.data()
    replace_file(target, data, package, copy.is_in)
    return FreezeReport(target, sha256(data), len(copy.frozen), copy.removed)


def _target(book: Path, output: Path | None) -> Path:
    target = Path(output) if output is not None else book.with_name(f"{book.stem}{SUFFIX}.xlsx")
    if target.suffix.lower() != ".xlsx":
        raise BookError(
            "BERKAS30",
            f"{target.name} tidak berakhiran .xlsx; salinan beku tidak memuat makro.",
            "Pilih nama berkas yang berakhiran .xlsx.",
        )
    target = saving_target(book, target)
    if target.exists():
        raise BookError(
            "BERKAS31", f"{target} sudah ada dan tidak ditimpa.", "Pilih nama lain, atau hapus dahulu."
        )
    return target


class _Copy:
    """The frozen copy in memory, and whether a file is just that."""

    def __init__(self, view: BookView, stripped: Bare) -> None:
        self.view, self.stripped, self.removed = view, stripped, stripped.removed
        self.workbook = workbook = Workbook(stripped.package)
        _, edits = computed_edits(view)
        self.frozen: list[FrozenCell] = []
        self.values: dict[str, dict[Position, Scalar]] = {}
        puts: dict[str, dict[Position, Put]] = {}
        for name in workbook.parts:
            puts[name] = self._frozen_cells(name, edits)
        parts = FreezeParts(workbook)
        sheet = self._provenance_sheet()
        try:
            looks = CellLooks(parts, workbook)
            part = parts.free("worksheets", "sheet", ".xml")
            (self.added,) = SheetWriter(parts, workbook, looks).add([sheet])
            looks.finish()
            _guard(parts, part)
            _name(parts, workbook, self.added)
            self.revision = Revision(stripped.package, puts, parts.content())
        except ValueError as problem:
            parts.refuse(str(problem)[:80])
        self.sheet = sheet

    def _frozen_cells(self, name: str, edits: Edits) -> dict[Position, Put]:
        """What the computed cells of a sheet become; notes them, and all values of the sheet."""
        puts: dict[Position, Put] = {}
        cells = self.view.book.sheets[name].cells
        self.values[name] = {place: cell.value for place, cell in cells.items()}
        for place, cell in sorted(cells.items()):
            if not cell.computed:
                continue
            edit = edits.get(name, {}).get(place)
            value = cell.value if edit is None else edit.value
            if value is None:
                self._refuse_blank(name, place)
            # A stored number stays the binary number that it is, beyond the 15 digits that are read.
            text = cell.text if edit is None and isinstance(value, Decimal) else None
            puts[place] = Put(value if text is None else Decimal(text.strip()), over_formula=True)
            if isinstance(value, Decimal):
                value = from_float(float(value))
            self.values[name][place] = value
            self.frozen.append(FrozenCell(name, place, noted(cell), value))
        return puts

    def _refuse_blank(self, sheet: str, place: Position) -> None:
        raise BookError(
            "BEKU02",
            f"{self.view.book.path.name} › {sheet}!{a1(*place)}: rumusnya tidak mempunyai nilai dan tidak "
            "dapat dihitung di sini.",
            "Buka buku itu di Excel, hitung ulang (Ctrl+Alt+F9), simpan, lalu bekukan lagi; "
            "atau ganti rumus itu dengan nilainya.",
        )

    def _provenance_sheet(self) -> NewSheet:
        view, book = self.view, self.view.book
        unit = view.fields.get("NAMA_UNIT")
        cell = book.sheets[unit[0]].cells.get(unit[1:]) if unit is not None else None
        whose = f", {cell.value}" if cell is not None and isinstance(cell.value, str) and cell.value else ""
        facts: list[tuple[str, Scalar]] = [
            ("SHA-256 berkas asal", book.sha256),
            (
                "Isi",
                f"{view.layout.title} tahun {view.year}{whose}. Salinan nilai: setiap rumus sudah diganti "
                "nilainya, dan buku ini tidak memuat makro.",
            ),
            ("Dihilangkan", "; ".join(self.removed) or "tidak ada selain rumus"),
            ("Dibuat dengan", f"lokapom_xl {__version__}"),
            (
                "Cara memeriksa",
                "lokapom-xl validate BUKU menghitung ulang rumus yang tercantum di bawah dan menunjukkan "
                "setiap nilai yang berubah sejak dibekukan.",
            ),
            (
                "Cara memperbaiki",
                "Perbaiki berkas asalnya, lalu bekukan kembali. Jangan mengubah buku ini.",
            ),
        ]
        return provenance_sheet(facts, book.path.name, _rules(view), self.values, self.frozen)

    # --- verification --------------------------------------------------------------------------

    def is_in(self, written: Package) -> bool:
        """Whether a file holds the copy, as it is read and not only as it was put together."""
        if not self.revision.is_in(written) or any(macro_traces(written)):
            return False
        book = Workbook(written).book()
        if list(book.sheets) != [*self.workbook.parts, self.added]:
            return False
        if any(cell.computed for sheet in book.sheets.values() for cell in sheet.cells.values()):
            return False
        for name, known in self.values.items():
            if not _same_values(
                {place: cell.value for place, cell in book.sheets[name].cells.items()}, known
            ):
                return False
        origin = provenance(book)
        if origin is None or origin.fault or origin.cells != self.frozen:
            return False
        return self._is_thawed(thawed(book))

    def _is_thawed(self, book: Book) -> bool:
        """Whether every formula comes back as it was."""
        known = self.view.book.sheets
        return all(
            cell[1:3] == known[name].cells[place][1:3]
            for name in self.values
            for place, cell in book.sheets[name].cells.items()
        )


def _same_values(one: Mapping[Position, Scalar], other: Mapping[Position, Scalar]) -> bool:
    return one == other and all(
        isinstance(value, bool) == isinstance(other[place], bool) for place, value in one.items()
    )


def _guard(parts: FreezeParts, part: str) -> None:
    """Protect the new sheet as the others are, without a password, and let all of it scroll."""
    xml = parts.xml(part)
    views = xml.root.find("sheetViews")
    if views is not None:  # the header stands too far down to stay in sight
        xml = cut(xml, [views])
    xml.insert_after(xml.root, ("sheetData",), _PROTECTION.format(p=xml.root.prefix))
    parts.keep(part, xml)


def _name(parts: FreezeParts, workbook: Workbook, sheet: str) -> None:
    """Give the new sheet's first cell its name."""
    main = parts.xml(workbook.part)
    names = main.root.find("definedNames")
    assert names is not None  # the sheet has just got names for its table
    quoted = "'" + sheet.replace("'", "''") + "'"
    main.append(names, f'<{names.prefix}definedName name="{NAME}">{quoted}!$A$1</{names.prefix}definedName>')
    parts.keep(workbook.part, main)


def _rules(view: BookView) -> Sequence[tuple[str, str]]:
    """The rules that the formulas of the book follow, each with its title, dates and reference."""
    used = {
        rule
        for table in view.layout.tables
        for column in table.columns
        for call in column.calls.values()
        for rule in call.function.rules
    } | {"indikator"}
    lines = []
    for subject in regulations.subjects():
        if subject not in used:
            continue
        title = regulations.title(subject)
        try:
            found = regulations.version(subject, view.rule_year)
        except regulations.NotReviewed:
            lines.append((title, f"Belum ditinjau untuk tahun {view.rule_year}."))
            continue
        lines.append(
            (
                title,
                f"Berlaku sejak {found.start:%d-%m-%Y}, ditinjau sampai dengan "
                f"{found.reviewed_until:%d-%m-%Y}. Rujukan: {found.reference}",
            )
        )
    return lines


__all__ = ["FreezeReport", "freeze"]
