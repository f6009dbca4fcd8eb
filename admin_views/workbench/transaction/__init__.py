"""Transactions filed (交易备案).

views.py    the list
editing.py  the pages on which one is written
form.py     what is filled in
choices.py  what can be chosen
files.py    the scans
"""
