"""Text for Slack: everything from outside passes here, and nothing of it is markup afterwards.

Source: https://docs.slack.dev/messaging/formatting-message-text (three characters are escaped).
"""

from __future__ import annotations

import re
from datetime import datetime

from bot.redact import one_line

_URL_LIMIT = 2000
_LOOK_ALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ʼ"})

_CHANNEL = re.compile(r"[CDG][A-Z0-9]{1,20}", re.ASCII)
_PAGES = (
    ("job", "/job/"),
    ("run", "/actions/runs/"),
    ("workflow", "/actions/workflows/"),
    ("settings", "/settings"),
    ("Actions", "/actions"),
    ("file", "/blob/"),
    ("commit", "/commit/"),
    ("Docker Hub", "://hub.docker.com/"),
)
"""What a page shows, by a part of its address; the first that is there."""


def escape(text: str) -> str:
    """Disarm markup, links and mentions."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str, limit: int = 300) -> str:
    """A text from outside as one line that opens no style of ours and closes none.

    Slack has no escape for its marks, so look-alikes stand in. An underscore stays: names are full
    of them, and all that it can do is slant a word.
    """
    return escape(one_line(text, limit).translate(_LOOK_ALIKES))


def code(text: str, limit: int = 300) -> str:
    """A text from outside in code style."""
    shown = one_line(text, limit).replace("`", "ʼ")
    return f"`{escape(shown)}`" if shown else ""


def channel(channel_id: str) -> str:
    """A channel of the settings, which Slack shows by its name to those who may know it."""
    return f"<#{channel_id}>" if _CHANNEL.fullmatch(channel_id) else code(channel_id, 40)


def link(url: str, label: str) -> str:
    """A link, or just the label where the URL is none that a browser should open."""
    if not web(url):
        return plain(label)
    target = url.replace("&", "&amp;").replace("|", "%7C").replace("<", "%3C").replace(">", "%3E")
    return f"<{target}|{plain(label, 75).replace('|', '/')}>"


def web(url: str) -> bool:
    """Whether it is a whole web address of a length that Slack takes."""
    return (
        url.startswith(("https://", "http://"))
        and len(url) <= _URL_LIMIT
        and not any(c.isspace() or ord(c) < 32 for c in url)
    )


def opens(url: str) -> str:
    """What a link to a page is called: `open run`, `open file`."""
    return f"open {what}" if (what := next((n for n, p in _PAGES if p in url), "")) else "open"


def clock(moment: datetime) -> str:
    """A time of day, shown to each reader in their own zone."""
    return f"<!date^{int(moment.timestamp())}^{{time_secs}}|{moment:%H:%M:%S} UTC>"


def day_and_clock(moment: datetime) -> str:
    """A day and a time, shown to each reader in their own zone."""
    stamp = int(moment.timestamp())
    return f"<!date^{stamp}^{{date_short_pretty}} {{time}}|{moment:%Y-%m-%d %H:%M} UTC>"
