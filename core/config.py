"""Typed settings from the environment. Each is documented in .env.example."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from core.loopback import is_loopback

DEVELOPMENT_SECRET = "development-only-secret-never-used-in-production"  # noqa: S105  # production refuses it
SHORTEST_SECRET = 32  # characters
PRODUCTION = "production"
UNDECLARED = ""  # nobody said what it is run for: this machine alone is answered


# what a setting asks for, and the package of an extra in pyproject.toml that brings it
EXTRAS = (
    ("database_url", ("postgres", "postgresql", "postgresql+psycopg"), "psycopg", "postgres"),
    ("storage_url", ("s3", "s3a"), "s3fs", "s3"),
    ("ratelimit_storage", ("redis", "rediss", "redis+unix"), "redis", "redis"),
)


class UnsafeSettings(RuntimeError):
    """The environment asks for something that must not be served."""


class MissingPackage(UnsafeSettings):
    """A setting asks for an extra that is not installed."""


# loopback and the networks that are nobody's in the internet
PRIVATE = "127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a deployment decides. Read once, at start."""

    environment: str = UNDECLARED  # or development, test, production
    debug: bool = False
    secret_key: str = DEVELOPMENT_SECRET
    former_secret_keys: str = ""  # comma between them; what they encrypted or signed is still read
    audit_key: str = ""  # signs the audit log's seals; empty: one derived from the secret key
    audit_former_keys: str = ""  # keys that signed seals before, comma between them
    public_url: str = "http://127.0.0.1:5000"  # links in mails begin with it
    instance_path: Path = Path("instance")
    database_url: str = ""  # empty: SQLite in the instance folder
    storage_url: str = ""  # empty: a folder in the instance folder; any fsspec address
    mail_server: str = ""  # empty: mails stay in the outbox and are shown at /dev/mails
    mail_port: int = 25
    mail_username: str = ""
    mail_password: str = ""
    mail_security: str = ""  # "", "starttls" or "tls"
    mail_sender: str = "noreply@localhost"
    mail_timeout: float = 20.0  # seconds
    imap_host: str = ""  # empty: no activities by mail
    imap_port: int = 993
    imap_username: str = ""
    imap_password: str = ""
    imap_security: str = "tls"  # "none", "starttls" or "tls"
    imap_folder: str = "INBOX"
    imap_authserv_id: str = ""  # of the receiving server, in its Authentication-Results
    imap_timeout: float = 20.0  # seconds
    ratelimit_storage: str = (
        ""  # empty: the database; redis://host:6379, or memory:// of one process
    )
    ratelimit_enabled: bool = True
    oidc_issuer: str = ""  # empty: no single sign-on
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_credit_code_claim: str = "credit_code"
    trusted_proxies: int = 0
    proxy_networks: str = PRIVATE  # where the nearest proxy stands, with commas between
    backup_folder: str = ""  # empty: no backup is made by night
    backup_keep: int = 14  # of the backups in that folder

    @property
    def production(self) -> bool:
        return self.environment == PRODUCTION

    @property
    def undeclared(self) -> bool:
        return self.environment == UNDECLARED

    @property
    def former_keys(self) -> list[str]:
        return [key.strip() for key in self.former_secret_keys.split(",") if key.strip()]

    @property
    def sqlalchemy_url(self) -> str:
        """The address for SQLAlchemy: psycopg 3 for PostgreSQL, a file for SQLite."""
        url = self.database_url or f"sqlite:///{self.instance_path.resolve() / 'supermarket.db'}"
        for scheme in ("postgres://", "postgresql://"):
            if url.startswith(scheme):
                return "postgresql+psycopg://" + url.removeprefix(scheme)
        return url

    @property
    def storage(self) -> str:
        return self.storage_url or (self.instance_path.resolve() / "files").as_uri()

    @property
    def rate_counters(self) -> str:
        """The storage of rate limits, in the schemes of accounts/counters.py."""
        chosen = self.ratelimit_storage or "database://"
        return f"shared+{chosen}" if chosen.startswith("redis") else chosen

    @property
    def networks_of_proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """PROXY_NETWORKS, read.

        Raises:
            UnsafeSettings: one of them is no network.
        """
        try:
            return tuple(ip_network(text.strip()) for text in self.proxy_networks.split(","))
        except ValueError as error:
            raise UnsafeSettings(
                "PROXY_NETWORKS takes networks such as 10.0.0.0/8, with commas between"
            ) from error

    def check(self) -> None:
        """Refuse what must not be served.

        Raises:
            UnsafeSettings: production would run on a development default, or a value is no choice.
            MissingPackage: what is asked for is not installed.
        """
        if self.environment not in (UNDECLARED, "development", "test", PRODUCTION):
            raise UnsafeSettings("APP_ENV must be development, test or production")
        self._check_address()
        if self.mail_security not in ("", "starttls", "tls"):
            raise UnsafeSettings("MAIL_SECURITY must be empty, starttls or tls")
        if self.imap_security not in ("none", "starttls", "tls"):
            raise UnsafeSettings("IMAP_SECURITY must be none, starttls or tls")
        if self.imap_security == "starttls" and self.imap_port == 993:
            raise UnsafeSettings("IMAP_PORT 993 speaks tls from the start, not starttls")
        if self.trusted_proxies < 0:
            raise UnsafeSettings("TRUSTED_PROXIES is a number of proxies")
        if self.trusted_proxies:
            _ = self.networks_of_proxies
        for name, schemes, package, extra in EXTRAS:
            scheme = getattr(self, name).partition("://")[0]
            if scheme in schemes and find_spec(package) is None:
                raise MissingPackage(
                    f"{name.upper()} begins with {scheme}:// and needs the package {package} (the "
                    f"extra '{extra}' in pyproject.toml), which is not installed. Install it with: "
                    "pip install --require-hashes -r requirements-production.lock"
                )
        if self.production:
            self._check_production()

    def _check_address(self) -> None:
        """Refuse a public address that nobody asked for, or whose sessions anybody may sign."""
        if is_loopback(urlsplit(self.public_url).hostname or ""):
            return
        if self.undeclared:
            raise UnsafeSettings(
                "PUBLIC_URL is not an address of this machine, and APP_ENV is not set: set "
                "APP_ENV=production, or APP_ENV=development to try it out"
            )
        if self.secret_key == DEVELOPMENT_SECRET:
            raise UnsafeSettings("a PUBLIC_URL that others reach needs a SECRET_KEY of its own")

    def _check_production(self) -> None:
        if self.debug:
            raise UnsafeSettings("DEBUG must be off in production")
        if self.secret_key == DEVELOPMENT_SECRET or len(self.secret_key) < SHORTEST_SECRET:
            raise UnsafeSettings(f"SECRET_KEY needs {SHORTEST_SECRET} characters of its own")
        if urlsplit(self.public_url).scheme != "https":
            raise UnsafeSettings("PUBLIC_URL must be the https address of the site")


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from environment variables named like the fields, in capitals.

    Raises:
        UnsafeSettings: a value is not of its type, or production would be unsafe.
    """
    env = os.environ if environ is None else environ
    values: dict[str, object] = {}
    for name in Settings.__dataclass_fields__:
        variable = {"environment": "APP_ENV"}.get(name, name.upper())
        raw = env.get(variable)
        if raw is None or raw == "":
            continue
        values[name] = _typed(variable, raw, Settings.__dataclass_fields__[name].type)
    if values.get("environment") == PRODUCTION and "public_url" not in values:
        raise UnsafeSettings("PUBLIC_URL must be set in production")
    settings = Settings(**values)  # type: ignore[arg-type]  # `_typed` made each of its type
    settings.check()
    return settings


def _typed(variable: str, raw: str, kind: object) -> object:
    try:
        if kind == "bool":
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
                raw.lower()
            ]
        return {"int": int, "float": float, "Path": Path}.get(str(kind), str)(raw)
    except (KeyError, ValueError) as error:
        raise UnsafeSettings(f"{variable}={raw!r} is not a {kind}") from error


def flask_config(settings: Settings) -> dict[str, object]:
    """Return the settings in the names that Flask and its extensions read."""
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": settings.former_keys,
        "DEBUG": settings.debug,
        "TESTING": settings.environment == "test",
        "SQLALCHEMY_DATABASE_URI": settings.sqlalchemy_url,
        # an error's text must not carry what was typed, such as phone numbers, into the log
        # all pages together make about a thousand statements: with SQLAlchemy's 500 places each
        # would be compiled again and again
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": True,
            "hide_parameters": True,
            "query_cache_size": 1200,
        },
        # where no endpoint says otherwise: web/body_limits.py
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        # __Host-: a browser takes it over TLS and from this host alone, for all paths
        "SESSION_COOKIE_NAME": "__Host-session" if settings.production else "session",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.production,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "BABEL_TRANSLATION_DIRECTORIES": str(
            Path(__file__).resolve().parent.parent / "translations"
        ),
        "RATELIMIT_STORAGE_URI": settings.rate_counters,
        "RATELIMIT_ENABLED": settings.ratelimit_enabled,
    }
