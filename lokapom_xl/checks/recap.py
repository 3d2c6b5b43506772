"""FRM: do the Rekap sheets still repeat what the book's tables hold?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from ..model import Origin
from ..numbers import Scalar, show
from ..registry import check
from ..workbook.address import MAX_ROW, a1, box
from ..workbook.dependents import Place
from ..workbook.echoes import echoes
from ..workbook.evaluate import same_stored
from ..workbook.read import Cell, within
from .context import Context

_PREFIX = "REKAP_"
_MOSTLY = 0.5
"""The share of formulas from which on a column of a table is one of formulas."""


@check("FRM04", "rekap-berbeda", "galat")
def recap(context: Context) -> None:
    """Lembar Rekap tidak lagi mengulang tabel asalnya.

    Apa: setiap sel Rekap menunjuk satu sel tabel. Temuan muncul bila angkanya diketik di atas rumus itu, atau
    bila nilai yang tersimpan bukan lagi nilai sel asalnya.
    Perbaikan: kembalikan rumusnya seperti pada buku baru, lalu jalankan lokapom-xl compute.
    """
    if context.printed:
        return
    view = context.view
    expected: dict[Place, Scalar] = {}
    # What repeats a faulty table is stale with it, and is mended with it.
    if not any(finding.level == "galat" for finding in context.findings):
        ours = {view.positions.at(key) for _, _, key, _ in context.evaluator.computed_keys()}
        expected = echoes(view.book, view.fields, ours, (), {})
    for sheet, columns in _areas(context):
        for column in columns:
            formulas = [cell for _, cell in column if cell.formula]
            if len(formulas) < _MOSTLY * len(column):
                continue
            for (row, number), cell in column:
                where = Origin(context.file, sheet, a1(row, number))
                value = expected.get((sheet, row, number))
                if cell.formula is None:
                    context.add("FRM04", where, written=cell.value, diagnosis="diketik di atas rumusnya")
                elif value is not None and cell.value is not None and not same_stored(cell.value, value):
                    said = f"di tabel asalnya {show(value)}"
                    context.add("FRM04", where, written=cell.value, expected=value, diagnosis=said)


def _areas(context: Context) -> Iterator[tuple[str, list[list[tuple[tuple[int, int], Cell]]]]]:
    """The numbers of every table of Rekap, column by column, below the table's header."""
    book = context.view.book
    for name, target in book.names.items():
        sheet, _, area = target.rpartition("!")
        sheet = sheet.strip("'").replace("''", "'")
        if not name.startswith(_PREFIX) or sheet not in book.sheets:
            continue
        try:
            corners = box(area.replace("$", ""))
        except ValueError:
            continue  # the name leads nowhere
        cells = book.sheets[sheet].cells
        area_cells = {place: cells[place] for place in within(corners, cells)}
        # A header may hold years; it has no formulas.
        first = min((row for (row, _), cell in area_cells.items() if cell.formula), default=MAX_ROW + 1)
        columns: dict[int, list[tuple[tuple[int, int], Cell]]] = defaultdict(list)
        for (row, column), cell in area_cells.items():
            if row >= first and isinstance(cell.value, Decimal):
                columns[column].append(((row, column), cell))
        yield sheet, list(columns.values())
