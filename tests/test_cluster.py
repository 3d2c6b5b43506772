"""The units of a cluster: read from a table with offices as columns, ranked on three bases; a second office's book."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from lokapom_xl import functions as f
from lokapom_xl.actions.compute import compute
from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.fill import fill
from lokapom_xl.actions.new import new
from lokapom_xl.actions.validate import validate
from lokapom_xl.numbers import Scalar, round_half_up
from lokapom_xl.workbook.cells import Key
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.layout import MEAN, NOBODY, NOTE, PUBLISHED, RAISED, RANK, month_key
from lokapom_xl.workbook.locate import BookView, open_view
from lokapom_xl.workbook.read import read_book
from lokapom_xl.workbook.units import is_unit, same_unit, unit_title

from .conftest import REPORT

D = Decimal
SCORES, ACTUAL = REPORT / "klaster_nps.csv", REPORT / "klaster_realisasi.csv"
CORRECTIONS = REPORT / "koreksi.csv"


@pytest.fixture(scope="module")
def view(made: Demo) -> BookView:
    return open_view(read_book(made.books[0]))


def stored(view: BookView, table: str, row: str, column: str) -> Scalar:
    cell = view.cell(Key(table, row, column))
    return cell.value if cell is not None else None


def shown(value: Scalar) -> Decimal:
    assert isinstance(value, Decimal)
    return round_half_up(value, 2)


# --- names of offices ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("loka_pom_baubau", True),
        ("Loka POM di Kabupaten Sanggau", True),
        ("Balai Besar POM di Semarang", True),
        ("Loka POM", False),
        ("lokasi", False),
        ("indikator", False),
        ("", False),
    ],
)
def test_which_headers_name_an_office(text: str, is_one: bool) -> None:
    assert is_unit(text) is is_one


def test_the_same_office_under_two_names() -> None:
    assert same_unit("loka_pom_banyumas", "Loka POM di Kabupaten Banyumas")
    assert not same_unit("Loka POM di Kabupaten Banyumas", "Loka POM di Kabupaten Sanggau")
    assert not same_unit("Loka POM di ...", "loka_pom_banyumas")  # a name that is not filled in names nobody
    assert unit_title("loka_pom_baubau") == "Loka POM Baubau"
    assert unit_title(" Loka POM di Kota Dumai ") == "Loka POM di Kota Dumai"


# --- the shipped data ------------------------------------------------------------------------------


def test_ranks_on_three_bases(view: BookView) -> None:
    means = [shown(stored(view, "klaster", month_key(MEAN, basis), "sendiri")) for basis in (1, 3, 4)]
    ranks = [stored(view, "klaster", month_key(RANK, basis), "sendiri") for basis in (1, 3, 4)]
    assert means == [D("105.80"), D("103.57"), D("105.80")] and ranks == [2, 3, 3]
    note = stored(view, "klaster", month_key(NOTE, 4), "sendiri")
    assert note == f.CATATAN_PERINGKAT(2, 3, 3) and str(note).startswith("Peringkat bergantung pada dasar")


def test_published_means_of_the_others(view: BookView) -> None:
    """The last row of the printed table, which nobody entered."""
    for column, printed in (("unit_2", "109.41"), ("unit_3", "102.28"), ("unit_4", "104.67")):
        assert shown(stored(view, "klaster", month_key(MEAN, PUBLISHED), column)) == D(printed)
    # Without the score that is above the cap.
    assert shown(stored(view, "klaster", month_key(MEAN, NOBODY), "unit_2")) == D("106.16")


def test_headers_are_the_names_of_the_offices(made: Demo, view: BookView) -> None:
    sheet = openpyxl.load_workbook(made.books[0], data_only=True)["Klaster"]
    names = [sheet.cell(5, column).value for column in range(4, 9)]
    assert names == [
        "Loka POM di Kabupaten Banyumas",
        "Loka POM Baubau",
        "Loka POM Dumai",
        "Loka POM Sanggau",
        "Unit 5",
    ]
    assert view.positions.tables["klaster"].columns["unit_4"] == 7


def test_an_unused_column_has_no_rank(view: BookView) -> None:
    assert stored(view, "klaster", month_key(RANK, PUBLISHED), "unit_5") == "-"
    assert stored(view, "klaster", month_key("ss1", NOBODY), "unit_5") == "-"


def test_ranks_per_indicator(view: BookView) -> None:
    ranks = {
        slug: stored(view, "klaster_realisasi", slug, "peringkat")
        for slug in ("obat-memenuhi-syarat", "pangan-fortifikasi", "penindakan", "ip-asn")
    }
    # Of IKSS5 one unit has no value and one shares the first place; of IKSS15 the report ranks a capaian.
    assert list(ranks.values()) == [2, 1, 4, 2]


# --- reading -----------------------------------------------------------------------------------------


def book(folder: Path, unit: str) -> Path:
    path = folder / "R.xlsx"
    new("rapk", 2023, path, unit=unit)
    return path


def test_the_own_office_must_be_known(tmp_path: Path) -> None:
    path = book(tmp_path, "")
    before = path.read_bytes()
    with pytest.raises(BookError) as refused:
        fill(path, [SCORES])
    assert refused.value.code == "SUMBER16" and path.read_bytes() == before
    fill(path, [SCORES, REPORT / "identitas.csv"])  # known from the same sources


def test_a_row_twice_is_named(tmp_path: Path) -> None:
    path = book(tmp_path, "Loka POM di Kabupaten Banyumas")
    with pytest.raises(BookError, match=r"klaster_realisasi\.csv baris 8.*sudah ada di baris 7") as refused:
        fill(path, [ACTUAL])
    assert refused.value.code == "SUMBER06"


def test_more_offices_than_there_is_room(tmp_path: Path) -> None:
    path = book(tmp_path, "Loka POM di Kabupaten Banyumas")
    names = ["loka_pom_banyumas", *(f"loka_pom_{chr(97 + n) * 3}" for n in range(8))]
    source = tmp_path / "klaster.csv"
    source.write_text(f"sasaran,{','.join(names)}\nSS1,{','.join(['100'] * 9)}\n", "utf-8")
    with pytest.raises(BookError) as refused:
        fill(path, [source])
    assert refused.value.code == "SUMBER15"


def test_offices_keep_their_columns(tmp_path: Path) -> None:
    """A second table lists them in another order, one of them by its full name, and one more."""
    path = book(tmp_path, "Loka POM di Kabupaten Banyumas")
    fill(path, [SCORES])
    source = tmp_path / "realisasi.csv"
    source.write_text(
        "indikator,Loka POM di Kabupaten Sanggau,Loka POM di Kabupaten Banyumas,Loka POM di Kota Palopo\n"
        'Nilai AKIP UPT,"71,81","74,71","70,5"\n',
        "utf-8",
    )
    fill(path, [source])
    after = open_view(read_book(path))
    row = [stored(after, "klaster_realisasi", "nilai-akip", f"unit_{n}") for n in range(2, 6)]
    assert row == [None, None, D("71.81"), D("70.5")]


def test_a_header_typed_over_is_still_found(rapk: Path) -> None:
    sheet = openpyxl.load_workbook(rapk)
    sheet["Klaster"]["F5"] = "Loka POM di Kota Dumai"
    sheet.save(rapk)
    assert open_view(read_book(rapk)).positions.tables["klaster"].columns["unit_3"] == 6


def test_a_unit_renamed_in_the_guide_keeps_its_column(rapk: Path) -> None:
    fields = rapk.with_suffix(".csv")
    fields.write_text("nama_sel,isi\nKLASTER_UNIT_3,Loka POM di Kota Dumai\n", "utf-8")
    fill(rapk, [fields], overwrite=True)
    changed = open_view(read_book(rapk))
    assert changed.positions.tables["klaster"].columns["unit_3"] == 6 and not changed.problems
    assert not compute(rapk).changes


# --- a second office ----------------------------------------------------------------------------------

_TARGETS = {
    "Persentase keberhasilan penindakan kejahatan di bidang Obat dan Makanan": "94",
    "Indeks Profesionalitas ASN UPT": "84,3",
}
"""Targets of the second office that differ: 100,00 / 94 = 106,38 % and 89,64 / 84,3 = 106,33 %."""

SANGGAU = "Loka POM di Kabupaten Sanggau"
OWN = "loka_pom_sanggau"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, header: Sequence[str], lines: Sequence[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *lines])
    return path


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book of another office of the cluster, from what was published of it; targets are the same."""
    folder = tmp_path_factory.mktemp("sanggau")
    path = folder / "RAPK-Sanggau.xlsx"
    new("rapk", 2023, path, unit=SANGGAU)
    names = [row["indikator"] for row in rows(REPORT / "capaian.csv") if row["target"]]
    actual = [row[OWN].rstrip("%") for row in rows(ACTUAL)]
    source = write(
        folder / "realisasi.csv", ("indikator", "realisasi"), list(zip(names, actual, strict=True))
    )
    raised = write(
        folder / "kenaikan.csv",
        ("dasar", "sasaran", OWN, "loka_pom_banyumas"),
        [
            (
                "Kenaikan karena penyesuaian",
                "Meningkatnya efektivitas pemeriksaan produk dan pengujian Obat dan Makanan",
                "",
                "20",
            )
        ],
    )
    targets = write(
        folder / "sasaran.csv",
        ("indikator", "target"),
        [
            (row["indikator"], _TARGETS.get(row["indikator"], row["target"]))
            for row in rows(REPORT / "pk_lampiran.csv")
        ],
    )
    fill(path, [targets, source])
    fill(path, [SCORES, ACTUAL, raised, CORRECTIONS])
    return path


def test_the_second_office_gets_its_own_scores(second: Path) -> None:
    """Computed from its realisasi they are what was published of it, where its targets are known.

    Its targets were not published. Where one indicator makes a score (SS5, SS7) its target follows from it;
    SS4, SS6, SS8 and SS9 come out with those of the shipped plan, so these are common to both.
    """
    view = open_view(read_book(second))
    published = {row["no"]: D(row[OWN].rstrip("%").replace(",", ".")) for row in rows(SCORES) if row["no"]}
    computed = {
        no: shown(stored(view, "klaster", month_key(f"ss{no}", PUBLISHED), "sendiri")) for no in published
    }
    same = {no for no in published if computed[no] == published[no]}
    assert same == {"4", "5", "6", "7", "8", "9"}


def test_the_second_office_is_ranked_on_three_bases(second: Path) -> None:
    view = open_view(read_book(second))
    ranks = [stored(view, "klaster", month_key(RANK, basis), "sendiri") for basis in (1, 3, 4)]
    assert ranks == [3, 2, 2]  # the adjusted office is ahead of it only as published
    assert stored(view, "klaster", month_key("ss4", RAISED), "unit_4") == D(20)
    findings = validate([second]).findings
    # Its monthly plan and its budget were not published, and that is said; all else is in order.
    unpublished = {x.origin.sheet for x in findings if x.code == "ISI01"}
    assert {x.code for x in findings} == {"ISI01", "KON06", "KON07"} and unpublished == {"RAPK"}
