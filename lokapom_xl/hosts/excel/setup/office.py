"""What Excel is installed, and what its settings and the office's policies say about macros.

All versions since Excel 2016 keep their settings under the number 16.0.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PureWindowsPath

from . import places
from .machine import Machine, expanded, value

_USER = r"HKCU\Software\Microsoft\Office\16.0"
_POLICIES = (
    r"HKCU\Software\Policies\Microsoft\Cloud\Office\16.0",
    r"HKLM\Software\Policies\Microsoft\Office\16.0",
    r"HKCU\Software\Policies\Microsoft\Office\16.0",
)
_EXCEL = r"Excel\Security"
_LOCATIONS = r"Security\Trusted Locations"
USER_LOCATIONS = rf"{_USER}\Excel\{_LOCATIONS}"
DESCRIPTION = "Lokapom"

_APP_PATH = r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_INSTALLED = r"HKLM\Software\Microsoft\Office\ClickToRun\Configuration"
_CURRENT = r"HKLM\Software\Classes\Excel.Application\CurVer"


@dataclass(frozen=True)
class Excel:
    """`bits` is 0 when it could not be found out; `major` is 16 since Excel 2016."""

    path: PureWindowsPath
    major: int
    version: str
    bits: int


def find_excel(machine: Machine) -> Excel | None:
    """The Excel that opens when a workbook is double-clicked."""
    for hive in ("HKCU", "HKLM"):
        path = value(machine, rf"{hive}\{_APP_PATH}", "")
        if isinstance(path, str) and machine.is_file(PureWindowsPath(path.strip('"'))):
            program = PureWindowsPath(path.strip('"'))
            current = str(value(machine, _CURRENT, "") or "").rpartition(".")[2]
            version = value(machine, _INSTALLED, "VersionToReport")
            return Excel(
                program,
                int(current) if current.isdecimal() else 0,
                version if isinstance(version, str) else current,
                _bits(machine.read(program, 4096)),
            )
    return None


def _bits(program: bytes) -> int:
    """Of a program for Windows, from its first bytes; one for ARM64 loads 64-bit libraries as well."""
    try:
        (start,) = struct.unpack_from("<I", program, 0x3C)
        signature, kind = struct.unpack_from("<4sH", program, start)
    except struct.error:
        return 0
    return {0x14C: 32, 0x8664: 64, 0xAA64: 64}.get(kind, 0) if signature == b"PE\0\0" else 0


# --- policies ------------------------------------------------------------------------------------


def policy(machine: Machine, place: str, name: str) -> int | None:
    """What the office's policy says; None when it says nothing."""
    for root in _POLICIES:
        found = value(machine, rf"{root}\{place}", name)
        if isinstance(found, int):
            return found
    return None


def vba_is_off(machine: Machine) -> bool:
    """Whether a policy takes macros out of all programs of Office."""
    return policy(machine, "Common", "VBAOff") == 1


def macro_setting(machine: Machine) -> tuple[int, bool]:
    """1 all macros run, 2 Excel asks, 3 signed ones only, 4 none; and whether a policy says so."""
    ruled = policy(machine, _EXCEL, "VBAWarnings")
    if ruled is not None:
        return ruled, True
    own = value(machine, rf"{_USER}\{_EXCEL}", "VBAWarnings")
    return (own if isinstance(own, int) else 2), False


# --- trusted folders -----------------------------------------------------------------------------


def no_trusted_folders(machine: Machine) -> bool:
    """Whether no folder is trusted at all."""
    ruled = policy(machine, rf"Excel\{_LOCATIONS}", "AllLocationsDisabled")
    return (ruled if ruled is not None else value(machine, USER_LOCATIONS, "AllLocationsDisabled")) == 1


def own_trusted_folders(machine: Machine) -> bool:
    """Whether the folders count that the user declares trusted."""
    return policy(machine, rf"Common\{_LOCATIONS}", "Allow User Locations") != 0


def trusts(machine: Machine, folder: PureWindowsPath) -> bool:
    """Whether macros of books in this folder run without being asked for."""
    if no_trusted_folders(machine):
        return False
    return any(
        location == folder or (below and folder.is_relative_to(location))
        for location, below in _trusted(machine)
    )


def _trusted(machine: Machine) -> Iterator[tuple[PureWindowsPath, bool]]:
    parents = [rf"{root}\{part}\{_LOCATIONS}" for root in _POLICIES for part in ("Excel", "Common")]
    parents += [USER_LOCATIONS] if own_trusted_folders(machine) else []
    for parent in parents:
        for name in machine.subkeys(parent):
            key = rf"{parent}\{name}"
            path = value(machine, key, "Path")
            if isinstance(path, str) and path:
                yield PureWindowsPath(expanded(machine, path)), value(machine, key, "AllowSubfolders") == 1


def free_location(machine: Machine) -> str:
    """The key for one more trusted folder of the user."""
    taken = {name.casefold() for name in machine.subkeys(USER_LOCATIONS)}
    number = next(n for n in range(len(taken) + 1) if f"location{n}" not in taken)
    return rf"{USER_LOCATIONS}\Location{number}"


def location(folder: PureWindowsPath) -> dict[str, int | str]:
    """The values of a trusted folder."""
    return {"Path": f"{folder}\\", "AllowSubfolders": 1, "Description": DESCRIPTION}


def in_trusted_place(machine: Machine, book: PureWindowsPath) -> bool:
    """Whether the macros of this book run; a book in OneDrive has an address that no folder matches."""
    return trusts(machine, book.parent) and not places.in_onedrive(machine, book)
