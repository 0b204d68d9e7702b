"""The cluster: is it there, as whom are we known, and which rules of `config/rbac.yaml` hold."""

from __future__ import annotations

import asyncio

import msgspec

from bot.cluster import client
from bot.cluster.api import LiveCluster
from bot.cluster.decode import FAILURES
from bot.cluster.transport import LOG_IN_AGAIN, Answer
from bot.doctor.check import Check, State, Subject, failed, within
from bot.doctor.permissions import (
    OPTIONAL_ROLES,
    READ_ROLE,
    Denied,
    binding,
    denied_of,
    rules_of,
)
from bot.evidence import GapReason
from bot.redact import one_line
from bot.sources import SourceError
from bot.words import shell
from config.settings import ClusterSettings, Settings

_REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
_ANONYMOUS = "system:anonymous"
_BY_HAND = "set KUBECONFIG, or run inside a cluster; without one, use --from with recorded files"


class _Version(msgspec.Struct, frozen=True, rename="camel"):
    git_version: str = ""


class _User(msgspec.Struct, frozen=True):
    username: str = ""


class _UserInfo(msgspec.Struct, frozen=True, rename="camel"):
    user_info: _User = _User()


class _Review(msgspec.Struct, frozen=True):
    status: _UserInfo = _UserInfo()


async def look(settings: Settings) -> tuple[Check, ...]:
    """Reach the cluster and ask for every permission that reports and buttons use."""
    try:
        async with client.connect(settings.cluster) as cluster:
            return await _look(cluster, settings.cluster)
    except SourceError as error:
        return (_no_cluster(settings, error),)


async def _look(cluster: LiveCluster, settings: ClusterSettings) -> tuple[Check, ...]:
    context = ("--context", settings.context) if settings.context else ()
    subject = Subject(
        area="cluster", by_hand=shell("kubectl", *context, "get", "--raw", "/version")
    )
    reached = await within(subject, _reach(cluster))
    if any(check.state is not State.OK for check in reached):
        return reached
    may = Subject(area="cluster", by_hand=shell("kubectl", *context, "auth", "can-i", "--list"))
    roles = await asyncio.gather(
        within(may, _role(cluster)),
        *(within(may, _optional(cluster, settings, name)) for name in OPTIONAL_ROLES),
    )
    told = (check for checks in roles for check in checks)
    return (*reached, *dict.fromkeys(told))  # a refusal of all reviews is told once


def _no_cluster(settings: Settings, error: SourceError) -> Check:
    """Without a kubeconfig that somebody named, it is not set; the bot cannot do without one."""
    check = failed(Subject(area="cluster"), error)
    cluster = settings.cluster
    named = cluster.kubeconfig or cluster.context or settings.slack.bot_token
    if not named and isinstance(error.__cause__, FileNotFoundError):
        return msgspec.structs.replace(check, state=State.NOT_SET, fix=_BY_HAND, needed=False)
    return check


async def _whoami(cluster: LiveCluster) -> str:
    """The user name that the cluster knows us by; empty before Kubernetes 1.28."""
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    answer = await cluster.ask("POST", _REVIEW, body)
    if answer.status == 401:
        raise SourceError(
            GapReason.UNAUTHORIZED, "the cluster refused the credential", LOG_IN_AGAIN
        )
    return _read(answer, _Review).status.user_info.username if answer.status < 300 else ""


async def _reach(cluster: LiveCluster) -> tuple[Check, ...]:
    answer = await cluster.ask("GET", "/version")
    if answer.status >= 500:
        raise SourceError(GapReason.UNREACHABLE, f"the cluster answers {answer.status}")
    user = await _whoami(cluster)
    if user == _ANONYMOUS:
        says = "the cluster was sent no credential"
        raise SourceError(GapReason.UNAUTHORIZED, says, LOG_IN_AGAIN)
    version = one_line(_read(answer, _Version).git_version, 40) or "of an unknown version"
    as_whom = f", as {one_line(user, 100)}" if user else ""
    says = f"{cluster.name or 'the cluster'}: Kubernetes {version}{as_whom}"
    return (Check(area="cluster", state=State.OK, says=says),)


def _read(answer: Answer, of: type[msgspec.Struct]):  # type: ignore[no-untyped-def]
    try:
        return msgspec.json.decode(answer.body, type=of)
    except FAILURES:
        return of()


async def _role(cluster: LiveCluster) -> tuple[Check, ...]:
    """One line when everything may be read, else one for each rule that is missing."""
    rules = rules_of(READ_ROLE)
    denied = await denied_of(cluster, rules)
    count = sum(len(rule.permissions) for rule in rules)
    if not denied:
        says = f"all {count} permissions to read that reports use"
        return (Check(area="cluster", state=State.OK, says=says),)
    if sum(len(each.everywhere) for each in denied) == count:
        says = "nothing that reports need may be read"
        bound = binding(READ_ROLE, await _whoami(cluster))
        fix = " && ".join(("kubectl apply -f config/rbac.yaml", bound))
        return (Check(area="cluster", state=State.MISSING, says=says, fix=fix),)
    return tuple(_denied(each, READ_ROLE) for each in denied)


async def _optional(
    cluster: LiveCluster, settings: ClusterSettings, name: str
) -> tuple[Check, ...]:
    denied = await denied_of(cluster, rules_of(name))
    gives = OPTIONAL_ROLES[name]
    if not denied:
        return (Check(area="cluster", state=State.OK, says=f"may {gives}", needed=False),)
    user = await _whoami(cluster)
    check = Check(
        area="cluster",
        state=State.MISSING,
        says=f"may not {denied[0]}, which it would need to {gives}",
        fix=f"where that is acceptable: {binding(name, user, namespace='NAMESPACE')}",
        needed=settings.read_pull_secrets and "secrets" in name,
    )
    return (check,)


def _denied(denied: Denied, role: str) -> Check:
    return Check(
        area="cluster",
        state=State.MISSING,
        says=f"may not {denied}",
        fix=f"add to the ClusterRole {role}: - {denied.line}",
    )
