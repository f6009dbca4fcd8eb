"""Single sign-on (OpenID Connect).

sso.py          to the provider and back
sso_join.py     joined to an account that is there
sso_session.py  what is kept meanwhile
staff_invitation.py  a new member of the staff chooses a password
"""
