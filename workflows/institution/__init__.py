"""An institution: certified, its profile, its people and whom it invites."""
