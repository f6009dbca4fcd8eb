"""The menu of the platform's office: every view, in order. The office is opened from it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from admin_views.base.menu import Entry, Group, Menu
from admin_views.platform.activity import ActivityView
from admin_views.platform.catalogue.items import CatalogueView
from admin_views.platform.category.views import CategoryView
from admin_views.platform.consultant.applications import ConsultantReview
from admin_views.platform.consultant.views import ConsultantRecord
from admin_views.platform.content.announcements import AnnouncementView
from admin_views.platform.content.pages import PageView
from admin_views.platform.content.settings import SettingsPage
from admin_views.platform.dashboard import PlatformIndex
from admin_views.platform.demand import DemandView
from admin_views.platform.enquiry import EnquiryView
from admin_views.platform.enterprise.register_import import ParkImport
from admin_views.platform.enterprise.verifications import VerificationView
from admin_views.platform.enterprise.views import (
    EnterpriseMembershipView,
    EnterpriseView,
    ParkEnterpriseView,
)
from admin_views.platform.event.views import EventView
from admin_views.platform.institution.applications import ApplicationView
from admin_views.platform.institution.association import AssociationView
from admin_views.platform.institution.profile_changes import ProfileChangeView
from admin_views.platform.institution.views import InstitutionView
from admin_views.platform.objection import ObjectionView
from admin_views.platform.offer import OfferOversight
from admin_views.platform.person import UserView
from admin_views.platform.product import ChangeReview, ProductReview
from admin_views.platform.proposal import ProposalView
from admin_views.platform.ranking import ScoreRuleView
from admin_views.platform.review import AppealView, ReviewView
from admin_views.platform.staff_role import StaffRoleView
from admin_views.platform.system.holidays import HolidayView
from admin_views.platform.system.jobs import JobView
from admin_views.platform.system.mails import MailView
from admin_views.platform.system.tasks import TaskView
from admin_views.platform.transaction import TransactionView
from models import (
    Activity,
    Affiliation,
    Announcement,
    AssociationMembership,
    CatalogueItem,
    Category,
    Consultant,
    Demand,
    Enquiry,
    Enterprise,
    EnterpriseMembership,
    Event,
    FeaturedProduct,
    Holiday,
    Institution,
    JobRun,
    Mail,
    Objection,
    Page,
    ParkEnterprise,
    ProductChange,
    ProfileChange,
    Proposal,
    RegularOffer,
    Review,
    ScoreRule,
    StaffRole,
    Task,
    Transaction,
    User,
    Verification,
)

# what each value is: admin_views/base/menu.py. A table, and laid out as one:
# fmt: off
MENU: Menu = (
    Entry("admin", PlatformIndex, None, "home", _l("Platform administration"), url="/admin"),

    Group(_l("Review queues")),
    Entry("application", ApplicationView, Institution, "inbox", _l("Applications")),
    Entry("association", AssociationView, AssociationMembership, "star",
          _l("Association memberships")),
    Entry("consultant_review", ConsultantReview, Affiliation, "user",
          _l("Consultant certifications"), url="consultant-review"),
    Entry("profile_change", ProfileChangeView, ProfileChange, "edit", _l("Profile changes")),
    Entry("admin_product", ProductReview, FeaturedProduct, "star", _l("Featured products"),
          url="product"),
    Entry("product_change", ChangeReview, ProductChange, "edit", _l("Changes of featured products"),
          url="product-change"),
    Entry("admin_transaction", TransactionView, Transaction, "receipt", _l("Deals filed"),
          url="transaction"),
    Entry("admin_activity", ActivityView, Activity, "megaphone", _l("Activities"), url="activity"),
    Entry("appeal", AppealView, Review, "alert", _l("Appeals against reviews")),
    Entry("admin_enquiry", EnquiryView, Enquiry, "search", _l("Help me find"), url="enquiry"),
    Entry("proposal", ProposalView, Proposal, "alert", _l("Second person")),
    Entry("enterprise_membership", EnterpriseMembershipView, EnterpriseMembership, "people",
          _l("Enterprise join requests")),
    Entry("verification", VerificationView, Verification, "briefcase",
          _l("Verification of enterprises")),
    Entry("objection", ObjectionView, Objection, "alert", _l("Objections")),

    Group(_l("Records")),
    Entry("admin_review", ReviewView, Review, "star", _l("Reviews"), url="review"),
    Entry("institution", InstitutionView, Institution, "building", _l("Institutions")),
    Entry("admin_demand", DemandView, Demand, "handshake", _l("Demands"), url="demand"),
    Entry("consultant_record", ConsultantRecord, Consultant, "users", _l("Consultants"),
          url="consultant"),
    Entry("enterprise_admin", EnterpriseView, Enterprise, "briefcase", _l("Enterprises"),
          url="enterprise"),
    Entry("park_enterprise", ParkEnterpriseView, ParkEnterprise, "book", _l("Park register")),
    Entry("admin_offer", OfferOversight, RegularOffer, "list", _l("Regular offers"), url="offer"),

    Group(_l("System administration")),
    Entry("announcement", AnnouncementView, Announcement, "bell", _l("Announcements")),
    Entry("admin_user", UserView, User, "people", _l("Users"), url="user"),
    Entry("staff_role", StaffRoleView, StaffRole, "people", _l("Staff roles"), url="staff-role"),
    Entry("site_page", PageView, Page, "file", _l("Pages"), url="page"),
    Entry("mail", MailView, Mail, "mail", _l("Outbox")),
    Entry("category", CategoryView, Category, "grid", _l("Service categories")),
    Entry("catalogue_item", CatalogueView, CatalogueItem, "book",
          _l("Catalogue of regular products")),
    Entry("setting", SettingsPage, None, "settings", _l("Settings")),
    Entry("holiday", HolidayView, Holiday, "clock", _l("Holidays")),
    Entry("job", JobView, JobRun, "clock", _l("Timed jobs")),
    Entry("score_rule", ScoreRuleView, ScoreRule, "chart", _l("Ranking rules")),
    Entry("admin_task", TaskView, Task, "list", _l("Bulk tasks"), url="task"),
    Entry("event", EventView, Event, "clock", _l("Audit")),
    Entry("park_import", ParkImport, None, "download", _l("Import the park's register"),
          url="park-import"),
)
# fmt: on
