"""What a folder is good for: a local one, or one that a program or another computer shares."""

from __future__ import annotations

from pathlib import PureWindowsPath

from .machine import Machine, expanded, value

_SYNCED = r"HKCU\Software\SyncEngines\Providers\OneDrive"
_SHELL_FOLDERS = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
_DOWNLOADS = "{374DE290-123F-4565-9164-39C4925E467B}"
"""Windows' own number for the folder of downloads."""


def within(path: PureWindowsPath, folder: str) -> bool:
    """Whether the path is the folder or lies in it; Windows does not mind capitals."""
    return bool(folder) and path.is_relative_to(PureWindowsPath(folder))


def in_onedrive(machine: Machine, path: PureWindowsPath) -> bool:
    """Whether OneDrive keeps a copy of it elsewhere (synchronised libraries of SharePoint too)."""
    roots = [machine.variable(name) for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer")]
    for name in machine.subkeys(_SYNCED):
        point = value(machine, rf"{_SYNCED}\{name}", "MountPoint")
        roots.append(point if isinstance(point, str) else "")
    return any(within(path, root) for root in roots)


def shared(machine: Machine, path: PureWindowsPath) -> str:
    """Why a place is not simply on this computer: what it is, in words, or nothing."""
    if in_onedrive(machine, path):
        return "folder OneDrive atau SharePoint"
    if machine.drive(path) == "network":
        return "folder jaringan"
    if machine.drive(path) == "removable":
        return "diska lepas"
    return ""


def passing(machine: Machine, path: PureWindowsPath) -> str:
    """Why a place is not made for keeping a book: what it is, in words, or nothing."""
    downloads = _shell_folder(machine, _DOWNLOADS, "Downloads")
    if within(path, str(downloads)):
        return "folder Unduhan (Downloads)"
    if any(within(path, machine.variable(name)) for name in ("TEMP", "TMP")):
        return "folder sementara (mungkin dibuka dari dalam berkas ZIP)"
    return ""


def _shell_folder(machine: Machine, name: str, usual: str) -> PureWindowsPath:
    home = machine.variable("USERPROFILE")
    known = value(machine, _SHELL_FOLDERS, name)
    return PureWindowsPath(
        expanded(machine, known) if isinstance(known, str) and known else f"{home}\\{usual}"
    )


def usual_folder(machine: Machine) -> PureWindowsPath:
    """Where the books go unless told otherwise: in the documents, or beside them when OneDrive or a "
    "server has those."""
    documents = _shell_folder(machine, "Personal", "Documents")
    if shared(machine, documents):
        documents = PureWindowsPath(machine.variable("USERPROFILE"))
    return documents / "Lokapom"
