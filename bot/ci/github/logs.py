"""Download the end of a job's log from the storage that GitHub points to, without credentials.

The link lives for a minute and leads to another company's storage, so it is never asked with a
token: https://docs.github.com/en/rest/actions/workflow-jobs#download-job-logs-for-a-workflow-run
"""

from __future__ import annotations

from collections import deque

import httpx
import msgspec

from bot.evidence import GapReason
from bot.sources import SourceError

_TAIL = 400_000
"""Bytes of the end of a log that are kept: some thousand lines."""
_LARGEST = 64_000_000
_HOPS = 3


class Tail(msgspec.Struct, frozen=True):
    """The end of a log; `cut` lines before it were left out."""

    text: str
    cut: int


class ExpiredLinkError(Exception):
    """The storage does not know the link (any more); a fresh one may work."""


async def download(
    client: httpx.AsyncClient, url: str, about: str, tail: int = _TAIL
) -> Tail | None:
    """Read a log to its end and keep the last part; None when the storage has no such log.

    Raises ExpiredLinkError, and SourceError where the storage cannot answer.
    """
    try:
        for _ in range(_HOPS):
            async with client.stream("GET", url) as response:
                if response.status_code == 200:
                    return await _end(response, about, tail)
                if not response.is_redirect:
                    _check(response.status_code, about)
                    return None
                there = response.url.join(response.headers["location"])
                if response.url.scheme == "https" != there.scheme:
                    raise SourceError(
                        GapReason.REFUSED, f"the storage of {about} redirects to an unsafe place"
                    )
                url = str(there)
    except httpx.TimeoutException as error:
        raise SourceError(
            GapReason.TIMED_OUT, f"GitHub's storage did not answer in time for {about}"
        ) from error
    except (httpx.HTTPError, httpx.InvalidURL, KeyError) as error:
        raise SourceError(
            GapReason.UNREACHABLE,
            f"the storage that GitHub names for {about} could not be read",
            "Check that this machine reaches GitHub's log storage (*.blob.core.windows.net).",
        ) from error
    raise SourceError(GapReason.GARBLED, f"the storage redirects {about} in a circle")


def _check(status: int, about: str) -> None:
    """Return for a log that is not there; raise for everything else that is no success."""
    if status in {404, 410}:
        return
    if status in {401, 403}:
        raise ExpiredLinkError
    raise SourceError(GapReason.UNREACHABLE, f"GitHub's storage answered {status} for {about}")


async def _end(response: httpx.Response, about: str, tail: int) -> Tail:
    chunks: deque[bytes] = deque()
    kept = read = dropped = 0
    async for chunk in response.aiter_bytes():
        chunks.append(chunk)
        kept += len(chunk)
        read += len(chunk)
        if read > _LARGEST:
            raise SourceError(
                GapReason.REFUSED,
                f"{about} is larger than {_LARGEST // 1_000_000} MB, so the bot did not read it",
                "Open the job on GitHub.",
            )
        while kept - len(chunks[0]) >= tail:
            first = chunks.popleft()
            kept -= len(first)
            dropped += first.count(b"\n")
    text = b"".join(chunks)
    if read > tail:
        # Begin with a whole line, where there is one.
        start = max(0, len(text) - tail)
        end_of_line = text.find(b"\n", start, len(text) - 1)
        start = start if end_of_line < 0 else end_of_line + 1
        dropped += text.count(b"\n", 0, start)
        text = text[start:]
    return Tail(text.decode("utf-8", "replace"), dropped)
