"""The institution's profile and staff.

profile.py  what changes at once, and what is reviewed
staff.py    the people of the workbench
"""
