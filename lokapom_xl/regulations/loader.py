"""Read the rule files, refuse anything doubtful, and write them as one Python module.

Used by `lokapom-xl build` and by the tests. What runs in a cell imports the generated `_compiled.py` through
`lookup`; it needs neither TOML nor this module.

The shape of every subject is declared in `SUBJECTS` below. A new fiscal year is lines of TOML; only a new
*subject* needs a line here.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from .identity import normalise

COMPILED = "_compiled.py"
STATUSES = ("printed", "reproduced", "elsewhere", "open")
GRID = Decimal("0.01")

Check = Callable[[Any, str], Any]
"""Takes a raw TOML value and the key it stands under; returns the clean value or raises `Refused`."""


class Refused(Exception):
    """A value that is not acceptable. `key` says where it stands inside its file."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}")


class RegulationError(ValueError):
    """A rule file cannot be used; the sentence names the file and the key."""


# --- the vocabulary of the schemas ---------------------------------------------------------------


def _text(value: Any, key: str) -> str:
    if not isinstance(value, str) or not value.strip() or value != value.strip():
        raise Refused(key, "harus berupa teks yang tidak kosong, tanpa spasi di awal atau akhir")
    return value


def _integer(value: Any, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Refused(key, "harus berupa bilangan bulat yang tidak negatif")
    return value


def _number(value: Any, key: str) -> Decimal:
    number = Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(number, Decimal) or not number.is_finite():
        raise Refused(key, "harus berupa angka")
    return number


def _positive(value: Any, key: str) -> Decimal:
    number = _number(value, key)
    if number <= 0:
        raise Refused(key, "harus lebih besar dari nol")
    return number


def _edge(value: Any, key: str) -> Decimal:
    number = _number(value, key)
    if number % GRID != 0:
        raise Refused(key, f"{number} tidak berada pada kelipatan 0,01")
    return number.quantize(GRID)


def _date(value: Any, key: str) -> datetime.date:
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise Refused(key, "harus berupa tanggal")
    return value


def _one_of(*choices: str) -> Check:
    def check(value: Any, key: str) -> str:
        if value not in choices:
            raise Refused(key, f"“{value}” tidak dikenal; pilihan: {', '.join(choices)}")
        return str(value)

    return check


def _pattern(pattern: str, what: str) -> Check:
    compiled = re.compile(pattern, re.ASCII)

    def check(value: Any, key: str) -> str:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise Refused(key, f"“{value}” bukan {what}")
        return value

    return check


def _list_of(item: Check, *, minimum: int = 0) -> Check:
    def check(value: Any, key: str) -> list[Any]:
        if not isinstance(value, list) or len(value) < minimum:
            raise Refused(key, f"harus berupa daftar dengan paling sedikit {minimum} isian")
        return [item(each, f"{key}[{number}]") for number, each in enumerate(value, 1)]

    return check


def _map_of(item: Check) -> Check:
    def check(value: Any, key: str) -> dict[str, Any]:
        if not isinstance(value, dict) or not value:
            raise Refused(key, "harus berupa tabel yang tidak kosong")
        return {name: item(each, f"{key}.{name}") for name, each in value.items()}

    return check


def _table(required: Mapping[str, Check], optional: Mapping[str, tuple[Check, Any]] | None = None) -> Check:
    """A table with exactly these keys; `optional` maps a key to its check and its default."""
    extra = optional or {}

    def check(value: Any, key: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Refused(key, "harus berupa tabel")
        prefix = f"{key}." if key else ""
        for name in value:
            if name not in required and name not in extra:
                raise Refused(f"{prefix}{name}", "kunci tidak dikenal")
        clean = {}
        for name, inner in required.items():
            if name not in value:
                raise Refused(f"{prefix}{name}", "kunci wajib belum diisi")
            clean[name] = inner(value[name], f"{prefix}{name}")
        for name, (inner, default) in extra.items():
            clean[name] = inner(value[name], f"{prefix}{name}") if name in value else default
        return clean

    return check


_band = _table({"label": _text}, {"from": (_edge, None), "to": (_edge, None)})


def _bands(value: Any, key: str) -> list[dict[str, Any]]:
    """Bands that cover every number on the 0.01 grid exactly once, in ascending order."""
    bands: list[dict[str, Any]] = _list_of(_band, minimum=1)(value, key)
    labels = [band["label"] for band in bands]
    for number, (label, band) in enumerate(zip(labels, bands, strict=True), 1):
        where, lower, upper = f"{key}[{number}]", band["from"], band["to"]
        if labels.index(label) != number - 1:
            raise Refused(f"{where}.label", f"“{label}” muncul dua kali")
        if (lower is None) != (number == 1):
            raise Refused(f"{where}.from", "tidak boleh ada pada rentang pertama dan wajib pada yang lain")
        if (upper is None) != (number == len(bands)):
            raise Refused(f"{where}.to", "tidak boleh ada pada rentang terakhir dan wajib pada yang lain")
        if lower is not None and upper is not None and lower > upper:
            raise Refused(where, f"batas bawah {lower} melebihi batas atas {upper}")
        if number > 1:
            expected = bands[number - 2]["to"] + GRID
            if lower > expected:
                raise Refused(f"{where}.from", f"ada celah: seharusnya {expected}, tertulis {lower}")
            if lower < expected:
                raise Refused(f"{where}.from", f"tumpang tindih: seharusnya {expected}, tertulis {lower}")
    return bands


# --- the identity of indicators ------------------------------------------------------------------

_slug = _pattern(r"[a-z]+(-[a-z]+)*", "slug (huruf kecil dan tanda hubung)")
_group_slug = _pattern(r"[a-z]+(-[a-z]+)*[0-9]*", "slug (huruf kecil, tanda hubung, boleh diakhiri angka)")
_names = {"slug": _group_slug, "name": _text, "aliases": _list_of(_text)}
MEMBERS = (
    "indicators-of-objective",
    "objectives-of-perspective",
    "perspectives",
    "objectives",
    "indicators",
)

_identity_table = _table(
    {
        "perspectives": _list_of(_table(_names), minimum=1),
        "objectives": _list_of(_table({**_names, "perspective": _group_slug}), minimum=1),
        "aggregates": _list_of(_table({**_names, "members": _one_of(*MEMBERS)}), minimum=1),
        "indicators": _list_of(
            _table(
                {
                    "slug": _slug,
                    "name": _text,
                    "unit": _one_of("persen", "nilai", "indeks"),
                    "decimals": _integer,
                    "objective": _group_slug,
                    "polarity": _one_of("maximize", "minimize"),
                    "factor": _positive,
                    "numbers": _table(
                        {
                            "ikss": _pattern(r"IKSS[1-9][0-9]*", "nomor IKSS"),
                            "rapk": _integer,
                            "efisiensi": _integer,
                            "pk": _integer,
                        }
                    ),
                    "aliases": _list_of(_text),
                },
                {"factor_status": (_one_of(*STATUSES), None)},
            ),
            minimum=1,
        ),
    }
)


def _identity(value: Any, key: str) -> dict[str, Any]:
    """The identity table, with every reference resolved and no spelling claimed by two rows."""
    data: dict[str, Any] = _identity_table(value, key)
    slugs = {}
    for group in ("perspectives", "objectives", "aggregates", "indicators"):
        slugs[group] = [row["slug"] for row in data[group]]
        for number, slug in enumerate(slugs[group], 1):
            if slugs[group].index(slug) != number - 1:
                raise Refused(f"{key}.{group}[{number}].slug", f"“{slug}” muncul dua kali")

    for child, parent, field in (
        ("objectives", "perspectives", "perspective"),
        ("indicators", "objectives", "objective"),
    ):
        for number, row in enumerate(data[child], 1):
            if row[field] not in slugs[parent]:
                raise Refused(f"{key}.{child}[{number}].{field}", f"“{row[field]}” tidak ada di {parent}")

    owners = {"indicators-of-objective": "objectives", "objectives-of-perspective": "perspectives"}
    for number, row in enumerate(data["aggregates"], 1):
        owner = owners.get(row["members"])
        if owner and row["slug"] not in slugs[owner]:
            raise Refused(f"{key}.aggregates[{number}].slug", f"“{row['slug']}” tidak ada di {owner}")

    for document in ("ikss", "rapk", "efisiensi", "pk"):
        seen: set[Any] = set()
        for number, row in enumerate(data["indicators"], 1):
            where = f"{key}.indicators[{number}].numbers.{document}"
            if row["numbers"][document] in seen:
                raise Refused(where, f"nomor {row['numbers'][document]} dipakai dua kali")
            seen.add(row["numbers"][document])

    claimed: dict[str, str] = {}
    for where, slug, spelling in _spellings(data, key):
        folded = normalise(spelling)
        if not folded:
            raise Refused(where, f"“{spelling}” tidak memuat huruf atau angka")
        if claimed.setdefault(folded, slug) != slug:
            raise Refused(where, f"“{spelling}” sudah menjadi nama “{claimed[folded]}”")
    return data


def _spellings(data: Mapping[str, Any], key: str) -> Iterator[tuple[str, str, str]]:
    """Every name and alias: where it stands, whose it is, how it is spelt."""
    for group in ("perspectives", "objectives", "aggregates", "indicators"):
        for number, row in enumerate(data[group], 1):
            where = f"{key}.{group}[{number}]"
            yield f"{where}.name", row["slug"], row["name"]
            for position, alias in enumerate(row["aliases"], 1):
                yield f"{where}.aliases[{position}]", row["slug"], alias


# --- the subjects ---------------------------------------------------------------------------------

_colour = _pattern(r"#[0-9A-F]{6}", "warna heksadesimal seperti #1F4E8C")


def _colours(value: Any, key: str) -> list[dict[str, Any]]:
    row = _table({"label": _text, "fill": _colour, "ink": _colour, "mark": _text, "wording": _text})
    rows: list[dict[str, Any]] = _list_of(row, minimum=1)(value, key)
    labels = [each["label"] for each in rows]
    for number, label in enumerate(labels, 1):
        if labels.index(label) != number - 1:
            raise Refused(f"{key}[{number}].label", f"“{label}” muncul dua kali")
    return rows


def _weights(value: Any, key: str) -> dict[str, Decimal]:
    weights: dict[str, Decimal] = _table({"eka": _positive, "ikpa": _positive})(value, key)
    if sum(weights.values()) != 100:
        raise Refused(key, "jumlah bobot harus 100")
    return weights


SUBJECTS: dict[str, Check] = {
    "batas_capaian": _table({"cap": _positive}),
    "desimal": _table(
        dict.fromkeys(("realisasi", "capaian", "ie", "te", "selisih", "label", "display"), _integer)
    ),
    "efisiensi": _table(
        {
            "se": _positive,
            "output": _one_of("capaian", "penyesuaian"),
            "te_from": _one_of("ie-dibulatkan", "ie-mentah"),
            "total_output": _one_of("rata-rata-capaian"),
            "total_input": _one_of("jumlah-realisasi-per-jumlah-pagu"),
            "bands": _bands,
        }
    ),
    "indikator": _identity,
    "kriteria": _table({"label_from": _one_of("capaian", "penyesuaian"), "bands": _bands}),
    "nka": _table({"weights": _weights}),
    "nps": _table(
        {
            "weights": _one_of("sama", "per-indikator"),
            "ss": _one_of("rata-rata-npi"),
            "perspektif": _one_of("rata-rata-ss", "rata-rata-indikator"),
            "intermediate": _one_of("tanpa-pembulatan", "dibulatkan"),
            "total": _one_of("rata-rata-perspektif"),
            "divisor": _one_of("jumlah-bobot", "jumlah-indikator"),
            "unmeasured": _one_of("dilewati"),
            "cluster": _one_of("rata-rata-ss-tercetak"),
        }
    ),
    "polaritas": _table(
        {
            "maximize": _one_of("realisasi-per-target"),
            "minimize": _one_of("satu-tambah-satu-kurang-realisasi-per-target"),
            "target_zero": _one_of("tidak-terdefinisi"),
        }
    ),
    "predikat": _table({"bands": _bands}),
    "renstra": _table({"bands": _bands, "last_year": _integer}),
    "risiko": _table({"bands": _bands}),
    "sakip": _table({"total": _one_of("jumlah-komponen"), "bands": _bands}),
    "warna": _table({"colours": _colours}),
}

_open_points = _list_of(_table({"point": _text, "choice": _text, "reason": _text}))


def _document(data: Check) -> Check:
    version = _table(
        {
            "start": _date,
            "reviewed_until": _date,
            "reference": _text,
            "status": _one_of(*STATUSES),
            "data": data,
        },
        {
            "status_of": (_map_of(_one_of(*STATUSES)), {}),
            "note": (_text, ""),
            "open": (_open_points, []),
        },
    )
    shape = _table({"title": _text, "version": _list_of(version, minimum=1)}, {"open": (_open_points, [])})

    def check(value: Any, key: str) -> dict[str, Any]:
        document: dict[str, Any] = shape(value, key)
        previous: datetime.date | None = None
        for number, each in enumerate(document["version"], 1):
            where = f"version[{number}]"
            if previous is not None and each["start"] <= previous:
                raise Refused(f"{where}.start", "versi harus berurutan menurut tanggal mulai")
            if each["reviewed_until"] < each["start"]:
                raise Refused(f"{where}.reviewed_until", "lebih awal daripada tanggal mulai")
            for name in each["status_of"]:
                if name not in each["data"]:
                    raise Refused(f"{where}.status_of.{name}", "tidak ada kunci data dengan nama itu")
            previous = each["start"]
        return document

    return check


# --- the two verbs --------------------------------------------------------------------------------


def load(folder: Path | str) -> dict[str, dict[str, Any]]:
    """All rule files of `folder` as plain nested data, by subject; `RegulationError` names file and key."""
    root = Path(folder)
    found = {path.stem: path for path in sorted(root.glob("*.toml"))}
    for subject in sorted(SUBJECTS.keys() | found.keys()):
        if subject not in found:
            raise RegulationError(f"{root / (subject + '.toml')}: berkas aturan tidak ada")
        if subject not in SUBJECTS:
            raise RegulationError(f"{found[subject]}: pokok aturan “{subject}” tidak dikenal")
    loaded = {}
    for subject, path in found.items():
        try:
            raw = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
            loaded[subject] = _document(SUBJECTS[subject])(raw, "")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise RegulationError(f"{path}: bukan TOML yang sah: {error}") from error
        except Refused as error:
            raise RegulationError(f"{path}: {error}") from error
    return loaded


def compile_source(folder: Path | str) -> str:
    """The text of `_compiled.py` for the rule files of `folder`; the same files give the same text."""
    return (
        "# generated by `lokapom-xl build` from the TOML files of this folder; do not edit\n"
        "# ruff: noqa\n"
        '"""The rules by year, as data. Read them through `lookup` and `identity`."""\n\n'
        "from __future__ import annotations\n\n"
        "from datetime import date\n"
        "from decimal import Decimal as D\n"
        "from typing import Any\n\n"
        f"RULES: dict[str, dict[str, Any]] = {_literal(load(folder), 0)}\n"
    )


def _literal(value: Any, depth: int) -> str:
    """`value` as Python source; whatever fits stays on one line, so that a diff shows one rule per line."""
    if isinstance(value, Decimal):
        return f'D("{value:f}")'
    if isinstance(value, datetime.date):
        return f"date({value.year}, {value.month}, {value.day})"
    if not isinstance(value, (dict, list)) or not value:
        return repr(value)
    if isinstance(value, dict):
        items = [f"{name!r}: {_literal(each, depth + 1)}" for name, each in value.items()]
        opening, closing = "{", "}"
    else:
        items = [_literal(each, depth + 1) for each in value]
        opening, closing = "[", "]"
    line = opening + ", ".join(items) + closing
    if len(line) + 4 * depth <= 100 and "\n" not in line:
        return line
    pad = "    " * (depth + 1)
    return opening + "\n" + "".join(f"{pad}{item},\n" for item in items) + "    " * depth + closing
