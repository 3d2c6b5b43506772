"""The reports of a validation: what is chosen, what follows from what, and every form of the report."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lokapom_xl import checks, cli
from lokapom_xl.actions import validate as action
from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.report import FORMS, write_copies, write_text
from lokapom_xl.actions.validate import check_books, validate
from lokapom_xl.checks.selection import everything, selected
from lokapom_xl.model import Finding
from lokapom_xl.registry import CHECKS, FAMILIES
from lokapom_xl.report import html_report, json_report, sarif_report, terminal
from lokapom_xl.report.annotated import SHEET
from lokapom_xl.report.result import Validation
from lokapom_xl.report.trace import traces
from lokapom_xl.workbook.errors import BookError
from lokapom_xl.workbook.read import Cell, read_book

from .chromium import Browser, find
from .conftest import Convert, changed, place
from .test_checks import stop

HOSTILE = "</script><script>document.title='x'</script><img src=x onerror=\"document.title='x'\">'\""


def run(*arguments: object) -> Result:
    """The command in this process."""
    return CliRunner().invoke(cli.main, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def printed(made: Demo) -> Validation:
    """The books as printed, with all the faults of the report; not to be changed."""
    return validate(made.books[2:])


# --- selection -----------------------------------------------------------------------------------

FAMILY = {family: {c for c in CHECKS if c.startswith(family)} for family in FAMILIES}
EVERY = set(CHECKS)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, EVERY),
        ({"select": ["HIT01"]}, {"HIT01"}),
        ({"select": ["nilai-tidak-sama"]}, {"HIT01"}),
        ({"select": ["hit"]}, FAMILY["HIT"]),
        ({"select": ["HIT0", "isi"]}, FAMILY["HIT"] | FAMILY["ISI"]),
        ({"select": ["HIT01, ISI04"]}, {"HIT01", "ISI04"}),
        ({"ignore": ["HIT"]}, EVERY - FAMILY["HIT"]),
        ({"select": ["HIT"], "ignore": ["HIT03"]}, FAMILY["HIT"] - {"HIT03"}),
        ({"select": ["HIT01"], "ignore": ["HIT"]}, {"HIT01"}),
        ({"ignore": ["HIT"], "extend_select": ["label-tidak-sama"]}, EVERY - FAMILY["HIT"] | {"HIT03"}),
        ({"select": ["HIT"], "extend_select": ["ISI04"]}, FAMILY["HIT"] | {"ISI04"}),
        ({"select": ["SEMUA"], "ignore": ["KON"]}, EVERY - FAMILY["KON"]),
    ],
)
def test_what_is_named_more_exactly_wins(options: dict[str, list[str]], expected: set[str]) -> None:
    chosen = selected(**options)
    assert chosen.codes == expected and set(chosen.left_out) == EVERY - expected
    assert "BERKAS01" in chosen, "a refused file is always reported"


@pytest.mark.parametrize(
    ("option", "hint"),
    [("HIT1", "HIT0|HIT10|HIT01"), ("nilai-tak-sama", "nilai-tidak-sama"), ("HI", "HIT"), ("xyz", "")],
)
def test_an_unknown_selector_is_refused_with_the_nearest(option: str, hint: str, efisiensi: Path) -> None:
    result = run("validate", efisiensi, "--select", option)
    assert result.exit_code == 2 and result.stdout == "" and result.stderr.startswith("Gagal: ")
    assert option in result.stderr and "PILIH01" in result.stderr
    assert re.search(f"maksudnya ({hint})\\.", result.stderr) if hint else "maksudnya" not in result.stderr


def test_nothing_left_is_no_selection(efisiensi: Path) -> None:
    result = run("validate", efisiensi, "--select", "HIT01", "--ignore", "HIT01")
    assert result.exit_code == 2 and "PILIH02" in result.stderr


def test_every_check_has_a_place_to_run() -> None:
    run_by = [*checks.BOOK_CHECKS, *checks.SET_CHECKS, *checks.LAST_CHECKS]
    names = {c.name for c in run_by}
    elsewhere = {"ATR01", "STR90"}  # when a book is opened; when a check could not run
    assert {c.code for c in CHECKS.values() if not c.part_of} == {c.code for c in run_by} | elsewhere
    assert all(c.part_of in names for c in CHECKS.values() if c.part_of)
    known = {c.name for c in CHECKS.values()}
    assert all(set(c.needs) <= known - {c.name} for c in CHECKS.values())
    assert everything().codes == set(CHECKS)


def test_list_checks_and_explain() -> None:
    text = run("list", "checks").output
    assert all(f"{c.code}  {c.name} " in text and c.level in text for c in CHECKS.values())
    assert all(f"{family}: {subject}" in text for family, subject in FAMILIES.items())
    assert "Dijalankan bersama: nilai-tidak-sama" in run("explain", "HIT03").output


def test_a_left_out_cause_neither_hides_nor_distorts_what_follows(made: Demo, printed: Validation) -> None:
    root = next(f for f in printed.causes if f.origin.cell == "J11" and f.origin.sheet == "Capaian")
    effects = printed.consequences()[root.id]
    only = validate(made.books[2:], selected(select=["HIT"]))
    assert {f.id for f in effects} <= {f.id for f in only.findings}
    without = validate(made.books[2:], selected(ignore=["HIT01"]))
    assert root.id not in {f.id for f in without.findings}
    # Labels and sums that follow from left-out causes are still there, and still no faults of their own.
    orphans = without.orphans
    assert orphans and all(f.caused_by and f.level == "info" and f.code != "HIT01" for f in orphans)
    assert without.withheld["HIT01"] == sum(f.code == "HIT01" for f in printed.causes)
    text = terminal.render(without)
    assert "Tidak dilaporkan menurut pilihan: HIT01" in text and "Akibat dari temuan yang tidak" in text
    budget = validate(made.books[2:], selected(select=["KON02"]))
    assert budget.valid and {f.code for f in budget.findings} == {"KON02"}


# --- running -------------------------------------------------------------------------------------


def test_a_check_that_cannot_run_says_so_once_and_silences_its_dependants(
    made: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop(monkeypatch, "FRM02")
    books = [changed(read_book(made.books[0]), [("Capaian!L7", Decimal(99))]), read_book(made.books[1])]
    result = check_books(books, ["r.xlsx", "e.xlsx"])
    (said,) = [f for f in result.findings if f.code == "STR90"]
    assert said.level == "galat" and not result.valid
    assert "pemeriksaan FRM02 rumus-berubah tidak dapat dijalankan" in said.message
    for words in ("r.xlsx, e.xlsx", "ikut tidak diperiksa: HIT01", "yang tidak terduga"):
        assert words in said.message
    assert not [f for f in result.findings if f.code.startswith("HIT")]
    assert [f.code for f in result.causes if f.origin.cell == "L7"] == ["FRM01"], "the others have their say"
    assert "Traceback" not in terminal.render(result, details=True)
    assert "STR90" not in {f.code for f in check_books(books, ["r", "e"], selected(["ISI"])).findings}
    assert "STR90" in {f.code for f in check_books(books, ["r", "e"], selected(["FRM02"])).findings}


def test_a_stopped_check_of_level_info_is_a_warning(made: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    stop(monkeypatch, "ATR03")
    result = check_books([read_book(made.books[1])], ["e.xlsx"])
    assert [f.level for f in result.findings if f.code == "STR90"] == ["peringatan"] and result.valid


@pytest.mark.parametrize(
    ("span", "found"),
    [
        ({}, True),
        ({"since": date(2023, 1, 1), "until": date(2023, 12, 31)}, True),
        ({"since": date(2023, 1, 2)}, False),
        ({"until": date(2023, 12, 30)}, False),
        ({"since": date(2024, 1, 1)}, False),
    ],
)
def test_a_check_holds_for_the_years_of_its_span(
    made: Demo, monkeypatch: pytest.MonkeyPatch, span: dict[str, date], found: bool
) -> None:
    dated = replace(CHECKS["FRM01"], **span)  # type: ignore[arg-type]
    kept = tuple(dated if c.code == "FRM01" else c for c in action.BOOK_CHECKS)
    monkeypatch.setattr(action, "BOOK_CHECKS", kept)
    book = changed(read_book(made.books[1]), [("Efisiensi!E7", Decimal(1))])
    assert ("FRM01" in {f.code for f in check_books([book], ["e"]).findings}) is found


# --- causes --------------------------------------------------------------------------------------


def causes(book: Path, edits: list[Any], formulas: list[Any] | None = None) -> Validation:
    return check_books([changed(read_book(book), edits, formulas or [])], ["b.xlsx"])


def galat(result: Validation) -> list[tuple[str, str]]:
    return [(f.code, f.origin.cell) for f in result.findings if f.level == "galat"]


def test_one_cause_is_counted_once_with_its_chain(made: Demo) -> None:
    text = causes(made.books[0], [("Capaian!G7", "98,5")])  # an entry that is text
    assert galat(text) == [("ISI04", "G7")]
    (root,) = [f for f in text.causes if f.level == "galat"]
    follows = text.consequences()[root.id]
    names = [f.indicator for f in follows]
    for name in ("Capaian SS1", "Capaian Stakeholder Perspective", "NPS TOTAL"):
        assert name in names
    assert {f.code for f in follows} >= {"HIT01", "HIT03", "KON03"}
    assert all(f.level == "info" for f in follows) and not text.orphans
    said = next(line for line in terminal.render(text).splitlines() if "akibat:" in line)
    assert re.search(
        r"akibat: \d+ nilai lain ikut salah: indikator ini \(J7 .*Capaian SS1 \(K12 .*"
        r"Capaian Stakeholder Perspective \(K13 .*NPS TOTAL \(K\d+ ",
        said,
    )


def test_a_changed_formula_is_the_cause_of_its_wrong_value(made: Demo) -> None:
    book = read_book(made.books[0])
    sheet, row, column = place("Capaian!K7")
    cell = book.sheets[sheet].cells[row, column]
    assert cell.formula
    book.sheets[sheet].cells[row, column] = Cell(Decimal(99), "MIN(J7,99)")
    result = check_books([book], ["b.xlsx"])
    assert galat(result) == [("FRM02", "K7")]
    effect = next(f for f in result.findings if f.code == "HIT01" and f.origin.cell == "K7")
    assert effect.roots == ("FRM02:b.xlsx:Capaian!K7",) and "akibat dari FRM02 pada sel ini" in effect.message


def test_a_missing_row_is_the_cause_of_what_sums_up_its_table(made: Demo) -> None:
    result = causes(made.books[0], [("Capaian!E7", None)])
    assert {code for code, _ in galat(result)} == {"STR05"}
    assert any(f.code == "FRM02" and f.indicator == "Capaian SS1" for f in result.findings if f.caused_by)
    # A fault in another row of the same table is still one of its own.
    both = causes(made.books[0], [("Capaian!E7", None), ("Capaian!L9", Decimal(1))])
    assert ("FRM01", "L9") in galat(both)


def test_a_missing_sheet_is_one_finding(made: Demo) -> None:
    book = read_book(made.books[0])
    del book.sheets["PK"]
    result = check_books([book], ["b.xlsx"])
    assert len({f.id for f in result.findings}) == len(result.findings)
    assert [f.expected for f in result.causes if f.code == "STR02"] == ["PK"]


# --- the command ---------------------------------------------------------------------------------


def test_exit_codes_strict_and_statistics(made: Demo, efisiensi: Path) -> None:
    assert run("validate", *made.books[2:]).exit_code == 1
    assert run("validate", *made.books[2:], "--exit-zero").exit_code == 0
    warned = ("validate", *made.books[2:], "--select", "KON02")
    assert run(*warned).exit_code == 0 and run(*warned).output.startswith("SAH: ")
    strict = run(*warned, "--strict")
    assert strict.exit_code == 1 and strict.output.startswith("TIDAK SAH: ") and "--strict" in strict.output
    counted = run(*warned, "--statistics").output
    assert re.search(r"KON02 +anggaran-berbeda +peringatan +1 +6", counted)
    assert run("validate", efisiensi, "--output-format", "xlsx").exit_code == 2


def test_the_page_on_the_terminal_says_all_without_colour(printed: Validation) -> None:
    plain = terminal.render(printed, details=True, statistics=True)
    painted = terminal.render(printed, True, True, lambda text, level: f"\033[31m{text}\033[0m")
    assert "\033" not in plain and re.sub(r"\033\[\d+m", "", painted) == plain
    narrow = terminal.render(printed, width=80)
    assert max(map(len, narrow.splitlines())) <= 80 and narrow.split() == terminal.render(printed).split()
    for finding in printed.findings:
        assert finding.message in plain


def test_a_report_file_is_whole_and_replaces_only_a_report(printed: Validation, tmp_path: Path) -> None:
    for form, known in FORMS.items():
        target = tmp_path / f"laporan{known.suffixes[0]}"
        write_text(printed, form, target)
        first = target.read_bytes()
        write_text(printed, form, target)
        assert target.read_bytes() == first
        target.write_bytes(b'{"lain": 1}')
        with pytest.raises(BookError, match="sudah ada"):
            write_text(printed, form, target)
        assert target.read_bytes() == b'{"lain": 1}'
        with pytest.raises(BookError, match="akhiran"):
            write_text(printed, form, tmp_path / "laporan.doc")
        with pytest.raises(BookError, match="Folder"):
            write_text(printed, form, tmp_path / "tidak-ada" / target.name)
    assert sorted(p.suffix for p in tmp_path.iterdir()) == sorted(f.suffixes[0] for f in FORMS.values())


def test_a_failure_while_writing_leaves_the_old_report(
    printed: Validation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "laporan.html"
    write_text(printed, "html", target)
    old = target.read_bytes()

    def fail(_: Validation) -> str:
        raise RuntimeError

    monkeypatch.setitem(FORMS, "html", replace(FORMS["html"], render=fail))
    with pytest.raises(RuntimeError):
        write_text(printed, "html", target)
    assert target.read_bytes() == old and [p.name for p in tmp_path.iterdir()] == ["laporan.html"]


def test_the_command_writes_a_file_and_says_so(made: Demo, tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    said = run("validate", *made.books[2:], "--output-format", "json", "--output-file", target)
    assert said.exit_code == 1 and said.output.splitlines()[0].startswith("TIDAK SAH: ")
    assert said.output.splitlines()[-1] == f"Disimpan: {target}"
    printed_out = run("validate", *made.books[2:], "--output-format", "json").stdout
    assert target.read_text("utf-8") == printed_out


# --- json, diff, sarif ---------------------------------------------------------------------------


def test_json_is_the_same_bytes_wherever_the_books_lie(made: Demo, tmp_path: Path) -> None:
    copies = [Path(shutil.copy(path, tmp_path / path.name)) for path in made.books[2:]]
    first, second = (json_report.render(validate(paths)) for paths in (made.books[2:], copies))
    assert first == second and str(tmp_path) not in first


def test_json_counts_what_it_holds(printed: Validation) -> None:
    document = json.loads(json_report.render(printed))
    found = document["findings"]
    assert document["counts"]["levels"] == {
        level: sum(f["level"] == level and not f["caused_by"] for f in found)
        for level in ("galat", "peringatan", "info")
    }
    assert document["counts"]["consequences"] == sum(bool(f["caused_by"]) for f in found)
    assert sum(n for code in document["counts"]["codes"].values() for n in code.values()) == len(found) > 100
    assert sorted(document["selected"]) == sorted(CHECKS) and document["left_out"] == []
    known = {f["id"] for f in found}
    assert all(set(f["roots"]) <= known for f in found) and len(known) == len(found)


def test_diff_says_what_is_new_gone_and_the_same(made: Demo, rapk: Path, tmp_path: Path) -> None:
    def report(name: str, edits: list[Any], earlier: str = "", file: str = "b.xlsx") -> dict[str, Any]:
        from lokapom_xl import __version__
        from lokapom_xl.report.diff import compare, read_earlier

        result = check_books([changed(read_book(rapk), edits)], [file])
        if earlier:
            before = read_earlier(tmp_path / earlier)
            result.difference = compare(before, result.findings, result.files, result.left_out, __version__)
            said.append(terminal.render(result))
            html.append(html_report.render(result))
        text = json_report.render(result)
        (tmp_path / name).write_text(text, "utf-8")
        document: dict[str, Any] = json.loads(text)
        return document

    said: list[str] = []
    html: list[str] = []
    report("1.json", [("Capaian!G7", "98,5"), ("Capaian!H8", None)])
    second = report("2.json", [("Capaian!G7", "98,5"), ("Capaian!G9", "x")], "1.json")
    status = {(f["code"], f["cell"]): f["status"] for f in second["findings"] if not f["caused_by"]}
    assert status["ISI04", "G7"] == "tetap" and status["ISI02", "G9"] == "baru"
    gone = [(g["code"], g["place"]) for g in second["difference"]["gone"] if not g["consequence"]]
    assert ("ISI07", "b.xlsx › Capaian!H8") in gone
    counts = second["difference"]["counts"]
    assert counts["hilang"] == len(gone)
    for word in ("baru", "tetap"):
        assert counts[word] == list(status.values()).count(word) >= 1
    assert "ISI02 [BARU]" in said[0] and "[HILANG] ISI07" in said[0]
    assert '<span class="tag">BARU</span>' in html[0] and "bagian-perubahan" in html[0]
    # The same book under another name, and the same again.
    third = report("3.json", [("Capaian!G7", "98,5"), ("Capaian!G9", "x")], "2.json", "rapk-v2.xlsx")
    assert (third["difference"]["counts"]["baru"], third["difference"]["counts"]["hilang"]) == (0, 0)


def test_diff_follows_a_finding_to_another_row(made: Demo) -> None:
    from lokapom_xl.report.diff import Earlier, compare

    result = validate(made.books[2])
    old = json.loads(json_report.render(result))["findings"]
    for finding in old:
        if finding["sheet"] == "Capaian":  # as before two rows were inserted above
            row = int(re.sub(r"\D", "", finding["cell"])) - 2
            finding["cell"] = re.sub(r"\d+", str(row), finding["cell"])
            finding["id"] = f"{finding['code']}:{finding['file']}:Capaian!{finding['cell']}"
    earlier = Earlier("lama.json", "0", result.files, set(), old)
    difference = compare(earlier, result.findings, result.files, [], "1")
    moved = {f.id for f in result.causes if f.origin.sheet == "Capaian"}
    assert moved and {difference.status[i] for i in moved} == {"tetap"}
    assert difference.counts["baru"] == difference.counts["hilang"] == 0
    assert any("dibuat dengan lokapom-xl 0, yang ini 1" in note for note in difference.notes)


def test_diff_compares_only_what_both_were_asked_for(made: Demo, tmp_path: Path) -> None:
    path = tmp_path / "lama.json"
    run("validate", *made.books[2:], "--select", "KON", "--output-format", "json", "--output-file", path)
    output = run("validate", *made.books[2:], "--diff", path).output
    assert re.search(r"Dibandingkan dengan lama.json: 0 baru, 0 hilang, \d+ tetap", output)
    assert "Pilihan pemeriksaannya berbeda" in output and "[BARU]" not in output


@pytest.mark.parametrize("content", ["", "x", "[]", "{}", '{"generator": "lokapom-xl"}', "\xff" * 9])
def test_an_earlier_report_that_is_none_is_refused(content: str, efisiensi: Path, tmp_path: Path) -> None:
    path = tmp_path / "lama.json"
    path.write_bytes(content.encode("latin-1"))
    result = run("validate", efisiensi, "--diff", path)
    assert result.exit_code == 2 and "BANDING01" in result.stderr and result.stderr.count("\n") == 1
    assert run("validate", efisiensi, "--diff", tmp_path / "tidak-ada.json").exit_code == 2


def test_sarif_names_rules_places_and_levels(printed: Validation) -> None:
    document = json.loads(sarif_report.render(printed))
    assert document["version"] == "2.1.0" and len(document["runs"]) == 1
    run_ = document["runs"][0]
    rules = run_["tool"]["driver"]["rules"]
    assert len(run_["results"]) == len(printed.findings)
    for item, finding in zip(run_["results"], printed.findings, strict=True):
        assert rules[item["ruleIndex"]]["id"] == item["ruleId"] == finding.code
        assert item["level"] == {"galat": "error", "peringatan": "warning", "info": "note"}[finding.level]
        assert item["message"]["text"].startswith(finding.message)
        (location,) = item["locations"]
        assert re.fullmatch(r"[\w.%-]+", location["physicalLocation"]["artifactLocation"]["uri"])
        assert finding.origin.cell in location["logicalLocations"][0]["fullyQualifiedName"]
        assert item["partialFingerprints"] == {"lokapomFinding/v1": finding.id}


# --- html ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(find(), tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="module")
def page(printed: Validation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("html") / "laporan.html"
    write_text(printed, "html", path)
    return path


SHOWN = "Array.from(document.querySelectorAll('#temuan tbody tr')).filter(r => r.offsetParent !== null)"


def choose(browser: Browser, name: str, value: str) -> None:
    """Pick an option, as the keyboard does: the value, and the event that follows."""
    browser.say(
        f"(() => {{ const s = document.querySelector('select[name={name}]'); s.value = {json.dumps(value)};"
        "s.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )


def test_the_filters_work_in_a_browser(browser: Browser, page: Path, printed: Validation) -> None:
    browser.open(page)
    assert browser.say("document.title").startswith("TIDAK SAH: ")
    rows = printed.causes

    def shown(wanted: list[Finding]) -> None:
        assert browser.say(f"{SHOWN}.length") == len(wanted)
        counted = browser.say("document.getElementById('jumlah-tampil').textContent")
        assert counted == f"{len(wanted)} dari {len(rows)} temuan tampil."

    shown(rows)
    browser.click("input[value=peringatan]")
    browser.click("input[value=info]")
    shown([f for f in rows if f.level == "galat"])
    choose(browser, "keluarga", "KON")
    shown([f for f in rows if f.level == "galat" and f.code.startswith("KON")])
    choose(browser, "lembar", "Per IKSS")
    shown(
        [f for f in rows if f.level == "galat" and f.code.startswith("KON") and f.origin.sheet == "Per IKSS"]
    )
    browser.click("button[type=reset]")
    browser.say("new Promise(done => setTimeout(done, 50))")
    shown(rows)
    browser.click("input[name=teks]")
    browser.type("FORTIFIKASI kon01")
    shown([f for f in rows if f.code == "KON01" and "fortifikasi" in f.message])
    assert browser.requests == [page.as_uri()] and browser.errors == []


def test_a_link_opens_the_trace_and_shows_what_differs(browser: Browser, page: Path) -> None:
    browser.open(page)
    link = (
        f"{SHOWN}.find(r => r.dataset.sheet === 'Capaian' && r.textContent.includes('J11'))"
        ".querySelector('a[href^=\"#jejak-\"]')"
    )
    browser.say(f"{link}.click()")
    browser.say("new Promise(done => setTimeout(done, 100))")
    text = browser.say("document.querySelector('section.trace > details[open]').innerText")
    for words in ("REALISASI", "CAPAIAN", "98,67", "106,10", "≠ 106,45", "Lapkin 2023"):
        assert words in text, text
    anchor = browser.say("document.querySelector('section.trace > details[open] a').getAttribute('href')")
    assert "106,45" in browser.say(f"document.querySelector({json.dumps(anchor)}).innerText")


@pytest.mark.parametrize("width", [1280, 400])
def test_the_page_fits_the_window_and_the_paper(browser: Browser, page: Path, width: int) -> None:
    browser.open(page, width=width)
    assert browser.say("document.documentElement.scrollWidth") <= width
    assert browser.picture()[:8] == b"\x89PNG\r\n\x1a\n" and len(browser.picture()) > 20_000
    sheets = len(re.findall(rb"/Type\s*/Page\b", browser.pdf()))
    assert 2 <= sheets <= 40


def test_all_is_there_without_the_script(browser: Browser, page: Path, printed: Validation) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(page)
        answer = browser.call("DOM.getDocument", depth=-1)["root"]["nodeId"]
        rows = browser.call("DOM.querySelectorAll", nodeId=answer, selector="#temuan tbody tr:not([hidden])")
        assert len(rows["nodeIds"]) == len(printed.causes)
        form = browser.call("DOM.querySelectorAll", nodeId=answer, selector="#saringan[hidden]")
        assert len(form["nodeIds"]) == 1, "filters that cannot work are not shown"
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


def test_texts_of_a_book_stay_texts(browser: Browser, made: Demo, tmp_path: Path) -> None:
    edits: list[Any] = [("Capaian!G7", HOSTILE), ("PK!C7", HOSTILE), ("Pemantauan!H7", "a\x00b\x1bc\u202ed")]
    name = "<script>alert(1)</script>&\"'.xlsx"
    result = check_books(
        [changed(read_book(made.books[0]), edits), read_book(made.books[1])], [name, "e.xlsx"]
    )
    path = tmp_path / "x.html"
    write_text(result, "html", path)
    browser.open(path)
    assert browser.say("document.title") == f"TIDAK SAH: {name}, e.xlsx"
    assert browser.say("document.scripts.length") == 1 and browser.say("document.images.length") == 0
    assert browser.say("document.querySelector('.verdict').innerText").count(name) == 1
    assert HOSTILE in browser.say("document.querySelector('#temuan').innerText")
    assert browser.requests == [path.as_uri()] and browser.errors == []
    # Nor do they become anything in the other forms.
    assert json.loads(json_report.render(result)) and json.loads(sarif_report.render(result))
    assert "\x1b" not in terminal.render(result) and "\x00" not in terminal.render(result)


def test_the_page_is_accessible_and_loads_nothing(page: Path) -> None:
    text = page.read_text("utf-8")
    assert '<html lang="id">' in text and "<h1>" in text
    assert not re.search(r"(src|href)=\"(?!#)", text) and "url(" not in text and "@import" not in text
    assert len(re.findall("<th(?= |>)", text)) == len(re.findall('<th scope="(?:col|row)"', text))
    body = text.partition("</style>")[2]
    for control in re.findall(r"<(?:input|select)[^>]*>", body):
        before = body[: body.index(control)]
        assert before.rfind("<label") > before.rfind("</label>"), control


def test_the_trace_goes_from_the_entries_to_the_total(made: Demo) -> None:
    result = validate(made.books[:2])
    found = {(t.sheet, t.name): t for t in traces(result.contexts)}
    first = found["Capaian", "Persentase Obat yang memenuhi syarat"]
    by_function = {}
    for step in first.steps:
        by_function.setdefault(step.function, step)
    real = by_function["REALISASI"]
    assert [(i.name, i.place, i.value) for i in real.inputs[:2]] == [
        ("Realisasi: Pembilang", "G7", "107"),
        ("Realisasi: Penyebut", "H7", "116"),
    ]
    assert (real.value, real.written, real.agrees) == ("92,24", "92,24", True) and real.references
    assert {"CAPAIAN", "NPI", "PENYESUAIAN", "KRITERIA"} <= by_function.keys()
    total = found["Capaian", "NPS TOTAL"]
    members = [i.name for i in total.steps[0].inputs]
    assert total.summary and len(members) == 3 and all("Perspective" in name for name in members)
    perspective = found["Capaian", "Capaian Internal Process Perspective"]
    assert [i.name for i in perspective.steps[0].inputs] == [f"Capaian SS{n}" for n in (2, 3, 4, 5)]
    assert {"IE", "TE", "EFISIENSI"} <= {
        s.function for s in found["Efisiensi", "Nilai Kinerja Anggaran UPT"].steps
    }
    assert all(step.agrees for trace in found.values() for step in trace.steps)


# --- xlsx ----------------------------------------------------------------------------------------


def test_the_annotated_copy_is_the_book_with_marks_and_a_sheet(
    made: Demo, tmp_path: Path, convert: Convert
) -> None:
    import openpyxl

    source, target = made.books[2], tmp_path / "salinan.xlsx"
    before = source.read_bytes()
    said = run("validate", source, "--output-format", "xlsx", "--output-file", target)
    assert said.exit_code == 1 and str(target) in said.output, said.output
    assert source.read_bytes() == before
    result = validate(source)
    old, new = read_book(source), read_book(target)
    assert [*old.sheets, SHEET] == list(new.sheets)
    for name, sheet in old.sheets.items():
        assert {k: (c.value, c.formula) for k, c in sheet.cells.items()} == {
            k: (c.value, c.formula)
            for k, c in new.sheets[name].cells.items()
            if c.value is not None or k in sheet.cells
        }
    # A real spreadsheet program opens it and keeps all that.
    (saved,) = convert([target])
    for path in (target, saved):
        book = openpyxl.load_workbook(path)
        cell = book["Capaian"]["J11"]
        assert cell.fill.fgColor.rgb == "FFFF9999" and "GALAT HIT01" in cell.comment.text
        assert "Seharusnya: 106,10" in cell.comment.text
        listed = book[SHEET]
        header = next(r for r in range(1, 20) if listed.cell(r, 1).value == "No")
        codes = [listed.cell(r, 3).value for r in range(header + 1, listed.max_row + 1)]
        assert sorted(codes) == sorted(f.code for f in result.findings)
        row = next(r for r in range(header + 1, listed.max_row) if listed.cell(r, 5).value == "J11")
        assert listed.cell(row, 5).hyperlink.location.replace("'", "").endswith("Capaian!J11")
        assert "Capaian SS2" in listed.cell(row, 11).value
    # The same again is no other file; a copy may be made anew, anything else may not.
    once = target.read_bytes()
    assert run("validate", source, "--output-format", "xlsx", "--output-file", target).exit_code == 1
    assert target.read_bytes() == once
    shutil.copy(made.books[0], target)
    refused = run("validate", source, "--output-format", "xlsx", "--output-file", target)
    assert refused.exit_code == 2 and "sudah ada" in refused.stderr
    assert target.read_bytes() == made.books[0].read_bytes()


def test_copies_of_several_books_go_into_a_folder(made: Demo, tmp_path: Path) -> None:
    result = validate(made.books[2:])
    paths = [copy.path for copy in write_copies(result, made.books[2:], tmp_path / "salinan")]
    assert sorted(p.name for p in (tmp_path / "salinan").iterdir()) == sorted(
        f"{book.stem}-diperiksa.xlsx" for book in made.books[2:]
    )
    assert all(SHEET in read_book(path).sheets for path in paths)
    (tmp_path / "berkas").write_text("x", "utf-8")
    with pytest.raises(BookError, match="memerlukan folder"):
        write_copies(result, made.books[2:], tmp_path / "berkas")


def test_no_copy_of_a_book_that_could_not_be_read(tmp_path: Path) -> None:
    book = tmp_path / "b.xlsx"
    book.write_text("<html></html>", "utf-8")
    said = run("validate", book, "--output-format", "xlsx", "--output-file", tmp_path / "c.xlsx")
    assert said.exit_code == 2 and "HTML" in said.stderr and not (tmp_path / "c.xlsx").exists()
