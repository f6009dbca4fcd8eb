"""Regular offers: an institution's listing of a regular product (常规产品, 上架).

process.py  the transition table
rules.py    who may, and what stands against it
notices.py  who hears of it
forms.py    what a step asks
listing.py  several at once
"""
