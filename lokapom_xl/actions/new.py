"""Make an empty official book whose formulas already carry their values."""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib import import_module
from pathlib import Path

from .. import regulations
from ..workbook.errors import BookError
from ..workbook.locate import open_view
from ..workbook.read import read_book
from ..workbook.write import refuse_if_locked, save_edits
from .compute import computed_edits

_SUBJECTS = {
    "rapk": ("indikator", "batas_capaian", "kriteria", "predikat", "nps", "renstra", "desimal"),
    "efisiensi": ("indikator", "efisiensi", "desimal"),
}
"""The rules without which a kind of book cannot be made."""


def new(
    kind: str,
    year: int,
    output: Path,
    rules_of: int | None = None,
    unit: str = "",
) -> Path:
    """Write an empty book of `kind` for `year` to `output`, which must not exist yet.

    An .xlsx is the plain edition, an .xlsm the udf edition with functions, macros and buttons inside.
    Rules of another year are used only when `rules_of` names it; every sheet then says so.
    """
    from ..workbook.template import build_official

    output = Path(output)
    rule_year = rules_of or year
    if len(unit) > _LONGEST_UNIT or not unit.isprintable():
        raise BookError(
            "BERKAS34",
            f"Nama unit tidak dapat dipakai: {unit[:30]!r}.",
            "Tulis nama biasa, paling banyak 200 huruf.",
        )
    try:
        for subject in _SUBJECTS[kind]:
            regulations.version(subject, rule_year)
    except regulations.NotReviewed as problem:
        raise BookError("ATR01", problem.message, "") from problem
    with finished(output, suffixes=tuple(EDITIONS)) as draft:
        edition = EDITIONS[output.suffix.casefold()]
        host = import_module(MACRO_HOST) if edition == "udf" else None
        buttons = build_official(kind, draft, year, rule_year, edition, unit, host.extras() if host else None)
        if host:
            host.add_macros(draft, buttons)
        store_values(draft)
    return output


EDITIONS = {".xlsx": "plain", ".xlsm": "udf"}
"""The edition of a book by the suffix of its file."""

MACRO_HOST = "lokapom_xl.hosts.excel.macro_book"
"""What makes a macro book of an udf edition. By name, because hosts stand above actions."""


_LONGEST_UNIT = 200


def store_values(path: Path) -> None:
    """Put the values of all computed cells of a freshly built book beside their formulas."""
    _, edits = computed_edits(open_view(read_book(path)))
    save_edits(path, path, edits)


class finished:
    """A draft file that becomes `target` only when everything went well; an existing one is refused."""

    def __init__(self, target: Path, replace: bool = False, suffixes: tuple[str, ...] = (".xlsx",)) -> None:
        self.target = target
        if target.suffix.casefold() not in suffixes:
            wanted = " atau ".join(suffixes)
            raise BookError(
                "BERKAS30",
                f"Nama berkas {target.name} tidak berakhiran {wanted}.",
                f"Tambahkan akhiran {wanted}.",
            )
        if target.exists() and not replace:
            raise BookError(
                "BERKAS31", f"{target} sudah ada dan tidak ditimpa.", "Pilih nama lain, atau hapus dahulu."
            )
        if not target.parent.is_dir():
            raise BookError("BERKAS32", f"Folder {target.parent} tidak ada.", "Buat foldernya dahulu.")

        refuse_if_locked(target)

    def __enter__(self) -> Path:
        try:
            self.folder = tempfile.mkdtemp(prefix=".lokapom-", dir=self.target.parent)
        except OSError:
            raise BookError(
                "BERKAS33", f"Folder {self.target.parent} tidak dapat ditulisi.", "Pilih folder lain."
            ) from None
        self.draft = Path(self.folder) / self.target.name
        return self.draft

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                os.replace(self.draft, self.target)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)  # with the draft's own history
