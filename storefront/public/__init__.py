"""What anybody may read, and how it is found."""
