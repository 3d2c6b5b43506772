"""Check workbooks and say what contradicts a rule, a stored value or a second statement of a fact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from .. import __version__, regulations
from ..checks import BOOK_CHECKS, LAST_CHECKS, SET_CHECKS, Context, Runner, unreadable
from ..checks.causes import attach, without_repeats
from ..checks.running import not_run
from ..checks.selection import Selection
from ..model import Finding
from ..registry import CHECKS, LEVELS
from ..report import messages
from ..report.diff import compare, read_earlier
from ..report.result import Validation
from ..workbook.address import parse_a1
from ..workbook.csv_book import is_csv, read_csv_book
from ..workbook.errors import BookError
from ..workbook.evaluate import Evaluator
from ..workbook.frozen import thawed
from ..workbook.read import Book, read_book
from ..workbook.recognise import Corrections, open_any
from ..workbook.recognise.mapping import read as read_mapping
from .together import groups


def validate(
    paths: Sequence[Path | str] | Path | str,
    selection: Selection | None = None,
    strict: bool = False,
    earlier: Path | str | None = None,
    year: int = 0,
    mapping: Path | str | None = None,
    begin: Callable[[str], object] | None = None,
) -> Validation:
    """Validate the books, those of one office and year together; an unreadable one is a finding, no error.

    A book may also be a workbook that this product did not make, a CSV file or a folder of them: its tables
    are recognised, `year` and the file `mapping` telling what cannot be.

    Only the checks of the `selection` report; with `strict` a warning is a fault, too. `earlier` is a json
    report to compare with. `begin` is told the name of each book before it is looked at.
    """
    files = [Path(paths)] if isinstance(paths, (str, Path)) else [Path(path) for path in paths]
    before = read_earlier(Path(earlier)) if earlier is not None else None
    told = read_mapping(Path(mapping)) if mapping is not None else None
    names = _short_names(files)
    result = check_books(_reading(files, names, begin), names, selection, strict, year, told)
    if before is not None:
        result.difference = compare(before, result.findings, result.files, result.left_out, __version__)
    return result


def _reading(
    files: Sequence[Path], names: Sequence[str], begin: Callable[[str], object] | None
) -> Iterator[Book | BookError]:
    """The books, one after the other; an error stands for one that cannot be read."""
    for path, name in zip(files, names, strict=True):
        if begin is not None:
            begin(name)
        try:
            yield read_csv_book(path) if is_csv(path) else read_book(path)
        except BookError as problem:
            yield problem


def check_books(
    books: Iterable[Book | BookError],
    names: Sequence[str],
    selection: Selection | None = None,
    strict: bool = False,
    year: int = 0,
    told: Corrections | None = None,
) -> Validation:
    """Validate books that are already read; an error stands for a book that could not be."""
    result = Validation(files=list(names), strict=strict)
    runner = Runner()
    cells = 0
    indicators: set[str] = set()
    for book, name in zip(books, names, strict=True):
        try:
            if isinstance(book, BookError):
                raise book
            view = open_any(thawed(book), year, told)
        except BookError as problem:
            result.findings.append(unreadable(problem, name))
            continue
        context = Context(view, Evaluator(view), name)
        for check in BOOK_CHECKS:
            runner.on_book(check, context)
        result.contexts.append(context)
        located = [key for _, _, key in view.located()]
        cells += len(located)
        known = {indicator.slug for indicator in regulations.indicators(view.rule_year)}
        indicators |= known & {key.row.partition("@")[0] for key in located}
    compared = groups(result.contexts)
    for group in compared:
        _check_together(group, runner)
    result.findings += runner.findings()
    for context in result.contexts:
        context.findings = without_repeats([f for f in context.findings if _is_about(f, context)])
        attach(context)
        result.findings += sorted(context.findings, key=_order(context))
    messages.phrase(result.findings)
    if selection is not None:
        _leave_out(result, selection)
    result.checked = {
        "buku": len(result.contexts),
        "lembar": sum(len(c.view.positions.tables) for c in result.contexts),
        "indikator": len(indicators),
        "sel": cells,
    }
    if len(compared) > 1:
        result.checked["kelompok buku"] = len(compared)
    return result


def _check_together(group: Sequence[Context], runner: Runner) -> None:
    """The checks that compare books, and those that come last."""
    # The plan comes before what is measured against it, whatever the order of the files.
    in_order = sorted(group, key=lambda c: not c.view.layout.kind.startswith("rapk"))
    for check in SET_CHECKS:
        runner.on_set(check, in_order)
    for context in group:
        context.beside = [other for other in group if other is not context]
    # What the sentences of a report repeat of another book is judged after that book.
    for context in reversed(in_order):
        for check in LAST_CHECKS:
            runner.on_book(check, context)


def _is_about(finding: Finding, context: Context) -> bool:
    """Whether the check of a finding covers the year; one may be made by another check's work."""
    check = CHECKS.get(finding.code)
    return check is None or check.covers(context.view.rule_year)


def _leave_out(result: Validation, selection: Selection) -> None:
    """Drop what does not report. All checks have run, so that a consequence is none the less one.

    A consequence stays with its cause, whatever its own code.
    """
    causes = {f.id for f in result.findings if f.caused_by is None and _reports(f, selection)}
    kept = [f for f in result.findings if _reports(f, selection) or not causes.isdisjoint(f.roots)]
    dropped = Counter(f.code for f in result.findings if f.caused_by is None and f.id not in causes)
    result.findings = kept
    result.left_out = selection.left_out
    result.withheld = dict(sorted(dropped.items()))


def _reports(finding: Finding, selection: Selection) -> bool:
    """A check that could not run is spoken of when it was asked for."""
    code = finding.written.partition(" ")[0] if finding.code == not_run.code else finding.code
    return code in selection


def _order(context: Context) -> Callable[[Finding], tuple[object, ...]]:
    sheets = {name: i for i, name in enumerate(context.view.book.sheets)}

    def key(finding: Finding) -> tuple[object, ...]:
        place = parse_a1(finding.origin.cell) or (0, 0)
        return (
            sheets.get(finding.origin.sheet, -1),
            place,
            LEVELS.index(finding.level),
            finding.code,
            finding.expected,
        )

    return key


def _short_names(paths: Sequence[Path]) -> list[str]:
    """File names, with as much of the folder as makes them different from each other."""
    names = [path.name or str(path.resolve()) for path in paths]
    return names if len(set(names)) == len(names) else [str(path) for path in paths]
