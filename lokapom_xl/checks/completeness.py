"""KON: does every table that lists the indicators list all of them?"""

from __future__ import annotations

from decimal import Decimal

from .. import regulations
from ..model import Origin
from ..registry import check
from ..workbook.address import a1
from ..workbook.layout import INDICATOR, Table
from .context import Context

_NEARLY = Decimal("0.9")
"""A table of targets with this share of the indicators is meant to have all."""


@check("KON21", "indikator-tidak-tercantum", "info")
def unlisted(context: Context) -> None:
    """Tabel memuat sebagian besar indikator, tetapi tidak semuanya.

    Apa: indikator tahun itu yang tidak ada pada tabel tercetak. Pada tabel target (Perjanjian Kinerja, RAPK,
    capaian) yang hampir lengkap ini peringatan; pada tabel lain hanya dicatat, karena indikator baru atau
    yang tidak dibahas memang dapat tidak ada. Hanya untuk buku sebagaimana tercetak; pada buku resmi baris
    yang hilang disebut STR05.
    Perbaikan: tambahkan barisnya, atau sebutkan mengapa indikator itu tidak dimuat.
    """
    if not context.printed:
        return
    doubled = {problem.table for problem in context.view.problems if problem.kind == "baris-ganda"}
    for table in context.view.layout.tables:
        if table.key not in doubled and table.body == INDICATOR and not table.listed:
            _check_table(context, table)


def _check_table(context: Context, table: Table) -> None:
    placed = context.view.positions.tables.get(table.key)
    if placed is None or any("@" in row for row in placed.rows) or table.name_column not in placed.columns:
        return
    indicators = regulations.indicators(context.view.rule_year)
    missing = [i for i in indicators if i.slug not in placed.rows]
    there = len(indicators) - len(missing)
    if not missing or there * 2 < len(indicators):
        return
    planned = any(c.fact.startswith("target") for c in table.columns)
    level = "peringatan" if planned and there >= _NEARLY * len(indicators) else ""
    numbers = ", ".join(str(i.numbers["ikss"]) for i in missing)
    context.add(
        "KON21",
        Origin(
            context.file,
            placed.sheet,
            a1(placed.header or min(placed.rows.values()), placed.columns[table.name_column]),
        ),
        written=str(there),
        expected=str(len(indicators)),
        diagnosis=f"tidak ada {numbers}" + (f" ({missing[0].name})" if len(missing) == 1 else ""),
        level=level,
    )
