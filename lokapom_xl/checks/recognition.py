"""STR: was everything in a workbook that is not ours recognised, and how surely?"""

from __future__ import annotations

from ..model import Related
from ..registry import check
from .context import Context
from .structure import reports


@reports("buku-lain", "STR20", "buku-bukan-baku", "info")
def foreign() -> None:
    """Buku ini tidak dibuat dengan lokapom-xl; tabelnya dikenali dari judul kolom.

    Apa: yang dikenali, dan seberapa yakin, ditampilkan dengan --show-mapping dan dimuat dalam laporan.
    Perbaikan: tidak perlu. Bila ada yang keliru dikenali, buat berkas pemetaan (lokapom-xl map), perbaiki,
    lalu periksa dengan --mapping.
    """


@reports("pengenalan-kurang-yakin", "STR21", "pengenalan-kurang-yakin", "peringatan")
def unsure() -> None:
    """Judul kolom dikenali hanya karena mirip dengan judul yang lazim.

    Apa: kolom diperiksa sebagai kolom yang disebut; bila itu keliru, temuan pada kolom itu juga keliru.
    Perbaikan: tulis judul yang lazim, atau tetapkan artinya dengan berkas pemetaan (lokapom-xl map).
    """


@reports("bagian-tidak-dikenali", "STR22", "tabel-tidak-dikenali", "peringatan")
def unrecognised() -> None:
    """Lembar memuat indikator dan angka, tetapi tidak ada tabel yang dikenali di dalamnya.

    Apa: isi lembar itu tidak diperiksa.
    Perbaikan: perbaiki judul kolomnya, atau tetapkan artinya dengan berkas pemetaan (lokapom-xl map).
    """


@reports("kolom-tidak-diperiksa", "STR23", "kolom-tidak-diperiksa", "info")
def unread() -> None:
    """Kolom berisi angka pada tabel yang dikenali tidak diketahui artinya.

    Apa: angka pada kolom itu tidak diperiksa.
    Perbaikan: bila angka itu termasuk laporan, tetapkan artinya dengan berkas pemetaan (lokapom-xl map).
    """


@reports("kolom-tidak-persis", "STR24", "judul-tidak-persis", "info")
def respelled() -> None:
    """Judul kolom pada buku baku ditulis lain, tetapi dikenali.

    Apa: kolom tetap diperiksa.
    Perbaikan: sebaiknya pakai judul seperti pada buku baru.
    """


@check("STR25", "rumus-tanpa-nilai", "galat")
def not_calculated(context: Context) -> None:
    """Rumus pada buku lain belum mempunyai nilai tersimpan, sehingga tidak dapat diperiksa.

    Apa: buku dibuat oleh program lain dan belum pernah dihitung. Alat ini tidak menghitung rumus orang lain.
    Perbaikan: buka buku itu di Excel atau LibreOffice, simpan, lalu periksa lagi.
    """
    if context.view.recognition is None:
        return
    found = []
    for _, _, key in context.view.located():
        cell = context.view.cell(key)
        if cell is not None and cell.computed and cell.value is None:
            found.append(key)
    if found:
        related = [Related(context.origin(key), "") for key in found[1:]]
        context.add("STR25", found[0], written=str(len(found)), related=related)
