"""In the English interface, what people wrote in Chinese is marked as Chinese, in one place."""

from __future__ import annotations

import pytest

from core.clock import now
from core.database import db
from i18n.language_markup import marked
from models import Announcement
from tests.support.application import forget, sign_in


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("<h1>苏州律所</h1>", '<h1 lang="zh-Hans">苏州律所</h1>'),
        ("<h1>Bridge</h1>", "<h1>Bridge</h1>"),
        ('<a id=a>（苏州）2 号，合同。</a>', '<a lang="zh-Hans" id=a>（苏州）2 号，合同。</a>'),
        ("<p>&quot;合同&quot;</p>", '<p lang="zh-Hans">&quot;合同&quot;</p>'),
        # among other words, a run of its own, and the whole in one part as before
        ("<p>To 律所, Ltd.</p>", '<p><span>To <span lang="zh-Hans">律所</span>, Ltd.</span></p>'),
        ("<p> 合同 <b>x</b></p>", '<p> <span lang="zh-Hans">合同</span> <b>x</b></p>'),
        ("<p><br>合同</p>", '<p><br><span lang="zh-Hans">合同</span></p>'),
        # what holds no element, and what a person typed
        ("<option value=1>法律</option>", '<option lang="zh-Hans" value=1>法律</option>'),
        ("<title>苏州市律所 · Park</title>", '<title lang="zh-Hans">苏州市律所 · Park</title>'),
        ("<title>Search: 合同</title>", "<title>Search: 合同</title>"),
        ("<textarea>\n合同</textarea>", '<textarea lang="zh-Hans">\n合同</textarea>'),
        ('<input name="q" value="合同">', '<input lang="zh-Hans" name="q" value="合同">'),
        ('<input type="hidden" value="合同">', '<input type="hidden" value="合同">'),
        # what is no text for people, or says so already
        ('<script>"<b>合同</b>"</script>', '<script>"<b>合同</b>"</script>'),
        ("<!-- 合同 --><i>x</i>", "<!-- 合同 --><i>x</i>"),
        ('<button lang="zh">中文</button>', '<button lang="zh">中文</button>'),
    ],
)  # fmt: skip
def test_how_a_page_is_marked(page: str, told: str) -> None:
    assert marked(page) == told


@pytest.fixture
def firm(cast) -> int:
    """The id of bridge, which has a Chinese name."""
    row = cast.bridge
    row.name, row.introduction = "苏州桥律师事务所", "专注知识产权 IP 诉讼。"
    db.session.commit()
    return row.id


def in_english(client) -> None:
    client.set_cookie("language", "en")
    forget()


def test_a_visitors_page_kept_or_new(client, firm: int) -> None:
    path = f"/institutions/{firm}"
    assert 'lang="zh-Hans">苏州桥律师事务所<' not in client.get(path).text  # the page is Chinese
    in_english(client)
    first = client.get(path)
    assert '<h1 lang="zh-Hans">苏州桥律师事务所</h1>' in first.text
    assert (
        '<span lang="zh-Hans">专注知识产权</span> IP <span lang="zh-Hans">诉讼。</span>'
        in first.text
    )
    assert '<html lang="en">' in first.text
    assert client.get(path).text == first.text  # the one that was kept: marked once
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_a_persons_page_and_a_text_without_english(client, cast, firm: int) -> None:
    db.session.add(
        Announcement(title="系统维护", body="今晚停机。", publish_at=now(), author=cast.root)
    )
    db.session.commit()
    sign_in(client, cast.ann)
    in_english(client)
    form = client.get(f"/demands/new?institution={firm}").text
    assert '<span>To <span lang="zh-Hans">苏州桥律师事务所</span></span>' in form
    assert '<a lang="zh-Hans" class="hit-name"' in client.get("/announcements").text
    workbench = sign_in(client, cast.bella).get("/workbench/").text
    assert 'lang="zh-Hans"' in workbench
