"""One worksheet with edits: only the text of the edited `<c>` elements changes.

The new text is put together from pieces of the old one and from the edited rows. The edited rows
are then read again and compared with what was meant, so a form of XML that this module does not
foresee is refused instead of damaged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NoReturn

from lxml.etree import tostring

from ..numbers import ERROR_CODES, CellError, Scalar, from_float, plain
from .address import MAX_COLUMN, MAX_ROW, Box, Position, a1, box, inside
from .edits import Edit, Formula, Look, Put, Store
from .errors import BookError
from .history import Change
from .package import namespace
from .read import Workbook
from .sheet_xml import Row, SheetXml, Token, attributes, usual_token
from .xml_text import PAIR as _PAIR
from .xml_text import TAG as _TAG
from .xml_text import XmlPart
from .xml_text import with_attribute as _with
from .xml_text import without as _without

MAX_TEXT = 32_767
"""Characters (UTF-16 units) that Excel keeps in one cell."""

MAX_FORMULA = 8_192


class SheetPatch:
    """The edits of one sheet that change something, checked and applied when made."""

    def __init__(
        self,
        workbook: Workbook,
        name: str,
        edits: Mapping[Position, Edit],
        tail: Mapping[str, str] | None = None,
    ) -> None:
        """`tail`: the attributes, as written, of empty elements that are to follow the rows, by name."""
        self.workbook, self.name, self.part = workbook, name, workbook.parts[name]
        self.tail = tail or {}
        self.file = workbook.package.path.name
        self.xml = xml = workbook.sheet_xml(name)
        self.tokens = {(token[0], token[1]): token for token in xml.tokens()}
        self.merges = [
            box(item.get("ref", ""))
            for item in xml.frame.iterfind(f"{xml.space}mergeCells/{xml.space}mergeCell")
        ]
        self.arrays: list[Box] = []
        self.masters: dict[str, Position] = {}
        self._children: dict[str, list[Position]] = {}
        for place, token in self.tokens.items():
            if token[4]:
                self._note_role(place, token)
        self.fences = self._fences()
        self.edits: dict[Position, Edit] = {}
        for place, edit in sorted(edits.items()):
            self._check(place, edit, edits)
            if not self._holds(self.tokens.get(place), edit):
                self.edits[place] = edit
        self.formulas_changed = any(
            isinstance(edit, Formula)
            or (isinstance(edit, Put) and place in self.tokens and self.tokens[place][5] is not None)
            for place, edit in self.edits.items()
        )
        self.values_removed = any(
            isinstance(edit, Store) and edit.value is None for edit in self.edits.values()
        )
        self._replaced: dict[Position, tuple[str, str]] = {}
        self._base = xml
        self._text = self._assemble() if self.edits else xml.text
        if self.tail:
            self._text = self._with_tail()

    def _note_role(self, place: Position, token: Token) -> None:
        facts = attributes(token[4])
        role, key = facts.get("t"), facts.get("si", "")
        if role in ("array", "dataTable"):
            self.arrays.append(box(facts.get("ref") or a1(*place)))
        elif role == "shared":
            if token[5]:
                self.masters.setdefault(key, place)
            else:
                self._children.setdefault(key, []).append(place)

    def _fences(self) -> list[tuple[Box, str]]:
        """Areas whose texts another part repeats: headers of tables, pivot tables."""
        package = self.workbook.package
        fences = []
        for _, table in self.workbook.tables(self.name):
            if table.header:
                top, left, _, right = box(table.area)
                fences.append(((top, left, top, right), "judul kolom tabel Excel"))
        for relation in package.relations(self.part).values():
            if relation.kind == "pivotTable":
                pivot = package.xml(relation.target)
                location = pivot.find((namespace(pivot) or "") + "location")
                if location is not None:
                    fences.append((box(location.get("ref", "")), "bagian tabel pivot"))
        return fences

    # --- refusals ------------------------------------------------------------------------------

    def _refuse(self, code: str, place: Position, what: str, remedy: str) -> NoReturn:
        cell = a1(*place) if min(place) > 0 else f"baris {place[0]} kolom {place[1]}"
        raise BookError(code, f"{self.file}: sel {self.name}!{cell} {what}.", remedy)

    def _check(self, place: Position, edit: Edit, edits: Mapping[Position, Edit]) -> None:
        row, column = place
        if not (1 <= row <= MAX_ROW and 1 <= column <= MAX_COLUMN):
            self._refuse("TULIS10", place, "berada di luar lembar kerja", "Periksa alamat sel itu.")
        for area in self.merges:
            if inside(row, column, area) and place != area[:2]:
                anchor = a1(*area[:2])
                self._refuse(
                    "TULIS04",
                    place,
                    f"bagian dari sel gabungan {anchor}",
                    f"Isi sel {anchor}, atau pisahkan gabungannya.",
                )
        if isinstance(edit, Look):
            return
        token = self.tokens.get(place)
        member = any(inside(row, column, area) for area in self.arrays)
        has_formula = token is not None and token[5] is not None
        if isinstance(edit, Store):
            if not has_formula and not member:
                self._refuse(
                    "TULIS03", place, "tidak berisi rumus", "Periksa alamat sel, atau isikan sebagai isian."
                )
        elif member and not self._whole_array(place, edits):
            self._refuse(
                "TULIS05",
                place,
                "bagian dari rumus larik atau tabel data",
                "Ubah seluruh rumus itu sekaligus di Excel.",
            )
        elif has_formula and self._feeds_others(place, edits):
            self._refuse(
                "TULIS06", place, "memuat rumus induk yang dipakai sel lain", "Ubah rumus itu di Excel."
            )
        elif has_formula and isinstance(edit, Put) and not edit.over_formula:
            self._refuse(
                "TULIS02", place, "berisi rumus", "Isi sel masukannya, atau hapus rumus itu di Excel."
            )
        else:
            for area, what in self.fences:
                if inside(row, column, area):
                    self._refuse("TULIS16", place, what, "Ubah sel itu di Excel.")
        if isinstance(edit, Formula):
            self._check_formula(place, edit.text)
        self._check_value(place, edit.value)

    def _whole_array(self, place: Position, edits: Mapping[Position, Edit]) -> bool:
        """Whether every cell with content of the array gives way to a value at once."""
        areas = [area for area in self.arrays if inside(*place, area)]
        return all(
            isinstance(edit := edits.get(other), Put) and edit.over_formula
            for other in self.tokens
            if any(inside(*other, area) for area in areas)
        )

    def _feeds_others(self, place: Position, edits: Mapping[Position, Edit]) -> bool:
        """Whether cells that stay take their formula from this one."""
        return any(
            isinstance(edits.get(child), Store | Look | None)
            for key, master in self.masters.items()
            if master == place
            for child in self._children.get(key, ())
        )

    def _check_formula(self, place: Position, text: str) -> None:
        if not text or text.startswith("=") or len(text) > MAX_FORMULA or not text.isprintable():
            self._refuse(
                "TULIS09",
                place,
                "akan berisi rumus yang tidak dapat disimpan",
                "Periksa rumus itu.",
            )

    def _check_value(self, place: Position, value: Scalar) -> None:
        if isinstance(value, str):
            length = len(value.encode("utf-16-le", "surrogatepass")) // 2
            if length > MAX_TEXT:
                self._refuse(
                    "TULIS07",
                    place,
                    f"akan berisi teks {length} karakter",
                    f"Persingkat menjadi paling banyak {MAX_TEXT}.",
                )
            good = not any("\ud800" <= character <= "\udfff" for character in value)
        elif isinstance(value, Decimal):
            good = value.is_finite() and math.isfinite(float(value))
        elif isinstance(value, CellError):
            good = value.code in ERROR_CODES
        else:
            good = True
        if not good:
            self._refuse(
                "TULIS09",
                place,
                "akan berisi nilai yang tidak dapat disimpan Excel",
                "Periksa nilai untuk sel itu.",
            )

    # --- changes -------------------------------------------------------------------------------

    def content(self) -> bytes:
        """The new part."""
        return self._text.encode(self.xml.encoding, "xmlcharrefreplace")

    def _assemble(self) -> str:
        """The new text: pieces of the old one between rows with edits."""
        self._base = base = self._with_places()
        by_row: dict[int, dict[int, Edit]] = {}
        for (number, column), edit in self.edits.items():
            by_row.setdefault(number, {})[column] = edit
        pieces, last = [], 0
        for row in base.rows():
            if row.number in by_row:
                pieces += [base.text[last : row.start], self._edited_row(row, by_row[row.number])]
                last = row.end
        pieces.append(base.text[last:])
        return "".join(pieces)

    def _with_tail(self) -> str:
        """The text with the elements that are to follow the rows, each where the schema wants it."""
        base = self._base
        after = base.text[base.end :]
        frame = XmlPart(base.text[: base.start] + after)
        for name, facts in self.tail.items():
            before = _ORDER[: _ORDER.index(name)]
            frame.insert_after(frame.root, before, f"<{base.prefix}{name}{facts}/>")
        return self._text.removesuffix(after) + frame.text()[base.start :]

    def _with_places(self) -> SheetXml:
        """The sheet with a row for every edit, ready for cells that are new.

        Rows and cells without an address are numbered by what stands before them, so they get one.
        """
        xml, text = self.xml, self.xml.text
        rows = {row.number: row for row in xml.rows()}
        created = [
            place
            for place in self.edits
            if place not in self.tokens
            and (place[0] not in rows or xml.cell(rows[place[0]], place[1]) is None)
        ]
        if not created:
            return xml
        lines = {number for number, _ in created}
        changes: list[tuple[int, int, str]] = []
        for number in sorted(lines - rows.keys()):
            place = next((row.start for row in xml.rows() if row.number > number), xml.end)
            changes.append((place, place, f'<{xml.prefix}row r="{number}"></{xml.prefix}row>'))
        for row in xml.rows():
            opening = text[row.start : row.inner]
            new = _numbered(opening, str(row.number))
            if row.number in lines:
                new = _without(new, "spans")
                if row.inner == row.end:
                    new = f"{new.removesuffix('/>').rstrip()}></{xml.prefix}row>"
                for span in xml.cells(row):
                    cell = text[span.start : span.end]
                    changes.append((span.start, span.end, _numbered(cell, a1(row.number, span.column))))
            if new != opening:
                changes.append((row.start, row.inner, new))
        pieces, last = [self._head(created)], xml.start
        for start, end, new in sorted(changes, key=lambda change: change[:2]):
            pieces += [text[last:start], new]
            last = end
        base = SheetXml(self.workbook.package, self.part, "".join([*pieces, text[last:]]))
        if base.tokens() != xml.tokens():
            raise ValueError("baris tanpa alamat")
        return base

    def _head(self, created: list[Position]) -> str:
        """What stands before the rows, with the dimension widened by the cells that are new."""
        head = self.xml.text[: self.xml.start]
        item = self.xml.frame.find(self.xml.space + "dimension")
        if item is None:
            return head
        corners = list(created)
        known = _area(item.get("ref", ""))
        if known is not None:  # a senseless dimension is replaced
            corners += [known[:2], known[2:]]
        lines, columns = zip(*corners, strict=True)
        first, last = a1(min(lines), min(columns)), a1(max(lines), max(columns))
        area = first if first == last else f"{first}:{last}"
        return _DIMENSION.sub(lambda match: f'{match[1]}"{area}"', head, count=1)

    def _edited_row(self, row: Row, columns: Mapping[int, Edit]) -> str:
        base, text = self._base, self._base.text
        changes = []
        for column, edit in columns.items():
            span = base.cell(row, column)
            if span is not None:
                start, end = span.start, span.end
                old = text[start:end]
                new = self._edited_cell(old, edit)
            else:
                old, new = "", self._new_cell(row, column, edit)
                cells = base.cells(row)
                before = max((cell.end for cell in cells), default=row.inner)
                start = end = next((cell.start for cell in cells if cell.column > column), before)
            self._replaced[row.number, column] = old, new
            changes.append((start, end, new))
        pieces, last = [], row.start
        for start, end, new in sorted(changes, key=lambda change: change[:2]):
            pieces += [text[last:start], new]
            last = end
        return "".join([*pieces, text[last : row.end]])

    def _new_cell(self, row: Row, column: int, edit: Edit) -> str:
        base = self._base
        style = style_at(base, row, column)
        look = f' s="{style}"' if style else ""
        return self._edited_cell(f'<{base.prefix}c r="{a1(row.number, column)}"{look}/>', edit)

    def _edited_cell(self, fragment: str, edit: Edit) -> str:
        """The text of a `<c>` with the edit."""
        prefix = self.xml.prefix
        plain = _PLAIN.fullmatch(fragment)
        if plain is not None and not isinstance(edit, Look):
            kind, stored = stored_xml(edit, "")
            formula = (plain[2] or "") if isinstance(edit, Store) else ""
            if isinstance(edit, Formula):
                formula = f"<f>{_xml(edit.text)}</f>"
            inner = formula + stored
            return f"{plain[1]}{kind}>{inner}</c>" if inner else f"{plain[1]}/>"
        match = _TAG.match(fragment)
        assert match is not None  # it was found as a cell
        opening, content = match[0], fragment[match.end() :]
        hollow = opening.endswith("/>")
        if isinstance(edit, Look):
            # Behind the address, where programs write it: any other order is not the usual form.
            looks = f' s="{edit.style}"'
            tag = _PAIR.sub(lambda m: m[0] + looks if m[1] == "r" else m[0], _without(opening, "s"))
            return (tag if looks in tag else _with(opening, "s", str(edit.style))) + content
        formula = _child(content, prefix, "f") if not hollow else ""
        rest = _child(content, prefix, "extLst") if not hollow else ""
        # `vm` describes the old value; `cm` an array formula, which only a stored result leaves there.
        opening = _without(opening, "t", "vm", *(() if isinstance(edit, Store) else ("cm",)))
        if isinstance(edit, Formula):
            formula = f"<{prefix}f>{_xml(edit.text)}</{prefix}f>"
        elif isinstance(edit, Put):
            formula = ""
        kind, stored = stored_xml(edit, prefix)
        opening = opening.removesuffix("/>").removesuffix(">").rstrip() + kind
        inner = formula + stored + rest
        return f"{opening}>{inner}</{prefix}c>" if inner else f"{opening}/>"

    def changes(self) -> list[Change]:
        """What the edits change, cell by cell."""
        found = []
        for place, edit in self.edits.items():
            if isinstance(edit, Look):
                continue
            token = self.tokens.get(place)
            old_formula = token[5] if token else None
            new_formula = edit.text if isinstance(edit, Formula) else None
            if isinstance(edit, Store):
                new_formula = old_formula
            found.append(
                Change(self.name, a1(*place), self._value(token)[1], edit.value, old_formula, new_formula)
            )
        return found

    def _value(self, token: Token | None) -> tuple[str | None, Scalar]:
        """The stored text and the value of a cell."""
        if token is None or token[6] is None:
            return ("", "") if token is not None and token[3] == "str" else (None, None)
        return self.workbook.decode(token[3], token[6])

    # --- verification --------------------------------------------------------------------------

    def confirm(self) -> bool:
        """Whether the new text says what the old one did, but for the edits.

        In the usual form it is enough that every edit replaced one whole `<c>` by another: all
        around them is the same text. Any other form is read again from end to end.
        """
        if self.tail and not self._is_tail_added():
            return False
        if self._base.is_usual:
            try:
                return all(
                    self._is_edited(place, self._known(place, old), usual_token(new, place))
                    for place, (old, new) in self._replaced.items()
                )
            except ValueError:
                return False
        try:
            after = SheetXml(self.workbook.package, self.part, self._text)
            tokens = {(token[0], token[1]): token for token in after.tokens()}
        except (ValueError, BookError):
            return False
        return all(
            self._is_edited(place, self.tokens.get(place), tokens.get(place))
            if place in self.edits
            else self.tokens.get(place) == tokens.get(place)
            for place in self.tokens.keys() | tokens.keys() | self.edits.keys()
        )

    def _is_tail_added(self) -> bool:
        """Whether the new elements stand around the rows, once each, and all others are as they were."""
        try:
            after = SheetXml(self.workbook.package, self.part, self._text)
        except (ValueError, BookError):
            return False
        known, size = self.xml.space, self.xml.space + "dimension"  # an edit may have widened that
        found = {name: [item for item in after.frame if item.tag == known + name] for name in self.tail}
        new = {item for items in found.values() for item in items}
        old = [tostring(item, with_tail=False) for item in self.xml.frame if item.tag != size]
        kept = [
            tostring(item, with_tail=False) for item in after.frame if item.tag != size and item not in new
        ]
        return old == kept and all(len(items) == 1 for items in found.values())

    def _known(self, place: Position, old: str) -> Token | None:
        """What a replaced fragment said; ValueError unless it was one whole cell."""
        return self.tokens.get(place) if not old or _PLAIN.fullmatch(old) else usual_token(old, place)

    def _is_edited(self, place: Position, old: Token | None, new: Token | None) -> bool:
        """Whether a cell became what it should, and kept what no edit may change."""
        edit = self.edits[place]
        if isinstance(edit, Look):
            same = old is new if old is None or new is None else old[3:] == new[3:]
            return same and (new is None or new[2] == str(edit.style))
        if old is not None and new is not None and old[2] != new[2]:
            return False
        if isinstance(edit, Store) and old is not None and (new is None or old[4:6] != new[4:6]):
            return old[5] is None and new is None  # an array's member that lost its value
        return self._holds(new, edit)

    def _holds(self, token: Token | None, edit: Edit) -> bool:
        """Whether a cell already has what the edit would give it.

        An entry must be the same binary number, a stored result the same 15 digits: a calculation
        may end in another last bit, which is no reason to write a file.
        """
        if isinstance(edit, Look):
            return token is not None and token[2] == str(edit.style)
        if isinstance(edit, Formula) and (token is None or token[5] != edit.text or token[4]):
            return False
        if isinstance(edit, Put) and token is not None and token[5] is not None:
            return False
        value = edit.value
        text, have = self._value(token)
        if value is None or text is None:
            return value is None and text is None
        if isinstance(value, Decimal) and isinstance(have, Decimal):
            stored, wanted = float(text), float(value)
            if isinstance(edit, Put):
                return stored == wanted
            return from_float(stored) == from_float(wanted)
        return type(value) is type(have) and value == have


def style_at(xml: SheetXml, row: Row | None, column: int) -> str | None:
    """The format number of a cell, or the one that it would get there: its row's or its column's."""
    if row is not None:
        span = xml.cell(row, column)
        if span is not None:
            return _attribute(xml.text[span.start : span.end], "s")
        facts = _facts(xml.text[row.start : row.inner])
        if facts.get("s") and facts.get("customFormat") in ("1", "true"):
            return facts["s"]
    for item in xml.frame.iterfind(f"{xml.space}cols/{xml.space}col"):
        if int(item.get("min", "0")) <= column <= int(item.get("max", "0")):
            return item.get("style")
    return None


#: The children of a worksheet up to those that this package adds, in the order of the schema.
_WORKSHEET = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges "
    "scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr "
    "conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter "
    "rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing"
)
_ORDER = _WORKSHEET.split()


# --- texts ---------------------------------------------------------------------------------------

#: What nearly every cell looks like: its start tag up to the type, and its formula.
_PLAIN = re.compile(
    r'(<c r="[A-Z]++[0-9]++"(?: s="[0-9]++")?+)(?: t="[a-zA-Z]++")?+'
    r"(?:/>|>(<f(?: [^<>]*+)?>[^<>]*+</f>|<f [^<>]*+(?<=/)>)?+"
    r"(?:<v>[^<>]*+</v>|<v/>|<is><t(?: [^<>]*+)?>[^<>]*+</t></is>)?+</c>)"
)
_DIMENSION = re.compile(r"""(<(?:\w+:)?dimension\b[^>]*?\sref\s*=\s*)(?:"[^"]*"|'[^']*')""")


def _pairs(text: str) -> list[tuple[str, str]]:
    tag = _TAG.match(text)
    return _PAIR.findall(tag[0]) if tag else []


def _attribute(text: str, name: str) -> str | None:
    """The value of an attribute of the first tag of `text`."""
    return next((value[1:-1] for key, value in _pairs(text) if key == name), None)


def _facts(text: str, *without: str) -> dict[str, str]:
    return {key: value[1:-1] for key, value in _pairs(text) if key not in without}


def _numbered(fragment: str, address: str) -> str:
    """A `<row>` or a `<c>` that says where it is."""
    if _attribute(fragment, "r") is not None:
        return fragment
    match = _TAG.match(fragment)
    assert match is not None
    return _with(match[0], "r", address) + fragment[match.end() :]


def _child(content: str, prefix: str, name: str) -> str:
    """The first element of that name in the content of a cell, as written; nothing without one."""
    facts = r"""(?:\s(?:[^"'>/]|"[^"]*"|'[^']*')*)?"""
    pattern = rf"<{prefix}{name}{facts}(?:/>|>.*?</{prefix}{name}\s*>)"
    match = re.search(pattern, content, re.DOTALL)
    return match[0] if match else ""


def _area(text: str) -> Box | None:
    try:
        return box(text)
    except ValueError:
        return None


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def stored_xml(edit: Put | Store | Formula, prefix: str) -> tuple[str, str]:
    """The type of a cell and the element with its value."""
    value = edit.value
    if value is None:
        return "", ""
    if isinstance(value, str) and isinstance(edit, Put):
        # Inline text is text whatever it begins with: = + - @ can never become a formula.
        space = ' xml:space="preserve"' if value != value.strip() else ""
        text = f"<{prefix}is><{prefix}t{space}>{_xml(escape(value))}</{prefix}t></{prefix}is>"
        return ' t="inlineStr"', text
    if isinstance(value, bool):
        kind, text = ' t="b"', "1" if value else "0"
    elif isinstance(value, Decimal):
        kind, text = "", number_text(value)
    elif isinstance(value, CellError):
        kind, text = ' t="e"', value.code
    else:
        kind, text = ' t="str"', _xml(escape(value))
    return kind, f"<{prefix}v>{text}</{prefix}v>"


_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def escape(text: str) -> str:
    """Text in its file form: `_x000D_` for what XML cannot hold, and for a `_` that looks like it."""
    return _UNSAFE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def number_text(value: Decimal) -> str:
    """The shortest exact text of a number; an exponent only where the plain text would be long."""
    if value == 0:
        return "0"
    if -20 <= value.adjusted() <= 20:
        return plain(value)
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # only finite numbers come here
    short = "".join(map(str, digits)).rstrip("0")
    power = exponent + len(digits) - 1
    return f"{'-' if sign else ''}{short[0]}{'.' if len(short) > 1 else ''}{short[1:]}E{power:+d}"
