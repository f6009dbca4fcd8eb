"""What an approval costs: the engine against bare SQL that writes the same rows.

Run: `python benchmarks/approval.py [postgresql://...]` (SQLite in a temporary folder otherwise).
Prints the median of several rounds in milliseconds, and the ratio, for 1 and for 1,000 rows.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from access import row_guard
from app import create_app
from core import config
from core.clock import now
from core.database import db
from models import (
    Event,
    Institution,
    InstitutionStatus,
    Mail,
    Membership,
    Notification,
    ScoreMark,
)
from outbox.keys import key_of
from tests.support.cast import Cast, raise_cast
from workflows import engine

ROUNDS = 7


def submit(count: int) -> list[int]:
    """Bring all benchmark applications (back) into the queue; return `count` ids."""
    for model in (Event, Mail, Notification, ScoreMark):
        db.session.execute(sa.delete(model))
    db.session.execute(
        sa.update(Institution)
        .where(Institution.credit_code.startswith("CODE"))
        .values(status=InstitutionStatus.SUBMITTED)
    )
    db.session.commit()
    db.session.expunge_all()
    query = sa.select(Institution.id).where(Institution.credit_code.startswith("CODE"))
    return list(db.session.scalars(query.limit(count)))


def by_engine(ids: list[int]) -> None:
    done = engine.perform(Institution, "approve", ids, Cast().root, association="later").done
    assert len(done) == len(ids)
    db.session.commit()


def by_hand(ids: list[int]) -> None:
    """The same rows, in six statements that know their case in advance."""
    table, at, actor = Institution.__table__, now(), Cast().root.id
    rows = db.session.execute(
        sa.update(table)
        .where(table.c.id.in_(ids), table.c.status == InstitutionStatus.SUBMITTED)
        .values(status="certified", status_at=at, certified_at=at, version=table.c.version + 1)
        .returning(table.c.id, table.c.name, table.c.contact_email, table.c.applicant_id)
    ).all()
    db.session.execute(
        sa.insert(Event),
        [
            {
                "at": at, "actor_id": actor, "subject_type": "institution", "subject_id": row.id,
                "name": "approve", "source": "submitted", "target": "certified", "changes": {},
            }
            for row in rows
        ],
    )  # fmt: skip
    mails = [
        {
            "created_at": at, "template": "application_approved", "link": "/workbench/",
            "key": key_of("institution", row.id, row.contact_email),
            "context": {"institution": row.name},
        }
        for row in rows
    ]  # fmt: skip
    mails = [
        mail | {"recipient": row.contact_email, "due_at": at}
        for mail, row in zip(mails, rows, strict=True)
    ]
    notices = [mail | {"user_id": row.applicant_id} for mail, row in zip(mails, rows, strict=True)]
    db.session.execute(sa.insert(Mail), mails)
    db.session.execute(sa.insert(Notification), notices)
    db.session.execute(
        sa.update(Membership.__table__)
        .where(Membership.__table__.c.institution_id.in_([row.id for row in rows]))
        .values(active=True)
    )
    db.session.execute(  # the worker computes the scores
        sa.insert(ScoreMark),
        [{"kind": "institution", "subject_id": row.id, "marked_at": at} for row in rows],
    )
    db.session.commit()


def median(work: Callable[[list[int]], None], count: int) -> float:
    """Milliseconds of one `work` on `count` rows."""
    taken = []
    for _ in range(ROUNDS):
        ids = submit(count)
        start = time.perf_counter()
        work(ids)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def main(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            config.Settings(environment="test", instance_path=Path(folder), database_url=url)
        )
        with row_guard.system(), app.app_context():
            db.drop_all()
            db.create_all()
            raise_cast()
            db.session.flush()
            db.session.execute(
                sa.insert(Institution),
                [
                    {
                        "status": InstitutionStatus.SUBMITTED, "applicant_id": Cast().otto.id,
                        "name": f"Institution {n}", "credit_code": f"CODE{n:014d}",
                        "contact_email": f"reserved{n}@example.com",
                    }
                    for n in range(1000)
                ],
            )  # fmt: skip
            db.session.commit()
            print(db.engine.dialect.name)
            for count in (1, 1000):
                bare, ours = median(by_hand, count), median(by_engine, count)
                print(
                    f"{count:5d} rows: bare SQL {bare:7.1f} ms, engine {ours:7.1f} ms, "
                    f"ratio {ours / bare:.2f}"
                )
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
