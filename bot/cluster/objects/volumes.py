"""Volumes of a pod, and what they are filled from."""

from __future__ import annotations

from typing import Any

from bot.cluster.objects.base import Part


class KeyToPath(Part, frozen=True):
    """A key of a volume and its file."""

    key: str
    path: str = ""


class ObjectVolume(Part, frozen=True):
    """A ConfigMap or Secret as a volume; the API calls the name `name` or `secretName`."""

    name: str = ""
    secret_name: str = ""
    optional: bool | None = None
    items: tuple[KeyToPath, ...] = ()


class ProjectedSource(Part, frozen=True):
    """A source of a projected volume."""

    config_map: ObjectVolume | None = None
    secret: ObjectVolume | None = None


class ProjectedVolume(Part, frozen=True):
    """A projected volume."""

    sources: tuple[ProjectedSource, ...] = ()


class ClaimVolume(Part, frozen=True):
    """A volume that is a PersistentVolumeClaim."""

    claim_name: str


class HostPathVolume(Part, frozen=True):
    """A path of the node."""

    path: str
    type: str | None = None


class CSIVolume(Part, frozen=True):
    """An inline CSI volume."""

    driver: str


class Volume(Part, frozen=True):
    """A volume of a pod."""

    name: str
    config_map: ObjectVolume | None = None
    secret: ObjectVolume | None = None
    projected: ProjectedVolume | None = None
    persistent_volume_claim: ClaimVolume | None = None
    host_path: HostPathVolume | None = None
    csi: CSIVolume | None = None
    empty_dir: dict[str, Any] | None = None
    ephemeral: dict[str, Any] | None = None
