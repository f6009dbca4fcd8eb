"""Products: the public directory (/products) and the page of each.

directory.py     the list of both kinds
filters.py       what its address asks for
parameters.py    filtering by parameters
list_queries.py  which rows stand on it
page.py          a featured product
regular.py       a regular product
files.py         pictures and documents
"""
