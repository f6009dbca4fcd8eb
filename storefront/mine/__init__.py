"""What a person finds in his account."""
