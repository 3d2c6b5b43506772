"""The user's settings file of xlwings, in which the macro books look for Python.

The VBA of xlwings reads it with `Input #`: quoted or bare words in pairs, one pair after the other, in the
code page of Windows, the first pair of a name counting. Lines are put in and taken out here so that every
other byte stays.
"""

from __future__ import annotations

import re
from pathlib import PureWindowsPath

from .machine import Machine, expanded

NAME = "xlwings.conf"
INTERPRETER = "INTERPRETER_WIN"

_WORD = re.compile(rb'[ \t]*(?:"([^"]*)"?[^,\r\n]*|([^,\r\n]*))(?:,|\r\n|\r|\n|\Z)')
_LINE = re.compile(rb'^[ \t]*"?interpreter_win"?[ \t]*,[^\r\n]*', re.IGNORECASE | re.MULTILINE)


def user_file(machine: Machine) -> PureWindowsPath:
    """Where the settings of the user are."""
    return PureWindowsPath(machine.variable("USERPROFILE"), ".xlwings", NAME)


def found(text: bytes, name: str) -> bytes | None:
    """What the VBA reads under a name; None when it finds none."""
    words, at = [], 0
    while at < len(text):
        word = _WORD.match(text, at)
        assert word is not None  # the pattern takes anything
        words.append(word[1] if word[1] is not None else word[2])
        at = word.end()
    wanted = name.lower().encode()
    return next((value for key, value in zip(words[::2], words[1::2]) if key.lower() == wanted), None)


def interpreter(machine: Machine, file: PureWindowsPath) -> str:
    """The Python that a settings file names, as Excel understands it; nothing when it names none."""
    value = found(machine.read(file), INTERPRETER) if machine.is_file(file) else None
    return expanded(machine, machine.from_ansi(value)) if value else ""


def _line(value: bytes) -> bytes:
    return b'"%s","%s"' % (INTERPRETER.encode(), value)


def with_interpreter(text: bytes, value: bytes) -> tuple[bytes, bytes | None]:
    """The file with the line, and the line it takes the place of.

    A new line comes first: there no flaw of another line can hide it from the VBA.
    """
    old = _LINE.search(text)
    if old:
        changed = text[: old.start()] + _line(value) + text[old.end() :]
        if found(changed, INTERPRETER) == value:
            return changed, old[0]
    return _line(value) + b"\r\n" + text, None


def without_interpreter(text: bytes, value: bytes, before: bytes | None) -> bytes | None:
    """The file as it was before; None when the line is no longer the one that was written."""
    line = re.search(b"^" + re.escape(_line(value)) + rb"(\r\n|\r|\n|\Z)", text, re.MULTILINE)
    if not line:
        return None
    return text[: line.start()] + (b"" if before is None else before + line[1]) + text[line.end() :]
