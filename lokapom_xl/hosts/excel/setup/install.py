"""`lokapom-xl excel install`, `doctor` and `uninstall`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PureWindowsPath

from . import office, places, settings
from .books import Book, from_internet, macro_books, read_book
from .changes import Changes, missing, missing_keys
from .checks import CHECKS, Surroundings, untrusted
from .journal import Interpreter, Journal, Trusted, UnreadableJournal, journal_file, load, save
from .machine import Machine, value
from .report import Examined, entry

ELSEWHERE = {
    "install": (
        "menetapkan Python ini sebagai Python yang dipakai Excel, menyalin buku makro ke folder Lokapom di "
        "Documents, "
        "menjadikan folder itu tepercaya bagi Excel, dan menghapus tanda «dari internet» pada buku itu"
    ),
    "doctor": (
        "memeriksa Python, xlwings, Excel, izin makro, folder tepercaya, letak buku, dan aturan Microsoft "
        "Defender, lalu "
        "menyebutkan apa yang perlu diperbaiki"
    ),
    "uninstall": "mengembalikan pengaturan Excel dan xlwings seperti sebelum dipasang; buku Anda tetap ada",
}


@dataclass(frozen=True)
class Outcome:
    """What to tell, and the exit code."""

    lines: list[str]
    code: int = 0


class _Refusal(Exception):
    """Nothing was done, for the reasons given, one a line."""


def elsewhere(command: str) -> Outcome:
    """The answer on a computer without Windows."""
    text = "Perintah ini hanya untuk Windows dengan Excel. Di sana perintah ini akan"
    return Outcome([f"{text} {ELSEWHERE[command]}.", "Di komputer ini tidak ada yang diubah."], 2)


def _failed(problem: OSError, changes: Changes, back: str) -> Outcome:
    name = problem.filename or "sesuatu"
    reason = f" ({problem.strerror})" if problem.strerror else ""
    lines = [f"Gagal: {name} tidak dapat ditulis{reason}."]
    if changes.left:
        lines.append("Yang tidak dapat dikembalikan: " + "; ".join(changes.left) + ".")
    else:
        lines.append(back)
    lines.append("Tutup Excel bila sedang terbuka, lalu ulangi. Bila tetap gagal: lokapom-xl excel doctor")
    return Outcome(lines, 2)


def _unreadable(machine: Machine) -> Outcome:
    file = journal_file(machine)
    return Outcome(
        [
            f"Gagal: catatan pemasangan {file} tidak dapat dibaca. Tidak ada yang diubah.",
            "Ganti nama berkas itu, lalu jalankan lokapom-xl excel install.",
        ],
        2,
    )


# --- install -------------------------------------------------------------------------------------


@dataclass
class _Step:
    """One thing to see to. With nothing in `will` there is nothing to do but to tell."""

    will: str = ""
    done: str = ""
    already: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    do: Callable[[Changes], None] | None = None
    journal: Callable[[Journal], Journal] = lambda journal: journal


def install(
    machine: Machine,
    books: Sequence[str] = (),
    source: str | None = None,
    to: str | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Put everything into place for this user, or leave everything as it was."""
    try:
        journal = load(machine)
        given, notes = _given(machine, books, source)
        folder = machine.absolute(to) if to else _folder(machine, journal)
        _refuse(machine, given, folder)
        steps = _steps(machine, journal, given, folder)
    except UnreadableJournal:
        return _unreadable(machine)
    except _Refusal as refusal:
        return Outcome([*refusal.args, "Tidak ada yang diubah."], 2)
    except OSError as problem:
        return _failed(problem, Changes(machine), "Tidak ada yang diubah.")
    lines = notes
    changes = Changes(machine)
    changed = False
    try:
        with changes:
            for step in steps:
                lines += [f"{'sudah':<9} {line}" for line in step.already]
                if step.do is not None:
                    changed = True
                    if not dry_run:
                        # Noted first: uninstalling then knows of it whatever happens.
                        journal = replace(step.journal(journal), product=machine.python.product)
                        save(changes, journal)
                        step.do(changes)
                    lines.append(f"{'akan':<9} {step.will}" if dry_run else f"{'selesai':<9} {step.done}")
                lines += [f"{'perhatian':<9} {line}" for line in step.advice]
    except OSError as problem:
        return _failed(problem, changes, "Semua yang sempat diubah sudah dikembalikan seperti semula.")
    return Outcome([*lines, "", *_ending(machine, changed, dry_run, folder)])


def _ending(machine: Machine, changed: bool, dry_run: bool, folder: PureWindowsPath) -> list[str]:
    if not changed:
        return ["Lokapom sudah terpasang; tidak ada yang diubah."]
    if dry_run:
        return ["Ini hanya rencana; tidak ada yang diubah. Jalankan tanpa --dry-run untuk memasang."]
    return [
        "Lokapom terpasang. Bila Excel sedang terbuka, tutup dahulu.",
        f"Lalu buka buku di {folder}. Bila ada yang tidak berjalan, jalankan di Command Prompt:",
        f'"{machine.python.executable.parent}\\lokapom-xl" excel doctor',
    ]


def _folder(machine: Machine, journal: Journal) -> PureWindowsPath:
    return PureWindowsPath(journal.folder) if journal.folder else places.usual_folder(machine)


def _given(machine: Machine, books: Sequence[str], source: str | None) -> tuple[list[Book], list[str]]:
    """The books to put into place, and what to tell about those that are none."""
    if books:
        return [read_book(machine, machine.absolute(book)) for book in books], []
    here = machine.absolute(source or ".")
    if source and not machine.is_folder(here):
        raise _Refusal(f"Gagal: folder {here} tidak ditemukan.")
    paths = macro_books(machine, here)
    if not paths and not source:
        paths = macro_books(machine, here / "workbooks")
    found = [read_book(machine, path) for path in paths]
    notes = [f"{'dilewati':<9} {book.path.name}: {book.problem}." for book in found if book.problem]
    good = [book for book in found if not book.problem]
    if not good:
        notes.append(
            f"{'perhatian':<9} Tidak ada buku makro Lokapom di {here}. Sebutkan bukunya bila perlu disalin "
            "(lokapom-xl excel install BUKU.xlsm), atau buat yang baru (lokapom-xl new ... -o BUKU.xlsm)."
        )
    return good, notes


def _refuse(machine: Machine, books: list[Book], folder: PureWindowsPath) -> None:
    """_Refusal when something is missing that everything else rests on."""
    lines = []
    surroundings = Surroundings(machine, tuple(books))
    for check in CHECKS:
        if check.needed:
            for answer in check.answers(surroundings):
                if answer.state == "rusak":
                    lines += entry(check, answer)
    lines += [f"{book.path}: {book.problem}." for book in books if book.problem]
    names = [book.path.name.casefold() for book in books]
    lines += [f"Dua buku bernama {name}; ganti nama salah satunya." for name in _twice(names)]
    place = places.shared(machine, folder) or places.passing(machine, folder)
    if place:
        lines.append(f"Folder tujuan {folder} berada di {place}. Pilih folder lokal yang tetap dengan --to.")
    elif _too_wide(machine, folder):
        lines.append(
            f"Folder tujuan {folder} terlalu luas: semua makro di dalamnya akan dipercayai. Pilih folder "
            "tersendiri "
            "dengan --to."
        )
    elif _of_python(machine, folder):
        lines.append(
            f"Folder tujuan {folder} adalah folder Python, yang dapat terhapus saat dipasang ulang. "
            "Pilih folder lain dengan --to."
        )
    if lines:
        raise _Refusal("Gagal: belum dapat dipasang.", *lines)


def _twice(names: list[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]


def _of_python(machine: Machine, folder: PureWindowsPath) -> bool:
    """Whether a folder is that of the Python in use, or holds it, or lies in it."""
    python = machine.python.executable.parent
    prefix = python.parent if machine.python.virtual else python
    return folder.is_relative_to(prefix) or prefix.is_relative_to(folder)


def _too_wide(machine: Machine, folder: PureWindowsPath) -> bool:
    """Whether a folder holds much besides our books: a drive, or all that the user has."""
    usual = places.usual_folder(machine)
    windows = machine.variable("SystemRoot")
    return (
        folder == PureWindowsPath(folder.anchor)
        or usual.parent.is_relative_to(folder)
        or places.within(folder, windows)
    )


def _steps(machine: Machine, journal: Journal, books: list[Book], folder: PureWindowsPath) -> list[_Step]:
    return [
        _name_python(machine, journal),
        _copy(machine, books, folder),
        _unmark(machine, books, folder),
        _trust(machine, folder),
    ]


def _name_python(machine: Machine, journal: Journal) -> _Step:
    file = settings.user_file(machine)
    python = machine.python.executable
    value = machine.ansi(str(python))
    assert value is not None  # asked before (`letak-python`)
    text = machine.read(file) if machine.is_file(file) else b""
    if settings.found(text, settings.INTERPRETER) == value:
        return _Step(already=[f"Excel memakai Python di {python}."])
    changed, before = settings.with_interpreter(text, value)
    made = [str(path) for path in missing(machine, file.parent)]
    made += [] if machine.is_file(file) else [str(file)]
    old = journal.interpreter
    if old and old.file == str(file):
        made = old.made or made
        if before is not None and settings.found(text, settings.INTERPRETER) == old.value.encode("latin-1"):
            # What stood there before it was ours.
            before = None if old.before is None else old.before.encode("latin-1")
    line = None if before is None else before.decode("latin-1")
    record = Interpreter(str(file), value.decode("latin-1"), line, made)
    return _Step(
        will=f"Menetapkan {python} sebagai Python yang dipakai Excel (di {file}).",
        done=f"Excel memakai Python di {python}.",
        do=lambda changes: changes.write(file, changed),
        journal=lambda journal: replace(journal, interpreter=record),
    )


def _copy(machine: Machine, books: list[Book], folder: PureWindowsPath) -> _Step:
    old = [b for b in books if machine.is_file(folder / b.path.name)]
    new = [b for b in books if b not in old]
    names = ", ".join(book.path.name for book in new)
    made = [str(path) for path in missing(machine, folder)]

    def do(changes: Changes) -> None:
        changes.make_folder(folder)
        for book in new:
            changes.create(folder / book.path.name, machine.read(book.path))

    def note(journal: Journal) -> Journal:
        paths = [str(folder / book.path.name) for book in new]
        return replace(
            journal,
            folder=str(folder),
            folders=list(dict.fromkeys([*journal.folders, *made])),
            books=list(dict.fromkeys([*journal.books, *paths])),
        )

    step = _Step(already=[f"{book.path.name} ada di {folder}; tidak ditimpa." for book in old])
    if new or made:
        step.will = f"Menyalin {names} ke {folder}." if new else f"Membuat folder {folder}."
        step.done = f"Disalin ke {folder}: {names}." if new else f"Folder {folder} dibuat."
        step.do, step.journal = do, note
    return step


def _unmark(machine: Machine, books: list[Book], folder: PureWindowsPath) -> _Step:
    """The copies carry no mark. A book put there by hand may; it is freed if it is the one given here."""
    marked: list[PureWindowsPath] = []
    foreign: list[PureWindowsPath] = []
    for book in books:
        path = folder / book.path.name
        if machine.is_file(path) and from_internet(machine, path):
            same = path == book.path or machine.read(path) == machine.read(book.path)
            (marked if same else foreign).append(path)
    names = ", ".join(path.name for path in marked)

    def do(changes: Changes) -> None:
        for path in marked:
            changes.unmark(path)

    step = _Step(
        advice=[
            f"{path.name} di {folder} ditandai «dari internet» dan isinya lain; tandanya tidak dihapus."
            for path in foreign
        ]
    )
    if marked:
        step.will = f"Menghapus tanda «dari internet» pada {names}, agar Excel tidak memblokir makronya."
        step.done = f"Tanda «dari internet» dihapus pada {names}; Excel tidak lagi memblokir makronya."
        step.do = do
    return step


def _trust(machine: Machine, folder: PureWindowsPath) -> _Step:
    if office.trusts(machine, folder):
        return _Step(already=[f"Excel memercayai folder {folder}."])
    if office.no_trusted_folders(machine) or not office.own_trusted_folders(machine):
        return _Step(advice=[untrusted(machine, folder)])
    key = office.free_location(machine)
    record = Trusted(key, str(folder), missing_keys(machine, key))
    return _Step(
        will=f"Menjadikan {folder} folder tepercaya: makro buku di dalamnya berjalan tanpa ditanyakan.",
        done=f"Excel memercayai folder {folder}: makro buku di dalamnya berjalan tanpa ditanyakan.",
        do=lambda changes: changes.make_key(key, office.location(folder)),
        journal=lambda journal: replace(journal, trusted=[*journal.trusted, record]),
    )


# --- doctor --------------------------------------------------------------------------------------


def doctor(machine: Machine, books: Sequence[str] = ()) -> Examined:
    """Ask everything; of the books given, or else of those that are installed."""
    paths = [machine.absolute(book) for book in books]
    if not paths:
        try:
            journal = load(machine)
        except (UnreadableJournal, OSError):
            journal = Journal()
        paths = macro_books(machine, _folder(machine, journal))
    here = Surroundings(machine, tuple(read_book(machine, path) for path in paths))
    return Examined([(check, answer) for check in CHECKS for answer in check.answers(here)])


# --- uninstall -----------------------------------------------------------------------------------


def uninstall(machine: Machine) -> Outcome:
    """Take back what was installed, as far as it is still ours."""
    changes = Changes(machine)
    lines: list[str] = []
    try:
        journal = load(machine)
        if journal.empty:
            return Outcome(["Lokapom tidak terpasang di Excel; tidak ada yang diubah."])
        with changes:
            if journal.interpreter:
                lines.append(_restore_settings(changes, journal.interpreter))
            lines += [_distrust(changes, record) for record in reversed(journal.trusted)]
            for folder in reversed(journal.folders):
                changes.remove_if_empty(PureWindowsPath(folder))
            save(changes, Journal())
    except UnreadableJournal:
        return _unreadable(machine)
    except OSError as problem:
        return _failed(problem, changes, "Lokapom tetap terpasang seperti sebelumnya.")
    kept = [book for book in journal.books if machine.is_file(PureWindowsPath(book))]
    if kept:
        lines += ["Buku Anda tetap ada:", *(f"  {book}" for book in kept)]
    return Outcome(
        [*lines, "", "Lokapom dilepas dari Excel. Bila Excel sedang terbuka, tutup lalu buka kembali."]
    )


def _restore_settings(changes: Changes, record: Interpreter) -> str:
    machine, file = changes.machine, PureWindowsPath(record.file)
    text = machine.read(file) if machine.is_file(file) else b""
    before = None if record.before is None else record.before.encode("latin-1")
    restored = settings.without_interpreter(text, record.value.encode("latin-1"), before)
    if restored is None:
        return f"Dibiarkan: pengaturan Python di {file} sudah diubah sesudah pemasangan."
    if restored or str(file) not in record.made:
        changes.write(file, restored)
    else:
        changes.delete(file)
        if str(file.parent) in record.made:
            changes.remove_if_empty(file.parent)
    return f"Dikembalikan: pengaturan Python di {file}."


def _distrust(changes: Changes, record: Trusted) -> str:
    machine = changes.machine
    path = value(machine, record.key, "Path")
    ours = path == office.location(PureWindowsPath(record.path))["Path"]
    if not ours or value(machine, record.key, "Description") != office.DESCRIPTION:
        return f"Dibiarkan: {record.path} sudah tidak tercatat sebagai folder tepercaya Lokapom."
    changes.delete_key(record.key)
    for key in reversed([key for key in record.made if key != record.key]):
        if not machine.subkeys(key) and not machine.values(key):
            changes.delete_key(key)
    return f"Dicabut: {record.path} bukan lagi folder tepercaya bagi Excel."
