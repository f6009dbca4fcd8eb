"""The menu of the workbench: every view, in order. The office is opened from it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from admin_views.base.menu import Entry, Menu
from admin_views.workbench.activity import ActivityView
from admin_views.workbench.consultant.file_import import ConsultantImport
from admin_views.workbench.consultant.own_page import ConsultantPage
from admin_views.workbench.consultant.views import ConsultantView
from admin_views.workbench.dashboard import WorkbenchIndex
from admin_views.workbench.demand.views import DemandView
from admin_views.workbench.enquiry import EnquiryView
from admin_views.workbench.institution.profile import ProfilePage
from admin_views.workbench.institution.staff import InvitationView, StaffPage
from admin_views.workbench.offer.views import OfferView
from admin_views.workbench.product.changes import ChangeView
from admin_views.workbench.product.views import FeaturedView
from admin_views.workbench.ranking import RankingPage
from admin_views.workbench.review import GivenView, ReceivedView, WaitingView
from admin_views.workbench.task import TaskView
from admin_views.workbench.transaction.views import TransactionView
from models import (
    Activity,
    Affiliation,
    Demand,
    EnquiryCandidate,
    FeaturedProduct,
    Invitation,
    ProductChange,
    RegularOffer,
    Review,
    Task,
    Transaction,
)

# what each value is: admin_views/base/menu.py. A table, and laid out as one:
# fmt: off
MENU: Menu = (
    Entry("workbench", WorkbenchIndex, None, "home", _l("Workbench"), url="/workbench"),
    Entry("demand", DemandView, Demand, "handshake", _l("Demand management")),
    Entry("enquiries", EnquiryView, EnquiryCandidate, "search", _l("Enquiries")),
    Entry("consultant", ConsultantView, Affiliation, "users", _l("Consultant management")),
    Entry("offer", OfferView, RegularOffer, "list", _l("Product management")),
    Entry("product", FeaturedView, FeaturedProduct, "star", _l("Featured products"), under="offer"),
    Entry("my_product_change", ChangeView, ProductChange, "edit",
          _l("Changes of featured products"), url="product-change", under="offer"),
    Entry("transaction", TransactionView, Transaction, "receipt", _l("Deals filed")),
    Entry("review", WaitingView, Review, "star", _l("Review management")),
    Entry("review_given", GivenView, Review, "star", _l("Our reviews of enterprises"),
          url="review/given", under="review"),
    Entry("review_received", ReceivedView, Review, "star", _l("Reviews we received"),
          url="review/received", under="review"),
    Entry("activity", ActivityView, Activity, "megaphone", _l("Activities")),
    Entry("profile", ProfilePage, None, "building", _l("Profile")),
    Entry("score", RankingPage, None, "chart", _l("Activity ranking"), url="ranking"),
    Entry("staff", StaffPage, None, "people", _l("Colleagues")),
    Entry("invitation", InvitationView, Invitation, "mail", _l("Invitations")),
    Entry("speaker", ConsultantPage, None, "user", _l("My consultant profile")),
    Entry("consultant_import", ConsultantImport, None, "download", _l("Import consultants"),
          url="consultant-import", under="consultant"),
    Entry("task", TaskView, Task, "list", _l("Bulk tasks")),
)
# fmt: on
