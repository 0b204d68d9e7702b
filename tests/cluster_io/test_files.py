from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.cluster import recordings
from bot.cluster.files import FileCluster, read_files
from bot.evidence import GapReason, Listing, Target
from bot.sources import Query, SourceError
from tests.cluster_io.make import listing, manifest, pod, write


def read(*paths: Path) -> FileCluster:
    return read_files([str(path) for path in paths])


def names(cluster: FileCluster) -> list[str]:
    return sorted(f"{kind} {space}/{name}" for kind, space, name in cluster.objects)


def problems(cluster: FileCluster, folder: Path) -> list[str]:
    return [str(problem).replace(f"{folder}/", "") for problem in cluster.problems]


# --- formats ------------------------------------------------------------------------------------


def test_objects_are_read_from_yaml_json_lists_and_documents(tmp_path: Path) -> None:
    documents = [pod("one"), listing(pod("two"), manifest("Service", "api"))]
    write(tmp_path, "deep/er/all.yaml", yaml.safe_dump_all(documents))
    write(tmp_path, "three.json", pod("three"))
    write(tmp_path, "four.yml", "# a comment\n---\n" + yaml.safe_dump(pod("four")) + "---\n")
    write(tmp_path, "array.json", json.dumps([pod("five")]))
    write(tmp_path, "notes.txt", "kind: Pod")
    cluster = read(tmp_path)
    assert names(cluster) == [
        "Pod shop/five",
        "Pod shop/four",
        "Pod shop/one",
        "Pod shop/three",
        "Pod shop/two",
        "Service shop/api",
    ]
    assert cluster.problems == ()


def test_unknown_kinds_are_counted_and_their_namesakes_too(tmp_path: Path) -> None:
    write(
        tmp_path,
        "all.json",
        listing(
            pod(),
            manifest("Widget", "w", api="acme.io/v1"),
            manifest("Widget", "v", api="acme.io/v1"),
            manifest("Service", "s", api="serving.knative.dev/v1"),
        ),
    )
    assert read(tmp_path).skipped == {"Widget.acme.io": 2, "Service.serving.knative.dev": 1}


def test_time_in_yaml_stays_a_time_when_it_is_not_quoted(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "pod.yaml",
        "kind: Pod\nmetadata: {name: a, creationTimestamp: 2026-01-02T03:04:05Z}\n",
    )
    assert read(path).now() == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_now_is_the_newest_fact_and_not_a_deadline(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "all.json",
        listing(
            pod(metadata={"deletionTimestamp": "2030-01-01T00:00:00Z"}),
            manifest("Event", "e", lastTimestamp="2026-01-01T00:00:07Z"),
            pod("b", status={"startTime": "2026-01-01T00:00:05Z"}),
        ),
    )
    assert read(path).now() == datetime(2026, 1, 1, 0, 0, 7, tzinfo=UTC)


# --- absence ------------------------------------------------------------------------------------


async def test_absence_is_known_when_a_sibling_is_there(tmp_path: Path) -> None:
    cluster = read(write(tmp_path, "cm.json", manifest("ConfigMap", "one")))
    assert await cluster.get("ConfigMap", "shop", "two") is None
    with pytest.raises(SourceError) as error:
        await cluster.get("ConfigMap", "web", "two")
    assert (error.value.reason, error.value.detail, error.value.fix) == (
        GapReason.NOT_IN_FILES,
        "ConfigMap web/two is not in the files",
        "record it: kubectl get configmaps -o yaml -n web",
    )


def test_listings_come_from_lists_siblings_and_listed_json(tmp_path: Path) -> None:
    write(tmp_path, "nodes.json", listing(kind="NodeList"))
    write(tmp_path, "pods.json", listing(pod(namespace="shop"), kind="PodList"))
    write(tmp_path, "web/services.json", listing(kind="ServiceList"))
    write(tmp_path, "secret.json", manifest("Secret", "s", "db"))
    write(tmp_path, "class.json", manifest("StorageClass", "fast", "", "storage.k8s.io/v1"))
    write(tmp_path, "listed.json", '{"cluster": ["Lease"], "namespaces": {"db": ["Job"]}}')
    assert read(tmp_path).listings == {
        Listing("Node", ""),
        Listing("Pod", "shop"),
        Listing("Service", "web"),
        Listing("Secret", "db"),
        Listing("Lease", ""),
        Listing("Job", "db"),
    }


def test_nothing_counts_as_listed_when_part_of_it_was_lost(tmp_path: Path) -> None:
    good = manifest("ConfigMap", "one")
    text = (
        yaml.safe_dump(good) + "---\nkind: Pod\nmetadata: {name: [}\n---\n" + yaml.safe_dump(pod())
    )
    cluster = read(write(tmp_path, "all.yaml", text))
    assert names(cluster) == ["ConfigMap shop/one", "Pod shop/api-1"]
    assert cluster.listings == {Listing("ConfigMap", "shop")}
    assert problems(cluster, tmp_path) == [
        "all.yaml:8: broken YAML (did not find expected node content)"
    ]


def test_items_before_the_end_are_read_when_a_list_is_cut_off(tmp_path: Path) -> None:
    whole = json.dumps(listing(pod("a"), pod("b"), pod("c"), kind="PodList"), indent=1)
    cluster = read(write(tmp_path, "pods.json", whole[: whole.index('"c"')]))
    assert names(cluster) == ["Pod shop/a", "Pod shop/b"]
    assert cluster.listings == set()
    [problem] = problems(cluster, tmp_path)
    assert problem.endswith("the file ends in the middle of a JSON document")


def test_list_is_not_whole_when_its_yaml_ends_early(tmp_path: Path) -> None:
    text = yaml.safe_dump(listing(pod("a"), pod("b")))
    cluster = read(write(tmp_path, "pods.yaml", text[: text.index("kind: List")]))
    assert names(cluster) == ["Pod shop/a", "Pod shop/b"]
    assert cluster.listings == set()
    assert problems(cluster, tmp_path) == [
        "pods.yaml:1: the list breaks off, so more objects may belong to it"
    ]


# --- layouts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("current", "previous"),
    [
        ("logs/shop/api-1/api.log", "logs/shop/api-1/api-previous.log"),
        (
            "bundle/cluster-resources/pods/logs/shop/api-1/api.log",
            "bundle/cluster-resources/pods/logs/shop/api-1/api-previous.log",
        ),
        (
            "gather/namespaces/shop/pods/api-1/api/api/logs/current.log",
            "gather/namespaces/shop/pods/api-1/api/api/logs/previous.log",
        ),
    ],
)
async def test_logs_are_found_in_each_layout(tmp_path: Path, current: str, previous: str) -> None:
    write(tmp_path, "pod.json", pod())
    write(tmp_path, current, "one\r\ntwo\n")
    write(tmp_path, previous, "before\n")
    cluster = read(tmp_path)
    assert await cluster.log("shop", "api-1", "api") == ("one", "two")
    assert await cluster.log("shop", "api-1", "api", lines=1) == ("two",)
    assert await cluster.log("shop", "api-1", "api", previous=True) == ("before",)
    assert await cluster.log("shop", "api-1", "web") is None


CLUSTER_INFO_LOG = """==== START logs for container init of pod shop/api-1 ====
ready
==== END logs for container init of pod shop/api-1 ====
==== START logs for container api of pod shop/api-1 ====
{"level":"error"}
==== END logs for container api of pod shop/api-1 ====
"""


async def test_logs_are_parted_when_cluster_info_wrote_them(tmp_path: Path) -> None:
    write(tmp_path, "shop/pods.json", listing(pod(), kind="PodList"))
    write(tmp_path, "shop/api-1/logs.txt", CLUSTER_INFO_LOG)
    cluster = read(tmp_path)
    assert await cluster.log("shop", "api-1", "init") == ("ready",)
    assert await cluster.log("shop", "api-1", "api") == ('{"level":"error"}',)


async def test_one_file_is_enough_when_cluster_info_printed_everything(tmp_path: Path) -> None:
    nodes = listing(manifest("Node", "n", ""), kind="NodeList")
    text = f"{json.dumps(nodes, indent=4)}\n{json.dumps(listing(pod()), indent=4)}\n"
    cluster = read(write(tmp_path, "dump.txt", text + CLUSTER_INFO_LOG))
    assert names(cluster) == ["Node /n", "Pod shop/api-1"]
    assert await cluster.log("shop", "api-1", "init") == ("ready",)
    assert cluster.problems == ()


def test_lists_name_their_namespace_by_path_when_they_are_empty(tmp_path: Path) -> None:
    write(tmp_path, "pod.json", pod())
    write(tmp_path, "cluster-resources/services/web.json", listing(kind="ServiceList"))
    write(tmp_path, "namespaces/db/core/secrets.yaml", "kind: SecretList\nitems: []\n")
    found = read(tmp_path).listings
    assert {Listing("Service", "web"), Listing("Secret", "db")} <= found


async def test_only_the_end_is_read_when_a_log_is_huge(tmp_path: Path) -> None:
    write(tmp_path, "pod.json", pod())
    path = write(tmp_path, "logs/shop/api-1/api.log", "")
    with path.open("wb") as file:
        file.truncate(200 * 1024**2)
        file.seek(0, 2)
        file.write(b"\nlast\n")
    found = await read(tmp_path).log("shop", "api-1", "api", lines=1)
    assert found == ("last",)


# --- archives -------------------------------------------------------------------------------------


def archive(path: Path, members: dict[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, text in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            tar.addfile(member, io.BytesIO(text.encode()))
        link = tarfile.TarInfo("bundle/passwd.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return path


async def test_support_bundle_is_read_as_it_was_sent(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "bundle.tar.gz",
        {
            "../../outside.json": json.dumps(pod("climbing")),
            "bundle/cluster-resources/pods/shop.json": json.dumps(listing(pod(), kind="PodList")),
            "bundle/cluster-resources/pods/logs/shop/api-1/api.log": "x\n" * 300_000 + "boom\n",
        },
    )
    cluster = read(path)
    assert names(cluster) == ["Pod shop/api-1", "Pod shop/climbing"]
    assert await cluster.log("shop", "api-1", "api", lines=2) == ("x", "boom")
    assert os.listdir(tmp_path) == ["bundle.tar.gz"]  # noqa: PTH208


def test_archive_is_read_up_to_the_break_when_it_is_broken(tmp_path: Path) -> None:
    path = archive(tmp_path / "b.tar.gz", {"a.json": json.dumps(pod()), "b": "x" * 9, "c": "y"})
    whole = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(whole[:2000]))
    cluster = read(path)
    assert names(cluster) == ["Pod shop/api-1"]
    assert cluster.listings == set()
    assert "the archive is broken" in str(cluster.problems[0])


def test_reading_stops_when_an_archive_unpacks_to_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "MOST_BYTES", 1000)
    bomb = {"a.json": json.dumps(pod()), "zeros.json": "0" * 5000}
    cluster = read(archive(tmp_path / "b.tgz", bomb))
    assert names(cluster) == ["Pod shop/api-1"]
    assert problems(cluster, tmp_path) == [
        "b.tgz: it unpacks to more than can be read, so the rest was not"
    ]


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("hello: world\n", "there is no Kubernetes object in"),
        ("a: &a [*a]\n", "(x.yaml:1: broken YAML (the alias *a has nothing to stand for))"),
        ('{"kind": "Pod",', "(x.yaml:1: the file ends in the middle of a JSON document)"),
        ("[" * 100_000, "(x.yaml:1: broken JSON (nested too deeply))"),
        ("\x00\x01", "(x.yaml:1: broken YAML (unacceptable character"),
        (
            "kind: Pod\nmetadata:\n\tname: a\n",
            "(x.yaml:3: broken YAML (found character that cannot start any token",
        ),
    ],
)
def test_one_sentence_says_why_when_nothing_can_be_read(
    tmp_path: Path, content: str, says: str
) -> None:
    path = write(tmp_path, "x.yaml", content)
    with pytest.raises(SourceError) as error:
        read(path)
    assert error.value.reason is GapReason.NOT_IN_FILES
    assert says in error.value.detail.replace(f"{tmp_path}/", "")


def test_path_that_does_not_exist_is_named() -> None:
    with pytest.raises(SourceError) as error:
        read_files(["/no/such/folder"])
    assert error.value.detail == "/no/such/folder does not exist"


def test_small_aliases_are_read_when_they_are_harmless(tmp_path: Path) -> None:
    text = "kind: Pod\nmetadata: {name: a, labels: &l {app: x}, annotations: *l}\n"
    cluster = read(write(tmp_path, "a.yaml", text))
    assert cluster.objects[("Pod", "", "a")].metadata.annotations == {"app": "x"}


def test_newer_object_counts_when_two_have_one_name(tmp_path: Path) -> None:
    write(tmp_path, "a.json", pod(metadata={"resourceVersion": "99", "uid": "old"}))
    write(tmp_path, "b.json", pod(metadata={"resourceVersion": "100", "uid": "new"}))
    cluster = read(tmp_path)
    assert cluster.objects[("Pod", "shop", "api-1")].metadata.uid == "new"
    assert problems(cluster, tmp_path) == [
        "b.json: Pod shop/api-1 is in a.json too; the newer one counts"
    ]


def test_nothing_is_said_when_the_same_object_is_there_twice(tmp_path: Path) -> None:
    write(tmp_path, "a.json", pod(metadata={"resourceVersion": "9"}))
    write(tmp_path, "b.json", listing(pod(metadata={"resourceVersion": "9"})))
    assert read(tmp_path).problems == ()


# --- the rest of the protocol ---------------------------------------------------------------------


async def test_nothing_can_be_changed_or_watched(tmp_path: Path) -> None:
    cluster = read(write(tmp_path, "pod.json", pod()))
    with pytest.raises(SourceError) as error:
        cluster.watch("Pod", "shop")
    assert error.value.detail == "cannot watch Pod -n shop: these are files, not a cluster"
    with pytest.raises(SourceError):
        await cluster.delete_pod("shop", "api-1", "u")


async def test_pod_is_found_by_what_people_type(tmp_path: Path) -> None:
    owner = [{"kind": "ReplicaSet", "name": "api-7f9c4d5b8", "uid": "r", "controller": True}]
    write(tmp_path, "a.json", pod("api-7f9c4d5b8-x2x4z", metadata={"ownerReferences": owner}))
    write(tmp_path, "b.json", pod("worker-0"))
    cluster = read(tmp_path)
    assert cluster.default_namespace == "shop"
    expected = Target("", "shop", "Pod", "api-7f9c4d5b8-x2x4z")
    for typed in ("api-7f9c4d5b8-x2x4z", "api", "api-7f"):
        assert (await cluster.find(Query(name=typed))).exact == (expected,)
    found = await cluster.find(Query(name="wroker"))
    assert (found.exact, found.near) == ((), (Target("", "shop", "Pod", "worker-0"),))
    nothing = await cluster.find(Query(name="payments"))
    assert (nothing.exact, nothing.near) == ((), ())


async def test_lists_are_narrowed_by_selectors(tmp_path: Path) -> None:
    write(tmp_path, "a.json", pod("a", metadata={"labels": {"app": "api"}}))
    write(tmp_path, "b.json", pod("b", spec={"nodeName": "n1"}))
    cluster = read(tmp_path)
    assert [p.name for p in await cluster.list("Pod", labels="app in (api,web)")] == ["a"]
    assert [p.name for p in await cluster.list("Pod", fields="spec.nodeName=n1")] == ["b"]
    assert await cluster.list("Pod", "web") == ()
