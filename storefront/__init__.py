"""The public storefront and the enterprise's account pages."""

from __future__ import annotations

from flask import Blueprint, Flask

bp = Blueprint("storefront", __name__)


def init_app(app: Flask) -> None:
    from storefront import (  # noqa: F401
        account,
        account_settings,
        attachments,
        certification,
        certification_steps,
        confirmation_link,
        consents,
        consultants,
        demand_drafts,
        demands,
        dev_mails,
        enterprise,
        favourites,
        home,
        institutions,
        invitations,
        my_demands,
        my_enquiries,
        my_transactions,
        notices,
        pages_and_news,
        products,
        profile,
        ranking,
        reviews,
        search_page,
        send_on,
        sso,
        undirected,
    )

    app.register_blueprint(bp)
    sso.init_app(app)
