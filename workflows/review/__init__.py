"""Reviews of both sides of a transaction."""
