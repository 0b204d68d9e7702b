"""A GitHub token: whose it is, and what it may see of the repositories that images come from."""

from __future__ import annotations

import asyncio

import msgspec

from bot.ci.github.ask import ABSENT, Asker, about
from bot.ci.github.errors import refusal
from bot.ci.github.question import Question
from bot.ci.github.read import read_json
from bot.doctor.check import Check, State, Subject, within
from bot.doctor.github_permissions import (
    NEEDED,
    ORGANISATION_RUNNERS,
    USEFUL,
    WRITE,
    User,
    adds,
    question,
    title,
    tried_by,
)
from bot.redact import one_line
from bot.sources import SourceError

_SEEN = frozenset({200, 204, 409})
"""409: the repository is empty, and we may see that."""
_ALL = "repo"
"""The scope of a classic token that opens private repositories and Actions:
https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps"""


class _Owner(msgspec.Struct, frozen=True):
    type: str = ""


class _Rights(msgspec.Struct, frozen=True):
    push: bool | None = None


class _Repository(msgspec.Struct, frozen=True):
    """What the token's owner may do; a token may never do more."""

    owner: _Owner = _Owner()
    permissions: _Rights = _Rights()


async def look_with_token(
    asker: Asker, left: str, repositories: tuple[str, ...]
) -> tuple[Check, ...]:
    """Say whose the token is, then try it on each repository. Raises SourceError."""
    asked = question("/user", "whose the token is")
    whose = await asker.ask(asked, absent=frozenset({403, 404}))
    if whose.status == 200:
        owner = f"token of {one_line(read_json(whose.body, User, asked.about).login, 60)}"
    else:  # a token of an installation belongs to no user
        owner = "token of an App's installation"
    classic = whose.headers.get("x-oauth-scopes")
    scopes = "" if classic is None else f", scopes {one_line(classic) or 'none'}"
    first = Check(area="github", state=State.OK, says=f"{owner}{scopes}; {left}")
    if classic is not None and _ALL not in classic.replace(" ", "").split(","):
        return (first, _narrow())
    if not repositories:
        return (first,) if classic is not None else (first, _untried())
    tried = await asyncio.gather(
        *(
            within(Subject(area="github", about=repository), _tried(asker, repository))
            for repository in repositories
        )
    )
    return (first, *(check for checks in tried for check in checks))


def _narrow() -> Check:
    return Check(
        area="github",
        state=State.MISSING,
        says=f"scope {_ALL}, for private repositories, logs, secrets' names and {WRITE}",
        fix="give the token the scope at https://github.com/settings/tokens, or use a fine-grained "
        "token",
        needed=False,
    )


def _untried() -> Check:
    return Check(
        area="github",
        state=State.NOT_SET,
        says="which permissions it has: not tried, as the catalog names no repository",
        fix="python -m bot doctor --repository OWNER/NAME",
        needed=False,
    )


async def _tried(asker: Asker, repository: str) -> tuple[Check, ...]:
    """What the token may see of one repository."""
    asked = about(repository, "", repository, "metadata=read")
    answer = await asker.ask(asked, absent=ABSENT)
    if answer.status in ABSENT:
        says = f"{repository}: not there, or this token may not see it"
        fix = "check the name; give the token access to the repository"
        return (Check(area="github", state=State.MISSING, says=says, fix=fix),)
    found = read_json(answer.body, _Repository, asked.about)
    wanted = {name: _question(name, repository) for name in NEEDED | USEFUL if tried_by(name)}
    if found.owner.type == "Organization":
        wanted[ORGANISATION_RUNNERS] = _organisation_runners(repository)
    answers = await asyncio.gather(*(_refused(asker, each) for each in wanted.values()))
    refusals = dict(zip(wanted, answers, strict=True))
    granted = ", ".join(title(name) for name, error in refusals.items() if error is None)
    says = f"{repository}: may read {granted or 'nothing but its name'}"
    first = Check(area="github", state=State.OK, says=says)
    missing = (_missing(name, repository, error) for name, error in refusals.items() if error)
    return (first, *missing, *_buttons(repository, found))


def _question(name: str, repository: str) -> Question:
    return about(
        repository, tried_by(name), adds(name), f"{name}=read", params=(("per_page", "1"),)
    )


def _organisation_runners(repository: str) -> Question:
    owner = repository.partition("/")[0]
    return Question(
        path=f"/orgs/{owner}/actions/runner-groups",
        about=adds(ORGANISATION_RUNNERS),
        needs=f"{ORGANISATION_RUNNERS}=read",
        repository=repository,
        params=(("per_page", "1"),),
    )


async def _refused(asker: Asker, asked: Question) -> SourceError | None:
    credential = await asker.credential(asked)
    answer = await asker.http.ask(asked, credential)
    return None if answer.status in _SEEN else refusal(asked, answer, credential.identity)


def _missing(name: str, repository: str, error: SourceError) -> Check:
    return Check(
        area="github",
        state=State.MISSING,
        says=f"{repository}: {title(name)}, for {adds(name)}",
        fix=error.fix,
        needed=name in NEEDED,
    )


def _buttons(repository: str, found: _Repository) -> tuple[Check, ...]:
    """Whether the token may start a workflow shows only when it does; unless its owner may not."""
    if found.permissions.push is False:
        says = f"{repository}: the token's owner may not write to it, which {WRITE} need"
        fix = "use a token of somebody who may, or a GitHub App"
        return (Check(area="github", state=State.MISSING, says=says, fix=fix, needed=False),)
    return ()
