"""The committed list of what the validator finds in the report of 2023, as printed.

`tests/findings/` holds three lists: the findings, each read through against the report (column `dibaca`);
what only follows from them; and the contradictions of the report that are not found, with the reason.

    python -m tests.report_findings

writes the first two anew from the books. What was read stays with its finding; a new one has nothing there,
and the tests fail until somebody has read it through.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from lokapom_xl.actions.validate import validate
from lokapom_xl.model import Finding
from lokapom_xl.registry import CHECKS
from lokapom_xl.report.result import Validation

FOLDER = Path(__file__).parent / "findings"
LISTED = FOLDER / "lapkin2023.csv"
FOLLOWING = FOLDER / "lapkin2023_akibat.csv"
UNFOUND = FOLDER / "lapkin2023_tidak_ditemukan.csv"

SHIPPED = Path(__file__).parents[1] / "workbooks" / "contoh"
BOOKS = ("RAPK-2023-as-printed.xlsx", "Efisiensi-2023-as-printed.xlsx")

PLACE = ("buku", "lembar", "sel", "kode")
READ = "dibaca"
Row = dict[str, str]


def printed() -> Validation:
    """What is found in the tables as printed, as workbooks."""
    return validate([SHIPPED / name for name in BOOKS])


def listed(result: Validation) -> list[Row]:
    """A row for every finding that counts, without what was read."""
    following = result.consequences()
    return [
        {
            **_place(finding),
            "level": finding.level,
            "tertulis": finding.written,
            "seharusnya": finding.expected,
            "sebab": _reason(finding),
            "akibat": str(len(following.get(finding.id, ()))),
        }
        for finding in result.causes
    ]


def following(result: Validation) -> list[Row]:
    """A row for everything that only follows, with the cells from which it does."""
    known = {finding.id: finding for finding in result.findings}
    return [
        {
            **_place(finding),
            "tertulis": finding.written,
            "seharusnya": finding.expected,
            "akar": "; ".join(
                f"{known[root].origin.sheet}!{known[root].origin.cell}" for root in finding.roots
            ),
        }
        for finding in result.findings
        if finding.caused_by is not None
    ]


def _place(finding: Finding) -> Row:
    origin = finding.origin
    return dict(zip(PLACE, (origin.file, origin.sheet, origin.cell, finding.code), strict=True))


def _reason(finding: Finding) -> str:
    """From what the expected value follows, and how the written one may have come about; else what the check is about."""
    said = [f"menurut {finding.rule}"] if finding.rule else []
    said += [finding.diagnosis] if finding.diagnosis else []
    if finding.related:
        places = (f"{r.origin.sheet}!{r.origin.cell} {r.written}".strip() for r in finding.related)
        said.append("lihat pula " + "; ".join(places))
    return "; ".join(said) or CHECKS[finding.code].doc.strip().partition("\n")[0]


def key_of(row: Mapping[str, str]) -> tuple[str, ...]:
    """What tells a row of these lists from every other."""
    return tuple(row[name] for name in PLACE)


def load(path: Path) -> list[Row]:
    """The rows of a committed list."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def store(path: Path, rows: Iterable[Row], columns: Sequence[str]) -> None:
    """Write a list."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Write the lists of what is found, keeping what was read."""
    result = printed()
    was_read = {key_of(row): row[READ] for row in load(LISTED)} if LISTED.exists() else {}
    rows = [{**row, READ: was_read.get(key_of(row), "")} for row in listed(result)]
    store(LISTED, rows, list(rows[0]))
    rest = following(result)
    store(FOLLOWING, rest, list(rest[0]))
    for row in rows:
        if not row[READ]:
            print(f"belum dibaca: {' '.join(key_of(row))}")


if __name__ == "__main__":
    main()
