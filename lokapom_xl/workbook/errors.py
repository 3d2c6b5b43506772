"""Why a workbook was not read or not written, in words for the person who asked."""

from __future__ import annotations


def one_line(text: str) -> str:
    """Text from a cell may hold line breaks or control characters; a message is one line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


class BookError(Exception):
    """A refusal: a permanent code, a sentence saying where and what, and a remedy (both Indonesian)."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        message, remedy = one_line(message), one_line(remedy)
        super().__init__(code, message, remedy)
        self.code = code
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()
