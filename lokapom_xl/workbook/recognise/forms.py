"""Which tables are looked for in a workbook that this product did not make, and what roles they may have.

The tables of a printed report, and the forms that offices keep beside it. Several tables of a report have
the same columns; which is which is their *role*, told by the sheet's name, the order, or what is in it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ... import functions as f
from ..layout import INDICATOR, PROSE_ROWS, QUARTERS, Column, Layout, Same, Table
from ..tables import printed
from ..tables.common import each

MONITORING, PLAN = "pemantauan", "rencana"

ROLES: dict[str, tuple[str, ...]] = {
    "pk_lampiran": ("pk_lampiran", "pk_bab2"),
    "rapk_bab2": ("rapk_bab2", "rapk_lampiran"),
    "capaian": ("capaian", "per_ss_tables", "per_ikss_tables"),
}
"""By the table that is looked for, the roles that it may have; a table that is not here has its own."""

HINTS: dict[str, tuple[str, ...]] = {
    "pk_lampiran": ("lampiran", "perjanjian kinerja", "ttd", "ditandatangani"),
    "rapk_lampiran": ("lampiran", "ttd", "ditandatangani"),
    "per_ss_tables": ("per sasaran", "per ss"),
    "per_ikss_tables": ("per indikator", "per ikss"),
}
"""Words in the name of a sheet or in a title that tell a role."""

QUARTERLY = "tindak_lanjut_tw3"
"""The table of a quarter, as it is known of the third one."""

KIND = "lain"
"""The kind of a book that is not ours."""


_LEADING = (
    *(
        Column(key, header, optional=True)
        for key, header in (
            ("no", "No"),
            ("perspektif", "Perspektif"),
            ("ss", "SS"),
            ("sasaran", "Sasaran"),
            ("ikss", "IKSS"),
            ("satuan", "Satuan"),
        )
    ),
    Column("indikator", "Indikator"),
)
"""What stands before the numbers in forms that offices keep."""


def monitoring() -> Table:
    """The monitoring form as offices keep it: every month a block of columns, a sheet, or rows of its own."""
    score = each(f.CAPAIAN, (INDICATOR,), target=Same("target"), realisasi=Same("realisasi"))
    return Table(
        MONITORING,
        "Pemantauan",
        "PEMANTAUAN",
        (
            Column("bulan", "Bulan", optional=True),
            *_LEADING,
            Column("target", "Target", unit="points", entry=True, fact="target@{month}"),
            Column("realisasi", "Realisasi", unit="points", entry=True, fact="realisasi"),
            Column("capaian_bulan", "% Capaian terhadap Target Bulan", unit="points", calls=score),
            Column("capaian_tahun", "% Capaian terhadap Target Tahunan", unit="points", optional=True),
            *(
                Column(key, header, optional=True)
                for key, header in (
                    ("penjelasan", "Penjelasan"),
                    ("rencana_tindak_lanjut", "Rencana Tindak Lanjut"),
                    ("timeline", "Timeline"),
                    ("laporan_progres", "Laporan Progres"),
                )
            ),
        ),
        "bulanan",
    )


def plan() -> Table:
    """What stands beside the blocks of the months: the yearly target and the budget."""
    return Table(
        PLAN,
        "Rencana",
        "RENCANA",
        (
            *_LEADING,
            Column("target", "Target", unit="points", entry=True, fact="target"),
            Column("anggaran", "Anggaran", unit="rupiah", entry=True, fact="anggaran", optional=True),
        ),
    )


_SPARE = ("pembilang", "penyebut", "capaian_penyesuaian", "kriteria")
"""Columns of scores that a plain table of target, realisasi and capaian does not have."""


def _as_offices_have_it(table: Table) -> Table:
    """The table with what may be missing from it, or be there besides, in other people's workbooks."""
    columns = table.columns
    if table.key in ROLES["capaian"]:
        columns = tuple(replace(c, optional=True) if c.key in _SPARE else c for c in columns)
    if table.key == "pk_lampiran":
        columns = (_LEADING[0], *columns)  # signed plans number their objectives; this report's did not
    return replace(table, columns=columns)


def known_tables(year: int) -> Layout:
    """Every table that can be recognised, in all its roles, in the order of the checks."""
    report = printed("rapk", year)
    every = (*report.tables, *printed("efisiensi", year).tables, monitoring(), plan())
    tables = tuple(_as_offices_have_it(table) for table in every)
    return Layout(KIND, "Buku lain", tables, (), printed=True)


def sought(layout: Layout) -> tuple[Table, ...]:
    """The tables that are looked for: one for all roles with the same columns."""
    other = {role for roles in ROLES.values() for role in roles[1:]}
    return tuple(table for table in layout.tables if table.key not in other and table.key != PLAN)


def of_quarter(table: Table, quarter: int) -> Table:
    """The table of a quarter for another one: what it states are the facts of that quarter's last month."""
    month = f"@{3 * quarter:02d}"
    columns = tuple(
        replace(c, fact=c.fact.partition("@")[0] + month) if "@" in c.fact else c for c in table.columns
    )
    key = table.key.replace("tw3", f"tw{quarter}")
    return replace(table, key=key, sheet=f"Tindak Lanjut TW {QUARTERS[quarter - 1]}", columns=columns)


def table_of(layout: Layout, key: str) -> Table | None:
    """The table of a role, also of any quarter, and of a further one of its kind (`capaian#2`)."""
    role = key.partition("#")[0]
    known = {table.key: table for table in layout.tables}
    quarter = re.fullmatch(r"tindak_lanjut_tw([1-4])", role)
    return known.get(role) or (of_quarter(known[QUARTERLY], int(quarter[1])) if quarter else None)


def by_name(table: Table) -> bool:
    """Whether the rows of a table are known by names: not by numbers, nor as sentences or the only one."""
    return not table.listed and table.rows not in ("tunggal", PROSE_ROWS)
