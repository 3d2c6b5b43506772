"""A package without macros and without ties to the outside: what a copy of mere values is made of.

Gone are the VBA project, the ribbon, buttons and other form controls, macros of pictures, the sheets that
only serve macros, data connections, links to other books, and every member that nothing leads to any more.
Comments, pictures, charts and printer settings stay, byte for byte where no button stood beside them. What
cannot be taken out for certain is refused.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NoReturn
from xml.sax.saxutils import unescape

from .added_parts import AddedParts
from .errors import BookError
from .package import CONTENT_TYPES, Package, Relation, namespace, relations_part
from .read import Workbook
from .xml_text import Node, XmlPart

MACRO_SHEETS = ("xlwings.conf", "_IntelliSense_")
"""The sheets of a macro book that hold nothing but what its macros read."""

MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
PLAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_BREAK = "Hapus atau putuskan bagian itu di Excel (pada salinan berkas), lalu ulangi."

#: Relationships that go with what they lead to, and what that is called, where somebody may miss it.
_PACKAGE_KINDS = {
    "extensibility": "tab pita buatan sendiri",
    "userCustomization": "bilah alat buatan sendiri",
}
_WORKBOOK_KINDS = {
    "vbaProject": "proyek makro VBA",
    "attachedToolbars": "bilah alat buatan sendiri",
    "connections": "sambungan data luar",
    "externalLink": "tautan ke buku lain",
    "calcChain": "",
    "volatileDependencies": "",
}
_SHEET_KINDS = {"ctrlProp": "", "control": "kontrol ActiveX", "queryTable": "sambungan data luar"}

#: Relationships to what would carry macros or outside data along, or would be damaged without them.
_REFUSED_KINDS = {
    "xlMacrosheet": "lembar makro Excel 4.0",
    "xlIntlMacrosheet": "lembar makro Excel 4.0",
    "dialogsheet": "lembar dialog makro",
    "oleObject": "objek tertanam (OLE)",
    "package": "dokumen tertanam",
    "powerPivotData": "model data Power Pivot",
}


class FreezeParts(AddedParts):
    """What the members of a book that is frozen become."""

    def refuse(self, why: str, remedy: str = _BREAK) -> NoReturn:
        raise BookError(
            "BEKU03", f"{self.package.path.name}: buku ini tidak dapat dibekukan ({why}).", remedy
        )


@dataclass(frozen=True)
class Bare:
    """The package without them, in memory, and what was taken out, in Indonesian words."""

    package: Package
    removed: tuple[str, ...]


def bare(package: Package) -> Bare:
    """The package without macros and without ties to the outside; `BookError` where that cannot be."""
    workbook = Workbook(package)
    parts = FreezeParts(workbook)
    try:
        strip = _Strip(parts, workbook)
    except ValueError as problem:
        parts.refuse(str(problem)[:80])
    data = package.rebuilt(strip.members)
    result = Package(package.path, data, zipfile.ZipFile(io.BytesIO(data)))
    left = next(macro_traces(result), None)
    if left is not None:
        parts.refuse(f"{left} masih menyebut makro")
    return Bare(result, tuple(strip.removed))


def cut(xml: XmlPart, nodes: Collection[Node]) -> XmlPart:
    """A part, in which nothing else changes, without some elements."""
    raw, pieces, last = xml.text().encode(), [], 0
    for node in sorted(nodes, key=lambda node: node.start):
        if node.start >= last:  # not inside the one before
            pieces.append(raw[last : node.start])
            last = node.end
    return XmlPart(b"".join([*pieces, raw[last:]]).decode(), xml.encoding)


def macro_traces(package: Package) -> Iterator[str]:
    """What in a package still speaks of macros: names of members, relationships, content types, buttons."""
    for name in package.members:
        if _MACRO_WORD.search(name.encode()):
            yield name
        elif name.endswith(".rels") or name == CONTENT_TYPES.lower():
            facts = [
                item.get(key, "")
                for item in package.xml(name)
                for key in ("Type", "Target", "PartName", "ContentType")
                if not (key == "Target" and item.get("TargetMode") == "External")
            ]
            if any(_MACRO_WORD.search(fact.encode()) for fact in facts):
                yield name
        else:
            content = package.read(name)
            if content.startswith(_OLE) or (name.endswith(".vml") and _VML_MACRO.search(content)):
                yield name


_MACRO_WORD = re.compile(
    rb"vba|custom-?ui|ctrlprop|activex|extensibility|macrosheet|macroenabled", re.IGNORECASE
)
_VML_MACRO = re.compile(rb"FmlaMacro", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _walk(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        found = stack.pop()
        yield found
        stack += found.children


def _identity(node: Node) -> str:
    """The id of the relationship that an element names."""
    return next((value for key, value in node.attributes.items() if key.endswith("relationships id")), "")


class _Strip:
    """Finds out what goes, and what the members around it become."""

    def __init__(self, parts: FreezeParts, workbook: Workbook) -> None:
        self.parts, self.workbook, self.package = parts, workbook, parts.package
        self._sheets = {part.lower(): name for name, part in workbook.parts.items()}
        self.removed: list[str] = []
        self._cut: dict[str, set[str]] = defaultdict(set)
        """The ids of the relationships that go, by the part that has them, in small letters."""
        self._shapes: set[str] = set()
        """The numbers of the form controls that go."""
        self._relations: dict[str, dict[str, Relation]] = {}
        self._frames: dict[str, str] = {}
        """What stands around the rows of the sheets that stay, by their part in small letters."""
        before = self._reached()
        self._refuse_foreign(before)
        sheets = self._macro_sheets()
        self._cut_kinds("", _PACKAGE_KINDS)
        self._cut_kinds(workbook.part, _WORKBOOK_KINDS)
        kept = [part for name, part in workbook.parts.items() if name not in sheets]
        outside = [r for r in workbook.relations.values() if r.kind == "externalLink"]
        buttons = sum(self._without_controls(part) for part in kept)
        if buttons:
            self._say(f"{buttons} tombol atau kontrol formulir")
        self._cut_queries()
        self._without_shapes()
        self._without_names(sheets, bool(outside))
        after = self._reached()
        if sheets or outside:
            self._refuse_dangling(after, sheets, bool(outside))
        self._drop(before, after)
        self.members: dict[str, bytes | None] = {**parts.content(), **dict.fromkeys(self._gone)}

    def _say(self, what: str) -> None:
        if what and what not in self.removed:
            self.removed.append(what)

    # --- what leads to what --------------------------------------------------------------------

    def _links(self, owner: str) -> dict[str, Relation]:
        """The relationships of a part that stay."""
        known = owner.lower()
        if known not in self._relations:
            self._relations[known] = self.package.relations(owner)
        gone = self._cut[known]
        return {key: relation for key, relation in self._relations[known].items() if key not in gone}

    def _reached(self) -> dict[str, set[str]]:
        """Every member that something leads to, by its name in the package, with the kinds of link."""
        found: dict[str, set[str]] = {}
        waiting = [""]
        while waiting:
            for relation in self._links(waiting.pop()).values():
                info = self.package.members.get(relation.target.lower())
                if info is None:
                    continue
                if info.orig_filename not in found:
                    waiting.append(info.orig_filename)
                found.setdefault(info.orig_filename, set()).add(relation.kind)
        return found

    def _cut_kinds(self, owner: str, kinds: dict[str, str]) -> bool:
        """Cut the relationships of a part that are of these kinds."""
        found = {key: r.kind for key, r in self._links(owner).items() if r.kind in kinds}
        for key, kind in found.items():
            self._cut[owner.lower()].add(key)
            self._say(kinds[kind])
        return bool(found)

    # --- refusals ------------------------------------------------------------------------------

    def _refuse_foreign(self, reached: dict[str, set[str]]) -> None:
        for name, kinds in reached.items():
            for kind in sorted(kinds & _REFUSED_KINDS.keys()):
                self.parts.refuse(f"memuat {_REFUSED_KINDS[kind]}, {name}")
            if "pivotCacheDefinition" in kinds:
                root = self.package.xml(name)
                source = root.find((namespace(root) or "") + "cacheSource")
                if source is not None and source.get("connectionId"):
                    self.parts.refuse("tabel pivotnya mengambil data dari luar")
            if "table" in kinds and self.package.xml(name).get("tableType", "worksheet") != "worksheet":
                self.parts.refuse("tabel Excel di dalamnya mengambil data dari luar")

    def _refuse_dangling(self, reached: dict[str, set[str]], sheets: Collection[str], outside: bool) -> None:
        """Charts, validations and the like may not lead to what is gone."""
        names = "|".join(re.escape(name) for name in sheets)
        patterns = [rf"(?:{names})(?:'|&apos;)?!"] if names else []
        patterns += [_OUTSIDE] if outside else []
        pattern = re.compile("|".join(patterns), re.IGNORECASE)
        changed = self.parts.content()
        for name, kinds in reached.items():
            if "officeDocument" in kinds or not name.lower().endswith(".xml") or kinds & _TEXTS:
                continue
            text = self._frames.get(name.lower())
            if text is None:
                known = name.lower() in changed
                text = self.parts.xml(name).text() if known else self.package.text(name)[0]
            if pattern.search(text):
                self.parts.refuse(f"{name} menunjuk buku lain atau lembar makro")

    # --- sheets --------------------------------------------------------------------------------

    def _macro_sheets(self) -> list[str]:
        """The sheets that only serve macros; they go."""
        wanted = {name.casefold() for name in MACRO_SHEETS}
        found = [name for name in self.workbook.parts if name.casefold() in wanted]
        for key, relation in self.workbook.relations.items():
            if any(self.workbook.parts[name] == relation.target for name in found):
                self._cut[self.workbook.part.lower()].add(key)
        for name in found:
            self._say(f"lembar {name}")
        return found

    def _without_controls(self, part: str) -> int:
        """Take buttons and other controls out of a sheet and its drawing; how many shapes there were."""
        had = self._cut_kinds(part, _SHEET_KINDS)
        xml = self.workbook.sheet_xml(self._sheets[part.lower()])
        frame = XmlPart(xml.text[: xml.start] + xml.text[xml.end :], xml.encoding)
        gone = [
            child for child in frame.root.children if any(node.name == "controls" for node in _walk(child))
        ]
        legacy = frame.root.find("legacyDrawing")
        count = 0
        if legacy is not None:
            relation = self._links(part).get(_identity(legacy))
            if relation is not None and relation.target.lower() in self.package.members:
                count, empty = self._without_buttons(relation.target)
                if empty:
                    gone.append(legacy)
                    self._cut[part.lower()].add(_identity(legacy))
        text = self._frames[part.lower()] = cut(frame, gone).text()
        if gone:
            whole = text[: xml.start] + xml.text[xml.start : xml.end] + text[xml.start :]
            self.parts.keep_raw(part, whole.encode(xml.encoding, "xmlcharrefreplace"))
        return count or int(had and bool(gone))

    def _without_buttons(self, part: str) -> tuple[int, bool]:
        """Take all but comments out of a drawing; how many there were, and whether nothing is left."""
        raw, count = self.parts.raw(part), 0

        def kept(match: re.Match[bytes]) -> bytes:
            nonlocal count
            kind = _OBJECT.search(match[0])
            if kind is None or kind[1] == b"Note":
                return match[0]
            count += 1
            tag = match[0].partition(b">")[0]
            self._shapes.update(number.decode() for number in _SHAPE_NUMBER.findall(tag))
            return b""

        new = _SHAPE.sub(kept, raw)
        if count:
            self.parts.keep_raw(part, new)
        return count, bool(count) and not _ANY_SHAPE.search(new)

    def _without_shapes(self) -> None:
        """Take the controls' halves out of the drawings, and the macros off pictures."""
        for part, kinds in self._reached().items():
            if not kinds & {"drawing", "chartUserShapes"}:
                continue
            xml = self.parts.xml(part)
            gone = [
                child
                for child in xml.root.children
                if any(node.attributes.get("spid") in self._shapes for node in _walk(child))
            ]
            xml = cut(xml, gone)
            named = [node for node in _walk(xml.root) if node.attributes.get("macro")]
            for node in named:
                xml.set(node, "macro", "")
                self._say("makro pada gambar")
            if gone or named:
                self.parts.keep(part, xml)

    # --- the workbook --------------------------------------------------------------------------

    def _without_names(self, sheets: Collection[str], outside: bool) -> None:
        """Take sheets, links to other books, and the names that lead there out of the workbook's own part."""
        xml = self.parts.xml(self.workbook.part)
        gone: list[Node] = []
        kept: list[Node] = []
        order: list[bool] = []  # of every sheet in the list, whether it goes
        listed = xml.root.find("sheets")
        for node in listed.children if listed is not None else ():
            if not _identity(node):
                self.parts.refuse("memuat lembar makro program lama")
            order.append(node.attributes.get("name", "") in sheets)
            (gone if order[-1] else kept).append(node)
        if not any(node.attributes.get("state", "visible") == "visible" for node in kept):
            self.parts.refuse("tidak ada lembar yang tampak")
        references = xml.root.find("externalReferences")
        if references is not None and outside:
            gone.append(references)
        names = xml.root.find("definedNames")
        lost = [node for node in (names.children if names else ()) if self._is_lost(xml, node, order, sheets)]
        if names is not None and lost:
            gone += [names] if len(lost) == len(names.children) else lost
            listed_names = [
                name
                for node in lost
                if (name := node.attributes.get("name", "")) and not name.startswith("_xlnm.")
            ]
            if listed_names:
                self._say(f"nama {', '.join(listed_names)}")
        for node in names.children if names else ():
            index = int(node.attributes.get("localSheetId", "-1"))
            if node not in lost and index >= 0 and any(order[:index]):
                xml.set(node, "localSheetId", str(index - sum(order[:index])))
        views = xml.root.find("bookViews")
        for view in views.children if views is not None else ():
            for key in ("firstSheet", "activeTab"):
                index = int(view.attributes.get(key, "0"))
                if 0 <= index < len(order) and any(order[: index + 1]):
                    # A sheet that goes hands over to the first one that can be seen.
                    xml.set(view, key, str(_first(kept) if order[index] else index - sum(order[:index])))
        if gone or xml.text() != self.package.text(self.workbook.part)[0]:
            # The attributes first: what is cut is found by where it stands.
            changed = XmlPart(xml.text(), xml.encoding)
            self.parts.keep(self.workbook.part, cut(changed, _same_places(xml, changed, gone)))

    def _is_lost(self, xml: XmlPart, node: Node, order: list[bool], sheets: Collection[str]) -> bool:
        """Whether a name leads to what is gone, or is one of a macro."""
        facts = node.attributes
        index = int(facts.get("localSheetId", "-1"))
        if 0 <= index < len(order) and order[index]:
            return True
        if any(facts.get(key) in ("1", "true") for key in ("function", "vbProcedure", "xlm")):
            return True
        text = unescape(xml.content(node), {"&apos;": "'", "&quot;": '"'})
        folded = text.replace("'!", "!").casefold()
        return bool(re.search(_OUTSIDE, text)) or any(f"{name.casefold()}!" in folded for name in sheets)

    def _cut_queries(self) -> None:
        """Queries of Power Query are kept as custom XML."""
        for owner in ("", self.workbook.part):
            for key, relation in self._links(owner).items():
                if relation.kind == "customXml" and relation.target.lower() in self.package.members:
                    if b"DataMashup" in self.package.read(relation.target).replace(b"\0", b"")[:2000]:
                        self._cut[owner.lower()].add(key)
                        self._say("sambungan data luar")

    # --- what is left --------------------------------------------------------------------------

    def _drop(self, before: dict[str, set[str]], after: dict[str, set[str]]) -> None:
        """Leave out what nothing leads to any more, and say so in relationships and content types."""
        stay = {name.lower() for name in after} | {CONTENT_TYPES.lower()}
        for owner in ["", *after]:
            part = relations_part(owner)
            if part.lower() not in self.package.members:
                continue
            ids = self._cut[owner.lower()]
            if ids:
                xml = self.parts.xml(part)
                gone = [node for node in xml.root.children if node.attributes.get("Id") in ids]
                if len(gone) == len(xml.root.children):
                    continue
                self.parts.keep(part, cut(xml, gone))
            stay.add(part.lower())
        self._gone = self.package.members.keys() - stay
        known = {name.lower() for name in before}
        known |= {relations_part(name).lower() for name in ("", *before)}
        if any(not name.endswith("/") for name in self._gone - known):
            self._say("bagian yang tidak dirujuk")
        self._declare(stay)

    def _declare(self, stay: Collection[str]) -> None:
        xml = self.parts.xml(CONTENT_TYPES)
        gone, own = [], set()
        for node in xml.root.children:
            part = node.attributes.get("PartName", "").lstrip("/").lower()
            if part and part not in stay:  # it goes, or was not there to begin with
                gone.append(node)
            own.add(part)
            if part == self.workbook.part.lower():
                self._refuse_type(node.attributes.get("ContentType", ""))
        for node in xml.root.all("Default"):
            if _MACRO_WORD.search(node.attributes.get("ContentType", "").encode()):
                ending = "." + node.attributes.get("Extension", "").lower()
                if any(name.endswith(ending) and name not in own for name in stay):
                    self.parts.refuse(f"ada bagian {ending} yang tidak dikenal")
                gone.append(node)
        main = next((n for n in xml.root.children if n.attributes.get("ContentType") == MACRO_TYPE), None)
        if main is not None:
            xml.set(main, "ContentType", PLAIN_TYPE)
        if gone or main is not None:
            changed = XmlPart(xml.text(), xml.encoding)
            self.parts.keep(CONTENT_TYPES, cut(changed, _same_places(xml, changed, gone)))

    def _refuse_type(self, content_type: str) -> None:
        if content_type not in (MACRO_TYPE, PLAIN_TYPE):
            self.parts.refuse(f"jenisnya {posixpath.basename(content_type)[:60]}, bukan buku kerja biasa")


_TEXTS = {"sharedStrings", "comments", "threadedComment", "person", "core-properties", "extended-properties"}
"""Members in which people write, where a text that looks like a reference is none."""

_OUTSIDE = r"(?<![\w\]])\[[1-9][0-9]*\][^!<>\"]{0,200}!"
"""A reference into another book; `[0]!` is the book itself."""

_SHAPE = re.compile(rb"<(\w+):shape\s(?:(?!<\1:shape\s).)*?</\1:shape\s*>", re.DOTALL)
_ANY_SHAPE = re.compile(rb"<\w+:(?:shape|group|rect|oval|line|roundrect|polyline|image)[\s>]")
_OBJECT = re.compile(rb"""\sObjectType\s*=\s*["'](\w+)["']""")
_SHAPE_NUMBER = re.compile(rb"""\b(?:id|spid)\s*=\s*["'](_x0000_s[0-9]+)["']""")


def _first(sheets: list[Node]) -> int:
    """The first sheet that can be seen."""
    return next(i for i, node in enumerate(sheets) if node.attributes.get("state", "visible") == "visible")


def _same_places(old: XmlPart, new: XmlPart, nodes: Collection[Node]) -> list[Node]:
    """The elements of `new` that stand in the order of the document where `nodes` do in `old`."""
    wanted = set(nodes)
    pairs = zip(_walk(old.root), _walk(new.root), strict=True)
    return [after for before, after in pairs if before in wanted]


__all__ = ["MACRO_SHEETS", "Bare", "FreezeParts", "bare", "cut", "macro_traces"]
