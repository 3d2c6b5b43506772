"""The functions as they live in Excel: worksheet functions through xlwings, their VBA and their tooltips."""

UDF_MODULE = "lokapom_xl.hosts.excel.udfs"
"""What the workbook's VBA calls, and what `UDF Modules` on the sheet `xlwings.conf` names."""

CATEGORY = "Lokapom"
"""Where Excel's function wizard lists the functions."""
