"""What search engines read: canonical addresses, descriptions, data, sitemap, robots.txt."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from core.clock import now
from core.database import db
from models import Announcement, InstitutionStatus
from storefront.site import sitemap
from tests.support.products import catalogue_item, featured_product

SITE = "https://supermarket.example"


def data_of(page: str) -> dict:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert len(found) == 1
    return json.loads(found[0])


def places(client, path: str) -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    tree = ElementTree.fromstring(answer.data)
    return [one.text or "" for one in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def test_an_institution_says_who_it_is(client, cast) -> None:
    row = cast.bridge
    row.introduction = 'Law </script><script>alert("x")</script> & more\n' + "long " * 60
    row.founded = 2009
    db.session.commit()
    page = client.get(f"/institutions/{row.id}?page=2").text
    assert f'<link rel="canonical" href="{SITE}/institutions/{row.id}">' in page
    assert '<meta name="description" content="Law &lt;/script&gt;' in page
    assert "<script>alert" not in page
    told = data_of(page)
    assert told["@context"] == "https://schema.org"
    assert told["@type"] == "ProfessionalService"
    assert told["name"] == "Bridge Law"
    assert told["foundingDate"] == "2009"
    assert told["description"].startswith('Law </script><script>alert("x")</script> & more long')
    assert len(told["description"]) == 150
    assert "aggregateRating" not in told
    assert "numberOfEmployees" not in told
    assert "telephone" not in json.dumps(told)


def test_a_product_says_what_it_costs_while_it_is_offered(client, cast) -> None:
    row = featured_product(cast.bridge, price=1200)
    told = data_of(client.get(f"/products/{row.id}").text)
    assert told["offers"] == {"@type": "Offer", "price": "1200.00", "priceCurrency": "CNY"}
    assert told["provider"]["url"] == f"{SITE}/institutions/{cast.bridge.id}"


def test_a_consultant_and_an_announcement_have_their_data(client, cast) -> None:
    consultant = cast.lins_link.consultant_id
    told = data_of(client.get(f"/consultants/{consultant}").text)
    assert told["name"] == "Lin"
    assert "13700002222" not in json.dumps(told)
    past = now() - timedelta(hours=1)
    db.session.add(Announcement(title="通知", body="正文", publish_at=past, author=cast.root))
    db.session.commit()
    assert data_of(client.get("/announcements/1").text)["headline"] == "通知"


def test_the_policy_lets_no_script_run_inline(client, cast) -> None:
    policy = client.get(f"/institutions/{cast.bridge.id}").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy


def test_the_sitemap_names_what_is_public(client, cast) -> None:
    product = featured_product(cast.bridge)
    catalogue_item(cast.law)
    index = places(client, "/sitemap.xml")
    assert index == [
        f"{SITE}/sitemaps/pages.xml",
        f"{SITE}/sitemaps/institutions-1.xml",
        f"{SITE}/sitemaps/consultants-1.xml",
        f"{SITE}/sitemaps/products-1.xml",
        f"{SITE}/sitemaps/regular-1.xml",
    ]
    assert f"{SITE}/institutions" in places(client, "/sitemaps/pages.xml")
    assert f"{SITE}/pages/about" in places(client, "/sitemaps/pages.xml")
    assert places(client, "/sitemaps/institutions-1.xml") == [
        f"{SITE}/institutions/{cast.bridge.id}",
        f"{SITE}/institutions/{cast.rival.id}",
    ]
    assert places(client, "/sitemaps/products-1.xml") == [f"{SITE}/products/{product.id}"]
    cast.bridge.status = InstitutionStatus.SUSPENDED
    db.session.commit()
    assert len(places(client, "/sitemaps/institutions-1.xml")) == 1
    assert client.get("/sitemaps/products-1.xml").status_code == 404


def test_large_sitemaps_come_in_chunks(client, cast, monkeypatch) -> None:
    monkeypatch.setattr(sitemap, "CHUNK", 1)
    assert f"{SITE}/sitemaps/institutions-2.xml" in places(client, "/sitemap.xml")
    second = places(client, "/sitemaps/institutions-2.xml")
    assert second == [f"{SITE}/institutions/{cast.rival.id}"]


@pytest.mark.parametrize(
    "name", ["institutions-0", "institutions-9", "users-1", "x", "products--1"]
)
def test_other_sitemaps_are_not_there(client, cast, name) -> None:
    assert client.get(f"/sitemaps/{name}.xml").status_code == 404


def test_robots_leave_the_private_rooms_alone(client, cast) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    for path in ("/account/", "/admin/", "/workbench/"):
        assert f"Disallow: {path}\n" in answer.text
    assert f"Sitemap: {SITE}/sitemap.xml" in answer.text
    assert "Disallow: /institutions" not in answer.text
