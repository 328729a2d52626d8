"""Ports for servers that must be told theirs before they open it."""

from __future__ import annotations

import random
import socket
from pathlib import Path

_GIVEN_BY_THE_SYSTEM = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A port that nobody has, and that the system gives to nobody by itself before it is opened."""
    first = int(_GIVEN_BY_THE_SYSTEM.read_text().split()[0]) if _GIVEN_BY_THE_SYSTEM.exists() else 32_768
    return next(filter(is_free, random.sample(range(max(1024, first - 20_000), first), k=100)))
