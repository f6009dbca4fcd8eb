"""Search: the page, and suggestions."""
