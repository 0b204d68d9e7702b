"""What a cause shares with those of other workloads: a node, a registry, an image, a runner."""

from __future__ import annotations

from bot.cluster.kinds import kind_named
from bot.images import InvalidReferenceError, parse
from bot.report import Finding, Layer, Report

_ABOUT_A_REGISTRY = "Registry"
"""How the codes begin that say something of a registry and nothing of the image."""


def shared_cause(report: Report) -> str:
    """The code, and the thing that other workloads may need as well; equal texts are one cause.

    Empty where the cause is this workload's own, where there are several, and where there is none.
    """
    if len(report.root_causes) != 1:
        return ""
    root = report.root_causes[0]
    thing = shared_thing(root, report.target.namespace)
    return f"{root.code} {thing}" if thing else ""


def shared_thing(root: Finding, namespace: str) -> str:
    """The thing that a cause is about, when it is not the pod itself; else empty."""
    subject = root.ruling.subject
    if root.code.startswith(_ABOUT_A_REGISTRY):
        return _host(subject.image)
    if root.layer is Layer.PREREQUISITE and subject.kind == "Runner":
        return f"Runner/{subject.name}"
    if root.layer is not Layer.CLUSTER and subject.image:
        return subject.image
    if subject.kind == "Pod" or not subject.name:
        return ""
    kind = kind_named(subject.kind)
    place = "" if kind is not None and kind.cluster_scoped else f"{namespace}/"
    return f"{place}{subject.kind}/{subject.name}"


def _host(image: str) -> str:
    try:
        return parse(image).registry
    except InvalidReferenceError:
        return ""
