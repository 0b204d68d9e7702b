"""Probes: what was asked, who answered, and where the container listens."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.facts.probes import command_ports
from bot.report import Verdict
from tests import make

READINESS = k.Probe(http_get=k.HTTPGetAction(port=8080, path="/ready"))


def unready(message: str, *, log: str = "", **more: Any) -> Evidence:
    spec = make.container(readiness_probe=READINESS, **more)
    pod = make.pod(make.running(ready=False), spec=[spec])
    logs = [make.log(log, previous=False)] if log else []
    return make.evidence(pod, make.event(pod, "Unhealthy", message, of="api"), logs=logs)


REFUSED = (
    'Readiness probe failed: Get "http://10.0.0.7:8080/ready": dial tcp 10.0.0.7:8080: connect:'
    " connection refused"
)
GATED = make.pod(
    podspec={"readiness_gates": (k.ReadinessGate(condition_type="acme.io/ready"),)},
    conditions=(k.Condition(type="Ready", status="False", reason="ReadinessGatesNotReady"),),
)
CASES = {
    "a wrong path": (
        unready("Readiness probe failed: HTTP probe failed with statuscode: 404"),
        "ReadinessFailing",
        "HTTP status 404",
    ),
    "refused, the log names another port": (
        unready(REFUSED, log="Server listening on http://0.0.0.0:3000"),
        "ProbePortMismatch",
        "listens on 3000",
    ),
    "refused, another port is declared": (
        unready(REFUSED, ports=(k.ContainerPort(container_port=80),)),
        "ProbePortMismatch",
        "declares port 80",
    ),
    "refused, the port is the right one": (
        unready(REFUSED, ports=(k.ContainerPort(container_port=8080),)),
        "ReadinessFailing",
        "connection refused",
    ),
    "a command": (
        unready("Readiness probe failed: cat: can't open '/tmp/up': No such file"),
        "ReadinessFailing",
        "/tmp/up",
    ),
    "a gate": (make.evidence(GATED), "ReadinessGateNotSet", "acme.io/ready"),
}


@pytest.mark.parametrize(("evidence", "code", "words"), CASES.values(), ids=CASES.keys())
def test_the_probe_is_explained(evidence: Evidence, code: str, words: str) -> None:
    roots = diagnose(evidence).root_causes
    assert [root.code for root in roots] == [code]
    assert words in roots[0].ruling.summary


def test_a_probe_that_failed_before_the_pod_was_ready_is_over() -> None:
    pod = make.pod()
    early = make.event(pod, "Unhealthy", REFUSED, of="api", last_timestamp=make.OLD)
    assert diagnose(make.evidence(pod, early)).verdict is Verdict.HEALTHY


def test_an_event_of_an_earlier_pod_of_the_name_is_not_about_this_one() -> None:
    pod = make.pod()
    other = make.event(pod, "Unhealthy", "Liveness probe failed: x", of="api", uid="other")
    assert diagnose(make.evidence(pod, other)).verdict is Verdict.HEALTHY


@pytest.mark.parametrize(
    ("line", "ports"),
    [
        ("sh -c 'sleep 3600'", ()),
        ("redis-server --save 60 1", ()),
        ("run --timeout=3000 --workers 16", ()),
        ("tail -n 1000 /var/log/x", ()),
        ("python3 -m http.server 8000", (8000,)),
        ("httpd -f -p 8000 -h /www", (8000,)),
        ("gunicorn app:app -b 0.0.0.0:5000", (5000,)),
        ("run --port=9090 --timeout=3000", (9090,)),
        ("sh -c 'PORT=3000 node server.js'", (3000,)),
        ("run --metrics-bind-address=127.0.0.1:8443 --listen :443", (8443, 443)),
    ],
)
def test_only_ports_are_taken_from_a_command_line(line: str, ports: tuple[int, ...]) -> None:
    assert command_ports(k.Container(name="api", image="api", args=(line,))) == ports


def alive(times: int, seconds_ago: int) -> Evidence:
    """A container that is ready and whose liveness probe may fail a thousand times."""
    probe = k.Probe(exec=k.ExecAction(command=("check",)), period_seconds=5, failure_threshold=1000)
    pod = make.pod(make.running(), spec=[make.container(liveness_probe=probe)])
    event = make.event(
        pod,
        "Unhealthy",
        "Liveness probe failed: ",
        of="api",
        count=times,
        last_timestamp=make.ago(seconds=seconds_ago),
    )
    return make.evidence(pod, event)


def test_a_liveness_probe_that_keeps_failing_is_no_health() -> None:
    report = diagnose(alive(times=25, seconds_ago=4))
    assert [cause.code for cause in report.root_causes] == ["LivenessFailing"]


@pytest.mark.parametrize(("times", "seconds_ago"), [(1, 4), (25, 300)])
def test_a_liveness_probe_that_failed_once_or_long_ago_is_over(
    times: int, seconds_ago: int
) -> None:
    assert diagnose(alive(times, seconds_ago)).verdict is Verdict.HEALTHY
