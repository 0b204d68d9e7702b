"""Each way in: acknowledged, answered once, in the right place, or silent."""

from __future__ import annotations

from typing import Any

import pytest

from bot.evidence import GapReason
from bot.sources import SourceError
from tests.payloads import TS, alert, click, command, event, text_of
from tests.reports import NOON, TARGET
from tests.world import Process, World, pod


def posts(place: World) -> list[tuple[str, str | None]]:
    return [(p["channel"], p.get("thread_ts")) for p in place.slack.named("chat.postMessage")]


def told(place: World) -> list[str]:
    return [said["text"] for said in place.slack.told]


def ask(place: World, text: str, **more: Any) -> dict[str, Any]:
    return command(text, response_url=f"{place.base}/respond", **more)


def mention(text: str, **more: Any) -> dict[str, Any]:
    inner = {"type": "app_mention", "user": "U1", "text": text, "ts": TS, "channel": "C1"}
    return event(inner | more)


# --- the command --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "api-7d9f8c-x2x4z",
        "shop/api-7d9f8c-x2x4z",
        "api-7d9f8c-x2x4z -n shop",
        "pod/api-7d9f8c-x2x4z",
        "api-7d9",
        "--cluster prod shop/api",
    ],
)
async def test_command_is_answered_in_channel_when_one_pod_is_meant(
    place: World, bot: Process, text: str
) -> None:
    assert await bot.send(ask(place, text)) == 200
    assert posts(place) == [("C1", None)]
    assert place.investigations == [TARGET]
    (message,) = place.slack.messages.values()
    assert (
        message["text"]
        == "shop/Pod/api-7d9f8c-x2x4z fails because Run 4711 of release failed in step push"
    )
    assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)
    assert told(place) == []


async def test_message_turns_green_when_pod_is_replaced_before_first_poll(
    place: World, bot: Process
) -> None:
    await bot.send(ask(place, "api-7d9f8c-x2x4z"))
    place.cluster.objects = [pod("api-7d9f8c-heir", "pod-uid-2", ready=True)]
    await bot.tick()
    place.later(61)
    await bot.tick()
    (message,) = place.slack.messages.values()
    assert message["text"].startswith("Recovered: ")


async def test_progress_is_shown_first_when_command_is_asked(place: World, bot: Process) -> None:
    await bot.send(ask(place, "api"))
    first = place.slack.named("chat.postMessage")[0]
    assert first["blocks"][0]["type"] == "plan"
    assert first["text"] == "Looking at shop/Pod/api-7d9f8c-x2x4z"


@pytest.mark.parametrize("text", ["", "help", "  HELP "])
async def test_help_is_told_privately_when_asked_for(place: World, bot: Process, text: str) -> None:
    await bot.send(ask(place, text))
    assert told(place)[0].startswith("I say why something in Kubernetes fails")
    assert posts(place) == []


async def test_command_says_what_is_wrong_when_it_cannot_be_read(
    place: World, bot: Process
) -> None:
    await bot.send(ask(place, "a b c <!channel>"))
    assert "'a b c &lt;!channel&gt;' is more than one name" in told(place)[0]


async def test_choice_is_offered_and_answered_when_several_match(
    place: World, bot: Process
) -> None:
    place.cluster.objects.append(pod("api-7d9f8c-other", "uid-2"))
    await bot.send(ask(place, "api"))
    (said,) = place.slack.told
    options = said["blocks"][0]["accessory"]["options"]
    assert [option["text"]["text"] for option in options] == [
        "shop/Pod/api-7d9f8c-x2x4z",
        "shop/Pod/api-7d9f8c-other",
    ]
    assert posts(place) == []
    chosen = {"type": "static_select", "action_id": "whyfailing.choose", "block_id": "b",
              "selected_option": options[1]}  # fmt: skip
    body = click("", "", TS, response_url=f"{place.base}/respond", actions=[chosen])
    await bot.send(body)
    await bot.send(body)
    assert [target.name for target in place.investigations] == ["api-7d9f8c-other"]
    assert posts(place) == [("C1", None)]


async def test_choice_that_went_by_direct_message_is_taken_there_from_who_asked(
    place: World, bot: Process
) -> None:
    place.cluster.objects.append(pod("api-7d9f8c-other", "uid-2"))
    place.slack.fail("chat.postEphemeral", "not_in_channel")
    await bot.send(shortcut({"ts": "7.7", "attachments": [{"text": "Pod shop/api-7d9f8c"}]}))
    (said,) = place.slack.named("chat.postMessage")
    assert said["channel"] == "U1"
    option = said["blocks"][0]["accessory"]["options"][1]
    chosen = {"type": "static_select", "action_id": "whyfailing.choose", "block_id": "b",
              "selected_option": option}  # fmt: skip
    there: dict[str, Any] = {
        "channel": {"id": "D1"},
        "container": {"channel_id": "D1", "message_ts": "1.1"},
        "response_url": f"{place.base}/respond",
        "actions": [chosen],
    }
    await bot.send(click("", "", "1.1", user="U2", **there))
    assert place.investigations == []
    await bot.send(click("", "", "1.1", **there))
    assert [target.name for target in place.investigations] == ["api-7d9f8c-other"]


async def test_near_names_are_offered_when_nothing_matches(place: World, bot: Process) -> None:
    await bot.send(ask(place, "ap1-7d9f8c"))
    (said,) = place.slack.told
    assert said["text"] == "I know some that you may mean. Which one?"


async def test_command_says_so_when_cluster_has_nothing_like_it(place: World, bot: Process) -> None:
    await bot.send(ask(place, "shop/zebra"))
    assert told(place)[0].startswith("Cluster `prod` has nothing like `shop/zebra`.")


async def test_command_says_so_when_another_cluster_is_named(place: World, bot: Process) -> None:
    await bot.send(ask(place, "api --cluster staging"))
    assert told(place) == [
        "I look after cluster `prod`, not `staging`. Leave out --cluster to search there."
    ]


async def test_command_says_so_when_cluster_does_not_answer(place: World, bot: Process) -> None:
    place.cluster.error = SourceError(GapReason.UNREACHABLE, "connection refused", "check it")
    await bot.send(ask(place, "api"))
    assert told(place) == ["I could not ask the cluster: unreachable: connection refused. check it"]


async def test_shortcut_is_answered_by_direct_message_when_bot_is_not_in_channel(
    place: World, bot: Process
) -> None:
    place.slack.fail("chat.postMessage", "not_in_channel")
    place.slack.fail("chat.postEphemeral", "not_in_channel")
    await bot.send(shortcut(alert()["event"] | {"ts": "7.7"}))
    *_, said = place.slack.named("chat.postMessage")
    assert said["channel"] == "U1"
    assert said["text"].startswith("I could not post in this channel (not_in_channel)")


async def test_report_is_told_privately_when_bot_may_not_post(place: World, bot: Process) -> None:
    place.slack.fail("chat.postMessage", "not_in_channel")
    await bot.send(ask(place, "api"))
    (said,) = place.slack.told
    assert said["text"].startswith("I could not post in this channel (not_in_channel)")
    assert [block["type"] for block in said["blocks"]].count("actions") == 0
    assert "Run 4711 of release failed in step push" in text_of(said["blocks"][1])


async def test_command_is_answered_once_when_delivered_twice(place: World, bot: Process) -> None:
    await bot.send(ask(place, "api"))
    await bot.send(ask(place, "api"))
    assert posts(place) == [("C1", None)]


async def test_person_is_told_an_id_when_bot_itself_fails(place: World, bot: Process) -> None:
    place.bug = RuntimeError("a bug")
    await bot.send(ask(place, "api"))
    await bot.quiet()
    (message,) = place.slack.messages.values()
    assert message["text"].startswith("Something went wrong in me while I looked at shop/Pod/api")


# --- mentions and shortcuts ---------------------------------------------------------------------


async def test_mention_is_answered_in_its_thread(place: World, bot: Process) -> None:
    await bot.send(mention("<@UB> shop/api", thread_ts="1.5"))
    assert posts(place) == [("C1", "1.5")]


async def test_mention_is_answered_once_when_delivered_under_two_ids(
    place: World, bot: Process
) -> None:
    await bot.send(mention("<@UB> shop/api"))
    await bot.send(mention("<@UB> shop/api") | {"event_id": "Ev2"})
    assert posts(place) == [("C1", TS)]


async def test_thread_is_read_when_mention_names_nothing(place: World, bot: Process) -> None:
    place.slack.messages["1.5"] = {"ts": "1.5", **alert()["event"]}
    place.slack.messages["1.5"]["ts"] = "1.5"
    await bot.send(mention("<@UB>", thread_ts="1.5"))
    assert posts(place) == [("C1", "1.5")]
    assert place.investigations == [TARGET]


async def test_help_is_told_when_mention_says_nothing(place: World, bot: Process) -> None:
    await bot.send(mention("<@UB>"))
    await bot.send(mention("<@UB>"))
    assert len(told(place)) == 1


async def test_direct_message_is_answered(place: World, bot: Process) -> None:
    inner = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1",
             "text": "shop/api", "ts": TS}  # fmt: skip
    await bot.send(event(inner))
    assert posts(place) == [("D1", TS)]


def shortcut(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "message_action", "callback_id": "whyfailing_message", "trigger_id": "t",
        "user": {"id": "U1"}, "team": {"id": "T1"}, "channel": {"id": "C1"}, "message": message,
        "response_url": "",
    }  # fmt: skip


async def test_message_shortcut_answers_in_thread_once(place: World, bot: Process) -> None:
    message = alert()["event"]
    await bot.send(alert())
    await bot.send(shortcut(message))
    assert posts(place) == [("C1", TS)]
    assert told(place) == ["I answered that message before; the answer is in its thread."]
    await bot.send(shortcut(message | {"ts": "7.7"}))
    assert posts(place)[1:] == [("C1", "7.7")]


async def test_form_opens_when_message_names_nothing(place: World, bot: Process) -> None:
    await bot.send(shortcut({"ts": "1.1", "text": "lunch?"}))
    (view,) = place.slack.views
    assert view["callback_id"] == "whyfailing_form"
    assert view["blocks"][-1]["element"]["initial_conversation"] == "C1"


# --- alerts -------------------------------------------------------------------------------------


async def test_alert_gets_one_reply_in_its_thread_when_pod_exists(
    place: World, bot: Process
) -> None:
    await bot.send(alert())
    await bot.send(alert() | {"event_id": "Ev2"})
    assert posts(place) == [("C1", TS)]
    assert told(place) == []


@pytest.mark.parametrize(
    "body",
    [
        alert("Pod shop/another-pod is not ready"),
        alert("nothing about Kubernetes"),
        alert("[RESOLVED] pod: api-7d9f8c-x2x4z namespace: shop"),
        alert(ts=f"{NOON.timestamp() - 700:.6f}"),
        alert(thread_ts="1.1"),
        alert(subtype="channel_join"),
        alert() | {"is_ext_shared_channel": True},
        event({"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1",
               "ts": TS, "text": "Pod shop/api-7d9f8c-x2x4z"}),
    ],
    ids=["unknown pod", "no names", "resolved", "old", "reply", "join", "shared", "person"],
)  # fmt: skip
async def test_bot_stays_silent_when_message_is_no_alert_for_it(
    place: World, bot: Process, body: dict[str, Any]
) -> None:
    await bot.send(body)
    assert (posts(place), told(place)) == ([], [])


async def test_only_listed_channels_are_answered_when_some_are_listed(place: World) -> None:
    place.alert_channels = ("C2",)
    async with place.process() as bot:
        await bot.send(alert())
        assert posts(place) == []
        await bot.send(alert(channel="C2"))
        assert posts(place) == [("C2", TS)]


async def test_edit_is_read_when_its_content_changed(place: World, bot: Process) -> None:
    changed = alert()["event"]
    inner = {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "9.9",
             "message": changed, "previous_message": changed}  # fmt: skip
    await bot.send(event(inner))
    assert posts(place) == []
    await bot.send(event(inner | {"previous_message": {"text": "earlier"}}))
    assert posts(place) == [("C1", TS)]


async def test_reply_is_looked_at_when_its_alert_is_resolved(place: World, bot: Process) -> None:
    await bot.send(alert())
    place.cluster.objects = [pod(ready=True)]
    changed = alert("[RESOLVED] pod: api-7d9f8c-x2x4z namespace: shop")["event"]
    inner = {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "9.9",
             "message": changed, "previous_message": alert()["event"]}  # fmt: skip
    await bot.send(event(inner))
    place.later(61)
    await bot.tick()
    (message,) = place.slack.messages.values()
    assert message["blocks"][0]["text"]["text"].startswith(":large_green_circle: *Recovered*")


async def test_bot_stops_when_app_is_removed(place: World, bot: Process) -> None:
    await bot.send(event({"type": "app_uninstalled"}))
    assert bot.gone == ["app_uninstalled"]


async def test_channel_that_chose_to_be_asked_is_not_told_of_alerts(
    place: World, bot: Process
) -> None:
    await bot.send(command("here mention", response_url=f"{place.base}/respond"))
    (said,) = place.slack.told
    assert said["response_type"] == "in_channel"
    assert said["text"] == (
        "Name of U1: from now on I answer in this channel only those who ask me; alerts get no "
        "answer. `/whyfailing here auto` brings me back."
    )
    await bot.send(alert())
    assert posts(place) == []
    await bot.send(command("api-7d9f8c-x2x4z", trigger_id="t9"))
    assert posts(place) == [("C1", None)]


async def test_channel_that_switched_the_bot_off_hears_nothing_until_it_is_brought_back(
    place: World, bot: Process
) -> None:
    url = f"{place.base}/respond"
    await bot.send(command("here off"))
    await bot.send(alert())
    await bot.send(command("api-7d9f8c-x2x4z", trigger_id="t2", response_url=url))
    assert posts(place) == []
    assert place.slack.told[-1]["text"] == (
        "Name of U1 switched me off in this channel. `/whyfailing here auto` brings me back."
    )
    await bot.send(command("here auto", trigger_id="t3"))
    await bot.send(alert())
    assert posts(place) == [("C1", TS)]
    entries = await bot.store.journal.entries("C1")
    assert [(e.what, e.detail) for e in entries] == [("here", "off"), ("here", "auto")]


async def test_channel_of_the_settings_may_choose_otherwise(place: World) -> None:
    place.alert_channels = ("C2",)
    async with place.process() as bot:
        await bot.send(command("here auto"))
        await bot.send(alert())
    assert posts(place) == [("C1", TS)]


async def test_guest_may_not_choose_for_a_channel(place: World, bot: Process) -> None:
    place.slack.users["U1"] = {"is_restricted": True}
    await bot.send(command("here off", response_url=f"{place.base}/respond"))
    assert place.slack.told[0]["response_type"] == "ephemeral"
    assert place.slack.told[0]["text"].startswith("Guests may not use me.")
    await bot.send(alert())
    assert posts(place) == [("C1", TS)]


async def test_unknown_choice_is_told_which_there_are(place: World, bot: Process) -> None:
    await bot.send(command("here quiet", response_url=f"{place.base}/respond"))
    assert place.slack.told[0]["text"] == (
        "I know `/whyfailing here auto` (I answer alerts unasked), `here mention` (only who asks) "
        "and `here off` (nobody)."
    )
