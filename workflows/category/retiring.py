"""Retiring a category without losing what is in it, and restoring it."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext

from core.database import db
from forms.categories import category_options
from models import Category, EventName, User, touch
from workflows import engine
from workflows.category.moving import Holdings, Refused, holdings, move


def targets(category: Category) -> list[tuple[str, str]]:
    """Return (id, name) of the categories that the things of `category` may go to."""
    return [pair for pair in category_options() if pair[0] != str(category.id)]


def retire(category: Category, target_id: int | None, actor: User) -> Holdings:
    """Retire a category and move what is in it to another, in the caller's unit of work.

    Demands and transactions stay where they were filed: they are past. Featured products keep
    the version of the schema that they were reviewed under.

    Args:
        category: the one to retire.
        target_id: where its things go; None only where it holds nothing.
        actor: who retires it.

    Returns:
        What was moved.

    Raises:
        Refused: there are categories below it, no target fits, or names would collide.
    """
    wanted = {id for id in (category.id, target_id) if id is not None}
    locked = db.session.scalars(  # in the order of ids, like everybody else
        sa.select(Category)
        .where(Category.id.in_(wanted))
        .order_by(Category.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    target = next((row for row in locked if row.id == target_id), None)
    if category.retired:
        raise Refused(gettext("This category is retired already."))
    below = sa.select(Category.id).where(
        Category.parent_id == category.id, Category.retired.is_(sa.false())
    )
    if db.session.scalar(below.limit(1)) is not None:
        raise Refused(gettext("Retire the categories below it first, or put them elsewhere."))
    held = holdings(category)
    if not held.nothing:
        if target is None or target.retired or target.id == category.id:
            raise Refused(gettext("Choose where its things go."))
        move(category, target, actor)
        touch(target)  # it holds more now: the search reads what is in it again
    engine.edit(category, actor, {"retired": True})
    moved = f"→ {target.name}" if target is not None and not held.nothing else "—"
    engine.note(category, EventName.RETIRED, actor, changes={"moved": moved})
    return held


def restore(category: Category, actor: User) -> None:
    """Offer a retired category again; what was moved stays where it went.

    Raises:
        Refused: its upper category is retired.
    """
    if category.parent_id is not None and db.session.get_one(Category, category.parent_id).retired:
        raise Refused(gettext("Its upper category is retired: bring that back first."))
    engine.edit(category, actor, {"retired": False})
