"""What an image's tag stands for, as refs to ask GitHub for."""

from __future__ import annotations

from bot.ci import objects as ci
from bot.ci.wanted import (
    BranchWanted,
    CommitWanted,
    NothingWanted,
    PullRequestWanted,
    TagWanted,
    wanted_ref,
)
from bot.evidence import Gap
from bot.images import ImageRef

DEFAULT = "HEAD"
"""GitHub's word for the head of the default branch."""


def refs_to_try(image: ImageRef) -> tuple[str, ...]:
    """The refs that the tag may stand for, likeliest first; never empty."""
    match wanted_ref(image.tag or ""):
        case CommitWanted(sha):
            return (sha,)
        case TagWanted(names):
            return names
        case BranchWanted(name):
            return (name or DEFAULT,)
        case PullRequestWanted(number):
            return (f"refs/pull/{number}/head",)
        case NothingWanted(tag):
            return (tag,) if tag else (DEFAULT,)


def full_ref(image: ImageRef, ref: str, repository: ci.Repository | Gap) -> str:
    """The full name of the ref that the tag stands for; empty when nobody can tell."""
    match wanted_ref(image.tag or ""):
        case CommitWanted():
            return ""
        case TagWanted():
            return f"refs/tags/{ref}"
        case BranchWanted(None):
            return "" if isinstance(repository, Gap) else f"refs/heads/{repository.default_branch}"
        case PullRequestWanted():
            return ref
        case BranchWanted():
            return f"refs/heads/{ref}"
        case NothingWanted():
            return ""
