"""Featured products (特色服务产品).

views.py    the list
drafts.py   new ones
changes.py  changes that wait
editing.py  the pages on which they are written
files.py    files that come with the form
terms.py    price and consultants, changed at once
"""
