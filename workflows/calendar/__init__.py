"""The calendar of working days: filled by itself, and a warning where a year is missing.

upkeep.py  the daily job, and the mail to administrators
"""
