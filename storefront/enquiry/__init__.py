"""Enquiries: a request without addressee."""
