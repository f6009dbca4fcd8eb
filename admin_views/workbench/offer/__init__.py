"""Regular products (常规产品) that the institution offers.

views.py             the list
catalogue_choice.py  chosen from the catalogue, several at once
"""
