"""Enterprises, who acts for them, and the park's register.

views.py            the lists
verifications.py    who asks to be verified for their enterprise
register_import.py  the register from a file
"""
