"""Building blocks of the plain-Excel equivalents.

The plain edition must treat blanks, `-`, text and errors exactly as the Python functions do:
a blank or `-` gives `-`; any other text gives `#VALUE!`; an error passes through, because `OR`
hands it on before anything else is looked at.
"""

from __future__ import annotations


def is_blank(*cells: str) -> str:
    """Condition: one of the cells is blank or `-` (an error in any of them propagates)."""
    return "OR(" + ",".join(f'{c}="",{c}="-"' for c in cells) + ")"


def measured(result: str, *cells: str) -> str:
    """`result` when all cells are numbers, `-` when one is not yet measured, else `#VALUE!`."""
    numeric = f"ISNUMBER({cells[0]})" if len(cells) == 1 else f"COUNT({','.join(cells)})={len(cells)}"
    return f'IF({is_blank(*cells)},"-",IF({numeric},{result},#VALUE!))'


def looked_up(value: str, bands: str) -> str:
    """The label of a band table on sheet Aturan (named ranges `<bands>_BATAS`, `<bands>_LABEL`)."""
    return measured(f"LOOKUP(ROUND({value},2),{bands}_BATAS,{bands}_LABEL)", value)
