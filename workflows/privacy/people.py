"""What is kept of accounts and of consultants."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

from models import InvitationStatus
from workflows.privacy.declaration import (
    LIFE,
    LIVING,
    RECORD,
    STAMPED,
    TABLES,
    Closing,
    Condition,
    Declared,
    Ground,
)

_consultant = TABLES["consultant"].c
_qualification = TABLES["qualification"].c
_attachment = TABLES["attachment"].c
_invitation = TABLES["invitation"].c


def profiles_of(user: Any) -> Condition:
    """The person's profile as a consultant, and what institutions noted of the same address."""
    noted = sa.and_(_consultant.user_id.is_(None), _consultant.email == user.email)
    return sa.or_(_consultant.user_id == user.id, noted)


def _profile_ids(user: Any) -> Any:
    return sa.select(_consultant.id).where(profiles_of(user))


def qualifications_of(user: Any) -> Condition:
    return _qualification.consultant_id.in_(_profile_ids(user))


def _scans_and_photo_of(user: Any) -> Condition:
    qualifications = sa.select(_qualification.id).where(qualifications_of(user))
    return sa.or_(
        _attachment.consultant_id.in_(_profile_ids(user)),
        _attachment.qualification_id.in_(qualifications),
    )


def files_of(user: Any) -> Condition:
    return sa.or_(_attachment.uploader_id == user.id, _scans_and_photo_of(user))


def _ended_invitations_of(user: Any) -> Condition:
    return sa.and_(_invitation.email == user.email, _invitation.status != InvitationStatus.SENT)


PEOPLE = (
    Declared(
        table="user",
        plain=f"{STAMPED} kind role custom_role_id locale active confirmed_at last_login_at"
        " role_since second_factor_at",
        erased="email name phone",
        hidden="password fs_uniquifier fs_webauthn_user_handle mf_recovery_codes tf_last_counter"
        " tf_primary_method tf_totp_secret",
        what=lazy_gettext("Account: name, e-mail address, telephone, password (hashed)"),
        why=lazy_gettext("To sign you in and to reach you"),
        closing=Closing.ERASE,
        owner="id",
        by_hand=True,
        part="account",
    ),
    Declared(
        table="external_identity",
        plain=STAMPED,
        kept="user_id issuer subject",
        what=lazy_gettext("Single sign-on: that your account at the park's platform is this one"),
        why=lazy_gettext("To recognise you there"),
        closing=Closing.DELETE,
        owner="user_id",
        part="single_sign_on",
    ),
    Declared(
        table="passkey",
        plain="id",
        kept="user_id name created_at lastuse_datetime device_type backup_state usage",
        hidden="credential_id public_key sign_count transports extensions",
        what=lazy_gettext("Passkeys and the authenticator app of your account"),
        why=lazy_gettext("To let nobody else in"),
        closing=Closing.DELETE,
        owner="user_id",
        part="passkeys",
    ),
    Declared(
        table="registration",
        plain=STAMPED,
        kept="user_id credit_code remark",
        closing=Closing.DELETE,
        owner="user_id",
        part="registration",
    ),
    Declared(
        table="consent",
        plain="id",
        kept="user_id slug edition at withdrawn_at",
        what=lazy_gettext("Consents: what you agreed to and took back, which edition and when"),
        why=lazy_gettext("To prove your consent"),
        ground=Ground.LAW,
        period=RECORD,
        owner="user_id",
        part="consents",
    ),
    Declared(
        table="favourite",
        plain="id",
        kept="created_at user_id institution_id consultant_id product_id",
        what=lazy_gettext("Favourites, and which mails you do without"),
        why=lazy_gettext("To find them again"),
        closing=Closing.DELETE,
        owner="user_id",
        part="favourites",
    ),
    Declared(
        table="muted_notice",
        plain="id",
        kept="user_id kind",
        closing=Closing.DELETE,
        owner="user_id",
        part="mails_switched_off",
    ),
    Declared(
        table="demand_draft",
        plain="id",
        kept="user_id kind target_id data updated_at",
        what=lazy_gettext("Drafts of demands"),
        why=lazy_gettext("So that you can finish them later"),
        period="retention_drafts",
        closing=Closing.DELETE,
        owner="user_id",
        part="drafts",
    ),
    Declared(
        # for half an hour, encrypted with a key of the browser: not even the platform reads it
        table="kept_form",
        plain="id",
        kept="at user_id",
        hidden="browser content",
        closing=Closing.DELETE,
        owner="user_id",
    ),
    Declared(
        table="staff_invitation",
        plain="id sent_at expires_at accepted_at",
        kept="user_id inviter_id",
        hidden="token_hash",
        closing=Closing.DELETE,
        owner="user_id",
        part="staff_invitations",
    ),
    Declared(
        table="membership",
        plain=STAMPED,
        kept="user_id institution_id role active",
        what=lazy_gettext("For which institution or enterprise you act, and since when"),
        why=lazy_gettext("To show you what is its own, and nobody else's"),
        period=RECORD,
        owner="user_id",
        part="workbench_memberships",
    ),
    Declared(
        table="enterprise_membership",
        plain=LIVING,
        kept="user_id enterprise_id verified_at verified_how verified_by_id",
        erased="reason",
        period=RECORD,
        closing=Closing.ERASE,
        owner="user_id",
        part="enterprise_memberships",
    ),
    Declared(
        table="verification",
        plain=f"{LIVING} membership_id by_code code_due_at code_tries",
        kept="decided_by_id",
        erased="contact note reason",
        hidden="code_hash",
        what=lazy_gettext("How it was verified that you speak for your enterprise"),
        why=lazy_gettext("So that nobody acts in its name without its knowledge"),
        period=RECORD,
        closing=Closing.ERASE,
        of=lambda user: TABLES["verification"].c.membership_id.in_(
            sa.select(TABLES["enterprise_membership"].c.id).where(
                TABLES["enterprise_membership"].c.user_id == user.id
            )
        ),
        part="verifications",
    ),
    Declared(
        table="objection",
        plain=f"{LIVING} credit_code membership_id contested_id application_id holder_id",
        kept="objector_id decided_by_id",
        erased="statement reason",
        what=lazy_gettext("Objections to who holds your enterprise or credit code"),
        why=lazy_gettext("So that nobody keeps what is another's"),
        period=RECORD,
        closing=Closing.ERASE,
        owner="objector_id",
        part="objections",
    ),
    Declared(
        table="consultant",
        plain=f"{LIVING} user_id",
        erased="name title email mobile introduction publishes_email publishes_mobile"
        " consented_at certified_at reason",  # who is not certified has no page
        what=lazy_gettext(
            "Consultants: name, title, e-mail, mobile number, introduction, photograph"
        ),
        why=lazy_gettext(
            "To show who advises. Contacts are public only as long as you agree to it"
        ),
        ground=Ground.CONSENT,
        period=LIFE,
        closing=Closing.ERASE,
        of=profiles_of,
        part="consultant",
    ),
    Declared(
        table="consultant_category",
        kept="consultant_id category_id",
        closing=Closing.DELETE,
        of=lambda user: TABLES["consultant_category"].c.consultant_id.in_(_profile_ids(user)),
    ),
    Declared(
        table="consultant_score",
        plain="id category_id score base slope mean ratings stars deals parts former_place"
        " former_month computed_at",
        kept="consultant_id",
        closing=Closing.DELETE,
        of=lambda user: TABLES["consultant_score"].c.consultant_id.in_(_profile_ids(user)),
    ),
    Declared(
        table="qualification",
        plain=f"{STAMPED} consultant_id",
        erased="name number issuer valid_until",
        what=lazy_gettext("Qualifications of consultants: name, number, issuer and scan"),
        why=lazy_gettext("To check that who advises may do so"),
        closing=Closing.DELETE,
        of=qualifications_of,
        part="qualifications",
    ),
    Declared(
        table="affiliation",
        plain=f"{LIVING} institution_id adder_id submitted_at linked_at unlinked_at",
        kept="consultant_id",
        erased="reason remarks",
        period=RECORD,
        closing=Closing.ERASE,
        of=lambda user: TABLES["affiliation"].c.consultant_id.in_(_profile_ids(user)),
        part="affiliations",
    ),
    Declared(
        table="attachment",
        plain=f"{STAMPED} kind institution_id profile_change_id consultant_id qualification_id"
        " product_id product_change_id demand_id transaction_id activity_id verification_id"
        " objection_id pages content_type size",
        kept="uploader_id filename",
        hidden="storage_key",
        what=lazy_gettext("Files that you uploaded"),
        why=lazy_gettext("They belong to an application, a demand or a deal"),
        period=RECORD,
        closing=Closing.DELETE,
        end=lazy_gettext(
            "Photographs and scans of certificates are deleted; what belongs to a record stays"
        ),
        of=files_of,
        closes=_scans_and_photo_of,
        part="files",
    ),
    Declared(
        table="invitation",
        plain=f"{LIVING} institution_id affiliation_id expires_at opened_at reminded_at asked_at",
        erased="email",
        hidden="token_hash salt",
        what=lazy_gettext("Invitations into an institution: the address that they went to"),
        why=lazy_gettext("To let colleagues and consultants in"),
        period="retention_invitations",
        end=lazy_gettext("The address is erased; of an open invitation, with its period"),
        closing=Closing.ERASE,
        of=lambda user: _invitation.email == user.email,
        closes=_ended_invitations_of,
        part="invitations",
    ),
)
