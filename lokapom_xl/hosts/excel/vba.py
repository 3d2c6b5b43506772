"""The generated VBA modules: the workbook's functions, their help in the function wizard, the buttons.

VBA source is kept in the code page of the PC, so every text is written in ASCII, other characters as
`ChrW$`. What the wrappers do with arguments, errors and a missing Python is in the hand-written module
`LokapomPython`; here each only hands over its arguments.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from ... import formulas
from ...registry import FUNCTIONS
from . import CATEGORY
from .buttons import BUTTONS
from .ribbon import CALLBACK, NAMESPACES, ribbon

_ = formulas
_MARK = "' Dihasilkan oleh `lokapom-xl build`; jangan diubah dengan tangan."
_LONGEST = 900  # VBA refuses lines of more than 1,023 characters

# One function as xlwings writes it: its head, and the array of its arguments.
_WRAPPER = re.compile(
    r"^(?P<head>Function (?P<name>\w+)\([^)\n]*\))$.*?"
    r'XLPy\.CallUDF\("(?P<module>[\w.]+)", "(?P=name)", (?P<arguments>Array\([^)\n]*\)).*?'
    r"^End Function$",
    re.MULTILINE | re.DOTALL,
)


def functions_module() -> str:
    """One VBA function for every domain function.

    Head and argument array are those of xlwings' generator. Its body is replaced: on a failure
    it puts the message into the cell as a text, which SUM skips in silence.
    """
    made = subprocess.run(
        [sys.executable, "-m", "lokapom_xl.hosts.excel.wrappers"], capture_output=True, text=True, check=True
    ).stdout
    parts = [
        f"Public {found['head']}\n"
        f'    {found["name"]} = LokapomCalculate("{found["module"]}", "{found["name"]}", '
        f"{found['arguments']})\n"
        "End Function\n"
        for found in _WRAPPER.finditer(made)
    ]
    if len(parts) != len(FUNCTIONS):
        raise RuntimeError(f"xlwings made {len(parts)} functions of {len(FUNCTIONS)}:\n{made}")
    return _module("LokapomFungsi", parts)


def help_module() -> str:
    """The Sub that gives every function its category and its help in the function wizard.

    The workbook runs it when it is opened: nobody has to import functions or trust the VBA project.
    """
    return _module("LokapomBantuan", ["\n".join(_help_lines())], private=True)


def buttons_module() -> str:
    """One Sub for every button on a sheet, and one for all buttons of the ribbon."""
    parts = [
        f'\' {button.tip}\nPublic Sub {button.macro}()\n    LokapomRun "{button.name}"\nEnd Sub\n'
        for button in BUTTONS
    ]
    parts.append(
        f"Public Sub {CALLBACK}(ByVal control As IRibbonControl)\n    LokapomRun control.Tag\nEnd Sub\n"
    )
    return _module("LokapomTombol", parts)


def _help_lines() -> Iterator[str]:
    yield "Public Sub LokapomRegisterHelp()"
    yield "    Dim saved As Boolean, about As String, texts() As String"
    yield "    saved = ThisWorkbook.Saved"
    yield "    ' Help is an extra: where Excel refuses it, the functions work all the same."
    yield "    On Error Resume Next"
    for record in FUNCTIONS.values():
        yield f"    ReDim texts(0 To {len(record.arguments) - 1})"
        yield from _assignment("about", record.help)
        for i, argument in enumerate(record.arguments):
            yield from _assignment(f"texts({i})", argument.help)
        yield f'    RegisterHelp "{record.name}", about, texts'
    yield "    ThisWorkbook.Saved = saved"
    yield "End Sub"
    yield ""
    yield "Private Sub RegisterHelp(ByVal udf As String, ByVal about As String, ByVal texts As Variant)"
    yield "    Dim book As String"
    yield """    book = Replace(ThisWorkbook.Name, "'", "''")"""
    yield """    Application.MacroOptions Macro:="'" & book & "'!" & udf, Description:=about, _"""
    yield f"        Category:={literal(CATEGORY)}, ArgumentDescriptions:=texts"
    yield "End Sub"


def _assignment(variable: str, text: str) -> Iterator[str]:
    """Lines that give `variable` the text, none of them too long for VBA."""
    value = ""
    for i, piece in enumerate(_pieces(text)):
        value = literal(piece)
        yield f"    {variable} = {value}" if i == 0 else f"    {variable} = {variable} & {value}"


def _pieces(text: str) -> Iterator[str]:
    """The text in parts whose literals fit on a line."""
    part = ""
    for character in text:
        if part and len(literal(part + character)) > _LONGEST:
            yield part
            part = ""
        part += character
    yield part


def literal(text: str) -> str:
    """A VBA expression for a text, in ASCII and on one line."""
    parts = []
    for piece in re.findall(r"[ -~]+|[^ -~]", text):
        if " " <= piece[0] <= "~":
            parts.append('"' + piece.replace('"', '""') + '"')
        else:
            units = piece.encode("utf-16-le")
            codes = (int.from_bytes(units[i : i + 2], "little") for i in range(0, len(units), 2))
            # The argument of ChrW$ is a signed 16-bit number.
            parts += [f"ChrW$({code - 0x10000 if code > 0x7FFF else code})" for code in codes]
    return " & ".join(parts) or '""'


def _module(name: str, parts: Iterable[str], private: bool = False) -> str:
    options = ["Option Explicit"] + (["Option Private Module"] if private else [])
    # VBA wants the name first; its editor hides that line, so that people read the mark first.
    head = [f'Attribute VB_Name = "{name}"', _MARK, *options, ""]
    return "\n".join([*head, *parts]).rstrip("\n") + "\n"


GENERATED: dict[str, Callable[[], str]] = {
    "LokapomFungsi.bas": functions_module,
    "LokapomBantuan.bas": help_module,
    "LokapomTombol.bas": buttons_module,
}
"""The generated modules by file name."""

PROJECT = Path(__file__).with_name("_project.json")
"""All our modules by file name, compiled into the package: an installed package has no folder `macros`."""


def _project(macros: Path) -> str:
    texts = {name: make() for name, make in GENERATED.items()}
    texts |= {path.name: path.read_text("ascii") for path in sorted((macros / "handwritten").iterdir())}
    return json.dumps(texts, indent=1) + "\n"


def generated(root: Path) -> dict[Path, Callable[[], str]]:
    """The generated files below the repository `root`, with what makes their text."""
    macros = root / "macros"
    files: dict[Path, Callable[[], str]] = {macros / name: make for name, make in GENERATED.items()}
    files |= {macros / "ribbon" / name: partial(ribbon, name) for name in NAMESPACES}
    return files | {root / PROJECT.relative_to(PROJECT.parents[3]): partial(_project, macros)}
