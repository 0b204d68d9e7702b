"""What each permission adds to a report, and a question that only it lets through."""

from __future__ import annotations

import msgspec

from bot.ci.github.errors import permission_names
from bot.ci.github.question import Question

# Name, then the question that needs it (none where asking needs more than a repository).
NEEDED = {
    "contents": ("/commits/HEAD", "what was pushed, and the workflow files"),
    "actions": ("/actions/workflows", "workflows, runs, jobs and their logs"),
}
ORGANISATION_RUNNERS = "organization_self_hosted_runners"
USEFUL = {
    "secrets": ("/actions/secrets", "which secrets a build lacks"),
    "actions_variables": ("/actions/variables", "which variables a build lacks"),
    "environments": ("", "the secrets of environments"),
    "administration": ("/actions/runners", "whether a runner serves a waiting job"),
    "checks": ("", "the annotations of a failed job"),
    ORGANISATION_RUNNERS: ("", "the runners of an organisation"),
}
WRITE = "the buttons that re-run and start workflows"


class User(msgspec.Struct, frozen=True):
    """Whose something is."""

    login: str = ""


def question(path: str, what: str) -> Question:
    """A question that every credential may ask."""
    return Question(path=path, about=what, needs="metadata=read")


def adds(name: str) -> str:
    """What a report has with this permission."""
    return (NEEDED | USEFUL)[name][1]


def tried_by(name: str) -> str:
    """The path below a repository that only this permission opens; empty where there is none."""
    return (NEEDED | USEFUL)[name][0]


def title(name: str) -> str:
    """The permission as GitHub's pages write it."""
    return permission_names(f"{name}=read").partition(":")[0]
