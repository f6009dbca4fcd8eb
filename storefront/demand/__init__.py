"""Demands: posting one, and what becomes of it."""
