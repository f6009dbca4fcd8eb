"""Invitations by mail: colleagues into a workbench, consultants into an institution.

process.py     the transition table
rules.py       who may, and what stands against it
effects.py     what a step writes, and what follows
notices.py     who hears of it
forms.py       what a step asks
sending.py     asking a colleague in
acceptance.py  what stands against a consultant's yes
claiming.py    the note becomes the consultant's own profile
quota.py       how many an institution sends, and an address gets
state.py       alive, opened, expired, never arrived
tokens.py      the secret of the link
reminders.py   the reminder on the seventh day
locking.py     what is locked before the rows
"""
