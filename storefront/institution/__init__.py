"""Institutions: the public directory, and applying for certification."""
