"""The findings for programs. Numbers are strings, so that no reader rounds them.

`docs/reference/laporan-json.md` describes the document; what it promises changes with `SCHEMA_VERSION`.
"""

from __future__ import annotations

import json
from typing import Any

from .. import __version__
from ..checks import Context
from ..model import Finding, Origin
from ..registry import CHECKS
from .diff import GENERATOR, Difference
from .result import Validation

SCHEMA_VERSION = "1"


def _place(origin: Origin) -> dict[str, str]:
    return {"file": origin.file, "sheet": origin.sheet, "cell": origin.cell}


def _finding(finding: Finding, difference: Difference | None) -> dict[str, Any]:
    document: dict[str, Any] = {
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
        "roots": list(finding.roots),
        "related": [{**_place(r.origin), "written": r.written} for r in finding.related],
        "message": finding.message,
        "remedy": finding.remedy,
    }
    return document if difference is None else {**document, "status": difference.of(finding)}


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "earlier": difference.earlier,
        "counts": dict(difference.counts),
        "notes": list(difference.notes),
        "gone": [
            {
                "id": gone.id,
                "code": gone.code,
                "level": gone.level,
                "place": gone.place,
                "consequence": gone.consequence,
                "message": gone.message,
            }
            for gone in difference.gone
        ],
    }


def render(result: Validation) -> str:
    """The report as JSON text; the same input gives the same bytes."""
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "generator": GENERATOR,
        "version": __version__,
        "valid": result.valid,
        "verdict": result.verdict,
        "strict": result.strict,
        "checked": {"files": result.files, **{k: str(v) for k, v in result.checked.items()}},
        "selected": sorted(CHECKS.keys() - set(result.left_out)),
        "left_out": list(result.left_out),
        "withheld": result.withheld,
        "counts": {
            "levels": result.levels(),
            "consequences": len(result.findings) - len(result.causes),
            "codes": {
                code: {"causes": causes, "consequences": effects}
                for code, causes, effects in sorted(_by_code(result))
            },
        },
        "findings": [_finding(f, result.difference) for f in result.findings],
        "recognition": [_recognition(context) for context in result.contexts],
    }
    if result.difference is not None:
        document["difference"] = _difference(result.difference)
    return json.dumps(document, ensure_ascii=False, indent=2)


def _recognition(context: Context) -> dict[str, Any]:
    """Of a book that is not ours, what was recognised as which table; of ours, that it is."""
    seen = context.view.recognition
    if seen is None:
        return {"file": context.file, "ours": True, "year": context.view.year}
    return {
        "file": context.file,
        "ours": False,
        "year": seen.year,
        "unit": seen.unit,
        "left": list(seen.left),
        "tables": [
            {
                "sheet": table.sheet,
                "cell": table.cell,
                "table": table.table,
                "rows": table.rows,
                "surely": table.surely,
                "columns": [
                    {"cell": h.cell, "text": h.text, "column": h.column, "surely": h.surely, "by": h.by}
                    for h in table.headers
                ],
                "unknown": [
                    {"cell": u.cell, "text": u.text, "suggestion": u.suggestion} for u in table.unknown
                ],
            }
            for table in seen.tables
        ],
    }


def _by_code(result: Validation) -> list[tuple[str, int, int]]:
    found: dict[str, list[int]] = {}
    for finding in result.findings:
        found.setdefault(finding.code, [0, 0])[bool(finding.caused_by)] += 1
    return [(code, causes, effects) for code, (causes, effects) in found.items()]
