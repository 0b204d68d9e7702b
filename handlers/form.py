"""The form that asks for a pod: opened by a shortcut, filled from the cluster while one types."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.access import namespaces_of
from bot.cluster.targets import InvalidTargetError, parse_target
from bot.render.slack_form import (
    CHANNEL,
    FORM,
    NAMESPACE,
    POD,
    form_view,
    namespace_options,
    notice_view,
    pod_options,
)
from bot.store.records import Source
from handlers.reception import Reception, Way


def register(app: AsyncApp, reception: Reception) -> None:
    """Listen to the form, and to Slack's questions for the options of its selects."""
    desk = reception.desk
    overviews = desk.overviews
    allowed = namespaces_of("", desk.finder.scopes)

    @app.options(NAMESPACE)
    async def namespaces(ack: AsyncAck, payload: dict[str, Any]) -> None:
        typed = str(payload.get("value") or "")
        await ack(namespace_options(await overviews.current(), typed, allowed))

    @app.options(POD)
    async def pods(ack: AsyncAck, payload: dict[str, Any]) -> None:
        typed, namespace = str(payload.get("value") or ""), payload["view"]["private_metadata"]
        await ack(pod_options(await overviews.current(), typed, namespace, allowed))

    @app.action(NAMESPACE)
    async def narrowed(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        view = body["view"]
        chosen = (body["actions"][0].get("selected_option") or {}).get("value") or ""
        form = form_view(desk.sources.cluster.name, channel=_channel(view), namespace=chosen)
        await client.views_update(view_id=view["id"], view=form)

    @app.view(FORM)
    async def submitted(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await _submit(reception, ack, body, client)


async def _submit(
    reception: Reception, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient
) -> None:
    """Ask for what was chosen, or keep the form open with a sentence at the field that lacks."""
    channel = _channel(body["view"])
    chosen = body["view"]["state"]["values"]["target"][POD].get("selected_option") or {}
    try:
        query = parse_target(chosen.get("value") or "")
    except InvalidTargetError as error:
        await ack(response_action="errors", errors={"target": str(error)[:2000]})
        return
    if not channel:
        errors = {"where": "Choose where I should answer"}
        await ack(response_action="errors", errors=errors)
        return
    await ack()
    way = Way(
        source=Source.SHORTCUT,
        team=str(body["team"]["id"]),
        channel=channel,
        user=str(body["user"]["id"]),
    )
    await reception.ask(client, way, query)


async def open_form(
    reception: Reception, client: AsyncWebClient, way: Way, trigger_id: str, hint: str = ""
) -> None:
    """Open the form, and begin to read what it will offer; say why not to who may not ask."""
    if sentence := await reception.turned_away(client, way):
        await client.views_open(trigger_id=trigger_id, view=notice_view(sentence))
        return
    reception.desk.overviews.warm()
    cluster = reception.desk.sources.cluster.name
    view = form_view(cluster, channel=way.channel, hint=hint)
    await client.views_open(trigger_id=trigger_id, view=view)


def _channel(view: dict[str, Any]) -> str:
    """Where the answer is to go, as far as that was chosen."""
    where = view["state"]["values"].get("where") or {}
    return str((where.get(CHANNEL) or {}).get("selected_conversation") or "")
