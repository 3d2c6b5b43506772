"""Putting the product into Excel: on a made-up Windows computer, whose every fault can be made.

Only the computer is made up; the workbooks are the real ones, and the steps and checks are those that run on
Windows. What Windows itself does with a registry and with files is in `Computer`.
"""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace
from typing import Any

import pytest
import xlwings
from click.testing import CliRunner

from lokapom_xl import __version__, cli
from lokapom_xl.hosts.excel.setup import books, checks, defender, office, settings
from lokapom_xl.hosts.excel.setup import install as commands
from lokapom_xl.hosts.excel.setup import machine as machines
from lokapom_xl.hosts.excel.setup.books import read_book
from lokapom_xl.hosts.excel.setup.changes import Changes
from lokapom_xl.hosts.excel.setup.install import Outcome, doctor, install, uninstall
from lokapom_xl.hosts.excel.setup.journal import journal_file
from lokapom_xl.hosts.excel.setup.machine import Data, Machine, Python, Ran
from lokapom_xl.hosts.excel.setup.report import Examined, render, render_json

P = PureWindowsPath
HOME = r"C:\Users\budi"
VENV = rf"{HOME}\AppData\Local\Lokapom\python"
PYTHON = P(rf"{VENV}\Scripts\python.exe")
DLL = P(rf"{VENV}\xlwings64-{xlwings.__version__}.dll")
FOLDER = P(rf"{HOME}\Documents\Lokapom")
GIVEN = P(rf"{HOME}\unduhan\workbooks")
CONF = P(rf"{HOME}\.xlwings\xlwings.conf")
EXCEL = P(r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE")
POLICY = r"HKCU\Software\Policies\Microsoft\Office\16.0"
LINE = b'"INTERPRETER_WIN","' + str(PYTHON).encode() + b'"\r\n'
MARK = b"[ZoneTransfer]\r\nZoneId=3\r\n"
BOOKS = {path.name: path.read_bytes() for path in Path(__file__).parents[1].glob("workbooks/*.xlsm")}
NAME = "Efisiensi-2023.xlsm"


def program(kind: int) -> bytes:
    """The first bytes of a program for Windows."""
    return (
        b"MZ"
        + bytes(0x3A)
        + (0x80).to_bytes(4, "little")
        + bytes(0x40)
        + b"PE\0\0"
        + kind.to_bytes(2, "little")
    )


class Computer:
    """A computer with Windows, in memory. Registry keys and paths do not mind capitals, as there."""

    def __init__(self) -> None:
        self.system = "Windows 11 (10.0.22631)"
        self.python = Python(
            PYTHON,
            (3, 11, 9),
            "win-amd64",
            __version__,
            xlwings.__version__,
            xlwings.__version__,
            pywin32=True,
            virtual=True,
            store=False,
        )
        self.variables = {
            "USERPROFILE": HOME,
            "LOCALAPPDATA": rf"{HOME}\AppData\Local",
            "TEMP": rf"{HOME}\AppData\Local\Temp",
            "SystemRoot": r"C:\Windows",
        }
        self.contents: dict[P, bytes] = {}
        self.folders: set[P] = set()
        self.marks: dict[P, bytes] = {}
        self.registry: dict[str, dict[str, Data]] = {}
        self.names: dict[str, str] = {}
        self.drives = {"C:": "fixed", "E:": "removable", "Z:": "network"}
        self.answer: Ran | None = None
        self.load_error = ""
        self.denied: list[str] = []
        self.changes = 0
        self.fail_at: int | None = None
        self.keep_failing = False

    # --- making it up ----------------------------------------------------------------------------

    def put(self, path: P | str, content: bytes = b"") -> None:
        self.contents[P(path)] = content
        self.folders |= set(P(path).parents)

    def folder(self, path: P | str) -> None:
        self.folders |= {P(path), *P(path).parents}

    def key(self, key: str, **values: Data) -> None:
        parts = key.split("\\")
        for n in range(2, len(parts) + 1):
            name = "\\".join(parts[:n])
            self.registry.setdefault(name.casefold(), {})
            self.names.setdefault(name.casefold(), name)
        self.registry[key.casefold()].update(values)

    def state(self) -> Any:
        return copy.deepcopy((self.contents, self.folders, self.marks, self.registry))

    def _changing(self, what: object) -> None:
        n, self.changes = self.changes, self.changes + 1
        if self.fail_at is not None and (n == self.fail_at or (self.keep_failing and n > self.fail_at)):
            raise PermissionError(13, "Access is denied", str(what))
        self._asking(what)

    def _asking(self, what: object) -> None:
        if any(part.casefold() in str(what).casefold() for part in self.denied):
            raise PermissionError(13, "Access is denied", str(what))

    # --- what `Machine` asks for -----------------------------------------------------------------

    def variable(self, name: str) -> str:
        return {k.casefold(): v for k, v in self.variables.items()}.get(name.casefold(), "")

    def ansi(self, text: str) -> bytes | None:
        try:
            return text.encode("cp1252")
        except UnicodeEncodeError:
            return None

    def from_ansi(self, text: bytes) -> str:
        return text.decode("cp1252", "replace")

    def absolute(self, path: str) -> P:
        return P(rf"{HOME}\unduhan") / path

    def is_file(self, path: P) -> bool:
        return path in self.contents

    def is_folder(self, path: P) -> bool:
        return path in self.folders

    def files(self, folder: P) -> list[P]:
        return sorted(path for path in self.contents if path.parent == folder)

    def drive(self, path: P) -> str:
        return "network" if path.drive.startswith("\\\\") else self.drives.get(path.drive.upper(), "")

    def read(self, path: P, limit: int = -1) -> bytes:
        self._asking(path)
        if path not in self.contents:
            raise FileNotFoundError(2, "The system cannot find the file specified", str(path))
        return self.contents[path][: None if limit < 0 else limit]

    def write(self, path: P, content: bytes) -> None:
        self._changing(path)
        assert path.parent in self.folders
        self.contents[path] = content

    def create(self, path: P, content: bytes) -> None:
        if path in self.contents:
            raise FileExistsError(17, "File exists", str(path))
        self.write(path, content)

    def delete(self, path: P) -> None:
        self._changing(path)
        del self.contents[path]
        self.marks.pop(path, None)

    def make_folder(self, path: P) -> None:
        self._changing(path)
        assert path.parent in self.folders and path not in self.folders
        self.folders.add(path)

    def remove_folder(self, path: P) -> None:
        self._changing(path)
        if any(path in other.parents for other in (*self.contents, *self.folders)):
            raise OSError(145, "The directory is not empty", str(path))
        self.folders.remove(path)

    def mark(self, path: P) -> bytes | None:
        return self.marks.get(path)

    def set_mark(self, path: P, content: bytes | None) -> None:
        self._changing(path)
        if content is None:
            del self.marks[path]
        else:
            self.marks[path] = content

    def has_key(self, key: str) -> bool:
        return key.casefold() in self.registry

    def subkeys(self, key: str) -> list[str]:
        self._asking(key)
        above = key.casefold() + "\\"
        below = (self.names[k][len(above) :] for k in self.registry if k.startswith(above))
        return [name for name in below if "\\" not in name]

    def values(self, key: str) -> dict[str, Data]:
        self._asking(key)
        return dict(self.registry.get(key.casefold(), {}))

    def make_key(self, key: str) -> None:
        self._changing(key)
        parent = key.rpartition("\\")[0]
        assert "\\" not in parent or parent.casefold() in self.registry
        self.key(key)

    def set_value(self, key: str, name: str, data: int | str) -> None:
        self._changing(key)
        self.registry[key.casefold()][name] = data

    def delete_key(self, key: str) -> None:
        self._changing(key)
        assert not self.subkeys(key)
        del self.registry[key.casefold()]

    def run(self, command: list[str], folder: P, seconds: float) -> Ran:
        assert P(command[0]).is_absolute() and self.is_file(P(command[0]))
        if self.answer is not None:
            return self.answer
        return Ran(0, f'warning: noise\r\n["{__version__}", "{xlwings.__version__}"]\r\n')

    def load(self, library: P) -> str:
        return self.load_error


def new_computer(*names: str) -> Computer:
    """A computer on which everything is well and nothing is installed yet."""
    made = Computer()
    for path in (PYTHON, DLL, rf"{VENV}\xlwings32-{xlwings.__version__}.dll"):
        made.put(path)
    made.put(EXCEL, program(0x8664))
    made.folder(rf"{HOME}\Documents")
    made.folder(rf"{HOME}\AppData\Local")
    made.folder(GIVEN)
    for name in names or (NAME,):
        made.put(GIVEN / name, BOOKS[name])
    made.key(r"HKLM\Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", **{"": str(EXCEL)})
    made.key(r"HKLM\Software\Classes\Excel.Application\CurVer", **{"": "Excel.Application.16"})
    made.key(r"HKLM\Software\Microsoft\Office\ClickToRun\Configuration", VersionToReport="16.0.17328.20162")
    made.key(
        r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders",
        Personal=r"%USERPROFILE%\Documents",
    )
    made.key(r"HKCU\Control Panel\International", sList=";", sDecimal=",")
    made.key(
        rf"{office.USER_LOCATIONS}\Location0",
        Path=r"C:\Program Files\Microsoft Office\root\Office16\XLSTART\\",
    )
    made.key(rf"{office.USER_LOCATIONS}\Location2", Path=r"%APPDATA%\Microsoft\Templates", AllowSubfolders=1)
    return made


def installed(*names: str) -> Computer:
    made = new_computer(*names)
    assert install(made).code == 0
    return made


@pytest.fixture(scope="module", autouse=True)
def _each_book_is_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_modules", "_settings"):
            patch.setattr(books, name, cache(getattr(books, name)))
        yield


@pytest.fixture
def computer() -> Computer:
    return new_computer()


def text(outcome: Outcome) -> str:
    return "\n".join(outcome.lines)


def answers(made: Computer, name: str, *given: str) -> list[checks.Answer]:
    return [answer for check, answer in doctor(made, given).items if check.name == name]


def answer(made: Computer, name: str, *given: str) -> checks.Answer:
    (only,) = answers(made, name, *given)
    return only


_: type[Machine] = Computer  # the type checker compares the two


# --- install -------------------------------------------------------------------------------------


def test_install_puts_everything_into_place() -> None:
    made = new_computer(*BOOKS)
    made.marks = {GIVEN / name: MARK for name in BOOKS}
    outcome = install(made)
    assert outcome.code == 0 and text(outcome).count("selesai") == 3
    assert made.contents[CONF] == LINE
    for name, content in BOOKS.items():
        assert made.contents[FOLDER / name] == content
        assert FOLDER / name not in made.marks, "a copy does not carry the mark"
        assert made.marks[GIVEN / name] == MARK, "the original is not ours"
    key = rf"{office.USER_LOCATIONS}\Location1"
    assert made.values(key) == {
        "Path": rf"{FOLDER}\ ".strip(),
        "AllowSubfolders": 1,
        "Description": "Lokapom",
    }
    noted = json.loads(made.contents[journal_file(made)])
    assert noted["interpreter"]["before"] is None and [item["key"] for item in noted["trusted"]] == [key]
    assert noted["books"] == [str(FOLDER / name) for name in sorted(BOOKS)]


def test_a_second_run_changes_nothing() -> None:
    made = installed(*BOOKS)
    before, count = made.state(), made.changes
    outcome = install(made)
    assert outcome.code == 0 and made.state() == before and made.changes == count
    assert "tidak ada yang diubah" in text(outcome) and text(outcome).count("sudah  ") == 4


def test_a_dry_run_only_tells(computer: Computer) -> None:
    before = computer.state()
    outcome = install(computer, dry_run=True)
    assert outcome.code == 0 and computer.state() == before and computer.changes == 0
    assert text(outcome).count("akan ") >= 3 and "rencana" in text(outcome) and "selesai" not in text(outcome)


def test_install_then_uninstall_leaves_only_the_books(computer: Computer) -> None:
    before = computer.state()
    install(computer)
    outcome = uninstall(computer)
    assert outcome.code == 0 and str(FOLDER / NAME) in text(outcome)
    contents, folders, *rest = computer.state()
    assert contents.pop(FOLDER / NAME) == BOOKS[NAME]
    assert [contents, folders - {FOLDER}, *rest] == list(before)


@pytest.mark.parametrize(
    "conf",
    [
        b"",
        b'"INTERPRETER_WIN","C:\\Anaconda3\\pythonw.exe"\r\n"PYTHONPATH",""\r\n',
        b'"PYTHONPATH",""\r\n"interpreter_win","python"',
        b'"LICENSE_KEY","rahasia"\n"SHOW CONSOLE",True\n',
        b'"ADD_WORKBOOK_TO_PYTHONPATH",""',
        b'\xef\xbb\xbf"INTERPRETER_WIN","C:\\a.exe"\r\n',
        # A blank line shifts the pairs, so that the VBA does not see the line further down.
        b'"A","1"\r\n\r\n"INTERPRETER_WIN","C:\\lain\\python.exe"\r\n',
        b'"\xd6","\xe9"\r\n"INTERPRETER_WIN","%USERPROFILE%\\x.exe"\r\n"INTERPRETER_WIN","kedua"\r\n',
    ],
)
def test_the_settings_of_xlwings_come_back_to_the_byte(computer: Computer, conf: bytes) -> None:
    computer.put(CONF, conf)
    before = computer.state()
    assert install(computer).code == 0
    changed = computer.contents[CONF]
    assert settings.found(changed, "interpreter_win") == str(PYTHON).encode()
    for line in conf.splitlines():
        assert line in changed or b"interpreter_win" in line.lower()
    assert uninstall(computer).code == 0
    assert computer.contents[CONF] == conf
    assert computer.state()[1:] == (before[1] | {FOLDER}, *before[2:])


def test_what_others_changed_since_is_left_alone() -> None:
    made = installed()
    other = b'"INTERPRETER_WIN","C:\\Lain\\python.exe"\r\n'
    made.contents[CONF] = other
    key = json.loads(made.contents[journal_file(made)])["trusted"][0]["key"]
    made.registry[key.casefold()]["Path"] = "C:\\Lain\\"
    outcome = uninstall(made)
    assert outcome.code == 0 and text(outcome).count("Dibiarkan") == 2
    assert made.contents[CONF] == other and made.has_key(key) and not made.is_file(journal_file(made))


def test_a_line_added_after_ours_stays() -> None:
    made = installed()
    made.contents[CONF] += b'"SHOW CONSOLE","True"\r\n'
    uninstall(made)
    assert made.contents[CONF] == b'"SHOW CONSOLE","True"\r\n'


def test_a_new_python_takes_the_place_of_the_old_one_and_the_first_one_comes_back() -> None:
    made = new_computer()
    conf = b'"INTERPRETER_WIN","C:\\Anaconda3\\python.exe"\r\n'
    made.put(CONF, conf)
    install(made)
    for path in (rf"{HOME}\baru\Scripts\python.exe", rf"{HOME}\baru\xlwings64-{xlwings.__version__}.dll"):
        made.put(path)
    made.python = replace(made.python, executable=P(rf"{HOME}\baru\Scripts\python.exe"))
    outcome = install(made)
    assert text(outcome).count("selesai") == 1 and rb"\baru\Scripts" in made.contents[CONF]
    uninstall(made)
    assert made.contents[CONF] == conf


def test_uninstall_without_an_installation(computer: Computer) -> None:
    before = computer.state()
    outcome = uninstall(computer)
    assert outcome.code == 0 and computer.state() == before and "tidak terpasang" in text(outcome)


@pytest.mark.parametrize("command", [install, uninstall])
def test_a_spoiled_journal_is_not_guessed_at(command: Callable[[Machine], Outcome]) -> None:
    made = installed()
    for content in (b"{", b"[]", b'{"interpreter": {"x": 1}}'):
        made.contents[journal_file(made)] = content
        before = made.state()
        outcome = command(made)
        assert outcome.code == 2 and made.state() == before and "pemasangan.json" in text(outcome)


def _every_failure(prepare: Callable[[], Computer], command: Callable[[Computer], Outcome]) -> Iterator[int]:
    """Let each change fail in turn, and see that all of it is taken back."""
    for n in range(100):
        made = prepare()
        before, made.changes, made.fail_at = made.state(), 0, n
        outcome = command(made)
        if made.changes <= n:
            assert outcome.code == 0
            return
        # A folder that cannot be removed may stay: it may hold other things by now.
        if outcome.code == 0:
            continue
        assert outcome.code == 2, n
        assert made.state() == before, n
        assert "Gagal" in text(outcome) and "Access is denied" in text(outcome)
        yield n


def _with_more() -> Computer:
    """Nothing of the usual is there yet, and one book stands in the folder, marked."""
    made = new_computer(*BOOKS)
    for key in [k for k in made.registry if k.startswith(r"hkcu\software\microsoft\office")]:
        del made.registry[key]
    made.put(FOLDER / NAME, BOOKS[NAME])
    made.marks[FOLDER / NAME] = MARK
    return made


def test_a_failure_at_any_point_of_installing_is_taken_back() -> None:
    assert len(list(_every_failure(_with_more, install))) >= 15


def test_a_failure_at_any_point_of_uninstalling_is_taken_back() -> None:
    def prepare() -> Computer:
        made = _with_more()
        assert install(made).code == 0
        return made

    assert len(list(_every_failure(prepare, uninstall))) >= 5


def test_what_cannot_be_taken_back_is_named(computer: Computer) -> None:
    computer.fail_at, computer.keep_failing = 5, True
    outcome = install(computer)
    assert (
        outcome.code == 2
        and "Yang tidak dapat dikembalikan: " in text(outcome)
        and str(CONF) in text(outcome)
    )


def test_keys_that_were_missing_go_again() -> None:
    made = _with_more()
    before = made.state()
    install(made)
    assert made.values(rf"{office.USER_LOCATIONS}\Location0")["Description"] == "Lokapom"
    assert FOLDER / NAME not in made.marks
    uninstall(made)
    assert made.registry == before[3]


# --- which books, and where ----------------------------------------------------------------------


def test_a_book_that_exists_is_never_overwritten(computer: Computer) -> None:
    computer.put(FOLDER / NAME, b"isian pengguna")
    computer.marks[FOLDER / NAME] = MARK
    outcome = install(computer)
    assert outcome.code == 0 and computer.contents[FOLDER / NAME] == b"isian pengguna"
    assert "tidak ditimpa" in text(outcome) and "tandanya tidak dihapus" in text(outcome)
    assert computer.marks[FOLDER / NAME] == MARK
    assert json.loads(computer.contents[journal_file(computer)])["books"] == []


def test_books_can_be_named_or_taken_from_a_folder(computer: Computer) -> None:
    assert install(computer, [str(GIVEN / NAME)], to=r"C:\Data\Lokapom").code == 0
    assert computer.contents[P(r"C:\Data\Lokapom") / NAME] == BOOKS[NAME]
    # A later run remembers the folder.
    outcome = install(computer, source="workbooks")
    assert outcome.code == 0 and "tidak ada yang diubah" in text(outcome)


def test_every_folder_that_was_ever_trusted_is_taken_out(computer: Computer) -> None:
    before = computer.state()
    for folder in (r"C:\Data\Satu", r"C:\Data\Dua", r"C:\Data\Satu"):
        assert install(computer, to=folder).code == 0
    assert len(computer.registry) == len(before[3]) + 2
    outcome = uninstall(computer)
    assert computer.registry == before[3] and text(outcome).count(NAME) == 2
    assert CONF not in computer.contents and CONF.parent not in computer.folders


def test_what_is_no_macro_book_is_refused_by_name_and_passed_over_in_a_folder(computer: Computer) -> None:
    computer.put(
        GIVEN / "lain.xlsm", Path(xlwings.__file__).with_name("quickstart_standalone.xlsm").read_bytes()
    )
    computer.put(GIVEN / "rusak.xlsm", b"PK")
    computer.put(GIVEN / "~$Efisiensi-2023.xlsm", b"kunci")
    before = computer.state()
    for name, problem in (
        ("lain.xlsm", "bukan buku makro Lokapom"),
        ("rusak.xlsm", "mungkin rusak"),
        ("tiada.xlsm", "tidak ditemukan"),
        ("RAPK-2023.xlsx", "bukan buku makro (.xlsm)"),
    ):
        outcome = install(computer, [str(GIVEN / name)])
        assert outcome.code == 2 and problem in text(outcome) and computer.state() == before
    outcome = install(computer)
    assert outcome.code == 0 and text(outcome).count("dilewati") == 2
    assert [path.name for path in computer.files(FOLDER)] == [NAME]


def test_without_books_the_rest_is_installed(computer: Computer) -> None:
    del computer.contents[GIVEN / NAME]
    outcome = install(computer)
    assert outcome.code == 0 and "Tidak ada buku makro Lokapom" in text(outcome)
    assert computer.contents[CONF] == LINE and computer.is_folder(FOLDER)
    before = computer.state()
    uninstall(computer)
    assert not computer.is_folder(FOLDER), "a folder of ours without a book goes"
    assert before != computer.state()


def test_a_missing_source_is_refused(computer: Computer) -> None:
    outcome = install(computer, source="tiada")
    assert outcome.code == 2 and "tidak ditemukan" in text(outcome)


def test_two_books_of_one_name_are_refused(computer: Computer) -> None:
    computer.put(rf"{HOME}\lain\{NAME.upper()}", BOOKS[NAME])
    outcome = install(computer, [str(GIVEN / NAME), rf"{HOME}\lain\{NAME.upper()}"])
    assert outcome.code == 2 and "Dua buku bernama" in text(outcome)


@pytest.mark.parametrize("folder", ["C:\\", HOME, rf"{HOME}\Documents", r"C:\Users", r"C:\Windows\Lokapom"])
def test_a_folder_with_much_else_is_never_trusted(computer: Computer, folder: str) -> None:
    outcome = install(computer, to=folder)
    assert outcome.code == 2 and "terlalu luas" in text(outcome) and computer.changes == 0


@pytest.mark.parametrize("below", ["", "\\Buku", "\\Scripts"])
def test_the_folder_of_python_is_no_place_for_books(computer: Computer, below: str) -> None:
    python = computer.python.executable.parent.parent
    outcome = install(computer, to=f"{python}{below}".upper())
    assert outcome.code == 2 and "folder Python" in text(outcome) and computer.changes == 0


@pytest.mark.parametrize(
    ("folder", "place"),
    [
        (rf"{HOME}\OneDrive\Lokapom", "OneDrive"),
        (rf"{HOME}\Kantor\Situs - Dokumen\Lokapom", "OneDrive"),
        (r"\\server\bersama\Lokapom", "jaringan"),
        (r"Z:\Lokapom", "jaringan"),
        (r"E:\Lokapom", "diska lepas"),
        (rf"{HOME}\Downloads\Lokapom", "Unduhan"),
    ],
)
def test_a_shared_or_passing_folder_is_refused(computer: Computer, folder: str, place: str) -> None:
    computer.variables["OneDrive"] = rf"{HOME}\OneDrive"
    computer.key(
        r"HKCU\Software\SyncEngines\Providers\OneDrive\1a2b", MountPoint=rf"{HOME}\Kantor\Situs - Dokumen"
    )
    outcome = install(computer, to=folder)
    assert outcome.code == 2 and place in text(outcome) and computer.changes == 0


def test_documents_in_onedrive_are_avoided(computer: Computer) -> None:
    computer.variables["OneDrive"] = rf"{HOME}\OneDrive"
    shell = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
    computer.key(shell, Personal=rf"{HOME}\OneDrive\Dokumen")
    assert install(computer).code == 0
    assert computer.contents[P(HOME, "Lokapom", NAME)] == BOOKS[NAME]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (
            rf"{POLICY}\Common\Security\Trusted Locations",
            {"Allow User Locations": 0},
            "Kebijakan instansi melarang",
        ),
        (
            rf"{POLICY}\excel\security\trusted locations",
            {"alllocationsdisabled": 1},
            "dimatikan di Excel ini",
        ),
        (office.USER_LOCATIONS, {"AllLocationsDisabled": 1}, "dimatikan di Excel ini"),
    ],
)
def test_a_policy_against_trusted_folders_is_explained_not_broken(
    computer: Computer, key: str, value: dict[str, Data], words: str
) -> None:
    computer.key(key, **value)
    registry = copy.deepcopy(computer.registry)
    outcome = install(computer)
    assert outcome.code == 0 and computer.registry == registry
    assert words in text(outcome) and "Aktifkan Konten" in text(outcome) and "petugas TI" in text(outcome)
    assert answer(computer, "folder-tepercaya").state == "perlu perhatian"
    assert words in answer(computer, "folder-tepercaya").do


def test_a_folder_that_the_policy_trusts_needs_no_entry(computer: Computer) -> None:
    computer.key(rf"{POLICY}\Common\Security\Trusted Locations", **{"Allow User Locations": 0})
    computer.key(
        rf"{POLICY}\Excel\Security\Trusted Locations\Location1", Path=rf"{HOME}\Documents", AllowSubfolders=1
    )
    outcome = install(computer)
    assert outcome.code == 0 and f"sudah     Excel memercayai folder {FOLDER}" in text(outcome)
    assert answer(computer, "folder-tepercaya").state == "baik"


# --- doctor --------------------------------------------------------------------------------------


def test_after_installing_all_is_well() -> None:
    examined = doctor(installed(*BOOKS))
    assert examined.good and {a.state for _, a in examined.items} == {"baik", "catatan"}
    assert examined.verdict == "SIAP dipakai di Excel."
    assert {c.name for c, _ in examined.items} == {c.name for c in checks.CHECKS} - {"pengaturan-folder"}


def _change(**values: Any) -> Callable[[Computer], None]:
    def fault(made: Computer) -> None:
        made.python = replace(made.python, **values)

    return fault


def _move_python(to: str) -> Callable[[Computer], None]:
    def fault(made: Computer) -> None:
        made.variables["OneDriveCommercial"] = r"C:\OD"
        made.python = replace(made.python, executable=P(to))

    return fault


def _set(key: str, **values: Data) -> Callable[[Computer], None]:
    return lambda made: made.key(key, **values)


def _conf(content: bytes) -> Callable[[Computer], None]:
    return lambda made: made.put(CONF, content)


def _answering(code: int | None, output: str) -> Callable[[Computer], None]:
    def fault(made: Computer) -> None:
        made.answer = Ran(code, output)

    return fault


def _no_dll(made: Computer) -> None:
    del made.contents[DLL]


def _blocked_dll(made: Computer) -> None:
    made.load_error = "This program is blocked by group policy."


def _no_32_bit_dll(made: Computer) -> None:
    made.put(EXCEL, program(0x14C))
    del made.contents[P(rf"{VENV}\xlwings32-{xlwings.__version__}.dll")]


def _no_excel(made: Computer) -> None:
    del made.contents[EXCEL]


def _untrusted(made: Computer) -> None:
    del made.registry[rf"{office.USER_LOCATIONS}\Location1".casefold()]


def _both(*faults: Callable[[Computer], None]) -> Callable[[Computer], None]:
    def fault(made: Computer) -> None:
        for one in faults:
            one(made)

    return fault


def _marked(made: Computer) -> None:
    made.marks[FOLDER / NAME] = MARK


def _denied(part: str) -> Callable[[Computer], None]:
    return lambda made: made.denied.append(part)


SECURITY = rf"{POLICY}\Excel\Security"
RULES = r"HKLM\Software\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
LOCAL_RULES = r"HKLM\Software\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
MANAGER = r"HKLM\Software\Policies\Microsoft\Windows Defender\Policy Manager"

FAULTS: list[tuple[str, Callable[[Computer], None], str, str, str]] = [
    # check, fault, state, what is found, what to do
    ("python", _change(platform="win32"), "rusak", "32-bit", "64-bit"),
    ("python", _change(platform="win-arm64"), "rusak", "ARM64", "64-bit"),
    ("python", _change(version=(3, 10, 4)), "rusak", "Python 3.10.4", "3.11"),
    ("letak-python", _change(store=True, virtual=False), "rusak", "Microsoft Store", "py -m venv"),
    ("letak-python", _move_python(r"C:\Users\Bùdí 中\v\Scripts\python.exe"), "rusak", "huruf", "py -m venv"),
    ("letak-python", _move_python(r"C:\50%\v\Scripts\python.exe"), "rusak", "tanda %", "py -m venv"),
    ("letak-python", _move_python(rf"C:\{'x' * 250}\python.exe"), "rusak", "terlalu panjang", "py -m venv"),
    ("letak-python", _move_python(r"C:\od\v\Scripts\python.exe"), "rusak", "OneDrive", "py -m venv"),
    ("letak-python", _move_python(r"Z:\v\Scripts\python.exe"), "rusak", "jaringan", "py -m venv"),
    ("letak-python", _move_python(r"\\srv\v\Scripts\python.exe"), "rusak", "jaringan", "py -m venv"),
    ("pywin32", _change(pywin32=False), "rusak", "tidak terpasang", "pip install pywin32"),
    ("xlwings", _change(xlwings=""), "rusak", "tidak terpasang", f"xlwings=={xlwings.__version__}"),
    ("xlwings", _change(xlwings="0.36.1"), "rusak", "0.36.1 terpasang", f"xlwings=={xlwings.__version__}"),
    ("xlwings", _change(xlwings="0.99.1", wanted_xlwings="0.99.1"), "rusak", f"{NAME} memerlukan", "Pakai buku"),
    ("dll", _no_dll, "rusak", DLL.name, "Antivirus"),
    ("dll", _both(_no_dll, _change(virtual=False)), "rusak", DLL.name, "py -m venv"),
    ("dll", _no_32_bit_dll, "rusak", "xlwings32-", "Antivirus"),
    ("dll", _blocked_dll, "rusak", "blocked by group policy", "petugas TI"),
    ("pengaturan", _conf(b""), "rusak", "Belum ada Python", "excel install"),
    ("pengaturan", _conf(b'"INTERPRETER_WIN","C:\\tiada\\python.exe"\r\n'), "rusak", "yang tidak ada", "excel install"),
    ("pengaturan", _answering(None, ""), "rusak", "tidak menjawab", "antivirus"),
    ("pengaturan", _answering(1, "x\r\nModuleNotFoundError: No module named 'lokapom_xl'\r\n"), "rusak", "No module named 'lokapom_xl'", "excel install"),
    ("pengaturan", _answering(0, '["0.0.1", "0.30.0"]'), "rusak", "lokapom-xl 0.0.1 dengan xlwings 0.30.0", "excel install"),
    ("pengaturan", _answering(0, ""), "rusak", "lain dari yang diharapkan", "excel install"),
    ("excel", _no_excel, "rusak", "tidak ditemukan", "Pasang Excel"),
    ("excel", _set(r"HKLM\Software\Classes\Excel.Application\CurVer", **{"": "Excel.Application.14"}), "rusak", "terlalu lama", "2016"),
    ("makro", _set(rf"{POLICY}\Common", vbaoff=1), "rusak", "mematikan makro", "petugas TI"),
    ("makro", _both(_set(r"HKCU\Software\Microsoft\Office\16.0\Excel\Security", VBAWarnings=4), _untrusted), "rusak", "tanpa pemberitahuan", "Pusat Kepercayaan"),
    ("makro", _both(_set(r"HKCU\Software\Policies\Microsoft\Cloud\Office\16.0\Excel\Security", VBAWarnings=3), _untrusted), "rusak", "tanda tangan", "petugas TI"),
    ("makro", _set(SECURITY, VBAWarnings=3), "baik", "folder tepercaya", ""),
    ("makro", _set(SECURITY, vbawarnings=1), "baik", "Semua makro", ""),
    ("folder-tepercaya", _untrusted, "perlu perhatian", "belum dipercayai", "excel install"),
    ("dari-internet", _marked, "baik", "foldernya tepercaya", ""),
    ("dari-internet", _both(_marked, _untrusted), "rusak", "memblokir makronya", "Buka Blokir"),
    ("pengaturan-folder", lambda made: made.put(FOLDER / "xlwings.conf", b'"INTERPRETER_WIN","C:\\x\\python.exe"'), "perlu perhatian", r"C:\x\python.exe", "Hapus"),
    ("pengaturan-folder", lambda made: made.put(FOLDER / "xlwings.conf", b'"SHOW CONSOLE","True"'), "baik", "tidak menunjuk", ""),
    ("aturan-proses", _set(RULES, **{defender.CHILD_PROCESS.upper(): "1"}), "rusak", "dilarang menjalankan Python", defender.CHILD_PROCESS),
    ("aturan-proses", _set(LOCAL_RULES, **{defender.CHILD_PROCESS: 6}), "perlu perhatian", "peringatan", "Unblock"),
    ("aturan-proses", _set(RULES, **{defender.CHILD_PROCESS: "2"}), "baik", "Dicatat saja", ""),
    ("aturan-proses", _denied("Exploit Guard"), "perlu perhatian", "tidak dapat dibaca", "petugas TI"),
    ("aturan-win32", _set(MANAGER, ASRRules=f"be9ba2d9-53ea-4cdc-84e5-9b1eeee46550=1|{defender.WIN32_CALLS.upper()}=1"), "rusak", "memanggil fungsi Windows", defender.WIN32_CALLS),
    ("aturan-win32", _set(MANAGER, ASRRules=f"{defender.WIN32_CALLS}=0"), "baik", "Tidak dihalangi", ""),
    ("makro", _denied("Excel\\Security"), "perlu perhatian", "menolak membacanya", "Trust Center"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "fault", "state", "found", "do"),
    FAULTS,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_fault_is_found_and_its_mending_named(
    name: str, fault: Callable[[Computer], None], state: str, found: str, do: str
) -> None:
    made = installed()
    fault(made)
    before = made.state()
    examined = doctor(made)
    (got,) = (answer for check, answer in examined.items if check.name == name)
    assert (got.state, found in got.found, do in got.do) == (state, True, True), got
    assert bool(got.do) == (state != "baik")
    assert examined.good == all(a.state != "rusak" for _, a in examined.items)
    assert made.state() == before, "doctor changes nothing"


@pytest.mark.parametrize("name", [c.name for c in checks.CHECKS if c.needed and c.name != "windows"])
def test_what_everything_rests_on_stops_the_installation(name: str) -> None:
    faults = [fault for check, fault, state, *_ in FAULTS if check == name and state == "rusak"]
    assert faults
    for fault in faults:
        made = new_computer()
        fault(made)
        before = made.state()
        outcome = install(made)
        assert outcome.code == 2 and made.state() == before
        assert "→" in text(outcome) and "Tidak ada yang diubah" in text(outcome)


def test_every_check_fails_somewhere() -> None:
    broken = {name for name, _, state, *_ in FAULTS if state != "baik"}
    elsewhere = {"windows", "buku", "letak-buku", "antivirus", "penulisan"}
    assert broken | elsewhere == {check.name for check in checks.CHECKS}


def test_a_virtual_environment_of_the_store_python_is_not_refused(computer: Computer) -> None:
    computer.python = replace(computer.python, store=True)
    assert install(computer).code == 0


def test_a_path_with_a_space_is_quoted_in_commands(computer: Computer) -> None:
    computer.python = replace(computer.python, pywin32=False)
    assert answer(computer, "pywin32").do == f"Jalankan: {PYTHON} -m pip install pywin32"
    computer.python = replace(computer.python, executable=P(r"C:\Data Saya\python.exe"))
    assert answer(computer, "pywin32").do == r'Jalankan: "C:\Data Saya\python.exe" -m pip install pywin32'


def test_32_bit_excel_works_with_64_bit_python(computer: Computer) -> None:
    computer.put(EXCEL, program(0x14C))
    assert install(computer).code == 0
    assert "xlwings32" in answer(computer, "dll").found and "32-bit" in answer(computer, "excel").found


def test_another_python_of_the_same_version_is_well() -> None:
    made = installed()
    made.put(r"C:\lain\python.exe")
    made.put(CONF, b'"INTERPRETER_WIN","%SystemRoot%\\..\\lain\\python.exe"\r\n')
    made.variables["SystemRoot"] = "C:"
    made.put(r"C:\..\lain\python.exe")
    assert (
        answer(made, "pengaturan").state == "baik"
        and "bukan Python perintah ini" in answer(made, "pengaturan").found
    )


def test_books_that_are_given_are_looked_at() -> None:
    made = installed()
    made.variables["OneDrive"] = rf"{HOME}\OneDrive"
    for folder in (
        rf"{HOME}\Downloads",
        rf"{HOME}\OneDrive",
        rf"{HOME}\AppData\Local\Temp\Temp1_buku.zip",
        r"Z:\bersama",
    ):
        made.put(P(folder, NAME), BOOKS[NAME])
        got = answer(made, "letak-buku", str(P(folder, NAME)))
        assert got.state == "perlu perhatian" and str(FOLDER) in got.do
    assert answer(made, "buku", "tiada.xlsm").state == "rusak"


def test_a_book_whose_hidden_sheet_was_changed(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    made = installed()
    source = tmp_path / NAME
    source.write_bytes(BOOKS[NAME])
    for row, words in (
        (("INTERPRETER_WIN", r"C:\x\python.exe"), "menunjuk Python lain"),
        (("UDF MODULES", "lain"), "tidak utuh"),
    ):
        book = load_workbook(source, keep_vba=True)
        sheet = book["xlwings.conf"]
        cell = next((c for (c,) in sheet.iter_rows(max_col=1) if c.value == row[0]), None)
        line = cell.row if cell else sheet.max_row + 1
        sheet.cell(line, 1, row[0])
        sheet.cell(line, 2, row[1])
        book.save(tmp_path / "lain.xlsm")
        made.put(FOLDER / NAME, (tmp_path / "lain.xlsm").read_bytes())
        assert answer(made, "buku").state == "rusak" and words in answer(made, "buku").found


def test_the_version_in_the_book_is_that_of_its_vba() -> None:
    made = installed()
    book = read_book(made, FOLDER / NAME)
    assert (book.problem, book.xlwings) == ("", xlwings.__version__)
    made.denied.append(NAME)
    assert "terbuka di Excel" in read_book(made, FOLDER / NAME).problem


def test_the_probe_finds_the_product_in_a_real_python(tmp_path: Path) -> None:
    (tmp_path / "pythoncom.py").write_text("")

    class Real(Computer):
        def run(self, command: list[str], folder: P, seconds: float) -> Ran:
            done = subprocess.run(
                [sys.executable, *command[1:]],
                env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path(cli.__file__).parents[1]}"},
                capture_output=True,
                text=True,
                cwd=tmp_path,
            )
            return Ran(done.returncode, done.stdout + done.stderr)

    made = installed()
    made.__class__ = Real
    assert answer(made, "pengaturan").state == "baik"
    (tmp_path / "pythoncom.py").unlink()
    assert "No module named 'pythoncom'" in answer(made, "pengaturan").found


def test_the_answers_of_the_vba_to_a_settings_file() -> None:
    def read(content: bytes) -> bytes | None:
        return settings.found(content, "Interpreter_Win")

    assert read(b'"A","1"\r\n"INTERPRETER_WIN","C:\\a, b\\p.exe"\r\n') == b"C:\\a, b\\p.exe"
    assert read(b'A,1\n  INTERPRETER_WIN,"x"') == b"x"
    assert read(b'"A"\r\n"INTERPRETER_WIN","x"\r\n') is None, "a single word shifts the pairs"
    assert read(b'"INTERPRETER_WIN","1"\n"INTERPRETER_WIN","2"') == b"1"
    assert read(b"INTERPRETER_WIN ,x") is None, "a blank after a bare word belongs to it"
    assert read(b"") is None and read(b'"INTERPRETER_WIN') is None


# --- records, report, command --------------------------------------------------------------------


def test_the_records_are_fit_for_a_help_page() -> None:
    names = [check.name for check in checks.CHECKS]
    assert len(set(names)) == len(names) and names[0] == "windows"
    for check in checks.CHECKS:
        assert re.fullmatch(r"[a-z0-9-]+", check.name) and check.title
        assert check.question.startswith("Ap") and check.question.endswith("?")
        assert len(check.mend) > 20


def test_the_report_says_the_state_in_words(computer: Computer) -> None:
    examined = doctor(computer)
    page = render(examined)
    assert page.startswith("BELUM SIAP: ") and "\x1b" not in page
    for check, got in examined.items:
        assert f"{check.title}: {got.found}" in page and got.do in page
    states = re.findall(r"^(BAIK|CATATAN|PERHATIAN|RUSAK) ", page, re.MULTILINE)
    assert states == sorted(states, key=lambda state: state in ("BAIK", "CATATAN")), (
        "what is to be done stands first"
    )
    document = json.loads(render_json(examined))
    assert document["ready"] is False
    assert [item["state"] for item in document["answers"]] == [a.state for _, a in examined.items]


def run(made: Computer | None, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    monkeypatch.setattr(machines, "this_machine", lambda: made)
    result = CliRunner().invoke(cli.main, ["excel", *arguments])
    return result.exit_code, result.output


def test_the_commands_and_their_exit_codes(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(computer, monkeypatch, "doctor")[0] == 1
    assert run(computer, monkeypatch, "install", "--dry-run")[0] == 0 and computer.changes == 0
    code, told = run(computer, monkeypatch, "install", "--from", "workbooks", "--to", r"C:\Data\Lokapom")
    assert code == 0 and r"C:\Data\Lokapom" in told
    assert run(computer, monkeypatch, "doctor")[0] == 0
    code, told = run(computer, monkeypatch, "doctor", "--output-format", "json")
    assert code == 0 and json.loads(told)["ready"] is True
    assert run(computer, monkeypatch, "uninstall")[0] == 0
    assert run(computer, monkeypatch, "install", "tiada.xlsm")[0] == 2


@pytest.mark.parametrize("command", ["install", "doctor", "uninstall"])
def test_without_windows_each_command_says_what_it_would_do(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, told = run(None, monkeypatch, command)
    assert code == 2 and "hanya untuk Windows" in told and commands.ELSEWHERE[command] in told


# --- the real Windows ----------------------------------------------------------------------------


def test_the_windows_part_speaks_to_the_registry_as_winreg_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """`windows.py` runs here on a registry that answers as the module `winreg` of Windows does."""
    made = new_computer()

    class Handle:
        def __init__(self, key: str) -> None:
            self.key = key

        def Close(self) -> None: ...
        def __enter__(self) -> Handle:
            return self

        def __exit__(self, *_: object) -> None: ...

    def open_key(hive: str, path: str, _: int, access: int) -> Handle:
        if not made.has_key(f"{hive}\\{path}"):
            raise FileNotFoundError(2, "The system cannot find the file specified")
        return Handle(f"{hive}\\{path}")

    def create(hive: str, path: str, _: int, access: int) -> Handle:
        made.make_key(f"{hive}\\{path}")
        return Handle(f"{hive}\\{path}")

    def set_value(handle: Handle, name: str, _: int, kind: int, data: int | str) -> None:
        assert kind == {int: 4, str: 1}[type(data)]
        made.set_value(handle.key, name, data)

    winreg = SimpleNamespace(
        HKEY_CURRENT_USER="HKCU",
        HKEY_LOCAL_MACHINE="HKLM",
        HKEYType=Handle,
        KEY_READ=1,
        KEY_WRITE=2,
        KEY_WOW64_64KEY=256,
        REG_SZ=1,
        REG_DWORD=4,
        OpenKeyEx=open_key,
        CreateKeyEx=create,
        DeleteKeyEx=lambda hive, path, _: made.delete_key(f"{hive}\\{path}"),
        SetValueEx=set_value,
        QueryInfoKey=lambda handle: (len(made.subkeys(handle.key)), len(made.values(handle.key)), 0),
        EnumKey=lambda handle, i: made.subkeys(handle.key)[i],
        EnumValue=lambda handle, i: (*list(made.values(handle.key).items())[i], 1),
    )
    monkeypatch.setitem(sys.modules, "winreg", winreg)
    monkeypatch.setattr(sys, "platform", "win32")
    asked_for = ["click>=8.1", 'xlwings==1.2.3; extra == "x"', "xlwings==9"]
    monkeypatch.setattr("importlib.metadata.requires", lambda name: asked_for)
    name = "lokapom_xl.hosts.excel.setup.windows"
    monkeypatch.delitem(sys.modules, name, raising=False)
    real: Any = machines.this_machine()
    assert real.python.wanted_xlwings == "1.2.3"
    sys.modules.pop(name)
    monkeypatch.undo()

    class Mixed(Computer):
        """The files of the made-up computer, the registry by way of the real code."""

        has_key, subkeys, values = real.has_key, real.subkeys, real.values
        make_key, set_value, delete_key = real.make_key, real.set_value, real.delete_key

    mixed = new_computer()
    mixed.__class__ = Mixed
    before = copy.deepcopy(made.registry)
    assert install(mixed).code == 0
    assert made.values(rf"{office.USER_LOCATIONS}\Location1")["Path"] == f"{FOLDER}\\"
    assert doctor(mixed).good
    assert uninstall(mixed).code == 0 and made.registry == before
    assert real.python.product == __version__ and real.python.xlwings == xlwings.__version__
    assert real.variable("PATH") == os.environ["PATH"] and real.system.startswith("Windows ")


def test_taking_back_goes_from_the_last_to_the_first(computer: Computer) -> None:
    before = computer.state()
    with pytest.raises(ZeroDivisionError), Changes(computer) as changes:
        changes.write(P(rf"{HOME}\a\b\x.txt"), b"1")
        changes.write(P(rf"{HOME}\a\b\x.txt"), b"2")
        changes.delete(GIVEN / NAME)
        changes.delete_key(rf"{office.USER_LOCATIONS}\Location2")
        raise ZeroDivisionError
    assert computer.state() == before and changes.left == []


def test_the_verdict_counts() -> None:
    check = checks.CHECKS[0]
    broken, look, good = (checks.Answer(state, "x", "y") for state in ("rusak", "perlu perhatian", "baik"))  # type: ignore[arg-type]
    assert "2 butir rusak, 1 perlu perhatian" in Examined([(check, broken)] * 2 + [(check, look)]).verdict
    assert (
        Examined([(check, look), (check, good)]).verdict == "SIAP dipakai di Excel; 1 butir perlu perhatian."
    )
