"""Consultant management (顾问管理).

views.py        the list
cells.py        what its cells say
filters.py      what it filters by
file_import.py  several from a file
unlinking.py    the end of a link, and the hand-over
own_page.py     what a consultant sees of themselves
"""
