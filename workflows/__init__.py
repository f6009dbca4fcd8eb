"""The lives of things: engine.py carries transitions out, and each process is a readable table."""

from workflows import (
    affiliations,
    association,
    certification,
    consultants,
    demands,
    engine,
    featured,
    invitations,
    offers,
    people,
    product_changes,
    profile_changes,
    roles,
    staff,
)

__all__ = [
    "affiliations",
    "association",
    "certification",
    "consultants",
    "demands",
    "engine",
    "featured",
    "invitations",
    "offers",
    "people",
    "product_changes",
    "profile_changes",
    "roles",
    "staff",
]
