"""The institution's profile and people."""
