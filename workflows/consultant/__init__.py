"""Consultants: noted, certified, withdrawn; their profiles."""
