Attribute VB_Name = "LokapomMakro"
' Written by hand: what happens when the book is opened or closed and when a button is pressed.
' The buttons themselves are in LokapomTombol, which is generated.
Option Explicit
Option Private Module

Private Const AUTOMATIC As Long = -4105
Private Const MANUAL As Long = -4135

' This book has stopped automatic calculation; the two settings are what they were before.
Private stopped As Boolean
Private calculationBefore As Long
Private beforeSaveBefore As Boolean
' The sheets of this book do not calculate.
Private resting As Boolean

' When the book has been opened.
Public Sub LokapomOpened()
    LokapomRegisterHelp
    If Not LokapomReady() Then
        StopCalculating
    ElseIf Application.Calculation = MANUAL Then
        ' Saved like that where Python did not answer; or the person's wish, who then sets it again.
        Application.CalculateBeforeSave = True
        Application.Calculation = AUTOMATIC
        MsgBox "Penghitungan otomatis dinyalakan kembali: buku ini pernah disimpan di komputer yang " & _
               "tidak dapat menghitung.", vbExclamation, "Lokapom"
    End If
End Sub

' When the book is about to be closed. The person may still decide to keep it open: its own cells rest then.
Public Sub LokapomClosing()
    If Not stopped Then Exit Sub
    Rest True
    Application.CalculateBeforeSave = beforeSaveBefore
    Application.Calculation = calculationBefore
    stopped = False
End Sub

' A button: the function of that name in lokapom_xl/hosts/excel/macros.py, which has this book as its caller.
Public Sub LokapomRun(ByVal macroName As String)
    Dim python As Object, calculation As Long, updating As Boolean, events As Boolean
    calculation = Application.Calculation
    updating = Application.ScreenUpdating
    events = Application.EnableEvents
    On Error GoTo failed
    If Not LokapomReady() Then
        LokapomTell "Tombol ini memerlukan Python. Tidak ada yang diubah di buku ini."
        GoTo finish
    End If
    If stopped Or resting Then
        StartCalculating
        calculation = Application.Calculation
    End If
    ' Long work must not make Excel ask whether to go on waiting.
    Application.DisplayAlerts = False
    Set python = XLPy
    python.SetAttr python.Module("xlwings._xlwindows"), "BOOK_CALLER", ThisWorkbook
    python.Exec "from lokapom_xl.hosts.excel.macros import run; run('" & macroName & "')"
finish:
    On Error Resume Next
    Application.StatusBar = False
    Application.DisplayAlerts = True
    Application.ScreenUpdating = updating
    Application.EnableEvents = events
    Exit Sub
failed:
    LokapomFailed Err.Description
    On Error Resume Next
    Application.Calculation = calculation
    Resume finish
End Sub

' Whether Python answers. Excel stands still while it waits, so it says for what.
Private Function LokapomReady() As Boolean
    Application.StatusBar = "Lokapom: menghubungi Python (paling lama satu menit) ..."
    LokapomReady = LokapomPythonAnswers()
    Application.StatusBar = False
End Function

' Nothing is calculated until Python answers, so that every cell keeps the value with which it was saved.
Private Sub StopCalculating()
    If Not stopped Then
        calculationBefore = Application.Calculation
        beforeSaveBefore = Application.CalculateBeforeSave
        ' A book that was saved while it was stopped has brought this along.
        If calculationBefore = MANUAL Then calculationBefore = AUTOMATIC
        stopped = True
    End If
    Application.Calculation = MANUAL
    Application.CalculateBeforeSave = False
    LokapomTell "Nilai yang tersimpan di buku ini tetap tampak. Supaya tidak hilang, Excel diatur " & _
        "menghitung secara manual (Rumus > Opsi Penghitungan), juga untuk buku lain yang terbuka, " & _
        "sampai buku ini ditutup. Sebaiknya tutup buku ini tanpa menyimpan."
End Sub

Private Sub StartCalculating()
    Rest False
    If stopped Then
        Application.CalculateBeforeSave = beforeSaveBefore
        Application.Calculation = calculationBefore
    End If
    stopped = False
End Sub

' While its sheets rest, nothing in this book is calculated, whoever asks; afterwards Excel does it at once.
Private Sub Rest(ByVal wanted As Boolean)
    Dim sheet As Object
    If resting = wanted Then Exit Sub
    For Each sheet In ThisWorkbook.Worksheets
        sheet.EnableCalculation = Not wanted
    Next sheet
    resting = wanted
End Sub
