"""Consultants: noted, certified, withdrawn; their profiles and qualifications.

process.py             the transition table
rules.py               who may, and what stands against it
effects.py             what a step writes, and what follows
notices.py             who hears of it
forms.py               what a step asks
notes.py               an institution's note of somebody
profile.py             changes of one's own profile
writing.py             writing down what a form says
facts.py               the profile: its columns, what is missing, what changed
person_form.py         what every form asks
qualification_form.py  the row of a licence
duplicates.py          who shares a mobile, an address, a number
expiry.py              qualifications that run out
file_import.py         several from one file
"""
