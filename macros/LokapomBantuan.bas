Attribute VB_Name = "LokapomBantuan"
' Dihasilkan oleh `lokapom-xl build`; jangan diubah dengan tangan.
Option Explicit
Option Private Module

Public Sub LokapomRegisterHelp()
    Dim saved As Boolean, about As String, texts() As String
    saved = ThisWorkbook.Saved
    ' Help is an extra: where Excel refuses it, the functions work all the same.
    On Error Resume Next
    ReDim texts(0 To 0)
    about = "Angka dari teks Indonesia atau Inggris. Teks bermakna ganda (30.000) menghasilkan #VALUE!."
    texts(0) = "Teks angka, misalnya 14.886.800,00 atau 99,93%."
    RegisterHelp "ANGKA", about, texts
    ReDim texts(0 To 3)
    about = "Realisasi indikator dari pembilang dan penyebut, dalam poin persen, dua desimal."
    texts(0) = "Jumlah yang memenuhi. Kosong atau - berarti belum diukur."
    texts(1) = "Jumlah seluruhnya. Kosong atau - berarti belum diukur."
    texts(2) = "Pengali hasil bagi; 100 bila dikosongkan (50 untuk sampel tanpa pengujian)."
    texts(3) = "Realisasi yang langsung diketahui; dipakai bila pembilang dan penyebut kosong."
    RegisterHelp "REALISASI", about, texts
    ReDim texts(0 To 2)
    about = "Persentase capaian indikator terhadap target, dua desimal. Target 0 menghasilkan #DIV/0!."
    texts(0) = "Target indikator, satuan sama dengan realisasi."
    texts(1) = "Realisasi indikator. Kosong atau - berarti belum diukur."
    texts(2) = "maximize (makin tinggi makin baik, bila dikosongkan) atau minimize."
    RegisterHelp "CAPAIAN", about, texts
    ReDim texts(0 To 1)
    about = "Nilai Pencapaian Indikator: capaian yang dibatasi pada batas tertinggi tahun itu (120)."
    texts(0) = "Persentase capaian indikator."
    texts(1) = "Tahun aturan, misalnya sel ATURAN_TAHUN."
    RegisterHelp "NPI", about, texts
    ReDim texts(0 To 1)
    about = "Capaian penyesuaian: nilai yang dinyatakan bila ada, selain itu nilai menurut aturan (NPI)."
    texts(0) = "Nilai menurut aturan, hasil NPI."
    texts(1) = "Penyesuaian manual yang dinyatakan beserta alasannya; kosong bila tidak ada."
    RegisterHelp "PENYESUAIAN", about, texts
    ReDim texts(0 To 1)
    about = "Kriteria capaian satu indikator menurut tabel kriteria tahun itu."
    texts(0) = "Capaian penyesuaian indikator (atau capaian, menurut aturan tahun itu)."
    texts(1) = "Tahun aturan, misalnya sel ATURAN_TAHUN."
    RegisterHelp "KRITERIA", about, texts
    ReDim texts(0 To 1)
    about = "Predikat Nilai Pencapaian Sasaran (SS, perspektif, atau total) menurut tabel tahun itu."
    texts(0) = "Nilai Pencapaian Sasaran."
    texts(1) = "Tahun aturan, misalnya sel ATURAN_TAHUN."
    RegisterHelp "PREDIKAT", about, texts
    ReDim texts(0 To 1)
    about = "Predikat evaluasi SAKIP dari nilai hasil evaluasi: AA, A, BB, B, CC, C, atau D."
    texts(0) = "Nilai hasil evaluasi, jumlah nilai komponennya."
    texts(1) = "Tahun aturan, misalnya sel ATURAN_TAHUN."
    RegisterHelp "PREDIKAT_SAKIP", about, texts
    ReDim texts(0 To 1)
    about = "Risiko target tahunan tidak tercapai, dari capaian terhadap target sampai dengan bulan itu."
    texts(0) = "Persentase capaian terhadap target sampai dengan bulan itu."
    texts(1) = "Tahun aturan, misalnya sel ATURAN_TAHUN."
    RegisterHelp "RISIKO", about, texts
    ReDim texts(0 To 1)
    about = "Notifikasi realisasi terhadap target akhir Renstra: melampaui, tercapai, atau akan tercapai."
    texts(0) = "Realisasi indikator tahun berjalan."
    texts(1) = "Target akhir periode Renstra."
    RegisterHelp "NOTIFIKASI", about, texts
    ReDim texts(0 To 1)
    about = "Indeks Efisiensi: persentase output dibagi persentase input, dua desimal."
    texts(0) = "Capaian output tanpa batas 120, dalam poin persen."
    texts(1) = "Realisasi anggaran terhadap pagu, dalam poin persen."
    RegisterHelp "IE", about, texts
    ReDim texts(0 To 1)
    about = "Tingkat Efisiensi: (IE - SE) / SE dengan Standar Efisiensi SE = 1, dua desimal."
    texts(0) = "Indeks Efisiensi, hasil IE."
    texts(1) = "Tahun aturan; aturan terbaru yang sudah ditinjau bila dikosongkan."
    RegisterHelp "TE", about, texts
    ReDim texts(0 To 1)
    about = "Kriteria efisiensi dari TE: Efisien bila TE yang dibulatkan tidak negatif."
    texts(0) = "Tingkat Efisiensi, hasil TE."
    texts(1) = "Tahun aturan; aturan terbaru yang sudah ditinjau bila dikosongkan."
    RegisterHelp "EFISIENSI", about, texts
    ReDim texts(0 To 2)
    about = "Nilai Kinerja Anggaran: jumlah berbobot nilai EKA dan IKPA menurut bobot tahun itu."
    texts(0) = "Nilai Evaluasi Kinerja Anggaran (0-100)."
    texts(1) = "Nilai Indikator Kinerja Pelaksanaan Anggaran (0-100)."
    texts(2) = "Tahun aturan, misalnya sel ATURAN_TAHUN."
    RegisterHelp "NKA", about, texts
    ReDim texts(0 To 1)
    about = "Nilai Pencapaian Sasaran: rata-rata nilai yang sudah diukur, tidak dibulatkan."
    texts(0) = "Nilai indikator, sasaran, atau perspektif yang dirata-ratakan."
    texts(1) = "Bobot tiap nilai, sebanyak nilainya; sama besar bila dikosongkan."
    RegisterHelp "NPS", about, texts
    ReDim texts(0 To 1)
    about = "Selisih nilai terhadap pembandingnya, dalam satuan nilai itu (poin), dua desimal."
    texts(0) = "Nilai yang dibandingkan, misalnya realisasi tahun ini."
    texts(1) = "Nilai pembandingnya, misalnya realisasi tahun lalu."
    RegisterHelp "SELISIH", about, texts
    ReDim texts(0 To 0)
    about = "Arah perubahan menurut selisihnya: naik, turun, atau tetap."
    texts(0) = "Selisih terhadap pembanding, hasil SELISIH."
    RegisterHelp "ARAH", about, texts
    ReDim texts(0 To 2)
    about = "Peringkat nilai di antara semua nilai: 1 terbaik; nilai yang sama berbagi peringkat terbaik."
    texts(0) = "Nilai yang dicari peringkatnya."
    texts(1) = "Semua nilai, termasuk nilai itu sendiri; yang belum diukur tidak ikut."
    texts(2) = "maximize (nilai tertinggi terbaik, bila dikosongkan) atau minimize."
    RegisterHelp "PERINGKAT", about, texts
    ReDim texts(0 To 3)
    about = "Nilai suatu unit pada dasar yang sama: tanpa penyesuaiannya sendiri, atau dengan penyesuaian terbesar bagi semua unit; paling tinggi batas capaian tahun itu."
    texts(0) = "Nilai sebagaimana terbit."
    texts(1) = "Tahun aturan, misalnya sel ATURAN_TAHUN."
    texts(2) = "Kenaikan nilai itu karena penyesuaian, dalam poin; 0 bila kosong."
    texts(3) = "Kenaikan semua unit; bila diisi, kenaikan terbesar diberikan kepada unit ini."
    RegisterHelp "SETARA", about, texts
    ReDim texts(0 To 2)
    about = "Kalimat yang menyatakan apakah peringkat bergantung pada dasar perbandingan."
    texts(0) = "Peringkat menurut nilai sebagaimana terbit."
    texts(1) = "Peringkat apabila tidak ada unit yang disesuaikan."
    texts(2) = "Peringkat apabila semua unit disesuaikan."
    RegisterHelp "CATATAN_PERINGKAT", about, texts
    ReDim texts(0 To 0)
    about = "Triwulan dari nomor bulan: 1 sampai 4."
    texts(0) = "Nomor bulan, 1 sampai 12."
    RegisterHelp "TRIWULAN", about, texts
    ThisWorkbook.Saved = saved
End Sub

Private Sub RegisterHelp(ByVal udf As String, ByVal about As String, ByVal texts As Variant)
    Dim book As String
    book = Replace(ThisWorkbook.Name, "'", "''")
    Application.MacroOptions Macro:="'" & book & "'!" & udf, Description:=about, _
        Category:="Lokapom", ArgumentDescriptions:=texts
End Sub
