"""FRM: do computed cells still hold the official formula?"""

from __future__ import annotations

import re

from ..registry import check
from .context import Context
from .needs import STRUCTURE


def same_formula(written: str, official: str) -> bool:
    """Equal but for what spreadsheet programs change: blanks, `$`, letter case, quoting, prefixes, `@`."""
    return written == official or _folded(written) == _folded(official)


def _folded(formula: str) -> str:
    parts = re.split(r'("[^"]*")', formula)
    folded = [p if p.startswith('"') else re.sub(r"_xlfn\.|[\s$'@]", "", p).upper() for p in parts]
    return _without_single("".join(folded))


_SINGLE = "SINGLE("


def _without_single(formula: str) -> str:
    """A formula without the function that Excel keeps for `@`, which it puts before functions of others."""
    while (start := formula.find(_SINGLE)) >= 0:
        depth, quoted, end = 1, False, start + len(_SINGLE)
        while end < len(formula) and depth:
            quoted ^= formula[end] == '"'
            depth += 0 if quoted else {"(": 1, ")": -1}.get(formula[end], 0)
            end += 1
        if depth:
            return formula
        formula = formula[:start] + formula[start + len(_SINGLE) : end - 1] + formula[end:]
    return formula


@check("FRM01", "rumus-tertimpa", "galat")
def overwritten(context: Context) -> None:
    """Sel rumus berisi nilai yang diketik.

    Apa: nilai di sel ini tidak lagi menyesuaikan dengan isian.
    Perbaikan: kembalikan rumusnya (seharusnya disebut pada temuan), misalnya dengan menyalin dari baris lain.
    """
    if context.printed:
        return  # a printed book is typed by design
    for _, column, key, call in context.evaluator.computed_keys():
        cell = context.view.cell(key)
        if (cell is None or cell.formula is None) and not column.soft:
            official = context.view.positions.formula(call, key, "plain")
            context.add(
                "FRM01",
                key,
                written=cell.value if cell else None,
                expected=context.shown(context.evaluator.chain(key), column),
                rule=f"={official}" if official else "",
            )


_OTHER_EDITION = {"plain": "udf", "udf": "plain"}
"""A book is of one edition: a cell is compared first with the one that the last cell was of."""


@check("FRM02", "rumus-berubah", "galat", needs=STRUCTURE)
def altered(context: Context) -> None:
    """Rumus berbeda dari rumus resmi.

    Apa: rumus diubah, atau rentangnya tidak lagi mencakup semua baris.
    Perbaikan: kembalikan rumus resmi yang disebut pada temuan.
    """
    if context.printed:
        return
    positions = context.view.positions
    in_use = "plain"
    for _, _, key, call in context.evaluator.computed_keys():
        cell = context.view.cell(key)
        if cell is None or cell.formula is None:
            continue
        for edition in (in_use, _OTHER_EDITION[in_use]):
            official = positions.formula(call, key, edition)
            if official is None or same_formula(cell.formula, official):
                in_use = edition
                break
        else:
            # Not entered by cell: the stored value may still be wrong for a reason of its own.
            official = positions.formula(call, key, "plain")
            finding = context.add("FRM02", key, written=f"={cell.formula}", expected=f"={official}")
            if context.by_key.get(key) is finding:
                del context.by_key[key]
