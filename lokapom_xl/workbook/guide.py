"""The texts of sheet Petunjuk, and the fills that they explain."""

ENTRY, COMPUTED, AGGREGATE = "FFF8DC", "EDEDED", "DDEBF7"
"""Fills of entry cells, computed cells and summary rows (RRGGBB)."""

STATUS = {
    "printed": "tertulis dalam sumber",
    "reproduced": "disimpulkan dari angka tercetak",
    "elsewhere": "dari sumber publik lain",
    "open": "belum dapat dipastikan",
}
"""How sure a rule is, for readers of the sheet."""

_Line = tuple[str, str, str]

_CELLS: tuple[_Line, ...] = (
    ("Sel kuning", "Sel isian. Ketik angka biasa dengan koma desimal, misalnya 97,4. Persentase ditulis dalam poin: 99,93, bukan 0,9993.", ENTRY),
    ("Sel abu-abu", "Sel rumus. Jangan ditimpa; hasilnya menyesuaikan sendiri.", COMPUTED),
    ("Sel biru", "Baris ringkasan (jumlah, NPS), juga berisi rumus.", AGGREGATE),
    ("Belum diukur", "Biarkan kosong atau tulis tanda - . Nilai yang belum diukur tidak ikut dirata-ratakan; banyaknya tampak di kolom Belum Diukur. Angka 0 berarti benar-benar nol.", ""),
    ("Realisasi", "Isi Pembilang dan Penyebut; bila tidak ada, isi Nilai Langsung. Realisasi dihitung dua desimal.", ""),
    ("Penyesuaian", "Capaian di atas batas dipotong oleh rumus. Penyesuaian lain ditulis di kolom Dinyatakan dan wajib disertai alasan dan dasar hukum; nilai tanpa penyesuaian tetap ditampilkan di sampingnya.", ""),
    ("Lembar Rekap", "Tabel-tabel seperti tercetak dalam laporan, siap disalin ke Word: klik nama tabelnya di kolom A, lalu salin. Tidak ada yang diisi di sana selain bulan dan triwulan.", ""),
    ("Menyisipkan baris", "Lembar dilindungi tanpa kata sandi: menyisipkan baris dan mengatur format tetap diizinkan.", ""),
)  # fmt: skip
"""What holds for the cells of both editions."""

GUIDE: dict[str, tuple[_Line, ...]] = {
    "plain": (
        *_CELLS,
        ("Memeriksa", "Jalankan: lokapom-xl validate BUKU. Setiap temuan menyebut sel, yang tertulis, yang seharusnya, dan cara memperbaikinya.", ""),
    ),
    "udf": (
        *_CELLS,
        ("Rumus Lokapom", "Sel rumus memanggil fungsi Lokapom, misalnya =CAPAIAN(target; realisasi), yang dihitung Python. Pasang sekali dengan: lokapom-xl excel install. Di komputer tanpa Python nilai yang tersimpan tetap tampak.", ""),
        ("Makro", "Saat membuka buku, klik Aktifkan Konten (Enable Content). Tombol ada di tab Lokapom dan di atas setiap tabel.", ""),
    ),
    "printed": (
        ("Isi buku ini", "Satu lembar untuk setiap tabel laporan. Setiap nilai adalah teks sebagaimana tercetak, termasuk salah cetaknya.", ENTRY),
        ("Untuk apa", "Untuk diperiksa dengan lokapom-xl validate: temuannya menunjukkan nilai tercetak yang tidak sesuai aturan.", ""),
    ),
}  # fmt: skip
"""Heading, text and fill of each line of the guide, by edition of the book."""
