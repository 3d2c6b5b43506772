"""What operating systems do differently when a file takes another one's place."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between attempts: virus scanners and indexers hold a new file for a moment."""


def replace(new: Path, target: Path) -> None:
    """Put `new` in the target's place at once; PermissionError when a program keeps the target open.

    Only Windows refuses to replace an open file, and often just for a moment.
    """
    for pause in _PAUSES if os.name == "nt" else ():
        try:
            os.replace(new, target)
            return
        except PermissionError:
            time.sleep(pause)
    os.replace(new, target)


def sync_folder(folder: Path) -> None:
    """Make a new directory entry durable; not every system can, and none needs it to be right."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_temporary(target: Path, content: bytes, prefix: str) -> Path:
    """A new file beside the target with this content, durable."""
    handle, name = tempfile.mkstemp(target.suffix, prefix, target.parent)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
    return path


def write_new(target: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    temporary = write_temporary(target, content, ".lokapom-")
    try:
        replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(target.parent)
