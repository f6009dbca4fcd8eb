"""Pages of featured products in both offices: writing, reviewing, and whose they are."""

from __future__ import annotations

import io

from core.database import db
from models import Event, FeaturedProduct, ProductChange, ProductStatus
from tests.support.applying import PDF, english, picture, post, see
from tests.support.products import HOURS, KIND, change, law_asks, product, take
from workflows.product.files import attachments_of, cover_of

S = ProductStatus
NEW = "/workbench/product/new/"


def sent(cast, **more):
    return {
        "category": str(cast.law.id), "name": "Contract check", "summary": "We read it.",
        "description": "We **read** it.", "price_kind": "fixed", "price_from": "１,２３４.５０",
        "price_unit": "case", "in_charge": str(cast.lins_link.id), "p_hours": "1,234.5",
        "action": "save", "version": "",
    } | more  # fmt: skip


def test_a_product_is_written_step_by_step(client, cast):
    law_asks(cast, HOURS, KIND)
    english(client, cast.bella)
    page = see(client, NEW).text
    assert 'name="category"' in page
    assert 'name="p_hours"' not in page
    page = see(client, f"{NEW}?category={cast.law.id}").text
    assert 'name="p_hours"' in page
    assert f'value="{cast.lins_link.id}"' in page
    preview = post(client, NEW, **sent(cast, action="preview", description="**x** <b>y</b>"))
    assert "<strong>x</strong>" in preview.text
    other = post(client, NEW, **sent(cast, action="category", category=str(cast.tax.id)))
    assert 'name="p_hours"' not in other.text
    assert "Contract check" in other.text
    assert db.session.query(FeaturedProduct).count() == 0
    files = {
        "cover": (io.BytesIO(picture("PNG", size=(3000, 30))), "C.png"),
        "attachments": (io.BytesIO(PDF), "..\\..\\evil\u202efdp.pdf"),
    }
    answer = post(client, NEW, **sent(cast, **files))
    row = db.session.query(FeaturedProduct).one()
    assert answer.location.endswith(f"/workbench/product/details/?id={row.id}")
    assert (str(row.price_from), row.parameters) == ("1234.50", {"hours": "1234.5"})
    assert [one.consultant.name for one in row.in_charge] == ["Lin"]
    assert cover_of(row).filename == "C.jpg"
    assert [one.filename for one in attachments_of(row)] == ["evilfdp.pdf"]
    assert see(client, f"/covers/{cover_of(row).id}").content_type == "image/jpeg"
    for path in ("details", "edit", "preview"):
        answer = see(client, f"/workbench/product/{path}/?id={row.id}")
        assert answer.status_code == 200
        assert "Contract check" in answer.text
    edit = f"/workbench/product/edit/?id={row.id}"
    answer = post(client, edit, **sent(cast, action="submit", version=str(row.version)))
    db.session.expire_all()
    assert row.status is S.SUBMITTED, answer.text[:3000]
    assert see(client, edit).status_code == 302


def test_numbers_that_are_none_are_refused_and_stay_typed(client, cast):
    law_asks(cast, HOURS)
    english(client, cast.bella)
    for typed in ("NaN", "1e30", "Infinity", "-1", "12,34", "9" * 30):
        answer = post(client, NEW, **sent(cast, price_from=typed, p_hours=typed))
        assert answer.status_code == 200
        assert answer.text.count(f'value="{typed}"') >= 2 or typed == "-1"
    assert db.session.query(FeaturedProduct).count() == 0
    answer = post(client, NEW, **sent(cast, cover=(io.BytesIO(PDF), "x.png")))
    assert "Only JPEG and PNG pictures are accepted." in answer.text
    answer = post(client, NEW, **sent(cast, action="submit", summary="", p_hours=""))
    assert answer.text.count("Please fill this in.") == 2


def test_the_reviewer_returns_with_remarks_on_the_fields(client, cast):
    law_asks(cast, HOURS, KIND)
    row = product(cast, S.SUBMITTED)
    english(client, cast.vera)
    assert "Contract check" in see(client, "/admin/product/").text
    page = see(client, f"/admin/product/details/?id={row.id}").text
    assert 'name="remark-p_hours"' in page
    ids = f"{row.id}:{row.version}"
    post(client, "/admin/product/ask/", verb="return", ids=ids, answered="1", reason="See.",
         **{"remark-p_hours": "Too many.", "remark-price": "Too dear."})  # fmt: skip
    assert row.remarks == {"p_hours": "Too many.", "price": "Too dear."}
    english(client, cast.bella)
    for path in ("edit", "details"):
        page = see(client, f"/workbench/product/{path}/?id={row.id}").text
        assert "Too many." in page
        assert "Too dear." in page


def test_a_change_through_its_pages(client, cast):
    row = product(cast, S.LISTED)
    english(client, cast.bella)
    begin = f"/workbench/product-change/begin/?product={row.id}"
    page = see(client, begin).text
    assert 'name="price_kind"' not in page
    assert db.session.query(ProductChange).count() == 0
    post(client, begin, **sent(cast, name="Better", action="submit"))
    found = db.session.query(ProductChange).one()
    assert (found.status, row.name) == ("submitted", "Contract check")
    for who, path in (
        ("bella", f"/workbench/product/details/?id={row.id}"),
        ("bella", f"/workbench/product-change/details/?id={found.id}"),
        ("bella", f"/workbench/product-change/preview/?id={found.id}"),
        ("bella", "/workbench/product-change/"),
        ("bella", f"/workbench/product/terms/?id={row.id}"),
        ("vera", "/admin/product-change/"),
        ("vera", "/admin/"),
        ("vera", f"/admin/product/details/?id={row.id}"),
        ("vera", f"/admin/product-change/details/?id={found.id}"),
    ):
        english(client, getattr(cast, who))
        answer = see(client, path)
        assert answer.status_code == 200, path
    assert "<ins>Better</ins>" in answer.text
    assert see(client, begin).status_code in (302, 403)
    post(client, "/admin/product-change/ask/", verb="approve", ids=f"{found.id}:{found.version}")
    db.session.expire_all()
    assert row.name == "Better"
    english(client, cast.bella)
    terms = f"/workbench/product/terms/?id={row.id}"
    answer = post(client, terms, version=str(row.version), price_kind="agreement")
    assert answer.status_code == 302
    assert row.price_from is None
    assert "Better" in see(client, f"/workbench/product-change/details/?id={found.id}").text


def test_what_is_another_s_is_not_there(client, cast):
    row = product(cast, S.LISTED)
    found = change(row, cast, name="Other")
    for name, status in {"rita": 404, "lin": 403, "ann": 403, "otto": 403}.items():
        english(client, getattr(cast, name))
        for path in (
            f"/workbench/product/details/?id={row.id}",
            f"/workbench/product/edit/?id={row.id}",
            f"/workbench/product/preview/?id={row.id}",
            f"/workbench/product/terms/?id={row.id}",
            f"/workbench/product-change/details/?id={found.id}",
            f"/workbench/product-change/begin/?product={row.id}",
        ):
            assert see(client, path).status_code == status, (name, path)
            assert post(client, path, **sent(cast)).status_code in (status, 405), (name, path)


def test_many_at_once_from_the_queue(client, cast):
    rows = [product(cast, S.SUBMITTED, name=f"No. {n}") for n in range(3)]
    stale = rows[0].version
    take(rows[0], "withdraw", cast.bella)
    english(client, cast.root)
    ids = ",".join(f"{row.id}:{stale}" for row in rows)
    answer = post(client, "/admin/product/ask/", verb="approve", ids=ids, from_list="1")
    assert answer.status_code == 302
    db.session.expire_all()
    assert [str(row.status) for row in rows] == ["draft", "approved", "approved"]
    assert db.session.query(Event).filter_by(name="approve").count() == 2
