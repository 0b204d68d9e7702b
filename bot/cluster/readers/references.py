"""Objects and keys that a pod refers to and that do not exist.

Sources: kubernetes `pkg/kubelet/kubelet_pods.go` (environment), `pkg/volume/{configmap,secret,
projected}` (volumes), `pkg/kubelet/util/manager` ("not registered"), apimachinery's
`errors.NewNotFound` (`RESOURCE "NAME" not found`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.cluster.readers.facts import Fact, KeyMissing, ObjectMissing
from bot.cluster.readers.message import Message, around, one

_KINDS = {
    "secret": "Secret",
    "configmap": "ConfigMap",
    "config map": "ConfigMap",
    "serviceaccount": "ServiceAccount",
    "service account": "ServiceAccount",
}
_NAMED = re.compile(
    r"\b(secret|config ?map|service ?account)s? [\"']?(?:([\w.-]{1,253})/)?([\w.${}-]{1,253})[\"']?"
    r" (?:was )?(?:not found|does not exist)",
    re.IGNORECASE,
)
_GETTING = re.compile(
    r"(?:couldn't get|could not get|failed to get|fetching|unable to (?:get|find)) (?:the )?"
    r"(secret|config ?map) (?:([\w.-]{1,253})/)([\w.-]{1,253})[:,]? .{0,300}not found",
    re.IGNORECASE,
)
_SECRET_KEY = re.compile(
    r"couldn't find key (\S{1,253}) in (secret|config ?map) (?:([\w.-]{1,253})/)?([\w.-]{1,253})",
    re.IGNORECASE,
)
_FILE_KEY = re.compile(
    r"(?:references non-?existent (secret|config) key: ?|non-existent (secret|config) key )"
    r"([^\s,;]{1,253})",
    re.IGNORECASE,
)
_VOLUME = re.compile(r"for volume \"([^\"]{1,512})\"")


def read_reference(message: Message) -> Iterator[Fact]:
    """The object or key that is not there."""
    text = message.text
    volume = one(_VOLUME, text)
    if found := _SECRET_KEY.search(text):
        yield KeyMissing(
            kind=_kind(found.group(2)),
            key=found.group(1),
            namespace=found.group(3) or "",
            name=found.group(4),
            words=found.group(0),
        )
    elif found := _FILE_KEY.search(text):
        kind = "Secret" if (found.group(1) or found.group(2)).lower() == "secret" else "ConfigMap"
        yield KeyMissing(kind=kind, key=found.group(3), words=around(text, found))
    elif found := _GETTING.search(text) or _NAMED.search(text):
        yield ObjectMissing(
            kind=_kind(found.group(1)),
            namespace=found.group(2) or "",
            name=found.group(3),
            volume=volume,
            words=around(text, found),
        )


def _kind(word: str) -> str:
    return _KINDS.get(word.lower()) or _KINDS[word.lower().replace(" ", "")]
