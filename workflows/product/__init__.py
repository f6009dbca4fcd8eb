"""Featured products and their changes."""
