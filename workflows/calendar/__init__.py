"""The calendar of working days: what keeps it filled, and who is warned where it is not."""
