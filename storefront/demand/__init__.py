"""Demands of a customer: posting, drafts, own list, sending on."""
