"""The Web API methods that the bot calls, answering and refusing as Slack does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from simulator.slack.lint import MESSAGE_TEXT, message_problems, total_text
from simulator.slack.refusals import RefusalError
from simulator.slack.view_methods import Files, Views
from simulator.slack.workspace import APP, BOT, BOT_USER, TEAM, Message, User, Workspace

Json = dict[str, Any]
_UPDATE_TEXT = 4000


class Methods:
    """What each method does: https://docs.slack.dev/reference/methods/NAME."""

    def __init__(self, workspace: Workspace, base_url: Callable[[], str]) -> None:
        self.workspace = workspace
        self.base_url = base_url
        self._methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth_test,
            "bots.info": self._bots_info,
            "users.info": self._users_info,
            "usergroups.users.list": self._usergroups_users_list,
            "conversations.info": self._conversations_info,
            "conversations.members": self._conversations_members,
            "conversations.join": self._conversations_join,
            "conversations.replies": self._conversations_replies,
            "conversations.history": self._conversations_history,
            "chat.postMessage": self._chat_post_message,
            "chat.update": self._chat_update,
            "chat.delete": self._chat_delete,
            "chat.postEphemeral": self._chat_post_ephemeral,
            "chat.getPermalink": self._chat_get_permalink,
            "reactions.add": self._reactions_add,
            **Views(workspace).methods(),
            **Files(workspace, base_url).methods(),
        }

    def call(self, name: str, arguments: Json) -> Json:
        """Run a method. Raises RefusalError for everything that Slack answers with `ok: false`."""
        method = self._methods.get(name)
        if method is None:
            raise RefusalError("unknown_method")
        return {"ok": True, **method(_decoded(arguments))}

    # --- who --------------------------------------------------------------------------------

    def _auth_test(self, _arguments: Json) -> Json:
        return {
            "url": "https://simulated.slack.com/",
            "team": "Simulated",
            "user": "whyfailing",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": BOT,
            "app_id": APP,
            "is_enterprise_install": False,
        }

    def _bots_info(self, arguments: Json) -> Json:
        if arguments.get("bot") != BOT:
            raise RefusalError("bot_not_found")
        return {"bot": {"id": BOT, "app_id": APP, "name": "WhyFailing", "user_id": BOT_USER}}

    def _users_info(self, arguments: Json) -> Json:
        user = self.workspace.users.get(arguments.get("user", ""))
        if user is None:
            raise RefusalError("user_not_found")
        return {"user": _user(user)}

    def _usergroups_users_list(self, arguments: Json) -> Json:
        members = self.workspace.groups.get(arguments.get("usergroup", ""))
        if members is None:
            raise RefusalError("no_such_subteam")
        return {"users": sorted(members)}

    # --- channels ---------------------------------------------------------------------------

    def _conversations_info(self, arguments: Json) -> Json:
        channel = self._channel(arguments)
        return {
            "channel": {
                "id": channel.id,
                "name": channel.name,
                "is_channel": not channel.is_im,
                "is_im": channel.is_im,
                "is_private": channel.is_private,
                "is_member": BOT_USER in channel.members,
                "is_ext_shared": channel.is_ext_shared,
                "is_archived": False,
            }
        }

    def _conversations_members(self, arguments: Json) -> Json:
        return {
            "members": sorted(self._channel(arguments).members),
            "response_metadata": {"next_cursor": ""},
        }

    def _conversations_join(self, arguments: Json) -> Json:
        self._channel(arguments).members.add(BOT_USER)
        return {"channel": {"id": arguments["channel"]}}

    def _conversations_replies(self, arguments: Json) -> Json:
        channel = self._member_channel(arguments)
        found = self.workspace.thread(channel, arguments.get("ts", ""))
        if not found:
            raise RefusalError("thread_not_found")
        shown = _since([message for message in found if not message.seen_by], arguments)
        return {"messages": shown, "has_more": False}

    def _conversations_history(self, arguments: Json) -> Json:
        channel = self._member_channel(arguments)
        found = [
            message
            for message in self.workspace.messages
            if message.channel == channel and not message.thread_ts and not message.seen_by
        ]
        return {"messages": _since(found, arguments)[::-1], "has_more": False}

    # --- messages ---------------------------------------------------------------------------

    def _chat_post_message(self, arguments: Json) -> Json:
        if arguments.get("channel") in self.workspace.users:
            arguments["channel"] = self.workspace.direct(arguments["channel"]).id
        channel = self._member_channel(arguments)
        text, blocks = self._content(arguments)
        message = self.workspace.post(
            Message(
                channel=channel,
                ts=self.workspace.next_ts(),
                text=text,
                blocks=blocks,
                attachments=arguments.get("attachments") or [],
                user=BOT_USER,
                bot_id=BOT,
                thread_ts=arguments.get("thread_ts") or "",
            )
        )
        return {"channel": channel, "ts": message.ts, "message": message.event()}

    def _chat_update(self, arguments: Json) -> Json:
        channel = self._member_channel(arguments)
        message = self.workspace.find(channel, arguments.get("ts", ""))
        if message is None:
            raise RefusalError("message_not_found")
        if message.bot_id != BOT:
            raise RefusalError("cant_update_message")
        if len(arguments.get("text") or "") > _UPDATE_TEXT:
            raise RefusalError("msg_too_long")
        message.text, message.blocks = self._content(arguments)
        message.edits += 1
        self.workspace.changed()
        return {"channel": channel, "ts": message.ts, "text": message.text}

    def _chat_delete(self, arguments: Json) -> Json:
        channel = self._member_channel(arguments)
        message = self.workspace.find(channel, arguments.get("ts", ""))
        if message is None:
            raise RefusalError("message_not_found")
        self.workspace.messages.remove(message)
        self.workspace.changed()
        return {"channel": channel, "ts": message.ts}

    def _chat_post_ephemeral(self, arguments: Json) -> Json:
        channel = self._member_channel(arguments)
        user = arguments.get("user", "")
        if user not in self._channel(arguments).members:
            raise RefusalError("user_not_in_channel")
        text, blocks = self._content(arguments)
        message = self.workspace.post(
            Message(
                channel=channel,
                ts=self.workspace.next_ts(),
                text=text,
                blocks=blocks,
                user=BOT_USER,
                bot_id=BOT,
                thread_ts=arguments.get("thread_ts") or "",
                seen_by=user,
            )
        )
        return {"message_ts": message.ts}

    def _chat_get_permalink(self, arguments: Json) -> Json:
        channel = self._channel(arguments).id
        ts = arguments.get("message_ts", "")
        if self.workspace.find(channel, ts) is None:
            raise RefusalError("message_not_found")
        link = f"{self.base_url()}/#{channel}/{ts.replace('.', '')}"
        return {"channel": channel, "permalink": link}

    def _reactions_add(self, arguments: Json) -> Json:
        channel = self._member_channel(arguments)
        found = (channel, arguments.get("timestamp", ""), arguments.get("name", ""))
        if found in self.workspace.reactions:
            raise RefusalError("already_reacted")
        self.workspace.reactions.append(found)
        self.workspace.changed()
        return {}

    # --- shared -----------------------------------------------------------------------------

    def _channel(self, arguments: Json) -> Any:
        channel = self.workspace.channels.get(arguments.get("channel", ""))
        if channel is None:
            raise RefusalError("channel_not_found")
        return channel

    def _member_channel(self, arguments: Json) -> str:
        channel = self._channel(arguments)
        if BOT_USER not in channel.members:
            raise RefusalError("not_in_channel")
        return str(channel.id)

    def _content(self, arguments: Json) -> tuple[str, list[Json]]:
        text, blocks = arguments.get("text") or "", arguments.get("blocks") or []
        if not text and not blocks and not arguments.get("attachments"):
            raise RefusalError("no_text")
        problems = message_problems(blocks)
        if problems:
            raise RefusalError("invalid_blocks", problems)
        if total_text(blocks) > MESSAGE_TEXT:
            raise RefusalError("msg_blocks_too_long")
        return text, blocks


def _since(messages: list[Message], arguments: Json) -> list[Json]:
    oldest = float(arguments.get("oldest") or 0)
    return [message.event() for message in messages if float(message.ts) > oldest]


def _decoded(arguments: Json) -> Json:
    """Form bodies carry structures as JSON texts."""
    structured = {}
    for key in ("blocks", "attachments", "view", "files", "metadata"):
        value = arguments.get(key)
        if isinstance(value, str) and value:
            try:
                structured[key] = json.loads(value)
            except ValueError as error:
                raise RefusalError(f"invalid_{key}") from error
    return {**arguments, **structured}


def _user(user: User) -> Json:
    return {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": False,
        "is_bot": user.is_bot,
        "is_admin": user.is_admin,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
        "is_stranger": user.team_id != TEAM,
        "profile": {"real_name": user.real_name, "display_name": user.real_name},
    }
