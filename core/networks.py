"""The network of who sent a request, as rate limits count it: an IPv4 address, an IPv6 /64."""

from __future__ import annotations

import ipaddress

from flask import request

UNKNOWN = "unknown"  # all who have no address share it
PREFIX = 64  # bits: what a provider gives to one customer at least


def network_of(address: str | None) -> str:
    """Return what stands for all addresses of one customer.

    Args:
        address: as the server or a proxy names it, perhaps with a port or in brackets.
    """
    text = (address or "").strip().strip("[]")
    if text.count(":") == 1:  # an IPv4 address with a port
        text = text.partition(":")[0]
    text = text.partition("]")[0].partition("%")[0]
    try:
        known = ipaddress.ip_address(text)
    except ValueError:
        return UNKNOWN
    if isinstance(known, ipaddress.IPv6Address):
        mapped = known.ipv4_mapped
        if mapped is None:
            return str(ipaddress.ip_network(f"{known}/{PREFIX}", strict=False))
        known = mapped
    return str(known)


def sender() -> str:
    """Return the network that sent the request: the key of every limit by network."""
    return network_of(request.remote_addr)
