"""What came of it: deals, their confirmation, and the reviews of both sides."""
