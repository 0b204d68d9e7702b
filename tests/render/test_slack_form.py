"""The form's options: what fails first, within Slack's limits, and what was typed as well."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cluster.targets import parse_target
from bot.render.lint import view_problems
from bot.render.slack_form import form_view, namespace_options, notice_view, pod_options
from bot.sources import Overview, PodRow, Query
from tests.reports import HOSTILE

SHOP = Overview(
    pods=(
        PodRow("shop", "web-1", "Running", well=True),
        PodRow("shop", "api-1", "ImagePullBackOff", well=False),
        PodRow("tools", "api-2", "Running", well=True),
    )
)


def shown(found: dict[str, Any]) -> dict[str, list[str]]:
    return {
        group["label"]["text"]: [option["text"]["text"] for option in group["options"]]
        for group in found["option_groups"]
    }


def values(found: dict[str, Any]) -> list[str]:
    return [option["value"] for group in found["option_groups"] for option in group["options"]]


def test_pods_that_fail_come_first_with_their_status() -> None:
    found = pod_options(SHOP, "", "", None)
    assert shown(found) == {"Do not run": ["shop/api-1"], "Run": ["shop/web-1", "tools/api-2"]}
    (failing,) = found["option_groups"][0]["options"]
    assert failing["description"]["text"] == "ImagePullBackOff"


def test_typed_text_narrows_and_can_be_chosen_itself() -> None:
    assert shown(pod_options(SHOP, "API", "", None)) == {
        "Do not run": ["shop/api-1"],
        "Run": ["tools/api-2"],
        "What you typed": ["API"],
    }
    assert shown(pod_options(SHOP, "deploy/api", "shop", None)) == {
        "What you typed": ["deploy/api"]
    }
    assert values(pod_options(SHOP, "deploy/api", "shop", None)) == ["deploy/api -n shop"]


def test_namespace_narrows_and_is_left_out_of_the_names() -> None:
    assert shown(pod_options(SHOP, "", "shop", None)) == {"Do not run": ["api-1"], "Run": ["web-1"]}


def test_only_allowed_namespaces_are_offered() -> None:
    allowed = frozenset({"tools"})
    assert shown(pod_options(SHOP, "", "", allowed)) == {"Run": ["tools/api-2"]}
    found = namespace_options(SHOP, "", allowed)
    assert [option["value"] for option in found["options"]] == ["tools"]


def test_value_names_the_pod_even_in_a_namespace_called_like_a_kind() -> None:
    seen = Overview(pods=(PodRow("node", "api-1", "Error", well=False),))
    (value,) = values(pod_options(seen, "", "", None))
    assert parse_target(value) == Query(kind="Pod", namespace="node", name="api-1")


def test_long_name_keeps_its_end_for_the_reader_and_its_beginning_for_the_search() -> None:
    name = f"{'a' * 240}-x2x4z"
    seen = Overview(pods=(PodRow("n" * 63, name, "Error", well=False),))
    found = pod_options(seen, "", "", None)
    ((text,),) = shown(found).values()
    assert (len(text), text.endswith("-x2x4z")) == (75, True)
    query = parse_target(values(found)[0])
    assert (query.namespace, name.startswith(query.name)) == ("n" * 63, True)


NAMES = st.text(alphabet="abc-.é<&>*", min_size=1, max_size=260)


@given(
    st.lists(st.builds(PodRow, NAMES, NAMES, NAMES, well=st.booleans()), max_size=250),
    st.sampled_from(["", "a", "zz", "x" * 300]),
)
@settings(max_examples=30, deadline=None)
def test_options_keep_limits(pods: list[PodRow], typed: str) -> None:
    found = pod_options(Overview(pods=tuple(pods)), typed, "", None)
    assert sum(len(group["options"]) for group in found["option_groups"]) <= 100
    for group in found["option_groups"]:
        assert 1 <= len(group["label"]["text"]) <= 75
        for option in group["options"]:
            assert 1 <= len(option["text"]["text"]) <= 75
            assert 1 <= len(option["value"]) <= 150
            assert len(option.get("description", {}).get("text", "")) <= 75


@given(HOSTILE, HOSTILE)
@settings(max_examples=40, deadline=None)
def test_form_keeps_limits(cluster: str, hint: str) -> None:
    assert view_problems(form_view(cluster, channel="C1", hint=hint)) == ()
    assert view_problems(notice_view("No.")) == ()
