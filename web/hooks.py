"""Request hooks and middleware: one list of what every request passes, in the order it runs.

Each entry is a function, or the name (`module:function`) of a hook that a library registers by
itself or that a room above this one hands over. `init_app` puts all of them in this order, and
refuses a hook that has no place in it. To add one, add it where it must run, and say why there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

import accounts
from accounts import last_seen, limits, reauthentication, viewing
from i18n import language_markup
from web import (
    audit_context,
    body_limits,
    compression,
    headers,
    interrupted_forms,
    proxies,
    redirects,
    request_scope,
    rerun,
    second_factor,
    short_passwords,
    static_files,
    this_machine,
)

Hook = Callable[..., Any]
Order = tuple[Hook | str, ...]

# From the outside in.
MIDDLEWARE = (
    # outermost: a static file asks for no session and no database, nor who sent the request
    static_files.middleware,
    # before a proxy is believed who sent the request
    this_machine.middleware,
    # before anything reads the address of the sender, the host or the scheme
    proxies.middleware,
)

BEFORE: Order = (
    # before anything reads the body
    body_limits.hold,
    # before anything loads: SQLite takes the lock of a writer as the transaction begins
    request_scope.choose_transaction,
    # before any hook changes session or `g`: what a second attempt begins with
    rerun.remember,
    # before any hook that puts something on record: address and session go with it
    audit_context.hold,
    # before any statement but the one that loads the person; all hooks below may read
    request_scope.hold_to_what_is_visible,
    # with the viewer known, and before anything asks who is signed in
    viewing.look,
    # before anything is done for somebody: the page that refuses may read
    this_machine.hold,
    # before anything acts on what was posted
    "flask_wtf.csrf:CSRFProtect.init_app.csrf_protect",
    "flask_limiter._extension:Limiter._check_request_limit",
    # after the token: a forged post uses up nobody's attempts
    limits.hold,
    accounts.forms_only,
    # with the person loaded; nothing of ours asks what it finds
    "flask_principal:Principal._on_before_request",
    # it redirects, which nothing that refuses may be spared by
    "storefront.account.consents:require_consent",
    # it redirects as well; staff are asked for no consent
    second_factor.lead_to_set_up,
    short_passwords.lead_to_change,
    # with who they are and what they agreed to settled: are they still there?
    reauthentication.ask_again,
    # last: in the place of the view, to who passed all of the above
    interrupted_forms.bring_back,
)

AFTER: Order = (
    # while the answer is still what the view made: the cookie of Flask-Login
    "flask_login.login_manager:LoginManager._update_remember_cookie",
    # while `next` is that of the view: what was typed is kept on the way to the sign-in page
    interrupted_forms.keep,
    # the same of every redirect: a path
    redirects.without_host,
    # first where to, which must be a path of this site; then on to where somebody was going
    accounts.stay_on_site,
    accounts.keep_destination,
    "flask_limiter._extension:Limiter.__inject_headers",
    # the last to change the text
    language_markup.mark_unshared,
    # after the text is final
    compression.compress,
    # once nothing reads any more: it ends the unit of work
    limits.settle,
    # on every answer, whatever a hook above made of it
    headers.add,
)

TEARDOWN: Order = (
    "flask_limiter._extension:Limiter.__release_context",
    # with the answer made: the page itself only read
    last_seen.note,
    # after all that puts something on record
    audit_context.release,
    # the last: until then statements are held to who asked
    request_scope.release,
)


class UnplacedHook(RuntimeError):
    """A hook stands in no list of web/hooks.py, or one that is listed is not there."""


def init_app(app: Flask, handed_over: Iterable[Hook]) -> None:
    """Register the hooks of these lists on `app`, those of libraries among them.

    Called once every extension and blueprint is registered.

    Args:
        handed_over: hooks of rooms above, which the lists name.

    Raises:
        UnplacedHook: a hook is registered or handed over that the lists do not know, or lacks.
    """
    above = {name_of(hook): hook for hook in handed_over}
    for registered, order in (
        (app.before_request_funcs, BEFORE),
        (app.after_request_funcs, tuple(reversed(AFTER))),  # Flask runs the last one first
        (app.teardown_request_funcs, tuple(reversed(TEARDOWN))),
    ):
        libraries = {name_of(hook): hook for hook in registered.get(None, ())}
        registered[None] = _arranged(order, libraries, above)
    if above:
        raise UnplacedHook(f"no place for {sorted(above)}")
    for wrap in reversed(MIDDLEWARE):
        wrap(app)


def name_of(hook: Hook) -> str:
    """Return the name that the lists know a hook by: `module:function`."""
    function = getattr(hook, "func", hook)  # of a partial
    return f"{function.__module__}:{function.__qualname__.replace('.<locals>', '')}"


def _arranged(order: Order, libraries: dict[str, Hook], above: dict[str, Hook]) -> list[Hook]:
    """Return the hooks of `order`; takes out of both dicts what it names."""
    hooks: list[Hook] = []
    for entry in order:
        if not isinstance(entry, str):
            hooks.append(entry)
        elif hook := libraries.pop(entry, None) or above.pop(entry, None):
            hooks.append(hook)
        elif not entry.startswith("flask_limiter"):  # that one may be switched off
            raise UnplacedHook(f"{entry} is not registered")
    if libraries:
        raise UnplacedHook(f"no place for {sorted(libraries)}")
    return hooks
