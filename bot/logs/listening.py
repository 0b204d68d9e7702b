"""Where a program says that it listens: the port that a probe or a Service should use."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LISTENING = re.compile(
    r"(?:listening|listen|serving|started|running|bound|accepting connections|"
    r"server is up|initialized|"
    r"available|ready|exposed)\b[^\d\n]{0,60}?(?:https?://)?(?:\[?[\w.:*-]{0,60}\]?:)?"
    r"(?:port\(?s?\)?:? ?)?(?P<port>\d{2,5})\b(?![.\d])",
    re.IGNORECASE,
)


def listening_ports(lines: Iterable[str]) -> tuple[int, ...]:
    """The ports that the log says the program listens on, in its order, each once."""
    found: dict[int, None] = {}
    for line in lines:
        for match in _LISTENING.finditer(line[:500]):
            port = int(match["port"])
            if 0 < port < 65536:
                found.setdefault(port)
    return tuple(found)
