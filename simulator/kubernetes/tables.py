"""Lists as tables: the columns that kubectl prints, as the API server makes them.

https://github.com/kubernetes/kubernetes/blob/master/pkg/printers/internalversion/printers.go
"""

from __future__ import annotations

from typing import Any

from simulator.kubernetes.state import Manifest

COLUMNS = {
    "Pod": ("Name", "Ready", "Status", "Restarts", "Age"),
    "Deployment": ("Name", "Ready", "Up-to-date", "Available", "Age"),
    "StatefulSet": ("Name", "Ready", "Age"),
    "DaemonSet": ("Name", "Desired", "Current", "Ready"),
    "Job": ("Name", "Status", "Completions"),
    "Node": ("Name", "Status", "Roles", "Age", "Version"),
}


def table(kind: str, items: list[Manifest]) -> dict[str, Any]:
    """The table of a kind's objects, without the objects."""
    columns = COLUMNS.get(kind, ("Name",))
    return {
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "columnDefinitions": [
            {"name": name, "type": "string", "format": "", "description": "", "priority": 0}
            for name in columns
        ],
        "rows": [{"cells": [_cell(column, item) for column in columns]} for item in items],
    }


def _cell(column: str, item: Manifest) -> Any:
    status = item.get("status", {})
    match column:
        case "Name":
            return item["metadata"]["name"]
        case "Ready" if item["kind"] == "Pod":
            states = status.get("containerStatuses", [])
            return f"{sum(s.get('ready', False) for s in states)}/{len(item['spec']['containers'])}"
        case "Ready" if item["kind"] == "DaemonSet":
            return status.get("numberReady", 0)
        case "Ready":
            return f"{status.get('readyReplicas', 0)}/{item['spec'].get('replicas', 1)}"
        case "Desired":
            return status.get("desiredNumberScheduled", 0)
        case "Status" if item["kind"] == "Job":
            failed = any(c["type"] == "Failed" for c in status.get("conditions", []))
            return "Failed" if failed else "Running"
        case "Status" if item["kind"] == "Node":
            return _node_status(item)
        case "Status":
            return _pod_status(status)
        case _:
            return "0"


def _node_status(node: Manifest) -> str:
    ready = any(
        c["type"] == "Ready" and c["status"] == "True" for c in node["status"].get("conditions", [])
    )
    held = ",SchedulingDisabled" if node.get("spec", {}).get("unschedulable") else ""
    return ("Ready" if ready else "NotReady") + held


def _pod_status(status: Manifest) -> str:
    for container in status.get("containerStatuses", []):
        waiting = container.get("state", {}).get("waiting")
        if waiting and waiting.get("reason"):
            return str(waiting["reason"])
    return str(status.get("reason") or status.get("phase", "Unknown"))
