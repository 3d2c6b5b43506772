"""KON: do the sentences of a report agree with each other, and with the section that they stand in?"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

from .. import regulations
from ..model import Related
from ..numbers import CellError, Scalar, indonesian, read_stated, read_text, round_half_up
from ..registry import check
from ..regulations import normalise
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, PROSE_ROWS, TOTAL
from ..workbook.tables.cluster import OTHERS
from ..workbook.tables.prose import OF_THE_OFFICE, PARTS, SAME_TOPIC, statements, subject_of
from ..workbook.units import same_unit, unit_title
from .context import Context, text


def _rows(context: Context) -> tuple[str, list[str]]:
    """The table of sentences, if the book has one, and its rows from top to bottom."""
    for table in context.view.layout.tables:
        placed = context.view.positions.tables.get(table.key)
        if table.rows == PROSE_ROWS and placed is not None and {"hal", "nilai"} <= set(placed.columns):
            return table.key, sorted(placed.rows, key=placed.rows.__getitem__)
    return "", []


@dataclass(frozen=True)
class Said:
    """One sentence that states something: where, in which words, and which number or text that is."""

    key: Key
    words: str
    value: Scalar


@check("KON08", "pernyataan-bertentangan", "galat")
def contradicting(context: Context) -> None:
    """Dua kalimat menyatakan hal yang sama dengan nilai yang berbeda.

    Apa: hal yang tidak ada dalam tabel buku ini (misalnya realisasi anggaran, luas wilayah, nomor klaster)
    dibandingkan antarkalimat. Yang dianggap benar adalah jumlah pada tabel (juga pada buku yang diperiksa
    bersama), jumlah bagian-bagian yang disebut, atau nilai yang paling sering disebut; bila tidak ada yang
    memutuskan, salah satunya keliru.
    Perbaikan: tentukan nilai yang benar menurut sumbernya, lalu samakan semua kalimat.
    """
    table, rows = _rows(context)
    topics: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for row in rows:
        key = Key(table, row, "nilai")
        raw = context.evaluator.raw(key)
        if context.evaluator.call(key) is not None or not isinstance(raw, str):
            continue
        hal = normalise(context.words(Key(table, row, "hal")))
        topic = SAME_TOPIC.get(hal, hal)
        slug = "" if topic in OF_THE_OFFICE else row.partition("@")[0]
        topics[slug, topic].append(Said(key, raw.strip(), _value(raw, topic)))
    for (_, topic), statements_of_it in topics.items():
        _compare(context, topic, statements_of_it)


def _value(raw: str, topic: str) -> Scalar:
    """The number in the words of a sentence; the words, folded, where there is none of one meaning."""
    named = OF_THE_OFFICE[topic].search(raw) if topic in OF_THE_OFFICE else None
    if named is not None:
        return named[1]
    value = _with_unit(raw) if topic in PARTS else read_stated(raw)
    return normalise(raw) if isinstance(value, CellError) else value


def _with_unit(raw: str) -> Scalar:
    """A quantity in Indonesian notation, whatever unit follows: `1.328 km²`."""
    match = re.match(r"[\d.,]*\d", raw.strip())
    readings = read_text(match[0]).readings if match is not None else ()
    return readings[0] if readings else CellError("#VALUE!")


def _compare(context: Context, topic: str, said: list[Said]) -> None:
    right, why, related = _decided(context, topic, said)
    decided = right is not None
    if not decided:
        if len({s.value for s in said}) < 2:
            return
        counted = Counter(s.value for s in said).most_common(2)
        decided = counted[0][1] > counted[1][1]
        right = counted[0][0] if decided else said[0].value
    model = next((s for s in said if s.value == right), None)
    for one in said:
        if one.value == right:
            continue
        others = [Related(context.origin(s.key), s.words) for s in said if s.value == right][:1]
        context.add(
            "KON08",
            one.key,
            written=one.words,
            expected=_words(right, model) if decided else None,
            diagnosis=why if decided else "salah satunya keliru",
            related=[*related, *others],
        )


def _words(right: Scalar, model: Said | None) -> Scalar:
    """What should stand there; as another sentence says it, unless it is a number to compute with."""
    if model is not None and not isinstance(read_stated(model.words), Decimal):
        return model.words
    return indonesian(right) if isinstance(right, Decimal) else right


def _decided(context: Context, topic: str, said: list[Said]) -> tuple[Scalar, str, list[Related]]:
    """What a table, the parts of a sum, or all sentences in passing say; None when nothing does."""
    source = total_of(context, said[0].key)
    if source is not None:
        there, key = source
        value = there.evaluator.written(key)
        if isinstance(value, Decimal):
            return value, "", [Related(there.origin(key), text(value))]
    if topic in PARTS:
        parts = _parts(context, topic, said)
        if len(parts) > 1 and all(isinstance(part.value, Decimal) for part in parts):
            total = sum((part.value for part in parts if isinstance(part.value, Decimal)), Decimal(0))
            words = " + ".join(part.words for part in parts)
            return total, f"jumlah bagiannya {words}", []
    if topic in OF_THE_OFFICE:
        named = Counter(_mentions(context, OF_THE_OFFICE[topic])).most_common(2)
        if named and (len(named) < 2 or named[0][1] > named[1][1]):
            return named[0][0], f"disebut demikian pada {named[0][1]} baris", []
    return None, "", []


def _parts(context: Context, topic: str, said: list[Said]) -> list[Said]:
    """The statements of which the total is the sum: those of the section of the total itself."""
    table, rows = _rows(context)

    def at(row: str, column: str) -> str:
        return normalise(context.words(Key(table, row, column)))

    sections = [at(s.key.row, "bagian") for s in said if at(s.key.row, "hal") == topic]
    found = []
    for row in rows:
        if at(row, "bagian") in sections and PARTS[topic].fullmatch(at(row, "hal")):
            raw = context.words(Key(table, row, "nilai"))
            found.append(Said(Key(table, row, "nilai"), raw, _with_unit(raw)))
    return found


def _mentions(context: Context, pattern: re.Pattern[str]) -> list[str]:
    """What each row says of a quantity, in its number or in the sentence around it."""
    table, rows = _rows(context)
    found = []
    for row in rows:
        words = " ".join(context.words(Key(table, row, c)) for c in ("nilai", "kutipan"))
        match = pattern.search(words)
        if match is not None:
            found.append(match[1])
    return found


def total_of(context: Context, key: Key) -> tuple[Context, Key] | None:
    """The total in a table, of this book or of one beside it, that a sentence repeats."""
    number = int(key.row.partition("@")[2].partition(".")[0])
    known = statements(context.view.rule_year)
    total = known[number - 1].total if number else None
    if total is None:
        return None
    place = Key(total[0], TOTAL, total[1])
    # Of several books the one that is printed like this one.
    books = (context, *sorted(context.beside, key=lambda book: book.printed != context.printed))
    return next(((book, place) for book in books if book.view.positions.has(place)), None)


def follow_totals(context: Context) -> None:
    """What a sentence repeats of a total that is itself wrong."""
    table, rows = _rows(context)
    for row in rows:
        key = Key(table, row, "nilai")
        source = total_of(context, key)
        if source is None or key in context.by_key:
            continue
        there, place = source
        cause = there.by_key.get(place)
        right = there.evaluator.chain(place)
        if cause is None or not isinstance(right, Decimal) or not cause.code.startswith("HIT"):
            continue
        written = there.evaluator.written(place)
        if context.evaluator.written(key) != written:
            continue
        finding = context.add(
            "HIT01",
            key,
            level="info",
            written=written,
            expected=round_half_up(right, there.evaluator.column(place).decimals),
            diagnosis=f"akibat dari {cause.origin.sheet}!{cause.origin.cell}",
            caused_by=cause.caused_by or cause.id,
        )
        finding.roots = cause.roots or (cause.id,)


@check("KON09", "nomor-indikator-keliru", "peringatan")
def misnumbered(context: Context) -> None:
    """Kalimat di bagian suatu indikator menyebut nomor indikator lain.

    Apa: misalnya “target kinerja IKSS 14” di bagian IKSS 15, biasanya sisa salinan.
    Perbaikan: tulis nomor indikator bagian itu.
    """
    table, rows = _rows(context)
    year = context.view.rule_year
    for row in rows:
        key = Key(table, row, "ikss")
        section, named = (context.words(Key(table, row, c)) for c in ("bagian", "ikss"))
        subjects = subject_of(section, year), subject_of(named, year)
        if all(context.evaluator.kind(s) == INDICATOR for s in subjects) and subjects[0] != subjects[1]:
            context.add("KON09", key, written=named, expected=section)


_LISTED = re.compile(r"(daftar|jumlah) IKSS bernilai (.+)", re.IGNORECASE)
_UNITS = "nama loka pom lain dalam klaster"


@check("KON10", "daftar-tidak-sesuai", "galat")
def lists(context: Context) -> None:
    """Daftar dalam kalimat tidak sesuai dengan tabelnya.

    Apa: daftar indikator dengan suatu kriteria dibandingkan dengan kolom kriteria tabel capaian, dan nama
    unit dalam klaster dengan judul kolom tabel klaster. Label yang bukan kriteria indikator disebut pada
    sel kategorinya (HIT03).
    Perbaikan: samakan daftar itu dengan tabelnya.
    """
    table, rows = _rows(context)
    for row in rows:
        key = Key(table, row, "nilai")
        said, hal = context.words(key), context.words(Key(table, row, "hal"))
        match = _LISTED.fullmatch(hal)
        if match:
            _check_labels(context, key, said, match[2], listed=match[1].casefold() == "daftar")
        elif normalise(hal) == normalise(_UNITS):
            _check_units(context, key, said)


def _check_labels(context: Context, key: Key, said: str, label: str, listed: bool) -> None:
    """A list of indicators, or their number, under a label."""
    known = list(dict.fromkeys(band.label for band in regulations.bands("kriteria", context.view.rule_year)))
    own = next((name for name in known if name.casefold() == label.casefold()), "")
    if not own:
        own = _meant_label(context, key, said)
        expected = own or ", ".join(known)
        place = Key(key.table, key.row, "kategori")
        place = place if context.words(place) else key
        written = context.words(place) if place != key else label
        context.add("HIT03", place, written=written, expected=expected, diagnosis="bukan kriteria indikator")
    elif not listed:
        return  # the number is compared with the table
    if not own:
        return
    printed, right = _labelled(context, own, repaired=False), _labelled(context, own, repaired=True)
    if listed:
        stated = {f"IKSS{number}" for number in _NAMED.findall(said)}
        if stated != printed and stated != right:
            context.add("KON10", key, written=_sorted(stated - printed), expected=_sorted(printed - stated))
        elif stated != right:
            written, expected = _sorted(stated - right), _sorted(right - stated)
            _follow(context, "KON10", key, written, expected, printed ^ right)
    elif context.evaluator.written(key) == len(printed) != len(right):
        _follow(context, "HIT01", key, Decimal(len(printed)), Decimal(len(right)), printed ^ right)


_NAMED = re.compile(r"IKSS\s*(\d+)", re.IGNORECASE)


def _follow(
    context: Context, code: str, key: Key, written: Scalar, expected: Scalar, moved: set[str]
) -> None:
    """A list that repeats labels of the table that are only consequences themselves."""
    causes = [
        cause
        for indicator in regulations.indicators(context.view.rule_year)
        if str(indicator.numbers["ikss"]) in moved
        and (cause := context.by_key.get(Key("capaian", indicator.slug, "kriteria"))) is not None
    ]
    roots = tuple(dict.fromkeys(root for cause in causes for root in cause.roots or (cause.id,)))
    if not roots:
        return
    places = ", ".join(f"{cause.origin.sheet}!{cause.origin.cell}" for cause in causes)
    finding = context.add(
        code,
        key,
        level="info",
        written=written,
        expected=expected,
        caused_by=roots[0],
        diagnosis=f"akibat dari {places}",
    )
    finding.roots = roots


def _meant_label(context: Context, key: Key, said: str) -> str:
    """The label that the table gives to the indicators of a list, if it is one; for a number, of the list
    that follows it."""
    rows = list(context.view.positions.tables[key.table].rows)
    after = rows[rows.index(key.row) + 1 :][:1]
    names = _NAMED.findall(said) or [
        name for row in after for name in _NAMED.findall(context.words(Key(key.table, row, "nilai")))
    ]
    labels = {
        str(_table_value(context, indicator.slug) or "")
        for indicator in regulations.indicators(context.view.rule_year)
        if str(indicator.numbers["ikss"]).removeprefix("IKSS") in names
    }
    return labels.pop() if len(labels) == 1 else ""


def _labelled(context: Context, label: str, repaired: bool) -> set[str]:
    """The indicators with a label: as the table is printed, or as it should be."""
    return {
        str(indicator.numbers["ikss"])
        for indicator in regulations.indicators(context.view.rule_year)
        if str(_table_value(context, indicator.slug, repaired) or "").casefold() == label.casefold()
    }


def _table_value(context: Context, slug: str, repaired: bool = False) -> Scalar:
    key = Key("capaian", slug, "kriteria")
    if not context.view.positions.has(key):
        return None
    return context.evaluator.chain(key) if repaired else context.evaluator.raw(key)


def _sorted(names: set[str]) -> str:
    return ", ".join(sorted(names, key=lambda name: int(name.removeprefix("IKSS")))) or "-"


def _check_units(context: Context, key: Key, said: str) -> None:
    placed = context.view.positions.tables.get("klaster_nps")
    if placed is None:
        return
    sheet = context.view.book.sheets[placed.sheet]
    others = [sheet.cells.get((placed.header, placed.columns[c])) for c in OTHERS if c in placed.columns]
    titles = [unit_title(str(cell.value)) for cell in others if cell is not None]
    named = [part.strip() for part in re.split(r",|\bdan\b", said) if part.strip()]
    extra = [name for name in named if not any(same_unit(name, title) for title in titles)]
    missing = [title for title in titles if not any(same_unit(name, title) for name in named)]
    if extra or missing:
        context.add("KON10", key, written=", ".join(extra) or "-", expected=", ".join(missing) or "-")
