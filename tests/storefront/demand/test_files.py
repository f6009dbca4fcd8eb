"""Files of a demand: up to five, checked, for the two sides alone, and copied when sent on."""

from __future__ import annotations

import io
import uuid

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

import uploads
from core.database import db
from models import Attachment, Demand, DemandStatus, Event
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from tests.support.demands import at_state

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def typed(cast: Cast, *files: tuple[bytes, str], **values: object) -> dict[str, object]:
    return {
        "institution": cast.bridge.id,
        "form_key": str(uuid.uuid4()),
        "title": "Review a lease",
        "category_id": cast.law.id,
        "description": "Forty pages.",
        "contact_name": "Ann",
        "contact_phone": "13811112222",
        "contact_email": "ann@example.com",
        "consent": "y",
        "files": [(io.BytesIO(data), name) for data, name in files],
    } | values


def post(client: FlaskClient, form: dict[str, object]):
    return client.post("/demands/new", data=form, content_type="multipart/form-data")


def test_both_sides_download_and_nobody_else(client: FlaskClient, cast: Cast) -> None:
    form = typed(cast, (PDF, "lease.pdf"), affiliation_id="")
    assert post(sign_in(client, cast.ann), form).status_code == 302
    demand, file = rows(sa.select(Demand))[0], rows(sa.select(Attachment))[0]
    assert (file.demand_id, file.kind.value, file.uploader_id) == (
        demand.id, "document", cast.ann.id,
    )  # fmt: skip
    address = f"/attachments/{file.id}"
    assert address in client.get(f"/account/demands/{demand.id}").text
    assert client.get(address).data == PDF
    for name in ("bella", "stan"):
        sign_in(client, getattr(cast, name))
        assert address in client.get(f"/workbench/demand/details/?id={demand.id}").text
        assert client.get(address).data == PDF
    for name in ("lin", "rita", "otto", "bob"):
        assert sign_in(client, getattr(cast, name)).get(address).status_code == 404, name


def test_the_consultant_in_charge_downloads(client: FlaskClient, cast: Cast) -> None:
    form = typed(cast, (PDF, "lease.pdf"), consultant=cast.lins_link.consultant_id)
    assert post(sign_in(client, cast.ann), form).status_code == 302
    file = rows(sa.select(Attachment))[0]
    assert sign_in(client, cast.lin).get(f"/attachments/{file.id}").data == PDF


@pytest.mark.parametrize(
    "files",
    [
        [(PDF, "lease.pdf"), (b"MZ\x90", "tool.exe")],
        [(b"", "empty.pdf"), (PDF, "lease.pdf")],
        [(PDF, f"{number}.pdf") for number in range(6)],
    ],
)
def test_a_refused_file_keeps_the_typing_and_names_all(
    client: FlaskClient, cast: Cast, files: list[tuple[bytes, str]]
) -> None:
    answer = post(sign_in(client, cast.ann), typed(cast, *files))
    assert answer.status_code == 200
    assert "Forty pages." in answer.text
    assert 'id="files-error"' in answer.text
    for _data, name in files:
        assert name in answer.text.partition('id="files-error"')[2]
    assert rows(sa.select(Demand)) == []
    assert rows(sa.select(Attachment)) == []


def test_a_typing_error_says_which_files_to_choose_again(client: FlaskClient, cast: Cast) -> None:
    answer = post(sign_in(client, cast.ann), typed(cast, (PDF, "lease.pdf"), title=""))
    assert "lease.pdf" in answer.text.partition('id="files-error"')[2]
    assert rows(sa.select(Attachment)) == []


def test_five_files_are_taken(client: FlaskClient, cast: Cast) -> None:
    form = typed(cast, *((PDF, f"{number}.pdf") for number in range(5)))
    assert post(sign_in(client, cast.ann), form).status_code == 302
    assert len(rows(sa.select(Attachment))) == 5


def test_a_sent_on_demand_has_copies(client: FlaskClient, cast: Cast) -> None:
    post(sign_in(client, cast.ann), typed(cast, (PDF, "lease.pdf")))
    old = at_state(rows(sa.select(Demand))[0], cast, DemandStatus.DECLINED)
    db.session.commit()
    stem = f"/demands/new?institution={cast.rival.id}&from={old.id}"
    assert "lease.pdf" in client.get(stem).text
    form = typed(cast, (PDF, "more.pdf"), institution=cast.rival.id, **{"from": old.id})
    assert post(client, form).status_code == 302
    new = rows(sa.select(Demand).where(Demand.sent_on_from_id == old.id))[0]
    copies = rows(sa.select(Attachment).where(Attachment.demand_id == new.id))
    assert sorted(one.filename for one in copies) == ["lease.pdf", "more.pdf"]
    kept = rows(sa.select(Attachment).where(Attachment.demand_id == old.id))
    assert [one.filename for one in kept] == ["lease.pdf"]
    assert len({one.storage_key for one in (*copies, *kept)}) == 3
    with uploads.read_back(copies[0]) as file:
        assert file.read() == PDF
    sign_in(client, cast.rita)
    assert client.get(f"/attachments/{copies[0].id}").status_code == 200
    assert client.get(f"/attachments/{kept[0].id}").status_code == 404


def test_the_platforms_staff_see_them_and_a_look_is_on_record(
    client: FlaskClient, cast: Cast
) -> None:
    assert post(sign_in(client, cast.ann), typed(cast, (PDF, "lease.pdf"))).status_code == 302
    demand, file = rows(sa.select(Demand))[0], rows(sa.select(Attachment))[0]
    page = sign_in(client, cast.vera).get(f"/admin/demand/details/?id={demand.id}").text
    assert "lease.pdf" in page
    assert f"/attachments/{file.id}" in page
    assert client.get(f"/attachments/{file.id}").data == PDF
    looks = sa.select(Event.actor_id).where(
        Event.subject_type == "attachment", Event.name == "download"
    )
    assert rows(looks) == [cast.vera.id]
