Attribute VB_Name = "LokapomFungsi"
' Dihasilkan oleh `lokapom-xl build`; jangan diubah dengan tangan.
Option Explicit

Public Function ANGKA(teks)
    ANGKA = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "ANGKA", Array(teks))
End Function

Public Function ARAH(selisih)
    ARAH = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "ARAH", Array(selisih))
End Function

Public Function CAPAIAN(target, realisasi, Optional polaritas)
    CAPAIAN = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "CAPAIAN", Array(target, realisasi, polaritas))
End Function

Public Function CATATAN_PERINGKAT(terbit, tanpa, semua)
    CATATAN_PERINGKAT = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "CATATAN_PERINGKAT", Array(terbit, tanpa, semua))
End Function

Public Function EFISIENSI(te, Optional tahun)
    EFISIENSI = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "EFISIENSI", Array(te, tahun))
End Function

Public Function IE(persen_output, persen_input)
    IE = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "IE", Array(persen_output, persen_input))
End Function

Public Function KRITERIA(nilai, tahun)
    KRITERIA = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "KRITERIA", Array(nilai, tahun))
End Function

Public Function NKA(eka, ikpa, tahun)
    NKA = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "NKA", Array(eka, ikpa, tahun))
End Function

Public Function NOTIFIKASI(realisasi, target_renstra)
    NOTIFIKASI = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "NOTIFIKASI", Array(realisasi, target_renstra))
End Function

Public Function NPI(capaian, tahun)
    NPI = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "NPI", Array(capaian, tahun))
End Function

Public Function NPS(nilai, Optional bobot)
    NPS = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "NPS", Array(nilai, bobot))
End Function

Public Function PENYESUAIAN(npi, Optional dinyatakan)
    PENYESUAIAN = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "PENYESUAIAN", Array(npi, dinyatakan))
End Function

Public Function PERINGKAT(nilai, semua, Optional polaritas)
    PERINGKAT = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "PERINGKAT", Array(nilai, semua, polaritas))
End Function

Public Function PREDIKAT(nps, tahun)
    PREDIKAT = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "PREDIKAT", Array(nps, tahun))
End Function

Public Function PREDIKAT_SAKIP(nilai, tahun)
    PREDIKAT_SAKIP = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "PREDIKAT_SAKIP", Array(nilai, tahun))
End Function

Public Function REALISASI(pembilang, penyebut, Optional faktor, Optional langsung)
    REALISASI = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "REALISASI", Array(pembilang, penyebut, faktor, langsung))
End Function

Public Function RISIKO(capaian_bulan, tahun)
    RISIKO = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "RISIKO", Array(capaian_bulan, tahun))
End Function

Public Function SELISIH(nilai, pembanding)
    SELISIH = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "SELISIH", Array(nilai, pembanding))
End Function

Public Function SETARA(nilai, tahun, Optional kenaikan, Optional kenaikan_semua)
    SETARA = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "SETARA", Array(nilai, tahun, kenaikan, kenaikan_semua))
End Function

Public Function TE(ie, Optional tahun)
    TE = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "TE", Array(ie, tahun))
End Function

Public Function TRIWULAN(bulan)
    TRIWULAN = LokapomCalculate("lokapom_xl.hosts.excel.udfs", "TRIWULAN", Array(bulan))
End Function
