"""The findings as one page for a browser: nothing is loaded, all is there without the script, too.

Texts of workbooks are hostile until escaped: every text goes through `_t`, and a content security policy
lets only our own style and script work.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape

from .. import __version__
from ..model import Finding
from ..registry import FAMILIES, LEVELS
from .chain import chain
from .diff import GONE, NEW, SAME, Difference
from .html_assets import SCRIPT, STYLE
from .marked import texts
from .recognised import pieces, place
from .result import Validation
from .terminal import checked, left_out, summary
from .trace import Step, Trace, traces

GENERATOR = "lokapom-xl validate"
LABELS = {"galat": "✖ GALAT", "peringatan": "▲ PERINGATAN", "info": "● INFO"}
"""A level is told by its word and its sign; the colour only helps."""

_WIDTHS = ("no", "grade", "code", "place", "name", "value", "value", "words")
_NEW = ' <span class="tag">BARU</span>'

COLUMNS = ("No", "Level", "Kode", "Tempat", "Indikator", "Tertulis", "Seharusnya", "Penjelasan")


def render(result: Validation) -> str:
    """The page; the same input gives the same bytes."""
    return _Page(result).text()


class _Page:
    def __init__(self, result: Validation) -> None:
        self.result = result
        self.rows = [*result.causes, *result.orphans]
        self.effects = result.consequences()
        self.traces = list(traces(result.contexts))
        numbered = enumerate(self.rows, 1)
        self.anchors = {f.id: f"temuan-{number}" for number, f in numbered}
        self.trace_of = {
            (item.file, item.sheet, item.name): f"jejak-{n}" for n, item in enumerate(self.traces, 1)
        }
        self.foreign = [
            (c.file, c.view.recognition) for c in result.contexts if c.view.recognition is not None
        ]
        self.by_place: dict[tuple[str, str, str], str] = {}
        for finding in result.findings:
            root = next((r for r in (finding.id, *finding.roots) if r in self.anchors), "")
            place = (finding.origin.file, finding.origin.sheet, finding.origin.cell)
            if root:
                self.by_place.setdefault(place, self.anchors[root])

    def text(self) -> str:
        result = self.result
        title = f"{result.verdict}: {', '.join(result.files)}"
        policy = (
            f"default-src 'none'; style-src '{_hash(STYLE)}'; script-src '{_hash(SCRIPT)}'; "
            "base-uri 'none'; form-action 'none'"
        )
        parts = [
            "<!DOCTYPE html>",
            '<html lang="id">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_t(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta name="generator" content="{GENERATOR} {__version__}">',
            f"<title>{_t(title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            *self._head(),
            "<main>",
            *self._findings(),
            *self._difference(),
            *self._statistics(),
            *self._recognition(),
            *self._traces(),
            "</main>",
            f'<footer><p class="note">Dibuat dengan lokapom-xl {__version__}. '
            "Penjelasan kode: lokapom-xl explain KODE.</p></footer>",
            f"<script>{SCRIPT}</script>",
            "</body>",
            "</html>",
        ]
        return "\n".join(parts)

    # --- the verdict -----------------------------------------------------------------------------

    def _head(self) -> Iterable[str]:
        result = self.result
        sign = "✔" if result.valid else "✖"
        yield f'<header><div class="verdict {"sah" if result.valid else "tidak"}">'
        yield f"<h1>{sign} {result.verdict}</h1>"
        yield f"<p>{_t(', '.join(result.files))}</p>"
        yield f"<p>{_t(checked(result))}</p>"
        yield f"<p>{_t(summary(result))}</p>"
        if result.left_out:
            yield f"<p>{_t(left_out(result))}</p>"
        yield "</div></header>"
        yield '<nav aria-label="Bagian halaman"><ul>'
        for anchor, name in self._sections():
            yield f'<li><a href="#{anchor}">{name}</a></li>'
        yield "</ul></nav>"

    def _sections(self) -> Iterable[tuple[str, str]]:
        yield "bagian-temuan", "Temuan"
        if self.result.difference is not None:
            yield "bagian-perubahan", "Perubahan"
        if self.result.findings:
            yield "bagian-jumlah", "Jumlah menurut kode"
        if self.foreign:
            yield "bagian-pengenalan", "Pengenalan tabel"
        if self.traces:
            yield "bagian-jejak", "Jejak hitungan"

    # --- the findings ----------------------------------------------------------------------------

    def _findings(self) -> Iterable[str]:
        yield '<h2 id="bagian-temuan">Temuan</h2>'
        if not self.rows:
            yield "<p>Tidak ada temuan.</p>"
            return
        yield from self._filters()
        yield '<p id="jumlah-tampil" role="status" class="note"></p>'
        yield '<table id="temuan" class="stack">'
        yield (
            '<caption class="note">Satu baris untuk satu sebab; nilai lain yang ikut salah karenanya disebut '
            "di dalamnya.</caption>"
        )
        yield f"<colgroup>{''.join(f'<col class={kind}>' for kind in _WIDTHS)}</colgroup>"
        yield _header(COLUMNS)
        yield "<tbody>"
        for number, finding in enumerate(self.rows, 1):
            yield self._row(number, finding)
        yield "</tbody></table>"

    def _filters(self) -> Iterable[str]:
        yield '<form id="saringan" hidden aria-label="Saring temuan">'
        yield "<fieldset><legend>Level</legend>"
        for level in LEVELS:
            count = sum(f.level == level for f in self.rows)
            box = f'<input type="checkbox" name="level" value="{level}" checked>'
            yield f"<label>{box} {LABELS[level]} ({count})</label>"
        yield "</fieldset>"
        families = sorted({f.code[:3] for f in self.rows})
        names = [(code, f"{code}: {FAMILIES[code]}" if code in FAMILIES else code) for code in families]
        yield _select("keluarga", "Keluarga", names)
        sheets = list(dict.fromkeys(_sheet(f) for f in self.rows if f.origin.sheet))
        yield _select("lembar", "Lembar", [(sheet, sheet) for sheet in sheets])
        if self.result.difference is not None:
            yield _select("status", "Perubahan", [(NEW, NEW), (SAME, SAME)])
        box = '<input type="search" name="teks" autocomplete="off">'
        yield f'<label class="field"><span>Teks</span>{box}</label>'
        yield '<button type="reset">Hapus saringan</button>'
        yield '<button type="button" id="cetak">Cetak</button>'
        yield "</form>"

    def _row(self, number: int, finding: Finding) -> str:
        written, expected = texts(finding)
        difference = self.result.difference
        status = difference.of(finding) if difference is not None else ""
        cells = (
            ("number", str(number)),
            (f"level {finding.level}", LABELS[finding.level] + (_NEW if status == NEW else "")),
            ("cell", f'<abbr title="{_t(finding.name)}">{_t(finding.code)}</abbr>'),
            ("", self._where(finding)),
            ("", _t(finding.indicator)),
            ("long", _t(written)),
            ("long", _t(expected)),
            ("", "".join(self._words(finding))),
        )
        data = {
            "id": self.anchors[finding.id],
            "data-level": finding.level,
            "data-family": finding.code[:3],
            "data-sheet": _sheet(finding),
            "data-status": status,
        }
        facts = " ".join(f'{key}="{_t(value)}"' for key, value in data.items())
        inner = "".join(
            f'<td class="{kind}" data-name="{name}">{text}</td>'
            for name, (kind, text) in zip(COLUMNS, cells, strict=True)
        )
        return f"<tr {facts}>{inner}</tr>"

    def _where(self, finding: Finding) -> str:
        origin = finding.origin
        file = f"{_t(origin.file)}<br>" if origin.file and len(self.result.files) > 1 else ""
        place = _t(origin.sheet or ("" if file else origin.file))
        if origin.cell:
            place += f' <span class="cell">{_t(origin.cell)}</span>'
        return file + place

    def _words(self, finding: Finding) -> Iterable[str]:
        message = finding.message.removeprefix(f"{finding.indicator}: ")  # has a column of its own
        yield _t(message[:1].upper() + message[1:])
        if finding.caused_by:
            yield '<p class="do note">Akibat dari temuan yang tidak dilaporkan menurut pilihan.</p>'
        elif finding.remedy:
            yield f'<p class="do"><b>Yang perlu dilakukan:</b> {_t(finding.remedy)}</p>'
        effects = self.effects.get(finding.id, [])
        if effects:
            said = f"{len(effects)} nilai lain ikut salah: {chain(finding, effects)}"
            yield f"<details><summary>{_t(said)}</summary>"
            yield '<ul class="effects">'
            for effect in effects:
                place = f"{effect.origin.sheet}!{effect.origin.cell}"
                yield f'<li><span class="cell">{_t(place)}</span> {_t(effect.message)}</li>'
            yield "</ul></details>"
        trace = self.trace_of.get((finding.origin.file, finding.origin.sheet, finding.indicator))
        if trace:
            yield f'<p class="do screen"><a href="#{trace}">Jejak hitungannya</a></p>'

    # --- the rest --------------------------------------------------------------------------------

    def _difference(self) -> Iterable[str]:
        difference: Difference | None = self.result.difference
        if difference is None:
            return
        counts = ", ".join(f"{difference.counts[key]} {key}" for key in (NEW, GONE, SAME))
        yield '<h2 id="bagian-perubahan">Perubahan sejak laporan terdahulu</h2>'
        yield f"<p>Dibandingkan dengan {_t(difference.earlier)}: {counts}.</p>"
        for note in difference.notes:
            yield f"<p>{_t(note)}</p>"
        gone = [g for g in difference.gone if not g.consequence]
        if gone:
            yield "<p>Tidak ada lagi:</p><ul>"
            for item in gone:
                yield f"<li>{_t(item.code)} {_t(item.place)}: {_t(item.message)}</li>"
            yield "</ul>"

    def _statistics(self) -> Iterable[str]:
        rows = self.result.statistics()
        if not rows:
            return
        yield '<h2 id="bagian-jumlah">Jumlah menurut kode</h2><div class="scroll"><table>'
        yield _header(("Kode", "Nama", "Level", "Temuan", "Akibat"))
        yield "<tbody>"
        for code, name, level, causes, effects in rows:
            yield f'<tr><th scope="row">{_t(code)}</th><td>{_t(name)}</td><td>{_t(level)}</td>'
            yield f'<td class="number">{causes}</td><td class="number">{effects}</td></tr>'
        yield "</tbody></table></div>"

    def _recognition(self) -> Iterable[str]:
        """What of books that are not ours was recognised, and how surely."""
        if not self.foreign:
            return
        yield '<h2 id="bagian-pengenalan">Pengenalan tabel</h2>'
        yield (
            "<p>Buku ini tidak dibuat dengan lokapom-xl; tabelnya dikenali dari judul kolom. "
            "Yang keliru dikenali diperbaiki dengan berkas pemetaan (lokapom-xl map).</p>"
        )
        for file, seen in self.foreign:
            yield f"<h3>{_t(file)}: tahun {seen.year}, {_t(seen.unit or 'unit tidak dikenali')}</h3>"
            yield '<div class="scroll"><table>'
            yield _header(("Tempat", "Tabel", "Baris", "Keyakinan", "Kolom yang dikenali", "Tidak dikenali"))
            yield "<tbody>"
            for group in pieces(seen):
                headers = [header for table in group for header in table.headers]
                known = dict.fromkeys(f"{h.text or h.cell} → {h.column}" for h in headers if h.column)
                strange = [f"{h.cell} “{h.text}”" for h in headers if not h.column]
                strange += [f"{name.cell} “{name.text}”" for table in group for name in table.unknown]
                rows, surely = sum(t.rows for t in group), min(t.surely for t in group)
                yield f'<tr><th scope="row">{_t(place(group))}</th><td>{_t(group[0].title)}</td>'
                yield f'<td class="number">{rows}</td><td class="number">{surely}%</td>'
                yield f"<td>{_t('; '.join(known))}</td><td>{_t('; '.join(strange))}</td></tr>"
            yield "</tbody></table></div>"
            if seen.left:
                yield f"<p>Lembar tanpa tabel yang dikenali: {_t(', '.join(seen.left))}</p>"

    def _traces(self) -> Iterable[str]:
        if not self.traces:
            return
        yield '<h2 id="bagian-jejak">Jejak hitungan</h2>'
        yield (
            "<p>Setiap nilai: sel asalnya, aturannya, dan hasilnya menurut aturan. "
            "Nilai tertulis yang berbeda ditandai ≠.</p>"
        )
        button = '<button type="button" id="semua-jejak">Buka atau tutup semua jejak</button>'
        yield f'<p class="screen" hidden>{button}</p>'
        group = ("", "")
        for number, item in enumerate(self.traces, 1):
            if (item.file, item.sheet) != group:
                group = (item.file, item.sheet)
                yield f"<h3>{_t(item.file)} › {_t(item.sheet)}</h3>"
            yield from self._trace(number, item)

    def _trace(self, number: int, item: Trace) -> Iterable[str]:
        wrong = sum(not step.agrees for step in item.steps)
        said = f' <span class="wrong">({wrong} nilai berbeda)</span>' if wrong else ""
        yield f'<section class="trace" id="jejak-{number}"><details><summary>{_t(item.name)}{said}</summary>'
        yield '<div class="scroll"><table class="stack">'
        names = ("Nilai", "Dari", "Aturan", "Menurut aturan", "Tertulis")
        yield _header(names)
        yield "<tbody>"
        for step in item.steps:
            yield self._step(item, step, names)
        yield "</tbody></table></div></details></section>"

    def _step(self, item: Trace, step: Step, names: Sequence[str]) -> str:
        inputs = "".join(
            f'<li>{_t(i.name)} <span class="where">{_t(i.place)}</span> = {_t(i.value)}</li>'
            for i in step.inputs
        )
        rule = f"<b>{_t(step.function)}</b>: {_t(step.rule)}"
        rule += "".join(f'<br><span class="note">{_t(reference)}</span>' for reference in step.references)
        anchor = self.by_place.get((item.file, step.sheet, step.cell), "")
        written = _t(step.written)
        if not step.agrees:
            written = f'<span class="wrong">≠ {written}</span>'
            written += f' <a href="#{anchor}">temuan</a>' if anchor else ""
        cells = (
            f'{_t(step.name)} <span class="where">{_t(step.cell)}</span>',
            f'<ul class="inputs">{inputs}</ul>' if inputs else "",
            rule,
            _t(step.value),
            written,
        )
        inner = "".join(
            f'<td data-name="{name}">{text}</td>' for name, text in zip(names, cells, strict=True)
        )
        return f"<tr>{inner}</tr>"


def _t(text: str) -> str:
    """A text of anybody's as it can stand anywhere in the page; control characters have no place in it."""
    return escape("".join(c if c.isprintable() or c in "\n\t" else "�" for c in text), quote=True)


def _header(names: Iterable[str]) -> str:
    cells = "".join(f'<th scope="col">{name}</th>' for name in names)
    return f"<thead><tr>{cells}</tr></thead>"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _sheet(finding: Finding) -> str:
    return finding.origin.sheet


def _select(name: str, label: str, options: Sequence[tuple[str, str]]) -> str:
    items = "".join(f'<option value="{_t(value)}">{_t(text)}</option>' for value, text in options)
    return (
        f'<label class="field"><span>{label}</span>'
        f'<select name="{name}"><option value="">semua</option>{items}</select></label>'
    )
