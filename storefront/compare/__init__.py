"""Up to four side by side."""
