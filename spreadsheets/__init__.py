"""Spreadsheets and CSV files: import and export.

cells.py  reading what people upload, whatever its origin
files.py  writing xlsx and csv without live formulas
"""
