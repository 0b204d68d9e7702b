"""Who may press what: a pure policy over facts about the person who clicked, at that moment.

Nobody may change anything unless the operator said so. People of other organisations, guests, apps
and deactivated accounts never may.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from bot.report import Action, Recheck
from config.settings import AccessSettings


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about who clicked, from `users.info`."""

    id: str
    name: str
    team: str
    guest: bool = False
    stranger: bool = False
    app: bool = False
    deactivated: bool = False
    admin: bool = False
    """An administrator or owner of the workspace."""


class Members(msgspec.Struct, frozen=True, kw_only=True):
    """Who belongs where. A group or channel that could not be read is not in here."""

    groups: Mapping[str, frozenset[str]] = {}
    channels: Mapping[str, frozenset[str]] = {}


class Allowed(msgspec.Struct, frozen=True):
    """They may; `because` goes into the audit."""

    because: str


class Refused(msgspec.Struct, frozen=True):
    """They may not; `sentence` is for them alone."""

    sentence: str


Decision = Allowed | Refused


def decide(
    action: Action | None, person: Person, team: str, settings: AccessSettings, members: Members
) -> Decision:
    """Decide about a click. `action` is None for what changes nothing in the world."""
    if refused := _outsider(person, team):
        return refused
    if action is None or isinstance(action, Recheck):
        return Allowed("it changes nothing")
    if person.id in settings.users:
        return Allowed("named in access.users")
    for group in settings.groups:
        if person.id in members.groups.get(group, frozenset()):
            return Allowed(f"member of user group {group}")
    for channel in settings.channels:
        if person.id in members.channels.get(channel, frozenset()):
            return Allowed(f"member of channel {channel}")
    return Refused(_why_not(settings, members))


def may_do(person: Person, team: str, settings: AccessSettings, members: Members) -> str:
    """Say in one sentence what a person may do, for the Home tab."""
    if refused := _outsider(person, team):
        return refused.sentence
    listed = person.id in settings.users
    listed |= _in_any(person.id, settings.groups, members.groups)
    listed |= _in_any(person.id, settings.channels, members.channels)
    if listed:
        return "You may ask, recheck, re-run and start workflows, and retry pulls."
    return "You may ask and recheck. " + _why_not(settings, members)


def administers(person: Person, operator: str) -> bool:
    """Whether a person may see the settings, and choose for channels from afar."""
    return person.admin or person.id == operator


def outsider(person: Person, team: str) -> str:
    """Why a person may not even ask, as a sentence; empty for everybody of the workspace."""
    refused = _outsider(person, team)
    return refused.sentence if refused else ""


def namespaces_of(channel: str, pairs: Collection[str]) -> frozenset[str] | None:
    """The namespaces that a channel may hear of; None for all of them."""
    split = [pair.partition("=") for pair in pairs]
    own = frozenset(namespace for of, _, namespace in split if of == channel)
    others = frozenset(namespace for of, _, namespace in split if of == "*")
    return own or others or None


def _in_any(person: str, wanted: Collection[str], members: Mapping[str, frozenset[str]]) -> bool:
    return any(person in members.get(name, frozenset()) for name in wanted)


def _outsider(person: Person, team: str) -> Refused | None:
    if person.deactivated:
        return Refused("This account is deactivated, so I did nothing.")
    if person.app:
        return Refused("Apps and workflows may not use me; a person has to.")
    if person.stranger or (person.team and person.team != team):
        return Refused("Only people of the workspace that runs me may use me.")
    if person.guest:
        return Refused("Guests may not use me. Ask a member of the team to do it.")
    return None


def _why_not(settings: AccessSettings, members: Members) -> str:
    if not (settings.users or settings.groups or settings.channels):
        return (
            "Nobody may change anything through me yet: whoever runs me has to name users, "
            "user groups or channels in the access settings."
        )
    unread = [
        name
        for wanted, known in (
            (settings.groups, members.groups),
            (settings.channels, members.channels),
        )
        for name in wanted
        if name not in known
    ]
    if unread:
        return (
            f"I could not read the members of {', '.join(unread)}, so I cannot tell whether you "
            "may do this, and did nothing. Try again in a minute."
        )
    return (
        "You are not among the people who may change things through me, so I did nothing. "
        "Ask someone who is, or whoever runs me to add you."
    )
