"""What the API server answers in words: statuses, groups, and which objects a request selects."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.cluster import selection
from bot.cluster.kinds import Kind
from bot.cluster.selectors import matches
from simulator.kubernetes.state import Manifest

_REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    410: "Expired",
}


class Wanted:
    """The selectors of a request."""

    def __init__(self, request: web.Request) -> None:
        parsed = selection.parse(
            request.query.get("labelSelector", ""), request.query.get("fieldSelector", "")
        )
        self._labels, self._fields = parsed.labels, parsed.fields

    def selects(self, item: Manifest) -> bool:
        """Whether an object fulfils both."""
        labels = item["metadata"].get("labels") or {}
        return matches(self._labels, labels) and all(
            (_at(item, path) == value) is equal for path, equal, value in self._fields
        )


def _at(item: Manifest, path: str) -> str:
    value: Any = item
    for step in path.split("."):
        value = value.get(step, "") if isinstance(value, dict) else ""
    return str(value)


def api_of(request: web.Request) -> str:
    """Give the group and version that a request names."""
    group, version = request.match_info.get("group", ""), request.match_info["version"]
    return f"{group}/{version}" if group else version


def place_of(request: web.Request, kind: Kind) -> tuple[str, str]:
    """Give the namespace and name that a request names."""
    namespace = "" if kind.cluster_scoped else request.match_info.get("namespace", "")
    return namespace, request.match_info["name"]


def group_of(name: str, versions: set[str]) -> dict[str, Any]:
    """Describe a group."""
    entries = [{"groupVersion": f"{name}/{v}", "version": v} for v in sorted(versions)]
    return {
        "kind": "APIGroup",
        "apiVersion": "v1",
        "name": name,
        "versions": entries,
        "preferredVersion": entries[0],
    }


def bare(item: Manifest) -> Manifest:
    """Leave out what the API leaves out of the items of a list."""
    return {key: value for key, value in item.items() if key not in ("kind", "apiVersion")}


def why_no_log(pod: Manifest, container: str, *, previous: bool) -> str:
    """Say why there is no log, in the kubelet's words."""
    name = pod["metadata"]["name"]
    if previous:
        return f'previous terminated container "{container}" in pod "{name}" not found'
    for status in pod.get("status", {}).get("containerStatuses", []):
        waiting = status.get("state", {}).get("waiting")
        if status["name"] == container and waiting:
            return (
                f'container "{container}" in pod "{name}" is waiting to start: '
                f"{waiting.get('reason', '')}"
            )
    return f"container {container} is not valid for pod {name}"


def status_of(code: int, message: str) -> dict[str, Any]:
    """Make the Status object of a refusal."""
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "message": message,
        "reason": _REASONS.get(code, "InternalError"),
        "code": code,
    }


def refuse(code: int, message: str) -> web.Response:
    """Refuse a request."""
    return web.json_response(status_of(code, message), status=code)


def unknown() -> web.Response:
    """Say that there is no such path, as for a kind that is not installed."""
    return refuse(404, "the server could not find the requested resource")


def missing(request: web.Request, kind: Kind) -> web.Response:
    """Say that there is no such object."""
    return refuse(404, f'{kind.resource} "{request.match_info["name"]}" not found')
