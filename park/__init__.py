"""The park's register of enterprises: import from a file, and queries."""
