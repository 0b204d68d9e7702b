"""Each remedy is listed, asks before it acts, refuses with its own sentence, and leaves a trace."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

import bot.remedies
from bot.cluster.objects import Metadata
from bot.remedies import REMEDIES, remedy_for
from bot.remedies.remedy import NotPerformed, Performed, Refusal, Unsure
from bot.report import Action, Recheck, RetryPull, RunWorkflow
from bot.sources import Sources
from tests.reports import NOON, RERUN, TARGET
from tests.world import FakeCI, FakeCluster, FakeRegistry, pod

PULL = RetryPull(cluster="prod", namespace="shop", pod="api-7d9f8c-x2x4z", uid="pod-uid-1")
RUN = RunWorkflow(repository="acme/api", workflow_id=7, workflow="release",
                  ref="refs/heads/main", image="ghcr.io/acme/api:1.8.2")  # fmt: skip


class Place:
    def __init__(self) -> None:
        self.cluster, self.registry, self.ci = FakeCluster(), FakeRegistry(), FakeCI()
        cluster: Any = self.cluster
        registry: Any = self.registry
        ci: Any = self.ci
        nobody: Any = None
        self.sources = Sources(cluster=cluster, registry=registry, ci=ci, catalog=nobody)

    async def refusal(self, action: Action) -> str:
        refused = await remedy_for(action).preflight(action, self.sources)
        return refused.sentence if refused else ""

    async def trace(self, action: Action) -> Any:
        return await remedy_for(action).trace(action, NOON, self.sources)


@pytest.fixture
def place() -> Place:
    return Place()


def test_every_action_has_one_remedy_and_every_file_is_listed() -> None:
    assert [remedy.action for remedy in REMEDIES] == list(get_args(Action))
    folder = Path(bot.remedies.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "remedy"}
    assert files == {str(remedy.action.__struct_config__.tag) for remedy in REMEDIES}


@pytest.mark.parametrize("action", [RERUN, RUN, PULL], ids=lambda a: type(a).__name__)
def test_question_names_what_will_happen_to_what(action: Action) -> None:
    offer = remedy_for(action).offer(action)
    names = [action.pod, action.namespace, action.cluster] if isinstance(action, RetryPull) else [
        action.repository, action.workflow, action.image]  # type: ignore[union-attr]  # fmt: skip
    assert all(name in offer.question for name in names)
    assert len(offer.label) <= 30
    assert len(offer.question) <= 300


# --- running a workflow -------------------------------------------------------------------------


async def test_workflow_may_run_when_nothing_speaks_against_it(place: Place) -> None:
    assert await place.refusal(RUN) == ""
    done = await remedy_for(RUN).perform(RUN, place.sources)
    assert done == Performed(sentence="Started release.", run_id=None, attempt=1)
    assert place.ci.dispatches == [(7, "refs/heads/main")]


async def test_workflow_is_not_run_when_world_has_moved_on(place: Place) -> None:
    place.registry.present = True
    assert await place.refusal(RUN) == (
        "ghcr.io/acme/api:1.8.2 exists by now, so I started nothing. Press Recheck."
    )
    place.ci.listed = (FakeCI.made(1, "queued"),)
    assert await place.refusal(RUN) == "Run 812 of release is going on already (queued)."
    place.ci.a_commit = None
    assert await place.refusal(RUN) == "main is gone from acme/api: nothing was started."
    off = msgspec.structs.replace(place.ci.some_workflows[0], state="disabled_manually")
    place.ci.some_workflows = (off,)
    assert await place.refusal(RUN) == (
        "release is switched off (disabled_manually): nothing was started."
    )
    place.ci.some_workflows = ()
    assert await place.refusal(RUN) == "release is gone from acme/api: nothing was started."


async def test_dispatch_is_traced_by_its_run_only(place: Place) -> None:
    unsure = await place.trace(RUN)
    assert isinstance(unsure, Unsure)
    assert unsure.sentence.startswith("I was stopped while I started release")
    place.ci.listed = (
        FakeCI.made(1, "queued", id=1, event="push", created_at=NOON),
        FakeCI.made(1, "queued", id=2, event="workflow_dispatch",
                    created_at=NOON - timedelta(hours=1)),
        FakeCI.made(1, "queued", id=3, event="workflow_dispatch", created_at=NOON),
    )  # fmt: skip
    found = await place.trace(RUN)
    assert isinstance(found, Performed)
    assert found.run_id == 3


async def test_nothing_is_started_when_github_is_switched_off(place: Place) -> None:
    place.sources = msgspec.structs.replace(place.sources, ci=None)
    off = "GitHub is switched off in my settings, so I started nothing."
    for action in (RUN, RERUN):
        assert await place.refusal(action) == off
        assert await remedy_for(action).perform(action, place.sources) == Refusal(off)


# --- re-running ---------------------------------------------------------------------------------


async def test_rerun_is_traced_by_its_attempt(place: Place) -> None:
    assert await place.trace(RERUN) == NotPerformed()
    place.ci.a_run = FakeCI.made(2, "completed", "failure")
    assert isinstance(await place.trace(RERUN), Performed)
    place.ci.a_run = FakeCI.made(1, "queued")
    assert isinstance(await place.trace(RERUN), Performed)


# --- retrying a pull ----------------------------------------------------------------------------


async def test_pod_is_deleted_by_its_uid(place: Place) -> None:
    place.registry.present = True
    assert await place.refusal(PULL) == ""
    assert await place.trace(PULL) == NotPerformed()
    await remedy_for(PULL).perform(PULL, place.sources)
    assert place.cluster.deleted == [("shop", "api-7d9f8c-x2x4z", "pod-uid-1")]
    assert isinstance(await place.trace(PULL), Performed)


NAME = "shop/api-7d9f8c-x2x4z"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (pod(), "ghcr.io/acme/api:1.8.2 still does not exist, so a new pod would wait the same "
                "way: nothing was deleted."),
        (pod(uid="other"), f"Pod {NAME} was replaced by a new one of its name. Press Recheck."),
        (pod(ready=True), f"Pod {NAME} does not wait for an image any more. Press Recheck."),
        (pod("gone"), f"Pod {NAME} is gone already. Press Recheck."),
        (msgspec.structs.replace(pod(), metadata=Metadata(
            name=TARGET.name, namespace="shop", uid="pod-uid-1")),
         f"Nothing would make pod {NAME} again, so I did not delete it."),
        (msgspec.structs.replace(pod(), metadata=msgspec.structs.replace(
            pod().metadata, deletion_timestamp=NOON)), f"Pod {NAME} is being deleted already."),
    ],
    ids=["image absent", "replaced", "pulled", "gone", "no controller", "leaving"],
)  # fmt: skip
async def test_pod_is_not_deleted_when_that_would_not_help(
    place: Place, changed: Any, sentence: str
) -> None:
    place.cluster.objects = [changed]
    assert await place.refusal(PULL) == sentence


async def test_pod_of_another_cluster_is_not_touched(place: Place) -> None:
    other = msgspec.structs.replace(PULL, cluster="staging")
    assert await place.refusal(other) == "I look after prod, not staging: nothing was deleted."
    recheck = Recheck(target=msgspec.structs.replace(TARGET, cluster="staging"))
    assert await place.refusal(recheck) == (
        "I look after prod, not staging, so I cannot look again."
    )
