"""Every mail about consultants, word for word, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

import outbox
from tests.support.mails import as_golden, mail

WHO = {"consultant": "陈钰", "institution": "上海市锦天城（苏州）律师事务所"}
OWN, LIST = "/account/consultant", "/workbench/consultant/details/?id=1"
MAILS: dict[str, tuple[str, dict[str, Any]]] = {
    "consultant_invited": ("/invitations/3vqKx", {"institution": WHO["institution"]}),
    "consultant_reminded": ("/invitations/3vqKx", {"institution": WHO["institution"]}),
    "invitation_asked": (
        LIST, {"institution": WHO["institution"], "address": "chenyu@demo.example"},
    ),
    "consultant_accepted": (LIST, WHO),
    "consultant_stepped_back": (LIST, WHO),
    "consultant_received": (OWN, WHO),
    "consultant_waiting": ("/admin/consultant-review/details/?id=1", WHO),
    "consultant_returned": (
        OWN,
        {**WHO, "reason": "扫描件不清晰。\n请重新上传。", "remarks": ["资质：编号不一致。"]},
    ),
    "consultant_rejected": (OWN, {**WHO, "reason": "执业资质无法核实。"}),
    "consultant_approved": (LIST, WHO),
    "consultant_linked": (LIST, WHO),
    "consultant_changed": ("/admin/consultant/details/?id=1", WHO),
    "consultant_unlinked": (OWN, {**WHO, "reason": "合同到期。"}),
    "consultant_left": (LIST, {**WHO, "reason": "个人原因。"}),
    "consultant_ended": (OWN, WHO),
    "consultant_withdrawn": (OWN, {"consultant": "陈钰", "reason": "执业证书已被注销。"}),
    "consultant_lost": (
        "/workbench/consultant/", {"consultant": "陈钰", "reason": "执业证书已被注销。"},
    ),
    "qualification_expiring": (
        OWN, {"consultant": "陈钰", "qualification": "律师执业证", "day": "2026-12-24", "left": 30},
    ),
}  # fmt: skip


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize("template", MAILS)
def test_every_mail_about_consultants(
    app: Flask, chinese: None, template: str, locale: str
) -> None:
    link, context = MAILS[template]
    as_golden(template, locale, link, **context)


def test_the_invitation_is_that_of_the_manual(app: Flask, chinese: None) -> None:
    """The manual, 2.2: the institution in 《》, one link, the platform and its contacts."""
    link, context = MAILS["consultant_invited"]
    words = outbox.render(mail("consultant_invited", "zh_Hans_CN", link, **context))
    assert "亲爱的顾问，您好！" in words.text
    assert "《上海市锦天城（苏州）律师事务所》邀请您入驻企业服务超市平台" in words.text
    assert words.text.count("https://supermarket.example/invitations/3vqKx") == 1
    assert words.html.count("<a ") == 1
    for line in ("纯公益的供需对接平台", "0512-67068048", "sipsmesu@sipac.gov.cn"):
        assert line in words.text, line


@pytest.mark.parametrize("template", ["consultant_unlinked", "consultant_left", "consultant_lost"])
def test_without_a_reason_no_gap_is_shown(app: Flask, chinese: None, template: str) -> None:
    link, context = MAILS[template]
    told = {**context, "reason": ""}
    words = outbox.render(mail(template, "zh_Hans_CN", link, **told))
    assert "原因" not in words.text
    assert "\n\n\n" not in words.text
