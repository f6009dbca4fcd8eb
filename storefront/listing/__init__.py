"""What the lists of institutions, consultants and products have in common.

filters.py      what an address asks for: words, category, rating, association, park, order
queries.py      the same in SQL: membership, park, activity score and rating
sort_orders.py  the sort orders, as a database reads them quickly
keyset.py       keyset pagination
statistics.py   statistics of institutions: rating, score, transactions, response time
"""
