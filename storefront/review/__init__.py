"""Reviews: the public ones, and the enterprise's own.

public_reviews.py  what anybody may read
own.py             what waits, was written, was received
filters.py         of its lists
"""
