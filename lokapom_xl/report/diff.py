"""What changed since an earlier report: new findings, those that are gone, those that are still there.

A finding is the same when it has the same id, which is made of code and place, and is about the same
indicator. Where rows were inserted the places have moved: what is left over on both sides is matched once
more by what it says and of what.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..model import Finding
from ..workbook.errors import BookError

GENERATOR = "lokapom-xl"
"""Who made a report, as it says itself."""

NEW, SAME, GONE = "baru", "tetap", "hilang"
_DIGITS = "0123456789"


@dataclass(frozen=True)
class Gone:
    """A finding of the earlier report that is there no more, as that report has it."""

    id: str
    code: str
    level: str
    place: str
    message: str
    consequence: bool


@dataclass(frozen=True)
class Difference:
    """The comparison with an earlier report; consequences are compared, but only causes are counted."""

    earlier: str
    status: Mapping[str, str]
    gone: Sequence[Gone]
    counts: Mapping[str, int]
    notes: Sequence[str] = ()

    def of(self, finding: Finding) -> str:
        """`baru` or `tetap`; empty for what the earlier report could not say."""
        return self.status.get(finding.id, "")


@dataclass(frozen=True)
class Earlier:
    """An earlier report, as far as it is compared."""

    name: str
    version: str
    files: Sequence[str]
    left_out: Collection[str]
    findings: Sequence[Mapping[str, Any]]


def read_earlier(path: Path) -> Earlier:
    """An earlier json report of ours; `BookError` when it is none."""
    try:
        document = json.loads(path.read_text("utf-8"))
        if document["generator"] != GENERATOR:
            raise KeyError("generator")
        findings = document["findings"]
        for finding in findings:
            for key in ("id", "code", "level", "file", "sheet", "cell", "indicator", "written", "expected"):
                if not isinstance(finding[key], str):
                    raise TypeError(key)
        return Earlier(
            path.name,
            str(document["version"]),
            [str(name) for name in document["checked"]["files"]],
            {str(code) for code in document["left_out"]},
            findings,
        )
    except OSError as problem:
        raise BookError(
            "BANDING01", f"Laporan {path} tidak dapat dibaca.", "Periksa nama berkas dan izinnya."
        ) from problem
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise BookError(
            "BANDING01",
            f"{path.name} bukan laporan json dari lokapom-xl validate.",
            "Sebutkan berkas yang ditulis dengan --output-format json --output-file NAMA.json.",
        ) from problem


def compare(
    earlier: Earlier, findings: Sequence[Finding], files: Sequence[str], left_out: Iterable[str], version: str
) -> Difference:
    """Compare what both reports were asked for."""
    unasked = {*left_out} | {*earlier.left_out}
    # One book against one book: it may have got another name in between.
    renamed = {earlier.files[0]: files[0]} if len(earlier.files) == len(files) == 1 else {}
    old = [_old(f, renamed) for f in earlier.findings if f["code"] not in unasked]
    now = [f for f in findings if f.code not in unasked]
    known = {(f["id"], f["indicator"]): f for f in old}
    status = {f.id: SAME if (f.id, f.indicator) in known else NEW for f in now}
    met = {(f.id, f.indicator) for f in now}
    left = [f for f in old if (f["id"], f["indicator"]) not in met]
    new = [f for f in now if status[f.id] == NEW]
    for finding, match in _moved(new, left):
        status[finding.id] = SAME
        left = [f for f in left if f is not match]
    gone = [_gone(f) for f in left]
    counted = Counter(status[f.id] for f in now if f.caused_by is None)
    counts = {
        NEW: counted[NEW],
        GONE: sum(not g.consequence for g in gone),
        SAME: counted[SAME],
    }
    notes = []
    if {*left_out} != {*earlier.left_out}:
        notes.append(
            "Pilihan pemeriksaannya berbeda; yang dibandingkan hanya pemeriksaan yang ada pada keduanya."
        )
    if earlier.version != version:
        notes.append(f"Laporan itu dibuat dengan lokapom-xl {earlier.version}, yang ini {version}.")
    if not renamed and sorted(earlier.files) != sorted(files):
        notes.append(f"Berkas yang diperiksa berbeda; dahulu: {', '.join(earlier.files)}.")
    return Difference(earlier.name, status, gone, counts, notes)


def _old(finding: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, Any]:
    """A finding of the earlier report, its id with the name that the book has now."""
    file = str(finding["file"])
    name = renamed.get(file, file)
    identity = str(finding["id"]).replace(f"{finding['code']}:{file}:", f"{finding['code']}:{name}:", 1)
    return {**finding, "file": name, "id": identity}


def _moved(
    new: Sequence[Finding], left: Sequence[Mapping[str, Any]]
) -> list[tuple[Finding, Mapping[str, Any]]]:
    """Pairs that say the same of the same indicator in the same column, where just one says it."""

    def facts_of(finding: Finding) -> tuple[str, ...]:
        origin = finding.origin
        return (
            finding.code,
            origin.file,
            origin.sheet,
            origin.cell.rstrip(_DIGITS),
            finding.indicator,
            finding.written,
            finding.expected,
        )

    def facts_in(finding: Mapping[str, Any]) -> tuple[str, ...]:
        place = (finding["code"], finding["file"], finding["sheet"], finding["cell"].rstrip(_DIGITS))
        return (*place, finding["indicator"], finding["written"], finding["expected"])

    here, there = Counter(map(facts_of, new)), Counter(map(facts_in, left))
    by_facts = {facts_in(f): f for f in left}
    return [
        (f, by_facts[facts_of(f)])
        for f in new
        if f.indicator and here[facts_of(f)] == there[facts_of(f)] == 1
    ]


def _gone(finding: Mapping[str, Any]) -> Gone:
    place = str(finding["file"])
    if finding["sheet"]:
        place += f" › {finding['sheet']}" + (f"!{finding['cell']}" if finding["cell"] else "")
    return Gone(
        id=str(finding["id"]),
        code=str(finding["code"]),
        level=str(finding["level"]),
        place=place,
        message=str(finding.get("message", "")),
        consequence=bool(finding.get("caused_by")),
    )
