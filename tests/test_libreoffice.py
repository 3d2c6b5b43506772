"""LibreOffice as an independent oracle: it recalculates the plain books' own formulas."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from lokapom_xl import functions as f
from lokapom_xl.actions.compute import compute
from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.new import new
from lokapom_xl.actions.validate import validate
from lokapom_xl.numbers import CellError, Scalar
from lokapom_xl.registry import FUNCTIONS
from lokapom_xl.workbook.cells import Key
from lokapom_xl.workbook.evaluate import Evaluator
from lokapom_xl.workbook.locate import open_view
from lokapom_xl.workbook.read import Book, read_book
from lokapom_xl.workbook.write import Put, save_edits

from .conftest import Convert, place

D = Decimal
Recalculate = Callable[[Sequence[Path]], list[Book]]


def agree(ours: Scalar, theirs: Scalar) -> bool:
    """Equal; numbers to twelve digits, which is all that two ways of binary arithmetic share."""
    if isinstance(ours, Decimal) and isinstance(theirs, Decimal):
        return abs(ours - theirs) <= max(abs(ours), D(1)) * D("1e-12")
    return ours == theirs


def compare(paths: Sequence[Path], recalculated: Sequence[Book]) -> int:
    """Every computed cell: stored by us, evaluated by us, computed by LibreOffice. Returns how many."""
    count = 0
    for path, other in zip(paths, recalculated, strict=True):
        view = open_view(read_book(path))
        evaluator = Evaluator(view)
        for _, _, key, _ in evaluator.computed_keys():
            sheet, row, column = view.positions.at(key)
            cell = other.sheets[sheet].cells.get((row, column))
            theirs = cell.value if cell else None
            ours = evaluator.chain(key)
            assert agree(ours, theirs) and agree(ours, evaluator.raw(key)), (path.name, key, ours, theirs)
            count += 1
    return count


def test_every_cell_of_the_books_agrees(made: Demo, recalculate: Recalculate, tmp_path: Path) -> None:
    empty = tmp_path / "kosong.xlsx"
    new("rapk", 2023, empty)
    paths = [*made.books[:2], empty]
    assert compare(paths, recalculate(paths)) == 2844 + 108 + 2844


def _with(source: Path, target: Path, edits: dict[str, Decimal | str | CellError | None]) -> Path:
    cells: dict[str, dict[tuple[int, int], Put]] = {}
    for where, content in edits.items():
        sheet, row, column = place(where)
        cells.setdefault(sheet, {})[row, column] = Put(content)
    save_edits(source, target, cells)
    compute(target)
    return target


def test_blanks_errors_zero_targets_and_dashes_agree(
    made: Demo, recalculate: Recalculate, tmp_path: Path
) -> None:
    """The three things that must never turn into one another, through every level of the book."""
    rapk, efisiensi = made.books[:2]
    cases = [
        _with(rapk, tmp_path / "galat.xlsx", {"PK!D6": CellError("#N/A"), "Capaian!G9": CellError("#REF!")}),
        _with(rapk, tmp_path / "nol.xlsx", {"PK!D6": D(0), "PK!D12": D(0), "Capaian!H7": D(0)}),
        _with(rapk, tmp_path / "belum.xlsx", {f"Capaian!{c}{r}": "-" for c in "GHI" for r in range(7, 12)}),
        _with(rapk, tmp_path / "kosong.xlsx", {f"Capaian!{c}{r}": None for c in "GHI" for r in (7, 21, 23)}),
        _with(
            efisiensi,
            tmp_path / "efisiensi.xlsx",
            {"Efisiensi!F7": D(0), "Efisiensi!D9": "-", "Efisiensi!G10": None},
        ),
        _with(
            rapk,
            tmp_path / "pasangan.xlsx",
            {"Capaian!G7": None, "Capaian!H8": "-", "Capaian!I9": D("12.345")},
        ),
    ]
    compare(cases, recalculate(cases))


EDGES = ("89.99", "89.995", "90", "100", "100.004", "100.005", "100.01", "49.995", "69.995", "120")


def test_band_edges_agree_in_all_three(made: Demo, recalculate: Recalculate, tmp_path: Path) -> None:
    """Function, stored by `compute`, and LibreOffice, for kriteria and predikat."""
    paths = [
        _with(
            made.books[0],
            tmp_path / f"{edge}.xlsx",
            {"Capaian!M21": D(edge), "Capaian!R21": "uji", "Capaian!S21": "uji"},
        )
        for edge in EDGES
    ]
    for edge, path, other in zip(EDGES, paths, recalculate(paths), strict=True):
        ours = read_book(path).sheets["Capaian"].cells
        theirs = other.sheets["Capaian"].cells
        for where, expected in (
            ("Capaian!O21", f.KRITERIA(D(edge), 2023)),
            ("Capaian!O22", f.PREDIKAT(D(edge), 2023)),
        ):
            _, row, column = place(where)
            assert ours[row, column].value == theirs[row, column].value == expected, (edge, where)
    labels = {edge: f.PREDIKAT(D(edge), 2023) for edge in EDGES}
    assert labels == {
        "89.99": "Butuh Perbaikan",
        "89.995": "Baik",
        "90": "Baik",
        "100": "Baik",
        "100.004": "Baik",
        "100.005": "Istimewa",
        "100.01": "Istimewa",
        "49.995": "Kurang",
        "69.995": "Butuh Perbaikan",
        "120": "Istimewa",
    }


def test_the_plain_equivalent_of_every_function(recalculate: Recalculate, made: Demo, tmp_path: Path) -> None:
    """Each record's own plain formula, beside the record, on many arguments including awkward ones."""
    awkward: list[Scalar] = [
        D("91.5"),
        D("92.24"),
        D("95.445"),
        D("1.005"),
        D(0),
        D("-3.2"),
        None,
        "-",
        "abc",
        CellError("#N/A"),
    ]
    book = openpyxl.load_workbook(made.books[1])
    sheet = book.create_sheet("Uji")
    # Ranges as the books have them; a text in one is refused before anything is computed.
    group = [value for value in awkward if not isinstance(value, CellError) and value != "abc"]
    for number, item in enumerate(group, 1):
        sheet.cell(number, 7, item)
    expected: dict[int, Scalar] = {}
    row = 0
    for name, record in FUNCTIONS.items():
        if name in ("ANGKA", "NPS"):
            continue  # ANGKA is about text; NPS is seen in every book, with ranges
        numbers = [a for a in record.arguments if a.kind == "number" and not a.optional]
        ranges = [a for a in record.arguments if a.kind == "range" and not a.optional]
        for first in awkward:
            for second in awkward if len(numbers) > 1 else [None]:
                row += 1
                values = [first, second, second][: len(numbers)]
                for column, item in enumerate(values, 1):
                    sheet.cell(row, column, item.code if isinstance(item, CellError) else item)
                cells = {a.name: f"{'ABC'[n]}{row}" for n, a in enumerate(numbers)}
                for argument in ranges:
                    cells[argument.name] = f"$G$1:$G${len(group)}"
                sheet.cell(row, 4, "=" + record.plain_formula(cells))
                years = [2023] if any(a.kind == "year" and not a.optional for a in record.arguments) else []
                expected[row] = record(*values, *[group for _ in ranges], *years)
    path = tmp_path / "uji.xlsx"
    book.save(path)
    result = recalculate([path])[0].sheets["Uji"].cells
    wrong = []
    for number, ours in expected.items():
        cell = result.get((number, 4))
        if not agree(ours, cell.value if cell else None):
            wrong.append((number, ours, cell))
    assert len(expected) > 400 and not wrong, wrong[:5]


def test_books_open_and_print(made: Demo, convert: Convert) -> None:
    """Every book opens without a warning and can be printed."""
    for path in convert(made.books, "pdf"):
        assert path.stat().st_size > 20_000


def test_a_book_saved_by_libreoffice_is_still_sound(made: Demo, convert: Convert) -> None:
    saved = convert(made.books[:2])
    result = validate(saved)
    assert result.valid, [x.message for x in result.findings if x.level == "galat"]
    assert not [x for x in result.findings if x.code.startswith("FRM")]
    assert compute(saved[0]).changes == []


@pytest.mark.parametrize("values", [("95.445", 2), ("108.855", 2)])
def test_ties_round_up_in_print(values: tuple[str, int]) -> None:
    from lokapom_xl.numbers import indonesian

    assert indonesian(D(values[0]), values[1]) == {"95.445": "95,45", "108.855": "108,86"}[values[0]]


def _edit(soffice: str, folder: Path, source: Path, *steps: str) -> Path:
    """The book after a person's edits in a LibreOffice of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    listen = f"--accept=socket,host=127.0.0.1,port={port};urp;"
    profile = f"-env:UserInstallation={(folder / 'profil').as_uri()}"
    office = subprocess.Popen(
        [soffice, "--headless", "--norestore", profile, listen],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    target = folder / f"diubah-{source.name}"
    try:
        script = Path(__file__).with_name("uno_edit.py")
        subprocess.run(
            ["/usr/bin/python3", str(script), str(port), str(source), str(target), *steps],
            check=True,
            capture_output=True,
            timeout=90,
        )
    finally:
        office.kill()
        office.wait()
    return target


def test_inserted_rows_and_columns_and_a_renamed_sheet(made: Demo, soffice: str, tmp_path: Path) -> None:
    """Staff change the form; nothing is looked up by a fixed address."""
    edited = _edit(
        soffice,
        tmp_path,
        made.books[0],
        "rows:Capaian:9:2",
        "columns:Capaian:6:1",
        "rows:Pemantauan:50:1",
        "columns:RAPK:3:2",
        "rows:PK:1:3",
        "rename:Capaian:Kinerja Tahunan",
    )
    result = validate([edited])
    assert result.valid, [x.message for x in result.findings if x.level == "galat"]
    # The cluster is compared on mixed bases, wherever its rows stand.
    assert {x.code for x in result.findings if x.level != "info"} == {"KON06", "KON07", "KON18"}
    assert [x.code for x in result.findings if x.level == "info"] == ["STR09"]
    report = compute(edited)
    assert report.computed == 2844 and not report.changes and not report.uncomputed
    view = open_view(read_book(edited))
    sheet, row, column = view.positions.at(Key("pk", "obat-memenuhi-syarat", "target"))
    save_edits(edited, edited, {sheet: {(row, column): Put(D(90))}})
    compute(edited)
    after = Evaluator(open_view(read_book(edited)))
    assert after.raw(Key("capaian", "obat-memenuhi-syarat", "capaian")) == f.CAPAIAN(90, "92.24")
