"""Probes, in the words of the kubelet.

Sources: kubernetes `pkg/kubelet/prober/{prober,worker}.go`, `pkg/probe/{http,tcp,exec,grpc}`,
`pkg/kubelet/kuberuntime/kuberuntime_manager.go` (the kill that follows).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.cluster.readers.facts import Fact, Probe, ProbeFailed, ProbeKilled
from bot.cluster.readers.message import Message, one
from bot.cluster.readers.network import read_connection

_PROBE = re.compile(
    r"\b(liveness|readiness|startup) probe (?:for \"[^\"]{1,600}\" )?"
    r"(?:failed|errored|warning|timed out|error)",
    re.IGNORECASE,
)
_KILL = re.compile(
    r"container \"?([\w.-]{0,63})\"?.{0,40}failed (liveness|startup) probe"
    r"|(liveness|startup) probe failed.{0,400}(?:will be|being) (?:killed|restarted)"
    r"|container \"?([\w.-]{0,63})\"?.{0,300}is unhealthy, it will be killed",
    re.IGNORECASE,
)
_STATUS = re.compile(r"(?:statuscode|status code|status):? (\d{3})\b", re.IGNORECASE)
_PORT = re.compile(r"(?:https?://|dial tcp )(?:\[[^\]\s]{1,60}\]|[^\s:/\"]{1,255}):(\d{1,5})")
_PATH = re.compile(r"https?://[^\s/\"]{1,300}(/[^\s\":]{0,500})")
_EXIT = re.compile(r"exit(?:ed with|code| code|ed)?:? (?:status )?(\d{1,3})", re.IGNORECASE)


def read_probe(message: Message) -> Iterator[Fact]:
    """A failed probe, or the kill for it."""
    text = message.text
    kill = _KILL.search(text)
    if kill:
        word = (kill.group(2) or kill.group(3) or "liveness").lower()
        yield ProbeKilled(
            probe=Probe(word), container=kill.group(1) or kill.group(4) or "", words=text[:240]
        )
        return
    found = _PROBE.search(text)
    if found:
        rest = text[found.end() :]
        exit_code = one(_EXIT, rest)
        yield ProbeFailed(
            probe=Probe(found.group(1).lower()),
            status=int(one(_STATUS, rest) or 0),
            port=int(one(_PORT, rest) or 0),
            path=one(_PATH, rest),
            connection=read_connection(rest),
            exit_code=int(exit_code) if exit_code else None,
            words=text[:300],
        )
