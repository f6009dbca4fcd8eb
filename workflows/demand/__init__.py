"""Demands (服务需求): what an enterprise asks of an institution, and what became of it.

process.py           the transition table
rules.py             who may, and what stands against it
effects.py           what a step writes, and what follows
notices.py           who hears of it
forms.py             what a step asks
targets.py           a consultant, product or offer that is asked for
contact.py           the contact, and every look on record
product_snapshot.py  the product as it stood that day
"""
