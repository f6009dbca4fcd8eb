"""The frame of the pages: the menu that is drawn once, the languages, the bell."""

from __future__ import annotations

from flask_babel import force_locale, gettext, lazy_gettext

from core.database import db
from models import Notification, PlatformRole
from tests.support.application import sign_in
from tests.support.cast import Cast


def links_of(client, path: str) -> set[str]:
    page = client.get(path).text
    menu = page[page.index('id="side-menu"') : page.index("</nav>")]
    return {part.split('"')[0] for part in menu.split('href="')[1:]} - {""}


def test_each_sees_the_menu_of_his_role_though_it_is_kept(app, cast: Cast) -> None:
    for _ in range(2):  # the second time from what was kept
        root = links_of(sign_in(app.test_client(), cast.root), "/admin/")
        vera = links_of(sign_in(app.test_client(), cast.vera), "/admin/")
        assert {"/admin/setting/", "/admin/event/", "/admin/application/"} <= root
        assert "/admin/application/" in vera
        assert not {"/admin/setting/", "/admin/event/"} & vera


def test_a_role_that_changes_changes_the_menu_at_the_next_request(app, cast: Cast) -> None:
    client = sign_in(app.test_client(), cast.vera)
    assert "/admin/setting/" not in links_of(client, "/admin/")
    vera = cast.vera
    vera.role = PlatformRole.ADMINISTRATOR
    db.session.commit()
    sign_in(client, vera)
    assert "/admin/setting/" in links_of(client, "/admin/")


def test_the_menu_speaks_the_readers_language_and_marks_the_page(app, cast: Cast) -> None:
    client = sign_in(app.test_client(), cast.root)
    chinese = client.get("/admin/application/").text
    with client.session_transaction() as session:
        session["locale"] = "en"
    sign_in(client, cast.root)
    english = client.get("/admin/application/").text
    assert "操作日志" in chinese
    assert "Audit</span>" in english
    assert '<a href="/admin/application/" aria-current="page">' in english
    assert '<a href="/admin/event/">' in english
    sign_in(client, cast.root)
    assert '<a href="/admin/event/" aria-current="page">' in client.get("/admin/event/").text


def test_a_language_that_is_forced_holds_for_that_long(app) -> None:
    later = lazy_gettext("Sign in")
    with app.test_request_context("/"):
        assert (gettext("Sign in"), str(later)) == ("登录", "登录")
        with force_locale("en"):
            assert (gettext("Sign in"), str(later)) == ("Sign in", "Sign in")
            with force_locale("zh_Hans_CN"):
                assert gettext("Sign in") == "登录"
            assert gettext("Sign in") == "Sign in"
        assert (gettext("Sign in"), str(later)) == ("登录", "登录")
        template = app.jinja_env.from_string('{{ _("%(count)s similar", count=n) }}')
        assert template.render(n="<b>") == "&lt;b&gt; 条相似记录"
        words = '{{ ngettext("%(count)s record", "%(count)s records", 2, count=n) }}'
        template = app.jinja_env.from_string(words)
        assert template.render(n="<b>") == "共 &lt;b&gt; 条"


def test_the_bell_counts_what_one_has_not_read(app, cast: Cast) -> None:
    for reader, key in ((cast.bella, "a"), (cast.bella, "b"), (cast.ann, "c")):
        db.session.add(
            Notification(
                user_id=reader.id, key=key, template="welcome", link="/", context={"name": "x"}
            )
        )
    db.session.commit()
    page = sign_in(app.test_client(), cast.bella).get("/workbench/").text
    assert "</span> 2</span></a>" in page
    assert 'href="/workbench/"' in sign_in(app.test_client(), cast.bella).get("/").text
    assert 'href="/workbench/"' not in sign_in(app.test_client(), cast.ann).get("/").text
