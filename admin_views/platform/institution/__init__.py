"""Institutions: applications, the register, changes, the association."""
