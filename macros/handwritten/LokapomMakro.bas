Attribute VB_Name = "LokapomMakro"
' Written by hand: what happens when the book is opened or closed and when a button is pressed.
' The buttons themselves are in LokapomTombol, which is generated.
Option Explicit
Option Private Module

Private Const MANUAL As Long = -4135

' This book has stopped automatic calculation; the two settings are what they were before.
Private stopped As Boolean
Private calculationBefore As Long
Private beforeSaveBefore As Boolean

' When the book has been opened.
Public Sub LokapomOpened()
    LokapomRegisterHelp
    If Not LokapomPythonAnswers() Then StopCalculating
End Sub

' When the book is about to be closed. The person may still decide to keep it open: its own cells rest then.
Public Sub LokapomClosing()
    Dim sheet As Object
    If Not stopped Then Exit Sub
    For Each sheet In ThisWorkbook.Worksheets
        sheet.EnableCalculation = False
    Next sheet
    StartCalculating
End Sub

' A button: the function of that name in lokapom_xl/hosts/excel/macros.py, which has this book as its caller.
Public Sub LokapomRun(ByVal macroName As String)
    Dim python As Object, calculation As Long
    calculation = Application.Calculation
    On Error GoTo failed
    If Not LokapomPythonAnswers() Then
        LokapomTell "Tombol ini memerlukan Python. Tidak ada yang diubah di buku ini."
        GoTo finish
    End If
    If stopped Then
        StartCalculating
        calculation = Application.Calculation
    End If
    Application.StatusBar = "Lokapom: memulai ..."
    ' Long work must not make Excel ask whether to go on waiting.
    Application.DisplayAlerts = False
    Set python = XLPy
    python.SetAttr python.Module("xlwings._xlwindows"), "BOOK_CALLER", ThisWorkbook
    python.Exec "from lokapom_xl.hosts.excel.macros import run; run('" & macroName & "')"
finish:
    On Error Resume Next
    Application.StatusBar = False
    Application.DisplayAlerts = True
    Application.ScreenUpdating = True
    Application.EnableEvents = True
    Exit Sub
failed:
    LokapomFailed Err.Description
    On Error Resume Next
    Application.Calculation = calculation
    Resume finish
End Sub

' Nothing is calculated until Python answers, so that every cell keeps the value with which it was saved.
Private Sub StopCalculating()
    If Not stopped Then
        calculationBefore = Application.Calculation
        beforeSaveBefore = Application.CalculateBeforeSave
        stopped = True
    End If
    Application.Calculation = MANUAL
    Application.CalculateBeforeSave = False
    LokapomTell "Nilai yang tersimpan di buku ini tetap tampak. Supaya tidak hilang, Excel diatur " & _
        "menghitung secara manual (Rumus > Opsi Penghitungan), juga untuk buku lain yang terbuka, " & _
        "sampai buku ini ditutup."
End Sub

Private Sub StartCalculating()
    stopped = False
    Application.CalculateBeforeSave = beforeSaveBefore
    Application.Calculation = calculationBefore
End Sub
