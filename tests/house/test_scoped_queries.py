"""Every query of a view on somebody's rows starts from a scope of access, or says here why not.

The guard would show nothing where a scope was forgotten; this test says so before anybody looks.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from access.account_scopes import ACCOUNT
from access.row_guard import GUARDED
from access.workbench_scopes import WORKBENCH
from tests.support.paths import ROOT

ROOMS = ("admin_views", "storefront")
STAFF_ONLY = "admin_views/platform/"  # who opens a page there sees every row
SOMEBODYS = {model.__name__ for model in (*GUARDED, *WORKBENCH, *ACCOUNT)}
SCOPES = {"visible", "workbench", "account", "published", "known", "sees", "once_listed",
          "has_a_page", "scope"}  # fmt: skip
READS = {"select", "get", "get_one", "query", "exists", "update", "delete"}

WITHOUT_A_SCOPE = {
    "admin_views/workbench/consultant/filters.py:_invited": "narrows the view's own scope",
    "admin_views/workbench/consultant/filters.py:_asking": "narrows the view's own scope",
    "admin_views/workbench/own_institution.py:linked_institution": "consulted_institution_ids",
    "storefront/site/dev_mails.py:readable": "in development alone",
    "storefront/compare/tables.py:consultants_of": "a count, for published institutions",
    "storefront/institution/facts.py:activities_of": "approved activities are public",
    "storefront/review/public_reviews.py:_columns": "its one caller adds access.published",
    "storefront/product/files.py:files_of": "its caller has asked access.has_a_page",
    "storefront/product/page.py:_in_charge": "who speaks for an institution is public",
}
# bare tables know no guard: for figures and facts that are everybody's
BARE = {
    "admin_views/shared/review.py": "the field of a deal, to narrow the view's own scope",
    "storefront/account/start.py": "whether a demand of the person's was sent on",
    "storefront/cards/consultants.py": "the photographs of published people",
    "storefront/cards/products.py": "the pictures of published products",
    "storefront/consultant/facts.py": "the photograph and papers of published people",
    "storefront/listing/queries.py": "figures to order and narrow what is published by",
    "storefront/listing/statistics.py": "figures for everybody",
    "storefront/review/public_reviews.py": "published reviews: the category, and both sides",
    "storefront/review/filters.py": "the field of a deal, to narrow published reviews",
}


def named(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def reads(tree: ast.AST) -> bool:
    """Whether `tree` queries somebody's rows."""
    return any(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in READS
        and ast.unparse(call.func.value) in ("sa", "db.session")
        and any(named(word) & SOMEBODYS for word in call.args)
        for call in ast.walk(tree)
    )


def scoped(tree: ast.AST, helpers: set[str]) -> bool:
    """Whether `tree` names a scope, or a function of its own file that does."""
    names = {one.attr for one in ast.walk(tree) if isinstance(one, ast.Attribute)} | named(tree)
    return bool(names & (SCOPES | helpers))


def pieces(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """The functions, methods and assignments of a file, each with its name."""
    for node in tree.body:
        for one in node.body if isinstance(node, ast.ClassDef) else (node,):
            target = getattr(one, "target", None) or (getattr(one, "targets", None) or [None])[0]
            yield getattr(one, "name", "") or getattr(target, "id", ""), one


def unscoped(source: str) -> list[str]:
    tree = ast.parse(source)
    helpers = {name for name, piece in pieces(tree) if name and scoped(piece, set())}
    return [name for name, piece in pieces(tree) if reads(piece) and not scoped(piece, helpers)]


def files() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(STAFF_ONLY):
                yield name, path.read_text(encoding="utf-8")


def test_every_query_starts_from_a_scope() -> None:
    found = {f"{path}:{name}" for path, source in files() for name in unscoped(source)}
    assert not found - set(WITHOUT_A_SCOPE), "starts from no scope of access"
    assert not set(WITHOUT_A_SCOPE) - found, "needs its excuse no more"


def test_bare_tables_stand_where_everybody_may_read() -> None:
    found = set()
    for path, source in files():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Attribute) and node.attr == "__table__":
                found |= {path} if named(node.value) & SOMEBODYS else set()
    assert not found - set(BARE), "reads a table past the guard"
    assert not set(BARE) - found, "needs its excuse no more"


def test_views_speak_to_the_database_through_the_guarded_session() -> None:
    """No SQL of their own, no connection, no session, none of the aliases of the conditions."""
    past = {"text", "literal_column", "connection", "connect", "Session", "sessionmaker", "bare"}
    handles = {"sa", "orm", "access", "db.engine", "db.session"}
    for path, source in files():
        used = set()
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in handles:
                used.add(node.attr)
            source_of = getattr(node, "module", None) or ""
            if source_of.split(".")[0] in ("sqlalchemy", "access"):
                used |= {name.name for name in getattr(node, "names", ())}
        assert not used & past, path


def test_what_is_forgotten_is_found() -> None:
    forgotten = """
def page(id):
    return db.session.get(Demand, id)

def rows(user):
    return sa.select(Transaction.id).where(Transaction.title == "x")

def mine(user):
    return sa.select(Review).where(access.account(user, Review))

class View:
    def all(self):
        return db.session.query(Institution)

    def ours(self):
        return sa.select(Institution).where(self.scope())

WORDS = sa.select(Mail.subject)
"""
    assert unscoped(forgotten) == ["page", "rows", "all", "WORDS"]
