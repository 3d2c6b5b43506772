"""Members of a package that change or are new: their content, relationships and content types."""

from __future__ import annotations

import posixpath
from typing import NoReturn
from xml.sax.saxutils import quoteattr

from .errors import BookError
from .package import CONTENT_TYPES, relations_part
from .read import Workbook
from .xml_text import XmlPart

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SAVE_AGAIN = "Buka di Excel, Simpan Sebagai Buku Kerja Excel (.xlsx) dengan nama lain, lalu ulangi."


class AddedParts:
    """What the members of a workbook become."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook, self.package = workbook, workbook.package
        self.strict = "purl.oclc.org" in workbook.space
        self.relations_space = _STRICT if self.strict else _TRANSITIONAL
        self._texts: dict[str, tuple[str, str]] = {}
        self._raw: dict[str, bytes] = {}
        self._spelt: dict[str, str] = {}  # the names of new members, by the same in small letters

    def refuse(self, why: str, remedy: str = _SAVE_AGAIN) -> NoReturn:
        name = self.package.path.name
        raise BookError("TULIS21", f"{name}: buku ini tidak dapat diberi tanda ({why}).", remedy)

    # --- content -------------------------------------------------------------------------------

    def content(self) -> dict[str, bytes]:
        """The new content of every member that changes or is new."""
        texts = {
            name: text.encode(encoding, "xmlcharrefreplace") for name, (text, encoding) in self._texts.items()
        }
        return {self._spelt.get(name, name): content for name, content in (texts | self._raw).items()}

    def xml(self, part: str, new: str = "") -> XmlPart:
        """A member as it is by now, to be changed and kept; `new`: the text of one that is not there."""
        key = part.lower()
        found = self._texts.get(key)
        if found is None:
            known = key in self.package.members
            found = self.package.text(part) if known else (DECLARATION + new, "utf-8")
        try:
            return XmlPart(*found)
        except ValueError as problem:
            self.refuse(f"{part}: {problem}")

    def keep(self, part: str, xml: XmlPart) -> None:
        """Make what `xml` has become the content of a member."""
        self._texts[self._known_as(part)] = xml.text(), xml.encoding

    def raw(self, part: str) -> bytes:
        """The bytes of a member as they are by now."""
        return self._raw.get(part.lower()) or self.package.read(part)

    def keep_raw(self, part: str, content: bytes) -> None:
        self._raw[self._known_as(part)] = content

    def _known_as(self, part: str) -> str:
        """The name in small letters, under which the package knows a member."""
        key = part.lower()
        if key not in self.package.members:
            self._spelt.setdefault(key, part)
        return key

    def names(self) -> set[str]:
        """All members, in small letters."""
        return {*self.package.members, *self._texts, *self._raw}

    def free(self, folder: str, stem: str, suffix: str) -> str:
        """A name for a new member in a folder beside the main part: the first number not used."""
        base = posixpath.join(posixpath.dirname(self.workbook.part), folder, stem)
        taken = self.names()
        number = 1
        while f"{base}{number}{suffix}".lower() in taken:
            number += 1
        return f"{base}{number}{suffix}"

    # --- what leads to it ----------------------------------------------------------------------

    def relate(self, owner: str, kind: str, target: str) -> str:
        """Add a relationship from one part ("" for the package itself) to another; its id.

        `kind` is the last word of one of the standard's own types, or the whole address of another.
        """
        part = relations_part(owner)
        xml = self.xml(part, f'<Relationships xmlns="{_RELATIONS}"/>')
        known = {item.attributes.get("Id") for item in xml.root.children}
        number = len(known) + 1
        while f"rId{number}" in known:
            number += 1
        path = posixpath.relpath(target, posixpath.dirname(owner) or ".")
        kind = kind if "://" in kind else f"{self.relations_space}/{kind}"
        xml.append(
            xml.root,
            f'<{xml.root.prefix}Relationship Id="rId{number}" Type="{kind}" Target={quoteattr(path)}/>',
        )
        self.keep(part, xml)
        return f"rId{number}"

    def declare(self, part: str, content_type: str) -> None:
        """Say what a new part is."""
        xml = self.xml(CONTENT_TYPES)
        facts = f"PartName={quoteattr('/' + part)} ContentType={quoteattr(content_type)}"
        xml.append(xml.root, f"<{xml.root.prefix}Override {facts}/>")
        self.keep(CONTENT_TYPES, xml)

    def declare_extension(self, part: str, content_type: str) -> None:
        """Say what new parts with this extension are; of this part alone if others are something else."""
        extension = part.rpartition(".")[2]
        xml = self.xml(CONTENT_TYPES)
        for item in xml.root.all("Default"):
            if item.attributes.get("Extension", "").lower() == extension:
                if item.attributes.get("ContentType") != content_type:
                    self.declare(part, content_type)
                return
        facts = f'Extension="{extension}" ContentType={quoteattr(content_type)}'
        xml.insert_after(xml.root, ["Default"], f"<{xml.root.prefix}Default {facts}/>")
        self.keep(CONTENT_TYPES, xml)
