"""The customer's transactions: read, confirmed, denied."""
