"""`python -m bot diagnose`: targets, outputs, saving and replaying, and what bad input is told."""

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from tests.commands.conftest import Run

POD = "api-7d9f8c6b54-x2x4z"


def pod(name: str = POD, image: str = "acme/api:1.4.2") -> dict[str, object]:
    waiting = {
        "reason": "ErrImagePull",
        "message": f'failed to pull and unpack image "docker.io/{image}": failed to resolve'
        f' reference "docker.io/{image}": docker.io/{image}: not found',
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": name,
            "creationTimestamp": "2026-01-01T00:00:00Z",
        },
        "spec": {"containers": [{"name": "api", "image": image}], "nodeName": "n1"},
        "status": {
            "phase": "Pending",
            "containerStatuses": [{"name": "api", "image": image, "state": {"waiting": waiting}}],
        },
    }


@pytest.fixture
def files(tmp_path: Path) -> str:
    document = {
        "apiVersion": "v1",
        "kind": "List",
        "items": [pod(), pod("web-1", "acme/web:1"), pod("web-2", "acme/web:1")],
    }
    path = tmp_path / "pods.yaml"
    path.write_text(yaml.safe_dump(document))
    return str(path)


def test_report_is_printed_when_the_pod_is_in_the_files(run: Run, files: str) -> None:
    ran = run("diagnose", POD, "-n", "shop", "--from", files)
    assert ran.code == 1
    assert ran.out.startswith(f"FAILING: shop/Pod/{POD}\n")
    assert "acme/api:1.4.2" in ran.out
    assert ran.err == ""


@pytest.mark.parametrize("words", [[f"pod/{POD}"], [f"shop/{POD}"], ["pod", POD], ["api-7d9"]])
def test_target_is_found_when_it_is_named_as_people_do(
    run: Run, files: str, words: list[str]
) -> None:
    ran = run("diagnose", *words, "-n", "shop", "--from", files)
    assert ran.code == 1
    assert f"shop/Pod/{POD}" in ran.out


def test_json_is_one_document_of_schema_version_1(run: Run, files: str) -> None:
    ran = run("diagnose", POD, "-n", "shop", "--from", files, "-o", "json")
    document = json.loads(ran.out)
    assert document["version"] == 1
    assert document["verdict"] == "explained"
    assert document["target"]["name"] == POD


def test_markdown_and_slack_are_printed_when_asked_for(run: Run, files: str) -> None:
    markdown = run("diagnose", POD, "-n", "shop", "--from", files, "-o", "markdown")
    assert markdown.out.startswith(f"## FAILING: shop/Pod/{POD}\n")
    slack = json.loads(run("diagnose", POD, "-n", "shop", "--from", files, "-o", "slack").out)
    assert set(slack) == {"text", "blocks"}


def test_replay_prints_the_same_report_byte_for_byte(run: Run, files: str, tmp_path: Path) -> None:
    saved = str(tmp_path / "evidence.json")
    first = run("diagnose", POD, "-n", "shop", "--from", files, "--save", saved, "-o", "json")
    again = run("diagnose", "--replay", saved, "-o", "json")
    assert again == first


def test_registry_is_a_gap_when_files_are_read(run: Run, files: str) -> None:
    ran = run("diagnose", POD, "-n", "shop", "--from", files, "-o", "json")
    (gap,) = [gap for gap in json.loads(ran.out)["gaps"] if gap["source"] == "registry"]
    assert gap["fix"] == "add --online to ask it as it is now"


# --- bad input ------------------------------------------------------------------------------------


def test_choice_is_offered_when_a_name_means_several(run: Run, files: str) -> None:
    ran = run("diagnose", "web", "-n", "shop", "--from", files)
    assert ran.code == 64
    assert "pod/web-1 -n shop" in ran.err
    assert "pod/web-2 -n shop" in ran.err


def test_near_name_is_offered_and_not_taken_when_the_name_is_unknown(run: Run, files: str) -> None:
    ran = run("diagnose", "wbe-1", "-n", "shop", "--from", files)
    assert ran.code == 64
    assert ran.out == ""
    assert "There is no wbe-1 in the files. Near it:\n  pod/web-1 -n shop" in ran.err


def test_namespace_is_named_when_the_pod_is_in_another(run: Run, files: str) -> None:
    ran = run("diagnose", POD, "-n", "other", "--from", files)
    assert ran.code == 64
    assert ran.out == ""
    assert ran.err == (
        f"There is no {POD} in namespace other of the files. Elsewhere:\n  pod/{POD} -n shop\n"
    )


def test_kinds_are_named_when_the_files_have_none_that_a_cause_reads(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: acme.dev/v1, kind: Widget}\n"
    )
    ran = run("diagnose", "api", "--from", str(tmp_path))
    assert ran.code == 69
    assert "of a kind that a cause reads; there is 1 Widget.acme.dev." in ran.err


def test_nothing_near_is_said_when_nothing_is(run: Run, files: str) -> None:
    ran = run("diagnose", "zzzzzzzz", "-n", "shop", "--from", files)
    assert ran.code == 64
    assert "nothing of a similar name" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ([], 64, "Which pod? For example"),
        (["a/b/c/d"], 64, "has too many parts"),
        (["api", "--replay", "x.json"], 64, "leave out POD and --from"),
        (["--replay", "/does/not/exist"], 64, "cannot be read"),
        (["api", "--output", "xml"], 64, "invalid choice"),
    ],
)
def test_usage_is_explained_when_the_arguments_are_wrong(
    run: Run, files: str, arguments: list[str], code: int, sentence: str
) -> None:
    more = [] if "--replay" in arguments or not arguments else ["--from", files]
    ran = run("diagnose", *arguments, *more)
    assert ran.code == code
    assert sentence in ran.err


def test_replay_is_refused_when_the_file_is_no_evidence(run: Run, files: str) -> None:
    ran = run("diagnose", "--replay", files)
    assert ran.code == 64
    assert "this is no evidence that `--save` wrote" in ran.err


def test_path_is_named_when_it_does_not_exist(run: Run) -> None:
    ran = run("diagnose", "api", "--from", "/does/not/exist")
    assert ran.code == 69
    assert "/does/not/exist" in ran.err


def test_rest_is_read_when_one_file_is_broken(run: Run, files: str, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("kind: Pod\nmetadata: {name: [}\n")
    ran = run("diagnose", POD, "-n", "shop", "--from", str(tmp_path))
    assert ran.code == 1
    assert "broken.yaml" in ran.err


def test_way_out_is_named_when_there_is_no_kubeconfig(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "absent"))
    ran = run("diagnose", "api")
    assert ran.code == 69
    assert "kubeconfig" in ran.err
    assert "Traceback" not in ran.err


def test_every_mistake_is_printed_when_settings_are_wrong(
    run: Run, files: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    monkeypatch.setenv("GITHUB_APP_ID", "7")
    ran = run("diagnose", "api", "--from", files)
    assert ran.code == 64
    assert len(ran.err.splitlines()) == 2


def test_objects_are_read_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    piped = SimpleNamespace(buffer=io.BytesIO(json.dumps(pod()).encode()))
    monkeypatch.setattr(sys, "stdin", piped)
    ran = run("diagnose", POD, "-n", "shop", "--from", "-")
    assert ran.code == 1
    assert ran.out.startswith(f"FAILING: shop/Pod/{POD}\n")


def test_broken_standard_input_is_told_with_its_place(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"kind: Pod\n  a: b: c\n")))
    ran = run("diagnose", POD, "--from", "-")
    assert ran.code == 69
    assert "standard input" in ran.err
