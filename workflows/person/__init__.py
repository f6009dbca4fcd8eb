"""People: accounts, their enterprises, roles, consents, and leaving."""
