"""Sandboxes that were not made: network, addresses, runtime, pause image."""

from __future__ import annotations

from collections.abc import Iterator

from bot.cause.tables import Coded
from bot.causes.image.codes import codes_of
from bot.cluster.readers import facts as f
from bot.facts.said import Said, of
from bot.report import Outcome, Ruling, Solution
from bot.view import View

_S = f.SandboxProblem
_CODES: dict[_S, tuple[str, ...]] = {
    _S.NETWORK: ("CNIFailure",),
    _S.NO_ADDRESS: ("IPExhausted",),
    _S.RUNTIME: ("SandboxRuntimeError",),
    _S.NAME_RESERVED: ("SandboxRuntimeError", "ContainerNameConflict"),
}
_SOLUTIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "CNIFailure": (
        "Repair the network plugin{plugin} on the node",
        "Its pod on the node must run, and reach what it needs (API server, its own daemon).",
        ("kubectl get pods -n kube-system -o wide", "ls /etc/cni/net.d"),
    ),
    "IPExhausted": (
        "Free addresses, or give the pods a larger range",
        "Addresses of pods that are gone may be held by the plugin's own records.",
        ("kubectl get nodes -o custom-columns=N:.metadata.name,CIDR:.spec.podCIDR",),
    ),
    "SandboxRuntimeError": (
        "Look into the runtime's own log on the node",
        "The sandbox failed before any container of the pod was started.",
        ("journalctl -u containerd", "crictl pods"),
    ),
    "SandboxImagePull": (
        "Let the node pull its sandbox (pause) image, or configure one that it can pull",
        "No pod starts on this node without it.",
        ("grep -r sandbox_image /etc/containerd/config.toml", "crictl images"),
    ),
}


def rule(view: View) -> Iterator[Coded]:
    """A ruling for each sandbox failure that is told."""
    for fact, item in of(view, f.SandboxFailed):
        codes = _CODES[fact.problem]
        plugin = f" ({fact.plugin})" if fact.plugin else ""
        cause = f": {fact.connection.fault}" if fact.connection else ""
        at = f" at {fact.connection.address}" if fact.connection and fact.connection.address else ""
        summary = f"the sandbox of the pod was not made, {fact.problem}{plugin}{cause}{at}"
        yield Coded(codes[0], _ruling(item, summary, codes, plugin))
    for pull, item in of(view, f.PullFailed):
        if pull.sandbox:
            codes = ("SandboxImagePull", *codes_of(pull, item.text))
            what = pull.connection.fault if pull.connection else pull.problem
            summary = f"the node could not pull its sandbox image {pull.image}: {what}"
            yield Coded(codes[0], _ruling(item, summary, codes[:1], ""))


def _ruling(item: Said, summary: str, codes: tuple[str, ...], plugin: str) -> Ruling:
    title, why, commands = _SOLUTIONS[codes[0]]
    return Ruling(
        outcome=Outcome.SUSPECTED if codes[1:] else Outcome.CONFIRMED,
        subject=item.subject,
        summary=summary,
        proof=(item.proof,),
        solutions=(
            Solution(
                title=title.format(plugin=plugin), why=why, recommended=True, commands=commands
            ),
        ),
        alternatives=codes[1:],
    )
