"""A GitHub App: where it is installed, and what each installation lacks."""

from __future__ import annotations

import asyncio

import msgspec

from bot.ci.github.app import App
from bot.ci.github.errors import permission_names
from bot.ci.github.read import read_json
from bot.doctor.check import Check, State
from bot.doctor.github_permissions import NEEDED, USEFUL, WRITE, User, adds, question, title
from bot.redact import one_line

_MOST_INSTALLATIONS = 5


class _App(msgspec.Struct, frozen=True):
    slug: str = ""
    permissions: dict[str, str] = {}


class _Installation(msgspec.Struct, frozen=True):
    account: User = User()
    permissions: dict[str, str] = {}
    suspended_at: str | None = None
    repository_selection: str = "selected"


async def look_as_app(app: App) -> tuple[Check, ...]:
    """One line for the App, and some for each installation."""
    own, listed = await asyncio.gather(
        app.as_app(question("/app", "the App")),
        app.as_app(question("/app/installations", "the App's installations")),
    )
    me = read_json(own.body, _App, "the App")
    installations = read_json(listed.body, list[_Installation], "the App's installations")
    says = f"App {one_line(me.slug, 60)}, {len(installations)} installations"
    if not installations:
        fix = "install the App for the owners whose images run here (its settings → Install App)"
        return (Check(area="github", state=State.MISSING, says=f"{says}", fix=fix),)
    checks = [Check(area="github", state=State.OK, says=says)]
    for installation in installations[:_MOST_INSTALLATIONS]:
        checks += _installation(installation)
    return tuple(checks)


def _installation(item: _Installation) -> list[Check]:
    owner = one_line(item.account.login, 60)
    if item.suspended_at:
        fix = "unsuspend it in the organisation's settings → GitHub Apps"
        says = f"{owner}: the installation is suspended"
        return [Check(area="github", state=State.FAILED, says=says, fix=fix)]
    checks = [
        Check(
            area="github",
            state=State.MISSING,
            says=f"{owner}: {title(name)}, for {adds(name)}",
            fix=f"grant the App {permission_names(f'{name}=read')} (its settings → Permissions "
            "& events) and accept the request in the installation",
            needed=name in NEEDED,
        )
        for name in NEEDED | USEFUL
        if name not in item.permissions
    ]
    if item.permissions.get("actions") != "write":
        fix = f"grant the App {permission_names('actions=write')} if it should have them"
        checks.append(
            Check(
                area="github",
                state=State.MISSING,
                says=f"{owner}: Actions (write), for {WRITE}",
                fix=fix,
                needed=False,
            )
        )
    says = f"{owner}: installed for {item.repository_selection} repositories"
    return [Check(area="github", state=State.OK, says=says), *checks]
