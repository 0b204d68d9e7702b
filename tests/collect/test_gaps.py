"""What cannot be asked becomes a gap, and the rest goes on."""

import asyncio

from bot.collect import collect
from bot.diagnose import diagnose
from bot.evidence import Evidence, Gap, GapReason, Target
from bot.report import Verdict
from bot.sources import Sources, StepEvent
from simulator.faults import Fault
from simulator.stories.secret_missing import STORY
from simulator.world import World
from tests.collect.waiting import pod_fails

TARGET = Target("demo", STORY.workload.namespace, "Pod", STORY.workload.pod)


async def seed(world: World) -> None:
    STORY.prepare(world)
    await pod_fails(world, STORY.workload)


async def asked(sources: Sources) -> tuple[Evidence, list[StepEvent]]:
    events: list[StepEvent] = []
    return await collect(TARGET, sources, progress=events.append), events


async def test_chain_is_told_link_by_link_when_it_is_followed(
    world: World, sources: Sources
) -> None:
    await seed(world)
    _, events = await asked(sources)
    ended = [event.key for event in events if event.state != "started"]
    assert {"pod", "registry", "workflow", "run", "job"} <= set(ended)
    assert events[0].key == "pod"
    for event in events:
        if event.state == "started":
            assert any(
                (each.key, each.title) == (event.key, event.title) and each.state != "started"
                for each in events
            ), f"{event.title} never ended"


async def test_registry_that_is_away_leaves_a_gap_and_the_build_is_followed(
    world: World, sources: Sources
) -> None:
    await seed(world)
    world.hub.faults.add(Fault(status=503))
    evidence, _ = await asked(sources)
    (facts,) = evidence.images
    assert isinstance(facts.look_up, Gap)
    assert facts.build is not None
    assert facts.build.detail is not None
    assert "registry" in {gap.source for gap in evidence.gaps}


async def test_github_that_is_away_leaves_a_gap_and_no_claim_about_the_build(
    world: World, sources: Sources
) -> None:
    await seed(world)
    world.github.faults.add(Fault(status=500))
    evidence, _ = await asked(sources)
    report = diagnose(evidence)
    assert "github" in {gap.source for gap in evidence.gaps}
    assert {finding.layer.name for finding in report.root_causes} <= {"CLUSTER", "REGISTRY"}


async def test_cluster_that_is_away_makes_the_report_incomplete(
    world: World, sources: Sources
) -> None:
    await seed(world)
    world.cluster.faults.add(Fault(status=503))
    evidence, _ = await asked(sources)
    assert isinstance(evidence.cluster, Gap)
    assert diagnose(evidence).verdict is Verdict.INCOMPLETE


async def test_expired_token_is_named_when_the_cluster_refuses_it(
    world: World, sources: Sources
) -> None:
    await seed(world)
    world.cluster.tokens.clear()
    evidence, _ = await asked(sources)
    assert isinstance(evidence.cluster, Gap)
    assert evidence.cluster.reason is GapReason.UNAUTHORIZED


async def test_pod_deleted_while_it_is_looked_at_gives_no_healthy_report(
    world: World, sources: Sources
) -> None:
    await seed(world)
    world.cluster.faults.add(Fault(match=r"GET .*/events", delay=0.05, times=1))
    question = asyncio.create_task(asked(sources))
    await asyncio.sleep(0.02)
    world.cluster.delete("Deployment", TARGET.namespace, STORY.workload.name)
    world.cluster.delete("Pod", TARGET.namespace, TARGET.name)
    evidence, _ = await question
    assert diagnose(evidence).verdict is not Verdict.HEALTHY


async def test_garbage_is_a_gap_when_a_source_answers_no_json(
    world: World, sources: Sources
) -> None:
    await seed(world)
    world.github.faults.add(Fault(match="/jobs", status=200, body="<html>"))
    evidence, _ = await asked(sources)
    reasons = {gap.reason for gap in evidence.gaps if gap.source == "github"}
    assert GapReason.GARBLED in reasons
