"""The content of the sheet `_IntelliSense_`, from which Excel-DNA's add-in shows tooltips while typing.

The sheet must be the last one of the workbook and may be hidden.
"""

from __future__ import annotations

from ... import formulas
from ...registry import FUNCTIONS
from ...workbook.bare import MACRO_SHEETS

_ = formulas
SHEET = MACRO_SHEETS[1]
_VERSION = 1


def rows() -> list[list[str | int]]:
    """The sheet's rows: a heading, then name, help, (no) help topic and argument, help, ..."""
    found: list[list[str | int]] = [["FunctionInfo", _VERSION]]
    for record in FUNCTIONS.values():
        row: list[str | int] = [record.name, record.help, ""]
        for argument in record.arguments:
            row += [f"[{argument.name}]" if argument.optional else argument.name, argument.help]
        found.append(row)
    return found
