"""Texts to facts: every value that a text names."""

from __future__ import annotations

from time import process_time
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cluster.readers import facts as f
from bot.cluster.readers import read
from bot.evidence import Statement

P, N = f.Predicate, f.NetworkFault
HEAD = 'failed to do request: Head "https://reg.acme.io:5000/v2/shop/manifests/1": '
RESOLVE = 'failed to resolve reference "reg.acme.io:5000/shop:1": '
PULL = 'Failed to pull image "reg.acme.io:5000/shop:1": ' + RESOLVE


def facts(text: str, where: str = "") -> tuple[f.Fact, ...]:
    """The facts without the words that they were read from."""
    found = read(Statement(text=text, where=where))
    return tuple(_wordless(fact) for fact in found)


def _wordless(fact: f.Fact) -> f.Fact:
    inner = getattr(fact, "connection", None)
    if inner is None:
        return msgspec.structs.replace(fact, words="")
    return msgspec.structs.replace(
        fact, words="", connection=msgspec.structs.replace(inner, words="")
    )


def pulled(problem: f.PullProblem, **more: Any) -> f.PullFailed:
    return f.PullFailed(problem=problem, image="reg.acme.io:5000/shop:1", **more)


def network(fault: f.NetworkFault, host: str = "reg.acme.io:5000", address: str = "") -> f.Fact:
    return pulled(
        f.PullProblem.NETWORK,
        host=host,
        connection=f.ConnectionFailed(fault=fault, host=host, address=address),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            PULL + HEAD + "dial tcp 10.1.2.3:5000: connect: connection refused",
            network(N.REFUSED, address="10.1.2.3:5000"),
        ),
        (
            PULL + HEAD + "dial tcp: lookup reg.acme.io on 10.0.0.2:53: i/o timeout",
            network(N.DNS, host="reg.acme.io", address=""),
        ),
        (
            PULL + HEAD + "read tcp 10.0.0.7:4711->10.1.2.3:5000: read: connection reset by peer",
            network(N.RESET, address="10.1.2.3:5000"),
        ),
        (
            PULL + HEAD + "x509: certificate signed by unknown authority",
            network(N.TLS_UNTRUSTED),
        ),
        (
            PULL + "unexpected status from HEAD request to"
            " https://reg.acme.io:5000/v2/shop/manifests/1: 503 Service Unavailable",
            pulled(f.PullProblem.SERVER_ERROR, host="reg.acme.io:5000", status=503),
        ),
        (
            PULL + "failed to authorize: failed to fetch oauth token: unexpected status from GET"
            " request to https://auth.acme.io/token?service=r: 401 Unauthorized",
            pulled(
                f.PullProblem.CREDENTIALS_REFUSED,
                host="auth.acme.io",
                status=401,
                credentials_sent=True,
            ),
        ),
        (
            PULL + "no matching manifest for linux/arm64/v8 in the manifest list entries",
            pulled(f.PullProblem.NO_PLATFORM, platform="linux/arm64/v8"),
        ),
    ],
)
def test_pull_error_is_read_with_its_values(text: str, expected: f.Fact) -> None:
    assert facts(text, "event:Failed") == (expected,)


def test_each_attempt_is_a_fact_when_credentials_were_tried_in_turn() -> None:
    text = (
        'Failed to pull image "acme/shop:1": [rpc error: code = Unknown desc = Error response from'
        " daemon: unauthorized: incorrect username or password, rpc error: code = Unknown desc ="
        " Error response from daemon: pull access denied for acme/shop, repository does not exist"
        " or may require 'docker login']"
    )
    problems = [fact.problem for fact in facts(text) if isinstance(fact, f.PullFailed)]
    assert problems == [f.PullProblem.CREDENTIALS_REFUSED, f.PullProblem.MISSING_OR_PRIVATE]


def row(nodes: int, predicate: f.Predicate, detail: str = "") -> f.NodesRefused:
    return f.NodesRefused(nodes=nodes, predicate=predicate, detail=detail)


@pytest.mark.parametrize(
    ("text", "nodes", "rows"),
    [
        (
            "0/9 nodes are available: 1 node(s) had untolerated taint {team: red}, 2 Insufficient"
            " cpu, 2 Insufficient memory, 4 node(s) didn't match Pod's node affinity/selector."
            " preemption: 0/9 nodes are available: 5 Preemption is not helpful for scheduling,"
            " 4 No preemption victims found for incoming pod.",
            9,
            (
                row(1, P.TAINT, "team: red"),
                row(2, P.CPU),
                row(2, P.MEMORY),
                row(4, P.SELECTOR_OR_AFFINITY),
            ),
        ),
        (
            "0/3 nodes are available: 1 node(s) had taint {node.kubernetes.io/not-ready: }, that"
            " the pod didn't tolerate, 2 Insufficient example.com/fpga.",
            3,
            (row(1, P.NOT_READY), row(2, P.RESOURCE, "example.com/fpga")),
        ),
        (
            "No nodes are available that match all of the predicates: Insufficient cpu (3),"
            " MatchNodeSelector (2), PodToleratesNodeTaints (1).",
            None,
            (row(3, P.CPU), row(2, P.SELECTOR), row(1, P.TAINT)),
        ),
        (
            '0/4 nodes are available: persistentvolumeclaim "orders" not found.',
            4,
            (row(4, P.CLAIM_MISSING, "orders"),),
        ),
    ],
)
def test_scheduler_text_becomes_a_table(
    text: str, nodes: int | None, rows: tuple[f.NodesRefused, ...]
) -> None:
    assert facts(text, "event:FailedScheduling") == (f.Unschedulable(nodes=nodes, rows=rows),)


@pytest.mark.parametrize(
    ("where", "text", "expected"),
    [
        (
            "event:FailedCreate",
            'Error creating: pods "web-1" is forbidden: exceeded quota: small, requested:'
            " limits.cpu=2,pods=1, used: limits.cpu=3,pods=9, limited: limits.cpu=4,pods=9",
            f.QuotaExceeded(
                quota="small",
                requested=(("limits.cpu", "2"), ("pods", "1")),
                used=(("limits.cpu", "3"), ("pods", "9")),
                limited=(("limits.cpu", "4"), ("pods", "9")),
            ),
        ),
        (
            "event:FailedCreate",
            'Error creating: pods "web-1" is forbidden: failed quota: small: must specify'
            " limits.cpu for: api,web; limits.memory for: web",
            f.QuotaWantsResources(quota="small", fields=("limits.cpu", "limits.memory")),
        ),
        (
            "status:OutOfcpu",
            "Pod was rejected: Node didn't have enough resource: cpu, requested: 4000, used: 500,"
            " capacity: 4000",
            f.PodRejected(
                reason="OutOfcpu", resource="cpu", requested="4000", used="500", capacity="4000"
            ),
        ),
        (
            "event:FailedToRetrieveImagePullSecret",
            "Unable to retrieve some image pull secrets (red, blue); attempting to pull the image"
            " may not succeed.",
            f.PullSecretsUnavailable(names=("red", "blue")),
        ),
        (
            "event:Failed",
            "Error: couldn't find key password in Secret shop/database",
            f.KeyMissing(kind="Secret", key="password", name="database", namespace="shop"),
        ),
        (
            "event:FailedMount",
            'MountVolume.SetUp failed for volume "conf" : configmap "settings" not found',
            f.ObjectMissing(kind="ConfigMap", name="settings", volume="conf"),
        ),
        (
            "event:FailedMount",
            'MountVolume.SetUp failed for volume "logs" : hostPath type check failed: /var/x is not'
            " a directory",
            f.VolumeFailed(
                problem=f.VolumeProblem.HOST_PATH_TYPE,
                volume="logs",
                path="/var/x",
                expected="directory",
            ),
        ),
        (
            "event:Unhealthy",
            'Readiness probe failed: Get "http://10.2.0.4:8080/ready": dial tcp 10.2.0.4:8080:'
            " connect: connection refused",
            f.ProbeFailed(
                probe=f.Probe.READINESS,
                port=8080,
                path="/ready",
                connection=f.ConnectionFailed(
                    fault=N.REFUSED, host="10.2.0.4:8080", address="10.2.0.4:8080"
                ),
            ),
        ),
        (
            "event:Killing",
            "Container web failed liveness probe, will be restarted",
            f.ProbeKilled(probe=f.Probe.LIVENESS, container="web"),
        ),
        (
            "event:Failed",
            'Error: failed to start container "web": OCI runtime create failed: exec: "serve":'
            " executable file not found in $PATH: unknown",
            f.StartFailed(problem=f.StartProblem.COMMAND_NOT_FOUND, command="serve"),
        ),
        (
            "status:Evicted",
            "The node was low on resource: ephemeral-storage. Container web was using 3Gi, which"
            " exceeds its request of 0.",
            f.PodEvicted(resource="ephemeral-storage", usage="web used 3Gi"),
        ),
    ],
)
def test_text_is_read_with_the_values_that_it_names(
    where: str, text: str, expected: f.Fact
) -> None:
    assert facts(text, where) == (expected,)


def test_log_of_a_program_is_no_word_of_the_cluster() -> None:
    text = 'failed to pull image "x": manifest unknown'
    assert facts(text, "log:container") == ()
    assert facts(text, "terminated:Error") == (f.ContainerEnded(),)


PIECES = [
    'exec: "',
    "status code [",
    "https://",
    "manifest for ",
    "1 Insufficient cpu, ",
    "taint {",
    'for volume "',
    "rpc error: code = ",
    "container ",
    "used: a=1,",
    "/v2/",
    "(",
    "\\",
    "\n",
    "a" * 40,
    "1" * 40,
]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=8), min_size=1, max_size=5),
    st.sampled_from(["", "event:Failed", "event:FailedScheduling", "status:Evicted", "log:ctr"]),
)
def test_any_text_is_read_in_time(pieces: list[str], where: str) -> None:
    text = ("".join(pieces) * 10_000)[:10_000]
    began = process_time()
    read(Statement(text=text, where=where))
    # A tenth of a second is twice the budget: the machine that runs the tests may be slow.
    assert process_time() - began < 0.1
