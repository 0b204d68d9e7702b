"""A Service or NetworkPolicy selects no pod.

Seen as:       connection refused or timeouts, empty endpoints
Confirmed if:  the pods of the namespace were listed, or its endpoints are empty, and none matches
Ruled out if:  a pod matches
By hand:       kubectl get endpoints SERVICE; kubectl get pods --show-labels
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from bot import kubectl
from bot.cause import Cause
from bot.cluster import objects as k
from bot.cluster.selectors import matches
from bot.dependencies import needs
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution, Subject
from bot.services import behind, concerned
from bot.view import View

_HASHES = ("pod-template-hash", "controller-revision-hash")


def services(view: View) -> Iterator[tuple[k.Service, Subject, Proof | None]]:
    """Services to look at: the target's own, and those that a failing container cannot reach."""
    for service in concerned(view):
        yield service, Subject("Service", service.name), None
    for need in needs(view):
        wanted = view.find(k.Service, need.namespace, need.service)
        if wanted is not None and need.finding.code == "DependencyUnreachable":
            yield wanted, Subject("Service", wanted.name, container=need.container.name), need.proof


def selector_mismatch(view: View) -> Iterator[Ruling]:
    """Rule on Services whose selector no pod has, while other pods are nearly it."""
    for service, subject, client in services(view):
        found = behind(view, service)
        nothing = found.known and not found.pods and not found.ready and not found.not_ready
        if not service.spec.selector or not nothing:
            continue
        near = nearest(view, service)
        if near is not None:
            yield _mismatch(service, subject, near, client)


def nearest(view: View, service: k.Service) -> k.Pod | None:
    """The pod that a selector may mean: most of its labels, or one that is named alike.

    None when a workload without pods has exactly these labels: then the pods are what is missing.
    """
    selector = service.spec.selector
    workloads: list[k.Workload] = [
        *view.all(k.Deployment, service.namespace),
        *view.all(k.StatefulSet, service.namespace),
        *view.all(k.DaemonSet, service.namespace),
    ]
    if any(selector.items() <= w.spec.template.metadata.labels.items() for w in workloads):
        return None
    ranked = [
        (_likeness(service, pod), pod.name, pod)
        for pod in view.all(k.Pod, service.namespace)
        if pod.status.phase not in ("Succeeded", "Failed")
    ]
    best = max(ranked, key=lambda entry: (entry[0], entry[1]), default=None)
    return best[2] if best and best[0] > 0 else None


def _likeness(service: k.Service, pod: k.Pod) -> float:
    labels = pod.metadata.labels
    pairs = service.spec.selector.items()
    same = sum(labels.get(key) == value for key, value in pairs)
    keys = sum(key in labels for key, _ in pairs)
    values = sum(value in labels.values() for _, value in pairs)
    alike = SequenceMatcher(None, service.name[:63], pod.name[:63]).ratio()
    return same * 4 + keys + values + (alike if alike > 0.5 else 0.0)


def _mismatch(service: k.Service, subject: Subject, pod: k.Pod, client: Proof | None) -> Ruling:
    own = {key: value for key, value in pod.metadata.labels.items() if key not in _HASHES}
    selector = service.spec.selector
    wrong = [f"{key}={value}" for key, value in selector.items() if own.get(key) != value]
    has = [f"{key}={own[key]}" if key in own else f"no label {key}" for key in selector]
    labels = ", ".join(f"{key}={value}" for key, value in sorted(own.items())) or "none"
    asked = ",".join(f"{key}={value}" for key, value in selector.items())
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=subject,
        summary=f"Service {service.name} selects {', '.join(wrong)}, which no pod has; the nearest,"
        f" {pod.name}, has {', '.join(has)}",
        proof=(
            Proof(f"selector {asked}: no endpoints", command=kubectl.describe(service)),
            Proof(
                f"labels of {pod.name}: {labels}",
                command=f"kubectl get pods -n {service.namespace} --show-labels",
            ),
            *((client,) if client else ()),
        ),
        solutions=(
            Solution(
                title="Let the Service select labels that the pods have",
                why="A Service sends traffic only to pods that have all labels of its selector.",
                recommended=True,
                commands=(kubectl.command("edit", "Service", service.name, service.namespace),),
            ),
        ),
    )


def no_endpoints(view: View) -> Iterator[Ruling]:
    """Rule on Services behind which nothing is ready."""
    for service, subject, client in services(view):
        found = behind(view, service)
        if not service.spec.selector or not found.known or found.ready:
            continue
        if not found.pods and not found.not_ready and nearest(view, service) is not None:
            continue
        if any(pod.status.phase == "Running" for pod in found.pods) and not found.not_ready:
            continue
        behind_it = ", ".join(found.not_ready or [pod.name for pod in found.pods])
        why = f"none of its pods is ready: {behind_it}" if behind_it else "no pod has its labels"
        yield Ruling(
            outcome=Outcome.CONFIRMED,
            subject=subject,
            summary=f"Service {service.name} has no endpoints: {why}",
            proof=(
                Proof(
                    "no ready address",
                    command=f"kubectl get endpoints {service.name} -n {service.namespace}",
                ),
                *((client,) if client else ()),
            ),
            solutions=(
                Solution(
                    title="Start the pods behind the Service, or mend them",
                    why="A Service without ready pods refuses every connection.",
                    commands=(f"kubectl get pods -n {service.namespace} --show-labels",),
                ),
            ),
        )


def endpoint_not_ready(view: View) -> Iterator[Ruling]:
    """Rule on Services of which some backends are ready and some are not."""
    for service, subject, _ in services(view):
        found = behind(view, service)
        if found.ready and found.not_ready:
            yield Ruling(
                outcome=Outcome.CONFIRMED,
                subject=subject,
                summary=f"Service {service.name}: {', '.join(found.not_ready)} not ready,"
                f" {', '.join(found.ready)} ready",
                proof=(
                    Proof(
                        f"notReadyAddresses: {', '.join(found.not_ready)}",
                        command=kubectl.command(
                            "get", "endpoints", service.name, service.namespace
                        ),
                    ),
                ),
                next_steps=tuple(
                    kubectl.command("describe", "pod", name, service.namespace)
                    for name in found.not_ready[:3]
                ),
            )


def policy_selects_nothing(view: View) -> Iterator[Ruling]:
    """Rule on a NetworkPolicy target that applies to no pod."""
    policy = view.target_object
    if not isinstance(policy, k.NetworkPolicy) or not view.listed(k.Pod, policy.namespace):
        return
    selector = policy.spec.pod_selector
    if not any(matches(selector, p.metadata.labels) for p in view.all(k.Pod, policy.namespace)):
        labels = ", ".join(f"{key}={value}" for key, value in selector.match_labels.items())
        yield Ruling(
            outcome=Outcome.CONFIRMED,
            subject=Subject("NetworkPolicy", policy.name),
            summary=f"NetworkPolicy {policy.name} selects {labels or 'pods'}, and no pod has that",
            proof=(Proof("no pod matches its podSelector", command=kubectl.describe(policy)),),
            solutions=(
                Solution(
                    title="Correct spec.podSelector",
                    why="A policy that selects no pod protects nothing.",
                    commands=(kubectl.command("edit", policy.kind, policy.name, policy.namespace),),
                ),
            ),
        )


CAUSES = (
    Cause(
        code="ServiceSelectorMismatch",
        title="the Service selects labels that no pod has",
        layer=Layer.CLUSTER,
        rank=Rank.ORIGIN,
        doc=__doc__,
        check=selector_mismatch,
    ),
    Cause(
        code="ServiceNoEndpoints",
        title="nothing behind the Service is ready",
        layer=Layer.CLUSTER,
        rank=Rank.SYMPTOM,
        doc=__doc__,
        check=no_endpoints,
    ),
    Cause(
        code="ServiceEndpointNotReady",
        title="some pods behind the Service are not ready",
        layer=Layer.CLUSTER,
        rank=Rank.ROLLUP,
        doc=__doc__,
        check=endpoint_not_ready,
    ),
    Cause(
        code="NetworkPolicySelectsNothing",
        title="the NetworkPolicy applies to no pod",
        layer=Layer.CLUSTER,
        doc=__doc__,
        check=policy_selects_nothing,
    ),
)
