"""Association memberships (促进会会员): applied for, decided, ended.

process.py  the transition table
rules.py    who may, and what stands against it
notices.py  who hears of it
"""
