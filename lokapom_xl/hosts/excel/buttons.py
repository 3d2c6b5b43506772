"""The buttons of the ribbon and of the sheets: one record each, from which VBA, ribbon XML, the buttons on
the sheets, the Python function that answers and the guide take name, caption and help."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Button:
    """`name` is the function in `macros.py`, `group` a part of the ribbon tab, `image` one of Office's own
    pictures (imageMso)."""

    name: str
    caption: str
    group: str
    tip: str
    image: str
    large: bool = False

    @property
    def macro(self) -> str:
        """The VBA Sub that the button runs."""
        return "Lokapom" + self.name.title().replace("_", "")


BUTTONS = (
    Button("isi", "Isi", "Kerjakan", "Isi sel kuning dari berkas CSV, JSON, buku kerja, atau buku lain yang terbuka.", "GetExternalDataFromText", True),
    Button("hitung", "Hitung", "Kerjakan", "Hitung ulang semua rumus, lalu bandingkan hasilnya dengan aturan.", "CalculateNow", True),
    Button("validasi", "Validasi", "Periksa", "Periksa buku ini; sel yang bermasalah diberi warna dan catatan.", "ErrorChecking", True),
    Button("hapus_tanda", "Hapus Tanda", "Periksa", "Hapus warna, catatan, dan lembar hasil Validasi; tampilan kembali seperti semula.", "ClearFormats"),
    Button("batalkan", "Batalkan", "Buku", "Batalkan pekerjaan terakhir tombol Lokapom pada buku ini.", "Undo"),
    Button("bekukan", "Bekukan", "Buku", "Simpan salinan berisi nilai saja, tanpa makro, dengan lembar asal-usul, untuk dikirim.", "FileSaveAs"),
    Button("panduan", "Panduan", "Bantuan", "Buka petunjuk pemakaian.", "Help"),
)  # fmt: skip


def button(name: str) -> Button:
    """The record of a button; KeyError when there is none of that name."""
    return {item.name: item for item in BUTTONS}[name]
