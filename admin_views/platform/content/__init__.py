"""What administrators write and set."""
