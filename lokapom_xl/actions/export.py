"""The tables of a book as a Word document or as CSV files, in the shape in which the report prints them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..report import tables
from ..report.tables import Period, ReportTable
from ..workbook.errors import BookError
from ..workbook.evaluate import Evaluator
from ..workbook.locate import BookView
from .compute import open_sound_view
from .new import finished
from .validate import check_books

Form = Literal["docx", "csv"]
SUFFIX = "-tabel"


@dataclass(frozen=True)
class ExportReport:
    """What was written, and what a reader of the tables should know of the book.

    `stale` are the computed cells that store something else than the tables say; `faults` counts the
    findings of level galat. `period` is None where no table depends on it.
    """

    path: Path
    files: tuple[Path, ...]
    tables: tuple[str, ...]
    period: Period | None
    stale: tuple[str, ...]
    faults: int
    rules_of: int | None


def export(
    book: Path,
    form: Form,
    output: Path | None = None,
    chosen: Sequence[str] = (),
    month: int = 0,
    quarter: int = 0,
) -> ExportReport:
    """Write the tables of `book` (all, or those `chosen` by key) as `form`.

    The numbers are those that the rules make of the entries, whatever the formulas have stored. A document
    holds all tables; of CSV there is one file per table in a folder, or one file for one chosen table.
    Nothing that exists is replaced. `BookError` when the book is unreadable, has a fault of structure or an
    entry that is no number, or is one of tables as printed; then nothing is written.
    """
    book = Path(book)
    view = open_sound_view(book, only_read=True)
    evaluator = Evaluator(view)
    keys = _keys(view, chosen)
    when = tables.period(view, evaluator, month, quarter)
    periodic = any(shape.period for shape in tables.shapes(view) if shape.key in keys)
    if (month or quarter) and not periodic:
        raise BookError(
            "EKSPOR04",
            f"Tabel yang diminta dari {book.name} tidak bergantung pada bulan atau triwulan.",
            "Hapus pilihan bulan dan triwulan, atau minta juga tabel bulanan.",
        )
    made = tables.report_tables(view, evaluator, keys, when)
    write = _write_document if form == "docx" else _write_csv
    title = f"{view.layout.title} {view.year}"
    path, files = write(book, output, made, title, single=form == "csv" and len(set(chosen)) == 1)
    validation = check_books([view.book], [book.name])
    return ExportReport(
        path=path,
        files=files,
        tables=tuple(table.key for table in made),
        period=when if periodic else None,
        stale=tuple(_stale(view, evaluator)),
        faults=sum(finding.level == "galat" for finding in validation.findings),
        rules_of=view.rule_year if view.rule_year != view.year else None,
    )


def _keys(view: BookView, chosen: Sequence[str]) -> list[str]:
    known = tables.table_keys(view)
    for key in chosen:
        if key not in known:
            raise BookError(
                "EKSPOR02",
                f"Tabel {key} tidak ada di {view.book.path.name}.",
                f"Pakai salah satu dari: {', '.join(known)}.",
            )
    return list(chosen) or known


def _stale(view: BookView, evaluator: Evaluator) -> list[str]:
    """The addresses of computed cells whose stored value is not what the rules make of the entries."""
    found = []
    for _, _, key, _ in evaluator.computed_keys():
        if not evaluator.same(evaluator.chain(key), evaluator.written(key), key):
            found.append("!".join(view.address(key)))
    return found


# --- files ---------------------------------------------------------------------------------------


def _write_document(
    book: Path, output: Path | None, made: Sequence[ReportTable], title: str, single: bool
) -> tuple[Path, tuple[Path, ...]]:
    target = _target(book, output, ".docx", SUFFIX)
    with finished(target, suffixes=(".docx",)) as draft:
        try:
            from ..report.docx_report import render
        except ModuleNotFoundError as problem:
            if (problem.name or "").partition(".")[0] != "docx":
                raise
            raise BookError(
                "EKSPOR01",
                "Dokumen Word tidak dapat dibuat karena paket python-docx belum terpasang.",
                'Pasang dengan: pip install "lokapom_xl[docx]". Tanpa itu pakai --tables csv.',
            ) from None
        draft.write_bytes(render(made, title))
    return target, (target,)


def _write_csv(
    book: Path, output: Path | None, made: Sequence[ReportTable], title: str, single: bool
) -> tuple[Path, tuple[Path, ...]]:
    if single:
        target = _target(book, output, ".csv", f"-{made[0].key}")
        with finished(target, suffixes=(".csv",)) as draft:
            draft.write_bytes(_csv(made[0]))
        return target, (target,)
    folder = _target(book, output, "", SUFFIX)
    if folder.exists() and not folder.is_dir():
        raise BookError(
            "EKSPOR03",
            f"{folder} adalah berkas, sedangkan beberapa tabel CSV memerlukan folder.",
            "Sebutkan nama folder, atau satu tabel saja dengan --table.",
        )
    if not folder.parent.is_dir():
        raise BookError("BERKAS32", f"Folder {folder.parent} tidak ada.", "Buat foldernya dahulu.")
    files = tuple(folder / f"{table.key}.csv" for table in made)
    own = not folder.exists()
    folder.mkdir(exist_ok=True)
    try:
        with ExitStack() as stack:  # no file takes its place before all are written
            drafts = [stack.enter_context(finished(path, suffixes=(".csv",))) for path in files]
            for draft, table in zip(drafts, made, strict=True):
                draft.write_bytes(_csv(table))
    except BaseException:
        if own:
            with suppress(OSError):
                folder.rmdir()
        raise
    return folder, files


def _target(book: Path, output: Path | None, suffix: str, ending: str) -> Path:
    return Path(output) if output is not None else book.with_name(f"{book.stem}{ending}{suffix}")


def _csv(table: ReportTable) -> bytes:
    """With a mark of UTF-8 and semicolons, as Excel in an Indonesian locale reads and writes it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows(table.records)
    return text.getvalue().encode("utf-8-sig")


__all__ = ["ExportReport", "export"]
