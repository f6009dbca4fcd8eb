"""Demands: posting one (/demands/new), and what becomes of it.

posting.py   the form, once per click, and the receipt
target.py    whom it is posted to
forms.py     what is filled in
files.py     files that go with it
drafts.py    kept until posted
own.py       the customer's list and steps
timeline.py  its history
send_on.py   an ended one goes on
"""
