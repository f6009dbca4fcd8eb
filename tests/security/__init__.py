"""Security cases: what a review or a stranger tried, one file a case."""
