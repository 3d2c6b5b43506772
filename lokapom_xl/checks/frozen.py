"""Frozen books: does a copy of values still hold what it held when it was made?"""

from __future__ import annotations

from ..model import Origin
from ..registry import check
from ..workbook.address import a1
from ..workbook.frozen import changed_cells, changed_sheets, provenance
from .context import Context


@check("STR14", "asal-usul-tidak-utuh", "galat")
def damaged_provenance(context: Context) -> None:
    """Lembar Asal Usul pada buku beku hilang, rusak, atau diubah.

    Apa: buku beku memuat nilai saja; rumus asalnya tercatat di lembar Asal Usul, yang dijaga dengan
    sidik jari. Bila catatan itu tidak utuh, tidak dapat dipastikan bahwa nilai di buku ini masih nilai
    saat dibekukan. Sidik jari menunjukkan perubahan; ia bukan tanda tangan elektronik.
    Perbaikan: minta kembali salinan yang dikirim, atau bekukan lagi berkas asalnya (lokapom-xl freeze).
    """
    origin = provenance(context.view.book)
    if origin is not None and origin.fault:
        context.add("STR14", Origin(context.file, origin.sheet, origin.cell), written=origin.fault)


@check("STR15", "lembar-diubah-setelah-dibekukan", "galat")
def changed_sheet(context: Context) -> None:
    """Lembar pada buku beku dihapus, berganti nama, atau berubah di luar sel rumusnya.

    Apa: sidik jari isi lembar tidak lagi sama dengan yang tercatat di lembar Asal Usul, dan sebabnya bukan
    sel rumus (sel rumus yang berubah disebut satu per satu pada FRM03). Misalnya isian atau nama diganti.
    Perbaikan: perbaiki berkas asal lalu bekukan kembali (lokapom-xl freeze), atau pakai salinan yang dikirim.
    """
    origin = provenance(context.view.book)
    if origin is None or origin.fault:
        return
    for name in changed_sheets(context.view.book, origin):
        there = name in context.view.book.sheets
        context.add("STR15", Origin(context.file, name if there else ""), expected=name)


@check("FRM03", "nilai-diubah-setelah-dibekukan", "galat")
def changed_value(context: Context) -> None:
    """Nilai pada buku beku bukan lagi nilai yang dihasilkan rumusnya saat dibekukan.

    Apa: pada buku beku rumus sudah diganti nilainya; lembar Asal Usul mencatat rumus dan nilai itu. Nilai di
    sel ini diubah sesudahnya.
    Perbaikan: kembalikan nilai yang tercatat, atau perbaiki berkas asal lalu bekukan kembali.
    """
    origin = provenance(context.view.book)
    if origin is None or origin.fault:
        return
    keys = {context.view.positions.at(key): (key, column) for _, column, key in context.view.located()}
    for item, value in changed_cells(context.view.book, origin):
        found = keys.get((item.sheet, *item.place))
        if found is None:
            place = Origin(context.file, item.sheet, a1(*item.place))
            context.add("FRM03", place, written=value, expected=item.value)
        else:
            key, column = found
            context.add("FRM03", key, written=value, expected=context.shown(item.value, column))
