"""What leads out of a book: how it is read from a file, and what a formula reveals of it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.packaging.relationship import Relationship
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.external_link import ExternalLink
from openpyxl.workbook.external_link.external import ExternalBook, ExternalSheetNames

from lokapom_xl.checks.links import _links, _of_formula
from lokapom_xl.model import Origin
from lokapom_xl.workbook.read import Book, read_book

ELSEWHERE = "file:///C:/Users/Ani/data.xlsx"


def test_read_from_a_file(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Data"
    sheet["A1"], sheet["A2"], sheet["A3"], sheet["A4"] = "=[1]Jan!A1", "bukti", "laman", "=A1"
    sheet["A2"].hyperlink = "file:///D:/bukti.pdf"
    sheet["A3"].hyperlink = "https://www.pom.go.id"
    sheet["A4"].hyperlink = "#Data!A1"
    sheet.defined_names["SETEMPAT"] = DefinedName("SETEMPAT", attr_text="[1]Jan!$B$1")
    link = ExternalLink(externalBook=ExternalBook(sheetNames=ExternalSheetNames(["Jan"]), id="rId1"))
    link.file_link = Relationship(type="externalLinkPath", Target=ELSEWHERE, TargetMode="External")
    made._external_links.append(link)
    made.save(tmp_path / "b.xlsx")

    book = read_book(tmp_path / "b.xlsx")
    assert book.links == (ELSEWHERE,)
    assert book.local_names == (("SETEMPAT", "[1]Jan!$B$1"),) and "SETEMPAT" not in book.names
    found = [(link.where.cell, link.target) for link in _links(book, "b.xlsx")]
    assert found == [("A1", ELSEWHERE), ("A2", "file:///D:/bukti.pdf"), ("", ELSEWHERE)]


@pytest.mark.parametrize(
    ("formula", "target"),
    [
        ("[1]Jan!A1", "file:///C:/Ani/data.xlsx"),
        ("SUM('[1]Lembar satu'!A1:A9)", "file:///C:/Ani/data.xlsx"),
        ("[2]Jan!A1", "buku lain yang namanya tidak tersimpan"),
        ("'D:\\Data\\[a b.xlsx]Jan'!A1", "D:\\Data\\a b.xlsx"),
        ("'[a.xlsx]Jan'!A1", "a.xlsx"),
        ("[1]!CAPAIAN(A1,B1)", "file:///C:/Ani/data.xlsx"),
        ('HYPERLINK("\\\\server\\x.pdf")', "\\\\server\\x.pdf"),
        ('_xlfn.WEBSERVICE("http://x")', "WEBSERVICE"),
        ("excel|'[a.xlsx]S'!R1C1", "excel|'[a.xlsx]S'"),
        ("SUM(Tabel[Target],Tabel[[#Totals],[A]])", None),
        ('IF(A1="[1]Jan!A1","C|D!",Jan!A1)', None),
        ("CALLING(A1)+RECALL(A1)", None),
        ("#REF!+A1", None),
    ],
)
def test_what_leads_out_of_a_book(formula: str, target: str | None) -> None:
    book = Book(Path("b.xlsx"), {}, {}, "", links=("file:///C:/Ani/data.xlsx",))
    found = [link.target for link in _of_formula(book, Origin("b.xlsx"), formula)]
    assert found == ([] if target is None else [target])
