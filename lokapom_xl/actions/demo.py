"""The main job on the shipped report: books made, filled, computed, validated, and compared with print."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from .. import regulations
from ..data import folder
from ..model import Finding
from ..numbers import Scalar, indonesian
from ..report.result import Validation
from ..report.terminal import one_line
from ..workbook.cells import Key
from ..workbook.errors import BookError
from ..workbook.evaluate import Evaluator
from ..workbook.layout import aggregate_name
from ..workbook.locate import open_view
from ..workbook.read import read_book
from ..workbook.tables import printed
from .fill import fill
from .new import finished, new
from .sources import read_csv
from .validate import validate

REPORT = "lapkin2023"
YEAR = int(REPORT[-4:])
RAPK, EFFICIENCY = f"RAPK-{YEAR}.xlsx", f"Efisiensi-{YEAR}.xlsx"
PRINTED = {"rapk": f"RAPK-{YEAR}-as-printed.xlsx", "efisiensi": f"Efisiensi-{YEAR}-as-printed.xlsx"}
BOOKS = (RAPK, EFFICIENCY, *PRINTED.values())
COMPARISON = "perbandingan.csv"
CORRECTIONS = "koreksi.csv"


@dataclass(frozen=True)
class Pair:
    """One printed number or label (verbatim) beside the one computed from base data."""

    table: str
    row: str
    column: str
    sheet: str
    cell: str
    printed: str
    computed: str
    reason: str

    @property
    def same(self) -> bool:
        return not self.reason


@dataclass
class Demo:
    """What the demonstration made and found."""

    directory: Path
    books: list[Path]
    corrections: list[dict[str, str]]
    clean: Validation
    as_printed: Validation
    pairs: list[Pair]
    scores: list[tuple[str, Decimal, Decimal, str]]
    efficiency: tuple[Decimal, Decimal, str]


def demo(directory: Path, progress: Callable[[str], None] = lambda text: None) -> Demo:
    """Run the main job into `directory` (made if missing; earlier demo books there are replaced)."""
    # A folder of an earlier run holds all of these; anything less may be a person's.
    names = (*BOOKS, COMPARISON, CORRECTIONS)
    own = [name for name in names if (directory / name).exists()]
    if own and len(own) < len(names):
        raise BookError(
            "BERKAS31",
            f"{directory / own[0]} sudah ada dan bukan hasil peragaan sebelumnya.",
            "Pilih folder lain.",
        )
    if directory.exists() and not directory.is_dir():
        raise BookError("BERKAS32", f"{directory} adalah berkas, bukan folder.", "Pilih nama folder lain.")
    directory.mkdir(parents=True, exist_ok=True)
    data = folder(REPORT)
    progress("Membuat dan mengisi buku RAPK")
    rapk, efficiency = directory / RAPK, directory / EFFICIENCY
    with finished(rapk, replace=True) as rapk_draft:
        make_filled_rapk(rapk_draft, data)
        progress("Membuat dan mengisi buku Efisiensi")
        with finished(efficiency, replace=True) as draft:
            new("efisiensi", YEAR, draft, unit=unit_name(data))
            fill(draft, [data / "efisiensi.csv", data / CORRECTIONS, rapk_draft])
            fill(rapk_draft, [draft])  # the budget, for its Dasbor
    progress("Membuat buku sebagaimana tercetak")
    books = [rapk, efficiency]
    for kind, name in PRINTED.items():
        with finished(directory / name, replace=True) as draft:
            make_printed(kind, draft)
        books.append(directory / name)
    shutil.copyfile(data / CORRECTIONS, directory / CORRECTIONS)
    progress("Memeriksa keempat buku")
    clean, as_printed = validate(books[:2]), validate(books[2:])
    pairs = compare(books, as_printed)
    _write_comparison(directory / COMPARISON, pairs)
    scores, total = _scores(rapk, efficiency)
    return Demo(directory, books, read_corrections(data), clean, as_printed, pairs, scores, total)


def make_filled_rapk(path: Path, data: Path) -> None:
    """The RAPK book of the shipped report, in the edition that the suffix names, filled from `data`."""
    corrections = data / CORRECTIONS
    new("rapk", YEAR, path)
    yearly = [
        "identitas.csv",
        "pk_lampiran.csv",
        "pk_lampiran_anggaran.csv",
        "rapk_lampiran.csv",
        "capaian.csv",
    ]
    fill(path, [*(data / name for name in yearly), corrections])
    fill(path, [data / "tindak_lanjut_tw3.csv", corrections], month=9)
    fill(path, [data / "capaian.csv", corrections, data / "monev_desember.csv"], month=12)
    # After the scores: these tables stand beside them.
    fill(path, [*(data / name for name in _BESIDE), corrections])


_BESIDE = (
    "riwayat_realisasi.csv",
    "riwayat_capaian.csv",
    "renstra.csv",
    "klaster_nps.csv",
    "klaster_realisasi.csv",
    "usulan_target_2024.csv",
    "evaluasi_sakip_2022.csv",
    "tindak_lanjut_sakip_2022.csv",
    "sdm_abk.csv",
    "nka.csv",
)


def unit_name(data: Path) -> str:
    """The office whose report it is."""
    return next(row["isi"] for row in read_csv(data / "identitas.csv") if row["nama_sel"] == "NAMA_UNIT")


def read_corrections(data: Path) -> list[dict[str, str]]:
    return [dict(row) for row in read_csv(data / CORRECTIONS)]


def make_printed(kind: str, path: Path) -> None:
    """The book of the report's tables as printed."""
    from ..workbook.template import build_printed  # openpyxl is slow to import

    data = folder(REPORT)
    tables = {table.key: read_csv(data / f"{table.key}.csv") for table in printed(kind, YEAR).tables}
    build_printed(kind, path, YEAR, tables, unit_name(data))


def copy_of(name: str, path: Path) -> None:
    """One of the demonstration's books, for the examples that are shipped in the repository."""
    shutil.copyfile(Path(_made().name) / name, path)


@cache
def _made() -> tempfile.TemporaryDirectory[str]:
    """The demonstration, made once while the program runs."""
    directory = tempfile.TemporaryDirectory()
    demo(Path(directory.name))
    return directory


# --- printed beside computed ---------------------------------------------------------------------

#: Where a printed table's computed column stands in the official books: (book, table, column, month).
_COUNTERPARTS: dict[str, dict[str, tuple[int, str, str, int]]] = {
    "capaian": {c: (0, "capaian", c, 0) for c in ("capaian", "capaian_penyesuaian", "kriteria")},
    "capaian_ringkasan": {c: (0, "capaian", c, 0) for c in ("capaian", "capaian_penyesuaian", "kriteria")},
    "monev_desember": {"persen_capaian": (0, "pemantauan", "capaian_bulan", 12)},
    "tindak_lanjut_tw3": {"persentase": (0, "pemantauan", "capaian_bulan", 9)},
    "rapk_lampiran": {"anggaran": (0, "rapk", "anggaran", 0)},
    "efisiensi": {
        c: (1, "efisiensi", c, 0)
        for c in ("output_persen", "input_target", "input_realisasi", "input_persen", "ie", "te", "kriteria")
    },
}


def compare(books: list[Path], as_printed: Validation) -> list[Pair]:
    """Every printed value of the main tables beside ours, with the reason where they differ."""
    official = [open_view(read_book(path)) for path in books[:2]]
    evaluators = [Evaluator(view) for view in official]
    by_place = {(f.origin.file, f.origin.sheet, f.origin.cell): f for f in as_printed.findings}
    corrected = _corrected_rows()
    pairs = []
    different: dict[tuple[str, str], list[str]] = {}
    for path in books[2:]:
        view = open_view(read_book(path))
        evaluator = Evaluator(view)
        for table, column, key in view.located():
            where = _COUNTERPARTS.get(table.key, {}).get(column.key)
            if where is None or evaluator.call(key) is None:
                continue
            book, other, name, month = where
            row = f"{key.row}@{month:02d}" if month else key.row
            computed = evaluators[book].chain(Key(other, row, name))
            written = evaluator.written(key)
            if written is None:
                continue
            sheet, cell = view.address(key)
            finding = by_place.get((path.name, sheet, cell))
            reason = ""
            if _shown(computed) != _shown(written):
                different.setdefault((table.key, column.key), []).append(key.row)
                reason = (
                    _reason(finding)
                    or _members(key, different)
                    or corrected.get(key.row, "")
                    or "asal nilai tercetak tidak ditemukan (tidak cocok dengan isian di barisnya)"
                )
            label = evaluator.view.layout.table(table.key).sheet
            pairs.append(
                Pair(
                    label,
                    _row_label(key.row),
                    column.header,
                    sheet,
                    cell,
                    str(evaluator.raw(key)),
                    _shown(computed),
                    reason,
                )
            )
    return pairs


def _row_label(row: str) -> str:
    for indicator in regulations.indicators(YEAR):
        if indicator.slug == row:
            return f"{indicator.numbers['ikss']} {indicator.name}"
    return aggregate_name(row, YEAR)


def _corrected_rows() -> dict[str, str]:
    """Why an indicator's base data differ from what one table prints, by indicator."""
    reasons = {}
    for row in read_corrections(folder(REPORT)):
        slug = regulations.match(row["baris"], YEAR).slug
        if slug and row["tabel"] in _COUNTERPARTS and row["kolom"] not in ("alasan", "dasar_hukum"):
            reasons[slug] = f"sumber dikoreksi: {row['alasan']}"
    return reasons


def _reason(finding: Finding | None) -> str:
    """What the validator found out about the printed value itself."""
    if finding is None or finding.caused_by:
        return ""
    if finding.code == "HIT02":
        return "tercetak dari nilai yang belum dibulatkan"
    return finding.diagnosis


def _members(key: Key, different: dict[tuple[str, str], list[str]]) -> str:
    """For a mean or a sum: the rows it is made of that differ. For a row: its column before."""
    try:
        members = regulations.members(key.row, YEAR)
    except KeyError:
        before = {"capaian_penyesuaian": "capaian", "ie": "output_persen", "te": "ie"}.get(key.column, "")
        if key.row in different.get((key.table, before), []) and before != "output_persen":
            return f"akibat kolom {before} yang berbeda"
        return ""
    table = "capaian" if key.table == "capaian_ringkasan" and key.row.startswith("ss") else key.table
    column = {"ie": "output_persen", "te": "output_persen"}.get(key.column, key.column)
    rows = [row for row in members if row in different.get((table, column), [])]
    return "akibat " + ", ".join(_row_label(row).partition(" Persen")[0] for row in rows) if rows else ""


def _shown(value: Scalar) -> str:
    return indonesian(value, 2) if isinstance(value, Decimal) else str(value if value is not None else "")


def _write_comparison(path: Path, pairs: Iterable[Pair]) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(["tabel", "baris", "kolom", "sel", "tercetak", "dihitung", "sama", "sebab"])
        for p in pairs:
            writer.writerow(
                [
                    p.table,
                    p.row,
                    p.column,
                    p.cell,
                    p.printed,
                    p.computed,
                    "ya" if p.same else "tidak",
                    p.reason,
                ]
            )


def _scores(
    rapk: Path, efficiency: Path
) -> tuple[list[tuple[str, Decimal, Decimal, str]], tuple[Decimal, Decimal, str]]:
    """NPS with and without declared adjustments, with predikat; and IE, TE, label of the total."""
    view = open_view(read_book(rapk))
    evaluator = Evaluator(view)
    scores = []
    for row in view.positions.tables["capaian"].rows:
        if evaluator.kind(row) == "indikator":
            continue
        values = [evaluator.chain(Key("capaian", row, c)) for c in ("capaian_penyesuaian", "npi", "kriteria")]
        if isinstance(values[0], Decimal) and isinstance(values[1], Decimal):
            scores.append((_row_label(row), values[0], values[1], str(values[2])))
    total = Evaluator(open_view(read_book(efficiency)))
    ie, te, label = (total.chain(Key("efisiensi", "jumlah", c)) for c in ("ie", "te", "kriteria"))
    assert isinstance(ie, Decimal) and isinstance(te, Decimal)
    return scores, (ie, te, str(label))


def summary(result: Demo) -> str:
    """The end of the demonstration in a newcomer's words."""
    lines = ["", "YANG DIBUAT"]
    notes = ("diisi dan dihitung", "diisi dan dihitung", "persis seperti tercetak", "persis seperti tercetak")
    for path, note in zip(result.books, notes, strict=True):
        lines.append(f"  {path}  ({note})")
    corrections = f"{len(result.corrections)} koreksi dan pernyataan, masing-masing dengan alasannya"
    comparison = f"{len(result.pairs)} nilai tabel utama: tercetak, dihitung, sebab"
    lines.append(f"  {result.directory / CORRECTIONS}  ({corrections})")
    lines.append(f"  {result.directory / COMPARISON}  ({comparison})")
    printed_score = {
        p.row: p for p in result.pairs if p.table == "Ringkasan Capaian" and p.column == "Capaian Penyesuaian"
    }
    lines += ["", "NILAI PENCAPAIAN SASARAN (NPS); yang tercetak ditulis persis seperti dalam laporan"]
    lines.append(f"  {'':<40}{'dihitung':>9}{'tercetak':>10}{'tanpa*':>9}  predikat")
    for name, score, plain_score, label in result.scores:
        pair = printed_score.get(name)
        shown = pair.printed if pair else ""
        mark = "" if pair is None or pair.same else "  ← berbeda"
        lines.append(f"  {name:<40}{_shown(score):>9}{shown:>10}{_shown(plain_score):>9}  {label}{mark}")
    lines.append("  * tanpa penyesuaian yang dinyatakan (IKSS13 dan IKSS14 dinaikkan dari 100 ke 120)")
    ie, te, label = result.efficiency
    by_column = {
        p.column: p.printed
        for p in result.pairs
        if p.table == "Efisiensi" and p.row.casefold() in ("total", "jumlah")
    }
    lines += ["", "EFISIENSI ANGGARAN (baris Total)"]
    for name, value in (("IE", ie), ("TE", te)):
        lines.append(f"  {name}: dihitung {_shown(value)}, tercetak {by_column.get(name, '-')}")
    lines.append(f"  Kriteria: dihitung {label}, tercetak {by_column.get('Kriteria', '-')}")
    different = [p for p in result.pairs if not p.same]
    same = len(result.pairs) - len(different)
    lines += ["", f"DIHITUNG DIBANDINGKAN TERCETAK: {same} dari {len(result.pairs)} sama; yang berbeda:"]
    for p in different:
        row = p.row.partition(" ")[0] if p.row.startswith("IKSS") else p.row
        lines.append(f"  {p.table} {row}, {p.column}: dihitung {p.computed}, tercetak {p.printed}")
        lines.append(f"      karena {p.reason}")
    clean, as_printed = result.clean, result.as_printed
    lines += [
        "",
        "HASIL PEMERIKSAAN",
        f"  Buku yang diisi dan dihitung: {clean.verdict} ({one_line(clean.findings)})",
        f"  Buku sebagaimana tercetak: {as_printed.verdict} ({one_line(as_printed.findings)})",
        "",
        "Lihat rinciannya:",
        f"  lokapom-xl validate {result.books[0]} {result.books[1]}",
        f"  lokapom-xl validate {result.books[2]} {result.books[3]}",
    ]
    return "\n".join(lines)
