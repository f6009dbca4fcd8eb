"""Seen: nobody could say which columns hold what of people, why, how long, and what closing does.

One declaration says it (workflows/privacy/); export, closing, retention and the privacy page are
made from it. A column that is not declared fails here.
"""

from __future__ import annotations

import pytest
from flask import Flask

from content import settings
from tables import append_only
from workflows.privacy import retention
from workflows.privacy.declaration import LIFE, RECORD, TABLES, Closing
from workflows.privacy.register import ALL, DECLARED, undeclared

# what no export may hold, whatever its table
SECRETS = {
    *("password", "fs_uniquifier", "token_hash", "salt", "storage_key", "tf_totp_secret"),
    *("mf_recovery_codes", "public_key", "credential_id"),
}


def test_every_column_is_declared_once() -> None:
    assert undeclared() == []


def test_no_secret_is_exported() -> None:
    shown = {
        f"{one.table}.{name}"
        for one in ALL
        if one.part
        for name in one.columns
        if name in SECRETS and name not in one.hidden.split()
    }
    assert shown == set()


def test_each_period_is_one_that_something_keeps() -> None:
    for declared in ALL:
        if declared.period in (LIFE, RECORD):
            continue
        assert settings.SETTINGS[declared.period].kind == settings.NUMBER
        assert declared.table in retention.OVERDUE or declared.table == "event", declared.table
    assert set(retention.OVERDUE) <= {one.table for one in ALL if one.period.startswith("ret")}


def test_no_setting_goes_below_the_law() -> None:
    for key in ("retention_events", "retention_sign_ins"):
        assert settings.SETTINGS[key].least == 180 == append_only.SHORTEST
        assert settings.SETTINGS[key].read("1") == 180


def test_what_closing_erases_is_somebodys() -> None:
    for declared in ALL:
        if declared.closing is not Closing.KEEP:
            assert declared.owner or declared.of, declared.table
        if declared.closing is Closing.ERASE:
            assert declared.erased, declared.table


@pytest.mark.parametrize("table", ["user", "consultant", "demand", "event", "sign_in", "mail"])
def test_what_holds_people_is_said_to(app: Flask, table: str) -> None:
    assert DECLARED[table].personal
    assert DECLARED[table].what is not None
    assert set(TABLES[table].columns.keys()) == set(DECLARED[table].columns)
