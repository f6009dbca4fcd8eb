"""Forms (WTForms): the base form and the fields of this trade.

base.py         the base form, reasons, keys that post once
text.py         what is typed, normalised (Unicode)
fields.py       amounts, numbers, days and moments as people write them
contact.py      validators of telephone, mobile, e-mail, web address
credit_code.py  the unified social credit code
categories.py   the categories that an institution ticks
price.py        one amount, a range, or by agreement
"""
