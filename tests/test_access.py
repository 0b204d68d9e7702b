"""Default deny; outsiders never; groups and channels only as far as they could be read."""

from __future__ import annotations

from typing import Any

import pytest

from bot.access import Allowed, Decision, Members, Person, Refused, decide, may_do
from bot.report import Recheck
from config.settings import AccessSettings
from tests.reports import RERUN, TARGET

ADA = Person(id="U1", name="Ada", team="T1")
NOBODY = Members()
LISTED = AccessSettings(users=("U1",))
GROUPED = AccessSettings(groups=("S1",))
CHANNELLED = AccessSettings(channels=("C1",))


def click(settings: AccessSettings = LISTED, members: Members = NOBODY, **changes: Any) -> Decision:
    values: dict[str, Any] = {"id": "U1", "name": "Ada", "team": "T1"} | changes
    return decide(RERUN, Person(**values), "T1", settings, members)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"deactivated": True}, "This account is deactivated, so I did nothing."),
        ({"app": True}, "Apps and workflows may not use me; a person has to."),
        ({"stranger": True}, "Only people of the workspace that runs me may use me."),
        ({"team": "T2"}, "Only people of the workspace that runs me may use me."),
        ({"guest": True},
         "Guests may not use me. Ask a member of the team to do it."),
    ],
)  # fmt: skip
def test_outsider_is_refused_when_even_named(changes: dict[str, Any], sentence: str) -> None:
    assert click(**changes) == Refused(sentence)


def test_nobody_may_when_nothing_is_set() -> None:
    assert click(AccessSettings()) == Refused(
        "Nobody may change anything through me yet: whoever runs me has to name users, "
        "user groups or channels in the access settings."
    )


def test_person_may_when_named_or_member() -> None:
    assert click() == Allowed("named in access.users")
    assert click(GROUPED, Members(groups={"S1": frozenset({"U1"})})) == Allowed(
        "member of user group S1"
    )
    assert click(CHANNELLED, Members(channels={"C1": frozenset({"U1"})})) == Allowed(
        "member of channel C1"
    )


def test_person_is_refused_when_not_among_them() -> None:
    refused = click(GROUPED, Members(groups={"S1": frozenset({"U9"})}))
    assert refused == Refused(
        "You are not among the people who may change things through me, so I did nothing. "
        "Ask someone who is, or whoever runs me to add you."
    )


def test_person_is_refused_when_group_cannot_be_read() -> None:
    assert click(GROUPED) == Refused(
        "I could not read the members of S1, so I cannot tell whether you "
        "may do this, and did nothing. Try again in a minute."
    )


def test_anyone_of_the_workspace_may_recheck() -> None:
    decision = decide(Recheck(target=TARGET), ADA, "T1", AccessSettings(), Members())
    assert decision == Allowed("it changes nothing")


def test_home_says_what_a_person_may_do() -> None:
    assert may_do(ADA, "T1", LISTED, Members()).startswith("You may ask, recheck, re-run")
    assert may_do(ADA, "T1", AccessSettings(), Members()).startswith("You may ask and recheck. ")
