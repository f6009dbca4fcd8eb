"""Featured products (特色服务产品).

views.py       the list
drafts.py      new ones
changes.py     changes that wait
writing.py     the pages on which they are written
sent_files.py  files that come with the form
terms.py       price and consultants, changed at once
"""
