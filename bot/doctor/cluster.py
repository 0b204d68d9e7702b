"""The cluster: is it there, as whom are we known, and which rules of `config/rbac.yaml` hold."""

from __future__ import annotations

import msgspec

from bot.cluster import client
from bot.cluster.api import LiveCluster
from bot.cluster.decode import FAILURES
from bot.doctor.check import Check, State, failed
from bot.doctor.permissions import OPTIONAL_ROLES, READ_ROLE, Denied, denied_of, rules_of
from bot.evidence import GapReason
from bot.redact import one_line
from bot.sources import SourceError
from config.settings import ClusterSettings, Settings

_REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
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
            reached = await _reach(cluster)
            role = await _role(cluster)
            optional = [await _optional(cluster, settings.cluster, name) for name in OPTIONAL_ROLES]
            return (reached, *role, *optional)
    except SourceError as error:
        check = failed("cluster", error)
        if error.reason is GapReason.NOT_CONFIGURED:
            return (msgspec.structs.replace(check, fix=error.fix or _BY_HAND),)
        return (check,)


async def _reach(cluster: LiveCluster) -> Check:
    answer = await cluster.ask("GET", "/version")
    version = _read(answer.body, _Version).git_version or "of an unknown version"
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    whose = await cluster.ask("POST", _REVIEW, body)  # since 1.28; before, nobody tells
    username = _read(whose.body, _Review).status.user_info.username if whose.status < 300 else ""
    name = cluster.name or "the cluster"
    as_whom = f", as {one_line(username, 100)}" if username else ""
    says = f"{name}: Kubernetes {one_line(version, 40)}{as_whom}"
    return Check(area="cluster", state=State.OK, says=says)


def _read(body: bytes, of: type[msgspec.Struct]):  # type: ignore[no-untyped-def]
    try:
        return msgspec.json.decode(body, type=of)
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
        fix = "kubectl apply -f config/rbac.yaml, and bind the role to whom the bot is"
        return (Check(area="cluster", state=State.MISSING, says=says, fix=fix),)
    return tuple(_denied(each, READ_ROLE) for each in denied)


async def _optional(cluster: LiveCluster, settings: ClusterSettings, name: str) -> Check:
    denied = await denied_of(cluster, rules_of(name))
    gives = OPTIONAL_ROLES[name]
    if not denied:
        return Check(area="cluster", state=State.OK, says=f"may {gives}", needed=False)
    check = _denied(denied[0], name)
    return msgspec.structs.replace(
        check,
        says=f"{check.says}, which it would need to {gives}",
        fix=f"bind the ClusterRole {name} where that is acceptable (config/rbac.yaml says how)",
        needed=settings.read_pull_secrets and "secrets" in name,
    )


def _denied(denied: Denied, role: str) -> Check:
    return Check(
        area="cluster",
        state=State.MISSING,
        says=f"may not {denied}",
        fix=f"add to the ClusterRole {role}: - {denied.line}",
    )
