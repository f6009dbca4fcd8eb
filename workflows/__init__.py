"""The lives of things: engine.py carries transitions out, and each process is a readable table."""

from workflows import (
    association,
    certification,
    demands,
    engine,
    invitations,
    offers,
    people,
    profile_changes,
    roles,
    staff,
)

__all__ = [
    "association",
    "certification",
    "demands",
    "engine",
    "invitations",
    "offers",
    "people",
    "profile_changes",
    "roles",
    "staff",
]
