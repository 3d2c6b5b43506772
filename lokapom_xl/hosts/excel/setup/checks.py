"""The questions of `lokapom-xl excel doctor`, in the order in which they are asked.

Each is a record (name, title, question, what helps) with a small function that looks at the computer; the
help page is made from the records. `needed` ones are asked before anything is installed, and must be answered
well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PureWindowsPath
from typing import Literal

from .. import UDF_MODULE
from . import defender, office, places, settings
from .books import Book, from_internet
from .machine import Machine, value

State = Literal["baik", "catatan", "perlu perhatian", "rusak"]


@dataclass(frozen=True)
class Answer:
    """What was found, and what to do about it."""

    state: State
    found: str
    do: str = ""


@dataclass(frozen=True)
class Check:
    """A question about the computer."""

    name: str
    title: str
    question: str
    mend: str
    needed: bool
    look: Callable[[Surroundings], Iterator[Answer]]

    def answers(self, here: Surroundings) -> list[Answer]:
        """What the computer says; what may not be looked at is an answer as well."""
        try:
            return list(self.look(here))
        except OSError:
            return [
                Answer("perlu perhatian", "Tidak dapat diperiksa: Windows menolak membacanya.", self.mend)
            ]


@dataclass(frozen=True)
class Surroundings:
    """The computer, and the books that are looked at."""

    machine: Machine
    books: tuple[Book, ...] = ()

    @cached_property
    def excel(self) -> office.Excel | None:
        return office.find_excel(self.machine)

    @cached_property
    def named_python(self) -> str:
        """The Python that the settings of xlwings name."""
        return settings.interpreter(self.machine, settings.user_file(self.machine))

    @property
    def good_books(self) -> list[Book]:
        return [book for book in self.books if not book.problem]


CHECKS: list[Check] = []
_Look = Callable[[Surroundings], Iterator[Answer]]


def _check(name: str, title: str, question: str, mend: str, needed: bool = False) -> Callable[[_Look], _Look]:
    def add(look: _Look) -> _Look:
        CHECKS.append(Check(name, title, question, mend, needed, look))
        return look

    return add


def _mend(name: str) -> str:
    return next(check.mend for check in CHECKS if check.name == name)


# --- Python --------------------------------------------------------------------------------------

_NEW_PYTHON = (
    "Pasang Python 3.11 atau lebih baru dari python.org, pilih «Windows installer (64-bit)», untuk Anda "
    "sendiri "
    "(bukan dari Microsoft Store). Pasang lokapom-xl dengan Python itu, lalu ulangi perintah ini."
)


@_check(
    "windows",
    "Windows",
    "Apakah komputer ini memakai Windows?",
    "Pakai komputer dengan Windows 10 atau 11.",
    True,
)
def _windows(here: Surroundings) -> Iterator[Answer]:
    yield Answer("baik", here.machine.system)


@_check("python", "Python", "Apakah Python 64-bit, versi 3.11 atau lebih baru?", _NEW_PYTHON, True)
def _python(here: Surroundings) -> Iterator[Answer]:
    python = here.machine.python
    version = ".".join(map(str, python.version))
    kinds = {"win-amd64": "64-bit", "win32": "32-bit", "win-arm64": "ARM64"}
    kind = kinds.get(python.platform, python.platform)
    good = python.platform == "win-amd64" and python.version >= (3, 11, 0)
    text = f"Python {version} {kind}"
    if good:
        yield Answer("baik", f"{text}.")
    else:
        yield Answer("rusak", f"{text} tidak dapat dipakai oleh Excel.", _NEW_PYTHON)


LONGEST = 259
"""Letters of a path that Windows takes when asked in the old way, as VBA asks."""


@_check(
    "letak-python",
    "Letak Python",
    "Apakah Excel dapat menemukan Python di tempatnya sekarang?",
    "Buat lingkungan Python di folder lokal yang pendek, misalnya: py -m venv C:\\Lokapom\\python. "
    "Pasang lokapom-xl di situ, lalu jalankan C:\\Lokapom\\python\\Scripts\\lokapom-xl excel install.",
    True,
)
def _place_of_python(here: Surroundings) -> Iterator[Answer]:
    machine, path = here.machine, here.machine.python.executable
    problem = ""
    if machine.python.store and not machine.python.virtual:
        problem = "Python dari Microsoft Store menyimpan bagian xlwings di tempat yang tidak ditemukan Excel"
    elif machine.ansi(str(path)) is None:
        problem = "nama foldernya memuat huruf yang tidak dikenal bahasa Windows di komputer ini"
    elif "%" in str(path):
        problem = "nama foldernya memuat tanda %"
    elif len(str(path.parent)) + len("\\xlwings64-00.00.00.dll") > LONGEST:
        problem = "nama foldernya terlalu panjang"
    elif places.shared(machine, path):
        problem = f"letaknya di {places.shared(machine, path)}"
    if problem:
        yield Answer("rusak", f"{path}: {problem}.", _mend("letak-python"))
    else:
        yield Answer("baik", f"{path}.")


@_check(
    "pywin32",
    "Penghubung ke Excel",
    "Apakah paket pywin32, yang menghubungkan Python dengan Excel, terpasang?",
    "Jalankan: python -m pip install pywin32",
    True,
)
def _pywin32(here: Surroundings) -> Iterator[Answer]:
    if here.machine.python.pywin32:
        yield Answer("baik", "pywin32 terpasang.")
    else:
        yield Answer("rusak", "pywin32 tidak terpasang.", _pip(here, "pywin32"))


def _pip(here: Surroundings, what: str) -> str:
    path = str(here.machine.python.executable)
    # PowerShell takes a quoted path for a text; so it is quoted only where it must be.
    quoted = f'"{path}"' if " " in path else path
    return f"Jalankan: {quoted} -m pip install {what}"


@_check(
    "xlwings",
    "xlwings",
    "Apakah versi xlwings sama dengan yang dipakai makro di dalam buku?",
    "Pasang versi yang diminta dengan pip, atau pakai buku dari versi lokapom-xl ini.",
    True,
)
def _xlwings(here: Surroundings) -> Iterator[Answer]:
    python = here.machine.python
    wanted = python.wanted_xlwings
    if not python.xlwings:
        yield Answer(
            "rusak", "xlwings tidak terpasang.", _pip(here, f"xlwings=={wanted}" if wanted else "xlwings")
        )
        return
    if wanted and python.xlwings != wanted:
        found = f"xlwings {python.xlwings} terpasang; lokapom-xl memerlukan {wanted}."
        yield Answer("rusak", found, _pip(here, f"xlwings=={wanted}"))
        return
    for book in here.good_books:
        if book.xlwings != python.xlwings:
            yield Answer(
                "rusak",
                f"{book.path.name} memerlukan xlwings {book.xlwings}; yang terpasang {python.xlwings}.",
                "Pakai buku makro yang disertakan pada versi lokapom-xl ini; pindahkan isian buku lama "
                f'dengan lokapom-xl fill BUKU-BARU --from "{book.path}"',
            )
            return
    books = f", sama dengan {len(here.good_books)} buku" if here.good_books else ""
    yield Answer("baik", f"xlwings {python.xlwings}{books}.")


@_check(
    "dll",
    "Berkas DLL xlwings",
    "Apakah berkas DLL xlwings, yang dimuat Excel, ada di folder Python?",
    "Antivirus kadang memindahkan berkas ini. Minta petugas TI memulihkannya dari karantina dan "
    "mengecualikan folder "
    "Python itu, lalu pasang ulang xlwings.",
    True,
)
def _dll(here: Surroundings) -> Iterator[Answer]:
    python = here.machine.python
    if not python.xlwings:
        return
    # Which of the two is loaded depends on Excel, not on Python: they are separate processes.
    bits = here.excel.bits if here.excel and here.excel.bits else 64
    name = f"xlwings{bits}-{python.xlwings}.dll"
    # The places where the VBA of xlwings looks.
    folders = (python.executable.parent, python.executable.parent.parent)
    found = [folder / name for folder in folders if here.machine.is_file(folder / name)]
    again = _pip(here, f"--force-reinstall --no-deps xlwings=={python.xlwings}")
    # Without a virtual environment pip may have put it where the VBA does not look.
    do = f"{_mend('dll')} {again}" if python.virtual else _mend("letak-python")
    if not found:
        text = f"{name} tidak ada di {folders[0]} maupun {folders[1]}."
        yield Answer("rusak", text, do)
        return
    reason = here.machine.load(found[0]) if bits == 64 and python.platform == "win-amd64" else ""
    if reason:
        yield Answer("rusak", f"{found[0]} ada, tetapi Windows menolak memuatnya: {reason.rstrip('.')}.", do)
    else:
        yield Answer("baik", f"{found[0]}.")


SECONDS = 30
"""A first start reads many files, and a virus scanner looks at each."""

_PROBE = (
    "import json, pythoncom, lokapom_xl, {module}; from importlib.metadata import version; "
    "print(json.dumps([lokapom_xl.__version__, version('xlwings')]))"
)


@_check(
    "pengaturan",
    "Python yang dipakai Excel",
    "Apakah pengaturan xlwings menunjuk Python yang ada dan memuat lokapom-xl versi ini?",
    "Jalankan: lokapom-xl excel install",
)
def _named_python(here: Surroundings) -> Iterator[Answer]:
    machine, file = here.machine, settings.user_file(here.machine)
    mend = _mend("pengaturan")
    if not here.named_python:
        yield Answer("rusak", f"Belum ada Python yang ditetapkan di {file}.", mend)
        return
    path = PureWindowsPath(here.named_python)
    if not machine.is_file(path):
        yield Answer("rusak", f"{file} menunjuk {path}, yang tidak ada.", mend)
        return
    ran = machine.run([str(path), "-B", "-c", _PROBE.format(module=UDF_MODULE)], path.parent, SECONDS)
    last = ran.output.strip().splitlines()[-1:] or [""]
    if ran.code is None:
        text = f"{path} tidak menjawab dalam {SECONDS} detik."
        yield Answer(
            "rusak", text, "Ulangi perintah ini. Bila tetap demikian, tanyakan antivirus kepada petugas TI."
        )
        return
    if ran.code != 0:
        yield Answer("rusak", f"{path} tidak dapat memuat lokapom-xl ({last[0][:200]}).", mend)
        return
    versions = _versions(last[0])
    own = [machine.python.product, machine.python.xlwings]
    if versions != own:
        text = (
            f"{path} memuat lokapom-xl {versions[0]} dengan xlwings {versions[1]}; perintah ini {own[0]} "
            f"dengan {own[1]}."
            if versions
            else f"{path} menjawab lain dari yang diharapkan ({last[0][:200]})."
        )
        yield Answer("rusak", text, mend)
    elif path != machine.python.executable:
        yield Answer("baik", f"{path}: bukan Python perintah ini, tetapi versinya sama.")
    else:
        yield Answer("baik", f"{path} menjawab dengan lokapom-xl {own[0]}.")


def _versions(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return [str(item) for item in found] if isinstance(found, list) and len(found) == 2 else []


# --- Excel ---------------------------------------------------------------------------------------


@_check(
    "excel",
    "Excel",
    "Apakah Excel 2016 atau lebih baru terpasang?",
    "Pasang Excel 2016 atau lebih baru (desktop), atau pakai buku .xlsx dari lokapom-xl new, yang tidak "
    "memerlukan makro.",
)
def _excel(here: Surroundings) -> Iterator[Answer]:
    excel = here.excel
    if excel is None:
        yield Answer("rusak", "Excel tidak ditemukan di komputer ini.", _mend("excel"))
    elif 0 < excel.major < 16:
        yield Answer("rusak", f"Excel versi {excel.major}.0 terlalu lama.", _mend("excel"))
    else:
        bits = f" {excel.bits}-bit" if excel.bits else ""
        yield Answer("baik", f"Excel{bits} {excel.version}".rstrip() + ".")


@_check(
    "makro",
    "Izin makro",
    "Apakah Excel menjalankan makro?",
    "Di Excel: Berkas (File) > Opsi (Options) > Pusat Kepercayaan (Trust Center) > Pengaturan Pusat "
    "Kepercayaan (Trust Center Settings) > Pengaturan Makro (Macro Settings), pilih nonaktifkan makro dengan "
    "pemberitahuan. Bila pilihan itu terkunci, mintalah kepada petugas TI.",
)
def _macros(here: Surroundings) -> Iterator[Answer]:
    machine = here.machine
    if office.vba_is_off(machine):
        text = "Kebijakan instansi mematikan makro (VBA) di semua program Office."
        do = (
            "Minta petugas TI mencabut kebijakan «Disable VBA for Office applications», atau pakai buku "
            ".xlsx tanpa makro."
        )
        yield Answer("rusak", text, do)
        return
    setting, ruled = office.macro_setting(machine)
    by = " (ditetapkan kebijakan instansi)" if ruled else ""
    if setting in (1, 2):
        words = "semua makro berjalan" if setting == 1 else "Excel bertanya dahulu"
        yield Answer("baik", f"{words.capitalize()}{by}.")
        return
    words = (
        "hanya makro bertanda tangan digital yang berjalan"
        if setting == 3
        else "makro dimatikan tanpa pemberitahuan"
    )
    text = f"{words.capitalize()}{by}"
    folder = _folder(here)
    if office.trusts(machine, folder):
        yield Answer("baik", f"{text}; di folder tepercaya {folder} makro tetap berjalan.")
    else:
        do = (
            "Minta petugas TI menjadikan folder buku sebagai lokasi tepercaya (Trusted Location)."
            if ruled
            else _mend("makro")
        )
        yield Answer("rusak", f"{text}.", do)


def _folder(here: Surroundings) -> PureWindowsPath:
    return here.books[0].path.parent if here.books else places.usual_folder(here.machine)


@_check(
    "folder-tepercaya",
    "Folder tepercaya",
    "Apakah Excel memercayai folder buku, sehingga makronya berjalan tanpa ditanyakan?",
    "Jalankan: lokapom-xl excel install. Bila kebijakan instansi melarangnya, minta petugas TI menambahkan "
    "folder itu ke "
    "Lokasi Tepercaya (Trusted Locations).",
)
def _trusted(here: Surroundings) -> Iterator[Answer]:
    for folder in dict.fromkeys(book.path.parent for book in here.books) or [_folder(here)]:
        if office.trusts(here.machine, folder):
            yield Answer("baik", f"{folder}.")
        else:
            yield Answer(
                "perlu perhatian", f"{folder} belum dipercayai Excel.", untrusted(here.machine, folder)
            )


def untrusted(machine: Machine, folder: PureWindowsPath) -> str:
    """What to do when a folder cannot be, or is not yet, a trusted one."""
    ask = f"Minta petugas TI menambahkan {folder} ke Lokasi Tepercaya (Trusted Locations) lewat kebijakan. "
    meanwhile = "Sementara itu, setiap kali buku dibuka pilih «Aktifkan Konten» (Enable Content)."
    if office.no_trusted_folders(machine):
        return f"Semua lokasi tepercaya dimatikan di Excel ini. {ask}{meanwhile}"
    if not office.own_trusted_folders(machine):
        return f"Kebijakan instansi melarang lokasi tepercaya buatan sendiri. {ask}{meanwhile}"
    usual = places.usual_folder(machine)
    if folder == usual:
        return "Jalankan: lokapom-xl excel install"
    return f"Pindahkan bukunya ke {usual}, lalu jalankan: lokapom-xl excel install"


# --- books ---------------------------------------------------------------------------------------


@_check(
    "buku",
    "Buku makro",
    "Apakah buku yang diperiksa buku makro Lokapom, dan pengaturannya utuh?",
    "Pakai buku .xlsm yang disertakan pada lokapom-xl; datanya dapat dipindahkan dengan lokapom-xl fill.",
)
def _books(here: Surroundings) -> Iterator[Answer]:
    if not here.books:
        yield Answer(
            "catatan",
            f"Tidak ada buku makro di {_folder(here)}.",
            "Sebutkan bukunya bila ada di tempat lain: lokapom-xl excel doctor BUKU.xlsm",
        )
    for book in here.books:
        named = book.settings.get(settings.INTERPRETER)
        if book.problem:
            yield Answer("rusak", f"{book.path.name}: {book.problem}.", _mend("buku"))
        elif book.settings.get("UDF MODULES") != UDF_MODULE:
            yield Answer(
                "rusak", f"{book.path.name}: lembar tersembunyi xlwings.conf tidak utuh.", _mend("buku")
            )
        elif named and PureWindowsPath(named) != PureWindowsPath(here.named_python):
            yield Answer(
                "rusak",
                f"{book.path.name}: lembar tersembunyi xlwings.conf menunjuk Python lain ({named}).",
                f"Hapus baris {settings.INTERPRETER} di lembar xlwings.conf buku itu.",
            )
        else:
            yield Answer("baik", f"{book.path.name}.")


@_check(
    "dari-internet",
    "Asal buku",
    "Apakah Windows menandai buku sebagai berkas dari internet, sehingga makronya diblokir?",
    "Klik kanan bukunya di File Explorer, pilih Properti (Properties), centang Buka Blokir (Unblock), lalu "
    "OK. Lakukan "
    "hanya bila Anda tahu asal buku itu.",
)
def _mark(here: Surroundings) -> Iterator[Answer]:
    for book in here.good_books:
        name = book.path.name
        if not from_internet(here.machine, book.path):
            yield Answer("baik", f"{name} tidak ditandai berasal dari internet.")
        elif office.in_trusted_place(here.machine, book.path):
            yield Answer("baik", f"{name} ditandai berasal dari internet, tetapi foldernya tepercaya.")
        else:
            text = f"{name} ditandai Windows sebagai berkas dari internet; Excel memblokir makronya."
            yield Answer("rusak", text, _mend("dari-internet"))


@_check(
    "letak-buku",
    "Letak buku",
    "Apakah buku disimpan di folder lokal yang tetap?",
    "Simpan bukunya di folder lokal, misalnya Documents\\Lokapom, dan bagikan hasilnya sebagai salinan "
    "tanpa makro.",
)
def _place_of_books(here: Surroundings) -> Iterator[Answer]:
    for book in here.good_books:
        place = places.passing(here.machine, book.path) or places.shared(here.machine, book.path)
        if place:
            do = f"Pindahkan bukunya ke {places.usual_folder(here.machine)}."
            yield Answer("perlu perhatian", f"{book.path.name} berada di {place}.", do)
        else:
            yield Answer("baik", f"{book.path}.")


@_check(
    "pengaturan-folder",
    "Pengaturan di folder buku",
    "Apakah ada berkas xlwings.conf di samping buku yang menunjuk Python lain?",
    "Hapus atau ganti nama berkas xlwings.conf di folder buku bila bukan Anda yang memerlukannya.",
)
def _beside(here: Surroundings) -> Iterator[Answer]:
    for folder in dict.fromkeys(book.path.parent for book in here.good_books):
        file = folder / settings.NAME
        other = settings.interpreter(here.machine, file)
        if other and PureWindowsPath(other) != PureWindowsPath(here.named_python):
            text = f"{file} menunjuk Python lain ({other}); Excel mendahulukannya."
            yield Answer("perlu perhatian", text, _mend("pengaturan-folder"))
        elif here.machine.is_file(file):
            yield Answer("baik", f"{file} ada, tetapi tidak menunjuk Python lain.")


# --- protection ----------------------------------------------------------------------------------


def _rule(here: Surroundings, number: str, name: str, effect: str, needs: str) -> Iterator[Answer]:
    ask = f"Tanyakan kepada petugas TI apakah aturan Microsoft Defender «{name}» ({number}) berlaku; {needs}"
    try:
        state = defender.rule(here.machine, number)
    except OSError:
        yield Answer("perlu perhatian", "Aturan Microsoft Defender tidak dapat dibaca di komputer ini.", ask)
        return
    if state == defender.BLOCK:
        text = f"Aturan Microsoft Defender berlaku: {effect}, kecuali petugas TI sudah memberi pengecualian."
        yield Answer(
            "rusak", text, f"Minta kepada petugas TI pengecualian dari aturan «{name}» ({number}); {needs}"
        )
    elif state == defender.WARN:
        text = "Aturan Microsoft Defender berlaku sebagai peringatan: Windows bertanya dahulu."
        yield Answer("perlu perhatian", text, "Pilih «Buka blokir» (Unblock) pada pemberitahuan Windows.")
    else:
        words = "Dicatat saja, tidak dihalangi" if state == defender.AUDIT else "Tidak dihalangi"
        yield Answer("baik", f"{words} oleh aturan Microsoft Defender.")


@_check(
    "aturan-proses",
    "Excel menjalankan Python",
    "Apakah aturan Microsoft Defender melarang Excel menjalankan program lain?",
    f"Minta petugas TI memeriksa aturan «{defender.CHILD_PROCESS_NAME}» ({defender.CHILD_PROCESS}).",
)
def _child_processes(here: Surroundings) -> Iterator[Answer]:
    needs = "Excel perlu menjalankan cmd.exe dan python.exe untuk fungsi Lokapom."
    effect = "Excel dilarang menjalankan Python"
    yield from _rule(here, defender.CHILD_PROCESS, defender.CHILD_PROCESS_NAME, effect, needs)


@_check(
    "aturan-win32",
    "Makro memanggil Windows",
    "Apakah aturan Microsoft Defender melarang makro memanggil fungsi Windows?",
    f"Minta petugas TI memeriksa aturan «{defender.WIN32_CALLS_NAME}» ({defender.WIN32_CALLS}).",
)
def _win32_calls(here: Surroundings) -> Iterator[Answer]:
    needs = "makro xlwings di dalam buku memuat sebuah DLL dari folder Python."
    effect = "makro dilarang memanggil fungsi Windows"
    yield from _rule(here, defender.WIN32_CALLS, defender.WIN32_CALLS_NAME, effect, needs)


@_check(
    "antivirus",
    "Antivirus",
    "Apakah antivirus lain menghalangi Excel, Python, atau berkas DLL?",
    "Bila fungsi tetap tidak berjalan meskipun semua butir baik, tanyakan kepada petugas TI: apakah "
    "antivirus "
    "mengarantina berkas xlwings64-*.dll, atau menghalangi Excel menjalankan cmd.exe dan python.exe?",
)
def _antivirus(here: Surroundings) -> Iterator[Answer]:
    yield Answer("catatan", "Tidak dapat diperiksa dari sini.", _mend("antivirus"))


@_check(
    "penulisan",
    "Cara mengetik rumus",
    "Apa pemisah argumen dan tanda desimal di Excel ini?",
    "Ketik rumus menurut pengaturan wilayah Windows; isi berkas tidak berubah karenanya.",
)
def _locale(here: Surroundings) -> Iterator[Answer]:
    key = r"HKCU\Control Panel\International"
    separator, decimal = (str(value(here.machine, key, name) or "") for name in ("sList", "sDecimal"))
    if separator and decimal:
        example = f"=CAPAIAN(91{decimal}5{separator}92{decimal}24)"
        yield Answer("catatan", f"Argumen dipisah «{separator}», desimal «{decimal}», misalnya {example}.")
