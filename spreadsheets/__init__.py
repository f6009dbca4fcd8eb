"""Spreadsheets and CSV files: reading and writing."""
