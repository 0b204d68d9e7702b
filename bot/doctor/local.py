"""What needs no network: Python, settings, catalog, and who may press a button."""

from __future__ import annotations

import platform
import re

from bot import __version__
from bot.doctor.check import Check, State
from bot.redact import one_line
from config.catalog import CatalogError, read_catalog
from config.settings import Settings

# Every object's id begins with a letter for its kind; a private channel of old times is G…
_IDS = {
    "users": re.compile(r"[UW][A-Z0-9]{2,20}", re.ASCII),
    "groups": re.compile(r"S[A-Z0-9]{2,20}", re.ASCII),
    "channels": re.compile(r"[CG][A-Z0-9]{2,20}", re.ASCII),
}
_WHERE = {
    "users": "the member id, U…: in Slack, the person's profile → ⋮ → Copy member ID",
    "groups": "the user group's id, S…: in Slack, People → User groups → the group → Copy group ID",
    "channels": "the channel's id, C…: in Slack, at the end of the channel's details",
}


async def look(settings: Settings) -> tuple[Check, ...]:
    """Versions and the catalog."""
    says = f"whyfailing {__version__}, Python {platform.python_version()}, settings are valid"
    return (Check(area="settings", state=State.OK, says=says), _catalog(settings.catalog))


def _catalog(path: str) -> Check:
    if not path:
        return Check(
            area="catalog",
            state=State.NOT_SET,
            says="images are traced by labels, annotations and names alone",
            fix="set WHYFAILING_CATALOG for images that carry no source label",
            needed=False,
        )
    try:
        catalog = read_catalog(path)
    except CatalogError as error:
        return Check(
            area="catalog", state=State.FAILED, says=str(error), fix="mend the file or unset it"
        )
    says = f"{path}: {len(catalog.images)} images, {len(catalog.owners)} owners to search"
    return Check(area="catalog", state=State.OK, says=says)


async def look_at_access(settings: Settings) -> tuple[Check, ...]:
    """Whether anybody may press a button that changes something."""
    listed = {"users": settings.access.users, "groups": settings.access.groups}
    listed["channels"] = settings.access.channels
    wrong = tuple(
        _no_id(name, text)
        for name, texts in listed.items()
        for text in texts
        if not _IDS[name].fullmatch(text)
    )
    if not any(listed.values()):
        return (_nobody(),)
    allowed = ", ".join(f"{len(texts)} {name}" for name, texts in listed.items() if texts)
    says = f"buttons that change something may be pressed by: {allowed}"
    return wrong or (Check(area="access", state=State.OK, says=says),)


def _no_id(name: str, text: str) -> Check:
    return Check(
        area="access",
        state=State.FAILED,
        says=f"access.{name}: {one_line(text, 60)!r} is no id, so it lets nobody press a button",
        fix=f"write {_WHERE[name]}",
    )


def _nobody() -> Check:
    return Check(
        area="access",
        state=State.NOT_SET,
        says="nobody may press a button that changes something",
        fix="set WHYFAILING_ALLOWED_USERS, WHYFAILING_ALLOWED_GROUPS or "
        "WHYFAILING_ALLOWED_CHANNELS",
        needed=False,
    )
