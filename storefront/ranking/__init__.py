"""The public ranking (/ranking), and why each stands where they stand."""
