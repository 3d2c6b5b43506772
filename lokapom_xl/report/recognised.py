"""What of a workbook was recognised, for people: every table, where it stands, and how surely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..workbook.recognition import Recognition, TableSeen

_SURE = 95


def lines(file: str, seen: Recognition) -> Iterator[str]:
    """The recognition of one book, table by table; a column is named only where something is to be said.

    The pieces of a table on one sheet (a small table for each indicator) are one line.
    """
    made = "buku lokapom-xl" if seen.ours else "buku lain, dikenali dari judul kolom"
    yield f"Pengenalan {file}: {made}; tahun {seen.year}; unit {seen.unit or '(tidak dikenali)'}"
    for group in pieces(seen):
        yield f"  {_line(group)}"
        for table in group:
            yield from (f"      {line}" for line in _doubts(table))
    if seen.left:
        yield f"  Tanpa tabel yang dikenali: {', '.join(seen.left)}"


def pieces(seen: Recognition) -> list[list[TableSeen]]:
    """The tables, the pieces of one on the same sheet together."""
    found: dict[tuple[str, str], list[TableSeen]] = {}
    for table in seen.tables:
        found.setdefault((table.sheet, table.table), []).append(table)
    return list(found.values())


def place(group: Sequence[TableSeen]) -> str:
    """Where a table, or the first of its pieces, stands."""
    more = f" dan {len(group) - 1} tempat lain" if len(group) > 1 else ""
    return f"{group[0].sheet}!{group[0].cell}{more}"


def _line(group: Sequence[TableSeen]) -> str:
    first = group[0]
    columns = max(sum(1 for header in table.headers if header.column) for table in group)
    rows, surely = sum(table.rows for table in group), min(table.surely for table in group)
    return (
        f"{place(group)}  {first.title} ({first.table}): {rows} baris, {columns} kolom, keyakinan {surely}%"
    )


def _doubts(table: TableSeen) -> Iterator[str]:
    for header in table.headers:
        text = header.text or "(tanpa judul)"
        if header.column and header.surely < _SURE:
            yield f"{header.cell} “{text}” → {header.column} ({header.by}, {header.surely}%)"
        elif header.column and header.by == "pemetaan":
            yield f"{header.cell} “{text}” → {header.column} (menurut pemetaan)"
        elif not header.column:
            yield f"{header.cell} “{text}” → tidak dikenali"
    for name in table.unknown:
        maybe = f"; mungkin {name.suggestion}" if name.suggestion else ""
        yield f"{name.cell} “{name.text}” → nama tidak dikenal{maybe}"
