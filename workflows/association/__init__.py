"""An institution's membership of the association (促进会)."""
