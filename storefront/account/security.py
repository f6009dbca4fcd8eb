"""Security of the account: password, second factors, recovery codes as a file."""

from __future__ import annotations

from flask import Response, abort, render_template, request
from flask_login import login_required

from accounts import recovery_codes
from core.clock import now
from storefront import bp
from storefront.current_person import person
from web import second_factor


@bp.get("/account/security")
@login_required
def security() -> str:
    """Show what the person signs in with, and what they may add to it."""
    due = second_factor.due()
    return render_template(
        "storefront/account/security.html",
        user=person(),
        due=due,
        overdue=due is not None and due <= now(),
    )


@bp.post("/account/security/codes")
@login_required
def recovery_codes_file() -> Response:
    """Hand out as a file the codes that the page has just shown: nobody else knows them."""
    codes = request.form.get("codes", "").split()[: recovery_codes.NUMBER]
    if not codes or not all(recovery_codes.SHAPE.fullmatch(code) for code in codes):
        abort(400)
    return Response(
        "\n".join(codes) + "\n",
        mimetype="text/plain",
        headers={
            "Content-Disposition": "attachment; filename=recovery-codes.txt",
            "Cache-Control": "no-store",
        },
    )
