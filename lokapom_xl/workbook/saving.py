"""Put a file in its place: beside it first, checked, then all at once or not at all."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from . import platform
from .errors import BookError
from .history import KEEP, Change, History
from .package import Package, open_package


@dataclass
class Track:
    """What the journal should say of a saving, and how many backups of the book are kept."""

    action: str
    keep: int = KEEP
    known: str = ""
    changes: list[Change] = field(default_factory=list)


def refuse_if_locked(path: Path | str) -> None:
    """`BookError` when the lock file of Excel or LibreOffice beside a workbook says it is open."""
    path = Path(path)
    name = path.name
    locks = [(f"~${name}", "Excel"), (f".~lock.{name}#", "LibreOffice")]
    # Office drops the first two letters of a long name. The lock is another book's when a book
    # with just that shorter name exists.
    if len(path.stem) > 6 and not path.with_name(name[2:]).exists():
        locks.append((f"~${name[2:]}", "Excel"))
    for lock, program in locks:
        if os.path.lexists(path.with_name(lock)):
            raise BookError(
                "TULIS11",
                f"{name} sedang dibuka di {program}.",
                f"Tutup dahulu berkas itu; bila ternyata sudah tertutup, hapus berkas kunci {lock}.",
            )


def _same_file(first: Path, second: Path) -> bool:
    return second.exists() and os.path.samefile(first, second)


def _refuse_unwritable(target: Path) -> None:
    folder = target.parent
    if not folder.is_dir():
        raise BookError(
            "TULIS13", f"Folder {folder} tidak ada.", "Buat folder itu dahulu, atau pilih folder lain."
        )
    # The mode bits are looked at too because the superuser may write in spite of them.
    if not folder.stat().st_mode & 0o222 or not os.access(folder, os.W_OK):
        raise BookError(
            "TULIS13", f"Folder {folder} tidak dapat ditulisi.", "Pilih folder lain atau ubah izinnya."
        )
    if not target.exists():
        return
    if not target.is_file():
        raise BookError(
            "TULIS12", f"{target.name} sudah ada dan bukan berkas biasa.", "Pilih nama berkas lain."
        )
    if not target.stat().st_mode & 0o222 or not os.access(target, os.W_OK):
        raise BookError(
            "TULIS12",
            f"{target.name} bersifat hanya-baca.",
            "Ubah sifat berkasnya, atau simpan dengan nama lain.",
        )


def replace_file(
    target: Path,
    data: bytes,
    package: Package,
    holds: Callable[[Package], bool],
    track: Track | None = None,
) -> bool:
    """Put `data`, made of `package`, in the target's place, all or nothing; False when it is there.

    `holds` says of the file as written whether it is as meant. With `track`, a book that is changed
    in place gets a backup and a record in its journal.
    """
    try:
        if not _same_file(package.path, target):
            return _replace(target, data, package, holds)
        if data == package.data:
            return False
        _refuse_unwritable(target)
        if track is None:
            return _replace(target, data, package, holds)
        history = History(target)
        with history.lock():
            _remove_leftovers(target)
            return _replace(target, data, package, holds, (track, history))
    except OSError as problem:
        raise BookError(
            "TULIS18",
            f"{target.name} gagal disimpan ({problem.strerror or problem}); berkas lama tidak berubah.",
            "Periksa ruang kosong dan izin foldernya, lalu ulangi.",
        ) from problem


def _replace(
    target: Path,
    data: bytes,
    package: Package,
    holds: Callable[[Package], bool],
    tracked: tuple[Track, History] | None = None,
) -> bool:
    same = _same_file(package.path, target)
    if not same and target.is_file() and target.read_bytes() == data:
        return False
    _refuse_unwritable(target)
    temporary: Path | None = platform.write_temporary(target, data, _prefix(target))
    try:
        assert temporary is not None
        _set_permissions(temporary, target, package.path)
        if data is not package.data and not _as_meant(temporary, holds):
            raise BookError(
                "TULIS14",
                f"{target.name} tidak disimpan karena hasil tulisnya tidak sama dengan yang diminta.",
                "Buka dan simpan ulang berkas sumbernya di Excel, lalu ulangi.",
            )
        refuse_if_locked(target)
        if same and target.read_bytes() != package.data:
            raise BookError(
                "TULIS17", f"{target.name} diubah oleh program lain selama diproses.", "Ulangi perintahnya."
            )
        number = 0
        if tracked is not None:
            track, history = tracked
            number = history.add(track.action, package.data, data, track.changes, track.keep)
        try:
            platform.replace(temporary, target)
        except PermissionError:
            raise BookError(
                "TULIS11",
                f"{target.name} sedang dipakai oleh program lain.",
                "Tutup dahulu berkas itu di Excel, lalu ulangi.",
            ) from None
        temporary = None
        platform.sync_folder(target.parent)
        if tracked is not None:
            # The book is saved; a full disk must not make that look like a failure.
            with suppress(OSError):
                tracked[1].note(number, "done")
                tracked[1].prune(tracked[0].keep)
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
    return True


def _prefix(target: Path) -> str:
    return f".lokapom-{target.stem}-"


def _remove_leftovers(target: Path) -> None:
    """Unfinished files of processes that died while saving this book; nobody else saves it now."""
    for path in target.parent.glob(f"{glob.escape(_prefix(target))}????????{glob.escape(target.suffix)}"):
        with suppress(OSError):
            path.unlink()


def _as_meant(path: Path, holds: Callable[[Package], bool]) -> bool:
    try:
        return holds(open_package(path))
    except BookError:
        return False


def _set_permissions(temporary: Path, target: Path, source: Path) -> None:
    """The target's permission bits and where allowed its owner; a new file is like its source."""
    if target.exists():
        status = target.stat()
        if hasattr(os, "chown"):
            with suppress(OSError):
                os.chown(temporary, status.st_uid, status.st_gid)
        os.chmod(temporary, stat.S_IMODE(status.st_mode))
    else:
        os.chmod(temporary, stat.S_IMODE(source.stat().st_mode) | stat.S_IWUSR)
