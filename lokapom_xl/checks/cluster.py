"""KON: are the units of a cluster compared on one basis?"""

from __future__ import annotations

from decimal import Decimal

from .. import functions as f
from .. import regulations
from ..model import Related
from ..numbers import Scalar, indonesian, round_half_up
from ..registry import check
from ..workbook.cells import Key
from ..workbook.layout import MEAN, PUBLISHED, RAISED, RANK, month_key
from ..workbook.tables.cluster import OWN, UNITS
from .context import Context
from .units import close, means


class _Comparison:
    """The scores of a cluster as published, and what of them is an adjustment; by unit and objective."""

    def __init__(self, context: Context) -> None:
        self.context, self.year = context, context.view.rule_year
        self.objectives = [o.slug for o in regulations.objectives(self.year)]
        self.table = "klaster_nps" if context.printed else "klaster"
        placed = context.view.positions.tables.get(self.table)
        self.units = [unit for unit in UNITS if placed and unit in placed.columns]

    def key(self, unit: str, slug: str, period: int = PUBLISHED) -> Key:
        return Key(self.table, slug if self.context.printed else month_key(slug, period), unit)

    def published(self, unit: str, slug: str) -> Scalar:
        return self._value(self.key(unit, slug))

    def raised(self, unit: str, slug: str) -> Scalar:
        """What of a score is an adjustment; in print only the own scores tell."""
        if not self.context.printed:
            return self._value(self.key(unit, slug, RAISED))
        if unit != OWN:
            return None
        members = [Key("capaian", member, "capaian") for member in regulations.members(slug, self.year)]
        capped = [f.NPI(self._value(key), self.year) for key in members]
        gap: Scalar = f.SELISIH(self.published(unit, slug), f.NPS(capped))
        # Less than two decimals show is no adjustment.
        return gap if isinstance(gap, Decimal) and gap > Decimal("0.01") else None

    def _value(self, key: Key) -> Scalar:
        if not self.context.view.positions.has(key):
            return None
        evaluator = self.context.evaluator
        return evaluator.as_written(key) if self.context.printed else evaluator.chain(key)

    def mean(self, unit: str, everybody: bool | None = None) -> Scalar:
        """The mean of a unit's scores: as published, with nobody (False) or everybody (True) adjusted."""
        scores = []
        for slug in self.objectives:
            score = self.published(unit, slug)
            if everybody is not None:
                together = [self.raised(other, slug) for other in self.units] if everybody else None
                score = f.SETARA(score, self.year, self.raised(unit, slug), together)
            scores.append(score)
        mean: Scalar = f.NPS(scores)
        return mean

    def rank(self, everybody: bool | None = None) -> Scalar:
        """The rank of the own unit on one basis."""
        rank: Scalar = f.PERINGKAT(
            self.mean(OWN, everybody), [self.mean(unit, everybody) for unit in self.units]
        )
        return rank


@check("KON06", "klaster-dasar-campuran", "peringatan", since=regulations.start_of("batas_capaian"))
def mixed_bases(context: Context) -> None:
    """Peringkat dalam klaster hanya berlaku karena nilai sebagian unit disesuaikan.

    Apa: unit dibandingkan dengan nilai sebagaimana terbit, padahal sebagian memuat penyesuaian dan sebagian
    tidak. Peringkat dihitung ulang pada dasar yang sama: tanpa penyesuaian siapa pun, dan dengan
    penyesuaian yang sama bagi semua.
    Perbaikan: sebutkan dasarnya, atau tulis peringkat pada dasar yang sama.
    """
    comparison = _Comparison(context)
    if OWN not in comparison.units:
        return
    ranks = [comparison.rank(), comparison.rank(everybody=False), comparison.rank(everybody=True)]
    numbers = [indonesian(r, 0) for r in ranks if isinstance(r, Decimal)]
    if len(numbers) < 3 or ranks[0] == ranks[1] == ranks[2]:
        return
    adjusted = [
        slug
        for slug in comparison.objectives
        if isinstance(comparison.raised(OWN, slug), Decimal) and comparison.raised(OWN, slug) != 0
    ]
    place = comparison.key(OWN, adjusted[0] if context.printed and adjusted else RANK)
    if not context.view.positions.has(place):
        place = comparison.key(OWN, MEAN)
    names = ", ".join(slug.upper() for slug in adjusted)
    context.add(
        "KON06",
        place,
        written=ranks[0],
        expected=ranks[1],
        related=_raised_without_reason(context, adjusted),
        diagnosis=f"{numbers[1]} apabila tidak ada yang disesuaikan, {numbers[2]} apabila semua disesuaikan"
        + (f"; disesuaikan: {names}" if names else ""),
    )


def _raised_without_reason(context: Context, objectives: list[str]) -> list[Related]:
    """The cells of the main table that say of whom the score was raised, and have a finding for it."""
    year = context.view.rule_year
    keys = [
        Key("capaian", member, "capaian_penyesuaian")
        for objective in objectives
        for member in regulations.members(objective, year)
    ]
    found = [context.by_key[key] for key in keys if key in context.by_key and context.printed]
    return [Related(f.origin, f.written) for f in found if f.code == "HIT01" and f.caused_by is None]


@check("KON07", "klaster-melampaui-batas", "peringatan", since=regulations.start_of("batas_capaian"))
def above_the_cap(context: Context) -> None:
    """Nilai suatu unit dalam klaster melampaui batas capaian, sedangkan nilai unit lain dibatasi.

    Apa: nilai sasaran adalah rata-rata nilai yang dibatasi, sehingga tidak dapat melampaui batas itu (120).
    Nilai yang lebih tinggi belum dibatasi dan tidak sebanding dengan nilai unit lain. Begitu pula nilai di
    bawah batas yang menurut realisasi unit itu hanya cocok dengan rata-rata yang tidak dibatasi.
    Perbaikan: mintakan nilai yang dibatasi kepada unit itu, atau sebutkan dasarnya.
    """
    comparison = _Comparison(context)
    cap = regulations.value("batas_capaian", comparison.year, "cap")
    for unit in comparison.units:
        for slug in comparison.objectives:
            score = comparison.published(unit, slug)
            if isinstance(score, Decimal) and isinstance(cap, Decimal) and score > cap:
                context.add("KON07", comparison.key(unit, slug), written=score, expected=cap)
            elif context.printed and unit != OWN and isinstance(score, Decimal):
                _check_members(comparison, unit, slug, score)


def _check_members(comparison: _Comparison, unit: str, slug: str, score: Decimal) -> None:
    """Whether a score follows from the unit's realisasi only without the cap."""
    found = means(comparison.context, unit, slug)
    if found is None or close(found.capped, score) or not close(found.free, score):
        return
    comparison.context.add(
        "KON07",
        comparison.key(unit, slug),
        written=score,
        expected=round_half_up(found.capped, 2),
        diagnosis="rata-rata capaian yang tidak dibatasi, menurut realisasi unit itu",
    )
