"""ISI: is every number of a column shown as the others are?"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from ..model import Related
from ..numbers import indonesian
from ..registry import check
from ..workbook.cells import Key
from ..workbook.number_formats import DATE, PERCENT, TEXT, TIME, NumberFormat
from .context import Context, text

_ODD = (TEXT, DATE, TIME)
"""Kinds of formats under which nobody reads a number."""


@check("ISI16", "format-angka-lain", "peringatan")
def shown_otherwise(context: Context) -> None:
    """Angka ditampilkan dengan format lain daripada kolomnya, sehingga yang terbaca bukan nilainya.

    Apa: misalnya 92,24 tampil sebagai 92 karena sel itu tanpa desimal, atau tampil sebagai tanggal. Hanya
    disebut bila angka yang terbaca memang berbeda; satu temuan untuk satu kolom.
    Perbaikan: samakan format selnya dengan kolom itu, misalnya dengan lokapom-xl validate --fix.
    """
    columns: dict[tuple[str, str], list[tuple[Key, Decimal, str]]] = {}
    for table, column, key in context.view.located():
        cell = context.view.cell(key)
        if column.numeric and cell is not None and isinstance(cell.value, Decimal):
            columns.setdefault((table.key, column.key), []).append((key, cell.value, cell.format))
    for cells in columns.values():
        codes = Counter(code for _, _, code in cells)
        if len(codes) > 1:
            _tell(context, cells, NumberFormat(codes.most_common(1)[0][0]))


def _tell(context: Context, cells: list[tuple[Key, Decimal, str]], usual: NumberFormat) -> None:
    if usual.kind in _ODD:
        return
    other = [(key, value, NumberFormat(code)) for key, value, code in cells]
    odd = [(key, value, form) for key, value, form in other if _differs(form, usual, value)]
    if not odd:
        return
    key, value, form = odd[0]
    seen = form.shows(value)
    shown = (
        f"tampil {indonesian(seen)}"
        if seen is not None and form.kind not in _ODD
        else f"tampil sebagai {form.kind}"
    )
    context.add(
        "ISI16",
        key,
        written=value,
        expected=usual.shows(value),
        diagnosis=shown,
        related=[Related(context.origin(k), text(v)) for k, v, _ in odd[1:]],
    )


def _differs(form: NumberFormat, usual: NumberFormat, value: Decimal) -> bool:
    """Whether people read another number; a percentage among points has a check of its own."""
    if form == usual or form.kind == PERCENT or usual.kind == PERCENT:
        return False
    if form.kind in _ODD:
        return True
    here, there = form.shows(value), usual.shows(value)
    return here is not None and there is not None and len(_digits(here)) < len(_digits(there))


def _digits(value: Decimal) -> str:
    """The value without trailing zeros: fewer of them say less."""
    return f"{value.normalize():f}"
