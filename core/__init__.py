"""What everything stands on: configuration, clock, database, Markdown."""
