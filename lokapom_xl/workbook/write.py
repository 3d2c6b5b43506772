"""Change the contents of single cells of a workbook file and leave everything else as it is.

Only the parts of the touched sheets are written anew; every other member is copied as the
compressed bytes that it was. The new file is made beside the target, read back and compared before
it takes the target's place. Equal input gives equal bytes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from .edits import Edit, Edits, Formula, Look, Put, Store
from .errors import BookError
from .history import sha256
from .package import CONTENT_TYPES, Package, open_package, relations_part
from .read import Workbook
from .saving import Track, refuse_if_locked, replace_file
from .sheet_patch import MAX_TEXT, SheetPatch


class Revision:
    """A package with edits: what its members become, and whether a file holds just that.

    Made in memory; `BookError` when an edit is refused. `members` maps the names of changed members
    (in small letters) to their new content, None for a member that goes. `parts` are other members
    with new content, or new ones; `tails` are new elements behind the rows of sheets (`SheetPatch`).
    """

    def __init__(
        self,
        package: Package,
        edits: Edits,
        parts: Mapping[str, bytes] | None = None,
        tails: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.package = package
        self.workbook = workbook = Workbook(package)
        name = package.path.name
        signed = any(member.startswith("_xmlsignatures/") for member in package.members)
        if signed or any(relation.kind == "origin" for relation in package.relations("").values()):
            raise BookError(
                "TULIS08",
                f"{name} bertanda tangan digital, yang menjadi tidak sah bila isinya diubah.",
                "Hapus tanda tangannya di Excel (Berkas > Info), atau pakai salinan tanpa tanda tangan.",
            )
        self.patches: list[SheetPatch] = []
        tails = tails or {}
        for sheet in dict.fromkeys([*edits, *tails]):
            refuse_unknown(workbook, sheet)
            try:
                patch = SheetPatch(workbook, sheet, edits.get(sheet, {}), tails.get(sheet))
            except ValueError as problem:
                workbook.refuse(sheet, problem)
            if patch.edits or patch.tail:
                self.patches.append(patch)
        self.members: dict[str, bytes | None] = {
            patch.part.lower(): patch.content() for patch in self.patches
        }
        if any(patch.formulas_changed for patch in self.patches):
            self._drop_calculation_chain()
        if any(patch.values_removed for patch in self.patches) and package.path.suffix.lower() != ".xlsm":
            self._calculate_on_load()
        self._spelt = {part.lower(): part for part in parts or {}}
        for part, content in (parts or {}).items():
            if self.members.setdefault(part.lower(), content) is not content:
                raise ValueError(f"{part} is changed in two ways")

    def _drop_calculation_chain(self) -> None:
        """Excel makes the list of formulas anew when it is not there, and objects to a false one."""
        relation = next((r for r in self.workbook.relations.values() if r.kind == "calcChain"), None)
        if relation is None or relation.target.lower() not in self.package.members:
            return
        self.members[relation.target.lower()] = None
        rels = relations_part(self.workbook.part)
        for part, tag, key in ((rels, "Relationship", "Type"), (CONTENT_TYPES, "Override", "PartName")):
            text, encoding = self.package.text(part)
            pattern = rf'<(?:\w+:)?{tag}\s[^>]*{key}="[^"]*[/.]calcChain(?:\.xml)?"[^>]*/>'
            self.members[part.lower()] = re.sub(pattern, "", text).encode(encoding)

    def _calculate_on_load(self) -> None:
        """A formula without a stored result shows nothing until the program calculates."""
        part = self.workbook.part
        text, encoding = self.package.text(part)
        root, space = self.workbook.root, self.workbook.space
        prefix = f"{root.prefix}:" if root.prefix else ""
        found = re.search(rf"<{prefix}calcPr\b[^>]*>", text)
        if found is None:
            followers = ("oleSize", "customWorkbookViews", "pivotCaches", "fileRecoveryPr", "extLst")
            place = min(
                (at for at in (text.find(f"<{prefix}{tag}") for tag in followers) if at >= 0),
                default=text.rfind(f"</{prefix}workbook>"),
            )
            # The list of sheets and of names comes before, whatever else the book leaves out.
            text = f'{text[:place]}<{prefix}calcPr fullCalcOnLoad="1"/>{text[place:]}'
        else:
            tag = re.sub(r"""\sfullCalcOnLoad\s*=\s*("[^"]*"|'[^']*')""", "", found[0])
            end = "/>" if tag.endswith("/>") else ">"
            tag = f'{tag[: -len(end)].rstrip()} fullCalcOnLoad="1"{end}'
            text = text[: found.start()] + tag + text[found.end() :]
        known = root.find(space + "calcPr")
        if known is None or known.get("fullCalcOnLoad") not in ("1", "true"):
            self.members[part.lower()] = text.encode(encoding)

    def data(self) -> bytes:
        """The new file."""
        if not self.members:
            return self.package.data
        return self.package.rebuilt({self._spelt.get(key, key): new for key, new in self.members.items()})

    def is_in(self, written: Package) -> bool:
        """Whether a package that was written holds the edits and differs in nothing else."""
        expected = [key for key in self.package.members if self.members.get(key, b"") is not None]
        expected += [key for key in self.members if key not in self.package.members]
        if list(written.members) != expected:
            return False
        for key, info in self.package.members.items():
            content = self.members.get(key, b"") if key in self.members else None
            if key in self.members:
                if content is not None and written.read(key) != content:
                    return False
            elif self.package.compressed(info) != written.compressed(written.members[key]):
                return False
        Workbook(written)  # the parts around the sheets, too, must be what a reader accepts
        return all(patch.confirm() for patch in self.patches)


def refuse_unknown(workbook: Workbook, sheet: str) -> None:
    """`BookError` when the workbook has no worksheet of that name."""
    if sheet not in workbook.parts:
        raise BookError(
            "TULIS01",
            f"{workbook.package.path.name}: lembar “{sheet}” tidak ada.",
            f"Lembar yang ada: {', '.join(workbook.parts)}.",
        )


def open_for_saving(source: Path, target: Path) -> Package:
    """The source, when a file made of it may take the target's place."""
    refuse_if_locked(target)
    package = open_package(source)
    if source.suffix.lower() != target.suffix.lower():
        raise BookError(
            "TULIS15",
            f"{source.name} tidak dapat disimpan sebagai {target.name} karena akhirannya berbeda.",
            f"Pakai akhiran {source.suffix} untuk berkas hasil.",
        )
    return package


def save_edits(source: Path | str, target: Path | str, edits: Edits, track: Track | None = None) -> bool:
    """Write `source` with `edits` to `target`; True when the target was written.

    Nothing at all is written when the target already is what it would become. On any refusal or
    failure (`BookError`) the target stays as it was and no other file is left behind. `track` asks
    for a backup and a record in the journal of a book that is changed in place; with its `known`
    checksum, a book that has changed since it was read is refused.
    """
    source = Path(source)
    target = Path(os.path.realpath(target))  # a link stays a link; the file it leads to is replaced
    package = open_for_saving(source, target)
    if track is not None and track.known and sha256(package.data) != track.known:
        raise BookError(
            "TULIS17", f"{source.name} diubah oleh program lain selama diproses.", "Ulangi perintahnya."
        )
    revision = Revision(package, edits)
    if track is not None:
        track.changes = [change for patch in revision.patches for change in patch.changes()]
    return replace_file(target, revision.data(), package, revision.is_in, track)


def clear_stored_values(source: Path | str, target: Path | str) -> bool:
    """Write a copy in which no formula has a stored result, so that a reader must calculate."""
    book = Workbook(open_package(Path(source))).book()
    return save_edits(
        source,
        target,
        {
            name: {place: Store(None) for place, cell in sheet.cells.items() if cell.computed}
            for name, sheet in book.sheets.items()
        },
    )


__all__ = [
    "Edit",
    "Edits",
    "Formula",
    "Look",
    "MAX_TEXT",
    "Put",
    "Revision",
    "Store",
    "Track",
    "clear_stored_values",
    "open_for_saving",
    "refuse_if_locked",
    "refuse_unknown",
    "save_edits",
]
