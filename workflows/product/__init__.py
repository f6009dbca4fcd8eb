"""Featured products (特色产品) and changes of them.

process.py         the transition table
rules.py           who may, and what stands against it
effects.py         what a step writes, and what follows
notices.py         who hears of it
forms.py           what a step asks
change_process.py  the transition table of a change
change_rules.py    what stands against it
change_effects.py  what its approval does to the public version
starts.py          a draft is made once for a form
drafts.py          writing a draft or a change
paper.py           what is filled in
terms.py           price and consultants, changed at once
files.py           cover and attachments
differences.py     field by field
text.py            a product in words
locking.py         what is locked before the rows
"""
