"""The settings page shows every setting once, under a heading of its subject."""

from __future__ import annotations

from admin_views.platform.content.setting_groups import GROUPS
from content import settings


def test_every_setting_stands_in_one_group():
    grouped = [key for group in GROUPS for key in group.keys]
    assert sorted(grouped) == sorted(settings.SETTINGS)
