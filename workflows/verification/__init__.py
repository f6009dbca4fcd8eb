"""Verifications: a person shows that they may speak for their enterprise.

process.py   the transition table
rules.py     who may, and what stands against it
effects.py   what a step writes, and what follows
notices.py   who hears of it
forms.py     what a step asks
codes.py     the code of a letter or a call: made, and entered
handing_in.py  the licence, or the wish for a code
"""
