"""What administrators see on the Home tab: the settings, without secrets, and the channels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from slack_sdk.web.async_client import AsyncWebClient

from bot.render import mrkdwn as m
from bot.render.slack_home import Administration, Chosen
from bot.store.records import Answering
from config.settings import AccessSettings, GitHubSettings, Settings
from handlers.reception import Reception

_LISTED = 10
_CHOICES = {
    Answering.AUTO: "alerts, and who asks",
    Answering.MENTION: "only who asks",
    Answering.OFF: "nobody",
}


async def administration(reception: Reception, client: AsyncWebClient, team: str) -> Administration:
    """The settings as sentences, and what the channels of a team chose."""
    settings = reception.desk.settings
    pressing = await _pressing(reception, client, team, settings.access)
    return Administration(
        lines=(("Buttons", pressing), *_lines(settings)),
        channels=tuple(
            Chosen(choice.channel, choice.answering.value, choice.by_name, choice.at)
            for choice in await reception.desk.store.channels.of(team)
        ),
        choices=[(answering.value, label) for answering, label in _CHOICES.items()],
    )


async def _pressing(
    reception: Reception, client: AsyncWebClient, team: str, access: AccessSettings
) -> str:
    """Who may press what changes something, people by their names."""
    names = []
    for user in access.users[:_LISTED]:
        person = await reception.people.person(client, user, team)
        names.append(m.plain(person.name, 80) if person else m.code(user, 40))
    who = [_listed(names, len(access.users))] if names else []
    if access.groups:
        groups = [m.code(each, 40) for each in access.groups[:_LISTED]]
        who.append(f"user group {_listed(groups, len(access.groups))}")
    if access.channels:
        channels = [m.channel(each) for each in access.channels[:_LISTED]]
        who.append(f"members of {_listed(channels, len(access.channels))}")
    return "; ".join(who) or "nobody may press what changes something"


def _lines(settings: Settings) -> Iterator[tuple[str, str]]:
    slack, followup = settings.slack, settings.followup
    channels = slack.alert_channels
    where = _listed((m.channel(each) for each in channels[:_LISTED]), len(channels))
    yield "Alerts", f"answered in {where or 'every channel that I am in'}"
    if slack.namespaces:
        pairs = (m.code(pair, 100) for pair in slack.namespaces[:_LISTED])
        yield "Namespaces", f"channels hear of {_listed(pairs, len(slack.namespaces))} alone"
    yield (
        "Follow-ups",
        f"a look every {followup.poll_seconds:g} s, Ready for {followup.ready_seconds:g} s, given "
        f"up after {followup.timeout_seconds / 60:g} min",
    )
    yield "GitHub", _github(settings.github)
    hosts = [each.host for each in settings.registries.configured]
    registries = _listed((m.code(host, 100) for host in hosts[:_LISTED]), len(hosts))
    unknown = "asked anonymously" if settings.registries.allow_unknown else "not asked"
    others = f"all others {unknown}" if hosts else f"{unknown}, none is configured"
    yield "Registries", "; ".join(part for part in (registries, others) if part)
    reads = settings.cluster.read_pull_secrets
    yield "Pull secrets", "read and used to ask the pod's registry" if reads else "not read"


def _github(settings: GitHubSettings) -> str:
    if settings.app_id:
        return f"asked as App {m.code(settings.app_id, 40)}"
    return "asked with a token" if settings.token else "public data only, without a token"


def _listed(shown: Iterable[str], count: int) -> str:
    names = list(shown)
    left = count - len(names)
    return ", ".join(names) + (f" and {left} more" if left > 0 else "")
