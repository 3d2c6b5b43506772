"""A book that is open in Excel: copies of it to read, edits in its cells, and what Excel can ask a person.

What xlwings has is used through xlwings. `.api` is Excel's own object model; it is used here alone, each
time in a function of its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlwings as xw

from ...numbers import CellError, Scalar
from ...workbook.address import Position, a1, box, inside
from ...workbook.errors import BookError
from ...workbook.read import Book
from ...workbook.write import Edit, Formula, Put

TITLE = "Lokapom"

# --- what a person sees --------------------------------------------------------------------------


def tell(app: xw.App, text: str, mode: str = "info") -> None:
    """A message with one button; `mode` is `info` or `critical`."""
    app.alert(text, TITLE, "ok", mode)


def ask(app: xw.App, text: str, buttons: str) -> str:
    """The button that was pressed: `yes`, `no` or `cancel`."""
    return str(app.alert(text, TITLE, buttons, "info"))


@contextmanager
def progress(app: xw.App, steps: int) -> Iterator[Callable[[str], None]]:
    """Gives a function that names the step at hand in the status bar, which is Excel's again at the end."""
    done = 0

    def step(text: str) -> None:
        nonlocal done
        done += 1
        app.status_bar = f"{TITLE}: {text} ... {done}/{steps}"

    try:
        yield step
    finally:
        app.status_bar = False


@contextmanager
def quiet(app: xw.App) -> Iterator[None]:
    """No redrawing, no macros of others and no calculation while cells are written."""
    with ExitStack() as stack:
        # One by one: a setting that cannot be put back keeps no other from being put back.
        stack.enter_context(app.properties(screen_updating=False))
        stack.enter_context(app.properties(enable_events=False))
        stack.enter_context(app.properties(calculation="manual"))
        yield


# --- dialogs -------------------------------------------------------------------------------------


def ask_files(app: xw.App, title: str) -> list[Path]:
    """The files that a person chooses; none when the dialog is cancelled."""
    # xlwings has no file dialogs. False, or the paths.
    kinds = "Data dan buku kerja (*.csv;*.json;*.xlsx;*.xlsm),*.csv;*.json;*.xlsx;*.xlsm"
    found = app.api.GetOpenFilename(FileFilter=kinds, Title=title, MultiSelect=True)
    return [Path(name) for name in found] if isinstance(found, (list, tuple)) else []


def ask_target(app: xw.App, proposal: Path) -> Path | None:
    """Where a person wants a new workbook; None when the dialog is cancelled."""
    # xlwings has no file dialogs. False, or the path.
    kinds = "Buku kerja Excel (*.xlsx),*.xlsx"
    found = app.api.GetSaveAsFilename(str(proposal), kinds, 1, f"{TITLE}: simpan salinan")
    return Path(found) if isinstance(found, str) else None


def ask_text(app: xw.App, prompt: str) -> str | None:
    """What a person types; None when the dialog is cancelled."""
    # xlwings has no such dialog. False, or the text.
    found = app.api.InputBox(prompt, TITLE)
    return found if isinstance(found, str) else None


# --- reading -------------------------------------------------------------------------------------


@contextmanager
def snapshot(book: xw.Book) -> Iterator[Path]:
    """A file with what is in the open book now, saved or not, under the book's name.

    Whatever reads files reads the open book through it; the book itself is neither saved nor changed.
    """
    with tempfile.TemporaryDirectory(prefix="lokapom-", ignore_cleanup_errors=True) as folder:
        name = book.name
        if not Path(name).suffix.lower().startswith(".xl"):  # never saved
            name += ".xlsm" if _has_macros(book) else ".xlsx"
        path = Path(folder) / name
        with book.app.properties(enable_events=False):
            _save_copy(book, path)
        yield path


def _save_copy(book: xw.Book, path: Path) -> None:
    # xlwings can only save a book under another name, which the open book then has.
    book.api.SaveCopyAs(str(path))


def _has_macros(book: xw.Book) -> bool:
    # What decides the kind of file that Excel writes; xlwings does not say it.
    return bool(book.api.HasVBProject)


def is_visible(sheet: xw.Sheet) -> bool:
    """Whether a sheet is shown. Excel has two kinds of hidden ones, of which one is no false value."""
    return sheet.visible in (True, -1)


def names(book: xw.Book) -> set[str]:
    """The names of the sheets."""
    return {sheet.name for sheet in book.sheets}


def activate(sheet: xw.Sheet) -> None:
    """Show a sheet."""
    # xlwings would activate Excel, too, and fail when another Excel is in front.
    sheet.api.Activate()


# --- calculation ---------------------------------------------------------------------------------


def calculate(app: xw.App) -> None:
    """Let Excel calculate every formula of every open book."""
    # `app.calculate()` leaves out what Excel thinks is up to date.
    app.api.CalculateFull()


# --- protection ----------------------------------------------------------------------------------

_ALLOWED = (
    "AllowFormattingCells",
    "AllowFormattingColumns",
    "AllowFormattingRows",
    "AllowInsertingColumns",
    "AllowInsertingRows",
    "AllowInsertingHyperlinks",
    "AllowDeletingColumns",
    "AllowDeletingRows",
    "AllowSorting",
    "AllowFiltering",
    "AllowUsingPivotTables",
)
"""What a protected sheet may allow, in the order in which `Worksheet.Protect` takes it."""

_NO_PASSWORD = ""


@contextmanager
def unlocked(sheets: Iterable[xw.Sheet]) -> Iterator[None]:
    """The sheets without their protection, which they have again at the end just as it was.

    `BookError`, with everything as before, when one has a password.
    """
    with ExitStack() as stack:
        for sheet in sheets:
            options = _lift(sheet)
            if options is not None:
                stack.callback(_protect, sheet, *options)
        yield


_Options = tuple[tuple[bool, ...], int]


def _lift(sheet: xw.Sheet) -> _Options | None:
    """Lift the protection of a sheet; what it was, None when there was none."""
    api = sheet.api  # xlwings knows nothing of protection
    kinds = (api.ProtectDrawingObjects, api.ProtectContents, api.ProtectScenarios)
    if not any(kinds):
        return None
    allowed = api.Protection
    options = (*kinds, api.ProtectionMode, *(getattr(allowed, name) for name in _ALLOWED))
    selection = api.EnableSelection
    _lift_or_refuse(api, f"{sheet.book.name}: lembar {sheet.name}")
    return tuple(bool(option) for option in options), selection


def _protect(sheet: xw.Sheet, options: tuple[bool, ...], selection: int) -> None:
    sheet.api.Protect(_NO_PASSWORD, *options)
    sheet.api.EnableSelection = selection


@contextmanager
def unlocked_structure(book: xw.Book) -> Iterator[None]:
    """The book without the protection that keeps sheets from being added or removed."""
    api = book.api  # xlwings knows nothing of protection
    structure, windows = bool(api.ProtectStructure), bool(api.ProtectWindows)
    if structure or windows:
        _lift_or_refuse(api, f"{book.name}: susunan lembar")
    try:
        yield
    finally:
        if structure or windows:
            api.Protect(_NO_PASSWORD, structure, windows)


def _lift_or_refuse(api: Any, what: str) -> None:
    try:
        api.Unprotect(_NO_PASSWORD)
    except Exception:  # Excel's error has no class that exists without Excel
        raise BookError(
            "TULIS22",
            f"{what} dilindungi dengan kata sandi, sehingga tidak dapat diubah.",
            "Buka perlindungannya di tab Tinjau (Review), lalu ulangi.",
        ) from None


# --- writing -------------------------------------------------------------------------------------

LiveEdits = Mapping[str, Mapping[Position, Edit]]


def at_first_cells(edits: LiveEdits, content: Book) -> dict[str, dict[Position, Edit]]:
    """The edits at the first cells of merged areas, the only ones that can be written."""
    placed: dict[str, dict[Position, Edit]] = {}
    for sheet, cells in edits.items():
        merges = [box(area) for area in content.sheets[sheet].merges]
        placed[sheet] = {
            next((area[:2] for area in merges if inside(*place, area)), place): edit
            for place, edit in cells.items()
        }
    return placed


def write(book: xw.Book, edits: LiveEdits) -> None:
    """Put contents and formulas into cells. Stored results are left out: Excel makes its own."""
    for name, cells in edits.items():
        sheet = book.sheets[name]
        wanted = {place: _entered(edit) for place, edit in cells.items() if isinstance(edit, (Put, Formula))}
        for block in blocks(wanted):
            rows = [[wanted[place] for place in row] for row in block]
            sheet.range(block[0][0], block[-1][-1]).value = rows


def _entered(edit: Put | Formula) -> float | str | bool | None:
    """A value as it is handed to Excel, which reads texts as if they were typed."""
    if isinstance(edit, Formula):
        return f"={edit.text}"
    value = edit.value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, CellError):
        return f"={value.code}"
    if isinstance(value, str):
        return text_entry(value)
    return value


def text_entry(text: str) -> str:
    """A text as it is handed to Excel so that it stays one: not a formula, a number, a date or a truth."""
    plain = text[:1].isalpha() and not any(c.isdigit() for c in text) and text.upper() not in _TRUTHS
    return text if plain or not text else f"'{text}"


_TRUTHS = ("TRUE", "FALSE", "BENAR", "SALAH")


def blocks(cells: Iterable[Position]) -> list[list[list[Position]]]:
    """Cells as blocks of rows that can be written in one go: neighbours in one column, else in one row."""
    left = set(cells)
    found: list[list[list[Position]]] = []
    for place in sorted(left):
        if place not in left:
            continue
        column = _run(place, left, (1, 0))
        row = _run(place, left, (0, 1))
        found.append([row] if len(row) > len(column) else [[cell] for cell in column])
        left -= {cell for line in found[-1] for cell in line}
    return found


def _run(place: Position, cells: set[Position], step: Position) -> list[Position]:
    run = [place]
    while (following := (run[-1][0] + step[0], run[-1][1] + step[1])) in cells:
        run.append(following)
    return run


def areas(cells: Iterable[Position]) -> list[str]:
    """Cells as areas: `B2`, `C3:C7`."""
    ends = [(block[0][0], block[-1][-1]) for block in blocks(cells)]
    return [a1(*first) if first == last else f"{a1(*first)}:{a1(*last)}" for first, last in ends]


def not_written(edits: LiveEdits, content: Book) -> list[str]:
    """The cells of which a copy that was read after the writing does not hold what was asked for."""
    return [
        f"{sheet}!{a1(*place)}"
        for sheet, cells in edits.items()
        for place, edit in cells.items()
        if isinstance(edit, Put) and not _holds(content, sheet, place, edit.value)
    ]


def _holds(content: Book, sheet: str, place: Position, value: Scalar) -> bool:
    cell = content.sheets[sheet].cells.get(place)
    found = cell.value if cell is not None else None
    if isinstance(value, Decimal) and isinstance(found, Decimal):
        return float(value) == float(found)
    return (found or None) == (value or None) if isinstance(value, str) else found == value
