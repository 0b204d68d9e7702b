"""`python -m bot preflight`: exit codes, with and without a cluster."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.commands.conftest import Run, schema
from tests.commands.test_image import Hub, hub

__all__ = ["hub"]


@pytest.fixture
def manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hub: Hub) -> Path:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "nowhere"))
    path = tmp_path / "pod.yaml"
    containers = [{"name": "api", "image": "acme/api:1"}]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "api"},
           "spec": {"containers": containers}}  # fmt: skip
    path.write_text(yaml.safe_dump(pod))
    return path


def test_deploy_may_go_on_when_every_image_is_there(hub: Hub, run: Run, manifest: Path) -> None:
    hub.state.push("acme/api:1")
    ran = hub.ask(run, "preflight", str(manifest))
    assert ran.code == 0
    assert "No cluster is looked at" in ran.err
    assert ran.out.splitlines()[0] == "Nothing is missing: 1 workload, 1 image."
    assert "only images and the manifests themselves were checked" in ran.out


def test_deploy_is_stopped_when_an_image_is_absent(hub: Hub, run: Run, manifest: Path) -> None:
    hub.state.push("acme/api:2")
    ran = hub.ask(run, "preflight", str(manifest), "-o", "json")
    answer = json.loads(ran.out)
    jsonschema.validate(answer, schema("preflight"))
    (problem,) = answer["problems"]
    assert ran.code == 1
    assert (problem["workload"], problem["code"]) == ("pod/api -n default", "ImageTagMissing")


def test_answer_is_incomplete_when_a_registry_did_not_answer(
    hub: Hub, run: Run, manifest: Path
) -> None:
    manifest.write_text(manifest.read_text().replace("acme/api", "127.0.0.1:9/acme/api"))
    ran = hub.ask(run, "preflight", str(manifest))
    assert ran.code == 3
    assert ran.out.startswith("Nothing that was looked at is missing: 1 workload, 1 image.\n")
    assert "127.0.0.1:9/acme/api:1: 127.0.0.1" in ran.out


def test_path_that_does_not_exist_is_named(run: Run, tmp_path: Path) -> None:
    ran = run("preflight", str(tmp_path / "nowhere.yaml"))
    assert ran.code == 69
    assert "nowhere.yaml does not exist" in ran.err
