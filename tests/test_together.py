"""Books of several offices given together: each office's are compared with each other and with no one else's."""

from __future__ import annotations

from decimal import Decimal

from lokapom_xl.actions.demo import Demo
from lokapom_xl.actions.validate import check_books
from lokapom_xl.workbook.read import Book, read_book

from .conftest import changed

OTHER = "Loka POM di Kota Dumai"


def other_office(book: Book) -> Book:
    """The book as another office would hand it in."""
    return changed(book, [("Petunjuk!B7", OTHER)])


def test_offices_are_not_compared_with_each_other(made: Demo) -> None:
    own = [read_book(path) for path in made.books[:2]]
    others = [other_office(read_book(path)) for path in made.books[:2]]
    changed(others[0], [("PK!D6", Decimal(90))])  # against its own plan and its own efficiency book
    alone = check_books(others, ["a", "b"]).findings
    result = check_books([*own, *others], ["1", "2", "a", "b"])
    assert result.checked["kelompok buku"] == 2
    assert not [f for f in result.findings if f.code == "KON05"]
    said = [(f.origin, f.code, f.written, f.expected) for f in result.findings if f.origin.file in ("a", "b")]
    assert said == [(f.origin, f.code, f.written, f.expected) for f in alone]
    assert {f.origin.file for f in result.findings if f.code == "KON01"} == {"a", "b"}
    assert not [
        r for f in result.findings for r in f.related if r.origin.file in "12" and f.origin.file in "ab"
    ]


def test_two_books_that_complement_each_other_are_one_report(made: Demo) -> None:
    """Of two offices by their names: that is said, and they are compared."""
    books = [read_book(made.books[0]), other_office(read_book(made.books[1]))]
    result = check_books(books, ["1", "2"])
    assert "kelompok buku" not in result.checked
    assert [f.written for f in result.findings if f.code == "KON05"] == [OTHER]


def test_books_that_do_not_say_whose_they_are_stand_alone(made: Demo) -> None:
    books = [changed(read_book(made.books[0]), [("Petunjuk!B7", None)]) for _ in range(2)]
    changed(books[1], [("PK!D6", Decimal(90))])
    result = check_books(books, ["1", "2"])
    assert result.checked["kelompok buku"] == 2
    assert {f.origin.file for f in result.findings if f.code == "KON01"} == {"2"}
