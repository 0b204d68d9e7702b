"""Names that speak of failures: what a pod is called says nothing about it."""

from __future__ import annotations

from itertools import product

import msgspec
import pytest

from bot.cluster.readers import read
from bot.cluster.readers.facts import Fact
from bot.diagnose import diagnose
from bot.evidence import Statement
from bot.report import Verdict
from tests import make

NAMES = (
    *("oomkilled", "oom-killed", "crashloopbackoff", "cgroup-issue", "imagepullbackoff", "subpath"),
    *("unauthorized", "toomanyrequests", "fsgroup", "runasnonroot", "access-denied", "evicted"),
    *("node-not-ready", "exec-format-error", "manifest-unknown", "quota-exceeded", "webhook"),
)
TEXTS = (
    ("event:Scheduled", "Successfully assigned e-{0}/{0}-pod to n1"),
    ("event:BackOff", "Back-off restarting failed container app in pod {0}-pod_e-x(b1f2d007)"),
    ("event:BackOff", "Back-off restarting failed container {0} in pod p_e-x(b1f2d007)"),
    ("waiting:CrashLoopBackOff", "back-off 40s restarting failed container={0} pod={0}-1_e(b1f2)"),
    ("event:BackOff", 'Back-off pulling image "acme/{0}:v1"'),
    (
        "event:Failed",
        'Failed to pull image "acme/{0}:v1": rpc error: code = NotFound desc = failed to pull and'
        ' unpack image "docker.io/acme/{0}:v1": failed to resolve reference'
        ' "docker.io/acme/{0}:v1": docker.io/acme/{0}:v1: not found',
    ),
    ("event:Killing", "Stopping container {0}"),
    ("event:Killing", "Container {0} failed liveness probe, will be restarted"),
    ("event:SuccessfulCreate", "Created pod: {0}-1234"),
    ("condition:ContainersNotReady", "containers with unready status: [{0}]"),
    ("event:FailedMount", 'MountVolume.SetUp failed for volume "{0}" : secret "{0}-x" not found'),
    (
        "event:Unhealthy",
        'Readiness probe failed: Get "http://10.0.0.7:80/{0}": dial tcp 10.0.0.7:80: connect:'
        " connection refused",
    ),
)


def facts(name: str, text: str, where: str) -> tuple[Fact, ...]:
    return read(Statement(text=text.format(name), where=where))


@pytest.mark.parametrize(("name", "seen"), list(product(NAMES, TEXTS)))
def test_a_name_changes_nothing_that_is_read(name: str, seen: tuple[str, str]) -> None:
    where, text = seen
    plain = msgspec.json.encode(facts("ledger", text, where)).decode()
    assert msgspec.json.encode(facts(name, text, where)).decode() == plain.replace("ledger", name)


@pytest.mark.parametrize("name", NAMES)
def test_a_pod_that_ends_is_not_what_it_is_called(name: str) -> None:
    pod = make.pod(make.crashing(3), name=f"{name}-pod")
    events = (
        make.event(pod, "Scheduled", f"Successfully assigned shop/{name}-pod to n1"),
        make.event(
            pod,
            "BackOff",
            f"Back-off restarting failed container api in pod {name}-pod_shop(b1f2d007)",
            of="api",
        ),
    )
    report = diagnose(make.evidence(pod, *events))
    assert [cause.code for cause in report.root_causes] == ["AppError"]


@pytest.mark.parametrize("name", NAMES)
def test_a_pod_that_works_is_healthy_whatever_it_is_called(name: str) -> None:
    pod = make.pod(make.running(), name=f"{name}-pod")
    event = make.event(pod, "Scheduled", f"Successfully assigned shop/{name}-pod to n1")
    assert diagnose(make.evidence(pod, event)).verdict is Verdict.HEALTHY
