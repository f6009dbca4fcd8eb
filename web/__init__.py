"""What every request passes: hooks, headers, page cache, compression, template context."""
