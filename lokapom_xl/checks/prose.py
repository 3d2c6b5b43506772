"""KON: do the sentences of a report agree with each other, and with the section that they stand in?"""

from __future__ import annotations

import re

from .. import regulations
from ..model import Related
from ..numbers import CellError, Scalar, read_stated
from ..registry import check
from ..regulations import normalise
from ..workbook.cells import Key
from ..workbook.layout import INDICATOR, PROSE_ROWS
from ..workbook.tables.cluster import OTHERS
from ..workbook.tables.prose import subject_of
from ..workbook.units import same_unit
from .context import Context, text


def _rows(context: Context) -> tuple[str, list[str]]:
    """The table of sentences, if the book has one, and its rows from top to bottom."""
    for table in context.view.layout.tables:
        placed = context.view.positions.tables.get(table.key)
        if table.rows == PROSE_ROWS and placed is not None:
            return table.key, sorted(placed.rows, key=placed.rows.__getitem__)
    return "", []


@check("KON08", "pernyataan-bertentangan", "galat")
def contradicting(context: Context) -> None:
    """Dua kalimat menyatakan hal yang sama dengan nilai yang berbeda.

    Apa: hal yang tidak ada dalam tabel (misalnya realisasi anggaran, nilai tahun lalu) dibandingkan
    antarkalimat; nilai yang pertama dipakai sebagai pembanding.
    Perbaikan: tentukan nilai yang benar menurut sumbernya, lalu samakan semua kalimat.
    """
    table, rows = _rows(context)
    first: dict[tuple[str, str], tuple[Key, Scalar]] = {}
    for row in rows:
        key = Key(table, row, "nilai")
        raw = context.evaluator.raw(key)
        if context.evaluator.call(key) is not None or not isinstance(raw, str):
            continue
        value = read_stated(raw)
        value = normalise(raw) if isinstance(value, CellError) else value
        topic = row.partition("@")[0], normalise(str(context.evaluator.raw(Key(table, row, "hal"))))
        known = first.setdefault(topic, (key, value))
        if known[1] != value:
            stated = context.evaluator.raw(known[0])
            related = [Related(context.origin(known[0]), text(stated))]
            context.add("KON08", key, written=raw, expected=stated, related=related)


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
        section, named = (str(context.evaluator.raw(Key(table, row, c)) or "") for c in ("bagian", "ikss"))
        subjects = subject_of(section, year), subject_of(named, year)
        if all(context.evaluator.kind(s) == INDICATOR for s in subjects) and subjects[0] != subjects[1]:
            context.add("KON09", key, written=named, expected=section)


_LISTED = re.compile(r"(daftar|jumlah) IKSS bernilai (.+)", re.IGNORECASE)
_UNITS = "nama loka pom lain dalam klaster"


@check("KON10", "daftar-tidak-sesuai", "galat")
def lists(context: Context) -> None:
    """Daftar dalam kalimat tidak sesuai dengan tabelnya.

    Apa: daftar indikator dengan suatu kriteria dibandingkan dengan kolom kriteria tabel capaian, dan nama
    unit dalam klaster dengan judul kolom tabel klaster. Label yang bukan kriteria indikator disebut juga.
    Perbaikan: samakan daftar itu dengan tabelnya.
    """
    table, rows = _rows(context)
    for row in rows:
        key = Key(table, row, "nilai")
        said = str(context.evaluator.raw(key) or "")
        hal = str(context.evaluator.raw(Key(table, row, "hal")) or "")
        match = _LISTED.fullmatch(hal.strip())
        if match:
            _check_labels(context, key, said, match[2], listed=match[1].casefold() == "daftar")
        elif normalise(hal) == normalise(_UNITS):
            _check_units(context, key, said)


def _check_labels(context: Context, key: Key, said: str, label: str, listed: bool) -> None:
    year = context.view.rule_year
    known = {band.label.casefold() for band in regulations.bands("kriteria", year)}
    if label.casefold() not in known:
        expected = ", ".join(dict.fromkeys(band.label for band in regulations.bands("kriteria", year)))
        context.add("KON10", key, written=label, expected=expected, diagnosis="bukan kriteria indikator")
        return
    if not listed:
        return  # the number is compared with the table
    labelled = {
        str(indicator.numbers["ikss"])
        for indicator in regulations.indicators(year)
        if str(_table_value(context, indicator.slug) or "").casefold() == label.casefold()
    }
    stated = {f"IKSS{number}" for number in re.findall(r"IKSS\s*(\d+)", said, re.IGNORECASE)}
    if stated != labelled:
        context.add("KON10", key, written=_sorted(stated - labelled), expected=_sorted(labelled - stated))


def _table_value(context: Context, slug: str) -> Scalar:
    key = Key("capaian", slug, "kriteria")
    return context.evaluator.raw(key) if context.view.positions.has(key) else None


def _sorted(names: set[str]) -> str:
    return ", ".join(sorted(names, key=lambda name: int(name.removeprefix("IKSS")))) or "-"


def _check_units(context: Context, key: Key, said: str) -> None:
    placed = context.view.positions.tables.get("klaster_nps")
    if placed is None:
        return
    sheet = context.view.book.sheets[placed.sheet]
    header = min(placed.rows.values()) - 1
    others = [sheet.cells.get((header, placed.columns[c])) for c in OTHERS if c in placed.columns]
    titles = [str(cell.value) for cell in others if cell is not None]
    named = [part.strip() for part in re.split(r",|\bdan\b", said) if part.strip()]
    extra = [name for name in named if not any(same_unit(name, title) for title in titles)]
    missing = [title for title in titles if not any(same_unit(name, title) for name in named)]
    if extra or missing:
        context.add("KON10", key, written=", ".join(extra) or "-", expected=", ".join(missing) or "-")
