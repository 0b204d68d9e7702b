"""Small pieces of sentences: ages, quotes, names, lists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.cluster import objects as k
from bot.redact import cut, one_line
from bot.view import ContainerView, View

_QUOTE = 240
# What kubelet and runtime put before the words of whoever refused: the wrapping repeats the image.
_WRAPPING = re.compile(
    r"^(?:rpc error: code = \w{1,30} desc = |Back-off pulling image \S{1,600}: |ErrImagePull: |"
    r"Failed to pull image \S{1,600}: |Error: ErrImagePull|"
    r"failed to pull and unpack image \S{1,600}: |"
    r"failed to resolve reference \S{1,600}: |failed to resolve image: )"
)
# What every pod in that state says: it names no reason.
_BARE = re.compile(
    r"back-off (?:\S{1,12} )?(?:pulling image|restarting failed)|"
    r"containers with (?:unready|incomplete) status",
    re.IGNORECASE,
)


def ago(then: datetime | None, now: datetime) -> str:
    """An age as people say it: `40 s`, `12 min`, `5 h`, `3 d`; empty when it is not known."""
    if then is None:
        return ""
    seconds = max(0, int((now - then).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size or (unit == "min" and seconds >= size):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def count(number: int, word: str) -> str:
    """`1 pod`, `3 pods`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def listed(names: Iterable[str], limit: int = 3) -> str:
    """Names as a list of at most `limit`, with a count of the others."""
    every = list(names)
    more = f" and {len(every) - limit} more" if len(every) > limit else ""
    return ", ".join(every[:limit]) + more


def capital(text: str) -> str:
    """A sentence's first letter; names that begin with a small letter stay as they are."""
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.isalpha() else text


def shell(*words: str) -> str:
    """A command line to copy: one line, and whatever a word holds, it stays one word.

    Names come from event messages, images and logs too, whose writer may be nobody's friend.
    """
    return shlex.join("".join(c if c.isprintable() else " " for c in word) for word in words)


def command(template: str, **names: str) -> str:
    """A command line of a table, with its names filled in; each stays a part of its word."""
    return template.format(**{key: shell(name) for key, name in names.items()})


def sentence(text: str) -> str:
    """The text as one sentence: with its full stop."""
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def clause(text: str) -> str:
    """The first sentence of a text, without its full stop."""
    return text.partition(". ")[0].rstrip(". ")


def unwrapped(message: str) -> str:
    """The innermost words of a pull error, without the wrapping that repeats the image's name."""
    text = one_line(message, 2_000)
    while (found := _WRAPPING.match(text)) and found.end() < len(text):
        text = text[found.end() :]
    return text


def cluster_words(view: View, pod: k.Pod, container: ContainerView | None) -> str:
    """What the cluster says of the failure, at its most precise; empty when it names no reason."""
    warnings = [e for e in reversed(view.events_about(pod)) if e.type == "Warning"]
    if container is not None:
        path = f"{{{container.name}}}"
        warnings = [e for e in warnings if path in e.about.field_path or not e.about.field_path]
    candidates = [_waiting_message(container), *(event.text for event in warnings)]
    candidates += [pod.status.message]
    candidates += [c.message for c in pod.status.conditions if c.status == "False"]
    told = [unwrapped(text) for text in candidates if text]
    precise = [text for text in told if not _BARE.match(text)]
    return cut(precise[0], _QUOTE).replace('"', "'") if precise else ""


def _waiting_message(container: ContainerView | None) -> str:
    return container.waiting.message if container and container.waiting else ""


def state_of(pod: k.Pod, container: ContainerView | None) -> str:
    """The one word that `kubectl get pods` would show."""
    if container is not None:
        if container.waiting and container.waiting.reason:
            return container.waiting.reason
        ended = container.state.terminated
        if ended:
            return ended.reason or f"exit code {ended.exit_code}"
    return pod.status.reason or pod.status.phase or "unknown"


def failing(pod: k.Pod, containers: Sequence[ContainerView]) -> ContainerView | None:
    """The container that holds the pod back: the first that waits or has failed."""
    own = [each for each in containers if each.pod is pod]
    for each in own:
        if each.waiting and each.waiting.reason not in ("PodInitializing", "ContainerCreating"):
            return each
    for each in own:
        ended = each.state.terminated
        if ended and (ended.exit_code or not each.init):
            return each
    waiting = [each for each in own if each.waiting or (each.status and not each.status.ready)]
    return waiting[0] if waiting and any(each.status for each in own) else None
