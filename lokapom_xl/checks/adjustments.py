"""KON: are indicators in the same situation adjusted alike?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from .. import functions as f
from .. import regulations
from ..model import Related
from ..numbers import indonesian, round_half_up
from ..registry import check
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR
from .context import Context, text


class Score(NamedTuple):
    """The score of one indicator: by the rule, as it counts, and the cell that says so."""

    key: Key
    by_rule: Decimal
    counted: Decimal

    @property
    def raised(self) -> bool:
        return self.counted > self.by_rule


@check("KON18", "penyesuaian-tidak-merata", "peringatan", since=regulations.start_of("batas_capaian"))
def uneven(context: Context) -> None:
    """Satu indikator dinaikkan nilainya, indikator lain dalam keadaan yang sama tidak.

    Apa: keadaan dianggap sama apabila nilai menurut aturan (NPI, dua desimal) sama, yaitu targetnya dicapai
    dalam derajat yang sama; misalnya dua indikator tepat mencapai target (100), yang satu dinaikkan menjadi
    120. Alasan di luar angka (misalnya target yang sudah merupakan nilai tertinggi) tidak terlihat dari
    tabel, sehingga temuan ini hanya peringatan. Disebut pada indikator yang tidak dinaikkan.
    Perbaikan: perlakukan keduanya sama, atau tulis alasan perbedaannya.
    """
    for scores in _scores(context):
        alike: dict[Decimal, list[Score]] = defaultdict(list)
        for score in scores:
            alike[score.by_rule].append(score)
        for by_rule, group in alike.items():
            raised = [score for score in group if score.raised]
            for score in group:
                if raised and not score.raised and score.key not in context.by_key:
                    names = ", ".join(_short(context, other.key.row) for other in raised)
                    context.add(
                        "KON18",
                        score.key,
                        written=score.counted,
                        expected=raised[0].counted,
                        diagnosis=f"{names} juga bernilai {indonesian(by_rule, 2)} menurut aturan, "
                        f"tetapi dinaikkan menjadi {indonesian(raised[0].counted, 2)}",
                        related=[Related(context.origin(o.key), text(o.counted)) for o in raised],
                    )


def _scores(context: Context) -> Iterator[list[Score]]:
    """The scores of every table that tells both what the rule gives and what counts."""
    evaluator, year = context.evaluator, context.view.rule_year
    for table in context.view.layout.tables:
        placed = context.view.positions.tables.get(table.key)
        rows = [row for row in placed.rows if evaluator.kind(row) == INDICATOR] if placed is not None else []
        found = []
        for row in rows:
            base, counted, place = (
                Key(table.key, row, column) for column in ("capaian", "capaian_penyesuaian", "dinyatakan")
            )
            if not context.view.positions.has(base) or not context.view.positions.has(counted):
                continue
            if context.printed:
                place, by_rule = counted, f.NPI(evaluator.written(base), year)
                value = evaluator.written(counted)
            else:
                by_rule, value = f.NPI(evaluator.chain(base), year), evaluator.chain(counted)
            if isinstance(by_rule, Decimal) and isinstance(value, Decimal):
                found.append(Score(place, round_half_up(by_rule, 2), round_half_up(value, 2)))
        yield found


def _short(context: Context, slug: str) -> str:
    return str(regulations.indicator(slug, context.view.rule_year).numbers["ikss"])
