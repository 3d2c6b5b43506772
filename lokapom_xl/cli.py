"""The command `lokapom-xl`: thin over the actions of the same names.

Exit codes: 0 done (and, for `validate`, valid); 1 findings at level galat (with `--strict`, peringatan, too)
or, for `build --check`, files that differ; 2 the work could not be done, with one Indonesian sentence why.
"""

from __future__ import annotations

import io
import itertools
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from . import __version__

_F = TypeVar("_F", bound=Callable[..., Any])
_BOOK = click.Path(path_type=Path)
FAILED = 2
_MANY = 4
"""Books from which on it is said which one is being looked at."""


_backups = click.option(
    "--backups",
    type=click.IntRange(0, 1000),
    default=10,
    show_default=True,
    envvar="LOKAPOM_BACKUPS",
    help="Jumlah cadangan yang disimpan di folder cadangan-lokapom.",
)


class _Group(click.Group):
    """Commands in the order of the work, not of the alphabet; mistakes in a call named in Indonesian."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run as a program: like click's own, but with messages in the users' language."""
        for stream in (sys.stdout, sys.stderr):
            # A redirected stream may not know every character of the messages (Windows code pages).
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        run: Any = super().main
        if not kwargs.pop("standalone_mode", True):
            return run(*args, standalone_mode=False, **kwargs)
        try:
            result = run(*args, standalone_mode=False, **kwargs)
        except click.exceptions.NoArgsIsHelpError as problem:
            click.echo(problem.ctx.get_help() if problem.ctx else "")
            sys.exit(0)
        except click.UsageError as problem:
            page = f" Bantuan: {problem.ctx.command_path} --help." if problem.ctx else ""
            click.echo(f"Gagal: {_usage(problem)}{page}", err=True)
            sys.exit(FAILED)
        except (click.Abort, KeyboardInterrupt):
            click.echo("Dibatalkan.", err=True)
            sys.exit(FAILED)
        sys.exit(result if isinstance(result, int) else 0)


def _usage(problem: click.UsageError) -> str:
    """What is wrong with a call, in one sentence."""
    if isinstance(problem, click.NoSuchOption):
        hint = f" Mungkin maksudnya {problem.possibilities[0]}." if problem.possibilities else ""
        return f"pilihan {problem.option_name} tidak dikenal.{hint}"
    if isinstance(problem, click.BadParameter):  # a missing one, too
        param = problem.param
        name = (
            (param.opts[-1] if param.opts[-1].startswith("-") else param.name or "").strip() if param else ""
        )
        if isinstance(problem, click.MissingParameter):
            return f"{name} harus disebutkan."
        kind = param.type if param else None
        if isinstance(kind, click.Choice):
            return f"{name} harus salah satu dari: {', '.join(map(str, kind.choices))}."
        if isinstance(kind, click.IntRange):
            return f"{name} harus bilangan bulat antara {kind.min} dan {kind.max}."
        return f"nilai {name} tidak dapat dipakai."
    if isinstance(problem, click.BadOptionUsage):
        return f"pilihan {problem.option_name} memerlukan nilai."
    return "perintah itu tidak dikenal atau memuat kata yang berlebih."


def _plain_errors(command: _F) -> _F:
    """A user's mistake is one line on stderr and exit code 2, never a traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from .workbook.errors import BookError

        try:
            return command(*args, **kwargs)
        except BookError as problem:
            click.echo(f"Gagal: {problem} ({problem.code})", err=True)
        except OSError as problem:
            name = problem.filename or "berkas"
            click.echo(f"Gagal: {name} tidak dapat dibaca atau ditulis. Periksa nama dan izinnya.", err=True)
        sys.exit(FAILED)

    return run  # type: ignore[return-value]


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lokapom-xl", message="%(prog)s %(version)s")
def main() -> None:
    """Indikator kinerja UPT BPOM di buku kerja Excel: isi, hitung, periksa, jelaskan."""


@main.command()
@click.argument("kind", type=click.Choice(["rapk", "efisiensi"]))
@click.option("--year", type=click.IntRange(2000, 2100), required=True, help="Tahun buku.")
@click.option(
    "--rules-of",
    type=click.IntRange(2000, 2100),
    help="Pakai aturan tahun lain; ditandai pada setiap lembar.",
)
@click.option("--unit", default="", help="Nama unit kerja.")
@click.option("-o", "--output", type=_BOOK, required=True, help="Berkas yang dibuat.")
@_plain_errors
def new(kind: str, year: int, rules_of: int | None, unit: str, output: Path) -> None:
    """Buat buku resmi yang kosong (RAPK atau Efisiensi)."""
    from .actions.new import new as run

    run(kind, year, output, rules_of, unit)
    click.echo(f"Dibuat: {output}")
    if rules_of and rules_of != year:
        click.echo(f"Perhatian: buku tahun {year} ini memakai aturan tahun {rules_of}.")


@main.command()
@click.argument("book", type=_BOOK)
@click.option(
    "--from",
    "sources",
    type=_BOOK,
    multiple=True,
    required=True,
    help="CSV, JSON, atau buku lain; boleh diulang.",
)
@click.argument("more", type=_BOOK, nargs=-1, metavar="[DATA]...")
@click.option("--month", type=click.IntRange(1, 12), default=None, help="Bulan, untuk data pemantauan.")
@click.option("-o", "--output", type=_BOOK, help="Simpan ke berkas lain.")
@click.option("--overwrite", is_flag=True, help="Timpa isian yang sudah ada.")
@click.option("--dry-run", is_flag=True, help="Hanya tampilkan sel, nilai lama, nilai baru.")
@_backups
@_plain_errors
def fill(
    book: Path,
    sources: tuple[Path, ...],
    more: tuple[Path, ...],
    month: int | None,
    output: Path | None,
    overwrite: bool,
    dry_run: bool,
    backups: int,
) -> None:
    """Isi BOOK dari data, lalu hitung.

    Contoh: lokapom-xl fill RAPK.xlsx --from target.csv capaian.csv

    Beberapa sumber boleh disebut sekaligus setelah --from. Sumber yang bertentangan, tidak lengkap,
    atau memuat nama yang tidak dikenal ditolak, dan tidak ada yang diubah.
    """
    from .actions.fill import fill as run
    from .numbers import show

    report = run(book, [*sources, *more], month or 0, output, overwrite, dry_run, backups)
    if dry_run:
        for change in report.changes:
            click.echo(
                f"{change.sheet}!{change.cell}: {show(change.old)} → {show(change.new)}  ({change.origin})"
            )
        click.echo(f"{len(report.changes)} sel akan diisi; tidak ada yang disimpan.")
        return
    if report.changes:
        sheets = ", ".join(dict.fromkeys(change.sheet for change in report.changes))
        click.echo(
            f"{len(report.changes)} sel diisi di lembar {sheets}; {report.unchanged} sudah sama. "
            f"Disimpan: {report.path}"
        )
    else:
        click.echo(f"Semua {report.unchanged} isian sudah sama. {report.path}")
    if report.ignored:
        click.echo(f"Perhatian: kolom tidak dikenal, dilewati: {_listed(report.ignored)}.")
    if report.computed is not None:
        _tell_uncomputed(report.computed)


@main.command()
@click.argument("book", type=_BOOK)
@click.option("-o", "--output", type=_BOOK, help="Simpan ke berkas lain.")
@_backups
@_plain_errors
def compute(book: Path, output: Path | None, backups: int) -> None:
    """Hitung ulang semua sel rumus BOOK dan simpan nilainya di samping rumus."""
    from .actions.compute import compute as run

    report = run(book, output, backups)
    click.echo(f"{report.computed} sel dihitung, {len(report.changes)} berubah. Disimpan: {report.path}")
    _tell_uncomputed(report)


def _tell_uncomputed(report: Any) -> None:
    if report.typed:
        click.echo(
            f"Perhatian: rumus tertimpa nilai di {_listed(report.typed)}; nilai itu dipakai apa adanya."
        )
    if report.evaluated:
        click.echo(f"Rumus lain ikut dihitung: {_listed(report.evaluated)}.")
    if report.uncomputed:
        click.echo(
            "Perhatian: nilai tersimpan rumus lain dihapus karena mungkin tidak cocok lagi: "
            f"{_listed(report.uncomputed)}. "
            "Nilainya muncul kembali setelah dihitung ulang di Excel (Ctrl+Alt+F9)."
        )


@main.command()
@click.argument("book", type=_BOOK)
@click.option(
    "--list", "list_all", is_flag=True, help="Tampilkan perubahan yang tercatat; tidak mengubah apa pun."
)
@_plain_errors
def undo(book: Path, list_all: bool) -> None:
    """Batalkan perubahan terakhir oleh lokapom-xl pada BOOK.

    Bila buku belum diubah lagi, berkasnya kembali persis seperti sebelumnya. Bila sudah, hanya sel
    perubahan itu yang dipulihkan; sel yang sesudahnya diubah orang dibiarkan.
    """
    from .actions.undo import savings
    from .actions.undo import undo as run

    if list_all:
        records = savings(book)
        if not records:
            click.echo(f"Tidak ada perubahan oleh lokapom-xl yang tercatat pada {book}.")
        for record in records:
            state = "sudah dibatalkan" if record.undone else "" if record.done else "tidak selesai"
            cells = f"{len(record.changes):5} sel" if record.marks is None else "    tanda"
            line = f"{record.time.replace('T', ' ')}  {record.action:8} {cells}  {state}"
            click.echo(line.rstrip())
        return
    report = run(book)
    what = f"{report.record.action} pada {report.record.time.replace('T', ' ')}"
    if report.exact:
        click.echo(f"Dibatalkan: {what}. {book} kembali persis seperti sebelumnya.")
        return
    click.echo(f"Dibatalkan: {what}. {report.restored} sel dipulihkan di {book}.")
    if report.kept:
        click.echo(f"Perhatian: sudah diubah sesudahnya, dibiarkan: {_listed(report.kept)}.")


def _listed(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" dan {len(names) - 5} sel lain" if len(names) > 5 else "")


_select = partial(click.option, multiple=True, metavar="PEMERIKSAAN")


@main.command()
@click.argument("books", type=_BOOK, nargs=-1, required=True)
@click.option(
    "--output-format",
    type=click.Choice(["terminal", "json", "html", "xlsx", "sarif"]),
    default="terminal",
    help="Bentuk laporan; xlsx adalah salinan buku yang diberi tanda.",
)
@click.option("--output-file", type=_BOOK, help="Tulis laporan ke berkas ini (xlsx beberapa buku: folder).")
@click.option("--details", is_flag=True, help="Rinci juga catatan dan nilai yang ikut salah.")
@_select("--select", help="Hanya pemeriksaan ini: kode, keluarga, atau nama, misalnya HIT01,ISI.")
@_select("--ignore", help="Kecuali pemeriksaan ini.")
@_select("--extend-select", help="Tambahkan pemeriksaan ini pada yang dipilih.")
@click.option("--strict", is_flag=True, help="Peringatan dihitung sebagai galat.")
@click.option("--exit-zero", is_flag=True, help="Kode keluar 0 meskipun ada galat.")
@click.option("--statistics", is_flag=True, help="Sebutkan juga jumlah temuan menurut kode.")
@click.option("--diff", "earlier", type=_BOOK, help="Bandingkan dengan laporan json terdahulu.")
@click.option(
    "--year", type=click.IntRange(2000, 2100), default=None, help="Tahun buku lain, bila tidak dikenali."
)
@click.option("--mapping", type=_BOOK, help="Berkas pemetaan (lokapom-xl map) untuk buku lain.")
@click.option("--show-mapping", is_flag=True, help="Sebutkan juga tabel dan kolom yang dikenali.")
@click.option("--fix", is_flag=True, help="Perbaiki dahulu bentuk isian yang pasti; angkanya tidak diubah.")
@click.option(
    "-o", "--fixed-file", type=_BOOK, help="Dengan --fix: perbaiki salinan ini (beberapa buku: folder)."
)
@click.option("--dry-run", is_flag=True, help="Dengan --fix: hanya sebutkan yang akan diperbaiki.")
@_backups
@_plain_errors
def validate(
    books: tuple[Path, ...],
    output_format: str,
    output_file: Path | None,
    details: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend_select: tuple[str, ...],
    strict: bool,
    exit_zero: bool,
    statistics: bool,
    earlier: Path | None,
    year: int | None,
    mapping: Path | None,
    show_mapping: bool,
    fix: bool,
    fixed_file: Path | None,
    dry_run: bool,
    backups: int,
) -> None:
    """Periksa satu atau beberapa buku; buku yang diberikan bersama saling dibandingkan.

    Buku yang tidak dibuat dengan lokapom-xl, berkas CSV, dan folder berisi CSV juga diperiksa: tabelnya
    dikenali dari judul kolom. Yang dikenali disebut dengan --show-mapping, dan dapat diperbaiki dengan
    berkas pemetaan (lokapom-xl map).

    Pemeriksaan dipilih dengan kode (HIT01), keluarga (HIT), awal kode (HIT0), atau nama
    (nilai-tidak-sama); yang lebih khusus menang. Daftarnya: lokapom-xl list checks.

    Dengan --fix: angka yang tersimpan sebagai teks, format angka, spasi di tepi teks, dan rumus yang
    tertimpa nilai yang sama diperbaiki dan disebutkan satu per satu, lalu hasilnya diperiksa. Angka
    yang dilaporkan tidak pernah diubah. Dengan --select hanya temuan yang dipilih yang diperbaiki.

    Kode keluar: 0 sah, 1 ada temuan tingkat galat, 2 alat ini gagal.
    """
    from .actions.validate import validate as run
    from .checks.selection import selected
    from .workbook.errors import BookError

    chosen = selected(select, ignore, extend_select) if select or ignore or extend_select else None
    if output_format == "xlsx" and output_file is None:
        raise BookError(
            "LAPOR03", "Laporan xlsx memerlukan nama berkas.", "Tambahkan --output-file NAMA.xlsx."
        )
    if not fix and (fixed_file or dry_run):
        name = "--fixed-file" if fixed_file else "--dry-run"
        raise BookError(
            "BAIK01",
            f"Pilihan {name} hanya berlaku bersama --fix.",
            "Tambahkan --fix; laporan ditulis ke berkas dengan --output-file.",
        )
    if dry_run and (output_file or output_format != "terminal" or earlier):
        raise BookError(
            "BAIK04",
            "Dengan --dry-run hanya perbaikan yang disebutkan, tanpa laporan pemeriksaan.",
            "Hapus --dry-run, atau hapus pilihan laporannya.",
        )
    if fix:
        from .actions.fix import fix as repair
        from .actions.fix import lines, refuse_unready

        refuse_unready(output_format, output_file, earlier, mapping)
        # A report that goes to the screen as data stays alone there.
        aside = output_format != "terminal" and output_file is None
        reports = repair(
            books,
            fixed_file,
            chosen,
            form=not select,
            dry_run=dry_run,
            backups=backups,
            tell=lambda report: click.echo("\n".join(lines(report)), err=aside),
        )
        if dry_run:
            return
        click.echo(err=aside)
        books = tuple(report.path for report in reports)
    begin = _progress(len(books))
    result = run(books, chosen, strict, earlier, year or 0, mapping, begin)
    if begin:
        click.echo("\r\033[K", err=True, nl=False)
    if show_mapping:
        _show_mapping(result, aside=output_format != "terminal" and output_file is None)
    _report(result, books, output_format, output_file, details, statistics)
    sys.exit(0 if result.valid or exit_zero else 1)


def _progress(count: int) -> Callable[[str], None] | None:
    """Says on a terminal which of many books is being looked at; None where nobody would read it."""
    if count < _MANY or not sys.stderr.isatty():
        return None
    numbers = itertools.count(1)
    return lambda name: click.echo(
        f"\r\033[KMemeriksa {next(numbers)} dari {count}: {name}", err=True, nl=False
    )


def _show_mapping(result: Any, aside: bool) -> None:
    """What was recognised in each book; aside of a report that is data."""
    from .report.recognised import lines
    from .workbook.recognise import recognition_of

    for context in result.contexts:
        click.echo("\n".join([*lines(context.file, recognition_of(context.view)), ""]), err=aside)


@main.command(name="map")
@click.argument("book", type=_BOOK)
@click.option("-o", "--output", type=_BOOK, help="Tulis berkas pemetaan (CSV) ini, untuk diperbaiki.")
@click.option(
    "--year", type=click.IntRange(2000, 2100), default=None, help="Tahun buku, bila tidak dikenali."
)
@click.option("--mapping", type=_BOOK, help="Pakai pemetaan ini, untuk melihat hasilnya.")
@_plain_errors
def map_(book: Path, output: Path | None, year: int | None, mapping: Path | None) -> None:
    """Sebutkan tabel dan kolom yang dikenali dalam buku yang tidak dibuat dengan lokapom-xl.

    Dengan -o hasilnya ditulis sebagai berkas CSV. Perbaiki kolom tabel dan menjadi, lalu periksa buku
    dengan lokapom-xl validate BUKU --mapping BERKAS. Judul kolom yang tabelnya kosong tidak diperiksa.
    """
    from .actions.map import map_book
    from .report.recognised import lines

    seen = map_book(book, output, year or 0, mapping)
    click.echo("\n".join(lines(book.name, seen)))
    if output is not None:
        click.echo(f"Disimpan: {output}")


def _report(
    result: Any, books: tuple[Path, ...], form: str, target: Path | None, details: bool, statistics: bool
) -> None:
    """Put a validation out in the form asked for; a report in a file leaves its verdict on the screen."""
    from .actions.report import FORMS, write_copies, write_text
    from .report import terminal

    written: list[Path] = []
    notes: list[str] = []
    if form == "terminal":
        if target is None:
            width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
            click.echo(terminal.render(result, details, statistics, _paint, width))
            return
        write_text(result, form, target, terminal.render(result, details, statistics))
    elif form == "xlsx":
        assert target is not None
        copies = write_copies(result, list(books), target)
        written = [copy.path for copy in copies]
        notes = [
            f"{copy.path.name}: {_listed(list(copy.uncommented))}" for copy in copies if copy.uncommented
        ]
    elif target is None:
        text = FORMS[form].render(result)
        # The same bytes in a pipe on every system, whatever its code page and its ends of lines.
        click.echo(text if sys.stdout.isatty() else text.encode("utf-8"))
        return
    else:
        write_text(result, form, target)
    click.echo(f"{result.verdict}: {', '.join(result.files)}")
    click.echo(terminal.summary(result))
    if statistics:
        click.echo("\n".join(terminal.table(result)))
    for note in notes:
        click.echo(f"Perhatian: tanpa catatan, karena sudah berisi percakapan: {note}")
    click.echo(f"Disimpan: {', '.join(map(str, written or [target]))}")


def _paint(text: str, level: str) -> str:
    """A word in the colour of its level; click leaves the colour out where the output is no terminal."""
    from .report.terminal import COLOURS

    return text if "NO_COLOR" in os.environ else click.style(text, fg=COLOURS[level], bold=True)


@main.group("list", cls=_Group)
def list_() -> None:
    """Tampilkan daftar: pemeriksaan."""


@list_.command("checks")
@_plain_errors
def list_checks() -> None:
    """Semua pemeriksaan: kode, nama, level, dan yang diperiksanya."""
    from .actions.explain import check_list

    click.echo(check_list())


@main.command()
@click.argument("book", type=_BOOK)
@click.option("-o", "--output", type=_BOOK, help="Nama salinan; semula NAMA-beku.xlsx di samping BOOK.")
@_plain_errors
def freeze(book: Path, output: Path | None) -> None:
    """Bekukan BOOK: salinan berisi nilai saja, tanpa makro, beserta lembar asal usulnya.

    BOOK sendiri tidak diubah. Salinan itu diperiksa dengan lokapom-xl validate seperti buku lain.
    """
    from .actions.freeze import freeze as run

    report = run(book, output)
    removed = "; ".join(report.removed) or "tidak ada selain rumus"
    click.echo(f"Dibekukan: {report.formulas} rumus menjadi nilai. Dihilangkan: {removed}.")
    click.echo(f"Disimpan: {report.path} (SHA-256 {report.sha256})")


@main.command()
@click.argument("book", type=_BOOK)
@click.option("--tables", "form", type=click.Choice(["docx", "csv"]), required=True, help="Bentuk berkas.")
@click.option("-o", "--output", type=_BOOK, help="Berkas atau folder CSV; semula NAMA-tabel di samping BOOK.")
@click.option("--table", "chosen", multiple=True, metavar="TABEL", help="Hanya tabel ini; boleh diulang.")
@click.option("--month", type=click.IntRange(1, 12), help="Bulan; semula bulan terakhir yang terukur.")
@click.option("--quarter", type=click.IntRange(1, 4), help="Triwulan; semula yang terakhir selesai.")
@_plain_errors
def export(
    book: Path,
    form: Literal["docx", "csv"],
    output: Path | None,
    chosen: tuple[str, ...],
    month: int | None,
    quarter: int | None,
) -> None:
    """Tulis tabel BOOK seperti tercetak dalam laporan: dokumen Word, atau CSV per tabel.

    Angkanya hasil aturan dari isian BOOK, bukan nilai yang tersimpan di selnya. BOOK tidak diubah, dan
    berkas yang sudah ada tidak ditimpa.
    """
    from .actions.export import export as run

    report = run(book, form, output, chosen, month or 0, quarter or 0)
    when = report.period
    period = f" Bulan {when.month_name}, Triwulan {when.quarter_name}." if when else ""
    click.echo(f"{len(report.tables)} tabel ditulis: {', '.join(report.tables)}.{period}")
    click.echo(f"Disimpan: {report.path}")
    if report.rules_of:
        click.echo(f"Perhatian: dihitung menurut aturan tahun {report.rules_of}.", err=True)
    doubts = []
    if report.stale:
        doubts.append(f"nilai tersimpan yang tidak mutakhir di {_listed(list(report.stale))}")
    if report.faults:
        doubts.append(f"{report.faults} temuan tingkat galat")
    if doubts:
        click.echo(
            f"Perhatian: {book.name} memuat {' dan '.join(doubts)}; tabel memuat hasil aturan dari isiannya. "
            f"Rincian: lokapom-xl validate {book}",
            err=True,
        )


@main.command()
@click.argument("name", required=False)
@click.option("--list", "list_all", is_flag=True, help="Tampilkan semua nama yang dapat dijelaskan.")
@_plain_errors
def explain(name: str | None, list_all: bool) -> None:
    """Jelaskan fungsi, pemeriksaan, atau aturan, misalnya CAPAIAN, HIT01, predikat."""
    from .actions.explain import explain as run
    from .actions.explain import overview

    click.echo(overview() if list_all or not name else run(name))


@main.command()
@click.argument("directory", type=_BOOK, default=Path("lokapom-demo"))
@_plain_errors
def demo(directory: Path) -> None:
    """Jalankan pekerjaan utama pada data laporan yang disertakan, ke folder DIRECTORY."""
    from .actions.demo import demo as run
    from .actions.demo import summary

    result = run(directory, lambda text: click.echo(f"{text} ...", err=True))
    click.echo(summary(result))


@main.group(cls=_Group)
def excel() -> None:
    """Pasang, periksa, dan lepas Lokapom di Excel (Windows)."""


@excel.command("install")
@click.argument("books", nargs=-1, metavar="[BUKU]...")
@click.option("--from", "source", metavar="FOLDER", help="Ambil semua buku makro (.xlsm) dari folder ini.")
@click.option("--to", metavar="FOLDER", help="Folder tujuan; tanpa ini folder Lokapom di Documents.")
@click.option("--dry-run", is_flag=True, help="Hanya sebutkan yang akan dilakukan.")
@_plain_errors
def excel_install(books: tuple[str, ...], source: str | None, to: str | None, dry_run: bool) -> None:
    """Pasang untuk pengguna ini; tidak perlu hak administrator.

    Tanpa BUKU dan --from, buku makro di folder ini atau di folder workbooks di dalamnya yang disalin.
    Buku yang sudah ada tidak pernah ditimpa. Bila satu langkah gagal, semuanya dikembalikan.
    """
    from .hosts.excel.setup.install import elsewhere, install
    from .hosts.excel.setup.machine import this_machine

    machine = this_machine()
    _tell(install(machine, books, source, to, dry_run) if machine else elsewhere("install"))


@excel.command("doctor")
@click.argument("books", nargs=-1, metavar="[BUKU]...")
@click.option(
    "--output-format", type=click.Choice(["terminal", "json"]), default="terminal", help="Bentuk laporan."
)
@_plain_errors
def excel_doctor(books: tuple[str, ...], output_format: str) -> None:
    """Periksa pemasangan di Excel dan sebutkan perbaikannya.

    Tanpa BUKU, buku di folder pemasangan yang diperiksa. Tidak ada yang diubah.
    Kode keluar: 0 siap dipakai, 1 ada yang rusak, 2 tidak dapat diperiksa.
    """
    from .hosts.excel.setup.install import doctor, elsewhere
    from .hosts.excel.setup.machine import this_machine
    from .hosts.excel.setup.report import render, render_json

    machine = this_machine()
    if machine is None:
        _tell(elsewhere("doctor"))
        return
    examined = doctor(machine, books)
    click.echo(render_json(examined) if output_format == "json" else render(examined))
    sys.exit(0 if examined.good else 1)


@excel.command("uninstall")
@_plain_errors
def excel_uninstall() -> None:
    """Lepas dari Excel; buku Anda tetap ada.

    Pengaturan Excel dan xlwings kembali seperti sebelum dipasang, kecuali yang sudah Anda ubah sendiri.
    """
    from .hosts.excel.setup.install import elsewhere, uninstall
    from .hosts.excel.setup.machine import this_machine

    machine = this_machine()
    _tell(uninstall(machine) if machine else elsewhere("uninstall"))


def _tell(outcome: Any) -> None:
    click.echo("\n".join(outcome.lines), err=outcome.code == FAILED)
    sys.exit(outcome.code)


@main.command()
@click.option("--check", is_flag=True, help="Hanya periksa; keluar 1 bila ada yang berbeda.")
@_plain_errors
def build(check: bool) -> None:
    """Tulis semua berkas yang dihasilkan (aturan terkompilasi, buku, halaman rujukan)."""
    from .actions.build import build as run
    from .actions.build import repository

    root = repository()
    different = run(root, check)
    for path in different:
        click.echo(f"{'berbeda' if check else 'ditulis'}: {path.relative_to(root)}")
    if not different:
        click.echo("Semua berkas yang dihasilkan sudah mutakhir.")
    sys.exit(1 if check and different else 0)


if __name__ == "__main__":
    main()
