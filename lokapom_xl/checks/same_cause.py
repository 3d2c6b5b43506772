"""One cause, one finding: what was typed again elsewhere, or stands in the same sentence, only follows.

In print a wrong number is copied from table to table and from sentence to sentence. The first place, in the
order of the tables, has the finding; at the others stands where the cause is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from decimal import Decimal

from .. import functions as f
from .. import regulations
from ..model import Finding
from ..numbers import Scalar, round_half_up, to_number
from ..workbook.address import parse_a1
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, Table
from .context import Context
from .diagnosis import ADJUSTED, UNDECLARED
from .notation import mixed_separators
from .schemes import mixed_schemes
from .stated import REPAIRED, quantity

Placed = tuple[Key, Finding]
Sort = Callable[[Context, Key, Finding], Hashable]
"""What a finding has in common with others of the same cause; None when nothing of this kind."""


def join(context: Context) -> dict[str, tuple[str, ...]]:
    """Turn all but the first of the findings with one cause into its consequences.

    The ids of those that were turned, with what they stand on now.
    """
    moved: dict[str, tuple[str, ...]] = {}
    own = _own(context)
    for sort in _SORTS:
        groups: dict[Hashable, list[Placed]] = defaultdict(list)
        for key, finding in (placed for placed in own if placed[1].caused_by is None):
            common = sort(context, key, finding)
            if common is not None:
                groups[common].append((key, finding))
        for group in groups.values():
            if len(group) > 1 and sort is _of_another:
                _name_owners(context, group)
            if len(group) > 1 and sort is _label:
                _count_labels(group)
            for _, finding in group[1:]:
                _follow(finding, group[0][1])
                moved[finding.id] = finding.roots
    values = {f.origin: f for f in context.findings if f.code == "HIT01" and f.caused_by is None}
    for finding in context.findings:
        if finding.code == mixed_schemes.code and finding.caused_by is None:
            main = _main_of(context, finding)
            if main is not None:
                _follow(finding, main)
                moved[finding.id] = finding.roots
        if finding.code == mixed_separators.code and finding.caused_by is None:
            # What another value will be written over is no second thing to mend.
            replaced = [values.get(place) for place in (finding.origin, *(r.origin for r in finding.related))]
            if replaced[0] is not None and None not in replaced:
                _follow(finding, replaced[0])
                moved[finding.id] = finding.roots
    return moved


def _main_of(context: Context, mixed: Finding) -> Finding | None:
    """The finding that has become the cause of every label that a column takes from another table."""
    by_id = {finding.id: finding for finding in context.findings}
    labels = {f.origin: f for f in context.findings if f.code == "HIT03"}
    found = [labels.get(place.origin) for place in mixed.related]
    mains = {f.caused_by or f.id for f in found if f is not None}
    return by_id.get(mains.pop()) if None not in found and len(mains) == 1 else None


def _own(context: Context) -> list[Placed]:
    """The findings that are nobody's consequence, in the order of the tables."""
    by_place: dict[tuple[str, int, int], list[Finding]] = defaultdict(list)
    for finding in context.findings:
        place = parse_a1(finding.origin.cell)
        if finding.caused_by is None and place is not None:
            by_place[(finding.origin.sheet, *place)].append(finding)
    at = context.view.positions.at
    return [
        (key, finding)
        for table in context.view.layout.tables
        for key in sorted(_keys(context, table), key=at)
        for finding in by_place.get(at(key), ())
    ]


def _keys(context: Context, table: Table) -> list[Key]:
    placed = context.view.positions.tables.get(table.key)
    if placed is None:
        return []
    return [
        Key(table.key, row, c.key)
        for row in placed.rows
        for c in table.columns
        if c.key in placed.columns_of(row)
    ]


def _follow(finding: Finding, main: Finding) -> None:
    finding.level = "info"
    finding.roots = (main.id,)
    finding.caused_by = main.id
    finding.remedy = "Perbaiki bersama sel yang disebut."
    said = f"sebab yang sama dengan {main.origin.sheet}!{main.origin.cell}"
    repaired = [part for part in finding.diagnosis.split("; ") if part.startswith(REPAIRED)]
    finding.diagnosis = "; ".join([said, *repaired])


# --- what findings may have in common --------------------------------------------------------------


def _number(text: str) -> Scalar:
    value = to_number(text)
    return value.normalize() if isinstance(value, Decimal) else text.casefold()


def _copy(context: Context, key: Key, finding: Finding) -> Hashable:
    """The same wrong number of the same quantity of one indicator."""
    if finding.code not in ("HIT01", "KON01", "KON03", "KON18") or not finding.expected:
        return None
    if context.evaluator.kind(key.row) != INDICATOR or key.row.partition("@")[0].isdigit():
        return None
    what = context.evaluator.column(key).fact.removesuffix("@12") if finding.code == "KON01" else ""
    what = what or quantity(context, key, context.evaluator.call(key))
    slug = key.row.partition("@")[0]
    return finding.code, slug, what, _number(finding.written), _number(finding.expected)


_SCHEMES = {f.KRITERIA: "kriteria", f.PREDIKAT: "predikat"}


def _label(context: Context, key: Key, finding: Finding) -> Hashable:
    """A label that the other table of labels gives: of indicators for objectives, or the other way round."""
    if finding.code != "HIT03":
        return None
    year, written = context.view.rule_year, finding.written.casefold()
    labels = {
        subject: {band.label.casefold() for band in regulations.bands(subject, year)}
        for subject in _SCHEMES.values()
        if year in regulations.years_covered(subject)
    }
    call = context.evaluator.call(key)
    if call is None:  # a list of indicators
        strange = written not in labels.get("kriteria", {written}) and written in labels.get("predikat", ())
        return ("label", "kriteria") if strange else None
    own = _SCHEMES.get(call.function)
    values = context.evaluator.arguments(call, key, context.evaluator.written)
    if own is None or not values or not isinstance(values[0], Decimal):
        return None
    for other in labels:
        if other != own:
            value = round_half_up(values[0], 2)
            if regulations.label(other, year, value).casefold() == written:
                return "label", own
    return None


def _count_labels(group: list[Placed]) -> None:
    """Say at the first label how many others come from the same wrong table."""
    main = group[0][1]
    main.diagnosis = "; ".join(filter(None, (main.diagnosis, f"begitu pula {len(group) - 1} label lain")))
    main.remedy = "Pakai tabel label yang benar untuk semua label itu."


def _raised(context: Context, key: Key, finding: Finding) -> Hashable:
    """Indicators of one objective raised to the same number, without saying why or in the wrong column."""
    how = next((words for words in (UNDECLARED, ADJUSTED) if words in finding.diagnosis), "")
    if finding.code != "HIT01" or not how:
        return None
    slug = key.row.partition("@")[0]
    objective = regulations.indicator(slug, context.view.rule_year).objective
    return how, objective, _number(finding.written), _number(finding.expected)


def _pair(context: Context, key: Key, finding: Finding) -> Hashable:
    """Numerator and denominator of one indicator that are missing together, in several tables."""
    if finding.code != "KON04" or key.column not in ("pembilang", "penyebut"):
        return None
    return "pasangan", key.row.partition("@")[0]


def _sentence(context: Context, key: Key, finding: Finding) -> Hashable:
    """The same wrong word or number of an indicator in one sentence, or said again of the same thing."""
    if finding.code in ("KON09", "KON20"):
        quote = f"{finding.code} {key.row.partition('@')[0]}"
        return quote, _run(context, key, finding) if finding.code == "KON09" else finding.expected
    if finding.code == "KON08":
        return "KON08", finding.expected, _number(finding.written)
    if finding.code == "KON15":  # a remark that stands in two tables
        return "KON15", key.row.partition("@")[0], finding.written
    return None


def _run(context: Context, key: Key, finding: Finding) -> Hashable:
    """The first of the rows without a gap that have the same fault."""
    rows = context.view.positions.tables[key.table].rows
    lines = {line: row for row, line in rows.items()}
    line = rows[key.row]
    named = context.evaluator.raw(key)
    while (before := lines.get(line - 1)) is not None:
        if context.evaluator.raw(Key(key.table, before, key.column)) != named:
            break
        line -= 1
    return line


def _of_another(context: Context, key: Key, finding: Finding) -> Hashable:
    """Target and realisasi of a sentence that are both another indicator's."""
    evaluator = context.evaluator
    if finding.code != "HIT01" or not evaluator.column(key).prose:
        return None
    own = quantity(context, key, evaluator.call(key))
    rows = context.view.positions.tables[key.table].rows
    lines = {line: row for row, line in rows.items()}
    for line in (rows[key.row] - 1, rows[key.row] + 1):
        beside = Key(key.table, lines.get(line, key.row), key.column)
        what = quantity(context, beside, evaluator.call(beside))
        if {own, what} != {"target", "realisasi"} or beside not in context.by_key:
            continue
        pair = {own: evaluator.written(key), what: evaluator.written(beside)}
        if context.by_key[beside].code == "HIT01" and _owners(context, pair):
            return "indikator lain", key.row.partition("@")[0], min(line, rows[key.row])
    return None


def _name_owners(context: Context, group: list[Placed]) -> None:
    """Say at the first of two numbers whose target and realisasi they are."""
    evaluator = context.evaluator
    pair = {quantity(context, key, evaluator.call(key)): evaluator.written(key) for key, _ in group}
    year = context.view.rule_year
    names = [str(regulations.indicator(slug, year).numbers["ikss"]) for slug in _owners(context, pair)]
    group[0][1].diagnosis = f"target dan realisasi yang ditulis adalah milik {' atau '.join(names)}"


def _owners(context: Context, pair: dict[str, Scalar]) -> list[str]:
    """The indicators whose target and realisasi are these."""
    return [
        indicator.slug
        for indicator in regulations.indicators(context.view.rule_year)
        if all(
            context.view.positions.has(place := Key("capaian", indicator.slug, column))
            and context.evaluator.written(place) == value
            for column, value in pair.items()
        )
    ]


_SORTS: tuple[Sort, ...] = (_copy, _label, _raised, _pair, _sentence, _of_another)
