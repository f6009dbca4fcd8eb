"""Profile changes: a change of what was certified of an institution, under review.

process.py  the transition table
rules.py    who may, and what stands against it
effects.py  what a step writes, and what follows
notices.py  who hears of it
forms.py    what a step asks
writing.py  what changes at once, and what waits
"""
