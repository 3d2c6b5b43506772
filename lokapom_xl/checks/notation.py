"""KON, ISI: are the numbers of one column written in one way?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from .. import regulations
from ..model import Related
from ..registry import check
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, Column, Table
from .context import Context, text

_PERCENT = "persen"


@check("KON17", "satuan-campuran", "peringatan")
def mixed_units(context: Context) -> None:
    """Nilai dalam satu kolom sebagian ditulis dengan tanda persen, sebagian sebagai angka saja.

    Apa: dalam satu kolom persentase ditulis sama caranya. Pada kolom target dan realisasi, indikator yang
    satuannya bukan persen (nilai, indeks) tidak memakai tanda persen. Pada buku resmi: sel rumus berformat
    persen, padahal nilainya sudah dalam poin, sehingga tampak seratus kali lipat. Satu temuan untuk setiap
    kolom.
    Perbaikan: samakan penulisannya; hapus tanda persen pada nilai dan indeks.
    """
    for table in context.view.layout.tables:
        placed = context.view.positions.tables.get(table.key)
        if placed is None or not (context.printed or _shows_percent(context, placed.sheet)):
            continue
        for column in table.columns:
            if column.numeric and not column.prose:
                keys = _cells(context, table, column)
                if context.printed:
                    _check_signs(context, column, keys)
                else:
                    _check_formats(context, keys)


@check("ISI14", "penulisan-angka-campuran", "info")
def mixed_separators(context: Context) -> None:
    """Angka dalam satu kolom ditulis dengan koma desimal dan dengan titik desimal.

    Apa: 92,24 adalah penulisan Indonesia, 92.24 penulisan Inggris; keduanya dalam satu kolom menyulitkan
    pembaca dan program. Satu temuan untuk setiap kolom (atau kolom-kolom di bawah satu judul, seperti target
    B01 sampai B12), pada sel pertama yang menyimpang.
    Perbaikan: pakai koma desimal di seluruh kolom.
    """
    if not context.printed:
        return
    for table in context.view.layout.tables:
        numeric = [column for column in table.columns if column.numeric and not column.prose]
        for _, together in groupby(numeric, lambda column: (column.group or column.key, column.unit)):
            keys = [key for column in together for key in _cells(context, table, column)]
            _check_separators(context, sorted(keys, key=context.view.positions.at))


def _cells(context: Context, table: Table, column: Column) -> list[Key]:
    """The cells of a column from top to bottom."""
    placed = context.view.positions.tables.get(table.key)
    keys = [Key(table.key, row, column.key) for row in (placed.rows if placed is not None else ())]
    return sorted(filter(context.view.positions.has, keys), key=context.view.positions.at)


# --- the sign of per cent ------------------------------------------------------------------------


def _check_signs(context: Context, column: Column, keys: Sequence[Key]) -> None:
    signs = {key: raw.rstrip(" *").endswith("%") for key in keys if (raw := _number_text(context, key))}
    if column.unit != "points" or not any(signs.values()):
        return
    percent = {key: sign for key, sign in signs.items() if _is_percent(context, column, key)}
    usual = 2 * sum(percent.values()) >= len(percent)
    strange = [key for key, sign in percent.items() if sign != usual]
    wrong = [key for key, sign in signs.items() if sign and key not in percent]
    if not strange and not wrong:
        return
    said = []
    if strange:
        ways = ("dengan", "tanpa") if usual else ("tanpa", "dengan")
        said.append(
            f"{len(percent) - len(strange)} sel ditulis {ways[0]} tanda persen, {len(strange)} {ways[1]}"
        )
    if wrong:
        said.append(f"{len(wrong)} nilai atau indeks ditulis sebagai persen")
    _report(context, "KON17", sorted([*strange, *wrong], key=context.view.positions.at), said)


def _is_percent(context: Context, column: Column, key: Key) -> bool:
    """Whether the cell holds a percentage: every share does, an indicator's own value by its unit."""
    own = column.fact.startswith(("target", "realisasi")) or column.key.startswith(("target", "realisasi"))
    own = own or (bool(column.heading_of) and column.entry_kind == INDICATOR)
    slug = key.row.partition("@")[0]
    unit = next((i.unit for i in regulations.indicators(context.view.rule_year) if i.slug == slug), _PERCENT)
    return not own or unit == _PERCENT


def _shows_percent(context: Context, sheet: str) -> bool:
    cells = context.view.book.sheets[sheet].cells.values()
    return any(cell.percent and cell.formula is not None for cell in cells)


def _check_formats(context: Context, keys: Sequence[Key]) -> None:
    strange = []
    for key in keys:
        cell = context.view.cell(key)
        computed = context.evaluator.call(key) is not None and cell is not None and cell.formula is not None
        if computed and cell is not None and cell.percent and isinstance(cell.value, Decimal):
            strange.append(key)
    if strange:
        said = [f"{len(strange)} sel rumus berformat persen, {len(keys) - len(strange)} sel lain tidak"]
        _report(context, "KON17", strange, said)


# --- commas and points ---------------------------------------------------------------------------

_BARE = re.compile(r"[\d.,]+")
_INDONESIAN, _ENGLISH = "koma", "titik"


def _check_separators(context: Context, keys: Sequence[Key]) -> None:
    styles = {key: style for key in keys if (style := decimal_sign(_number_text(context, key)))}
    count = [*styles.values()].count
    if not count(_INDONESIAN) or not count(_ENGLISH):
        return
    fewer = min((_ENGLISH, _INDONESIAN), key=count)
    said = [f"{count(_INDONESIAN)} sel dengan koma desimal, {count(_ENGLISH)} dengan titik desimal"]
    _report(context, "ISI14", [key for key, style in styles.items() if style == fewer], said)


def decimal_sign(written: str) -> str:
    """Which sign a number has before its decimals, where only one reading is possible."""
    match = _BARE.search(written)
    signs = [sign for sign in (match[0] if match else "") if not sign.isdigit()]
    if not signs or match is None:
        return ""
    decimal = signs[-1]
    if len(set(signs)) == 1:
        if len(signs) > 1:  # a sign that occurs twice parts thousands; the other one is left for decimals
            decimal = "," if decimal == "." else "."
        elif len(match[0].rpartition(decimal)[2]) == 3:
            return ""
    return _INDONESIAN if decimal == "," else _ENGLISH


# --- what both say -------------------------------------------------------------------------------


def _number_text(context: Context, key: Key) -> str:
    """The text of a cell in which a number stands; empty otherwise."""
    raw = context.evaluator.raw(key)
    return raw if isinstance(raw, str) and any(character.isdigit() for character in raw) else ""


def _report(context: Context, code: str, keys: Sequence[Key], said: Sequence[str]) -> None:
    # The cells may have findings of their own, for another reason; a column has only one of these.
    context.add(
        code,
        context.origin(keys[0]),
        written=text(context.evaluator.raw(keys[0])),
        diagnosis="; ".join(said),
        related=[Related(context.origin(key), text(context.evaluator.raw(key))) for key in keys[1:]],
        indicator=context.row_name(keys[0].row),
    )
