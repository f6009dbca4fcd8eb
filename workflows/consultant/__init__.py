"""A consultant: noted, invited, certified, linked, unlinked."""
