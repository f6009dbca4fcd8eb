"""Demands and mails in the platform's office: what is masked, what is sent again."""

from __future__ import annotations

import sqlalchemy as sa

from core.database import db
from models import (
    Mail,
    MailStatus,
)
from tests.support.application import rows
from tests.support.applying import english, post, see
from tests.support.demands import PHONE, at_state, post_demand
from tests.support.platform import dead_mail, events, seen


def test_demands_are_read_with_the_contact_masked(client, cast):
    row = at_state(post_demand(cast), cast, "disputed")
    db.session.commit()
    english(client, cast.root)
    page = see(client, f"/admin/demand/details/?id={row.id}").text
    assert "138****2222" in page
    assert "a***@example.com" in page
    assert PHONE not in page
    assert "ann@example.com" not in page
    assert "Outcome disputed" in page
    for verb in ("accept", "record_outcome", "withdraw"):
        assert post(client, "/admin/demand/ask/", verb=verb, ids=seen(row)).status_code == 403
    assert events("demand", "contact_revealed") == []


def test_a_dead_mail_is_sent_again(client, cast):
    row = dead_mail()
    english(client, cast.root)
    assert "550 no such user" in see(client, "/admin/mail/?status=dead").text
    page = see(client, f"/admin/mail/details/?id={row.id}").text
    assert "Bridge Law" in page
    post(client, "/admin/mail/ask/", verb="resend", ids=str(row.id))
    after = rows(sa.select(Mail).where(Mail.id == row.id))[0]
    assert (after.status, after.attempts, after.error) == (MailStatus.QUEUED, 0, None)
    answer = post(client, "/admin/mail/ask/", verb="resend", ids=str(row.id))
    assert "on its way already" in see(client, answer.location).text
    assert len(events("mail", "resend")) == 1


def test_auditors_send_no_mail_again(client, cast):
    row = dead_mail()
    english(client, cast.audrey)
    assert "Send again" not in see(client, f"/admin/mail/details/?id={row.id}").text
    assert post(client, "/admin/mail/ask/", verb="resend", ids=str(row.id)).status_code == 403
    assert rows(sa.select(Mail))[0].status is MailStatus.DEAD


def test_a_link_that_is_a_key_is_shown_to_nobody(client, cast):
    row = dead_mail("/invitations/secret-token")
    english(client, cast.root)
    assert "secret-token" not in see(client, f"/admin/mail/details/?id={row.id}").text
