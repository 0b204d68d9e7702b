"""Containers that ended and should not have: how, what their log says, and who killed them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from bot import kubectl
from bot.cluster import objects as k
from bot.cluster.readers import facts as f
from bot.facts import said
from bot.facts.container_logs import findings_in
from bot.facts.waiting import timeless
from bot.logs import LogFinding, read_log
from bot.redact import one_line
from bot.report import Proof
from bot.view import ContainerView, View
from bot.words import count

# With these reasons the message is the runtime's, not the program's.
_NEVER_RAN = ("StartError", "ContainerCannotRun", "ContainerStatusUnknown")
_LAST = 4
_UNKNOWN = k.Terminated(exit_code=-1)
_SIGNALS = {129: "SIGHUP", 130: "SIGINT", 132: "SIGILL", 134: "SIGABRT", 135: "SIGBUS"}
_SIGNALS |= {136: "SIGFPE", 137: "SIGKILL", 139: "SIGSEGV", 141: "SIGPIPE", 143: "SIGTERM"}


class Crash(NamedTuple):
    """The end of a container that matters now."""

    container: ContainerView
    end: k.Terminated
    log: tuple[str, ...]
    previous: bool
    """Whether the log is that of the instance before."""
    findings: tuple[LogFinding, ...]
    killed: tuple[said.Said, ...]
    """The kubelet's words that it killed the container for a probe."""
    unwitnessed: bool
    """Whether no event of its pod was seen, so that nobody can say who ended it."""

    @property
    def known(self) -> bool:
        """Whether its status or its log says anything of the end."""
        return self.end is not _UNKNOWN or bool(self.log)

    @property
    def reason(self) -> LogFinding | None:
        """What the log gives as the reason of the end, at its best."""
        return next((finding for finding in self.findings if finding.ended), None)

    @property
    def out_of_memory(self) -> bool:
        """Whether kubelet or kernel say that it ended for want of memory."""
        return self.end.reason == "OOMKilled"

    @property
    def ending(self) -> str:
        """`exit code 137 (SIGKILL)`."""
        if self.end is _UNKNOWN:
            return "an exit code that is not known"
        signal = _SIGNALS.get(self.end.exit_code)
        return f"exit code {self.end.exit_code}" + (f" ({signal})" if signal else "")

    def perhaps_killed(self, probe: k.Probe | None) -> bool:
        """Whether a probe may have ended it: it lasted as long as the probe has patience.

        The kubelet's own words decide where they were seen; a program that ends well when it is
        told to leaves exit code 0.
        """
        start, end = self.end.started_at, self.end.finished_at
        if probe is None or start is None or end is None or not self.unwitnessed:
            return False
        patience = probe.initial_delay_seconds + probe.period_seconds * (
            probe.failure_threshold - 1
        )
        return (end - start).total_seconds() >= patience

    @property
    def end_proof(self) -> Proof:
        """The container's status as proof."""
        pod = self.container.pod
        often = self.container.restarts
        text = f"container {self.container.name} ended with {self.ending}"
        text += f", reason {self.end.reason}" if self.end.reason else ""
        text += f", restarted {count(often, 'time')}" if often else ""
        return Proof(text, command=kubectl.describe(pod))

    @property
    def last_lines(self) -> tuple[Proof, ...]:
        """The end of its log as proof; none when it wrote nothing."""
        lines = tuple(one_line(line) for line in self.log if line.strip())[-_LAST:]
        return (self.log_proof(lines),) if lines else ()

    def log_proof(self, lines: tuple[str, ...]) -> Proof:
        """Lines of its log as proof."""
        return Proof(
            "log: " + "\n".join(lines),
            command=kubectl.logs(self.container, previous=self.previous),
        )


def crashes(view: View) -> tuple[Crash, ...]:
    """Every container of the target's pods that ended and is expected to run or to end well."""
    return view.remember("crashes", lambda: tuple(_crashes(view)))


def _crashes(view: View) -> Iterator[Crash]:
    not_started = {
        (item.about.name if item.about else "", item.container.name)
        for _, item in said.of(view, f.StartFailed)
        if item.container is not None
    }
    kills = [
        item
        for item in said.said(view)
        if isinstance(item.fact, f.ProbeKilled) and item.container is not None
    ]
    for container in view.containers:
        end = container.ended(view.now) or _unseen_end(container)
        if end is None or (container.pod.name, container.name) in not_started:
            continue
        if container.pod.metadata.deletion_timestamp is not None or _was_told(view, container, end):
            continue
        log, previous = _log(view, container, end)
        yield Crash(
            container,
            end,
            log,
            previous,
            _findings(view, container, log, previous=previous),
            tuple(item for item in kills if item.container and _same(item.container, container)),
            timeless(view, container.pod),
        )


def _was_told(view: View, container: ContainerView, end: k.Terminated) -> bool:
    """Whether the container ended because its pod or Job had to, at the end of its time."""
    if end.exit_code not in (137, 143):
        return False
    late = container.pod.status.reason == "DeadlineExceeded"
    return late or any(
        condition.reason == "DeadlineExceeded"
        for item in view.controllers
        if isinstance(item, k.Job)
        for condition in item.status.conditions
    )


def _unseen_end(container: ContainerView) -> k.Terminated | None:
    """The end of a container that waits for its restart, where the status does not keep it."""
    waiting = container.waiting
    restarting = waiting is not None and waiting.reason == "CrashLoopBackOff"
    return _UNKNOWN if restarting else None


def _same(one: ContainerView, other: ContainerView) -> bool:
    return (one.pod.name, one.name) == (other.pod.name, other.name)


def _findings(
    view: View, container: ContainerView, log: tuple[str, ...], *, previous: bool
) -> tuple[LogFinding, ...]:
    if log == view.log(container.pod, container.name, previous=previous):
        return findings_in(view, container, previous=previous)
    return read_log(log)


def _log(view: View, container: ContainerView, end: k.Terminated) -> tuple[tuple[str, ...], bool]:
    """The log of the instance that ended; what it left as termination message stands in for it.

    The kubelet shows the dead instance as `--previous` only once it waits or runs again.
    """
    orders = (False, True) if container.state.terminated else (True, False)
    for previous in orders[:1] if container.state.running else orders:
        lines = view.log(container.pod, container.name, previous=previous)
        if lines:
            return lines, previous
    if end.reason in _NEVER_RAN:
        return (), previous
    return tuple(end.message.splitlines()), True
