"""Confirmations: the enterprise's answer to a filed transaction.

process.py    the transition table
rules.py      who may, and what stands against it
effects.py    what a step writes, and what follows
notices.py    who hears of it
answering.py  taking the answer
timing.py     silence, counted by a timed job
"""
