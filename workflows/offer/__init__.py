"""An institution's offer of a regular product (常规产品)."""
