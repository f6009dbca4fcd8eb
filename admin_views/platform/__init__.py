"""The platform's office at /admin: queues, people, settings. For its own staff."""
