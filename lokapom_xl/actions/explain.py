"""Help pages: of a function, a check, a rule; and the list of what can be asked."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping
from decimal import Decimal

from .. import checks, formulas, regulations
from ..numbers import Scalar, indonesian
from ..registry import CHECKS, FAMILIES, FUNCTIONS, Check, Function
from ..workbook.errors import BookError
from ..workbook.file_codes import FILE_CODES
from ..workbook.guide import STATUS

_ = checks, formulas  # imported for what they register


def explain(name: str) -> str:
    """The help page of `name`: a function (`CAPAIAN`), a check (`HIT01` or its name), a rule (`predikat`)."""
    wanted = name.strip()
    pages = []
    if wanted.upper() in FUNCTIONS:
        pages.append(function_page(FUNCTIONS[wanted.upper()]))
    if wanted.casefold() in regulations.subjects():
        pages.append(rule_page(wanted.casefold()))
    if pages:  # PREDIKAT is a function, and the rule it follows
        return "\n\n".join(pages)
    for check in CHECKS.values():
        if wanted.casefold() in (check.code.casefold(), check.name.casefold()):
            return check_page(check)
    if wanted.upper() in FILE_CODES:
        return file_page(wanted.upper())
    known = [*FUNCTIONS, *CHECKS, *(c.name for c in CHECKS.values()), *regulations.subjects(), *FILE_CODES]
    close = difflib.get_close_matches(wanted, known, 1) or difflib.get_close_matches(wanted.upper(), known, 1)
    hint = f" Mungkin maksudnya {close[0]}." if close else ""
    raise BookError(
        "JELAS01",
        f"Tidak ada fungsi, pemeriksaan, atau aturan bernama {wanted}.{hint}",
        "Daftar namanya: lokapom-xl explain --list.",
    )


def overview() -> str:
    """What can be explained, one line each group."""
    return (
        f"Fungsi: {', '.join(FUNCTIONS)}.\n"
        f"Pemeriksaan: {', '.join(CHECKS)}.\n"
        f"Aturan: {', '.join(regulations.subjects())}.\n"
        f"Penolakan: {', '.join(FILE_CODES)}."
    )


def file_page(code: str) -> str:
    """Why a file, a source or a save was refused under this code."""
    return f"{code}  (galat)\n\n{FILE_CODES[code]}"


def show_argument(value: object) -> str:
    """A value of an example as staff type it: decimal comma, ranges in braces."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {show_argument(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return "{" + "; ".join(show_argument(v) for v in value) + "}"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, int):
        return str(value)
    return indonesian(value) if isinstance(value, Decimal) else str(value)


def function_page(record: Function) -> str:
    example = "; ".join(show_argument(v) for v in record.example.arguments)
    cells = {a.name: f"{chr(65 + i)}2" for i, a in enumerate(record.arguments) if not a.optional}
    lines = [record.signature(), "", record.help, "", "Argumen:"]
    lines += [f"  {a.name:<16}{a.help}" for a in record.arguments]
    result: Scalar | object = record.example.result
    shown = result if isinstance(result, str) else show_argument(result)
    lines += ["", f"Contoh: ={record.name}({example}) menghasilkan {shown}"]
    if record.unit:
        lines.append(
            f"Satuan hasil: {record.unit}" + (f", {record.decimals} desimal" if record.decimals else "")
        )
    lines += [f"Padanan rumus Excel biasa: ={record.plain_formula(cells)}"]
    if record.rules:
        lines.append(f"Aturan terkait: {', '.join(record.rules)} (lokapom-xl explain NAMA)")
    return "\n".join(lines)


def check_page(check: Check) -> str:
    facts = [f"Berlaku: {_span(check)}"] if check.since or check.until else []
    if check.part_of:
        facts.append(f"Dijalankan bersama: {check.part_of}")
    if check.needs:
        facts.append(f"Pada sel atau tabel yang sama menjadi akibat dari: {', '.join(check.needs)}")
    page = f"{check.code} {check.name}  ({check.level})\n\n{inspect.cleandoc(check.doc)}"
    return "\n".join([page, *facts])


def _span(check: Check) -> str:
    """The fiscal years that a check is about, in words."""
    parts = [f"mulai {check.since:%d-%m-%Y}" if check.since else ""]
    parts.append(f"sampai dengan {check.until:%d-%m-%Y}" if check.until else "")
    return " ".join(filter(None, parts)) or "semua tahun"


def check_list() -> str:
    """Every check, family by family, one line each."""
    width = max(len(check.name) for check in CHECKS.values())
    lines: list[str] = []
    for family, subject in FAMILIES.items():
        lines += [*([""] if lines else []), f"{family}: {subject}"]
        for check in sorted((c for c in CHECKS.values() if c.family == family), key=lambda c: c.code):
            years = f" ({_span(check)})" if check.since or check.until else ""
            what = inspect.cleandoc(check.doc).partition("\n")[0]
            lines.append(f"  {check.code}  {check.name:<{width}}  {check.level:<10}  {what}{years}")
    return "\n".join([*lines, "", f"{len(CHECKS)} pemeriksaan. Penjelasan: lokapom-xl explain KODE."])


def rule_page(subject: str) -> str:
    lines = [f"{subject}: {regulations.title(subject)}", ""]
    years = regulations.years_covered(subject)
    seen = set()
    for year in years:
        version = regulations.version(subject, year)
        if version.start in seen:
            continue
        seen.add(version.start)
        lines.append(f"Berlaku {version.start:%d-%m-%Y} sampai dengan {version.reviewed_until:%d-%m-%Y}")
        lines.append(f"  Rujukan: {version.reference}")
        lines.append(f"  Status: {STATUS[version.status]}")
        if version.note:
            lines.append(f"  Catatan: {version.note}")
        if "bands" in version.data:
            for band in regulations.bands(subject, year):
                lines.append(f"    {regulations.describe(band):<38}{band.label}")
        else:
            for key, value in version.data.items():
                if isinstance(value, tuple):
                    lines.append(f"    {key}: {len(value)} butir")
                else:
                    lines.append(
                        f"    {key}: {show_argument(value) if not isinstance(value, str) else value}"
                    )
        lines.append("")
    points = [p for p in regulations.open_points() if p.subject == subject]
    if points:
        lines.append("Belum pasti:")
        lines += [f"  - {p.point}: dipilih {p.choice}. {p.reason}" for p in points]
    return "\n".join(lines).rstrip()
