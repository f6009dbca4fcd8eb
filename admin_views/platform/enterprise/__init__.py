"""Enterprises and the park's register."""
