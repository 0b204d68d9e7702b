from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cluster import objects as k
from bot.cluster.decode import FAILURES, object_from_json, object_from_value, page_from_json
from bot.cluster.kinds import KINDS, kind_of
from tests.cluster_io.make import pod

POD, SECRET, CONFIG_MAP = kind_of("Pod"), kind_of("Secret"), kind_of("ConfigMap")


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


def pull_secret(auths: Any, type_: str = "kubernetes.io/dockerconfigjson") -> dict[str, Any]:
    key = ".dockercfg" if type_.endswith("dockercfg") else ".dockerconfigjson"
    document = auths if key == ".dockercfg" else {"auths": auths}
    value = base64.b64encode(json.dumps(document).encode()).decode()
    return {"metadata": {"name": "pull"}, "type": type_, "data": {key: value}}


def test_object_is_whole_when_every_field_fits() -> None:
    item, complaints = object_from_json(POD, encoded(pod()))
    assert complaints == []
    assert item == k.Pod(
        api_version="v1",
        metadata=k.Metadata(name="api-1", namespace="shop"),
        spec=k.PodSpec(containers=(k.Container(name="api", image="acme/api:1"),)),
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            {"status": {"startTime": "yesterday", "phase": "Pending"}},
            "Pod shop/api-1: status.startTime was left out: Invalid RFC3339 encoded datetime",
        ),
        (
            {"status": {"startTime": "2026-01-01T00:00:00", "phase": "Pending"}},
            "Pod shop/api-1: status.startTime was left out: "
            "Expected `datetime` with a timezone component",
        ),
        (
            {"status": {"conditions": {"type": "Ready"}, "phase": "Pending"}},
            "Pod shop/api-1: status.conditions was left out: Expected `array`, got `object`",
        ),
        (
            {"status": {"conditions": [{"status": "True"}, 3], "phase": "Pending"}},
            "Pod shop/api-1: status.conditions[0] was left out: "
            "Object missing required field `type`",
        ),
    ],
)
def test_one_part_is_left_out_when_it_has_the_wrong_type(
    change: dict[str, Any], complaint: str
) -> None:
    item, complaints = object_from_json(POD, encoded(pod(**change)))
    assert isinstance(item, k.Pod)
    assert (item.name, item.status.phase, item.spec.containers[0].image) == (
        "api-1",
        "Pending",
        "acme/api:1",
    )
    assert complaints[0] == complaint


def test_labels_become_texts_when_they_are_numbers() -> None:
    labels = {"version": 2, "live": True, "odd": {}, "app": "api"}
    item, complaints = object_from_value(POD, pod(metadata={"labels": labels}))
    assert item.metadata.labels == {"version": "2", "live": "true", "app": "api"}
    assert complaints == [
        "Pod shop/api-1: metadata.labels[...] was read as text: Expected `str`, got `int`"
    ]


def test_nulls_are_empty_when_go_writes_them() -> None:
    item, complaints = object_from_json(
        POD, encoded(pod(spec={"containers": [{"name": "a", "args": None}], "volumes": None}))
    )
    assert isinstance(item, k.Pod)
    assert (item.spec.containers[0].args, item.spec.volumes, complaints) == ((), (), [])


def test_list_keeps_the_good_items_when_one_is_none() -> None:
    page = page_from_json(
        POD,
        encoded({"metadata": {"resourceVersion": "7", "continue": "x"}, "items": [pod("a"), 3]}),
    )
    assert [item.name for item in page.items] == ["a"]
    assert (page.resource_version, page.continue_token) == ("7", "x")
    assert page.complaints == ("item 1 is no Pod (Expected an object); it was left out",)


def test_list_is_empty_when_items_are_null() -> None:
    assert page_from_json(POD, b'{"kind":"PodList","items":null}').items == ()


def test_secret_keeps_no_value() -> None:
    raw = {
        "metadata": {
            "name": "db",
            "annotations": {
                "kubectl.kubernetes.io/last-applied-configuration": '{"data":{"p":"aHVzaA=="}}',
                "team": "shop",
            },
        },
        "type": "Opaque",
        "data": {"password": "aHVzaA=="},
        "stringData": {"user": "hush"},
    }
    item, _ = object_from_json(SECRET, encoded(raw))
    assert item == k.Secret(
        metadata=k.Metadata(name="db", annotations={"team": "shop"}),
        type="Opaque",
        keys=("password", "user"),
    )


@pytest.mark.parametrize("type_", ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"])
def test_pull_secret_names_its_registries(type_: str) -> None:
    raw = pull_secret({"ghcr.io": {"auth": "eDp5"}, "https://index.docker.io/v1/": {}}, type_)
    item, _ = object_from_json(SECRET, encoded(raw))
    assert isinstance(item, k.Secret)
    assert item.registries == ("ghcr.io", "https://index.docker.io/v1/")
    assert b"eDp5" not in msgspec.json.encode(item)


@pytest.mark.parametrize(
    ("value", "registries", "problem"),
    [
        ("***HIDDEN***", None, ""),
        ("", None, ""),
        (
            base64.b64encode(b"{oops").decode(),
            None,
            ".dockerconfigjson of secret pull does not parse",
        ),
        (
            base64.b64encode(b'{"a":1}').decode(),
            None,
            ".dockerconfigjson of secret pull does not parse",
        ),
    ],
)
def test_pull_secret_says_what_is_wrong(value: str, registries: Any, problem: str) -> None:
    raw = {
        "metadata": {"name": "pull"},
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": value},
    }
    item, _ = object_from_json(SECRET, encoded(raw))
    assert isinstance(item, k.Secret)
    assert (item.registries, item.problem.partition(":")[0]) == (registries, problem)


def test_config_map_keeps_its_key_names_only() -> None:
    raw = {"metadata": {"name": "c"}, "data": {"a": "hush"}, "binaryData": {"b": "aHVzaA=="}}
    item, _ = object_from_json(CONFIG_MAP, encoded(raw))
    assert item == k.ConfigMap(metadata=k.Metadata(name="c"), keys=("a", "b"))


def test_every_kind_of_the_union_has_its_row() -> None:
    rows = {kind.type for kind in KINDS}
    assert rows == set(k.KubeObject.__args__)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["metadata", "name", "spec", "status", "labels", "containers", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_any_json_becomes_a_pod_or_a_failure_that_is_expected(value: Any) -> None:
    try:
        item, _ = object_from_json(POD, encoded(value))
    except FAILURES:
        return
    assert isinstance(item, k.Pod)
