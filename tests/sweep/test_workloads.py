"""Which rows tell of trouble, and which pods are looked at once for all of their kind."""

import pytest

from bot.cluster import objects as k
from bot.cluster.tables import row_fails
from bot.sweep.workloads import Alike, rows_alike, stands_for


@pytest.mark.parametrize(
    ("status", "ready", "fails"),
    [
        ("Running", "1/1", False),
        ("Running", "0/1", True),
        ("Completed", "0/1", False),
        ("Succeeded", "0/1", False),
        ("Pending", "0/1", True),
        ("Init:0/1", "0/1", True),
        ("CrashLoopBackOff", "1/2", True),
        ("Terminating", "1/1", True),
    ],
)
def test_row_fails_when_it_is_neither_ready_nor_done(status: str, ready: str, fails: bool) -> None:
    assert row_fails({"name": "a", "ready": ready, "status": status}) is fails


def test_pods_are_alike_by_what_comes_before_the_ending_and_by_status() -> None:
    rows = [
        {"name": "api-7f9-aaaaa", "status": "ErrImagePull"},
        {"name": "api-7f9-bbbbb", "status": "ErrImagePull"},
        {"name": "api-7f9-ccccc", "status": "Pending"},
        {"name": "lonely", "status": "Pending"},
    ]
    assert rows_alike(rows) == (
        Alike("", ("lonely",)),
        Alike("api-7f9", ("api-7f9-aaaaa", "api-7f9-bbbbb")),
        Alike("api-7f9", ("api-7f9-ccccc",)),
    )


def pod(name: str, kind: str = "", owner: str = "") -> k.Pod:
    owners = (k.OwnerReference(kind=kind, name=owner, controller=True),) if owner else ()
    return k.Pod(metadata=k.Metadata(name=name, namespace="shop", owner_references=owners))


@pytest.mark.parametrize(
    ("seen", "names", "mates"),
    [
        (pod("api-7f9-aaaaa", "ReplicaSet", "api-7f9"), ("api-7f9-bbbbb",), ("api-7f9-bbbbb",)),
        (pod("db-0", "StatefulSet", "db"), ("db-1", "db-12"), ("db-1", "db-12")),
        (pod("run-3-aaaaa", "Job", "run"), ("run-3-bbbbb",), ("run-3-bbbbb",)),
        (pod("tool-aaaaa"), ("tool-bbbbb",), ()),
        (pod("api-aaaaa", "DaemonSet", "api"), ("api-by-hand", "api-xy"), ()),
        (
            pod(f"{'a' * 58}-bbbbb", "ReplicaSet", "a" * 60),
            (f"{'a' * 58}-ccccc",),
            (f"{'a' * 58}-ccccc",),
        ),
    ],
    ids=["replica set", "stateful set", "indexed job", "no owner", "other endings", "long name"],
)
def test_pod_stands_for_those_that_its_owner_named(
    seen: k.Pod, names: tuple[str, ...], mates: tuple[str, ...]
) -> None:
    prefix = seen.name.rpartition("-")[0]
    same, others = stands_for(seen, Alike(prefix, tuple(sorted((seen.name, *names)))))
    assert set(same) == {seen.name, *mates}
    assert set(others) == set(names) - set(mates)
