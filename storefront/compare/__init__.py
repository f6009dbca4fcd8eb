"""Comparison: up to four institutions or products side by side (/compare).

page.py    the page
tables.py  its rows
"""
