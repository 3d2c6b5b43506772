"""The dashboard: its numbers, its charts, and that both follow the book through all that happens to it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lokapom_xl import regulations
from lokapom_xl.actions.compute import compute
from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.fill import fill
from lokapom_xl.actions.new import new
from lokapom_xl.actions.validate import validate
from lokapom_xl.numbers import NOT_MEASURED, CellError, Scalar
from lokapom_xl.workbook import ops
from lokapom_xl.workbook.cells import Key
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.evaluate import Evaluator
from lokapom_xl.workbook.locate import BookView, open_view
from lokapom_xl.workbook.ops import CellOperation
from lokapom_xl.workbook.read import read_book
from lokapom_xl.workbook.write import Put, save_edits

from .conftest import REPORT, Convert

D = Decimal
DECEMBER = [REPORT / name for name in ("capaian.csv", "koreksi.csv", "monev_desember.csv")]
PLAN = ("pk_lampiran.csv", "rapk_lampiran.csv", "koreksi.csv")
SHEETS = ("Dasbor", "Data Dasbor")
KEPT = ("xl/charts/", "xl/drawings/")
"""The parts of a book that its charts are in."""


def view_of(path: Path) -> BookView:
    return open_view(read_book(path))


def stored(view: BookView, table: str, row: str, column: str) -> Scalar:
    cell = view.cell(Key(table, row, column))
    return cell.value if cell is not None else None


def card(view: BookView, column: str) -> Scalar:
    return stored(view, "dasbor", "jumlah", column)


def put(view: BookView, key: Key, value: Decimal | str) -> None:
    """Type a value into the book and let it follow."""
    sheet, row, column = view.positions.at(key)
    save_edits(view.book.path, view.book.path, {sheet: {(row, column): Put(value)}})
    compute(view.book.path)


@pytest.fixture(scope="module")
def view(made: Demo) -> BookView:
    return view_of(made.books[0])


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new book."""
    path = tmp_path_factory.mktemp("kosong") / "RAPK.xlsx"
    new("rapk", 2023, path)
    return path


@pytest.fixture(scope="module")
def september(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book in the course of the year: the plan, and what was measured in September."""
    path = Path(shutil.copy(empty, tmp_path_factory.mktemp("september") / "RAPK.xlsx"))
    fill(path, [REPORT / name for name in PLAN])
    fill(path, [REPORT / "tindak_lanjut_tw3.csv", REPORT / "koreksi.csv"], month=9)
    return path


# --- the numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "row", "column", "value"),
    [
        ("dasbor", "jumlah", "keadaan", "Data per bulan Desember 2023"),
        ("dasbor", "jumlah", "predikat", "▲▲ Istimewa"),
        ("dasbor", "jumlah", "pagu", D(5410540000)),  # after revision; sheet RAPK has 5.673.356.000
        ("dasbor", "jumlah", "penyerapan", D("99.85")),  # 5.402.454.391 of it
        ("dasbor", "jumlah", "ie", D("1.04")),  # 103,57 : 99,85
        ("dasbor", "jumlah", "te", D("0.04")),
        ("dasbor", "jumlah", "efisiensi", "● Efisien"),
        (
            "dasbor_risiko",
            "1",
            "berisiko",
            "Persentase Obat yang aman dan bermutu berdasarkan hasil pengawasan",
        ),
        ("dasbor_risiko", "1", "capaian_berisiko", D("87.91")),
        ("dasbor_risiko", "1", "risiko_berisiko", "▼ tinggi"),
        ("dasbor_risiko", "5", "capaian_berisiko", D("99.66")),
        ("dasbor_risiko", "5", "risiko_berisiko", "◆ sedang"),
        ("dasbor_risiko", "6", "berisiko", "-"),  # all others reach their targets
        ("data_urut", "1", "kategori", "IKSS3 ▼"),
        ("data_urut", "1", "zona_1", D("87.91")),
        ("data_urut", "1", "zona_2", "-"),
        ("data_urut", "19", "zona_2", D(120)),  # the cap itself is within
        ("data_urut", "20", "kategori", "IKSS11 ▲"),
        ("data_urut", "20", "zona_3", D("126.58")),
        ("data_bulan", "bulan@09", "target_bulan", D("91.5")),
        ("data_bulan", "bulan@09", "realisasi_bulan", D("92.59")),
        ("data_bulan", "bulan@09", "terukur", D(18)),
        ("data_bulan", "bulan@10", "realisasi_bulan", "-"),
        ("data_nps", "ss6", "predikat_nps", "Baik"),
        ("data_nps", "ss6", "nps_2", D("95.445")),
        ("data_nps", "ss6", "nps_1", "-"),
        ("data_nps", "internal-process", "kategori_nps", "Internal Process ▲▲"),
    ],
)
def test_values_of_the_shipped_data(view: BookView, table: str, row: str, column: str, value: object) -> None:
    assert stored(view, table, row, column) == value


def test_equal_distances_keep_the_order_of_the_indicators(view: BookView) -> None:
    """IKSS13, 14 and 16 have reached 100 exactly."""
    assert [stored(view, "data_urut", str(n), "kategori") for n in (6, 7, 8)] == [
        "IKSS13 ●",
        "IKSS14 ●",
        "IKSS16 ●",
    ]
    values = [stored(view, "data_urut", str(n), "nilai_urut") for n in range(1, 21)]
    assert values == sorted(values, key=lambda value: value if isinstance(value, Decimal) else D(0))


def test_the_figures_are_those_of_the_other_sheets(view: BookView, made: Demo) -> None:
    total = view_of(made.books[1])
    for mine, theirs in {
        "pagu": "input_target",
        "penyerapan": "input_persen",
        "output": "output_persen",
        "ie": "ie",
        "te": "te",
    }.items():
        assert card(view, mine) == stored(total, "efisiensi", "jumlah", theirs), mine
    assert card(view, "nps") == stored(view, "capaian", "total", "capaian_penyesuaian")


def test_an_empty_book_shows_dashes_and_no_errors(empty: Path) -> None:
    view = view_of(empty)
    assert card(view, "keadaan") == "Belum ada data"
    shown = {column.key: card(view, column.key) for column in view.layout.table("dasbor").columns}
    assert {v for k, v in shown.items() if k != "keadaan"} == {NOT_MEASURED}
    for name in SHEETS:
        values = [cell.value for cell in view.book.sheets[name].cells.values()]
        assert not [value for value in values if isinstance(value, CellError)]
    assert not [f for f in validate([empty]).findings if f.origin.sheet in SHEETS]


def test_the_dashboard_follows_the_month(september: Path, tmp_path: Path) -> None:
    book = Path(shutil.copy(september, tmp_path / "RAPK.xlsx"))
    before = view_of(book)
    assert card(before, "keadaan") == "Data per bulan September 2023"
    assert card(before, "nps") == NOT_MEASURED  # the scores of the year are not there yet
    assert card(before, "pagu") == D(5673356000)  # no revision yet
    # Before the year is over the chart shows what was reached of the target up to the month.
    assert stored(before, "data_urut", "1", "kategori") == "IKSS7 ▼"
    assert stored(before, "dasbor_risiko", "1", "capaian_berisiko") == D("77.96")
    assert [stored(before, "data_urut", n, "kategori") for n in ("18", "19")] == ["IKSS14 ▲", NOT_MEASURED]
    fill(book, DECEMBER, month=12)
    after = view_of(book)
    assert card(after, "keadaan") == "Data per bulan Desember 2023"
    assert stored(after, "dasbor_risiko", "1", "capaian_berisiko") != D("77.96")
    assert stored(after, "data_bulan", "bulan@12", "realisasi_bulan") == D("92.24")


def test_a_target_of_zero_in_a_month_spoils_no_other_indicator(september: Path, tmp_path: Path) -> None:
    book = Path(shutil.copy(september, tmp_path / "RAPK.xlsx"))
    put(view_of(book), Key("rapk", "obat-memenuhi-syarat", "b09"), D(0))
    after = view_of(book)
    assert stored(after, "data_indikator", "obat-memenuhi-syarat", "bulan") == CellError("#DIV/0!")
    assert stored(after, "dasbor_risiko", "1", "capaian_berisiko") == D("77.96")
    assert not [f for f in validate([book]).findings if f.origin.sheet in SHEETS]


def test_the_chosen_indicator(rapk: Path, tmp_path: Path) -> None:
    chosen = next(i for i in regulations.indicators(2023) if i.slug == "makanan-memenuhi-syarat")
    source = tmp_path / "pilihan.csv"
    source.write_text(f'nama_sel,isi\nDASBOR_INDIKATOR,"{chosen.name}"\n', "utf-8")
    fill(rapk, [source])
    after = view_of(rapk)
    for month in range(1, 13):
        for mine, theirs in (("target_bulan", "target"), ("realisasi_bulan", "realisasi")):
            expected = stored(after, "pemantauan", f"{chosen.slug}@{month:02d}", theirs)
            assert stored(after, "data_bulan", f"bulan@{month:02d}", mine) == expected
    source.write_text("nama_sel,isi\nDASBOR_INDIKATOR,Tidak ada\n", "utf-8")
    fill(rapk, [source], overwrite=True)
    assert stored(view_of(rapk), "data_bulan", "bulan@12", "realisasi_bulan") == NOT_MEASURED


def test_amounts_of_a_data_file_are_read_like_numbers(empty: Path, tmp_path: Path) -> None:
    book, source = Path(shutil.copy(empty, tmp_path / "RAPK.xlsx")), tmp_path / "anggaran.csv"
    source.write_text("nama_sel;isi\nPAGU_AKHIR;Rp. 2.000.000,00\nREALISASI_ANGGARAN;1.500.000\n", "utf-8")
    fill(book, [source])
    assert card(view_of(book), "penyerapan") == D(75)
    source.write_text("nama_sel;isi\nREALISASI_ANGGARAN;30.000\n", "utf-8")
    with pytest.raises(BookError) as refused:
        fill(book, [source], overwrite=True)
    assert refused.value.code == "ISI03"


def test_a_number_typed_over_is_found(rapk: Path) -> None:
    book = openpyxl.load_workbook(rapk)
    book["Dasbor"]["D6"] = 110
    book.save(rapk)
    assert "Dasbor!D6" in {f"{f.origin.sheet}!{f.origin.cell}" for f in validate([rapk]).findings}


def test_every_cell_follows_from_the_entries(view: BookView) -> None:
    evaluator = Evaluator(view)
    keys = [k for _, _, k, _ in evaluator.computed_keys() if k.table.startswith(("dasbor", "data_"))]
    assert len(keys) > 500
    for key in keys:
        assert evaluator.same(evaluator.chain(key), evaluator.raw(key), key), key


@pytest.mark.parametrize(
    "operation",
    [item for item in vars(ops).values() if isinstance(item, CellOperation)],
    ids=lambda o: o.name,
)
def test_the_example_of_every_operation(operation: CellOperation) -> None:
    assert operation(*operation.example.arguments) == operation.example.result
    assert operation.doc and operation.help.endswith(".")


# --- the page ------------------------------------------------------------------------------------


def charts_of(path: Path) -> list[Any]:
    charts: list[Any] = openpyxl.load_workbook(path)["Dasbor"]._charts
    return charts


def series_of(chart: Any) -> Iterator[Any]:
    for part in chart._charts:
        yield from part.series


def _area(path: Path, reference: str) -> list[object]:
    """What the cells of a reference hold, without rows that are blank in all columns of the sheet."""
    sheet, _, address = reference.rpartition("!")
    page = openpyxl.load_workbook(path, data_only=True)[sheet.strip("'$")]
    cells = page[address.replace("$", "")]
    rows = cells if isinstance(cells, tuple) else ((cells,),)
    return [cell.value for row in rows for cell in row if any(c.value is not None for c in page[cell.row])]


SHOWN = {
    "nps_1": "data_nps",
    "nps_2": "data_nps",
    "zona_1": "data_urut",
    "zona_2": "data_urut",
    "zona_3": "data_urut",
    "garis_target": "data_urut",
    "garis_batas": "data_urut",
    "target_bulan": "data_bulan",
    "realisasi_bulan": "data_bulan",
}
"""Columns that charts draw, with their tables."""


def drawn(path: Path) -> None:
    """Each of these columns is drawn by one series, over all its rows and no other."""
    view = view_of(path)
    references = [s.val.numRef.f for chart in charts_of(path) for s in series_of(chart)]
    contents = [_area(path, reference) for reference in references]
    for column, table in SHOWN.items():
        rows = sorted(view.positions.tables[table].rows.items(), key=lambda item: item[1])
        values = [stored(view, table, row, column) for row, _ in rows]
        plain = [float(v) if isinstance(v, Decimal) else v for v in values]
        _, first, number = view.positions.at(Key(table, rows[0][0], column))
        letter = openpyxl.utils.get_column_letter(number)
        mine = [i for i, r in enumerate(references) if f"${letter}$" in r and f"${first}:" in r]
        assert len(mine) == 1, (column, references)
        assert contents[mine[0]] == pytest.approx(plain)


def test_charts_read_the_cells_of_their_tables(made: Demo) -> None:
    charts = charts_of(made.books[0])
    assert [len(list(series_of(chart))) for chart in charts] == [5, 5, 2, 1]
    for chart in charts:
        assert not chart.x_axis.delete and not chart.y_axis.delete and chart.title is not None
    drawn(made.books[0])


def test_bars_have_the_colours_of_their_labels(made: Demo) -> None:
    colours = regulations.version("warna", 2023).data["colours"]
    fills = {c["label"]: c["fill"].lstrip("#") for c in colours}
    bands = [str(band.label) for band in reversed(regulations.bands("predikat", 2023))]
    bars = list(series_of(charts_of(made.books[0])[0]))
    assert [s.graphicalProperties.solidFill.srgbClr for s in bars] == [fills[label] for label in bands]
    # Told without colour as well: by word in the legend, by a pattern where grey would not do.
    assert [_area(made.books[0], s.tx.strRef.f)[0] for s in bars][:2] == ["▲▲ Istimewa", "● Baik"]
    zone = next(series_of(charts_of(made.books[0])[1]))
    assert zone.graphicalProperties.pattFill is not None


def test_the_choice_is_a_list_of_the_indicators(made: Demo) -> None:
    sheet = openpyxl.load_workbook(made.books[0])["Dasbor"]
    lists = [c for c in sheet.data_validations.dataValidation if c.type == "list"]
    assert [str(c.sqref) for c in lists] == ["C21"]
    names = _area(made.books[0], lists[0].formula1)
    assert names == [indicator.name for indicator in regulations.indicators(2023)]
    assert not sheet["C21"].protection.locked and sheet["D6"].protection.locked


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {n: package.read(n) for n in package.namelist() if n.startswith(KEPT)}


def test_filling_keeps_the_charts(september: Path, tmp_path: Path) -> None:
    book = Path(shutil.copy(september, tmp_path / "RAPK.xlsx"))
    before = _parts(book)
    fill(book, DECEMBER, month=12)
    assert len(before) >= 6 and _parts(book) == before


def test_both_editions_have_the_charts(empty: Path, tmp_path: Path) -> None:
    new("rapk", 2023, tmp_path / "RAPK.xlsm")
    charts = {name: data for name, data in _parts(empty).items() if name.startswith("xl/charts/")}
    macro = {n: data for n, data in _parts(tmp_path / "RAPK.xlsm").items() if n.startswith("xl/charts/")}
    assert len(charts) == 4 and macro == charts


# --- in LibreOffice ------------------------------------------------------------------------------


def test_one_printed_page(made: Demo, convert: Convert) -> None:
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext is not installed")
    (pdf,) = convert(made.books[:1], "pdf")
    text = subprocess.run(
        [reader, "-layout", str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout
    pages = [page for page in text.split("\f") if "DASBOR KINERJA" in page]
    assert len(pages) == 1
    for words in ("Data per bulan Desember 2023", "IKSS11", "Learning & Growth", "tinggi", "Tanda IKSS"):
        assert words in pages[0]


def test_charts_follow_inserted_rows_and_a_new_month(soffice: str, september: Path, tmp_path: Path) -> None:
    """Staff insert rows above and within what the charts draw, save in LibreOffice, and fill December."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    profile = f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}"
    listen = f"--accept=socket,host=127.0.0.1,port={port};urp;"
    office = subprocess.Popen(
        [soffice, "--headless", "--norestore", profile, listen],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    edited = tmp_path / "RAPK.xlsx"
    steps = ["rows:Capaian:9:2", "rows:Pemantauan:50:1", "rows:Data Dasbor:3:1", "rows:Data Dasbor:11:2"]
    try:
        script = Path(__file__).with_name("uno_edit.py")
        command = ["/usr/bin/python3", str(script), str(port), str(september), str(edited), *steps]
        subprocess.run(command, check=True, capture_output=True, timeout=90)
    finally:
        office.kill()
        office.wait()
    assert len(charts_of(edited)) == 4
    drawn(edited)
    assert not [f for f in validate([edited]).findings if f.origin.sheet in SHEETS and f.level != "info"]
    fill(edited, DECEMBER, month=12)
    drawn(edited)
    assert card(view_of(edited), "keadaan") == "Data per bulan Desember 2023"
