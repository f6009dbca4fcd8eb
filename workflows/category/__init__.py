"""Categories: retired, restored, moved."""
