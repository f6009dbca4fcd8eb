"""Working days of the park: the calendar and its public holidays.

calendar.py  working days: counted, added, between two moments
holidays.py  the holiday table filled from what is published, or pasted; flask holidays load
"""
