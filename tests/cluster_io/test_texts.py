from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.cluster import layouts, yaml_values
from bot.cluster.documents import Documents
from bot.cluster.plain_text import Broken, Value, json_values, yaml_documents
from tests.cluster_io.make import listing, pod


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("a: ~\nb: null\nc:\nd: ''", {"a": None, "b": None, "c": None, "d": ""}),
        ("[yes, No, ON, true, y]", [True, False, True, True, "y"]),
        ("[1, -2, 0644, 0o17, 0x1F, 1_000]", [1, -2, 420, 15, 31, "1_000"]),
        ("[1.5, 1e3, .5, .inf, 1.2.3]", [1.5, 1000.0, 0.5, ".inf", "1.2.3"]),
        ("[1:30, 2026-01-01, '1', !!str 7]", ["1:30", "2026-01-01", "1", "7"]),
        ("{1: a, true: b}", {"1": "a", "true": "b"}),
        (
            "a: &x {k: 1}\nb: {<<: *x, l: 2}\nc: {k: 3, <<: [*x]}",
            {"a": {"k": 1}, "b": {"k": 1, "l": 2}, "c": {"k": 3}},
        ),
        ("a: |\n  one\n  --- two\n", {"a": "one\n--- two\n"}),
    ],
)
def test_yaml_is_read_as_kubernetes_reads_it(text: str, value: Any) -> None:
    assert yaml_values.load(text) == value


@pytest.mark.parametrize("text", ["a: *b", "&a [*a]", "&a {k: *a}", "{[1]: 2}", "a: [", "\t- x"])
def test_yaml_is_refused_when_it_is_broken_or_refers_to_itself(text: str) -> None:
    with pytest.raises((ValueError, yaml.YAMLError)):
        yaml_values.load(text)


def test_yaml_is_refused_when_aliases_unfold_it() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(ValueError, match="too many values"):
        yaml_values.load("\n".join(lines))


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)


@given(plain)
def test_yaml_gives_back_what_was_written(value: Any) -> None:
    written_otherwise = re.search(r"<<|[0-9.][eE]|0o", str(value))  # PyYAML leaves 1e5 unquoted
    if not written_otherwise:
        assert yaml_values.load(yaml.dump(value, Dumper=yaml.CSafeDumper)) == value


def test_documents_are_parted_and_a_broken_one_hides_no_other() -> None:
    text = "a: 1\n--- # two\nb: [\n---\nc: 3\n--- {d: 4}\n---\n"
    found = list(yaml_documents(text))
    assert [item.value for item in found if isinstance(item, Value)] == [
        {"a": 1},
        {"c": 3},
        {"d": 4},
    ]
    [broken] = [item for item in found if isinstance(item, Broken)]
    assert (broken.line, broken.text) == (4, "\nb: [\n")


def test_json_documents_are_read_past_a_broken_one() -> None:
    text = '{"a": 1}\n{"b": oops}\n{"c": 3} {"d": 4}\nnoise\n[5]\n{"e": 5}\n'
    found = list(json_values(text))
    assert [item.value for item in found if isinstance(item, Value)] == [
        {"a": 1},
        {"c": 3},
        {"d": 4},
        {"e": 5},
    ]
    assert [item.line for item in found if isinstance(item, Broken)] == [2]


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read_or_told(data: bytes) -> None:
    documents = Documents()
    documents.read(data, "x")
    assert documents.objects == []


@given(st.integers(min_value=0, max_value=2000), st.booleans())
def test_cut_list_is_never_taken_for_a_whole_one(length: int, as_yaml: bool) -> None:
    whole = listing(pod("a"), pod("b"), pod("c"))
    text = yaml.safe_dump(whole) if as_yaml else json.dumps(whole, indent=1)
    documents = Documents()
    documents.read(text[:length].encode(), "x")
    if length < len(text.rstrip()) - len("kind: List"):
        assert not documents.listings
    else:
        assert len(documents.objects) in (2, 3)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("logs/shop/api-1/web.log", layouts.LogKey("shop", "api-1", "web")),
        ("x/logs/shop/api-1/web-previous.log", layouts.LogKey("shop", "api-1", "web", True)),
        (
            "mg/namespaces/shop/pods/api-1/web/web/logs/previous.insecure.log",
            layouts.LogKey("shop", "api-1", "web", True),
        ),
        ("dump/shop/api-1/logs.txt", layouts.LogKey("shop", "api-1", "")),
        ("var/log/syslog.log", None),
        ("logs/../etc/passwd.log", None),
        ("logs/shop/api-1/WEB.log", None),
    ],
)
def test_path_says_whose_log_it_is(path: str, key: layouts.LogKey | None) -> None:
    assert layouts.log_key(path) == key
