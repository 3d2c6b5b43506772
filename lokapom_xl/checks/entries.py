"""ISI: is every entry there, and is it a number with one meaning?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from .. import regulations
from ..numbers import NOT_MEASURED, CellError, Scalar, indonesian, read_text
from ..registry import check
from ..workbook.cells import Key
from ..workbook.layout import Column, Table
from ..workbook.read import Cell
from .context import Context
from .last_year import BEFORE, stated_before
from .misplaced import shifted
from .stated import quantity
from .units import ACTUAL

Entry = tuple[Table, Column, Key, Cell | None]


def entries(context: Context) -> list[Entry]:
    """Every numeric cell that a person fills in."""
    return context.once(_entries)


def _entries(context: Context) -> list[Entry]:
    evaluator = context.evaluator
    return [
        (table, column, key, context.view.cell(key))
        for table, column, key in context.view.located()
        if column.numeric
        and column.is_entry(evaluator.kind(key.row))
        and (column.soft or evaluator.call(key) is None)
    ]


def _texts(context: Context) -> list[tuple[Key, str]]:
    """The texts that several checks read, found once."""
    return context.once(_texts_in_numbers)


def _texts_in_numbers(context: Context) -> list[tuple[Key, str]]:
    """Texts in numeric cells: of entries, and in a printed book of computed cells too.

    Of the numbers in sentences, those that are compared and are not read as sentences state them.
    """
    if not context.printed:
        return [
            (key, cell.value)
            for _, _, key, cell in entries(context)
            if cell is not None and isinstance(cell.value, str) and not cell.formula
        ]
    evaluator = context.evaluator
    found = []
    for _, column, key in context.view.located():
        cell = context.view.cell(key)
        if not evaluator.numeric(key) or cell is None or not isinstance(cell.value, str):
            continue
        stated = column.prose and (
            evaluator.call(key) is None or not isinstance(evaluator.written(key), CellError)
        )
        if not stated:
            found.append((key, cell.value))
    return found


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
            beside = context.once(shifted).get(key)
            if beside is not None:
                where = context.view.address(beside)[1]
                said = indonesian(context.evaluator.written(beside))  # type: ignore[arg-type]
                context.add(
                    "ISI01",
                    key,
                    expected=context.evaluator.written(beside),
                    diagnosis=f"{said} tertulis satu kolom di sebelahnya, di {where}",
                    remedy=f"Pindahkan {said} dari {where} ke sel ini.",
                )
                continue
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

    Apa: titik dapat berarti ribuan (Indonesia) atau desimal (Inggris). Alat ini tidak menebak; bila nilai di
    tabel asal atau hasil hitung di baris yang sama hanya cocok dengan satu bacaan, bacaan itu disebut.
    Perbaikan: tulis sebagai angka, atau dengan bentuk yang hanya punya satu arti (30 000 menjadi 30000).
    """
    for key, value in _texts(context):
        reading = read_text(value)
        if reading.kind == "ambiguous":
            first, second = (indonesian(r) for r in reading.readings)
            meant = _meant(context, key, reading.readings)
            said = f"; hanya {indonesian(meant[0])} yang cocok dengan {meant[1]}" if meant is not None else ""
            context.add(
                "ISI03",
                key,
                written=value,
                expected=meant[0] if meant is not None else None,
                diagnosis=f"dapat berarti {first} atau {second}{said}",
                remedy=f"Tulis {indonesian(meant[0])}." if meant is not None else "",
            )


_SHIFTS = range(-5, 0)
"""By how many places a comma may have been lost."""


def _meant(context: Context, key: Key, readings: Sequence[Decimal]) -> tuple[Decimal, str] | None:
    """The reading that a source, or what was computed from it, confirms; and the cell that does."""
    if not context.printed:
        return None
    evaluator = context.evaluator
    call = evaluator.call(key)
    if call is not None:
        found = [r for r in readings if evaluator.same(evaluator.local(key), r, key)]
        sources = [s for arg in call.args.values() for s in context.view.positions.cells_of(arg, key)]
        if len(found) != 1 or not sources:
            return None
        return found[0].normalize(), "{}!{}".format(*context.view.address(sources[0]))
    shifted_by = [readings[0].scaleb(n) for n in _SHIFTS]
    for candidates in (readings, shifted_by):
        for place, result in _made_of(context, key, candidates):
            if len(result) == 1:
                return result[0].normalize(), "{}!{}".format(*context.view.address(place))
    return None


def _made_of(
    context: Context, key: Key, candidates: Sequence[Decimal]
) -> Iterator[tuple[Key, list[Decimal]]]:
    """The results in the same row, each with the candidates that give it."""
    evaluator = context.evaluator
    table = next(t for t in context.view.layout.tables if t.key == key.table)
    for column in table.columns:
        result = Key(key.table, key.row, column.key)
        call = evaluator.call(result) if context.view.positions.has(result) else None
        written = evaluator.written(result) if call is not None else None
        if call is None or not isinstance(written, Decimal):
            continue
        if key not in [s for arg in call.args.values() for s in context.view.positions.cells_of(arg, result)]:
            continue
        found = []
        for candidate in candidates:

            def instead(cell: Key, value: Decimal = candidate) -> Scalar:
                return value if cell == key else evaluator.written(cell)

            values = evaluator.arguments(call, result, instead)
            computed: Scalar = call.function(*values) if values is not None else None
            if isinstance(computed, Decimal) and evaluator.same(computed, written, result):
                found.append(candidate)
        yield result, found


@check("ISI04", "angka-sebagai-teks", "galat")
def number_as_text(context: Context) -> None:
    """Angka yang tersimpan sebagai teks, sehingga rumus tidak menghitungnya.

    Apa: sel berisi teks yang terbaca sebagai angka, misalnya karena diawali petik atau disalin dari Word.
    Perbaikan: ketik ulang sebagai angka.
    """
    # In a book of tables as printed every value is a text; in other people's workbooks a column tells.
    numbers = _columns_of_numbers(context) if context.printed else set()
    for key, value in _texts(context):
        reading = read_text(value)
        if reading.kind == "number" and (not context.printed or (key.table, key.column) in numbers):
            context.add("ISI04", key, written=value, expected=reading.value)


def _columns_of_numbers(context: Context) -> set[tuple[str, str]]:
    """The columns, by table, in which more cells hold numbers than texts that read as numbers."""
    balance: Counter[tuple[str, str]] = Counter()
    for _, column, key in context.view.located():
        cell = context.view.cell(key)
        if column.numeric and not column.prose and cell is not None:
            if isinstance(cell.value, Decimal):
                balance[key.table, key.column] += 1
            elif isinstance(cell.value, str) and read_text(cell.value).kind == "number":
                balance[key.table, key.column] -= 1
    return {place for place, count in balance.items() if count > 0}


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


@check("ISI15", "persentase-melebihi-seratus", "peringatan")
def above_the_whole(context: Context) -> None:
    """Realisasi berupa persentase melebihi 100.

    Apa: persentase bagian dari keseluruhan tidak dapat melampaui 100; yang ditulis mungkin capaian, atau
    pembilangnya melebihi penyebut. Hanya untuk buku sebagaimana tercetak dan indikator bersatuan persen;
    yang sudah disebut temuan lain tidak diulang.
    Perbaikan: tulis realisasinya.
    """
    if not context.printed:
        return
    percent = {i.slug: i.factor for i in regulations.indicators(context.view.rule_year) if i.unit == "persen"}
    before = {slug: [s.value for s in said] for slug, said in stated_before(context).items()}
    for _, column, key in context.view.located():
        if key.row not in percent or column.prose or not column.numeric or key in context.by_key:
            continue
        value = context.evaluator.written(key)
        if not isinstance(value, Decimal) or value <= WHOLE or not _is_share(context, key):
            continue
        copied = key.column == BEFORE and value in before.get(key.row, ())
        context.add(
            "ISI15",
            key,
            written=value,
            expected=WHOLE,
            diagnosis="sama dengan capaian tahun lalu yang disebut dalam kalimat" if copied else "",
        )


WHOLE = Decimal(100)


def _is_share(context: Context, key: Key) -> bool:
    """Whether a cell holds a realisasi."""
    return key.table == ACTUAL or quantity(context, key, context.evaluator.call(key)).startswith("realisasi")
