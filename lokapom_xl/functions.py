"""Every domain function under its Excel name, for people who use Python.

    >>> from lokapom_xl import functions as f
    >>> f.CAPAIAN("91,5", 92.24)
    Decimal('100.81')
    >>> f.NPS([[100], [90.89]])
    Decimal('95.445')

Numbers may be `int`, `float`, `Decimal` or text; ranges are (nested) lists; a list for a scalar
argument gives a list. Results are `Decimal`, a label, `-` (not yet measured) or a `CellError`,
whose `code` is the Excel error and whose `message` says in Indonesian what was wrong.
"""

from .formulas import (
    ANGKA,
    ARAH,
    CAPAIAN,
    CATATAN_PERINGKAT,
    EFISIENSI,
    IE,
    KRITERIA,
    NKA,
    NOTIFIKASI,
    NPI,
    NPS,
    PENYESUAIAN,
    PERINGKAT,
    PREDIKAT,
    PREDIKAT_SAKIP,
    REALISASI,
    RISIKO,
    SELISIH,
    SETARA,
    TE,
    TRIWULAN,
)

__all__ = [
    "ANGKA",
    "ARAH",
    "CAPAIAN",
    "CATATAN_PERINGKAT",
    "EFISIENSI",
    "IE",
    "KRITERIA",
    "NKA",
    "NOTIFIKASI",
    "NPI",
    "NPS",
    "PENYESUAIAN",
    "PERINGKAT",
    "PREDIKAT",
    "PREDIKAT_SAKIP",
    "REALISASI",
    "RISIKO",
    "SELISIH",
    "SETARA",
    "TE",
    "TRIWULAN",
]
