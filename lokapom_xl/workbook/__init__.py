"""Workbooks: what the official ones look like, how they are found, read, evaluated and written."""
