"""Fill other people's workbooks and prove, without the product's own reader, that nothing is lost.

    python -m tests.bench.foreign FOLDER...

Of every .xlsx and .xlsm below a folder two copies are saved: one with edits on one sheet, one with
edits on all of them. On each edited sheet one existing entry becomes a number, one empty cell in an
existing row becomes text, and one cell in a row of its own becomes text. The result is compared with
the original by zipfile, lxml, openpyxl and calamine alone.
"""

from __future__ import annotations

import multiprocessing
import posixpath
import re
import signal
import struct
import sys
import tempfile
import traceback
import warnings
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lxml import etree

NUMBER = 12345.678
TEXT = ' =1+1 "uji" <&> _x0041_ é\n'
LIMIT = 120
"""Seconds that one workbook may take, both saves and all comparisons together."""

PATIENCE = 15
"""Seconds that another reader gets for one file: openpyxl needs minutes for a few."""

Position = tuple[int, int]
Contents = dict[Position, float | str]
"""What is to be put into the cells of one sheet."""


# --- a workbook without the product --------------------------------------------------------------


def raw_members(path: Path) -> dict[str, tuple[bytes, tuple[object, ...]]]:
    """Every member's compressed bytes and what the directory says of it, in the file's order."""
    data = path.read_bytes()
    found: dict[str, tuple[bytes, tuple[object, ...]]] = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name, extra = struct.unpack("<HH", data[info.header_offset + 26 : info.header_offset + 30])
            begin = info.header_offset + 30 + name + extra
            facts = (info.compress_type, info.CRC, info.file_size, info.date_time, info.external_attr)
            found[info.orig_filename] = data[begin : begin + info.compress_size], facts
    return found


def parse(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def local(element: Any) -> str:
    """The tag without its namespace, which is another one in strict files."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: Any, name: str) -> Iterator[Any]:
    return (child for child in element if local(child) == name)


def child(element: Any, name: str) -> Any:
    return next(children(element, name), None)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def place(reference: str) -> Position:
    match = re.fullmatch(r"\$?([A-Z]+)\$?([0-9]+)", reference)
    if match is None:
        raise ValueError(reference)
    return int(match[2]), _column(match[1])


def area(reference: str) -> tuple[int, int, int, int]:
    first, _, last = reference.partition(":")
    return *place(first), *place(last or first)


class Lines:
    """The rows of a sheet by number, and all cells by place; those that leave their address out get it."""

    def __init__(self, sheet: Any) -> None:
        self.rows: dict[int, Any] = {}
        self.cells: dict[Position, Any] = {}
        self.columns: dict[int, list[int]] = defaultdict(list)
        data = child(sheet, "sheetData")
        number = 0
        for row in () if data is None else children(data, "row"):
            first = child(row, "c")
            if row.get("r"):
                number = int(row.get("r"))
            elif first is not None and first.get("r"):
                number = place(first.get("r"))[0]
            else:
                number += 1
            self.rows[number] = row
            row.set("r", str(number))
            column = 0
            for cell in children(row, "c"):
                column = place(cell.get("r"))[1] if cell.get("r") else column + 1
                cell.set("r", f"{_letters(column)}{number}")
                self.cells[number, column] = cell
                self.columns[number].append(column)


class Original:
    """The parts of a workbook as zipfile and lxml find them."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self.members = {info.orig_filename: archive.read(info) for info in archive.infolist()}
        self._names = {name.lower(): name for name in self.members}
        main = next(target for kind, target in self.relations("").values() if kind == "officeDocument")
        linked = self.relations(main)
        book = parse(self.members[main])
        self.sheets: dict[str, str] = {}
        for sheet in children(child(book, "sheets"), "sheet"):
            identity = next(value for key, value in sheet.items() if key.endswith("}id"))
            kind, part = linked[identity]
            if kind == "worksheet":
                self.sheets[sheet.get("name")] = self._names[part.lower()]

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        folder, base = posixpath.split(part)
        name = self._names.get(posixpath.join(folder, "_rels", base + ".rels").lower())
        if name is None:
            return {}
        return {
            item.get("Id"): (
                item.get("Type").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, item.get("Target")))[1:],
            )
            for item in parse(self.members[name])
            if isinstance(item.tag, str) and item.get("TargetMode") != "External"
        }

    def closed(self, part: str, sheet: Any, cells: Mapping[Position, Any]) -> list[tuple[int, int, int, int]]:
        """Areas in which no single cell may be typed: merged cells, arrays, headers, pivot tables."""
        areas = [
            area(merge.get("ref"))
            for group in children(sheet, "mergeCells")
            for merge in group
            if merge.get("ref")
        ]
        for cell in cells.values():
            formula = child(cell, "f")
            if formula is not None and formula.get("ref"):
                areas.append(area(formula.get("ref")))
        for kind, target in self.relations(part).values():
            if kind == "table":
                areas.append(area(parse(self.members[self._names[target.lower()]]).get("ref")))
            elif kind == "pivotTable":
                pivot = parse(self.members[self._names[target.lower()]])
                areas.append(area(child(pivot, "location").get("ref")))
        return areas

    def edits(self, name: str) -> Contents:
        """An entry, an empty cell beside others, and an empty cell in a row without any."""
        part = self.sheets[name]
        sheet = parse(self.members[part])
        lines = Lines(sheet)
        closed = self.closed(part, sheet, lines.cells)

        def open_(spot: Position) -> bool:
            return spot[1] <= 16_384 and not any(
                a <= spot[0] <= c and b <= spot[1] <= d for a, b, c, d in closed
            )

        chosen: Contents = {}
        for spot, cell in lines.cells.items():
            if (
                open_(spot)
                and child(cell, "f") is None
                and (child(cell, "v") is not None or child(cell, "is") is not None)
            ):
                chosen[spot] = NUMBER
                break
        beside = ((row, column + 1) for row, column in lines.cells)
        chosen.update(dict([(spot, TEXT) for spot in beside if spot not in lines.cells and open_(spot)][:1]))
        alone = (number for number in range(1, 1_048_577) if number not in lines.rows)
        chosen.update(next(({(n, 2): TEXT} for n in alone if open_((n, 2))), {}))
        return chosen


# --- the comparison ------------------------------------------------------------------------------


def _difference(first: Any, second: Any, where: str = "") -> str | None:
    """The first place where two elements differ: tag, attributes, prefixes, texts, children."""
    where = f"{where}/{local(first) or first.tag}"
    if first.tag != second.tag:
        return f"{where}: {first.tag} became {second.tag}"
    if dict(first.attrib) != dict(second.attrib):
        return f"{where}: attributes {dict(first.attrib)} became {dict(second.attrib)}"
    if first.nsmap != second.nsmap:
        return f"{where}: namespaces {first.nsmap} became {second.nsmap}"
    # Blanks between elements say nothing, blanks beside text may.
    if (first.text or "") != (second.text or ""):
        return f"{where}: text {first.text!r} became {second.text!r}"
    if (first.tail or "").strip() != (second.tail or "").strip():
        return f"{where}: tail {first.tail!r} became {second.tail!r}"
    if len(first) != len(second):
        return f"{where}: {len(first)} children became {len(second)}"
    return next(filter(None, (_difference(a, b, where) for a, b in zip(first, second, strict=True))), None)


def _without(attributes: Mapping[str, str], *names: str) -> dict[str, str]:
    return {key: value for key, value in attributes.items() if key not in names}


def _shown(cell: Any) -> float | str | None:
    """What a cell without a formula holds, for the kinds that an edit here can make."""
    kind, value, inline = cell.get("t", "n"), child(cell, "v"), child(cell, "is")
    if kind == "inlineStr":
        text = "".join(item.text or "" for item in inline.iter() if local(item) == "t")
        return re.sub("_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), text)
    return float(value.text) if kind == "n" and value is not None else None


def _bare(cell: Any) -> Any:
    """A copy of a cell without the stored result of its formula."""
    copied = deepcopy(cell)
    for name in ("t", "vm"):
        copied.attrib.pop(name, None)
    for value in list(children(copied, "v")):
        copied.remove(value)
    return copied


def _inherited_styles(sheet: Any, row: Any, column: int) -> set[str]:
    """The styles that a cell which is not there may be given: its row's and its column's."""
    columns = [item for group in children(sheet, "cols") for item in group]
    styles = {
        item.get("style", "0") for item in columns if int(item.get("min")) <= column <= int(item.get("max"))
    } or {"0"}
    return styles if row is None else styles | {row.get("s", "0")}


def _sound(columns: list[int]) -> bool:
    """Whether the cells of a row stand in order, each once."""
    return columns == sorted(set(columns))


def compare_sheets(
    before: bytes, after: bytes, contents: Contents, results: Collection[Position] = ()
) -> list[str]:
    """How two sheet parts differ beyond the edits; nothing when one is the other with them.

    `contents` are the cells with new contents; of the formulas in `results` the stored result may differ.
    """
    first, second = parse(before), parse(after)
    faults = []
    outside = [
        [item for item in sheet if local(item) not in ("sheetData", "dimension")] for sheet in (first, second)
    ]
    tags = [[item.tag for item in sheet] for sheet in (first, second)]
    if tags[0] != tags[1]:
        faults.append(f"order of parts {tags[0]} became {tags[1]}")
    else:
        faults += filter(None, map(_difference, *outside))
    if dict(first.attrib) != dict(second.attrib) or first.nsmap != second.nsmap or first.tag != second.tag:
        faults.append(f"root {first.nsmap} {dict(first.attrib)} became {second.nsmap} {dict(second.attrib)}")
    around = [
        [
            etree.tostring(item, with_tail=False)
            for item in (*sheet.itersiblings(preceding=True), *sheet.itersiblings())
        ]
        for sheet in (first, second)
    ]
    if around[0] != around[1]:
        faults.append(f"around the root {around[0]} became {around[1]}")
    old, new = Lines(first), Lines(second)
    added_rows = {row for row, _ in contents} - old.rows.keys()
    if list(new.rows) != sorted(new.rows) and list(old.rows) == sorted(old.rows):
        faults.append("rows out of order")
    if new.rows.keys() - added_rows != old.rows.keys():
        faults.append(f"rows {sorted(new.rows.keys() ^ old.rows.keys())} came or went")
    for number, row in old.rows.items():
        other = new.rows.get(number)
        if other is None:
            continue
        touched = any(spot[0] == number for spot in contents)
        names = ("spans",) if touched else ()
        if _without(row.attrib, *names) != _without(other.attrib, *names):
            faults.append(f"row {number}: {dict(row.attrib)} became {dict(other.attrib)}")
        rest = [[item for item in line if local(item) != "c"] for line in (row, other)]
        if [etree.tostring(x) for x in rest[0]] != [etree.tostring(x) for x in rest[1]]:
            faults.append(f"row {number}: other content changed")
        order = [lines.columns[number] for lines in (old, new)]
        if _sound(order[0]) and not _sound(order[1]):
            faults.append(f"row {number}: cells out of order or twice")
    if new.cells.keys() - contents.keys() != old.cells.keys() - contents.keys():
        faults.append(f"cells {sorted((new.cells.keys() ^ old.cells.keys()) - contents.keys())} came or went")
    for spot, cell in old.cells.items():
        pair = cell, new.cells.get(spot)
        if spot in contents or pair[1] is None:
            continue
        if spot in results:
            pair = _bare(pair[0]), _bare(pair[1])
        if fault := _difference(*pair):
            faults.append(f"cell {spot}: {fault}")
    for spot, value in contents.items():
        now, was = new.cells.get(spot), old.cells.get(spot)
        if now is None or _shown(now) != value:
            faults.append(f"cell {spot}: {value!r} is not there")
            continue
        styles = (
            {was.get("s", "0")}
            if was is not None
            else _inherited_styles(first, old.rows.get(spot[0]), spot[1])
        )
        if now.get("s", "0") not in styles:
            faults.append(f"cell {spot}: style {now.get('s')} where {sorted(styles)} was")
    return faults


def compare_packages(
    before: Path,
    after: Path,
    contents: Mapping[str, Contents],
    results: Mapping[str, Collection[Position]] = MappingProxyType({}),
) -> list[str]:
    """All differences of two workbooks but these new contents and stored results, by sheet."""
    old, new = raw_members(before), raw_members(after)
    original = Original(before)
    touched = {original.sheets[name]: name for name in (*contents, *results)}
    faults = []
    if list(old) != list(new):
        return [f"members {[*old]} became {[*new]}"]
    with zipfile.ZipFile(after) as archive:
        if (broken := archive.testzip()) is not None:
            faults.append(f"{broken}: bad check sum")
        for name, raw in old.items():
            if name in touched:
                edits, stored = contents.get(touched[name], {}), results.get(touched[name], ())
                differences = compare_sheets(original.members[name], archive.read(name), edits, stored)
                faults += [f"{name}: {difference}" for difference in differences]
            elif raw != new[name]:
                faults.append(f"{name}: {'facts' if raw[0] == new[name][0] else 'bytes'} changed")
    return faults


# --- other readers -------------------------------------------------------------------------------


def _by_openpyxl(path: Path) -> dict[str, dict[Position, Any]]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, keep_vba=path.suffix.lower() == ".xlsm")
    # The cells that exist, not openpyxl's grid: one far cell would make it take minutes.
    return {
        sheet.title: {
            spot: vars(cell.value) if hasattr(cell.value, "ref") else cell.value  # array formula, data table
            for spot, cell in sheet._cells.items()
            if cell.value is not None
        }
        for sheet in book.worksheets
    }


def _by_calamine(path: Path) -> dict[str, dict[Position, Any]]:
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(path)
    found = {}
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        top, left = sheet.start or (0, 0)
        found[name] = {
            (top + r + 1, left + c + 1): value
            for r, row in enumerate(sheet.to_python(skip_empty_area=True))
            for c, value in enumerate(row)
            if value != ""
        }
    return found


READERS: dict[str, Callable[[Path], dict[str, dict[Position, Any]]]] = {
    "openpyxl": _by_openpyxl,
    "calamine": _by_calamine,
}


def opened(path: Path) -> dict[str, dict[str, dict[Position, Any]]]:
    """What each other reader finds, of those that can open the file at all, and in time."""
    found = {}
    for name, reader in READERS.items():
        signal.signal(signal.SIGALRM, _too_late)
        signal.alarm(PATIENCE)
        try:
            found[name] = reader(path)
        except BaseException as problem:  # a Rust panic is no Exception
            if isinstance(problem, KeyboardInterrupt):
                raise
        finally:
            signal.alarm(0)
    return found


def _too_late(*_: object) -> None:
    raise TimeoutError


def compare_readings(before: Path, after: Path, contents: Mapping[str, Contents]) -> list[str]:
    """What openpyxl and calamine see differently beyond the edits."""
    faults = []
    old, new = opened(before), opened(after)
    for reader, sheets in old.items():
        if reader not in new:
            faults.append(f"{reader} opens the original only")
            continue
        if sheets.keys() != new[reader].keys():
            faults.append(f"{reader}: other sheets")
            continue
        for name, cells in sheets.items():
            edits = contents.get(name, {})
            now = new[reader][name]
            for spot in cells.keys() | now.keys() | edits.keys():
                want = edits.get(spot, cells.get(spot))
                have = now.get(spot)
                if spot not in edits:
                    same = repr(have) == repr(want)
                elif isinstance(want, str):
                    # Readers differ in what they make of `_x0041_` and of blanks at the ends.
                    same = isinstance(have, str) and '=1+1 "uji" <&> ' in have
                else:  # a number under a date format is a date to them
                    same = have == want or isinstance(have, (datetime, date, time, timedelta))
                if not same:
                    faults.append(f"{reader}: {name} {spot} {want!r} is {have!r}")
    return faults


# --- one file ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What became of one workbook: `saved`, `refused`, `lost`, `crashed`, or `unchecked`."""

    kind: str
    code: str = ""
    detail: str = ""
    readable: str = ""
    """Which other readers open the original; tells whether a refusal needs a look."""


def examine(path: Path) -> Outcome:
    """Read, edit and save copies of one workbook, and compare them with it."""
    from lokapom_xl.workbook.errors import BookError
    from lokapom_xl.workbook.read import read_book
    from lokapom_xl.workbook.write import Put, save_edits

    try:
        original = Original(path)
        edits = {name: original.edits(name) for name in original.sheets}
        blind = ""
    except Exception as problem:  # no other reader's opinion counts here: the product decides
        original, edits, blind = None, {}, f"{type(problem).__name__}: {problem}"
    try:
        book = read_book(path)
        if blind:
            edits = {name: {(1, 1): NUMBER} for name in book.sheets}
        variants = [edits] if len(edits) < 2 else [dict([next(iter(edits.items()))]), edits]
        for chosen in variants:
            with tempfile.TemporaryDirectory() as folder:
                target = Path(folder) / f"hasil{path.suffix}"
                puts = {
                    name: {
                        spot: Put(value if isinstance(value, str) else Decimal(str(value)))
                        for spot, value in cells.items()
                    }
                    for name, cells in chosen.items()
                }
                save_edits(path, target, puts)
                if original is None:
                    return Outcome("unchecked", "", blind, " ".join(opened(path)))
                faults = compare_packages(path, target, chosen) + compare_readings(path, target, chosen)
                left = [item.name for item in Path(folder).iterdir() if item != target]
                faults += [f"left behind: {name}" for name in left]
                if faults:
                    return Outcome("lost", "", " | ".join(faults[:4]))
    except BookError as refusal:
        return Outcome("refused", refusal.code, str(refusal), " ".join(opened(path)))
    except Exception:
        return Outcome("crashed", "", traceback.format_exc(limit=-3), " ".join(opened(path)))
    return Outcome("saved")


def _child(path: Path, pipe: Any) -> None:
    pipe.send(examine(path))


def examine_apart(path: Path) -> Outcome:
    """`examine` in a process of its own, which a native crash or an endless loop cannot outlive."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(path, there))
    process.start()
    there.close()
    try:
        if here.poll(LIMIT):
            outcome: Outcome = here.recv()
            return outcome
        return Outcome("crashed", "", f"no answer in {LIMIT} s")
    except EOFError:
        process.join()
        return Outcome("crashed", "", f"the process ended with {process.exitcode}")
    finally:
        process.kill()
        process.join()


# --- the report ----------------------------------------------------------------------------------

KINDS = ("saved", "refused", "unchecked", "lost", "crashed")


def survey(folder: Path) -> dict[Path, Outcome]:
    """The outcome of every workbook below a folder."""
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".xlsx", ".xlsm") and p.is_file())
    return {path: examine_apart(path) for path in paths}


def report(folder: Path, outcomes: Mapping[Path, Outcome]) -> None:
    """One table, the refusals by code, and every file that was not saved as meant."""
    count = Counter(outcome.kind for outcome in outcomes.values())
    total = len(outcomes)
    print(f"\n{folder}: {total} workbooks")
    for kind in KINDS:
        print(f"  {kind:10} {count[kind]:5} {100 * count[kind] / max(1, total):6.1f} %")
    refused = defaultdict[str, list[Path]](list)
    for path, outcome in outcomes.items():
        if outcome.kind == "refused":
            refused[outcome.code].append(path)
    for code, paths in sorted(refused.items()):
        print(f"  refused with {code}: {len(paths)}")
        for path in paths:
            outcome = outcomes[path]
            print(f"    {path.relative_to(folder)} [opened by: {outcome.readable or '-'}] {outcome.detail}")
    for kind in ("unchecked", "lost", "crashed"):
        for path, outcome in outcomes.items():
            if outcome.kind == kind:
                print(
                    f"  {kind}: {path.relative_to(folder)} [opened by: {outcome.readable or '-'}] {outcome.detail}"
                )


def main(folders: list[str]) -> int:
    if not folders:
        print(__doc__)
        return 2
    bad = 0
    for name in folders:
        outcomes = survey(Path(name))
        report(Path(name), outcomes)
        bad += sum(outcome.kind in ("lost", "crashed") for outcome in outcomes.values())
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
