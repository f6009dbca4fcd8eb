"""The order of request hooks and middleware, as it runs; a hook without a place fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from core.database import db
from core.extensions import limiter
from tests.support.application import settings_of
from web import hooks
from web.proxies import TrustedProxies
from web.static_files import StaticFiles
from web.this_machine import Observed

BEFORE = [
    "web.body_limits:hold",
    "web.request_scope:choose_transaction",
    "web.rerun:remember",
    "web.audit_context:hold",
    "web.request_scope:hold_to_what_is_visible",
    "accounts.viewing:look",
    "web.this_machine:hold",
    "flask_wtf.csrf:CSRFProtect.init_app.csrf_protect",
    "flask_limiter._extension:Limiter._check_request_limit",
    "accounts.limits:hold",
    "accounts:forms_only",
    "flask_principal:Principal._on_before_request",
    "storefront.account.consents:require_consent",
    "web.second_factor:lead_to_set_up",
    "web.short_passwords:lead_to_change",
    "accounts.reauthentication:ask_again",
    "web.interrupted_forms:bring_back",
]
AFTER = [
    "flask_login.login_manager:LoginManager._update_remember_cookie",
    "web.interrupted_forms:keep",
    "web.redirects:without_host",
    "accounts:stay_on_site",
    "accounts:keep_destination",
    "flask_limiter._extension:Limiter.__inject_headers",
    "i18n.language_markup:mark_unshared",
    "web.compression:compress",
    "accounts.limits:settle",
    "web.headers:add",
]
TEARDOWN = [
    "flask_limiter._extension:Limiter.__release_context",
    "accounts.last_seen:note",
    "web.audit_context:release",
    "web.request_scope:release",
]
# Hooks of single blueprints; Flask runs those after the view before the ones above.
OF_BLUEPRINTS = {("after", "security"): ["flask_security.utils:_add_cache_control"]}


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application as a deployment has it: with limits, behind a proxy."""
    folder, before = tmp_path_factory.mktemp("instance"), limiter.enabled
    app: Flask = create_app(settings_of(folder, ratelimit_enabled=True, trusted_proxies=1))
    with app.app_context():
        db.create_all()
    yield app
    limiter.enabled = before  # of all applications of the process


def traced(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let every registered hook say its name as it runs; returns where they say it."""
    ran: list[str] = []

    def saying(hook: hooks.Hook) -> hooks.Hook:
        def run(*values: Any) -> Any:
            ran.append(hooks.name_of(hook))
            return hook(*values)

        return run

    for registered in (app.before_request_funcs, app.after_request_funcs,
                       app.teardown_request_funcs):  # fmt: skip
        monkeypatch.setitem(registered, None, [saying(hook) for hook in registered[None]])
    return ran


def test_hooks_run_in_this_order(full: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = traced(full, monkeypatch)
    assert full.test_client().get("/healthz").status_code == 200
    assert ran == BEFORE + AFTER + TEARDOWN


def test_a_request_that_fails_passes_all_that_come_after(
    full: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = traced(full, monkeypatch)
    answer = full.test_client().post("/login")  # without a token
    assert answer.status_code == 400
    assert ran == BEFORE[:8] + AFTER + TEARDOWN


def test_no_blueprint_has_hooks_of_its_own(full: Flask) -> None:
    found = {
        (kind, blueprint): [hooks.name_of(hook) for hook in registered[blueprint]]
        for kind, registered in (
            ("before", full.before_request_funcs),
            ("after", full.after_request_funcs),
            ("teardown", full.teardown_request_funcs),
        )
        for blueprint in registered
        if blueprint is not None and registered[blueprint]
    }
    assert found == OF_BLUEPRINTS
    assert not any(full.url_value_preprocessors.values())


def test_the_session_ends_with_the_context(full: Flask) -> None:
    names = [hooks.name_of(hook) for hook in full.teardown_appcontext_funcs]
    assert names == ["flask_sqlalchemy.extension:SQLAlchemy._teardown_session"]


def layers(app: Flask) -> list[Any]:
    """Return what stands around the application, from the outside in."""
    found: list[Any] = []
    layer: Any = app.wsgi_app
    while layer != Flask.wsgi_app.__get__(app):
        found.append(type(layer))
        layer = layer.application if isinstance(layer, StaticFiles) else layer.app
    return found


def test_static_files_stand_outside_the_proxy_fix(full: Flask) -> None:
    assert layers(full) == [StaticFiles, Observed, TrustedProxies]


def test_without_a_proxy_nobody_is_believed(app: Flask) -> None:
    assert layers(app) == [StaticFiles, Observed]


def stray(*_values: Any) -> None: ...


@pytest.mark.parametrize("kind", ["before_request", "after_request", "teardown_request"])
def test_a_hook_without_a_place_stops_the_start(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.init_app", lambda app: getattr(app, kind)(stray))
    with pytest.raises(hooks.UnplacedHook, match=r"no place for \['tests.web.test_hooks:stray'\]"):
        create_app(settings_of(tmp_path))


def test_a_hook_that_is_missing_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.hooks", tuple)
    with pytest.raises(hooks.UnplacedHook, match="require_consent is not registered"):
        create_app(settings_of(tmp_path))


def test_a_hook_handed_over_without_a_place_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storefront.account.consents import require_consent

    monkeypatch.setattr("storefront.hooks", lambda: (require_consent, stray))
    with pytest.raises(hooks.UnplacedHook, match="stray"):
        create_app(settings_of(tmp_path))
