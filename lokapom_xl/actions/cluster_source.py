"""Read a table of a cluster: offices as columns, objectives or indicators as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .. import regulations
from ..workbook.errors import BookError
from ..workbook.layout import PUBLISHED, Table, month_key
from ..workbook.locate import BookView, read_basis
from ..workbook.tables.cluster import CLUSTER_FIELDS, OWN
from ..workbook.units import is_unit, same_unit, unit_title


class Units:
    """Which office has which column of the book; new offices get the next free one."""

    def __init__(self, view: BookView, own: str = "") -> None:
        self.view = view
        self.columns: dict[str, str] = {}
        self.new: dict[str, str] = {}
        self.own = own or _text(view, "NAMA_UNIT")
        self._free: list[str] = []
        for item in CLUSTER_FIELDS:
            name = _text(view, item.name)
            if name and name != item.default:
                self.columns[name] = item.key
            else:
                self._free.append(item.key)

    def column(self, header: str, path: Path) -> str:
        """The column of the office that `header` names."""
        if same_unit(header, self.own):
            return OWN
        for name, key in self.columns.items():
            if same_unit(header, name):
                return key
        if not self._free:
            raise BookError(
                "SUMBER15",
                f"{path.name} memuat lebih banyak unit daripada yang dapat dibandingkan di buku ini "
                f"({len(CLUSTER_FIELDS)} unit lain).",
                "Hapus kolom unit yang tidak diperlukan, atau kosongkan nama unit lama di lembar Petunjuk.",
            )
        key = self._free.pop(0)
        self.columns[unit_title(header)] = key
        self.new[next(f.name for f in CLUSTER_FIELDS if f.key == key)] = unit_title(header)
        return key


def _text(view: BookView, name: str) -> str:
    value = view.named(name)
    return value.strip() if isinstance(value, str) else ""


def cluster_table(view: BookView, columns: Sequence[str]) -> tuple[Table, str] | None:
    """The table of the book that such a source fills, and the source's column with the names of rows."""
    if not any(map(is_unit, columns)):
        return None
    for table in view.layout.tables:
        if not any(c.heading_of for c in table.columns):
            continue
        column = table.column(table.name_column)
        names = {regulations.normalise(text) for text in (column.key, column.header)}
        found = next((c for c in columns if regulations.normalise(c) in names), None)
        if found is not None:
            return table, found
    return None


def cells(
    units: Units, table: Table, name: str, path: Path, rows: Sequence[Mapping[str, str]]
) -> Iterator[tuple[str, str, str, str]]:
    """Row key, column key, text and place of every value of an office other than the own one."""
    year = units.view.rule_year
    if not any(same_unit(header, units.own) for header in rows[0] if is_unit(header)):
        raise BookError(
            "SUMBER16",
            f"{path.name} tidak memuat kolom untuk unit buku ini (“{units.own}”).",
            "Isi Unit kerja di lembar Petunjuk dengan nama unit yang ada pada sumber, "
            "atau perbaiki judul kolomnya.",
        )
    columns = {header: units.column(header, path) for header in rows[0] if is_unit(header)}
    seen: dict[str, int] = {}
    numbered = any(row.get("no", "").strip() for row in rows)
    for line, row in enumerate(rows, 2):
        where = f"{path.name} baris {line}"
        if numbered and not row["no"].strip():
            continue  # the mean below the table
        match = regulations.match(row[name], year)
        if match.slug is None:
            hint = f" Mungkin maksudnya \u201c{match.suggestion}\u201d." if match.suggestion else ""
            raise BookError(
                "SUMBER08",
                f"{where}: \u201c{row[name]}\u201d tidak cocok dengan baris mana pun di lembar "
                f"{table.sheet}.{hint}",
                "Pakai nama resminya.",
            )
        key = match.slug
        if table.rows == "klaster":
            basis = read_basis(row["dasar"]) if row.get("dasar", "").strip() else PUBLISHED
            key = month_key(key, basis)
        if key in seen:
            raise BookError(
                "SUMBER06",
                f"{where}: \u201c{row[name]}\u201d sudah ada di baris {seen[key]}.",
                "Hapus atau perbaiki salah satunya.",
            )
        seen[key] = line
        for header, column in columns.items():
            if column != OWN:
                yield key, column, row[header], f"{where} kolom {header}"
