"""The rate limits of accounts, in one list: which endpoints, how often, and what counts.

An endpoint that asks for a password or a code, or sends a mail to an address that was typed, stands
here; tests/security/test_limited_endpoints.py holds that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, request, session
from flask_login import current_user
from limits import RateLimitItem, parse

from accounts.hashing import Outcome, outcome
from accounts.identities import JOIN
from core.database import db
from core.email_addresses import key_of
from models import User

Counts = Callable[[Response], bool]
Account = Callable[[], str]


# --- what counts ---------------------------------------------------------------------------------


def every_time(_response: Response) -> bool:
    return True


def wrong_password(_response: Response) -> bool:
    """A password was compared and did not fit, or its account is not there."""
    return outcome() is Outcome.WRONG


def wrong_code(response: Response) -> bool:
    """A code did not fit. A page that asks again says so, where nobody else did."""
    return outcome() is Outcome.WRONG or (outcome() is None and response.status_code == 200)


def taken(response: Response) -> bool:
    """What was sent was taken; a form with errors sends no mail."""
    return response.status_code == 302


# --- whose it is ---------------------------------------------------------------------------------


def typed() -> str:
    """The address that was typed, in its one spelling."""
    return key_of(request.form.get("email", ""))


def signed_in() -> str:
    return str(current_user.email) if current_user.is_authenticated else ""


def joined() -> str:
    """The account whose password a single sign-on waits for."""
    user = db.session.get(User, (session.get(JOIN) or {}).get("user") or 0)
    return user.email if user else ""


def half_signed_in() -> str:
    """Who gave their password and owes the second factor."""
    if current_user.is_authenticated:
        return str(current_user.email)
    return f"second factor of {session.get('tf_user_id', '')}"


def of_link() -> str:
    """The secret of the link that was opened stands for its account."""
    return f"link {(request.view_args or {}).get('token', '')}"


# --- the list ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How often one thing may be tried. All endpoints of a rule count together."""

    name: str
    endpoints: dict[str, Account]
    together: RateLimitItem  # by one account from one network
    account: RateLimitItem | None = None  # by one account, from networks that are new to it
    network: RateLimitItem | None = None  # from one network, by accounts that are new to it
    counts: Counts
    mails_owner: bool = False  # where `together` is used up


RULES = (
    Rule(
        name="password",
        endpoints={
            "security.login": typed,
            "security.verify": signed_in,
            "security.change_password": signed_in,
            "security.confirm_email": of_link,
            "storefront.close_account": signed_in,
            "storefront.sso_join": joined,
        },
        together=parse("10 per 10 minutes"),
        account=parse("100 per day"),
        network=parse("300 per hour"),
        counts=wrong_password,
        mails_owner=True,
    ),
    Rule(
        name="code",
        endpoints={
            "security.two_factor_token_validation": half_signed_in,
            "security.two_factor_rescue": half_signed_in,
            "security.mf_recovery": half_signed_in,
            "storefront.enter_code": signed_in,  # of the letter that verifies an enterprise
        },
        together=parse("10 per 10 minutes"),
        account=parse("50 per day"),
        counts=wrong_code,
    ),
    Rule(
        name="register",
        endpoints={"security.register": typed},
        together=parse("5 per hour"),
        account=parse("10 per day"),
        network=parse("100 per hour"),
        counts=taken,
    ),
    Rule(
        name="link",
        endpoints={"security.forgot_password": typed, "security.send_confirmation": typed},
        together=parse("5 per hour"),
        account=parse("10 per day"),
        network=parse("100 per hour"),
        counts=every_time,
    ),
    Rule(
        name="reset",
        endpoints={"security.reset_password": of_link},
        together=parse("30 per hour"),
        network=parse("100 per hour"),
        counts=every_time,
    ),
)
BY_ENDPOINT = {endpoint: rule for rule in RULES for endpoint in rule.endpoints}
