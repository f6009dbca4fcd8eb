"""Side effects of joining and leaving an enterprise: the kind of account follows."""

from __future__ import annotations

from models import AccountKind, EnterpriseMembership, User
from workflows.engine import Answers


def make_enterprise_user(rows: list[EnterpriseMembership], _actor: User, _answers: Answers) -> None:
    for row in rows:
        row.user.kind = AccountKind.ENTERPRISE


def make_ordinary_user(rows: list[EnterpriseMembership], _actor: User, _answers: Answers) -> None:
    for row in rows:
        row.user.kind = AccountKind.ORDINARY
