"""Institutions: application, certification, profile, staff."""
