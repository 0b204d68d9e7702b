"""What Slack's answers to a post or an update mean for the message.

Errors: https://docs.slack.dev/reference/methods/chat.update and chat.postMessage.
"""

from __future__ import annotations

import asyncio
from enum import StrEnum

import aiohttp
import msgspec
from slack_sdk.errors import SlackApiError, SlackClientError

FAILURES = (SlackClientError, aiohttp.ClientError, asyncio.TimeoutError, OSError)
"""Everything that a call of the Slack client raises when Slack or the network fails."""


class Delivered(msgspec.Struct, frozen=True):
    """Slack shows it."""

    message_ts: str


class Undelivered(msgspec.Struct, frozen=True):
    """Slack will not show it; `error` is Slack's own code."""

    error: str


Delivery = Delivered | Undelivered


class Remedy(StrEnum):
    """What to do about a failed call."""

    LATER = "later"
    """The same again after a pause."""
    SIMPLER = "simpler"
    """The same with fewer features."""
    REPLY = "reply"
    """It cannot be edited any more: say it in a reply."""
    FORGET = "forget"
    """The message or the channel is gone for us."""
    STOP = "stop"
    """Our token is worth nothing any more."""
    GIVE_UP = "give up"
    """Not known; trying again would not help."""


_BY_CODE = {
    "ratelimited": Remedy.LATER,
    "rate_limited": Remedy.LATER,
    "internal_error": Remedy.LATER,
    "fatal_error": Remedy.LATER,
    "service_unavailable": Remedy.LATER,
    "request_timeout": Remedy.LATER,
    "streaming_state_conflict": Remedy.LATER,
    "invalid_blocks": Remedy.SIMPLER,
    "invalid_blocks_format": Remedy.SIMPLER,
    "msg_blocks_too_long": Remedy.SIMPLER,
    "invalid_attachments": Remedy.SIMPLER,
    "block_mismatch": Remedy.SIMPLER,
    "msg_too_long": Remedy.SIMPLER,
    "edit_window_closed": Remedy.REPLY,
    "message_not_found": Remedy.FORGET,
    "cant_update_message": Remedy.FORGET,
    "thread_not_found": Remedy.FORGET,
    "channel_not_found": Remedy.FORGET,
    "not_in_channel": Remedy.FORGET,
    "is_archived": Remedy.FORGET,
    "is_inactive": Remedy.FORGET,
    "restricted_action": Remedy.FORGET,
    "restricted_action_read_only_channel": Remedy.FORGET,
    "restricted_action_thread_only_channel": Remedy.FORGET,
    "invalid_auth": Remedy.STOP,
    "not_authed": Remedy.STOP,
    "token_revoked": Remedy.STOP,
    "token_expired": Remedy.STOP,
    "account_inactive": Remedy.STOP,
}


def code_of(error: Exception) -> str:
    """Slack's code for the failure, or the name of what went wrong on the way."""
    if isinstance(error, SlackApiError) and isinstance(error.response.data, dict):
        return str(error.response.get("error", "no_error_code"))
    return type(error).__name__


def remedy_of(error: Exception) -> Remedy:
    """What to do about a failed call."""
    if not isinstance(error, SlackApiError):
        return Remedy.LATER
    if error.response.status_code >= 500 or error.response.status_code == 429:
        return Remedy.LATER
    return _BY_CODE.get(code_of(error), Remedy.GIVE_UP)


def outcome_unknown(error: Exception) -> bool:
    """Whether Slack may have done what was asked although the call failed."""
    if not isinstance(error, SlackApiError):
        return True
    return bool(error.response.status_code >= 500)


def retry_after(error: Exception, default: float) -> float:
    """The seconds that Slack wants us to wait; `default` where it does not say."""
    headers = error.response.headers if isinstance(error, SlackApiError) else {}
    for name, value in (headers or {}).items():
        if name.lower() == "retry-after":
            try:
                return min(float(value), 600.0)
            except ValueError:
                return default
    return default


def refusal_details(error: Exception) -> str:
    """What Slack says is wrong with the blocks, for the log."""
    if not isinstance(error, SlackApiError) or not isinstance(error.response.data, dict):
        return str(error)
    metadata = error.response.get("response_metadata") or {}
    return f"{error.response.get('errors', '')} {metadata.get('messages', '')}".strip()
