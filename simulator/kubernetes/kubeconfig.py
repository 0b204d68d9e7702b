"""A kubeconfig for the simulated cluster."""

from __future__ import annotations

from pathlib import Path

import yaml


def write_kubeconfig(
    path: Path, url: str, token: str, *, context: str = "demo", namespace: str = "default"
) -> Path:
    """Write a kubeconfig with one context; give its path."""
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": context,
        "clusters": [{"name": context, "cluster": {"server": url}}],
        "users": [{"name": context, "user": {"token": token}}],
        "contexts": [
            {
                "name": context,
                "context": {"cluster": context, "user": context, "namespace": namespace},
            }
        ],
    }
    path.write_text(yaml.safe_dump(document))
    path.chmod(0o600)
    return path
