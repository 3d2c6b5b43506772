"""KON: is the same fact the same wherever it is stated, in one book or in books given together?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..model import Finding, Origin, Related
from ..numbers import NOT_MEASURED, indonesian, round_half_up
from ..registry import check
from ..workbook.address import a1
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, TOTAL, Column
from .context import Context, text
from .diagnosis import deviation
from .misplaced import shifted
from .needs import ENTRIES, FORMULAS
from .units import check_sentences


@dataclass(frozen=True)
class Statement:
    """One place that states a fact."""

    context: Context
    key: Key | None
    origin: Origin
    value: Decimal
    signed: bool = False
    derived: bool = False


def _facts(contexts: Sequence[Context]) -> dict[tuple[str, str], list[Statement]]:
    """Every typed statement of a fact, by fact and indicator. Derived cells state nothing themselves."""
    facts: dict[tuple[str, str], list[Statement]] = {}
    for context in contexts:
        for fact, key, origin, value, signed, derived in context.once(_stated):
            statement = Statement(context, key, origin, value, signed, derived)
            facts.setdefault(fact, []).append(statement)
    return facts


def _fact(column: Column, key: Key) -> tuple[str, str]:
    """What a cell states, with its indicator; of a month where the row is one."""
    slug, _, month = key.row.partition("@")
    fact = column.fact.replace("{month}", month)
    if fact == "realisasi" and month:
        fact = f"realisasi@{month}"
    return fact.removesuffix("@12"), slug  # the last month's cumulative figure is the year's


_Stated = tuple[tuple[str, str], Key | None, Origin, Decimal, bool, bool]
"""A fact with its indicator, and what a `Statement` of it says."""


def _stated(context: Context) -> list[_Stated]:
    """Every statement of one book."""
    found: list[_Stated] = []
    evaluator = context.evaluator
    for _, column, key in context.view.located():
        if not column.fact:
            continue
        kind = evaluator.kind(key.row)
        derived = evaluator.call(key) is not None and not context.printed
        is_total = kind == TOTAL and column.fact == "anggaran"
        if kind != INDICATOR and not is_total:
            continue
        if derived and column.fact != "realisasi" and not is_total:
            continue
        value = evaluator.written(key) if context.printed or not derived else evaluator.chain(key)
        if isinstance(value, Decimal):
            if context.printed:
                # In a workbook a value may have more digits than it shows.
                value = round_half_up(value, column.decimals)
            found.append((_fact(column, key), key, context.origin(key), value, column.signed, is_total))
    for item in context.view.layout.fields:
        if item.name == "PK_ANGGARAN" and item.name in context.view.fields:
            sheet, row, column_number = context.view.fields[item.name]
            cell = context.view.book.sheets[sheet].cells.get((row, column_number))
            if cell is not None and isinstance(cell.value, Decimal):
                origin = Origin(context.file, sheet, a1(row, column_number))
                found.append((("anggaran", TOTAL), None, origin, cell.value, False, False))
    return found


_Reported = list[tuple[Statement, Decimal, Finding]]
"""What differs, from what, and what was said of it."""


def _report(contexts: Sequence[Context], code: str, *prefixes: str) -> _Reported:
    doubted: set[int] = set()
    reported: _Reported = []
    # Totals come last: a total of parts that differ says nothing new.
    for (fact, slug), found in sorted(_facts(contexts).items(), key=lambda item: item[0][1] == TOTAL):
        statements = [s for s in found if not (s.derived and id(s.context) in doubted)]
        if fact.partition("@")[0] not in prefixes or len({s.value for s in statements}) < 2:
            continue
        counted = Counter(s.value for s in statements)
        # What was signed counts; else the value stated most often; in a tie, the first stated.
        signed = [s.value for s in statements if s.signed and s.value]
        intended = signed[0] if signed else max(counted, key=lambda v: (counted[v], -_first(statements, v)))
        for index, statement in enumerate(statements):
            if statement.value == intended:
                continue
            others = [s for i, s in enumerate(statements) if i != index]
            context = statement.context
            doubted.add(id(context))
            # The pagu of the spending may have been revised since the plan: another kind of column.
            planned = any(s.value == intended and _alike(s, statement) for s in others)
            level = "peringatan" if code == "KON02" and not planned else ""
            finding = context.add(
                code,
                statement.origin,
                written=statement.value,
                expected=intended,
                indicator=context.row_name(slug),
                level=level,
                diagnosis=deviation(context, statement.key, statement.value, intended),
                related=[
                    Related(s.origin, text(s.value))
                    for s in sorted(others, key=lambda s: s.value != intended)
                ],
            )
            reported.append((statement, intended, finding))
            if statement.key is not None and context.evaluator.call(statement.key) is None:
                context.by_key.setdefault(statement.key, finding)
    return reported


def _alike(one: Statement, other: Statement) -> bool:
    """Whether two statements stand in one book, and in the same kind of column if both are in tables."""
    if one.context is not other.context:
        return False
    return one.key is None or other.key is None or one.key.column == other.key.column


def _first(statements: list[Statement], value: Decimal) -> int:
    return next(i for i, s in enumerate(statements) if s.value == value)


@check("KON05", "buku-tidak-sejalan", "peringatan")
def belonging(contexts: Sequence[Context]) -> None:
    """Buku yang diperiksa bersama berbeda tahun atau unit kerja.

    Apa: buku yang diberikan bersama saling dibandingkan, sehingga seharusnya milik unit dan tahun yang sama.
    Perbaikan: periksa bersama-sama hanya buku yang sejalan.
    """
    for name in ("TAHUN", "NAMA_UNIT"):
        first: str | None = None
        for context in contexts:
            place = context.view.fields.get(name)
            cell = context.view.book.sheets[place[0]].cells.get(place[1:]) if place else None
            if place is None or cell is None or cell.value is None:
                continue
            written = text(cell.value)
            first = written if first is None else first
            if written != first:
                where = Origin(context.file, place[0], a1(*place[1:]))
                context.add("KON05", where, written=written, expected=first)


@check("KON01", "target-berbeda", "galat")
def targets(contexts: Sequence[Context]) -> None:
    """Target indikator yang sama berbeda di beberapa tempat.

    Apa: target tahunan di PK, B12 di RAPK, tabel capaian, dan efisiensi harus satu; begitu pula target
    bulan yang sama. Yang dianggap benar adalah target pada Perjanjian Kinerja; bila tidak ada, nilai
    yang paling banyak tertulis.
    Perbaikan: samakan dengan Perjanjian Kinerja yang ditandatangani.
    """
    _report(contexts, "KON01", "target")


@check("KON02", "anggaran-berbeda", "galat")
def budgets(contexts: Sequence[Context]) -> None:
    """Anggaran indikator yang sama berbeda di beberapa tempat.

    Apa: anggaran per indikator di RAPK dibandingkan dengan pagu di tabel efisiensi, dan anggaran PK
    dengan jumlah RAPK. Antarbuku hanya peringatan, karena pagu dapat direvisi dalam tahun berjalan. Bila
    selisih jumlahnya sama dengan selisih baris-barisnya, temuannya satu, pada jumlah itu; barisnya menyusul.
    Perbaikan: samakan, atau sebutkan revisi DIPA yang menjadi dasarnya.
    """
    reported = _report(contexts, "KON02", "anggaran")
    totals = _facts(contexts).get(("anggaran", TOTAL), [])
    tables: dict[tuple[int, str], _Reported] = defaultdict(list)
    for item in reported:
        if item[0].key is not None and not item[0].derived:
            tables[id(item[0].context), item[0].key.table].append(item)
    for rows in tables.values():
        _under_the_total(rows, totals)


def _under_the_total(rows: _Reported, totals: Sequence[Statement]) -> None:
    """One finding at a total that differs by what its rows differ; they become its consequences."""
    context, key = rows[0][0].context, rows[0][0].key
    in_tables = [s for s in totals if s.derived and s.key is not None]
    here = [s for s in in_tables if s.context is context and key and s.key and s.key.table == key.table]
    own = next(iter(here), None)
    others = [s for s in in_tables if s is not own]
    if own is None or own.key is None or len(rows) < 2 or not others:
        return
    apart = own.value - others[0].value
    if not apart or apart != sum(statement.value - intended for statement, intended, _ in rows):
        return
    more = "kurang" if apart < 0 else "lebih"
    head = context.add(
        "KON02",
        own.key,
        written=own.value,
        expected=others[0].value,
        level=rows[0][2].level,
        diagnosis=f"{more} {indonesian(abs(apart))}, jumlah selisih {len(rows)} baris",
        related=[Related(s.origin, text(s.value)) for s in others],
    )
    for _, _, finding in rows:
        finding.level = "info"
        finding.caused_by, finding.roots = head.id, (head.id,)


@check("KON04", "tidak-tertulis", "peringatan")
def unstated(contexts: Sequence[Context]) -> None:
    """Nilai yang tertulis di satu tabel kosong di tabel lain dari laporan yang sama.

    Apa: misalnya target bulan yang ada pada RAPK Bab II tetapi kosong pada lampirannya, atau pembilang dan
    penyebut yang ditulis - di satu tabel dan terisi di tabel lain. Hanya untuk buku sebagaimana tercetak;
    pada buku resmi bulan yang belum ditargetkan boleh kosong. Nilai yang hanya bergeser satu kolom disebut
    di selnya yang kosong (ISI01).
    Perbaikan: lengkapi, atau hapus nilai yang keliru tempat.
    """
    facts = _facts([c for c in contexts if c.printed])
    for context in contexts:
        if not context.printed:
            continue
        for _, column, key in context.view.located():
            stated = facts.get(_fact(column, key)) if column.fact else None
            stated = [s for s in stated or () if s.key not in context.once(shifted).values()]
            if stated and _unfilled(context, column, key) and key not in context.by_key:
                context.add(
                    "KON04",
                    key,
                    written=context.evaluator.raw(key),
                    expected=stated[0].value,
                    related=[Related(s.origin, text(s.value)) for s in stated],
                )


def _unfilled(context: Context, column: Column, key: Key) -> bool:
    """Whether a cell says nothing; of what a realisasi is made of, `-` says nothing either."""
    # A table without these columns leaves them blank.
    return context.evaluator.raw(key) == (NOT_MEASURED if column.fact in _RATIO else None)


_RATIO = ("pembilang", "penyebut")


@check("KON03", "realisasi-berbeda", "galat", needs=ENTRIES + FORMULAS)
def achievements(contexts: Sequence[Context]) -> None:
    """Realisasi indikator yang sama berbeda di beberapa tempat.

    Apa: realisasi tahunan di lembar Capaian, Pemantauan bulan Desember, tabel efisiensi, dan (pada buku
    sebagaimana tercetak) tabel per SS, per IKSS, dan Renstra harus satu; begitu pula pembilang dan
    penyebutnya. Nilai unit lain dalam kalimat dibandingkan dengan tabel klaster; bila nilai sasaran unit itu
    hanya cocok dengan salah satunya, yang lain keliru.
    Perbaikan: samakan dengan sumber datanya.
    """
    _report(contexts, "KON03", "realisasi", *_RATIO)
    for context in contexts:
        if context.printed:
            check_sentences(context)
