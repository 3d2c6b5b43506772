"""What the books look like, as data: tables, columns, and how each computed cell is made.

One declaration drives everything: the template (both editions), `fill`, `compute`, `validate` and
the tests. A computed cell is a `Call` of a record with arguments that say *which* cells, not where
they are; positions are found in the workbook at hand (`locate.py`), because staff insert rows,
move columns and rename sheets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Union

from .. import functions as f
from .. import regulations
from ..registry import Function
from .ops import COPY, COPY_TEXT, SKIPPED, SUM

# --- arguments of a computed cell ----------------------------------------------------------------


@dataclass(frozen=True)
class Same:
    """The cell of another column in the same row."""

    column: str


@dataclass(frozen=True)
class Elsewhere:
    """The cell of the same indicator (or aggregate) in another table; `{month}` is the row's month."""

    table: str
    column: str


@dataclass(frozen=True)
class SameRow:
    """The cell of the row with the same key (the same indicator and month) in another table."""

    table: str
    column: str


@dataclass(frozen=True)
class Members:
    """The cells of the rows that an aggregate row is the mean of (in `table`, else the same table)."""

    column: str
    table: str = ""


@dataclass(frozen=True)
class Whole:
    """The cells of all rows of the table that are no summary."""

    column: str


@dataclass(frozen=True)
class RuleYear:
    """The rule year of the book, in its named cell ATURAN_TAHUN."""


@dataclass(frozen=True)
class OfIndicator:
    """A property of the indicator itself from `indikator.toml`; omitted where it is the default."""

    attribute: str


Arg = Union[Same, Elsewhere, SameRow, Members, Whole, RuleYear, OfIndicator]


@dataclass(frozen=True)
class Call:
    """A computed cell: a function record and, per argument name, the cells it takes."""

    function: Function
    args: Mapping[str, Arg]


# --- columns, tables, books ----------------------------------------------------------------------

INDICATOR, SS, PERSPECTIVE, NPS_TOTAL, TOTAL = "indikator", "ss", "perspektif", "nps-total", "jumlah"
AGGREGATES = (SS, PERSPECTIVE, NPS_TOTAL)
NPS_TOTAL_SLUG = "total"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    `header` and `aliases` may hold `{year}`, `{year-1}` and the like. `unit` decides number format and
    reading: `points`, `ratio`, `rupiah`, `count` (all numbers), `label` or `text`. `text_of` names the
    row property that the template writes (number, name ...). `entry` says that staff fill it in indicator
    rows. `calls` gives the computed cells by row kind. `fact` names the quantity, so that the same fact
    stated in several places can be compared. `soft` marks a computed cell that may be typed where its
    inputs are absent; an `optional` column may be missing from a sheet; a `required` entry may not stay
    blank; what a `signed` column states outweighs every other statement of the same fact. `choices` are
    offered, not enforced.
    """

    key: str
    header: str
    group: str = ""
    unit: str = "text"
    width: float = 10
    text_of: str = ""
    entry: bool = False
    calls: Mapping[str, Call] = field(default_factory=dict)
    fact: str = ""
    soft: bool = False
    aliases: tuple[str, ...] = ()
    optional: bool = False
    required: bool = False
    signed: bool = False
    choices: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        return self.unit in ("points", "ratio", "rupiah", "count")

    @property
    def decimals(self) -> int:
        """How many decimals people see and compare."""
        return 0 if self.unit == "count" else 2


_DATED = re.compile(r"\{year([+-]\d)?\}")


def dated(text: str, year: int) -> str:
    """A header with the years of a book of `year`."""
    return _DATED.sub(lambda match: str(year + int(match[1] or 0)), text)


@dataclass(frozen=True)
class Row:
    """One row that a table is expected to have."""

    key: str
    kind: str
    slug: str
    name: str
    number: str = ""
    month: int = 0
    ss: str = ""
    ikss: str = ""
    objective: str = ""
    perspective: str = ""


@dataclass(frozen=True)
class Table:
    """One table on one sheet. `rows` names the plan of its rows (see `plan_rows`).

    A source of a `partial` table need not have all rows of the plan. `lines` is the room that a row has
    for what people write. Without `buttons` the ribbon must do: openpyxl, in the hands of others, keeps
    buttons on nine sheets at most.
    """

    key: str
    sheet: str
    title: str
    columns: tuple[Column, ...]
    rows: str = "indikator"
    order: str = "ikss"
    name_column: str = "indikator"
    partial: bool = False
    lines: int = 1
    buttons: bool = True

    @property
    def listed(self) -> int:
        """How many numbered rows a list has; 0 for a table whose rows have names."""
        return int(self.rows.removeprefix("daftar:").partition("+")[0]) if self.rows[:7] == "daftar:" else 0

    def column(self, key: str) -> Column:
        return next(c for c in self.columns if c.key == key)


@dataclass(frozen=True)
class Field:
    """One named cell outside the tables. `column` is its name in data files."""

    key: str
    name: str
    sheet: str
    label: str
    unit: str = "text"
    default: str = ""
    table: str = ""
    entry: bool = True


@dataclass(frozen=True)
class Layout:
    """A kind of book: its tables and named cells. In a `printed` book computed cells are typed."""

    kind: str
    title: str
    tables: tuple[Table, ...]
    fields: tuple[Field, ...] = ()
    printed: bool = False

    def table(self, key: str) -> Table:
        return next(t for t in self.tables if t.key == key)


MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


_MONTHS_OF = {"bulanan": range(1, 13), "triwulanan": range(3, 13, 3)}
"""The months of tables that have each indicator several times."""

QUARTERS = ("I", "II", "III", "IV")


def month_key(slug: str, month: int) -> str:
    return f"{slug}@{month:02d}"


def plan_rows(table: Table, year: int) -> tuple[Row, ...]:
    """The rows that `table` has in a book of `year`, in the order of the official form.

    `indikator` (`+jumlah`: with a total), `capaian` (with the rows of every level), `bulanan` and
    `triwulanan` (every indicator in every month, or last month of a quarter), `tunggal`, and `daftar:N`
    (N numbered rows for what an office lists; also with `+jumlah`).
    """
    if table.listed:
        rows = [Row(str(n), INDICATOR, str(n), str(n), str(n)) for n in range(1, table.listed + 1)]
        return (*rows, Row(TOTAL, TOTAL, TOTAL, "Jumlah")) if table.rows.endswith("+jumlah") else tuple(rows)
    people = {i.slug: i for i in regulations.indicators(year)}
    objectives = {o.slug: o for o in regulations.objectives(year)}
    perspectives = {p.slug: p for p in regulations.perspectives(year)}

    def row(slug: str, number: str, month: int = 0) -> Row:
        indicator = people[slug]
        objective = objectives[indicator.objective]
        return Row(
            key=month_key(slug, month) if month else slug,
            kind=INDICATOR,
            slug=slug,
            name=indicator.name,
            number=number,
            month=month,
            ss=objective.slug.upper(),
            ikss=str(indicator.numbers["ikss"]),
            objective=objective.name,
            perspective=perspectives[objective.perspective].name,
        )

    ordered = list(people)
    if table.order != "ikss":
        ordered.sort(key=lambda slug: int(people[slug].numbers[table.order]))
    if table.rows in _MONTHS_OF:
        months = _MONTHS_OF[table.rows]
        return tuple(row(slug, str(n), m) for m in months for n, slug in enumerate(ordered, 1))
    if table.rows == "tunggal":
        return (Row(TOTAL, TOTAL, TOTAL, ""),)
    if table.rows != "capaian":
        rows = [row(slug, str(n)) for n, slug in enumerate(ordered, 1)]
        if table.rows == "indikator+jumlah":
            rows.append(Row(TOTAL, TOTAL, TOTAL, "Total"))
        return tuple(rows)
    result: list[Row] = []
    number = 0
    for perspective in perspectives.values():
        for objective in objectives.values():
            if objective.perspective != perspective.slug:
                continue
            for slug in ordered:
                if people[slug].objective == objective.slug:
                    number += 1
                    result.append(row(slug, str(number)))
            result.append(_aggregate(SS, objective.slug, year, ss=objective.slug.upper()))
        result.append(_aggregate(PERSPECTIVE, perspective.slug, year))
    result.append(_aggregate(NPS_TOTAL, NPS_TOTAL_SLUG, year))
    return tuple(result)


def aggregate_name(slug: str, year: int) -> str:
    """What a summary row is called: `Capaian SS1`, `NPS TOTAL`."""
    return next((a.name for a in regulations.aggregates(year) if a.slug == slug), slug)


def _aggregate(kind: str, slug: str, year: int, ss: str = "") -> Row:
    return Row(slug, kind, slug, aggregate_name(slug, year), ss=ss)


def row_kind(slug: str, year: int) -> str:
    """The kind of the row that carries `slug`."""
    if slug == TOTAL:
        return TOTAL
    if slug == NPS_TOTAL_SLUG:
        return NPS_TOTAL
    if any(o.slug == slug for o in regulations.objectives(year)):
        return SS
    if any(p.slug == slug for p in regulations.perspectives(year)):
        return PERSPECTIVE
    return INDICATOR


# --- the official books --------------------------------------------------------------------------

_NO = Column("no", "No.", width=5, text_of="number", optional=True)
_NAME = Column("indikator", "Indikator Kinerja", width=46, text_of="name", aliases=("indikator",))
_YEAR = RuleYear()


def _each(function: Function, kinds: tuple[str, ...], **args: Arg) -> dict[str, Call]:
    return {kind: Call(function, args) for kind in kinds}


def _labelled_value(year: int) -> str:
    """Which column the kriteria of the year label (`label_from`): capaian or penyesuaian."""
    source = regulations.value("kriteria", year, "label_from")
    return "capaian" if source == "capaian" else ""


def _pk() -> Table:
    return Table(
        "pk",
        "PK",
        "PERJANJIAN KINERJA TAHUN {year}",
        (
            _NO,
            Column("sasaran", "Sasaran Strategis", width=46, text_of="objective", optional=True),
            _NAME,
            Column(
                "target",
                "Target",
                unit="points",
                width=12,
                entry=True,
                fact="target",
                required=True,
                signed=True,
            ),
        ),
    )


def _rapk_columns(entry: bool) -> tuple[Column, ...]:
    months = tuple(
        Column(
            f"b{m:02d}",
            f"B{m:02d}",
            "Target",
            "points",
            8.5,
            entry=True,
            fact=f"target@{m:02d}",
            required=m == 12,
        )
        for m in range(1, 13)
    )
    budget = Column(
        "anggaran",
        "Anggaran",
        unit="rupiah",
        width=19,
        entry=True,
        required=True,
        calls=_each(SUM, (TOTAL,), nilai=Whole("anggaran")),
        fact="anggaran",
    )
    return (_NO, _NAME, *months, budget)


def _rapk() -> Table:
    title = "RENCANA AKSI PERJANJIAN KINERJA TAHUN {year}"
    return Table("rapk", "RAPK", title, _rapk_columns(True), "indikator+jumlah", "rapk")


def _realisasi_columns() -> tuple[Column, ...]:
    group = "Realisasi"
    return (
        Column("pembilang", "Pembilang", group, "count", 11, entry=True),
        Column("penyebut", "Penyebut", group, "count", 11, entry=True),
        Column("langsung", "Nilai Langsung", group, "points", 11, entry=True),
        Column(
            "realisasi",
            "Realisasi",
            group,
            "points",
            11,
            calls=_each(
                f.REALISASI,
                (INDICATOR,),
                pembilang=Same("pembilang"),
                penyebut=Same("penyebut"),
                faktor=OfIndicator("factor"),
                langsung=Same("langsung"),
            ),
            fact="realisasi",
        ),
    )


def _monitoring() -> Table:
    share = "% Capaian terhadap Target"
    follow = "Penjelasan dan Tindak Lanjut"
    texts = (
        ("penjelasan", "Penjelasan / Hambatan", 56, ("kendala",)),
        ("rencana_tindak_lanjut", "Rencana Tindak Lanjut", 56, ("rencana_aksi",)),
        ("timeline", "Timeline", 18, ()),
        ("laporan_progres", "Laporan Progres Tindak Lanjut", 50, ("belum_rencana_aksi",)),
    )
    return Table(
        "pemantauan",
        "Pemantauan",
        "PEMANTAUAN RENCANA AKSI PERJANJIAN KINERJA TAHUN {year}",
        (
            Column("bulan", "Bulan", width=7, text_of="month"),
            _NO,
            _NAME,
            Column(
                "target",
                "Target s.d. Bulan",
                unit="points",
                width=10,
                calls=_each(COPY, (INDICATOR,), nilai=Elsewhere("rapk", "b{month}")),
                fact="target@{month}",
            ),
            *_realisasi_columns(),
            Column(
                "capaian_bulan",
                "Bulan Ini",
                share,
                "points",
                10,
                calls=_each(
                    f.CAPAIAN,
                    (INDICATOR,),
                    target=Same("target"),
                    realisasi=Same("realisasi"),
                    polaritas=OfIndicator("polarity"),
                ),
                aliases=("% capaian thd target bulan", "persentase"),
            ),
            Column(
                "capaian_tahun",
                "Tahunan",
                share,
                "points",
                10,
                calls=_each(
                    f.CAPAIAN,
                    (INDICATOR,),
                    target=Elsewhere("pk", "target"),
                    realisasi=Same("realisasi"),
                    polaritas=OfIndicator("polarity"),
                ),
                aliases=("% capaian thd target tahunan",),
            ),
            *(
                Column(
                    key,
                    header,
                    follow,
                    "text",
                    width,
                    entry=True,
                    aliases=aliases,
                    choices=MONTHS if key == "timeline" else (),
                )
                for key, header, width, aliases in texts
            ),
        ),
        "bulanan",
        lines=4,
    )


def _scores(year: int) -> tuple[Column, ...]:
    score, labels = "Capaian Penyesuaian", "Kriteria / Predikat"
    labelled = _labelled_value(year)

    def label_calls(source: str) -> dict[str, Call]:
        return {
            INDICATOR: Call(f.KRITERIA, {"nilai": Same(labelled or source), "tahun": _YEAR}),
            **_each(f.PREDIKAT, AGGREGATES, nps=Same(source), tahun=_YEAR),
        }

    return (
        Column(
            "capaian",
            "Capaian",
            unit="points",
            width=10,
            calls={
                INDICATOR: Call(
                    f.CAPAIAN,
                    {
                        "target": Same("target"),
                        "realisasi": Same("realisasi"),
                        "polaritas": OfIndicator("polarity"),
                    },
                ),
                **_each(f.NPS, AGGREGATES, nilai=Members("capaian")),
            },
        ),
        Column(
            "npi",
            "Menurut Aturan (NPI)",
            score,
            "points",
            12,
            calls={
                INDICATOR: Call(f.NPI, {"capaian": Same("capaian"), "tahun": _YEAR}),
                **_each(f.NPS, AGGREGATES, nilai=Members("npi")),
            },
        ),
        Column("dinyatakan", "Dinyatakan", score, "points", 12, entry=True),
        Column(
            "capaian_penyesuaian",
            "Dengan Penyesuaian",
            score,
            "points",
            13,
            calls={
                INDICATOR: Call(f.PENYESUAIAN, {"npi": Same("npi"), "dinyatakan": Same("dinyatakan")}),
                **_each(f.NPS, AGGREGATES, nilai=Members("capaian_penyesuaian")),
            },
        ),
        Column(
            "kriteria",
            "Dengan Penyesuaian",
            labels,
            "label",
            15,
            calls=label_calls("capaian_penyesuaian"),
            aliases=("kriteria",),
        ),
        Column("kriteria_aturan", "Menurut Aturan", labels, "label", 15, calls=label_calls("npi")),
        Column(
            "belum_diukur",
            "Belum Diukur",
            unit="count",
            width=9,
            calls={
                SS: Call(SKIPPED, {"nilai": Members("capaian_penyesuaian")}),
                **_each(SUM, (PERSPECTIVE, NPS_TOTAL), nilai=Members("belum_diukur")),
            },
        ),
        Column("alasan", "Alasan", "Dasar Penyesuaian yang Dinyatakan", "text", 48, entry=True),
        Column("dasar_hukum", "Dasar Hukum", "Dasar Penyesuaian yang Dinyatakan", "text", 48, entry=True),
    )


def _achievement(year: int) -> Table:
    return Table(
        "capaian",
        "Capaian",
        "CAPAIAN KINERJA TAHUN {year}",
        (
            Column("perspektif", "Perspektif", width=19, text_of="perspective", optional=True),
            Column("ss", "SS", width=6, text_of="ss", optional=True),
            Column("sasaran", "Sasaran Strategis", width=30, text_of="objective", optional=True),
            Column("ikss", "IKSS", width=8, text_of="ikss", optional=True),
            _NAME,
            Column(
                "target",
                "Target",
                unit="points",
                width=10,
                calls=_each(COPY, (INDICATOR,), nilai=Elsewhere("pk", "target")),
                fact="target",
            ),
            *_realisasi_columns(),
            *_scores(year),
        ),
        "capaian",
    )


def _efficiency() -> Table:
    output, used = "Output", "Input (Anggaran)"
    both = (INDICATOR, TOTAL)
    share = Call(
        f.CAPAIAN,
        {
            "target": Same("output_target"),
            "realisasi": Same("output_realisasi"),
            "polaritas": OfIndicator("polarity"),
        },
    )
    return Table(
        "efisiensi",
        "Efisiensi",
        "EFISIENSI ANGGARAN TAHUN {year}",
        (
            _NO,
            _NAME,
            Column(
                "output_target",
                "Target",
                output,
                "points",
                10,
                entry=True,
                fact="target",
                aliases=("T",),
                required=True,
            ),
            Column(
                "output_realisasi",
                "Realisasi",
                output,
                "points",
                10,
                entry=True,
                fact="realisasi",
                aliases=("R",),
                required=True,
            ),
            Column(
                "output_persen",
                "%",
                output,
                "points",
                10,
                calls={INDICATOR: share, TOTAL: Call(f.NPS, {"nilai": Whole("output_persen")})},
            ),
            Column(
                "input_target",
                "Target",
                used,
                "rupiah",
                19,
                entry=True,
                required=True,
                calls=_each(SUM, (TOTAL,), nilai=Whole("input_target")),
                fact="anggaran",
                aliases=("T", "Pagu", "anggaran"),
            ),
            Column(
                "input_realisasi",
                "Realisasi",
                used,
                "rupiah",
                19,
                entry=True,
                required=True,
                calls=_each(SUM, (TOTAL,), nilai=Whole("input_realisasi")),
                aliases=("R", "realisasi_anggaran"),
            ),
            Column(
                "input_persen",
                "%",
                used,
                "points",
                10,
                calls=_each(
                    f.REALISASI, both, pembilang=Same("input_realisasi"), penyebut=Same("input_target")
                ),
            ),
            Column(
                "ie",
                "IE",
                unit="ratio",
                width=8,
                calls=_each(
                    f.IE, both, persen_output=Same("output_persen"), persen_input=Same("input_persen")
                ),
            ),
            Column("te", "TE", unit="ratio", width=8, calls=_each(f.TE, both, ie=Same("ie"), tahun=_YEAR)),
            Column(
                "kriteria",
                "Kriteria",
                unit="label",
                width=15,
                calls=_each(f.EFISIENSI, both, te=Same("te"), tahun=_YEAR),
            ),
            Column(
                "belum_diukur",
                "Belum Diukur",
                unit="count",
                width=9,
                calls=_each(SKIPPED, (TOTAL,), nilai=Whole("output_persen")),
                optional=True,
            ),
        ),
        "indikator+jumlah",
        "efisiensi",
    )


def _copied(key: str, header: str, source: Arg, group: str = "", **facts: object) -> Column:
    """A column of points that repeats what another table computes."""
    return Column(key, header, group, "points", 11, calls=_each(COPY, (INDICATOR,), nilai=source), **facts)  # type: ignore[arg-type]


def _history() -> Table:
    """Earlier years beside this one."""
    realisasi, capaian, change = "Realisasi", "Capaian", "Perubahan terhadap {year-1} (poin)"
    earlier = tuple(
        Column(
            f"realisasi_{back}",
            f"{{year-{back}}}",
            realisasi,
            "points",
            11,
            entry=True,
            aliases=(f"realisasi_{{year-{back}}}",),
        )
        for back in (3, 2, 1)
    )
    return Table(
        "riwayat",
        "Riwayat",
        "PERBANDINGAN DENGAN TAHUN SEBELUMNYA, TAHUN {year}",
        (
            _NO,
            _NAME,
            *earlier,
            _copied(
                "realisasi",
                "{year}",
                Elsewhere("capaian", "realisasi"),
                realisasi,
                aliases=("realisasi_{year}",),
            ),
            Column(
                "capaian_1",
                "{year-1}",
                capaian,
                "points",
                11,
                entry=True,
                aliases=("capaian_{year-1}",),
            ),
            _copied(
                "capaian", "{year}", Elsewhere("capaian", "capaian"), capaian, aliases=("capaian_{year}",)
            ),
            *(
                Column(
                    f"selisih_{what}",
                    header,
                    change,
                    "points",
                    11,
                    calls=_each(f.SELISIH, (INDICATOR,), nilai=Same(what), pembanding=Same(f"{what}_1")),
                )
                for what, header in (("realisasi", "Realisasi"), ("capaian", "Capaian"))
            ),
            Column(
                "arah",
                "Arah Realisasi",
                change,
                "label",
                11,
                calls=_each(f.ARAH, (INDICATOR,), selisih=Same("selisih_realisasi")),
            ),
        ),
        partial=True,
    )


def _strategic_plan() -> Table:
    """This year against the target of the plan's last year."""
    return Table(
        "renstra",
        "Renstra",
        "REALISASI TAHUN {year} TERHADAP TARGET AKHIR RENSTRA",
        (
            _NO,
            _NAME,
            _copied(
                "realisasi",
                "Realisasi {year}",
                Elsewhere("capaian", "realisasi"),
                aliases=("realisasi_{year}",),
            ),
            Column("target_renstra", "Target Renstra", unit="points", width=11, entry=True),
            Column(
                "persen_capaian",
                "% Capaian",
                unit="points",
                width=11,
                calls=_each(
                    f.CAPAIAN,
                    (INDICATOR,),
                    target=Same("target_renstra"),
                    realisasi=Same("realisasi"),
                    polaritas=OfIndicator("polarity"),
                ),
            ),
            Column(
                "notifikasi",
                "Notifikasi",
                unit="label",
                width=15,
                calls=_each(
                    f.NOTIFIKASI,
                    (INDICATOR,),
                    realisasi=Same("realisasi"),
                    target_renstra=Same("target_renstra"),
                ),
            ),
            Column(
                "kesenjangan",
                "Kesenjangan (poin)",
                unit="points",
                width=12,
                calls=_each(
                    f.SELISIH, (INDICATOR,), nilai=Same("realisasi"), pembanding=Same("target_renstra")
                ),
            ),
        ),
        partial=True,
    )


STATES = ("selesai", "proses", "belum")
"""Of a follow-up."""


def _quarters() -> Table:
    """The evaluation of each quarter, out of its last month."""
    copied = (
        ("target", "Target", "target"),
        ("realisasi", "Realisasi", "realisasi"),
        ("persentase", "%", "capaian_bulan"),
    )
    texts = (
        ("kendala", "Kendala", 46, "penjelasan"),
        ("rencana_aksi", "Rencana Aksi", 46, "rencana_tindak_lanjut"),
        ("progres", "Progres Tindak Lanjut", 40, "laporan_progres"),
        ("timeline", "Timeline", 16, "timeline"),
    )
    return Table(
        "triwulan",
        "Triwulan",
        "EVALUASI TRIWULANAN TAHUN {year}",
        (
            Column("triwulan", "Triwulan", width=9, text_of="quarter"),
            _NO,
            _NAME,
            *(_copied(key, header, SameRow("pemantauan", source)) for key, header, source in copied),
            *(
                Column(
                    key,
                    header,
                    unit="text",
                    width=width,
                    calls=_each(COPY_TEXT, (INDICATOR,), nilai=SameRow("pemantauan", source)),
                )
                for key, header, width, source in texts
            ),
            Column("selesai", "Selesai / Belum", unit="text", width=14, entry=True, choices=STATES),
        ),
        "triwulanan",
        lines=4,
    )


def _proposal() -> Table:
    """The targets that an office proposes for the next year."""
    return Table(
        "usulan",
        "Usulan Target",
        "USULAN TARGET TAHUN {year+1}",
        (
            _NO,
            _NAME,
            _copied("realisasi", "Realisasi {year}", Elsewhere("capaian", "realisasi")),
            Column(
                "target_rkt",
                "Target RKT {year+1}",
                unit="points",
                width=12,
                entry=True,
                aliases=("target_rkt_{year+1}",),
            ),
            Column(
                "usulan",
                "Usulan Target PK {year+1}",
                unit="points",
                width=13,
                entry=True,
                aliases=("usulan_target_pk_{year+1}",),
            ),
            Column(
                "selisih",
                "Selisih Usulan dan RKT (poin)",
                unit="points",
                width=13,
                calls=_each(f.SELISIH, (INDICATOR,), nilai=Same("usulan"), pembanding=Same("target_rkt")),
            ),
            Column("alasan", "Alasan", unit="text", width=60, entry=True),
        ),
        partial=True,
        buttons=False,
    )


_NUMBER = Column("no", "No.", width=5, text_of="number")


def _evaluation() -> Table:
    """The evaluation of SAKIP: components, their values, the total and its grade."""
    return Table(
        "sakip",
        "SAKIP",
        "HASIL EVALUASI SAKIP",
        (
            _NUMBER,
            Column("komponen", "Komponen", width=46, text_of="total", entry=True),
            *(
                Column(
                    key,
                    header,
                    unit="points",
                    width=12,
                    entry=True,
                    calls=_each(SUM, (TOTAL,), nilai=Whole(key)),
                )
                for key, header in (("bobot", "Bobot"), ("nilai", "Nilai"))
            ),
            Column(
                "predikat",
                "Predikat",
                unit="label",
                width=12,
                calls=_each(f.PREDIKAT_SAKIP, (TOTAL,), nilai=Same("nilai"), tahun=_YEAR),
            ),
        ),
        "daftar:8+jumlah",
        name_column="no",
        buttons=False,
    )


def _follow_up() -> Table:
    """What was done about the recommendations of the evaluation."""
    texts = (
        ("komponen", "Komponen", 20, ()),
        ("huruf", "Huruf", 7, ()),
        ("rekomendasi", "Rekomendasi", 46, ()),
        ("rencana_aksi", "Rencana Aksi", 40, ()),
        ("timeline", "Timeline", 16, ()),
        ("keterangan", "Keterangan", 12, STATES),
        ("kondisi_sebelum", "Kondisi Sebelum", 34, ()),
        ("kondisi_setelah", "Kondisi Setelah", 34, ()),
    )
    return Table(
        "tindak_lanjut_sakip",
        "Tindak Lanjut SAKIP",
        "TINDAK LANJUT REKOMENDASI EVALUASI SAKIP",
        (
            _NUMBER,
            *(
                Column(key, header, unit="text", width=width, entry=True, choices=choices)
                for key, header, width, choices in texts
            ),
        ),
        "daftar:30",
        name_column="no",
        lines=7,
        buttons=False,
    )


def _staff() -> Table:
    """Posts: how many are needed, how many there are."""
    counts = (("standar_abk", "Kebutuhan (ABK)", ()), ("asn", "ASN {year}", ("asn_{year}",)))
    return Table(
        "sdm",
        "SDM",
        "KEBUTUHAN DAN KETERSEDIAAN PEGAWAI TAHUN {year}",
        (
            _NUMBER,
            Column("jabatan", "Jabatan", width=60, text_of="total", entry=True),
            *(
                Column(
                    key,
                    header,
                    unit="count",
                    width=12,
                    entry=True,
                    calls=_each(SUM, (TOTAL,), nilai=Whole(key)),
                    aliases=aliases,
                )
                for key, header, aliases in counts
            ),
            Column(
                "gap",
                "Kesenjangan",
                unit="count",
                width=12,
                calls=_each(f.SELISIH, (INDICATOR, TOTAL), nilai=Same("standar_abk"), pembanding=Same("asn")),
            ),
        ),
        "daftar:40+jumlah",
        name_column="no",
        buttons=False,
    )


def _budget_performance() -> Table:
    """The value of the budget's performance out of its two parts."""
    return Table(
        "nka",
        "NKA",
        "NILAI KINERJA ANGGARAN TAHUN {year}",
        (
            _NUMBER,
            Column("uraian", "Uraian", width=40, entry=True),
            Column("eka", "EKA", unit="points", width=12, entry=True),
            Column("ikpa", "IKPA", unit="points", width=12, entry=True),
            Column(
                "nka",
                "NKA",
                unit="points",
                width=12,
                calls=_each(f.NKA, (INDICATOR,), eka=Same("eka"), ikpa=Same("ikpa"), tahun=_YEAR),
            ),
        ),
        "daftar:1",
        name_column="no",
        buttons=False,
    )


GUIDE_SHEET = "Petunjuk"
RULES_SHEET = "Aturan"

_COMMON = (
    Field("jenis_buku", "JENIS_BUKU", GUIDE_SHEET, "Jenis buku", entry=False),
    Field("tahun", "TAHUN", GUIDE_SHEET, "Tahun", "count", entry=False),
    Field("aturan_tahun", "ATURAN_TAHUN", GUIDE_SHEET, "Tahun aturan yang dipakai", "count", entry=False),
    Field("unit", "NAMA_UNIT", GUIDE_SHEET, "Unit kerja", default="Loka POM di ..."),
)


def _signature(sheet: str, prefix: str) -> tuple[Field, ...]:
    return (
        Field(
            "tempat_tanggal",
            f"{prefix}_TEMPAT_TANGGAL",
            sheet,
            "Tempat, tanggal",
            default="............, ............",
        ),
        Field("jabatan", f"{prefix}_JABATAN", sheet, "Jabatan", default="Kepala ...................."),
        Field("nama", f"{prefix}_NAMA", sheet, "Nama", default="(............................)"),
    )


_PK_FIELDS = (
    Field("kegiatan", "PK_KEGIATAN", "PK", "Kegiatan", table="pk_lampiran_anggaran"),
    Field("anggaran", "PK_ANGGARAN", "PK", "Anggaran (Rp)", "rupiah", table="pk_lampiran_anggaran"),
    Field("pihak_kedua", "PK_PIHAK_KEDUA", "PK", "Pihak Kedua", default="(............................)"),
)


def official(kind: str, rule_year: int) -> Layout:
    """The official book of `kind` (`rapk` or `efisiensi`) under the rules of `rule_year`."""
    if kind == "rapk":
        return Layout(
            "rapk",
            "Rencana Aksi dan Capaian Perjanjian Kinerja",
            (
                _pk(),
                _rapk(),
                _monitoring(),
                _achievement(rule_year),
                _quarters(),
                _history(),
                _strategic_plan(),
                _proposal(),
                _evaluation(),
                _follow_up(),
                _staff(),
                _budget_performance(),
            ),
            (*_COMMON, *_PK_FIELDS, *_signature("PK", "PK"), *_signature("RAPK", "RAPK")),
        )
    if kind == "efisiensi":
        return Layout("efisiensi", "Efisiensi Anggaran", (_efficiency(),), _COMMON)
    raise ValueError(f"unknown kind of book: {kind}")


# --- books as printed ----------------------------------------------------------------------------


def _typed(
    key: str, header: str, unit: str = "text", fact: str = "", calls: Mapping[str, Call] | None = None
) -> Column:
    """A column of a printed table: typed as printed; `calls` say how it should have been computed."""
    return Column(key, header, unit=unit, width=14, fact=fact, calls=calls or {}, entry=not calls)


def _printed_scores(year: int) -> tuple[Column, ...]:
    source = _labelled_value(year) or "capaian_penyesuaian"
    realisasi = Call(
        f.REALISASI,
        {"pembilang": Same("pembilang"), "penyebut": Same("penyebut"), "faktor": OfIndicator("factor")},
    )
    return (
        _typed("target", "Target", "points", "target"),
        _typed("pembilang", "Pembilang", "count"),
        _typed("penyebut", "Penyebut", "count"),
        Column(
            "realisasi",
            "Realisasi",
            unit="points",
            width=14,
            entry=True,
            calls={INDICATOR: realisasi},
            fact="realisasi",
            soft=True,
        ),
        _typed("capaian", "Capaian", "points", calls=_printed_score("capaian")),
        Column(
            "capaian_penyesuaian",
            "Capaian Penyesuaian",
            unit="points",
            width=14,
            calls={
                INDICATOR: Call(f.NPI, {"capaian": Same("capaian"), "tahun": _YEAR}),
                **_each(f.NPS, AGGREGATES, nilai=Members("capaian_penyesuaian")),
            },
        ),
        Column(
            "kriteria",
            "Kriteria",
            unit="label",
            width=16,
            calls={
                INDICATOR: Call(f.KRITERIA, {"nilai": Same(source), "tahun": _YEAR}),
                **_each(f.PREDIKAT, AGGREGATES, nps=Same("capaian_penyesuaian"), tahun=_YEAR),
            },
        ),
    )


def _printed_score(column: str, table: str = "") -> dict[str, Call]:
    """The calls of a printed capaian column: from the row's own target, or the mean of its members."""
    own = {"target": Same("target"), "realisasi": Same("realisasi")}
    means = {kind: Call(f.NPS, {"nilai": Members(column)}) for kind in AGGREGATES}
    return {INDICATOR: Call(f.CAPAIAN, own), **means}


def _summary(table: str, column: str) -> dict[str, Call]:
    return {
        SS: Call(f.NPS, {"nilai": Members(column, table)}),
        PERSPECTIVE: Call(f.NPS, {"nilai": Members(column)}),
        NPS_TOTAL: Call(f.NPS, {"nilai": Members(column)}),
    }


def printed(kind: str, rule_year: int) -> Layout:
    """The book that holds, one sheet each, the tables of a printed report (`rapk` or `efisiensi`)."""
    if kind == "efisiensi":
        official_table = _efficiency()
        columns = tuple(c for c in official_table.columns if not (c.optional and c.calls))
        table = replace(official_table, columns=columns)
        return Layout("efisiensi-tercetak", "Efisiensi sebagaimana tercetak", (table,), _COMMON, True)
    name = Column("indikator", "Indikator", width=60)
    no = Column("no", "No", width=6, optional=True)
    ss, ikss = Column("ss", "SS", width=8, optional=True), Column("ikss", "IKSS", width=8, optional=True)
    objective = Column("sasaran", "Sasaran", width=40, optional=True)
    place = Column("bagian", "Bagian", width=30, optional=True)
    summary_name = Column("uraian", "Uraian", width=44)
    perspective = Column("perspektif", "Perspektif", width=30, optional=True)
    copied_total = Call(COPY, {"nilai": Elsewhere("rapk_lampiran", "anggaran")})
    december = Call(
        f.CAPAIAN, {"target": Elsewhere("rapk_bab2", "b12"), "realisasi": Elsewhere("capaian", "realisasi")}
    )
    share = Call(f.CAPAIAN, {"target": Same("target"), "realisasi": Same("realisasi")})
    renstra = Call(f.CAPAIAN, {"target": Same("target_renstra"), "realisasi": Same("realisasi")})
    predikat = {
        kind: Call(f.PREDIKAT, {"nps": Same("capaian_penyesuaian"), "tahun": _YEAR}) for kind in AGGREGATES
    }
    tables = (
        Table(
            "pk_bab2", "PK Bab II", "", (no, objective, name, _typed("target", "Target", "points", "target"))
        ),
        Table(
            "pk_lampiran",
            "PK Lampiran",
            "",
            (objective, name, replace(_typed("target", "Target", "points", "target"), signed=True)),
        ),
        Table(
            "pk_lampiran_anggaran",
            "PK Anggaran",
            "",
            (
                Column("kegiatan", "Kegiatan", width=60),
                _typed("anggaran", "Anggaran", "rupiah", calls={TOTAL: copied_total}),
            ),
            "tunggal",
            name_column="kegiatan",
        ),
        Table("rapk_bab2", "RAPK Bab II", "", _rapk_columns(False)),
        Table("rapk_lampiran", "RAPK Lampiran", "", _rapk_columns(False)),
        Table(
            "capaian", "Capaian", "", (perspective, ss, objective, ikss, name, *_printed_scores(rule_year))
        ),
        Table(
            "capaian_ringkasan",
            "Ringkasan Capaian",
            "",
            (
                summary_name,
                _typed("capaian", "Capaian", "points", calls=_summary("capaian", "capaian")),
                _typed(
                    "capaian_penyesuaian",
                    "Capaian Penyesuaian",
                    "points",
                    calls=_summary("capaian", "capaian_penyesuaian"),
                ),
                _typed("kriteria", "Kriteria", "label", calls=predikat),
            ),
            name_column="uraian",
        ),
        Table("per_ss_tables", "Per SS", "", (place, ss, objective, ikss, name, *_printed_scores(rule_year))),
        Table(
            "per_ikss_tables",
            "Per IKSS",
            "",
            (
                place,
                Column("label", "Label", width=8, optional=True),
                name,
                *_printed_scores(rule_year)[:4],
                _typed(
                    "capaian",
                    "Capaian",
                    "points",
                    calls={
                        INDICATOR: share,
                        SS: Call(COPY, {"nilai": Elsewhere("capaian_ringkasan", "capaian")}),
                    },
                ),
            ),
        ),
        Table(
            "monev_desember",
            "Monev Desember",
            "",
            (
                no,
                name,
                _typed("persen_capaian", "% Capaian thd Target Bulan", "points", calls={INDICATOR: december}),
                *(_typed(k, h) for k, h in _FOLLOW_UP_DECEMBER),
            ),
        ),
        Table(
            "tindak_lanjut_tw3",
            "Tindak Lanjut TW III",
            "",
            (
                no,
                name,
                _typed("target", "Target", "points", "target@09"),
                _typed("realisasi", "Realisasi", "points", "realisasi@09"),
                _typed("persentase", "Persentase", "points", calls={INDICATOR: share}),
                *(_typed(k, h) for k, h in _FOLLOW_UP_QUARTER),
            ),
        ),
        Table(
            "ringkasan_eksekutif",
            "Ringkasan Eksekutif",
            "",
            (
                perspective,
                summary_name,
                _typed(
                    "capaian",
                    "Capaian",
                    "points",
                    calls={
                        SS: Call(COPY, {"nilai": Elsewhere("capaian_ringkasan", "capaian_penyesuaian")}),
                        PERSPECTIVE: Call(f.NPS, {"nilai": Members("capaian")}),
                    },
                ),
                _typed(
                    "kriteria",
                    "Kriteria",
                    "label",
                    calls=_each(f.PREDIKAT, AGGREGATES, nps=Same("capaian"), tahun=_YEAR),
                ),
            ),
            name_column="uraian",
        ),
        Table(
            "renstra",
            "Renstra",
            "",
            (
                place,
                name,
                Column(
                    "realisasi",
                    "Realisasi",
                    unit="points",
                    width=14,
                    entry=True,
                    fact="realisasi",
                    aliases=("realisasi_{year}",),
                ),
                _typed("target_renstra", "Target Renstra", "points"),
                _typed("persen_capaian", "% Capaian", "points", calls={INDICATOR: renstra}),
                _typed(
                    "notifikasi",
                    "Notifikasi",
                    "label",
                    calls=_each(
                        f.NOTIFIKASI,
                        (INDICATOR,),
                        realisasi=Same("realisasi"),
                        target_renstra=Same("target_renstra"),
                    ),
                ),
            ),
        ),
    )
    return Layout("rapk-tercetak", "RAPK sebagaimana tercetak", tables, _COMMON, True)


_FOLLOW_UP_DECEMBER = (
    ("penjelasan", "Penjelasan"),
    ("rencana_tindak_lanjut", "Rencana Tindak Lanjut"),
    ("timeline", "Timeline"),
    ("laporan_progres", "Laporan Progres"),
)
_FOLLOW_UP_QUARTER = (
    ("kendala", "Kendala"),
    ("rencana_aksi", "Rencana Aksi"),
    ("selesai", "Selesai"),
    ("belum_rencana_aksi", "Belum / Rencana Aksi"),
    ("timeline", "Timeline"),
)

KINDS = ("rapk", "efisiensi")


def layout(kind: str, rule_year: int) -> Layout:
    """The layout of a book whose named cell JENIS_BUKU says `kind`."""
    base = kind.removesuffix("-tercetak")
    return official(kind, rule_year) if base == kind else printed(base, rule_year)
