"""Pages where a password is guessed without a limit. Seen: closing the account, and joining by
single sign-on from many networks. Whatever asks for a password or a code stands in one list.
"""

from __future__ import annotations

import ast

from accounts.limit_rules import BY_ENDPOINT
from tests.support.paths import ROOT

# of Flask-Security's endpoints that take a POST: why no limit by account is needed
FREE = {
    "security.logout": "asks nothing",
    # a passkey is a signature over 32 random bytes: there is nothing to guess
    "security.wan_register": "a passkey",
    "security.wan_register_response": "a passkey",
    "security.wan_signin": "a passkey",
    "security.wan_signin_response": "a passkey",
    "security.wan_verify": "a passkey",
    "security.wan_verify_response": "a passkey",
    "security.wan_delete": "a passkey",
    # of who is signed in with both factors, about their own
    "security.two_factor_setup": "asks for no code",
    "security.two_factor_setup_validate": "the code of an authenticator that is being set up",
    "security.mf_recovery_codes": "asks for no code",
    "security.tf_select": "asks which factor",
}
# modules that compare a password themselves, and the endpoint that asks for it
COMPARING = {
    "accounts/recovery_codes.py": "security.mf_recovery",
    "accounts/confirmation.py": "security.confirm_email",
    "storefront/account/settings.py": "storefront.close_account",
    "storefront/sign_in/sso_join.py": "storefront.sso_join",
}


def test_every_page_of_signing_in_that_takes_a_post_is_limited(app):
    endpoints = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("security.") and "POST" in (rule.methods or ())
    }
    assert endpoints - FREE.keys() - BY_ENDPOINT.keys() == set()


def test_every_endpoint_of_the_list_is_there(app):
    """A name that was changed elsewhere would leave a page without its limit."""
    known = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert BY_ENDPOINT.keys() - known == set()


def test_whoever_compares_a_password_is_in_the_list():
    comparing = {"verify_password", "verify_and_update_password"}
    found = set()
    for room in ("accounts", "storefront", "admin_views", "workflows", "web"):
        for path in sorted((ROOT / room).rglob("*.py")):
            names = {
                node.attr if isinstance(node, ast.Attribute) else node.id
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Attribute | ast.Name)
            }
            if names & comparing:
                found.add(str(path.relative_to(ROOT)))
    assert found == set(COMPARING)
    assert set(COMPARING.values()) <= BY_ENDPOINT.keys()
