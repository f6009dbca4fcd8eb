"""The enterprise's transactions."""
