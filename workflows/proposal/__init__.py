"""Proposals (four-eyes principle): a second person confirms the gravest steps.

process.py    the transition table
rules.py      who may decide, and what stands against it
notices.py    who hears of it
proposing.py  how a step becomes a proposal
timing.py     the end of its days
"""
