"""A mail as its recipient reads it, held against its golden copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import outbox
from models import Mail
from tests.support.paths import ROOT

GOLDEN = Path(__file__).parent / "golden"
TRANSLATIONS = ROOT / "translations"


def mail(template: str, locale: str = "en", link: str = "/account/", **context: Any) -> Mail:
    return Mail(
        key="k", template=template, recipient="a@example.com", locale=locale, link=link,
        context=context,
    )  # fmt: skip


def as_golden(
    template: str, locale: str, link: str, *, copy: str | None = None, **context: Any
) -> None:
    """Hold the text of a mail against tests/golden/<copy or template>.<locale>.txt, subject first.

    Below its rule stands the introduction of the platform, with its contacts.
    """
    words = outbox.render(mail(template, locale, link, **context))
    told, rule, about_us = words.text.partition("\n----")
    expected = (GOLDEN / f"{copy or template}.{locale}.txt").read_text(encoding="utf-8")
    assert f"{words.subject}\n\n{told}" == expected
    assert rule
    assert about_us.endswith("sipsmesu@sipac.gov.cn\n")


def compiled(folder: Path) -> Path:
    """Compile the Chinese of the catalog, and of the fragments beside it, anew into `folder`."""
    whole = Catalog(locale="zh_Hans_CN")
    for path in (
        *sorted((TRANSLATIONS / "fragments").glob("*.po")),
        TRANSLATIONS / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po",
    ):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_Hans_CN"):
                if message.id and message.string:
                    whole.add(message.id, message.string)
    target = folder / "zh_Hans_CN" / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "messages.mo").open("wb") as file:
        write_mo(file, whole)
    return folder
