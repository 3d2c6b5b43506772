"""Hostile files are refused at once, each under its own code; what is only odd is read; nothing else happens."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from lokapom_xl.numbers import ERROR_CODES, CellError, Scalar, from_float
from lokapom_xl.workbook.read import read_book
from lokapom_xl.workbook.write import Put, save_edits

from . import hostile
from .hostile import CASES, READ, Case

ROOT = Path(__file__).parents[1]
SECONDS = 10.0
"""Of processor time. No measure of speed: it tells work that never ends, also on a slow machine."""

MEGABYTES = 200


# --- the corpus -----------------------------------------------------------------------------------------


class Court:
    """A process that judges files one by one, and a proxy that notes whoever asks for the network."""

    def __init__(self, temporary: Path) -> None:
        self.temporary = temporary
        self.contacts: list[object] = []
        self._proxy = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._listen, daemon=True).start()
        address = f"http://127.0.0.1:{self._proxy.getsockname()[1]}"
        proxies = dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), address)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile", "serve"],
            cwd=ROOT,
            env={**os.environ, **proxies, "TMPDIR": str(temporary)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def _listen(self) -> None:
        while True:
            try:
                connection, sender = self._proxy.accept()
            except OSError:
                return  # closed at the end
            self.contacts.append(sender)
            connection.close()

    def judge(self, path: Path) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        self._process.communicate()
        self._proxy.close()


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    court = Court(tmp_path_factory.mktemp("sementara"))
    yield court
    court.close()


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_hostile_file(case: Case, court: Court, tmp_path: Path) -> None:
    path = case.write(tmp_path)
    found = court.judge(path)
    assert "crash" not in found, found["crash"]
    assert found["code"] == case.code, found.get("message")
    if case.shows is not None:
        assert found["shows"] == case.shows
    if case.code != READ:
        message = found["message"]
        assert message.startswith(case.file) and message.endswith(".") and message.isprintable()
        assert len(message) < 400
    # A refusal is quick; reading and saving a hundred thousand formulas is work.
    limit = SECONDS if case.code != READ else 2 * SECONDS
    assert max(found["seconds"], found["validate_seconds"], found["save_seconds"]) <= limit
    assert found["peak_mb"] <= MEGABYTES
    assert not found["misdeeds"]
    assert os.listdir(tmp_path) == [case.file] and not os.listdir(court.temporary)
    assert not court.contacts


def test_every_refusal_of_a_file_is_in_the_corpus() -> None:
    from lokapom_xl.workbook.file_codes import FILE_CODES

    of_contents = {code for code in FILE_CODES if "BERKAS03" <= code < "BERKAS30"} - {"BERKAS17"}
    assert {case.code for case in CASES.values()} - {READ} == of_contents


ONE_EACH = list({case.code: case for case in reversed(CASES.values()) if case.code != READ}.values())
"""The first, simplest case of every code."""


def _command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lokapom_xl.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )


def test_the_command_names_every_refused_file(tmp_path: Path) -> None:
    paths = [case.write(tmp_path) for case in ONE_EACH]
    result = _command("validate", *paths, "--output-format", "json")
    assert result.returncode == 1 and not result.stderr
    findings = json.loads(result.stdout)["findings"]
    assert {(item["file"], item["code"]) for item in findings} == {
        (case.file, case.code) for case in ONE_EACH
    }
    for_people = _command("validate", *paths)
    assert for_people.returncode == 1 and "Traceback" not in for_people.stdout + for_people.stderr
    assert all(case.file in for_people.stdout for case in ONE_EACH)


@pytest.mark.parametrize(
    "name",
    ["xls-lama", "terpotong-separuh", "bom-rasio", "dtd-tawa", "sel-beralamat", "xml-bersilang", "makro"],
)
def test_the_command_refuses_to_fill_a_hostile_file(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    path = case.write(tmp_path)
    before = path.read_bytes()
    data = tmp_path / "x.csv"
    data.write_text("indikator;target\nObat;90\n", encoding="utf-8")
    result = _command("fill", path, "--from", data)
    assert result.returncode == 2 and result.stdout == ""
    assert re.fullmatch(r"Gagal: [^\n]+ \((?:BERKAS|STR|SUMBER)\d\d\)\n", result.stderr), result.stderr
    assert case.code in result.stderr
    assert path.read_bytes() == before and sorted(os.listdir(tmp_path)) == sorted([case.file, "x.csv"])


# --- what is written is read back -----------------------------------------------------------------------

LIMIT = 32_767
_AWKWARD = [
    "_x0041_", "_x005F_", "_x000d_", "_xD800_", "_x", "_", " ", "  ", "\t", "\n", "\r", "\r\n", "\u00a0", "\u2028",
    "\x00", "\x01", "\x1f", "\x7f", "\x85", "\ufffe", "\uffff", "=1+1", "+1", "-1", "@a", "'", '"', "<&>", "]]>",
    "<!DOCTYPE x>", "&amp;", "&#65;", "é", "e\u0301", "\u202e", "😀", "\U0010ffff", "#DIV/0!", "TRUE", "1e5", "a",
]  # fmt: skip
_pieces = st.one_of(st.sampled_from(_AWKWARD), st.characters(exclude_categories=["Cs"]))
_short = st.lists(_pieces, max_size=12).map("".join)


def _long(piece: str) -> str:
    """A text of as many characters as Excel keeps in a cell; one beyond the BMP counts twice."""
    units = len(piece.encode("utf-16-le")) // 2
    return piece * (LIMIT // units) + "x" * (LIMIT % units)


_texts = st.one_of(_short, _short, _short, _pieces.map(_long))
_fifteen_digits = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent),
    st.integers(1 - 10**15, 10**15 - 1),
    st.one_of(st.integers(-17, 3), st.integers(-307, 292)),
)
_binary = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False).map(
    lambda x: Decimal(repr(x))
)
_serials = st.integers(0, 2_958_465 * 86_400).map(lambda seconds: from_float(seconds / 86_400))
_values: st.SearchStrategy[Scalar] = st.one_of(
    _texts,
    _texts,
    _fifteen_digits,
    _binary,
    _serials,
    st.booleans(),
    st.sampled_from(sorted(ERROR_CODES)).map(CellError),
    st.none(),
)
_rows = st.one_of(st.integers(1, 8), st.integers(1, 1_048_576))
_columns = st.one_of(st.integers(1, 8), st.integers(1, 16_384))
_places = st.tuples(_rows, _columns)
_sheets = st.dictionaries(_places, st.integers(0, 99), max_size=12)
_edits = st.dictionaries(_places, _values, min_size=1, max_size=8)


def _letters(column: int) -> str:
    return openpyxl.utils.get_column_letter(column)


def _sheet(cells: dict[tuple[int, int], int]) -> bytes:
    """A book with these numbers, written without the product."""
    rows = []
    for row in sorted({place[0] for place in cells}):
        columns = sorted(column for number, column in cells if number == row)
        inside = "".join(f'<c r="{_letters(c)}{row}"><v>{cells[row, c]}</v></c>' for c in columns)
        rows.append(f'<row r="{row}" spans="{columns[0]}:{columns[-1]}">{inside}</row>')
    return hostile.pack(hostile.book(SHEET=hostile.sheet_xml("".join(rows), before='<dimension ref="A1"/>')))


def _as_excel_sees(value: Scalar) -> Scalar:
    return from_float(float(value)) if isinstance(value, Decimal) else value


def _as_openpyxl_sees(value: Scalar) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return value.code if isinstance(value, CellError) else value


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(cells=_sheets, edits=_edits)
def test_what_is_written_is_read_back(
    cells: dict[tuple[int, int], int], edits: dict[tuple[int, int], Scalar]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "asal.xlsx"), Path(folder, "hasil.xlsx")
        source.write_bytes(_sheet(cells))
        save_edits(source, target, {"Data": {place: Put(value) for place, value in edits.items()}})
        assert sorted(os.listdir(folder)) == ["asal.xlsx", "hasil.xlsx"]
        expected: dict[tuple[int, int], Scalar] = {place: Decimal(number) for place, number in cells.items()}
        expected.update(edits)
        expected = {place: value for place, value in expected.items() if value is not None}
        found = read_book(target).sheets["Data"].cells
        assert {place: cell.value for place, cell in found.items()} == {
            place: _as_excel_sees(value) for place, value in expected.items()
        }
        assert not any(cell.computed for cell in found.values())
        book = openpyxl.load_workbook(target)
        for place, value in expected.items():
            other = book["Data"].cell(*place)
            seen = unescape(other.value) if isinstance(other.value, str) else other.value
            if value == "":
                seen = seen or ""  # openpyxl has no empty text
            if isinstance(seen, int) and not isinstance(seen, bool):
                seen = float(seen)
            assert (type(seen), seen) == (type(_as_openpyxl_sees(value)), _as_openpyxl_sees(value)), place
        book.close()


# --- a short fuzz ---------------------------------------------------------------------------------------


def test_a_short_fuzz(tmp_path: Path) -> None:
    """The same mutations at every run; `python -m tests.bench.fuzz` goes on for minutes."""
    result = subprocess.run(
        [sys.executable, "-m", "tests.bench.fuzz", "--count", "450", "--seed", "1", "--keep", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert result.returncode == 0, result.stdout + result.stderr
