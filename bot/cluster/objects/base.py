"""What every object has: metadata, conditions, selectors, references."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

Time = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with its zone: one without cannot be compared, and is no fact."""
Labels = dict[str, str]
Quantities = dict[str, str | int | float]


class Part(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False):
    """A part of an object, and never of itself: the garbage collector may pass it over."""


class OwnerReference(Part, frozen=True):
    """Who made an object."""

    kind: str
    name: str
    uid: str = ""
    controller: bool | None = None
    api_version: str = ""


class Metadata(Part, frozen=True):
    """`metadata` of any object."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    labels: Labels = {}
    annotations: dict[str, str] = {}
    owner_references: tuple[OwnerReference, ...] = ()
    creation_timestamp: Time | None = None
    deletion_timestamp: Time | None = None
    deletion_grace_period_seconds: int | None = None
    finalizers: tuple[str, ...] = ()
    generation: int = 0
    resource_version: str = ""

    @property
    def controller(self) -> OwnerReference | None:
        """The owner that manages this object."""
        return next((owner for owner in self.owner_references if owner.controller), None)


class Object(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    gc=False,
    tag_field="kind",
    tag=True,
):
    """What every object has."""

    metadata: Metadata = Metadata()
    api_version: str = ""

    @property
    def kind(self) -> str:
        """The kind, as the API names it."""
        return type(self).__name__

    @property
    def name(self) -> str:
        """`metadata.name`."""
        return self.metadata.name

    @property
    def namespace(self) -> str:
        """`metadata.namespace`; empty for cluster-scoped objects."""
        return self.metadata.namespace


class Condition(Part, frozen=True):
    """A condition of a status."""

    type: str
    status: str = ""
    reason: str = ""
    message: str = ""
    last_transition_time: Time | None = None
    last_heartbeat_time: Time | None = None
    """Of a node's conditions: when the kubelet reported last."""


class LabelSelectorRequirement(Part, frozen=True):
    """One expression of a selector."""

    key: str
    operator: str
    values: tuple[str, ...] = ()


class LabelSelector(Part, frozen=True):
    """A selector over labels; empty selects everything."""

    match_labels: Labels = {}
    match_expressions: tuple[LabelSelectorRequirement, ...] = ()


class LocalReference(Part, frozen=True):
    """The name of an object in the same namespace."""

    name: str = ""


class ObjectReference(Part, frozen=True):
    """What an event is about, or what an autoscaler scales."""

    kind: str = ""
    name: str = ""
    namespace: str = ""
    uid: str = ""
    field_path: str = ""
    api_version: str = ""
