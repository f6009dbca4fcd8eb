"""Search (/search): the page, and suggestions.

page.py         the page
results.py      what is found, best first
kinds.py        the kinds of things
suggestions.py  while somebody types
"""
