"""The calls to Slack that change a message, and the look for one that may have been posted."""

from __future__ import annotations

from typing import Any

from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.render.slack import Message
from bot.store.records import Thread


class Calls:
    """Slack's methods, with one client for each manner of failing.

    A post is repeated after 429 only: any other failure may have posted. An update is repeated by
    the outbox, which knows whether a newer state waits.
    """

    def __init__(self, token: str, api_url: str, timeout: int = 10) -> None:
        self._posts = AsyncWebClient(
            token=token,
            base_url=api_url,
            timeout=timeout,
            retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=3)],
        )
        self._others = AsyncWebClient(
            token=token, base_url=api_url, timeout=timeout, retry_handlers=[]
        )

    async def post(self, thread: Thread, message: Message) -> str:
        """Post a message and give its timestamp. Raises one of `replies.FAILURES`."""
        posted = await self._posts.chat_postMessage(
            channel=thread.channel,
            text=message.text,
            blocks=list(message.blocks) or None,
            thread_ts=thread.root_ts or None,
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(posted["ts"])

    async def update(self, thread: Thread, message: Message) -> None:
        """Edit a message. Raises one of `replies.FAILURES`."""
        await self._others.chat_update(
            channel=thread.channel,
            ts=thread.message_ts or "",
            text=message.text,
            blocks=list(message.blocks),
        )

    async def permalink(self, thread: Thread) -> str:
        """The address of a message. Raises one of `replies.FAILURES`."""
        found = await self._others.chat_getPermalink(
            channel=thread.channel, message_ts=thread.message_ts or ""
        )
        return str(found.get("permalink") or "")

    async def find(self, thread: Thread) -> str | None:
        """Look for a post of ours whose timestamp was lost; None when it is not there.

        Raises one of `replies.FAILURES`.
        """
        since = f"{thread.created_at.timestamp() - 60:.6f}"
        if thread.root_ts:
            found = await self._others.conversations_replies(
                channel=thread.channel, ts=thread.root_ts, oldest=since, limit=200
            )
        else:
            found = await self._others.conversations_history(
                channel=thread.channel, oldest=since, limit=200
            )
        posts: list[dict[str, Any]] = found.get("messages") or []
        return next((str(post["ts"]) for post in posts if _is_of(thread, post)), None)


def _is_of(thread: Thread, post: dict[str, Any]) -> bool:
    return any(
        str(block.get("block_id", "")).startswith(thread.plan_id)
        for block in post.get("blocks") or ()
    )
