"""Authentication-Results (RFC 8601): whether the receiving server vouches for the From line.

Counted is one header alone: the topmost of the receiving server itself, by its authserv-id, which
the settings name. Below it a sender may write what they like. The server must take headers under
its own name out of what comes in (RFC 8601, section 5); the common ones do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message

LONGEST = 10_000  # characters of a header that is read at all
HEADER = "authentication-results"
RESULT = re.compile(r"([\w-]+)(?:\s*/\s*\d+)?\s*=\s*([\w-]+)", re.ASCII)
PROPERTY = re.compile(r"([\w-]+)\s*\.\s*([\w-]+)\s*=\s*(\S*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Result:
    """One method of the header: what it found, and about what."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)  # "header.from": "example.com"


def vouched_for(message: Message, sender: str, authserv_id: str) -> bool:
    """Whether the server called `authserv_id` found that the mail comes from `sender`.

    DMARC decides where it was evaluated. Without it an SPF or DKIM pass counts whose domain is that
    of the From line, or one above it.
    """
    domain = domain_of(sender)
    froms = [name for name in message.keys() if name.lower() == "from"]  # noqa: SIM118  # repeats count
    if not authserv_id or not domain or len(froms) != 1:
        return False
    found = results(message, authserv_id)
    dmarc = [one for one in found if one.method == "dmarc" and one.result != "none"]
    if dmarc:
        return all(
            one.result == "pass" and domain_of(one.properties.get("header.from", domain)) == domain
            for one in dmarc
        )
    return any(one.result == "pass" and aligned(one, domain) for one in found)


def results(message: Message, authserv_id: str) -> list[Result]:
    """Return what the topmost header of that server says; nothing where it cannot be read."""
    for name, value in message.raw_items():
        if name.lower() != HEADER:
            continue
        parts = split(str(value)) if len(str(value)) <= LONGEST else []
        server = parts[0].split()[:1] if parts else []
        if server and server[0].strip('"').lower() == authserv_id.lower():
            return [one for one in map(read, parts[1:]) if one is not None]
    return []


def split(value: str) -> list[str]:
    """Return the parts between semicolons, without comments; nothing of a header that is broken.

    Signs in quotes that would end a part or a value become "_": a sender chooses what stands there.
    """
    depth, quoted, part = 0, False, ""
    parts: list[str] = []
    signs = iter(value)
    for sign in signs:
        if sign == "\\" and (quoted or depth):
            escaped = next(signs, "")
            part += "" if depth else escaped.replace(";", "_").replace("=", "_")
        elif sign == '"' and not depth:
            quoted = not quoted
        elif quoted:
            part += sign if not sign.isspace() and sign not in ";=" else "_"
        elif sign == "(":
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
        elif depth:
            continue
        elif sign == ";":
            parts.append(part)
            part = ""
        else:
            part += sign
    return [*parts, part] if not depth and not quoted else []


def read(part: str) -> Result | None:
    """Return what one part says: method=result, then properties; None where it says neither."""
    found = RESULT.match(part.strip())
    if found is None:
        return None
    rest = part.strip()[found.end() :]
    properties = {f"{kind}.{name}".lower(): text for kind, name, text in PROPERTY.findall(rest)}
    return Result(found[1].lower(), found[2].lower(), properties)


def aligned(result: Result, domain: str) -> bool:
    """Whether an SPF or DKIM result is about the domain of the From line, or one above it."""
    names = {"spf": ("smtp.mailfrom",), "dkim": ("header.d", "header.i")}.get(result.method, ())
    of = next((result.properties[name] for name in names if result.properties.get(name)), "")
    about = domain_of(of)
    return "." in about and (domain == about or domain.endswith(f".{about}"))


def domain_of(address: str) -> str:
    """Return the domain of an address, or of what is a domain already, in lower case."""
    return address.strip().strip('"<>').rpartition("@")[2].rstrip(".").lower()
