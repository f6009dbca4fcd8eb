"""The audit log: who did what to which row, when and why.

views.py  the list
text.py   what it calls things, and what changed
"""
