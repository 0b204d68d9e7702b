"""What people do, and what comes of it: clicks, forms, response URLs, rates and faults."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler

from simulator.faults import Fault
from simulator.slack import SlackServer
from simulator.slack.people import NotShownError
from simulator.slack.workspace import Message
from tests.simulator.slack_world import (
    ADA,
    ALERTS,
    LIN,
    Time,
    bolt,
    client,
    connected,
    slack,
    until,
)

ROW = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {"type": "button", "action_id": "go", "value": "7",
             "text": {"type": "plain_text", "text": "Go"}},
            {"type": "static_select", "action_id": "which", "options": [
                {"text": {"type": "plain_text", "text": "One"}, "value": "1"},
                {"text": {"type": "plain_text", "text": "Two"}, "value": "2"},
            ]},
        ],
    }
]  # fmt: skip
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {"type": "input", "block_id": "name", "label": {"type": "plain_text", "text": "Name"},
         "element": {"type": "plain_text_input", "action_id": "text"}},
    ],
}  # fmt: skip


async def posted(server: SlackServer, **more: Any) -> Message:
    await client(server).chat_postMessage(channel=ALERTS, text="choose", blocks=ROW, **more)
    return server.workspace.by_bot()[-1]


async def test_click_carries_who_where_and_what() -> None:
    heard: list[dict[str, Any]] = []
    async with slack() as server:
        app = bolt(server)

        @app.action("go")
        async def go(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack()
            heard.append(body)

        root = server.people.post(ALERTS, "the pod fails", user=ADA)
        message = await posted(server, thread_ts=root.ts)
        async with connected(server, app):
            await server.people.press(LIN, message, "go")
            await until(lambda: heard)
    (body,) = heard
    assert (body["user"]["id"], body["user"]["name"], body["channel"]["id"]) == (
        LIN, "lin", ALERTS,
    )  # fmt: skip
    assert body["container"] == {
        "type": "message", "message_ts": message.ts, "channel_id": ALERTS,
        "is_ephemeral": False, "thread_ts": root.ts,
    }  # fmt: skip
    (action,) = body["actions"]
    assert (action["value"], action["block_id"], action["type"]) == ("7", "row", "button")


async def test_choice_carries_the_option() -> None:
    heard: list[str] = []
    async with slack() as server:
        app = bolt(server)

        @app.action("which")
        async def which(ack: AsyncAck, action: dict[str, Any]) -> None:
            await ack()
            heard.append(action["selected_option"]["value"])

        message = await posted(server)
        async with connected(server, app):
            await server.people.press(ADA, message, "which", option="2")
            await until(lambda: heard)
    assert heard == ["2"]


async def test_nobody_presses_what_is_not_shown() -> None:
    async with slack() as server:
        message = await posted(server)
        with pytest.raises(NotShownError):
            await server.people.press(ADA, message, "gone")


async def test_form_stays_open_until_the_app_takes_it() -> None:
    async with slack() as server:
        app = bolt(server)

        @app.view("form")
        async def sent(ack: AsyncAck, view: dict[str, Any]) -> None:
            if view["state"]["values"]["name"]["text"]["value"]:
                await ack()
            else:
                await ack(response_action="errors", errors={"name": "Say a name"})

        await client(server).views_open(trigger_id=server.workspace.trigger(ADA), view=FORM)
        (view,) = server.workspace.views.values()
        async with connected(server, app):
            empty = {"name": {"text": {"value": ""}}}
            refused = await server.people.submit(ADA, view, empty)
            still = list(server.workspace.views)
            await server.people.submit(ADA, view, {"name": {"text": {"value": "api"}}})
    assert (refused["errors"], still) == ({"name": "Say a name"}, [view.id])
    assert server.workspace.views == {}


PICK = {
    "type": "modal",
    "callback_id": "pick",
    "title": {"type": "plain_text", "text": "Pick"},
    "blocks": [
        {"type": "input", "block_id": "what", "label": {"type": "plain_text", "text": "What"},
         "element": {"type": "external_select", "action_id": "thing"}},
    ],
}  # fmt: skip


async def test_typing_into_an_external_select_gives_what_the_app_offers() -> None:
    async with slack() as server:
        app = bolt(server)

        @app.options("thing")
        async def offer(ack: AsyncAck, payload: dict[str, Any]) -> None:
            longest = "x" * (76 if payload["value"] == "long" else 75)
            assert payload["view"]["state"] == {"values": {}}
            await ack(options=[{"text": {"type": "plain_text", "text": longest}, "value": "1"}])

        await client(server).views_open(trigger_id=server.workspace.trigger(ADA), view=PICK)
        (view,) = server.workspace.views.values()
        async with connected(server, app):
            taken = await server.people.suggest(ADA, view, "thing", "")
            refused = await server.people.suggest(ADA, view, "thing", "long")
        unheard = await server.people.suggest(ADA, view, "thing", "")
    assert [option["value"] for option in taken["options"]] == ["1"]
    assert refused == {"error": "suggestion.options: must be 1 to 75 characters"}
    assert unheard == {"error": "failed because the app did not respond"}


async def test_message_to_a_person_opens_direct_messages_that_nobody_else_sees() -> None:
    async with slack() as server:
        await client(server).chat_postMessage(channel=ADA, text="psst")
        (channel,) = (each for each in server.workspace.channels.values() if each.is_im)
        (message,) = server.workspace.by_bot(channel.id)
        assert (message.text, message.event()["channel_type"]) == ("psst", "im")
        seen = server.browser.seen_by
        assert channel.id in [each["id"] for each in seen(ADA)["channels"]]
        assert channel.id not in [each["id"] for each in seen(LIN)["channels"]]


async def test_mention_is_told_as_message_and_as_mention() -> None:
    heard: list[str] = []
    async with slack() as server:
        app = bolt(server)

        @app.event("app_mention")
        async def mentioned(event: dict[str, Any]) -> None:
            heard.append(event["type"])

        @app.event("message")
        async def message(event: dict[str, Any]) -> None:
            heard.append(event["type"])

        async with connected(server, app):
            server.people.post(ALERTS, "<@U0WHYBOT> shop/api", user=ADA)
            await until(lambda: len(heard) == 2)
    assert sorted(heard) == ["app_mention", "message"]


async def test_edited_alert_is_told_with_what_it_was() -> None:
    heard: list[dict[str, Any]] = []
    async with slack() as server:
        app = bolt(server)

        @app.event("message")
        async def message(event: dict[str, Any]) -> None:
            heard.append(event)

        async with connected(server, app):
            alert = server.people.post_as_app(ALERTS, text="firing", username="Alertmanager")
            await until(lambda: heard)
            server.people.edit(alert, text="resolved")
            await until(lambda: len(heard) == 2)
    edit = heard[1]
    assert (edit["subtype"], edit["message"]["text"], edit["previous_message"]["text"]) == (
        "message_changed", "resolved", "firing",
    )  # fmt: skip


# --- response URLs -------------------------------------------------------------------------------


async def respond(server: SlackServer, key: str, **body: Any) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/respond/{key}", json=body) as answer,
    ):
        return answer.status, await answer.text()


async def test_response_url_is_good_five_times() -> None:
    async with slack() as server:
        key = server.workspace.response_url(ALERTS, ADA)
        answers = [await respond(server, key, text=str(number)) for number in range(6)]
        seen = [message.seen_by for message in server.workspace.messages]
    assert answers == [(200, "ok")] * 5 + [(404, "expired_url")]
    assert seen == [ADA] * 5


async def test_response_url_is_good_for_half_an_hour() -> None:
    clock = Time()
    async with slack(clock) as server:
        key = server.workspace.response_url(ALERTS, ADA)
        clock.now += 1799
        in_time = await respond(server, key, text="one", response_type="in_channel")
        clock.now += 2
        late = await respond(server, key, text="two")
        unknown = await respond(server, "R9", text="three")
    assert (in_time[0], late[0], unknown[0]) == (200, 404, 404)


async def test_response_url_replaces_and_deletes_the_message_that_was_pressed() -> None:
    async with slack() as server:
        app = bolt(server)

        @app.action("go")
        async def go(ack: AsyncAck, respond: AsyncRespond) -> None:
            await ack()
            await respond(text="done", replace_original=True)

        @app.action("which")
        async def which(ack: AsyncAck, respond: AsyncRespond) -> None:
            await ack()
            await respond(delete_original=True)

        message, other = await posted(server), await posted(server)
        async with connected(server, app):
            await server.people.press(ADA, message, "go")
            await until(lambda: message.text == "done")
            await server.people.press(ADA, other, "which", option="1")
            await until(lambda: other not in server.workspace.messages)
    assert (message.blocks, message.edits) == ([], 1)


# --- rates and faults ----------------------------------------------------------------------------


async def calls_until_refused(call: Callable[[], Any]) -> tuple[int, Any]:
    """How many calls pass, and the answer to the next."""
    for count in range(100):
        try:
            await call()
        except SlackApiError as error:
            return count, error.response
    raise AssertionError


async def test_posting_too_fast_is_answered_429_with_the_seconds_to_wait() -> None:
    async with slack(Time()) as server:
        app = client(server)
        passed, answer = await calls_until_refused(
            lambda: app.chat_postMessage(channel=ALERTS, text="x")
        )
    assert (passed, answer.status_code, answer["error"]) == (8, 429, "ratelimited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 5


async def test_updates_of_all_messages_share_one_limit() -> None:
    clock = Time()
    async with slack(clock) as server:
        app = client(server)
        sent = [await app.chat_postMessage(channel=ALERTS, text="x") for _ in range(2)]
        stamps = cycle(message["ts"] for message in sent)
        passed, _ = await calls_until_refused(
            lambda: app.chat_update(channel=ALERTS, ts=next(stamps), text="y")
        )
        clock.now += 60
        await app.chat_update(channel=ALERTS, ts=next(stamps), text="later")
    assert passed == 75


async def test_real_client_waits_as_long_as_it_is_told() -> None:
    async with slack() as server:
        refusal = Fault(match="users.info", status=429, headers={"Retry-After": "0"}, times=1)
        server.faults.add(refusal)
        app = client(server)
        app.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
        found = await app.users_info(user=ADA)
    assert found["user"]["name"] == "ada"


async def test_call_fails_and_nothing_is_done_when_slack_answers_500() -> None:
    async with slack() as server:
        server.faults.add(Fault(match="chat.postMessage", status=500, body="{}", times=1))
        with pytest.raises(SlackApiError):
            await client(server).chat_postMessage(channel=ALERTS, text="lost")
        assert server.workspace.messages == []


async def test_message_is_there_although_the_connection_was_dropped_after_it() -> None:
    async with slack() as server:
        server.faults.add(Fault(match="chat.postMessage", drop=True, after=True, times=1))
        with pytest.raises(aiohttp.ClientError):
            await client(server).chat_postMessage(channel=ALERTS, text="said")
        assert [message.text for message in server.workspace.messages] == ["said"]


async def test_slow_slack_is_given_up_after_the_clients_own_timeout() -> None:
    async with slack() as server:
        server.faults.add(Fault(match="auth.test", delay=0.3))
        app = client(server)
        app.timeout = 0.05  # type: ignore[assignment]
        with pytest.raises(TimeoutError):
            await app.auth_test()
