"""The public ranking."""
