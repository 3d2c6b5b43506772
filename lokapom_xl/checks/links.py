"""FRM: does anything in the book lead out of it, to a file on somebody's disk or to another program?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ..model import Origin, Related
from ..registry import check
from ..workbook.address import a1
from ..workbook.read import Book
from .context import Context

_OTHER_BOOK = re.compile(r"""\[([^\[\]"]+)\][^\[\]!'"(),;+\-*/^&=<>{}]*'?!""")
"""`[1]Sheet!A1`, `'C:\\folder\\[book.xlsx]Sheet'!A1`; a column of an Excel table has no `!` behind it."""

_OTHER_PROGRAM = re.compile(r"""(?<![A-Za-z0-9_.])[A-Za-z][\w.]*\|(?:'[^']*'|[^'!"\s]*)!""")
"""`program|'topic'!item`, by which another program is started and asked (DDE)."""

_RUNNING = re.compile(
    r"(?:(?<![A-Z0-9_.])|(?<=_XLFN\.))((?:WEBSERVICE|RTD|DDE|CALL|EXEC|REGISTER(?:\.ID)?)\s*\()"
)
"""Functions that fetch from the network or run another program."""

_DISK = re.compile(r"""file:/|(?<![A-Za-z])[A-Za-z]:[\\/]|\\\\[A-Za-z0-9]""", re.IGNORECASE)
"""A place on a disk or a server of an office."""

_SIGNS = ("[", "|", "\\", ":/")
_WORDS = ("WEBSERVICE", "RTD", "DDE", "CALL", "EXEC", "REGISTER")


class Link(NamedTuple):
    """One thing that leads out: where it stands, its text, where to, and whether it runs something."""

    where: Origin
    text: str
    target: str
    running: bool


@check("FRM05", "tautan-keluar", "peringatan")
def leading_out(context: Context) -> None:
    """Rumus, nama, daftar pilihan, atau tautan menunjuk berkas di luar buku ini.

    Apa: rujukan ke buku lain, ke disk seseorang, atau ke program lain tidak dapat dibuka oleh penerima dan
    tidak dihitung ulang oleh alat ini. Satu temuan untuk seluruh buku. Rumus yang mengambil dari jaringan
    atau menjalankan program (WEBSERVICE, RTD, CALL, DDE) adalah galat.
    Perbaikan: ganti tautan itu dengan nilainya, lalu putuskan tautannya (Data > Edit Tautan).
    """
    found = list(_links(context.view.book, context.file))
    if not found:
        return
    targets = dict.fromkeys(link.target for link in found)
    context.add(
        "FRM05",
        found[0].where,
        written=str(len(found)),
        level="galat" if any(link.running for link in found) else "",
        diagnosis="ke " + ", ".join(list(targets)[:4]) + (" dan lainnya" if len(targets) > 4 else ""),
        related=[Related(link.where, link.text) for link in found],
    )


def _links(book: Book, file: str) -> Iterator[Link]:
    for name, sheet in book.sheets.items():
        # Nearly every sheet is without any, which one look at all its formulas tells.
        if _suspect("\n".join(cell.formula for cell in sheet.cells.values() if cell.formula)):
            for (row, column), cell in sheet.cells.items():
                yield from _of_formula(book, Origin(file, name, a1(row, column)), cell.formula or "")
        for validation in sheet.validations:
            where = Origin(file, name, validation.areas.partition(" ")[0].partition(":")[0])
            for formula in (validation.formula1, validation.formula2):
                yield from _of_formula(book, where, formula or "")
        for conditional in sheet.conditionals:
            where = Origin(file, name, conditional.areas.partition(" ")[0].partition(":")[0])
            for formula in conditional.formulas:
                yield from _of_formula(book, where, formula)
        for area, target in sheet.hyperlinks:
            if _on_disk(target):
                yield Link(Origin(file, name, area.partition(":")[0]), target, target, False)
    for name, formula in (*book.names.items(), *book.local_names):
        for link in _of_formula(book, Origin(file), formula):
            yield link._replace(text=f"nama {name}: {formula}")


def _suspect(formula: str) -> bool:
    """Whether a formula, or one of several, may lead out."""
    if any(sign in formula for sign in _SIGNS):
        return True
    upper = formula.upper()
    return any(word in upper for word in _WORDS)


def _of_formula(book: Book, where: Origin, formula: str) -> Iterator[Link]:
    if not _suspect(formula):
        return
    bare = re.sub(r'"[^"]*"', '""', formula)
    other = _OTHER_BOOK.search(bare)
    running = _RUNNING.search(bare.upper()) or _OTHER_PROGRAM.search(bare)
    disk = _DISK.search(formula)
    if running:
        yield Link(where, f"={formula}", running[0].rstrip("(! "), True)
    elif other:
        yield Link(where, f"={formula}", _book_named(book, bare, other), False)
    elif disk:
        yield Link(where, f"={formula}", formula[disk.start() :].partition('"')[0], False)


def _book_named(book: Book, formula: str, found: re.Match[str]) -> str:
    """The other book: by its number in the file's own list, or as the formula names it."""
    number = found[1]
    if number.isdigit() and 1 <= int(number) <= len(book.links) and book.links[int(number) - 1]:
        return book.links[int(number) - 1]
    if number.isdigit():
        return "buku lain yang namanya tidak tersimpan"  # in a frozen copy its list is gone
    folder = formula[: found.start()].rpartition("'")[2] if "'" in found[0] else ""
    return folder + number


def _on_disk(target: str) -> bool:
    """Whether a link of a cell leads to a file, and not to an address in the network."""
    scheme = re.match(r"([a-z][a-z0-9+.-]+):", target, re.IGNORECASE)
    return bool(_DISK.search(target)) or (scheme is None and not target.startswith("#"))
