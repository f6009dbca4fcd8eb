"""The link in the mail that asks about a transaction (/confirmations/<token>)."""
