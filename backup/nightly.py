"""The nightly backup: into the folder of BACKUP_FOLDER, of which the last BACKUP_KEEP stay."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from flask import current_app

from backup.dump import back_up
from core.clock import PARK

NAME = "supermarket-%Y%m%d-%H%M%S.tar.gz"  # by the clock of the park: names sort as they were made
PATTERN = "supermarket-*.tar.gz"


def kept(folder: Path) -> list[Path]:
    """Return the backups in `folder`, the oldest first."""
    return sorted(folder.glob(PATTERN))


def back_up_nightly(at: datetime) -> int:
    """Timed job: write a backup and delete those beyond the number kept; without a folder nothing.

    Returns:
        1 where a backup was written, else 0.
    """
    settings = current_app.config["SETTINGS"]
    if not settings.backup_folder:
        return 0
    folder = Path(settings.backup_folder)
    back_up(folder / at.astimezone(PARK).strftime(NAME))
    for old in kept(folder)[: -max(settings.backup_keep, 1)]:
        old.unlink(missing_ok=True)
    return 1
