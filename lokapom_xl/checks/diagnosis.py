"""Which known mistake reproduces a wrong value? A guess is given only when it gives the very digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import product

from .. import functions as f
from .. import regulations
from ..numbers import NOT_MEASURED, Scalar, divide, indonesian, round_half_up, truncate
from ..regulations import NotReviewed
from ..workbook.cells import Key
from ..workbook.layout import AGGREGATES, Call, Column, Elsewhere, Members
from ..workbook.ops import COPY, SUM
from .context import Context
from .copies import copied
from .slips import half_even, slip


def diagnose(context: Context, column: Column, key: Key, call: Call, written: Scalar) -> str:
    """One sentence part that says how the written value came about; empty when nothing fits."""
    for guess in _GUESSES:
        for sentence in guess(context, column, key, call, written):
            return sentence
    return ""


Guess = Callable[[Context, Column, Key, Call, Scalar], Iterator[str]]


UNDECLARED = "capaian dinaikkan tanpa penyesuaian yang dinyatakan beserta alasan dan dasar hukumnya"
ADJUSTED = "capaian penyesuaian ditulis di kolom capaian"


def _equal(value: object, written: Scalar, column: Column) -> bool:
    if not isinstance(value, Decimal) or not isinstance(written, Decimal):
        return False
    return round_half_up(value, column.decimals) == round_half_up(written, column.decimals)


def _target_and_realisasi(context: Context, key: Key, call: Call) -> tuple[Decimal, Decimal] | None:
    if call.function is not f.CAPAIAN:
        return None
    values = context.evaluator.arguments(call, key, context.evaluator.written)
    if values is None or not isinstance(values[0], Decimal) or not isinstance(values[1], Decimal):
        return None
    return values[0], values[1]


def _not_measured_as_zero(
    context: Context, column: Column, key: Key, call: Call, written: Scalar
) -> Iterator[str]:
    if written == Decimal(0) and column.numeric:
        yield "ditulis 0, mungkin karena belum dinilai; yang belum diukur ditulis -"


def _whole_number_first(
    context: Context, column: Column, key: Key, call: Call, written: Scalar
) -> Iterator[str]:
    pair = _target_and_realisasi(context, key, call)
    if pair is None:
        return
    target, realisasi = pair
    whole = round_half_up(realisasi, 0)
    if whole != realisasi and _equal(f.CAPAIAN(target, whole), written, column):
        yield (
            f"realisasi {indonesian(realisasi)} dibulatkan ke {indonesian(whole)} lebih dahulu: "
            f"{indonesian(whole)}/{indonesian(target)} × 100"
        )


def _capped(context: Context, column: Column, key: Key, call: Call, written: Scalar) -> Iterator[str]:
    local = context.evaluator.local(key)
    if call.function is not f.CAPAIAN or not isinstance(local, Decimal):
        return
    if _equal(f.NPI(local, context.view.rule_year), written, column):
        yield "nilai yang sudah dibatasi (NPI) ditulis di kolom capaian"


def _truncated(context: Context, column: Column, key: Key, call: Call, written: Scalar) -> Iterator[str]:
    local = context.evaluator.local(key)
    if not isinstance(local, Decimal) or not isinstance(written, Decimal):
        return
    exact = _unrounded(context, key, call, local)
    for decimals, words in ((0, "ke bilangan bulat"), (1, "ke satu desimal"), (2, "ke dua desimal")):
        if round_half_up(exact, decimals) == written:
            yield f"nilai {indonesian(exact, 4)} dibulatkan {words}"
        elif truncate(exact, decimals) == written:
            yield f"nilai {indonesian(exact, 2)} dipotong {words}, bukan dibulatkan"


def _unrounded(context: Context, key: Key, call: Call, local: Decimal) -> Decimal:
    """The result of a call before it is rounded, as a calculator shows it."""
    values = context.evaluator.arguments(call, key, context.evaluator.written) or []
    numbers = [value for value in values if isinstance(value, Decimal)]
    if len(numbers) < 2:
        return local
    if call.function is f.CAPAIAN:
        exact = divide(numbers[1] * 100, numbers[0])
    elif call.function is f.REALISASI:
        exact = divide(numbers[0] * (numbers[2] if len(numbers) > 2 else Decimal(100)), numbers[1])
    elif call.function is f.IE:
        exact = divide(*numbers[:2])
    else:
        return local
    # Another rule (a minimum wanted, a direct value) makes another result.
    fits = isinstance(exact, Decimal) and round_half_up(exact, 2) == round_half_up(local, 2)
    return exact if fits and isinstance(exact, Decimal) else local


def to_even(context: Context, column: Column, key: Key, call: Call, written: Scalar) -> Iterator[str]:
    """A tie that was rounded to the even digit."""
    local = context.evaluator.local(key)
    if isinstance(local, Decimal) and isinstance(written, Decimal):
        exact = _unrounded(context, key, call, local)
        yield from filter(None, (half_even(written, exact, decimals) for decimals in (column.decimals, 1, 0)))


_EXCHANGED = {
    f.CAPAIAN: "target dan realisasi tertukar: {0}/{1} × 100",
    f.REALISASI: "pembilang dan penyebut tertukar: {1}/{0}",
    f.IE: "output dan input tertukar: {1}/{0}",
    f.SELISIH: "urutan pengurangan terbalik: {1} - {0}",
}
"""Functions whose two first arguments are easily taken for each other, and what is then computed."""


def _exchanged(context: Context, column: Column, key: Key, call: Call, written: Scalar) -> Iterator[str]:
    known = _EXCHANGED.get(call.function)
    values = context.evaluator.arguments(call, key, context.evaluator.written) if known else None
    if not known or not values or not all(isinstance(value, Decimal) for value in values[:2]):
        return
    if _equal(call.function(values[1], values[0], *values[2:]), written, column):
        shown = [indonesian(value) for value in values[:2] if isinstance(value, Decimal)]
        yield known.format(*shown)


def _slipped(context: Context, column: Column, key: Key, call: Call, written: Scalar) -> Iterator[str]:
    local = context.evaluator.local(key)
    if column.numeric and isinstance(local, Decimal) and isinstance(written, Decimal):
        yield from filter(None, (slip(written, round_half_up(local, column.decimals)),))


def _copied(context: Context, column: Column, key: Key, call: Call, written: Scalar) -> Iterator[str]:
    if column.numeric and isinstance(written, Decimal):
        yield from filter(None, (copied(context, key, written),))


def deviation(context: Context, key: Key | None, written: Decimal, right: Decimal) -> str:
    """How a fact came to be stated differently from elsewhere; empty when nothing gives the digits."""
    found = slip(written, right)
    if not found and key is not None:
        found = _beside(context, key, written) or copied(context, key, written)
    return found


def _beside(context: Context, key: Key, written: Decimal) -> str:
    """The capaian of the same row in place of its realisasi."""
    beside = Key(key.table, key.row, "capaian")
    if not context.evaluator.column(key).fact.startswith("realisasi") or beside == key:
        return ""
    there = context.view.positions.has(beside) and context.evaluator.written(beside) == written
    return _capaian_written(context.evaluator.column(key)) if there else ""


def _capaian_written(column: Column) -> str:
    """A capaian in place of a realisasi; a sentence has no columns."""
    return "capaian ditulis " + ("sebagai realisasi" if column.prose else "di kolom realisasi")


def _undeclared(context: Context, column: Column, key: Key, call: Call, written: Scalar) -> Iterator[str]:
    if call.function is f.NPI and isinstance(written, Decimal):
        cap = f.NPI(written, context.view.rule_year)
        local = context.evaluator.local(key)
        if cap == written and isinstance(local, Decimal) and written > local:
            yield UNDECLARED


def _adjusted_in_capaian(
    context: Context, column: Column, key: Key, call: Call, written: Scalar
) -> Iterator[str]:
    """The adjusted score of the same row, or of the same indicator in another table.

    Not one that only follows from a capaian, perhaps from this very one.
    """
    if call.function is not f.CAPAIAN:
        return
    for table in context.view.layout.tables:
        other = Key(table.key, key.row, "capaian_penyesuaian")
        if not context.view.positions.has(other):
            continue
        adjusted, follows = context.evaluator.written(other), context.evaluator.local(other)
        if _equal(adjusted, written, column) and not _equal(follows, adjusted, column):
            yield ADJUSTED
            return


def _capaian_for_realisasi(
    context: Context, column: Column, key: Key, call: Call, written: Scalar
) -> Iterator[str]:
    """A realisasi that is taken over: what was taken is the capaian beside it."""
    source = call.args.get("nilai")
    if call.function is COPY and isinstance(source, Elsewhere) and source.column == "realisasi":
        other = Key(source.table, key.row.partition("@")[0], "capaian")
        if context.view.positions.has(other) and _equal(context.evaluator.written(other), written, column):
            yield _capaian_written(column)


def _other_target(context: Context, column: Column, key: Key, call: Call, written: Scalar) -> Iterator[str]:
    if call.function not in (f.CAPAIAN, f.NOTIFIKASI):
        return
    values = context.evaluator.arguments(call, key, context.evaluator.written)
    if values is None:
        return
    own, realisasi = values[:2] if call.function is f.CAPAIAN else values[1::-1]
    if not isinstance(realisasi, Decimal):
        return
    # What was signed is named first.
    for table, other, cell in sorted(context.view.located(), key=lambda item: not item[1].signed):
        if other.fact.startswith("target") and cell.row == key.row:
            target = context.evaluator.written(cell)
            if isinstance(target, Decimal) and target != own and target:
                label = call.function is f.NOTIFIKASI and f.NOTIFIKASI(realisasi, target) == written
                if label or _equal(f.CAPAIAN(target, realisasi), written, column):
                    yield f"dihitung dengan target {indonesian(target)} dari lembar {table.sheet}"
                    return


def _mixed_means(context: Context, column: Column, key: Key, call: Call, written: Scalar) -> Iterator[str]:
    """A mean in which some members enter by another score column (capped among uncapped)."""
    arg = call.args.get("nilai")
    if call.function is not f.NPS or not isinstance(arg, Members):
        return
    keys = context.view.positions.cells_of(arg, key)
    if not 0 < len(keys) <= 8:
        return
    others = []
    for member in keys:
        other = Key(member.table, member.row, "capaian_penyesuaian" if arg.column == "capaian" else "capaian")
        others.append(other if context.view.positions.has(other) else member)
    choices = sorted(product((False, True), repeat=len(keys)), key=sum)
    for choice in choices:
        picked = [o if swap else k for k, o, swap in zip(keys, others, choice, strict=True)]
        values = [context.evaluator.as_written(k) for k in picked]
        if any(choice) and _equal(f.NPS(values), written, column):
            names = [context.row_name(k.row) for k, swap in zip(keys, choice, strict=True) if swap]
            words = others[0].column.replace("_", " ")
            yield f"rata-rata mencampur dua dasar: untuk {', '.join(names)} dipakai {words}"
            return


def _other_scheme(context: Context, column: Column, key: Key, call: Call, written: Scalar) -> Iterator[str]:
    """The label that another scheme, or another year's, gives the same value."""
    values = context.evaluator.arguments(call, key, context.evaluator.written)
    if column.unit != "label" or not values or not isinstance(values[0], Decimal):
        return
    number = round_half_up(values[0], 2)
    names = {"kriteria": "kriteria indikator", "predikat": "predikat NPS"}
    years = [context.view.rule_year, *reversed(regulations.years_covered("kriteria"))]
    for year in years:
        for subject, name in names.items():
            try:
                label = regulations.label(subject, year, number)
            except NotReviewed:
                continue
            if label.casefold() == str(written).casefold() and call.function.name.casefold() != subject:
                yield f"label itu berasal dari tabel {name} tahun {year}"
                return
            if label.casefold() == str(written).casefold() and year != context.view.rule_year:
                yield f"label itu berasal dari tabel {name} tahun {year}"
                return
    if call.function is f.KRITERIA:
        known = {b.label.casefold() for b in regulations.bands("kriteria", context.view.rule_year)}
        if str(written).casefold() in known:
            yield "label itu untuk nilai lain dalam tabel kriteria yang sama"


def _member_only(context: Context, column: Column, key: Key, call: Call, written: Scalar) -> Iterator[str]:
    """An aggregate that shows one member's value in place of the mean."""
    if not column.numeric or not isinstance(written, Decimal) or call.function not in (f.NPS,):
        if call.function.name != "SALIN":
            return
    if context.evaluator.kind(key.row) not in AGGREGATES:
        return
    for member in regulations.members(key.row, context.view.rule_year):
        other = Key(key.table, member, key.column)
        if context.view.positions.has(other) and _equal(context.evaluator.written(other), written, column):
            yield f"yang ditulis nilai {context.row_name(member)} saja, bukan rata-ratanya"
            return


def _one_part(context: Context, column: Column, key: Key, call: Call, written: Scalar) -> Iterator[str]:
    """A sum that is right if one part is another number: the only one that then stays within its weight."""
    local = context.evaluator.local(key)
    if call.function is not SUM or not isinstance(local, Decimal) or not isinstance(written, Decimal):
        return
    fitting = []
    for part in context.view.positions.cells_of(call.args["nilai"], key):
        weight_key = Key(part.table, part.row, "bobot")
        weight = context.evaluator.written(weight_key) if context.view.positions.has(weight_key) else None
        value = context.evaluator.written(part)
        if isinstance(value, Decimal) and isinstance(weight, Decimal) and part.column != "bobot":
            repaired = value + written - local
            if 0 <= repaired <= weight:
                place = context.view.address(part)[1]
                fitting.append(f"{place} berisi {indonesian(repaired)}, bukan {indonesian(value)}")
    yield f"selisih {indonesian(written - local)} terhadap jumlah bagiannya" + (
        f"; jumlah itu benar apabila {fitting[0]} (bagian lain akan melampaui bobotnya)"
        if len(fitting) == 1
        else ""
    )


_GUESSES: tuple[Guess, ...] = (
    _not_measured_as_zero,
    _whole_number_first,
    _capped,
    to_even,
    _truncated,
    _undeclared,
    _other_target,
    _adjusted_in_capaian,
    _capaian_for_realisasi,
    _mixed_means,
    _member_only,
    _other_scheme,
    _one_part,
    _exchanged,
    _slipped,
    _copied,
)

__all__ = ["NOT_MEASURED", "deviation", "diagnose", "to_even"]
