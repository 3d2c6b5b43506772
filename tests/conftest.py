"""Shared pieces: the demonstration run once, books changed in memory, and a real LibreOffice."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from lokapom_xl.actions.demo import Demo, demo
from lokapom_xl.numbers import Scalar
from lokapom_xl.workbook.read import Book, Cell, read_book
from lokapom_xl.workbook.write import clear_stored_values

REPORT = Path(__file__).parents[1] / "lokapom_xl" / "data" / "lapkin2023"
GOLDEN = Path(__file__).parent / "golden" / "2023"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The whole main job, run once; tests must not change its files."""
    return demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture
def rapk(made: Demo, tmp_path: Path) -> Path:
    """A copy of the filled RAPK book, free to be changed."""
    return Path(shutil.copy(made.books[0], tmp_path / "RAPK.xlsx"))


@pytest.fixture
def efisiensi(made: Demo, tmp_path: Path) -> Path:
    """A copy of the filled efficiency book, free to be changed."""
    return Path(shutil.copy(made.books[1], tmp_path / "Efisiensi.xlsx"))


def place(text: str) -> tuple[str, int, int]:
    """`Sheet!B7` as sheet, row, column."""
    from lokapom_xl.workbook.address import parse_a1

    sheet, _, address = text.rpartition("!")
    row_and_column = parse_a1(address)
    assert row_and_column is not None, text
    return sheet, *row_and_column


def changed(
    book: Book, edits: Sequence[tuple[str, Scalar]], formulas: Sequence[tuple[str, str]] = ()
) -> Book:
    """`book` as if a person had typed these values (over formulas, too) or these formulas."""
    for text, value in edits:
        sheet, row, column = place(text)
        old = book.sheets[sheet].cells.get((row, column))
        percent = old.percent if old is not None else False
        if value is None:
            book.sheets[sheet].cells.pop((row, column), None)
        else:
            book.sheets[sheet].cells[row, column] = Cell(value, None, percent=percent)
    for text, formula in formulas:
        sheet, row, column = place(text)
        old = book.sheets[sheet].cells[row, column]
        book.sheets[sheet].cells[row, column] = Cell(old.value, formula)
    return book


def sheet_part(path: Path, sheet: str) -> str:
    """The member of the package that holds a sheet, in a book that openpyxl made: they are in order."""
    return f"xl/worksheets/sheet{[*read_book(path).sheets].index(sheet) + 1}.xml"


# --- LibreOffice ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def soffice() -> str:
    """LibreOffice; a missing one fails where it is required, and is skipped by name elsewhere."""
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("LOKAPOM_REQUIRE_LIBREOFFICE") == "1":
            pytest.fail("LibreOffice is required (LOKAPOM_REQUIRE_LIBREOFFICE=1) and was not found")
        pytest.skip("LibreOffice is not installed")
    return program


Convert = Callable[..., list[Path]]


@pytest.fixture(scope="session")
def convert(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Convert]:
    """Convert files in one LibreOffice process with a profile of its own; outputs are checked."""
    profile = tmp_path_factory.mktemp("profile")

    def run(paths: Sequence[Path], to: str = "xlsx") -> list[Path]:
        outdir = tmp_path_factory.mktemp("lo")
        result = subprocess.run(
            [
                soffice,
                "--headless",
                f"-env:UserInstallation={profile.as_uri()}",
                "--convert-to",
                to,
                "--outdir",
                str(outdir),
                *map(str, paths),
            ],
            capture_output=True,
            text=True,
            timeout=180,
        )
        outputs = [outdir / f"{path.stem}.{to.partition(':')[0]}" for path in paths]
        missing = [path.name for path in outputs if not path.is_file()]
        assert not missing, f"LibreOffice made no {missing}: {result.stdout}{result.stderr}"
        # Without Java, which nothing here needs, every start says so.
        said = [line for line in result.stderr.splitlines() if line and "javaldx" not in line]
        assert not said, said
        return outputs

    yield run


@pytest.fixture(scope="session")
def recalculate(
    convert: Convert, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Sequence[Path]], list[Book]]:
    """Books as LibreOffice alone computes them: all stored values are taken out first."""

    def run(paths: Sequence[Path]) -> list[Book]:
        folder = tmp_path_factory.mktemp("cleared")
        cleared = []
        for path in paths:
            clear_stored_values(path, folder / path.name)
            cleared.append(folder / path.name)
        return [read_book(path) for path in convert(cleared)]

    return run
