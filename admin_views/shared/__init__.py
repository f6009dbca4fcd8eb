"""What both back offices share of a subject: labels, cells, filters."""
