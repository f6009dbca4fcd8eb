"""Print what the storefront's pages weigh, as a browser with an empty cache fetches them.

Run: `make run` in one shell, then `.venv/bin/python -m scripts.page_weights`. In thousands of bytes
over the wire, headers included; ends with 1 where a page is heavier than it may be. Photographs
stand apart: a portrait or a cover is what somebody uploaded.
"""

from __future__ import annotations

import os
import re
import sys
from typing import Any

from playwright.sync_api import BrowserContext

from demo import PASSWORD
from tests.support.browser import chromium, signed_in, visitor

URL = f"http://127.0.0.1:{os.environ.get('PORT') or '5000'}"
LIMIT = 150
PHOTOGRAPH = re.compile(r"/(?:photo|cover|covers/\d+)(?:\?|$)")
PAGES = (
    ("", "/"),
    ("", "/institutions"),
    ("", "/institutions/1"),
    ("", "/consultants"),
    ("", "/consultants/1"),
    ("", "/products"),
    ("", "/products/1"),
    ("", "/products?kind=regular"),
    ("", "/ranking"),
    ("", "/search?q=商标"),
    ("", "/compare?kind=institution&id=1&id=2"),
    ("", "/announcements/1"),
    ("", "/pages/privacy"),
    ("", "/login"),
    ("naxin", "/demands/new?institution=1"),
    ("naxin", "/account/"),
    ("naxin", "/account/demands/1"),
    ("naxin", "/account/transactions/1"),
    ("naxin", "/account/notices"),
)


def weigh(seat: BrowserContext, path: str) -> tuple[float, float, int]:
    """Return the kB of a page without photographs, those of its photographs, its requests."""
    page = seat.new_page()
    line = seat.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.clearBrowserCache")
    addresses: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def asked(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def came(event: dict[str, Any]) -> None:
        sizes[event["requestId"]] = event["encodedDataLength"]

    line.on("Network.requestWillBeSent", asked)
    line.on("Network.loadingFinished", came)
    page.goto(path, wait_until="networkidle")
    page.close()
    heavy = sum(sizes[id] for id in sizes if PHOTOGRAPH.search(addresses.get(id, "")))
    return (sum(sizes.values()) - heavy) / 1000, heavy / 1000, len(sizes)


def main() -> int:
    print("| page | kB without photographs | kB of photographs | requests |\n|---|---|---|---|")
    worst = 0.0
    with chromium() as browser:
        naxin = signed_in(browser, URL, "naxin@demo.example", PASSWORD)
        naxin.wait_for_load_state("networkidle")
        seats = {"": visitor(browser, URL).context, "naxin": naxin.context}
        for who, path in PAGES:
            plain, heavy, requests = weigh(seats[who], path)
            worst = max(worst, plain)
            print(f"| `{path}` | {plain:.0f} | {heavy:.0f} | {requests} |")
    return int(worst >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
