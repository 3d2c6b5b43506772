"""The VBA of the workbooks really run, in LibreOffice, with Python's side served by xlwings' own code.

LibreOffice is not Excel. What differs is kept in `for_libreoffice`; an error value shows there as the text
`Error 2007`; and an error in a cell reaches VBA as 0, so that errors as arguments are left to
`test_excel_udf`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyopenvba import ExcelFile, VBAModuleKind

from lokapom_xl.actions.demo import make_filled_rapk
from lokapom_xl.hosts.excel import CATEGORY, UDF_MODULE
from lokapom_xl.hosts.excel.buttons import BUTTONS
from lokapom_xl.hosts.excel.convert import ERROR_NUMBERS
from lokapom_xl.numbers import CellError
from lokapom_xl.registry import FUNCTIONS
from lokapom_xl.workbook.address import a1
from lokapom_xl.workbook.evaluate import Evaluator
from lokapom_xl.workbook.locate import open_view
from lokapom_xl.workbook.read import read_book

from .conftest import REPORT
from .fakewin import Host, excel

MACROS = Path(__file__).parents[1] / "macros"
EXEC = "from lokapom_xl.hosts.excel.macros import run; run('{}')"

# In place of xlwings' own VBA module and its DLL: what it hands out, and whether it does.
XLWINGS = """
Public Server As Object
Public Gone As Boolean
Public Shown As String
Public Rested As Long
Public ExcelCalculation, ExcelCalculateBeforeSave, ExcelStatusBar, ExcelScreenUpdating, ExcelEnableEvents
Public ExcelDisplayAlerts, Interpreter
Function State()
    State = Array(ExcelCalculation, ExcelCalculateBeforeSave, ExcelStatusBar, ExcelScreenUpdating, _
                  ExcelEnableEvents, ExcelDisplayAlerts, Rested)
End Function
Sub Start()
    ExcelCalculation = -4105
    ExcelCalculateBeforeSave = True
    ExcelStatusBar = "?"
    ExcelScreenUpdating = True
    ExcelEnableEvents = True
    ExcelDisplayAlerts = True
End Sub
Sub Connect(given)
    Set Server = given
End Sub
Sub Switch(off)
    Gone = off
End Sub
Function XLPy()
    If Gone Then Err.Raise 1000, "xlwings", "Could not activate Python COM server"
    Set XLPy = New XLPython
End Function
Function GetConfig(key, other)
    GetConfig = Interpreter
End Function
Sub Install(path)
    Interpreter = path
End Sub
Function OfAreas(sheet, addresses)
    OfAreas = NPS(ThisWorkbook.Worksheets(sheet).Range(addresses))
End Function
Function Skipping()
    Skipping = Array(REALISASI("-", "-", , 74.71), REALISASI(161, 161, , 5))
End Function
Function Messages()
    Messages = Shown
    Shown = ""
End Function
Sub Announce(Macro, Description, Category, ArgumentDescriptions)
    Dim i
    Shown = Shown & Macro & "|" & Category & "|" & Description
    For i = LBound(ArgumentDescriptions) To UBound(ArgumentDescriptions)
        Shown = Shown & "|" & ArgumentDescriptions(i)
    Next i
    Shown = Shown & Chr$(10)
End Sub
"""

# COM hands over rows as an array of two dimensions, LibreOffice as an array of arrays.
XLPYTHON = """
Public Function Module(name)
    Module = name
End Function
Public Sub SetAttr(owner, name, value)
End Sub
Public Sub Exec(statement)
    Dim nothing_at_all
    ExcelScreenUpdating = False
    ExcelEnableEvents = False
    nothing_at_all = Server.invoke(Array("Exec", statement, Array()), Array(), Array())
End Sub
Public Function CallUDF(script, fname, args)
    Dim answer, table(), i, j
    answer = Server.invoke(Array(script, fname, args), Array(), Array())
    CallUDF = answer
    If Not IsArray(answer) Then Exit Function
    If Not IsArray(answer(0)) Then Exit Function
    ReDim table(0 To UBound(answer), 0 To UBound(answer(0)))
    For i = 0 To UBound(answer)
        For j = 0 To UBound(answer(0))
            table(i, j) = answer(i)(j)
        Next j
    Next i
    CallUDF = table
End Function
"""


def for_libreoffice(path: Path) -> str:
    """A module's text without what LibreOffice 7.4 does not have."""
    return adapted(path.read_text("ascii").partition("\n")[2])


def adapted(text: str) -> str:
    """VBA without Value2, MacroOptions, message windows, and the settings of Excel, of which a hidden book
    has none in LibreOffice."""
    text = text.replace(".Value2", ".Value")
    text = text.replace("Application.MacroOptions ", "Announce ")
    text = text.replace("sheet.EnableCalculation = Not wanted", "Rested = Rested + IIf(wanted, 1, -1)")
    text = text.replace("IRibbonControl", "Object")
    text = text.replace("Application.", "Excel")
    return re.sub(r'MsgBox (.*?), vbExclamation, "Lokapom"', r"Shown = Shown & \1", text, flags=re.DOTALL)


class Office:
    """A book in LibreOffice with our modules; `serve` is what answers the VBA's calls of Python."""

    def __init__(self, process: subprocess.Popen[str], host: Host) -> None:
        self.process = process
        self.host = host
        self.serve: Callable[[str, tuple[Any, ...]], Any] = host.call
        self.execute: Callable[[], object] = lambda: None
        self.calls: list[str] = []

    def do(self, what: str, *arguments: Any) -> Any:
        self._write([what, arguments])
        while True:
            line = self.process.stdout.readline()  # type: ignore[union-attr]
            assert line, "LibreOffice has ended"
            answer = json.loads(line)
            if not (isinstance(answer, dict) and "call" in answer):
                return answer
            module, name, given = answer["call"]
            self.calls.append(name)
            if module == "Exec":
                try:
                    self.execute()
                    self._write({"result": None})
                except RuntimeError as problem:
                    self._write({"failure": str(problem)})
                continue
            assert module == UDF_MODULE
            try:
                self._write({"result": self.serve(name, *tuples(given))})
            except Exception as problem:
                self._write({"failure": str(problem)})

    def _write(self, thing: Any) -> None:
        self.process.stdin.write(json.dumps(thing) + "\n")  # type: ignore[union-attr]
        self.process.stdin.flush()  # type: ignore[union-attr]

    def put(self, **cells: Any) -> None:
        self.do("put", cells)

    def cell(self, formula: str) -> Any:
        return self.do("calculate", "Z1", "=" + formula)[0][0]

    def array(self, address: str, formula: str) -> Any:
        return self.do("calculate", address, "=" + formula)

    def messages(self) -> str:
        return str(self.do("run", "xlwings.Messages"))


def tuples(value: Any) -> Any:
    return tuple(map(tuples, value)) if isinstance(value, list) else value


@pytest.fixture(scope="module")
def program(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Any]]:
    """Starts what runs VBA in one LibreOffice, with a profile of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    profile = tmp_path_factory.mktemp("profil").as_uri()
    listen = f"--accept=socket,host=127.0.0.1,port={port};urp;"
    office = subprocess.Popen(
        [soffice, "--headless", "--norestore", f"-env:UserInstallation={profile}", listen],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # `soffice` is a script: what it starts must end with it
    )
    script = Path(__file__).with_name("uno_vba.py")
    bridge = subprocess.Popen(
        ["/usr/bin/python3", str(script), str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield lambda: bridge
    bridge.kill()
    os.killpg(office.pid, signal.SIGKILL)
    for process in (bridge, office):
        process.wait()
    bridge.stdin.close()  # type: ignore[union-attr]
    bridge.stdout.close()  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with excel() as made:
        yield made


@pytest.fixture
def office(program: Callable[[], Any], host: Host) -> Office:
    """A new book, as when it has just been opened."""
    made = Office(program(), host)
    modules = {path.stem: for_libreoffice(path) for path in MACROS.rglob("*.bas")}
    made.do("open", {"xlwings": XLWINGS, **modules}, {"XLPython": XLPYTHON})
    return made


def error(code: str) -> str:
    return f"Error {ERROR_NUMBERS[code]}"


def test_every_worked_example_in_a_cell(office: Office) -> None:
    for name, record in FUNCTIONS.items():
        arguments = []
        for column, value in zip("ABCD", record.example.arguments, strict=False):
            values = value if isinstance(value, list) else [value]
            for row, item in enumerate(values, 1):
                if item is None:
                    continue
                office.put(**{f"{column}{row}": item if isinstance(item, str) else float(item)})
            arguments.append(f"{column}1:{column}{len(values)}" if len(values) > 1 else f"{column}1")
        shown = office.cell(f"{name}({';'.join(arguments)})")
        expected = record.example.result
        assert shown == (float(expected) if isinstance(expected, (int, Decimal)) else expected), name
    assert office.calls == list(FUNCTIONS) and office.messages() == ""


def test_errors_are_error_values(office: Office) -> None:
    office.put(A1=0, B1=5, A2="abc", A3=1999)
    assert office.cell("CAPAIAN(A1;B1)") == error("#DIV/0!")
    assert office.cell("CAPAIAN(A2;B1)") == error("#VALUE!")
    assert office.cell("KRITERIA(B1;A3)") == error("#N/A")
    assert office.cell('ANGKA("30.000")') == error("#VALUE!")
    assert office.messages() == ""


def test_a_column_is_one_call_and_one_array(office: Office) -> None:
    office.put(A1=91.5, A2=0, A4=100, B1=92.24, B2=1, B3=5, B4="75")
    assert office.array("D1:D4", "CAPAIAN(A1:A4;B1:B4)") == [[100.81], [error("#DIV/0!")], ["-"], [75.0]]
    assert office.calls == ["CAPAIAN"]
    assert office.array("F1:G2", "CAPAIAN(B3;A1:A2)") == [[1830.0] * 2, [0.0] * 2]
    office.put(A6=126.58, B6=99)
    assert office.array("D6:F6", "NPI(A6:C6;2023)") == [[120.0, 99.0, "-"]]


def test_arguments_left_out(office: Office) -> None:
    office.put(A1=161, B1=161, C1=50, D1=74.71)
    assert office.cell("REALISASI(A1;B1)") == 100.0
    assert office.cell("REALISASI(A1;B1;C1)") == 50.0
    # LibreOffice hands a formula's skipped arguments over as 0; VBA's own are like Excel's.
    assert office.do("run", "xlwings.Skipping") == [74.71, 100.0]
    assert office.cell("PENYESUAIAN(A1;E1)") == office.cell("PENYESUAIAN(A1)") == 161.0
    assert office.cell("NPS(A1:B1)") == 161.0
    assert office.messages() == ""


def test_whole_columns_end_where_the_sheet_ends(office: Office) -> None:
    office.put(A1=100, A2="-", A5=90.89, B40=1)
    seen: list[Any] = []

    def serve(name: str, *given: Any) -> Any:
        seen.append(given)
        return office.host.call(name, *given)

    office.serve = serve
    assert office.cell("NPS(A:A)") == 95.445
    assert len(seen[0][0]) == 40


def test_without_python_na_and_one_message(office: Office) -> None:
    office.do("run", "xlwings.Switch", True)
    office.put(A1=100, A2=50)
    assert office.cell("CAPAIAN(A1;A2)") == error("#N/A")
    said = office.messages()
    assert said.count("Sel yang dihitung ulang berisi #N/A") == 1
    assert "lokapom-xl excel doctor" in said and "Could not activate" in said
    assert office.array("D1:D2", "NPI(A1:A2;2023)") == [[error("#N/A")]] * 2
    assert office.messages() == "" and office.calls == []
    # Python is back, but no cell tries again by itself: every one of them would wait when it is not.
    office.do("run", "xlwings.Switch", False)
    assert office.cell("CAPAIAN(A1;A2)") == error("#N/A")
    assert office.do("run", "LokapomPython.LokapomPythonAnswers")
    assert office.cell("CAPAIAN(A1;A2)") == 50.0


def test_asking_for_python_where_there_is_none(office: Office) -> None:
    office.do("run", "xlwings.Switch", True)
    assert not office.do("run", "LokapomPython.LokapomPythonAnswers")
    assert office.messages() == ""


def test_a_python_that_has_ended_is_started_again(office: Office) -> None:
    office.put(A1=100, A2=50)
    assert office.cell("CAPAIAN(A1;A2)") == 50.0
    lives = iter([False, True])

    def serve(name: str, *given: Any) -> Any:
        if not next(lives):
            raise RuntimeError("The RPC server is unavailable")
        return office.host.call(name, *given)

    office.serve = serve
    assert office.cell("CAPAIAN(A1;A2*1,5)".replace(",", ".")) == 75.0
    assert office.messages() == ""


def test_a_fault_in_python_is_na_and_told_once(office: Office) -> None:
    def serve(name: str, *given: Any) -> Any:
        raise RuntimeError("ModuleNotFoundError: No module named 'lokapom_xl'")

    office.serve = serve
    assert office.cell('ANGKA("1,5")') == error("#N/A")
    assert office.messages().count("No module named 'lokapom_xl'") == 1
    assert office.cell('ANGKA("2,5")') == error("#N/A") and office.messages() == ""
    office.serve = office.host.call
    assert office.cell('ANGKA("2,5")') == 2.5


def test_help_is_announced_when_the_book_opens(office: Office) -> None:
    office.do("run", "LokapomBantuan.LokapomRegisterHelp")
    lines = [line.partition("!")[2].split("|") for line in office.messages().splitlines()]
    assert lines == [
        [record.name, CATEGORY, record.help, *(a.help for a in record.arguments)]
        for record in FUNCTIONS.values()
    ]


# --- the official macro book, with the VBA that is in its file ------------------------------------


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The official macro book of an office, filled by the command."""
    book = tmp_path_factory.mktemp("makro") / "RAPK.xlsm"
    make_filled_rapk(book, REPORT)
    return book


@pytest.fixture
def macro_book(program: Callable[[], Any], host: Host, filled: Path, tmp_path: Path) -> Iterator[Office]:
    """The filled book just opened, before Python answers; what LibreOffice lacks is adapted in its VBA."""
    path = Path(shutil.copy(filled, tmp_path / "RAPK.xlsm"))
    with ExcelFile(path) as file:
        for name, text in file.vba_modules().items():
            if name.startswith("Lokapom"):
                file.set_module(name, adapted(text))
        file.set_module("xlwings", 'Attribute VB_Name = "xlwings"\r\n' + crlf(XLWINGS))
        project = file.vba_project()
        project.delete_module("Dictionary")  # for Macs, and no Basic that LibreOffice reads
        project.add_module("XLPython", crlf(XLPYTHON), kind=VBAModuleKind.other)
        file.save()
    made = Office(program(), host)
    made.do("load", str(path))
    # LibreOffice does not run the event of a book that is loaded like this.
    made.do("run", "xlwings.Start")
    made.do("run", "LokapomMakro.LokapomOpened")
    yield made
    made.do("close")


def crlf(text: str) -> str:
    return "\r\n".join(text.splitlines()) + "\r\n"


AUTOMATIC, MANUAL = -4105, -4135


def test_opened_where_python_does_not_answer(macro_book: Office, filled: Path) -> None:
    """Stored values stay, Excel calculates on request only, and it is said once; a button says it, too."""
    assert macro_book.do("run", "xlwings.State")[:2] == [MANUAL, False]
    said = macro_book.messages().partition("Python tidak")[2]
    assert "menghitung secara manual" in said and "lokapom-xl excel doctor" in said
    assert "Python tidak menjawab" not in said and "#N/A" not in said
    sheet = read_book(filled).sheets["Capaian"]
    for address, value in (("K7", sheet.cells[7, 11].value), ("N12", sheet.cells[12, 14].value)):
        assert macro_book.do("shown", "Capaian", address)[0][0] == float(value)  # type: ignore[arg-type]
    macro_book.do("run", "LokapomTombol.LokapomIsi")
    assert "Tombol ini memerlukan Python" in macro_book.messages() and macro_book.calls == []
    assert macro_book.do("run", "xlwings.State")[:6] == [MANUAL, False, False, True, True, True]


def test_closing_lets_excel_calculate_again_but_not_this_book(macro_book: Office, filled: Path) -> None:
    """The person may still answer "Cancel" to the question whether to save; and then press a button."""
    sheets = len(read_book(filled).sheets)
    macro_book.do("run", "LokapomMakro.LokapomClosing")
    state = macro_book.do("run", "xlwings.State")
    assert state[:2] == [AUTOMATIC, True] and state[6] == sheets  # its sheets rest
    macro_book.do("run", "LokapomMakro.LokapomClosing")  # nothing is left to do
    assert macro_book.do("run", "xlwings.State") == state
    macro_book.do("run", "LokapomTombol.LokapomHitung")  # Python still does not answer
    assert macro_book.do("run", "xlwings.State")[6] == sheets
    macro_book.do("connect")
    macro_book.do("run", "LokapomTombol.LokapomHitung")
    assert macro_book.do("run", "xlwings.State")[6] == 0, "every sheet calculates again"


def test_manual_calculation_that_a_stopped_book_brought_along(macro_book: Office) -> None:
    macro_book.messages()
    macro_book.do("connect")
    macro_book.do("run", "LokapomMakro.LokapomOpened")  # as on the next PC, where Python answers
    assert macro_book.do("run", "xlwings.State")[:2] == [AUTOMATIC, True]
    assert "Penghitungan otomatis dinyalakan kembali" in macro_book.messages()
    macro_book.do("run", "LokapomMakro.LokapomOpened")
    assert "dinyalakan" not in macro_book.messages()


def test_the_remedy_names_the_command_with_its_folder(macro_book: Office, tmp_path: Path) -> None:
    assert "jalankan: lokapom-xl excel doctor" in macro_book.messages()
    macro_book.do("run", "xlwings.Install", r"C:\tidak ada\Scripts\python.exe")
    macro_book.do("run", "LokapomTombol.LokapomIsi")
    assert "jalankan: lokapom-xl excel doctor" in macro_book.messages()


def test_every_cell_of_the_official_book_by_its_own_vba(macro_book: Office, filled: Path) -> None:
    """All official formulas calculated anew: cell, VBA in the file, xlwings' code, Python, and back."""
    assert macro_book.messages()
    macro_book.do("connect")
    macro_book.do("run", "LokapomTombol.LokapomHitung")  # Python is back: automatic calculation, too
    assert macro_book.do("run", "xlwings.State")[:6] == [AUTOMATIC, True, False, True, True, True]
    assert macro_book.calls == ["ANGKA", EXEC.format("hitung")]
    book = read_book(filled)
    view = open_view(book)
    macro_book.do("calculate_all")
    places = [view.positions.at(key) for _, _, key, _ in Evaluator(view).computed_keys()]
    given: dict[tuple[str, int, int], Any] = {}
    for sheet, row, column in places:
        # LibreOffice cannot hand several areas from a cell to Basic; the VBA can be given them, and
        # what hangs on the cell is calculated with its answer.
        formula = book.sheets[sheet].cells[row, column].formula or ""
        areas = re.fullmatch(r"NPS\(\((.*)\)\)", formula)
        if areas:
            given[sheet, row, column] = macro_book.do("run", "xlwings.OfAreas", sheet, areas[1])
            macro_book.do("put", sheet, a1(row, column), given[sheet, row, column])
    for sheet, row, column in places:
        cell, address = book.sheets[sheet].cells[row, column], a1(row, column)
        place = sheet, row, column
        shown = given[place] if place in given else macro_book.do("shown", sheet, address)[0][0]
        number = isinstance(cell.value, Decimal)
        expected = pytest.approx(float(cell.value), rel=1e-12) if number else cell.value or ""  # type: ignore[arg-type]
        assert shown == expected, f"{sheet}!{address} ={cell.formula}"
    assert len(places) > 2800 and len(given) == 9
    assert macro_book.messages() == ""


def test_a_button_whose_work_breaks_off_says_so_and_leaves_excel_as_it_was(macro_book: Office) -> None:
    assert macro_book.messages()
    macro_book.do("connect")

    def broken() -> None:
        raise RuntimeError("The RPC server is unavailable")

    macro_book.execute = broken
    macro_book.do("run", "LokapomTombol.LokapomValidasi")
    said = macro_book.messages()
    assert "Pekerjaan terhenti sebelum selesai" in said and "RPC server" in said
    assert macro_book.do("run", "xlwings.State")[:6] == [AUTOMATIC, True, False, True, True, True]


def test_the_buttons_of_every_sheet_run_their_macro(macro_book: Office) -> None:
    found = macro_book.do("buttons")
    main = ["Petunjuk", "PK", "RAPK", "Pemantauan", "Capaian", "Triwulan", "Riwayat", "Renstra"]
    assert list(found) == main
    for sheet, buttons in found.items():
        assert [label for label, _ in buttons] == [button.caption for button in BUTTONS], sheet
        for (_, script), button in zip(buttons, BUTTONS, strict=True):
            assert f".{button.macro}?" in script


def test_the_oracle_of_these_tests() -> None:
    """That `Error 2007` is what the record calls `#DIV/0!`."""
    assert FUNCTIONS["CAPAIAN"](0, 5) == CellError("#DIV/0!") and error("#DIV/0!") == "Error 2007"
