"""The Flask extensions of more than one room (CSRF, rate limiter, migrations), bound in app.py."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from core.networks import sender

csrf = CSRFProtect()


limiter = Limiter(sender)


migrate = Migrate()
