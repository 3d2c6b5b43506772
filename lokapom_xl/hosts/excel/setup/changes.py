"""Changes to a computer that are taken back, last one first, when a later one fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PureWindowsPath
from types import TracebackType

from .machine import Machine


class Changes:
    """`with Changes(machine) as changes:` keeps what was done, or leaves nothing of it behind an exception.

    What could not be taken back stands in `left`, in words.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.left: list[str] = []
        self._back: list[tuple[str, Callable[[], None]]] = []

    def __enter__(self) -> Changes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            return
        while self._back:
            what, undo = self._back.pop()
            try:
                undo()
            except OSError:
                self.left.append(what)

    def make_folder(self, folder: PureWindowsPath) -> None:
        """The folder with those it lies in, as far as they are missing."""
        for path in missing(self.machine, folder):
            self.machine.make_folder(path)
            self._back.append((str(path), lambda path=path: self.machine.remove_folder(path)))  # type: ignore[misc]

    def write(self, path: PureWindowsPath, content: bytes) -> None:
        """Over an older file; the folder is made where it is missing."""
        self.make_folder(path.parent)
        before = self.machine.read(path) if self.machine.is_file(path) else None
        self.machine.write(path, content)
        undo = (
            (lambda: self.machine.delete(path))
            if before is None
            else (lambda: self.machine.write(path, before))
        )
        self._back.append((str(path), undo))

    def create(self, path: PureWindowsPath, content: bytes) -> None:
        """A new file; never over another."""
        self.make_folder(path.parent)
        self.machine.create(path, content)
        self._back.append((str(path), lambda: self.machine.delete(path)))

    def delete(self, path: PureWindowsPath) -> None:
        """A file."""
        before = self.machine.read(path)
        self.machine.delete(path)
        self._back.append((str(path), lambda: self.machine.write(path, before)))

    def remove_if_empty(self, folder: PureWindowsPath) -> None:
        """A folder that may hold other things by now."""
        try:
            self.machine.remove_folder(folder)
        except OSError:
            return
        self._back.append((str(folder), lambda: self.machine.make_folder(folder)))

    def unmark(self, path: PureWindowsPath) -> None:
        """Take away the note that a file came from the internet."""
        before = self.machine.mark(path)
        self.machine.set_mark(path, None)
        self._back.append((str(path), lambda: self.machine.set_mark(path, before)))

    def make_key(self, key: str, values: dict[str, int | str]) -> None:
        """A key of the registry that is not there yet, with those it lies in."""
        for name in missing_keys(self.machine, key):
            self.machine.make_key(name)
            self._back.append((name, lambda name=name: self.machine.delete_key(name)))  # type: ignore[misc]
        for name, data in values.items():
            self.machine.set_value(key, name, data)

    def delete_key(self, key: str) -> None:
        """A key of the registry whose values are numbers and texts."""
        before = {k: v for k, v in self.machine.values(key).items() if isinstance(v, int | str)}

        def undo() -> None:
            self.machine.make_key(key)
            for name, data in before.items():
                self.machine.set_value(key, name, data)

        self.machine.delete_key(key)
        self._back.append((key, undo))


def missing(machine: Machine, folder: PureWindowsPath) -> list[PureWindowsPath]:
    """The folders that have to be made for this one, outermost first."""
    paths = [p for p in (folder, *folder.parents) if p != p.parent and not machine.is_folder(p)]
    return paths[::-1]


def missing_keys(machine: Machine, key: str) -> list[str]:
    """The keys that have to be made for this one, outermost first."""
    parts = key.split("\\")
    keys = ["\\".join(parts[: n + 1]) for n in range(1, len(parts))]
    return [name for name in keys if not machine.has_key(name)]
