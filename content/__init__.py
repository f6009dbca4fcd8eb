"""Content management: what administrators set, and the values in force.

settings.py         site settings: key, label, default, kind; CONTACTS
setting_changes.py  changing settings, on record
pages.py            standing pages: about, help, terms, privacy
categories.py       flask categories load
"""
