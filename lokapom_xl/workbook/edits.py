"""What can be done to a cell of a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ..numbers import Scalar
from .address import Position


@dataclass(frozen=True)
class Put:
    """Make `value` the content of an entry cell (None empties it).

    Refused on a formula unless `over_formula`: then the formula gives way to the value.
    """

    value: Scalar
    over_formula: bool = False


@dataclass(frozen=True)
class Store:
    """Make `value` the stored result of the cell's formula (None removes it)."""

    value: Scalar


@dataclass(frozen=True)
class Formula:
    """Make `text` (without `=`) the cell's formula and `value` its stored result."""

    text: str
    value: Scalar


@dataclass(frozen=True)
class Look:
    """Give the cell the format number `style` of the book; its content stays."""

    style: int


Edit: TypeAlias = Put | Store | Formula | Look
Edits: TypeAlias = Mapping[str, Mapping[Position, Edit]]
"""Edits by sheet name, then by row and column from 1."""
