"""Rate limits of signing in and what belongs to it: by account and network together.

A try is counted before the view, in one atomic step that all workers share, and given back behind
it where it was none: a right password, a form that only had errors. So a hundred who try at once
try ten times, and whoever signs in all day is never refused. A hundred wrong tries from a company's
network lock the accounts that were tried, and no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Response, request
from limits import RateLimitItem
from werkzeug.exceptions import TooManyRequests

from accounts import locked_mail, sign_ins
from accounts.limit_rules import BY_ENDPOINT, Rule
from core.clock import now
from core.database import db
from core.extensions import limiter
from core.networks import sender
from models import SignIn, User

COUNTED = "supermarket.attempt_counted"  # of the request's environment


@dataclass(frozen=True, slots=True)
class Try:
    """What was counted for this request."""

    rule: Rule
    account: str
    windows: tuple[tuple[RateLimitItem, tuple[str, ...]], ...]


def hold() -> None:
    """Request hook: count the try, and refuse it with 429 where there were too many.

    Raises:
        TooManyRequests: with `retry_after`.
    """
    rule = BY_ENDPOINT.get(request.endpoint or "")
    if rule is None or request.method != "POST" or not limiter.enabled:
        return
    if COUNTED in request.environ:  # run again after a lost race: they tried once
        return
    request.environ[COUNTED] = None
    strategy: Any = limiter.limiter
    network, account = sender(), rule.endpoints[request.endpoint or ""]()
    together = (rule.together, (rule.name, network, account))
    alone: list[tuple[RateLimitItem, tuple[str, ...]]] = []
    if rule.account is not None and account:
        alone.append((rule.account, (rule.name, "account", account)))
    if rule.network is not None:
        alone.append((rule.network, (rule.name, "network", network)))
    full = [window for window in alone if not strategy.test(window[0], *window[1])]
    if full and not _at_home(account):
        raise _refusal(strategy, full)
    if not strategy.hit(together[0], *together[1]):
        raise _refusal(strategy, [together])
    for item, key in alone:
        strategy.hit(item, *key)
    request.environ[COUNTED] = Try(rule, account, (together, *alone))


def settle(response: Response) -> Response:
    """Request hook: give back what was no try; mail the owner of an account that is locked now."""
    tried = request.environ.get(COUNTED)
    if tried is None:
        return response
    request.environ[COUNTED] = None
    db.session.rollback()  # the view has committed what it wrote
    strategy: Any = limiter.limiter
    if not tried.rule.counts(response):
        for item, key in tried.windows:
            strategy.hit(item, *key, cost=-1)
        return response
    item, key = tried.windows[0]
    window = strategy.get_window_stats(item, *key)
    if tried.rule.mails_owner and window.remaining == 0:
        locked_mail.send(tried.account, strategy, window.reset_time)
    return response


def _at_home(account: str) -> bool:
    """Whether somebody has signed in to this account from this place before.

    An attack from elsewhere locks out nobody who signs in as always; nor do the tries of a
    colleague at accounts without number.
    """
    place = sign_ins.network(request.remote_addr)
    if not (account and place):
        return False
    query = sa.select(SignIn.id).join(User, User.id == SignIn.user_id)
    query = query.where(User.email == account, SignIn.address == place).limit(1)
    return db.session.scalar(query.execution_options(unguarded=True)) is not None


def _refusal(strategy: Any, windows: list[Any]) -> TooManyRequests:
    ends = max(strategy.get_window_stats(item, *key).reset_time for item, key in windows)
    return TooManyRequests(retry_after=max(1, int(ends - now().timestamp()) + 1))
