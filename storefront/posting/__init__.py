"""Posting a demand, and what becomes of it."""
