"""What the headers of the known tables may say, in the year of a book."""

from __future__ import annotations

from collections.abc import Sequence

from ..headers import Guess, guesses, names_of
from ..layout import Layout, Table


class Vocabulary:
    """What the headers of the tables of a layout may say in the year of a book."""

    def __init__(self, layout: Layout, tables: Sequence[Table], year: int) -> None:
        self.layout, self.tables, self.year = layout, tables, year
        self.names = {table.key: names_of(table, year) for table in layout.tables}
        known = [text for names in self.names.values() for text in (*names.exact, *names.loose)]
        self.known = {text for text in known if text}
        self.heads = {
            text
            for table in tables
            for text, keys in self.names[table.key].exact.items()
            if table.name_column in keys and not table.listed
        }
        # What of a table must be there; one that compares offices is known by their names alone.
        self.bodies = {
            table.key: {c.key for c in table.columns if not c.optional and c.key != table.name_column}
            for table in layout.tables
            if not any(column.heading_of for column in table.columns)
        }
        self._guessed: dict[tuple[str, tuple[str, ...], bool], list[Guess]] = {}

    def guesses(self, table: str, lines: Sequence[str], tolerant: bool) -> list[Guess]:
        """Which columns of a table a header may be; each header is there many times."""
        key = table, tuple(lines), tolerant
        if key not in self._guessed:
            self._guessed[key] = guesses(lines, self.names[table], tolerant)
        return self._guessed[key]
