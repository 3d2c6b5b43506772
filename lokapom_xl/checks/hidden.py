"""STR: does a person who looks at the book see everything that was entered?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..model import Origin
from ..registry import check
from ..workbook.address import a1, column_letters
from .context import Context


@check("STR16", "isian-tersembunyi", "peringatan")
def hidden_entries(context: Context) -> None:
    """Isian berada di baris, kolom, atau lembar yang disembunyikan.

    Apa: isian yang tersembunyi ikut dihitung tetapi tidak terlihat saat buku diperiksa atau dicetak. Satu
    temuan untuk setiap lembar; baris yang tersembunyi karena penyaring (filter) termasuk.
    Perbaikan: tampilkan baris, kolom, atau lembar itu, lalu periksa isinya.
    """
    if not any(s.hidden or s.hidden_rows or s.hidden_columns for s in context.view.book.sheets.values()):
        return
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for name, row, column in _filled(context):
        sheet = context.view.book.sheets[name]
        if sheet.hidden or row in sheet.hidden_rows or column in sheet.hidden_columns:
            found[name].append((row, column))
    for name, places in found.items():
        sheet = context.view.book.sheets[name]
        rows = sorted({row for row, _ in places} & sheet.hidden_rows)
        columns = sorted({column for _, column in places} & sheet.hidden_columns)
        parts = [
            "seluruh lembar" if sheet.hidden else "",
            f"baris {_listed([str(row) for row in rows])}" if rows else "",
            f"kolom {_listed([column_letters(column) for column in columns])}" if columns else "",
        ]
        where = Origin(context.file, name, a1(*min(places)))
        said = "; ".join(filter(None, parts))
        context.add("STR16", where, written=f"{len(places)} isian", expected="", diagnosis=said)


def _filled(context: Context) -> Iterator[tuple[str, int, int]]:
    """The cells that people fill in and that hold something; in a printed book all of them."""
    evaluator = context.evaluator
    for _, column, key in context.view.located():
        entry = context.printed or column.is_entry(evaluator.kind(key.row))
        if entry and evaluator.raw(key) not in (None, ""):
            yield context.view.positions.at(key)
    for item in context.view.layout.fields:
        if item.entry and context.view.named(item.name) not in (None, ""):
            yield context.view.fields[item.name]


def _listed(names: list[str]) -> str:
    return ", ".join(names[:8]) + (f" dan {len(names) - 8} lagi" if len(names) > 8 else "")
