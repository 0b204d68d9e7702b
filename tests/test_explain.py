"""One text at a time: which cause it tells of, and how sure that is.

`readers/texts.jsonl` has a line for each thing that the writers of a cluster say, made after their
format strings with invented names.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.causes import CAUSES
from bot.evidence import Statement
from bot.explain import Explanation, explain

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "readers" / "texts.jsonl").read_text().splitlines()
]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['code']}: {row['text'][-60:]}" for row in ROWS])
def test_text_gives_its_cause_when_it_stands_alone(row: dict[str, object]) -> None:
    found = explain(Statement(text=str(row["text"]), where=str(row["where"])))
    assert {
        "code": found.code,
        "certainty": found.certainty,
        "alternatives": list(found.alternatives),
    } == {name: row[name] for name in ("code", "certainty", "alternatives")}


def test_every_field_is_told_when_one_cause_fits() -> None:
    text = "0/1 nodes are available: 1 Insufficient cpu."
    assert explain(Statement(text=text, where="event:FailedScheduling")) == Explanation(
        code="InsufficientCPU",
        certainty="confirmed",
        alternatives=(),
        title="no node has as much CPU free as the pod requests",
        summary="the only node does not take the pod: insufficient cpu on 1 node",
    )


def test_place_and_image_change_nothing_when_the_text_tells_all() -> None:
    for row in ROWS:
        if row["code"].startswith("Registry") and row["where"] == "event:Failed":
            bare = explain(Statement(text=row["text"]))
            hinted = explain(Statement(text=row["text"], image="ghcr.io/acme/shop:1.2"))
            assert (bare.code, hinted.code) == (row["code"], row["code"])


def test_answer_is_unknown_when_nobody_knows_the_words() -> None:
    assert explain(Statement(text="the quick brown fox")).code == "Unknown"


@pytest.mark.parametrize("name", ["not-found", "denied", "timeout", "eof", "cosign", "x509", "429"])
def test_image_name_is_no_reason_when_it_reads_like_one(name: str) -> None:
    text = f'Back-off pulling image "ghcr.io/acme/{name}:{name}"'
    assert explain(Statement(text=text, where="event:BackOff")).code == "ImageBackOffOnly"


@pytest.mark.parametrize("wrap", ["Error: {}", "rpc error: code = Unknown desc = {}", "{}."])
def test_inside_decides_when_a_text_is_wrapped_again(wrap: str) -> None:
    inner = "toomanyrequests: You have reached your pull rate limit"
    text = wrap.format(f'failed to pull image "acme/shop:1": {inner}')
    assert explain(Statement(text=text)).code == "ImageRateLimited"


@given(st.text(max_size=400), st.sampled_from([row["where"] for row in ROWS]))
def test_any_text_has_an_answer_of_the_closed_list(text: str, where: str) -> None:
    assert explain(Statement(text=text, where=where)).code in {c.code for c in CAUSES} | {"Unknown"}
