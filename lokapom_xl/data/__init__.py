"""The data shipped with the package: the tables of one published report, exactly as printed.

`koreksi.csv` beside them settles, visibly and with reasons, where the report contradicts itself.
"""

from __future__ import annotations

from pathlib import Path


def folder(name: str) -> Path:
    """The folder of one shipped report."""
    return Path(__file__).with_name(name)
