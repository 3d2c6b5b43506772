"""The pictures of the staff guide: the macro book filled with the shipped data, validated, and frozen.

Run by hand with LibreOffice and pdftoppm at hand, when the books look different: `python -m tests.pictures`.
The pictures go into docs/panduan/gambar. LibreOffice draws them; in Excel lines and letters differ a little,
and the ribbon is Excel's own.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import zipfile
from decimal import Decimal
from pathlib import Path

from lokapom_xl.actions.demo import demo, make_filled_rapk
from lokapom_xl.actions.fill import fill
from lokapom_xl.actions.freeze import freeze
from lokapom_xl.hosts.excel.macros import run
from lokapom_xl.workbook.write import Put, save_edits

from .conftest import REPORT
from .opxengine import Excel

TARGET = Path(__file__).parents[1] / "docs" / "panduan" / "gambar"
RESOLUTION = 70
WIDTH, HEIGHT = 1300, 690
"""Of a picture, in pixels: larger sheets are cut off."""


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = folder / "RAPK.xlsm"
        make_filled_rapk(book, REPORT)
        fill(book, [demo(folder / "peragaan").books[1]])  # the budget on Dasbor
        draw(book, {1: "petunjuk", 2: "dasbor", 6: "capaian"})
        draw(freeze(book, folder / "beku.xlsx").path, {-1: "asal-usul"})
        draw(validated(book), {6: "validasi", -3: "hasil-pemeriksaan"})


def validated(book: Path) -> Path:
    """A copy with three slips that staff make, after the button Validasi."""
    slips = {
        (7, 10): Put(Decimal(99), over_formula=True),  # a formula typed over
        (8, 8): Put(Decimal(-12)),
        (9, 7): Put("96 sampel"),
    }
    spoiled = Path(shutil.copy(book, book.with_name("Validasi.xlsm")))
    save_edits(spoiled, spoiled, {"Capaian": slips})
    opened = Excel().open(spoiled)
    run("validasi")
    opened.save()
    return spoiled


def draw(book: Path, pages: dict[int, str]) -> None:
    """Pictures of the sheets with these numbers (from 1; -1 is the last, hidden ones counted), with their buttons."""
    shown = book.with_name(f"gambar-{book.name}")
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(shown, "w", zipfile.ZIP_DEFLATED) as copy:
        for info in source.infolist():
            content = source.read(info)
            if info.filename.endswith(".vml"):
                content = content.replace(b"<x:PrintObject>False", b"<x:PrintObject>True")
            copy.writestr(info.filename, content)
    profile = (book.parent / "profil").as_uri()
    to = 'pdf:calc_pdf_Export:{"SinglePageSheets":{"type":"boolean","value":"true"}}'
    command = ["soffice", "--headless", f"-env:UserInstallation={profile}", "--convert-to", to]
    subprocess.run([*command, "--outdir", str(book.parent), str(shown)], check=True, capture_output=True)
    pdf = shown.with_suffix(".pdf")
    counted = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, text=True).stdout
    count = next(int(line.split()[1]) for line in counted.splitlines() if line.startswith("Pages:"))
    for number, name in pages.items():
        page = str(number if number > 0 else count + 1 + number)
        area = ["-x", "0", "-y", "0", "-W", str(WIDTH), "-H", str(HEIGHT)]
        options = ["-png", "-singlefile", "-r", str(RESOLUTION), "-f", page, "-l", page, *area]
        subprocess.run(["pdftoppm", *options, str(pdf), str(TARGET / name)], check=True)


if __name__ == "__main__":
    main()
