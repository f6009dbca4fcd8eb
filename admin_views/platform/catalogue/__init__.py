"""The catalogue of regular products, kept by administrators.

items.py  the list and its form
files.py  import and export
"""
