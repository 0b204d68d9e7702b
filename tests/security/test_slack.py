"""Slack's payloads from people and programs that should get nothing out of the bot."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.access import namespaces_of
from tests.payloads import TS, alert, click, command, event, find_button
from tests.world import Process, World, pod

OUTSIDERS: tuple[dict[str, Any], ...] = (
    {"is_restricted": True},
    {"is_ultra_restricted": True},
    {"is_stranger": True},
    {"is_bot": True},
    {"team_id": "T2"},
    {"deleted": True},
)


def ask(place: World, text: str = "shop/api", **more: Any) -> dict[str, Any]:
    return command(text, response_url=f"{place.base}/respond", **more)


def mention(text: str = "<@UB> shop/api", **more: Any) -> dict[str, Any]:
    inner = {"type": "app_mention", "user": "U1", "text": text, "ts": TS, "channel": "C1"}
    return event(inner | more)


def told(place: World) -> list[str]:
    return [said["text"] for said in place.slack.told]


def posted(place: World) -> int:
    return len(place.slack.named("chat.postMessage"))


def shown(place: World) -> dict[str, Any]:
    (message,) = place.slack.messages.values()
    return message


async def reported(place: World, bot: Process) -> dict[str, Any]:
    """Send an alert, and wait for the message with the report and its buttons."""
    await bot.send(alert())
    for _ in range(100):
        if any(block["type"] == "actions" for block in shown(place)["blocks"]):
            break
        await asyncio.sleep(0.01)
    return shown(place)


# --- who asks -----------------------------------------------------------------------------------


@pytest.mark.parametrize("facts", OUTSIDERS, ids=str)
async def test_an_outsider_learns_nothing_when_asking(
    place: World, bot: Process, facts: dict[str, Any]
) -> None:
    place.slack.users["U1"] = facts
    await bot.send(ask(place))
    await bot.send(mention())
    assert len(told(place)) == 2
    assert all("may" in text or "deactivated" in text for text in told(place))
    assert (posted(place), place.investigations) == (0, [])


@pytest.mark.parametrize("facts", OUTSIDERS, ids=str)
async def test_the_evidence_stays_closed_when_an_outsider_presses(
    place: World, bot: Process, facts: dict[str, Any]
) -> None:
    await reported(place, bot)
    place.slack.users["U2"] = facts
    action_id, value = find_button(shown(place), "All evidence")
    respond = f"{place.base}/respond"
    await bot.send(click(action_id, value, shown(place)["ts"], "U2", response_url=respond))
    assert place.slack.views == []
    assert len(told(place)) == 1


async def test_nothing_is_said_when_other_organisations_read_the_channel(
    place: World, bot: Process
) -> None:
    place.slack.channels["C1"] = {"is_ext_shared": True}
    await bot.send(ask(place))
    assert told(place)[0].startswith("People of other organisations read this channel")
    await bot.send(alert() | {"is_ext_shared_channel": True})
    await bot.send(mention() | {"is_ext_shared_channel": True})
    assert (posted(place), place.investigations) == (0, [])


# --- about what ---------------------------------------------------------------------------------


def test_a_channel_hears_of_its_namespaces_alone() -> None:
    pairs = ("C1=shop", "C1=web", "*=public")
    assert namespaces_of("C1", pairs) == frozenset({"shop", "web"})
    assert namespaces_of("C2", pairs) == frozenset({"public"})
    assert namespaces_of("C2", pairs[:2]) is None
    assert namespaces_of("C2", ()) is None


async def test_a_forged_alert_is_ignored_when_the_namespace_is_not_the_channels(
    place: World, bot: Process
) -> None:
    bot.desk.finder.scopes = ("C1=web",)
    await bot.send(alert())
    assert (posted(place), place.investigations) == (0, [])


@pytest.mark.parametrize("text", ["shop/api", "api", "ap1-7d9f8c", "shop/zebra"])
async def test_a_question_tells_nothing_when_the_namespace_is_not_the_channels(
    place: World, bot: Process, text: str
) -> None:
    bot.desk.finder.scopes = ("C1=web", "C1=docs")
    await bot.send(ask(place, text))
    assert told(place) == [
        "In this channel I speak of nothing but namespaces docs, web, and found nothing like that "
        "there. Ask where the team of the other namespace is."
    ]
    assert (posted(place), place.investigations) == (0, [])


# --- replayed and forged clicks -----------------------------------------------------------------


@pytest.mark.parametrize(
    "forged",
    [
        {"container": {"type": "message", "message_ts": "1.2", "channel_id": "C1"}},
        {"container": {"type": "message", "message_ts": "", "channel_id": "C2"}},
        {"container": {}, "channel": {}},
    ],
)
async def test_nothing_happens_when_a_value_is_pressed_elsewhere(
    place: World, bot: Process, forged: dict[str, Any]
) -> None:
    await reported(place, bot)
    for label in ("Re-run failed jobs", "All evidence", "Stop following", "Recheck"):
        action_id, value = find_button(shown(place), label)
        body = click(action_id, value, shown(place)["ts"], response_url=f"{place.base}/respond")
        await bot.send(body | forged)
    assert (place.ci.reruns, place.slack.views, len(place.investigations)) == ([], [], 1)
    assert set(told(place)) == {told(place)[0]}
    assert told(place)[0].startswith("This button is from an earlier version")


@pytest.mark.parametrize("value", ["", "x" * 100_000, "' OR 1=1 --", "\x00", "../../etc"])
async def test_nothing_happens_when_a_value_is_invented(
    place: World, bot: Process, value: str
) -> None:
    await reported(place, bot)
    for action_id in ("whyfailing.act.rerun_failed_jobs.x", "whyfailing.evidence",
                      "whyfailing.stop", "whyfailing.choose"):  # fmt: skip
        respond = f"{place.base}/respond"
        assert await bot.send(click(action_id, value, TS, response_url=respond)) == 200
    assert (place.ci.reruns, place.slack.views, len(place.investigations)) == ([], [], 1)


async def test_a_choice_is_void_when_it_comes_from_another_channel(
    place: World, bot: Process
) -> None:
    place.cluster.objects.append(pod("api-7d9f8c-other", "uid-2"))
    await bot.send(ask(place, "api"))
    option = place.slack.told[0]["blocks"][0]["accessory"]["options"][1]
    chosen = {"type": "static_select", "action_id": "whyfailing.choose", "block_id": "b",
              "selected_option": option}  # fmt: skip
    body = click("", "", TS, response_url=f"{place.base}/respond", actions=[chosen])
    elsewhere = {"channel": {"id": "C2"}, "container": {"channel_id": "C2", "message_ts": TS}}
    await bot.send(body | elsewhere)
    assert place.investigations == []
    place.later(25 * 3600)
    await bot.send(body)
    assert place.investigations == []


async def test_one_run_is_started_when_fifty_people_press_at_once(
    place: World, bot: Process
) -> None:
    await reported(place, bot)
    action_id, value = find_button(shown(place), "Re-run failed jobs")
    body = click(action_id, value, shown(place)["ts"], response_url=f"{place.base}/respond")
    for _ in range(50):
        await bot.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    await bot.quiet()
    assert place.ci.reruns == [4711]
    assert len(told(place)) == 49


# --- loops and floods ---------------------------------------------------------------------------


async def test_the_bot_does_not_answer_itself_when_its_message_is_edited(
    place: World, bot: Process
) -> None:
    ours = {"bot_id": "BB", "ts": TS, "text": "Pod shop/api-7d9f8c-x2x4z is not ready"}
    for user in ({"user": "UB"}, {}):
        changed = {"type": "message", "subtype": "message_changed", "channel": "C1",
                   "message": ours | user, "previous_message": {"text": "", "ts": TS}}  # fmt: skip
        await bot.send(event(changed))
    assert posted(place) == 0


async def test_a_bot_gets_no_answer_when_it_mentions_us(place: World, bot: Process) -> None:
    await bot.send(mention(bot_id="B9"))
    assert (posted(place), told(place)) == (0, [])


# --- HTTP mode ----------------------------------------------------------------------------------


def _signed(secret: str, body: str, at: int) -> dict[str, list[str]]:
    digest = hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"x-slack-signature": [f"v0={digest}"], "x-slack-request-timestamp": [str(at)]}


async def test_a_request_is_refused_when_its_signature_is_not_slacks() -> None:
    app = AsyncApp(token="xoxb-test", signing_secret="s3cret")
    body, now = '{"type":"event_callback"}', int(time.time())
    forged: list[dict[str, list[str]]] = [
        {},
        _signed("other", body, now),
        _signed("s3cret", body, now - 301),
        _signed("s3cret", body + " ", now),
        _signed("", body, now),
    ]
    for headers in forged:
        request = AsyncBoltRequest(body=body, headers=dict(headers))
        assert (await app.async_dispatch(request)).status == 401
