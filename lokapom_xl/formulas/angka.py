"""Reading a typed text as a number."""

from __future__ import annotations

from ..numbers import Scalar
from ..registry import Argument, Example, function


@function(
    help="Angka dari teks Indonesia atau Inggris. Teks bermakna ganda (30.000) menghasilkan #VALUE!.",
    arguments=[Argument("teks", "Teks angka, misalnya 14.886.800,00 atau 99,93%.")],
    unit="angka",
    category="Angka",
    example=Example(("14.886.800,00",), 14886800),
    # Plain Excel has no strict reader: VALUE follows the program's locale and may guess.
    plain=lambda cell: f"VALUE({cell['teks']})",
)
def ANGKA(teks: Scalar) -> Scalar:
    """The one number a text can mean; per-cent signs are read as points. Source: rules section 8."""
    return teks
