"""Which links of mails are keys: to an invitation, a confirmation, a new password."""

from __future__ import annotations

# Links that open only for whoever may open the page. Every other link may carry a key and is for
# its recipient alone: it is shown to nobody, and forgotten once its mail is out.
OPEN_LINKS = ("/admin/", "/workbench/", "/account/", "/certification/")
OPEN_PAGES = frozenset({"/", "/login", "/forgot", "/reset", "/confirm"})  # of signing in, bare
USED_LINK = "/***"


def is_key(link: str) -> bool:
    """Whether `link` may open something for whoever holds it."""
    return link not in OPEN_PAGES and not link.startswith(OPEN_LINKS)
