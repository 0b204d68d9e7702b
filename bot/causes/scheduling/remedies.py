"""What lets a pod find a node, for each predicate."""

from __future__ import annotations

from bot import kubectl
from bot.causes.scheduling.choose import Choice
from bot.cluster import objects as k
from bot.cluster.readers.facts import Predicate
from bot.report import Solution
from bot.view import View
from bot.words import command

_P = Predicate
SAID: dict[Predicate, str] = {
    _P.CPU: "insufficient cpu",
    _P.MEMORY: "insufficient memory",
    _P.RESOURCE: "insufficient {}",
    _P.SELECTOR: "another node than the nodeSelector asks for",
    _P.AFFINITY: "another node than the node affinity asks for",
    _P.SELECTOR_OR_AFFINITY: "no match with the pod's node affinity or nodeSelector",
    _P.TAINT: "taint {} that the pod does not tolerate",
    _P.CORDONED: "cordoned",
    _P.NOT_READY: "not ready",
    _P.DISK_PRESSURE: "low on disk",
    _P.MEMORY_PRESSURE: "low on memory",
    _P.POD_AFFINITY: "no pod that the pod affinity asks for",
    _P.POD_ANTI_AFFINITY: "a pod that the pod anti-affinity excludes",
    _P.ANY_POD_AFFINITY: "pods that the pod affinity or anti-affinity excludes",
    _P.TOPOLOGY_SPREAD: "too uneven a topology spread",
    _P.HOST_PORT: "host port taken",
    _P.VOLUME_NODE_AFFINITY: "not where the pod's volume is",
    _P.VOLUME_UNBOUND: "the pod's claim {} is unbound",
    _P.VOLUME_IN_USE: "the pod's volume is in use elsewhere",
    _P.VOLUME_LOST: "the volume of claim {} does not exist",
    _P.CLAIM_MISSING: "claim {} not found",
    _P.RESOURCE_CLAIM: "resource claim {} not allocated",
    _P.QUOTA: "the scheduler's own quota is used up",
}
_SOLUTIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "InsufficientCPU": (
        "Lower the CPU request to what a node has free, or add a node",
        "The scheduler counts requests, not use.",
        ("kubectl describe nodes | grep -A8 'Allocated resources'",),
    ),
    "InsufficientMemory": (
        "Lower the memory request to what a node has free, or add a node",
        "The scheduler counts requests, not use.",
        ("kubectl describe nodes | grep -A8 'Allocated resources'",),
    ),
    "InsufficientResource": (
        "Give a node {detail}, or ask for less",
        "The pod waits until a node has what it asks for; device plugins announce devices.",
        ("kubectl get nodes -o custom-columns=NAME:.metadata.name,HAS:.status.allocatable",),
    ),
    "NodeSelectorMismatch": (
        "Give a node the labels of the pod's nodeSelector, or correct the selector",
        "Every label of the selector must be on the node.",
        ("kubectl get nodes --show-labels",),
    ),
    "NodeAffinityMismatch": (
        "Give a node labels that the pod's node affinity matches, or correct the affinity",
        "One term of the required affinity must match as a whole.",
        ("kubectl get nodes --show-labels",),
    ),
    "TaintNotTolerated": (
        "Add a toleration for {detail} to the pod, or take the taint off a node",
        "A taint keeps away every pod that does not tolerate it.",
        ("kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints",),
    ),
    "NodeCordoned": (
        "Uncordon the node when its maintenance is over",
        "A cordoned node takes no new pod.",
        ("kubectl uncordon {node}",),
    ),
    "PodAffinity": (
        "Start the pods that this one wants to be near, or correct the labels of the rule",
        "The rule needs a node of the same topology domain as a matching pod.",
        ("kubectl get pods -A -o wide --show-labels",),
    ),
    "PodAntiAffinity": (
        "Add a node without a matching pod, or make the rule preferred instead of required",
        "Each node that the rule excludes runs a pod with matching labels.",
        ("kubectl get pods -A -o wide --show-labels",),
    ),
    "TopologySpread": (
        "Add a node in the domain with the fewest pods, or set whenUnsatisfiable: ScheduleAnyway",
        "One more pod elsewhere would exceed maxSkew.",
        ("kubectl get nodes -L topology.kubernetes.io/zone",),
    ),
    "HostPortConflict": (
        "Use another host port, or none and a Service instead",
        "A host port can be held once on each node.",
        ("kubectl get pods -A -o wide",),
    ),
    "VolumeNodeAffinity": (
        "Let the pod run where its volume is, or make the volume where the pod may run",
        "A zonal or local volume can be used on the nodes of its own place only.",
        ("kubectl get pv -o custom-columns=NAME:.metadata.name,AT:.spec.nodeAffinity",),
    ),
    "PVCNotFound": (
        "Create claim {detail}, or correct the claimName of the pod",
        "The pod waits until the claim exists.",
        ("kubectl get pvc -n {namespace}",),
    ),
    "VolumeUnbound": (
        "Let the claim bind: see why no volume is made for it",
        "The pod is scheduled as soon as its claims are bound.",
        ("kubectl describe pvc -n {namespace}", "kubectl get storageclass,pv"),
    ),
}


# What may also be mended by a change of the pod itself.
_IN_THE_POD = (
    "InsufficientCPU",
    "InsufficientMemory",
    "InsufficientResource",
    "NodeSelectorMismatch",
    "NodeAffinityMismatch",
    "TaintNotTolerated",
    "PodAffinity",
    "PodAntiAffinity",
    "TopologySpread",
    "HostPortConflict",
    "PVCNotFound",
)


def solution(view: View, pod: k.Pod | None, choice: Choice) -> tuple[Solution, ...]:
    """The least change for this choice; empty where only a person can know."""
    found = _SOLUTIONS.get(choice.code)
    if found is None:
        return ()
    short = [shortage.resource for shortage in choice.fit.shortages] if choice.fit else []
    lacking = len(short) > 1 and choice.row.detail in short
    names = {
        "detail": " and ".join(short) if lacking else choice.row.detail or "what is asked for",
        "node": choice.fit.node if choice.fit else "NODE",
        "namespace": pod.namespace if pod else "NAMESPACE",
    }
    title, why, commands = found
    edit = (kubectl.edit(view, pod),) if pod and choice.code in _IN_THE_POD else ()
    return (
        Solution(
            title=title.format(**names),
            why=why,
            recommended=True,
            commands=edit
            + tuple(command(each, **names) if "{n" in each else each for each in commands),
        ),
    )
