"""/whyfailing: a name, and the answer in the channel."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.cluster.targets import InvalidTargetError, parse_target
from bot.render import mrkdwn as m
from bot.store.records import Source
from handlers.choosing import choose, chosen
from handlers.clicks import Click
from handlers.reception import Reception, Way

COMMAND = "/whyfailing"
HELP = (
    "I say why something in Kubernetes fails, and what to press.\n"
    "• `/whyfailing api-7d9f8c-x2x4z` a pod; the beginning of its name is enough\n"
    "• `/whyfailing shop/api` in a namespace\n"
    "• `/whyfailing deploy/api -n shop` a workload, as kubectl writes it\n"
    "• `/whyfailing here mention` in this channel I answer only who asks; `here auto` alerts as "
    "well, `here off` nobody\n"
    "In a thread, where commands do not work, mention me; or use the shortcut "
    "_Why is this failing?_ on a message."
)


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to the command."""

    @app.command(COMMAND)
    async def ask(
        ack: AsyncAck, command: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> None:
        await ack()
        text = str(command.get("text") or "").strip()
        if text.lower() in ("", "help", "-h", "--help"):
            await respond(text=HELP)
            return
        journal, now = reception.desk.store.journal, reception.desk.now()
        if not await journal.first_sight(f"command {command.get('trigger_id')}", now):
            return
        try:
            wanted = chosen(text)
        except ValueError as error:
            await respond(text=str(error))
            return
        if wanted is not None:
            public, sentence = await choose(reception, client, _place(command), wanted)
            kind = "in_channel" if public else "ephemeral"
            await respond(text=sentence, response_type=kind)
            return
        try:
            query = parse_target(text)
        except InvalidTargetError as error:
            await respond(text=f"{m.escape(str(error))}.\n{HELP}")
            return
        way = Way(
            source=Source.COMMAND,
            team=str(command["team_id"]),
            channel=str(command["channel_id"]),
            user=str(command["user_id"]),
        )
        if sentence := await reception.turned_away(client, way):
            await respond(text=sentence)
            return
        await reception.accept(way, respond, queries=(query,))


def _place(command: dict[str, Any]) -> Click:
    return Click(
        user=str(command["user_id"]),
        team=str(command["team_id"]),
        channel=str(command["channel_id"]),
    )
