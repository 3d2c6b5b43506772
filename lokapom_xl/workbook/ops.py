"""Cell operations that are not domain rules: a reference to another cell, a sum, a count of blanks.

They are records like the domain functions, so that templates, `compute` and `validate` treat every
computed cell alike; but they have no name of their own in Excel and are plain in both editions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from ..formulas.plain import is_blank
from ..numbers import NOT_MEASURED, CellError, Scalar
from ..registry import Argument, Example, Function


class CellOperation(Function):
    """A record that is written in plain Excel in every edition."""

    def udf_formula(self, references: Mapping[str, str]) -> str:
        return self.plain_formula(references)


def _operation(
    name: str, help: str, kind: str, example: Example, plain: Callable[[str], str]
) -> Callable[[Callable[..., Scalar]], CellOperation]:
    def make(body: Callable[..., Scalar]) -> CellOperation:
        return CellOperation(
            name=name,
            help=help,
            arguments=(Argument("nilai", help, kind=kind),),
            unit="",
            decimals=None,
            category="",
            example=example,
            body=body,
            plain=lambda cell: plain(cell["nilai"]),
            doc=body.__doc__ or "",
        )

    return make


@_operation(
    "SALIN",
    "Nilai yang sama dengan sel di tabel asalnya.",
    "number",
    Example((5,), Decimal(5)),
    lambda cell: f'IF({is_blank(cell)},"-",{cell})',
)
def COPY(nilai: Decimal) -> Scalar:
    """The value of another cell; `-` where that cell is blank."""
    return nilai


@_operation(
    "SALIN_TEKS",
    "Teks yang sama dengan sel di tabel asalnya.",
    "text",
    Example(("Desember",), "Desember"),
    lambda cell: f'IF({cell}="","-",{cell})',
)
def COPY_TEXT(nilai: Scalar) -> Scalar:
    """The text of another cell; `-` where that cell is blank."""
    return nilai


@_operation(
    "JUMLAH",
    "Jumlah nilai yang sudah terisi.",
    "range",
    Example(([1, 2],), Decimal(3)),
    lambda cells: f'IF(AND(COUNT({cells})=0,SUM({cells})=0),"-",SUM({cells}))',
)
def SUM(nilai: list[Scalar]) -> Scalar:
    """The sum of the numbers; `-` when there is none; an error among them comes back unchanged."""
    for value in nilai:
        if isinstance(value, CellError):
            return value
    numbers = [value for value in nilai if isinstance(value, Decimal)]
    return sum(numbers, Decimal(0)) if numbers else NOT_MEASURED


@_operation(
    "BELUM_DIUKUR",
    "Banyaknya nilai yang belum diukur.",
    "range",
    Example(([1, "-"],), Decimal(1)),
    lambda cells: "+".join(f'COUNTIF({part},"-")' for part in cells.split(",")),
)
def SKIPPED(nilai: list[Scalar]) -> Scalar:
    """How many of the values were left out of a mean because they are not yet measured."""
    return Decimal(sum(value == NOT_MEASURED for value in nilai))
