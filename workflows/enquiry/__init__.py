"""An enquiry: a request without addressee; the platform proposes, the enterprise picks."""
