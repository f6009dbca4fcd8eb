"""Enterprises, who acts for them, and the park's register.

views.py            the lists
register_import.py  the register from a file
"""
