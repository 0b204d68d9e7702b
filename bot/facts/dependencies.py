"""What containers say that they cannot reach, and which Service of the cluster that is.

Names are those of https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/:
`service`, `service.namespace`, `service.namespace.svc`, with the cluster's domain behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot import kubectl
from bot.cluster import objects as k
from bot.facts.container_logs import findings_in
from bot.logs import LogFinding
from bot.report import Proof
from bot.view import ContainerView, View

_UNREACHED = ("NameResolutionFailed", "DependencyUnreachable")


class Need(NamedTuple):
    """A host that a container's log says it cannot resolve or reach."""

    container: ContainerView
    finding: LogFinding
    namespace: str
    """Of the Service that the host would be; empty for a name outside the cluster."""
    service: str
    proof: Proof

    @property
    def holds(self) -> bool:
        """Whether the container cannot do its work for it: it ended, waits, or is not ready."""
        return not self.container.works


def needs(view: View) -> tuple[Need, ...]:
    """Every host that the logs of the target's containers name as out of reach, each once."""
    return view.remember("needs", lambda: tuple(_needs(view)))


def _needs(view: View) -> Iterator[Need]:
    seen: set[tuple[str, str, str, int]] = set()
    for container in view.containers:
        if container.done:
            continue
        for previous in (False, True):
            for finding in findings_in(view, container, previous=previous):
                key = (container.name, finding.code, finding.host, finding.port)
                if finding.code not in _UNREACHED or key in seen:
                    continue
                seen.add(key)
                namespace, service = _service_of(view, container.pod, finding.host)
                command = kubectl.logs(container, previous=previous)
                proof = Proof("log: " + "\n".join(finding.lines), command=command)
                yield Need(container, finding, namespace, service, proof)


def _service_of(view: View, pod: k.Pod, host: str) -> tuple[str, str]:
    labels = host.rstrip(".").split(".")
    if not host:
        return "", ""
    if host.replace(".", "").isdigit():
        found = next((s for s in view.all(k.Service) if s.spec.cluster_ip == host), None)
        return (found.namespace, found.name) if found else ("", "")
    if len(labels) == 1 and host != "localhost":
        return pod.namespace, host
    if len(labels) > 2 and labels[2] == "svc":
        return labels[1], labels[0]
    if len(labels) > 3 and labels[3] == "svc":  # a pod of a StatefulSet
        return labels[2], labels[1]
    if len(labels) == 2 and view.find(k.Service, labels[1], labels[0]):
        return labels[1], labels[0]
    return "", ""
