"""What the simulated cluster has: objects as the API knows them, and every change that was made."""

from __future__ import annotations

import asyncio
import copy
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.cluster.kinds import KINDS, Kind, is_known, kind_of
from simulator.faults import Faults

Manifest = dict[str, Any]
Key = tuple[str, str, str]
TOKEN = "demo-token"  # noqa: S105 - the simulator's own, worth nothing anywhere else


class Change(msgspec.Struct, frozen=True):
    """A change: ADDED, MODIFIED or DELETED, and the object after it."""

    version: int
    type: str
    kind: str
    object: Manifest


class Rule(msgspec.Struct, frozen=True):
    """What somebody may not do: a verb on a plural (`pods`, `pods/log`)."""

    verb: str
    resource: str


class ConflictError(Exception):
    """A precondition of a deletion does not hold."""


class KubernetesState:
    """All of it, and the faults that are wanted. `now` gives aware UTC times."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.faults = Faults()
        self.tokens = {TOKEN}
        """Tokens that are let in; any other is answered 401."""
        self.forbidden: set[Rule] = set()
        self.groups = {kind.group for kind in KINDS}
        """API groups that are installed; take one out, and its kinds are not known."""
        self.logs: dict[tuple[str, str, str, bool], list[str]] = defaultdict(list)
        """Lines by namespace, pod, container, and whether they are the previous instance's."""
        self.changed = asyncio.Event()
        """Set with every change; who waits for it clears it by taking a new one."""
        self.closing = False
        """Set when the server stops, so that watches end."""
        self.oldest = 0
        """The resource version before which changes are forgotten."""
        self._version = 1000
        self._objects: dict[Key, Manifest] = {}
        self._history: list[Change] = []
        self.apply({"kind": "Namespace", "metadata": {"name": "default"}})

    @property
    def version(self) -> int:
        """The newest resource version."""
        return self._version

    def apply(self, manifest: Manifest) -> Manifest:
        """Create an object, or replace it; what the server sets (uid, times, version) is set.

        A status that the manifest leaves out stays. Raises KeyError for a kind that nobody knows.
        """
        kind = _kind(manifest)
        item = copy.deepcopy(manifest)
        meta = item.setdefault("metadata", {})
        meta.setdefault("namespace", "default")
        if kind.cluster_scoped:
            meta.pop("namespace")
        item["apiVersion"] = manifest.get("apiVersion") or kind.api
        key = (kind.name, meta.get("namespace", ""), meta["name"])
        before = self._objects.get(key, {})
        old = before.get("metadata", {})
        meta.setdefault("uid", old.get("uid") or str(uuid.uuid4()))
        meta.setdefault("creationTimestamp", old.get("creationTimestamp") or self.time())
        meta["generation"] = old.get("generation", 0) + (before.get("spec") != item.get("spec"))
        if "status" in before:
            item.setdefault("status", before["status"])
        elif kind.name == "Pod":
            item.setdefault("status", {"phase": "Pending"})
        self._record("MODIFIED" if before else "ADDED", key, item)
        return item

    def set_status(self, key: Key, status: Manifest) -> None:
        """Replace an object's status; an equal one is no change."""
        item = self._objects[key]
        if item.get("status") != status:
            self._record("MODIFIED", key, {**item, "status": status})

    def get(self, kind: str, namespace: str, name: str) -> Manifest | None:
        """One object."""
        return self._objects.get((kind, namespace, name))

    def list(self, kind: str, namespace: str = "") -> list[Manifest]:
        """All objects of a kind, by name."""
        return [
            item
            for (of, space, _), item in sorted(self._objects.items(), key=lambda entry: entry[0])
            if of == kind and namespace in ("", space)
        ]

    def delete(self, kind: str, namespace: str, name: str, uid: str = "") -> bool:
        """Delete an object and what it owns; False when there is none.

        Raises ConflictError when it is another one than `uid` says.
        """
        key = (kind, namespace, name)
        item = self._objects.get(key)
        if item is None:
            return False
        own = item["metadata"]["uid"]
        if uid and uid != own:
            raise ConflictError(f"the UID in the precondition ({uid}) is not the object's ({own})")
        del self._objects[key]
        self._record("DELETED", key, item)
        for (of, space, child), other in list(self._objects.items()):
            owners = other["metadata"].get("ownerReferences", [])
            if any(owner["uid"] == own for owner in owners):
                self.delete(of, space, child)
        return True

    def add_event(self, about: Manifest, reason: str, message: str, **more: Any) -> None:
        """Write an event, or count it up when the same was written before."""
        meta = about["metadata"]
        component, container = more.get("component", "kubelet"), more.get("container", "")
        same = uuid.uuid5(uuid.NAMESPACE_OID, meta["uid"] + reason + message + container)
        field = {"fieldPath": f"spec.containers{{{container}}}"} if container else {}
        name = f"{meta['name']}.{same.hex[:16]}"
        namespace = meta.get("namespace", "default")
        before = self._objects.get(("Event", namespace, name), {})
        self.apply(
            {
                "apiVersion": "v1",
                "kind": "Event",
                "metadata": {"name": name, "namespace": namespace},
                "involvedObject": {
                    "kind": about["kind"],
                    "apiVersion": about["apiVersion"],
                    "name": meta["name"],
                    "namespace": meta.get("namespace", ""),
                    "uid": meta["uid"],
                    **field,
                },
                "type": more.get("type", "Normal"),
                "reason": reason,
                "message": message,
                "count": before.get("count", 0) + 1,
                "firstTimestamp": before.get("firstTimestamp") or self.time(),
                "lastTimestamp": self.time(),
                "source": {"component": component},
                "reportingComponent": component,
            }
        )

    # --- changes ------------------------------------------------------------------------------

    def changes_since(self, version: int, kind: str, namespace: str = "") -> Iterator[Change]:
        """Changes after a resource version, oldest first."""
        for change in self._history:
            space = change.object["metadata"].get("namespace", "")
            if change.version > version and change.kind == kind and namespace in ("", space):
                yield change

    def forget_changes(self) -> None:
        """Compact, as etcd does every five minutes: who watches from before must list again."""
        self.oldest = self._version
        self._history.clear()

    def time(self) -> str:
        """The present, as the API writes it."""
        return self.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def close(self) -> None:
        """End all watches."""
        self.closing = True
        self.changed.set()

    def _record(self, type_: str, key: Key, item: Manifest) -> None:
        self._version += 1
        item = {**item, "metadata": {**item["metadata"], "resourceVersion": str(self._version)}}
        if type_ != "DELETED":
            self._objects[key] = item
        self._history.append(Change(self._version, type_, key[0], item))
        self.changed.set()
        self.changed = asyncio.Event()


def _kind(manifest: Manifest) -> Kind:
    name = manifest["kind"]
    if not is_known(name, manifest.get("apiVersion", "")):
        raise KeyError(f"no such kind: {name}")
    return kind_of(name)
