"""KON: do titles, captions and headers speak of the year and the period that the table is about?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from ..model import Origin
from ..numbers import Scalar, plain
from ..registry import check
from ..regulations import normalise
from ..workbook.address import a1, parse_a1
from ..workbook.cells import Key
from ..workbook.layout import dated
from ..workbook.locate import Problem
from ..workbook.tables.as_printed import CAPTION, HEADING, HEADING_YEAR
from .context import Context

_WIDEST = 30
"""The columns in which titles begin."""

_REMARKS = ("kendala", "penjelasan")
"""The columns that tell what happened; others tell what is planned."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_BUDGET_NUMBER = re.compile(r"\bDIPA\S*/((?:19|20)\d\d)\b", re.IGNORECASE)
_QUARTER = re.compile(r"\b(?:TW|Triwulan)\s*(?:IV|I{1,3}|[1-4])\b", re.IGNORECASE)


@check("KON15", "periode-judul-keliru", "peringatan")
def other_period(context: Context) -> None:
    """Judul atau kepala kolom menyebut tahun lain daripada tahun buku, atau triwulan pada tabel tahunan.

    Apa: tahun di judul lembar dibandingkan dengan judul resminya; pada buku sebagaimana tercetak judul dan
    kepala setiap tabel dibandingkan dengan tahun buku, begitu pula tahun dalam nomor DIPA. Kendala atau
    penjelasan yang menyebut tahun sesudah tahun buku hanya informasi. Biasanya sisa salinan dari laporan
    lain.
    Perbaikan: tulis tahun atau periode yang benar.
    """
    if context.printed:
        _check_captions(context)
        _check_remarks(context)
        _check_budget_number(context)
    else:
        _check_titles(context)


def other_year_header(context: Context, problem: Problem) -> str:
    """The header that would be the missing column's if it named another year."""
    place = parse_a1(problem.cell)
    placed = context.view.positions.tables.get(problem.table)
    wanted = problem.expected.rpartition(" / ")[2]
    if place is None or placed is None or not _YEAR.search(wanted):
        return ""
    taken = set(placed.columns.values())
    row = placed.header or place[0]
    found = [
        f"{a1(row, number)} berjudul “{_text(cell.value)}”"
        for (at, number), cell in context.view.book.sheets[problem.sheet].cells.items()
        if at == row and number not in taken and _without_years(_text(cell.value)) == _without_years(wanted)
    ]
    return f"tahunnya lain: {found[0]}" if len(found) == 1 else ""


def _check_titles(context: Context) -> None:
    seen: set[tuple[str, str]] = set()
    for table in context.view.layout.tables:
        placed = context.view.positions.tables.get(table.key)
        title = dated(table.title, context.view.year)
        years = _YEAR.findall(title)
        if placed is None or not years:
            continue
        first = placed.header or min(placed.rows.values(), default=1)
        cells = context.view.book.sheets[placed.sheet].cells
        for place in product(range(1, first), range(1, _WIDEST + 1)):
            text = cells[place].value if place in cells else None
            if not isinstance(text, str) or _without_years(text) != _without_years(title):
                continue
            where = placed.sheet, a1(*place)
            if _YEAR.findall(text) != years and where not in seen:
                seen.add(where)
                context.add("KON15", Origin(context.file, *where), written=text, expected=title)


def _check_captions(context: Context) -> None:
    year = str(context.view.year)
    for key, text in _captions(context):
        years = _YEAR.findall(text)
        quarter = _QUARTER.search(text) if key.column == HEADING else None
        said = [f"menyebut tahun {named}" for named in dict.fromkeys(years) if named != year]
        said += [f"menyebut {quarter[0]}, padahal tabelnya tahunan"] if quarter else []
        if said:
            context.add("KON15", key, written=text, expected=year, diagnosis="; ".join(said))


def _check_remarks(context: Context) -> None:
    """What happened is told of the year or of earlier ones; a later year may be a plan, so it is a note."""
    for key, text in _texts(context, _REMARKS):
        later = [year for year in dict.fromkeys(_YEAR.findall(text)) if int(year) > context.view.year]
        if later:
            said = f"menyebut tahun {', '.join(later)}, sesudah tahun laporan"
            year = str(context.view.year)
            context.add("KON15", key, written=text, expected=year, diagnosis=said, level="info")


def _check_budget_number(context: Context) -> None:
    """The number of a budget document ends with its year."""
    year = str(context.view.year)
    for key, text in _texts(context, ("nilai",)):
        match = _BUDGET_NUMBER.search(text)
        if match is not None and match[1] != year:
            said = f"DIPA tahun {match[1]}"
            context.add("KON15", key, written=text, expected=year, diagnosis=said)


def _texts(context: Context, columns: tuple[str, ...]) -> Iterator[tuple[Key, str]]:
    """The texts in columns of these names, in whatever table."""
    for table in context.view.layout.tables:
        placed = context.view.positions.tables.get(table.key)
        for row in placed.rows if placed is not None else ():
            for column in columns:
                key = Key(table.key, row, column)
                if context.view.positions.has(key) and isinstance(raw := context.evaluator.raw(key), str):
                    yield key, raw


def _captions(context: Context) -> Iterator[tuple[Key, str]]:
    """What stands over each table that has its own heading."""
    for table in context.view.layout.tables:
        placed = context.view.positions.tables.get(table.key)
        for row in placed.rows if placed is not None else ():
            for column in (HEADING_YEAR, HEADING, CAPTION):
                key = Key(table.key, row, column)
                if context.view.positions.has(key):
                    yield key, _text(context.evaluator.raw(key))


def _text(value: Scalar) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value or "")


def _without_years(text: str) -> str:
    return normalise(_YEAR.sub("", text))
