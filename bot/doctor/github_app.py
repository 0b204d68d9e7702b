"""A GitHub App: where it is installed, and what each installation lacks."""

from __future__ import annotations

import asyncio

import msgspec

from bot.ci.github.app import App
from bot.ci.github.errors import permission_names
from bot.ci.github.question import Question
from bot.ci.github.read import link, read_json
from bot.doctor.check import Check, State
from bot.doctor.github_permissions import NEEDED, USEFUL, WRITE, User, adds, question, title
from bot.redact import one_line

_MOST_INSTALLATIONS = 5
_PAGE = 100
_INSTALLATIONS = Question(
    path="/app/installations",
    about="the App's installations",
    needs="metadata=read",
    params=(("per_page", str(_PAGE)),),
)


class _App(msgspec.Struct, frozen=True):
    slug: str = ""
    html_url: str = ""


class _Installation(msgspec.Struct, frozen=True):
    account: User = User()
    permissions: dict[str, str] = {}
    suspended_at: str | None = None
    repository_selection: str = "selected"
    html_url: str = ""


async def look_as_app(app: App, repositories: tuple[str, ...]) -> tuple[Check, ...]:
    """One line for the App, and some for each installation. Raises SourceError."""
    own, listed = await asyncio.gather(
        app.as_app(question("/app", "the App")),
        app.as_app(_INSTALLATIONS),
    )
    me = read_json(own.body, _App, "the App")
    installations = read_json(listed.body, list[_Installation], "the App's installations")
    count = len(installations)
    cut = f", of which {_MOST_INSTALLATIONS} are shown" if count > _MOST_INSTALLATIONS else ""
    says = f"App {one_line(me.slug, 60)}, {count} installations{cut}"
    install = f"install the App for the owners whose images run here: {_page(me)}"
    if not installations:
        return (Check(area="github", state=State.MISSING, says=says, fix=install),)
    checks = [Check(area="github", state=State.OK, says=says)]
    for installation in installations[:_MOST_INSTALLATIONS]:
        checks += _installation(installation)
    owners = {installation.account.login.lower() for installation in installations}
    if count < _PAGE:
        checks += (
            Check(
                area="github", state=State.MISSING, says=f"{name}: not installed there", fix=install
            )
            for name in dict.fromkeys(each.partition("/")[0] for each in repositories)
            if name.lower() not in owners
        )
    return tuple(checks)


def _page(me: _App) -> str:
    return f"{link(me.html_url)}/installations/new" if me.html_url else "its settings → Install App"


def _installation(item: _Installation) -> list[Check]:
    owner = one_line(item.account.login, 60)
    if item.suspended_at:
        fix = f"unsuspend it: {link(item.html_url) or 'its settings → GitHub Apps'}"
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
