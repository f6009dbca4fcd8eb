"""Content management: announcements, standing pages, settings.

announcements.py  news, scheduled and pinned
pages.py          about, help, terms, privacy
settings.py       the form made of content/settings.py
"""
