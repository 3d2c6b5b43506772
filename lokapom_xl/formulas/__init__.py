"""The domain rules as pure functions. Importing this package fills `registry.FUNCTIONS`."""

from .angka import ANGKA
from .capaian import CAPAIAN, NPI, PENYESUAIAN, REALISASI
from .efisiensi import EFISIENSI, IE, NKA, TE
from .kriteria import KRITERIA, NOTIFIKASI, PREDIKAT, PREDIKAT_SAKIP, RISIKO
from .nps import NPS
from .perbandingan import ARAH, CATATAN_PERINGKAT, PERINGKAT, SELISIH, SETARA, TRIWULAN

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
