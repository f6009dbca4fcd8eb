"""The Flask extensions of more than one room (CSRF, rate limiter, migrations), bound in app.py."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

csrf = CSRFProtect()


limiter = Limiter(get_remote_address)


migrate = Migrate()
