"""Consultants: applications, the register."""
