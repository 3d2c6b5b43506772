"""What every cell of a book should hold, recomputed from its own entries.

Two expectations are kept apart. The *chain* value follows from the entries of the book through all
rules. The *local* value follows from what is written in the cells that it is made of. A cell that
differs from its chain value but agrees with its local one is only the consequence of another
cell's fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from ..numbers import (
    LOWEST,
    NOT_MEASURED,
    CellError,
    Scalar,
    points_from_percent_cell,
    read_stated,
    round_half_up,
    to_number,
)
from ..registry import RANGES
from .cells import Key, indicator_value
from .layout import Call, Column, Constant, Named, OfIndicator, RuleYear, Table, row_kind
from .locate import BookView

_TEXTS = ("label", "teks")
"""Units of functions whose results are texts."""


_LAST_DIGITS = Decimal("1e-12")


def same_stored(one: Scalar, other: Scalar) -> bool:
    """Whether two stored values are the same, but for the last binary digits of a program's arithmetic."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one == other or abs(one - other) <= max(abs(other), Decimal(1)) * _LAST_DIGITS
    return type(one) is type(other) and one == other


def _identical(one: object, other: object) -> bool:
    """Whether two arguments of a function are the same objects, cell by cell."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_identical, one, other))
    return one is other


class Evaluator:
    """Recomputes the cells of one `BookView`; every result is remembered."""

    def __init__(self, view: BookView) -> None:
        self.view = view
        self._columns: dict[tuple[str, str], Column] = {
            (t.key, c.key): c for t in view.layout.tables for c in t.columns
        }
        self._kinds: dict[str, str] = {}
        self._calls: dict[Key, Call | None] = {}
        self._written: dict[Key, Scalar] = {}
        self._chain: dict[Key, Scalar] = {}
        self._corrections: dict[Key, Scalar] = {}
        self._local: dict[Key, Scalar] = {}
        self._as_written: dict[Key, Scalar] = {}
        self._results: dict[Key, tuple[list[object], Scalar]] = {}
        self._computed: list[tuple[Table, Column, Key, Call]] | None = None

    def column(self, key: Key) -> Column:
        return self._columns[key.table, key.column]

    def kind(self, row: str) -> str:
        """The kind of a row, by its key."""
        if row not in self._kinds:
            self._kinds[row] = row_kind(row.partition("@")[0], self.view.rule_year)
        return self._kinds[row]

    def call(self, key: Key) -> Call | None:
        """How the cell is computed; None for an entry or a text."""
        if key not in self._calls:
            period = key.row.partition("@")[2].partition(".")[0]
            self._calls[key] = self.column(key).call(self.kind(key.row), int(period or 0))
        return self._calls[key]

    def numeric(self, key: Key) -> bool:
        """Whether the cell holds a number; a column of numbers may have a row with a label."""
        call = self.call(key)
        return self.column(key).numeric and not (call is not None and call.function.unit in _TEXTS)

    # --- what is written -----------------------------------------------------------------------

    def raw(self, key: Key) -> Scalar:
        """The value in the cell as the file has it (for a formula, its stored value)."""
        cell = self.view.cell(key)
        return cell.value if cell else None

    def written(self, key: Key) -> Scalar:
        """The written value, numbers read: per-cent formats in points, texts by the strict reader.

        In a printed book every text is what a person typed, so unambiguous texts are numbers; in
        any other book a spreadsheet computes with the cell, for which text is no number.
        """
        if key not in self._written:
            self._written[key] = self._read(key)
        return self._written[key]

    def _read(self, key: Key) -> Scalar:
        cell = self.view.cell(key)
        value = cell.value if cell else None
        if self.column(key).prose and isinstance(value, str) and self.numeric(key):
            return self._lowest(key) if value.strip().casefold() == LOWEST else read_stated(value)
        if not self.numeric(key):
            return value.strip() if isinstance(value, str) else value
        if isinstance(value, Decimal):
            return points_from_percent_cell(value) if cell is not None and cell.percent else value
        if isinstance(value, str) and self.view.layout.printed:
            return to_number(value.rstrip(" *"))
        return to_number(value) if value is None or isinstance(value, str) else value

    def _lowest(self, key: Key) -> Scalar:
        """The rank of the last among those that a rank is given among."""
        call = self.call(key)
        values = self.arguments(call, key, self.written) if call is not None else None
        among = next((v for v in values or [] if isinstance(v, list)), [])
        return Decimal(sum(isinstance(value, Decimal) for value in among)) or None

    # --- what is expected ----------------------------------------------------------------------

    def chain(self, key: Key) -> Scalar:
        """The value that follows from the entries of the book."""
        if key not in self._chain:
            value = self._evaluate(key, self.chain, self._corrected)
            if self.view.layout.printed and isinstance(value, CellError):
                # With an unusable input (target 0, 30.000) what is printed is the best there is.
                written = self.written(key)
                value = written if isinstance(written, Decimal) else value
            self._chain[key] = value
        return self._chain[key]

    def correct(self, corrections: Mapping[Key, Scalar]) -> None:
        """From here on the chain starts from these values in place of what the entries hold."""
        self._corrections = dict(corrections)
        self._chain.clear()

    def _corrected(self, key: Key) -> Scalar:
        return self._corrections[key] if key in self._corrections else self.written(key)

    def local(self, key: Key) -> Scalar:
        """The value that follows from what is written in the cells it is made of.

        An input that is itself a mean enters unrounded where what is written is its rounding.
        """
        if key not in self._local:
            self._local[key] = self._evaluate(key, self.as_written, self.written)
        return self._local[key]

    def as_written(self, key: Key) -> Scalar:
        """The written value, but unrounded where it is the rounding of what its own cells give."""
        if key not in self._as_written:
            self._as_written[key] = self._unrounded(key)
        return self._as_written[key]

    def _unrounded(self, key: Key) -> Scalar:
        value = self.written(key)
        if self.call(key) is None:
            return value
        if self.view.layout.printed and self.raw(key) is None:
            return self.local(key)  # a value that was not printed stands for itself
        if not isinstance(value, Decimal):
            return value
        if self.view.layout.printed and self.column(key).heading_of:
            return value  # of the offices of a cluster only what they publish is known, rounded
        exact = self.local(key)
        if isinstance(exact, Decimal) and self.same(exact, value, key):
            return exact
        return value

    def _evaluate(
        self, key: Key, argument: Callable[[Key], Scalar], entry: Callable[[Key], Scalar]
    ) -> Scalar:
        call = self.call(key)
        if call is None:
            return entry(key)
        values = self.arguments(call, key, argument)
        if values is None:
            # Where a printed table lacks the inputs, what is printed is the best there is.
            return entry(key)
        result = self._result(call, key, values)
        if self.column(key).soft and result == NOT_MEASURED:
            return entry(key)
        return result

    def _result(self, call: Call, key: Key, values: list[object]) -> Scalar:
        """What the function gives. In a sound book chain and local value are made of the same objects."""
        known = self._results.get(key)
        if known is not None and _identical(known[0], values):
            return known[1]
        result: Scalar = call.function(*values)
        self._results[key] = values, result
        return result

    def arguments(self, call: Call, key: Key, value: Callable[[Key], Scalar]) -> list[object] | None:
        """The argument values in order; None when a required cell does not exist in the book."""
        cells_of = self.view.positions.cells_of
        result: list[object] = []
        for argument in call.function.arguments:
            arg = call.args.get(argument.name)
            if arg is None:
                result.append(None)
            elif isinstance(arg, (RuleYear, OfIndicator, Named, Constant)):
                result.append(self._stated(arg, key))
            elif keys := cells_of(arg, key):
                result.append([value(k) for k in keys] if argument.kind in RANGES else value(keys[0]))
            else:
                return None
        return result

    def _stated(self, arg: RuleYear | OfIndicator | Named | Constant, key: Key) -> Scalar | int:
        """The value of an argument that stands in no table."""
        if isinstance(arg, RuleYear):
            return self.view.rule_year
        if isinstance(arg, OfIndicator):
            return indicator_value(arg, key, self.view.rule_year)
        return self.view.named(arg.name) if isinstance(arg, Named) else arg.value

    # --- comparison ----------------------------------------------------------------------------

    def same(self, exact: Scalar, written: Scalar, key: Key) -> bool:
        """Whether `written` is `exact` at the decimals people see (printed) or to 12 digits (stored)."""
        if not isinstance(exact, Decimal) or not isinstance(written, Decimal):
            if self.view.layout.printed and isinstance(exact, str) and isinstance(written, str):
                return exact.casefold() == written.casefold()
            return exact == written
        if self.view.layout.printed:
            decimals = self.column(key).decimals
            if self.column(key).prose:  # a sentence may say less
                decimals = min(decimals, max(0, -int(written.as_tuple().exponent)))
            return round_half_up(exact, decimals) == round_half_up(written, decimals)
        return same_stored(written, exact)

    def computed_keys(self) -> Sequence[tuple[Table, Column, Key, Call]]:
        """Every computed cell of the book with its call."""
        if self._computed is None:
            self._computed = [
                (table, column, key, call)
                for table, column, key in self.view.located()
                if (call := self.call(key)) is not None
            ]
        return self._computed
