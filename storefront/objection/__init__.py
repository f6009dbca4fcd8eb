"""Objections of people who find their enterprise, or the code of their application, taken.

page.py  what is held, the form, and what became of it
"""
