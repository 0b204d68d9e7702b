"""Bytes and plain values into typed objects, one at a time or a page at a time.

The fast way decodes JSON straight into our types. What does not fit is repaired: nulls are dropped,
then the smallest part that has the wrong type, so that one odd field does not lose the object. Each
part that was dropped is told.

Secrets are read for their type, their key names and the registries that they have credentials for;
the values are then forgotten. ConfigMaps are read for their key names.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Generic, TypeVar

import msgspec

from bot.cluster.kinds import Kind
from bot.cluster.objects import ConfigMap, KubeObject, Metadata, Secret
from bot.cluster.repair import repair, without_nulls
from bot.cluster.secret_values import registries_of

T = TypeVar("T")
_REPAIRS = 20
FAILURES = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)
"""What msgspec raises for bytes that are not what they should be."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a listing. `complaints` says what was wrong with it, in sentences."""

    items: tuple[KubeObject, ...]
    resource_version: str = ""
    continue_token: str = ""
    complaints: tuple[str, ...] = ()


class _ListMeta(msgspec.Struct, frozen=True, rename="camel"):
    resource_version: str = ""
    continue_: str = msgspec.field(default="", name="continue")


class _Page(msgspec.Struct, Generic[T], frozen=True):
    items: tuple[T, ...] | None = None
    metadata: _ListMeta | None = None


class _RawSecret(msgspec.Struct, rename="camel"):
    """A Secret of the API, or one that we have written: then with `keys` and `registries`."""

    metadata: Metadata = Metadata()
    api_version: str = ""
    type: str = ""
    data: dict[str, str | None] | None = None
    string_data: dict[str, str | None] | None = None
    keys: tuple[str, ...] = ()
    registries: tuple[str, ...] | None = None
    problem: str = ""


class _RawConfigMap(msgspec.Struct, rename="camel"):
    metadata: Metadata = Metadata()
    api_version: str = ""
    data: dict[str, Any] | None = None
    binary_data: dict[str, Any] | None = None
    keys: tuple[str, ...] = ()


def _read_as(kind: Kind) -> Any:
    """Give the type that a kind is decoded into, before its values are forgotten."""
    return {Secret: _RawSecret, ConfigMap: _RawConfigMap}.get(kind.type, kind.type)


@cache
def _decoder(kind: Kind) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(_read_as(kind))


@cache
def _page_decoder(kind: Kind) -> Any:
    page: Any = _Page
    return msgspec.json.Decoder(page[_read_as(kind)])


class _Named(msgspec.Struct, frozen=True):
    metadata: Metadata = Metadata()


_names_page = msgspec.json.Decoder(_Page[_Named])
_raw_page = msgspec.json.Decoder(_Page[msgspec.Raw])


def object_from_json(kind: Kind, data: bytes | msgspec.Raw) -> tuple[KubeObject, list[str]]:
    """Decode one object, and say what had to be dropped from it.

    Raises msgspec.MsgspecError when the bytes are no JSON object.
    """
    try:
        return _forget_values(_decoder(kind).decode(data)), []
    except FAILURES:
        return object_from_value(kind, msgspec.json.decode(data))


def page_from_json(kind: Kind, data: bytes) -> Page:
    """Decode a list of one kind. Raises msgspec.MsgspecError when the bytes are no list."""
    try:
        page = _page_decoder(kind).decode(data)
        read = [_forget_values(item) for item in page.items or ()]
        complaints: list[str] = []
    except FAILURES:
        page = _raw_page.decode(data)
        read, complaints = _one_by_one(kind, page.items or ())
    meta = page.metadata or _ListMeta()
    return Page(
        items=tuple(read),
        resource_version=meta.resource_version,
        continue_token=meta.continue_,
        complaints=tuple(complaints),
    )


def names_from_json(kind: Kind, data: bytes) -> Page:
    """Decode a list of which only the metadata was asked for (`PartialObjectMetadataList`).

    Raises msgspec.MsgspecError when the bytes are no list.
    """
    page = _names_page.decode(data)
    meta = page.metadata or _ListMeta()
    return Page(
        items=tuple(kind.type(metadata=_bare(item.metadata)) for item in page.items or ()),
        resource_version=meta.resource_version,
        continue_token=meta.continue_,
    )


def _one_by_one(kind: Kind, items: tuple[msgspec.Raw, ...]) -> tuple[list[KubeObject], list[str]]:
    read: list[KubeObject] = []
    complaints: list[str] = []
    for number, raw in enumerate(items):
        try:
            item, dropped = object_from_json(kind, raw)
        except FAILURES as error:
            complaints.append(f"item {number} is no {kind.name} ({error}); it was left out")
        else:
            read.append(item)
            complaints.extend(dropped)
    return read, complaints


def object_from_value(kind: Kind, value: Any) -> tuple[KubeObject, list[str]]:
    """Decode one object from dicts and lists, dropping what does not fit.

    Raises msgspec.ValidationError when too much of it does not fit.
    """
    value = without_nulls(value)
    if not isinstance(value, dict):
        raise msgspec.ValidationError("Expected an object")
    dropped: list[str] = []
    while True:
        try:
            item = _forget_values(msgspec.convert(value, _read_as(kind), strict=False))
        except msgspec.ValidationError as error:
            reason, _, path = str(error).partition(" - at `$")
            path = path.rstrip("`")
            done = repair(value, path) if len(dropped) < _REPAIRS else ""
            if not done:
                raise
            dropped.append(f"{path.lstrip('.')} {done}: {reason}")
        else:
            name = f"{kind.name} {item.namespace}/{item.name}".replace(" /", " ")
            return item, [f"{name}: {text}" for text in dropped]


def _forget_values(item: Any) -> KubeObject:
    match item:
        case _RawSecret():
            return _secret(item)
        case _RawConfigMap():
            keys = item.keys or tuple(sorted({**(item.data or {}), **(item.binary_data or {})}))
            return ConfigMap(metadata=_bare(item.metadata), api_version=item.api_version, keys=keys)
        case _:
            found: KubeObject = item
            return found


def _secret(raw: _RawSecret) -> Secret:
    written = {**(raw.data or {}), **(raw.string_data or {})}
    registries, problem = raw.registries, raw.problem
    if raw.registries is None and not raw.problem:
        registries, problem = registries_of(
            raw.metadata.name, raw.type, raw.data or {}, raw.string_data or {}
        )
    return Secret(
        metadata=_bare(raw.metadata),
        api_version=raw.api_version,
        type=raw.type,
        keys=raw.keys or tuple(sorted(written)),
        registries=registries,
        problem=problem,
    )


def _bare(metadata: Metadata) -> Metadata:
    """Drop annotations that repeat the values (`kubectl apply` writes the whole object there)."""
    kept = {
        key: value
        for key, value in metadata.annotations.items()
        if not key.endswith("last-applied-configuration")
    }
    return msgspec.structs.replace(metadata, annotations=kept)
