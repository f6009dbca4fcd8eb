"""What administrators set: settings, pages, categories."""
