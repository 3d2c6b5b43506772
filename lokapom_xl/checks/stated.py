"""What a sentence says in place of what it should: other words, another quantity, what stood before it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from .. import functions as f
from .. import regulations
from ..model import Finding
from ..numbers import Scalar, indonesian, round_half_up, to_number
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, Arg, Call, Elsewhere
from ..workbook.ops import COPY
from .context import Context

FROM_OTHER_COLUMN = ("capaian ditulis", "capaian penyesuaian ditulis", "nilai yang sudah dibatasi")
"""How diagnoses begin that name the quantity that was written; nothing more is to be said then."""

REPAIRED = "setelah sel asalnya diperbaiki"
"""How a diagnosis begins that says what a value will be once its own cells are right."""

_QUANTITIES = {
    "realisasi": "realisasi",
    "capaian": "capaian",
    "capaian_penyesuaian": "capaian penyesuaian",
    "target": "target",
}
"""The columns of the main table, and what they are called."""


def said(context: Context, key: Key) -> Scalar:
    """What is written: in a sentence the words, where they are no bare number."""
    raw, column = context.evaluator.raw(key), context.evaluator.column(key)
    if column.prose and isinstance(raw, str) and not isinstance(to_number(raw), Decimal):
        return raw.strip()
    return context.evaluator.written(key)


def rows_of_tables(context: Context, value: Scalar) -> str:
    """Where a number of indicators or objectives comes from: the tables that have all, or all but one."""
    sheets: dict[int, str] = {}
    whole = len(regulations.indicators(context.view.rule_year))
    if value != whole:
        return "banyaknya sasaran tahun ini"
    for table in context.view.layout.tables:
        placed = context.view.positions.tables.get(table.key)
        rows = {row for row in placed.rows if "@" not in row} if placed is not None else set()
        number = sum(context.evaluator.kind(row) == INDICATOR for row in rows if not row.isdigit())
        if table.body == INDICATOR and 0 <= whole - number <= 1 and not table.listed:
            sheets.setdefault(number, table.sheet)
    said = [f"{number} indikator pada {sheets[number]}" for number in sorted(sheets, reverse=True)]
    return "; ".join(said) or "banyaknya indikator tahun ini"


# --- another quantity ------------------------------------------------------------------------------


def quantity(context: Context, key: Key, call: Call | None) -> str:
    """What a cell holds: the key of a column of the main table, or its own column's."""
    column = context.evaluator.column(key)
    if call is not None:
        source = call.args.get("nilai")
        if call.function is COPY and isinstance(source, Elsewhere):
            return "realisasi" if source.table == "klaster_realisasi" else source.column
        known: dict[object, str] = {
            f.CAPAIAN: "capaian",
            f.NPI: "capaian_penyesuaian",
            f.REALISASI: "realisasi",
        }
        if call.function in known:
            return known[call.function]
    return column.fact.partition("@")[0] or column.key


def _main(context: Context, key: Key, name: str) -> Scalar:
    """The number of the same indicator in a column of the main table."""
    place = Key("capaian", key.row.partition("@")[0], name)
    return context.evaluator.written(place) if context.view.positions.has(place) else None


def other_quantity(context: Context, key: Key, call: Call, written: Scalar) -> str:
    """Which other number of the same indicator was written; empty when none, or when several might be."""
    column = context.evaluator.column(key)
    if not column.prose or call.function is not COPY or context.evaluator.kind(key.row) != INDICATOR:
        return ""
    if not isinstance(written, Decimal):
        return ""
    own = quantity(context, key, call)
    found = [
        words
        for name, words in _QUANTITIES.items()
        if name != own and _main(context, key, name) == written and _main(context, key, own) != written
    ]
    if len(found) != 1:
        return ""
    return f"yang ditulis {found[0]} indikator ini ({indonesian(written)})"


def on_another_basis(context: Context, key: Key, call: Call, written: Scalar, right: Scalar) -> bool:
    """Whether a true number stands where a capaian is meant: the capped one, in a sentence the realisasi."""
    if quantity(context, key, call) != "capaian" or not isinstance(right, Decimal):
        return False
    if not isinstance(written, Decimal) or context.evaluator.kind(key.row) != INDICATOR:
        return False
    capped = f.NPI(right, context.view.rule_year)
    if written == round_half_up(capped, 2) if isinstance(capped, Decimal) else False:
        return True
    return context.evaluator.column(key).prose and _main(context, key, "realisasi") == written


# --- what stood before -----------------------------------------------------------------------------


def follows_from(context: Context, key: Key, call: Call, written: Scalar) -> Finding | None:
    """The finding at an earlier number of the same sentences from which this one follows."""
    evaluator = context.evaluator
    source = call.args.get("nilai")
    if call.function is COPY and isinstance(source, Elsewhere):
        origin = Key(source.table, source.slug or key.row.partition("@")[0], source.column)
        inner = evaluator.call(origin) if context.view.positions.has(origin) else None
        if inner is not None and inner.function is f.CAPAIAN:
            return _substituted(context, origin, inner, written, key)
        return None
    return _substituted(context, key, call, written, key) if call.function is f.SELISIH else None


def _substituted(context: Context, key: Key, call: Call, written: Scalar, place: Key) -> Finding | None:
    """The finding whose written number, put in the place of the cell it repeats, gives `written`."""
    evaluator = context.evaluator
    for arg in call.args.values():
        for finding, value in _stated(context, key, arg, place):

            def instead(cell: Key, arg: Arg = arg, value: Scalar = value) -> Scalar:
                swapped = cell in context.view.positions.cells_of(arg, key)
                return value if swapped else evaluator.written(cell)

            values = evaluator.arguments(call, key, instead)
            result: Scalar = call.function(*values) if values is not None else None
            if isinstance(result, Decimal) and evaluator.same(result, written, place):
                return finding
    return None


def _stated(context: Context, key: Key, arg: Arg, place: Key) -> Iterator[tuple[Finding, Scalar]]:
    """What earlier sentences about the same subject say of the cell that `arg` means, wrongly."""
    wanted = context.view.positions.cells_of(arg, key)
    if len(wanted) != 1:
        return
    rows = context.view.positions.tables[place.table].rows
    subject = place.row.partition("@")[0]
    for row in rows:
        other = Key(place.table, row, place.column)
        finding = context.by_key.get(other)
        call = context.evaluator.call(other)
        if finding is None or call is None or call.function is not COPY:
            continue
        if row.partition("@")[0] != subject:
            continue
        if rows[row] < rows[place.row] and finding.code.startswith("HIT"):
            source = call.args.get("nilai")
            if source is not None and context.view.positions.cells_of(source, other) == wanted:
                yield finding, context.evaluator.written(other)
