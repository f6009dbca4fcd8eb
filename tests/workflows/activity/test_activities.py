"""Activities: filed, registered, completed, approved with points, revoked; and who sees what."""

from __future__ import annotations

import io
import threading
import uuid
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

import access
import ranking
import uploads
from content import settings
from core.clock import frozen
from core.database import db
from models import (
    Activity,
    ActivityPart,
    ActivityRole,
    ActivitySource,
    ActivityStatus,
    Event,
    Mail,
    ScoreRule,
    SiteSetting,
    User,
)
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from tests.support.ranking import settle_scores
from tests.support.versions import ids_of
from workflows import engine
from workflows.activity import writing
from workflows.activity.points import points_in_force

S, R = ActivityStatus, ActivityRole
PEOPLE = ["root", "vera", "audrey", "ann", "otto", "bella", "stan", "rita", "lin"]
QUEUE = {"root", "vera"}
VALUES = {
    "title": "A lecture on tax",
    "held_on": date(2026, 3, 2),
    "authority": "Tax Bureau",
    "participants": 60,
    "description": "Free of charge.",
}
FORM = {key: str(value) for key, value in VALUES.items()} | {"role": "cohost"}
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF\n"


def filed(cast: Cast, role: ActivityRole = R.HOST, **more: object) -> Activity:
    """An activity that Bella files for Bridge; not committed."""
    return writing.create_activity("file", cast.bella, VALUES | more, {cast.bridge.id: role})


def registered(cast: Cast) -> Activity:
    """One that Root registers for Bridge and Rival."""
    roles = {cast.bridge.id: R.HOST, cast.rival.id: R.SUPPORT}
    return writing.create_activity("register", cast.root, VALUES, roles)


def told(template: str) -> set[str]:
    return set(db.session.scalars(sa.select(Mail.recipient).where(Mail.template == template)))


def points(row: Activity) -> dict[str, float]:
    db.session.flush()
    found = rows(sa.select(ActivityPart).where(ActivityPart.activity_id == row.id))
    return {part.institution.name: part.points for part in found}


# --- the rules ---


def test_each_institution_gets_the_points_of_its_role(cast: Cast) -> None:
    row = registered(cast)
    assert points(row) == {"Bridge Law": 0.0, "Rival Tax": 0.0}
    assert engine.perform(Activity, "approve", [row.id], cast.vera).done == [row.id]
    assert points(row) == {"Bridge Law": 3.0, "Rival Tax": 1.0}
    both = {"reserved-bridge@example.com", "reserved-rival@example.com"}
    assert told("activity_registered") == told("activity_approved") == both
    engine.perform(Activity, "revoke", [row.id], cast.root, reason="It was not held.")
    assert points(row) == {"Bridge Law": 0.0, "Rival Tax": 0.0}
    assert (row.status, row.reason) == (S.REVOKED, "It was not held.")
    assert told("activity_revoked") == both


def test_the_rule_in_force_gives_the_points(cast: Cast) -> None:
    for day, host in ((date(2026, 1, 1), 5), (date(2026, 6, 1), 7), (date(2026, 7, 1), 9)):
        db.session.add(ScoreRule(valid_from=day, points={"host": host, "cohost": 2.5}, weights={}))
    db.session.flush()
    assert points_in_force(date(2025, 12, 31)) == {R.HOST: 3.0, R.COHOST: 2.0, R.SUPPORT: 1.0}
    assert points_in_force(date(2026, 5, 31))[R.HOST] == 5.0
    assert points_in_force(date(2026, 6, 1)) == {R.HOST: 7.0, R.COHOST: 2.5, R.SUPPORT: 1.0}
    row = filed(cast)
    with frozen(datetime(2026, 5, 31, 16, 0, tzinfo=UTC)):  # the first of June in Suzhou
        engine.perform(Activity, "approve", [row.id], cast.root)
    assert points(row) == {"Bridge Law": 7.0}


@pytest.mark.parametrize("state", list(S))
def test_buttons_are_the_truth_table(cast: Cast, state: ActivityStatus) -> None:
    row = filed(cast)
    roads = {S.APPROVED: ("approve",), S.REJECTED: ("reject",), S.REVOKED: ("approve", "revoke")}
    for verb in roads.get(state, ()):
        answers = {} if verb == "approve" else {"reason": "x"}
        engine.perform(Activity, verb, [row.id], cast.root, **answers)
    shown = {
        (step.name, person)
        for person in PEOPLE
        for step in engine.allowed(row, getattr(cast, person))
    }
    verbs = {S.REGISTERED: ("approve", "reject"), S.APPROVED: ("revoke",)}.get(state, ())
    assert shown == {(verb, person) for verb in verbs for person in QUEUE}


def test_a_mail_without_a_day_is_completed_before_it_is_approved(cast: Cast) -> None:
    values = {"title": "By mail", "message_id": "<1@x>"}
    row = writing.create_activity("receive", access.SYSTEM, values, {cast.bridge.id: R.SUPPORT})
    refused = engine.perform(Activity, "approve", [row.id], cast.root).refused
    assert "日期" in str(refused[row.id])
    writing.change(row, cast.root, {"held_on": date(2026, 3, 1)}, {cast.bridge.id: R.COHOST})
    assert engine.perform(Activity, "approve", [row.id], cast.root).done == [row.id]
    assert points(row) == {"Bridge Law": 2.0}


def test_nothing_to_come_and_nobodys_is_not_approved(cast: Cast) -> None:
    later = filed(cast, held_on=date(2999, 1, 1))
    empty = writing.create_activity("register", cast.root, VALUES, {})
    outcome = engine.perform(Activity, "approve", [later.id, empty.id], cast.root)
    assert outcome.done == []
    assert set(outcome.refused) == {later.id, empty.id}


def test_institutions_are_exchanged_until_the_decision(cast: Cast) -> None:
    row = filed(cast)
    version = row.version
    roles = {cast.rival.id: R.HOST, cast.bridge.id: R.SUPPORT}
    writing.change(row, cast.vera, {"participants": 80}, roles)
    assert {part.institution_id: part.role for part in row.parts} == roles
    assert row.version == version + 1
    changes = [event.changes for event in engine.history(row) if event.name == "edit"]
    assert changes[0] == {"participants": [60, 80]}
    assert "Rival Tax" in changes[1]["parts"][1]
    stale = engine.perform(Activity, "approve", [row.id], cast.root, seen={row.id: version})
    assert stale.refused == {row.id: engine.CHANGED}
    writing.change(row, cast.root, {}, {cast.rival.id: R.HOST})
    assert [part.institution_id for part in row.parts] == [cast.rival.id]
    engine.perform(Activity, "approve", [row.id], cast.root)
    with pytest.raises(ValueError, match=r"."):
        writing.change(row, cast.root, {}, roles)
    for person in ("bella", "audrey"):
        with pytest.raises(PermissionError):
            writing.change(row, getattr(cast, person), {}, roles)


def test_nobody_files_for_another(cast: Cast) -> None:
    for person, institution in (("bella", cast.rival), ("ann", cast.bridge), ("root", cast.bridge)):
        with pytest.raises(PermissionError):
            writing.create_activity("file", getattr(cast, person), VALUES, {institution.id: R.HOST})
    with pytest.raises(PermissionError):
        writing.create_activity("register", cast.bella, VALUES, {cast.bridge.id: R.HOST})
    with pytest.raises(PermissionError):
        writing.create_activity("receive", cast.root, VALUES, {cast.bridge.id: R.HOST})


def test_an_institution_stands_once_in_an_activity(cast: Cast) -> None:
    row = filed(cast)
    db.session.add(ActivityPart(activity_id=row.id, institution_id=cast.bridge.id, role=R.HOST))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_who_sees_it(cast: Cast) -> None:
    row = registered(cast)

    def readers() -> set[str]:
        query = Activity.id == row.id
        return {
            person
            for person in PEOPLE
            if db.session.scalar(access.visible(getattr(cast, person), Activity).where(query))
        }

    assert readers() == {"root", "vera", "audrey", "bella", "stan", "rita"}
    writing.change(row, cast.root, {}, {cast.rival.id: R.HOST})
    assert readers() == {"root", "vera", "audrey", "rita"}


def test_the_ranking_hears_of_points(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = []
    monkeypatch.setattr(ranking, "mark", lambda institutions=(), consultants=(): heard.append(
        set(institutions)))  # fmt: skip
    row = registered(cast)
    engine.perform(Activity, "approve", [row.id], cast.root)
    engine.perform(Activity, "revoke", [row.id], cast.root, reason="x")
    assert heard == [{cast.bridge.id, cast.rival.id}] * 2


def approved_and_rejected(app: Flask, cast: Cast) -> None:
    row = filed(cast)
    id = row.id
    people = {"approve": cast.root.id, "reject": cast.vera.id}
    db.session.commit()
    db.session.remove()
    gate, done = threading.Barrier(2), []

    def decide(verb: str, person: int) -> None:
        with app.app_context():
            gate.wait()
            answers = {"reason": "x"} if verb == "reject" else {}
            actor = db.session.get(User, person)
            done.append(engine.perform(Activity, verb, [id], actor, **answers).done)
            db.session.commit()
            db.session.remove()

    threads = [threading.Thread(target=decide, args=one) for one in people.items()]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(done) == [[], [id]]
    query = sa.select(sa.func.count(Event.id)).where(Event.name.in_(("approve", "reject")))
    assert db.session.scalar(query) == 1


@pytest.mark.connections
def test_two_reviewers_decide_once(app: Flask, cast: Cast) -> None:
    approved_and_rejected(app, cast)


@pytest.mark.postgres
def test_two_reviewers_decide_once_on_postgresql(pg_app: Flask) -> None:
    approved_and_rejected(pg_app, Cast())


# --- the workbench ---


def post_new(client: FlaskClient, *files: tuple[str, bytes], **values: str):
    data = FORM | {"form_key": str(uuid.uuid4())} | values
    sent = dict(data.items())
    uploads_of = [(io.BytesIO(content), name) for name, content in files]
    return client.post("/workbench/activity/new/", data=sent | {"files": uploads_of},
                       content_type="multipart/form-data")  # fmt: skip


def all_of() -> list[Activity]:
    return rows(sa.select(Activity).order_by(Activity.id))


def test_an_institution_files_with_evidence(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.stan)
    page = client.get("/workbench/activity/").text
    assert settings.activity_email() in page
    answer = post_new(client, ("notice.pdf", PDF), ("list.pdf", PDF))
    assert answer.status_code == 302
    (row,) = all_of()
    assert (row.status, row.source, row.registrar_id) == (
        S.REGISTERED,
        ActivitySource.WORKBENCH,
        cast.stan.id,
    )
    assert [(part.institution_id, part.role) for part in row.parts] == [(cast.bridge.id, R.COHOST)]
    db.session.info.clear()
    assert [file.filename for file in uploads.files_of(row)] == ["notice.pdf", "list.pdf"]
    assert told("activity_waiting") == {"root@example.com", "vera@example.com"}
    page = client.get(f"/workbench/activity/details/?id={row.id}").text
    assert "notice.pdf" in page


@pytest.mark.parametrize(
    "values",
    [{"title": ""}, {"held_on": "2999-01-01"}, {"held_on": "x"}, {"role": "king"}, {"role": ""},
     {"participants": "-3"}, {"participants": "many"}, {"authority": " "}, {"description": ""}],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_kept(
    client: FlaskClient, cast: Cast, values: dict[str, str]
) -> None:
    sign_in(client, cast.bella)
    answer = post_new(client, **values)
    assert answer.status_code == 200
    assert "field-error" in answer.text
    assert values.get("title", "A lecture on tax") in answer.text
    assert all_of() == []


def test_a_refused_file_is_named(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.bella)
    answer = post_new(client, ("good.pdf", PDF), ("plan.docx", b"PK\x03\x04"))
    assert answer.status_code == 200
    assert "plan.docx" in answer.text
    assert "A lecture on tax" in answer.text
    assert all_of() == []


def test_two_clicks_file_once(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.bella)
    key = str(uuid.uuid4())
    assert post_new(client, form_key=key).status_code == 302
    again = post_new(client, form_key=key)
    assert again.status_code == 302
    assert len(all_of()) == 1
    sign_in(client, cast.rita)  # another's key is no way to his activity
    assert post_new(client, form_key=key).status_code == 200
    assert len(all_of()) == 1


def test_the_list_is_read_only_and_shows_points(client: FlaskClient, cast: Cast) -> None:
    row = registered(cast)
    engine.perform(Activity, "approve", [row.id], cast.root)
    id = row.id
    db.session.commit()
    sign_in(client, cast.bella)
    assert re_points(client.get("/workbench/activity/").text) == "3"
    sign_in(client, cast.rita)
    assert re_points(client.get("/workbench/activity/").text) == "1"
    assert client.get(f"/workbench/activity/edit/?id={id}").status_code == 404
    for verb in ("approve", "reject", "revoke"):
        sent = {"verb": verb, "ids": ids_of(Activity, id), "answered": "1", "reason": "x"}
        assert client.post("/workbench/activity/ask/", data=sent).status_code == 403


def re_points(page: str) -> str:
    import re

    cells = r'<td data-label="[^"]*">([^<]*)</td>\s*<td data-label="[^"]*">[^<]*</td>\s*</tr>'
    return re.findall(cells, page.replace("\n", ""))[0]  # the last column but one


def test_the_address_follows_the_contact(cast: Cast) -> None:
    assert settings.activity_email() == "sipsmesu@sipac.gov.cn"
    db.session.add(SiteSetting(key="contact_email", value="new@park.example"))
    db.session.flush()
    assert settings.activity_email() == "new@park.example"
    db.session.add(SiteSetting(key="activity_email", value="fun@park.example"))
    db.session.flush()
    assert settings.activity_email() == "fun@park.example"


def test_evidence_is_for_those_who_took_part(client: FlaskClient, cast: Cast) -> None:
    upload = uploads.check(PDF, "notice.pdf")
    row = writing.create_activity("file", cast.bella, VALUES, {cast.bridge.id: R.HOST}, [upload])
    file = uploads.files_of(row)[0].id
    db.session.commit()
    for person, status in (("bella", 200), ("root", 200), ("rita", 404), ("ann", 404)):
        sign_in(client, getattr(cast, person))
        assert client.get(f"/attachments/{file}").status_code == status, person


# --- the platform ---


def form_of(*parts: tuple[int | str, str], **more: str) -> dict[str, str]:
    found = {key: value for key, value in FORM.items() if key != "role"} | more
    for number, (institution, role) in enumerate(parts):
        found[f"parts-{number}-institution"] = str(institution)
        found[f"parts-{number}-role"] = role
    return found


def test_the_platform_registers_for_several(client: FlaskClient, cast: Cast) -> None:
    bridge, rival = cast.bridge.id, cast.rival.id
    sign_in(client, cast.vera)
    stem = "/admin/activity/new/"
    for bad in (form_of(), form_of(("", "host")), form_of((bridge, "host"), (bridge, "support")),
                form_of((cast.draft.id, "host")), form_of((999, "host")),
                form_of((bridge, "king"))):  # fmt: skip
        answer = client.post(stem, data=bad)
        assert answer.status_code == 200
        assert "A lecture on tax" in answer.text
    assert all_of() == []
    sent = form_of((bridge, "host"), ("", "host"), (rival, "support"))
    assert client.post(stem, data=sent).status_code == 302
    (row,) = all_of()
    assert {part.institution_id: part.role for part in row.parts} == {
        bridge: R.HOST,
        rival: R.SUPPORT,
    }
    assert row.source is ActivitySource.PLATFORM


def test_the_platform_completes_a_filing(client: FlaskClient, cast: Cast) -> None:
    row = filed(cast)
    id, version, bridge, rival = row.id, row.version, cast.bridge.id, cast.rival.id
    db.session.commit()
    sign_in(client, cast.root)
    stem = f"/admin/activity/edit/?id={id}"
    page = client.get(stem).text
    assert f'<option selected value="{bridge}">' in page
    assert 'value="2026-03-02"' in page
    sent = form_of((bridge, "cohost"), (rival, "host"), version=str(version))
    assert client.post(stem, data=sent).status_code == 302
    (row,) = all_of()
    assert {part.institution_id: part.role for part in row.parts} == {
        bridge: R.COHOST,
        rival: R.HOST,
    }
    stale = client.post(stem, data=sent | {"title": "Other"})  # the version is not the newest
    assert stale.status_code == 200
    db.session.info.clear()
    engine.perform(Activity, "approve", [id], cast.root)
    db.session.commit()
    sign_in(client, cast.root)
    assert client.get(stem).status_code == 403
    assert client.post(stem, data=sent).status_code == 403


def test_many_are_approved_at_once_and_the_unready_named(client: FlaskClient, cast: Cast) -> None:
    ready, unready = filed(cast), filed(cast, held_on=None, title="No day")
    ids = ready.id, unready.id
    db.session.commit()
    sign_in(client, cast.vera)
    sent = {"verb": "approve", "ids": f"{ids[0]}:1,{ids[1]}:1", "from_list": "1"}
    assert client.post("/admin/activity/ask/", data=sent).status_code == 302
    assert [row.status for row in all_of()] == [S.APPROVED, S.REGISTERED]
    assert "No day" in client.get("/admin/activity/").text
    assert "/admin/activity/?status=registered" in client.get("/admin/").text


def test_an_auditor_only_reads(client: FlaskClient, cast: Cast) -> None:
    row = filed(cast)
    id = row.id
    db.session.commit()
    sign_in(client, cast.audrey)
    assert client.get(f"/admin/activity/details/?id={id}").status_code == 200
    assert client.get("/admin/activity/new/").status_code == 403
    assert client.get(f"/admin/activity/edit/?id={id}").status_code == 403


def test_an_institution_sees_what_each_activity_adds_to_its_score(cast: Cast, client) -> None:
    first, second = filed(cast), filed(cast, R.SUPPORT, title="A second lecture")
    engine.perform(Activity, "approve", [first.id], cast.root)
    settle_scores()
    page = sign_in(client, cast.bella).get("/workbench/activity/").text
    assert "+5.90" in page  # 15 x (1 - exp(-3/6)), all there is
    engine.perform(Activity, "approve", [second.id], cast.root)
    settle_scores()
    page = sign_in(client, cast.bella).get("/workbench/activity/").text
    assert "+5.00" in page  # 15 x (exp(-1/6) - exp(-4/6)): the host's three of four points
    assert "+1.40" in page  # 15 x (exp(-3/6) - exp(-4/6)): the supporter's one
