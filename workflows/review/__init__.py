"""Reviews (评价): both sides of a transaction, sealed, published together.

process.py  the transition table
rules.py    who may, and what stands against it
effects.py  what a step writes, and what follows
notices.py  who hears of it
forms.py    what a step asks
timing.py   reminders and the end, by timed jobs
locking.py  what is locked before the rows
"""
