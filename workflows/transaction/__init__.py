"""Transactions (交易备案): written, filed, approved, and perhaps revoked.

process.py        the transition table
rules.py          who may, and what stands against it
effects.py        what a step writes, and what follows
notices.py        who hears of it
writing.py        what is written, on record
filing.py         starting a draft, and filing it
parties.py        finding the other side
origin.py         out of demands
asking.py         the question put to the enterprise
cautions.py       what a reviewer should know
speakers.py       who confirmed: first person, joined when, verified how
same_place.py     both sides in one network, or on one device
related_sides.py  what both sides share
"""
