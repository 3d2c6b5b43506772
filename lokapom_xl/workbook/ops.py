"""Cell operations that are not domain rules: a reference to another cell, a sum, a look-up, an order.

They are records like the domain functions, so that templates, `compute` and `validate` treat every
computed cell alike; but they have no name of their own in Excel and are plain in both editions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from ..formulas.plain import is_blank
from ..numbers import NOT_MEASURED, CellError, Scalar
from ..registry import Argument, Example, Function, PlainWriter
from .layout import MONTHS


class CellOperation(Function):
    """A record that is written in plain Excel in every edition."""

    def udf_formula(self, references: Mapping[str, str]) -> str:
        return self.plain_formula(references)


def _operation(
    name: str,
    help: str,
    arguments: str | Mapping[str, str],
    example: Example,
    plain: PlainWriter,
    unit: str = "",
    own_blanks: bool = False,
) -> Callable[[Callable[..., Scalar]], CellOperation]:
    """`arguments`: the kind of each by its name, or the kind of the only one, `nilai`."""
    kinds = {"nilai": arguments} if isinstance(arguments, str) else arguments

    def make(body: Callable[..., Scalar]) -> CellOperation:
        return CellOperation(
            name=name,
            help=help,
            arguments=tuple(Argument(key, help, kind=kind) for key, kind in kinds.items()),
            unit=unit,
            decimals=None,
            category="",
            example=example,
            body=body,
            plain=plain,
            own_blanks=own_blanks,
            doc=body.__doc__ or "",
        )

    return make


def _blank(value: Scalar) -> bool:
    return value is None or value == "" or value == NOT_MEASURED


@_operation(
    "SALIN",
    "Nilai yang sama dengan sel di tabel asalnya.",
    "number",
    Example((5,), Decimal(5)),
    lambda cell: f'IF({is_blank(cell["nilai"])},"-",{cell["nilai"]})',
)
def COPY(nilai: Decimal) -> Scalar:
    """The value of another cell; `-` where that cell is blank."""
    return nilai


@_operation(
    "SALIN_TEKS",
    "Teks yang sama dengan sel di tabel asalnya.",
    "text",
    Example(("Desember",), "Desember"),
    lambda cell: f'IF({cell["nilai"]}="","-",{cell["nilai"]})',
)
def COPY_TEXT(nilai: Scalar) -> Scalar:
    """The text of another cell; `-` where that cell is blank."""
    return nilai


@_operation(
    "JUMLAH",
    "Jumlah nilai yang sudah terisi.",
    "range",
    Example(([1, 2],), Decimal(3)),
    lambda cell: f'IF(AND(COUNT({cell["nilai"]})=0,SUM({cell["nilai"]})=0),"-",SUM({cell["nilai"]}))',
)
def SUM(nilai: list[Scalar]) -> Scalar:
    """The sum of the numbers; `-` when there is none; an error among them comes back unchanged."""
    for value in nilai:
        if isinstance(value, CellError):
            return value
    numbers = [value for value in nilai if isinstance(value, Decimal)]
    return sum(numbers, Decimal(0)) if numbers else NOT_MEASURED


@_operation(
    "BELUM_DIUKUR",
    "Banyaknya nilai yang belum diukur.",
    "range",
    Example(([1, "-"],), Decimal(1)),
    lambda cell: "+".join(f'COUNTIF({part},"-")' for part in cell["nilai"].split(",")),
)
def SKIPPED(nilai: list[Scalar]) -> Scalar:
    """How many of the values were left out of a mean because they are not yet measured."""
    return Decimal(sum(value == NOT_MEASURED for value in nilai))


# --- what a dashboard is made of -------------------------------------------------------------------


@_operation(
    "TETAP",
    "Nilai pembanding yang sama di setiap baris.",
    "number",
    Example((100,), Decimal(100)),
    lambda cell: cell["nilai"],
)
def FIXED(nilai: Decimal) -> Scalar:
    """The same number in every row: what a line of reference in a chart is drawn from."""
    return nilai


@_operation(
    "TERUKUR",
    "Banyaknya nilai yang sudah diukur.",
    "range",
    Example(([1, "-"],), Decimal(1)),
    lambda cell: f"COUNT({cell['nilai']})",
    own_blanks=True,
)
def MEASURED(nilai: list[Scalar]) -> Scalar:
    """How many of the values are numbers."""
    return Decimal(sum(isinstance(value, Decimal) for value in nilai))


@_operation(
    "TERAKHIR",
    "Nomor terakhir yang sudah mempunyai nilai terukur.",
    {"banyak": "range", "nomor": "range"},
    Example(([3, 0], [1, 2]), Decimal(1)),
    lambda cell: f'IF(SUM({cell["banyak"]})=0,"-",SUMPRODUCT(MAX(({cell["banyak"]}>0)*{cell["nomor"]})))',
)
def LAST(banyak: list[Scalar], nomor: list[Scalar]) -> Scalar:
    """The greatest number beside a count that is not zero; `-` when all are."""
    found = [
        n
        for n, count in zip(nomor, banyak)
        if isinstance(n, Decimal) and isinstance(count, Decimal) and count
    ]
    return max(found, default=NOT_MEASURED)


@_operation(
    "PILIH",
    "Nilai pada bulan yang dipilih.",
    {"nomor": "number", "pilihan": "cells"},
    Example((2, ["a", "b"]), "b"),
    lambda cell: f'IF(ISNUMBER({cell["nomor"]}),CHOOSE({cell["nomor"]},{cell["pilihan"]}),"-")',
)
def CHOOSE(nomor: Decimal, pilihan: list[Scalar]) -> Scalar:
    """The value at a number, counted from 1; `-` while the number is not known."""
    return pilihan[int(nomor) - 1]


def _plain_lookup(cell: Mapping[str, str]) -> str:
    """One look-up for each part of the lists: rows that do not belong to them may part them."""
    keys, values = cell["daftar"].split(","), cell["nilai"].split(",")
    text = '"-"'
    for area, found in reversed(list(zip(keys, values))):
        at = f"MATCH({cell['kunci']},{area},0)"
        value = f"INDEX({found},{at})"
        text = f'IF(ISNUMBER({at}),IF({value}="","-",{value}),{text})'
    return text


@_operation(
    "AMBIL",
    "Nilai di baris yang kuncinya sama.",
    {"kunci": "text", "daftar": "cells", "nilai": "cells"},
    Example(("b", ["a", "b"], [1, 2]), Decimal(2)),
    _plain_lookup,
    own_blanks=True,
)
def FETCH(kunci: Scalar, daftar: list[Scalar], nilai: list[Scalar]) -> Scalar:
    """The value beside the key; `-` where the key is not there or the value is blank."""
    wanted = _folded(kunci)
    for key, value in zip(daftar, nilai):
        if key is not None and _folded(key) == wanted:
            return NOT_MEASURED if _blank(value) else value
    return NOT_MEASURED


def _folded(value: Scalar) -> Scalar:
    """Look-ups of a spreadsheet do not see capitals."""
    return value.casefold() if isinstance(value, str) else value


@_operation(
    "URUTAN",
    "Nomor urut dari yang terkecil; nilai yang sama diurutkan menurut nomornya.",
    {"nilai": "number", "semua": "range", "nomor": "number", "nomor_semua": "range"},
    Example((5, [7, 5], 2, [1, 2]), Decimal(1)),
    lambda cell: (
        f"IF(ISNUMBER({cell['nilai']}),"
        f'COUNTIF({cell["semua"]},"<"&{cell["nilai"]})'
        f'+COUNTIFS({cell["semua"]},{cell["nilai"]},{cell["nomor_semua"]},"<"&{cell["nomor"]})+1,'
        f"{cell['nilai']})"
    ),
    unit="peringkat",
)
def ORDER(nilai: Decimal, semua: list[Scalar], nomor: Decimal, nomor_semua: list[Scalar]) -> Scalar:
    """The place of a value, the smallest first; among equal ones the place in the list decides."""
    before = [
        v
        for v, n in zip(semua, nomor_semua)
        if isinstance(v, Decimal) and isinstance(n, Decimal) and (v, n) < (nilai, nomor)
    ]
    return Decimal(1 + len(before))


@_operation(
    "DAHULUKAN",
    "Nilai pertama apabila sudah diukur, selain itu penggantinya.",
    {"nilai": "number", "pengganti": "number"},
    Example(("-", 3), Decimal(3)),
    lambda cell: f"IF({is_blank(cell['nilai'])},{cell['pengganti']},{cell['nilai']})",
    own_blanks=True,
)
def FIRST(nilai: Scalar, pengganti: Scalar) -> Scalar:
    """The value where there is one, else the other."""
    return pengganti if nilai == NOT_MEASURED else nilai


@_operation(
    "KECUALI",
    "Nilai apabila labelnya bukan label yang dikecualikan.",
    {"nilai": "number", "label": "text", "bukan": "text"},
    Example((95, "sedang", "rendah"), Decimal(95)),
    lambda cell: f'IF({cell["label"]}={cell["bukan"]},"-",{cell["nilai"]})',
)
def UNLESS(nilai: Decimal, label: Scalar, bukan: Scalar) -> Scalar:
    """The value, but `-` where its label is the one left out."""
    return NOT_MEASURED if label == bukan else nilai


@_operation(
    "BILA_LABEL",
    "Nilai apabila labelnya label kolom ini.",
    {"nilai": "number", "label": "text", "pilihan": "text"},
    Example((95, "Baik", "Baik"), Decimal(95)),
    lambda cell: f'IF({cell["label"]}={cell["pilihan"]},{cell["nilai"]},"-")',
)
def ONLY(nilai: Decimal, label: Scalar, pilihan: Scalar) -> Scalar:
    """The value where its label is the one asked for, else `-`: a series of one colour in a chart."""
    return nilai if label == pilihan else NOT_MEASURED


@_operation(
    "ZONA",
    "Zona nilai di antara dua batas.",
    {"nilai": "number", "bawah": "number", "atas": "number", "nama": "text"},
    Example((110, 100, 120, "kurang|cukup|lebih"), "cukup"),
    lambda cell: (
        'IF(ISNUMBER({nilai}),IF({nilai}<{bawah},"{0}",IF({nilai}<={atas},"{1}","{2}")),{nilai})'.format(
            *cell["nama"].strip('"').split("|"), **cell
        )
    ),
    unit="label",
)
def ZONE(nilai: Decimal, bawah: Decimal, atas: Decimal, nama: str) -> Scalar:
    """Below the lower bound, up to the upper one, or above: one of three names."""
    return nama.split("|")[0 if nilai < bawah else 1 if nilai <= atas else 2]


def _marks(text: str) -> list[tuple[str, str]]:
    """`Baik=●|Kurang=▼` as pairs of label and mark."""
    return [(label, mark) for label, _, mark in (part.partition("=") for part in text.split("|"))]


def _plain_mark(label: str, marks: str) -> str:
    text = '""'
    for name, mark in reversed(_marks(marks.strip('"'))):
        text = f'IF({label}="{name}","{mark}",{text})'
    return text


@_operation(
    "TANDAI",
    "Label dengan tandanya.",
    {"label": "text", "tanda": "text"},
    Example(("Baik", "Baik=●"), "● Baik"),
    lambda cell: (
        f'IF({cell["label"]}="-","-",TRIM({_plain_mark(cell["label"], cell["tanda"])}&" "&{cell["label"]}))'
    ),
    unit="label",
)
def MARKED(label: str, tanda: str) -> Scalar:
    """A label behind its mark, so that it is told without its colour."""
    return f"{dict(_marks(tanda)).get(label, '')} {label}".strip()


def _plain_without(cell: Mapping[str, str]) -> str:
    text = cell["nilai"]
    for part in cell["buang"].strip('"').split("|"):
        text = f'SUBSTITUTE({text},"{part}","")'
    return text


@_operation(
    "TANPA",
    "Teks tanpa kata yang berulang di setiap baris.",
    {"nilai": "text", "buang": "text"},
    Example(("Capaian SS1", "Capaian |Nilai "), "SS1"),
    _plain_without,
    unit="teks",
)
def WITHOUT(nilai: str, buang: str) -> Scalar:
    """A text without some parts of it."""
    for part in buang.split("|"):
        nilai = nilai.replace(part, "")
    return nilai


@_operation(
    "AWAL",
    "Huruf pertama dari teks.",
    {"nilai": "text", "banyak": "number"},
    Example(("Januari", 3), "Jan"),
    lambda cell: f"LEFT({cell['nilai']},{cell['banyak']})",
    unit="teks",
)
def START(nilai: str, banyak: Decimal) -> Scalar:
    """The first letters of a text."""
    return nilai[: int(banyak)]


@_operation(
    "NAMA_BERTANDA",
    "Nama dengan tanda labelnya.",
    {"nama": "text", "label": "text", "tanda": "text"},
    Example(("IKSS3", "Baik", "Baik=●"), "IKSS3 ●"),
    lambda cell: (
        f'IF({cell["nama"]}="-","-",TRIM({cell["nama"]}&" "&{_plain_mark(cell["label"], cell["tanda"])}))'
    ),
    unit="teks",
    own_blanks=True,
)
def MARKED_NAME(nama: Scalar, label: Scalar, tanda: str) -> Scalar:
    """A name before the mark of its label: what a bar of a chart is called."""
    for value in (nama, label):
        if isinstance(value, CellError):
            return value
    if nama == NOT_MEASURED:
        return NOT_MEASURED
    mark = dict(_marks(tanda)).get(str(label), "")
    return f"{nama or ''} {mark}".strip()


def _plain_state(cell: Mapping[str, str]) -> str:
    month = cell["bulan"]
    names = ",".join(f'"{name}"' for name in MONTHS)
    said = f'"Data per bulan "&CHOOSE({month},{names})&" "&{cell["tahun"]}'
    return f'IF(ISNUMBER({month}),{said},"Belum ada data")'


@_operation(
    "KEADAAN_DATA",
    "Bulan terakhir yang sudah mempunyai data.",
    {"bulan": "number", "tahun": "year"},
    Example((9, 2023), "Data per bulan September 2023"),
    _plain_state,
    unit="teks",
    own_blanks=True,
)
def DATA_STATE(bulan: Scalar, tahun: int) -> Scalar:
    """Up to which month there are data."""
    if not isinstance(bulan, Decimal):
        return "Belum ada data"
    return f"Data per bulan {MONTHS[int(bulan) - 1]} {tahun}"


@_operation(
    "BANYAK",
    "Banyaknya sel yang terisi, juga yang belum diukur.",
    "cells",
    Example(([1, "-", None],), Decimal(2)),
    lambda cell: "+".join(f"COUNTA({part})" for part in cell["nilai"].split(",")),
)
def COUNTED(nilai: list[Scalar]) -> Scalar:
    """How many of the cells hold anything."""
    return Decimal(sum(value not in (None, "") for value in nilai))


@_operation(
    "BANYAK_SAMA",
    "Banyaknya sel yang isinya sama, dikurangi yang tidak ikut dihitung.",
    {"nilai": "text", "semua": "cells", "kurang": "number"},
    Example((5, [5, 6, 5], 1), Decimal(1)),
    lambda cell: (
        "+".join(f"COUNTIF({part},{cell['nilai']})" for part in cell["semua"].split(","))
        + f"-{cell['kurang']}"
    ),
)
def ALIKE(nilai: Scalar, semua: list[Scalar], kurang: Decimal) -> Scalar:
    """How many of the cells hold the same, capital letters aside, but for `kurang` of them."""
    return sum(_folded(value) == _folded(nilai) for value in semua) - kurang
