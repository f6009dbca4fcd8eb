"""A change of what was certified of an institution, under review."""
