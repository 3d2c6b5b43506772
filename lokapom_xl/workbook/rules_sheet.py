"""What the named cells of sheet Aturan hold: for the template that writes, and the check that reads them."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from .. import regulations
from ..numbers import NA, CellError, Scalar

UNBOUNDED = Decimal(-(10**12))
"""Stands for "no lower bound" in the lookup column of a band table."""

BAND_TABLES = (
    ("kriteria", "KRITERIA", "Kriteria capaian indikator"),
    ("predikat", "PREDIKAT", "Predikat Nilai Pencapaian Sasaran (NPSS)"),
    ("efisiensi", "EFISIENSI", "Kriteria efisiensi (dari TE yang dibulatkan)"),
    ("renstra", "NOTIFIKASI", "Notifikasi terhadap target Renstra (dari persentase)"),
    ("sakip", "SAKIP", "Predikat evaluasi SAKIP"),
    ("risiko", "RISIKO", "Risiko target tahunan tidak tercapai (dari capaian s.d. bulan)"),
)
"""Subject, prefix of the names `<prefix>_BATAS` and `<prefix>_LABEL`, heading."""

SINGLE_VALUES = (
    ("batas_capaian", "cap", "BATAS_CAPAIAN", "Batas tertinggi capaian penyesuaian"),
    ("efisiensi", "se", "STANDAR_EFISIENSI", "Standar Efisiensi (SE)"),
    ("nka", "weights.eka", "BOBOT_EKA", "Bobot EKA (%) dalam Nilai Kinerja Anggaran"),
    ("nka", "weights.ikpa", "BOBOT_IKPA", "Bobot IKPA (%) dalam Nilai Kinerja Anggaran"),
)
"""Subject, key of the value, name of the cell, label."""


def band_lines(subject: str, year: int) -> list[tuple[Scalar, Scalar]]:
    """Lower bound and label of every band; one line of `#N/A` where the year has no reviewed rule."""
    try:
        bands = regulations.bands(subject, year)
    except regulations.NotReviewed:
        return [(CellError(NA), CellError(NA))]
    return [(UNBOUNDED if b.lower is None else b.lower, b.label) for b in bands]


def single_value(subject: str, year: int, key: str) -> Scalar:
    """One value of the rules; `#N/A` where the year has no reviewed rule."""
    try:
        found: Any = regulations.version(subject, year).data
    except regulations.NotReviewed:
        return CellError(NA)
    for part in key.split("."):
        found = found[part]
    return Decimal(found)


@cache
def rule_cells(year: int) -> dict[str, tuple[Scalar, ...]]:
    """By defined name, the values that its cells hold from top to bottom."""
    cells: dict[str, tuple[Scalar, ...]] = {}
    for subject, name, _ in BAND_TABLES:
        lines = band_lines(subject, year)
        cells[f"{name}_BATAS"] = tuple(bound for bound, _ in lines)
        cells[f"{name}_LABEL"] = tuple(label for _, label in lines)
    for subject, key, name, _ in SINGLE_VALUES:
        cells[name] = (single_value(subject, year, key),)
    return cells
