"""`flask audit`: seal the audit log now, and verify it."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from core.clock import now
from core.database import reading
from workflows.audit import sealing, verification

group = AppGroup("audit", help="The audit log and its chain of hashes.")
WORDS = {
    verification.CHAIN: "seal {seal}: does not follow from the one before it, or was changed",
    verification.SIGNATURE: "seal {seal}: its signature is wrong",
    verification.KEY: "seal {seal}: signed with an unknown key ({what}); see AUDIT_FORMER_KEYS",
    verification.CHANGED: "seal {seal}: event {what} was changed",
    verification.MISSING: "seal {seal}: event {what} is missing",
    verification.ADDED: "seal {seal}: event {what} was added later",
    verification.ERASED: "seal {seal}: event {what} is said to be erased, and says something",
    verification.TRIGGER: "the trigger {what} is missing or switched off",
    verification.HEAD: "the expected seal {what} is not in the chain",
}


@group.command("seal")
def seal() -> None:
    """Seal what is committed. The worker does it every few minutes."""
    click.echo(f"{sealing.seal(now())} events sealed.")


@group.command("verify")
@click.option("--expect", default="", metavar="SEAL:HASH", help="A head that an earlier run said.")
def verify(expect: str) -> None:
    """Say whether the log is what was sealed. The exit status is 1 where it is not."""
    reading.set(True)  # no writer waits for it
    result = verification.verify(expect)
    for finding in result.findings:
        click.echo(WORDS[finding.kind].format(seal=finding.seal_id, what=finding.what))
    if result.more:
        click.echo(f"and {result.more} more")
    click.echo(
        f"{result.events} events under {result.seals} seals are intact,"
        f" {result.waiting} wait for their seal."
    )
    click.echo(f"head: {result.head or '-'}")
    if not result.intact:
        sys.exit(1)
