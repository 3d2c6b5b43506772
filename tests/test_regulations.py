"""The rules by year: their bands, their refusals, their generated module, and the names of indicators."""

from __future__ import annotations

import ast
import csv
import pickle
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from lokapom_xl import regulations as rules
from lokapom_xl.regulations import loader
from lokapom_xl.regulations._compiled import RULES

FOLDER = Path(rules.__file__).parent
REPORT = FOLDER.parent / "data" / "lapkin2023"

# --- bands ------------------------------------------------------------------------------------------

OLD = ["Cukup", "Baik", "Baik", "Baik", "Baik"]
EDGES = {
    ("kriteria", 2020): OLD,
    ("kriteria", 2021): OLD,
    ("kriteria", 2022): ["Kurang Efektif", "Kurang Efektif", "Efektif", "Efektif", "Efektif"],
    ("kriteria", 2023): ["Cukup", "Cukup", "Baik", "Baik", "Sangat Baik"],
    ("predikat", 2020): OLD,
    ("predikat", 2021): OLD,
    ("predikat", 2023): ["Butuh Perbaikan", "Baik", "Baik", "Baik", "Istimewa"],
    ("renstra", 2023): ["akan tercapai", "akan tercapai", "tercapai", "tercapai", "melampaui"],
    ("sakip", 2022): ["A", "A", "AA", "AA", "AA"],
}


@pytest.mark.parametrize(("subject", "year"), EDGES)
def test_band_edges(subject: str, year: int) -> None:
    numbers = ("89.99", "90", "100", "100.00", "100.01")
    assert [rules.label(subject, year, Decimal(each)) for each in numbers] == EDGES[subject, year]


@pytest.mark.parametrize(
    ("subject", "year", "number", "expected"),
    [
        ("kriteria", 2021, "49.99", "Sangat Kurang"),
        ("kriteria", 2021, "50", "Kurang"),
        ("kriteria", 2021, "69.99", "Kurang"),
        ("kriteria", 2021, "70", "Cukup"),
        ("kriteria", 2021, "110", "Baik"),
        ("kriteria", 2021, "110.01", "Sangat Baik"),
        ("kriteria", 2021, "120", "Sangat Baik"),
        ("kriteria", 2021, "120.01", "Tidak dapat disimpulkan"),
        ("kriteria", 2022, "79.01", "Tidak Efektif"),
        ("kriteria", 2022, "79.99", "Tidak Efektif"),
        ("kriteria", 2022, "80", "Kurang Efektif"),
        ("kriteria", 2022, "84.57", "Kurang Efektif"),
        ("kriteria", 2022, "120", "Efektif"),
        ("kriteria", 2022, "140.85", "Tidak dapat disimpulkan"),
        ("kriteria", 2023, "-5", "Cukup"),
        ("kriteria", 2023, "99.995", "Cukup"),  # compared as given: the caller rounds
        ("predikat", 2023, "49.99", "Sangat Kurang"),
        ("predikat", 2023, "50", "Kurang"),
        ("predikat", 2023, "69.99", "Kurang"),
        ("predikat", 2023, "70", "Butuh Perbaikan"),
        ("efisiensi", 2023, "-0.01", "Tidak Efisien"),
        ("efisiensi", 2023, "0.00", "Efisien"),
        ("efisiensi", 2023, "-0", "Efisien"),
        ("sakip", 2022, "73.98", "BB"),
        ("sakip", 2022, "30", "D"),
        ("sakip", 2022, "30.01", "C"),
    ],
)
def test_labels(subject: str, year: int, number: str, expected: str) -> None:
    assert rules.label(subject, year, Decimal(number)) == expected


def test_label_refuses_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="NaN"):
        rules.label("kriteria", 2023, Decimal("NaN"))


def test_bands_in_words() -> None:
    assert [rules.describe(band) for band in rules.bands("kriteria", 2023)] == [
        "sampai dengan 99,99",
        "tepat 100,00",
        "mulai 100,01",
    ]


def test_labels_of_the_report() -> None:
    for row in _rows("capaian"):
        number = Decimal(row["capaian_penyesuaian"])
        assert rules.label("kriteria", 2023, number) == row["kriteria"], row["ikss"]
    for row in _rows("capaian_ringkasan"):
        number = Decimal(row["capaian_penyesuaian"])
        assert rules.label("predikat", 2023, number) == row["kriteria"], row["uraian"]
    for row in _rows("efisiensi"):
        assert rules.label("efisiensi", 2023, Decimal(row["te"])) == row["kriteria"], row["indikator"]
    differing = [
        row["bagian"]
        for row in _rows("renstra")
        if rules.label("renstra", 2023, Decimal(row["persen_capaian"].rstrip("%"))) != row["notifikasi"]
    ]
    assert differing == ["IKSS 19"]  # a slip of the report: 100.00 printed as "melampaui"
    assert [band.label for band in reversed(rules.bands("predikat", 2023))] == [
        row["predikat"] for row in _rows("predikat")
    ]


def test_every_label_has_a_colour_that_can_be_read() -> None:
    for year in rules.years_covered("warna"):
        colours = {each["label"]: each for each in rules.version("warna", year).data["colours"]}
        for subject in ("kriteria", "predikat", "efisiensi", "renstra"):
            if year in rules.years_covered(subject):
                assert {band.label for band in rules.bands(subject, year)} <= colours.keys()
        for each in colours.values():
            dark, light = sorted((_luminance(each["fill"]), _luminance(each["ink"])))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, each["label"]
            assert each["wording"].startswith(each["label"])


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# --- years ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("subject", rules.subjects())
@pytest.mark.parametrize("year", [0, 1999, 2019, 2024, 2025, 9999, 12345])
def test_a_year_without_rules_names_the_remedy(subject: str, year: int) -> None:
    with pytest.raises(rules.NotReviewed) as caught:
        rules.version(subject, year)
    error = caught.value
    assert (error.subject, error.year) == (subject, year)
    for part in (str(year), f"lokapom_xl/regulations/{subject}.toml", "lokapom-xl build", "--rules-of TAHUN"):
        assert part in error.message
    assert pickle.loads(pickle.dumps(error)).message == error.message


def test_a_gap_between_versions_is_not_reviewed() -> None:
    assert rules.years_covered("predikat") == (2020, 2021, 2023)
    with pytest.raises(rules.NotReviewed, match="2022"):
        rules.bands("predikat", 2022)
    with pytest.raises(rules.NotReviewed):
        rules.indicators(2022)


def test_values_and_their_status() -> None:
    assert rules.value("batas_capaian", 2023, "cap") == Decimal(120)
    assert rules.value("kriteria", 2022, "label_from") == "capaian"
    assert rules.value("kriteria", 2023, "label_from") == "penyesuaian"
    assert rules.value("nka", 2023, "weights") == {"eka": Decimal(60), "ikpa": Decimal(40)}
    assert rules.status("nps", 2023, "ss") == "printed"
    assert rules.status("nps", 2023, "perspektif") == "reproduced"
    with pytest.raises(KeyError):
        rules.value("nps", 2023, "tidak-ada")


def test_rules_cannot_be_changed_by_a_caller() -> None:
    data = rules.version("nka", 2023).data
    with pytest.raises(TypeError):
        data["weights"]["eka"] = 1
    assert isinstance(rules.version("kriteria", 2023).data["bands"], tuple)


def test_every_open_status_is_explained() -> None:
    points = rules.open_points()
    explained = {point.subject for point in points}
    for subject in rules.subjects():
        for year in rules.years_covered(subject):
            found = rules.version(subject, year)
            if "open" in (found.status, *found.status_of.values()):
                assert subject in explained
    assert all(point.point and point.choice and point.reason for point in points)


# --- refusals ---------------------------------------------------------------------------------------

REFUSED = [
    (
        "kriteria",
        '{ from = 100.01,              label = "Sangat Baik"',
        '{ from = 100.02, label = "Sangat Baik"',
        "version[3].data.bands[3].from",
        "celah",
    ),
    (
        "kriteria",
        '{ from = 100.01,              label = "Sangat Baik"',
        '{ from = 100.00, label = "Sangat Baik"',
        "version[3].data.bands[3].from",
        "tumpang tindih",
    ),
    (
        "kriteria",
        'to =  99.99, label = "Cukup"',
        'to = 99.995, label = "Cukup"',
        "version[3].data.bands[1].to",
        "0,01",
    ),
    (
        "kriteria",
        'to =  99.99, label = "Cukup"',
        'to = 99.99, label = "Baik"',
        "version[3].data.bands[2].label",
        "dua kali",
    ),
    (
        "kriteria",
        'to =  99.99, label = "Cukup"',
        'from = 0.00, to = 99.99, label = "Cukup"',
        "version[3].data.bands[1].from",
        "pertama",
    ),
    (
        "kriteria",
        'to =  99.99, label = "Cukup"',
        'to = 99.99, nama = "Cukup"',
        "version[3].data.bands[1].nama",
        "tidak dikenal",
    ),
    (
        "kriteria",
        'to =  99.99, label = "Cukup"',
        'to = true, label = "Cukup"',
        "version[3].data.bands[1].to",
        "angka",
    ),
    (
        "kriteria",
        'to =  99.99, label = "Cukup"',
        'to = nan, label = "Cukup"',
        "version[3].data.bands[1].to",
        "angka",
    ),
    ("kriteria", "start = 2023-01-01", "start = 2021-06-01", "version[3].start", "berurutan"),
    (
        "renstra",
        "reviewed_until = 2023-12-31",
        "reviewed_until = 2022-12-31",
        "version[1].reviewed_until",
        "lebih awal",
    ),
    ("renstra", "start = 2023-01-01", 'start = "2023-01-01"', "version[1].start", "tanggal"),
    ("batas_capaian", "title =", 'judul = "x"\ntitle =', "judul", "tidak dikenal"),
    ("batas_capaian", "status =", 'statuss = "x"\nstatus =', "version[1].statuss", "tidak dikenal"),
    ("batas_capaian", 'status = "reproduced"', 'status = "sure"', "version[1].status", "pilihan"),
    (
        "batas_capaian",
        "data.cap = 120",
        "data.cap = 120\ndata.max = 1",
        "version[1].data.max",
        "tidak dikenal",
    ),
    ("batas_capaian", "data.cap = 120", "data = {}", "version[1].data.cap", "wajib"),
    ("batas_capaian", "reason =", 'alasan = "x"\nreason =', "version[1].open[1].alasan", "tidak dikenal"),
    ("batas_capaian", "reference =", "rujukan =", "version[1].rujukan", "tidak dikenal"),
    ("nka", "ikpa = 40", "ikpa = 41", "version[1].data.weights", "100"),
    (
        "nps",
        'perspektif = "reproduced"',
        'perspektip = "reproduced"',
        "version[1].status_of.perspektip",
        "tidak ada kunci",
    ),
    ("indikator", "rapk = 20", "rapk = 19", "version[1].data.indicators[20].numbers.rapk", "dua kali"),
    (
        "indikator",
        '"Nilai AKIP"',
        '"NILAI  kinerja-anggaran UPT"',
        "version[1].data.indicators[20].name",
        "sudah",
    ),
    (
        "indikator",
        'objective = "ss9"',
        'objective = "ss10"',
        "version[1].data.indicators[20].objective",
        "ss10",
    ),
    ("warna", "#1F4E8C", "biru", "version[1].data.colours[1].fill", "heksadesimal"),
]


@pytest.mark.parametrize(("subject", "old", "new", "key", "reason"), REFUSED)
def test_refused(tmp_path: Path, subject: str, old: str, new: str, key: str, reason: str) -> None:
    path = _copy(tmp_path) / f"{subject}.toml"
    text = path.read_text("utf-8")
    assert old in text
    # The last place: in a file with several versions that is the newest one.
    before, _, after = text.rpartition(old)
    path.write_text(before + new + after, "utf-8")
    with pytest.raises(loader.RegulationError) as caught:
        loader.load(tmp_path)
    message = str(caught.value)
    assert message.startswith(f"{path}: {key}: ")
    assert reason in message


def test_a_missing_a_foreign_and_a_broken_file_are_refused(tmp_path: Path) -> None:
    _copy(tmp_path)
    (tmp_path / "baru.toml").write_text("title = 'x'\n", "utf-8")
    with pytest.raises(loader.RegulationError, match="baru"):
        loader.load(tmp_path)
    (tmp_path / "baru.toml").unlink()
    (tmp_path / "nka.toml").write_text("title = \n", "utf-8")
    with pytest.raises(loader.RegulationError, match=r"nka\.toml"):
        loader.load(tmp_path)
    (tmp_path / "nka.toml").unlink()
    with pytest.raises(loader.RegulationError, match=r"nka\.toml"):
        loader.load(tmp_path)


def _copy(target: Path) -> Path:
    for path in FOLDER.glob("*.toml"):
        shutil.copy(path, target)
    return target


# --- the generated module ---------------------------------------------------------------------------


def test_compiled_module_is_up_to_date() -> None:
    text = (FOLDER / loader.COMPILED).read_text("utf-8")
    assert text == loader.compile_source(FOLDER), "jalankan `lokapom-xl build`"
    first = text.splitlines()[0]
    assert "generated" in first
    assert "do not edit" in first
    assert "lokapom-xl build" in first


def test_compiled_module_holds_what_was_loaded() -> None:
    assert loader.load(FOLDER) == RULES


@pytest.mark.parametrize("name", ["__init__.py", "_compiled.py", "lookup.py", "identity.py"])
def test_runs_inside_an_office_suite(name: str) -> None:
    tree = ast.parse((FOLDER / name).read_text("utf-8"), feature_version=(3, 9))
    allowed = {"__future__", "collections.abc", "dataclasses", "datetime", "decimal", "difflib", "functools",
               "types", "typing", "unicodedata"}  # fmt: skip
    ours = {"numbers", "model", "_compiled", "lookup", "identity"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert {each.name for each in node.names} <= allowed
        elif isinstance(node, ast.ImportFrom):
            assert node.module in (ours if node.level else allowed)


# --- identity ---------------------------------------------------------------------------------------

INDICATOR_COLUMNS = ("capaian", "efisiensi", "rapk_bab2", "rapk_lampiran", "pk_bab2", "pk_lampiran",
                     "per_ss_tables", "per_ikss_tables", "monev_desember", "tindak_lanjut_tw3", "renstra",
                     "klaster_realisasi", "riwayat_realisasi")  # fmt: skip
OTHER_COLUMNS = [
    ("capaian", "sasaran"), ("capaian", "ss"), ("capaian", "perspektif"), ("per_ss_tables", "sasaran"),
    ("per_ss_tables", "ss"), ("pk_bab2", "sasaran"), ("pk_lampiran", "sasaran"), ("klaster_nps", "sasaran"),
    ("riwayat_realisasi", "sasaran"), ("capaian_ringkasan", "uraian"), ("ringkasan_eksekutif", "uraian"),
    ("ringkasan_eksekutif", "perspektif"),
]  # fmt: skip


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (REPORT / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


@pytest.mark.parametrize("table", INDICATOR_COLUMNS)
def test_every_row_of_the_report_is_recognised(table: str) -> None:
    document = {"efisiensi": "efisiensi", "rapk_bab2": "rapk", "rapk_lampiran": "rapk"}.get(table, "ikss")
    by_number = {
        str(each.numbers[document]).removeprefix("IKSS"): each.slug for each in rules.indicators(2023)
    }
    for position, row in enumerate(_rows(table), 1):
        found = rules.match(row["indikator"], 2023)
        assert found.slug is not None, row
        if found.kind == "aggregate":
            continue
        if table == "pk_lampiran":
            assert rules.indicator(found.slug, 2023).numbers["pk"] == position
        if table == "pk_bab2":  # its `no` is that of the objective
            continue
        # The number stands in one of these columns. It checks the name; it never replaces it.
        number = row.get("ikss") or row.get("no") or row.get("bagian", "").partition(":")[0]
        if table != "pk_lampiran" and (table, number) != ("klaster_realisasi", "IKSS 7"):  # misprinted name
            expected = by_number[number.removeprefix("IKSS").strip(" .")]
            assert found.slug == expected, row


@pytest.mark.parametrize(("table", "column"), OTHER_COLUMNS)
def test_every_label_of_the_report_is_recognised(table: str, column: str) -> None:
    for row in _rows(table):
        if row[column]:
            found = rules.match(row[column], 2023)
            assert found.kind == "aggregate", row[column]


@pytest.mark.parametrize(
    ("text", "slug", "exact"),
    [
        ("Persentase Obat yang memenuhi syarat", "obat-memenuhi-syarat", True),
        ("  PERSENTASE obat yang\u00a0memenuhi\nsyarat. ", "obat-memenuhi-syarat", True),
        ("Persentase implmentasi rencana aksi RB di lingkup UPT", "rencana-aksi-rb", False),
        ("Tingkat efektivitas KIE Obat dan Makanan", "efektivitas-kie", False),
        ("Capaian SS1", "ss1", True),
        ("Capaian Sasaran Strategis 1", "ss1", False),
        ("NPS SS1", "ss1", False),
        ("Capaian Perspective stakeholder", "stakeholder", False),
        ("Capaian Learning & Growth Perspective", "learning-growth", True),
        ("NPS TOTAL", "total", True),
        ("Total", "jumlah", True),
        ("TOTAL", "jumlah", True),
        ("Jumlah", "jumlah", False),
        ("RATA-RATA CAPAIAN", "rata-rata", True),
    ],
)
def test_match(text: str, slug: str, exact: bool) -> None:
    found = rules.match(text, 2023)
    assert (found.slug, found.exact) == (slug, exact)


def test_a_resemblance_is_only_a_suggestion() -> None:
    found = rules.match("Persentase Obat yg memenuhi syarat", 2023)
    assert (found.slug, found.kind, found.exact) == (None, None, False)
    assert found.suggestion == "Persentase Obat yang memenuhi syarat"
    for nothing in ("", " – ", "1", "IKSS1", "Capaian SS10", "tidak ada hubungannya", "x" * 100_000):
        assert rules.match(nothing, 2023) == rules.Match(None, None)


def test_no_two_rows_share_a_spelling() -> None:
    owners: dict[str, str] = {}
    groups = (rules.indicators, rules.objectives, rules.perspectives, rules.aggregates)
    for group in groups:
        for row in group(2023):
            for spelling in (row.name, *row.aliases):
                assert owners.setdefault(rules.normalise(spelling), row.slug) == row.slug


def test_members() -> None:
    indicators = [each.slug for each in rules.indicators(2023)]
    objectives = [f"ss{number}" for number in range(1, 10)]
    assert len(indicators) == 20
    assert [each.slug for each in rules.objectives(2023)] == objectives
    assert [slug for each in objectives for slug in rules.members(each, 2023)] == indicators
    assert rules.members("stakeholder", 2023) == ("ss1",)
    assert rules.members("internal-process", 2023) == ("ss2", "ss3", "ss4", "ss5")
    assert rules.members("learning-growth", 2023) == ("ss6", "ss7", "ss8", "ss9")
    assert rules.members("total", 2023) == ("stakeholder", "internal-process", "learning-growth")
    assert rules.members("rata-rata", 2023) == tuple(objectives)
    assert list(rules.members("jumlah", 2023)) == indicators


def test_numbers_differ_from_document_to_document() -> None:
    found = {each.slug: each.numbers for each in rules.indicators(2023)}
    assert found["rencana-aksi-rb"] == {"ikss": "IKSS16", "rapk": 20, "efisiensi": 16, "pk": 15}
    assert found["kinerja-anggaran"] == {"ikss": "IKSS20", "rapk": 19, "efisiensi": 20, "pk": 19}
    assert found["pangan-fortifikasi"]["pk"] == 20
    assert {each.slug for each in rules.indicators(2023) if each.factor == 50} == {
        "sampel-obat",
        "sampel-makanan",
    }
