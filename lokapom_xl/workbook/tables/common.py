"""What several tables share."""

from __future__ import annotations

from ... import regulations
from ...registry import Function
from ..layout import INDICATOR, Arg, Call, Column, RuleYear
from ..ops import COPY

NO = Column("no", "No.", width=5, text_of="number", optional=True)
NAME = Column("indikator", "Indikator Kinerja", width=46, text_of="name", aliases=("indikator",))
YEAR = RuleYear()
NUMBER = Column("no", "No.", width=5, text_of="number")


def each(function: Function, kinds: tuple[str, ...], **args: Arg) -> dict[str, Call]:
    return {kind: Call(function, args) for kind in kinds}


def copied(key: str, header: str, source: Arg, group: str = "", **facts: object) -> Column:
    """A column of points that repeats what another table computes."""
    return Column(key, header, group, "points", 11, calls=each(COPY, (INDICATOR,), nilai=source), **facts)  # type: ignore[arg-type]


def labelled_value(year: int) -> str:
    """Which column the kriteria of the year label (`label_from`): capaian or penyesuaian."""
    source = regulations.value("kriteria", year, "label_from")
    return "capaian" if source == "capaian" else ""
