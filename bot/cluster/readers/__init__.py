"""Texts of the cluster, read once into typed facts.

    facts.py         everything that a text can say, one class each
    message.py       a text made ready: cut, wrappers named, the attempts of a list apart
    veil.py          names that speak of failures, kept from reading
    network.py       connections (Go's words), used by all others
    the others       one writer each: what kubelet, runtimes, scheduler, controllers and the API
                     server write about one subject

What the text is about (its outside, and where it was seen) chooses the reader; the innermost
words choose the fact. Pure, linear in the length of the text, and never an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from bot.cluster.readers.admission import read_admission, read_refusal
from bot.cluster.readers.containers import START_REASONS, read_start
from bot.cluster.readers.endings import (
    read_back_off,
    read_end,
    read_hook,
    read_out_of_memory,
)
from bot.cluster.readers.facts import Fact
from bot.cluster.readers.message import Message
from bot.cluster.readers.nodes import read_node
from bot.cluster.readers.probes import read_probe
from bot.cluster.readers.provisioning import read_provisioning
from bot.cluster.readers.pulls import read_bare_pull, read_pull, read_pull_secrets
from bot.cluster.readers.references import read_reference
from bot.cluster.readers.sandboxes import read_sandbox
from bot.cluster.readers.scheduling import read_scheduling
from bot.cluster.readers.veil import restored, veil, veiled
from bot.cluster.readers.volumes import read_volume
from bot.cluster.readers.workloads import read_workload
from bot.evidence import Statement

# The order is that of subjects, from those that quote others to those that are quoted: a probe
# quotes a connection, a webhook a certificate, a volume a missing secret.
_READERS: tuple[Callable[[Message], Iterator[Fact]], ...] = (
    read_probe,
    read_hook,
    read_sandbox,
    read_pull_secrets,
    read_scheduling,
    read_node,
    read_workload,
    read_admission,
    read_reference,
    read_provisioning,
    read_volume,
    read_pull,
    read_out_of_memory,
    read_start,
    read_end,
    read_back_off,
    read_bare_pull,
    read_refusal,
)


_BY_RUNC = re.compile(
    r"standard_init_linux|exec |exec:|/?\S{1,400}: exec format error|exec user process"
)


# Events and conditions that tell of no failure in their own words, or only repeat names.
_QUIET = {
    *("Scheduled", "Pulling", "Pulled", "Created", "Started", "SuccessfulCreate"),
    *("SuccessfulDelete", "SuccessfulAttachVolume", "ScalingReplicaSet", "SawCompletedJob"),
    *("Completed", "Provisioning", "ProvisioningSucceeded", "SuccessfulRescale"),
    *("ContainersNotReady", "ContainersNotInitialized"),
}
# What a controller adds to the names of what it makes.
_ADDED = re.compile(r"(?:-[a-z0-9]{6,10})?-[a-z0-9]{5}$")


def read(statement: Statement, names: Iterable[str] = ()) -> tuple[Fact, ...]:
    """The facts that a text states; empty when nothing in it is known.

    `names`: what the objects around the text are called, so that no name is taken for a statement.
    """
    text, hidden = veiled(statement.text, names, _speaks)
    message = Message(text, statement.where, statement.image)
    if message.place in ("event", "condition") and message.reason in _QUIET:
        return ()
    return tuple(restored(fact, hidden) for fact in _read(message))


def _read(message: Message) -> tuple[Fact, ...]:
    for reader in _readers_of(message):
        facts = tuple(reader(message))
        if facts:
            return facts
    return ()


def _speaks(name: str) -> bool:
    return _means_something(_ADDED.sub("", name))


@lru_cache(maxsize=4096)
def _means_something(name: str) -> bool:
    return _kinds(name) != _kinds(veil(name))


def _kinds(name: str) -> list[tuple[object, ...]]:
    """What would be read in a name alone, and in the name of an image that is not pulled."""
    facts = (*_read(Message(name)), *_read(Message(f'Failed to pull image "{name}"')))
    return [(type(fact), getattr(fact, "problem", None)) for fact in facts]


def _readers_of(message: Message) -> tuple[Callable[[Message], Iterator[Fact]], ...]:
    """Who may have written it: what a program itself says is no word of the cluster."""
    if message.place == "log" and message.reason in ("container", "app"):
        return (read_start,) if _BY_RUNC.match(message.text) else ()
    if message.place == "terminated" and message.reason not in START_REASONS:
        return (read_end,)
    return _READERS
