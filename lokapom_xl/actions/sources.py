"""Read the data that `fill` takes: CSV, JSON, another workbook, and a file of corrections.

Everything arrives as *offers*: a value for one cell of the contract, with where it comes from. What
cannot be read with one meaning is an error that names file, row and column; nothing is guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from .. import functions as f
from .. import regulations
from ..numbers import NOT_MEASURED, CellError, Scalar, indonesian, plain, read_text, show
from ..workbook.cells import Key, indicator_value
from ..workbook.csv_book import separator
from ..workbook.errors import BookError
from ..workbook.evaluate import Evaluator
from ..workbook.layout import (
    INDICATOR,
    TOTAL,
    Column,
    OfIndicator,
    Table,
    dated,
    month_key,
    plan_rows,
    row_kind,
)
from ..workbook.locate import BookView
from ..workbook.tables.dashboard import BUDGET, SPENT
from .cluster_source import Units, cells, cluster_table
from .compute import open_sound_view


@dataclass(frozen=True)
class Offer:
    """A value for a cell; `check` means that the cell is computed and must come out like this."""

    key: Key
    value: Scalar
    origin: str
    check: bool = False


@dataclass(frozen=True)
class FieldOffer:
    """A value for a named cell."""

    name: str
    value: Scalar
    origin: str


@dataclass(frozen=True)
class Correction:
    """One line of a corrections file: in `table`, row `row`, `printed` is replaced by `used`."""

    table: str
    row: str
    column: str
    printed: str
    used: str
    reason: str
    origin: str


CORRECTION_COLUMNS = ("tabel", "baris", "kolom", "tercetak", "dipakai", "alasan")
FIELD_COLUMNS = ("nama_sel", "isi")
Record = Mapping[str, str]
Offers = tuple[list[Offer], list[FieldOffer]]


def collect(
    view: BookView, paths: Sequence[Path], month: int = 0
) -> tuple[list[Offer], list[FieldOffer], list[str]]:
    """All offers of the given sources, and the columns that no table knows; conflicts are errors."""
    corrections: list[Correction] = []
    records: list[tuple[Path, str, list[Record]]] = []
    offers: list[Offer] = []
    fields: list[FieldOffer] = []
    for path in paths:
        suffix = path.suffix.casefold()
        if not path.is_file():
            raise BookError(
                "SUMBER01", f"Sumber {path} tidak ditemukan atau bukan berkas.", "Periksa nama berkasnya."
            )
        if suffix in (".xlsx", ".xlsm"):
            other = open_sound_view(path, only_read=True)
            offers += _from_book(view, path, other)
            fields += _budget_of(view, path, other)
        elif suffix == ".csv":
            rows = read_csv(path)
            if rows and set(CORRECTION_COLUMNS) <= set(rows[0]):
                corrections += [_correction(path, i, row) for i, row in enumerate(rows, 2)]
            elif rows and set(FIELD_COLUMNS) <= set(rows[0]):
                fields += [
                    FieldOffer(row["nama_sel"], _content(view, row, where), where)
                    for i, row in enumerate(rows, 2)
                    for where in [f"{path.name} baris {i}"]
                ]
            else:
                records.append((path, path.stem, rows))
        elif suffix == ".json":
            records += _read_json(path)
        else:
            raise BookError(
                "SUMBER02",
                f"Sumber {path.name} bukan CSV, JSON, atau buku Excel.",
                "Simpan datanya sebagai CSV (UTF-8), JSON, atau .xlsx.",
            )
    used: set[Correction] = set()
    ignored: list[str] = []
    own = next((offer.value for offer in fields if offer.name == "NAMA_UNIT"), None)
    units = Units(view, str(own or ""))
    for path, name, rows in records:
        corrected = _apply(corrections, name, rows, view, used)
        cluster = cluster_table(view, list(corrected[0]) if corrected else [])
        if cluster is not None:
            offers += _unit_offers(units, *cluster, path, corrected)
            continue
        table_offers, field_offers = _from_records(view, path, corrected, month, ignored)
        offers += table_offers
        fields += field_offers
    fields += [FieldOffer(name, title, "nama unit pada sumber") for name, title in units.new.items()]
    names = {name for _, name, _ in records}
    for correction in corrections:
        if correction not in used and correction.table in names:
            raise BookError(
                "SUMBER03",
                f"{correction.origin}: baris “{correction.row}” tidak ada di sumber {correction.table}.",
                "Perbaiki kolom baris pada berkas koreksi.",
            )
    _refuse_conflicts(offers)
    return offers, fields, ignored


# --- files ---------------------------------------------------------------------------------------


def read_csv(path: Path) -> list[Record]:
    """The rows of a CSV file as texts; no value is interpreted."""
    import pandas

    try:
        with path.open(encoding="utf-8-sig") as file:
            head = file.readline()
        frame = pandas.read_csv(
            path, sep=separator(head), dtype=str, keep_default_na=False, encoding="utf-8-sig", index_col=False
        )
    except pandas.errors.EmptyDataError:
        raise BookError("SUMBER04", f"Sumber {path.name} kosong.", "Isi berkas itu.") from None
    except (UnicodeDecodeError, pandas.errors.ParserError):
        raise BookError(
            "SUMBER04",
            f"Sumber {path.name} tidak terbaca sebagai CSV UTF-8.",
            "Simpan ulang dari Excel sebagai “CSV UTF-8”, atau periksa tanda petiknya.",
        ) from None
    rows: list[Record] = [{str(k): str(v) for k, v in row.items()} for row in frame.to_dict("records")]
    while rows and not any(value.strip() for value in rows[-1].values()):
        rows.pop()  # the empty lines that Excel leaves below a table
    return rows


def _read_json(path: Path) -> list[tuple[Path, str, list[Record]]]:
    """A list of records, or an object of such lists by table name. Numbers keep their digits."""
    try:
        data = json.loads(path.read_text("utf-8-sig"), parse_float=_exact, parse_int=_exact)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise BookError(
            "SUMBER04", f"Sumber {path.name} tidak terbaca sebagai JSON.", "Periksa isinya."
        ) from None
    tables = data if isinstance(data, dict) else {path.stem: data}
    result: list[tuple[Path, str, list[Record]]] = []
    for name, rows in tables.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise BookError(
                "SUMBER04",
                f"Sumber {path.name}: bagian “{name}” bukan daftar baris.",
                'Tulis sebagai {"tabel": [{"indikator": "...", "target": "..."}]}.',
            )
        columns = list(dict.fromkeys(key for row in rows for key in row))
        result.append((path, str(name), [{c: _json_text(row.get(c)) for c in columns} for row in rows]))
    return result


def _exact(text: str) -> str:
    """A JSON number has one reading; written out so that the strict reader finds it too."""
    number = plain(Decimal(text))
    # Three decimals could be a group of thousands: one more digit settles it.
    return number + "0" if "." in number else number


def _json_text(value: object) -> str:
    return "" if value is None else str(value)


# --- corrections ---------------------------------------------------------------------------------


def _correction(path: Path, line: int, row: Record) -> Correction:
    table, name, column, printed, used, reason = (row[c] for c in CORRECTION_COLUMNS)
    correction = Correction(table, name, column, printed, used, reason, f"{path.name} baris {line}")
    if not correction.reason.strip():
        raise BookError("SUMBER03", f"{correction.origin}: koreksi tanpa alasan.", "Isi kolom alasan.")
    return correction


def _apply(
    corrections: Sequence[Correction], name: str, rows: list[Record], view: BookView, used: set[Correction]
) -> list[Record]:
    """The records with their corrections; one that no longer fits what is printed is an error."""
    result = [dict(row) for row in rows]
    for correction in corrections:
        if correction.table != name:
            continue
        wanted = regulations.normalise(correction.row)
        for row in result:
            if not any(regulations.normalise(text) == wanted for text in row.values()):
                continue
            printed = row.get(correction.column, "")
            if printed.strip() != correction.printed.strip():
                raise BookError(
                    "SUMBER03",
                    f"{correction.origin}: kolom {correction.column} di sumber {name} berisi “{printed}”, "
                    f"bukan “{correction.printed}”.",
                    "Sesuaikan kolom tercetak pada berkas koreksi.",
                )
            row[correction.column] = correction.used
            used.add(correction)
            break
    columns = list(dict.fromkeys(key for row in result for key in row))
    return [{c: row.get(c, "") for c in columns} for row in result]


# --- tables --------------------------------------------------------------------------------------


def _column_of(table: Table, text: str, year: int) -> Column | None:
    wanted = regulations.normalise(text)
    for column in table.columns:
        names = (column.key, *(dated(name, year) for name in (column.header, *column.aliases)))
        # Headers that two columns share say nothing outside their group.
        if wanted == regulations.normalise(column.key) or wanted in map(regulations.normalise, names[2:]):
            return column
        if (
            wanted == regulations.normalise(names[1])
            and sum(c.header == column.header for c in table.columns) == 1
        ):
            return column
    return None


def _matched(table: Table, columns: Sequence[str], year: int) -> dict[str, Column]:
    """The columns of a source that a table has, by their names in the source."""
    return {c: column for c in columns if (column := _column_of(table, c, year)) is not None}


def _choose_table(
    view: BookView, path: Path, columns: Sequence[str], month: int
) -> tuple[Table, dict[str, Column]]:
    """The table whose columns the source has; entries count most."""
    best: tuple[int, Table, dict[str, Column]] | None = None
    tie = False
    monthly = bool(month) or any(regulations.normalise(c) == "bulan" for c in columns)
    for table in view.layout.tables:
        if (table.rows == "bulanan") != monthly or table.rows == "triwulanan":
            continue
        if not any(column.entry for column in table.columns):
            continue
        matched = _matched(table, columns, view.year)
        # A list is known by what it lists: its first entry, since numbers have other tables, too.
        named = next(c.key for c in table.columns if c.entry) if table.listed else table.name_column
        if named not in {c.key for c in matched.values()}:
            continue
        direct = any(c.key == "langsung" for c in table.columns)  # where a realisasi is an entry, too
        entries = sum(c.entry or (direct and c.key == "realisasi") for c in matched.values())
        if not entries:
            continue
        score = 100 * entries + len(matched)
        tie = best is not None and score == best[0]
        if best is None or score > best[0]:
            best = (score, table, matched)
    if best is None or tie:
        known = sorted({c.key for t in view.layout.tables for c in t.columns if c.entry})
        hint = " Untuk data bulanan sebutkan bulannya dengan --month." if not monthly else ""
        raise BookError(
            "SUMBER05",
            f"Sumber {path.name} tidak cocok dengan tabel mana pun di {view.book.path.name}: "
            f"kolomnya {', '.join(columns)}.",
            f"Harus ada kolom indikator dan sedikitnya satu kolom isian ({', '.join(known[:8])}, ...).{hint}",
        )
    return best[1], best[2]


def _from_records(view: BookView, path: Path, rows: list[Record], month: int, ignored: list[str]) -> Offers:
    if not rows:
        raise BookError("SUMBER04", f"Sumber {path.name} tidak berisi baris.", "Isi berkas itu.")
    field_names = {item.key: item for item in view.layout.fields if item.table}
    if set(rows[0]) <= set(field_names):
        return [], [
            FieldOffer(
                field_names[key].name,
                _read(text, f"{path.name} kolom {key}") if field_names[key].unit == "rupiah" else text,
                f"{path.name} kolom {key}",
            )
            for key, text in rows[0].items()
        ]
    table, columns = _choose_table(view, path, list(rows[0]), month)
    if table.listed:
        ignored += [f"{name} ({path.name})" for name in rows[0] if name not in columns]
        return _list_offers(view, table, columns, path, rows), []
    quarterly = _quarterly(view, table, columns, list(rows[0]), month)
    ignored += [f"{name} ({path.name})" for name in rows[0] if name not in {*columns, *quarterly}]
    expected = {row.key: row for row in plan_rows(table, view.rule_year) if row.kind == INDICATOR}
    name_column = next(c for c, column in columns.items() if column.key == table.name_column)
    month_column = next((c for c, column in columns.items() if column.key == "bulan"), None)
    offers: list[Offer] = []
    seen: dict[str, int] = {}
    for line, row in enumerate(rows, 2):
        where = f"{path.name} baris {line}"
        slug = _slug(row[name_column], view.rule_year, where)
        if slug is None:
            continue
        key = slug
        if table.rows == "bulanan":
            key = month_key(slug, _month(row, month_column, month, where))
        if key in seen:
            raise BookError(
                "SUMBER06",
                f"{where}: “{row[name_column]}” menunjuk indikator yang sudah ada di baris {seen[key]}.",
                "Hapus atau perbaiki salah satunya.",
            )
        seen[key] = line
        for text, column in columns.items():
            if column.key not in (table.name_column, "bulan"):
                offers += _cell_offers(view, table, key, column, row, text, columns, where)
        for text, column in quarterly.items():
            offers += _cell_offers(
                view, view.layout.table("triwulan"), key, column, row, text, columns, where
            )
    months = {key.partition("@")[2] for key in seen}
    for key, item in expected.items():
        if key not in seen and not table.partial and (not item.month or key.partition("@")[2] in months):
            raise BookError(
                "SUMBER07",
                f"{path.name}: indikator “{item.name}” tidak ada.",
                "Sumber harus memuat semua indikator tahun itu.",
            )
    return offers, []


def _quarterly(
    view: BookView, table: Table, taken: Mapping[str, Column], columns: Sequence[str], month: int
) -> dict[str, Column]:
    """What the table of a quarter takes of a source for its last month: entries that the month has not."""
    quarter = next((t for t in view.layout.tables if t.rows == "triwulanan"), None)
    if quarter is None or table.rows != "bulanan" or month % 3 or not month:
        return {}
    left = [name for name in columns if name not in taken]
    return {name: column for name, column in _matched(quarter, left, view.year).items() if column.entry}


def _list_offers(
    view: BookView, table: Table, columns: Mapping[str, Column], path: Path, rows: list[Record]
) -> list[Offer]:
    """The rows of a list in their order; what has no number where others have one is a summary."""
    number = next((name for name, column in columns.items() if column.key == table.name_column), None)
    kept = [(line, row) for line, row in enumerate(rows, 2) if number is None or row[number].strip()]
    if len(kept) > table.listed:
        raise BookError(
            "SUMBER14",
            f"{path.name} berisi {len(kept)} baris; lembar {table.sheet} memuat {table.listed}.",
            "Gabungkan baris-baris kecil, atau minta pengelola menambah baris pada buku.",
        )
    offers: list[Offer] = []
    for key, (line, row) in enumerate(kept, 1):
        for text, column in columns.items():
            if column.key != table.name_column:
                where = f"{path.name} baris {line}"
                offers += _cell_offers(view, table, str(key), column, row, text, columns, where)
    return offers


def _unit_offers(
    units: Units, table: Table, name: str, path: Path, rows: Sequence[Record]
) -> Iterator[Offer]:
    """The values of the other offices of a cluster; those that a block computes are left out."""
    kinds = {row.key: row for row in plan_rows(table, units.view.rule_year)}
    for key, column, text, where in cells(units, table, name, path, rows):
        value = _read(text, where)
        row = kinds.get(key)
        if value is not None and row is not None and not table.column(column).call(row.kind, row.month):
            yield Offer(Key(table.key, key, column), value, where)


def _slug(text: str, year: int, where: str) -> str | None:
    """The indicator of a source row; None for a summary row, which carries no entries."""
    match = regulations.match(text, year)
    if match.slug is None:
        hint = f" Mungkin maksudnya “{match.suggestion}”." if match.suggestion else ""
        raise BookError(
            "SUMBER08",
            f"{where}: “{text}” tidak cocok dengan indikator mana pun.{hint}",
            "Pakai nama resmi indikator.",
        )
    return match.slug if row_kind(match.slug, year) == INDICATOR else None


def _month(row: Record, column: str | None, month: int, where: str) -> int:
    from ..workbook.locate import read_month

    number = read_month(row[column]) if column else month
    if not number or (month and number != month):
        raise BookError(
            "SUMBER09",
            f"{where}: bulan tidak dikenal atau bukan bulan yang diminta.",
            "Pakai B01 sampai B12.",
        )
    return number


def _read(text: str, where: str) -> Scalar:
    """A number, `-`, or None for a blank; anything else is an error that says where."""
    reading = read_text(text)
    if reading.kind == "number":
        return reading.value
    if reading.kind == "not-measured":
        return NOT_MEASURED if text.strip() else None
    if reading.kind == "ambiguous":
        first, second = (indonesian(r) for r in reading.readings)
        raise BookError(
            "ISI03",
            f"{where}: “{text}” bermakna ganda, dapat berarti {first} atau {second}.",
            "Tulis tanpa pemisah ribuan, atau nyatakan yang dimaksud dalam berkas koreksi.",
        )
    raise BookError(
        "ISI02", f"{where}: “{text[:40]}” bukan angka.", "Tulis angkanya saja, atau - bila belum diukur."
    )


def _cell_offers(
    view: BookView,
    table: Table,
    key: str,
    column: Column,
    row: Record,
    name: str,
    columns: Mapping[str, Column],
    where: str,
) -> list[Offer]:
    where = f"{where} kolom {name}"
    cell = Key(table.key, key, column.key)
    if column.entry and not column.numeric:
        return [Offer(cell, row[name], where)] if row[name].strip() else []
    if not column.numeric:
        return []
    direct = column.key == "realisasi" and any(c.key == "langsung" for c in table.columns)
    call = column.calls.get(INDICATOR)
    linked = call is not None and call.function.name == "SALIN"
    if not (column.entry or direct or linked):
        return []  # computed from the others; validate compares
    value = _read(row[name], where)
    if value is None:
        return []
    if direct:
        return _direct_offer(view, table, key, value, row, columns, where)
    return [Offer(cell, value, where, check=linked)]


def _direct_offer(
    view: BookView,
    table: Table,
    key: str,
    value: Scalar,
    row: Record,
    columns: Mapping[str, Column],
    where: str,
) -> list[Offer]:
    """A realisasi: entered directly where there is no ratio, else it must agree with the ratio."""
    by_key = {column.key: row[name] for name, column in columns.items()}
    ratio = [_read(by_key.get(part, ""), where) for part in ("pembilang", "penyebut")]
    if not any(isinstance(part, Decimal) for part in ratio):
        return [Offer(Key(table.key, key, "langsung"), value, where)]
    factor = indicator_value(OfIndicator("factor"), Key(table.key, key, "realisasi"), view.rule_year)
    computed = f.REALISASI(*ratio, factor)
    if isinstance(value, Decimal) and computed != value and f.REALISASI("-", "-", None, value) != computed:
        raise BookError(
            "SUMBER10",
            f"{where}: realisasi {show(value)} tidak sama dengan pembilang/penyebut, yaitu {show(computed)}.",
            "Perbaiki salah satunya, atau nyatakan yang dipakai dalam berkas koreksi.",
        )
    return []


# --- another workbook ----------------------------------------------------------------------------


def _from_book(view: BookView, path: Path, other: BookView) -> list[Offer]:
    """Entries of a book of the same kind; for an efficiency book, the output side of a RAPK book."""
    if other.year != view.year:
        raise BookError(
            "SUMBER11",
            f"{path.name} adalah buku tahun {other.year}, sedangkan {view.book.path.name} tahun {view.year}.",
            "Pakai buku tahun yang sama.",
        )
    evaluator = Evaluator(other)
    offers = []
    if (other.layout.kind, view.layout.kind) == ("rapk", "efisiensi"):
        pairs = {"output_target": "target", "output_realisasi": "realisasi"}
        for row in plan_rows(view.layout.table("efisiensi"), view.rule_year):
            for mine, theirs in pairs.items():
                source = Key("capaian", row.key, theirs)
                if row.kind == INDICATOR and other.positions.has(source):
                    value = evaluator.chain(source)
                    place = _place(other, path, source)
                    if isinstance(value, CellError):
                        raise BookError(
                            "ISI05", f"{place} menghasilkan {value}.", "Perbaiki isian asalnya lebih dahulu."
                        )
                    offers.append(Offer(Key("efisiensi", row.key, mine), value, place))
        return offers
    if other.layout.kind != view.layout.kind:
        return []  # an efficiency book fills named cells alone
    for _, column, key in other.located():
        if column.is_entry(evaluator.kind(key.row)) and evaluator.call(key) is None:
            value = evaluator.written(key) if column.numeric else evaluator.raw(key)
            if isinstance(value, CellError):
                raise BookError(
                    "ISI05", f"{_place(other, path, key)} berisi {value}.", "Perbaiki sel itu lebih dahulu."
                )
            if value not in (None, "") and other.cell(key) is not None:
                offers.append(Offer(key, value, _place(other, path, key)))
    return offers


def _content(view: BookView, row: Record, where: str) -> Scalar:
    """What a named cell is to hold: an amount is read like any other number."""
    amounts = {item.name for item in view.layout.fields if item.unit == "rupiah"}
    return _read(row["isi"], where) if row["nama_sel"] in amounts else row["isi"]


_BUDGET = {BUDGET: "input_target", SPENT: "input_realisasi"}
"""The named cells that the total of an efficiency book fills, with its columns."""


def _budget_of(view: BookView, path: Path, other: BookView) -> Iterator[FieldOffer]:
    """What an efficiency book tells a RAPK book: the budget after revision, and what was used of it."""
    if (other.layout.kind, view.layout.kind) != ("efisiensi", "rapk"):
        return
    evaluator = Evaluator(other)
    for name, column in _BUDGET.items():
        key = Key("efisiensi", TOTAL, column)
        value, place = evaluator.chain(key), _place(other, path, key)
        if isinstance(value, CellError):
            raise BookError("ISI05", f"{place} menghasilkan {value}.", "Perbaiki isian asalnya lebih dahulu.")
        if isinstance(value, Decimal):
            yield FieldOffer(name, value, place)


def _place(view: BookView, path: Path, key: Key) -> str:
    sheet, address = view.address(key)
    return f"{path.name} › {sheet}!{address}"


def _refuse_conflicts(offers: Sequence[Offer]) -> None:
    first: dict[Key, Offer] = {}
    for offer in offers:
        known = first.setdefault(offer.key, offer)
        if known.value != offer.value:
            raise BookError(
                "SUMBER12",
                f"Sumber bertentangan: {known.origin} berisi {show(known.value)}, "
                f"{offer.origin} berisi {show(offer.value)}.",
                "Pakai salah satu sumber, atau nyatakan yang dipakai dalam berkas koreksi.",
            )
