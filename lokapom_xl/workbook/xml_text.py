"""XML parts in which single places change: a parser finds the elements, all other text stays as it is."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pyexpat import ExpatError, ParserCreate

MAX_NODES = 300_000

_QUOTED = r"""(?:[^"'>]|"[^"]*"|'[^']*')*"""
TAG = re.compile(rf"<{_QUOTED}>")
PAIR = re.compile(r"""\s+([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""")
DECLARATION = re.compile(r"^\s*<\?xml\s[^>]*\?>")
TAG_BYTES = re.compile(TAG.pattern.encode())


def without(tag: str, *names: str) -> str:
    """A start tag without some attributes."""
    return PAIR.sub(lambda match: "" if match[1] in names else match[0], tag)


def with_attribute(tag: str, name: str, value: str) -> str:
    """A start tag with an attribute."""
    tag = without(tag, name)
    end = "/>" if tag.endswith("/>") else ">"
    return f'{tag.removesuffix(end).rstrip()} {name}="{value}"{end}'


@dataclass(eq=False)
class Node:
    """One element, and where it stands (in bytes): its start, the end of its start tag, the start of its
    end tag, its end. The last three are equal when it has no end tag.

    `name` is the local name for an element in the namespace of the root, else `?`.
    """

    name: str
    prefix: str
    attributes: dict[str, str]
    start: int
    inner: int
    close: int = -1
    end: int = -1
    children: list[Node] = field(default_factory=list)

    def find(self, name: str) -> Node | None:
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> list[Node]:
        return [child for child in self.children if child.name == name]


class XmlPart:
    """The elements of a part, and its text once the changes are made; ValueError when it is no XML."""

    def __init__(self, text: str, encoding: str = "utf-8") -> None:
        self.encoding = encoding
        if text.count("<") > MAX_NODES:
            raise ValueError("terlalu banyak unsur")
        self._raw = text.encode()
        # The declaration speaks of an encoding that the text no longer has.
        blank = DECLARATION.sub(lambda match: " " * len(match[0]), text).encode()
        self._open: list[Node] = []
        self._space = ""
        self._attributes: dict[Node, dict[str, str]] = {}
        self._appended: dict[Node, list[str]] = {}
        self._inserted: list[tuple[int, str]] = []
        parser = self._parser = ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        self.root = Node("?", "", {}, 0, 0)
        try:
            parser.Parse(blank, True)
        except ExpatError as problem:
            raise ValueError(f"XML tidak sah di baris {problem.lineno}") from None
        finally:
            # The parser holds bound methods of this object: a cycle that would outlive the reading.
            parser.StartElementHandler = parser.EndElementHandler = None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if not self._open:
            self._space = space
        start = self._parser.CurrentByteIndex
        tag = TAG_BYTES.match(self._raw, start)
        assert tag is not None  # the parser has just read this tag
        written = tag[0][1:].split(maxsplit=1)[0].rstrip(b"/>")
        prefix = written.rpartition(b":")[0].decode()
        known = local if space == self._space else "?"
        node = Node(known, f"{prefix}:" if prefix else "", attributes, start, tag.end())
        if tag[0].endswith(b"/>"):
            node.close = node.end = node.inner
        if self._open:
            self._open[-1].children.append(node)
        else:
            self.root = node
        self._open.append(node)

    def _end(self, name: str) -> None:
        node = self._open.pop()
        if node.end < 0:
            node.close = self._parser.CurrentByteIndex
            tag = TAG_BYTES.match(self._raw, node.close)
            assert tag is not None
            node.end = tag.end()

    # --- reading -------------------------------------------------------------------------------

    def written(self, node: Node) -> str:
        """An element as it is written."""
        return self._raw[node.start : node.end].decode()

    def start_tag(self, node: Node) -> str:
        return self._raw[node.start : node.inner].decode()

    def content(self, node: Node) -> str:
        """What stands between the tags of an element, as it is written."""
        return self._raw[node.inner : node.close].decode()

    # --- changing ------------------------------------------------------------------------------

    def set(self, node: Node, name: str, value: str) -> None:
        """Give an element an attribute."""
        self._attributes.setdefault(node, {})[name] = value

    def append(self, parent: Node, text: str) -> None:
        """Put `text` at the end of an element's content."""
        self._appended.setdefault(parent, []).append(text)

    def insert_after(self, parent: Node, names: Collection[str], text: str) -> None:
        """Put `text` behind the last child of `parent` that has one of these names, else before all."""
        if parent.inner == parent.end:
            self.append(parent, text)
            return
        place = max((child.end for child in parent.children if child.name in names), default=parent.inner)
        self._inserted.append((place, text))

    def text(self) -> str:
        """The part with its changes."""
        changes = [(place, place, text) for place, text in self._inserted]
        for node in self._attributes.keys() | self._appended.keys():
            tag = self.start_tag(node)
            appended = "".join(self._appended.get(node, ()))
            for name, value in self._attributes.get(node, {}).items():
                tag = with_attribute(tag, name, value)
            if appended and node.inner == node.end:
                name = tag[1:].split(maxsplit=1)[0].removesuffix("/>")
                tag = f"{tag.removesuffix('/>').rstrip()}>{appended}</{name}>"
            elif appended:
                changes.append((node.close, node.close, appended))
            changes.append((node.start, node.inner, tag))
        pieces, last = [], 0
        for start, end, new in sorted(changes, key=lambda change: change[:2]):
            pieces += [self._raw[last:start], new.encode()]
            last = end
        return b"".join([*pieces, self._raw[last:]]).decode()
