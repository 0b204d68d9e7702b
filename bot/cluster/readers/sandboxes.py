"""Sandboxes that were not made: the runtime's part, the network plugin's part, the pause image.

Sources: kubernetes `pkg/kubelet/kuberuntime/kuberuntime_sandbox.go`, containerd
`internal/cri/server/sandbox_run.go`, dockershim, CRI-O `server/sandbox_run_linux.go`, and the
network plugins (calico, cilium, flannel, amazon-vpc-cni-k8s, azure-container-networking, weave,
multus, ovn-kubernetes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from bot.cluster.readers.facts import Fact, NetworkFault, PullProblem, SandboxFailed, SandboxProblem
from bot.cluster.readers.message import Message, around, phrase
from bot.cluster.readers.network import read_connection
from bot.cluster.readers.pulls import read_attempt

_SANDBOX = phrase(
    r"\bpod ?sandbox\b",
    r"sandbox container",
    r"create a sandbox",
    r"sandbox for pod",
    r"createpodsandbox",
    r"networkplugin cni",
    r"pod network sandbox",
    r"cni plugin (?:not initialized|returns error)",
    r"network plugin is not ready",
    r"networknotready",
    r"runpodsandbox",
    r"killpodsandbox",
    r"sandbox image",
    r"teardown pod .{0,200}network|tear down .{0,80}network",
    r"get sandbox image",
    r"sandboxchanged",
    r"set ?up network for",
    r"plugin type=",
    r"netplugin failed",
)
_REASONS = (
    "FailedCreatePodSandBox",
    "FailedCreatePodSandbox",
    "FailedPodSandBoxStatus",
    "FailedKillPod",
    "NetworkNotReady",
    "FailedPodSandboxStatus",
    "CreatePodSandboxError",
)
_PULL = phrase(
    r"pull(?:ing)? (?:sandbox |the )?image",
    r"get sandbox image",
    r"pull and unpack",
    r"pull access denied",
    # containers/image, by which CRI-O pulls.
    r"initializing source docker://",
    r"pinging (?:docker |container )?registry",
    r"reading manifest \S{1,130} in",
)
_NO_ADDRESS = phrase(
    r"failed to assign an ip address",
    r"no (?:free |more )?(?:available )?ips?(?: addresses)?(?: are)? ?(?:left|available|in"
    r"|remaining|allocat)",
    r"no ip addresses (?:available|left|free|in)",
    r"(?:range|pool|ipam|subnet|cidr|block|address(?:es)?) (?:is |are |has been )?(?:full"
    r"|exhausted|used up)",
    r"out of (?:ip|address)",
    r"insufficientfreeaddresses",
    r"no (?:addresses|address) (?:available|left)",
    r"failed to allocate (?:for range|ip).{0,200}(?:no|all|exhaust)",
    r"no available ip",
    r"all ip addresses .{0,80}(?:used|allocated)",
    r"no more (?:ip|addresses|allocat)",
    r"not enough (?:ip|free addresses)",
    r"ip ?(?:address)? ?(?:pool )?exhaust",
    r"no configured calico pools.{0,80}full",
    r"failed to request .{0,40}ip.{0,200}(?:no|exhaust)",
    r"ran out of ip",
    r"no free (?:ip|address)",
    r"no available (?:ip|address)",
    r"no more free affine blocks",
)
_NAME = phrase(
    r"is reserved for",
    r"name is reserved",
    r"is already in use by container",
    r"container name .{0,300} already in use",
)
_NETWORK = phrase(
    r"networkplugin cni",
    r"\bcni\b",
    r"setup network",
    r"set ?up (?:pod |sandbox )?.{0,300}network",
    r"network for pod",
    r"pod network sandbox",
    r"network ?not ?ready",
    r"network plugin",
    r"calico|cilium|flannel|multus|weave|ovn|kube-router|antrea",
    r"add cmd",
    r"adding (?:container|pod) .{0,200}network",
    r"network namespace",
    r"\bipam\b",
    r"loopback",
    r"networksetuperror|configure network",
    r"delegateadd",
    r"hns failed|hnscall|hcncreate",
)
_PLUGIN = re.compile(
    r"plugin type=\"([\w.-]{1,63})\"|\b(calico|cilium|flannel|aws-cni|azure-vnet|weave|multus"
    r"|ovn-kubernetes|ovn-k8s"
    r"|kube-router|antrea|kindnet|kube-ovn|canal|bridge|ptp|macvlan|ipvlan|istio-cni|sriov)\b",
    re.IGNORECASE,
)
_ABOUT_NETWORK = phrase(
    r"projectcalico",
    r"network for pod",
    r"calico/node",
    r"/var/run/(?:cilium|calico|flannel)",
    r"/run/flannel",
)


def speaks_of_a_sandbox(message: Message) -> bool:
    """Whether the text is about the sandbox of a pod."""
    return message.seen(*_REASONS) or bool(_SANDBOX.search(message.text))


def read_sandbox(message: Message) -> Iterator[Fact]:
    """What kept the sandbox from being made."""
    if not speaks_of_a_sandbox(message):
        return
    text = message.text
    if _PULL.search(text):
        pulled = read_attempt(text, message.image)
        if pulled and pulled.problem is not PullProblem.BACK_OFF:
            yield msgspec.structs.replace(pulled, sandbox=True)
            return
    problem = _problem(text)
    connection = read_connection(text) if problem is SandboxProblem.NETWORK else None
    if connection and connection.fault is NetworkFault.RESET and "init-p" in text:
        connection = None
    found = _NO_ADDRESS.search(text) or _NAME.search(text)
    yield SandboxFailed(
        problem=problem,
        plugin=_plugin(text),
        connection=connection,
        words=around(text, found) if found else text[:400],
    )


def _problem(text: str) -> SandboxProblem:
    if _NO_ADDRESS.search(text):
        return SandboxProblem.NO_ADDRESS
    if _NAME.search(text):
        return SandboxProblem.NAME_RESERVED
    inner = re.sub(r"for pod \"[^\"]{0,300}\"", "for pod", text)
    if _NETWORK.search(inner) or _ABOUT_NETWORK.search(inner):
        return SandboxProblem.NETWORK
    return SandboxProblem.RUNTIME


def _plugin(text: str) -> str:
    found = _PLUGIN.search(text)
    return next((item.lower() for item in found.groups() if item), "") if found else ""
