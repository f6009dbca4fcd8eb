"""Institutions: application, certification, suspension; their profile and staff.

process.py  the transition table
rules.py    who may, and what stands against it
effects.py  what a step writes, and what follows
notices.py  who hears of it
forms.py    what a step asks
facts.py    what an application says, and what changed in it
staff.py    the people of a workbench
locking.py  what is locked before the rows
"""
