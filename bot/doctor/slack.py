"""Slack: do the tokens work, in which workspace, with which scopes, and does Socket Mode open."""

from __future__ import annotations

from collections.abc import Mapping

from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor.check import Check, State
from bot.messages.replies import FAILURES, code_of
from bot.redact import one_line
from config.settings import Settings, SlackMode, SlackSettings
from handlers import OPTIONAL_SCOPES, SCOPES

_SECONDS = 10
_WHERE = "api.slack.com/apps → your app"


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
    client = AsyncWebClient(base_url=slack.api_url, timeout=_SECONDS)
    return (*await _bot(client, slack), await _way_in(client, slack))


async def _bot(client: AsyncWebClient, slack: SlackSettings) -> tuple[Check, ...]:
    token = slack.bot_token.reveal()
    if not token:
        fix = f"set SLACK_BOT_TOKEN: {_WHERE} → OAuth & Permissions → Bot User OAuth Token"
        return (Check(area="slack", state=State.MISSING, says="no bot token", fix=fix),)
    try:
        me = await client.auth_test(token=token)
    except FAILURES as error:
        return (_refused("bot token", "SLACK_BOT_TOKEN", code_of(error)),)
    app = me.get("app_id") or await _app_id(client, token, str(me.get("bot_id") or ""))
    says = f"workspace {one_line(str(me.get('team')), 60)} ({me.get('team_id')}), as " + (
        f"{one_line(str(me.get('user')), 60)}, app {app or 'unknown'}"
    )
    return (Check(area="slack", state=State.OK, says=says), *scopes(me.headers or {}))


async def _app_id(client: AsyncWebClient, token: str, bot: str) -> str:
    try:
        found = await client.bots_info(token=token, bot=bot)
        return str(found["bot"]["app_id"])
    except (*FAILURES, KeyError):
        return ""


def scopes(headers: Mapping[str, object]) -> tuple[Check, ...]:
    """Compare the scopes that Slack names in a header with those that the bot uses."""
    named = {key.lower(): str(value) for key, value in headers.items()}.get("x-oauth-scopes")
    if named is None:
        return ()
    granted = {scope.strip() for scope in named.split(",")}
    missing = [
        Check(
            area="slack",
            state=State.MISSING,
            says=f"scope {scope}, {reason}",
            fix=f"{_WHERE} → OAuth & Permissions → Bot Token Scopes: add it, then reinstall",
            needed=scope in SCOPES,
        )
        for scope, reason in (SCOPES | OPTIONAL_SCOPES).items()
        if scope not in granted
    ]
    if any(check.needed for check in missing):
        return tuple(missing)
    says = f"all {len(SCOPES)} scopes that the bot needs"
    return (Check(area="slack", state=State.OK, says=says), *missing)


async def _way_in(client: AsyncWebClient, slack: SlackSettings) -> Check:
    """Whether Slack can reach the bot, in the mode that was chosen."""
    if slack.mode is SlackMode.HTTP:
        if slack.signing_secret:
            says = f"signing secret set; listens on port {slack.http_port} when it runs"
            return Check(area="slack", state=State.OK, says=says)
        fix = f"set SLACK_SIGNING_SECRET: {_WHERE} → Basic Information"
        return Check(area="slack", state=State.MISSING, says="no signing secret", fix=fix)
    token = slack.app_token.reveal()
    if not token:
        fix = f"set SLACK_APP_TOKEN: {_WHERE} → App-Level Tokens, with connections:write"
        return Check(area="slack", state=State.MISSING, says="no app token", fix=fix)
    try:
        await client.apps_connections_open(app_token=token)
    except FAILURES as error:
        return _refused("app token", "SLACK_APP_TOKEN", code_of(error))
    return Check(area="slack", state=State.OK, says="Socket Mode opens")


def _refused(what: str, variable: str, code: str) -> Check:
    return Check(
        area="slack",
        state=State.FAILED,
        says=f"Slack does not take the {what} ({one_line(code, 80)})",
        fix=f"check {variable}, that the app is installed, and that Socket Mode is on ({_WHERE})",
    )
