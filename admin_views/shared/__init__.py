"""What both back offices say of the same subject."""
