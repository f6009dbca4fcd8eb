"""A filed transaction: written, filed, approved, and perhaps revoked."""
