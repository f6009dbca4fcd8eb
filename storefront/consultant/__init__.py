"""Consultants: the public directory, and their own certification."""
