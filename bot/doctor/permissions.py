"""Which rules of our roles the cluster grants, asked one by one as the API offers it.

A rules review would be one question, but it is per namespace and may be incomplete where
something else than RBAC decides:
https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from importlib.resources import files

import msgspec
import yaml

from bot.cluster.api import LiveCluster
from bot.cluster.decode import FAILURES
from bot.cluster.transport import LOG_IN_AGAIN
from bot.evidence import GapReason
from bot.redact import one_line
from bot.sources import SourceError
from bot.words import shell

READ_ROLE = "whyfailing-read"
OPTIONAL_ROLES = {
    "whyfailing-secrets": "tell a missing Secret or key from a misspelt one",
    "whyfailing-retry": "retry a pull by deleting the pod",
}
"""Roles that are bound to nobody, with what they would let the bot do."""
_PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_AT_ONCE = 12


class Permission(msgspec.Struct, frozen=True, order=True):
    """One verb on one resource; `resource` may have a subresource (`pods/log`)."""

    group: str
    resource: str
    verb: str


class Rule(msgspec.Struct, frozen=True):
    """A rule of a role, as RBAC writes it."""

    groups: tuple[str, ...]
    resources: tuple[str, ...]
    verbs: tuple[str, ...]

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """Everything that the rule grants."""
        return tuple(
            Permission(group, resource, verb)
            for group in self.groups
            for resource in self.resources
            for verb in self.verbs
        )


class Denied(msgspec.Struct, frozen=True):
    """What of one rule is not granted for all namespaces; `here`: which the usual one grants."""

    everywhere: tuple[Permission, ...]
    here: tuple[Permission, ...]
    namespace: str

    @property
    def resources(self) -> tuple[str, ...]:
        """Plurals, in the rule's order."""
        return tuple(dict.fromkeys(each.resource for each in self.everywhere))

    @property
    def verbs(self) -> tuple[str, ...]:
        """Verbs, in the rule's order."""
        return tuple(dict.fromkeys(each.verb for each in self.everywhere))

    @property
    def line(self) -> str:
        """The rule that a role needs."""
        groups = dict.fromkeys(each.group for each in self.everywhere)
        return (
            f"{{apiGroups: [{_quoted(groups)}], resources: [{_quoted(self.resources)}], "
            f"verbs: [{_quoted(self.verbs)}]}}"
        )

    def __str__(self) -> str:
        text = f"{', '.join(self.verbs)} {', '.join(self.resources)}"
        if self.here == self.everywhere:
            return f"{text} outside the namespace {self.namespace}"
        return text


def rules_of(role: str) -> tuple[Rule, ...]:
    """The rules of one of our ClusterRoles, from the manifest that operators apply."""
    text = (files("config") / "rbac.yaml").read_text(encoding="utf-8")
    return tuple(
        Rule(tuple(rule["apiGroups"]), tuple(rule["resources"]), tuple(rule["verbs"]))
        for document in yaml.safe_load_all(text)
        if document["kind"] == "ClusterRole" and document["metadata"]["name"] == role
        for rule in document["rules"]
    )


async def denied_of(cluster: LiveCluster, rules: Iterable[Rule]) -> tuple[Denied, ...]:
    """The rules that are not wholly granted. Raises SourceError when the cluster does not say."""
    turn = asyncio.Semaphore(_AT_ONCE)
    found = await asyncio.gather(*(_denied_of(cluster, rule, turn) for rule in rules))
    return tuple(denied for denied in found if denied.everywhere)


async def _denied_of(cluster: LiveCluster, rule: Rule, turn: asyncio.Semaphore) -> Denied:
    everywhere = await _refused(cluster, rule.permissions, "", turn)
    namespace = cluster.default_namespace
    refused_here = await _refused(cluster, everywhere, namespace, turn)
    here = tuple(each for each in everywhere if each not in refused_here)
    return Denied(everywhere, here, namespace)


async def _refused(
    cluster: LiveCluster,
    permissions: tuple[Permission, ...],
    namespace: str,
    turn: asyncio.Semaphore,
) -> tuple[Permission, ...]:
    granted = await asyncio.gather(*(_may(cluster, each, namespace, turn) for each in permissions))
    return tuple(each for each, may in zip(permissions, granted, strict=True) if not may)


class _Outcome(msgspec.Struct, frozen=True):
    allowed: bool = False


class _Review(msgspec.Struct, frozen=True):
    status: _Outcome


async def _may(
    cluster: LiveCluster, permission: Permission, namespace: str, turn: asyncio.Semaphore
) -> bool:
    resource, _, subresource = permission.resource.partition("/")
    attributes = {
        "verb": permission.verb,
        "group": permission.group,
        "resource": resource,
        "subresource": subresource,
        "namespace": namespace,
    }
    body = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {key: value for key, value in attributes.items() if value}},
    }
    async with turn:
        answer = await cluster.ask("POST", _PATH, body)
    if answer.status == 401:
        raise SourceError(
            GapReason.UNAUTHORIZED,
            "the cluster refused the credential",
            LOG_IN_AGAIN,
        )
    try:
        return msgspec.json.decode(answer.body, type=_Review).status.allowed
    except FAILURES as error:
        raise SourceError(
            GapReason.GARBLED,
            f"the cluster does not say what the bot may do (it answered {answer.status})",
            "let the bot create selfsubjectaccessreviews: bind the ClusterRole system:basic-user",
        ) from error


def binding(role: str, user: str, namespace: str = "") -> str:
    """The kubectl command that gives a ClusterRole to a user: in one namespace, or in all."""
    _, _, account = user.partition("system:serviceaccount:")
    name = one_line(account or user, 200)
    whom = f"--serviceaccount={name}" if account else f"--user={name or 'USER'}"
    everywhere = ("clusterrolebinding", f"{role}-more")
    kind = ("rolebinding", role, "-n", namespace) if namespace else everywhere
    return shell("kubectl", "create", *kind, f"--clusterrole={role}", whom)


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)
