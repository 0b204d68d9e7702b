"""GitHub: reachable, as whom, how many requests are left, and what each permission would add."""

from __future__ import annotations

import asyncio

import msgspec

from bot.ci.github.app import App
from bot.ci.github.ask import Asker, about
from bot.ci.github.auth import Credentials, credentials
from bot.ci.github.errors import permission_names, refusal
from bot.ci.github.http import open_http
from bot.ci.github.question import Answer, Question
from bot.ci.github.read import read_json
from bot.doctor.check import Check, State, failed
from bot.redact import one_line
from bot.sources import SourceError
from config.catalog import Catalog, CatalogError, read_catalog
from config.settings import Settings

_MOST_REPOSITORIES = 3
_MOST_INSTALLATIONS = 5
_OK = frozenset({200, 204})
_SEEN = _OK | {409}
"""409: the repository is empty, and we may see that."""

# What a permission adds to a report, and a question that only it lets through.
_NEEDED = {
    "contents": ("/commits/HEAD", "what was pushed, and the workflow files"),
    "actions": ("/actions/workflows", "workflows, runs, jobs and their logs"),
}
_USEFUL = {
    "secrets": ("/actions/secrets", "which secrets a build lacks"),
    "actions_variables": ("/actions/variables", "which variables a build lacks"),
    "environments": ("", "the secrets of environments"),
    "administration": ("/actions/runners", "whether a runner serves a waiting job"),
    "checks": ("", "the annotations of a failed job"),
    "organization_self_hosted_runners": ("", "the runners of an organisation"),
}
_WRITE = "the buttons that re-run and start workflows"


class _Limit(msgspec.Struct, frozen=True):
    limit: int = 0
    remaining: int = 0


class _Resources(msgspec.Struct, frozen=True):
    core: _Limit = _Limit()


class _Limits(msgspec.Struct, frozen=True):
    resources: _Resources = _Resources()


class _User(msgspec.Struct, frozen=True):
    login: str = ""


class _App(msgspec.Struct, frozen=True):
    slug: str = ""
    permissions: dict[str, str] = {}


class _Installation(msgspec.Struct, frozen=True):
    account: _User = _User()
    permissions: dict[str, str] = {}
    suspended_at: str | None = None
    repository_selection: str = "selected"


async def look(settings: Settings) -> tuple[Check, ...]:
    """Ask GitHub who we are and what is left; try every permission where there is a repository."""
    configured = bool(settings.github.token or settings.github.app_id)
    try:
        async with open_http(settings.github.api_url) as http:
            who = credentials(settings.github, http)
            if isinstance(who, App):
                return await _as_app(who)
            asker = Asker(http, who)
            if settings.github.token:
                return await _with_token(asker, _repositories(settings))
            return (await _anonymous(asker),)
    except SourceError as error:
        return (failed("github", error, needed=configured),)


def _repositories(settings: Settings) -> tuple[str, ...]:
    try:
        catalog: Catalog = read_catalog(settings.catalog)
    except CatalogError:  # the catalog has a line of its own
        return ()
    named = dict.fromkeys(entry.repository for entry in catalog.images)
    return tuple(named)[:_MOST_REPOSITORIES]


def _question(path: str, what: str) -> Question:
    return Question(path=path, about=what, needs="metadata=read")


async def _anonymous(asker: Asker) -> Check:
    left = await _left(asker)
    return Check(
        area="github",
        state=State.NOT_SET,
        says=f"no token: public repositories only, no logs, no buttons; {left}",
        fix="set GITHUB_TOKEN to a fine-grained token that may read Contents, Actions and Secrets, "
        "or GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY",
        needed=False,
    )


async def _left(asker: Asker) -> str:
    """What is left of the rate limit; GitHub Enterprise Server has none by default."""
    question = _question("/rate_limit", "the rate limit")
    answer = await asker.ask(question, absent=frozenset({404}))
    if answer.status == 404:
        return "no rate limit"
    core = read_json(answer.body, _Limits, question.about).resources.core
    return f"{core.remaining} of {core.limit} requests an hour left"


# --- a token --------------------------------------------------------------------------------------


async def _with_token(asker: Asker, repositories: tuple[str, ...]) -> tuple[Check, ...]:
    question = _question("/user", "whose the token is")
    left, whose = await asyncio.gather(
        _left(asker), asker.ask(question, absent=frozenset({403, 404}))
    )
    if whose.status == 200:
        owner = f"token of {one_line(read_json(whose.body, _User, question.about).login, 60)}"
    else:  # a token of an installation belongs to no user
        owner = "token of an App's installation"
    classic = whose.headers.get("x-oauth-scopes")
    scopes = "" if classic is None else f", scopes {one_line(classic) or 'none'}"
    first = Check(area="github", state=State.OK, says=f"{owner}{scopes}; {left}")
    if not repositories:
        says = "which permissions it has: not tried, as the catalog names no repository"
        fix = "name a repository in the catalog, and doctor tries it"
        unknown = Check(area="github", state=State.NOT_SET, says=says, fix=fix, needed=False)
        return (first, unknown)
    tried = await asyncio.gather(*(_tried(asker, repository) for repository in repositories))
    return (first, *(check for checks in tried for check in checks))


async def _tried(asker: Asker, repository: str) -> tuple[Check, ...]:
    """What the token may see of one repository."""
    if await asker.visible_repository(repository) is None:
        says = f"{repository}: not there, or this token may not see it"
        fix = "check the name in the catalog; give the token access to the repository"
        return (Check(area="github", state=State.MISSING, says=says, fix=fix),)
    wanted = {name: path for name, (path, _) in (_NEEDED | _USEFUL).items() if path}
    answers = await asyncio.gather(
        *(_may(asker, repository, name, path) for name, path in wanted.items())
    )
    missing = [
        _missing(name, repository, error)
        for name, error in zip(wanted, answers, strict=True)
        if error is not None
    ]
    granted = ", ".join(
        _title(name) for name, error in zip(wanted, answers, strict=True) if error is None
    )
    says = f"{repository}: may read {granted or 'nothing but its name'}"
    return (Check(area="github", state=State.OK, says=says), *missing)


async def _may(asker: Asker, repository: str, name: str, path: str) -> SourceError | None:
    question = about(repository, path, _adds(name), f"{name}=read", params=(("per_page", "1"),))
    credential = await asker.credential(question)
    answer: Answer = await asker.http.ask(question, credential)
    return None if answer.status in _SEEN else refusal(question, answer, credential.identity)


def _missing(name: str, repository: str, error: SourceError) -> Check:
    return Check(
        area="github",
        state=State.MISSING,
        says=f"{repository}: {_title(name)}, for {_adds(name)}",
        fix=error.fix,
        needed=name in _NEEDED,
    )


# --- an App ---------------------------------------------------------------------------------------


async def _as_app(app: Credentials) -> tuple[Check, ...]:
    if not isinstance(app, App):
        raise TypeError(app)
    own, listed = await asyncio.gather(
        app.as_app(_question("/app", "the App")),
        app.as_app(_question("/app/installations", "the App's installations")),
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
            says=f"{owner}: {_title(name)}, for {_adds(name)}",
            fix=f"grant the App {permission_names(f'{name}=read')} (its settings → Permissions "
            "& events) and accept the request in the installation",
            needed=name in _NEEDED,
        )
        for name in _NEEDED | _USEFUL
        if name not in item.permissions
    ]
    if item.permissions.get("actions") != "write":
        fix = f"grant the App {permission_names('actions=write')} if it should have them"
        checks.append(
            Check(
                area="github",
                state=State.MISSING,
                says=f"{owner}: Actions (write), for {_WRITE}",
                fix=fix,
                needed=False,
            )
        )
    says = f"{owner}: installed for {item.repository_selection} repositories"
    return [Check(area="github", state=State.OK, says=says), *checks]


def _adds(name: str) -> str:
    return (_NEEDED | _USEFUL)[name][1]


def _title(name: str) -> str:
    return permission_names(f"{name}=read").partition(":")[0]
