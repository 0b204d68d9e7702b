"""Claims, volumes, storage classes, and the drivers that attach them."""

from __future__ import annotations

from typing import Any

from bot.cluster.objects.base import (
    Condition,
    LabelSelector,
    Object,
    ObjectReference,
    Part,
    Quantities,
    Time,
)
from bot.cluster.objects.containers import Resources
from bot.cluster.objects.volumes import CSIVolume, HostPathVolume


class ClaimSpec(Part, frozen=True):
    """`spec` of a PersistentVolumeClaim."""

    access_modes: tuple[str, ...] = ()
    storage_class_name: str | None = None
    volume_name: str = ""
    volume_mode: str = ""
    resources: Resources = Resources()
    selector: LabelSelector | None = None


class ClaimStatus(Part, frozen=True):
    """`status` of a PersistentVolumeClaim."""

    phase: str = ""
    conditions: tuple[Condition, ...] = ()
    capacity: Quantities = {}


class PersistentVolumeClaim(Object, frozen=True):
    """A PersistentVolumeClaim."""

    spec: ClaimSpec = ClaimSpec()
    status: ClaimStatus = ClaimStatus()


class PersistentVolumeSpec(Part, frozen=True):
    """`spec` of a PersistentVolume."""

    capacity: Quantities = {}
    access_modes: tuple[str, ...] = ()
    storage_class_name: str = ""
    volume_mode: str = ""
    persistent_volume_reclaim_policy: str = ""
    claim_ref: ObjectReference | None = None
    node_affinity: dict[str, Any] | None = None
    csi: CSIVolume | None = None
    host_path: HostPathVolume | None = None
    local: HostPathVolume | None = None


class PersistentVolumeStatus(Part, frozen=True):
    """`status` of a PersistentVolume."""

    phase: str = ""
    reason: str = ""
    message: str = ""


class PersistentVolume(Object, frozen=True):
    """A PersistentVolume."""

    spec: PersistentVolumeSpec = PersistentVolumeSpec()
    status: PersistentVolumeStatus = PersistentVolumeStatus()


class StorageClass(Object, frozen=True):
    """A StorageClass; which one is the default is an annotation."""

    provisioner: str = ""
    reclaim_policy: str = ""
    volume_binding_mode: str = ""
    allowed_topologies: tuple[dict[str, Any], ...] = ()


class CSIDriverSpec(Part, frozen=True):
    """`spec` of a CSIDriver."""

    attach_required: bool | None = None


class CSIDriver(Object, frozen=True):
    """A CSIDriver: the driver is known to the cluster, not necessarily to each node."""

    spec: CSIDriverSpec = CSIDriverSpec()


class CSINodeAllocatable(Part, frozen=True):
    """How many volumes of one driver a node takes."""

    count: int | None = None


class CSINodeDriver(Part, frozen=True):
    """A driver that has registered on a node."""

    name: str
    allocatable: CSINodeAllocatable | None = None


class CSINodeSpec(Part, frozen=True):
    """`spec` of a CSINode."""

    drivers: tuple[CSINodeDriver, ...] = ()


class CSINode(Object, frozen=True):
    """The CSI drivers of one node; it has the node's name."""

    spec: CSINodeSpec = CSINodeSpec()


class AttachmentSource(Part, frozen=True):
    """What is attached."""

    persistent_volume_name: str = ""


class VolumeAttachmentSpec(Part, frozen=True):
    """`spec` of a VolumeAttachment."""

    attacher: str = ""
    node_name: str = ""
    source: AttachmentSource = AttachmentSource()


class VolumeError(Part, frozen=True):
    """Why an attach or detach failed."""

    message: str = ""
    time: Time | None = None


class VolumeAttachmentStatus(Part, frozen=True):
    """`status` of a VolumeAttachment."""

    attached: bool = False
    attach_error: VolumeError | None = None
    detach_error: VolumeError | None = None


class VolumeAttachment(Object, frozen=True):
    """A VolumeAttachment: one volume on one node."""

    spec: VolumeAttachmentSpec = VolumeAttachmentSpec()
    status: VolumeAttachmentStatus = VolumeAttachmentStatus()
