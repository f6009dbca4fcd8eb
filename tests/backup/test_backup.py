"""Backup and restore: from either engine into either, whole or refused, while others write."""

from __future__ import annotations

import json
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from backup import archive, nightly
from backup.dump import DERIVED, back_up, snapshot, tables
from core.database import db
from models import Attachment, AttachmentKind, Category, Institution, User
from tests.support.cast import Cast
from tests.support.postgresql import made_anew
from tests.support.transactions import filed
from uploads import Upload, attach, storage

pytestmark = pytest.mark.connections
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def lived_in(cast: Cast) -> Attachment:
    """Give the park something of every kind: a filed transaction, a file, a tree of categories."""
    child, parent = db.session.scalars(sa.select(Category).order_by(Category.id)).all()[:2]
    child.parent_id = parent.id  # its parent comes after it
    filed(cast)
    pdf = Upload(b"%PDF-1.4 \x00\xff bytes", "application/pdf", "执照.pdf")
    row = attach(db.session.get(Institution, 1), AttachmentKind.LICENCE, pdf, cast.root)
    db.session.commit()
    return row


def migrated(app: Flask, url: str) -> None:
    """The cast's database was made by create_all: say which migration it stands at."""
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{url}')")


def head(app: Flask) -> str:
    from alembic.script import ScriptDirectory

    migrate = app.extensions["migrate"]
    return ScriptDirectory.from_config(migrate.migrate.get_config()).get_current_head()


def dumped(path: Path) -> dict[str, list[str]]:
    """Return the rows of each table of a backup, in one order."""
    with archive.reading(path) as tar:
        return {
            name: sorted(json.dumps(row) for row in archive.rows(tar, name)) for name in tables()
        }


def backed_up(app: Flask, folder: Path) -> tuple[Path, str]:
    """A backup of a park that was lived in, made by the command; and the key of its file."""
    key = lived_in(Cast()).storage_key
    migrated(app, head(app))
    path = folder / "park.tar.gz"
    done = app.test_cli_runner().invoke(args=["backup", str(path)])
    assert done.exit_code == 0, done.output
    return path, key


def restored_equals(app: Flask, path: Path, url: str, key: str, folder: Path) -> None:
    """Restore into `url` as on another machine, and compare everything with the backup."""
    storage.delete(key)
    done = app.test_cli_runner().invoke(args=["restore", str(path), "--into", url])
    assert done.exit_code == 0, done.output
    with storage.open(key) as source:
        assert source.read() == b"%PDF-1.4 \x00\xff bytes"
    from app import create_app
    from tests.support.application import settings_of

    other = create_app(settings_of(folder, database_url=url))
    with other.app_context():
        again = folder / "again.tar.gz"
        back_up(again)
        assert dumped(again) == dumped(path)
        # what the backup left out is there: the search, and the next number of a row
        assert db.session.scalar(sa.text("SELECT count(*) FROM search_entry")) > 0
        db.session.add(Category(slug="new", name="新", name_en="New", position=9))
        db.session.commit()
        verified = other.test_cli_runner().invoke(args=["audit", "verify"])
        assert verified.exit_code == 0, verified.output
        db.session.remove()
        db.engine.dispose()


def test_sqlite_into_sqlite(app: Flask, tmp_path: Path) -> None:
    path, key = backed_up(app, tmp_path)
    restored_equals(app, path, f"sqlite:///{tmp_path / 'new.db'}", key, tmp_path)


@pytest.fixture
def empty(postgres_server: sa.Engine) -> str:
    """The address of a PostgreSQL database with nothing in it."""
    made_anew(postgres_server, "restored")
    return postgres_server.url.set(database="restored").render_as_string(hide_password=False)


def test_sqlite_into_postgresql(app: Flask, empty: str, tmp_path: Path) -> None:
    """How a park grows."""
    path, key = backed_up(app, tmp_path)
    restored_equals(app, path, empty, key, tmp_path)


def test_postgresql_into_sqlite(pg_app: Flask, tmp_path: Path) -> None:
    path, key = backed_up(pg_app, tmp_path)
    restored_equals(pg_app, path, f"sqlite:///{tmp_path / 'new.db'}", key, tmp_path)


def test_a_full_target_is_refused(app: Flask, tmp_path: Path) -> None:
    path, _ = backed_up(app, tmp_path)
    own = app.config["SQLALCHEMY_DATABASE_URI"].replace("+tests", "")
    done = app.test_cli_runner().invoke(args=["restore", str(path), "--into", own])
    assert done.exit_code == 1
    assert "The target database is not empty" in done.output


def test_a_damaged_backup_is_refused_before_anything_is_written(app: Flask, tmp_path: Path) -> None:
    path, _ = backed_up(app, tmp_path)
    whole = path.read_bytes()
    for wrong in (whole[:-200], b"no archive", rewritten(path, tmp_path)):
        (tmp_path / "wrong.tar.gz").write_bytes(wrong)
        done = app.test_cli_runner().invoke(
            args=["restore", str(tmp_path / "wrong.tar.gz"), "--into", f"sqlite:///{tmp_path}/n.db"]
        )
        assert done.exit_code == 1, done.output
        assert "wrong.tar.gz" in done.output
        assert sa.inspect(sa.create_engine(f"sqlite:///{tmp_path}/n.db")).get_table_names() == []


def rewritten(path: Path, folder: Path) -> bytes:
    """Return the archive with one name changed in one table, whole as a tar."""
    changed = folder / "changed.tar.gz"
    with tarfile.open(path) as old, tarfile.open(changed, "w:gz") as new:
        for entry in old:
            data = old.extractfile(entry).read()
            if entry.name == "tables/user.jsonl":
                data = data.replace(b"Ann", b"Eve")
            entry.size = len(data)
            import io

            new.addfile(entry, io.BytesIO(data))
    return changed.read_bytes()


def test_it_is_one_moment_though_others_write(app: Flask, tmp_path: Path) -> None:
    users = sa.select(sa.func.count()).select_from(sa.table("user"))
    with snapshot() as connection:
        before = connection.scalar(users)
        db.session.execute(sa.delete(User).where(User.email == "otto@example.com"))
        db.session.commit()  # nobody waits for the snapshot
        assert connection.scalar(users) == before
    assert db.session.scalar(users) == before - 1


def test_no_secret_of_the_site_is_in_it(app: Flask, tmp_path: Path) -> None:
    migrated(app, head(app))
    back_up(tmp_path / "park.tar.gz")
    with archive.reading(tmp_path / "park.tar.gz") as tar:
        settings = archive.load(tar, "manifest.json")["settings"]
    assert settings["environment"] == "test"
    secret = {"secret_key", "mail_password", "imap_password", "oidc_client_secret"}
    assert settings.keys() & (secret | {"database_url", "storage_url"}) == set()
    assert (tmp_path / "park.tar.gz").stat().st_mode & 0o077 == 0


def test_a_file_that_is_lost_is_named(app: Flask, cast: Cast, tmp_path: Path) -> None:
    key = lived_in(cast).storage_key
    storage.delete(key)
    done = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "park.tar.gz")])
    assert done.exit_code == 0
    assert f"File {key} is missing in the store." in done.output


def test_what_is_interrupted_leaves_the_former_backup(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "park.tar.gz"
    back_up(path)
    former = path.read_bytes()

    def fail(word: str) -> None:
        if word == "files":
            raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space left"):
        back_up(path, fail)
    assert path.read_bytes() == former
    assert [child.name for child in tmp_path.iterdir()] == ["park.tar.gz"]


def test_every_night_one_and_the_last_stay(app: Flask, tmp_path: Path, monkeypatch) -> None:
    assert nightly.back_up_nightly(NOON) == 0  # no folder is set
    settings = app.config["SETTINGS"]
    with monkeypatch.context() as patch:
        patch.setitem(
            app.config, "SETTINGS", settings_with(settings, str(tmp_path / "nights"), keep=2)
        )
        for night in range(3):
            assert nightly.back_up_nightly(NOON + timedelta(days=night)) == 1
    assert [path.name for path in nightly.kept(tmp_path / "nights")] == [
        "supermarket-20261124-200000.tar.gz",
        "supermarket-20261125-200000.tar.gz",
    ]


def settings_with(settings, folder: str, keep: int):
    from dataclasses import replace

    return replace(settings, backup_folder=folder, backup_keep=keep)


def test_every_table_is_in_it_or_is_made_anew() -> None:
    assert set(tables()) | DERIVED == set(db.metadata.tables)
    assert {"event", "user", "attachment", "site_setting", "external_identity"} <= set(tables())
