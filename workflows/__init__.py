"""The lives of things: engine.py carries transitions out, and each process is a readable table."""

from workflows import (
    activities,
    association,
    certification,
    demands,
    engine,
    invitations,
    people,
    profile_changes,
    review_timing,
    reviews,
    roles,
    staff,
)

__all__ = [
    "activities",
    "association",
    "certification",
    "demands",
    "engine",
    "invitations",
    "people",
    "profile_changes",
    "review_timing",
    "reviews",
    "roles",
    "staff",
]
