"""What kubelet and containerd say: container statuses, errors of pulls, a node's own object."""

from __future__ import annotations

from typing import Any

from bot.images import InvalidReferenceError, parse
from simulator.kubernetes.state import Manifest


def container_status(spec: Manifest, running: bool) -> dict[str, Any]:
    """Give what the kubelet says of a container that runs, or has never run."""
    return {
        "name": spec["name"],
        "image": spec["image"],
        "imageID": f"{spec['image'].partition(':')[0]}@sha256:{'0' * 64}" if running else "",
        "ready": running,
        "started": running,
        "restartCount": 0,
        "lastState": {},
    }


def pull_error(image: str, answer: bool | str) -> str:
    """Say what containerd says of an image that cannot be pulled; nothing of one that can."""
    if answer is True:
        return ""
    try:
        name = str(parse(image))
    except InvalidReferenceError:
        return f'failed to pull image "{image}": invalid reference format'
    why = answer or f"{name}: not found"
    code = "" if answer else "rpc error: code = NotFound desc = "
    return (
        f'{code}failed to pull and unpack image "{name}": '
        f'failed to resolve reference "{name}": {why}'
    )


def node_manifest(name: str, labels: dict[str, str], time: str) -> Manifest:
    """Give a node that is ready."""
    usual = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
    }
    room = {"cpu": "4", "memory": "8Gi", "pods": "110", "ephemeral-storage": "100Gi"}
    return {
        "kind": "Node",
        "metadata": {"name": name, "labels": {**usual, **labels}},
        "spec": {},
        "status": {
            "capacity": room,
            "allocatable": room,
            "nodeInfo": {
                "operatingSystem": "linux",
                "architecture": "amd64",
                "containerRuntimeVersion": "containerd://1.6.20",
                "kubeletVersion": "v1.35.4",
            },
            "conditions": [
                {
                    "type": "Ready",
                    "status": "True",
                    "reason": "KubeletReady",
                    "message": "kubelet is posting ready status",
                    "lastTransitionTime": time,
                    "lastHeartbeatTime": time,
                }
            ],
        },
    }
