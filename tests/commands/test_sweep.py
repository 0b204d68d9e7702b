"""`python -m bot sweep` and `snapshot`: what they print and how they end."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

from simulator.kubernetes import KubernetesState, kubernetes, write_kubeconfig
from simulator.kubernetes.state import TOKEN
from simulator.serving import serve
from tests.commands.conftest import Ran, Run, schema

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "api", "namespace": "shop", "uid": "1"},
    "spec": {"nodeName": "n1", "containers": [{"name": "api", "image": "Acme/API"}]},
    "status": {
        "phase": "Pending",
        "containerStatuses": [
            {
                "name": "api",
                "image": "Acme/API",
                "ready": False,
                "state": {
                    "waiting": {
                        "reason": "InvalidImageName",
                        "message": 'Failed to apply default image tag "Acme/API": couldn\'t parse '
                        "image name: invalid reference format: repository name must be lowercase",
                    }
                },
            }
        ],
    },
}
Asked = Callable[..., Ran]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Asked:
    """Runs a command against a simulated API server with one failing pod."""
    state = KubernetesState()
    state.apply({"kind": "Namespace", "metadata": {"name": "shop"}})
    state.apply({"kind": "Namespace", "metadata": {"name": "idle"}})
    state.apply(POD)

    async def served(*arguments: str) -> Ran:
        async with serve(kubernetes(state)) as url:
            path = write_kubeconfig(tmp_path / "kubeconfig", url, TOKEN, namespace="shop")
            monkeypatch.setenv("KUBECONFIG", str(path))
            return await asyncio.to_thread(run, *arguments)

    return lambda *arguments: asyncio.run(served(*arguments))


def test_sweep_of_the_usual_namespace_is_grouped_and_says_what_it_asked(asked: Asked) -> None:
    ran = asked("sweep")
    lines = ran.out.splitlines()
    assert ran.code == 1
    assert lines[0] == "1 of 1 workload fails, for 1 cause (1 pod)."
    assert lines[2].startswith("ImageNameInvalid · ")
    assert "shop/pod/api" in ran.out
    assert lines[-1].startswith("Asked the cluster ")


def test_sweep_of_all_namespaces_as_json_names_cause_and_members(asked: Asked) -> None:
    answer = json.loads(asked("sweep", "-A", "-o", "json").out)
    jsonschema.validate(answer, schema("sweep"))
    (group,) = answer["groups"]
    assert (group["code"], group["pods"]) == ("ImageNameInvalid", 1)
    assert [member["name"] for member in group["members"]] == ["api"]


def test_json_of_what_was_not_seen_has_the_published_form(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(yaml.safe_dump(POD))
    (tmp_path / "broken.yaml").write_text("kind: Pod\nmetadata: {name: [}\n")
    answer = json.loads(run("sweep", "--from", str(tmp_path), "-o", "json").out)
    assert (answer["version"], len(answer["gaps"])) == (1, 1)
    jsonschema.validate(answer, schema("sweep"))


def test_healthy_files_end_with_zero(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ok.yaml"
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    path.write_text(yaml.safe_dump({**POD, "status": status}))
    ran = run("sweep", "--from", str(path))
    assert (ran.code, ran.out) == (0, "Nothing fails: 1 workload looked at.\n")


def test_nothing_is_called_well_when_a_pod_could_not_be_read(run: Run, tmp_path: Path) -> None:
    status = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    (tmp_path / "ok.yaml").write_text(yaml.safe_dump({**POD, "status": status}))
    (tmp_path / "broken.yaml").write_text("kind: Pod\nmetadata: {name: [}\n")
    ran = run("sweep", "--from", str(tmp_path))
    assert ran.code == 3
    assert ran.out.startswith("Nothing that was seen fails: 1 workload looked at.\n")
    assert "- the files: of Pod not everything could be read" in ran.out
    assert "broken.yaml:2" in ran.err


def test_nothing_is_called_well_when_the_files_have_another_namespace(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "pod.yaml").write_text(yaml.safe_dump(POD))
    ran = run("sweep", "-n", "shpo", "--from", str(tmp_path))
    assert ran.code == 3
    assert "- namespace shpo: the files have no pod or workload of it → they have shop" in ran.out


def test_nothing_is_called_well_when_the_files_have_no_workload(run: Run, tmp_path: Path) -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a", "namespace": "b"}}
    (tmp_path / "service.yaml").write_text(yaml.safe_dump(service))
    ran = run("sweep", "--from", str(tmp_path))
    assert ran.code == 3
    assert "- the files: they have no pod or workload" in ran.out


def test_nothing_is_called_well_when_the_cluster_has_no_such_namespace(asked: Asked) -> None:
    ran = asked("sweep", "-n", "shpo")
    assert ran.code == 3
    assert "- namespace shpo: the cluster has none of this name" in ran.out


def test_empty_namespace_that_exists_is_well(asked: Asked) -> None:
    ran = asked("sweep", "-n", "idle")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "Nothing fails: 0 workloads looked at.")


def test_namespace_and_all_namespaces_exclude_each_other(run: Run) -> None:
    assert run("sweep", "-A", "-n", "shop").code == 64


def test_snapshot_is_what_a_sweep_of_files_reads(asked: Asked, run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    ran = asked("snapshot", str(folder))
    assert ran.code == 0
    assert f"python -m bot sweep --from {folder}" in ran.out
    assert (folder / "objects.json").is_file()
    swept = run("sweep", "--from", str(folder))
    assert swept.out.splitlines()[2].startswith("ImageNameInvalid · ")


def test_snapshot_of_nothing_is_no_success(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def served() -> Ran:
        async with serve(kubernetes(KubernetesState())) as url:
            path = write_kubeconfig(tmp_path / "kubeconfig", url, "expired", namespace="shop")
            monkeypatch.setenv("KUBECONFIG", str(path))
            return await asyncio.to_thread(run, "snapshot", str(tmp_path / "snapshot"))

    ran = asyncio.run(served())
    assert (ran.code, ran.out) == (69, "")
    assert ran.err.startswith("Cannot go on: the cluster refused the credential (list ")
    assert ran.err.splitlines()[1:] == ["log in to the cluster again; a token expires"]
    assert not (tmp_path / "snapshot").exists()


def test_snapshot_is_not_written_over_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    ran = run("snapshot", str(tmp_path / "mine"))
    assert ran.code == 64
    assert "is a file: name a new folder" in ran.err
    assert (tmp_path / "mine").read_text() == "precious"


def test_snapshot_is_not_written_into_a_folder_that_has_something(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    ran = run("snapshot", str(tmp_path))
    assert ran.code == 64
    assert "is not empty: name a new folder" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
