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
        compare,
        confirmation_link,
        consents,
        consultant,
        consultants,
        demand_drafts,
        demands,
        dev_mails,
        enterprise,
        favourites,
        found_outside,
        home,
        institutions,
        invitation_registration,
        invitations,
        my_demands,
        my_enquiries,
        my_transactions,
        notices,
        pages_and_news,
        product_files,
        product_page,
        products,
        profile,
        ranking,
        regular_products,
        reviews,
        search_page,
        send_on,
        sso,
        structured_data,
        undirected,
        visitors,
    )

    app.register_blueprint(bp)
    visitors.init_app(app)
    consents.init_app(app)
    sso.init_app(app)
