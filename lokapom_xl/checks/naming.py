"""KON: does what stands beside a name (its number, its objective, its perspective) belong to that name?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from .. import regulations
from ..numbers import Scalar, to_number
from ..registry import check
from ..regulations import normalise
from ..workbook.address import parse_a1
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, PERSPECTIVE, PROSE_ROWS, SS, Table, plan_rows, static_text
from ..workbook.locate import Problem
from ..workbook.tables.as_printed import CAPTION
from ..workbook.tables.prose import subject_of
from .context import Context

_BY_OBJECTIVE = "sasaran"
_NUMBERED_BY = {
    "pk_bab2": _BY_OBJECTIVE,
    "klaster_nps": _BY_OBJECTIVE,
    "rapk_bab2": "rapk",
    "rapk_lampiran": "rapk",
    "efisiensi": "efisiensi",
    "monev_desember": "ikss",
    "tindak_lanjut_tw3": "ikss",
}
"""Which numbers a printed table gives its rows; others merely count them."""


class Beside(NamedTuple):
    """A cell beside a name: what is written, what belongs there, and whose it is if another's."""

    key: Key
    written: str
    expected: str
    owner: str


@check("KON11", "nomor-tidak-sesuai", "peringatan")
def misnumbered_row(context: Context) -> None:
    """Nomor di samping nama bukan nomor indikator atau sasaran itu.

    Apa: setiap indikator dan sasaran mempunyai nomor menurut dokumennya (IKSS, SS, nomor urut RAPK). Nomor
    pada baris, label, atau judul bagian dibandingkan dengan nama di baris itu.
    Perbaikan: tulis nomor yang sesuai dengan namanya, atau perbaiki namanya bila nomornya yang benar.
    """
    for code, found in _printed(context) if context.printed else _changed(context):
        # In other people's workbooks `No` numbers the rows and nothing else.
        only_running = found.key.column == "no" and context.view.recognition is not None
        if found.key not in context.by_key and not only_running:
            _report(context, code, found)


@check("KON12", "sasaran-tidak-sesuai", "galat", part_of="nomor-tidak-sesuai")
def other_objective(context: Context) -> None:
    """Sasaran strategis di samping indikator bukan sasaran indikator itu.

    Apa: indikator di bawah sasaran lain ikut dirata-ratakan pada sasaran yang keliru. Nama sasaran yang tidak
    dikenal pada tabel sebagaimana tercetak hanya peringatan.
    Perbaikan: tulis nama sasaran yang resmi bagi indikator itu.
    """


@check("KON13", "perspektif-tidak-sesuai", "galat", part_of="nomor-tidak-sesuai")
def other_perspective(context: Context) -> None:
    """Perspektif di samping indikator atau sasaran bukan perspektifnya.

    Apa: perspektif menentukan rata-rata mana yang memuat sasaran itu. Nama perspektif yang tidak dikenal pada
    tabel sebagaimana tercetak hanya peringatan.
    Perbaikan: tulis perspektif yang resmi.
    """


@check("FRM06", "tetapan-diubah", "galat", part_of="nomor-tidak-sesuai")
def changed_constant(context: Context) -> None:
    """Angka tetap dari templat diubah atau menjadi teks.

    Apa: nomor pada lembar Data Dasbor dipakai rumus untuk mencari baris, dan bukan isian. Angka yang
    tersimpan sebagai teks tidak ditemukan oleh rumus itu, sehingga gambar dan daftar pada Dasbor keliru.
    Perbaikan: kembalikan angkanya seperti pada buku baru (lokapom-xl new).
    """


@check("KON14", "judul-indikator-lain", "peringatan")
def other_name(context: Context) -> None:
    """Judul tabel atau judul bagian menyebut nama indikator lain.

    Apa: nama indikator di judul dibandingkan dengan nama di barisnya; biasanya judul sisa salinan.
    Perbaikan: tulis nama indikator yang dimuat tabel itu.
    """
    year = context.view.rule_year
    for table in context.view.layout.tables:
        placed = context.view.positions.tables.get(table.key)
        if placed is None or not context.printed or table.rows == PROSE_ROWS:
            continue
        for row in placed.rows:
            for column in (CAPTION, "bagian"):
                key = Key(table.key, row, column)
                if not context.view.positions.has(key) or context.evaluator.kind(row) != INDICATOR:
                    continue
                written = str(context.evaluator.raw(key) or "")
                named = _named_in(written, year)
                if named and named != row:
                    expected = regulations.indicator(row, year).name
                    other = regulations.indicator(named, year)
                    said = f"itu nama {other.numbers['ikss']}"
                    context.add("KON14", key, written=written, expected=expected, diagnosis=said)


def numbered_otherwise(context: Context, problem: Problem) -> str:
    """Whose number stands in the row of a name that the table has twice."""
    place = parse_a1(problem.cell)
    placed = context.view.positions.tables.get(problem.table)
    if place is None or placed is None or not context.printed:
        return ""
    for name in ("ikss", "label", "bagian"):
        cell = context.view.book.sheets[problem.sheet].cells.get((place[0], placed.columns.get(name, 0)))
        if cell is None or not isinstance(cell.value, str):
            continue
        owner = _numbered(cell.value, context.view.rule_year)
        if owner and owner != problem.slug and context.evaluator.kind(owner) == INDICATOR:
            return f"nomor {cell.value} di baris ini milik “{context.row_name(owner)}”"
    return ""


# --- whose is what is written --------------------------------------------------------------------

_SECTION = re.compile(r"\s*((?:IKSS|SS|Sasaran Strategis)\s*(?:\d+|[IVX]+))\b", re.IGNORECASE)


def _numbered(text: str, year: int) -> str:
    """The indicator or objective whose number a text begins with."""
    match = _SECTION.match(text)
    slug = subject_of(match[1], year) if match is not None else ""
    known = {*(i.slug for i in regulations.indicators(year)), *(o.slug for o in regulations.objectives(year))}
    return slug if slug in known else ""


def _aggregate(text: str, year: int) -> str:
    """The objective or perspective that a text names."""
    found = regulations.match(text, year)
    return found.slug or "" if found.kind == "aggregate" else ""


def _numbered_objective(text: str, year: int) -> str:
    return _numbered(text, year) or _aggregate(text, year)


_Reader = Callable[[str, int], str]
_PRINTED: dict[str, tuple[str, _Reader]] = {
    "no": ("KON11", lambda text, year: ""),
    "ikss": ("KON11", _numbered),
    "label": ("KON11", _numbered),
    "bagian": ("KON11", _numbered),
    "ss": ("KON11", _numbered_objective),
    "sasaran": ("KON12", _aggregate),
    "perspektif": ("KON13", _aggregate),
}
"""By column of a printed table: the check that speaks of it, and who is meant by what stands there."""

_OFFICIAL: dict[str, tuple[str, _Reader]] = {
    "number": _PRINTED["no"],
    "ikss": _PRINTED["ikss"],
    "ss": _PRINTED["ss"],
    "objective": _PRINTED["sasaran"],
    "perspective": _PRINTED["perspektif"],
}
"""The same by what the template writes into a column of an official table."""


@cache
def _spellings(year: int) -> tuple[tuple[str, str], ...]:
    """Every spelling of every indicator, the longest first, each with its slug."""
    found = [(normalise(text), i.slug) for i in regulations.indicators(year) for text in (i.name, *i.aliases)]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


def _named_in(text: str, year: int) -> str:
    """The indicator whose name a text contains."""
    folded = f" {normalise(text)} "
    return next((slug for spelling, slug in _spellings(year) if f" {spelling} " in folded), "")


# --- what is written beside names ----------------------------------------------------------------


def _changed(context: Context) -> Iterator[tuple[str, Beside]]:
    """What the template of an official book wrote and somebody changed; another spelling is no change."""
    year = context.view.rule_year
    for table in context.view.layout.tables:
        columns = [c for c in table.columns if c.text_of in _OFFICIAL and not c.entry]
        columns = [c for c in columns if c.key != table.name_column]
        if not columns or table.key not in context.view.positions.tables:
            continue
        for row in plan_rows(table, year):
            for column in columns:
                key = Key(table.key, row.key, column.key)
                template = static_text(table, column, row)
                if template is None or not context.view.positions.has(key):
                    continue
                raw = context.evaluator.raw(key)
                if raw == (Decimal(template) if isinstance(template, int) else template):
                    continue
                code, read = _OFFICIAL[column.text_of]
                written, expected = _shown(raw), str(template)
                if column.numeric:  # formulas look for it: a text that says the same is another value
                    yield "FRM06", Beside(key, written, expected, "")
                    continue
                owner = read(written, year)
                if not _same(written, expected) and (not owner or owner != read(expected, year)):
                    yield code, Beside(key, written, expected, owner)


def _printed(context: Context) -> Iterator[tuple[str, Beside]]:
    year = context.view.rule_year
    for table in context.view.layout.tables:
        placed = context.view.positions.tables.get(table.key)
        if placed is None or table.rows == PROSE_ROWS or table.listed:
            continue
        columns = [c.key for c in table.columns if c.key in _PRINTED and c.key != table.name_column]
        for row in placed.rows:
            belonging = _belonging(row.partition("@")[0], context)
            for column in columns:
                key = Key(table.key, row, column)
                written = _shown(context.evaluator.raw(key)) if context.view.positions.has(key) else ""
                expected = _expected(table, column, belonging, year) if written else ""
                if not expected or _same(written, expected):
                    continue
                code, read = _PRINTED[column]
                owner = read(written, year)
                kind = context.evaluator.kind(owner) if owner else ""
                if column == "bagian" and kind not in belonging:
                    continue  # a heading of another kind: a row of totals in a section about an indicator
                if not owner or owner != belonging.get(kind):
                    yield code, Beside(key, written, expected, owner)


def _belonging(slug: str, context: Context) -> dict[str, str]:
    """The row's indicator, objective and perspective, by their kind, as far as it has them."""
    year, kind = context.view.rule_year, context.evaluator.kind(slug)
    found = {kind: slug}
    if kind == INDICATOR and any(i.slug == slug for i in regulations.indicators(year)):
        found[SS] = regulations.indicator(slug, year).objective
    if SS in found:
        objective = next((o for o in regulations.objectives(year) if o.slug == found[SS]), None)
        if objective is not None:
            found[PERSPECTIVE] = objective.perspective
    return found


def _expected(table: Table, column: str, belonging: dict[str, str], year: int) -> str:
    """What should stand in a column of a printed table; empty where there is nothing to compare."""
    indicator = next((i for i in regulations.indicators(year) if i.slug == belonging.get(INDICATOR)), None)
    objective = next((o for o in regulations.objectives(year) if o.slug == belonging.get(SS)), None)
    perspective = next(
        (p for p in regulations.perspectives(year) if p.slug == belonging.get(PERSPECTIVE)), None
    )
    if column in ("ikss", "label"):
        return str(indicator.numbers["ikss"]) if indicator else ""
    if column == "bagian":
        return str(indicator.numbers["ikss"]) if indicator else objective.slug.upper() if objective else ""
    if column == "ss":
        return objective.slug.upper() if objective else ""
    if column == "sasaran":
        return objective.name if objective else ""
    if column == "perspektif":
        return perspective.name if perspective else ""
    numbering = _NUMBERED_BY.get(table.key, "")
    if numbering == _BY_OBJECTIVE:
        return objective.slug.removeprefix("ss") if objective else ""
    return str(indicator.numbers[numbering]).removeprefix("IKSS") if indicator and numbering else ""


def _shown(value: Scalar) -> str:
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value).strip()


def _same(written: str, expected: str) -> bool:
    """Equal but for spelling; a number may have a dot behind it."""
    number = to_number(written.rstrip("."))
    wanted = to_number(expected)
    return normalise(written) == normalise(expected) or (isinstance(number, Decimal) and number == wanted)


def _report(context: Context, code: str, found: Beside) -> None:
    said = f"itu milik “{context.row_name(found.owner)}”" if found.owner else ""
    if code == "FRM06" and _same(found.written, found.expected):
        said = "angka itu tersimpan sebagai teks"
    unknown = context.printed and not found.owner and code != "KON11"
    context.add(
        code,
        found.key,
        written=found.written,
        expected=found.expected,
        diagnosis=said,
        level="peringatan" if unknown else "",
    )
