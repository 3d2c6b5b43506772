"""What was installed, noted before it is done, so that it can be taken out again to the byte."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import PureWindowsPath
from typing import Any

from .changes import Changes
from .machine import Machine


@dataclass(frozen=True)
class Interpreter:
    """The line in the settings of xlwings. Bytes stand as letters of Latin-1, one for each."""

    file: str
    value: str
    before: str | None
    made: list[str] = field(default_factory=list)
    """The file and the folder, where they were not there before; outermost first."""


@dataclass(frozen=True)
class Trusted:
    """The folder that Excel trusts; `made` are the keys that were not there before, outermost first."""

    key: str
    path: str
    made: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Journal:
    """All of it; empty when nothing is installed."""

    product: str = ""
    interpreter: Interpreter | None = None
    trusted: list[Trusted] = field(default_factory=list)
    folder: str = ""
    folders: list[str] = field(default_factory=list)
    """Those that were made, outermost first."""
    books: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing is installed."""
        return self == Journal()


def journal_file(machine: Machine) -> PureWindowsPath:
    """Where it is kept."""
    return PureWindowsPath(machine.variable("LOCALAPPDATA"), "Lokapom", "pemasangan.json")


class UnreadableJournal(Exception):
    """The file is there, and nobody knows what it says."""


def load(machine: Machine) -> Journal:
    """What is noted; an empty journal when there is none."""
    file = journal_file(machine)
    if not machine.is_file(file):
        return Journal()
    try:
        content = json.loads(machine.read(file))
        values: dict[str, Any] = {item.name: content[item.name] for item in fields(Journal)}
        if values["interpreter"]:
            values["interpreter"] = Interpreter(**values["interpreter"])
        values["trusted"] = [Trusted(**item) for item in values["trusted"]]
        return Journal(**values)
    except (ValueError, TypeError, KeyError) as problem:
        raise UnreadableJournal(str(file)) from problem


def save(changes: Changes, journal: Journal) -> None:
    """Note it; an empty journal takes the file and its folder away."""
    file = journal_file(changes.machine)
    if not journal.empty:
        text = json.dumps({"version": 1, **asdict(journal)}, ensure_ascii=False, indent=1) + "\n"
        changes.write(file, text.encode())
    elif changes.machine.is_file(file):
        changes.delete(file)
        changes.remove_if_empty(file.parent)
