"""KON: do the words of a sentence fit its numbers?"""

from __future__ import annotations

import re
from decimal import Decimal

from .. import functions as f
from ..model import Finding
from ..numbers import Scalar, indonesian, round_half_up
from ..registry import check
from ..workbook.cells import Key
from ..workbook.layout import PROSE_ROWS, Call
from ..workbook.tables.prose import DIRECTION, FALLING, LAST_YEAR, NOUNS, RISING, Statement, statements
from .context import Context


@check("KON20", "kata-bertentangan", "galat")
def wording(context: Context) -> None:
    """Kata dalam kalimat tidak sesuai dengan angkanya.

    Apa: arah yang disebut (naik, turun, melampaui) dibandingkan dengan tanda selisihnya, dan benda yang
    dihitung (sasaran, indikator) dengan hal yang dihitung. Bila besarnya selisih benar dan hanya arahnya
    terbalik, yang keliru katanya, bukan angkanya.
    Perbaikan: perbaiki kata-katanya.
    """
    for table in context.view.layout.tables:
        placed = context.view.positions.tables.get(table.key)
        if table.rows != PROSE_ROWS or placed is None or "nilai" not in placed.columns:
            continue
        known = statements(context.view.rule_year)
        for row in sorted(placed.rows, key=placed.rows.__getitem__):
            number = int(row.partition("@")[2].partition(".")[0])
            key = Key(table.key, row, "nilai")
            hal = context.words(Key(table.key, row, "hal"))
            if hal.casefold().startswith(DIRECTION):
                _check_word(context, key, known)
            elif number and known[number - 1].noun:
                _check_noun(context, key, known[number - 1].noun)


def _check_noun(context: Context, key: Key, noun: str) -> None:
    """Whether the number is followed by the name of what it does not count."""
    text = context.words(key)
    words = re.findall(r"[a-z]+", text.casefold())
    if noun not in words and any(other in words for other in NOUNS):
        context.add("KON20", key, written=text, expected=f"yang dihitung {noun}")


def _check_word(context: Context, key: Key, known: tuple[Statement, ...]) -> None:
    """Whether a word that tells a direction tells the right one."""
    word = context.words(key)
    slug = key.row.partition("@")[0]
    number = next(n for n, s in enumerate(known, 1) if s.name == LAST_YEAR)
    rows = context.view.positions.tables[key.table].rows
    before = next((row for row in rows if row.startswith(f"{slug}@{number:02d}.")), "")
    score = Key("capaian", slug, "capaian")
    if not before or not context.view.positions.has(score):
        return
    now, then = context.evaluator.local(score), context.evaluator.written(Key(key.table, before, "nilai"))
    if not isinstance(now, Decimal) or not isinstance(then, Decimal) or now == then:
        return
    wrong, right = (FALLING, RISING) if now > then else (RISING, FALLING)
    if word.casefold() in wrong:
        expected = f"terjadi {right[0]} dari {indonesian(then)} menjadi {indonesian(now)}"
        context.add("KON20", key, written=word, expected=expected)


def in_wrong_direction(call: Call, written: Scalar, local: Scalar) -> bool:
    """Whether a difference is right but for its sign: the sentence says it the wrong way round."""
    if call.function is not f.SELISIH or not isinstance(written, Decimal) or not isinstance(local, Decimal):
        return False
    return written > 0 and round_half_up(-local, 2) == round_half_up(written, 2)


def say_direction(context: Context, key: Key, call: Call) -> Finding:
    """The finding at a difference whose words are wrong."""
    values = context.evaluator.arguments(call, key, context.evaluator.written) or []
    low, high = (indonesian(value) for value in values[:2] if isinstance(value, Decimal))
    said = context.words(Key(key.table, key.row, "hal"))
    return context.add(
        "KON20",
        key,
        written=said,
        expected=f"{low} lebih rendah daripada {high}",
        diagnosis=f"besarnya selisih, {indonesian(context.evaluator.written(key))}, benar",  # type: ignore[arg-type]
    )
