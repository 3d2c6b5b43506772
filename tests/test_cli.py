"""The command as people and programs use it, as a real process."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lokapom_xl.actions.demo import Demo
from lokapom_xl.numbers import read_text

from .conftest import REPORT


def run(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lokapom_xl.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        encoding="utf-8",
    )


def test_version_and_help() -> None:
    assert run("--version").stdout.startswith("lokapom-xl 0.")
    page = run("--help").stdout
    for command in ("new", "fill", "compute", "validate", "explain", "demo", "build"):
        assert command in page
        assert run(command, "--help").returncode == 0


def test_the_whole_way_of_an_office(tmp_path: Path) -> None:
    def ok(*arguments: object) -> str:
        result = run(*arguments, cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        return result.stdout

    ok("new", "rapk", "--year", 2023, "--unit", "Loka POM di Kabupaten Banyumas", "-o", "r.xlsx")
    yearly = [REPORT / f"{n}.csv" for n in ("pk_lampiran", "rapk_lampiran", "capaian", "koreksi")]
    assert "sel diisi" in ok("fill", "r.xlsx", "--from", *yearly)
    ok("fill", "r.xlsx", "--from", REPORT / "tindak_lanjut_tw3.csv", REPORT / "koreksi.csv", "--month", 9)
    assert "0 berubah" in ok("compute", "r.xlsx")
    ok("new", "efisiensi", "--year", 2023, "-o", "e.xlsx")
    dry = ok("fill", "e.xlsx", "--from", "r.xlsx", "--dry-run")
    assert "Efisiensi!C7: (kosong) → 91,5" in dry and "40 sel akan diisi" in dry
    ok("fill", "e.xlsx", "--from", "r.xlsx", REPORT / "efisiensi.csv", REPORT / "koreksi.csv")
    assert ok("validate", "r.xlsx", "e.xlsx").startswith("SAH: r.xlsx, e.xlsx")


def test_validate_exit_codes_and_json(made: Demo, tmp_path: Path) -> None:
    clean = run("validate", *made.books[:2], "--output-format", "json")
    assert clean.returncode == 0
    document = json.loads(clean.stdout)
    assert document["schema_version"] == "1" and document["valid"] is True
    assert document["checked"]["indikator"] == "20"
    result = run("validate", *made.books[2:], "--output-format", "json")
    assert result.returncode == 1
    document = json.loads(result.stdout)
    assert document["valid"] is False
    keys = "id code name level file sheet cell indicator written expected diagnosis rule caused_by roots related message remedy"
    finding = next(f for f in document["findings"] if f["sheet"] == "Capaian" and f["cell"] == "J11")
    assert list(finding) == keys.split()
    assert (finding["code"], finding["written"], finding["expected"]) == ("HIT01", "106.45", "106.10")
    again = run("validate", *made.books[2:], "--output-format", "json")
    assert again.stdout == result.stdout


def test_an_unreadable_book_is_a_finding_in_validate_and_a_failure_elsewhere(tmp_path: Path) -> None:
    fake = tmp_path / "laporan.xlsx"
    fake.write_text("<html><table></table></html>", encoding="utf-8")
    result = run("validate", fake)
    assert result.returncode == 1 and "TIDAK SAH" in result.stdout and "halaman HTML" in result.stdout
    for arguments in (("compute", fake), ("fill", fake, "--from", REPORT / "capaian.csv")):
        result = run(*arguments)
        assert result.returncode == 2 and result.stdout == ""
        assert result.stderr.startswith("Gagal: ") and result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("compute", "tidak-ada.xlsx"),
        ("fill", "tidak-ada.xlsx", "--from", "x.csv"),
        ("new", "rapk", "--year", "2024", "-o", "x.xlsx"),
        ("new", "rapk", "--year", "2023", "-o", "folder/x.xlsx"),
        ("explain", "CAPIAN"),
        ("demo", "berkas/di-bawahnya"),
        ("new", "rapk", "-o", "x.xlsx"),
        ("new", "lakip", "--year", "2023", "-o", "x.xlsx"),
        ("new", "rapk", "--year", "dua", "-o", "x.xlsx"),
        ("fill", "x.xlsx"),
        ("fill", "x.xlsx", "--from"),
        ("fill", "x.xlsx", "--form", "y.csv"),
        ("validasi", "x.xlsx"),
        ("validate", "x.xlsx", "--select", "HTI01"),
        ("validate", "x.xlsx", "--output-format", "xlsx"),
        ("validate", "x.xlsx", "--output-format", "pdf"),
        ("validate", "x.xlsx", "--diff", "tidak-ada.json"),
        ("validate", "x.xlsx", "--output-format", "json", "--output-file", "berkas"),
        ("list", "rules"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("x", encoding="utf-8")
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr.startswith("Gagal: ") and result.stderr.count("\n") == 1, result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["berkas"]


def test_explain() -> None:
    page = run("explain", "capaian").stdout
    assert "CAPAIAN(target; realisasi; [polaritas])" in page and "100,81" in page
    assert "Mungkin maksudnya CAPAIAN" in run("explain", "CAPIAN").stderr
    assert "belum dapat dipastikan" in run("explain", "warna").stdout


def test_the_demonstration_explains_every_difference(made: Demo, tmp_path: Path) -> None:
    from lokapom_xl.actions.demo import demo, summary

    text = summary(made)
    for words in ("NPS TOTAL", "103,78", "103.83", "IE: dihitung 1,04, tercetak 1.03", "KOREKSI".casefold()):
        assert words in text
    for p in made.pairs:
        printed, computed = read_text(p.printed), read_text(p.computed)
        same = p.printed == p.computed if computed.kind != "number" else printed.value == computed.value
        assert same == p.same, p
    assert len(made.pairs) > 240
    again = tmp_path / "lagi"
    shutil.copytree(made.directory, again)
    before = {p.name: p.read_bytes() for p in again.iterdir()}
    demo(again)
    assert {p.name: p.read_bytes() for p in again.iterdir()} == before
