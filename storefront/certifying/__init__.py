"""Becoming a service institution."""
