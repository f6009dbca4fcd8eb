"""What a person finds in the account."""
