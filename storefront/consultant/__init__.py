"""Consultants: the public directory (/consultants), and their own certification.

directory.py          the list and the page of each
facts.py              what the page says
own_certification.py  fill in, save, submit
"""
