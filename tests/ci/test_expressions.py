from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ci.expressions import (
    Contexts,
    ExpressionError,
    Open,
    Unknown,
    Value,
    condition,
    evaluate,
    fill,
    parse,
    value_of,
)

FACTS: Contexts = {
    "github": Open(
        ref="refs/heads/main", event_name="push", repository="Acme/Web", event={"number": 7.0}
    ),
    "vars": {"EMPTY": ""},
    "inputs": {"push": False, "count": 3.0},
    "secrets": Open(),
    "success()": True,
    "failure()": False,
    "cancelled()": False,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("github.ref == 'refs/heads/main'", True),
        ("github.REF == 'REFS/heads/MAIN'", True),
        ("${{ github.event_name != 'pull_request' }}", True),
        ("github['event_name'] == 'push' && !inputs.push", True),
        ("startsWith(github.ref, 'refs/tags/')", False),
        ("endsWith(github.repository, '/web')", True),
        ('contains(fromJSON(\'["push", "release"]\'), github.event_name)', True),
        ("github.event.number >= 7 && inputs.count < 10", True),
        ("inputs.push == 0", True),
        ("vars.MISSING == ''", True),
        ("vars.EMPTY || 'x'", True),
        ("failure() || cancelled()", False),
        ("always()", True),
        ("!cancelled() && github.event_name == 'push'", True),
        ("format('{0}-{1}', 'a', 2) == 'a-2'", True),
        ("${{ false }} && true", True),
        ("'it''s' == 'IT''S'", True),
        ("0x10 == 16 && 1e2 == 100", True),
        ("", True),
        ("secrets.TOKEN != ''", None),
        ("secrets.TOKEN != '' && github.event_name == 'release'", False),
        ("secrets.TOKEN != '' || github.event_name == 'push'", True),
        ("github.event.inputs.tag == 'v1'", False),
        ("github.actor == 'mona'", None),
        ("hashFiles('**/go.sum') != ''", None),
        ("case(github.event_name == 'push', true, false)", True),
    ],
)
def test_condition_decides_as_far_as_facts_go(text: str, expected: bool | None) -> None:
    assert condition(text, FACTS) is expected


def test_a_condition_is_false_when_a_needed_job_failed_and_it_names_no_status() -> None:
    assert condition("github.ref != ''", {**FACTS, "success()": False}) is False
    assert condition("always() && github.ref != ''", {**FACTS, "success()": False}) is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${{ inputs.push }}", False),
        ("${{ github.event.number }}", 7.0),
        ("a-${{ github.event.number }}", "a-7"),
        ("${{ secrets.USER }}/web", Unknown((None, "/web"), ("secrets.USER",))),
        ("${{ join(fromJSON('[1, \"b\"]'), '+') }}", "1+b"),
        ("${{ toJSON(github.event) }}", '{\n  "number": 7\n}'),
        ("${{ format('}}{0}{{', 'x') }}", "}x{"),
    ],
)
def test_value_keeps_its_type_when_it_stands_alone(text: str, expected: Value) -> None:
    assert value_of(text, FACTS) == expected


def test_a_partly_known_text_still_decides_comparisons() -> None:
    facts = {**FACTS, "env": {"IMAGE": fill("ghcr.io/${{ secrets.X }}", FACTS)}}
    assert condition("startsWith(env.IMAGE, 'ghcr.io/')", facts) is True
    assert condition("env.IMAGE == 'quay.io/a'", facts) is False
    assert condition("env.IMAGE == 'ghcr.io/a'", facts) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("github.ref = 'x'", "unexpected symbol"),
        ("(github.ref", "')' is missing"),
        ("github.ref ==", "ends too early"),
        ("nope('x')", "no function 'nope'"),
        ("contains('x')", "does not take 1 arguments"),
        ('github.ref == "x"', "unexpected symbol"),
        ("${{ github.ref", "never closed"),
        ("fromJSON('{')", "not JSON"),
        ("(" * 60 + "1" + ")" * 60, "nests deeper"),
    ],
)
def test_a_mistake_has_its_sentence(text: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message.replace("(", r"\(").replace(")", r"\)")):
        condition(text, FACTS)


@given(st.text(alphabet="ab1'.()[]!=<>&|, *{}$", max_size=80))
def test_any_text_gives_a_value_or_an_expression_error(text: str) -> None:
    try:
        evaluate(parse(text), FACTS)
        condition(text, FACTS)
    except ExpressionError:
        pass


@pytest.mark.parametrize(
    "text", ["!" * 30_000, "a&&" * 9_000 + "a", "a." * 9_000 + "a", "'" * 9999]
)
def test_a_hostile_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)
