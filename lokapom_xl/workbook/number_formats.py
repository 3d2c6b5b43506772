"""The number formats of a book's cells, and cell formats that differ from one of the book in that alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ..numbers import round_half_up
from .format_codes import BUILTIN, UNKNOWN
from .read import Workbook
from .xml_text import Node, XmlPart, with_attribute, without

TEXT, GENERAL, NUMBER, PERCENT, DATE, TIME, OTHER = (
    "teks",
    "umum",
    "angka",
    "persen",
    "tanggal",
    "waktu",
    "khusus",
)
"""Kinds of number formats, as people call them."""

WITH_DECIMALS, WHOLE = 4, 3
"""The numbers of two formats that every program knows without being told: `#,##0.00` and `#,##0`."""

MAX_FORMATS = 64_000

#: Parts of a format that are no code: quoted and escaped text, padding, colours and languages. `[h]` is one.
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[(?![hms]+\])[^\]]*\]', re.DOTALL | re.IGNORECASE)
_PLAIN = re.compile(r"[#,0]*[0#](?:\.(0+))?(%?)")


@dataclass(frozen=True)
class NumberFormat:
    """What a number format makes of a value. `decimals`: how many it shows, None where that is not plain."""

    code: str

    @property
    def _sections(self) -> list[str]:
        return [part.strip() for part in _LITERAL.sub("", self.code).split(";")]

    @property
    def kind(self) -> str:
        first = self._sections[0]
        if first == "@":
            return TEXT
        if first.casefold() in ("", "general") and len(self._sections) == 1:
            return GENERAL
        plain = _PLAIN.fullmatch(first)
        if plain is not None:
            return PERCENT if plain[2] else NUMBER
        if "%" in first:
            return OTHER
        letters = first.casefold().replace("general", "")
        if re.search(r"[hs]", letters):
            return TIME
        return DATE if re.search(r"[dmy]", letters) else OTHER

    @property
    def decimals(self) -> int | None:
        plain = _PLAIN.fullmatch(self._sections[0])
        return len(plain[1] or "") if plain is not None else None

    def shows(self, value: Decimal) -> Decimal | None:
        """The number that people read in the cell (a percentage in points), None where that is not plain."""
        if self.decimals is None:
            return value if self.kind in (TEXT, GENERAL) else None
        points = value.scaleb(2) if self.kind == PERCENT else value
        return round_half_up(points, self.decimals)


class NumberFormats:
    """The cell formats of a book, to which others are added; every one that is there stays as it is."""

    def __init__(self, workbook: Workbook) -> None:
        self._part = next((r.target for r in workbook.relations.values() if r.kind == "styles"), "")
        self._xml: XmlPart | None = None
        self._list: Node | None = None
        self._codes: dict[int, str] = dict(BUILTIN)
        self._added: dict[str, int] = {}
        if not self._part:
            return
        try:
            self._xml = XmlPart(*workbook.package.text(self._part))
        except ValueError as problem:
            workbook.package.corrupt(self._part, str(problem)[:80])
        self._list = self._xml.root.find("cellXfs")
        codes = self._xml.root.find("numFmts")
        for item in codes.children if codes is not None else ():
            number = item.attributes.get("numFmtId", "")
            if number.isdecimal():
                self._codes[int(number)] = item.attributes.get("formatCode", "")

    def _format(self, style: str | int | None) -> Node | None:
        items = self._list.children if self._list is not None else []
        number = int(style or 0)
        return items[number] if number < len(items) else None

    def number_of(self, style: str | int | None) -> int:
        """The number of the number format that a cell format has."""
        item = self._format(style)
        number = item.attributes.get("numFmtId", "0") if item is not None else "0"
        return int(number) if number.isdecimal() else 0

    def of(self, style: str | int | None) -> NumberFormat:
        """The number format that a cell format has."""
        return self.of_number(self.number_of(style))

    def of_number(self, number: int) -> NumberFormat:
        """The number format with that number."""
        # A number that is not known here says something else in every language: neither plain nor a date.
        return NumberFormat(self._codes.get(number, UNKNOWN))

    def is_quoted(self, style: str | int | None) -> bool:
        """Whether a cell format makes a text of whatever is typed again (Excel's apostrophe)."""
        item = self._format(style)
        return item is not None and item.attributes.get("quotePrefix") in ("1", "true")

    def with_number_format(self, style: str | int | None, number: int) -> int | None:
        """The cell format like `style` but with that number format, and no apostrophe; None without room."""
        item = self._format(style)
        if item is None or self._xml is None or self._list is None:
            return None
        tag = self._xml.start_tag(item)
        new = without(tag, "quotePrefix")
        new = with_attribute(with_attribute(new, "numFmtId", str(number)), "applyNumberFormat", "1")
        written = new + self._xml.written(item).removeprefix(tag)
        known = self._known(item.attributes | {"numFmtId": str(number)}, self._xml.content(item))
        if known is not None:
            return known
        if written not in self._added:
            count = len(self._list.children) + len(self._added)
            if count >= MAX_FORMATS:
                return None
            self._added[written] = count
            self._xml.append(self._list, written)
        return self._added[written]

    def _known(self, attributes: Mapping[str, str], content: str) -> int | None:
        """A format of the book that says just this."""
        assert self._xml is not None and self._list is not None
        for number, item in enumerate(self._list.children):
            if (
                not self.is_quoted(number)
                and _facts(item.attributes) == _facts(attributes)
                and self._xml.content(item).strip() == content.strip()
            ):
                return number
        return None

    def content(self) -> dict[str, bytes]:
        """The part of the formats with what was added, by its name; nothing where nothing was."""
        if self._xml is None or self._list is None or not self._added:
            return {}
        if "count" in self._list.attributes:
            count = len(self._list.children) + len(self._added)
            self._xml.set(self._list, "count", str(count))
        return {self._part: self._xml.text().encode(self._xml.encoding, "xmlcharrefreplace")}


def _facts(attributes: Mapping[str, str]) -> dict[str, str]:
    """What a format says beside the apostrophe; a number format holds whether or not it is said to."""
    return {k: v for k, v in attributes.items() if k not in ("quotePrefix", "applyNumberFormat")}
