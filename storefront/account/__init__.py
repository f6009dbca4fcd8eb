"""The customer's account (/account/).

start.py        the start page
profile.py      one's own details
enterprise.py   the enterprise and its people
verification.py showing that one may speak for it
notices.py      the bell
favourites.py   favourites
consents.py     agreeing to the terms in force
settings.py     mails, sign-ins, language, closing
attachments.py  downloads
"""
