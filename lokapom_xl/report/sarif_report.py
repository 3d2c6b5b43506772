"""The findings as SARIF 2.1.0, which code hosts and editors read.

A workbook has no lines: a cell is a logical location, named as a formula names it.
"""

from __future__ import annotations

import inspect
import json
from typing import Any
from urllib.parse import quote

from .. import __version__
from ..model import Finding, Origin
from ..registry import CHECKS, Check
from ..workbook.cells import quoted
from .diff import GENERATOR, NEW, SAME
from .result import Validation

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"galat": "error", "peringatan": "warning", "info": "note"}
STATES = {NEW: "new", SAME: "unchanged"}
FINGERPRINT = "lokapomFinding/v1"


def render(result: Validation) -> str:
    """The report as SARIF text; the same input gives the same bytes."""
    codes = list(dict.fromkeys([*sorted(CHECKS), *(f.code for f in result.findings)]))
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": GENERATOR,
                        "version": __version__,
                        "language": "id",
                        "rules": [_rule(code) for code in codes],
                    }
                },
                "language": "id",
                "artifacts": [{"location": {"uri": quote(name)}} for name in result.files],
                "results": [_result(f, codes.index(f.code), result) for f in result.findings]
                + _gone(result, codes),
                "properties": {
                    "valid": result.valid,
                    "strict": result.strict,
                    "leftOut": list(result.left_out),
                },
            }
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _rule(code: str) -> dict[str, Any]:
    check: Check | None = CHECKS.get(code)
    if check is None:  # a file that was refused
        return {"id": code, "defaultConfiguration": {"level": "error"}}
    page = inspect.cleandoc(check.doc)
    return {
        "id": code,
        "name": check.name,
        "shortDescription": {"text": page.partition("\n")[0]},
        "fullDescription": {"text": page},
        "defaultConfiguration": {"level": LEVELS[check.level]},
    }


def _result(finding: Finding, index: int, result: Validation) -> dict[str, Any]:
    text = " ".join(filter(None, (finding.message, "" if finding.caused_by else finding.remedy)))
    document: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": LEVELS[finding.level],
        "message": {"text": text or finding.name},
        "locations": _locations(finding.origin),
        "partialFingerprints": {FINGERPRINT: finding.id},
        "properties": {
            "indicator": finding.indicator,
            "written": finding.written,
            "expected": finding.expected,
            "causedBy": list(finding.roots),
        },
    }
    if finding.related:
        document["relatedLocations"] = [
            {"id": number, **_location(r.origin), "message": {"text": r.written or "(kosong)"}}
            for number, r in enumerate(finding.related, 1)
        ]
    state = STATES.get(result.difference.of(finding)) if result.difference is not None else None
    return document if state is None else {**document, "baselineState": state}


def _gone(result: Validation, codes: list[str]) -> list[dict[str, Any]]:
    if result.difference is None:
        return []
    return [
        {
            "ruleId": gone.code,
            **({"ruleIndex": codes.index(gone.code)} if gone.code in codes else {}),
            "level": LEVELS.get(gone.level, "none"),
            "message": {"text": gone.message or gone.code},
            "partialFingerprints": {FINGERPRINT: gone.id},
            "baselineState": "absent",
        }
        for gone in result.difference.gone
    ]


def _locations(origin: Origin) -> list[dict[str, Any]]:
    return [_location(origin)] if origin.file else []


def _location(origin: Origin) -> dict[str, Any]:
    document: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": quote(origin.file)}}}
    if origin.sheet:
        name = quoted(origin.sheet) + (f"!{origin.cell}" if origin.cell else "")
        document["logicalLocations"] = [
            {"fullyQualifiedName": name, "kind": "cell" if origin.cell else "sheet"}
        ]
    return document
