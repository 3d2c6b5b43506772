"""KON: do the labels of one column come from one table of labels?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from .. import functions as f
from .. import regulations
from ..model import Origin, Related
from ..numbers import round_half_up
from ..registry import Function, check
from ..workbook.address import a1
from ..workbook.cells import Key
from ..workbook.layout import Column, Table
from .context import Context, text

Scheme = tuple[str, int]
"""A subject of the rules (`kriteria`, `predikat`), and the fiscal year."""

_SUBJECTS: dict[Function, str] = {f.KRITERIA: "kriteria", f.PREDIKAT: "predikat"}
_NAMES = {"kriteria": "kriteria indikator", "predikat": "predikat NPS"}
_FEWEST = 2
"""One label from another table is that label's own finding."""


@check("KON16", "label-campuran", "peringatan", since=regulations.start_of("kriteria"))
def mixed_schemes(context: Context) -> None:
    """Label dalam satu kolom berasal dari dua tabel yang berbeda.

    Apa: sebagian label hanya cocok dengan tabel yang berlaku, sebagian lagi hanya dengan tabel lain (kriteria
    indikator dan predikat NPS, atau tabel tahun lain). Satu temuan untuk setiap kolom, bila sedikitnya dua
    label berasal dari tabel lain; setiap labelnya disebut pada temuan HIT03.
    Perbaikan: pakai satu tabel label untuk seluruh kolom dan sebutkan tabelnya.
    """
    if not context.printed:
        return  # there formulas give the labels, and a typed one has its finding
    for table in context.view.layout.tables:
        for column in table.columns:
            for subject in _SUBJECTS.values():
                _check_column(context, table, column, subject)


def _check_column(context: Context, table: Table, column: Column, subject: str) -> None:
    own = subject, context.view.rule_year
    fitting = {key: _fitting(label, value) for key, label, value in _labels(context, table, column, subject)}
    others: dict[Scheme, list[Key]] = defaultdict(list)
    for key, schemes in fitting.items():
        if own not in schemes:
            for scheme in schemes:
                others[scheme].append(key)
    if not others:
        return
    # Of the tables that explain as many, the one of the same year, then of the latest.
    other = max(others, key=lambda s: (len(others[s]), s[1] == own[1], s[1]))
    faithful = sum(own in schemes and other not in schemes for schemes in fitting.values())
    strange = others[other]
    if len(strange) < _FEWEST or not faithful:
        return
    placed = context.view.positions.tables[table.key]
    where = context.origin(strange[0])
    if placed.header:  # the whole column is meant
        sheet, _, number = context.view.positions.at(strange[0])
        where = Origin(context.file, sheet, a1(placed.header, number))
    context.add(
        "KON16",
        where,
        written=_name(other),
        expected=_name(own),
        diagnosis=f"{len(strange)} label dari tabel {_name(other)}, {faithful} dari tabel {_name(own)}",
        related=[Related(context.origin(key), text(context.evaluator.raw(key))) for key in strange],
    )


def _labels(
    context: Context, table: Table, column: Column, subject: str
) -> Iterator[tuple[Key, str, Decimal]]:
    """The written labels of a column that the same table should give, each with the value it is for."""
    placed = context.view.positions.tables.get(table.key)
    evaluator = context.evaluator
    for row in placed.rows if placed is not None and column.unit == "label" else ():
        key = Key(table.key, row, column.key)
        call = evaluator.call(key) if context.view.positions.has(key) else None
        if call is None or _SUBJECTS.get(call.function) != subject:
            continue
        values = evaluator.arguments(call, key, evaluator.written)
        written = evaluator.raw(key)
        if values and values[1:2] not in ([context.view.rule_year], [Decimal(context.view.rule_year)]):
            continue  # the label of another year, by its own table
        if values and isinstance(values[0], Decimal) and isinstance(written, str):
            yield key, written.strip().casefold(), round_half_up(values[0], 2)


def _fitting(label: str, value: Decimal) -> frozenset[Scheme]:
    """The tables of labels that give the value this label."""
    return frozenset(s for s in _schemes() if regulations.label(*s, value).casefold() == label)


@cache
def _schemes() -> tuple[Scheme, ...]:
    return tuple((s, year) for s in _SUBJECTS.values() for year in regulations.years_covered(s))


def _name(scheme: Scheme) -> str:
    return f"{_NAMES[scheme[0]]} {scheme[1]}"
