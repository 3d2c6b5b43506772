"""The one place where findings become Indonesian sentences.

Four parts, always in this order: where, what is written, what is expected and why, what to do.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Finding, Origin
from ..numbers import indonesian, read_text
from ..workbook.errors import one_line

_WHAT: dict[str, str] = {
    "STR02": "lembar “{expected}” tidak ditemukan",
    "STR03": "baris kepala dengan kolom “{expected}” tidak ditemukan",
    "STR04": "kolom “{expected}” tidak ditemukan",
    "STR05": "baris “{expected}” tidak ada",
    "STR07": "“{written}” menunjuk indikator yang sudah ada di {expected}",
    "STR08": "“{written}” tidak cocok dengan indikator mana pun",
    "STR09": "lembar ini dikenali sebagai lembar “{expected}” dari kepala kolomnya",
    "STR10": "“{written}” dikenali sebagai “{expected}”",
    "STR11": "nama sel {expected} tidak ditemukan",
    "STR20": "buku ini tidak dibuat dengan lokapom-xl; {written} dikenali dari judul kolomnya",
    "STR21": "judul “{written}” dianggap “{expected}” karena mirip",
    "STR22": "lembar “{written}” memuat indikator dan angka, tetapi tabelnya tidak dikenali",
    "STR23": "arti kolom “{written}” tidak diketahui, sehingga angkanya tidak diperiksa",
    "STR24": "judul “{written}” dikenali sebagai “{expected}”",
    "STR25": "{written} rumus dalam buku ini belum mempunyai nilai tersimpan, sehingga tidak diperiksa",
    "ISI01": "isian wajib masih kosong",
    "ISI02": "tertulis “{written}”, yang bukan angka",
    "ISI03": "tertulis “{written}”, yang bermakna ganda",
    "ISI04": "angka {expected} tersimpan sebagai teks, sehingga rumus tidak menghitungnya",
    "ISI05": "isian berisi galat {written}",
    "ISI06": "sel berformat persen; tertulis {written}, dibaca {expected} poin",
    "ISI16": "angka {written} terbaca lain daripada angka sekolomnya, yang akan menampilkan {expected}",
    "ISI07": "pasangan pembilang dan penyebut tidak lengkap",
    "ISI08": "penyesuaian dinyatakan, tetapi sel ini kosong",
    "ISI13": "sel isian berisi rumus {written}",
    "ISI10": "tertulis {written}, padahal tidak mungkin negatif",
    "ISI11": "pembagi 0, sehingga hasilnya tidak terdefinisi",
    "ISI12": "bagian {written} melebihi keseluruhannya {expected}",
    "HIT06": "hasilnya galat {written}",
    "ATR05": "tertulis {written}, sedangkan menurut aturan {expected}",
    "KON05": "tertulis {written}, pada buku lain {expected}",
    "STR13": "nama {expected} tidak menunjuk lembar Aturan",
    "FRM01": "rumus tertimpa nilai {written}; seharusnya rumus yang menghasilkan {expected}",
    "FRM02": "rumus {written} berbeda dari rumus resmi {expected}",
    "FRM03": "nilai diubah setelah dibekukan: tertulis {written}, saat dibekukan {expected}",
    "FRM04": "tertulis {written}, bukan nilai tabel asalnya",
    "STR14": "catatan asal usul buku beku tidak utuh: {written}",
    "STR90": "pemeriksaan {written} tidak dapat dijalankan",
    "STR15": "lembar “{expected}” diubah, dihapus, atau berganti nama setelah dibekukan",
    "HIT04": "rumus belum mempunyai nilai tersimpan; seharusnya {expected}",
    "ATR01": "{written}",
    "ATR02": "buku tahun {expected} memakai aturan tahun {written}",
    "ATR03": "label “{written}” hanya tercapai karena TE dibulatkan",
    "ATR04": "target tertulis {written}, sehingga capaian tidak terdefinisi",
    "ATR06": "target {written} lebih rendah daripada target bulan sebelumnya {expected}",
    "STR16": "{written} tersembunyi",
    "ISI14": "angka dalam kolom ini ditulis dengan dua cara, misalnya {written}",
    "FRM05": "{written} rujukan menuju ke luar buku ini",
    "FRM06": "angka tetap tertulis {written}, seharusnya {expected}",
    "KON11": "bernomor {written}, seharusnya {expected}",
    "KON12": "sasaran tertulis “{written}”, seharusnya “{expected}”",
    "KON13": "perspektif tertulis “{written}”, seharusnya “{expected}”",
    "KON14": "judul “{written}” menyebut indikator lain, seharusnya “{expected}”",
    "KON15": "tertulis “{written}”, sedangkan lembar ini tentang {expected}",
    "KON16": "kolom ini mencampur label {written} dengan label {expected}",
    "KON17": "satuan dalam kolom ini ditulis dengan dua cara, misalnya {written}",
    "KON18": "bernilai {written}, sedangkan indikator dalam keadaan yang sama dinaikkan menjadi {expected}",
    "KON01": "target tertulis {written}, di tempat lain {expected}",
    "KON02": "anggaran tertulis {written}, di tempat lain {expected}",
    "KON04": "tidak terisi, sedangkan di tempat lain {expected}",
    "HIT02": "tertulis {written}, dari isian dua desimal {expected}",
    "KON03": "realisasi tertulis {written}, di tempat lain {expected}",
    "KON06": "peringkat {written} hanya berlaku pada dasar campuran; pada dasar yang sama {expected}",
    "KON08": "tertulis {written}, sedangkan di tempat lain {expected}",
    "KON10": "tertulis {written}, sedangkan menurut tabelnya {expected}",
    "KON09": "menyebut {written} di bagian {expected}",
    "KON07": "nilai {written} belum dibatasi (dengan batas {expected}); tidak sebanding dengan unit lain",
    "KON19": "capaian tahun lalu {written} tidak cocok dengan realisasi tahun lalu",
    "KON20": "tertulis “{written}”, sedangkan {expected}",
    "KON21": "tabel ini memuat {written} dari {expected} indikator",
    "KON22": "nilai tahun lalu {written} tidak sebanding dengan nilai tahun ini {expected}",
    "ISI15": "realisasi {written} melampaui {expected}, padahal berupa persentase",
    "HIT05": "tertulis {written}, sedangkan jumlah bagian-bagiannya {expected}",
}
_OPEN: dict[str, str] = {
    "KON03": "realisasi tertulis {written}, berbeda dari tempat lain",
    "KON08": "tertulis {written}, berbeda dari tempat lain",
}
"""What is said when nothing tells which of several values is right."""

_DIFFERS = "tertulis {written}, seharusnya {expected}"
_FOLLOWS = "tertulis {written}, hasil hitungnya {expected}"
_BLANK_DIFFERS = "kosong, seharusnya {expected}"

_REMEDY: dict[str, str] = {
    "STR02": "Salin lembar itu dari buku baru (lokapom-xl new), lalu isi.",
    "STR03": "Kembalikan judul kolom seperti pada buku baru.",
    "STR04": "Kembalikan kolom atau judulnya seperti pada buku baru.",
    "STR05": "Kembalikan baris indikator itu dengan nama resminya.",
    "STR07": "Hapus atau perbaiki salah satu baris.",
    "STR08": "Pakai nama resmi indikator.",
    "STR09": "Tidak perlu tindakan, kecuali pengenalan itu keliru.",
    "STR10": "Sebaiknya pakai nama resmi.",
    "STR11": "Kembalikan nama sel itu, atau pindahkan isian ke buku baru.",
    "STR20": "Lihat yang dikenali dengan --show-mapping.",
    "STR21": "Tulis judul yang lazim, atau tetapkan artinya dengan lokapom-xl map.",
    "STR22": "Perbaiki judul kolomnya, atau tetapkan artinya dengan lokapom-xl map.",
    "STR23": "Bila angkanya termasuk laporan, tetapkan artinya dengan lokapom-xl map.",
    "STR24": "Sebaiknya pakai judul seperti pada buku baru.",
    "STR25": "Buka buku itu di Excel atau LibreOffice, simpan, lalu periksa lagi.",
    "ISI01": "Isi sel ini.",
    "ISI02": "Tulis angkanya saja, atau - bila belum diukur.",
    "ISI03": "Ketik sebagai angka tanpa pemisah ribuan.",
    "ISI04": "Ketik ulang sebagai angka; pada buku resmi dapat dengan lokapom-xl validate --fix.",
    "ISI05": "Ganti dengan angka, atau - bila belum diukur.",
    "ISI06": "Ubah format sel menjadi angka dan tulis dalam poin; dapat dengan lokapom-xl validate --fix.",
    "ISI16": "Samakan format selnya dengan kolom itu (lokapom-xl validate --fix).",
    "ISI07": "Lengkapi pasangannya, atau kosongkan keduanya dan isi Nilai Langsung.",
    "ISI08": "Isi alasan dan dasar hukumnya, atau hapus penyesuaian itu.",
    "ISI13": "Ketik angkanya.",
    "ISI10": "Periksa angka dan tandanya.",
    "ISI11": "Isi penyebut atau pagu yang benar, atau - bila belum diukur.",
    "ISI12": "Periksa kedua angka; mungkin tertukar.",
    "HIT06": "Periksa isian yang menjadi asalnya.",
    "ATR05": "Kembalikan angka aturan; perubahan aturan dibuat di berkas aturan.",
    "KON05": "Periksa buku yang sejalan: tahun dan unit kerja yang sama.",
    "STR13": "Salin lembar Aturan dari buku baru (lokapom-xl new), atau pindahkan isian ke buku baru.",
    "FRM01": "Kembalikan rumusnya seperti pada buku baru; bila nilainya sama, dapat dengan validate --fix.",
    "FRM02": "Kembalikan rumus resmi seperti pada buku baru (lokapom-xl new).",
    "FRM03": "Kembalikan nilai itu, atau perbaiki berkas asal lalu bekukan kembali (lokapom-xl freeze).",
    "FRM04": "Kembalikan rumusnya seperti pada buku baru, lalu jalankan lokapom-xl compute.",
    "STR14": "Pakai salinan yang utuh, atau bekukan lagi berkas asalnya (lokapom-xl freeze).",
    "STR90": "Laporkan kepada pengelola lokapom-xl dengan menyertakan pesan ini dan bila mungkin bukunya.",
    "STR15": "Perbaiki berkas asal lalu bekukan kembali (lokapom-xl freeze).",
    "HIT01": "Perbaiki nilai ini atau sel asalnya, lalu jalankan lokapom-xl compute.",
    "HIT02": "Tidak perlu tindakan; kedua bacaan diterima.",
    "HIT03": "Tulis label yang seharusnya.",
    "HIT04": "Jalankan lokapom-xl compute pada buku ini.",
    "HIT05": "Kembalikan rumus jumlah atau perbaiki bagiannya.",
    "ATR01": "Tambahkan aturan tahun itu, atau buat buku dengan --rules-of.",
    "ATR02": "Buat ulang buku setelah aturan tahun itu tersedia.",
    "ATR03": "Tidak perlu tindakan; perhatikan saat menyimpulkan.",
    "ATR04": "Isi target menurut Perjanjian Kinerja.",
    "ATR06": "Periksa kedua target; target bulanan bersifat kumulatif.",
    "STR16": "Tampilkan baris, kolom, atau lembar itu, lalu periksa isinya.",
    "ISI14": "Pakai koma desimal di seluruh kolom.",
    "FRM05": "Ganti tautan itu dengan nilainya, lalu putuskan tautannya.",
    "FRM06": "Kembalikan angkanya seperti pada buku baru (lokapom-xl new).",
    "KON11": "Tulis nomor yang sesuai dengan namanya, atau perbaiki namanya.",
    "KON12": "Tulis sasaran strategis indikator itu.",
    "KON13": "Tulis perspektif yang resmi.",
    "KON14": "Tulis nama indikator yang dimuat tabel itu.",
    "KON15": "Tulis tahun atau periode yang benar.",
    "KON16": "Pakai satu tabel label untuk seluruh kolom.",
    "KON17": "Samakan penulisannya; hapus tanda persen pada nilai dan indeks.",
    "KON18": "Perlakukan keduanya sama, atau tulis alasan perbedaannya.",
    "KON01": "Samakan dengan Perjanjian Kinerja yang ditandatangani.",
    "KON02": "Samakan, atau sebutkan revisi DIPA yang menjadi dasarnya.",
    "KON03": "Samakan dengan sumber datanya.",
    "KON04": "Lengkapi, atau hapus nilai yang keliru tempat.",
    "KON06": "Sebutkan dasarnya, atau tulis peringkat pada dasar yang sama.",
    "KON08": "Tentukan nilai yang benar, lalu samakan semua kalimat.",
    "KON10": "Samakan daftar itu dengan tabelnya.",
    "KON09": "Tulis nomor indikator bagian itu.",
    "KON19": "Cocokkan dengan laporan tahun lalu.",
    "KON20": "Perbaiki kata-katanya.",
    "KON21": "Tambahkan barisnya, atau sebutkan mengapa indikator itu tidak dimuat.",
    "KON22": "Bandingkan pada dasar yang sama, atau sebutkan dasarnya.",
    "ISI15": "Periksa realisasi itu; mungkin yang ditulis capaiannya.",
    "KON07": "Mintakan nilai yang dibatasi kepada unit itu, atau sebutkan dasarnya.",
}


_AS_EXPECTED = ("ATR02", "KON05", "KON08", "KON09", "KON20", *(f"KON{number}" for number in range(10, 17)))
_AS_WRITTEN = (*_AS_EXPECTED, "ISI0", "ISI14", "STR", "KON17")
"""Findings, by the beginning of their codes, in which the text itself is what matters."""

_UNSAID = ("STR05", "STR09", "STR10")
"""Findings whose diagnosis says nothing more than they do."""

_PLACES = {"FRM05": "di", "ISI14": "juga", "KON16": "di", "KON17": "juga"}
"""How findings about many cells introduce them; all others compare."""


def phrase(findings: Iterable[Finding]) -> None:
    """Give every finding its message and remedy, unless it brought its own."""
    for finding in findings:
        if not finding.message:
            finding.message = one_line(_message(finding))
        if not finding.remedy:
            finding.remedy = _REMEDY.get(finding.code, "")


def _message(finding: Finding) -> str:
    pattern = _WHAT.get(finding.code) or (_DIFFERS if finding.written else _BLANK_DIFFERS)
    if finding.code in _OPEN and not finding.expected:
        pattern = _OPEN[finding.code]
    if finding.caused_by and finding.code.startswith("HIT"):
        pattern = _FOLLOWS
    what = pattern.format(
        written=finding.written if finding.code.startswith(_AS_WRITTEN) else shown(finding.written),
        expected=finding.expected if finding.code.startswith(_AS_EXPECTED) else shown(finding.expected),
    )
    reasons = []
    if finding.code.startswith("HIT") and finding.rule:
        reasons.append(f"menurut {finding.rule}")
    if finding.code == "STR08" and finding.diagnosis:
        reasons.append(f"mungkin maksudnya “{finding.diagnosis}”")
    elif finding.code not in _UNSAID and finding.diagnosis:
        reasons.append(finding.diagnosis)
    if finding.code == "HIT02":
        reasons.append("tercapai dari nilai yang belum dibulatkan")
    if finding.related:
        same = [r for r in finding.related if shown(r.written) == shown(finding.expected)]
        some = (same or finding.related)[:4]
        many = _PLACES.get(finding.code)
        said = [f"{_place(r.origin)} {r.written if many else shown(r.written)}".strip() for r in some]
        more = f"; dan {len(finding.related) - len(some)} lagi" if many and len(finding.related) > 4 else ""
        reasons.append(f"{many or 'bandingkan'} {'; '.join(said)}{more}")
    name = f"{finding.indicator}: " if finding.indicator else ""
    return f"{name}{what}" + (f" ({'; '.join(reasons)})" if reasons else "") + "."


def _place(origin: Origin) -> str:
    return f"{origin.sheet}!{origin.cell}" if origin.sheet else ""


def shown(text: str) -> str:
    """A machine-form number the way people write it here; any other text as it is."""
    reading = read_text(text)
    if not text or text.startswith("=") or reading.kind not in ("number", "ambiguous"):
        return text or "(kosong)"
    # Machine form has a decimal point: the last reading is the English one.
    value = reading.readings[-1]
    _, _, fraction = text.partition(".")
    return indonesian(value, len(fraction) if "." in text and "," not in text else None)
