"""Checks by name, in groups: whose findings make what other checks find meaningless (`Check.needs`)."""

from __future__ import annotations

STRUCTURE = (
    "lembar-hilang",
    "kepala-tabel-hilang",
    "kolom-hilang",
    "baris-hilang",
    "indikator-ganda",
    "baris-tak-dikenal",
)
"""A table that is not whole: what is made of all of it cannot be right."""

ENTRIES = (
    "bukan-angka",
    "bermakna-ganda",
    "angka-sebagai-teks",
    "galat-excel",
    "format-persen",
    "isian-berisi-rumus",
)
"""An entry that a spreadsheet program does not compute with as it is meant."""

FORMULAS = ("rumus-tertimpa", "rumus-berubah")
"""A cell that no longer computes what it should."""
