"""The From line of an activity mail counts only where the receiving server vouches for it.

Seen: whoever wrote `From: <a member of an institution>` filed activities for that institution.
"""

from __future__ import annotations

from email import message_from_bytes

import pytest
import sqlalchemy as sa

from core.database import db
from inbox import proof
from inbox.filing import Fate, file
from inbox.reading import read
from models import Activity, SiteSetting
from tests.support.application import sign_in

MX = "mx.park.example"
BODY = "From: Bella <bella@example.com>\r\nSubject: Lecture\r\n\r\nSixty people.\r\n"


def vouched(*headers: str, body: str = BODY, sender: str = "bella@example.com") -> bool:
    raw = "".join(f"{header}\r\n" for header in headers) + body
    return proof.vouched_for(message_from_bytes(raw.encode()), sender, MX)


@pytest.mark.parametrize(
    "said",
    [
        "dmarc=pass header.from=example.com",
        "dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.com",
        "dmarc = pass",
        "spf=pass smtp.mailfrom=bella@example.com",
        "spf=pass (sender IP is 192.0.2.1; it is ours) smtp.mailfrom=example.com; dkim=none",
        "dkim=pass header.d=example.com header.s=a",
        "dkim=pass header.i=@example.com",
        "dkim=fail header.d=example.com; dkim=pass header.d=EXAMPLE.com",
        "dmarc=none; spf=pass smtp.mailfrom=bella@example.com",
        "spf=fail smtp.mailfrom=bella@example.com;\r\n dkim=pass\r\n header.d=example.com",
    ],
)
def test_what_the_receiving_server_vouches_for(said):
    assert vouched(f"Authentication-Results: {MX}; {said}")
    assert vouched(f"authentication-results: {MX.upper()} 1; {said}")


@pytest.mark.parametrize(
    "said",
    [
        "none",
        "dmarc=fail header.from=example.com",
        "dmarc=pass header.from=other.example",
        "dmarc=fail; spf=pass smtp.mailfrom=bella@example.com",
        "dmarc=pass; dmarc=fail",
        "spf=pass smtp.mailfrom=bella@other.example",
        "spf=pass smtp.helo=example.com",
        "spf=softfail smtp.mailfrom=bella@example.com",
        "dkim=pass header.d=evil-example.com",
        "dkim=pass header.d=sub.example.com",
        "dkim=pass header.d=com",
        "dkim=pass",
        "auth=pass smtp.auth=bella@example.com",
        'spf=pass smtp.mailfrom="a; dmarc=pass"@other.example',
        "spf=pass (dmarc=pass smtp.mailfrom=example.com) smtp.mailfrom=other.example",
        "dmarc=fail (; dmarc=pass",
        'x="; dmarc=pass',
        "dmarc=passed",
    ],
)
def test_what_it_does_not(said):
    assert not vouched(f"Authentication-Results: {MX}; {said}")


def test_only_the_topmost_header_of_the_receiving_server_counts():
    passed = f"Authentication-Results: {MX}; dmarc=pass header.from=example.com"
    failed = f"Authentication-Results: {MX}; dmarc=fail header.from=example.com"
    other = "Authentication-Results: mx.evil.example; dmarc=pass header.from=example.com"
    assert vouched(passed, failed)
    assert not vouched(failed, passed)  # the sender brought the lower one along
    assert not vouched(other)
    assert not vouched()
    assert vouched(other, passed)  # a relay of ours stands above
    assert not vouched(f"Authentication-Results: x{MX}; dmarc=pass")
    assert not vouched("Authentication-Results: ; dmarc=pass")
    assert not vouched(f"Authentication-Results: {MX}; dmarc=pass" + " " * 20_000)


def test_two_from_lines_prove_nobody():
    passed = f"Authentication-Results: {MX}; dmarc=pass header.from=example.com"
    assert not vouched(passed, "From: rita@example.com")


def test_without_the_name_of_the_server_nobody_is_proven():
    raw = f"Authentication-Results: {MX}; dmarc=pass\r\n{BODY}".encode()
    assert not proof.vouched_for(message_from_bytes(raw), "bella@example.com", "")


def test_a_mail_that_nobody_vouches_for_is_left_to_a_person(app, cast):
    assert file(read(BODY.encode(), MX)) is Fate.LEFT
    assert list(db.session.scalars(sa.select(Activity))) == []


def test_or_is_filed_with_a_mark_where_the_setting_says_so(app, cast, client):
    db.session.add(SiteSetting(key="activity_mails_proven", value=""))
    db.session.commit()
    assert file(read(BODY.encode(), MX)) is Fate.FILED
    good = f"Authentication-Results: {MX}; dmarc=pass\r\n{BODY.replace('Sixty', 'Ten')}"
    assert file(read(good.encode(), MX)) is Fate.FILED
    marked, proven = db.session.scalars(sa.select(Activity).order_by(Activity.id))
    assert (marked.unproven, proven.unproven) == (True, False)
    client.post("/language", data={"locale": "en"})
    sign_in(client, cast.vera)
    words = "does not vouch for the sender"
    assert words in client.get(f"/admin/activity/details/?id={marked.id}").text
    assert words not in client.get(f"/admin/activity/details/?id={proven.id}").text
