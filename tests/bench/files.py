"""How fast books are read and written: `python -m tests.bench.files`.

Every figure is a ratio to openpyxl on the same file in the same run (processor time, the median of
several turns), and reading also to the limit: inflating the parts and cutting them into tags in C.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from pyexpat import ParserCreate
from statistics import median
from typing import Any

import openpyxl
import xlsxwriter

from lokapom_xl.actions.fill import fill
from lokapom_xl.actions.new import new
from lokapom_xl.workbook.package import open_package
from lokapom_xl.workbook.read import Workbook, read_book
from lokapom_xl.workbook.values import read_values
from lokapom_xl.workbook.write import Put, save_edits

ROOT = Path(__file__).parents[2]
DATA = ROOT / "lokapom_xl" / "data" / "lapkin2023"
OFFICIAL = ROOT / "workbooks" / "contoh" / "RAPK-2023.xlsx"


def excel_like(path: Path) -> Path:
    """Five sheets, 2,000 cells, 620 formulas with stored values, shared strings, two charts."""
    book = xlsxwriter.Workbook(path)
    number = book.add_format({"num_format": "#,##0.00", "border": 1})
    text = book.add_format({"text_wrap": True, "border": 1})
    for index in range(5):
        sheet = book.add_worksheet(f"Lembar {index + 1}")
        sheet.merge_range(0, 0, 0, 19, "PEMANTAUAN KINERJA", text)
        for row in range(2, 33):
            sheet.write_string(
                row, 0, f"Persentase indikator kinerja nomor {row} yang memenuhi standar", text
            )
            for column in range(1, 9):
                sheet.write_number(row, column, (row * 37 + column * 11) % 120 + 0.25, number)
            for column in range(9, 13):
                total = sum((row * 37 + c * 11) % 120 + 0.25 for c in (column - 8, column - 7))
                formula = f"={chr(65 + column - 8)}{row + 1}+{chr(65 + column - 7)}{row + 1}"
                sheet.write_formula(row, column, formula, number, total)
        sheet.data_validation("B3:I33", {"validate": "decimal", "criteria": ">=", "value": 0})
        sheet.conditional_format("J3:M33", {"type": "cell", "criteria": "<", "value": 80, "format": number})
    for index in range(2):
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": f"='Lembar {index + 1}'!$B$3:$B$33"})
        book.worksheets()[index].insert_chart("O3", chart)
    book.close()
    return path


def milliseconds(work: Callable[[], object], turns: int) -> float:
    """Processor time of one turn: the median, after a first turn that does not count."""
    work()
    taken = []
    for _ in range(turns):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return median(taken) * 1e3


def limit(path: Path) -> None:
    """What reading cannot do without: inflate the parts that it reads and find their tags."""
    workbook = Workbook(open_package(path))
    wanted = {part.lower() for part in workbook.parts.values()}
    wanted |= {
        relation.target.lower() for relation in workbook.relations.values() if relation.kind != "theme"
    }
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.filename.lower() in wanted:
                ParserCreate().Parse(archive.read(info), True)


def peak(module: str, work: str, path: Path) -> float:
    """Megabytes by which a fresh process grows while it does the work, all modules loaded before."""
    code = (
        f"import sys\nimport {module}\n"
        "def kilobytes(name):\n"
        "    lines = open('/proc/self/status').read().splitlines()\n"
        "    return next(int(line.split()[1]) for line in lines if line.startswith(name))\n"
        "open('/proc/self/clear_refs', 'w').write('5')\n"  # forget the peak of the imports
        f"before = kilobytes('VmRSS')\nheld = {work}\nprint(kilobytes('VmHWM') - before)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    return int(result.stdout) / 1024


def line(what: str, peer: float, ours: float, goal: str, unit: str = "ms") -> None:
    print(
        f"  {what:44} openpyxl {peer:8.1f} {unit}   ours {ours:7.2f} {unit}   ratio {peer / ours:5.1f}   {goal}"
    )


def entries(path: Path, count: int) -> dict[str, list[tuple[int, int]]]:
    """The first entry cells that hold numbers, by sheet."""
    found: dict[str, list[tuple[int, int]]] = {}
    for name, sheet in read_book(path).sheets.items():
        for place, cell in sheet.cells.items():
            if not cell.computed and isinstance(cell.value, Decimal) and count:
                found.setdefault(name, []).append(place)
                count -= 1
    return found


def openpyxl_fill(path: Path, target: Path, cells: dict[str, list[tuple[int, int]]], value: int) -> None:
    book = openpyxl.load_workbook(path)
    for name, places in cells.items():
        for row, column in places:
            book[name].cell(row, column).value = value
    book.save(target)


def measure(path: Path, folder: Path) -> None:
    """Reading and writing of one book."""
    book = read_book(path)
    cells = sum(len(sheet.cells) for sheet in book.sheets.values())
    formulas = sum(cell.computed for sheet in book.sheets.values() for cell in sheet.cells.values())
    print(
        f"{path.name}: {len(book.sheets)} sheets, {cells} cells, {formulas} formulas, {path.stat().st_size >> 10} KB"
    )

    def twice() -> Any:
        return openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)

    once = milliseconds(lambda: openpyxl.load_workbook(path, data_only=True), 5)
    ours = milliseconds(lambda: read_book(path), 25)
    line("read everything a validation needs", milliseconds(twice, 5), ours, "goal 15, stretch 20")
    floor = milliseconds(lambda: limit(path), 25)
    print(
        f"  {'distance to the limit (inflate + tags in C)':44} limit {floor:11.2f} ms   ours {ours:7.2f} ms   {ours / floor:.1f} times"
    )
    line("read values only", once, milliseconds(lambda: read_values(path), 25), "goal 25")
    places = entries(path, 240)
    turn = 0

    def put() -> None:
        nonlocal turn
        turn += 1
        edits = {name: {place: Put(Decimal(turn)) for place in them} for name, them in places.items()}
        save_edits(path, folder / f"{turn}{path.suffix}", edits)

    peer = milliseconds(lambda: openpyxl_fill(path, folder / "peer.xlsx", places, turn), 5)
    line(
        f"fill {sum(map(len, places.values()))} cells without loss, verified",
        peer,
        milliseconds(put, 15),
        "goal 15",
    )
    twice_code = "(openpyxl.load_workbook(sys.argv[1]), openpyxl.load_workbook(sys.argv[1], data_only=True))"
    memory = (
        peak("lokapom_xl.workbook.read", "lokapom_xl.workbook.read.read_book(sys.argv[1])", path),
        peak("openpyxl", twice_code, path),
    )
    print(
        f"  {'peak memory of reading':44} openpyxl {memory[1]:8.1f} MB   ours {memory[0]:7.2f} MB   {memory[0] / memory[1]:.2f} (goal 0.5)"
    )
    save_edits(
        path, folder / "kept.xlsx", {name: {them[0]: Put(Decimal(-1))} for name, them in places.items()}
    )
    with zipfile.ZipFile(path) as one, zipfile.ZipFile(folder / "kept.xlsx") as other:
        names = [info.filename for info in one.infolist()]
        same = sum(one.read(name) == other.read(name) for name in names)
    print(f"  members: {len(names)}, touched sheets: {len(places)}, untouched and identical: {same}")


def measure_filling(folder: Path) -> None:
    """The whole `fill` of an empty official book, with recomputed stored values."""
    empty = folder / "kosong.xlsx"
    new("rapk", 2023, empty)
    names = ("identitas", "pk_lampiran", "pk_lampiran_anggaran", "rapk_lampiran", "capaian", "koreksi")
    sources = [DATA / f"{name}.csv" for name in names]
    report = fill(empty, sources, output=folder / "isi.xlsx")
    assert report.computed is not None
    places: dict[str, list[tuple[int, int]]] = {}
    for sheet, row, column in (
        (c.sheet, *openpyxl.utils.cell.coordinate_to_tuple(c.cell)) for c in report.changes
    ):
        places.setdefault(sheet, []).append((row, column))
    turn = 0

    def ours() -> None:
        nonlocal turn
        turn += 1
        fill(empty, sources, output=folder / f"isi{turn}.xlsx")

    peer = milliseconds(lambda: openpyxl_fill(empty, folder / "peer.xlsx", places, 1), 5)
    print(
        f"fill of an empty RAPK book: {len(report.changes)} entries, {len(report.computed.changes)} stored values"
    )
    line("fill + recomputed stored values", peer, milliseconds(ours, 7), "goal 2.5 (peer stores none)")


def main() -> None:
    """Measure and print."""
    folder = Path(tempfile.mkdtemp())
    try:
        for path in (excel_like(folder / "seperti-excel.xlsx"), OFFICIAL):
            measure(path, folder)
        measure_filling(folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
