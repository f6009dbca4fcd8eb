"""What is kept of people in logs, mails, notices and the machinery."""

from __future__ import annotations

from flask_babel import lazy_gettext

from workflows.privacy.declaration import (
    LIVING,
    RECORD,
    STAMPED,
    TABLES,
    Closing,
    Declared,
    Ground,
)

RECORDS = (
    Declared(
        table="event",
        plain="id subject_type subject_id name source target erased_at",
        kept="at actor_id address sign_in_id",
        erased="reason changes",
        hidden="salt content_hash",
        what=lazy_gettext(
            "Journal: who did what and when, from which network address and in which session"
        ),
        why=lazy_gettext("For audits, disputes and the security of the platform"),
        ground=Ground.LAW,
        period="retention_events",
        closing=Closing.ERASE,
        end=lazy_gettext("What it says of you is erased; that it happened stays"),
        owner="actor_id",
        by_hand=True,
        part="journal",
    ),
    Declared(
        table="sign_in",
        plain="id",
        kept="user_id at last_seen_at remembered browser address ended_at ended_because",
        hidden="key",
        what=lazy_gettext("Sign-ins: when, with which browser, from which network"),
        why=lazy_gettext("To show you where you are signed in, and as a security log"),
        ground=Ground.LAW,
        period="retention_sign_ins",
        owner="user_id",
        part="sign_ins",
    ),
    Declared(
        table="mail",
        plain="id created_at template locale status attempts due_at leased_until turn task_id"
        " sent_at doubts",
        erased="recipient context",
        hidden="key link error",
        what=lazy_gettext("Mails that the platform sent to you"),
        why=lazy_gettext("To deliver them, and to tell what you were told"),
        period="retention_mails",
        closing=Closing.ERASE,
        of=lambda user: TABLES["mail"].c.recipient == user.email,
        by_hand=True,
        part="mails",
    ),
    Declared(
        table="notification",
        plain="id template task_id",
        kept="created_at user_id context link read_at",
        hidden="key",
        what=lazy_gettext("Notices in your account"),
        why=lazy_gettext("To tell you what happened"),
        period="retention_notices",
        closing=Closing.DELETE,
        owner="user_id",
        part="notices",
    ),
    Declared(
        table="task",
        plain="id created_at office view subject_type transition locale status due_at"
        " leased_until turn started_at finished_at cancel_at total done refused missing cursor"
        " failures error fingerprint confirmed",
        kept="actor_id address sign_in_id answers",
        what=lazy_gettext("Steps on very many rows that you ordered"),
        why=lazy_gettext("To carry them out, and to show what became of them"),
        period="retention_tasks",
        owner="actor_id",
        part="tasks",
    ),
    Declared(
        table="proposal",
        plain=f"{LIVING} subject_type transition rows view fingerprint duty expires_at",
        kept="proposer_id decided_by_id answers reason decline_reason",
        ground=Ground.LAW,
        period=RECORD,
        owner="proposer_id",
        part="proposals",
    ),
    Declared(
        table="view_as",
        plain="id",
        kept="viewer_id user_id reason at until ended_at",
        what=lazy_gettext("When somebody of the platform looked at your pages as you"),
        why=lazy_gettext("To show you who looked, and as a security log"),
        ground=Ground.LAW,
        period="retention_sign_ins",
        owner="user_id",
        part="viewed_as",
    ),
    Declared(
        # what is public of a consultant: it goes with the profile
        table="search_entry",
        plain="id kind ref_id",
        kept="title text grams",
    ),
    Declared(
        # keyed by a hash of address and network, for minutes
        table="rate_counter",
        plain="count expires_at",
        kept="key",
        ground=Ground.LAW,
    ),
    Declared(
        table="announcement",
        plain=f"{STAMPED} pinned publish_at ends_at title title_en body body_en",
        kept="author_id",
        period=RECORD,
        owner="author_id",
    ),
    Declared(
        table="parameter_schema",
        plain=f"{STAMPED} category_id number fields",
        kept="author_id",
        period=RECORD,
        owner="author_id",
    ),
    Declared(
        table="score_rule",
        plain=f"{STAMPED} valid_from weights points note",
        kept="author_id",
        period=RECORD,
        owner="author_id",
    ),
)
