"""The records from which every surface is made: cells, macros, help pages, commands and checks.

A domain function is written once, with `@function`. Its record knows how it is called in Excel,
what its arguments mean in Indonesian, which rules it depends on, one worked example, and the same
calculation in plain Excel formulas. Standard library only, Python 3.9 syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Optional, Union

from .model import RuleMissing
from .numbers import NOT_MEASURED, VALUE, CellError, Scalar, Unreadable, to_number, to_scalar

HELP_LIMIT = 255
"""Excel cuts help texts of functions and arguments after this many characters."""


@dataclass(frozen=True)
class Argument:
    """One argument of a function.

    `kind` is `number`, `range` (numbers of a range, nested lists accepted), `cells` (a range whose texts
    stay texts), `year` or `text`.
    `rounded` says that the value usually handed over is itself a rounded one, so that a printed
    result may stem from a value within half a unit of its last decimal.
    """

    name: str
    help: str
    kind: str = "number"
    optional: bool = False
    rounded: bool = False


@dataclass(frozen=True)
class Example:
    """One worked example: the arguments and the result, as they are written in Python."""

    arguments: tuple[object, ...]
    result: object


PlainWriter = Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, eq=False)
class Function:
    """A domain function and everything that its surfaces say about it; calling it computes.

    Scalar arguments may be lists (or lists of lists): the result then has the same shape. An error
    among the arguments comes back unchanged, a blank or `-` gives `-`, unreadable or ambiguous text
    gives `#VALUE!`. With `own_blanks` the body itself decides what a blank or an error means.
    """

    name: str
    help: str
    arguments: tuple[Argument, ...]
    unit: str
    decimals: Optional[int]
    category: str
    example: Example
    body: Callable[..., Scalar]
    plain: PlainWriter
    rules: tuple[str, ...] = ()
    own_blanks: bool = False
    doc: str = ""

    def __call__(self, *values: object) -> Any:
        if not self.required <= len(values) <= len(self.arguments):
            raise TypeError(f"{self.name} takes {self.required} to {len(self.arguments)} arguments")
        if any(map(_is_array, values)):
            shapes = [v for a, v in zip(self.arguments, values) if a.kind not in RANGES and _is_array(v)]
            if shapes:
                return self._each(values, shapes)
        return self._once(values)

    @cached_property
    def required(self) -> int:
        """How many arguments there must be; the others may be left out."""
        return sum(not a.optional for a in self.arguments)

    def _each(self, values: Sequence[Any], shapes: list[Any]) -> list[Any]:
        """Apply over the outermost dimension of the array arguments; scalars are repeated."""
        length = max(len(s) for s in shapes)
        if any(len(s) not in (1, length) for s in shapes):
            raise ValueError(f"{self.name}: arrays of different length")
        result = []
        for i in range(length):
            row = [
                v[i if len(v) > 1 else 0] if a.kind not in RANGES and _is_array(v) else v
                for a, v in zip(self.arguments, values)
            ]
            result.append(self(*row))
        return result

    def _once(self, values: Sequence[object]) -> Scalar:
        clean: list[object] = []
        error: Optional[CellError] = None
        unreadable: Optional[CellError] = None
        blank = False
        for argument, value in zip(self.arguments, values):
            item = _clean(argument, value)
            if isinstance(item, Decimal):  # by far the most, and slow to compare with a text
                pass
            elif isinstance(item, Unreadable):
                unreadable = unreadable or item
            elif isinstance(item, CellError):
                error = error or item
            elif item is None or item == NOT_MEASURED:
                blank = blank or not argument.optional
                item = None if argument.optional else item
            clean.append(item)
        if not self.own_blanks:
            if error is not None:
                return error
            if blank:
                return NOT_MEASURED
            if unreadable is not None:
                return _settled(unreadable)
        try:
            return _settled(self.body(*clean))
        except RuleMissing as problem:
            return CellError("#N/A", problem.message, "aturan-belum-ditinjau")

    def plain_formula(self, references: Mapping[str, str]) -> str:
        """The same calculation in plain Excel functions; `references` names the argument cells."""
        return self.plain(references)

    def udf_formula(self, references: Mapping[str, str]) -> str:
        """The call of this function as a cell of the udf edition writes it."""
        given = [references.get(a.name) for a in self.arguments]
        while given and given[-1] is None:
            given.pop()
        return f"{self.name}({','.join(g or '' for g in given)})"

    def signature(self) -> str:
        """How staff type it: `CAPAIAN(target; realisasi; [polaritas])`."""
        names = [f"[{a.name}]" if a.optional else a.name for a in self.arguments]
        return f"{self.name}({'; '.join(names)})"


def _settled(value: Scalar) -> Scalar:
    """A result: a text that could not be read has become an error like any other."""
    if isinstance(value, Unreadable):
        return CellError(value.code, value.message, value.name)
    return value


def _is_array(value: object) -> bool:
    return isinstance(value, (list, tuple))


def flatten(value: object) -> list[object]:
    """The cells of a (nested) range in reading order."""
    if isinstance(value, (list, tuple)):
        return [cell for part in value for cell in flatten(part)]
    return [value]


def _clean(argument: Argument, value: object) -> object:
    if argument.kind == "number":
        return to_number(value)
    if argument.kind == "range":
        if value is None and argument.optional:
            return None
        return [to_number(cell) for cell in flatten(value)]
    if argument.kind == "cells":
        return [to_scalar(cell) for cell in flatten(value)]
    if argument.kind == "text":
        scalar = to_scalar(value)
        if isinstance(scalar, str) and argument.optional:
            return scalar.strip() or None
        return scalar
    number = to_number(value)
    if argument.kind == "year" and isinstance(number, Decimal):
        if number != number.to_integral_value() or not 1900 <= number <= 9999:
            return CellError(VALUE, f"tahun {value} tidak dikenal", "tahun-tidak-dikenal")
        return int(number)
    return number


RANGES = ("range", "cells")
"""The kinds of arguments that take several cells."""

FUNCTIONS: dict[str, Function] = {}
"""Every domain function by its Excel name, in the order of definition."""


def function(
    *,
    help: str,
    arguments: Sequence[Argument],
    unit: str,
    category: str,
    example: Example,
    plain: PlainWriter,
    decimals: Optional[int] = None,
    rules: Sequence[str] = (),
    own_blanks: bool = False,
) -> Callable[[Callable[..., Scalar]], Function]:
    """Make a pure function the domain function of the same name and enter it in `FUNCTIONS`."""

    def register(body: Callable[..., Scalar]) -> Function:
        record = Function(
            name=body.__name__,
            help=help,
            arguments=tuple(arguments),
            unit=unit,
            decimals=decimals,
            category=category,
            example=example,
            body=body,
            plain=plain,
            rules=tuple(rules),
            own_blanks=own_blanks,
            doc=body.__doc__ or "",
        )
        for text in (help, *(a.help for a in arguments)):
            if len(text) > HELP_LIMIT:
                raise ValueError(f"{record.name}: help text longer than {HELP_LIMIT} characters")
        if record.name in FUNCTIONS:
            raise ValueError(f"{record.name} is defined twice")
        FUNCTIONS[record.name] = record
        return record

    return register


FAMILIES = {
    "STR": "susunan buku",
    "ISI": "isian",
    "FRM": "rumus di sel",
    "HIT": "hitungan",
    "KON": "kesesuaian antartabel dan antarbuku",
    "ATR": "aturan",
}
"""The families of checks, which are the first three letters of their codes."""

LEVELS = ("galat", "peringatan", "info")
"""How grave a finding is, the gravest first."""


@dataclass(frozen=True)
class Check:
    """A check's permanent code and name, its level, and the docstring that is its help page.

    `needs` names the checks whose findings make one of this check meaningless where they meet: it is then
    a consequence of theirs, and when one of them cannot run, this one is silent, too. `part_of` names the
    check that does the work of this one, whose own body is empty. `since` and `until` bound the fiscal
    years that it is about.
    """

    code: str
    name: str
    level: str
    doc: str
    run: Callable[..., Any]
    needs: tuple[str, ...] = ()
    part_of: str = ""
    since: Optional[date] = None
    until: Optional[date] = None

    @property
    def family(self) -> str:
        return self.code[:3]

    def covers(self, year: int) -> bool:
        """Whether it holds for the whole of a fiscal year, as a rule does."""
        return (self.since is None or self.since <= date(year, 1, 1)) and (
            self.until is None or self.until >= date(year, 12, 31)
        )


CHECKS: dict[str, Check] = {}
"""Every check by its code."""


def check(
    code: str,
    name: str,
    level: str,
    *,
    needs: Sequence[str] = (),
    part_of: str = "",
    since: Optional[date] = None,
    until: Optional[date] = None,
) -> Callable[[Callable[..., Any]], Check]:
    """Enter a generator of findings in `CHECKS`; its docstring is what `explain CODE` prints."""

    def register(run: Callable[..., Any]) -> Check:
        if code in CHECKS or level not in LEVELS or code[:3] not in FAMILIES or not run.__doc__:
            raise ValueError(f"check {code}: defined twice, unknown level or family, or undocumented")
        CHECKS[code] = Check(code, name, level, run.__doc__, run, tuple(needs), part_of, since, until)
        return CHECKS[code]

    return register


Result = Union[Decimal, str, CellError]
