"""Hooks that fail, containers that end, and the wait before the next start.

Sources: kubernetes `pkg/kubelet/kuberuntime`, `pkg/kubelet/lifecycle`, kernel `mm/oom_kill.c`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.cluster.readers.facts import ContainerEnded, Fact, Hook, HookFailed, RestartBackOff
from bot.cluster.readers.message import Message, around, one, phrase

_OOM = phrase(
    r"\boomkilled\b",
    r"out of memory: kill",
    r"memory cgroup out of memory",
    r"oom-kill(?:er|:)",
    r"\boomkilling\b",
    r"killed process \d{1,10}",
    r"system oom encountered",
    r"invoked oom-killer",
    r"container killed on request\. exit code is 137 \(oom\)",
)
_HOOK = phrase(
    r"exec lifecycle hook",
    r"http lifecycle hook",
    r"poststarthook|poststart handler",
    r"lifecycle hook .{0,300}failed",
    r"postst[ao]rt hook",
)
_BACK_OFF = phrase(
    r"back-?off .{0,60}restarting failed", r"crashloopbackoff", r"restarting failed container"
)
_CONTAINER = re.compile(
    r"(?:for|failed container|start container|container) [\"=]?\"?([a-z0-9][a-z0-9-]{0,62})\"?"
)
_EXIT = re.compile(
    r"exit(?:ed with|ed| ?code|code)?:?\s{0,12}(?:code |status )?=?(\d{1,3})", re.IGNORECASE
)


def read_hook(message: Message) -> Iterator[Fact]:
    """A lifecycle hook that failed, by the kubelet's event."""
    text = message.text
    if not (
        message.seen("FailedPostStartHook", "FailedPreStopHook", "PostStartHookError")
        or _HOOK.search(text)
    ):
        return
    pre_stop = message.seen("FailedPreStopHook") or "prestop" in text.lower()
    code = one(_EXIT, text)
    yield HookFailed(
        hook=Hook.PRE_STOP if pre_stop else Hook.POST_START,
        exit_code=int(code) if code else None,
        words=text[:240],
    )


def read_out_of_memory(message: Message) -> Iterator[Fact]:
    """The kernel, or the kubelet, says that memory was the reason."""
    text = message.text
    killed = _OOM.search(text)
    if killed or message.seen("OOMKilled", "OOMKilling", "SystemOOM"):
        yield ContainerEnded(
            out_of_memory=True,
            exit_code=137,
            signal=9,
            init=message.of_init,
            words=around(text, killed) if killed else text[:240],
        )


def read_end(message: Message) -> Iterator[Fact]:
    """How a container ended: killed for memory, by a signal, or with an exit code."""
    text = message.text
    if message.seen("OOMKilled"):
        yield from read_out_of_memory(message)
        return
    code = one(_EXIT, text)
    if message.place == "terminated" or (code and "terminated" in text.lower()):
        number = int(code) if code else None
        signal = number - 128 if number and 128 < number < 160 else 0
        yield ContainerEnded(
            exit_code=number, signal=signal, init=message.of_init, words=text[:240]
        )


def read_back_off(message: Message) -> Iterator[Fact]:
    """The kubelet waits before the next start."""
    found = _BACK_OFF.search(message.text)
    if found or message.seen("CrashLoopBackOff"):
        yield RestartBackOff(
            container=one(_CONTAINER, message.text),
            words=around(message.text, found) if found else message.text[:240],
        )
