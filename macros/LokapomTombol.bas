Attribute VB_Name = "LokapomTombol"
' Dihasilkan oleh `lokapom-xl build`; jangan diubah dengan tangan.
Option Explicit

' Isi sel kuning dari berkas CSV, JSON, buku kerja, atau buku lain yang terbuka.
Public Sub LokapomIsi()
    LokapomRun "isi"
End Sub

' Hitung ulang semua rumus, lalu bandingkan hasilnya dengan aturan.
Public Sub LokapomHitung()
    LokapomRun "hitung"
End Sub

' Periksa buku ini; sel yang bermasalah diberi warna dan catatan.
Public Sub LokapomValidasi()
    LokapomRun "validasi"
End Sub

' Hapus warna, catatan, dan lembar hasil Validasi; tampilan kembali seperti semula.
Public Sub LokapomHapusTanda()
    LokapomRun "hapus_tanda"
End Sub

' Batalkan pekerjaan terakhir tombol Lokapom pada buku ini.
Public Sub LokapomBatalkan()
    LokapomRun "batalkan"
End Sub

' Simpan salinan berisi nilai saja, tanpa makro, dengan lembar asal-usul, untuk dikirim.
Public Sub LokapomBekukan()
    LokapomRun "bekukan"
End Sub

' Buka petunjuk pemakaian.
Public Sub LokapomPanduan()
    LokapomRun "panduan"
End Sub

Public Sub LokapomRibbon(ByVal control As IRibbonControl)
    LokapomRun control.Tag
End Sub
