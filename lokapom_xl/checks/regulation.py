"""ATR: are the rules of the right year used, and used where they are defined?"""

from __future__ import annotations

from decimal import Decimal

from .. import functions as f
from .. import regulations
from ..model import Origin
from ..numbers import NOT_MEASURED, divide, indonesian
from ..registry import check
from ..workbook.address import a1
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, Same, Table
from ..workbook.rules_sheet import rule_cells
from ..workbook.texts import named_area
from .context import Context
from .entries import entries


@check("ATR01", "aturan-belum-ditinjau", "galat")
def not_reviewed(context: Context) -> None:
    """Tidak ada aturan yang sudah ditinjau untuk tahun aturan buku ini.

    Apa: setiap aturan mempunyai tanggal sampai kapan ia sudah ditinjau; tahun lain tidak dipakai diam-diam.
    Perbaikan: tambahkan aturan tahun itu beserta rujukannya, atau buat buku dengan --rules-of.
    """


@check("ATR02", "aturan-tahun-lain", "peringatan")
def other_year(context: Context) -> None:
    """Buku memakai aturan tahun lain.

    Apa: ATURAN_TAHUN berbeda dari TAHUN; ini sengaja (--rules-of) dan ditandai pada setiap lembar.
    Perbaikan: buat ulang buku setelah aturan tahun itu tersedia.
    """
    view = context.view
    if view.year != view.rule_year:
        context.add(
            "ATR02",
            _named_origin(context, "ATURAN_TAHUN"),
            written=str(view.rule_year),
            expected=str(view.year),
        )


def _named_origin(context: Context, name: str) -> Origin:
    place = context.view.fields.get(name)
    return Origin(context.file, place[0], a1(*place[1:])) if place else Origin(context.file)


@check("ATR05", "aturan-diubah", "galat")
def changed_rules(context: Context) -> None:
    """Angka pada lembar Aturan berbeda dari aturan tahun buku.

    Apa: rumus biasa mengambil batas dan label dari lembar itu; bila diubah, hasilnya bukan menurut aturan.
    Perbaikan: kembalikan angkanya; perubahan aturan dibuat di berkas aturan lalu lokapom-xl build.
    """
    if context.printed:
        return
    book = context.view.book
    for name, values in rule_cells(context.view.rule_year).items():
        place = named_area(book, name)
        if place is None:
            continue  # STR13 says so
        sheet, row, column = place
        for offset, expected in enumerate(values):
            cell = book.sheets[sheet].cells.get((row + offset, column))
            written = cell.value if cell is not None else None
            if written != expected:
                where = Origin(context.file, sheet, a1(row + offset, column))
                context.add("ATR05", where, written=written, expected=expected)


@check("ATR03", "label-karena-pembulatan", "info", since=regulations.start_of("efisiensi"))
def rounded_into_label(context: Context) -> None:
    """Label Efisien hanya tercapai karena TE dibulatkan.

    Apa: TE yang belum dibulatkan di bawah nol, tetapi menjadi 0,00 setelah dibulatkan.
    Perbaikan: tidak perlu; aturannya memakai TE yang dibulatkan. Perhatikan saat membuat kesimpulan.
    """
    for table, _column, key in context.view.located():
        call = context.evaluator.call(key)
        if call is None or call.function is not f.EFISIENSI:
            continue
        shares = [Key(table.key, key.row, name) for name in ("output_persen", "input_persen")]
        if not all(context.view.positions.has(share) for share in shares):
            continue
        parts = [context.evaluator.written(share) for share in shares]
        if not all(isinstance(p, Decimal) for p in parts):
            continue
        exact = divide(parts[0], parts[1])  # type: ignore[arg-type]
        if isinstance(exact, Decimal) and exact < 1:
            level = exact - 1
            if f.TE(f.IE(*parts)) == 0:
                context.add(
                    "ATR03",
                    key,
                    written=context.evaluator.written(key),
                    diagnosis=f"TE sebelum pembulatan {indonesian(level, 4)}",
                )


@check("ATR04", "target-nol", "galat")
def zero_target(context: Context) -> None:
    """Target tahunan nol, atau tidak ada padahal capaiannya tertulis.

    Apa: capaian terhadap target nol tidak terdefinisi (bukan 0 dan bukan 120), dan capaian tanpa target
    tidak dapat dihitung.
    Perbaikan: isi target menurut Perjanjian Kinerja.
    """
    for table, column, key, _ in entries(context):
        if key in context.by_key or not column.fact.startswith("target"):
            continue  # another target is stated elsewhere: that finding says it
        if context.evaluator.kind(key.row) != INDICATOR:
            continue
        value = context.evaluator.written(key)
        if value == 0 and column.fact in ("target", "target@12"):
            context.add("ATR04", key, written=Decimal(0))
        elif value is None or value == NOT_MEASURED:
            beside = _score_beside(context, table, key)
            if beside is not None:
                sheet, cell = context.view.address(beside[0])
                said = f"capaian {indonesian(beside[1])} pada {sheet}!{cell}"
                context.add("ATR04", key, written=value or NOT_MEASURED, diagnosis=said)


def _score_beside(context: Context, table: Table, key: Key) -> tuple[Key, Decimal] | None:
    """The capaian in the row of a target that is missing, where one is written."""
    for column in table.columns:
        score = Key(key.table, key.row, column.key)
        if not context.view.positions.has(score):
            continue
        call = context.evaluator.call(score)
        arg = call.args.get("target") if call is not None and call.function is f.CAPAIAN else None
        written = context.evaluator.written(score)
        if isinstance(arg, Same) and arg.column == key.column and isinstance(written, Decimal):
            return score, written
    return None
