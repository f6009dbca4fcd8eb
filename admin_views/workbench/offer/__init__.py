"""Regular products (常规产品) that the institution offers.

views.py   the list
choice.py  chosen from the catalogue, several at once
"""
