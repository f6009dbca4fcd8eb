"""Consultants: the review queue and the register.

applications.py  the queue
views.py         the register
"""
