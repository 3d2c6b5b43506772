"""Change the contents of single cells of a workbook and leave everything else as it is.

Only the parts of the touched sheets are written anew, and in them only the `<c>` elements of the
edited cells; every other member is copied as the compressed bytes that it was. Formulas neither
appear nor disappear, so the calculation chain stays valid. The new file is made beside the target,
read back and compared before it takes the target's place; equal input gives equal bytes.
"""

from __future__ import annotations

import math
import os
import re
import stat
import struct
import tempfile
import zipfile
import zlib
from bisect import bisect_right, insort
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeAlias, cast

from lxml import etree

from ..numbers import ERROR_CODES, CellError, Scalar, from_float, plain
from .errors import BookError
from .read import (
    MAX_COLUMN,
    MAX_ROW,
    Box,
    Cell,
    Package,
    Position,
    Workbook,
    address,
    box,
    inside,
    namespace,
    open_package,
    row_cells,
    rows,
    scan,
)

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_TEXT = 32_767
"""Characters (UTF-16 units) that Excel keeps in one cell."""

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class Put:
    """Make `value` the content of an entry cell (None empties it); refused on a formula."""

    value: Scalar


@dataclass(frozen=True)
class Store:
    """Make `value` the stored result of the cell's formula (None removes it)."""

    value: Scalar


Edit: TypeAlias = Put | Store
Edits: TypeAlias = Mapping[str, Mapping[Position, Edit]]
"""Edits by sheet name, then by row and column from 1."""


def save_edits(source: Path | str, target: Path | str, edits: Edits) -> bool:
    """Write `source` with `edits` to `target`; True when the target was written.

    Nothing at all is written when the target already is what it would become. On any refusal or
    failure (`BookError`) the target stays as it was and no other file is left behind.
    """
    source = Path(source)
    target = Path(os.path.realpath(target))  # a link stays a link; the file it leads to is replaced
    refuse_if_locked(target)
    package = open_package(source)
    if source.suffix.lower() != target.suffix.lower():
        raise BookError(
            "TULIS15",
            f"{source.name} tidak dapat disimpan sebagai {target.name} karena akhirannya berbeda.",
            f"Pakai akhiran {source.suffix} untuk berkas hasil.",
        )
    signed = any(name.startswith("_xmlsignatures/") for name in package.members)
    if signed or any(relation.kind == "origin" for relation in package.relations("").values()):
        raise BookError(
            "TULIS08",
            f"{source.name} bertanda tangan digital, yang menjadi tidak sah bila isinya diubah.",
            "Hapus tanda tangannya di Excel (Berkas > Info), atau pakai salinan tanpa tanda tangan.",
        )
    workbook = Workbook(package)
    patches = []
    for name, cells in edits.items():
        if name not in workbook.parts:
            raise BookError(
                "TULIS01",
                f"{source.name}: lembar “{name}” tidak ada.",
                f"Lembar yang ada: {', '.join(workbook.parts)}.",
            )
        try:
            patch = _SheetPatch(workbook, name, cells)
            if patch.edits:
                patch.apply()
                patches.append(patch)
        except ValueError as problem:
            package.corrupt(f"lembar {name}", f"alamat tidak sah: {str(problem)[:60]}")
    if not patches and _same_file(source, target):
        return False
    new = {patch.part.lower(): patch.content() for patch in patches}
    data = _rebuild(package, new) if new else package.data
    return _replace(target, data, package, patches)


def clear_stored_values(source: Path | str, target: Path | str) -> bool:
    """Write a copy in which no formula has a stored result, so that a reader must calculate."""
    book = Workbook(open_package(Path(source))).book()
    return save_edits(
        source,
        target,
        {
            name: {place: Store(None) for place, cell in sheet.cells.items() if cell.computed}
            for name, sheet in book.sheets.items()
        },
    )


# --- one sheet -----------------------------------------------------------------------------------


class _SheetPatch:
    """The edits of one sheet that change something, checked when made and then applied."""

    def __init__(self, workbook: Workbook, name: str, edits: Mapping[Position, Edit]) -> None:
        self.file, self.name, self.part = workbook.package.path.name, name, workbook.parts[name]
        self.root = workbook.package.xml(self.part)
        self.prefix = namespace(self.root) or ""
        before = workbook.sheet(name, self.root)
        self.formulas: dict[Position, Element] = {}
        self.marks: dict[Position, _Mark] = {}
        for row, column, cell, text, formula in scan(self.root):
            self.marks[row, column] = _mark(cell, text, formula)
            if formula is not None:
                self.formulas[row, column] = formula
        self.frame = _frame(self.root)
        self.merges = [box(area) for area in before.merges]
        self.arrays = [
            box(formula.get("ref") or address(*place))
            for place, formula in self.formulas.items()
            if formula.get("t") in ("array", "dataTable")
        ]
        self.fences = self._fences(workbook.package)
        self.edits: dict[Position, Edit] = {}
        for place, edit in sorted(edits.items()):
            self._check(place, edit)
            if not _holds(before.cells.get(place), edit):
                self.edits[place] = edit

    def _fences(self, package: Package) -> list[tuple[Box, str]]:
        """Areas whose texts another part repeats: headers of tables, pivot tables."""
        fences = []
        for relation in package.relations(self.part).values():
            if relation.kind == "table":
                table = package.xml(relation.target)
                top, left, _, right = box(table.get("ref", ""))
                if table.get("headerRowCount") != "0":
                    fences.append(((top, left, top, right), "judul kolom tabel Excel"))
            elif relation.kind == "pivotTable":
                pivot = package.xml(relation.target)
                location = pivot.find((namespace(pivot) or "") + "location")
                if location is not None:
                    fences.append((box(location.get("ref", "")), "bagian tabel pivot"))
        return fences

    # --- refusals ------------------------------------------------------------------------------

    def _refuse(self, code: str, place: Position, what: str, remedy: str) -> NoReturn:
        cell = address(*place) if min(place) > 0 else f"baris {place[0]} kolom {place[1]}"
        raise BookError(code, f"{self.file}: sel {self.name}!{cell} {what}.", remedy)

    def _check(self, place: Position, edit: Edit) -> None:
        row, column = place
        if not (1 <= row <= MAX_ROW and 1 <= column <= MAX_COLUMN):
            self._refuse("TULIS10", place, "berada di luar lembar kerja", "Periksa alamat sel itu.")
        for area in self.merges:
            if inside(row, column, area) and place != area[:2]:
                anchor = address(*area[:2])
                self._refuse(
                    "TULIS04",
                    place,
                    f"bagian dari sel gabungan {anchor}",
                    f"Isi sel {anchor}, atau pisahkan gabungannya.",
                )
        member = any(inside(row, column, area) for area in self.arrays)
        formula = self.formulas.get(place)
        if isinstance(edit, Store):
            if formula is None and not member:
                self._refuse(
                    "TULIS03", place, "tidak berisi rumus", "Periksa alamat sel, atau isikan sebagai isian."
                )
        elif member:
            self._refuse(
                "TULIS05",
                place,
                "bagian dari rumus larik atau tabel data",
                "Ubah seluruh rumus itu sekaligus di Excel.",
            )
        elif formula is not None:
            if formula.get("t") == "shared" and formula.text:
                self._refuse(
                    "TULIS06", place, "memuat rumus induk yang dipakai sel lain", "Ubah rumus itu di Excel."
                )
            self._refuse(
                "TULIS02", place, "berisi rumus", "Isi sel masukannya, atau hapus rumus itu di Excel."
            )
        else:
            for area, what in self.fences:
                if inside(row, column, area):
                    self._refuse("TULIS16", place, what, "Ubah sel itu di Excel.")
        self._check_value(place, edit.value)

    def _check_value(self, place: Position, value: Scalar) -> None:
        if isinstance(value, str):
            length = len(value.encode("utf-16-le", "surrogatepass")) // 2
            if length > MAX_TEXT:
                self._refuse(
                    "TULIS07",
                    place,
                    f"akan berisi teks {length} karakter",
                    f"Persingkat menjadi paling banyak {MAX_TEXT}.",
                )
            good = not any("\ud800" <= character <= "\udfff" for character in value)
        elif isinstance(value, Decimal):
            good = value.is_finite() and math.isfinite(float(value))
        elif isinstance(value, CellError):
            good = value.code in ERROR_CODES
        else:
            good = True
        if not good:
            self._refuse(
                "TULIS09",
                place,
                "akan berisi nilai yang tidak dapat disimpan Excel",
                "Periksa nilai untuk sel itu.",
            )

    # --- changes -------------------------------------------------------------------------------

    def apply(self) -> None:
        """Change the XML."""
        by_number = dict(rows(self.root))
        numbers = sorted(by_number)
        current, index = 0, dict[int, "Element"]()
        created = []
        for (number, column), edit in self.edits.items():
            row = by_number.get(number)
            if row is None:
                row = by_number[number] = self._new_row(number, numbers, by_number)
                insort(numbers, number)
            if number != current:
                current, index = number, dict(row_cells(number, row, self.prefix + "c"))
            cell = index.get(column)
            if cell is None:
                cell = index[column] = self._new_cell(number, column, row, index)
                created.append((number, column))
            _set(cell, self.prefix, edit)
        self._widen_dimension(created)

    def _new_row(self, number: int, numbers: list[int], by_number: dict[int, Element]) -> Element:
        row = etree.Element(self.prefix + "row", {"r": str(number)})
        place = bisect_right(numbers, number)
        if place < len(numbers):
            by_number[numbers[place]].addprevious(row)
        else:
            data = self.root.find(self.prefix + "sheetData")
            assert data is not None  # a sheet without one was refused when read
            data.append(row)
        return row

    def _new_cell(self, number: int, column: int, row: Element, index: dict[int, Element]) -> Element:
        cell = etree.Element(self.prefix + "c", {"r": address(number, column)})
        style = row.get("s") or self._column_style(column)
        if style:
            cell.set("s", style)
        following = min((other for other in index if other > column), default=None)
        if following is not None:
            index[following].addprevious(cell)
        elif index:
            index[max(index)].addnext(cell)
        else:
            row.insert(0, cell)
        _drop(row, "spans")
        return cell

    def _column_style(self, column: int) -> str | None:
        for item in self.root.iterfind(f"{self.prefix}cols/{self.prefix}col"):
            if int(item.get("min", "0")) <= column <= int(item.get("max", "0")):
                return item.get("style")
        return None

    def _widen_dimension(self, created: list[Position]) -> None:
        item = self.root.find(self.prefix + "dimension")
        if item is None or not created:
            return
        corners = list(created)
        with suppress(ValueError):  # a senseless dimension is replaced
            known = box(item.get("ref", ""))
            corners += [known[:2], known[2:]]
        lines, columns = zip(*corners, strict=True)
        first, last = address(min(lines), min(columns)), address(max(lines), max(columns))
        item.set("ref", first if first == last else f"{first}:{last}")

    def content(self) -> bytes:
        tree = self.root.getroottree()
        return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)

    # --- verification --------------------------------------------------------------------------

    def confirm(self, workbook: Workbook) -> bool:
        """Whether the sheet as written has the edits and differs in nothing else."""
        root = workbook.package.xml(self.part)
        marks = {(row, column): _mark(cell, text, formula) for row, column, cell, text, formula in scan(root)}
        if (
            _frame(root) != self.frame
            or marks.keys() - self.edits.keys() != self.marks.keys() - self.edits.keys()
        ):
            return False
        after = workbook.sheet(self.name, root)
        for place, mark in marks.items():
            if place not in self.edits:
                if mark != self.marks[place]:
                    return False
            elif place in self.marks and mark[2:] != self.marks[place][2:]:
                return False
        return all(_holds(after.cells.get(place), edit) for place, edit in self.edits.items())


_Mark: TypeAlias = tuple[dict[str, str], str | None, str | None, str | None, dict[str, str] | None]


def _mark(cell: Element, text: str | None, formula: Element | None) -> _Mark:
    """All that a cell says; what an edit may not change comes from the third place on."""
    attributes = _attributes(cell)
    style = attributes.pop("s", None)
    if formula is None:
        return attributes, text, style, None, None
    return attributes, text, style, formula.text, _attributes(formula)


def _attributes(element: Element) -> dict[str, str]:
    return dict(cast("Mapping[str, str]", element.attrib))


def _drop(element: Element, *names: str) -> None:
    for name in names:
        if name in element.attrib:
            del element.attrib[name]


def _frame(root: Element) -> list[bytes]:
    """All of a sheet but its cells: the other elements, and the properties of rows with cells."""
    prefix = namespace(root) or ""
    outside = (prefix + "sheetData", prefix + "dimension")
    frame = [etree.tostring(item, with_tail=False) for item in root if item.tag not in outside]
    for number, row in rows(root):
        properties = {key: value for key, value in row.items() if key not in ("r", "spans")}
        if properties:
            frame.append(f"{number} {properties}".encode())
    return frame


def _holds(cell: Cell | None, edit: Edit) -> bool:
    """Whether a cell already has what the edit would give it.

    An entry must be the same binary number, a stored result the same 15 digits: a calculation may
    end in another last bit, which is no reason to write a file.
    """
    value = edit.value
    if value is None or cell is None or cell.text is None:
        return value is None and (cell is None or cell.text is None)
    if isinstance(value, Decimal) and isinstance(cell.value, Decimal):
        have, want = float(cell.text), float(value)
        return have == want if isinstance(edit, Put) else from_float(have) == from_float(want)
    return type(value) is type(cell.value) and value == cell.value


def _set(cell: Element, prefix: str, edit: Edit) -> None:
    """Replace the content or the stored result of a `<c>`."""
    for item in list(cell):
        if item.tag in (prefix + "v", prefix + "is"):
            cell.remove(item)
    # `vm` describes the old value; `cm` an array formula, which only a stored result leaves there.
    _drop(cell, *("t", "vm", "cm") if isinstance(edit, Put) else ("t", "vm"))
    value = edit.value
    if value is None:
        return
    formula = cell.find(prefix + "f")
    slot = 0 if formula is None else cell.index(formula) + 1
    if isinstance(value, str) and isinstance(edit, Put):
        # Inline text is text whatever it begins with: = + - @ can never become a formula.
        cell.set("t", "inlineStr")
        outer = etree.Element(prefix + "is")
        inner = etree.SubElement(outer, prefix + "t")
        inner.text = _escape(value)
        if value != value.strip():
            inner.set(_SPACE, "preserve")
        cell.insert(slot, outer)
        return
    item = etree.Element(prefix + "v")
    if isinstance(value, bool):
        cell.set("t", "b")
        item.text = "1" if value else "0"
    elif isinstance(value, Decimal):
        item.text = _number_text(value)
    elif isinstance(value, CellError):
        cell.set("t", "e")
        item.text = value.code
    else:
        cell.set("t", "str")
        item.text = _escape(value)
    cell.insert(slot, item)


_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def _escape(text: str) -> str:
    """Text in its file form: `_x000D_` for what XML cannot hold, and for a `_` that looks like it."""
    return _UNSAFE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def _number_text(value: Decimal) -> str:
    """The shortest exact text of a number; an exponent only where the plain text would be long."""
    if value == 0:
        return "0"
    if -20 <= value.adjusted() <= 20:
        return plain(value)
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # only finite numbers come here
    short = "".join(map(str, digits)).rstrip("0")
    power = exponent + len(digits) - 1
    return f"{'-' if sign else ''}{short[0]}{'.' if len(short) > 1 else ''}{short[1:]}E{power:+d}"


# --- the package ---------------------------------------------------------------------------------


def _rebuild(package: Package, new: Mapping[str, bytes]) -> bytes:
    """The package with some members' contents replaced; all else, and the order, stay."""
    body = bytearray()
    directory = bytearray()
    for key, info in package.members.items():
        method, flags = info.compress_type, info.flag_bits
        if key in new:
            content = new[key]
            packer = zlib.compressobj(6, zlib.DEFLATED, -15)
            raw = packer.compress(content) + packer.flush()
            method, crc, size = zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content)
            flags &= ~0x6  # the old compressor's remark on its level
        else:
            raw, crc, size = package.compressed(info), info.CRC, info.file_size
        flags &= ~0x8  # sizes stand in the header, not behind the data
        name = info.orig_filename.encode("utf-8" if flags & 0x800 else "cp437")
        year, month, day, hour, minute, second = info.date_time
        clock, date = hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day
        extra = _without_sizes(package.local_header(info)[0])
        facts = struct.pack(
            "<5H3LH", info.extract_version, flags, method, clock, date, crc, len(raw), size, len(name)
        )
        offset = len(body)
        body += b"PK\3\4" + facts + struct.pack("<H", len(extra)) + name + extra + raw
        extra = _without_sizes(info.extra)
        directory += b"PK\1\2" + struct.pack("<BB", info.create_version, info.create_system) + facts
        directory += struct.pack(
            "<4H2L", len(extra), len(info.comment), 0, info.internal_attr, info.external_attr, offset
        )
        directory += name + extra + info.comment
    count = len(package.members)
    end = struct.pack("<4H2LH", 0, 0, count, count, len(directory), len(body), len(package.comment))
    return bytes(body + directory + b"PK\5\6" + end + package.comment)


def _without_sizes(extra: bytes) -> bytes:
    """An extra field without ZIP64 sizes, which nothing of at most 64 MB needs."""
    kept = b""
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        if kind != 1:
            kept += extra[: 4 + length]
        extra = extra[4 + length :]
    return kept


def _is_as_meant(path: Path, package: Package, patches: list[_SheetPatch]) -> bool:
    """Whether the file at `path` is the old package with the edits and nothing else changed."""
    try:
        written = open_package(path)
        workbook = Workbook(written)
    except BookError:
        return False
    if list(written.members) != list(package.members):
        return False
    touched = {patch.part.lower() for patch in patches}
    for key, info in package.members.items():
        other = written.members[key]
        if key not in touched and (
            (info.CRC, info.file_size) != (other.CRC, other.file_size)
            or package.compressed(info) != written.compressed(other)
        ):
            return False
    return all(patch.confirm(workbook) for patch in patches)


# --- the file ------------------------------------------------------------------------------------


def refuse_if_locked(path: Path | str) -> None:
    """`BookError` when the lock file of Excel or LibreOffice beside a workbook says it is open."""
    path = Path(path)
    name = path.name
    locks = [(f"~${name}", "Excel"), (f".~lock.{name}#", "LibreOffice")]
    # Office drops the first two letters of a long name. The lock is another book's when a book
    # with just that shorter name exists.
    if len(path.stem) > 6 and not path.with_name(name[2:]).exists():
        locks.append((f"~${name[2:]}", "Excel"))
    for lock, program in locks:
        if os.path.lexists(path.with_name(lock)):
            raise BookError(
                "TULIS11",
                f"{name} sedang dibuka di {program}.",
                f"Tutup dahulu berkas itu; bila ternyata sudah tertutup, hapus berkas kunci {lock}.",
            )


def _same_file(first: Path, second: Path) -> bool:
    return second.exists() and os.path.samefile(first, second)


def _refuse_unwritable(target: Path) -> None:
    folder = target.parent
    if not folder.is_dir():
        raise BookError(
            "TULIS13", f"Folder {folder} tidak ada.", "Buat folder itu dahulu, atau pilih folder lain."
        )
    # The mode bits are looked at too because the superuser may write in spite of them.
    if not folder.stat().st_mode & 0o222 or not os.access(folder, os.W_OK):
        raise BookError(
            "TULIS13", f"Folder {folder} tidak dapat ditulisi.", "Pilih folder lain atau ubah izinnya."
        )
    if not target.exists():
        return
    if not target.is_file():
        raise BookError(
            "TULIS12", f"{target.name} sudah ada dan bukan berkas biasa.", "Pilih nama berkas lain."
        )
    if not target.stat().st_mode & 0o222 or not os.access(target, os.W_OK):
        raise BookError(
            "TULIS12",
            f"{target.name} bersifat hanya-baca.",
            "Ubah sifat berkasnya, atau simpan dengan nama lain.",
        )


def _replace(target: Path, data: bytes, package: Package, patches: list[_SheetPatch]) -> bool:
    """Put `data` in the target's place, all or nothing; False when it already is there."""
    temporary: Path | None = None
    try:
        known = target.read_bytes() if target.is_file() else None
        if known == data:
            return False
        same = _same_file(package.path, target)
        _refuse_unwritable(target)
        handle, name = tempfile.mkstemp(target.suffix, ".lokapom-", target.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _set_permissions(temporary, target, package.path)
        if patches and not _is_as_meant(temporary, package, patches):
            raise BookError(
                "TULIS14",
                f"{target.name} tidak disimpan karena hasil tulisnya tidak sama dengan yang diminta.",
                "Buka dan simpan ulang berkas sumbernya di Excel, lalu ulangi.",
            )
        refuse_if_locked(target)
        if same and target.read_bytes() != package.data:
            raise BookError(
                "TULIS17", f"{target.name} diubah oleh program lain selama diproses.", "Ulangi perintahnya."
            )
        os.replace(temporary, target)
        temporary = None
    except OSError as problem:
        raise BookError(
            "TULIS18",
            f"{target.name} gagal disimpan ({problem.strerror or problem}); berkas lama tidak berubah.",
            "Periksa ruang kosong dan izin foldernya, lalu ulangi.",
        ) from problem
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
    _sync_folder(target.parent)
    return True


def _set_permissions(temporary: Path, target: Path, source: Path) -> None:
    """The target's permission bits and where allowed its owner; a new file is like its source."""
    if target.exists():
        status = target.stat()
        if hasattr(os, "chown"):
            with suppress(OSError):
                os.chown(temporary, status.st_uid, status.st_gid)
        os.chmod(temporary, stat.S_IMODE(status.st_mode))
    else:
        os.chmod(temporary, stat.S_IMODE(source.stat().st_mode) | stat.S_IWUSR)


def _sync_folder(folder: Path) -> None:
    """Make the new directory entry durable; not every system can, and none needs it to be right."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
