"""The only number module: strict reading, half-up rounding, printing.

Everything is `decimal.Decimal`. Three things that look alike are kept apart everywhere:

* zero is the number `Decimal(0)`;
* "not yet measured" is the text `-` (`NOT_MEASURED`), as the report prints it;
* an Excel error is a `CellError` and propagates unchanged.

Percentages are points: 99,93 % is `Decimal("99.93")`, never 0.9993.

Standard library only, Python 3.9 syntax: this module also runs inside an office suite.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Optional, Union

NOT_MEASURED = "-"
"""What a cell shows, and a function returns, for a value that was not measured yet."""

#: Dashes that people (and word processors) type for "not yet measured".
_DASHES = frozenset({"-", "\u2013", "\u2014", "\u2212"})

#: Wide enough that no intermediate result of these formulas is ever rounded visibly.
CONTEXT = Context(prec=40, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class CellError:
    """An error value of a spreadsheet cell, as a value that can be passed on.

    `code` is the error as Excel writes it (`#DIV/0!`); `name` is a stable identifier of the cause
    and `message` an Indonesian sentence for the user (both empty for an error read from a cell).
    Two errors are equal when their codes are, whatever the cause.
    """

    code: str
    message: str = ""
    name: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellError) and other.code == self.code

    def __hash__(self) -> int:
        return hash(self.code)

    def __str__(self) -> str:
        return self.code


class Unreadable(CellError):
    """The `#VALUE!` of a text that is not one number.

    It ranks behind a blank: a spreadsheet formula looks for blanks and errors first and meets the
    text only when it computes with it.
    """


DIV0 = "#DIV/0!"
VALUE = "#VALUE!"
NA = "#N/A"
NUM = "#NUM!"
ERROR_CODES = (
    DIV0,
    VALUE,
    NA,
    NUM,
    "#REF!",
    "#NAME?",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
)

Scalar = Union[Decimal, str, bool, CellError, None]
"""What a cell can hold once read: number, text, truth value, error or nothing."""


@dataclass(frozen=True)
class Reading:
    """The outcome of reading one text as a number.

    `kind` is `number`, `ambiguous` (two readings, none chosen), `not-measured` (blank or a dash)
    or `senseless`. `readings` holds every possible value, in Indonesian-then-English order.
    `percent` says that the text ended in a per-cent sign; the value is in points either way.
    """

    kind: str
    readings: tuple[Decimal, ...] = ()
    percent: bool = False

    @property
    def value(self) -> Decimal:
        """The one value of a `number` reading."""
        if self.kind != "number":
            raise ValueError(f"no single reading: {self.kind}")
        return self.readings[0]


def _pattern(group: str, point: str) -> re.Pattern[str]:
    group, point = re.escape(group), re.escape(point)
    # A group separator needs a first group that does not start with 0: "0.125" is no thousand.
    whole = rf"(?:[1-9]\d{{0,2}}(?:{group}\d{{3}})+|\d+)"
    return re.compile(rf"[+-]?{whole}(?:{point}\d+)?", re.ASCII)


_STYLES = ((".", ",", _pattern(".", ",")), (",", ".", _pattern(",", ".")))
_RUPIAH_PREFIX = re.compile(r"^rp\.?\s*", re.IGNORECASE)
_RUPIAH_SUFFIX = re.compile(r",\s*-$")
_MAX_TEXT = 100  # no honest number is longer; keeps regular expressions off hostile input


def read_text(text: str) -> Reading:
    """Read `text` as a number under Indonesian (`1.234,5`) and English (`1,234.5`) grouping.

    A per-cent sign and a rupiah prefix are accepted. Text with exactly one reading is a `number`;
    with two different ones it is `ambiguous` and both are returned; never a guess.
    """
    body = text.replace("\u00a0", " ").strip()
    if body == "" or body in _DASHES:
        return Reading("not-measured")
    if len(body) > _MAX_TEXT:
        return Reading("senseless")
    percent = body.endswith("%")
    if percent:
        body = body[:-1].rstrip()
    else:
        without_prefix = _RUPIAH_PREFIX.sub("", body)
        if without_prefix != body:
            body = _RUPIAH_SUFFIX.sub("", without_prefix)
    body = body.replace("\u2212", "-")
    readings: list[Decimal] = []
    for group, point, pattern in _STYLES:
        if pattern.fullmatch(body):
            value = Decimal(body.replace(group, "").replace(point, "."))
            if value not in readings:
                readings.append(value)
    if not readings:
        return Reading("senseless", percent=percent)
    return Reading("number" if len(readings) == 1 else "ambiguous", tuple(readings), percent)


def from_float(value: float) -> Decimal:
    """A binary number as the 15 significant digits that Excel itself looks at."""
    return Decimal(f"{value:.15g}")


def points_from_percent_cell(value: Decimal) -> Decimal:
    """The points shown by a cell whose number format has a per-cent sign (0.9993 -> 99.93)."""
    return value.scaleb(2)


def to_scalar(value: object) -> Scalar:
    """Bring one Python or spreadsheet value to a `Scalar`; floats by `from_float`.

    Text stays text here: reading it as a number is `to_number`'s work. Error texts such as
    `#DIV/0!` become errors, so that a host that delivers errors as text cannot hide one.
    """
    if value is None or isinstance(value, (Decimal, bool, CellError)):
        if isinstance(value, Decimal) and not value.is_finite():
            return CellError(NUM)
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        number = from_float(value)
        return number if number.is_finite() else CellError(NUM)
    if isinstance(value, str):
        return CellError(value.strip()) if value.strip() in ERROR_CODES else value
    return CellError(VALUE, f"jenis data {type(value).__name__} tidak dikenal", "bukan-angka")


def to_number(value: object) -> Union[Decimal, CellError, str]:
    """A number, `NOT_MEASURED`, or the error that stands for anything else.

    Errors propagate unchanged; ambiguous and senseless text is `#VALUE!` with its reason.
    """
    scalar = to_scalar(value)
    if scalar is None:
        return NOT_MEASURED
    if isinstance(scalar, bool):
        return Unreadable(VALUE, "nilai benar/salah bukan angka", "bukan-angka")
    if isinstance(scalar, (Decimal, CellError)):
        return scalar
    reading = read_text(scalar)
    if reading.kind == "number":
        return reading.value
    if reading.kind == "not-measured":
        return NOT_MEASURED
    if reading.kind == "ambiguous":
        first, second = (indonesian(r) for r in reading.readings)
        return Unreadable(
            VALUE,
            f"teks \u201c{scalar}\u201d bermakna ganda: dapat dibaca {first} atau {second}",
            "bermakna-ganda",
        )
    return Unreadable(VALUE, f"teks \u201c{scalar[:40]}\u201d bukan angka", "bukan-angka")


_ORDINALS = ("pertama", "kedua", "ketiga", "keempat", "kelima", "keenam", "ketujuh", "kedelapan")
_FIRST = ("teratas", "tertinggi")
LOWEST = "terendah"
"""The rank of the last, whatever their number."""


def read_stated(text: str) -> Union[Decimal, CellError, str]:
    """The number that a sentence states: `kedua`, `4 (empat)`, `32 orang`, `Rp. 5.410.540.000, -`.

    What is no number so written comes back as `to_number` reads it.
    """
    words = text.casefold().strip()
    if words in _FIRST:
        return Decimal(1)
    if words in _ORDINALS:
        return Decimal(_ORDINALS.index(words) + 1)
    bare = re.sub(r"\([^)]*\)", "", words)
    bare = re.sub(r"^rp\.?\s*", "", bare)
    bare = re.sub(r",\s*-?\s*$", "", bare)
    return to_number(re.sub(r"(?<=[\d%])\s*[a-z ]+$", "", bare.strip()))


def _to_grid(value: Decimal, decimals: int, rounding: str) -> Decimal:
    if value.adjusted() + decimals >= CONTEXT.prec:
        return value  # too large to have decimals that anybody wrote
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding, CONTEXT)
    return abs(rounded) if rounded == 0 else rounded


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """`value` rounded once, ties away from zero, never minus zero (as Excel's ROUND)."""
    return _to_grid(value, decimals, ROUND_HALF_UP)


def truncate(value: Decimal, decimals: int) -> Decimal:
    """`value` with its further decimals cut off (as Excel's TRUNC)."""
    return _to_grid(value, decimals, ROUND_DOWN)


def divide(numerator: Decimal, denominator: Decimal) -> Union[Decimal, CellError]:
    """The quotient, or `#DIV/0!`."""
    if denominator == 0:
        return CellError(DIV0, "pembagi bernilai nol", "bagi-nol")
    return CONTEXT.divide(numerator, denominator)


def decimals_of(text: str) -> Optional[int]:
    """How many decimals a printed number shows (`114.3` -> 1), None when it is no number."""
    reading = read_text(text)
    if reading.kind != "number":
        return None
    exponent = reading.value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def plain(value: Decimal) -> str:
    """A number as a machine writes it: decimal point, no grouping, no exponent, no -0."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def indonesian(value: Decimal, decimals: Optional[int] = None) -> str:
    """A number as people write it here: `5.410.540.000,00`; all its decimals unless told."""
    text = f"{round_half_up(value, decimals):,f}" if decimals is not None else None
    if text is None:
        whole, _, fraction = plain(value).partition(".")
        text = f"{int(whole):,}" if whole not in ("-0",) else "-0"
        text = text + ("." + fraction if fraction else "")
    return text.replace(",", "\0").replace(".", ",").replace("\0", ".")


def show(value: Scalar, decimals: Optional[int] = None) -> str:
    """Any cell value for a human reader."""
    if value is None:
        return "(kosong)"
    if isinstance(value, bool):
        return "BENAR" if value else "SALAH"
    if isinstance(value, Decimal):
        return indonesian(value, decimals)
    return str(value)
