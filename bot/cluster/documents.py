"""Whole files into objects: JSON or YAML, single, `List`s, many in one file, broken in the middle.

What can be read is read; what cannot is told with file and line. A list that was read to its end
says which objects there are, so that absence from it means something; a broken one does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from bot.cluster import plain_text
from bot.cluster.decode import FAILURES, object_from_json, object_from_value
from bot.cluster.kinds import Kind, kind_of
from bot.cluster.objects import KubeObject
from bot.evidence import Listing

Keep = Callable[[KubeObject], KubeObject]
ANY_KIND = "*"
_NAMED_KIND = re.compile(r"^[ \t-]{0,40}[\"']?kind[\"']?:[ \t]{1,4}[\"']?([A-Za-z]{1,63})", re.M)
# Half of a surrogate pair, which JSON can write and no text can hold.
_HALF = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_MOST_PROBLEMS = 200


class Problem(msgspec.Struct, frozen=True, order=True):
    """What could not be read: one sentence, with the file and, where there is one, the line."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


class _Header(msgspec.Struct, rename="camel"):
    kind: Any = ""
    api_version: Any = ""


class _RawList(_Header):
    items: tuple[msgspec.Raw, ...] | None = None


_header = msgspec.json.Decoder(_Header)
_raw_list = msgspec.json.Decoder(_RawList)


def whole(item: KubeObject) -> KubeObject:
    """Keep an object as it is."""
    return item


class Documents:
    """Everything that was read out of a set of files; `keep` says how much of each object."""

    def __init__(self, keep: Keep = whole) -> None:
        self._kept_of = keep
        self.objects: list[tuple[KubeObject, str]] = []
        """Each object with the file that it came from."""
        self.listings: set[Listing] = set()
        self.lost: set[str] = set()
        """Kinds of which something could not be read; `ANY_KIND` when nobody knows which."""
        self.skipped: Counter[str] = Counter()
        """Kinds that the chain does not know, and how many objects of each."""
        self.problems: list[Problem] = []

    def complain(self, where: str, text: str) -> None:
        """Keep a problem; beyond a limit only their number matters, and a file can have many."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(Problem(where, text))

    def read(self, data: bytes, where: str, namespace: str = "") -> None:
        """Read one file. `namespace` is the one that its path speaks of, for an empty list."""
        data = data.removeprefix(b"\xef\xbb\xbf")
        if data.lstrip()[:1] in (b"{", b"["):
            data = _HALF.sub(rb"\\ufffd", data)
            self._read_json(data, where, namespace)
        else:
            self._read_yaml(data.decode("utf-8", "replace"), where, namespace)

    def _read_json(self, data: bytes, where: str, namespace: str) -> None:
        try:
            self._document(data, where, namespace)
        except FAILURES:
            for found in plain_text.json_values(data.decode("utf-8", "replace")):
                self._found(found, where, namespace)

    def _read_yaml(self, text: str, where: str, namespace: str) -> None:
        for found in plain_text.yaml_documents(text):
            self._found(found, where, namespace)

    def _found(self, found: plain_text.Found, where: str, namespace: str) -> None:
        match found:
            case plain_text.Broken(line, why, text):
                kinds = {name.removesuffix("List") for name in _NAMED_KIND.findall(text)}
                if text.lstrip().startswith("{") and not kinds:
                    kinds = {ANY_KIND}
                self.lost |= {kind or ANY_KIND for kind in kinds}
                self.complain(f"{where}:{line}", why)
            case plain_text.Value(value, line, whole):
                self._value(value, f"{where}:{line}", namespace, whole=whole)

    # --- JSON, straight into types ------------------------------------------------------------

    def _document(self, data: bytes | msgspec.Raw, where: str, namespace: str) -> None:
        if _begins_with(data, b"["):
            for raw in msgspec.json.decode(data, type=list[msgspec.Raw]):
                if _begins_with(raw, b"{"):
                    self._document(raw, where, namespace)
            return
        header = _header.decode(data)
        name, version = _text(header.kind), _text(header.api_version)
        if not name.endswith("List"):
            self._object(data, name, version, where)
            return
        of = name.removesuffix("List")
        seen: set[tuple[str, str]] = set()
        for raw in _raw_list.decode(data).items or ():
            inner = _header.decode(raw)
            own_version = _text(inner.api_version) or (version if of else "")
            if item := self._object(raw, _text(inner.kind) or of, own_version, where):
                seen.add((item.kind, item.namespace))
        self._listed(of, version, seen, namespace)

    def _object(
        self, raw: bytes | msgspec.Raw, name: str, version: str, where: str
    ) -> KubeObject | None:
        kind = self._known(name, version)
        if kind is None:
            return None
        try:
            item, complaints = object_from_json(kind, raw)
        except FAILURES as error:
            self._misfit(kind, where, error)
            return None
        return self._keep(item, complaints, where)

    # --- plain values (YAML, and JSON that was broken somewhere) -------------------------------

    def _value(self, value: Any, where: str, namespace: str, *, whole: bool = True) -> None:
        if isinstance(value, list):
            for item in value:
                self._value(item, where, namespace)
            return
        if not isinstance(value, dict):
            return
        name, version = _text(value.get("kind")), _text(value.get("apiVersion"))
        if version and isinstance(value.get("items"), list) and not name.endswith("List"):
            # kubectl writes `kind` after `items`: without a whole one the file was cut off.
            self.complain(where, "the list breaks off, so more objects may belong to it")
            name, whole = "List", False
        if not name.endswith("List"):
            self._plain_object(value, name, version, where)
            return
        of = name.removesuffix("List")
        seen: set[tuple[str, str]] = set()
        for item in _dicts(value.get("items")):
            kind = _text(item.get("kind")) or of
            item_version = _text(item.get("apiVersion")) or (version if of else "")
            if read := self._plain_object(item, kind, item_version, where):
                seen.add((read.kind, read.namespace))
        if whole:
            self._listed(of, version, seen, namespace)
        else:
            self.lost.add(of or ANY_KIND)

    def _plain_object(
        self, value: dict[str, Any], name: str, version: str, where: str
    ) -> KubeObject | None:
        kind = self._known(name, version)
        if kind is None:
            return None
        try:
            item, complaints = object_from_value(kind, value)
        except FAILURES as error:
            self._misfit(kind, where, error)
            return None
        return self._keep(item, complaints, where)

    # --- what was found -----------------------------------------------------------------------

    def _known(self, name: str, version: str) -> Kind | None:
        kind = _kind(name, version)
        if kind is None and name:
            group = version.rpartition("/")[0]
            self.skipped[f"{name}.{group}" if group else name] += 1
        return kind

    def _keep(self, item: KubeObject, complaints: list[str], where: str) -> KubeObject | None:
        for text in complaints:
            self.complain(where, text)
        if not item.name:
            self.complain(where, f"a {item.kind} without a name was left out")
            return None
        self.objects.append((self._kept_of(item), where))
        return item

    def _misfit(self, kind: Kind, where: str, error: Exception) -> None:
        self.lost.add(kind.name)
        self.complain(where, f"a {kind.name} could not be read and was left out: {error}")

    def _listed(self, of: str, version: str, seen: set[tuple[str, str]], namespace: str) -> None:
        """Note what a whole list has listed: the namespaces that it shows, or its path's."""
        self.listings |= {Listing(kind, space) for kind, space in seen}
        kind = _kind(of, version)
        if kind and kind.cluster_scoped:
            self.listings.add(Listing(kind.name, ""))
        elif kind and namespace and not seen:
            self.listings.add(Listing(kind.name, namespace))


def _kind(name: str, version: str) -> Kind | None:
    try:
        kind = kind_of(name)
    except KeyError:
        return None
    return kind if kind.serves(version) else None


def _begins_with(data: bytes | msgspec.Raw, mark: bytes) -> bool:
    return bytes(memoryview(data)[:64]).lstrip().startswith(mark)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))
