"""Institutions: the review queue, the register, profile changes, the association.

applications.py     the queue
views.py            the register: suspended, revoked
profile_changes.py  changes under review
association.py      memberships of the association
"""
