"""What of a workbook was recognised as which table, and how surely: a part of every report on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class HeaderSeen:
    """One header cell, what it was taken for (nothing: empty), and how surely in per cent."""

    cell: str
    text: str
    column: str
    surely: int
    by: str


@dataclass(frozen=True)
class NameUnknown:
    """A row with numbers whose name means nothing, and what it may have meant."""

    cell: str
    text: str
    suggestion: str


@dataclass(frozen=True)
class TableSeen:
    """One table, or a piece of one: where its header is, which table it is, and how many rows it has."""

    sheet: str
    cell: str
    table: str
    title: str
    rows: int
    headers: Sequence[HeaderSeen]
    unknown: Sequence[NameUnknown] = ()

    @property
    def surely(self) -> int:
        """How surely the least sure of its columns was recognised."""
        return min((header.surely for header in self.headers if header.column), default=100)


@dataclass(frozen=True)
class Recognition:
    """The tables of a workbook; `ours` for a book of this product, which tells by itself what it is.

    `left` are the sheets in which no table was recognised.
    """

    ours: bool
    year: int
    unit: str
    tables: Sequence[TableSeen]
    left: Sequence[str] = ()
