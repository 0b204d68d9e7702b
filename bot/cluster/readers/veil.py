"""Names that speak of failures (`imagepullbackoff-demo`, `acme/unauthorized`), kept from reading.

A name is what somebody chose; only what the writers wrote around it tells of the cluster. While a
text is read, such a name stands as `xxx`; what was taken from the text then gets its name back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from bot.cluster.readers.facts import Fact

# Where kubelet and controllers put names without quotes.
_SLOTS = re.compile(
    r"restarting failed container[= ](?P<container>[a-z0-9-]{1,63})"
    r"(?:(?: in)? pod[= ](?P<pod>[a-z0-9.-]{1,253}))?"
    r"|Stopping container (?P<stopped>[a-z0-9-]{1,63})|Container (?P<failed>[a-z0-9-]{1,63}) failed"
)
_QUOTED = re.compile(r"\"([a-z0-9][a-z0-9._/:@-]{2,511})\"")
_SCHEME = re.compile(r"^[a-z]{2,12}://")
_LETTERS = re.compile(r"[a-z]")
_MOST = 40

Spans = list[tuple[int, int]]


def veiled(
    text: str, names: Iterable[str], speaks: Callable[[str], bool]
) -> tuple[str, dict[str, str]]:
    """The text with the speaking names veiled, as long as before, and what each veil hides."""
    hidden: dict[str, str] = {}
    spans: Spans = []
    for start, end in _named(text, names):
        name = text[start:end]
        if speaks(name):
            hidden[veil(name)] = name
            spans.append((start, end))
    for start, end in spans:
        text = text[:start] + veil(text[start:end]) + text[end:]
    return text, hidden


def restored(fact: Fact, hidden: dict[str, str]) -> Fact:
    """The fact with the names that were veiled."""
    return _unveiled(fact, hidden) if hidden else fact


def _unveiled(value: Any, hidden: dict[str, str]) -> Any:
    if isinstance(value, msgspec.Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        told = {name: _unveiled(each, hidden) for name, each in fields.items()}
        return msgspec.structs.replace(value, **told)
    if isinstance(value, tuple):
        return tuple(_unveiled(each, hidden) for each in value)
    if type(value) is str:
        for stands, name in hidden.items():
            value = value.replace(stands, name)
    return value


def _named(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    for slot in _SLOTS.finditer(text):
        yield from (slot.span(group) for group in slot.groupdict() if slot[group])
    parts = {part for quoted in _quoted(text) for part in _parts(quoted)}
    for name in sorted(parts)[:_MOST]:
        yield from _spans(text, rf"(?<=[/\"]){re.escape(name)}(?=[:@/\"\s]|$)")
    for name in names:
        # A name of one word may be one of the writer's own words.
        if "-" in name and name in text:
            yield from _spans(text, rf"(?<![a-z0-9-]){re.escape(name)}")


def _quoted(text: str) -> Iterator[str]:
    return (found for found in _QUOTED.findall(text) if not _SCHEME.match(found))


def _parts(reference: str) -> Iterator[str]:
    """The components of an image's path; of a name that is none, the name itself."""
    if "/" not in reference and "-" not in reference:
        return
    path = reference.partition("@")[0].split("/")
    yield from (part.partition(":")[0] for part in path[1 if "/" in reference else 0 :])


def _spans(text: str, pattern: str) -> Spans:
    return [found.span() for found in re.finditer(pattern, text)]


def veil(name: str) -> str:
    """What stands for a name, as long as it is."""
    return _LETTERS.sub("x", name)
