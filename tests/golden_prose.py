"""The numbers that the report's sentences state: what each follows from, and which cell of a book has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lokapom_xl import functions as f
from lokapom_xl import regulations
from lokapom_xl.numbers import Scalar
from lokapom_xl.workbook.cells import Key
from lokapom_xl.workbook.layout import EVERYBODY, NOBODY, RANK, TOTAL, month_key
from lokapom_xl.workbook.tables.cluster import OWN

from .golden_rows import OWN_UNIT, PROSE, TABLES, UNIT_COLUMNS, UNITS, YEAR, Row, indicator_of

Turn = Callable[[Scalar], Scalar]


@dataclass(frozen=True)
class Place:
    """A cell of an official book (0: RAPK, 1: efficiency), and how its value becomes what a sentence says."""

    book: int
    key: Key
    turn: Turn = lambda value: value


@dataclass(frozen=True)
class Statement:
    """One kind of computed number: `hal` as a pattern; `numbers` where other rows of that name repeat entries.

    A kind without `places` says in `without_cell` why no book has the number.
    """

    hal: str
    local: Callable[[Row], object]
    places: Callable[[Row], Sequence[Place]] | None = None
    without_cell: str = ""
    numbers: tuple[str, ...] = ()
    column: str = "nilai"


# --- where a sentence stands -----------------------------------------------------------------------


def near(row: Row, hal: str) -> str:
    """The number of that name in the same section that stands nearest to `row`."""
    found = [r for r in TABLES[PROSE] if r["bagian"] == row["bagian"] and r["hal"] == hal and r is not row]
    return min(found, key=lambda r: abs(int(r["no"]) - int(row["no"])))["nilai"]


def indicator(row: Row) -> str:
    """The indicator of a section; the section of an objective with one indicator is about that one."""
    kind, _, count = row["bagian"].rpartition(" ")
    if kind == "Sasaran Strategis":
        (only,) = regulations.members(f"ss{count}", YEAR)
        return only
    return indicator_of(row["bagian"])


def own_row(table: str, row: Row) -> Row:
    """The row of a printed table about the section's indicator."""
    return next(r for r in TABLES[table] if indicator_of(r["bagian"]) == indicator(row))


def _people(row: Row, *names: str) -> object:
    """How many people sentences of the same section count, together."""
    return sum((f.ANGKA(near(row, name).split()[0]) for name in names), Decimal(0))


def _signed(row: Row, words: Sequence[str], value: object) -> object:
    """A difference is stated without a sign, in the direction that its sentence names."""
    down = any(word in row["hal"].casefold() for word in words)
    return -value if down and isinstance(value, Decimal) else value


_DOWN = ("penurunan", "perlu ditingkatkan")
_DIRECTIONS = {"naik": "kenaikan", "turun": "penurunan"}


def _turned(row: Row) -> Turn:
    return lambda value: _signed(row, _DOWN, value)  # type: ignore[return-value]


def _direction(change: Scalar) -> Scalar:
    return _DIRECTIONS[str(f.ARAH(change))]


# --- what the numbers follow from ------------------------------------------------------------------


def _difference(row: Row) -> object:
    """Between this year's and last year's capaian, both as the sentence states them."""
    return f.SELISIH(near(row, "capaian"), near(row, "capaian tahun 2022"))


def _gap(row: Row) -> object:
    """Between realisasi and the target of the plan's last year."""
    renstra = own_row("renstra", row)
    return _signed(row, _DOWN, f.SELISIH(renstra["realisasi_2023"], renstra["target_renstra"]))


def _cluster(row: Row) -> list[str]:
    return [own_row("klaster_realisasi", row)[unit] for unit in UNITS]


def _own(row: Row) -> str:
    return own_row("klaster_realisasi", row)[OWN_UNIT]


def _rank_of_means(row: Row) -> object:
    table = TABLES["klaster_nps"][:9]
    return f.PERINGKAT(
        f.NPS([r[OWN_UNIT] for r in table]), [f.NPS([r[unit] for r in table]) for unit in UNITS]
    )


def _equals(row: Row) -> object:
    """How many offices have the own value; the own one counts unless the sentence says `Loka lain`."""
    values = [f.ANGKA(text) for text in _cluster(row)]
    return Decimal(values.count(f.ANGKA(_own(row))) - ("loka lain" in row["kutipan"].casefold()))


def _unit(row: Row) -> str:
    return row["hal"].removeprefix("nilai ").casefold().replace(" ", "_")


def _budget_performance(row: Row) -> object:
    return f.NKA(near(row, "nilai EKA"), near(row, "nilai IKPA"), YEAR)


def _posts(column: str) -> object:
    """How many posts the table of posts has, over all its rows."""
    return sum((f.ANGKA(r[column]) for r in TABLES["sdm_abk"][:-1]), Decimal(0))


# --- where the books have them ---------------------------------------------------------------------


def _at(
    table: str, column: str, row: str = "", turn: Callable[[Row], Turn] | None = None
) -> Callable[[Row], Sequence[Place]]:
    """A cell of the RAPK book: of the section's indicator unless the row is named."""

    def places(stated: Row) -> Sequence[Place]:
        key = Key(table, row or indicator(stated), column)
        return (Place(0, key, turn(stated)) if turn else Place(0, key),)

    return places


def _all(*parts: Callable[[Row], Sequence[Place]]) -> Callable[[Row], Sequence[Place]]:
    return lambda row: [place for part in parts for place in part(row)]


_RANKS_ON_ONE_BASIS = _all(*(_at("klaster", OWN, month_key(RANK, basis)) for basis in (NOBODY, EVERYBODY)))
"""Once the adjustment is taken from nobody and once given to everybody."""

_NKA = _all(_at("nka", "nka", "1"), _at("capaian", "realisasi"))
_NO_SHEET = "Buku tidak memuat daftar pegawai; hanya tabel ABK yang dihitung."
_NO_COUNT = "Buku memuat nilai setiap unit, bukan banyaknya unit."

STATEMENTS = (
    Statement(
        "jumlah SDM",
        lambda row: _people(row, "jumlah ASN", "jumlah PPNP", "jumlah driver outsourcing"),
        without_cell=_NO_SHEET,
    ),
    Statement("jumlah ASN", lambda row: _people(row, "jumlah PNS", "jumlah PPPK"), _at("sdm", "asn", TOTAL)),
    Statement("jumlah ASN existing", lambda row: _posts("asn_2023"), _at("sdm", "asn", TOTAL)),
    Statement(
        r"standar kebutuhan SDM aparatur \(ABK\)",
        lambda row: _posts("standar_abk"),
        _at("sdm", "standar_abk", TOTAL),
    ),
    Statement(
        "kekurangan SDM",
        lambda row: f.SELISIH(_posts("standar_abk"), _posts("asn_2023")),
        _at("sdm", "gap", TOTAL),
    ),
    Statement(
        "porsi pendidikan S1",
        lambda row: f.REALISASI(_people(row, "pendidikan S1"), _people(row, *_SCHOOLS)),
        without_cell=_NO_SHEET,
    ),
    Statement(
        "porsi pendidikan S2",
        lambda row: f.REALISASI(_people(row, "pendidikan Apoteker dan S2 lain"), _people(row, *_SCHOOLS)),
        without_cell=_NO_SHEET,
    ),
    Statement(
        "jumlah Loka POM lain dalam klaster", lambda row: Decimal(len(UNITS) - 1), without_cell=_NO_COUNT
    ),
    Statement("jumlah loka pembanding", lambda row: Decimal(len(UNITS)), without_cell=_NO_COUNT),
    Statement("jumlah loka", lambda row: Decimal(len(_cluster(row))), without_cell=_NO_COUNT),
    Statement("jumlah loka bernilai sama", _equals, without_cell=_NO_COUNT),
    Statement("urutan rata-rata NPS dalam klaster", _rank_of_means, _RANKS_ON_ONE_BASIS),
    Statement(
        "peringkat dalam klaster",
        lambda row: f.PERINGKAT(_own(row), _cluster(row)),
        _at("klaster_realisasi", "peringkat"),
    ),
    Statement("nilai pembanding klaster", lambda row: f.ANGKA(_own(row)), _at("klaster_realisasi", OWN)),
    Statement("realisasi", lambda row: f.ANGKA(_own(row)), _at("klaster_realisasi", OWN), numbers=("258",)),
    Statement(
        r"nilai Loka POM \w+",
        lambda row: f.ANGKA(own_row("klaster_realisasi", row)[_unit(row)]),
        lambda row: (Place(0, Key("klaster_realisasi", indicator(row), UNIT_COLUMNS[_unit(row)])),),
    ),
    Statement(
        r"(?i)perubahan capaian \((kenaikan|penurunan)\)",
        lambda row: _signed(row, _DOWN, _difference(row)),
        _at("riwayat", "selisih_capaian", turn=_turned),
    ),
    Statement(
        r"arah perubahan \(awal kalimat\)",
        lambda row: _direction(_difference(row)),  # type: ignore[arg-type]
        _at("riwayat", "selisih_capaian", turn=lambda row: _direction),
    ),
    Statement(
        "capaian tahun 2022 dan 2023",
        lambda row: f.ANGKA(
            next(r["capaian"] for r in TABLES["capaian"] if r["ikss"] == row["bagian"].replace(" ", ""))
        ),
        _all(_at("riwayat", "capaian"), _at("riwayat", "capaian_1")),
    ),
    Statement(
        "selisih yang perlu ditingkatkan|pelampauan target 2024",
        _gap,
        _at("renstra", "kesenjangan", turn=_turned),
    ),
    Statement("realisasi", _budget_performance, _NKA, numbers=("380", "383")),
    Statement(
        "capaian",
        lambda row: f.CAPAIAN(near(row, "target"), near(row, "realisasi")),
        _at("capaian", "capaian"),
        numbers=("382",),
    ),
    Statement(
        r"kategori hasil evaluasi SAKIP \d{4}",
        lambda row: f.PREDIKAT_SAKIP(TABLES["evaluasi_sakip_2022"][5]["nilai"], YEAR),
        _at("sakip", "predikat", TOTAL),
        column="kategori",
    ),
)

_SCHOOLS = (
    "pendidikan Apoteker dan S2 lain",
    "pendidikan S1",
    "pendidikan D3",
    "pendidikan Asisten Apoteker dan SMA lain",
)


def statement(row: Row) -> Statement | None:
    """What kind of computed number a row of the prose is; None for one that only repeats an entry."""
    found = [
        s for s in STATEMENTS if re.fullmatch(s.hal, row["hal"]) and (not s.numbers or row["no"] in s.numbers)
    ]
    assert len(found) <= 1, row
    return found[0] if found else None
