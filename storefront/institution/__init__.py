"""Institutions: the public directory (/institutions), and applying for certification.

directory.py            the list and the page of each
facts.py                its activities
products.py             what it offers
certification.py        the application
certification_form.py   its form
certification_steps.py  withdrawn, begun again
application_draft.py    what a draft keeps
"""
