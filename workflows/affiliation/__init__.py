"""Affiliations: a consultant in an institution, from the first note to the end of the link.

process.py    the transition table
rules.py      who may, and what stands against it
effects.py    what a step writes, and what follows
notices.py    who hears of it
forms.py      what a step asks
hand_over.py  what the end of a link touches, and who takes over
"""
