"""Workbooks of BPOM's local offices: fill, compute and validate performance indicators."""

__version__ = "0.1.0"
