"""KON: is the same fact the same wherever it is stated, in one book or in books given together?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..model import Origin, Related
from ..registry import check
from ..workbook.address import a1
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, TOTAL
from .context import Context, text
from .needs import ENTRIES, FORMULAS


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
                slug, _, month = key.row.partition("@")
                fact = column.fact.replace("{month}", month)
                if column.fact == "realisasi" and month:
                    fact = f"realisasi@{month}"
                # The last month's cumulative figure is the year's.
                fact = fact.removesuffix("@12")
                facts.setdefault((fact, slug), []).append(
                    Statement(context, key, context.origin(key), value, column.signed, is_total)
                )
        for item in context.view.layout.fields:
            if item.name == "PK_ANGGARAN" and item.name in context.view.fields:
                sheet, row, column_number = context.view.fields[item.name]
                cell = context.view.book.sheets[sheet].cells.get((row, column_number))
                if cell is not None and isinstance(cell.value, Decimal):
                    origin = Origin(context.file, sheet, a1(row, column_number))
                    facts.setdefault(("anggaran", TOTAL), []).append(
                        Statement(context, None, origin, cell.value)
                    )
    return facts


def _report(contexts: Sequence[Context], code: str, prefix: str) -> None:
    doubted: set[int] = set()
    # Totals come last: a total of parts that differ says nothing new.
    for (fact, slug), found in sorted(_facts(contexts).items(), key=lambda item: item[0][1] == TOTAL):
        statements = [s for s in found if not (s.derived and id(s.context) in doubted)]
        if fact.partition("@")[0] != prefix or len({s.value for s in statements}) < 2:
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
            same_book = any(s.value == intended and s.context is context for s in others)
            level = "peringatan" if code == "KON02" and not same_book else ""
            finding = context.add(
                code,
                statement.origin,
                written=statement.value,
                expected=intended,
                indicator=context.row_name(slug),
                level=level,
                related=[
                    Related(s.origin, text(s.value))
                    for s in sorted(others, key=lambda s: s.value != intended)
                ],
            )
            if statement.key is not None and context.evaluator.call(statement.key) is None:
                context.by_key.setdefault(statement.key, finding)


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
    dengan jumlah RAPK. Antarbuku hanya peringatan, karena pagu dapat direvisi dalam tahun berjalan.
    Perbaikan: samakan, atau sebutkan revisi DIPA yang menjadi dasarnya.
    """
    _report(contexts, "KON02", "anggaran")


@check("KON04", "tidak-tertulis", "peringatan")
def unstated(contexts: Sequence[Context]) -> None:
    """Nilai yang tertulis di satu tabel kosong di tabel lain dari laporan yang sama.

    Apa: misalnya target bulan yang ada pada RAPK Bab II tetapi kosong pada lampirannya. Hanya untuk buku
    sebagaimana tercetak; pada buku resmi bulan yang belum ditargetkan boleh kosong.
    Perbaikan: lengkapi, atau hapus nilai yang keliru tempat.
    """
    facts = _facts([c for c in contexts if c.printed])
    for context in contexts:
        if not context.printed:
            continue
        for _, column, key in context.view.located():
            slug, _, month = key.row.partition("@")
            fact = column.fact.replace("{month}", month).removesuffix("@12")
            stated = facts.get((fact, slug)) if fact else None
            if stated and context.evaluator.raw(key) is None and key not in context.by_key:
                context.add(
                    "KON04",
                    key,
                    expected=stated[0].value,
                    related=[Related(s.origin, text(s.value)) for s in stated],
                )


@check("KON03", "realisasi-berbeda", "galat", needs=ENTRIES + FORMULAS)
def achievements(contexts: Sequence[Context]) -> None:
    """Realisasi indikator yang sama berbeda di beberapa tempat.

    Apa: realisasi tahunan di lembar Capaian, Pemantauan bulan Desember, tabel efisiensi, dan (pada buku
    sebagaimana tercetak) tabel per SS, per IKSS, dan Renstra harus satu.
    Perbaikan: samakan dengan sumber datanya.
    """
    _report(contexts, "KON03", "realisasi")
