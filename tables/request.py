"""What an enterprise needs, in its words, with the contact it agreed to pass on."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Email, Line, Short, Text
from tables.base import ref


class Requested:
    """The columns of a demand, and of an enquiry that becomes one."""

    number: Mapped[str | None] = mapped_column(sa.String(32), unique=True)
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    poster_id: Mapped[int] = ref("user.id")
    enterprise_id: Mapped[int | None] = ref("enterprise.id")
    category_id: Mapped[int] = ref("category.id")
    title: Mapped[Line]
    description: Mapped[Text]
    budget: Mapped[Decimal | None]
    wanted_by: Mapped[date | None]
    contact_name: Mapped[Short]
    contact_phone: Mapped[str] = mapped_column(sa.String(32))
    contact_email: Mapped[Email]
    consented_at: Mapped[datetime]
