"""Timed jobs, mails, holidays."""
