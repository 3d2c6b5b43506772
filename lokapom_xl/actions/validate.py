"""Check workbooks and say what contradicts a rule, a stored value or a second statement of a fact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ..checks import BOOK_CHECKS, LAST_CHECKS, SET_CHECKS, Context, unreadable
from ..model import Finding
from ..report import messages
from ..report.result import Validation
from ..workbook.address import parse_a1
from ..workbook.errors import BookError
from ..workbook.evaluate import Evaluator
from ..workbook.frozen import thawed
from ..workbook.layout import INDICATOR
from ..workbook.locate import open_view
from ..workbook.read import Book, read_book

_LEVEL_ORDER = {"galat": 0, "peringatan": 1, "info": 2}


def validate(paths: Sequence[Path | str] | Path | str) -> Validation:
    """Validate the books together; an unreadable one is a finding, not an error."""
    files = [Path(paths)] if isinstance(paths, (str, Path)) else [Path(path) for path in paths]
    names = _short_names(files)
    books: list[Book | BookError] = []
    for path in files:
        try:
            books.append(read_book(path))
        except BookError as problem:
            books.append(problem)
    return check_books(books, names)


def check_books(books: Sequence[Book | BookError], names: Sequence[str]) -> Validation:
    """Validate books that are already read; an error stands for a book that could not be."""
    result = Validation(files=list(names))
    contexts: list[Context] = []
    cells = 0
    indicators: set[str] = set()
    for book, name in zip(books, names, strict=True):
        try:
            if isinstance(book, BookError):
                raise book
            view = open_view(thawed(book))
        except BookError as problem:
            result.findings.append(unreadable(problem, name))
            continue
        context = Context(view, Evaluator(view), name)
        for check in BOOK_CHECKS:
            check.run(context)
        contexts.append(context)
        located = [key for _, _, key in view.located()]
        cells += len(located)
        indicators |= {
            key.row.partition("@")[0]
            for key in located
            if context.evaluator.kind(key.row) == INDICATOR and not key.row.isdigit()
        }
    # The plan comes before what is measured against it, whatever the order of the files.
    in_order = sorted(contexts, key=lambda c: not c.view.layout.kind.startswith("rapk"))
    for check in SET_CHECKS:
        check.run(in_order)
    for context in contexts:
        for check in LAST_CHECKS:
            check.run(context)
    for context in contexts:
        result.findings += sorted(context.findings, key=_order(context))
    messages.phrase(result.findings)
    result.checked = {
        "buku": len(contexts),
        "lembar": sum(len(c.view.positions.tables) for c in contexts),
        "indikator": len(indicators),
        "sel": cells,
    }
    return result


def _order(context: Context) -> Callable[[Finding], tuple[object, ...]]:
    sheets = {name: i for i, name in enumerate(context.view.book.sheets)}

    def key(finding: Finding) -> tuple[object, ...]:
        place = parse_a1(finding.origin.cell) or (0, 0)
        return (sheets.get(finding.origin.sheet, -1), place, _LEVEL_ORDER[finding.level], finding.code)

    return key


def _short_names(paths: Sequence[Path]) -> list[str]:
    """File names, with as much of the folder as makes them different from each other."""
    names = [path.name or str(path.resolve()) for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]
