"""Mutate real workbooks and see that nothing but success or a refusal ever comes of reading and writing them.

    python -m tests.bench.fuzz --minutes 10 --seed 1 [--keep FOLDER] [--books FOLDER]
    python -m tests.bench.fuzz --count 400 --seed 1
    python -m tests.bench.fuzz --only 4711

A round is one seed: a starting book, a mutation of its bytes or of one part's XML, then `read_book`,
`save_edits` of a few cells, and the validation, in a child process with limits. It fails when anything
but a `BookError` is raised, when a step takes more than two seconds, when a saved book cannot be read
back, and when what was read is not what lxml alone makes of the same XML; also when lxml finds the XML
of a sheet not well-formed and the reader does not. Every failing file is kept, named by its seed.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import json
import os
import random
import re
import resource
import select
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from .. import hostile

LIMIT = 2.0
"""Seconds of processor time that one step may take."""

HANG = 20
MEMORY = 1 << 30

Members = dict[str, bytes]
Position = tuple[int, int]


# --- starting books ------------------------------------------------------------------------------------


def _members(content: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.startswith("docProps/")}


def _by_openpyxl() -> bytes:
    """Values of all kinds, formulas, an array, merges, rules, a table, a comment, hidden things."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.formula import ArrayFormula
    from openpyxl.worksheet.table import Table

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data & Isi"
    for row in range(1, 9):
        sheet.append([f"teks {row} <&>", row * 1.25, row % 2 == 0, "#N/A", f"=B{row}*2", row / 3])
        sheet.cell(row, 6).number_format = "0.0%"
    sheet["H1"] = ArrayFormula("H1:H3", "=B1:B3*2")
    sheet.merge_cells("A10:C12")
    sheet["A10"] = " gabung\nan "
    rule = DataValidation(type="list", formula1='"naik,turun"')
    rule.add("A20:A30")
    sheet.add_data_validation(rule)
    sheet.conditional_formatting.add("B1:B8", CellIsRule(operator="greaterThan", formula=["5"]))
    sheet["A1"].comment = Comment("catatan", "x")
    sheet.column_dimensions["D"].hidden = True
    sheet.row_dimensions[4].hidden = True
    other = book.create_sheet("Tabel")
    other.append(["No", "Isi"])
    other.append([1, "x"])
    other.add_table(Table(displayName="Daftar", ref="A1:B2"))
    book.defined_names["TAHUN"] = openpyxl.workbook.defined_name.DefinedName("TAHUN", attr_text="Tabel!$A$2")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _by_xlsxwriter() -> bytes:
    """What XlsxWriter writes another way: shared strings, rich text, array formulas, spans."""
    import xlsxwriter

    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("Lembar")
    bold = book.add_format({"bold": True, "num_format": "0.00%"})
    for row in range(8):
        sheet.write_row(row, 0, [f"teks {row}", row * 1.5, row > 3])
        sheet.write_formula(row, 4, f"=B{row + 1}*2", bold, row * 3)
    sheet.write_rich_string("A12", "te", bold, "bal", " biasa")
    sheet.write_array_formula("G1:G3", "{=B1:B3*2}", None, 2)
    sheet.merge_range("A15:C16", "gabung")
    sheet.add_sparkline("H1", {"range": "Lembar!B1:B8"})
    sheet.insert_textbox("I1", "kotak")
    book.close()
    return stream.getvalue()


def _by_hand() -> Members:
    """Forms that only some programs write: prefixes, no addresses, shared formulas, single quotes, CDATA."""
    rows = (
        '<row r="1" spans="1:4"><c r="A1" t="s"><v>0</v></c><c r="B1"><f t="shared" ref="B1:B3" si="0">A1+$C$1'
        '</f><v>1</v></c><c r="C1" t="inlineStr"><is><r><t>ka</t></r><r><t xml:space="preserve"> ya</t></r></is>'
        '</c></row><row r="2"><c r="B2"><f t="shared" si="0"/><v>2</v></c><c r="D2" s="0"/></row>'
        "<row r='3'><c r='B3'><f t='shared' si='0'/><v>3</v></c><c><v>4</v></c></row>"
        '<row><c t="b"><v>1</v></c><c t="e"><v>#DIV/0!</v></c><c t="str"><f>"a"&amp;"b"</f><v>a&#10;b</v></c></row>'
        '<!-- catatan --><row r="9"><c r="C9"><v><![CDATA[7.5]]></v></c></row>'
    )
    after = '<mergeCells><mergeCell ref="F1:G2"/></mergeCells>'
    return hostile.book(SHEET=hostile.sheet_xml(rows, after))


def _with_prefix() -> Members:
    text = _by_hand()[hostile.SHEET].decode()
    text = re.sub(r"<(/?)(?=[a-z])", r"<\1x:", text).replace('xmlns="', 'xmlns:x="')
    return hostile.book(SHEET=text.encode())


def starting_books(folder: Path | None, with_xlsxwriter: bool) -> list[tuple[str, Members]]:
    """Small books first: they are mutated more often."""
    books = [
        ("tangan", _by_hand()),
        ("awalan", _with_prefix()),
        ("kecil", hostile.book()),
        ("openpyxl", _members(_by_openpyxl())),
    ]
    if with_xlsxwriter:
        books.append(("xlsxwriter", _members(_by_xlsxwriter())))
    paths = sorted(hostile.EXAMPLES.glob("*.xlsx"))
    paths += sorted(folder.glob("*.xls[xm]")) if folder else []
    books += [(path.stem, _members(path.read_bytes())) for path in paths]
    return books


# --- mutations -----------------------------------------------------------------------------------------

NUMBERS = (
    "0", "-1", "1", "16384", "16385", "1048576", "1048577", "2147483648", "-2147483649", "18446744073709551616",
    "9" * 400, "1e999999", "1E-999999", "nan", "-inf", "0x1F", "1_0", "1,5", "1.", ".5", "+1", " 1 ", "", "١", "１",
)  # fmt: skip
TEXTS = (
    "A1", "XFD1048576", "XFE1", "A0", "a1", "A1:XFD1048576", "B2:A1", "A:A", "1:1", "#REF!", "#N/A", "s", "str", "b",
    "e", "n", "d", "inlineStr", "shared", "array", "dataTable", "zzz", "&lt;", "&amp;amp;", "&#65;", "&#x1F600;",
    "&#0;", "&#xD800;", "&x;", "&", "<", "]]>", "\x01", "\ufffe", "\r\n", "\t", "  ", "_x0041_", "_xD800_", "_x005F_",
    "😀", "e\u0301", "'" * 9, '"' * 9, "(" * 200, "[" * 200, "=cmd|'/c calc'!A0", "../../x", "/", "http://contoh.invalid/",
    "x" * 40_000, "true", "veryHidden", "rId1", "rId999",
)  # fmt: skip
PIECES = (
    "<!-- x -->", "<!---->", "<!-- a -- b -->", "<?x y?>", '<?xml version="1.0"?>', "<![CDATA[ 1 ]]>", "<![CDATA[<c>]]>",
    "<!DOCTYPE x>", '<!DOCTYPE x [<!ENTITY a "b">]>', "<a/>", '<x:a xmlns:x="urn:x"/>', "<x:a/>", "</a>", "<a>", "<",
    ">", "&lt;", "&x;", "\x00", "\ufeff", "teks", "<v>1</v>", "<v/>", "<f>A1</f>", "<f/>", '<c r="A1"><v>1</v></c>',
    "<c/>", "<row/>", '<row r="1"/>', "<is><t>x</t></is>", "<sheetData/>", "</sheetData>", "<sheetData>",
    '<f t="shared" si="0"/>', '<f t="array" ref="A1:B9">A1</f>', '<mc:AlternateContent xmlns:mc="urn:mc"/>',
)  # fmt: skip
_TAGS = re.compile(r"(<[^<>]*>)")
_ATTRIBUTE = re.compile(r"""([\w:]+)(\s*=\s*)("[^"]*"|'[^']*')""")


def _some_number_or_text(rng: random.Random) -> str:
    return rng.choice(NUMBERS if rng.random() < 0.5 else TEXTS)


def _change_tag(rng: random.Random, tag: str) -> str:
    """One attribute of a tag changed, dropped, doubled, renamed or differently written; or one more."""
    found = list(_ATTRIBUTE.finditer(tag))
    if not found or rng.random() < 0.15:
        more = rng.choice(
            (' x="1"', ' x:y="1"', ' xml:space="preserve"', ' r="A1"', ' t="s"', ' xmlns="urn:x"', " ")
        )
        return re.sub(r"(/?>)$", lambda m: more + m[1], tag)
    match = rng.choice(found)
    name, equals, value = match.groups()
    new = rng.choice(
        (
            f'{name}{equals}"{_some_number_or_text(rng).replace(chr(34), "")}"',
            f'{name}{equals}"{_some_number_or_text(rng).replace(chr(34), "")}"',
            "",
            f"{match[0]} {match[0]}",
            f"{name} = '{value[1:-1]}'",
            f"\n{match[0]}\t",
            f"x:{match[0]}",
            f"{name.upper()}{equals}{value}",
        )
    )
    return tag[: match.start()] + new + tag[match.end() :]


def _element(tokens: list[str], start: int) -> int:
    """Where the element that begins at a token ends (the index behind it)."""
    if not tokens[start].startswith("<") or tokens[start].startswith(("</", "<?", "<!")):
        return start + 1
    depth = 0
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token.startswith("</"):
            depth -= 1
        elif token.startswith("<") and not token.endswith("/>") and not token.startswith(("<?", "<!")):
            depth += 1
        if depth == 0 and token.startswith("<"):
            return index + 1
    return start + 1


def _mutate_tokens(rng: random.Random, tokens: list[str]) -> None:
    """One change of a text as tags and what stands between them."""
    at = rng.randrange(len(tokens))
    end = _element(tokens, at)
    action = rng.randrange(13)
    if action <= 2:
        tags = [n for n in range(at, len(tokens)) if tokens[n].startswith("<") and tokens[n][1:2].isalpha()]
        if tags:
            tokens[tags[0]] = _change_tag(rng, tokens[tags[0]])
    elif action <= 4:
        texts = [n for n in range(at, len(tokens)) if tokens[n] and not tokens[n].startswith("<")]
        if texts:
            tokens[texts[0]] = _some_number_or_text(rng)
    elif action == 5:
        del tokens[at:end]
    elif action == 6:
        tokens[at:at] = tokens[at:end]
    elif action == 7:
        piece = tokens[at:end]
        del tokens[at:end]
        target = rng.randrange(len(tokens) + 1)
        tokens[target:target] = piece
    elif action == 8:
        tokens[at:at] = [rng.choice(PIECES)]
    elif action == 9:
        tokens[at] = _insert(rng, tokens[at], rng.choice(PIECES))
    elif action == 10:
        tokens[at] = tokens[at][: rng.randrange(len(tokens[at]) + 1)]
    elif action == 11:
        # The same XML in another form: the reader must see the same.
        token = tokens[at]
        if token.endswith("/>") and token[1:2].isalpha():
            name = re.split(r"[\s/>]", token[1:])[0]
            tokens[at] = f"{token[:-2]}></{name}>"
        elif token and not token.startswith("<"):
            tokens[at] = (
                "".join(f"&#{ord(c)};" if c not in "&;" else c for c in token) if "&" not in token else token
            )
    else:
        name = rng.choice(("row", "c", "v", "f", "is", "t", "sheetData", "mergeCell"))
        other = rng.choice(("x:" + name, name.upper(), name + "s"))
        count = rng.choice((1, 10**6))
        for n, token in enumerate(tokens):
            if count and re.match(rf"</?{name}[\s/>]", token):
                tokens[n] = token.replace(name, other, 1)
                count -= 1


def _insert(rng: random.Random, text: str, piece: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + piece + text[at:]


def _mutate_xml(rng: random.Random, content: bytes) -> bytes:
    text = content.decode()
    tokens = [token for token in _TAGS.split(text) if token]
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        if tokens:
            _mutate_tokens(rng, tokens)
    text = "".join(tokens)
    if rng.random() < 0.15:
        text = _whole_form(rng, text)
    encodings = (
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-8-sig",
        "latin-1",
        "cp1252",
        "utf-7",
        "utf-32",
        "cp037",
    )
    if rng.random() < 0.12:
        name = rng.choice(encodings)
        declared = rng.choice((name.removesuffix("-sig"), "UTF-16", "UTF-8", "ISO-8859-1", "x"))
        text = re.sub(r'encoding="[^"]*"', f'encoding="{declared}"', text, count=1)
        return text.encode(name, "xmlcharrefreplace")
    return text.encode("utf-8", "surrogatepass")


def _whole_form(rng: random.Random, text: str) -> str:
    """The same document throughout in another form."""
    return rng.choice(
        (
            lambda: text.replace("\n", "\r\n"),
            lambda: text.replace("><", ">\n  <"),
            lambda: text.replace('"', "'"),
            lambda: text.replace("/>", " />"),
            lambda: text.replace("<c ", "<c\n"),
            lambda: re.sub(r"<\?xml[^>]*\?>", "", text),
            lambda: re.sub(r"<(/?)(?=[A-Za-z])", r"<\1x:", text).replace('xmlns="', 'xmlns:x="', 1),
            lambda: text.replace(hostile.MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
            lambda: re.sub(r' r="[A-Z]*\d+"', "", text),
            lambda: re.sub(r' spans="[^"]*"| s="\d+"', "", text),
        )
    )()


def _mutate_bytes(rng: random.Random, content: bytes) -> bytes:
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        if not data:
            break
        at = rng.randrange(len(data))
        length = min(rng.choice((1, 2, 4, 16, 200)), len(data) - at)
        action = rng.randrange(8)
        if action <= 2:
            data[at] ^= 1 << rng.randrange(8)
        elif action == 3:
            data[at : at + length] = rng.randbytes(length)
        elif action == 4:
            del data[at : at + length]
        elif action == 5:
            data[at:at] = data[at : at + length]
        elif action == 6:
            other = rng.randrange(len(data))
            data[at:at] = data[other : other + length]
        else:
            extreme = rng.choice(
                (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0", b"\xff\xff")
            )
            data[at : at + len(extreme)] = extreme
    if rng.random() < 0.1:
        del data[rng.randrange(len(data) + 1) :]
    return bytes(data)


def mutated(rng: random.Random, books: list[tuple[str, Members]]) -> tuple[str, bytes, Members | None]:
    """What was done, the file, and its members where the package itself is sound."""
    weights = [
        1 if len(members.get(hostile.WORKBOOK, b"")) > 5_000 or name[0].isupper() else 4
        for name, members in books
    ]
    name, members = rng.choices(books, weights)[0]
    kind = rng.randrange(10)
    if kind == 0:
        return f"{name}: bita berkas", _mutate_bytes(rng, hostile.pack(members)), None
    members = dict(members)
    sheets = [part for part in members if part.startswith("xl/worksheets/") and part.endswith(".xml")]
    others = [part for part in members if part.endswith((".xml", ".rels")) and part not in sheets]
    part = rng.choice(sheets if rng.random() < 0.6 else others)
    if kind == 1:
        members[part] = _mutate_bytes(rng, members[part])
        return f"{name}: bita {part}", hostile.pack(members), members
    if kind == 2 and rng.random() < 0.3:
        del members[part]
        return f"{name}: tanpa {part}", hostile.pack(members), members
    members[part] = _mutate_xml(rng, members[part])
    return f"{name}: XML {part}", hostile.pack(members), members


# --- what lxml alone makes of it -----------------------------------------------------------------------

_SPACES = (hostile.MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")


class Unclear(Exception):
    """The members do not say plainly what the book is; nothing can be compared."""


class IllFormed(Exception):
    """A part that a book cannot do without is no XML."""


def _parse(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise IllFormed(str(problem)) from None


def _local(element: Any) -> str:
    """The name of an element in a known namespace, or nothing."""
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element)
    return str(name.localname) if name.namespace in _SPACES else ""


def _only(element: Any, name: str) -> Any:
    found = [child for child in element if _local(child) == name]
    if len(found) > 1:
        raise Unclear(f"{name} ganda")
    return found[0] if found else None


def _text(element: Any) -> str:
    """All character data directly in an element, comments aside."""
    if any(isinstance(child.tag, str) for child in element):
        raise Unclear("unsur di dalam teks")
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _unescaped(text: str) -> str:
    return re.sub(r"_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)


def _run_texts(item: Any) -> str:
    texts = []
    for child in item:
        if _local(child) == "t":
            texts.append(_text(child))
        elif _local(child) == "r":
            texts += [_text(t) for t in child if _local(t) == "t"]
    return _unescaped("".join(texts))


def plain_sheet(content: bytes, strings: list[str]) -> dict[Position, tuple[str | None, str | None]]:
    """The stored text and the own formula of every cell with either."""
    root = _parse(content)
    if _local(root) != "worksheet":
        raise Unclear("akar")
    data = _only(root, "sheetData")
    if data is None:
        raise Unclear("sheetData")
    found: dict[Position, tuple[str | None, str | None]] = {}
    row_number = 0
    for row in data:
        if _local(row) != "row":
            continue
        written = row.get("r")
        cells = [cell for cell in row if _local(cell) == "c"]
        if written is None and any(cell.get("r") for cell in cells):
            raise Unclear("baris tanpa nomor")
        row_number = int(written) if written is not None else row_number + 1
        column = 0
        for cell in cells:
            reference = cell.get("r")
            match = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d+)", reference) if reference is not None else None
            if reference is not None and (match is None or int(match[2]) != row_number):
                raise Unclear("alamat")
            column = _number_of(match[1]) if match else column + 1
            formula, value, inline = (_only(cell, name) for name in ("f", "v", "is"))
            kind = cell.get("t", "n")
            text = None if value is None else _text(value)
            if kind == "inlineStr":
                if value is not None:
                    raise Unclear("dua isi")
                text = None if inline is None else _run_texts(inline)
            elif inline is not None:
                raise Unclear("dua isi")
            elif kind == "s" and text is not None:
                text = strings[int(text)]
            elif kind == "n" and text is not None and not text.strip():
                text = None
            elif kind in ("str", "d"):
                if text is None and formula is None:
                    raise Unclear("teks tanpa isi")
                text = _unescaped(text or "")  # a text result that is not there is an empty one
            elif text is not None and kind != "n" and not text.strip():
                raise Unclear("nilai hampa")
            if text is None and formula is None:
                continue
            if (row_number, column) in found:
                raise Unclear("sel ganda")
            found[row_number, column] = (text, None if formula is None else _text(formula))
    return found


def plain_book(members: Members) -> dict[str, dict[Position, tuple[str | None, str | None]]]:
    """Every worksheet, found by the usual names of parts alone."""
    links = {}
    for item in _parse(members[hostile.WORKBOOK_RELS]):
        if isinstance(item.tag, str) and item.get("TargetMode") != "External":
            if "ksheet" in item.get("Type", "") and not item.get("Type", "").endswith("/worksheet"):
                raise Unclear("jenis tautan")
            target = item.get("Target", "")
            links[item.get("Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    strings: list[str] = []
    if hostile.STRINGS in members:
        root = _parse(members[hostile.STRINGS])
        if _local(root) != "sst":
            raise Unclear("sst")
        strings = [_run_texts(item) for item in root if _local(item) == "si"]
    sheets = _only(_parse(members[hostile.WORKBOOK]), "sheets")
    if sheets is None:
        raise Unclear("sheets")
    found = {}
    for item in sheets:
        if _local(item) != "sheet":
            continue
        ids = [value for key, value in item.attrib.items() if key.endswith("}id")]
        part = links.get(ids[0]) if ids else None
        if part is None or part not in members:
            raise Unclear("tautan")
        found[item.get("name", "")] = plain_sheet(members[part], strings)
    return found


def difference(members: Members, book: Any) -> str | None:
    """What was read, against what lxml alone reads."""
    try:
        plain = plain_book(members)
    except IllFormed as problem:
        return f"dibaca, padahal bukan XML: {problem}"
    except (Unclear, KeyError, IndexError, ValueError):
        return None
    for name, cells in plain.items():
        if name not in book.sheets:
            return f"lembar {name!r} tidak dibaca"
        read = book.sheets[name].cells
        for place in sorted(cells.keys() | read.keys()):
            text, formula = cells.get(place, (None, None))
            other = read.get(place)
            if other is None or place not in cells:
                return f"{name} {place}: {cells.get(place)} dibaca {other}"
            if other.text != text or (formula and other.formula != formula):
                return f"{name} {place}: {cells.get(place)} dibaca {other}"
    return None


# --- one round -----------------------------------------------------------------------------------------


def _timed(step: str, action: Callable[[], Any]) -> Any:
    start = time.process_time()
    result = action()
    spent = time.process_time() - start
    if spent > LIMIT:
        raise TimeoutError(f"{step}: {spent:.1f} detik")
    return result


def attempt(seed: int, books: list[tuple[str, Members]], folder: Path) -> tuple[str, str]:
    """One round: its outcome in a word (a refusal's code, or `dibaca`) and what was done; or an exception."""
    from lokapom_xl.actions.validate import check_books
    from lokapom_xl.workbook.errors import BookError
    from lokapom_xl.workbook.read import read_book
    from lokapom_xl.workbook.write import Put, Store, save_edits

    rng = random.Random(seed)
    done, content, members = mutated(rng, books)
    path = folder / "masukan.xlsx"
    path.write_bytes(content)

    def caught(action: Callable[[], Any]) -> Any:
        try:
            return action()
        except BookError as problem:
            return problem

    book = _timed("baca", lambda: caught(lambda: read_book(path)))
    _timed("periksa", lambda: check_books([book], [path.name]))
    if isinstance(book, BookError):
        return book.code, done
    if members is not None:
        wrong = difference(members, book)
        if wrong:
            raise AssertionError(wrong)
    if not book.sheets:
        return "tanpa lembar", done
    name, sheet = rng.choice(list(book.sheets.items()))
    places = rng.sample(sorted(sheet.cells), min(3, len(sheet.cells)))
    places += [(rng.randint(1, 20), rng.randint(1, 12)), (rng.randint(1, 1_048_576), rng.randint(1, 16_384))]
    values = (None, True, "isian _x0041_\n", *(cell.value for cell in list(sheet.cells.values())[:2]))
    edits = {}
    for place in places:
        old = sheet.cells.get(place)
        edit = Store if old is not None and old.computed else Put
        edits[place] = edit(rng.choice(values))
    target = folder / "hasil.xlsx"
    target.unlink(missing_ok=True)
    saved = _timed("simpan", lambda: caught(lambda: save_edits(path, target, {name: edits})))
    left = sorted(set(os.listdir(folder)) - {"masukan.xlsx", "hasil.xlsx"})
    if left:
        raise AssertionError(f"tertinggal: {left}")
    if isinstance(saved, BookError):
        if target.exists():
            raise AssertionError("ditolak, tetapi berkas ada")
        return f"dibaca, {saved.code}", done
    after = read_book(target)  # a refusal of our own file is a failure
    for sheet_name, cells in ((n, s.cells) for n, s in book.sheets.items()):
        seen = after.sheets[sheet_name].cells
        for place in cells.keys() | seen.keys():
            if sheet_name == name and place in edits:
                value = seen[place].value if place in seen else None
                if value != edits[place].value:
                    raise AssertionError(f"{name} {place}: {edits[place]} menjadi {seen.get(place)}")
            elif cells.get(place) != seen.get(place):
                raise AssertionError(f"{sheet_name} {place}: {cells.get(place)} berubah: {seen.get(place)}")
    return "disimpan", done


def _work(seeds: Iterator[int], books: list[tuple[str, Members]], pipe: int) -> None:
    """Rounds until the child has lived long enough; each is told before and after."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as name, os.fdopen(pipe, "w", buffering=1) as stream:
        for seed in seeds:
            print(json.dumps(["mulai", seed, ""]), file=stream)
            try:
                outcome, done = attempt(seed, books, Path(name))
                print(json.dumps(["selesai", outcome, done]), file=stream)
            except BaseException as problem:
                trace = "".join(traceback.format_exception(problem)[-4:])
                print(
                    json.dumps(["gagal", f"{type(problem).__name__}: {problem}"[:300], trace[-1500:]]),
                    file=stream,
                )


def _child(seeds: list[int], books: list[tuple[str, Members]]) -> Iterator[tuple[int, str, str, str]]:
    """Seed, `selesai` or `gagal`, outcome and details of each round; a death or a hang ends the child."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with contextlib.suppress(BaseException):
            _work(iter(seeds), books, writer)
        os._exit(0)
    os.close(writer)
    current: int | None = None
    try:
        buffer = b""
        while True:
            ready, _, _ = select.select([reader], [], [], HANG)
            chunk = os.read(reader, 1 << 16) if ready else b""
            if not chunk:
                if current is not None:
                    yield current, "gagal", "menggantung" if not ready else "proses mati", ""
                return
            *lines, buffer = (buffer + chunk).split(b"\n")
            for line in lines:
                word, first, second = json.loads(line)
                if word == "mulai":
                    current = first
                elif current is not None:
                    yield current, word, first, second
                    current = None
    finally:
        os.close(reader)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


BATCH = 200


def run(
    seeds: Iterator[int], books: list[tuple[str, Members]], keep: Path | None, until: float | None
) -> tuple[Counter[str], list[str]]:
    """All rounds: how often each outcome came, and a line for every failure."""
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    batch: list[int] = []
    more = True
    while more or batch:
        while more and len(batch) < BATCH:
            seed = next(seeds, None)
            if seed is None:
                more = False
            else:
                batch.append(seed)
        last = -1
        for seed, word, first, second in _child(batch, books):
            last = seed
            outcomes[first if word == "selesai" else "GAGAL"] += 1
            if word == "gagal":
                done, content, _ = mutated(random.Random(seed), books)
                failures.append(f"benih {seed} ({done}): {first}\n{second}")
                print(failures[-1], flush=True)
                if keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"benih-{seed}.xlsx").write_bytes(content)
            if until is not None and time.monotonic() > until:
                return outcomes, failures
        batch = batch[batch.index(last) + 1 :] if last in batch else batch[1:]
    return outcomes, failures


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--minutes", type=float, default=10, help="how long, unless --count or --only is given"
    )
    parser.add_argument("--count", type=int, help="so many rounds, the same at every run")
    parser.add_argument("--seed", type=int, default=1, help="where the seeds begin")
    parser.add_argument("--only", type=int, help="this one round, in this process, with its traceback")
    parser.add_argument("--keep", type=Path, help="where failing files go")
    parser.add_argument("--books", type=Path, help="a folder with further books to start from")
    parser.add_argument(
        "--xlsxwriter", action="store_true", help="also start from a book that XlsxWriter makes"
    )
    options = parser.parse_args(arguments)
    books = starting_books(options.books, options.xlsxwriter)
    if options.only is not None:
        with tempfile.TemporaryDirectory() as name:
            if options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                content = mutated(random.Random(options.only), books)[1]
                (options.keep / f"benih-{options.only}.xlsx").write_bytes(content)
            print(*attempt(options.only, books, Path(name)), sep=": ")
        return 0
    from lokapom_xl.actions.validate import validate
    from lokapom_xl.workbook import write

    assert write
    validate([hostile.EXAMPLES / "RAPK-2023.xlsx"])  # imported and warm before a clock runs
    gc.collect()
    gc.freeze()
    first = options.seed * 1_000_000
    start = time.monotonic()
    if options.count is not None:
        outcomes, failures = run(iter(range(first, first + options.count)), books, options.keep, None)
    else:
        until = start + 60 * options.minutes
        outcomes, failures = run(iter(range(first, first + 10**6)), books, options.keep, until)
    spent = time.monotonic() - start
    print(f"{outcomes.total()} putaran dalam {spent:.0f} detik; {len(failures)} gagal")
    for outcome, count in outcomes.most_common():
        print(f"{count:7} {outcome}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
