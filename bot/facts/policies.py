"""NetworkPolicies: which apply to a pod, and whether they let a client in or a connection out.

Rules: https://kubernetes.io/docs/concepts/services-networking/network-policies/ — a pod that no
policy selects accepts everything; one that is selected accepts only what some policy allows.
"""

from __future__ import annotations

from bot.cluster import objects as k
from bot.cluster.selectors import matches
from bot.view import View


def blocking(view: View, client: k.Pod, server: k.Pod, port: int) -> k.NetworkPolicy | None:
    """A policy that keeps the client from the server's port; None when all who apply allow it."""
    into = [p for p in _selecting(view, server) if _about(p, "Ingress")]
    if into and not any(
        _allows(view, rule.from_, rule.ports, client, server, port)
        for policy in into
        for rule in policy.spec.ingress
    ):
        return into[0]
    out = [p for p in _selecting(view, client) if _about(p, "Egress")]
    if out and not any(
        _allows(view, rule.to, rule.ports, server, client, port)
        for policy in out
        for rule in policy.spec.egress
    ):
        return out[0]
    return None


def without_names(view: View, client: k.Pod) -> k.NetworkPolicy | None:
    """A policy because of which the pod cannot ask any name server (port 53); None without one."""
    out = [p for p in _selecting(view, client) if _about(p, "Egress")]
    asks = any(
        not rule.ports or any(_covers(port, 53) for port in rule.ports)
        for policy in out
        for rule in policy.spec.egress
    )
    return out[0] if out and not asks else None


def _selecting(view: View, pod: k.Pod) -> list[k.NetworkPolicy]:
    return [
        policy
        for policy in view.all(k.NetworkPolicy, pod.namespace)
        if matches(policy.spec.pod_selector, pod.metadata.labels)
    ]


def _about(policy: k.NetworkPolicy, direction: str) -> bool:
    types = policy.spec.policy_types or (
        ("Ingress", "Egress") if policy.spec.egress else ("Ingress",)
    )
    return direction in types


def _allows(
    view: View,
    peers: tuple[k.NetworkPolicyPeer, ...],
    ports: tuple[k.NetworkPolicyPort, ...],
    other: k.Pod,
    own: k.Pod,
    port: int,
) -> bool:
    if ports and port and not any(_covers(each, port) for each in ports):
        return False
    return not peers or any(_admits(view, peer, other, own) for peer in peers)


def _covers(each: k.NetworkPolicyPort, port: int) -> bool:
    if each.port is None or isinstance(each.port, str):
        return True  # a name may be any number: said in favour of the policy
    return each.port <= port <= (each.end_port or each.port)


def _admits(view: View, peer: k.NetworkPolicyPeer, other: k.Pod, own: k.Pod) -> bool:
    if peer.ip_block is not None:
        return True  # whether an address lies in it depends on the network plugin
    if peer.namespace_selector is None:
        if other.namespace != own.namespace:
            return False
    else:
        namespace = view.find(k.Namespace, "", other.namespace)
        if namespace is None:
            return True  # its labels are not known: said in favour of the policy
        labels = namespace.metadata.labels | {"kubernetes.io/metadata.name": other.namespace}
        if not matches(peer.namespace_selector, labels):
            return False
    return peer.pod_selector is None or matches(peer.pod_selector, other.metadata.labels)
