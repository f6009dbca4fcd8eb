"""Write docs/workflows.md from the transition tables; with --check, fail when it is stale."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PAGE = ROOT / "docs/workflows.md"


def cell(text: object) -> str:
    return str(text).replace("|", "\\|")


def named(rule: object) -> str:
    """A predicate's name as words: `works_for` -> "works for"."""
    return str(getattr(rule, "__name__", rule)).strip("_").replace("_", " ")


def recipients_of(notice: Any) -> str:
    """Whom a notice goes to, its template, and what mutes it."""
    muted = f"muted as {notice.kind}" if notice.kind else "always"
    return f"{named(notice.recipients)} (`{notice.template}`, {muted})"


def diagram(process: Any) -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2"]
    for step in process.transitions:
        for source in sorted(step.source) or ["[*]"]:
            lines.append(f"    {source} --> {step.target or source}: {step.name}")
    return [*lines, "```"]


def table(process: Any) -> list[str]:
    lines = [
        "| step | in the history | from | to | who | asks | who hears |",
        "|---|---|---|---|---|---|---|",
    ]
    for step in process.transitions:
        heard = ", ".join(map(recipients_of, step.notices))
        cells = (
            f"**{step.name}**: {step.label}",
            step.done,
            ", ".join(sorted(step.source)) or "(new)",
            step.target or "(as it is)",
            named(step.by),
            step.asks.__name__ if step.asks else "nothing",
            heard or "nobody",
        )
        lines.append("| " + " | ".join(map(cell, cells)) + " |")
    return lines


def page() -> str:
    """Return the whole document."""
    from flask import Flask
    from flask_babel import Babel, force_locale

    import workflows

    app = Flask("docs")
    Babel(app)
    lines = [
        "# The lives of things",
        "",
        "Generated from the transition tables in `workflows/` by `make docs`; do not edit.",
    ]
    with app.app_context(), force_locale("en"):
        for process in sorted(workflows.engine.PROCESSES.values(), key=lambda item: item.kind):
            lines += ["", f"## {process.model.__name__}", "", *diagram(process), ""]
            lines += table(process)
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or with --check compare it; return the exit status."""
    wanted = page()
    if "--check" not in sys.argv:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != wanted:
        print("docs/workflows.md is stale: run `make docs`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
