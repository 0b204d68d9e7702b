"""Manifests as the API writes them, with little said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Manifest = dict[str, Any]


def pod(name: str = "api-1", namespace: str = "shop", **more: Any) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, **more.pop("metadata", {})},
        "spec": {"containers": [{"name": "api", "image": "acme/api:1"}], **more.pop("spec", {})},
        **more,
    }


def manifest(
    kind: str, name: str, namespace: str = "shop", api: str = "v1", **more: Any
) -> Manifest:
    meta: Manifest = {"name": name, **more.pop("metadata", {})}
    if namespace:
        meta["namespace"] = namespace
    return {"apiVersion": api, "kind": kind, "metadata": meta, **more}


def listing(*items: Manifest, kind: str = "List", api: str = "v1") -> Manifest:
    return {"apiVersion": api, "kind": kind, "items": list(items)}


def write(folder: Path, path: str, content: Manifest | str) -> Path:
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    return place
