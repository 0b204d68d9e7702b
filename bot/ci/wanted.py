"""Which commit, branch or tag does an image tag stand for? A guess by its form, said as such."""

from __future__ import annotations

import re

import msgspec

_COMMIT = re.compile(r"(?:[A-Za-z][\w.]{0,40}-)?(?P<sha>[0-9a-f]{40})")
_SHORT = re.compile(
    r"(?:(?:sha|git|commit|g)-|[A-Za-z][\w.]{0,40}-(?:sha-|g)?)(?P<sha>[0-9a-f]{7,12})"
)
_BARE_SHORT = re.compile(r"(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,12}")
_VERSION = re.compile(r"v?\d{1,9}(?:\.\d{1,9}){1,3}(?:[-+.][0-9A-Za-z.-]{1,60})?")
_PULL = re.compile(r"pr-?(?P<number>\d{1,9})")
_DEFAULT = frozenset({"latest", "edge", "main", "master", "dev", "develop", "nightly", "stable"})


class CommitWanted(msgspec.Struct, frozen=True, tag=True):
    """A commit, by the whole of its hash or the start of it."""

    sha: str


class TagWanted(msgspec.Struct, frozen=True, tag=True):
    """A git tag: the likeliest spelling first."""

    names: tuple[str, ...]


class BranchWanted(msgspec.Struct, frozen=True, tag=True):
    """A branch; None is the default branch."""

    name: str | None


class PullRequestWanted(msgspec.Struct, frozen=True, tag=True):
    """A pull request."""

    number: int


class NothingWanted(msgspec.Struct, frozen=True, tag=True):
    """The form tells nothing; it may be a branch, a run number or anything else."""

    tag: str


Wanted = CommitWanted | TagWanted | BranchWanted | PullRequestWanted | NothingWanted


def wanted_ref(tag: str, branches: frozenset[str] = frozenset()) -> Wanted:
    """What an image tag stands for; `branches` are names of the repository, where known.

    A branch's slashes are dashes in a tag, as docker/metadata-action writes them.
    """
    for branch in sorted(branches):
        if tag == re.sub(r"[^A-Za-z0-9._-]", "-", branch):
            return BranchWanted(branch)
    pull = _PULL.fullmatch(tag)
    if pull is not None:
        return PullRequestWanted(int(pull["number"]))
    commit = _COMMIT.fullmatch(tag) or _SHORT.fullmatch(tag)
    if commit is not None and not _VERSION.fullmatch(tag):
        return CommitWanted(commit["sha"])
    return _by_form(tag)


def _by_form(tag: str) -> Wanted:
    if _BARE_SHORT.fullmatch(tag):
        return CommitWanted(tag)
    if _VERSION.fullmatch(tag):
        other = tag[1:] if tag.startswith("v") else f"v{tag}"
        return TagWanted((tag, other) if tag.startswith("v") else (other, tag))
    if tag in {"latest", "edge", "nightly"}:
        return BranchWanted(None)
    return BranchWanted(tag) if tag in _DEFAULT else NothingWanted(tag)
