"""Headers that every answer gets: what a person sees is stored by nobody."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from core.database import db
from tests.support.application import sign_in
from tests.support.cast import Cast


def test_they_ask_nothing_of_the_database_once_all_is_written(
    client: FlaskClient, cast: Cast
) -> None:
    """A commit expires who is signed in: to look at them again would be a transaction more."""
    sign_in(client, cast.ann)
    seen: list[str] = []

    def statement(_connection: object, _cursor: object, text: str, *_more: object) -> None:
        seen.append(text)

    def commit(_connection: object) -> None:
        seen.append("COMMIT")

    sa.event.listen(db.engine, "before_cursor_execute", statement)
    sa.event.listen(db.engine, "commit", commit)
    try:
        answer = client.post("/account/consents")
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", statement)
        sa.event.remove(db.engine, "commit", commit)
    assert answer.status_code == 302
    assert answer.headers["Cache-Control"] == "no-store"
    assert seen[-1] == "COMMIT", seen
