"""The report's tables out of a book: the document as Word and LibreOffice read it, the data files as `fill` does."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import sys
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import lxml.html
import openpyxl
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table as WordTable

import lokapom_xl
from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.export import export
from lokapom_xl.actions.fill import fill
from lokapom_xl.actions.freeze import freeze
from lokapom_xl.actions.new import new
from lokapom_xl.numbers import read_text
from lokapom_xl.report import tables as report
from lokapom_xl.report.docx_report import render
from lokapom_xl.workbook import shapes as declared
from lokapom_xl.workbook.address import a1
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.evaluate import Evaluator
from lokapom_xl.workbook.file_codes import FILE_CODES
from lokapom_xl.workbook.layout import INDICATOR, dated
from lokapom_xl.workbook.locate import BookView, open_view
from lokapom_xl.workbook.read import read_book
from lokapom_xl.workbook.write import Put, save_edits

from .conftest import Convert, changed
from .test_cli import run

D = Decimal
KINDS = ("rapk", "efisiensi")


def view_of(path: Path) -> BookView:
    return open_view(read_book(path))


def made_tables(
    view: BookView, chosen: list[str] | None = None, month: int = 0, quarter: int = 0
) -> list[report.ReportTable]:
    evaluator = Evaluator(view)
    when = report.period(view, evaluator, month, quarter)
    return report.report_tables(view, evaluator, chosen or report.table_keys(view), when)


def table_of(path: Path, key: str, **when: int) -> report.ReportTable:
    (table,) = made_tables(view_of(path), [key], **when)
    return table


def grid(table: WordTable) -> list[list[str]]:
    """The texts of a Word table; a cell that spans others stands in all its places."""
    return [[cell.text for cell in row.cells] for row in table.rows]


def word_tables(kind: str, made: Demo, documents: dict[str, Path]) -> dict[str, WordTable]:
    """The tables of a document by their keys."""
    keys = report.table_keys(view_of(made.books[KINDS.index(kind)]))
    return dict(zip(keys, Document(str(documents[kind])).tables, strict=True))


def indonesian(value: object, decimals: int) -> str:
    """Written independently of the package: 1234.565 with two decimals is 1.234,57."""
    number = D(f"{value:.15g}").quantize(D(1).scaleb(-decimals), ROUND_HALF_UP)
    whole, _, fraction = f"{abs(number):f}".partition(".")
    groups = re.sub(r"(?<=\d)(?=(\d{3})+$)", ".", whole)
    return ("-" if number < 0 else "") + groups + ("," + fraction if fraction else "")


def records(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.fixture(scope="module")
def documents(made: Demo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The documents of the two books of the demonstration, made once."""
    folder = tmp_path_factory.mktemp("ekspor")
    return {
        kind: export(book, "docx", folder / f"{kind}.docx", quarter=3 if kind == "rapk" else 0).path
        for kind, book in zip(KINDS, made.books[:2], strict=True)
    }


# --- the document --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_the_document_is_the_books(kind: str, made: Demo, documents: dict[str, Path]) -> None:
    """Against the values that the book stores, read and printed by other code than ours."""
    path = made.books[KINDS.index(kind)]
    view, stored = view_of(path), openpyxl.load_workbook(path, data_only=True)
    made_of = made_tables(view, quarter=3 if kind == "rapk" else 0)
    word = Document(str(documents[kind])).tables
    assert len(word) == len(made_of)
    numbers = 0
    for table, shown in zip(made_of, word, strict=True):
        texts = grid(shown)
        assert len(texts) == len(table.header) + len(table.rows)
        for row, column, cell in report.placed(table.rows):
            text = texts[len(table.header) + row][column]
            assert text == cell.text
            if cell.source is None:
                assert not re.fullmatch(r"-?[\d.]+,\d+", text) or table.key == "pk_lampiran_anggaran", text
                continue
            sheet, address = view.address(cell.source)
            value = stored[sheet][address].value
            if isinstance(value, (int, float)):
                unit = view.layout.table(cell.source.table).column(cell.source.column).unit
                assert text.removesuffix("%") == indonesian(value, 0 if unit == "count" else 2), (
                    sheet,
                    address,
                )
                numbers += 1
            else:
                assert text == (value or "").strip(), (sheet, address)
    assert numbers >= {"rapk": 460, "efisiensi": 160}[kind]


def test_the_achievement_table_has_the_shape_of_the_report(made: Demo, documents: dict[str, Path]) -> None:
    shown = word_tables("rapk", made, documents)["capaian"]
    texts = grid(shown)
    objective, indicator = "Sasaran Strategis", "Indikator Kinerja Sasaran Strategis (IKSS)"
    fixed = [objective, objective, indicator, indicator, "Target"]
    scores = ["Capaian Terhadap Target", "Capaian Penyesuaian", "Kriteria"]
    assert texts[:3] == [
        [*fixed, "Realisasi", "Realisasi", "Realisasi", *scores],
        [*fixed, "2023", "2023", "2023", *scores],
        [*fixed, "Pembilang", "Penyebut", "Realisasi", *scores],
    ]
    assert len(texts) == 3 + 3 + 20 + 13  # header, perspectives, indicators, summaries
    assert texts[3] == ["Stakeholder Perspective"] * 11
    first, fifth = texts[4], texts[8]
    assert first[2:] == [
        "IKSS1",
        "Persentase Obat yang memenuhi syarat",
        "91,50",
        "107",
        "116",
        "92,24",
        "100,81",
        "100,81",
        "Sangat Baik",
    ]
    assert fifth[:2] == first[:2] == ["SS1", "Terwujudnya Obat dan Makanan yang memenuhi syarat"]
    assert shown.cell(4, 1)._tc is shown.cell(8, 1)._tc  # one cell over five rows
    assert texts[9] == ["Capaian SS1"] * 8 + ["97,75", "97,75", "Baik"]
    assert texts[-1] == ["NPS TOTAL"] * 8 + ["102,21", "103,78", "Istimewa"]


def test_other_tables_have_the_shape_of_the_report(made: Demo, documents: dict[str, Path]) -> None:
    shown = {key: grid(table) for key, table in word_tables("rapk", made, documents).items()}
    executive, pk, budget, rapk, quarter, monitoring = map(
        shown.__getitem__,
        ("ringkasan_eksekutif", "pk", "pk_lampiran_anggaran", "rapk", "triwulan", "monev"),
    )
    assert executive[:3] == [
        ["Sasaran Strategis", "% Capaian terhadap Target Tahunan", "Kriteria"],
        ["Stakeholder Perspective"] * 3,
        ["Capaian Sasaran Strategis 1", "97,75", "Baik"],
    ]
    assert executive[-1] == ["Capaian Learning & Growth Perspective", "104,88", "Istimewa"]
    assert pk[0] == ["No", "Sasaran", "Indikator Kinerja", "Target"]
    assert [row[0] for row in pk[1:]] == ["1"] * 5 + ["2"] * 6 + ["3", "4", "4", "5", "6", "6", "7", "8", "9"]
    assert budget[1] == ["Pengawasan Obat dan Makanan di Seluruh Indonesia", "Rp. 5.673.356.000,00"]
    assert rapk[1] == ["No.", "Indikator Kinerja", *(f"B{m:02d}" for m in range(1, 13)), "Anggaran"]
    assert rapk[2][0] == "1." and rapk[2][2] == "91,50" and rapk[2][-1] == "14.886.800,00"
    assert rapk[17][2:14] == [""] * 11 + ["82,20"]
    assert rapk[-1] == ["Total"] * 14 + ["5.673.356.000,00"]
    assert quarter[0][2] == "Triwulan III" and quarter[3][2:5] == ["91,50", "92,59", "101,19"]
    assert quarter[0][7:] == ["Tindak Lanjut"] * 3 and quarter[1][7:] == ["Selesai", "Belum", "Belum"]
    assert quarter[2][7:] == ["Selesai", "Rencana Aksi", "Timeline"]
    assert quarter[19][2:5] == ["-", "-", "-"]  # not measured before the end of the year
    assert monitoring[1][:4] == ["1", "Persentase Obat yang memenuhi syarat", "100,81", "target tercapai"]
    (efficiency,) = map(grid, Document(str(documents["efisiensi"])).tables)
    assert efficiency[0][2:8] == ["Output"] * 3 + ["Input (Anggaran)"] * 3
    assert efficiency[1][2:] == ["T", "R", "%", "T", "R", "%", "IE", "TE", "Kriteria"]
    assert efficiency[3][-3:] == ["0,96", "-0,04", "Tidak Efisien"]
    total = ["103,57", "5.410.540.000,00", "5.402.454.391,00", "99,85", "1,04", "0,04", "Efisien"]
    assert efficiency[-1] == ["TOTAL"] * 4 + total


def test_tables_beside_the_main_job_have_the_shape_of_the_report(
    made: Demo, documents: dict[str, Path]
) -> None:
    shown = {key: grid(table) for key, table in word_tables("rapk", made, documents).items()}
    own, others = "Loka POM di Kabupaten Banyumas", [f"Loka POM {n}" for n in ("Baubau", "Dumai", "Sanggau")]
    cluster = shown["klaster_nps"]
    assert cluster[0] == ["No", "Sasaran Strategis", own, *others]  # units that nobody entered are left out
    assert cluster[1][2:] == ["97,75%", "101,49%", "95,09%", "100,12%"] and len(cluster) == 1 + 9 + 1
    assert cluster[-1] == ["RATA-RATA CAPAIAN"] * 2 + ["105,80%", "109,41%", "102,28%", "104,67%"]
    actual = shown["klaster_realisasi"]
    assert actual[0] == ["Indikator Kinerja", own, *others] and len(actual) == 21
    assert actual[1][1:] == ["92,24%", "96,74%", "89,12%", "89,51%"]
    history = shown["riwayat"]
    assert history[1][1:] == ["2020", "2021", "2022", "2023"] and history[0][1:] == ["Realisasi"] * 4
    assert history[2][1:] == ["", "78,99", "78,33", "92,24"]
    assert shown["renstra"][0][1:] == ["Capaian 2023"] * 4
    assert shown["renstra"][2][1:] == ["92,24", "92,30", "99,93%", "akan tercapai"]
    sakip = shown["sakip"]
    assert sakip[0] == ["No", "Komponen", "Tahun 2022", "Tahun 2022"] and len(sakip) == 2 + 5 + 2
    assert sakip[-2:] == [
        ["", "Nilai Hasil Evaluasi", "100,00", "63,13"],
        ["", "Tingkat Akuntabilitas", "", "B"],
    ]
    staff = shown["sdm"]
    assert staff[1] == ["1", "Kepala Loka", "1", "1", "0"] and staff[-1] == ["", "", "46", "26", "20"]
    proposal = shown["usulan"]
    assert [row[0] for row in proposal] == ["No", "1", "2", "3"]  # the others propose nothing
    assert proposal[1][2:] == ["97,60", "86,00"]
    follow_up = shown["tindak_lanjut_sakip"]
    assert follow_up[1] == ["Perencanaan Kinerja"] * 7 and [row[0] for row in follow_up[2:5]] == [
        "a",
        "b",
        "c",
    ]
    assert shown["nka"][1][1:] == ["86,73", "98,63", "91,49"]


def test_the_document_is_ready_for_word(made: Demo, documents: dict[str, Path]) -> None:
    document = Document(str(documents["rapk"]))
    section = document.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert (round(section.page_width / Mm(1)), round(section.page_height / Mm(1))) == (297, 210)
    captions = [p for p in document.paragraphs if p.style is not None and p.style.name == "Caption"]
    texts = ["".join(node.text or "" for node in p._p.iter(qn("w:t"))) for p in captions]
    titles = [table.title for table in made_tables(view_of(made.books[0]), quarter=3)]
    assert texts == [f"Tabel {number}. {title}" for number, title in enumerate(titles, 1)]
    assert "Capaian Kinerja Loka POM di Kabupaten Banyumas pada Tahun 2023" in titles
    assert "Pemanfaatan Informasi Kinerja Bulan Desember 2023" in titles
    assert all("SEQ Tabel" in p._p.xml and p.style.paragraph_format.keep_with_next for p in captions)
    room = section.page_width - section.left_margin - section.right_margin
    for table in document.tables:
        heads = [row._tr.find(qn("w:trPr") + "/" + qn("w:tblHeader")) is not None for row in table.rows]
        assert heads[0] and heads == sorted(heads, reverse=True) and not heads[-1]
        assert all(row._tr.find(qn("w:trPr") + "/" + qn("w:cantSplit")) is not None for row in table.rows)
        assert sum(column.width for column in table.columns) <= room + Mm(1)
    achieved = word_tables("rapk", made, documents)["capaian"]
    kept = [row.cells[-1].paragraphs[0].paragraph_format.keep_with_next for row in achieved.rows]
    # The header, the first perspective, and the rows of SS1, whose name is one cell; not the last of them.
    assert kept[:11] == [True] * 8 + [None] * 2 + [None]
    for name in ("Isi Tabel", "Kepala Tabel"):
        font = document.styles[name].font
        assert (font.name, font.size.pt) == ("Calibri", 9)
    languages = {node.get(qn("w:val")) for node in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"id-ID"}
    properties = document.core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert properties.created == properties.modified and properties.created.year == 2000


def test_the_same_book_gives_the_same_bytes(made: Demo, documents: dict[str, Path], tmp_path: Path) -> None:
    again = export(made.books[0], "docx", tmp_path / "lagi.docx", quarter=3).path
    assert again.read_bytes() == documents["rapk"].read_bytes()
    with zipfile.ZipFile(again) as package:
        assert {item.date_time for item in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in package.namelist() if "thumbnail" in name]
    first, second = (export(made.books[0], "csv", tmp_path / name) for name in ("a", "b"))
    assert [p.read_bytes() for p in first.files] == [p.read_bytes() for p in second.files]


def test_libreoffice_reads_the_same_tables(
    documents: dict[str, Path], soffice: str, convert: Convert
) -> None:
    if not list(Path(soffice).resolve().parent.glob("*swlo.*")):
        if os.environ.get("LOKAPOM_REQUIRE_LIBREOFFICE") == "1":
            pytest.fail("LibreOffice Writer is required (LOKAPOM_REQUIRE_LIBREOFFICE=1) and was not found")
        pytest.skip("LibreOffice Writer is not installed")
    paths = [documents[kind] for kind in KINDS]
    for path, page, pdf in zip(paths, convert(paths, "html"), convert(paths, "pdf"), strict=True):
        assert pdf.read_bytes().startswith(b"%PDF-")
        parsed = lxml.html.fromstring(page.read_text("utf-8"))
        word = Document(str(path)).tables
        shown = parsed.findall(".//table")
        assert len(shown) == len(word)
        for html_table, table in zip(shown, word, strict=True):
            cells = [" ".join(c.text_content().split()) for c in html_table.iter("td", "th")]
            expected, seen = [], set()
            for row in table.rows:
                for cell in row.cells:
                    if cell._tc not in seen:
                        seen.add(cell._tc)
                        expected.append(" ".join(cell.text.split()))
            assert sorted(cells) == sorted(expected)


# --- data files ----------------------------------------------------------------------------------


def entries(path: Path, table: str, columns: set[str] | None = None) -> dict[tuple[str, str], object]:
    view = view_of(path)
    evaluator = Evaluator(view)
    return {
        (key.row, key.column): evaluator.chain(key)
        for t, column, key in view.located()
        if t.key == table
        and evaluator.kind(key.row) == INDICATOR
        and (column.key in columns if columns else column.entry)
    }


def test_fill_reads_the_data_files_back(made: Demo, tmp_path: Path) -> None:
    folder = export(made.books[0], "csv", tmp_path / "tabel", quarter=3).path
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        f"{key}.csv" for key in report.table_keys(view_of(made.books[0]))
    )
    assert (folder / "pk.csv").read_bytes().startswith(b"\xef\xbb\xbfno;sasaran;indikator;target\r\n")
    book = tmp_path / "lagi.xlsx"
    new("rapk", 2023, book)
    names = ("pk", "rapk", "capaian", "pk_lampiran_anggaran")
    fill(book, [folder / f"{name}.csv" for name in names])
    fill(book, [folder / "monev.csv"], month=12)
    for table, columns in {
        "pk": None,
        "rapk": None,
        "capaian": {"target", "pembilang", "penyebut", "realisasi", "capaian", "npi"},
    }.items():
        assert entries(book, table, columns) == entries(made.books[0], table, columns)
    texts = {"penjelasan", "rencana_tindak_lanjut", "timeline", "laporan_progres"}
    before, after = (entries(path, "pemantauan", texts) for path in (made.books[0], book))
    assert {k: v for k, v in before.items() if k[0].endswith("@12")} == {
        k: v for k, v in after.items() if k[0].endswith("@12")
    }
    # In the book that they come from they change nothing.
    same = fill(made.books[0], [folder / f"{name}.csv" for name in names], dry_run=True)
    assert same.changes == [] and same.unchanged > 300


def test_an_efficiency_table_is_read_back(made: Demo, tmp_path: Path) -> None:
    report_ = export(made.books[1], "csv", tmp_path / "e.csv", ["efisiensi"])
    assert report_.files == (tmp_path / "e.csv",)
    book = tmp_path / "lagi.xlsx"
    new("efisiensi", 2023, book)
    fill(book, [report_.path])
    assert entries(book, "efisiensi") == entries(made.books[1], "efisiensi")


def first_place(view: BookView, table: str, column: str, row: str = "") -> tuple[str, int, int]:
    """Where the first cell of a column is, in a row whose key ends like that."""
    found = (k for t, c, k in view.located() if (t.key, c.key) == (table, column) and k.row.endswith(row))
    return view.positions.at(next(found))


def test_data_files_keep_every_decimal_and_every_text(rapk: Path, tmp_path: Path) -> None:
    view = view_of(rapk)
    values = {
        ("rapk", "b01", ""): D("91.125"),
        ("capaian", "pembilang", ""): D(1234),
        ("capaian", "penyebut", ""): D(2345),
        ("pemantauan", "penjelasan", "@12"): "=1+1",
    }
    edits: dict[str, dict[tuple[int, int], Put]] = {}
    for where, value in values.items():
        sheet, row, column = first_place(view, *where)
        edits.setdefault(sheet, {})[row, column] = Put(value)
    save_edits(rapk, rapk, edits)
    folder = export(rapk, "csv", tmp_path / "tabel").path
    assert records(folder / "rapk.csv")[0]["b01"] == "91,1250"
    line = records(folder / "capaian.csv")[0]
    assert (line["pembilang"], line["penyebut"]) == ("1234", "2345")
    assert records(folder / "monev.csv")[0]["penjelasan"] == "'=1+1"
    for name in ("rapk", "capaian"):
        for record in records(folder / f"{name}.csv"):
            assert "ambiguous" not in {read_text(text).kind for text in record.values()}
    shown = table_of(rapk, "capaian").rows[1]
    assert [cell.text for cell in shown][5:7] == ["1.234", "2.345"]


# --- what the book is like -----------------------------------------------------------------------


def test_stored_values_are_not_trusted(rapk: Path, made: Demo, tmp_path: Path) -> None:
    """A book without them, and one with a typed-over score, give what the rules make of the entries."""
    expected = [p.read_bytes() for p in export(made.books[0], "csv", tmp_path / "benar").files]
    bare = tmp_path / "kosong.xlsx"
    openpyxl.load_workbook(rapk).save(bare)
    report_ = export(bare, "csv", tmp_path / "kosong")
    assert [p.read_bytes() for p in report_.files] == expected
    assert len(report_.stale) > 500
    view = view_of(rapk)
    sheet, row, column = first_place(view, "capaian", "capaian")
    save_edits(rapk, rapk, {sheet: {(row, column): Put(D("12.34"), over_formula=True)}})
    result = run("export", rapk, "--tables", "csv", "-o", tmp_path / "lain")
    assert result.returncode == 0, result.stderr
    assert [p.read_bytes() for p in sorted((tmp_path / "lain").iterdir())] == [
        p.read_bytes() for p in sorted((tmp_path / "benar").iterdir())
    ]
    assert result.stderr.startswith("Perhatian: RAPK.xlsx memuat nilai tersimpan yang tidak mutakhir di ")
    assert f"{sheet}!" in result.stderr and "temuan tingkat galat" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_sound_book_needs_no_warning(made: Demo, tmp_path: Path) -> None:
    result = run("export", made.books[0], "--tables", "docx", "-o", tmp_path / "a.docx")
    assert (result.returncode, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    keys = report.table_keys(view_of(made.books[0]))
    assert lines[0].startswith(f"{len(keys)} tabel ditulis: {', '.join(keys)}. ")
    assert lines[0].endswith("Bulan Desember, Triwulan IV.")
    assert lines[1] == f"Disimpan: {tmp_path / 'a.docx'}"


def test_errors_and_blanks_are_printed_as_they_are(made: Demo) -> None:
    view = view_of(made.books[0])
    sheet, row, column = first_place(view, "pk", "target")
    target = f"{sheet}!{a1(row, column)}"
    spoiled = open_view(changed(read_book(made.books[0]), [(target, D(0))]))
    (table,) = made_tables(spoiled, ["capaian"])
    first = [cell.text for cell in table.rows[1]]
    assert first[4:] == ["0,00", "107", "116", "92,24", "#DIV/0!", "#DIV/0!", "#DIV/0!"]
    assert [cell.text for cell in table.rows[-1]] == ["NPS TOTAL", "#DIV/0!", "#DIV/0!", "#DIV/0!"]
    empty = open_view(changed(read_book(made.books[0]), [(target, None)]))
    (table,) = made_tables(empty, ["pk"])
    assert table.rows[0][-1].text == "-"


def test_months_and_quarters(made: Demo) -> None:
    view = view_of(made.books[0])
    evaluator = Evaluator(view)
    assert (report.period(view, evaluator).month, report.period(view, evaluator).quarter) == (12, 4)
    assert report.period(view, evaluator, month=10).quarter == 3
    assert report.period(view, evaluator, month=2).quarter == 1
    september = table_of(made.books[0], "monev", month=9)
    assert september.title == "Pemanfaatan Informasi Kinerja Bulan September 2023"
    assert september.records[0][2] == "101,19" and len(september.records) == 20


def test_a_frozen_book_gives_the_same_tables(made: Demo, tmp_path: Path) -> None:
    copy = freeze(made.books[1], tmp_path / "beku.xlsx").path
    frozen, own = (export(p, "csv", tmp_path / p.stem) for p in (copy, made.books[1]))
    assert [p.read_bytes() for p in frozen.files] == [p.read_bytes() for p in own.files]
    assert frozen.stale == ()


def test_a_year_with_borrowed_rules_says_so(tmp_path: Path) -> None:
    book = tmp_path / "b.xlsx"
    new("efisiensi", 2024, book, rules_of=2023)
    table = table_of(book, "efisiensi")
    assert table.title == "Efisiensi Anggaran Tahun 2024 Loka POM di ..."  # the name is not filled in yet
    assert table.note == "Dihitung menurut aturan tahun 2023, karena aturan tahun 2024 belum ditinjau."
    document = Document(io.BytesIO(render([table], "x")))
    assert table.note in [paragraph.text for paragraph in document.paragraphs]
    result = run("export", book, "--tables", "csv", "--table", "efisiensi", cwd=tmp_path)
    assert "Perhatian: dihitung menurut aturan tahun 2023." in result.stderr
    assert (tmp_path / "b-efisiensi.csv").is_file()


# --- tables without a shape of their own ---------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_without_a_shape_is_printed_like_its_sheet(
    kind: str, made: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(declared, "SHAPES", ())
    view = view_of(made.books[KINDS.index(kind)])
    made_of = {table.key: table for table in made_tables(view)}
    evaluator = Evaluator(view)
    for table in view.layout.tables:
        if table.key not in made_of:
            assert "Dasbor" in table.sheet  # it only repeats, for charts
            continue
        shown = made_of[table.key]
        # Columns of other units are called by their names, and left out when nobody entered anything.
        names = {str(view.named(c.heading_of)) if c.heading_of else c.key: c for c in table.columns}
        printed_columns = [names[name] for name in shown.columns]
        assert [c for c in table.columns if c in printed_columns or not c.heading_of] == printed_columns
        assert {cell.text for _, _, cell in report.placed(shown.header)} == {
            dated(text, 2023)
            for c in printed_columns
            for text in (c.group, str(view.named(c.heading_of)) if c.heading_of else c.header)
            if text
        }
        width = len(printed_columns)
        taken = [
            (row + down, column + right)
            for row, column, cell in report.placed(shown.rows)
            for down in range(cell.rows)
            for right in range(cell.columns)
        ]
        # Every place of the grid is covered exactly once.
        assert sorted(taken) == [(r, c) for r in range(len(shown.rows)) for c in range(width)]
        printed = {cell.source for _, _, cell in report.placed(shown.rows) if cell.source}
        rows = {key.row for key in printed}
        # Of months and quarters the last one is printed.
        assert table.rows not in ("bulanan", "triwulanan") or all(row.endswith("@12") for row in rows)
        computed = {k for t, _, k, _ in evaluator.computed_keys() if t.key == table.key and k.row in rows}
        assert printed >= {key for key in computed if table.column(key.column) in printed_columns}
    assert Document(io.BytesIO(render(list(made_of.values()), "x"))).tables


# --- refusals ------------------------------------------------------------------------------------


def test_refusals_write_nothing(made: Demo, tmp_path: Path) -> None:
    book = Path(shutil.copy(made.books[0], tmp_path / "R.xlsx"))
    (tmp_path / "ada.docx").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "rapk.csv").write_text("x")
    before = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*"))
    cases = [
        (("--tables", "docx", "-o", "ada.docx"), "BERKAS31"),
        (("--tables", "docx", "-o", "tabel.pdf"), "BERKAS30"),
        (("--tables", "docx", "-o", "tidak/ada.docx"), "BERKAS32"),
        (("--tables", "csv", "-o", "folder"), "BERKAS31"),
        (("--tables", "csv", "-o", "ada.docx"), "EKSPOR03"),
        (("--tables", "csv", "-o", "tidak/ada"), "BERKAS32"),
        (("--tables", "csv", "--table", "pk", "-o", "folder"), "BERKAS30"),
        (("--tables", "docx", "--table", "capain"), "EKSPOR02"),
        (("--tables", "docx", "--table", "pk", "--month", "9"), "EKSPOR04"),
        (("--tables", "pdf"), "harus salah satu dari: docx, csv"),
        ((), "harus disebutkan"),
        (("--tables", "csv", "--month", "13"), "antara 1 dan 12"),
    ]
    for arguments, words in cases:
        result = run("export", book, *arguments, cwd=tmp_path)
        assert result.returncode == 2 and result.stdout == "", arguments
        assert result.stderr.startswith("Gagal: ") and result.stderr.count("\n") == 1, result.stderr
        assert words in result.stderr, result.stderr
    assert sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*")) == before


def test_books_as_printed_and_bad_entries_are_refused(made: Demo, rapk: Path, tmp_path: Path) -> None:
    for path in made.books[2:]:
        with pytest.raises(BookError) as refused:
            export(path, "csv", tmp_path / "x")
        assert refused.value.code == "STR12"
    view = view_of(rapk)
    sheet, row, column = first_place(view, "pk", "target")
    save_edits(rapk, rapk, {sheet: {(row, column): Put("sembilan")}})
    with pytest.raises(BookError) as refused:
        export(rapk, "csv", tmp_path / "x")
    assert refused.value.code == "ISI02"
    assert not (tmp_path / "x").exists()


def test_without_python_docx_the_remedy_is_named(
    made: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "lokapom_xl.report.docx_report")
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(BookError) as refused:
        export(made.books[1], "docx", tmp_path / "a.docx")
    assert refused.value.code == "EKSPOR01"
    assert "pip install" in str(refused.value) and "--tables csv" in str(refused.value)
    assert list(tmp_path.iterdir()) == []
    assert export(made.books[1], "csv", tmp_path / "a").files


def test_every_refusal_of_an_export_has_a_help_page() -> None:
    source = Path(lokapom_xl.__file__).parent / "actions" / "export.py"
    used = set(re.findall(r'"(EKSPOR\d\d)"', source.read_text("utf-8")))
    assert used == {code for code in FILE_CODES if code.startswith("EKSPOR")}
