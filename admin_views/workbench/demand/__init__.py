"""Demand management (需求管理).

views.py         the list and the page of one
cells.py         what its cells say
transactions.py  from a demand to its transaction
"""
