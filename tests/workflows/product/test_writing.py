"""Writing a featured product: sent once or twice, on the way back, beside a colleague; covers."""

from __future__ import annotations

import io
import re
import struct
import threading
from zlib import compress, crc32

import pytest
from PIL import Image

from core.database import db
from models import FeaturedProduct, ProductChange, ProductStatus
from tests.storefront.product.test_pages import NEW, sent
from tests.support.applying import PDF, english, picture, post, see
from tests.support.cast import Cast
from tests.support.products import change, product
from workflows.product.files import cover_of

S = ProductStatus


def moving(**save) -> bytes:
    """A picture of two frames."""
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, save_all=True, append_images=frames[1:], **save)
    return out.getvalue()


def huge() -> bytes:
    """A small file that unpacks to 400 million pixels."""
    side = 20_000
    row = bytes(1 + side // 8)  # no filter, and a bit a pixel

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc32(name + data))

    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)),
            chunk(b"IDAT", compress(row * side, 1)),
            chunk(b"IEND", b""),
        )
    )


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: moving(format="GIF"), "c.png: Only PDF, JPEG and PNG files are accepted."),
        (huge, "c.png: The picture has too many pixels."),
        (lambda: b"\x89PNG\r\n\x1a\nnot a picture", "c.png: The picture is damaged."),
        (lambda: PDF, "c.png: Only JPEG and PNG pictures are accepted."),
    ],
    ids=["gif", "huge", "damaged", "document"],
)
def test_a_cover_that_is_none_is_refused_and_the_words_stay(client, cast, make, words):
    english(client, cast.bella)
    answer = post(client, NEW, **sent(cast, cover=(io.BytesIO(make()), "c.png")))
    assert answer.status_code == 200
    assert words in answer.text
    assert 'value="Contract check"' in answer.text
    assert db.session.query(FeaturedProduct).count() == 0


def test_a_cover_is_drawn_anew_without_what_hides_in_it(client, cast):
    english(client, cast.bella)
    for data, name in (
        (moving(format="PNG"), "m.png"),
        (picture("JPEG", secret="at home"), "g.jpg"),
    ):
        post(client, NEW, **sent(cast, name=name, cover=(io.BytesIO(data), name)))
        row = db.session.query(FeaturedProduct).filter_by(name=name).one()
        kept = Image.open(io.BytesIO(see(client, f"/covers/{cover_of(row).id}").data))
        assert (kept.format, getattr(kept, "n_frames", 1)) == ("JPEG", 1)
        assert not kept.getexif()
        assert b"at home" not in see(client, f"/covers/{cover_of(row).id}").data


def test_two_clicks_make_one_draft_and_the_way_back_loses_no_words(client, cast):
    english(client, cast.bella)
    page = see(client, f"{NEW}?category={cast.law.id}").text
    key = re.search(r'name="form_key"[^>]*value="([^"]+)"', page)[1]
    first = post(client, NEW, **sent(cast, form_key=key))
    again = post(client, NEW, **sent(cast, form_key=key))
    assert again.location == first.location
    row = db.session.query(FeaturedProduct).one()
    version = row.version
    # back to the form, another price or other words: compared, then written over
    dearer = post(client, NEW, **sent(cast, form_key=key, price_from="9999"))
    assert "Saved meanwhile: CN¥1,234.50 / case" in dearer.text
    other = post(client, NEW, **sent(cast, form_key=key, name="Other words"))
    assert "Saved meanwhile: Contract check" in other.text
    assert 'value="Other words"' in other.text
    assert f'name="version" type="hidden" value="{version}"' in other.text
    post(client, NEW, **sent(cast, form_key=key, name="Other words", version=str(version)))
    db.session.expire_all()
    assert [one.name for one in db.session.query(FeaturedProduct)] == ["Other words"]
    post(client, NEW, **sent(cast, form_key=key, name="Other words", action="submit",
                             version=str(row.version)))  # fmt: skip
    assert post(client, NEW, **sent(cast, form_key=key, name="Other words")).status_code == 302
    late = post(client, NEW, **sent(cast, form_key=key, name="Too late"))
    assert 'value="Too late"' in late.text  # under review: nothing is saved, nothing is lost
    assert db.session.get(FeaturedProduct, row.id).name == "Other words"


def test_anothers_form_key_leads_to_nothing_of_his(client, cast):
    key = "6c1f7fd4-7b36-4d7e-9d43-0d6a7a0f0c1d"
    english(client, cast.bella)
    post(client, NEW, **sent(cast, form_key=key))
    english(client, cast.rita)
    answer = post(client, NEW, **sent(cast, form_key=key, in_charge=[], category=str(cast.tax.id)))
    assert answer.status_code == 409
    assert "Contract check" not in answer.text


def two_clicks(app):
    """Post one form twice at the same moment."""
    with app.app_context():
        cast = Cast()
        data = sent(cast, in_charge=[]) | {"form_key": "6c1f7fd4-7b36-4d7e-9d43-0d6a7a0f0c1d"}
        bella = cast.bella.email
        db.session.remove()
    start, answers = threading.Barrier(2), []
    clients = [app.test_client() for _ in range(2)]
    for one in clients:
        with app.app_context():
            english(one, Cast().bella)
            db.session.remove()

    def click(client) -> None:
        start.wait(10)
        answers.append(client.post(NEW, data=data).location)

    threads = [threading.Thread(target=click, args=(one,)) for one in clients]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    with app.app_context():
        row = db.session.query(FeaturedProduct).execution_options(unguarded=True).one()
        assert answers == [f"/workbench/product/details/?id={row.id}"] * 2, bella
        db.session.remove()


@pytest.mark.connections
def test_two_clicks_at_the_same_moment(app):
    two_clicks(app)


@pytest.mark.postgres
def test_two_clicks_at_the_same_moment_on_postgresql(pg_app):
    two_clicks(pg_app)


def test_a_draft_is_deleted_from_its_page(client, cast):
    row = product(cast)
    english(client, cast.bella)
    details = f"/workbench/product/details/?id={row.id}"
    ask = f"/workbench/product/ask/?verb=discard&ids={row.id}:{row.version}"
    assert ask.replace("&", "&amp;") in see(client, details).text
    assert row.name in see(client, ask).text  # a second thought
    assert row.status is S.DRAFT
    answer = post(client, "/workbench/product/ask/", verb="discard", ids=f"{row.id}:{row.version}",
                  answered="1")  # fmt: skip
    assert answer.location.endswith("/workbench/product/")
    for path in (details, f"/workbench/product/edit/?id={row.id}"):
        assert see(client, path).status_code == 404
    assert row.name not in see(client, "/workbench/product/").text
    assert see(client, "/workbench/product/?status=discarded").text.count("row-link") == 0
    english(client, cast.root)
    assert see(client, f"/admin/product/details/?id={row.id}").status_code == 404  # never handed in


def test_what_a_colleague_began_is_not_overwritten_by_a_change(client, cast):
    row = product(cast, S.LISTED)
    english(client, cast.bella)
    begin = f"/workbench/product-change/begin/?product={row.id}"
    see(client, begin)
    found = change(row, cast, cast.stan, name="The colleague's")
    answer = post(client, begin, **sent(cast, name="Mine"))
    assert "Saved meanwhile: The colleague&#39;s" in answer.text
    assert 'value="Mine"' in answer.text
    assert db.session.get(ProductChange, found.id).name == "The colleague's"
    post(client, begin, **sent(cast, name="Mine", version=str(found.version)))
    db.session.expire_all()
    assert [one.name for one in db.session.query(ProductChange)] == ["Mine"]
    # a second click on the same words is led to the change
    assert post(client, begin, **sent(cast, name="Mine")).status_code == 302


def test_a_stale_form_overwrites_nothing(client, cast):
    row = product(cast)
    english(client, cast.bella)
    edit = f"/workbench/product/edit/?id={row.id}"
    answer = post(client, edit, **sent(cast, name="Mine", version="0"))
    assert "Saved meanwhile: Contract check" in answer.text
    assert 'value="Mine"' in answer.text
    assert db.session.get(FeaturedProduct, row.id).name == "Contract check"
