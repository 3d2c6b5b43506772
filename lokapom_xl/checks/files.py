"""A file that cannot be validated at all is a finding, under the code that says why."""

from __future__ import annotations

from ..model import Finding, Origin
from ..workbook.errors import BookError


def unreadable(problem: BookError, file: str) -> Finding:
    """The finding for a file that was refused."""
    return Finding(
        code=problem.code,
        name="buku-tidak-dapat-diperiksa",
        level="galat",
        origin=Origin(file),
        message=problem.message,
        remedy=problem.remedy,
    )
