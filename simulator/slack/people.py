"""What people do in Slack: type commands, post, press buttons, send forms, use shortcuts."""

from __future__ import annotations

from typing import Any

from simulator.slack.lint import elements_of, suggestion_problems
from simulator.slack.payloads import (
    action_payload,
    command_payload,
    event_payload,
    message_payload,
    suggestion_payload,
    view_payload,
    who_payload,
)
from simulator.slack.sockets import NoAckError, Sockets
from simulator.slack.workspace import (
    BOT,
    BOT_USER,
    RESPONSE_URL_USES,
    Message,
    View,
    Workspace,
)

Json = dict[str, Any]
_NO_ANSWER = "failed because the app did not respond"


class NotShownError(Exception):
    """Nobody can press what is not there."""


class People:
    """Everything a person can do, with the payload that Slack makes of it."""

    def __init__(self, workspace: Workspace, sockets: Sockets, base_url: str) -> None:
        self.workspace = workspace
        self.sockets = sockets
        self.base_url = base_url

    async def command(self, user: str, channel: str, text: str, *, thread_ts: str = "") -> None:
        """Type a slash command, `/whyfailing …`; in a thread Slack itself refuses it."""
        word, _, rest = text.strip().partition(" ")
        if thread_ts:
            self._whisper(user, channel, f"{word} is not supported in threads. Sorry!", thread_ts)
            return
        payload = command_payload(self.workspace, user, channel, word, rest)
        payload["response_url"] = self._response_url(channel, user)
        try:
            answer = await self.sockets.deliver("slash_commands", payload)
        except NoAckError:
            self._whisper(user, channel, f"{word} {_NO_ANSWER}")
            return
        if answer:
            self._answered(channel, user, answer)

    def post(self, channel: str, text: str, *, user: str, thread_ts: str = "") -> Message:
        """Post a message as a person."""
        return self._posted(
            Message(
                channel=channel,
                ts=self.workspace.next_ts(),
                text=text,
                user=user,
                thread_ts=thread_ts,
            )
        )

    def post_as_app(
        self,
        channel: str,
        *,
        text: str = "",
        username: str = "",
        attachments: list[Json] | None = None,
        blocks: list[Json] | None = None,
    ) -> Message:
        """Post as another app with a bot token, or as an incoming webhook when it has a name."""
        return self._posted(
            Message(
                channel=channel,
                ts=self.workspace.next_ts(),
                text=text,
                bot_id="B0OTHERAPP",
                username=username,
                subtype="bot_message" if username else "",
                attachments=attachments or [],
                blocks=blocks or [],
            )
        )

    def _posted(self, message: Message) -> Message:
        self.workspace.post(message)
        event = message.event()
        self.event(event)
        if f"<@{BOT_USER}>" in message.text:
            mention = {key: value for key, value in event.items() if key != "channel_type"}
            self.event({**mention, "type": "app_mention"})
        return message

    def edit(self, message: Message, **changes: Any) -> None:
        """Change a message of another app, as alert tools do when an alert is over."""
        before = message.event()
        for name, value in changes.items():
            setattr(message, name, value)
        self.workspace.changed()
        self.event(
            {
                "type": "message",
                "subtype": "message_changed",
                "hidden": True,
                "channel": message.channel,
                "ts": self.workspace.next_ts(),
                "message": {**message.event(), "edited": {"user": message.bot_id}},
                "previous_message": before,
            }
        )

    def event(self, event: Json) -> str:
        """Deliver an event of the Events API; return its id."""
        event_id = self.workspace.number("Ev")
        self.sockets.deliver_event(event_payload(event, event_id, int(self.workspace.clock())))
        return event_id

    async def press(self, user: str, message: Message, action_id: str, *, option: str = "") -> None:
        """Press a button of a message, or choose an option (by its value) of a select in it."""
        block, element = self._element(message.blocks, action_id)
        chosen = next(
            (each for each in element.get("options", []) if each.get("value") == option), None
        )
        payload = {
            **who_payload(self.workspace, user, message.channel),
            **message_payload(message),
            "response_url": self._response_url(message.channel, user, message.ts),
            "state": {"values": {}},
            "actions": [action_payload(block, element, chosen)],
        }
        try:
            await self.sockets.deliver("interactive", payload)
        except NoAckError:
            message.warning = _NO_ANSWER
            self.workspace.changed()

    async def press_in_view(
        self,
        user: str,
        view: View,
        action_id: str,
        *,
        option: Json | None = None,
        values: Json | None = None,
    ) -> None:
        """Press a button inside a modal or on the Home tab, or choose an option of a select."""
        block, element = self._element(view.view.get("blocks", []), action_id)
        payload = {
            **who_payload(self.workspace, user),
            "type": "block_actions",
            "container": {"type": "view", "view_id": view.id},
            "view": view_payload(view, values or {}),
            "actions": [action_payload(block, element, option)],
        }
        await self._quietly("interactive", payload)

    async def suggest(self, user: str, view: View, action_id: str, typed: str) -> Json:
        """Type into an external select; what the app offers, or `error` with what Slack refuses."""
        block, element = self._element(view.view.get("blocks", []), action_id)
        payload = {
            **who_payload(self.workspace, user),
            **suggestion_payload(view, block, element, typed),
        }
        try:
            answer = await self.sockets.deliver("interactive", payload)
        except NoAckError:
            return {"error": _NO_ANSWER}
        problems = suggestion_problems(answer)
        return {"error": "; ".join(problems)} if problems else answer

    async def submit(self, user: str, view: View, values: Json) -> Json:
        """Send a modal's form; returns what the app answers (errors keep it open)."""
        payload = {
            **who_payload(self.workspace, user),
            "type": "view_submission",
            "view": view_payload(view, values),
            "response_urls": [],
        }
        answer = await self._quietly("interactive", payload)
        match answer.get("response_action"):
            case "errors":
                return answer
            case "update":
                view.view = answer["view"]
                view.hash = self.workspace.number("h")
            case _:
                self.workspace.views.pop(view.id, None)
        self.workspace.changed()
        return answer

    def close(self, view: View) -> None:
        """Close a modal."""
        self.workspace.views.pop(view.id, None)
        self.workspace.changed()

    async def message_shortcut(self, user: str, message: Message, callback_id: str) -> None:
        """Use a shortcut from a message's menu."""
        await self._quietly(
            "interactive",
            {
                **who_payload(self.workspace, user, message.channel),
                "type": "message_action",
                "callback_id": callback_id,
                "message": message.event(),
                "message_ts": message.ts,
                "response_url": self._response_url(message.channel, user, message.ts),
            },
        )

    async def global_shortcut(self, user: str, callback_id: str) -> None:
        """Use a shortcut from the search bar."""
        payload = {
            **who_payload(self.workspace, user),
            "type": "shortcut",
            "callback_id": callback_id,
        }
        await self._quietly("interactive", payload)

    def open_home(self, user: str) -> None:
        """Look at the app's Home tab."""
        self.event({"type": "app_home_opened", "user": user, "tab": "home", "channel": "D0HOME"})

    def respond(self, key: str, body: Json) -> str:
        """Answer through a response URL; returns an error, empty when it was taken."""
        url = self.workspace.response_urls.get(key)
        if url is None or url.uses >= RESPONSE_URL_USES or self.workspace.clock() > url.expires_at:
            return "expired_url"
        url.uses += 1
        original = next(
            (
                message
                for message in self.workspace.messages
                if message.channel == url.channel and message.ts == url.message_ts
            ),
            None,
        )
        if body.get("delete_original") and original:
            self.workspace.messages.remove(original)
            self.workspace.changed()
        elif body.get("replace_original") and original:
            original.text, original.blocks = body.get("text", ""), body.get("blocks") or []
            original.edits += 1
            self.workspace.changed()
        else:
            self._answered(url.channel, url.user, body)
        return ""

    # --- shared -----------------------------------------------------------------------------

    def _answered(self, channel: str, user: str, body: Json) -> None:
        self.workspace.post(
            Message(
                channel=channel,
                ts=self.workspace.next_ts(),
                text=body.get("text", ""),
                blocks=body.get("blocks") or [],
                user=BOT_USER,
                bot_id=BOT,
                thread_ts=body.get("thread_ts") or "",
                seen_by="" if body.get("response_type") == "in_channel" else user,
            )
        )

    def _whisper(self, user: str, channel: str, text: str, thread_ts: str = "") -> None:
        self.workspace.post(
            Message(
                channel=channel,
                ts=self.workspace.next_ts(),
                text=text,
                username="Slackbot",
                thread_ts=thread_ts,
                seen_by=user,
            )
        )

    async def _quietly(self, kind: str, payload: Json) -> Json:
        try:
            return await self.sockets.deliver(kind, payload)
        except NoAckError:
            return {}

    def _response_url(self, channel: str, user: str, message_ts: str = "") -> str:
        return f"{self.base_url}/respond/{self.workspace.response_url(channel, user, message_ts)}"

    @staticmethod
    def _element(blocks: list[Json], action_id: str) -> tuple[Json, Json]:
        for block in blocks:
            for element in elements_of([block]):
                if element["action_id"] == action_id:
                    return block, element
        raise NotShownError(action_id)
