"""Categories and their parameters."""
