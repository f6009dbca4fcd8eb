"""The platform's catalogue of regular products."""
