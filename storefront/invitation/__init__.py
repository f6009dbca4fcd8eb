"""The link in an invitation."""
