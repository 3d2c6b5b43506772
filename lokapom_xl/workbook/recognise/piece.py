"""A piece of a table on a sheet: a header and the rows below it."""

from __future__ import annotations

from dataclasses import dataclass

from ..layout import Table


@dataclass(frozen=True)
class Seen:
    """One header cell: where it is, what it says, which column of the table it is, and how surely.

    `column` is empty where it is none; `month` is that of the block in which it stands.
    """

    row: int
    number: int
    text: str
    column: str = ""
    month: int = 0
    surely: int = 0
    by: str = ""


@dataclass
class Piece:
    """A header and the rows below it, up to `last`; `title` is the text above, `month` what it is about.

    `role`: the table that a mapping says it is; its columns were told then, not recognised.
    """

    sheet: str
    table: Table
    top: int
    header: int
    seen: list[Seen]
    left: int
    right: int
    score: float = 0.0
    last: int = 0
    title: str = ""
    month: int = 0
    role: str = ""

    @property
    def columns(self) -> dict[str, int]:
        """The numbers of the columns that stand outside blocks."""
        return {s.column: s.number for s in self.seen if s.column and not s.month}

    @property
    def blocks(self) -> dict[int, dict[str, int]]:
        """By month, the numbers of the columns of its block."""
        found: dict[int, dict[str, int]] = {}
        for seen in self.seen:
            if seen.column and seen.month:
                found.setdefault(seen.month, {})[seen.column] = seen.number
        return found

    def beside(self, other: Piece) -> bool:
        """Whether two pieces share a column of the sheet."""
        return self.left <= other.right and other.left <= self.right
