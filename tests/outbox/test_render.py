"""The words of every mail: there for each notice, in both languages, and proof against mischief."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale
from jinja2 import UndefinedError

import outbox
from core.database import db
from models import (
    Activity,
    ActivityPart,
    Affiliation,
    AssociationMembership,
    CatalogueItem,
    Confirmation,
    Consultant,
    Demand,
    Enquiry,
    EnquiryCandidate,
    Enterprise,
    EnterpriseMembership,
    FeaturedProduct,
    Institution,
    Invitation,
    Notification,
    Objection,
    ProductChange,
    ProfileChange,
    Proposal,
    RegularOffer,
    Review,
    SiteSetting,
    Transaction,
    User,
    Verification,
)
from tests.support.mails import as_golden, mail
from tests.support.paths import ROOT
from workflows.engine import PROCESSES

WITHOUT_A_STEP = ("qualification_expiring", "consultant_changed", "invitation_asked",
                   "holidays_missing", "audit_broken", "staff_account", "viewed_as")  # fmt: skip
ACCOUNT = (
    "confirm_email", "reset_password", "password_changed", "already_registered", "welcome",
    "account_closed", "factor_added", "factor_removed", "factor_reset", "recovery_codes_made",
    "recovery_code_used", "sign_in_locked",
)  # fmt: skip
# the mails of each process: a new notice is listed here
TEMPLATES: dict[type, str] = {
    Activity: (
        "activity_approved activity_registered activity_rejected activity_revoked activity_waiting"
    ),
    Affiliation: (
        "consultant_accepted consultant_approved consultant_ended consultant_left "
        "consultant_linked consultant_received consultant_rejected consultant_returned "
        "consultant_stepped_back consultant_unlinked consultant_waiting"
    ),
    AssociationMembership: "association_admitted association_rejected association_removed",
    Confirmation: (
        "confirmation_alarm confirmation_asked confirmation_confirmed confirmation_denied"
    ),
    Consultant: "consultant_lost consultant_withdrawn",
    Demand: (
        "demand_accepted demand_assigned demand_chased demand_closed demand_confirmed "
        "demand_declined demand_disputed demand_for_you demand_handed_over demand_new "
        "demand_outcome demand_posted demand_proposed demand_recorded demand_taken_away "
        "demand_withdrawn"
    ),
    EnquiryCandidate: "enquiry_declined enquiry_for_you enquiry_over enquiry_willing",
    Enquiry: "enquiry_closed enquiry_posted enquiry_shortlisted enquiry_waiting",
    Institution: (
        "application_approved application_received application_rejected application_returned "
        "application_waiting institution_lifted institution_revoked institution_suspended"
    ),
    Invitation: "consultant_invited consultant_reminded staff_invited",
    RegularOffer: "offer_item_restored offer_item_retired offer_lifted offer_taken_down",
    EnterpriseMembership: (
        "membership_agreed membership_declined membership_removed membership_requested"
    ),
    Objection: (
        "objection_dismissed objection_made objection_settled objection_upheld objection_waiting"
    ),
    Verification: (
        "verification_approved verification_code_sent verification_rejected verification_waiting"
    ),
    ProductChange: (
        "product_change_approved product_change_rejected product_change_returned "
        "product_change_waiting"
    ),
    FeaturedProduct: (
        "offer_lifted offer_taken_down product_approved product_rejected product_returned "
        "product_waiting"
    ),
    Proposal: "proposal_confirmed proposal_declined proposal_expired proposal_waiting",
    ProfileChange: "profile_change_approved profile_change_rejected profile_change_waiting",
    Review: (
        "review_appeal_dismissed review_appealed review_hidden review_open review_published "
        "review_reminder review_replied review_restored"
    ),
    Transaction: (
        "transaction_approved transaction_rejected transaction_returned transaction_revoked "
        "transaction_waiting transaction_withdrawn"
    ),
}
FACTORS = {
    "factor_added": {"factor": "passkey", "passkey": "Office"},
    "factor_removed": {"factor": "authenticator", "passkey": ""},
    "factor_reset": {"reason": "Telephone lost."},
    "recovery_code_used": {"left": 9},
}
LANGUAGES = ("zh_Hans_CN", "en")


def example(model: type) -> object:
    """A row of `model` with all that its context reads."""
    makers = {
        Institution: lambda: Institution(name="Bridge Law"),
        AssociationMembership: lambda: AssociationMembership(institution=example(Institution)),
        Demand: lambda: Demand(
            number="XQ2026112300001", title="A contract", institution=example(Institution)
        ),
        Enquiry: lambda: Enquiry(number="BZ2026112300001", title="A contract"),
        EnquiryCandidate: lambda: EnquiryCandidate(
            enquiry=example(Enquiry), institution=example(Institution)
        ),
        Transaction: lambda: Transaction(
            number="JY2026112300001",
            title="A contract",
            enterprise_name="Acme",
            amount=Decimal("12000.50"),
            signed_on=date(2026, 11, 20),
            institution=example(Institution),
        ),
        Confirmation: lambda: Confirmation(
            transaction=example(Transaction), due_at=datetime(2026, 12, 4, 16, tzinfo=UTC)
        ),
        ProfileChange: lambda: ProfileChange(name="Bridge", institution=example(Institution)),
        FeaturedProduct: lambda: FeaturedProduct(
            name="A contract checked", institution=example(Institution), author=User(name="Bella")
        ),
        ProductChange: lambda: ProductChange(
            name="A contract checked", product=example(FeaturedProduct), author=User(name="Bella")
        ),
        RegularOffer: lambda: RegularOffer(
            institution=example(Institution), item=CatalogueItem(name="A trademark")
        ),
        Review: lambda: Review(
            transaction=Transaction(title="A share agreement"),
            institution=example(Institution),
            enterprise=Enterprise(name="Acme"),
        ),
        Activity: lambda: Activity(
            title="A lecture", parts=[ActivityPart(institution=example(Institution))]
        ),
        Invitation: lambda: Invitation(institution=example(Institution)),
        Affiliation: lambda: Affiliation(
            institution=example(Institution), consultant=Consultant(name="Lin"), remarks={}
        ),
        Consultant: lambda: Consultant(name="Lin"),
        Proposal: lambda: Proposal(id=7, proposer=User(name="Vera")),
        Objection: lambda: Objection(credit_code="91110000600037341L"),
        Verification: lambda: Verification(membership=example(EnterpriseMembership)),
        EnterpriseMembership: lambda: EnterpriseMembership(
            user=User(name="Bob"), enterprise=Enterprise(name="Acme")
        ),
    }
    return makers[model]()


def context_of(model: type) -> dict:
    """What a mail about an example says."""
    row = example(model)
    return PROCESSES[model].context([row])[row.id]


def notices() -> list[tuple[type, str]]:
    return [(model, name) for model, names in TEMPLATES.items() for name in names.split()]


def test_every_notice_is_listed() -> None:
    assert set(notices()) == {
        (model, notice.template)
        for model, process in PROCESSES.items()
        for step in process.transitions
        for notice in step.notices
    }


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_notice_has_its_mail(app: Flask, locale: str) -> None:
    for model, template in notices():
        context = context_of(model) | {"reason": "Page 2 is missing."}
        db.session.expunge_all()
        words = outbox.render(mail(template, locale, "/somewhere", **context))
        assert words.subject, template
        assert "https://supermarket.example/somewhere" in words.text, template
        assert words.html.count("<a ") == 1, template
        assert 'href="https://supermarket.example/somewhere"' in words.html, template
        for gap in ("%(", "{{", "None"):
            assert gap not in words.text + words.html + words.subject, template


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("template", ACCOUNT)
def test_every_account_mail(app: Flask, template: str, locale: str) -> None:
    more = {"network": "203.0.113.7", "until": "16:40"} | FACTORS.get(template, {})
    words = outbox.render(mail(template, locale, name="Buy at evil.example", **more))
    assert words.subject
    assert "https://supermarket.example/account/" in words.text
    assert "evil" not in words.text + words.html  # strangers may register anybody's address


def test_every_template_is_used() -> None:
    files = {path.stem for path in (ROOT / "templates" / "email").glob("[!_]*.html")}
    assert files == {template for _, template in notices()} | {*ACCOUNT, *WITHOUT_A_STEP}


@pytest.mark.parametrize(
    "template", ["demand_new", "application_returned", "review_open", "sign_in_locked"]
)
@pytest.mark.parametrize("locale", LANGUAGES)
def test_golden(app: Flask, chinese: None, template: str, locale: str) -> None:
    context = {
        "demand_new": {"number": "XQ2026112300001", "title": "劳动合同审查", "institution": "x"},
        "review_open": {
            "deal": "股权协议",
            "institution": "上海市锦天城（苏州）律师事务所",
            "enterprise": "苏州纳芯微电子股份有限公司",
        },
        "sign_in_locked": {"network": "203.0.113.7", "until": "2026-11-29 16:40"},
        "application_returned": {
            "institution": "上海市锦天城（苏州）律师事务所",
            "reason": "营业执照不清晰。\n请重新上传。",
        },
    }[template]
    links = {"demand_new": "/workbench/demand/details/?id=1", "sign_in_locked": "/reset"}
    link = links.get(template, "/certification/")
    as_golden(template, locale, link, **context)


def test_all_of_the_outbox_has_its_chinese(app: Flask, chinese: None) -> None:
    for model, template in notices():
        context = context_of(model)
        db.session.expunge_all()
        words = outbox.render(mail(template, "zh_Hans_CN", **context))
        english = outbox.render(mail(template, "en", **context))
        for ours, theirs in zip(words.text.split("\n\n"), english.text.split("\n\n"), strict=True):
            assert ours != theirs or ours.startswith("---"), (template, ours)


def test_what_people_typed_is_escaped_in_html_only(app: Flask) -> None:
    words = outbox.render(
        mail("application_rejected", institution="<b>A&B</b>", reason="<i>no</i>\nno\n\nnever")
    )
    assert "<b>A&B</b>" in words.subject
    assert "<b>A&B</b>" in words.text
    assert "<i>no</i>\nno\n\nnever" in words.text
    assert "<b>" not in words.html
    assert "<i>" not in words.html
    assert "&lt;i&gt;no&lt;/i&gt;<br>\nno</p>\n<p>never</p>" in words.html


@pytest.mark.parametrize(
    "bad", ["A\r\nBcc: all@example.com", "A\nB", "A\x85B", "A\u2028B", "A\x00B"]
)
def test_a_name_writes_no_header_and_no_paragraph(app: Flask, bad: str) -> None:
    words = outbox.render(mail("staff_invited", institution=bad))
    assert len(words.subject.splitlines()) == 1
    assert "\x00" not in words.subject
    assert bad not in words.text


def test_a_missing_value_fails_rather_than_leave_a_gap(app: Flask) -> None:
    with pytest.raises(UndefinedError):
        outbox.render(mail("demand_new"))


def test_the_contacts_come_from_the_settings(app: Flask) -> None:
    db.session.add(SiteSetting(key="hotline", value="0512-12345678"))
    db.session.add(SiteSetting(key="fax", value=""))
    words = outbox.render(mail("welcome"))
    assert "0512-12345678" in words.text
    assert "0512-12345678" in words.html
    assert "Fax" not in words.text


def test_a_request_for_another_host_changes_no_link(app: Flask) -> None:
    with app.test_request_context("/", headers={"Host": "evil.example"}):
        assert "evil" not in outbox.render(mail("welcome")).text


def test_the_bell_says_the_subject_in_the_readers_language(app: Flask, chinese: None) -> None:
    notice = Notification(
        key="k", template="demand_new", link="/", context={"number": "XQ1", "title": "<b>"}
    )
    with app.test_request_context("/"):
        assert outbox.subject_of(notice) == "您有一条新需求：XQ1"
        with force_locale("en"):
            assert outbox.subject_of(notice) == "You have a new demand: XQ1"
