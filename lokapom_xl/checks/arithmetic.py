"""HIT: does every computed value follow from what it is made of?

A value that differs from what the entries give is a fault of its own only when it also differs from
what its own inputs, as written, give; otherwise it is the consequence of an input's fault and says
of which one.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from ..model import Finding
from ..numbers import NOT_MEASURED, CellError, Scalar, indonesian, round_half_up, to_number
from ..registry import check
from ..workbook.cells import Key
from ..workbook.layout import Call, Column, Constant, RuleYear
from ..workbook.ops import ALIKE, COPY, CellOperation
from .context import Context
from .diagnosis import UNDECLARED, diagnose, to_even
from .needs import ENTRIES, FORMULAS, STRUCTURE
from .prose import follow_totals
from .roots import keep_real_roots
from .stated import (
    FROM_OTHER_COLUMN,
    REPAIRED,
    follows_from,
    on_another_basis,
    other_quantity,
    rows_of_tables,
    said,
)
from .sums import fitting_input, suspect_part
from .wording import in_wrong_direction, say_direction


def rule_of(context: Context, call: Call, key: Key, column: Column) -> str:
    """The calculation in the words of the sheet: `CAPAIAN(93; 98,67)`."""
    values = context.evaluator.arguments(call, key, context.evaluator.written) or []
    if call.function is COPY:
        sources = [
            source for arg in call.args.values() for source in context.view.positions.cells_of(arg, key)
        ]
        if len(sources) == 1:
            return "{}!{}".format(*context.view.address(sources[0]))
    if isinstance(call.function, CellOperation):
        return _operation(context, call, key)
    parts = []
    for argument, value in zip(call.function.arguments, values, strict=False):
        arg = call.args.get(argument.name)
        if arg is None or (value is None and argument.optional):
            continue
        items = value if isinstance(value, list) else [value]
        shown = [_number(item) if not isinstance(arg, RuleYear) else str(item) for item in items]
        parts.append(
            "; ".join(shown) if len(shown) <= 6 else f"{'; '.join(shown[:3])}; ... ({len(shown)} nilai)"
        )
    return f"{call.function.name}({'; '.join(parts)})"


def _operation(context: Context, call: Call, key: Key) -> str:
    """What is done, and with the cells of which table."""
    if call.function is COPY:
        # A number that no single cell holds.
        return rows_of_tables(context, context.evaluator.local(key))
    many = [keys for arg in call.args.values() if len(keys := context.view.positions.cells_of(arg, key)) > 1]
    places = [f"{sheet}!{first}:{last}" for sheet, first, last in (_span(context, keys) for keys in many)]
    words = call.function.help[0].lower() + call.function.help[1:].rstrip(".")
    if call.function is ALIKE:
        left_out = call.args.get("kurang") != Constant(Decimal(0))
        words = f"banyaknya sel {'lain ' if left_out else ''}yang isinya sama"
    return f"{words}: {', '.join(places)}" if places else words


def _span(context: Context, keys: list[Key]) -> tuple[str, str, str]:
    """The sheet of some cells, and the first and the last of them."""
    in_order = sorted(keys, key=context.view.positions.at)
    sheet, first = context.view.address(in_order[0])
    return sheet, first, context.view.address(in_order[-1])[1]


def _number(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    return "kosong" if value is None else str(value)


def reachable(context: Context, call: Call, key: Key, written: Decimal, column: Column) -> bool:
    """Whether `written` results when an input that is itself rounded varies by half its last decimal."""
    evaluator = context.evaluator
    values = evaluator.arguments(call, key, evaluator.written)
    if values is None:
        return False
    target = round_half_up(written, column.decimals)
    ranges: list[tuple[object, object]] = []
    half = Decimal("0.005")
    for argument, value in zip(call.function.arguments, values, strict=False):
        if argument.rounded and isinstance(value, Decimal):
            ranges.append((value - half, value + half))
        elif argument.rounded and isinstance(value, list):
            low = [v - half if isinstance(v, Decimal) else v for v in value]
            high = [v + half if isinstance(v, Decimal) else v for v in value]
            ranges.append((low, high))
        else:
            ranges.append((value, value))
    if all(low == high for low, high in ranges):
        return False
    # The functions are monotonic in each rounded argument, so the corners bound the results.
    results: list[Decimal] = []
    for corner in range(2 ** len(ranges)):
        result = call.function(*(pair[corner >> i & 1] for i, pair in enumerate(ranges)))
        if not isinstance(result, Decimal):
            return False
        results.append(round_half_up(result, column.decimals))
    return min(results) <= target <= max(results)


def _causes(context: Context, call: Call, key: Key) -> list[Finding]:
    """The findings at the cells that `key` is made of, roots first."""
    found = []
    for arg in call.args.values():
        for source in context.view.positions.cells_of(arg, key):
            finding = context.by_key.get(source)
            if finding is not None and (finding.level != "info" or finding.caused_by):
                found.append(finding)
    return found


def _corrected(context: Context, call: Call, key: Key) -> Scalar:
    """The value with what the findings say should stand in the cells it is made of."""
    evaluator = context.evaluator

    def value(source: Key) -> Scalar:
        finding = context.by_key.get(source)
        if finding is None or not finding.expected:
            return evaluator.as_written(source)
        number = to_number(finding.expected)
        if isinstance(number, Decimal):
            return number
        return evaluator.as_written(source) if evaluator.numeric(source) else finding.expected

    values = evaluator.arguments(call, key, value)
    result: Scalar = call.function(*values) if values is not None else None
    return result


def _corrections(context: Context) -> dict[Key, Scalar]:
    """What the findings say should stand in entries, where they say a number."""
    found: dict[Key, Scalar] = {}
    for key, finding in context.by_key.items():
        number = to_number(finding.expected) if finding.expected and finding.level == "galat" else None
        if isinstance(number, Decimal) and context.evaluator.call(key) is None:
            found[key] = number
    return found


@check("HIT01", "nilai-tidak-sama", "galat", needs=STRUCTURE + ENTRIES + FORMULAS)
def differs(context: Context) -> None:
    """Nilai yang tertulis tidak sama dengan hasil hitung dari isiannya.

    Apa: nilai dihitung ulang dari sel-sel asalnya menurut aturan tahun buku, dua desimal, setengah
    dibulatkan ke atas. Bila kesalahan yang lazim menghasilkan nilai tertulis, kesalahan itu disebut.
    Nilai yang hanya ikut salah karena sel lain dilaporkan sebagai akibat (info), bukan temuan sendiri.
    Perbaikan: perbaiki sel asal atau kembalikan rumusnya, lalu jalankan lokapom-xl compute.
    """
    computed = context.evaluator.computed_keys()
    if context.printed:
        corrections = _corrections(context)
        for _, _, key, call in computed:
            part = suspect_part(context, key, call)
            if part is not None and part.key not in corrections:
                corrections[part.key] = part.repaired
        context.evaluator.correct(corrections)
        for _, column, key, call in computed:
            _check_cell(context, column, key, call)
        keep_real_roots(context, corrections)
        follow_totals(context)
        return
    for _, column, key, call in computed:
        _check_cell(context, column, key, call)


@check("HIT02", "dari-nilai-tak-dibulatkan", "info", part_of="nilai-tidak-sama")
def unrounded(context: Context) -> None:
    """Nilai tercetak berasal dari nilai yang belum dibulatkan.

    Apa: nilai tertulis tidak sama dengan hasil dari isian dua desimal, tetapi tercapai dari isian yang
    belum dibulatkan (dalam rentang 0,005). Kedua bacaan diterima.
    Perbaikan: tidak perlu; untuk ke depan hitung dari nilai yang dibulatkan dua desimal.
    """


@check("HIT03", "label-tidak-sama", "galat", needs=STRUCTURE + ENTRIES + FORMULAS, part_of="nilai-tidak-sama")
def label_differs(context: Context) -> None:
    """Label (kriteria, predikat, notifikasi) tidak sesuai dengan nilainya.

    Apa: label dicocokkan dengan tabel kriteria tahun buku; bila label itu berasal dari tabel lain,
    tabelnya disebut.
    Perbaikan: tulis label yang seharusnya.
    """


@check("HIT04", "nilai-tersimpan-tidak-ada", "peringatan", part_of="nilai-tidak-sama")
def not_stored(context: Context) -> None:
    """Rumus belum mempunyai nilai tersimpan.

    Apa: pembaca yang tidak menghitung (ponsel, pratinjau, pandas) melihat sel kosong.
    Perbaikan: jalankan lokapom-xl compute BUKU.
    """


@check(
    "HIT05", "jumlah-tidak-sama", "galat", needs=STRUCTURE + ENTRIES + FORMULAS, part_of="nilai-tidak-sama"
)
def total_differs(context: Context) -> None:
    """Jumlah tidak sama dengan penjumlahan bagian-bagiannya.

    Apa: baris Total dihitung ulang dari semua baris indikator.
    Perbaikan: kembalikan rumus jumlah, atau perbaiki bagiannya.
    """


def _check_cell(context: Context, column: Column, key: Key, call: Call) -> None:
    evaluator = context.evaluator
    cell = context.view.cell(key)
    written = evaluator.written(key)
    stored = cell.value if cell is not None else None
    if isinstance(written, CellError) and key in context.by_key:
        return  # what cannot be read has its finding
    if stored is None and (context.printed or cell is None or cell.formula is None):
        return  # nothing printed there; a lost formula is FRM01's
    local, chain = evaluator.local(key), evaluator.chain(key)
    if key in context.by_key and not context.printed:
        return  # the cell has its finding (an overwritten formula); the value is named there
    if stored is None:
        context.add("HIT04", key, expected=context.shown(chain, column))
        return
    right = evaluator.same(chain, written, key)
    if right and (not context.printed or evaluator.same(local, written, key)):
        _say_error(context, column, key, call, chain)
        return
    causes = _causes(context, call, key)
    if causes and (right or evaluator.same(_corrected(context, call, key), written, key)):
        return  # right after all; the input that says otherwise has its own finding
    consequence = evaluator.same(local, written, key) or isinstance(local, CellError)
    code = _code(column, call)
    if consequence and causes:
        _add_consequence(context, code, column, key, causes)
        return
    if evaluator.same(local, written, key):
        return  # what it is made of differs only within rounding
    if context.printed and isinstance(written, Decimal) and isinstance(local, Decimal) and column.numeric:
        # In print a rounded input may stand for a finer one; a formula has no such excuse.
        if reachable(context, call, key, written, column):
            context.add(
                "HIT02",
                key,
                written=written,
                expected=context.shown(local, column),
                rule=rule_of(context, call, key, column),
                diagnosis=next(to_even(context, column, key, call, written), ""),
            )
            return
    stated = follows_from(context, key, call, written) if column.prose else None
    if stated is not None:
        _add_consequence(context, code, column, key, [stated])
    elif column.prose and in_wrong_direction(call, written, local):
        context.by_key[key] = say_direction(context, key, call)
    else:
        context.by_key[key] = _add_fault(context, column, key, call)


def _add_consequence(context: Context, code: str, column: Column, key: Key, causes: list[Finding]) -> None:
    """A value that is wrong only because others are."""
    roots = tuple(dict.fromkeys(root for cause in causes for root in cause.roots or (cause.id,)))
    finding = context.add(
        code,
        key,
        level="info",
        written=said(context, key),
        expected=_shown(context, context.evaluator.chain(key), column, key),
        caused_by=roots[0],
        diagnosis="akibat dari " + _places(causes),
    )
    finding.roots = roots
    context.by_key[key] = finding


def _add_fault(context: Context, column: Column, key: Key, call: Call) -> Finding:
    """A value that its own cells do not give: how it may have come about, and what to do."""
    evaluator = context.evaluator
    written, local, chain = evaluator.written(key), evaluator.local(key), evaluator.chain(key)
    code = _code(column, call)
    expected, repaired = local, ""
    if not evaluator.same(chain, written, key) and not evaluator.same(local, chain, key):
        if call.function is COPY:
            expected = chain  # what the source says is wrong itself
            repaired = "sel asalnya juga keliru"
        elif not isinstance(chain, CellError):
            repaired = f"{REPAIRED} {_words(chain, column)}"
    guess = diagnose(context, column, key, call, written)
    level, rule = "", rule_of(context, call, key, column)
    if not guess or (column.prose and not guess.startswith(FROM_OTHER_COLUMN)):
        guess = other_quantity(context, key, call, written) or guess
    remedy = "Perbaiki nilai ini pada laporan." if context.printed and code != "HIT03" else ""
    if guess == UNDECLARED:
        remedy = (
            "Nyatakan penyesuaian itu beserta alasan dan dasar hukumnya, atau tulis nilai menurut aturan."
        )
    elif context.printed and on_another_basis(context, key, call, written, expected):
        level = "peringatan"
        remedy = "Tulis capaiannya, atau sebutkan bahwa yang ditulis nilai lain."
    elif context.printed and column.numeric and isinstance(expected, Decimal) and expected and written == 0:
        # Nothing is measured as nothing: what is not yet there is no zero.
        expected, rule = NOT_MEASURED, ""
        remedy = "Tulis - selama nilainya belum ada, atau tulis nilainya."
    elif context.printed and code == "HIT05":
        part = suspect_part(context, key, call)
        remedy = (
            f"Periksa {part.cell}: jumlah itu benar apabila {part.cell} berisi {indonesian(part.repaired)}."
            if part is not None
            else remedy
        )
    elif context.printed and code == "HIT01" and not guess and not column.prose:
        places = _sources(context, call, key)
        remedy = f"Periksa nilai ini dan sel asalnya ({places}); salah satunya keliru." if places else remedy
        guess = fitting_input(context, key, call, written)
    return context.add(
        code,
        key,
        level=level,
        written=said(context, key),
        expected=_shown(context, expected, column, key),
        rule=rule,
        diagnosis="; ".join(filter(None, (guess, repaired))),
        remedy=remedy,
    )


def _words(value: Scalar, column: Column) -> str:
    return indonesian(value, column.decimals) if isinstance(value, Decimal) else str(value)


def _shown(context: Context, value: Scalar, column: Column, key: Key) -> Scalar:
    """A value as its column shows it; in a sentence a whole number beside a whole number has no decimals."""
    written = context.evaluator.written(key)
    if column.prose and isinstance(value, Decimal) and isinstance(written, Decimal):
        if value == value.to_integral_value() and written == written.to_integral_value():
            return round_half_up(value, 0)
    return context.shown(value, column)


def _sources(context: Context, call: Call, key: Key) -> str:
    """The cells that a value is made of, where they are few."""
    cells = [s for arg in call.args.values() for s in context.view.positions.cells_of(arg, key)]
    places = ["{}!{}".format(*context.view.address(cell)) for cell in cells]
    return ", ".join(places) if len(places) <= 3 else ""


@check("HIT06", "hasil-galat", "galat", needs=STRUCTURE + ENTRIES + FORMULAS, part_of="nilai-tidak-sama")
def error_result(context: Context) -> None:
    """Rumus menghasilkan galat, dan bukan karena sel asalnya galat.

    Apa: misalnya pembagi nol. Galat menular ke NPS dan semua yang dihitung darinya. Persentase terhadap
    target bulan yang memang nol hanya dicatat (info).
    Perbaikan: periksa isian yang menjadi asalnya.
    """


def _say_error(context: Context, column: Column, key: Key, call: Call, value: Scalar) -> None:
    """A right error is still a fault, at the first cell that shows it, unless an entry has the finding."""
    if context.printed or not isinstance(value, CellError):
        return
    sources = [s for arg in call.args.values() for s in context.view.positions.cells_of(arg, key)]
    spread = any(isinstance(context.evaluator.chain(s), CellError) or s in context.by_key for s in sources)
    if not spread:
        level = "info" if column.key == "capaian_bulan" else ""
        context.add("HIT06", key, written=value, level=level, rule=rule_of(context, call, key, column))


def _code(column: Column, call: Call) -> str:
    if call.function.unit == "label":
        return "HIT03"
    return "HIT05" if call.function.name == "JUMLAH" else "HIT01"


def _places(causes: list[Finding]) -> str:
    places = list(dict.fromkeys(f"{c.origin.sheet}!{c.origin.cell}" for c in causes))
    return ", ".join(places[:4]) + (f" dan {len(places) - 4} sel lain" if len(places) > 4 else "")


Diagnoser = Callable[[Context, Column, Key, Call, Scalar], str]
