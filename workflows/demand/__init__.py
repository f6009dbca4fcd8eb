"""What is asked for: demands, and enquiries that look for somebody to ask."""
