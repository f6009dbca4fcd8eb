"""Settings: typed, and production refuses what is unsafe."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import config
from core.config import DEVELOPMENT_SECRET, UnsafeSettings, from_environment

GOOD = {
    "APP_ENV": "production",
    "SECRET_KEY": "a-long-secret-that-somebody-made-for-this-site",
    "PUBLIC_URL": "https://market.example",
}


def test_production_starts_on_safe_settings() -> None:
    assert from_environment(GOOD).production


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": DEVELOPMENT_SECRET}, "SECRET_KEY"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "http://market.example"}, "PUBLIC_URL"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"DEBUG": "perhaps"}, "DEBUG"),
        ({"MAIL_PORT": "many"}, "MAIL_PORT"),
        ({"MAIL_SECURITY": "maybe"}, "MAIL_SECURITY"),
        ({"APP_ENV": "prod"}, "APP_ENV"),
    ],
)
def test_unsafe_settings_do_not_start(change: dict[str, str], words: str) -> None:
    with pytest.raises(UnsafeSettings, match=words):
        from_environment(GOOD | change)


def test_development_needs_nothing() -> None:
    settings = from_environment({})
    assert not settings.production
    assert settings.sqlalchemy_url.startswith("sqlite:///")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_is_reached_through_psycopg(scheme: str) -> None:
    settings = from_environment({"DATABASE_URL": f"{scheme}://u:p@db/market"})
    assert settings.sqlalchemy_url == "postgresql+psycopg://u:p@db/market"


@pytest.mark.parametrize(
    ("variable", "value", "package"),
    [
        ("DATABASE_URL", "postgresql://u:p@db/market", "psycopg"),
        ("DATABASE_URL", "postgres://u:p@db/market", "psycopg"),
        ("STORAGE_URL", "s3://bucket/park", "s3fs"),
    ],
)
def test_what_is_not_installed_is_named_with_the_remedy(
    monkeypatch, variable: str, value: str, package: str
) -> None:
    environment = {variable: value}
    assert from_environment(environment)  # the tests have both
    monkeypatch.setattr(config, "find_spec", lambda name: None if name == package else object())
    with pytest.raises(config.MissingPackage) as told:
        from_environment(environment)
    assert variable in str(told.value)
    assert package in str(told.value)
    assert "pip install --require-hashes -r requirements-production.lock" in str(told.value)
    assert "u:p@" not in str(told.value)  # no secret in the log
    assert from_environment({})


def test_every_setting_is_documented() -> None:
    example = (Path(config.__file__).resolve().parent.parent / ".env.example").read_text(
        encoding="utf-8"
    )
    for name in config.Settings.__dataclass_fields__:
        variable = "APP_ENV" if name == "environment" else name.upper()
        assert f"{variable}=" in example, variable
