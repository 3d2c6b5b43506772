"""The findings for programs. Numbers are strings, so that no reader rounds them."""

from __future__ import annotations

import json
from typing import Any

from ..model import Finding, Origin
from .result import Validation

SCHEMA_VERSION = "1"


def _place(origin: Origin) -> dict[str, str]:
    return {"file": origin.file, "sheet": origin.sheet, "cell": origin.cell}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "code": finding.code,
        "name": finding.name,
        "level": finding.level,
        **_place(finding.origin),
        "indicator": finding.indicator,
        "written": finding.written,
        "expected": finding.expected,
        "diagnosis": finding.diagnosis,
        "rule": finding.rule,
        "caused_by": finding.caused_by,
        "related": [{**_place(r.origin), "written": r.written} for r in finding.related],
        "message": finding.message,
        "remedy": finding.remedy,
    }


def render(result: Validation) -> str:
    """The report as JSON text; the same input gives the same bytes."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "valid": result.valid,
        "checked": {"files": result.files, **{k: str(v) for k, v in result.checked.items()}},
        "findings": [_finding(f) for f in result.findings],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)
