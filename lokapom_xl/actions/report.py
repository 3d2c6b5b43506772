"""A validation written as a report: to the screen, or to a file that is whole or not there at all.

A file that exists is replaced only when it is a report of the same kind that this product wrote.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..report.diff import GENERATOR
from ..report.result import Validation
from ..workbook.address import a1
from ..workbook.errors import BookError
from .new import finished


@dataclass(frozen=True)
class Form:
    """One form of report: the suffixes of its files, how it is made, and how one of ours is known."""

    suffixes: tuple[str, ...]
    render: Callable[[Validation], str]
    is_ours: Callable[[bytes], bool]


def _terminal(result: Validation) -> str:
    from ..report import terminal

    return terminal.render(result, details=True, statistics=True)


def _json(result: Validation) -> str:
    from ..report import json_report

    return json_report.render(result)


def _html(result: Validation) -> str:
    from ..report import html_report

    return html_report.render(result)


def _sarif(result: Validation) -> str:
    from ..report import sarif_report

    return sarif_report.render(result)


def _is_json(data: bytes) -> bool:
    document = json.loads(data)
    return isinstance(document, dict) and document.get("generator") == GENERATOR


def _is_sarif(data: bytes) -> bool:
    document = json.loads(data)
    return bool(document["runs"][0]["tool"]["driver"]["name"] == GENERATOR)


_PAGE = b'<meta name="generator" content="lokapom-xl'

FORMS = {
    "terminal": Form((".txt",), _terminal, lambda data: data.startswith((b"SAH: ", b"TIDAK SAH: "))),
    "json": Form((".json",), _json, _is_json),
    "html": Form((".html", ".htm"), _html, lambda data: _PAGE in data),
    "sarif": Form((".sarif", ".json"), _sarif, _is_sarif),
}
"""The reports that are one text."""

NAMES = (*FORMS, "xlsx")
"""Every form, as the command knows it."""

COPY = "-diperiksa"
"""What the name of an annotated copy ends in, in a folder of them."""


def write_text(result: Validation, form: str, target: Path, text: str | None = None) -> None:
    """Write the report as one file; `text` stands for what it would say."""
    known = FORMS[form]
    with finished(target, replace=is_ours_already(target, known), suffixes=known.suffixes) as draft:
        draft.write_bytes((known.render(result) if text is None else text).encode("utf-8") + b"\n")


@dataclass(frozen=True)
class Copy:
    """An annotated copy; `uncommented` are the cells whose comments are a thread and were left alone."""

    path: Path
    uncommented: tuple[str, ...]


def write_copies(result: Validation, books: Sequence[Path], target: Path) -> list[Copy]:
    """Write an annotated copy of one book to the file `target`, of several into the folder `target`."""
    from ..report import annotated

    alone = len(books) == 1
    targets = [target] if alone else _in_folder(books, target)
    for path in targets:
        same = path.exists() and any(other.exists() and path.samefile(other) for other in books)
        if path.exists() and (same or not path.is_file() or not annotated.is_copy(path)):
            raise _exists(path)
    annotated.refuse_unreadable(result)
    if not alone:
        target.mkdir(exist_ok=True)
    copies = []
    for name, book, path in zip(result.files, books, targets, strict=True):
        made = annotated.write(result, name, book, path)
        copies.append(Copy(path, tuple(f"{sheet}!{a1(*place)}" for sheet, place in made.uncommented)))
    return copies


def _in_folder(books: Sequence[Path], folder: Path) -> list[Path]:
    if folder.exists() and not folder.is_dir():
        raise BookError(
            "LAPOR01",
            f"{folder} adalah berkas, sedangkan salinan bertanda dari beberapa buku memerlukan folder.",
            "Sebutkan nama folder, atau periksa satu buku saja.",
        )
    if not folder.parent.is_dir():
        raise BookError("BERKAS32", f"Folder {folder.parent} tidak ada.", "Buat foldernya dahulu.")
    names = [f"{book.stem}{COPY}{book.suffix}" for book in books]
    if len({name.casefold() for name in names}) < len(names):
        raise BookError(
            "LAPOR02",
            "Beberapa buku bernama sama, sehingga salinannya akan saling menimpa.",
            "Periksa satu per satu, masing-masing dengan --output-file.",
        )
    return [folder / name for name in names]


def is_ours_already(path: Path, form: Form) -> bool:
    """Whether a file is there that may be replaced."""
    if not path.is_file():
        return False
    try:
        return form.is_ours(path.read_bytes())
    except (OSError, ValueError, KeyError, IndexError, TypeError, RecursionError):
        return False


def _exists(path: Path) -> BookError:
    return BookError(
        "BERKAS31", f"{path} sudah ada dan tidak ditimpa.", "Pilih nama lain, atau hapus dahulu."
    )
