"""Second person (four-eyes principle): steps that a setting keeps until somebody else confirms."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from content import settings
from workflows.engine.table import Transition, Words

NEEDED: Words = lazy_gettext("A second person has to confirm this step: it has to be proposed.")


def required(step: Transition[Any]) -> bool:
    """Whether the setting that `step` names is on."""
    return step.second_person is not None and bool(settings.get(step.second_person))
