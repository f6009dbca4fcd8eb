"""Enquiries (帮我找服务): requests without addressee.

posting.py  the form
own.py      the shortlist, the answers, the pick
"""
