"""An affiliation: a consultant in an institution, from the first note to the end of the link."""
