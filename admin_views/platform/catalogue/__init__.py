"""The catalogue of regular products."""
