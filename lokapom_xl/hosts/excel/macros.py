"""The buttons of a macro book: each a function of the book that is open in Excel.

A button does what the command of the same name does to a file: it reads a copy of the open book with the
same code, and what it changes is noted in the same journal. It changes cells through Excel and leaves
calculating and saving to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import xlwings as xw

from ...actions.compute import open_sound_view
from ...actions.fill import Change, FillReport, needs_month, plan
from ...actions.freeze import SUFFIX, freeze
from ...actions.validate import check_books
from ...numbers import show
from ...report.marked import summary
from ...workbook.errors import BookError
from ...workbook.layout import GUIDE_SHEET
from ...workbook.locate import BookView, open_view, read_month
from ...workbook.read import read_book
from . import live, taking_back
from .buttons import button
from .changes import entries, mark, write
from .folders import folder_of, histories_of, log_failure
from .live import TITLE, ask, progress, snapshot, tell
from .marks import Marks, Standing, wanted
from .results import Comparison, compare, listed

_CAN_UNDO = "Tombol Batalkan mengembalikannya."
_NOTHING_DONE = "Tidak ada yang diubah."


def run(name: str) -> None:
    """Do what the button `name` says to the book whose button was pressed. No failure of it leaves here."""
    book = xw.Book.caller()
    caption = button(name).caption
    try:
        MACROS[name](book)
    except BookError as problem:
        sentences = filter(None, (problem.message, problem.remedy))
        tell(book.app, "\n\n".join([*sentences, f"({problem.code})"]), "critical")
    except OSError as problem:
        name = problem.filename or "Berkas"
        tell(book.app, f"{name} tidak dapat dibaca atau ditulis. Periksa nama dan izinnya.", "critical")
    except Exception:
        log = log_failure(name)
        where = f" Rinciannya tercatat di {log}; kirimkan berkas itu kepada pengelola." if log else ""
        tell(
            book.app,
            f"Tombol {caption} berhenti karena kesalahan yang tidak terduga.{where}\n\n"
            "Bila sebagian buku sudah berubah, tombol Batalkan mengembalikannya.",
            "critical",
        )


# --- Isi -----------------------------------------------------------------------------------------


def isi(book: xw.Book) -> None:
    """Fill the entry cells from files or from another open book."""
    app = book.app
    with ExitStack() as stack:
        step = stack.enter_context(progress(app, 4))
        step("membaca buku")
        copy = stack.enter_context(snapshot(book))
        view = open_sound_view(copy)
        sources = _sources(book, stack)
        month = _month(app, view, sources) if sources else None
        if month is None:
            return
        step("membaca sumber")
        report, edits = plan(view, sources, month, "overwrite")
        typed = [change for change in report.changes if change.overwrites]
        answer = _ask_overwriting(app, typed) if typed else "yes"
        if answer == "cancel":
            tell(app, _NOTHING_DONE)
            return
        if answer == "no":
            report, edits = plan(view, sources, month, "keep")
        said = list(_about_sources(report))
        if not report.changes:
            tell(app, "\n\n".join([*said, _NOTHING_DONE]))
            return
        filled = live.at_first_cells(entries(edits), view.book)
        step("mengisi sel")
        write(book, "fill", copy, filled)
        step("menghitung")
        live.calculate(app)
        said += _outcome(book, filled)
    tell(app, "\n\n".join([*said, _CAN_UNDO]))


def _sources(book: xw.Book, stack: ExitStack) -> list[Path]:
    """A copy of the other open book that a person wants, else the files that he chooses."""
    for other in book.app.books:
        if other.name == book.name or "JENIS_BUKU" not in other.names:
            continue
        answer = ask(book.app, f"Isi dari buku yang terbuka {other.name}?", "yes_no_cancel")
        if answer == "yes":
            return [stack.enter_context(snapshot(other))]
        if answer == "cancel":
            return []
    return live.ask_files(book.app, f"{TITLE}: pilih sumber data (boleh lebih dari satu)")


def _month(app: xw.App, view: BookView, sources: Sequence[Path]) -> int | None:
    """The month of monitoring data that do not name it, 0 for all other data; None when cancelled."""
    if not needs_month(view, sources):
        return 0
    prompt = "Data pemantauan bulan apa? Tulis 1 sampai 12, atau nama bulannya."
    while (text := live.ask_text(app, prompt)) is not None:
        month = read_month(text)
        if month:
            return month
        prompt = f"“{text[:30]}” bukan bulan. Tulis 1 sampai 12, atau nama bulannya, misalnya September."
    return None


def _ask_overwriting(app: xw.App, typed: Sequence[Change]) -> str:
    lines = [f"{len(typed)} sel sudah berisi nilai lain:"]
    lines += [
        f"{change.sheet}!{change.cell}: {show(change.old)} → {show(change.new)}" for change in typed[:5]
    ]
    if len(typed) > 5:
        lines.append(f"dan {len(typed) - 5} sel lainnya")
    lines += ["", "Ya = timpa dengan nilai baru", "Tidak = isi sel yang kosong saja"]
    return ask(app, "\n".join([*lines, "Batal = tidak mengubah apa pun"]), "yes_no_cancel")


def _about_sources(report: FillReport) -> Iterator[str]:
    same = f"{report.unchanged} sudah sama."
    if report.changes:
        sheets = ", ".join(dict.fromkeys(change.sheet for change in report.changes))
        yield f"{len(report.changes)} sel diisi di lembar {sheets}; {same}"
    else:
        yield f"Tidak ada sel yang perlu diisi; {same}"
    if report.kept:
        yield f"{len(report.kept)} sel yang sudah berisi dibiarkan: {listed(report.kept)}."
    if report.ignored:
        yield f"Kolom tidak dikenal, dilewati: {listed(report.ignored)}."


def _outcome(book: xw.Book, filled: live.LiveEdits) -> Iterator[str]:
    """What Excel made of what was written, read from the book as it is now."""
    with snapshot(book) as copy:
        missing = live.not_written(filled, read_book(copy))
        if missing:
            yield f"Tidak menerima nilai yang diminta: {listed(missing)}."
        try:
            yield from compare(open_sound_view(copy)).sentences()
        except BookError as problem:
            yield f"Hasil hitungan tidak dapat dibandingkan: {problem}"


# --- Hitung --------------------------------------------------------------------------------------


def hitung(book: xw.Book) -> None:
    """Let Excel calculate everything, and compare with the rules."""
    with progress(book.app, 3) as step:
        step("menghitung")
        manual = book.app.calculation != "automatic"
        book.app.calculation = "automatic"
        live.calculate(book.app)
        step("membaca buku")
        with snapshot(book) as copy:
            view = open_sound_view(copy)
            step("membandingkan")
            said = list(_about_results(compare(view)))
    if manual:
        said.append("Penghitungan otomatis dinyalakan kembali.")
    tell(book.app, "\n\n".join(said))


def _about_results(found: Comparison) -> Iterator[str]:
    yield f"{found.computed} sel rumus dihitung dan dibandingkan dengan aturan."
    said = list(found.sentences())
    yield from said or ["Semua hasil Excel sesuai aturan."]


# --- Validasi, Hapus Tanda -----------------------------------------------------------------------


def validasi(book: xw.Book) -> None:
    """Check the book; mark what was found, and list it on a sheet."""
    with progress(book.app, 3) as step:
        step("membaca buku")
        with snapshot(book) as copy:
            standing = Standing(copy)
        open_view(standing.book)  # of another book nothing can be said, and nothing is marked in it
        step("memeriksa")
        result = check_books([standing.book], [book.name])
        new = wanted(result, standing, f"{datetime.now():%d-%m-%Y %H.%M}")
        step("memberi tanda")
        mark(book, taking_back.MARK, standing, new)
    where = f"Hasilnya ada di lembar {new.sheet}. Tombol Hapus Tanda menghapus semua tanda."
    tell(book.app, "\n\n".join([f"{result.verdict}: {book.name}", summary(result), where, _CAN_UNDO]))


def hapus_tanda(book: xw.Book) -> None:
    """Remove what `validasi` put into the book, and nothing else."""
    with progress(book.app, 2) as step:
        step("membaca buku")
        with snapshot(book) as copy:
            standing = Standing(copy)
        old = standing.marks
        if old:
            step("menghapus tanda")
            mark(book, taking_back.UNMARK, standing, Marks())
    if not old:
        tell(book.app, "Tidak ada tanda hasil Validasi di buku ini.")
        return
    cells = sum(len(places) for levels in old.colours.values() for places in levels.values())
    what = f"warna {cells} sel, {sum(map(len, old.notes.values()))} catatan"
    if old.sheet:
        what += f", dan lembar {old.sheet}"
    tell(book.app, f"Dihapus: {what}. {_CAN_UNDO}")


# --- Batalkan ------------------------------------------------------------------------------------


def batalkan(book: xw.Book) -> None:
    """Take back the last button, or command, that changed the book."""
    with ExitStack() as stack:
        step = stack.enter_context(progress(book.app, 3))
        step("membaca buku")
        copy = stack.enter_context(snapshot(book))
        standing = Standing(copy)
        history, record = taking_back.last_change(histories_of(book), standing)
        if history is None or record is None:
            raise BookError(
                "TULIS20",
                f"{book.name}: tidak ada pekerjaan tombol Lokapom yang dapat dibatalkan.",
                "Perubahan lain dibatalkan dengan Urungkan (Undo) di Excel.",
            )
        edits, kept = ({}, []) if record.marks is not None else taking_back.planned(record, standing)
        back = _what_comes_back(record.marks, sum(map(len, edits.values())))
        left = [f"Sudah diubah sesudahnya, dibiarkan: {listed(kept)}."] if kept else []
        question = f"Batalkan {taking_back.named(record)}? Akibatnya: {back}."
        if ask(book.app, "\n\n".join([question, *left]), "yes_no") != "yes":
            return
        said = [f"Dibatalkan: {taking_back.named(record)}. Hasilnya: {back}.", *left]
        step("membatalkan")
        if record.marks is not None:
            taking_back.take_back_marks(book, history, record, standing)
        else:
            taking_back.take_back_cells(book, history, record, copy, edits)
            step("menghitung")
            live.calculate(book.app)
            said += _outcome(book, edits)
    tell(book.app, "\n\n".join(said))


def _what_comes_back(marks: dict[str, object] | None, cells: int) -> str:
    if marks is None:
        return f"{cells} sel kembali seperti sebelumnya"
    return "tanda sebelumnya muncul kembali" if any(marks.values()) else "tanda Validasi dihapus"


# --- Bekukan, Panduan ----------------------------------------------------------------------------


def bekukan(book: xw.Book) -> None:
    """Save a copy with values only, to be handed in."""
    app = book.app
    with progress(app, 2) as step, ExitStack() as stack:
        step("membaca buku")
        copy = stack.enter_context(snapshot(book))
        if Standing(copy).marks:
            question = "Buku ini memuat tanda hasil Validasi, yang ikut masuk ke salinan. Lanjutkan?"
            if ask(app, question, "yes_no") != "yes":
                return
        proposal = (folder_of(book) or Path()) / f"{Path(book.name).stem}{SUFFIX}.xlsx"
        target = live.ask_target(app, proposal)
        if target is None:
            return
        step("membekukan")
        report = freeze(copy, target)
    said = [f"{report.formulas} rumus menjadi nilai. Disimpan: {report.path}", f"SHA-256: {report.sha256}"]
    tell(app, "\n\n".join([*said, "Buku yang terbuka tidak berubah."]))


def panduan(book: xw.Book) -> None:
    """Show the sheet with the guide."""
    for sheet in book.sheets:
        if sheet.name == GUIDE_SHEET and live.is_visible(sheet):
            live.activate(sheet)
            return
    tell(
        book.app,
        f"Buku ini tidak memuat lembar {GUIDE_SHEET}. Penjelasan setiap fungsi, pemeriksaan, dan aturan: "
        "jalankan lokapom-xl explain di Command Prompt.",
    )


MACROS: dict[str, Callable[[xw.Book], None]] = {
    macro.__name__: macro for macro in (isi, hitung, validasi, hapus_tanda, batalkan, bekukan, panduan)
}
"""By the names of `BUTTONS`."""
