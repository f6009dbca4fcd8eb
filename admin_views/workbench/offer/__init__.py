"""Regular products (常规产品)."""
