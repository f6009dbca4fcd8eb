"""The public storefront and the enterprise's account pages."""

from __future__ import annotations

from flask import Blueprint, Flask

bp = Blueprint("storefront", __name__)


def init_app(app: Flask) -> None:
    # imported for their routes
    from storefront.certifying import certification, certification_steps  # noqa: F401
    from storefront.entering import (  # noqa: F401
        confirmation_link,
        dev_mails,
        invitation_registration,
        invitations,
        sso,
    )
    from storefront.mine import (  # noqa: F401
        account,
        account_settings,
        attachments,
        consents,
        consultant,
        enterprise,
        favourites,
        my_transactions,
        notices,
        profile,
        reviews,
    )
    from storefront.posting import (  # noqa: F401
        demand_drafts,
        demands,
        my_demands,
        my_enquiries,
        send_on,
        undirected,
    )
    from storefront.public import (  # noqa: F401
        compare,
        consultants,
        found_outside,
        home,
        institutions,
        pages_and_news,
        product_files,
        product_page,
        products,
        ranking,
        regular_products,
        search_page,
        structured_data,
        visitors,
    )

    app.register_blueprint(bp)
    visitors.init_app(app)
    consents.init_app(app)
    sso.init_app(app)
