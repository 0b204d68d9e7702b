"""The cluster: reached, as whom, and with which permissions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from bot.doctor import Check, State, examine
from bot.doctor.permissions import binding
from config.settings import ClusterSettings, Settings
from simulator.faults import Fault
from simulator.kubernetes.state import Rule
from simulator.world import World
from tests.doctor.asking import changed, of, the_only

ANONYMOUS = '{"status": {"userInfo": {"username": "system:anonymous"}}}'


async def test_rule_to_add_is_named_when_a_permission_is_missing(world: World) -> None:
    world.cluster.forbidden |= {Rule("list", "leases"), Rule("get", "leases")}
    missing = [c for c in of(await examine(world.settings()), "cluster") if c.breaks]
    assert missing == [
        Check(
            area="cluster",
            state=State.MISSING,
            says="may not get, list leases",
            fix="add to the ClusterRole whyfailing-read: - "
            '{apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get", "list"]}',
        )
    ]


async def test_optional_role_breaks_only_what_was_switched_on(world: World) -> None:
    world.cluster.forbidden.add(Rule("get", "secrets"))
    on = world.settings()
    off = changed(on, cluster=msgspec.structs.replace(on.cluster, read_pull_secrets=False))
    for settings, breaks in ((on, True), (off, False)):
        (check,) = [c for c in of(await examine(settings), "cluster") if c.state is State.MISSING]
        assert (check.says, check.breaks) == (
            "may not get secrets, which it would need to tell a missing Secret or key from a "
            "misspelt one",
            breaks,
        )


async def test_manifest_is_named_when_nothing_may_be_read(world: World) -> None:
    everything = {
        Rule(verb, resource) for verb in ("get", "list", "watch") for resource in _every_resource()
    }
    world.cluster.forbidden |= everything
    checks = of(await examine(world.settings()), "cluster")
    assert checks[1].says == "nothing that reports need may be read"
    assert checks[1].fix == (
        "kubectl apply -f config/rbac.yaml && kubectl create clusterrolebinding "
        "whyfailing-read-more --clusterrole=whyfailing-read --serviceaccount=default:demo"
    )


def _every_resource() -> set[str]:
    from bot.cluster.kinds import KINDS

    return {kind.plural for kind in KINDS} | {"pods/log"}


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (lambda world: world.cluster.tokens.clear(), "the cluster refused the credential"),
        (
            lambda world: world.cluster.faults.add(Fault(match="selfsubjectaccess", status=403)),
            "the cluster does not say what the bot may do (it answered 403)",
        ),
        (
            lambda world: world.cluster.faults.add(Fault(match="GET /version", status=501)),
            "the cluster answers 501",
        ),
        (
            lambda world: world.cluster.faults.add(
                Fault(match="selfsubjectreviews", status=201, body=ANONYMOUS)
            ),
            "the cluster was sent no credential",
        ),
    ],
    ids=["token refused", "no reviews", "server broken", "no credential"],
)
async def test_cluster_that_does_not_tell_is_one_line(
    world: World, prepare: Callable[[World], None], says: str
) -> None:
    prepare(world)
    (check,) = [c for c in of(await examine(world.settings()), "cluster") if c.breaks]
    assert (check.state, check.says) == (State.FAILED, says)
    assert check.fix


@pytest.mark.parametrize(
    ("user", "whom"),
    [
        ("system:serviceaccount:ops:bot", "--serviceaccount=ops:bot"),
        ("ada@example.com", "--user=ada@example.com"),
        ("x; rm -rf /", "'--user=x; rm -rf /'"),
        ("", "--user=USER"),
    ],
)
def test_binding_names_whom_the_cluster_knows_us_as(user: str, whom: str) -> None:
    assert binding("whyfailing-secrets", user, namespace="shop") == (
        "kubectl create rolebinding whyfailing-secrets -n shop "
        f"--clusterrole=whyfailing-secrets {whom}"
    )


async def test_no_cluster_is_no_failure_when_nobody_named_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "nowhere"))
    check = await the_only(Settings(), "cluster")
    assert (check.state, check.breaks) == (State.NOT_SET, False)
    assert check.fix.startswith("set KUBECONFIG")


async def test_absent_kubeconfig_is_named(tmp_path: Path) -> None:
    path = str(tmp_path / "nowhere")
    check = await the_only(Settings(cluster=ClusterSettings(kubeconfig=path)), "cluster")
    assert check.says == f"no cluster is configured: there is no kubeconfig at {path}"
    assert check.breaks
