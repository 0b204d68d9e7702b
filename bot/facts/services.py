"""Services: which pods they select, which endpoints they have, which ports they lead to."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from bot.cluster import objects as k
from bot.facts.dependencies import needs
from bot.facts.probes import number_of, usual_port
from bot.report import Proof, Subject
from bot.view import View
from bot.words import shell


class Backends(NamedTuple):
    """What stands behind a Service. `known`: pods of the namespace or endpoints were seen."""

    pods: tuple[k.Pod, ...]
    ready: tuple[str, ...]
    not_ready: tuple[str, ...]
    known: bool


def concerned(view: View) -> tuple[k.Service, ...]:
    """The Services that the question is about: the target, or what an Ingress target leads to."""
    target = view.target_object
    if isinstance(target, k.Service):
        return (target,)
    if isinstance(target, k.Ingress):
        found = {name: view.find(k.Service, target.namespace, name) for name, _ in backends(target)}
        return tuple(service for _, service in sorted(found.items()) if service is not None)
    return ()


def backends(ingress: k.Ingress) -> Iterator[tuple[str, k.ServiceBackendPort]]:
    """Names and ports of the Services that an Ingress leads to."""
    all_of_them = [ingress.spec.default_backend] if ingress.spec.default_backend else []
    for rule in ingress.spec.rules:
        all_of_them += [path.backend for path in rule.http.paths] if rule.http else []
    for backend in all_of_them:
        if backend.to is not None:
            yield backend.to.name, backend.to.port


def behind(view: View, service: k.Service) -> Backends:
    """The pods and endpoints of a Service with a selector."""
    pods = tuple(
        pod
        for pod in view.all(k.Pod, service.namespace)
        if service.spec.selector
        and service.spec.selector.items() <= pod.metadata.labels.items()
        and pod.status.phase not in ("Succeeded", "Failed")
    )
    ready: dict[str, None] = {}
    waiting: dict[str, None] = {}
    endpoints = view.find(k.Endpoints, service.namespace, service.name)
    for subset in endpoints.subsets if endpoints else ():
        ready |= {_name(each.target_ref, each.ip): None for each in subset.addresses}
        waiting |= {_name(each.target_ref, each.ip): None for each in subset.not_ready_addresses}
    slices = [
        each
        for each in view.all(k.EndpointSlice, service.namespace)
        if each.metadata.labels.get("kubernetes.io/service-name") == service.name
    ]
    for each in (point for part in slices for point in part.endpoints):
        name = _name(each.target_ref, each.addresses[0] if each.addresses else "")
        (waiting if each.conditions.ready is False else ready)[name] = None
    known = endpoints is not None or bool(slices) or view.listed(k.Pod, service.namespace)
    return Backends(pods, tuple(ready), tuple(name for name in waiting if name not in ready), known)


def _name(reference: k.ObjectReference | None, address: str) -> str:
    return reference.name if reference and reference.name else address


def target_port(pod: k.Pod, port: k.ServicePort) -> tuple[int, bool]:
    """The number that a Service's port leads to on a pod, and whether the pod declares it.

    0: a port name that no container of the pod declares.
    """
    wanted = port.port if port.target_port is None else port.target_port
    own = [*pod.spec.containers, *pod.spec.init_containers]
    usual = {usual_port(container) for container in pod.spec.containers} - {0}
    numbers = [number_of(container, wanted) for container in own]
    number = next((each for each in numbers if each), 0)
    declared = {each.container_port for container in own for each in container.ports}
    alone = len(pod.spec.containers) == 1 and usual and number not in usual
    return number, number in declared or (not declared and number > 0 and not alone)


def service_works(view: View) -> Iterator[Proof]:
    """The proofs that a Service, or what an Ingress leads to, works; none when one does not."""
    target = view.target_object
    services = concerned(view)
    if isinstance(target, k.Ingress):
        names = {name for name, _ in backends(target)}
        if not names or len(services) < len(names):
            return
    proofs = [_works(view, service) for service in services]
    if proofs and all(proofs):
        yield from (proof for proof in proofs if proof)


def _works(view: View, service: k.Service) -> Proof | None:
    command = shell("kubectl", "get", "endpoints", service.name, "-n", service.namespace)
    if service.spec.type == "ExternalName":
        return Proof(f"it is a name for {service.spec.external_name}", command=command)
    found = behind(view, service)
    if not found.ready or found.not_ready:
        return None
    if service.spec.selector and not found.pods:
        return None  # whether the pods listen on its ports was not seen
    if not all(target_port(pod, port)[1] for pod in found.pods for port in service.spec.ports):
        return None
    return Proof(
        f"Service {service.name} has ready endpoints: {', '.join(found.ready[:3])}",
        command=command,
    )


def looked_at(view: View) -> Iterator[tuple[k.Service, Subject, Proof | None]]:
    """Services to look at: the target's own, and those that a failing container cannot reach."""
    for service in concerned(view):
        yield service, Subject("Service", service.name), None
    for need in needs(view):
        wanted = view.find(k.Service, need.namespace, need.service)
        if wanted is not None and need.finding.code == "DependencyUnreachable":
            yield wanted, Subject("Service", wanted.name, container=need.container.name), need.proof


def workloads_behind(view: View, service: k.Service) -> tuple[k.Workload, ...]:
    """The workloads that were seen and make pods with exactly the labels that a Service selects."""
    space, selector = service.namespace, service.spec.selector
    workloads: tuple[k.Workload, ...] = (
        *view.all(k.Deployment, space),
        *view.all(k.StatefulSet, space),
        *view.all(k.DaemonSet, space),
    )
    return tuple(
        item
        for item in workloads
        if selector and selector.items() <= item.spec.template.metadata.labels.items()
    )


def nearest(view: View, service: k.Service) -> k.Pod | None:
    """The pod that a selector may mean: most of its labels, or one that is named alike.

    None when a workload without pods has exactly these labels: then the pods are what is missing.
    """
    if workloads_behind(view, service):
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
