"""The list of tags, page by page; the server names the next page, and we only follow it at home.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from bot.evidence import GapReason
from bot.images import ImageRef
from bot.registries.answers import RateLimited, TagList
from bot.registries.exchange import Exchange
from bot.registries.oci import Oci
from bot.registries.policy import Site
from bot.registries.reading import decode_object, read_response
from bot.registries.readings import Unavailable
from bot.sources import PullCredential, SourceError

_PER_PAGE = 1000
_MOST_PAGES = 10
_MOST_TAGS = 10_000
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", re.ASCII)
_NEXT = re.compile(r"<([^<>]{1,2048})>\s{0,4};[^,]{0,64}\brel=\"?next\"?", re.IGNORECASE)


async def read_tags(
    oci: Oci, site: Site, image: ImageRef, caller: PullCredential | None
) -> TagList | None:
    """Read at most ten pages; None when this caller is not told. Raises SourceError."""
    query: str | None = f"n={_PER_PAGE}"
    found: dict[str, None] = {}
    first: Exchange | None = None
    for _ in range(_MOST_PAGES):
        exchange = await oci.ask("GET", site, image, f"tags/list?{query}", caller)
        if exchange.status != 200:
            _raise_for(exchange)
            break
        first = first or exchange
        found.update(dict.fromkeys(_tags_of(exchange)))
        query = _next_query(site, exchange)
        if not query or len(found) >= _MOST_TAGS:
            break
    if first is None:
        return None
    tags = tuple(found)[:_MOST_TAGS]
    return TagList(
        tags=tags, complete=query is None and len(found) == len(tags), witness=first.witness
    )


def _raise_for(exchange: Exchange) -> None:
    reading = read_response(exchange)
    said = f"the list of tags of {exchange.host} answered {exchange.status}"
    if isinstance(reading, RateLimited):
        raise SourceError(GapReason.RATE_LIMITED, said, "wait, or give the bot a credential")
    if isinstance(reading, Unavailable):
        raise SourceError(GapReason.UNREACHABLE, f"{reading.trouble}: {said}")


def _tags_of(exchange: Exchange) -> list[str]:
    tags = decode_object(exchange.body).get("tags")
    found = tags[: _MOST_TAGS + 1] if isinstance(tags, list) else []
    return [tag for tag in found if isinstance(tag, str) and _TAG.fullmatch(tag)]


def _next_query(site: Site, exchange: Exchange) -> str | None:
    """The query of the next page, None after the last one.

    A next page of another host or path is there, and not asked for: its query is empty.
    """
    match = _NEXT.search(exchange.headers.get("link", "")[:8192])
    if match is None:
        return None
    here = site.base + exchange.path
    try:
        there, own = urlsplit(urljoin(here, match[1])), urlsplit(here)
    except ValueError:
        return ""
    at_home = (there.scheme, there.netloc, there.path) == (own.scheme, own.netloc, own.path)
    return there.query if at_home and there.query != own.query else ""
