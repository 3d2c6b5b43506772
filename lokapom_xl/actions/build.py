"""Write every generated file, or say which committed ones differ from what they are made of."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from .. import regulations
from ..regulations.loader import COMPILED
from ..workbook.errors import BookError
from .new import EDITIONS, new

HOSTS = ("lokapom_xl.hosts.excel.vba", "lokapom_xl.hosts.excel.message_page")
"""Modules whose `generated` names further files. By name, because hosts stand above actions."""


def generated(root: Path) -> dict[Path, Callable[[Path], None]]:
    """Every generated file below the repository `root`, with what writes it."""
    from ..regulations import loader
    from . import demo
    from .reference import PAGES

    files: dict[Path, Callable[[Path], None]] = {}
    rules = Path(regulations.__file__).parent
    files[rules / COMPILED] = lambda path: _write(path, loader.compile_source(rules))
    # Before the books: the macro books are made of these texts.
    for host in HOSTS:
        for path, text in import_module(host).generated(root).items():
            files[path] = lambda path, t=text: _write(path, t())  # type: ignore[misc]
    for kind in ("rapk", "efisiensi"):
        # The years of the templates are the years whose rules were reviewed, not a list in code.
        for year in regulations.years_covered("indikator"):
            for suffix in EDITIONS:
                name = f"{_NAMES[kind]}-{year}{suffix}"
                files[root / "workbooks" / name] = lambda path, k=kind, y=year: _book(path, k, y)  # type: ignore[misc]
    for name in demo.BOOKS:
        files[root / "workbooks" / "contoh" / name] = lambda path, n=name: demo.copy_of(n, path)  # type: ignore[misc]
    for name, page in PAGES.items():
        files[root / "docs" / "reference" / name] = lambda path, p=page: _write(path, p())  # type: ignore[misc]
    return files


_NAMES = {"rapk": "RAPK", "efisiensi": "Efisiensi"}


def _book(path: Path, kind: str, year: int) -> None:
    new(kind, year, path)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def repository() -> Path:
    """The checkout that this package runs from; generated files belong there and nowhere else."""
    root = Path(__file__).resolve().parents[2]
    if not (root / "pyproject.toml").is_file() or not (root / "workbooks").is_dir():
        raise BookError(
            "BANGUN01",
            "Perintah build hanya berjalan dari salinan repositori.",
            "Pasang paket dengan pip install -e dari repositori itu.",
        )
    return root


def build(root: Path, check: bool = False) -> list[Path]:
    """Write the generated files; with `check`, only return those that are missing or differ."""
    different = []
    for path, write in generated(root).items():
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / path.name
            write(fresh)
            if path.is_file() and same_content(path, fresh):
                continue
            different.append(path)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(fresh.read_bytes())
            if path.name == COMPILED:
                # All others are made of the rules, which this process has read as they were.
                return different if check else [*different, *_in_a_new_process(root)]
    return different


def _in_a_new_process(root: Path) -> list[Path]:
    code = (
        "import sys; from pathlib import Path; from lokapom_xl.actions.build import build\n"
        "for path in build(Path(sys.argv[1])): print(path)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)], check=True, stdout=subprocess.PIPE, text=True
    )
    return [Path(line) for line in done.stdout.splitlines()]


def same_content(one: Path, other: Path) -> bool:
    """Equal texts (whatever the line ends), or workbooks whose members are equal uncompressed."""
    if one.suffix not in EDITIONS:
        return one.read_text("utf-8") == other.read_text("utf-8")
    return _members(one) == _members(other)


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {info.filename: package.read(info) for info in package.infolist()}
