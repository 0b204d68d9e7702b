"""Slack: do the tokens work, in which workspace, with which scopes, and does Socket Mode open.

Methods: https://docs.slack.dev/reference/methods/auth.test and
https://docs.slack.dev/reference/methods/apps.connections.open (which opens no connection yet).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor.check import SECONDS, Check, State, Subject, within
from bot.messages.replies import FAILURES, Remedy, code_of, remedy_of
from bot.redact import one_line
from bot.words import shell
from config.settings import Settings, SlackMode, SlackSettings
from handlers import OPTIONAL_SCOPES, SCOPES
from handlers.presence import Purpose, purposes, why_absent

_APPS = "https://api.slack.com/apps → your app"


async def look(settings: Settings) -> tuple[Check, ...]:
    """Check both tokens; a bot without any is a command line, and that is well."""
    slack = settings.slack
    if not slack.bot_token and not slack.app_token:
        return (
            Check(
                area="slack",
                state=State.NOT_SET,
                says="the command line works without it",
                fix="for the bot: install the app from config/slack_manifest.yaml and set "
                "SLACK_BOT_TOKEN and SLACK_APP_TOKEN (docs/slack.md)",
                needed=False,
            ),
        )
    client = AsyncWebClient(base_url=slack.api_url, timeout=int(SECONDS), retry_handlers=[])
    by_hand = shell("curl", f"{slack.api_url}api.test")
    bot, app = (
        Subject(area="slack", about=about, by_hand=by_hand) for about in ("bot token", "app token")
    )
    me, way_in = await asyncio.gather(
        within(bot, _bot(client, slack, needs_groups=bool(settings.access.groups))),
        within(app, _way_in(client, slack)),
    )
    if any(check.state is State.FAILED for check in me) or not slack.bot_token:
        return (*me, *way_in)
    channels = Subject(area="slack", about="channels", by_hand=by_hand)
    return (*me, *way_in, *await within(channels, _channels(settings)))


async def _channels(settings: Settings) -> tuple[Check, ...]:
    """Whether the bot is in the channels that the settings name."""
    slack = settings.slack
    client = AsyncWebClient(
        token=slack.bot_token.reveal(),
        base_url=slack.api_url,
        timeout=int(SECONDS),
        retry_handlers=[],
    )
    wanted = tuple(purposes(settings))
    whys = await asyncio.gather(*(why_absent(client, purpose) for purpose in wanted))
    checks = tuple(
        _absent(purpose, why) for purpose, why in zip(wanted, whys, strict=True) if why != ""
    )
    if checks or not wanted:
        return checks
    says = f"in every channel that the settings name ({len(wanted)})"
    return (Check(area="slack", state=State.OK, says=says),)


def _absent(purpose: Purpose, why: str | None) -> Check:
    channel = one_line(purpose.channel, 40)
    if why is None:
        says = f"channel {channel} could not be looked at: Slack's answer does not say"
        return Check(area="slack", state=State.NOT_SET, says=says, needed=False)
    return Check(
        area="slack",
        state=State.MISSING,
        says=f"channel {channel} of {purpose.setting}: {why}, so {purpose.lost}",
        fix="type /invite @WhyFailing in it, or take it out of the settings",
    )


async def _bot(
    client: AsyncWebClient, slack: SlackSettings, *, needs_groups: bool
) -> tuple[Check, ...]:
    token = slack.bot_token.reveal()
    if not token:
        fix = f"set SLACK_BOT_TOKEN: {_APPS} → OAuth & Permissions → Bot User OAuth Token"
        return (Check(area="slack", state=State.MISSING, says="no bot token", fix=fix),)
    try:
        me = await client.auth_test(token=token)
    except FAILURES as error:
        return (_failed("bot token", "SLACK_BOT_TOKEN", error),)
    app = str(me.get("app_id") or await _app_id(client, token, str(me.get("bot_id") or "")))
    says = f"workspace {me.get('team')} ({me.get('team_id')}), as {me.get('user')}, app {app}"
    first = Check(area="slack", state=State.OK, says=one_line(says))
    return (first, *scopes(me.headers or {}, app=app, needs_groups=needs_groups))


async def _app_id(client: AsyncWebClient, token: str, bot: str) -> str:
    try:
        found = await client.bots_info(token=token, bot=bot)
        return str(found["bot"]["app_id"])
    except (*FAILURES, KeyError):
        return "unknown"


def scopes(
    headers: Mapping[str, object], *, app: str = "", needs_groups: bool = False
) -> tuple[Check, ...]:
    """Compare the scopes that Slack names in a header with those that the bot uses."""
    named = {key.lower(): str(value) for key, value in headers.items()}.get("x-oauth-scopes")
    if named is None:
        says = "which scopes the bot token has: Slack's answer does not say"
        return (Check(area="slack", state=State.NOT_SET, says=says, needed=False),)
    granted = {scope.strip() for scope in named.split(",")}
    required = {*SCOPES, *(OPTIONAL_SCOPES if needs_groups else ())}
    missing = [
        Check(
            area="slack",
            state=State.MISSING,
            says=f"scope {scope}, {reason}",
            fix=f"{_page(app, 'oauth')} → Bot Token Scopes: add it, then reinstall the app",
            needed=scope in required,
        )
        for scope, reason in (SCOPES | OPTIONAL_SCOPES).items()
        if scope not in granted
    ]
    if any(check.needed for check in missing):
        return tuple(missing)
    says = f"all {len(required)} scopes that the bot needs"
    return (Check(area="slack", state=State.OK, says=says), *missing)


def _page(app: str, page: str) -> str:
    """The app's own page where its id is known."""
    known = app.isascii() and app.isalnum() and app.isupper()
    return f"https://api.slack.com/apps/{app}/{page}" if known else f"{_APPS} → {page}"


async def _way_in(client: AsyncWebClient, slack: SlackSettings) -> tuple[Check, ...]:
    """Whether Slack can reach the bot, in the mode that was chosen."""
    if slack.mode is SlackMode.HTTP:
        if slack.signing_secret:
            says = f"signing secret set; listens on port {slack.http_port} when it runs"
            return (Check(area="slack", state=State.OK, says=says),)
        fix = f"set SLACK_SIGNING_SECRET: {_APPS} → Basic Information"
        return (Check(area="slack", state=State.MISSING, says="no signing secret", fix=fix),)
    token = slack.app_token.reveal()
    if not token:
        fix = f"set SLACK_APP_TOKEN: {_APPS} → Basic Information → App-Level Tokens, with "
        fix += "connections:write"
        return (Check(area="slack", state=State.MISSING, says="no app token", fix=fix),)
    try:
        await client.apps_connections_open(app_token=token)
    except FAILURES as error:
        return (_failed("app token", "SLACK_APP_TOKEN", error),)
    return (Check(area="slack", state=State.OK, says="Socket Mode opens"),)


def _failed(what: str, variable: str, error: Exception) -> Check:
    """Slack said no, or did not get to say anything: then it is not the token's fault."""
    code = one_line(code_of(error), 80)
    if remedy_of(error) is Remedy.LATER:
        return Check(
            area="slack",
            state=State.FAILED,
            says=f"Slack could not be asked about the {what} ({code})",
            fix="check the network to Slack, and https://slack-status.com",
        )
    return Check(
        area="slack",
        state=State.FAILED,
        says=f"Slack does not take the {what} ({code})",
        fix=f"check {variable}, that the app is installed, and that Socket Mode is on: {_APPS}",
    )
