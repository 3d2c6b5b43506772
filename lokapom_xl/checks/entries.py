"""ISI: is every entry there, and is it a number with one meaning?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ..numbers import NOT_MEASURED, CellError, Scalar, indonesian, read_text
from ..registry import check
from ..workbook.cells import Key
from ..workbook.layout import Column, Table
from ..workbook.read import Cell
from .context import Context


def entries(context: Context) -> Iterator[tuple[Table, Column, Key, Cell | None]]:
    """Every numeric cell that a person fills in."""
    evaluator = context.evaluator
    for table, column, key in context.view.located():
        call = evaluator.call(key)
        if column.numeric and column.is_entry(evaluator.kind(key.row)) and (call is None or column.soft):
            yield table, column, key, context.view.cell(key)


def _texts(context: Context) -> Iterator[tuple[Key, str]]:
    """Texts in numeric cells: of entries, and in a printed book of computed cells too.

    Of the numbers in sentences, those that are compared and are not read as sentences state them.
    """
    if not context.printed:
        for _, _, key, cell in entries(context):
            if cell is not None and isinstance(cell.value, str) and not cell.formula:
                yield key, cell.value
        return
    evaluator = context.evaluator
    for _, column, key in context.view.located():
        cell = context.view.cell(key)
        if not evaluator.numeric(key) or cell is None or not isinstance(cell.value, str):
            continue
        stated = column.prose and (
            evaluator.call(key) is None or not isinstance(evaluator.written(key), CellError)
        )
        if not stated:
            yield key, cell.value


@check("ISI01", "isian-kosong", "galat")
def missing(context: Context) -> None:
    """Isian wajib masih kosong.

    Apa: target tahunan, target B12, dan anggaran harus terisi; pada tabel efisiensi keempat isian.
    Perbaikan: isi sel itu. Tanda - hanya untuk yang memang belum diukur.
    """
    for _, column, key, cell in entries(context):
        value = cell.value if cell is not None else None
        blank = value is None or (isinstance(value, str) and not value.strip())
        # A plan is never "not yet measured".
        planned = (
            column.fact.startswith(("target", "anggaran")) and context.evaluator.written(key) == NOT_MEASURED
        )
        if column.required and (blank or planned):
            heading = f"{column.group} {column.header}".strip()
            context.add("ISI01", key, written=None if blank else value, diagnosis=f"kolom {heading}")


@check("ISI02", "bukan-angka", "galat")
def not_a_number(context: Context) -> None:
    """Teks di sel angka yang tidak dapat dibaca sebagai angka.

    Apa: sel angka berisi teks lain. Tanda bintang catatan kaki juga bukan bagian angka.
    Perbaikan: tulis angkanya saja; keterangan ditulis di kolom penjelasan.
    """
    for key, value in _texts(context):
        if read_text(value).kind == "senseless":
            bare = read_text(value.rstrip(" *"))
            note = f"tanpa tanda bintang terbaca {indonesian(bare.value)}" if bare.kind == "number" else ""
            level = "peringatan" if note and context.printed else ""
            context.add("ISI02", key, written=value, diagnosis=note, level=level)


@check("ISI03", "bermakna-ganda", "galat")
def ambiguous(context: Context) -> None:
    """Teks angka yang dapat dibaca dengan dua cara, misalnya 30.000.

    Apa: titik dapat berarti ribuan (Indonesia) atau desimal (Inggris). Alat ini tidak menebak.
    Perbaikan: tulis sebagai angka, atau dengan bentuk yang hanya punya satu arti (30 000 menjadi 30000).
    """
    for key, value in _texts(context):
        reading = read_text(value)
        if reading.kind == "ambiguous":
            first, second = (indonesian(r) for r in reading.readings)
            context.add("ISI03", key, written=value, diagnosis=f"dapat berarti {first} atau {second}")


@check("ISI04", "angka-sebagai-teks", "galat")
def number_as_text(context: Context) -> None:
    """Angka yang tersimpan sebagai teks, sehingga rumus tidak menghitungnya.

    Apa: sel berisi teks yang terbaca sebagai angka, misalnya karena diawali petik atau disalin dari Word.
    Perbaikan: ketik ulang sebagai angka.
    """
    if context.printed:
        return  # there every value is text by design
    for key, value in _texts(context):
        reading = read_text(value)
        if reading.kind == "number":
            context.add("ISI04", key, written=value, expected=reading.value)


@check("ISI05", "galat-excel", "galat")
def excel_error(context: Context) -> None:
    """Sel isian berisi galat Excel.

    Apa: galat pada isian menular ke semua nilai yang dihitung darinya.
    Perbaikan: ganti isinya dengan angka.
    """
    for _, _, key, cell in entries(context):
        if cell is not None and isinstance(cell.value, CellError):
            context.add("ISI05", key, written=cell.value)


@check("ISI06", "format-persen", "galat")
def percent_format(context: Context) -> None:
    """Sel isian berformat persen; isinya seperseratus dari poin yang dimaksud.

    Apa: 99,93% di Excel adalah 0,9993, sedangkan rumus buku ini memakai poin 99,93.
    Perbaikan: ubah format sel menjadi angka dan tulis dalam poin.
    """
    if context.printed:
        return
    for _, _, key, cell in entries(context):
        if cell is not None and cell.percent and isinstance(cell.value, Decimal):
            context.add("ISI06", key, written=cell.value, expected=context.evaluator.written(key))


@check("ISI07", "pasangan-tidak-lengkap", "galat")
def half_a_pair(context: Context) -> None:
    """Pembilang terisi tanpa penyebut, atau sebaliknya.

    Apa: realisasi dihitung dari keduanya.
    Perbaikan: lengkapi pasangannya, atau kosongkan keduanya dan isi Nilai Langsung.
    """
    for _, column, key, _ in entries(context):
        if column.key != "pembilang":
            continue
        other = Key(key.table, key.row, "penyebut")
        if not context.view.positions.has(other):
            continue
        given: list[Scalar] = [context.evaluator.written(k) for k in (key, other)]
        numbers = [isinstance(v, Decimal) for v in given]
        if any(numbers) and not all(numbers):
            context.add("ISI07", other if numbers[0] else key)


@check("ISI08", "penyesuaian-tanpa-alasan", "galat")
def adjustment_without_reason(context: Context) -> None:
    """Penyesuaian dinyatakan tanpa alasan atau tanpa dasar hukum.

    Apa: menaikkan nilai di luar aturan hanya sah bila dinyatakan beserta alasan dan dasar hukumnya.
    Perbaikan: isi kolom Alasan dan Dasar Hukum, atau kosongkan kolom Dinyatakan.
    """
    for _, column, key, _ in entries(context):
        if column.key != "dinyatakan":
            continue
        value = context.evaluator.written(key)
        if not isinstance(value, Decimal):
            continue
        for part in ("alasan", "dasar_hukum"):
            reason = Key(key.table, key.row, part)
            if context.view.positions.has(reason) and not str(context.evaluator.raw(reason) or "").strip():
                context.add(
                    "ISI08", reason, expected="(terisi)", diagnosis=f"capaian dinyatakan {indonesian(value)}"
                )


@check("ISI10", "nilai-negatif", "galat")
def negative(context: Context) -> None:
    """Isian bernilai negatif.

    Apa: target, pembilang, penyebut, realisasi, dan anggaran tidak mungkin kurang dari nol.
    Perbaikan: periksa angka dan tandanya.
    """
    for _, _, key, _ in entries(context):
        value = context.evaluator.written(key)
        if isinstance(value, Decimal) and value < 0:
            context.add("ISI10", key, written=value)


_WHOLES = {"penyebut": "pembilang", "input_target": "input_realisasi"}
"""Entries that another entry is a part of."""


@check("ISI11", "pembagi-nol", "galat")
def zero_divisor(context: Context) -> None:
    """Penyebut atau pagu bernilai nol, padahal bagiannya terisi.

    Apa: realisasi dan persentase anggaran tidak terdefinisi bila pembaginya nol.
    Perbaikan: isi penyebut atau pagu yang benar, atau tulis - bila belum diukur.
    """
    for _, column, key, _ in entries(context):
        if column.key in _WHOLES and context.evaluator.written(key) == 0:
            context.add("ISI11", key, written=Decimal(0))


@check("ISI12", "bagian-melebihi-keseluruhan", "peringatan")
def part_exceeds_whole(context: Context) -> None:
    """Pembilang melebihi penyebut, atau realisasi anggaran melebihi pagu.

    Apa: bagian biasanya tidak melebihi keseluruhannya; sering kali keduanya tertukar atau salah ketik.
    Perbaikan: periksa kedua angka.
    """
    for _, column, key, _ in entries(context):
        if column.key not in _WHOLES:
            continue
        part = Key(key.table, key.row, _WHOLES[column.key])
        if not context.view.positions.has(part):
            continue
        whole, share = context.evaluator.written(key), context.evaluator.written(part)
        if isinstance(whole, Decimal) and isinstance(share, Decimal) and 0 < whole < share:
            context.add("ISI12", part, written=share, expected=whole)


@check("ISI13", "isian-berisi-rumus", "galat")
def formula_in_entry(context: Context) -> None:
    """Sel isian berisi rumus.

    Apa: nilai tersimpan suatu rumus tidak dapat dipercaya, dan alat ini tidak menghitung rumus orang lain.
    Perbaikan: ketik angkanya.
    """
    if context.printed:
        return
    for _, _, key, cell in entries(context):
        if cell is not None and cell.formula is not None:
            context.add("ISI13", key, written=f"={cell.formula}")
