"""What a check is given: a book seen through its layout, its recomputed values, and a place for findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from .. import regulations
from ..model import Finding, Origin, Related
from ..numbers import CellError, Scalar, plain, round_half_up
from ..registry import CHECKS, Check
from ..workbook.cells import Key
from ..workbook.evaluate import Evaluator
from ..workbook.layout import INDICATOR, TOTAL, Column, aggregate_name, period_name, row_kind
from ..workbook.locate import BookView

T = TypeVar("T")


@dataclass
class Context:
    """One book under validation. Findings are collected here, and by cell in `by_key`.

    `beside` are the other books that are validated together with it.
    """

    view: BookView
    evaluator: Evaluator
    file: str
    findings: list[Finding] = field(default_factory=list)
    by_key: dict[Key, Finding] = field(default_factory=dict)
    beside: list[Context] = field(default_factory=list, repr=False)
    _known: dict[Callable[[Context], Any], Any] = field(default_factory=dict, repr=False)

    @property
    def printed(self) -> bool:
        return self.view.layout.printed

    def once(self, say: Callable[[Context], T]) -> T:
        """What `say` says of this book, asked only once; several checks may need it."""
        if say not in self._known:
            self._known[say] = say(self)
        known: T = self._known[say]
        return known

    def origin(self, key: Key) -> Origin:
        sheet, cell = self.view.address(key)
        return Origin(self.file, sheet, cell)

    def row_name(self, row: str) -> str:
        """What people call a row: the indicator's or aggregate's name, with its month."""
        slug, _, month = row.partition("@")
        if "." in month:
            said = self.evaluator.raw(Key("narasi_angka", row, "hal"))
            return f"{said}, {_name(slug, self.view.rule_year)}" if slug != TOTAL else str(said)
        if slug == TOTAL:
            return "Total"
        if slug.isdigit():
            return f"No. {slug}"
        name = _name(slug, self.view.rule_year)
        if not month:
            return name
        measured = row_kind(slug, self.view.rule_year) == INDICATOR
        return f"{name} ({period_name('bulanan' if measured else 'klaster', int(month))})"

    def words(self, key: Key) -> str:
        """The text of a cell; empty where there is none, or no such column."""
        return str(self.evaluator.raw(key) or "").strip() if self.view.positions.has(key) else ""

    def add(
        self,
        check: Check | str,
        key: Key | Origin,
        *,
        level: str = "",
        written: Scalar = None,
        expected: Scalar = None,
        diagnosis: str = "",
        rule: str = "",
        indicator: str = "",
        caused_by: str | None = None,
        related: list[Related] | None = None,
        remedy: str = "",
    ) -> Finding:
        """Record a finding at a cell (or at a place outside the tables)."""
        record = CHECKS[check] if isinstance(check, str) else check
        finding = Finding(
            code=record.code,
            name=record.name,
            level=level or record.level,
            origin=self.origin(key) if isinstance(key, Key) else key,
            indicator=indicator or (self.row_name(key.row) if isinstance(key, Key) else ""),
            written=text(self._readable(written)),
            expected=text(self._readable(expected)),
            diagnosis=diagnosis,
            rule=rule,
            caused_by=caused_by,
            related=related or [],
            remedy=remedy,
        )
        self.findings.append(finding)
        if isinstance(key, Key):
            self.by_key.setdefault(key, finding)
        return finding

    def _readable(self, value: Scalar) -> Scalar:
        """A value of a workbook that is not ours without the last digits of a program's arithmetic."""
        if not self.printed or not isinstance(value, Decimal) or int(value.as_tuple().exponent) >= -_DIGITS:
            return value
        return round_half_up(value, _DIGITS)

    def shown(self, value: Scalar, column: Column) -> Scalar:
        """A value as its column shows it (rounded numbers), for `expected`."""
        if isinstance(value, Decimal) and column.numeric:
            return round_half_up(value, column.decimals)
        return value


_DIGITS = 6
"""Decimals beyond which nobody wrote a number by hand."""


def _name(slug: str, year: int) -> str:
    for indicator in regulations.indicators(year):
        if indicator.slug == slug:
            return indicator.name
    return aggregate_name(slug, year)


def text(value: Scalar) -> str:
    """A value as machines compare it: numbers with a decimal point, `-` and errors as they are."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        # Trailing zeros tell the decimals that people see: 106.10, not 106.1.
        return f"{value:f}" if value.as_tuple().exponent else plain(value)
    if isinstance(value, CellError):
        return value.code
    return str(value)
