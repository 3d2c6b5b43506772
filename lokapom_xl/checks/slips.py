"""How one number turns into another on its way into a cell: digits swapped, a comma lost, a factor.

Only what gives the very digits is said; two numbers that are merely near each other say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_EVEN, Decimal

from ..numbers import indonesian, round_half_up, truncate

_FARTHEST = 3
"""How many places a comma is looked for; farther away numbers have nothing to do with each other."""

_MOST_DIGITS = 24
"""Longer numbers than anybody rounds."""

_GRIDS = ((0, "ke bilangan bulat"), (1, "ke satu desimal"))


def slip(written: Decimal, right: Decimal) -> str:
    """Which slip of the hand makes `right` into `written`; empty when none does."""
    if written == right or not written or not right:
        return ""
    return next((sentence for guess in _SLIPS for sentence in guess(written, right)), "")


def _signs(written: Decimal, right: Decimal) -> Iterator[str]:
    if written == -right:
        yield f"tandanya terbalik: {indonesian(written)} untuk {indonesian(right)}"


def _moved_comma(written: Decimal, right: Decimal) -> Iterator[str]:
    places = next(
        (n for n in range(-_FARTHEST, _FARTHEST + 1) if n and written == right.scaleb(n)),
        None,
    )
    pair = f"{indonesian(written)} untuk {indonesian(right)}"
    if places is None:
        # A ratio may be written with fewer digits than the percentage has.
        decimals = _decimals(written)
        if decimals >= 2 and written == round_half_up(right.scaleb(-2), decimals):
            yield f"ditulis sebagai rasio, bukan persen: {pair}"
    elif places == _decimals(right):
        yield f"koma desimal hilang: {pair}"
    elif places == -3 and not _decimals(right):
        yield f"titik ribuan terbaca sebagai koma desimal: {pair}"
    elif places == 3:
        yield f"koma desimal terbaca sebagai titik ribuan: {pair}"
    elif places == -2:
        yield f"ditulis sebagai rasio, bukan persen: {pair}"
    elif places == 2:
        yield f"ditulis sebagai persen, bukan rasio: {pair}"
    else:
        yield f"letak koma bergeser {abs(places)} angka: {pair}"


def _swapped_digits(written: Decimal, right: Decimal) -> Iterator[str]:
    decimals = max(_decimals(written), _decimals(right))
    one, other = (f"{number:.{decimals}f}".replace(".", "") for number in (written, right))
    if len(one) != len(other):
        return
    places = [i for i, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    if len(places) == 2 and places[1] == places[0] + 1:
        first, second = places
        if (one[first], one[second]) == (other[second], other[first]):
            yield f"dua angka bertukar tempat: {indonesian(written)} untuk {indonesian(right)}"


def _fewer_decimals(written: Decimal, right: Decimal) -> Iterator[str]:
    for decimals, words in _GRIDS:
        if _decimals(right) <= decimals:
            return
        if written == round_half_up(right, decimals):
            yield f"{indonesian(right)} dibulatkan {words}"
        elif written == truncate(right, decimals):
            yield f"{indonesian(right)} dipotong {words}, bukan dibulatkan"


def half_even(written: Decimal, exact: Decimal, decimals: int) -> str:
    """Whether a tie was rounded to the even digit, as many programs round; cutting off gives the same."""
    up = round_half_up(exact, decimals)
    if exact.adjusted() + decimals > _MOST_DIGITS or written == up:
        return ""
    if written != exact.quantize(up, ROUND_HALF_EVEN):
        return ""
    return (
        f"{indonesian(exact)} tepat di tengah dan dibulatkan ke angka genap (atau dipotong), "
        "bukan setengah ke atas"
    )


def _decimals(number: Decimal) -> int:
    return max(0, -int(number.normalize().as_tuple().exponent))


_SLIPS: tuple[Callable[[Decimal, Decimal], Iterator[str]], ...] = (
    _signs,
    _moved_comma,
    _swapped_digits,
    _fewer_decimals,
)
