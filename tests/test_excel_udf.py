"""The worksheet functions through xlwings' own Windows code, with only pywin32 and Excel made up.

Every call here goes the way of a cell's call: `XLPython.CallUDF`, `call_udf`, `conversion.read`, our function,
`conversion.write`. What must come out is what the function's record says of the same values, which
is what the plain books compute (`test_libreoffice`).
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from lokapom_xl.actions.new import new
from lokapom_xl.hosts.excel import CATEGORY, UDF_MODULE, intellisense, vba
from lokapom_xl.hosts.excel.convert import ERROR_NUMBERS, MARK
from lokapom_xl.numbers import ERROR_CODES, CellError, Scalar, from_float, read_text
from lokapom_xl.registry import FUNCTIONS, HELP_LIMIT, Function

from . import golden_prose, test_golden
from .fakewin import COM_ERRORS, MISSING, Components, Host, Range, Workbook, excel

D = Decimal
MACROS = Path(__file__).parents[1] / "macros"


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with excel() as made:
        yield made


def in_cell(value: Any) -> Any:
    """What the cell shows: the VBA makes an error of a marked text (`test_excel_vba` runs that VBA)."""
    if isinstance(value, (list, tuple)):
        return [in_cell(item) for item in value]
    if isinstance(value, str) and value.startswith(MARK):
        codes = {number: code for code, number in ERROR_NUMBERS.items()}
        return CellError(codes[int(value.removeprefix(MARK))])
    return value


def shown(value: Scalar) -> Any:
    """A record's result as a cell of Excel holds it."""
    return float(value) if isinstance(value, Decimal) else value


def column(values: list[Any]) -> tuple[tuple[Any, ...], ...]:
    return tuple((value,) for value in values)


# What Excel hands over, and the same thing as a Scalar of ours.
VALUES: list[tuple[Any, Scalar]] = [
    (91.5, D("91.5")),
    (92.24, D("92.24")),
    (69.52499999999999, D("69.525")),
    (0.0, D(0)),
    (1.0, D(1)),
    (-3.2, D("-3.2")),
    (2023.0, D(2023)),
    (None, None),
    ("", None),
    ("-", "-"),
    ("97,4", "97,4"),
    ("99,93%", "99,93%"),
    ("14.886.800,00", "14.886.800,00"),
    ("30.000", "30.000"),
    ("abc", "abc"),
    ("minimize", "minimize"),
    (True, True),
    (False, False),
    *((number, CellError(code)) for code, number in COM_ERRORS.items()),
    ("#N/A", CellError("#N/A")),
]
GIVEN, MEANT = [com for com, _ in VALUES], [scalar for _, scalar in VALUES]


def rest(record: Function) -> list[tuple[Any, Scalar]]:
    """Sensible values for the third argument and on."""
    return [(2023.0, D(2023)) if a.kind == "year" else (MISSING, None) for a in record.arguments[2:]]


def scalars(record: Function) -> list[tuple[list[Any], list[Any]]]:
    """Every pair of values as the first two arguments; an argument taken whole is a range of one cell."""
    found = []
    for pair in itertools.product(VALUES, repeat=min(len(record.arguments), 2)):
        meant = [[s] if a.kind == "range" else s for a, (_, s) in zip(record.arguments, pair, strict=False)]
        found.append(
            ([c for c, _ in (*pair, *rest(record))], [*meant, *(s for _, s in rest(record))]),
        )
    return found


each_function = pytest.mark.parametrize("record", FUNCTIONS.values(), ids=lambda r: r.name)


NOT_IN_THE_BOOKS = {"ANGKA", "TRIWULAN"}
WITHOUT_GOLDEN_ROWS = {"CATATAN_PERINGKAT", "RISIKO", "SETARA", "TRIWULAN"}
"""Functions whose results the report does not print: it compares on no common basis and rates no risk."""

# --- every function, every kind of value, every shape --------------------------------------------


@each_function
def test_single_cells(host: Host, record: Function) -> None:
    for given, meant in scalars(record):
        assert in_cell(host.call(record.name, *given)) == shown(record(*meant)), given


@each_function
def test_ranges_of_one_cell(host: Host, record: Function) -> None:
    """As objects of Excel that xlwings asks for their value."""
    for given, meant in scalars(record)[:: len(VALUES) + 1]:
        ranges = [value if value == MISSING else Range(value) for value in given]
        assert in_cell(host.call(record.name, *ranges)) == shown(record(*meant)), given


@each_function
def test_columns_rows_and_blocks(host: Host, record: Function) -> None:
    """All pairs at once: as two columns, two rows, and two blocks; whole ranges where they are taken whole."""
    if record.arguments[0].kind == "range":
        for meant, given in ((MEANT, GIVEN), ([D(1), D(2), None], [1.0, 2.0, None])):
            for shape in (column(given), (tuple(given),), Range(column(given))):
                assert in_cell(host.call(record.name, shape)) == shown(record(meant))
                assert in_cell(host.call(record.name, shape, shape)) == shown(record(meant, meant))
        return
    if any(a.kind == "range" for a in record.arguments):
        whole = (column([3.0, 5.0, None]), [D(3), D(5), None])
        fixed = [
            whole if a.kind == "range" else (2023.0, D(2023)) if a.kind == "year" else (MISSING, None)
            for a in record.arguments[1:]
        ]
        found = in_cell(host.call(record.name, column(GIVEN), *(g for g, _ in fixed)))
        assert found == [[shown(record(m, *(s for _, s in fixed)))] for m in MEANT]
        return
    cases = scalars(record)
    results = [shown(record(*meant)) for _, meant in cases]
    count = min(len(record.arguments), 2)
    lists = [[given[i] for given, _ in cases] for i in range(count)]
    others = [value for value, _ in rest(record)]
    for wrap in (tuple, Range):
        columns = [wrap(column(items)) for items in lists]
        assert in_cell(host.call(record.name, *columns, *others)) == [[r] for r in results]
        rows = [wrap((tuple(items),)) for items in lists]
        assert in_cell(host.call(record.name, *rows, *others)) == results
        width = len(VALUES)
        if count == 2:
            blocks = [wrap(tuple(tuple(x[i : i + width]) for i in range(0, len(x), width))) for x in lists]
            expected = [results[i : i + width] for i in range(0, len(results), width)]
            assert in_cell(host.call(record.name, *blocks, *others)) == expected


@each_function
def test_left_out_arguments(host: Host, record: Function) -> None:
    """An optional argument that is left out, empty, or not there at all; a required one that is skipped."""
    values = [float(v) if isinstance(v, (int, Decimal)) else v for v in record.example.arguments]
    given = [
        column([None if x is None else float(x) for x in v])  # type: ignore[arg-type]
        if isinstance(v, list)
        else MISSING
        if v is None
        else v
        for v in values
    ]
    expected = shown(record(*record.example.arguments))
    missing = len(record.arguments) - len(given)
    assert host.call(record.name, *given) == expected
    assert host.call(record.name, *given, *[MISSING] * missing) == expected
    if not any(a.kind == "range" for a in record.arguments):
        assert host.call(record.name, *given, *[None] * missing) == expected
    assert in_cell(host.call(record.name, *[MISSING] * len(record.arguments))) == shown(
        record(*[None] * len(record.arguments))
    )


def test_the_worked_examples(host: Host) -> None:
    assert host.call("CAPAIAN", "91,5", 92.24, MISSING) == 100.81
    assert host.call("CAPAIAN", 10.0, 8.0, "minimize") == 120.0
    assert host.call("REALISASI", 161.0, 161.0, 50.0, MISSING) == 50.0
    assert host.call("REALISASI", None, None, MISSING, 74.71) == 74.71
    assert host.call("NPS", Range(column([100.0, 90.89])), MISSING) == 95.445
    assert host.call("NPS", ((100.0, "-", None, 90.89),), MISSING) == 95.445
    assert host.call("NPS", column([100.0, 80.0]), column([2.0, 1.0])) == pytest.approx(280 / 3, rel=1e-15)
    assert host.call("KRITERIA", column([100.004, 100.005, "-"]), 2023.0) == [
        ["Baik"],
        ["Sangat Baik"],
        ["-"],
    ]
    assert in_cell(host.call("CAPAIAN", 0.0, 100.0)) == CellError("#DIV/0!")
    assert in_cell(host.call("KRITERIA", 100.0, 1999.0)) == CellError("#N/A")


# --- shapes that differ ---------------------------------------------------------------------------


def test_single_cells_rows_and_columns_are_repeated(host: Host) -> None:
    assert host.call("CAPAIAN", 100.0, column([50.0, 75.0])) == [[50.0], [75.0]]
    assert host.call("CAPAIAN", column([100.0, 50.0]), Range(75.0)) == [[75.0], [150.0]]
    grid = host.call("CAPAIAN", column([100.0, 50.0]), ((50.0, 75.0, 100.0),))
    assert grid == [[50.0, 75.0, 100.0], [100.0, 150.0, 200.0]]
    block = ((50.0, 75.0), (100.0, 120.0))
    assert host.call("CAPAIAN", ((100.0, 50.0),), block) == [[50.0, 150.0], [100.0, 240.0]]
    assert host.call("NPI", column([126.58, 99.0]), 2023.0) == [[120.0], [99.0]]


def test_where_an_argument_has_no_cell_there_is_na(host: Host) -> None:
    """As in Excel: never a wrong partner, never a shorter answer."""
    na = CellError("#N/A")
    given = column([100.0, 100.0, 100.0]), column([50.0, 75.0])
    assert in_cell(host.call("CAPAIAN", *given)) == [[50.0], [75.0], [na]]
    given = ((100.0, 100.0),) * 2, ((50.0, 75.0, 80.0),) * 3
    assert in_cell(host.call("CAPAIAN", *given)) == [[50.0, 75.0, na], [50.0, 75.0, na], [na, na, na]]


def test_a_column_of_a_thousand_cells_is_one_call(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    original = host.functions.CAPAIAN

    def counted(*values: Any) -> Any:
        calls.append(values)
        return original(*values)

    counted.__xlfunc__ = original.__xlfunc__  # type: ignore[attr-defined]
    monkeypatch.setattr(host.functions, "CAPAIAN", counted)
    targets, realised = [100.0] * 1000, [float(i) for i in range(1000)]
    assert host.call("CAPAIAN", Range(column(targets)), Range(column(realised))) == [[r] for r in realised]
    assert len(calls) == 1


# --- what must never be mixed up ------------------------------------------------------------------


def test_true_is_never_taken_for_one(host: Host) -> None:
    """They are equal as Python sees it, also to a store of known results."""
    value = CellError("#VALUE!")
    for first, second in ((1.0, True), (True, 1.0)):
        for item in (first, second):
            assert in_cell(host.call("NPI", item, 2023.0)) == (value if item is True else 1.0)
    assert in_cell(host.call("NPI", column([1.0, True, 1.0]), 2023.0)) == [[1.0], [value], [1.0]]


def test_an_error_is_never_a_blank_nor_a_number(host: Host) -> None:
    for code, number in COM_ERRORS.items():
        assert in_cell(host.call("PENYESUAIAN", 100.0, number)) == CellError(code)
        assert in_cell(host.call("PENYESUAIAN", Range(((number,), (None,))), 120.0)) == [
            [CellError(code)],
            ["-"],
        ]
    newest = -2146826288 + 59  # an error that a later Excel may have
    assert in_cell(host.call("NPI", newest, 2023.0)) == CellError("#VALUE!")


def test_dates_and_amounts_in_currency_format_are_numbers(host: Host) -> None:
    """Other VBA may hand over a Date or a Currency; Excel itself keeps both as numbers."""
    day = dt.datetime(2023, 12, 31, tzinfo=dt.UTC)
    assert host.call("PENYESUAIAN", day, MISSING) == 45291.0
    assert host.call("PENYESUAIAN", Range(column([day, 1.0])), MISSING) == [[45291.0], [1.0]]
    assert host.call("PENYESUAIAN", D("1234.5678"), MISSING) == 1234.5678


def test_numbers_that_excel_cannot_hold(host: Host) -> None:
    assert in_cell(host.call("CAPAIAN", 1e-300, 1e300)) == CellError("#NUM!")
    assert str(host.call("PENYESUAIAN", -0.0, MISSING)) == "0.0"


def test_known_results_stay_right_and_few(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host.functions._Known, "LIMIT", 10)
    values = [float(i) for i in range(40)] * 2
    for _ in range(2):
        assert host.call("PENYESUAIAN", column(values), MISSING) == [[v] for v in values]


def test_every_error_of_ours_has_excels_number() -> None:
    assert set(ERROR_CODES) == set(ERROR_NUMBERS) == set(COM_ERRORS)
    assert {code: number - 0x80000000 + 0xA0000 for code, number in ERROR_NUMBERS.items()} == COM_ERRORS


def test_the_process_is_left_as_it_was() -> None:
    """The rest of the tests use xlwings as it is on this machine."""
    before = {name: sys.modules[name] for name in sys.modules if name.partition(".")[0] == "xlwings"}
    with excel():
        assert "xlwings.udfs" in sys.modules
    after = {name: sys.modules[name] for name in sys.modules if name.partition(".")[0] == "xlwings"}
    assert {k: v for k, v in after.items() if k in before} == before
    assert ("pythoncom" in sys.modules) == sys.platform.startswith("win")


# --- golden rows --------------------------------------------------------------------------------------


def typed(value: Any) -> Any:
    """A value of the golden tables as a person types it into Excel: numbers are numbers."""
    if isinstance(value, list):
        return column([typed(item) for item in value])
    if isinstance(value, str):
        reading = read_text(value)
        return float(reading.value) if reading.kind == "number" else value
    return float(value) if isinstance(value, (int, Decimal)) else value


def pasted(value: Any) -> Any:
    """The same as text, as it is pasted from the report."""
    if isinstance(value, list):
        return column([pasted(item) for item in value])
    return value if isinstance(value, str) else typed(value)


@pytest.mark.parametrize("entered", [typed, pasted])
def test_golden_rows(host: Host, monkeypatch: pytest.MonkeyPatch, entered: Callable[[Any], Any]) -> None:
    """Every row of the tables that a function gives, which is every row."""
    calls: dict[str, int] = {}

    def through_excel(name: str) -> Callable[..., Any]:
        def call(*values: Any) -> Any:
            calls[name] = calls.get(name, 0) + 1
            arguments = [MISSING if v is None else entered(v) for v in values]
            found = in_cell(host.call(name, *arguments))
            return from_float(found) if isinstance(found, float) else found

        return call

    functions = SimpleNamespace(**{name: through_excel(name) for name in FUNCTIONS})
    for module in (test_golden, golden_prose):
        monkeypatch.setattr(module, "f", functions)
    for row in test_golden.ROWS:
        found = test_golden.shown(test_golden.by_function(row), row["local"])
        assert found == row["local"], row
    assert sum(calls.values()) > len(test_golden.ROWS) and set(calls) == set(FUNCTIONS) - WITHOUT_GOLDEN_ROWS


# --- how Excel gets to know the functions ----------------------------------------------------------------


def test_decorators_carry_the_record(host: Host) -> None:
    udfs = {n: getattr(host.functions, n).__xlfunc__ for n in FUNCTIONS}
    for name, record in FUNCTIONS.items():
        made = udfs[name]
        assert (made["name"], made["category"], made["sub"]) == (name, CATEGORY, False)
        assert made["call_in_wizard"] and not made["volatile"] and made["async_mode"] is None
        assert made["ret"]["doc"] == record.help and len(record.help) <= HELP_LIMIT
        assert [a["name"] for a in made["args"]] == [a.name for a in record.arguments]
        assert [a["doc"] for a in made["args"]] == [a.help for a in record.arguments]
        assert ["optional" in a for a in made["args"]] == [a.optional for a in record.arguments]
        assert all(a["options"] == {"ndim": 2, "err_to_str": True} for a in made["args"])
    names = [n for n in dir(host.functions) if hasattr(getattr(host.functions, n), "__xlfunc__")]
    assert sorted(names) == sorted(FUNCTIONS)


def heads(text: str) -> dict[str, str]:
    return dict(re.findall(r"^(?:Public )?Function (\w+)\((.*)\)$", text, re.MULTILINE))


def test_import_by_xlwings_says_the_same_as_our_vba(host: Host) -> None:
    """What `Import Functions` announces, and what the generated Sub announces without it."""
    host.udfs.get_udf_module(UDF_MODULE, None)
    book = Workbook()
    host.udfs.import_udfs(UDF_MODULE, book)
    components: Components = book.VBProject.VBComponents
    assert heads(components.texts[0]) == heads(vba.functions_module())
    announced = {
        name.removeprefix(f"'{book.Name}'!"): (o["Description"], o["ArgumentDescriptions"], o["Category"])
        for name, o in book.Application.options.items()
    }
    text = vba.help_module()
    assert f'Category:="{CATEGORY}"' in text
    ours = {n: (about, texts, CATEGORY) for n, about, texts in registered(text)}
    assert ours == announced and set(ours) == set(FUNCTIONS)


def spoken(expression: str) -> str:
    """The value of a VBA text expression made of literals and ChrW$."""
    units = b""
    for quoted, code in re.findall(r'"((?:[^"]|"")*)"|ChrW\$\((-?\d+)\)', expression):
        if code:
            units += (int(code) % 0x10000).to_bytes(2, "little")
        else:
            units += quoted.replace('""', '"').encode("utf-16-le")
    return units.decode("utf-16-le")


def registered(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Name, help and argument helps as the generated Sub hands them to Excel."""
    about, texts = "", [""]
    for line in map(str.strip, text.splitlines()):
        if found := re.fullmatch(r"ReDim texts\(0 To (\d+)\)", line):
            texts = [""] * (int(found[1]) + 1)
        elif found := re.fullmatch(r"(about|texts\((\d+)\)) = (\1 & )?(.+)", line):
            addition = spoken(found[4])
            if found[2] is None:
                about = (about if found[3] else "") + addition
            else:
                texts[int(found[2])] = (texts[int(found[2])] if found[3] else "") + addition
        elif found := re.fullmatch(r'RegisterHelp "(\w+)", about, texts', line):
            yield found[1], about, texts


@pytest.mark.parametrize(
    "text", ["", 'Kata "kutip"', "97,4 × 2 – ’s.d.’", "😀", "×" * 255, "baris\r\nbaru", "a" * 255]
)
def test_any_text_is_written_in_ascii_and_read_back(text: str) -> None:
    assert spoken(vba.literal(text)) == text
    lines = list(vba._assignment("about", text))
    assert all(line.isascii() and len(line) < 1000 and "\n" not in line for line in lines)
    program = "\n".join([*lines, 'RegisterHelp "X", about, texts'])
    assert next(registered(program))[1] == text


SOURCES = sorted(MACROS.rglob("*.bas"))
RESERVED = re.findall(
    r"\w+",
    """
    and as boolean byref byte byval call case const currency date debug declare dim do double each
    else elseif empty end enum eqv erase error event exit false for friend function get global gosub
    goto if imp implements in input integer is let like lock long longlong loop lset me mod name new
    next not nothing null object on open option optional or paramarray preserve print private
    property public put redim rem resume return rset seek select set single static step stop string
    sub tab then time to true type typeof until variant wend while with write xor
    """,
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.name)
def test_vba_that_any_pc_reads_alike(path: Path) -> None:
    """ASCII, lines and continuations within VBA's limits, a name that is the file's."""
    text = path.read_text("ascii")
    lines = text.splitlines()
    assert lines[0] == f'Attribute VB_Name = "{path.stem}"' and "Option Explicit" in lines
    assert ("Dihasilkan oleh" in lines[1]) == (path.parent == MACROS)
    assert max(map(len, lines)) <= 1023
    run = 0
    for line in lines:
        run = run + 1 if line.endswith(" _") else 0
        assert run <= 24
    declared = re.findall(r"(?:ByVal|Dim|,) (\w+)(?:\(\))? As ", text)
    assert not {name.lower() for name in declared} & set(RESERVED)


def test_names_that_vba_and_cells_accept() -> None:
    public = re.findall(
        r"^Public (?:Function|Sub) (\w+)", "\n".join(p.read_text("ascii") for p in SOURCES), re.MULTILINE
    )
    assert len({name.lower() for name in public}) == len(public)
    for record in FUNCTIONS.values():
        arguments = [a.name.lower() for a in record.arguments]
        assert len(set(arguments)) == len(arguments) and record.name.lower() not in arguments
        for name in arguments:
            assert re.fullmatch(r"[a-z][a-z_]*", name) and name not in RESERVED and name != "caller"


def test_the_vba_knows_the_mark_of_an_error() -> None:
    text = (MACROS / "handwritten" / "LokapomPython.bas").read_text("ascii")
    assert f'Chr$({ord(MARK[0])}) & "{MARK[1:]}"' in text


def test_the_formulas_of_the_official_books_call_what_is_there(tmp_path: Path) -> None:
    """Every function that the udf edition calls exists, with as many arguments as are given."""
    called = set()
    for kind in ("rapk", "efisiensi"):
        book = openpyxl.load_workbook(new(kind, 2023, tmp_path / f"{kind}.xlsm"))
        for cell in (c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"):
            called |= {name for name in re.findall(r"([A-Z_]+)\(", cell.value) if name in FUNCTIONS}
    assert called == set(FUNCTIONS) - NOT_IN_THE_BOOKS


def test_tooltips() -> None:
    rows = intellisense.rows()
    assert rows[0] == ["FunctionInfo", 1]
    by_name = {row[0]: row for row in rows[1:]}
    assert by_name["NPI"] == [
        "NPI",
        FUNCTIONS["NPI"].help,
        "",
        "capaian",
        FUNCTIONS["NPI"].arguments[0].help,
        "tahun",
        FUNCTIONS["NPI"].arguments[1].help,
    ]
    assert by_name["TE"][5] == "[tahun]" and set(by_name) == set(FUNCTIONS)
    assert all(len(str(text)) <= HELP_LIMIT for row in rows for text in row)
