"""The lives of things: engine.py carries transitions out, and each process is a readable table."""

from workflows import (
    association,
    certification,
    confirmations,
    demands,
    engine,
    invitations,
    people,
    profile_changes,
    roles,
    staff,
    transactions,
)

__all__ = [
    "association",
    "certification",
    "confirmations",
    "demands",
    "engine",
    "invitations",
    "people",
    "profile_changes",
    "roles",
    "staff",
    "transactions",
]
