"""KON: does what a report says of the year before fit together?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from .. import functions as f
from .. import regulations
from ..model import Related
from ..numbers import Scalar, indonesian, round_half_up
from ..registry import check
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, PERSPECTIVE, PROSE_ROWS, TOTAL
from ..workbook.tables.prose import LAST_YEAR, statements
from .context import Context, text
from .units import CLOSE, close

HISTORY, BEFORE = "riwayat_realisasi", "realisasi_1"
_CHANGES = {"naik": -1, "turun": 1}
"""Statements of a change, and how last year's value follows from this year's and the change."""


class Stated(NamedTuple):
    """What a sentence says of last year's capaian."""

    key: Key
    value: Decimal


@cache
def _number(name: str, year: int) -> int:
    return next(n for n, s in enumerate(statements(year), 1) if s.name == name)


def stated_before(context: Context) -> dict[str, list[Stated]]:
    """Last year's capaian as sentences state it, by subject."""
    found: dict[str, list[Stated]] = defaultdict(list)
    year = context.view.rule_year
    both = f"{LAST_YEAR.removesuffix('lalu')}{year - 1} dan {year}"
    for table in context.view.layout.tables:
        placed = context.view.positions.tables.get(table.key)
        if table.rows != PROSE_ROWS or placed is None or "nilai" not in placed.columns:
            continue
        for row in sorted(placed.rows, key=placed.rows.__getitem__):
            key = Key(table.key, row, "nilai")
            hal = context.words(Key(table.key, row, "hal")).casefold()
            if _statement(row) == _number(LAST_YEAR, year) or hal == both:
                value = context.evaluator.written(key)
                if isinstance(value, Decimal):
                    found[row.partition("@")[0]].append(Stated(key, value))
    return found


def _statement(row: str) -> int:
    return int(row.partition("@")[2].partition(".")[0] or 0)


@check("KON19", "capaian-tahun-lalu-tidak-cocok", "galat")
def last_year(context: Context) -> None:
    """Capaian tahun lalu dalam kalimat tidak cocok dengan realisasi tahun lalu.

    Apa: capaian adalah realisasi dibagi target, dan target ditulis dengan paling banyak tiga angka (menurut
    target pada Perjanjian Kinerja buku ini). Bila tidak ada target demikian yang menghasilkan capaian
    tertulis dari realisasi pada tabel riwayat, salah satunya keliru. Nilai yang benar hanya disebut bila
    perubahan yang disebut dalam kalimat, atau rata-rata perspektif tahun lalu, menunjuk satu nilai. Skor
    evaluasi SAKIP tahun lalu dibandingkan dengan riwayat indikator AKIP (KON03).
    Perbaikan: cocokkan dengan laporan tahun lalu.
    """
    if not context.printed:
        return
    stated = stated_before(context)
    digits = _digits(context)
    wrong: dict[str, Stated] = {}
    repaired: dict[str, tuple[Decimal, str]] = {}
    for slug, places in stated.items():
        before = _before(context, slug)
        first = places[0]
        if before is None or first.value == before or _targets(before, first.value, digits):
            continue
        wrong[slug] = first
        found = _from_change(context, slug, first)
        if found is not None and _targets(before, found, digits):
            repaired[slug] = found, "cocok dengan perubahan yang disebut dalam kalimat yang sama"
    for slug in set(wrong) - set(repaired):
        found, place = _from_total(context, slug, stated, wrong, repaired, digits)
        if found is not None and place is not None:
            sheet, cell = context.view.address(place.key)
            repaired[slug] = (
                found,
                f"cocok dengan rata-rata perspektif {indonesian(place.value)} ({sheet}!{cell})",
            )
    for slug, first in wrong.items():
        before = _before(context, slug)
        if slug in repaired or (before is not None and not _nearly(before, first.value, digits)):
            _say(context, slug, first, repaired.get(slug), digits)
    _check_evaluation(context)


def _check_evaluation(context: Context) -> None:
    """The score of last year's SAKIP evaluation against the history of the indicator that is that score."""
    total = Key(f"evaluasi_sakip_{context.view.rule_year - 1}", TOTAL, "nilai")
    if not context.view.positions.has(total):
        return
    for indicator in regulations.indicators(context.view.rule_year):
        place = Key(HISTORY, indicator.slug, BEFORE)
        if not {"akip", "sakip"} & set(regulations.normalise(indicator.name).split()):
            continue
        before, score = _before(context, indicator.slug), context.evaluator.written(total)
        if before is not None and isinstance(score, Decimal) and before != score:
            context.add(
                "KON03",
                place,
                written=before,
                level="peringatan",
                diagnosis="salah satunya keliru",
                related=[Related(context.origin(total), text(score))],
                remedy="Cocokkan kedua nilai dengan hasil evaluasi tahun lalu.",
            )


def _say(context: Context, slug: str, first: Stated, right: tuple[Decimal, str] | None, digits: int) -> None:
    history = Key(HISTORY, slug, BEFORE)
    before = context.evaluator.written(history)
    if not isinstance(before, Decimal):
        return
    if right is not None:
        target = indonesian(_targets(before, right[0], digits)[0])
        why = (
            f"seharusnya {indonesian(right[0], 2)}: {indonesian(before)} terhadap target {target}; {right[1]}"
        )
    else:
        why = "tidak ada target yang menghasilkannya; salah satunya keliru"
    finding = context.add(
        "KON19",
        first.key,
        written=first.value,
        expected=right[0] if right is not None else None,
        diagnosis=why,
        related=[Related(context.origin(history), text(before))],
        level="" if right is not None else "peringatan",
    )
    context.by_key[first.key] = finding


def _before(context: Context, slug: str) -> Decimal | None:
    place = Key(HISTORY, slug, BEFORE)
    if context.evaluator.kind(slug) != INDICATOR or not context.view.positions.has(place):
        return None
    value = context.evaluator.written(place)
    return value if isinstance(value, Decimal) and value else None


def _digits(context: Context) -> int:
    """With how many digits targets are written, at most."""
    found = [1]
    for _, column, key in context.view.located():
        if column.signed and column.fact == "target":
            value = context.evaluator.written(key)
            if isinstance(value, Decimal):
                found.append(len(value.normalize().as_tuple().digits))
    return max(found)


def _targets(realisasi: Decimal, capaian: Decimal, digits: int) -> list[Decimal]:
    """The targets of so many digits that give the capaian."""
    if not capaian:
        return []
    near = realisasi * 100 / capaian
    decimals = digits - 1 - near.adjusted()
    step = Decimal(1).scaleb(-decimals)
    middle = round_half_up(near, decimals)
    shown = min(2, max(0, -int(capaian.as_tuple().exponent)))
    return [
        target
        for target in (middle, middle - step, middle + step)
        if target > 0 and round_half_up(realisasi * 100 / target, shown) == capaian
    ]


def _nearly(realisasi: Decimal, capaian: Decimal, digits: int) -> bool:
    """Whether a target gives the capaian from a realisasi that is itself a rounded number."""
    half = Decimal("0.005")
    return any(_targets(realisasi + half * part / 10, capaian, digits) for part in range(-10, 11))


def _from_change(context: Context, slug: str, first: Stated) -> Decimal | None:
    """Last year's capaian as the change that is stated gives it."""
    year = context.view.rule_year
    score = Key("capaian", slug, "capaian")
    now = context.evaluator.written(score) if context.view.positions.has(score) else None
    for name, sign in _CHANGES.items():
        for row in context.view.positions.tables[first.key.table].rows:
            if row.startswith(f"{slug}@{_number(name, year):02d}.") and isinstance(now, Decimal):
                change = context.evaluator.written(Key(first.key.table, row, "nilai"))
                if isinstance(change, Decimal):
                    found = now + sign * change
                    return found if found != first.value else None
    return None


# --- the perspectives ------------------------------------------------------------------------------


def perspective_means(
    context: Context, slug: str, values: dict[str, Decimal]
) -> tuple[Decimal, Decimal] | None:
    """The mean of a perspective, free and capped, from its indicators' capaian; what has none is left out."""
    year = context.view.rule_year
    free, capped = [], []
    for objective in regulations.members(slug, year):
        known = [values[m] for m in regulations.members(objective, year) if m in values]
        if known:
            free.append(f.NPS(known))
            capped.append(f.NPS([f.NPI(value, year) for value in known]))
    both = f.NPS(free), f.NPS(capped)
    if isinstance(both[0], Decimal) and isinstance(both[1], Decimal):
        return both[0], both[1]
    return None


def _from_total(
    context: Context,
    slug: str,
    stated: dict[str, list[Stated]],
    wrong: dict[str, Stated],
    repaired: dict[str, tuple[Decimal, str]],
    digits: int,
) -> tuple[Decimal | None, Stated | None]:
    """The capaian that the perspective's stated mean leaves for its only member in doubt."""
    year = context.view.rule_year
    objective = regulations.indicator(slug, year).objective
    perspective = next(
        p.slug for p in regulations.perspectives(year) if objective in regulations.members(p.slug, year)
    )
    before = _before(context, slug)
    if perspective not in stated or before is None:
        return None, None
    values = {s: places[0].value for s, places in stated.items() if context.evaluator.kind(s) == INDICATOR}
    values.update({s: value for s, (value, _) in repaired.items()})
    inside = {m for o in regulations.members(perspective, year) for m in regulations.members(o, year)}
    if (set(wrong) - set(repaired)) & inside != {slug}:
        return None, None
    total = stated[perspective][0]
    found: list[Decimal] = []
    # The mean is linear in one member, so that two points tell what a total leaves for it.
    ends = [perspective_means(context, perspective, {**values, slug: Decimal(x)}) for x in (0, 1)]
    for base, raised in zip(ends[0] or (), ends[1] or (), strict=False):
        share = raised - base
        for candidate in _scores(before, (total.value - base) / share, CLOSE / share, digits):
            if candidate not in found:
                found.append(candidate)
    return (found[0], total) if len(found) == 1 else (None, None)


def _scores(before: Decimal, middle: Decimal, room: Decimal, digits: int) -> Iterator[Decimal]:
    """Every capaian in a range that a target of so many digits gives."""
    if middle - room <= 0:
        return
    low, high = (before * 100 / score for score in (middle + room, middle - room))
    decimals = digits - 1 - low.adjusted()
    step, target = Decimal(1).scaleb(-decimals), round_half_up(low, decimals)
    while target <= high:
        if target >= low:
            yield round_half_up(before * 100 / target, 2)
        target += step


@check("KON22", "tahun-tidak-sebanding", "peringatan")
def other_basis(context: Context) -> None:
    """Nilai dua tahun dibandingkan, padahal yang satu dibatasi dan yang lain tidak.

    Apa: rata-rata perspektif tahun lalu dihitung dari capaian tahun lalu yang disebut dalam kalimat, dengan
    dan tanpa batas capaian. Bila hanya cocok tanpa batas, sedangkan nilai tahun ini sudah dibatasi, naik
    atau turunnya belum tentu benar.
    Perbaikan: bandingkan pada dasar yang sama, atau sebutkan dasarnya.
    """
    if not context.printed:
        return
    stated = stated_before(context)
    values = {s: places[0].value for s, places in stated.items() if context.evaluator.kind(s) == INDICATOR}
    for slug in list(values):
        finding = context.by_key.get(stated[slug][0].key)
        if finding is not None and finding.code == last_year.code and finding.expected:
            values[slug] = Decimal(finding.expected)
    for slug, places in stated.items():
        if context.evaluator.kind(slug) != PERSPECTIVE:
            continue
        both = perspective_means(context, slug, values)
        now = [_summary(context, slug, column, right=True) for column in ("capaian", "capaian_penyesuaian")]
        printed = _summary(context, slug, "capaian_penyesuaian", right=False)
        first = places[0]
        if both is None or close(both[0], both[1]) or close(both[1], first.value):
            continue
        if not close(both[0], first.value) or None in now or now[0] == now[1]:
            continue
        said = [indonesian(v, 2) for v in (*both, *now) if isinstance(v, Decimal)]
        context.add(
            "KON22",
            first.key,
            written=first.value,
            expected=printed,
            diagnosis=f"tanpa batas {said[0]} menjadi {said[2]}, dengan batas {said[1]} menjadi {said[3]}",
            related=[Related(context.origin(other.key), text(other.value)) for other in places[1:]],
        )


def _summary(context: Context, slug: str, column: str, right: bool) -> Scalar:
    place = Key("capaian_ringkasan", slug, column)
    if not context.view.positions.has(place):
        return None
    return context.evaluator.chain(place) if right else context.evaluator.written(place)
