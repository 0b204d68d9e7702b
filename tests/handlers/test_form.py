"""The form: opened by a shortcut, its selects filled from the cluster, answered in a channel."""

from __future__ import annotations

import json
from typing import Any

import pytest
from slack_bolt.async_app import AsyncBoltRequest

from bot.cluster import objects as k
from bot.evidence import GapReason
from bot.render.slack_form import CHANNEL, FORM, NAMESPACE, POD
from bot.sources import SourceError
from tests.world import Process, World

WHO: dict[str, Any] = {"user": {"id": "U1"}, "team": {"id": "T1"}, "api_app_id": "A1"}
GLOBAL = {"type": "shortcut", "callback_id": "whyfailing_global", "trigger_id": "t", **WHO}


def submitted(chosen: str, channel: str | None = "C1") -> dict[str, Any]:
    values = {
        "target": {POD: {"selected_option": {"value": chosen} if chosen else None}},
        "where": {CHANNEL: {"selected_conversation": channel}},
    }
    view = {"id": "V", "type": "modal", "callback_id": FORM, "state": {"values": values}}
    return {"type": "view_submission", "view": view, **WHO}


async def answer(bot: Process, body: dict[str, Any]) -> dict[str, Any]:
    """What the acknowledgement carries."""
    given = await bot.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    await bot.quiet()
    found: dict[str, Any] = json.loads(given.body) if given.body else {}
    return found


async def suggested(
    bot: Process, action_id: str, typed: str = "", namespace: str = ""
) -> list[str]:
    view = {"id": "V", "private_metadata": namespace}
    found = await answer(
        bot,
        {"type": "block_suggestion", "action_id": action_id, "block_id": "b", "value": typed,
         "view": view, **WHO},
    )  # fmt: skip
    groups = found.get("option_groups") or [found]
    return [option["text"]["text"] for group in groups for option in group["options"]]


async def test_form_offers_pods_and_is_answered_in_chosen_channel(
    place: World, bot: Process
) -> None:
    await bot.send(GLOBAL)
    (view,) = place.slack.views
    assert view["callback_id"] == FORM
    assert await suggested(bot, NAMESPACE) == ["shop"]
    assert await suggested(bot, POD, "x2x4z") == ["shop/api-7d9f8c-x2x4z", "x2x4z"]
    await bot.send(submitted("-n shop pod/api-7d9f8c-x2x4z"))
    (posted,) = place.slack.named("chat.postMessage")
    assert posted["channel"] == "C1"
    assert len(place.investigations) == 1


async def test_namespace_that_was_chosen_narrows_the_pods(place: World, bot: Process) -> None:
    place.cluster.objects.append(
        k.Pod(metadata=k.Metadata(name="other-1", namespace="tools", uid="pod-uid-9"))
    )
    option = {"value": "tools"}
    where = {"where": {CHANNEL: {"selected_conversation": "C7"}}}
    view = {"id": "V1", "hash": "h1", "state": {"values": where}}
    await bot.send(
        {"type": "block_actions", "container": {"type": "view"}, "view": view,
         "actions": [{"action_id": NAMESPACE, "block_id": "namespace", "type": "external_select",
                      "selected_option": option}], **WHO}
    )  # fmt: skip
    (updated,) = place.slack.named("views.update")
    assert updated["view_id"] == "V1"
    assert updated["view"]["private_metadata"] == "tools"
    assert updated["view"]["blocks"][-1]["element"]["initial_conversation"] == "C7"
    assert await suggested(bot, POD, namespace="tools") == ["other-1"]


@pytest.mark.parametrize(
    ("chosen", "channel", "errors"),
    [
        ("two names", "C1", {"target": "'two names' is more than one name; type one, for example "
                             "api-7f9c, shop/api-7f9c or deploy/api -n shop"}),
        ("shop/api", None, {"where": "Choose where I should answer"}),
    ],
)  # fmt: skip
async def test_form_stays_open_and_says_what_is_wrong(
    place: World, bot: Process, chosen: str, channel: str | None, errors: dict[str, str]
) -> None:
    assert (await answer(bot, submitted(chosen, channel)))["errors"] == errors
    assert place.slack.named("chat.postMessage") == []


async def test_what_was_typed_can_be_chosen_when_cluster_does_not_answer(
    place: World, bot: Process
) -> None:
    place.cluster.error = SourceError(GapReason.UNREACHABLE, "no route to host")
    assert await suggested(bot, POD, "shop/api") == ["shop/api"]


async def test_options_come_in_time_when_cluster_is_slow(place: World, bot: Process) -> None:
    bot.desk.overviews.patience = 0.01
    place.cluster.answers.clear()
    assert await suggested(bot, POD, "shop/api") == ["shop/api"]
    place.cluster.answers.set()


async def test_guest_gets_a_sentence_in_place_of_the_form(place: World, bot: Process) -> None:
    place.slack.users["U1"] = {"is_restricted": True}
    await bot.send(GLOBAL)
    (view,) = place.slack.views
    assert "callback_id" not in view
    assert view["blocks"][0]["text"]["text"].startswith("Guests may not use me.")


async def test_only_namespaces_for_all_channels_are_offered(place: World) -> None:
    place.namespaces = ("*=tools",)
    async with place.process() as bot:
        assert await suggested(bot, NAMESPACE) == []
        assert await suggested(bot, POD, "api") == ["api"]
