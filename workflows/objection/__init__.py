"""Objections: an enterprise or a credit code is held by somebody else.

process.py   the transition table
rules.py     who may, and what stands against it
effects.py   what a decision writes, and what follows
notices.py   who hears of it
contested.py  what the holder learns of it
making.py    an objection is made, with its evidence
"""
