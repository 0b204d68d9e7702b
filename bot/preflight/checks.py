"""What a pod refers to and is not there, and whether a node would take it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from bot.cluster import objects as k
from bot.cluster.readers.facts import Predicate
from bot.facts.placement import fits, predicate_of
from bot.facts.references import Reference, references
from bot.preflight.room import limit_problems
from bot.preflight.surroundings import Surroundings
from bot.preflight.verdict import Problem
from bot.view import View
from bot.words import shell

Found = Iterator[tuple[str, str, str]]
"""Code, what is wrong, and what to do."""
_CODES = {
    Predicate.TAINT: "TaintNotTolerated",
    Predicate.CORDONED: "NodeCordoned",
    Predicate.NOT_READY: "NodeNotReady",
    Predicate.SELECTOR: "NodeSelectorMismatch",
    Predicate.AFFINITY: "NodeAffinityMismatch",
    Predicate.CPU: "InsufficientCPU",
    Predicate.MEMORY: "InsufficientMemory",
}


def problems_of(around: Surroundings) -> Iterator[Problem]:
    """Everything that would keep the template's pods from running, as far as objects tell."""
    view, pod = around.view, around.pod
    for code, text, fix in (
        *_references(view),
        *_account(view, pod),
        *_classes(view, pod),
        *_claims(around),
        *_pull_secrets(around),
        *limit_problems(around),
        *_nodes(around),
    ):
        yield Problem(workload=around.template.workload, code=code, text=text, fix=fix)


def _references(view: View) -> Found:
    for each in references(view):
        if each.optional:
            continue
        item = view.find(each.kind, each.pod.namespace, each.name)
        kind = each.kind.__name__
        if item is None:
            if view.absent(each.kind, each.pod.namespace, each.name):
                text = f"{kind} {each.name} does not exist ({each.used_as})"
                yield f"{kind}NotFound", text, _near(view, each)
        elif each.key and each.key not in item.keys:
            near = get_close_matches(each.key, item.keys, 1, 0.5)
            has = ", ".join(item.keys[:10]) or "none"
            fix = f"the nearest key is {near[0]}" if near else f"its keys: {has}"
            yield (
                f"{kind}KeyMissing",
                f"{kind} {each.name} has no key {each.key} ({each.used_as})",
                fix,
            )


def _near(view: View, each: Reference) -> str:
    names = [item.name for item in view.all(each.kind, each.pod.namespace)]
    near = get_close_matches(each.name, names, 1, 0.6)
    return f"there is {near[0]}" if near else "create it before the deploy"


def _account(view: View, pod: k.Pod) -> Found:
    name, space = pod.spec.service_account_name, pod.namespace
    if name and name != "default" and view.absent(k.ServiceAccount, space, name):
        fix = shell("kubectl", "create", "serviceaccount", name, "-n", space)
        yield "ServiceAccountMissing", f"ServiceAccount {name} does not exist", fix


def _classes(view: View, pod: k.Pod) -> Found:
    priority = pod.spec.priority_class_name
    if (
        priority
        and not priority.startswith("system-")
        and view.absent(k.PriorityClass, "", priority)
    ):
        fix = "kubectl get priorityclasses"
        yield "PriorityClassMissing", f"PriorityClass {priority} does not exist", fix
    runtime = pod.spec.runtime_class_name
    if runtime and view.absent(k.RuntimeClass, "", runtime):
        fix = "kubectl get runtimeclasses"
        yield "SandboxRuntimeError", f"RuntimeClass {runtime} does not exist", fix


def _claims(around: Surroundings) -> Found:
    view, pod = around.view, around.pod
    named = [v.persistent_volume_claim for v in pod.spec.volumes if v.persistent_volume_claim]
    claims = list(around.template.claims)
    for source in named:
        claim = view.find(k.PersistentVolumeClaim, pod.namespace, source.claim_name)
        if claim is not None:
            claims.append(claim)
        elif view.absent(k.PersistentVolumeClaim, pod.namespace, source.claim_name):
            yield "PVCNotFound", f"claim {source.claim_name} does not exist", "create it"
    for claim in claims:
        name = claim.spec.storage_class_name
        if name and not claim.spec.volume_name and view.absent(k.StorageClass, "", name):
            text = f"claim {claim.name} asks for StorageClass {name}, which does not exist"
            yield "StorageClassMissing", text, "kubectl get storageclasses"


def _pull_secrets(around: Surroundings) -> Found:
    space = around.pod.namespace
    for name in around.pull_secrets:
        if around.view.absent(k.Secret, space, name):
            fix = shell("kubectl", "create", "secret", "docker-registry", name, "-n", space)
            yield "ImagePullSecretMissing", f"pull secret {name} does not exist", fix


def _nodes(around: Surroundings) -> Found:
    """Whether any node would take the pod while it is empty; a DaemonSet takes those that do."""
    if around.template.kind == "DaemonSet" or not around.template.count:
        return
    nodes = fits(around.view, around.pod)
    if not nodes or any(not node.obstacles for node in nodes):
        return
    best = nodes[0]
    reasons = ", ".join(predicate.value for predicate in best.obstacles)
    short = next((each for each in best.shortages), None)
    much = f" ({short.resource}: asked {short.asked:f}, it has {short.whole:f})" if short else ""
    text = f"none of {len(nodes)} nodes takes the pod; {best.node} comes nearest: {reasons}{much}"
    first = predicate_of(short.resource) if short else best.obstacles[0]
    yield _CODES.get(first, "InsufficientResource"), text, ""
