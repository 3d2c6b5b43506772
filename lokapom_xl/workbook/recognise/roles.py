"""Which piece is which table of a report, and where the cells of that table are.

Pieces with the same header that follow each other are one table. Several tables with the same columns get
their roles by name and order; a table whose rows are there already is kept as a further one of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ...regulations import normalise
from ..address import a1
from ..cells import Placed
from ..headers import quarter_of
from ..layout import AGGREGATES, TOTAL, Layout, Table, month_key, row_kind
from ..locate import BookView, Problem, locate_list, locate_statements, single_row
from .forms import HINTS, PLAN, QUARTERLY, ROLES, by_name, table_of
from .names import suggestion
from .piece import Piece
from .pieces import Reader
from .rows import Line

SUMMARY = "capaian_ringkasan"
"""The table of the levels, whose rows may stand between those of the indicators."""


@dataclass
class Group:
    """Pieces that are one table, and its rows."""

    pieces: list[Piece]
    reader: Reader
    lines: list[Line] = field(default_factory=list)
    role: str = ""

    @property
    def first(self) -> Piece:
        return self.pieces[0]

    @property
    def subjects(self) -> set[str]:
        return {line.slug for line in self.lines if line.slug}

    def reread(self, layout: Layout) -> None:
        """Read the headers as those of the table whose role the group has: it may have columns of its own."""
        table = next((t for t in layout.tables if t.key == self.role), self.first.table)
        if table.key in (PLAN, self.first.table.key):
            return
        for piece in self.pieces:
            if not piece.role:
                read = self.reader.read(table, piece.header, piece.left, piece.right)
                piece.seen, piece.table = read.seen, table


def grouped(pieces: Sequence[Piece], reader: Reader) -> list[Group]:
    """The pieces of one sheet, those joined that a page break or a total in between has parted."""
    groups: list[Group] = []
    for piece in pieces:
        last = next((g for g in reversed(groups) if g.first.left == piece.left), None)
        if last is not None and _continues(piece, last.pieces[-1]):
            last.pieces.append(piece)
        else:
            groups.append(Group([piece], reader, role=piece.role))
    return groups


def _continues(piece: Piece, before: Piece) -> bool:
    same = (piece.role, piece.table.key, piece.month) == (before.role, before.table.key, before.month)
    if not same or piece.title:
        return False
    return piece.columns == before.columns and piece.blocks.keys() == before.blocks.keys()


def assign(groups: Sequence[Group], layout: Layout) -> None:
    """Give every group its role."""
    for group in groups:
        table = group.first.table
        if group.role:
            continue  # told
        group.role = _named(group.first, layout) or (table.key if table.key not in ROLES else "")
        if table.key == QUARTERLY:
            said = [*(s.text for s in group.first.seen), *group.reader.grid.said_near(group.first.top)]
            quarter = next((number for text in said if (number := quarter_of(text))), 0)
            group.role = f"tindak_lanjut_tw{quarter}" if quarter else table.key
    for kind, roles in ROLES.items():
        for role in roles:
            hinted = [g for g in groups if not g.role and g.first.table.key == kind and _hints(g.first, role)]
            if len(hinted) == 1 and role not in {g.role for g in groups}:
                hinted[0].role = role
        free = [g for g in groups if not g.role and g.first.table.key == kind]
        taken = {g.role for g in groups}
        for group, role in zip(
            free, _in_order(kind, free, [r for r in roles if r not in taken]), strict=True
        ):
            group.role = role


def _named(piece: Piece, layout: Layout) -> str:
    """The role that the sheet's name, or the title over the table, says."""
    for said in (piece.sheet, piece.title):
        for role in ROLES.get(piece.table.key, (piece.table.key,)):
            table = layout.table(role)
            if normalise(said) in (normalise(table.sheet), normalise(role)):
                return role
    return ""


def _hints(piece: Piece, role: str) -> bool:
    """Whether the name of the sheet or the title has a word that tells the role."""
    said = f" {normalise(piece.sheet)} {normalise(piece.title)} "
    return any(f" {word} " in said for word in HINTS.get(role, ()))


def _in_order(kind: str, groups: Sequence[Group], roles: Sequence[str]) -> list[str]:
    """The roles of groups of one kind, from the first to the last."""
    if kind == "capaian":
        main = max(groups, key=lambda g: len(g.subjects), default=None) if kind in roles else None
        return [kind if group is main else _of_section(group) for group in groups]
    order = list(roles)
    if kind == "pk_lampiran" and kind in order:
        # What was signed stands in the appendix, after the plan in the text.
        order = [*order[1:][: max(len(groups) - 1, 0)], kind]
    return [order[i] if i < len(order) else kind for i in range(len(groups))]


def _of_section(group: Group) -> str:
    """The scores of a section: those of an objective tell the adjusted ones, those of an indicator do not."""
    adjusted = {"capaian_penyesuaian", "kriteria"} & group.first.columns.keys()
    return "per_ss_tables" if adjusted else "per_ikss_tables"


# --- where the cells are ---------------------------------------------------------------------------


def place(view: BookView, groups: Sequence[Group], layout: Layout) -> None:
    """Enter every group into the view: its table into the layout, its cells into the positions."""
    tables: dict[str, Table] = {}
    for group in groups:
        key, table = _table_of(group, layout, view)
        tables[key] = table
        _enter(view, group, table)
    if SUMMARY in view.positions.tables:
        tables.setdefault(SUMMARY, layout.table(SUMMARY))
    order = {table.key: number for number, table in enumerate(layout.tables)}
    ranked = sorted(tables.values(), key=lambda t: order.get(t.key.partition("#")[0], len(order)))
    view.layout = replace(layout, tables=tuple(ranked))


def _table_of(group: Group, layout: Layout, view: BookView) -> tuple[str, Table]:
    """The table of a group's role: the one there is, or a further one when most of its rows are there."""
    role = group.role
    table = table_of(layout, role) or group.first.table
    number, key = 1, role
    while (placed := view.positions.tables.get(key)) is not None:
        repeated = [row for row in _keys(group, table) if row in placed.rows]
        again = len(group.subjects) > 1 and 2 * len(repeated) > len(group.subjects)
        if again or not by_name(table):  # what has no names cannot be told to be other rows
            number += 1
            key = f"{role}#{number}"
        else:
            break
    return key, replace(table, key=key)


def _keys(group: Group, table: Table) -> list[str]:
    return [row for line in group.lines for row, _ in _row_keys(line, table)]


def _row_keys(line: Line, table: Table) -> Iterator[tuple[str, dict[str, int]]]:
    """The keys of the rows that one line is, each with its columns: one for each month beside it."""
    if not line.slug:
        return
    columns = line.piece.columns
    if table.rows != "bulanan":
        yield line.slug, columns
        return
    name = {table.name_column: columns[table.name_column]}
    if line.month:
        yield month_key(line.slug, line.month), columns
    for month, block in line.piece.blocks.items():
        yield month_key(line.slug, month), {**name, **block}


def _enter(view: BookView, group: Group, table: Table) -> None:
    first = group.first
    placed = view.positions.tables.get(table.key)
    if placed is None:
        placed = Placed(first.sheet, columns=dict(first.columns), header=first.header)
        for block in first.blocks.values():
            placed.columns.update({k: n for k, n in block.items() if k not in placed.columns})
        view.positions.tables[table.key] = placed
        alone = True
    else:
        alone = False
    if not by_name(table):
        _enter_special(view, group, table, placed)
        return
    summary = _summary_of(view, group, table)
    for line in group.lines:
        if not line.slug:
            where = a1(line.row, line.number)
            view.problems.append(
                Problem(
                    "baris-tak-dikenal",
                    table.key,
                    first.sheet,
                    where,
                    line.text,
                    suggestion=suggestion(line.text, view.rule_year),
                )
            )
            continue
        if summary is not None and row_kind(line.slug, view.rule_year) in AGGREGATES:
            _enter_row(
                view, line, SUMMARY, summary, line.slug, {**line.piece.columns, "uraian": line.number}, False
            )
            continue
        for key, columns in _row_keys(line, table):
            plain = alone and not line.piece.blocks and line.piece.columns == placed.columns
            plain = plain and line.number == columns.get(table.name_column)
            columns = {**columns, table.name_column: line.number}
            _enter_row(view, line, table.key, placed, key, columns, plain)


def _enter_row(
    view: BookView,
    line: Line,
    table: str,
    placed: Placed,
    key: str,
    columns: dict[str, int],
    plain: bool,
) -> None:
    sheet, where = line.piece.sheet, a1(line.row, line.number)
    if key in placed.rows and key != TOTAL:  # of several totals the last one is that of the table
        there = placed.scattered.get(key)
        first = a1(placed.rows[key], next(iter(there.values()))[2] if there else line.number)
        view.problems.append(Problem("baris-ganda", table, sheet, where, line.text, first, slug=line.slug))
        return
    placed.rows[key] = line.row
    if not plain:
        placed.scattered[key] = {column: (sheet, line.row, number) for column, number in columns.items()}


def _summary_of(view: BookView, group: Group, table: Table) -> Placed | None:
    """Where the levels between the indicators of the main table go: into the table of the levels."""
    levels = [line for line in group.lines if line.slug and row_kind(line.slug, view.rule_year) in AGGREGATES]
    if table.key != "capaian" or not levels or SUMMARY in view.positions.tables:
        return None
    placed = Placed(group.first.sheet, columns={**group.first.columns}, header=group.first.header)
    placed.columns["uraian"] = placed.columns.pop(table.name_column)
    view.positions.tables[SUMMARY] = placed
    return placed


def _enter_special(view: BookView, group: Group, table: Table, placed: Placed) -> None:
    """Lists, single rows and sentences are read as in our own books."""
    for piece in group.pieces:
        texts = group.reader.texts
        if table.rows == "tunggal":
            placed.rows[TOTAL] = single_row(placed, piece.header, texts)
        elif table.listed:
            locate_list(view, table, placed, piece.header, texts, piece.last)
        else:
            locate_statements(view, placed, piece.header, texts, piece.last)
