"""Versions of a category's parameter schema: the current one, and how a new one comes to be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from core.database import db
from models import Category, EventName, ParameterSchema, User
from workflows import engine
from workflows.parameters.fields import (
    FILTERABLE,
    KEY,
    OF_CHOICES,
    Parameter,
    dump,
    fields_of,
    parse,
)


class SchemaRefused(ValueError):
    """A rule objects to the fields; its text says which, in the reader's language."""


def own_schema(category_id: int) -> ParameterSchema | None:
    """Return the newest version of what the category itself asks."""
    return db.session.scalar(
        sa.select(ParameterSchema)
        .where(ParameterSchema.category_id == category_id)
        .order_by(ParameterSchema.number.desc())
        .limit(1)
    )


def schema_of(category: Category) -> ParameterSchema | None:
    """Return what a featured product of `category` is asked now.

    A category of the second level that never had a schema asks what its upper category asks.
    """
    own = own_schema(category.id)
    if own is None and category.parent_id is not None:
        own = own_schema(category.parent_id)
    return own


def asked_anew(
    current: ParameterSchema | None, kept: ParameterSchema | None
) -> tuple[Parameter, ...]:
    """Return the fields that `current` asks and the version a product keeps did not, or not so."""
    if current is None or (kept is not None and kept.id == current.id):
        return ()
    before = {field.key: field for field in fields_of(kept)}
    return tuple(field for field in fields_of(current) if before.get(field.key) != field)


def types_known(category_id: int) -> dict[str, Any]:
    """Return {key: type} of every field that any version of the category's schema had."""
    query = sa.select(ParameterSchema.fields).where(ParameterSchema.category_id == category_id)
    return {
        field.key: field.type for fields in db.session.scalars(query) for field in parse(fields)
    }


def renew(category: Category, fields: Sequence[Parameter], author: User) -> ParameterSchema | None:
    """Make `fields` the newest version of what `category` asks, in the caller's unit of work.

    Products keep the version they were reviewed under. Returns None where nothing changes.

    Raises:
        SchemaRefused: a field is not whole, a key stands twice or had another type before.
    """
    db.session.execute(  # two who save at once follow one another
        sa.select(Category.id).where(Category.id == category.id).with_for_update(key_share=True)
    )
    _check(fields, types_known(category.id))
    latest = own_schema(category.id)
    if fields_of(latest) == tuple(fields):
        return None
    row = ParameterSchema(
        category_id=category.id,
        number=latest.number + 1 if latest else 1,
        fields=dump(fields),
        author_id=author.id,
    )
    db.session.add(row)
    db.session.flush()
    before = ", ".join(field.label for field in fields_of(latest)) or "—"
    after = ", ".join(field.label for field in fields) or "—"
    engine.note(
        category,
        EventName.SCHEMA_CHANGED,
        author,
        changes={"schema": f"v{row.number}: {before} → {after}"},
    )
    return row


def _check(fields: Sequence[Parameter], known: dict[str, Any]) -> None:
    keys = [field.key for field in fields]
    for field in fields:
        words = _objection(field) or _clash(field, keys, known)
        if words:
            raise SchemaRefused(words)


def _objection(field: Parameter) -> str | None:
    """Return what is wrong with a field by itself."""
    name = field.label or field.key
    if not KEY.fullmatch(field.key):
        return gettext(
            "%(name)s: a key has small letters, digits and _, and begins with a letter.", name=name
        )
    if not field.label:
        return gettext("%(name)s has no Chinese label.", name=name)
    if field.type in OF_CHOICES and len(field.choices) < 2:
        return gettext("%(name)s needs at least two choices.", name=name)
    if len({option.value for option in field.choices}) < len(field.choices):
        return gettext("%(name)s has a choice twice.", name=name)
    if field.filtered and field.type not in FILTERABLE:
        return gettext("%(name)s: texts cannot be shown in filters.", name=name)
    return None


def _clash(field: Parameter, keys: Sequence[str], known: dict[str, Any]) -> str | None:
    """Return what is wrong with a field beside the others, and those that came before."""
    if keys.count(field.key) > 1:
        return gettext("The key %(key)s stands twice.", key=field.key)
    if known.get(field.key, field.type) is not field.type:
        return gettext(
            "%(name)s: the type of a field stays. Remove it and add one with another key.",
            name=field.label,
        )
    return None
