Attribute VB_Name = "LokapomPython"
' Written by hand: how a worksheet function reaches Python, and what comes back into the cell.
' The functions themselves are in LokapomFungsi, which is generated.
Option Explicit
Option Private Module

' Python as xlwings found it. Kept, because finding it reads the settings anew for every call.
Private connection As Object
' Python could not be started: every further cell would only wait for the same failure.
Private unreachable As Boolean
' The message is shown once, not for every cell, and not while somebody only asks whether Python answers.
Private told As Boolean
Private asking As Boolean
' Why the last call failed, in the words of the program that failed.
Private reason As String

' The value of a function for a cell or a whole range. Never a text in place of an error: SUM would skip it.
Public Function LokapomCalculate(ByVal moduleName As String, ByVal functionName As String, _
                                 ByVal arguments As Variant) As Variant
    Dim values() As Variant, answer As Variant, i As Long, last As Long
    LokapomCalculate = CVErr(2042)
    If unreachable Then Exit Function
    On Error GoTo failed
    last = UBound(arguments)
    Do While last > LBound(arguments)
        If Not IsMissing(arguments(last)) Then Exit Do
        last = last - 1
    Loop
    ' Arguments left out at the end are not handed over; one left out before others is an empty cell.
    ReDim values(0 To last - LBound(arguments))
    For i = 0 To UBound(values)
        If Not IsMissing(arguments(LBound(arguments) + i)) Then
            values(i) = CellValues(arguments(LBound(arguments) + i))
        End If
    Next i
    If CallPython(moduleName, functionName, values, answer) Then LokapomCalculate = WithErrors(answer)
    Exit Function
failed:
    TellOnce Err.Description
    LokapomCalculate = CVErr(2042)
End Function

' Whether Python calculates; no message. Asked when the book is opened and when a button is pressed.
Public Function LokapomPythonAnswers() As Boolean
    Dim answer As Variant
    unreachable = False
    asking = True
    answer = ANGKA("1")
    asking = False
    If Not IsError(answer) Then LokapomPythonAnswers = (answer = 1)
    ' A later failure is a new one, to be told.
    If LokapomPythonAnswers Then told = False
End Function

' Python's answer; False, with a message, if there is none.
Private Function CallPython(ByVal moduleName As String, ByVal functionName As String, _
                            ByVal values As Variant, ByRef answer As Variant) As Boolean
    Dim kept As Boolean, done As Boolean, details As String
    kept = Not connection Is Nothing
    done = Ask(moduleName, functionName, values, answer, details)
    ' A connection that was kept may be one to a Python that has ended since: once more with a new one.
    If kept And Not done Then done = Ask(moduleName, functionName, values, answer, details)
    If Not done Then TellOnce details
    CallPython = done
End Function

Private Function Ask(ByVal moduleName As String, ByVal functionName As String, ByVal values As Variant, _
                     ByRef answer As Variant, ByRef details As String) As Boolean
    On Error GoTo failed
    If connection Is Nothing Then
        unreachable = True
        Set connection = XLPy
        unreachable = False
    End If
    ' Without workbook and calling cell: the functions look at their arguments alone.
    answer = connection.CallUDF(moduleName, functionName, values)
    Ask = True
    Exit Function
failed:
    details = Err.Description
    Set connection = Nothing
End Function

' An argument as plain values, fetched here at once: Python would have to ask Excel for them one by one.
Private Function CellValues(ByVal argument As Variant) As Variant
    If TypeName(argument) = "Range" Then
        CellValues = RangeValues(argument)
    Else
        CellValues = argument
    End If
End Function

' Value2, because Value cuts amounts in currency format to four decimals and makes dates of numbers.
Private Function RangeValues(ByVal given As Object) As Variant
    Dim column() As Variant, area As Variant, cell As Variant, n As Long
    If given.Areas.Count = 1 Then
        RangeValues = InUse(given).Value2
        Exit Function
    End If
    ' Value2 of several areas would be that of the first one alone.
    For Each area In given.Areas
        n = n + InUse(area).Cells.Count
    Next area
    ReDim column(1 To n, 1 To 1)
    n = 0
    For Each area In given.Areas
        For Each cell In InUse(area).Cells
            n = n + 1
            column(n, 1) = cell.Value2
        Next cell
    Next area
    RangeValues = column
End Function

' Of whole columns the rows down to the last one in use, not a million empty ones.
Private Function InUse(ByVal given As Object) As Object
    Dim sheet As Object
    Set sheet = given.Worksheet
    If given.Rows.Count = sheet.Rows.Count Then
        Set InUse = given.Resize(sheet.UsedRange.Row + sheet.UsedRange.Rows.Count - 1)
    Else
        Set InUse = given
    End If
End Function

' The result of Python with real error values in place of the texts that stand for them.
Private Function WithErrors(ByVal result As Variant) As Variant
    Dim i As Long, j As Long
    Select Case Dimensions(result)
    Case 0
        result = WithError(result)
    Case 1
        For i = LBound(result) To UBound(result)
            result(i) = WithError(result(i))
        Next i
    Case Else
        For i = LBound(result, 1) To UBound(result, 1)
            For j = LBound(result, 2) To UBound(result, 2)
                result(i, j) = WithError(result(i, j))
            Next j
        Next i
    End Select
    WithErrors = result
End Function

' The mark is that of lokapom_xl/hosts/excel/convert.py; Excel's number of the error follows it.
Private Function WithError(ByVal value As Variant) As Variant
    Dim mark As String
    WithError = value
    If VarType(value) = vbString Then
        mark = Chr$(31) & "lokapom:"
        If Left$(value, Len(mark)) = mark Then WithError = CVErr(CLng(Mid$(value, Len(mark) + 1)))
    End If
End Function

Private Function Dimensions(ByVal value As Variant) As Long
    If Not IsArray(value) Then Exit Function
    Dimensions = 1
    On Error GoTo one
    If UBound(value, 2) >= LBound(value, 2) Then Dimensions = 2
one:
End Function

' One message in a session for all cells.
Private Sub TellOnce(ByVal details As String)
    reason = details
    If told Or asking Then Exit Sub
    told = True
    LokapomTell "Sel yang dihitung ulang berisi #N/A; sel lain tidak berubah."
End Sub

' A button's work that ended in the middle, because Python ended.
Public Sub LokapomFailed(ByVal details As String)
    reason = details
    LokapomTell "Pekerjaan terhenti sebelum selesai; Batalkan mengembalikan isi sebelumnya."
End Sub

' That Python does not answer: what it means here, and what to do.
Public Sub LokapomTell(ByVal consequence As String)
    MsgBox "Python tidak menjawab atau berhenti karena kesalahan." & vbCrLf & _
           consequence & vbCrLf & vbCrLf & _
           "Yang perlu dilakukan:" & vbCrLf & _
           "1. Buka Command Prompt dan jalankan: " & Doctor() & vbCrLf & _
           "2. Ikuti petunjuknya." & vbCrLf & _
           "3. Tutup Excel, lalu buka kembali buku ini." & vbCrLf & vbCrLf & _
           "Keterangan untuk petugas TI: " & Right$(reason, 300), vbExclamation, "Lokapom"
End Sub

' The command, with its folder: that of the Python that Excel uses is seldom among those that are searched.
Private Function Doctor() As String
    Dim python As String, program As String
    Doctor = "lokapom-xl excel doctor"
    On Error GoTo unknown
    python = GetConfig("INTERPRETER_WIN", "")
    program = Left$(python, InStrRev(python, "\")) & "lokapom-xl.exe"
    If InStr(python, "\") > 0 And Dir(program) <> "" Then Doctor = """" & program & """ excel doctor"
unknown:
End Function
