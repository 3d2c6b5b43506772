"""STR: is the book what it says it is, and is everything there exactly once?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..model import Origin
from ..registry import Check, check
from ..workbook.locate import Problem
from .context import Context
from .headings import other_year_header
from .naming import numbered_otherwise

_BY_NUMBER = "Tulis nama indikator yang dimaksud nomornya; nilai di baris ini milik indikator itu."


def reports(
    kind: str,
    code: str,
    name: str,
    level: str,
    needs: Sequence[str] = (),
    hint: Callable[[Context, Problem], str] | None = None,
    hinted: str = "",
) -> Callable[[Callable[..., Any]], Check]:
    """A check that passes on one kind of problem that `locate` met; its docstring is the help page.

    `hint` says more of a problem, where more can be known of it; `hinted` is then what to do, and the problem
    only a warning.
    """

    def make(documented: Callable[..., Any]) -> Check:
        def run(context: Context) -> None:
            for problem in context.view.problems:
                if problem.kind == kind:
                    more = hint(context, problem) if hint is not None else ""
                    context.add(
                        code,
                        Origin(context.file, problem.sheet, problem.cell),
                        written=problem.written,
                        expected=problem.expected,
                        diagnosis=problem.suggestion or more,
                        level="peringatan" if more and hinted else "",
                        remedy=hinted if more else "",
                        indicator=context.row_name(problem.slug) if problem.slug else "",
                    )

        run.__doc__ = documented.__doc__
        return check(code, name, level, needs=needs)(run)

    return make


@reports("lembar-hilang", "STR02", "lembar-hilang", "galat")
def missing_sheet() -> None:
    """Lembar yang wajib ada tidak ditemukan, juga tidak dengan nama lain.

    Apa: buku tidak memuat lembar suatu tabel, dan tidak ada lembar lain dengan kepala kolom itu.
    Perbaikan: salin lembar itu dari buku baru (lokapom-xl new), lalu isi.
    """


@reports("kepala-hilang", "STR03", "kepala-tabel-hilang", "galat")
def missing_header() -> None:
    """Baris kepala tabel tidak ditemukan pada lembarnya.

    Apa: tidak ada baris yang memuat judul kolom nama indikator.
    Perbaikan: kembalikan judul kolom seperti pada buku baru.
    """


@reports("kolom-hilang", "STR04", "kolom-hilang", "galat", hint=other_year_header)
def missing_column() -> None:
    """Kolom wajib tidak ditemukan.

    Apa: tidak ada kepala kolom dengan judul itu; yang bergantung padanya tidak dapat diperiksa.
    Perbaikan: kembalikan kolom atau judulnya.
    """


@reports("baris-hilang", "STR05", "baris-hilang", "galat")
def missing_row() -> None:
    """Indikator yang wajib ada pada tabel tidak ditemukan.

    Apa: tabel resmi memuat semua indikator tahun itu, satu baris satu indikator.
    Perbaikan: kembalikan baris indikator itu dengan namanya yang resmi.
    """


@reports("baris-ganda", "STR07", "indikator-ganda", "galat", hint=numbered_otherwise, hinted=_BY_NUMBER)
def duplicate_row() -> None:
    """Dua baris untuk indikator yang sama.

    Apa: dua nama pada satu tabel menunjuk indikator yang sama, sehingga nilainya tidak jelas.
    Perbaikan: hapus atau perbaiki salah satu baris.
    """


@reports("baris-tak-dikenal", "STR08", "baris-tak-dikenal", "galat")
def unknown_row() -> None:
    """Nama pada baris tidak cocok dengan indikator mana pun.

    Apa: nama hanya dicocokkan dengan ejaan yang sudah dinyatakan; yang mirip hanya diusulkan.
    Perbaikan: pakai nama resmi, atau nyatakan ejaan itu sebagai alias di indikator.toml.
    """


@reports("lembar-berganti-nama", "STR09", "lembar-berganti-nama", "info")
def renamed_sheet() -> None:
    """Lembar dikenali dari kepala kolomnya, bukan dari namanya.

    Apa: nama lembar diubah; isinya tetap diperiksa.
    Perbaikan: tidak perlu, kecuali pengenalan itu keliru.
    """


@reports("baris-tidak-persis", "STR10", "nama-tidak-persis", "info")
def inexact_row() -> None:
    """Indikator dikenali lewat ejaan lain yang sudah dinyatakan, bukan nama resminya.

    Apa: nama baris adalah alias, misalnya efektifitas untuk efektivitas.
    Perbaikan: sebaiknya pakai nama resmi.
    """


@reports("nama-aturan-hilang", "STR13", "aturan-tidak-ditemukan", "galat")
def missing_rules() -> None:
    """Nama yang dipakai rumus untuk mengambil aturan tidak menunjuk sel mana pun.

    Apa: lembar Aturan terhapus atau namanya rusak, sehingga rumus menghasilkan galat.
    Perbaikan: salin lembar Aturan dari buku baru, atau pindahkan isian ke buku baru.
    """


@reports("nama-hilang", "STR11", "sel-bernama-hilang", "peringatan", needs=("lembar-hilang",))
def missing_name() -> None:
    """Sel bernama yang dipakai buku tidak ditemukan.

    Apa: nama sel terhapus atau menunjuk sel yang tidak ada.
    Perbaikan: buat buku baru dan isi dari buku ini, atau kembalikan nama selnya.
    """
