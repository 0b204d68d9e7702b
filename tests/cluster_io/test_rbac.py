from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.cluster.kinds import KINDS

DOCUMENTS = list(yaml.safe_load_all(Path("config/rbac.yaml").read_text()))


def rules(role: str) -> set[tuple[str, str, str]]:
    """(group, resource, verb) of a role."""
    [found] = [
        document
        for document in DOCUMENTS
        if document["kind"] == "ClusterRole" and document["metadata"]["name"] == role
    ]
    return {
        (group, resource, verb)
        for rule in found["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def test_role_allows_exactly_what_the_client_asks() -> None:
    wanted = {
        (kind.group, kind.plural, verb)
        for kind in KINDS
        if kind.name != "Secret"
        for verb in ("get", "list")
    }
    wanted |= {("", "pods", "watch"), ("", "events", "watch"), ("", "pods/log", "get")}
    assert rules("whyfailing-read") == wanted


def test_optional_roles_are_bound_to_nobody() -> None:
    assert rules("whyfailing-secrets") == {("", "secrets", "get"), ("", "secrets", "list")}
    assert rules("whyfailing-retry") == {("", "pods", "delete")}
    bound: list[dict[str, Any]] = [d for d in DOCUMENTS if d["kind"].endswith("Binding")]
    assert [binding["roleRef"]["name"] for binding in bound] == ["whyfailing-read"]
