"""All that installing asks of a computer, so that every fault of one can be made up in a test."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Protocol

Data = int | str | bytes | list[str] | None
"""A value in the registry."""


@dataclass(frozen=True)
class Python:
    """The Python that runs this command, and what is installed in it."""

    executable: PureWindowsPath
    version: tuple[int, int, int]
    platform: str
    """As wheels name it: win-amd64, win32, win-arm64."""
    product: str
    xlwings: str
    """The version, or nothing when it is not installed."""
    wanted_xlwings: str
    """The version that the product asks for, or nothing when that is not known."""
    pywin32: bool
    virtual: bool
    """Whether this is a virtual environment."""
    store: bool
    """Whether it comes from Microsoft's store (a virtual environment: what it was made from)."""


@dataclass(frozen=True)
class Ran:
    """How a program ended; no code when it did not end in time."""

    code: int | None
    output: str


class Machine(Protocol):
    """A computer with Windows, and one user of it.

    Registry keys start with HKCU or HKLM. What is not there is None or empty; what may not be read or
    written raises OSError.
    """

    @property
    def system(self) -> str: ...
    @property
    def python(self) -> Python: ...

    def variable(self, name: str) -> str: ...
    def ansi(self, text: str) -> bytes | None:
        """The text in the code page of Windows; None when a letter has no place in it."""

    def from_ansi(self, text: bytes) -> str: ...

    def absolute(self, path: str) -> PureWindowsPath: ...
    def is_file(self, path: PureWindowsPath) -> bool: ...
    def is_folder(self, path: PureWindowsPath) -> bool: ...
    def files(self, folder: PureWindowsPath) -> list[PureWindowsPath]: ...
    def drive(self, path: PureWindowsPath) -> str:
        """`fixed`, `network`, `removable`, or nothing when unknown."""

    def read(self, path: PureWindowsPath, limit: int = -1) -> bytes: ...
    def write(self, path: PureWindowsPath, content: bytes) -> None:
        """Whole or not at all, over an older one."""

    def create(self, path: PureWindowsPath, content: bytes) -> None:
        """Whole or not at all; FileExistsError when there is one."""

    def delete(self, path: PureWindowsPath) -> None: ...
    def make_folder(self, path: PureWindowsPath) -> None: ...
    def remove_folder(self, path: PureWindowsPath) -> None:
        """OSError when it is not empty."""

    def mark(self, path: PureWindowsPath) -> bytes | None:
        """What Windows noted about where a file comes from (the stream `Zone.Identifier`)."""

    def set_mark(self, path: PureWindowsPath, content: bytes | None) -> None: ...

    def has_key(self, key: str) -> bool: ...
    def subkeys(self, key: str) -> list[str]: ...
    def values(self, key: str) -> dict[str, Data]: ...
    def make_key(self, key: str) -> None: ...
    def set_value(self, key: str, name: str, data: int | str) -> None: ...
    def delete_key(self, key: str) -> None:
        """OSError when keys are below it."""

    def run(self, command: list[str], folder: PureWindowsPath, seconds: float) -> Ran: ...
    def load(self, library: PureWindowsPath) -> str:
        """Load a DLL into this process: nothing, or the reason why it cannot be."""


def value(machine: Machine, key: str, name: str) -> Data:
    """One value of a key; names do not mind capitals."""
    return {k.casefold(): v for k, v in machine.values(key).items()}.get(name.casefold())


def expanded(machine: Machine, text: str) -> str:
    """The text with `%NAME%` replaced as Windows does it: an unknown name stays."""
    return re.sub("%([^%]+)%", lambda found: machine.variable(found[1]) or found[0], text)


def this_machine() -> Machine | None:
    """The computer at hand; None when it does not run Windows."""
    if sys.platform == "win32":
        from .windows import Windows

        return Windows()
    return None
