"""The link in an invitation (/invitations/<token>).

link.py          who invites, and the yes
registration.py  registering by it
state.py         where it stands
"""
