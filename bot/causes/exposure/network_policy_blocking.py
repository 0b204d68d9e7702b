"""A NetworkPolicy keeps the program from a server that it needs.

Seen as:       timeouts in the log while server and client are Running
Confirmed if:  the log says that a Service of the cluster cannot be reached, a ready pod is behind
               it, and a policy that applies does not allow this client
Ruled out if:  every policy that applies allows it
By hand:       kubectl describe networkpolicy NAME
"""

from __future__ import annotations

from collections.abc import Iterator

from bot import kubectl
from bot.cause import Cause
from bot.cluster import objects as k
from bot.facts.dependencies import Need, needs
from bot.facts.policies import blocking, without_names
from bot.facts.services import behind, target_port
from bot.report import Layer, Outcome, Proof, Rank, Ruling, Solution, Subject
from bot.view import View


def check(view: View) -> Iterator[Ruling]:
    """Rule on what logs call out of reach, where a policy explains it."""
    for need in needs(view):
        if need.finding.code == "NameResolutionFailed":
            yield from _names(view, need)
        service = view.find(k.Service, need.namespace, need.service)
        if service is None or need.finding.code != "DependencyUnreachable":
            continue
        for server in behind(view, service).pods[:1]:
            ports = [target_port(server, port)[0] for port in service.spec.ports]
            policy = blocking(view, need.container.pod, server, ports[0] if ports else 0)
            if policy is not None:
                yield _ruling(need, service, server, policy)


def _names(view: View, need: Need) -> Iterator[Ruling]:
    """A policy that lets no question to a name server out breaks every name."""
    policy = without_names(view, need.container.pod)
    if policy is not None:
        yield Ruling(
            outcome=Outcome.CONFIRMED,
            subject=Subject("NetworkPolicy", policy.name, container=need.container.name),
            summary=f"NetworkPolicy {policy.name} lets {need.container.pod.name} ask no name server"
            f" (port 53), so {need.finding.host or 'no name'} does not resolve",
            proof=(
                need.proof,
                Proof("no egress rule allows port 53", command=kubectl.describe(policy)),
            ),
            solutions=(
                Solution(
                    title=f"Allow port 53 (UDP and TCP) in the egress of {policy.name}",
                    why="A pod that an egress policy selects may only make the connections that"
                    " some policy allows.",
                    commands=(kubectl.command("edit", policy.kind, policy.name, policy.namespace),),
                ),
            ),
        )


def _ruling(need: Need, service: k.Service, server: k.Pod, policy: k.NetworkPolicy) -> Ruling:
    client = need.container.pod
    labels = ", ".join(f"{key}={value}" for key, value in sorted(client.metadata.labels.items()))
    allowed = [
        ", ".join(f"{key}={value}" for key, value in peer.pod_selector.match_labels.items())
        for rule in policy.spec.ingress
        for peer in rule.from_
        if peer.pod_selector
    ]
    who = "; it allows " + " or ".join(allowed) if allowed else ""
    return Ruling(
        outcome=Outcome.CONFIRMED,
        subject=Subject("NetworkPolicy", policy.name, container=need.container.name),
        summary=f"NetworkPolicy {policy.name} does not let {client.name} talk to Service"
        f" {service.name} ({server.name}){who}",
        proof=(
            need.proof,
            Proof(
                f"{policy.name} selects {server.name}{who}; {client.name} has {labels}",
                command=kubectl.describe(policy),
            ),
        ),
        solutions=(
            Solution(
                title=f"Allow the client in NetworkPolicy {policy.name}, or give it the labels",
                why="A pod that a policy selects accepts only what some policy allows.",
                commands=(kubectl.command("edit", policy.kind, policy.name, policy.namespace),),
            ),
        ),
    )


CAUSE = Cause(
    code="NetworkPolicyBlocking",
    title="a NetworkPolicy forbids a connection that the program needs",
    layer=Layer.CLUSTER,
    rank=Rank.ORIGIN,
    doc=__doc__,
    check=check,
)
