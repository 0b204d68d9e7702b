"""The Web API: what methods answer, and what they refuse, through Slack's own client."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from simulator.slack.workspace import SCOPES
from tests.simulator.slack_world import (
    ADA,
    ALERTS,
    ELSEWHERE,
    GUEST,
    LIN,
    PRIVATE,
    Time,
    client,
    slack,
)

HELLO = [{"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}]
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Form"},
    "blocks": HELLO,
}
HOME = {"type": "home", "blocks": HELLO}


async def refusal(call: Any) -> str:
    """Slack's error code for a call."""
    with pytest.raises(SlackApiError) as raised:
        await call
    return str(raised.value.response["error"])


async def test_bot_learns_who_it_is_and_its_scopes() -> None:
    async with slack() as server:
        me = await client(server).auth_test()
        bot = await client(server).bots_info(bot=me["bot_id"])
    assert (me["user_id"], bot["bot"]["app_id"]) == ("U0WHYBOT", me["app_id"])
    assert me.headers["x-oauth-scopes"] == SCOPES


async def test_call_is_refused_when_the_token_is_wrong() -> None:
    async with slack() as server:
        stranger = AsyncWebClient(token="xoxb-wrong", base_url=server.api_url)
        assert await refusal(stranger.auth_test()) == "invalid_auth"


async def test_timestamps_rise_strictly_when_the_clock_stands_still() -> None:
    async with slack(Time()) as server:
        app = client(server)
        sent = [await app.chat_postMessage(channel=ALERTS, text=str(n)) for n in range(3)]
        stamps = [message["ts"] for message in sent]
    assert sorted(set(stamps)) == stamps


async def test_update_changes_the_message_and_counts_it() -> None:
    async with slack() as server:
        app = client(server)
        sent = await app.chat_postMessage(channel=ALERTS, text="one", blocks=HELLO)
        await app.chat_update(channel=ALERTS, ts=sent["ts"], text="two")
        (message,) = server.workspace.by_bot()
    assert (message.text, message.blocks, message.edits) == ("two", [], 1)


async def test_messages_are_refused_for_the_reasons_that_slack_has() -> None:
    async with slack() as server:
        app = client(server)
        alert = server.people.post(ALERTS, "the pod fails", user=ADA)
        own = (await app.chat_postMessage(channel=ALERTS, text="one"))["ts"]
        wrong = [{"type": "alert", "text": {"type": "mrkdwn", "text": "no"}}]
        long = [
            {"type": "markdown", "text": "x" * 11_000},
            {"type": "markdown", "text": "x" * 2000},
        ]
        refused = {
            "unknown channel": await refusal(app.chat_postMessage(channel="C9", text="x")),
            "not a member": await refusal(app.chat_postMessage(channel=ELSEWHERE, text="x")),
            "nothing to say": await refusal(
                app.api_call("chat.postMessage", json={"channel": ALERTS})
            ),
            "a block of modals": await refusal(
                app.chat_postMessage(channel=ALERTS, text="x", blocks=wrong)
            ),
            "too much text": await refusal(
                app.chat_postMessage(channel=ALERTS, text="x", blocks=long)
            ),
            "another's": await refusal(app.chat_update(channel=ALERTS, ts=alert.ts, text="x")),
            "gone": await refusal(app.chat_update(channel=ALERTS, ts="1.0", text="x")),
            "a long text": await refusal(app.chat_update(channel=ALERTS, ts=own, text="x" * 4001)),
        }
    assert refused == {
        "unknown channel": "channel_not_found",
        "not a member": "not_in_channel",
        "nothing to say": "no_text",
        "a block of modals": "invalid_blocks",
        "too much text": "msg_blocks_too_long",
        "another's": "cant_update_message",
        "gone": "message_not_found",
        "a long text": "msg_too_long",
    }


async def test_refused_blocks_say_what_is_wrong() -> None:
    async with slack() as server:
        empty = [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]
        with pytest.raises(SlackApiError) as raised:
            await client(server).chat_postMessage(channel=ALERTS, text="x", blocks=empty)
    problems = raised.value.response["response_metadata"]["messages"]
    assert problems == ["blocks[0] (section): must be 1 to 3000 characters"]


async def test_ephemeral_message_is_seen_by_one_person_and_cannot_be_edited() -> None:
    async with slack() as server:
        app = client(server)
        sent = await app.chat_postEphemeral(channel=ALERTS, user=LIN, text="only you")
        seen = {
            user: [message["text"] for message in server.browser.seen_by(user)["messages"]]
            for user in (ADA, LIN, GUEST)
        }
        history = (await app.conversations_history(channel=ALERTS))["messages"]
        edit = await refusal(app.chat_update(channel=ALERTS, ts=sent["message_ts"], text="x"))
        outsider = await refusal(app.chat_postEphemeral(channel=PRIVATE, user=LIN, text="x"))
    assert seen == {ADA: [], LIN: ["only you"], GUEST: []}
    assert (history, edit, outsider) == ([], "message_not_found", "user_not_in_channel")


async def test_thread_is_told_oldest_first() -> None:
    async with slack() as server:
        app = client(server)
        root = server.people.post(ALERTS, "the pod fails", user=ADA)
        await app.chat_postMessage(channel=ALERTS, thread_ts=root.ts, text="because")
        thread = await app.conversations_replies(channel=ALERTS, ts=root.ts)
        newer = await app.conversations_history(channel=ALERTS, oldest=root.ts)
        link = await app.chat_getPermalink(channel=ALERTS, message_ts=root.ts)
        none = await refusal(app.conversations_replies(channel=ALERTS, ts="1.0"))
    assert [message["text"] for message in thread["messages"]] == ["the pod fails", "because"]
    assert link["permalink"].endswith(f"#{ALERTS}/{root.ts.replace('.', '')}")
    assert (newer["messages"], none) == ([], "thread_not_found")


async def test_people_and_channels_are_described() -> None:
    async with slack() as server:
        app = client(server)
        server.workspace.groups["S1"] = {LIN, ADA}
        guest = (await app.users_info(user=GUEST))["user"]
        members = await app.conversations_members(channel=ALERTS)
        channel = (await app.conversations_info(channel=PRIVATE))["channel"]
        group = await app.usergroups_users_list(usergroup="S1")
        unknown = await refusal(app.users_info(user="U9"))
    assert (guest["real_name"], guest["is_restricted"]) == ("Grace Guest", True)
    assert set(members["members"]) == {ADA, LIN, GUEST, "U0WHYBOT"}
    assert (channel["is_private"], group["users"], unknown) == (
        True, [ADA, LIN], "user_not_found",
    )  # fmt: skip


async def test_reaction_is_refused_the_second_time() -> None:
    async with slack() as server:
        app = client(server)
        ts = server.people.post(ALERTS, "the pod fails", user=ADA).ts
        await app.reactions_add(channel=ALERTS, timestamp=ts, name="eyes")
        again = await refusal(app.reactions_add(channel=ALERTS, timestamp=ts, name="eyes"))
        shown = server.browser.seen_by(LIN)["reactions"]
    assert (again, shown) == ("already_reacted", [(ALERTS, ts, "eyes")])


async def test_view_opens_once_within_three_seconds() -> None:
    clock = Time()
    async with slack(clock) as server:
        app, workspace = client(server), server.workspace
        trigger = workspace.trigger(ADA)
        opened = await app.views_open(trigger_id=trigger, view=FORM)
        again = await refusal(app.views_open(trigger_id=trigger, view=FORM))
        late = workspace.trigger(ADA)
        clock.now += 3.1
        expired = await refusal(app.views_open(trigger_id=late, view=FORM))
        none = await refusal(app.views_open(trigger_id="", view=FORM))
        (view,) = server.browser.seen_by(ADA)["views"]
        other = server.browser.seen_by(LIN)["views"]
    assert (again, expired, none) == (
        "exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id",
    )  # fmt: skip
    assert (view["id"], other) == (opened["view"]["id"], [])


async def test_view_is_updated_only_by_who_saw_its_last_state() -> None:
    async with slack() as server:
        app = client(server)
        view = (await app.views_open(trigger_id=server.workspace.trigger(ADA), view=FORM))["view"]
        await app.views_update(view_id=view["id"], hash=view["hash"], view=FORM)
        stale = await refusal(app.views_update(view_id=view["id"], hash=view["hash"], view=FORM))
        unknown = await refusal(app.views_update(view_id="V9", view=FORM))
        long = FORM | {"title": {"type": "plain_text", "text": "x" * 25}}
        wrong = await refusal(app.views_update(view_id=view["id"], view=long))
    assert (stale, unknown, wrong) == ("hash_conflict", "not_found", "invalid_arguments")


async def test_home_is_each_persons_own() -> None:
    async with slack() as server:
        await client(server).views_publish(user_id=ADA, view=HOME)
        homes = [server.browser.seen_by(user)["home"] for user in (ADA, LIN)]
    assert homes == [HOME, None]


async def test_file_goes_into_the_thread() -> None:
    async with slack() as server:
        root = server.people.post(ALERTS, "the pod fails", user=ADA)
        await client(server).files_upload_v2(
            channel=ALERTS, thread_ts=root.ts, content="line", filename="api.log", title="api.log"
        )
        (message,) = server.workspace.by_bot()
    assert (message.thread_ts, message.files[0]["title"]) == (root.ts, "api.log")
