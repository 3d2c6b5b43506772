"""Running the checks: in order, each for the books it is about, and none able to stop the others."""

from __future__ import annotations

from collections.abc import Sequence

from ..model import Finding, Origin
from ..registry import CHECKS, Check, check
from .context import Context


@check("STR90", "pemeriksaan-tidak-dapat-dijalankan", "peringatan")
def not_run(context: Context) -> None:
    """Suatu pemeriksaan terhenti, sehingga hasilnya tidak ada.

    Apa: alat ini menemui isi buku yang tidak diperkirakan. Pemeriksaan itu dan yang bergantung padanya tidak
    memberi hasil; pemeriksaan lain tetap berjalan. Levelnya mengikuti pemeriksaan yang terhenti: buku yang
    tidak selesai diperiksa tidak dapat dinyatakan sah.
    Perbaikan: laporkan kepada pengelola lokapom-xl dengan menyertakan pesannya dan bila mungkin bukunya.
    """


class Runner:
    """Runs checks and remembers those that could not run, by name, with what stopped them."""

    def __init__(self) -> None:
        self.stopped: dict[str, str] = {}
        self._silent: set[str] = set()
        self._files: dict[str, list[str]] = {}

    def on_book(self, check: Check, context: Context) -> None:
        """Run a check of one book."""
        if check.covers(context.view.rule_year) and not self._is_silent(check):
            self._run(check, context, [context])

    def on_set(self, check: Check, contexts: Sequence[Context]) -> None:
        """Run a check of all books together."""
        about = [context for context in contexts if check.covers(context.view.rule_year)]
        if not self._is_silent(check):
            self._run(check, about, about)

    def _run(self, check: Check, argument: Context | list[Context], books: Sequence[Context]) -> None:
        try:
            check.run(argument)
        except Exception as problem:
            # Whatever it is: the other checks have their say, and the report says what is missing.
            self.stopped.setdefault(check.name, f"{type(problem).__name__}: {problem}")
            files = self._files.setdefault(check.name, [])
            files += [book.file for book in books if book.file not in files]

    def _is_silent(self, check: Check) -> bool:
        """Whether a check that this one needs could not run; in the same book or in an earlier one."""
        if any(name in self.stopped or name in self._silent for name in check.needs):
            self._silent.add(check.name)
        return check.name in self._silent

    def findings(self) -> list[Finding]:
        """One finding for every check that could not run."""
        return [self._finding(name) for name in self.stopped]

    def _finding(self, name: str) -> Finding:
        stopped = next(c for c in CHECKS.values() if c.name == name)
        also = [
            c.code
            for c in CHECKS.values()
            if c.part_of == name or (c.name in self._silent and name in c.needs)
        ]
        more = f"; ikut tidak diperiksa: {', '.join(also)}" if also else ""
        return Finding(
            code=not_run.code,
            name=not_run.name,
            level="galat" if stopped.level == "galat" else not_run.level,
            origin=Origin(self._files[name][0] if len(self._files[name]) == 1 else ""),
            written=f"{stopped.code} {name}",
            diagnosis=f"di {', '.join(self._files[name])}{more}; sebab: {self.stopped[name]}",
        )
