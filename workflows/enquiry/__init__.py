"""Enquiries (帮我找服务): requests without addressee; the platform proposes, the enterprise picks.

process.py            the transition table
rules.py              who may, and what stands against it
effects.py            what a step writes, and what follows
notices.py            who hears of it
forms.py              what a step asks
candidate_process.py  the transition table of a candidate
suggestions.py        which institutions fit
pick.py               the enquiry becomes a demand, once
"""
