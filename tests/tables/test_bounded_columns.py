"""No column of bounded length overflows: each is listed here with what holds it to its length.

SQLite keeps texts of any length. PostgreSQL refuses what is too long, which would be a 500.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
import sqlalchemy as sa
import wtforms
from flask import Flask
from flask_security import hash_password
from werkzeug.datastructures import MultiDict

import inbox
import outbox
import uploads
from accounts import identities, sign_ins
from accounts.registration import RegistrationForm
from admin_views.platform.content.announcements import AnnouncementForm
from admin_views.platform.content.pages import PageForm
from admin_views.workbench.transaction.form import TransactionForm
from app import create_app
from core import config
from core.database import db
from forms import text
from forms.base import StoredLength
from i18n import locales
from inbox import filing, reading
from models import (
    Activity,
    AttachmentKind,
    ExternalIdentity,
    Institution,
    JobRun,
    Mail,
    SignIn,
    Transaction,
    User,
)
from storefront.account.profile import ProfileForm as AccountForm
from storefront.demand.forms import DemandForm, EnquiryForm
from storefront.institution.certification_form import CertificationForm
from storefront.invitation.registration import InvitedForm
from tests.support.application import rows, settings_of, sign_in
from tests.support.cast import PASSWORD, Cast
from tests.support.smtp import PostOffice, mailing, serving
from worker import jobs, run_due
from worker.jobs import Job
from workflows.activity.forms import FilingForm, RegisterForm
from workflows.catalogue.forms import CatalogueForm
from workflows.consultant.forms import CertificationForm as ConsultantForm
from workflows.consultant.forms import NoteForm
from workflows.consultant.qualification_form import QualificationForm
from workflows.engine import PROCESSES
from workflows.institution.forms import ProfileForm
from workflows.invitation.forms import InviteForm
from workflows.offer.forms import OfferForm
from workflows.product.forms import ProductForm
from workflows.profile_change.forms import ProfileChangeForm
from workflows.transaction.writing import plain_number
from workflows.verification.forms import CodeForm

# typed by people: each form measures what will be kept
TYPED: dict[str, tuple[type[wtforms.Form], ...]] = {
    "activity.authority": (FilingForm, RegisterForm),
    "verification.contact": (CodeForm,),
    "activity.title": (FilingForm, RegisterForm),
    "announcement.title": (AnnouncementForm,),
    "announcement.title_en": (AnnouncementForm,),
    "catalogue_item.duration": (CatalogueForm,),
    "catalogue_item.name": (CatalogueForm,),
    "catalogue_item.price_unit": (CatalogueForm,),
    "consultant.email": (NoteForm,),
    "consultant.mobile": (NoteForm, ConsultantForm),
    "consultant.name": (NoteForm, ConsultantForm),
    "consultant.title": (NoteForm, ConsultantForm),
    "demand.contact_email": (DemandForm,),
    "demand.contact_name": (DemandForm,),
    "demand.contact_phone": (DemandForm,),
    "demand.title": (DemandForm,),
    "enquiry.contact_email": (EnquiryForm,),
    "enquiry.contact_name": (EnquiryForm,),
    "enquiry.contact_phone": (EnquiryForm,),
    "enquiry.title": (EnquiryForm,),
    "featured_product.name": (ProductForm,),
    "featured_product.price_unit": (ProductForm,),
    "featured_product.summary": (ProductForm,),
    "institution.address": (CertificationForm, ProfileForm),
    "institution.contact_email": (CertificationForm, ProfileForm),
    "institution.contact_mobile": (CertificationForm, ProfileForm),
    "institution.contact_name": (CertificationForm, ProfileForm),
    "institution.contact_phone": (CertificationForm, ProfileForm),
    "institution.credit_code": (CertificationForm,),
    "institution.name": (CertificationForm,),
    "institution.website": (CertificationForm, ProfileForm),
    "invitation.email": (InviteForm,),
    "page.title": (PageForm,),
    "page.title_en": (PageForm,),
    "product_change.name": (ProductForm,),
    "product_change.summary": (ProductForm,),
    "profile_change.credit_code": (ProfileChangeForm,),
    "profile_change.name": (ProfileChangeForm,),
    "qualification.issuer": (QualificationForm,),
    "qualification.name": (QualificationForm,),
    "qualification.number": (QualificationForm,),
    "regular_offer.duration": (OfferForm,),
    "regular_offer.price_unit": (OfferForm,),
    "transaction.contract_number": (TransactionForm,),
    "transaction.enterprise_code": (TransactionForm,),
    "transaction.enterprise_name": (TransactionForm,),
    "transaction.invoice_number": (TransactionForm,),
    "transaction.title": (TransactionForm,),
    "user.name": (AccountForm, RegistrationForm, InvitedForm),
    "user.phone": (AccountForm, RegistrationForm, InvitedForm),
}
# validators that let one length through, or none above the column's
OF_ONE_LENGTH = {"credit_code": 18, "mobile_number": 17, "plain_mobile": 17}
OTHERWISE = {
    # a form that is built from the columns measures by the column itself
    "category.icon": "built", "category.name": "built", "category.name_en": "built",
    "category.slug": "built", "holiday.name": "built; cut in a file",
    "staff_role.name": "built", "staff_role.name_en": "built",
    "proposal.subject_type": "table", "proposal.transition": "verb", "proposal.view": "endpoint",
    "proposal.fingerprint": "hash",
    "page.slug": "of the pages that there are", "consent.slug": "of a page",
    # hashes, tokens and numbers of ours: one length, or nearly
    "mail.key": "hash", "notification.key": "hash", "confirmation.token_hash": "hash",
    "verification.code_hash": "hash",
    "objection.credit_code": "checked like that of an application",
    "rate_counter.key": "hash", "staff_invitation.token_hash": "hash",
    "invitation.token_hash": "hash", "invitation.salt": "token", "sign_in.key": "token",
    "kept_form.browser": "hash",
    "user.fs_uniquifier": "token", "user.password": "hash", "attachment.storage_key": "token",
    "demand.number": "counted", "enquiry.number": "counted", "transaction.number": "counted",
    "demand.form_key": "uuid", "enquiry.form_key": "uuid", "transaction.form_key": "uuid",
    "activity.form_key": "uuid", "featured_product.form_key": "uuid",
    # words of the code
    "event.name": "verb", "event.source": "state", "event.target": "state",
    "event.subject_type": "table", "event.address": "cut", "task.address": "cut",
    "event.salt": "token", "event.content_hash": "hash", "event_seal.previous": "hash",
    "event_seal.hash": "hash", "event_seal.signature": "hash", "event_seal.key_id": "hash",
    "mail.template": "template", "notification.template": "template",
    "mail.locale": "language", "user.locale": "language", "job_run.name": "job",
    "demand_draft.kind": "target", "site_setting.key": "setting",
    "attachment.content_type": "of three", "mail.link": "path", "notification.link": "path",
    "task.office": "of two", "task.view": "endpoint", "task.subject_type": "table",
    "task.transition": "verb", "task.locale": "language", "task.fingerprint": "hash",
    "score_mark.kind": "of two", "cache_mark.name": "table", "cache_mark.value": "token",
    # out of other columns of the same length
    "mail.recipient": "an address of these", "enterprise.name": "park_enterprise.name",
    "enterprise.credit_code": "park_enterprise.credit_code",
    "registration.credit_code": "park_enterprise.credit_code",
    # from outside, measured line by line or cut
    "park_enterprise.address": "file", "park_enterprise.credit_code": "file",
    "park_enterprise.legal_person": "file", "park_enterprise.name": "file",
    "activity.message_id": "hashed where too long", "attachment.filename": "cut",
    "external_identity.issuer": "refused at start", "external_identity.subject": "hashed where too"
    " long", "sign_in.address": "a network", "sign_in.browser": "cut",
    "user.email": "measured by email-validator",
    "passkey.name": "measured by Flask-Security (WAN_NAME_MAX_LENGTH)",
    # of the second factor
    "user.tf_primary_method": "of one", "user.fs_webauthn_user_handle": "uuid",
    "passkey.usage": "of one", "passkey.device_type": "of two",
}  # fmt: skip
LONG = "长" * 5000
LIGATURE = "\ufdfa"  # one sign that stands for eighteen


def bounded() -> dict[str, int]:
    """Every column of text with a length, by "table.column"."""
    return {
        f"{table.name}.{column.name}": column.type.length
        for table in db.metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, sa.String)
        and not isinstance(column.type, sa.Enum)
        and column.type.length
    }


def test_every_bounded_column_is_known() -> None:
    assert set(TYPED) | set(OTHERWISE) == set(bounded())
    assert not set(TYPED) & set(OTHERWISE)


@pytest.mark.parametrize("column", sorted(TYPED))
def test_forms_measure_what_people_type(column: str) -> None:
    for form in TYPED[column]:
        unbound: Any = getattr(form, column.partition(".")[2])
        rules = unbound.kwargs["validators"]
        found = [one.max for one in rules if isinstance(one, wtforms.validators.Length)]
        found += [OF_ONE_LENGTH[name] for one in rules
                  if (name := getattr(one, "__name__", "")) in OF_ONE_LENGTH]  # fmt: skip
        assert found, form
        assert min(found) <= bounded()[column], form


def test_words_of_the_code_fit() -> None:
    width = bounded()
    verbs = [step.name for process in PROCESSES.values() for step in process.transitions]
    assert max(map(len, verbs)) <= width["event.name"]
    assert (
        max(len(table.name) for table in db.metadata.sorted_tables) <= width["event.subject_type"]
    )
    states: list[Enum] = [
        member
        for table in db.metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, sa.Enum)
        for member in column.type.enum_class or ()
    ]
    assert max(len(state.value) for state in states) <= width["event.target"]
    templates = [path.stem for path in Path("templates/email").iterdir()]
    assert max(map(len, templates)) <= width["notification.template"]
    assert max(map(len, locales.LANGUAGES)) <= width["user.locale"] == width["mail.locale"]
    assert max(len(job.name) for job in jobs.JOBS) <= width["job_run.name"]


@pytest.mark.parametrize("typed", [LIGATURE * 60, "ß" * 40, "x" * 65])
def test_a_number_is_measured_in_its_plain_form(typed: str) -> None:
    field = TransactionForm(MultiDict({"contract_number": typed})).contract_number
    assert len(plain_number(typed)) > 64
    assert not field.validate(None)
    assert field.errors == ["Field cannot be longer than 64 characters."]
    assert field.data == text.line(typed)


def test_a_text_that_fits_in_its_plain_form_is_taken() -> None:
    class Tried(wtforms.Form):
        number = wtforms.StringField(validators=[StoredLength(18, plain_number)])

    assert Tried(MultiDict({"number": LIGATURE})).validate()
    assert not Tried(MultiDict({"number": LIGATURE + "1"})).validate()


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("field", "typed", "shown"),
    [
        # numbers are read as they are meant: eighteen letters each
        ("contract_number", LIGATURE * 64, normalize("NFKC", LIGATURE * 64)),
        ("invoice_number", LIGATURE * 64, normalize("NFKC", LIGATURE * 64)),
        ("enterprise_name", LIGATURE * 200, LIGATURE * 200),
        ("title", "x" * 201, "x" * 201),
    ],
    ids=["contract", "invoice", "enterprise", "title"],
)
def test_a_deal_with_too_long_a_text_is_told_in_words(
    pg_app: Flask, field: str, typed: str, shown: str
) -> None:
    cast = Cast()
    client = sign_in(pg_app.test_client(), cast.bella)
    data = {
        "action": "save", "form_key": "", "party": "named", "title": "Adviser",
        "enterprise_name": "Elsewhere", "category_id": str(cast.law.id), "sold": "",
        "affiliation_id": "", field: typed,
    }  # fmt: skip
    page = client.post("/workbench/transaction/new/", data=data)
    assert page.status_code == 200
    assert shown in page.text
    assert rows(sa.select(Transaction)) == []


@pytest.mark.postgres
@pytest.mark.parametrize("typed", [f"{'㏂' * 100}.example", "x" * 196 + ".example"])
def test_a_website_that_is_too_long_is_told_in_words(pg_app: Flask, typed: str) -> None:
    cast = Cast()
    client = sign_in(pg_app.test_client(), cast.bella)
    data = {"website": typed, "version": cast.bridge.version,
            "categories": [one.id for one in cast.bridge.categories]}  # fmt: skip
    page = client.post("/workbench/profile/", data=data)
    assert page.status_code == 200
    assert rows(sa.select(Institution).where(Institution.website.contains("example"))) == []


@pytest.mark.postgres
def test_a_browser_with_a_long_name_signs_in(pg_app: Flask) -> None:
    Cast().ann.password = hash_password(PASSWORD)
    db.session.commit()
    client = pg_app.test_client()
    data = {"email": "ann@example.com", "password": PASSWORD}
    answer = client.post("/login", data=data, headers={"User-Agent": "Mozilla " + "x" * 5000})
    assert answer.status_code == 302
    (row,) = rows(sa.select(SignIn))
    assert len(row.browser) == 200
    assert sign_ins.network("2001:db8:ffff:ffff::1") == "2001:db8:ffff::/48"


@pytest.mark.postgres
@pytest.mark.parametrize("subject", [LONG, "a\x00b", "a\ud800b"], ids=["long", "NUL", "half"])
def test_an_identity_from_elsewhere_fits(pg_app: Flask, subject: str) -> None:
    claims = {"sub": subject, "name": f"\x00\ud800{LONG}", "email": "new@example.com",
              "email_verified": True, "phone_number": "1" * 500}  # fmt: skip
    identity = identities.from_claims("https://issuer.example", claims, "code")
    found = identities.find(identity, "en")
    db.session.commit()
    again = identities.find(identities.from_claims("https://issuer.example", claims, "code"), "en")
    assert again.user.id == found.user.id
    (user,) = rows(sa.select(User).where(User.email == "new@example.com"))
    assert user.name == "长" * 64
    assert user.phone == "1" * 32
    assert len(rows(sa.select(ExternalIdentity))) == 1


def test_an_issuer_that_fits_no_column_is_refused_at_start(tmp_path: Path) -> None:
    issuer = "https://" + "x" * 200
    with pytest.raises(config.UnsafeSettings, match="OIDC_ISSUER is longer than 200 characters"):
        create_app(settings_of(tmp_path, oidc_issuer=issuer, oidc_client_id="a"))


UTF_7 = "=?utf-7?Q?+2AA-half?="  # Python reads half of a surrogate pair out of it


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("subject", "message_id", "title"),
    [
        ("x" * 500, f"<{'y' * 500}@example.com>", "x" * 200),
        ("a\x00b", "<a\x00b@example.com>", "ab"),
        (UTF_7, UTF_7, "half"),
    ],
    ids=["long", "NUL", "half"],
)
def test_a_mail_from_outside_fits(pg_app: Flask, subject: str, message_id: str, title: str) -> None:
    head = f"From: bella@example.com\r\nSubject: {subject}\r\nMessage-ID: {message_id}\r\n"
    letter = reading.read(f"{head}\r\nA salon.\x00\r\n".encode())
    letter = replace(letter, proven=True)
    assert filing.file(letter) is filing.Fate.FILED
    assert filing.file(letter) is filing.Fate.KNOWN
    (row,) = rows(sa.select(Activity))
    assert row.title == title


@pytest.mark.postgres
@pytest.mark.parametrize(
    "name", [f"{LONG}.{'x' * 500}", f"a\x00\ud800{LONG}.pdf"], ids=["long", "NUL and half"]
)
def test_a_file_name_fits(pg_app: Flask, name: str) -> None:
    cast = Cast()
    upload = uploads.Upload(
        b"%PDF-", "application/pdf", uploads.clean_name(name, "application/pdf")
    )
    file = uploads.attach(cast.bridge, AttachmentKind.LICENCE, upload, cast.bella)
    db.session.commit()
    assert 0 < len(file.filename) <= 130


@pytest.mark.postgres
def test_what_a_mail_server_answers_fits(pg_app: Flask) -> None:
    outbox.enqueue("welcome", "bob@example.com", link="/account/", key=("bob",), kind=None)
    db.session.commit()
    post = PostOffice(refuses=("bob@example.com",), refusal=f"550 no\x00body {'x' * 400}")
    with serving(post) as port, mailing(pg_app, port):
        outbox.deliver_due()
    (mail,) = rows(sa.select(Mail))
    assert mail.status == "dead"
    assert mail.error.startswith("550 nobody xxx")


@pytest.mark.postgres
def test_what_a_job_fails_with_fits(pg_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)  # a worker of the tests hands on no half of a pair

    def fail(_at: Any) -> int:
        raise RuntimeError(f"a\x00\ud800{LONG}")

    run_due([Job(name="j" * 64, run=fail, every=timedelta(hours=1))])
    (run,) = rows(sa.select(JobRun))
    assert run.error.startswith("RuntimeError: a长长")


def test_the_longest_links_fit(app: Flask, cast: Cast) -> None:
    """A link is a path of ours, with a token at most: far from the end of its column."""
    width = bounded()
    client = app.test_client()
    for address, page in (("ann@example.com", "/reset"), ("new@example.com", "/confirm")):
        client.post(page, data={"email": address})
    longest = [len(row.link) for row in rows(sa.select(Mail))]
    assert longest
    assert max(longest) < 300 < width["mail.link"]
    assert len(f"/invitations/{secrets.token_urlsafe(32)}") < width["notification.link"]
    assert width["activity.message_id"] == inbox.reading.LONGEST_ID
