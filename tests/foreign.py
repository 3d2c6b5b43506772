"""Workbooks as offices keep them, made of the printed tables: nothing in them is this product's.

Headers stand on two or three lines, merged; names wrap over a page; totals stand between the rows; small
tables follow each other on one sheet; twelve months stand side by side.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from lokapom_xl.numbers import read_text

from .conftest import REPORT
from .golden_rows import Row, read

UNIT = "Loka POM di Kabupaten Banyumas"
SCORES = ("pembilang", "penyebut", "realisasi", "capaian", "capaian_penyesuaian", "kriteria")
TEXTS = ("penjelasan", "rencana_tindak_lanjut", "timeline", "laporan_progres")
OFFICES = ("loka_pom_baubau", "loka_pom_dumai", "loka_pom_banyumas", "loka_pom_sanggau")
MONTHS = (
    "B01",
    "Februari",
    "MARET",
    "B 04",
    "Bulan Mei",
    "Juni 2023",
    "JULI",
    "B8",
    "Sept",
    "Okt",
    "Nopember",
    "DESEMBER 2023",
)
"""Inconsistent on purpose, as people write them."""

BLOCK = (
    ("Target", "Target Bulan", "TARGET (%)"),
    ("Realisasi", "Realisasi s.d. Bulan", "Realisasi*"),
    ("% Capaian thd Target Bulan", "% capaian terhadap target bulan ini", "Capaian (%)"),
    ("% Capaian thd Target Tahunan", "% Capaian terhadap Target Tahun", "Capaian Tahunan"),
    ("Penjelasan / Hambatan", "Penjelasan", "Hambatan"),
    ("Rencana Tindak Lanjut", "RTL", "Rencana tindak lanjut"),
    ("Timeline", "Waktu", "Time line"),
    ("Laporan Progres Tindak Lanjut", "Laporan Progress", "Progres"),
)
"""What the columns of a month are called, in turn."""


def table(name: str) -> list[Row]:
    return read(REPORT / f"{name}.csv")


def number(text: str) -> object:
    """As a person types it: a number where it can be none else, otherwise what is printed."""
    reading = read_text(text)
    return (
        float(reading.value)
        if reading.kind == "number" and reading.value is not None and "%" not in text
        else text or None
    )


class Pen:
    """Writes rows one below the other."""

    def __init__(self, sheet: Worksheet, row: int = 1) -> None:
        self.sheet, self.row = sheet, row

    def write(self, values: Iterable[object], column: int = 1) -> int:
        for place, value in enumerate(values, column):
            if value not in (None, ""):
                self.sheet.cell(self.row, place, value)
        self.row += 1
        return self.row - 1

    def merge(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        self.sheet.merge_cells(
            start_row=row, end_row=row + rows - 1, start_column=column, end_column=column + columns - 1
        )

    def skip(self, rows: int = 1) -> None:
        self.row += rows


# --- one sheet each --------------------------------------------------------------------------------


def plan(book: Workbook, name: str, source: str, title: str) -> None:
    """The agreement, its objectives merged over their indicators, over two pages."""
    sheet = book.create_sheet(name)
    pen = Pen(sheet)
    pen.write([title])
    pen.write([f"{UNIT.upper()} TAHUN 2023"])
    pen.skip()
    header = ["NO", "SASARAN", "INDIKATOR KINERJA", "TARGET"]
    pen.write(header)
    for number_, (objective, rows) in enumerate(
        itertools.groupby(table(source), key=lambda r: r["sasaran"]), 1
    ):
        group = list(rows)
        first = pen.row
        for i, row in enumerate(group):
            pen.write(
                [
                    number_ if not i else None,
                    objective if not i else None,
                    row["indikator"],
                    number(row["target"]),
                ]
            )
        if len(group) > 1:
            pen.merge(first, 1, len(group))
            pen.merge(first, 2, len(group))
        if number_ == 4:
            pen.skip()
            pen.write(header)  # a page break


def monthly_plan(book: Workbook, name: str, source: str) -> None:
    """The plan by months: `Target` merged over the months, some of them hidden."""
    sheet = book.create_sheet(name)
    pen = Pen(sheet)
    pen.write(["Rencana Aksi Perjanjian Kinerja", None, None])
    pen.skip()
    for part in (slice(0, 13), slice(13, None)):
        top = pen.write(["No.", "Indikator Kinerja", "Target", *[None] * 11, "Anggaran (Rp)"])
        pen.write([None, None, *(f"B{m:02d}" for m in range(1, 13))])
        pen.write([f"({n})" for n in range(1, 16)])
        pen.merge(top, 3, 1, 12)
        for column in (1, 2, 15):
            pen.merge(top, column, 2)
        for row in table(source)[part]:
            months = [number(row[f"b{m:02d}"]) for m in range(1, 13)]
            pen.write([row["no"], row["indikator"], *months, number(row["anggaran"])])
    for column in "DEFGHIJKLM":
        sheet.column_dimensions[column].hidden = True


def achievement(book: Workbook) -> None:
    """The main table, its header on three lines and again on each page, the levels between the indicators."""
    sheet = book.create_sheet("Lampiran 3")
    pen = Pen(sheet, 2)
    pen.write(["Tabel Capaian Kinerja Loka POM di Kabupaten Banyumas pada Tahun 2023"], 2)
    pen.skip()
    levels = iter(table("capaian_ringkasan"))
    level = next(levels)

    def header() -> None:
        top = pen.write(
            [
                "Sasaran Strategis",
                None,
                "Indikator Kinerja Sasaran Strategis (IKSS)",
                None,
                "Target",
                "Realisasi",
                None,
                None,
                "Capaian Terhadap Target¹",
                "Capaian Penyesuaian",
                "Kriteria",
            ],
            2,
        )
        pen.write(["2023"], 7)
        pen.write(["Pembilang", "Penyebut", "Realisasi"], 7)
        for column, columns in ((2, 2), (4, 2)):
            sheet.merge_cells(
                start_row=top, end_row=top + 2, start_column=column, end_column=column + columns - 1
            )
        for column in (6, 10, 11, 12):
            pen.merge(top, column, 3)
        pen.merge(top, 7, 1, 3)
        pen.merge(top + 1, 7, 1, 3)

    header()
    rows = table("capaian")
    for i, row in enumerate(rows):
        if not i or row["perspektif"] != rows[i - 1]["perspektif"]:
            pen.write([row["perspektif"]], 2)
        first = not i or row["ss"] != rows[i - 1]["ss"]
        name = row["indikator"]
        broken = name.endswith(" baik")
        values = [
            row["ss"] if first else None,
            row["sasaran"] if first else None,
            row["ikss"],
            name.removesuffix(" baik") if broken else name,
        ]
        pen.write([*values, number(row["target"]), *(number(row[c]) for c in SCORES)], 2)
        if broken:
            pen.skip()
            header()
            pen.write([None, None, None, "baik"], 2)
        after = rows[i + 1] if i + 1 < len(rows) else None
        while level is not None and _ends(level["uraian"], row, after):
            at = pen.write([level["uraian"], *[None] * 7, *(number(level[c]) for c in SCORES[3:])], 2)
            pen.merge(at, 2, 1, 8)
            level = next(levels, None)


def _ends(label: str, row: Row, after: Row | None) -> bool:
    """Whether a level's row comes before the next indicator."""
    if after is None:
        return True
    if label.startswith("Capaian SS"):
        return label.removeprefix("Capaian ") == row["ss"] != after["ss"]
    return row["perspektif"] != after["perspektif"]


def efficiency(book: Workbook) -> None:
    sheet = book.create_sheet("IE TE")
    pen = Pen(sheet)
    pen.write(["EFISIENSI ANGGARAN TAHUN ANGGARAN 2023"])
    pen.skip(2)
    top = pen.write(
        ["No", "Indikator Kinerja", "Output", None, None, "Input (Rp)", None, None, "IE", "TE", "Kriteria"]
    )
    pen.write(["T", "R", "%", "T", "R", "%"], 3)
    pen.merge(top, 3, 1, 3)
    pen.merge(top, 6, 1, 3)
    columns = (
        "output_target",
        "output_realisasi",
        "output_persen",
        "input_target",
        "input_realisasi",
        "input_persen",
        "ie",
        "te",
    )
    for row in table("efisiensi"):
        pen.write([row["no"], row["indikator"], *(number(row[c]) for c in columns), row["kriteria"]])


def sections(book: Workbook) -> None:
    """One sheet with the small tables of every indicator, one below the other."""
    pen = Pen(book.create_sheet("Bab III"))
    pen.write([f"3.1.1 Analisis Akuntabilitas Kinerja {UNIT} Tahun 2023"])
    sources = {
        name: table(name)
        for name in (
            "per_ikss_tables",
            "riwayat_realisasi",
            "klaster_realisasi",
            "renstra",
            "tindak_lanjut_tw3",
        )
    }
    for n in range(1, 21):
        pen.skip()
        pen.write([f"Uraian bagian {n}: target dan realisasi dibahas di bawah ini."])
        for row in sources["per_ikss_tables"]:
            if row["bagian"].startswith(f"IKSS {n}:") or row["bagian"] == f"IKSS {n}":
                pen.skip()
                top = pen.write(
                    [
                        "Indikator Kinerja Sasaran Strategis (IKSS)",
                        None,
                        "Target 2023",
                        "Realisasi",
                        None,
                        None,
                        "Capaian Terhadap Target 2023",
                    ]
                )
                pen.write(["2023"], 4)
                pen.write(["Pembilang", "Penyebut", "Realisasi"], 4)
                for column, columns in ((1, 2), (3, 1), (7, 1)):
                    pen.merge(top, column, 3, columns)
                pen.write(
                    [row["label"], row["indikator"], *(number(row[c]) for c in ("target", *SCORES[:4]))]
                )
        for row in (r for r in sources["riwayat_realisasi"] if r["bagian"] == f"IKSS {n}"):
            pen.skip()
            top = pen.write(["INDIKATOR KINERJA", "REALISASI"])
            pen.write([2020, 2021, 2022, 2023], 2)
            pen.merge(top, 2, 1, 4)
            pen.write([row["indikator"], *(number(row[f"realisasi_{y}"]) for y in range(2020, 2024))])
        for row in (r for r in sources["klaster_realisasi"] if r["bagian"] == f"IKSS {n}"):
            pen.skip()
            pen.write(
                ["Indikator Kinerja", *(o.replace("_", " ").title().replace("Pom", "POM") for o in OFFICES)]
            )
            pen.write([row["indikator"], *(row[o] for o in OFFICES)])
        for row in (r for r in sources["renstra"] if r["bagian"] == f"IKSS {n}"):
            pen.skip()
            top = pen.write(["INDIKATOR KINERJA", "Capaian 2023"])
            pen.write(["Realisasi 2023", "Target Renstra", "% Capaian", "Notifikasi"], 2)
            pen.merge(top, 2, 1, 4)
            pen.merge(top, 1, 2)
            values = ("realisasi_2023", "target_renstra", "persen_capaian")
            pen.write([row["indikator"], *(number(row[c]) for c in values), row["notifikasi"]])
        for row in sources["tindak_lanjut_tw3"][n - 1 : n]:
            pen.skip()
            top = pen.write(["No.", "Indikator", "Triwulan III", None, None, None, None, "Tindak Lanjut"])
            pen.write(
                ["Target", "Realisasi", "Presentase (%)", "Kendala", "Rencana Aksi", "Selesai", "Belum"], 3
            )
            pen.write(["Rencana Aksi", "Timeline"], 9)
            pen.merge(top, 3, 1, 5)
            pen.merge(top, 8, 1, 3)
            values = ("target", "realisasi", "persentase")
            texts = ("kendala", "rencana_aksi", "selesai", "belum_rencana_aksi", "timeline")
            pen.write(
                [row["no"], row["indikator"], *(number(row[c]) for c in values), *(row[c] for c in texts)]
            )


def monitoring(book: Workbook) -> None:
    """Twelve months side by side, out to column DA, each spelt in its own way."""
    sheet = book.create_sheet("MONEV")
    pen = Pen(sheet)
    pen.write(["MONITORING DAN EVALUASI PERJANJIAN KINERJA TAHUN 2023"])
    pen.write([UNIT])
    pen.skip()
    lead = [
        "No",
        "Perspektif",
        "SS",
        "Sasaran Strategis",
        "IKSS",
        "Indikator Kinerja",
        "Satuan",
        "Target Tahunan",
        "Anggaran (Rp)",
    ]
    top = pen.write([*lead, *itertools.chain.from_iterable([name, *[None] * 7] for name in MONTHS)])
    pen.write([BLOCK[i % 8][i // 8 % 3] for i in range(96)], 10)
    for month in range(12):
        pen.merge(top, 10 + 8 * month, 1, 8)
    december = {row["no"].strip("."): row for row in table("monev_desember")}
    quarter = {row["no"].strip("."): row for row in table("tindak_lanjut_tw3")}
    scores = {row["ikss"]: row for row in table("capaian")}
    for row in table("rapk_bab2")[:20]:
        score = next((s for s in scores.values() if _same(s["indikator"], row["indikator"])), None)
        cells: list[object] = [
            row["no"],
            None,
            None,
            None,
            None,
            row["indikator"],
            None,
            number(row["b12"]),
            number(row["anggaran"]),
        ]
        for month in range(1, 13):
            block: list[object] = [number(row[f"b{month:02d}"]), *[None] * 7]
            if month == 9:
                found = next(q for q in quarter.values() if _same(q["indikator"], row["indikator"]))
                block[1:3] = [number(found["realisasi"]), number(found["persentase"])]
            if month == 12 and score is not None:
                found = next(d for d in december.values() if _same(d["indikator"], row["indikator"]))
                block[1:] = [
                    number(score["realisasi"]),
                    number(found["persen_capaian"]),
                    None,
                    *(found[t] for t in TEXTS),
                ]
            cells += block
        pen.write(cells)


def _same(one: str, other: str) -> bool:
    from lokapom_xl import regulations

    return regulations.match(one, 2023).slug == regulations.match(other, 2023).slug


def office_book(path: Path, only: Sequence[str] = ()) -> Path:
    """The workbook of an office with all of these sheets, in no particular order."""
    book = Workbook()
    book.active.title = "Cover"
    book["Cover"]["B3"] = f"LAPORAN KINERJA {UNIT.upper()}"
    book["Cover"]["B4"] = "TAHUN 2023"
    sections(book)
    plan(book, "PK", "pk_bab2", "Sasaran dan Target Kinerja")
    monthly_plan(book, "Renaksi", "rapk_bab2")
    achievement(book)
    efficiency(book)
    monthly_plan(book, "Renaksi ttd", "rapk_lampiran")
    plan(book, "PK ttd", "pk_lampiran", "PERJANJIAN KINERJA")
    monitoring(book)
    for name in list(book.sheetnames):
        if only and name not in only:
            del book[name]
    book.save(path)
    return path
