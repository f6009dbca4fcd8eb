"""Working days of the park: the calendar and its holidays."""
