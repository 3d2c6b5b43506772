"""The domain rules as pure functions. Importing this package fills `registry.FUNCTIONS`."""

from .angka import ANGKA
from .capaian import CAPAIAN, NPI, PENYESUAIAN, REALISASI
from .efisiensi import EFISIENSI, IE, NKA, TE
from .kriteria import KRITERIA, NOTIFIKASI, PREDIKAT
from .nps import NPS

__all__ = [
    "ANGKA",
    "CAPAIAN",
    "EFISIENSI",
    "IE",
    "KRITERIA",
    "NKA",
    "NOTIFIKASI",
    "NPI",
    "NPS",
    "PENYESUAIAN",
    "PREDIKAT",
    "REALISASI",
    "TE",
]
