"""A real computer with Windows."""

from __future__ import annotations

import ctypes
import importlib.metadata
import importlib.util
import os
import platform
import re
import subprocess
import sys
import sysconfig
import winreg
from contextlib import suppress
from functools import cached_property
from pathlib import Path, PureWindowsPath

from .... import __version__
from ....workbook.platform import write_new, write_temporary
from .machine import Data, Python, Ran

assert sys.platform == "win32"  # what tells the type checker which system this file is for

_HIVES = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}
_READ = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
_WRITE = winreg.KEY_READ | winreg.KEY_WRITE | winreg.KEY_WOW64_64KEY
_DRIVES = {2: "removable", 3: "fixed", 4: "network"}


def _installed(name: str) -> str:
    with suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(name)
    return ""


def _wanted_xlwings() -> str:
    with suppress(importlib.metadata.PackageNotFoundError):
        for line in importlib.metadata.requires("lokapom_xl") or ():
            found = re.match(r"xlwings\s*\(?==\s*([\w.]+)", line)
            if found:
                return found[1]
    return ""


class Windows:
    """See `machine.Machine`."""

    @cached_property
    def system(self) -> str:
        return f"Windows {platform.release()} ({platform.version()})"

    @cached_property
    def python(self) -> Python:
        return Python(
            executable=PureWindowsPath(sys.executable),
            version=sys.version_info[:3],
            platform=sysconfig.get_platform(),
            product=__version__,
            xlwings=_installed("xlwings"),
            wanted_xlwings=_wanted_xlwings(),
            pywin32=importlib.util.find_spec("pythoncom") is not None,
            virtual=sys.prefix != sys.base_prefix,
            store="WindowsApps" in PureWindowsPath(sys.base_prefix).parts,
        )

    def variable(self, name: str) -> str:
        return os.environ.get(name, "")

    def ansi(self, text: str) -> bytes | None:
        try:
            return text.encode("mbcs", "strict")
        except UnicodeEncodeError:
            return None

    def from_ansi(self, text: bytes) -> str:
        return text.decode("mbcs", "replace")

    # --- files -----------------------------------------------------------------------------------

    def absolute(self, path: str) -> PureWindowsPath:
        return PureWindowsPath(os.path.abspath(path))

    def is_file(self, path: PureWindowsPath) -> bool:
        return Path(path).is_file()

    def is_folder(self, path: PureWindowsPath) -> bool:
        return Path(path).is_dir()

    def files(self, folder: PureWindowsPath) -> list[PureWindowsPath]:
        if not self.is_folder(folder):
            return []
        return sorted(PureWindowsPath(path) for path in Path(folder).iterdir() if path.is_file())

    def drive(self, path: PureWindowsPath) -> str:
        if path.drive.startswith("\\\\"):
            return "network"
        return _DRIVES.get(ctypes.windll.kernel32.GetDriveTypeW(path.anchor), "")

    def read(self, path: PureWindowsPath, limit: int = -1) -> bytes:
        with open(path, "rb") as file:
            return file.read(limit)

    def write(self, path: PureWindowsPath, content: bytes) -> None:
        write_new(Path(path), content)

    def create(self, path: PureWindowsPath, content: bytes) -> None:
        temporary = write_temporary(Path(path), content, ".lokapom-")
        try:
            # On Windows this refuses to take the place of a file.
            os.rename(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def delete(self, path: PureWindowsPath) -> None:
        os.unlink(path)

    def make_folder(self, path: PureWindowsPath) -> None:
        os.mkdir(path)

    def remove_folder(self, path: PureWindowsPath) -> None:
        os.rmdir(path)

    def mark(self, path: PureWindowsPath) -> bytes | None:
        try:
            return self.read(PureWindowsPath(f"{path}:Zone.Identifier"))
        except OSError:
            # No such stream, or a drive that knows none.
            return None

    def set_mark(self, path: PureWindowsPath, content: bytes | None) -> None:
        stream = f"{path}:Zone.Identifier"
        if content is None:
            os.unlink(stream)
        else:
            with open(stream, "wb") as file:
                file.write(content)

    # --- registry --------------------------------------------------------------------------------

    def _open(self, key: str, access: int = _READ) -> winreg.HKEYType:
        hive, _, path = key.partition("\\")
        return winreg.OpenKeyEx(_HIVES[hive], path, 0, access)

    def has_key(self, key: str) -> bool:
        try:
            self._open(key).Close()
        except FileNotFoundError:
            return False
        return True

    def subkeys(self, key: str) -> list[str]:
        try:
            with self._open(key) as handle:
                return [winreg.EnumKey(handle, i) for i in range(winreg.QueryInfoKey(handle)[0])]
        except FileNotFoundError:
            return []

    def values(self, key: str) -> dict[str, Data]:
        try:
            with self._open(key) as handle:
                count = winreg.QueryInfoKey(handle)[1]
                return {name: data for name, data, _ in (winreg.EnumValue(handle, i) for i in range(count))}
        except FileNotFoundError:
            return {}

    def make_key(self, key: str) -> None:
        hive, _, path = key.partition("\\")
        winreg.CreateKeyEx(_HIVES[hive], path, 0, _WRITE).Close()

    def set_value(self, key: str, name: str, data: int | str) -> None:
        kind = winreg.REG_DWORD if isinstance(data, int) else winreg.REG_SZ
        with self._open(key, _WRITE) as handle:
            winreg.SetValueEx(handle, name, 0, kind, data)

    def delete_key(self, key: str) -> None:
        hive, _, path = key.partition("\\")
        winreg.DeleteKeyEx(_HIVES[hive], path, winreg.KEY_WOW64_64KEY)

    # --- programs --------------------------------------------------------------------------------

    def run(self, command: list[str], folder: PureWindowsPath, seconds: float) -> Ran:
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                timeout=seconds,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                creationflags=subprocess.CREATE_NO_WINDOW,
            )
        except subprocess.TimeoutExpired:
            return Ran(None, "")
        return Ran(done.returncode, done.stdout)

    def load(self, library: PureWindowsPath) -> str:
        try:
            ctypes.WinDLL(str(library))
        except OSError as problem:
            return problem.strerror or str(problem)
        return ""
