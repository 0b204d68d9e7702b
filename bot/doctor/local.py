"""What needs no network: Python, settings, catalog, and who may press a button."""

from __future__ import annotations

import platform

from bot import __version__
from bot.doctor.check import Check, State
from config.catalog import CatalogError, read_catalog
from config.settings import Settings


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
    access = settings.access
    counts = {
        "users": len(access.users),
        "user groups": len(access.groups),
        "channels": len(access.channels),
    }
    if any(counts.values()):
        allowed = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        says = f"buttons that change something may be pressed by: {allowed}"
        return (Check(area="access", state=State.OK, says=says),)
    return (
        Check(
            area="access",
            state=State.NOT_SET,
            says="nobody may press a button that changes something",
            fix="set WHYFAILING_ALLOWED_USERS, WHYFAILING_ALLOWED_GROUPS or "
            "WHYFAILING_ALLOWED_CHANNELS",
            needed=False,
        ),
    )
