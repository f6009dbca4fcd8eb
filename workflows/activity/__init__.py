"""Activities (活动备案): public-benefit activities, filed or mailed, and their points.

process.py  the transition table
rules.py    who may, and what stands against it
effects.py  what a step writes, and what follows
notices.py  who hears of it
forms.py    what a step asks
points.py   the points of each role, by the rule in force
writing.py  filing one, and changing what was filed
"""
