"""A deal in a browser: filed with a scan, confirmed by the link in the mail, approved."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from core.database import db
from demo import PASSWORD
from models import Mail, Transaction
from tests.support.applying import PDF
from tests.support.browser import chromium, follow, needs_browser, signed_in, visitor
from tests.support.live_server import served

TITLE = "股权激励方案设计"


@pytest.mark.browser
@needs_browser
@pytest.mark.parametrize("script", [True, False], ids=["script", "without script"])
def test_filed_confirmed_by_the_link_and_approved(tmp_path: Path, script: bool) -> None:
    scan = tmp_path / "contract.pdf"
    scan.write_bytes(PDF)
    with served(tmp_path / "house") as live, chromium() as browser:
        firm = signed_in(browser, live.url, "jintiancheng@demo.example", PASSWORD, script=script)
        firm.goto("/workbench/transaction/new/")
        firm.fill("[name=search]", "纳芯微")
        follow(firm.locator("button[name=action][value=search]"))
        firm.get_by_label("苏州纳芯微材料有限公司").check()
        firm.fill("[name=title]", TITLE)
        firm.select_option("[name=category_id]", label="公司法务")
        firm.fill("[name=amount]", "36,000")
        firm.fill("[name=signed_on]", "2026-01-05")
        firm.fill("[name=contract_number]", "ht-2026-881")
        firm.set_input_files("[name=contract_files]", scan)
        follow(firm.locator("button[name=action][value=file]"))
        expect(firm.locator("main")).to_contain_text("HT-2026-881")

        with live.app.app_context():
            link = db.session.scalars(
                sa.select(Mail.link)
                .where(Mail.template == "confirmation_asked")
                .order_by(Mail.id.desc())
            ).first()
            id = db.session.scalars(sa.select(Transaction.id).filter_by(title=TITLE)).one()
            db.session.remove()

        customer = visitor(browser, live.url, width=360, script=script)
        customer.goto(link or "")
        expect(customer.locator("main")).to_contain_text(TITLE)
        follow(customer.locator("button[name=answer][value=confirm]"))
        customer.goto(link or "")
        expect(customer.locator("main")).to_contain_text("该链接已使用")

        judge = signed_in(browser, live.url, "admin@demo.example", PASSWORD, script=script)
        judge.goto(f"/admin/transaction/details/?id={id}")
        expect(judge.locator("main")).to_contain_text("通过邮件链接")
        follow(judge.locator("#decide-approve button[type=submit]"))
        firm.goto(f"/workbench/transaction/details/?id={id}")
        expect(firm.locator("h1")).to_contain_text("已通过")
