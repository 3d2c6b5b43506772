"""The books as data: which tables and named cells each kind has."""

from __future__ import annotations

from ..layout import Layout
from .as_printed import printed
from .cluster import CLUSTER_FIELDS, cluster, cluster_realisasi
from .dashboard import dashboard, dashboard_data, dashboard_fields
from .fields import COMMON, PK_FIELDS, RECAP_FIELDS, signature
from .plan import achievement, efficiency, monitoring, pk, rapk
from .yearly import (
    budget_performance,
    evaluation,
    follow_up,
    history,
    proposal,
    quarters,
    staff,
    strategic_plan,
)


def official(kind: str, rule_year: int) -> Layout:
    """The official book of `kind` (`rapk` or `efisiensi`) under the rules of `rule_year`."""
    if kind == "rapk":
        return Layout(
            "rapk",
            "Rencana Aksi dan Capaian Perjanjian Kinerja",
            (
                *dashboard(rule_year),
                pk(),
                rapk(),
                monitoring(),
                achievement(rule_year),
                quarters(),
                history(),
                strategic_plan(),
                cluster(),
                cluster_realisasi(),
                proposal(),
                evaluation(),
                follow_up(),
                staff(),
                budget_performance(),
                *dashboard_data(rule_year),
            ),
            (
                *COMMON,
                *CLUSTER_FIELDS,
                *dashboard_fields(rule_year),
                *PK_FIELDS,
                *signature("PK", "PK"),
                *signature("RAPK", "RAPK"),
                *RECAP_FIELDS,
            ),
        )
    if kind == "efisiensi":
        return Layout("efisiensi", "Efisiensi Anggaran", (efficiency(),), COMMON)
    raise ValueError(f"unknown kind of book: {kind}")


KINDS = ("rapk", "efisiensi")

__all__ = ["KINDS", "layout", "official", "printed"]


def layout(kind: str, rule_year: int) -> Layout:
    """The layout of a book whose named cell JENIS_BUKU says `kind`."""
    base = kind.removesuffix("-tercetak")
    return official(kind, rule_year) if base == kind else printed(base, rule_year)
