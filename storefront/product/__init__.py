"""Products: the public directory and the page of each."""
