"""What the lists of institutions, consultants and products have in common.

filters.py    what an address asks for: words, category, rating, association, park, order
standing.py   the same in SQL: who is a member, who is settled in the park, activity and rating
orders.py     what a list goes by, as a database reads it quickly
keyset.py     which rows stand on a page, however far down the list it is
"""
