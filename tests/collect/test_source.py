"""How the source repository of an image is found, most trusted first, and verified."""

import msgspec

from bot.collect import collect
from bot.evidence import Evidence, FoundBy, ImageFacts, NoSource, SourceLink, Target
from bot.sources import Sources
from config.catalog import Catalog, Entry
from simulator.stories.story import workflow_text
from simulator.workloads import Workload
from simulator.world import World
from tests.collect.waiting import pod_fails

WORKFLOW = ".github/workflows/image.yml"


def silent(_event: object) -> None:
    """Tell nobody."""


async def looked_at(world: World, sources: Sources, workload: Workload) -> Evidence:
    world.deploy(workload)
    await pod_fails(world, workload)
    target = Target("demo", workload.namespace, "Pod", workload.pod)
    return await collect(target, sources, progress=silent)


async def image_of(world: World, sources: Sources, workload: Workload) -> ImageFacts:
    (facts,) = (await looked_at(world, sources, workload)).images
    return facts


async def test_catalog_wins_when_the_workload_names_another_repository(
    world: World, sources: Sources
) -> None:
    entry = Entry(image="acme/api", repository="acme/api-src", workflow=WORKFLOW)
    told = msgspec.structs.replace(sources, catalog=Catalog(images=(entry,)))
    world.repository("acme/api-src", {WORKFLOW: workflow_text(image="acme/api:latest")})
    workload = Workload(
        namespace="shop",
        name="api",
        image="acme/api:latest",
        annotations={"whyfailing.dev/repository": "acme/other"},
    )
    facts = await image_of(world, told, workload)
    assert facts.source == SourceLink(
        repository="acme/api-src", workflow=WORKFLOW, found_by=FoundBy.CATALOG
    )


async def test_annotation_is_ignored_when_it_names_no_repository(
    world: World, sources: Sources
) -> None:
    workload = Workload(
        namespace="shop",
        name="api",
        image="acme/api:latest",
        annotations={"whyfailing.dev/repository": "javascript:alert(1)"},
    )
    facts = await image_of(world, sources, workload)
    assert isinstance(facts.source, NoSource)


async def test_label_of_another_tag_leads_to_the_repository_when_the_tag_is_absent(
    world: World, sources: Sources
) -> None:
    world.repository("acme/src", {WORKFLOW: workflow_text(image="acme/api:latest")})
    world.hub.push(
        "acme/api:1.4.1",
        labels={"org.opencontainers.image.source": "https://github.com/acme/src.git"},
    )
    workload = Workload(namespace="shop", name="api", image="acme/api:1.4.2")
    facts = await image_of(world, sources, workload)
    assert facts.source == SourceLink(
        repository="acme/src",
        found_by=FoundBy.SIBLING_LABEL,
        detail="org.opencontainers.image.source of 1.4.1",
    )


async def test_label_is_ignored_when_it_leads_elsewhere(world: World, sources: Sources) -> None:
    world.hub.push(
        "acme/api:1.4.1",
        labels={"org.opencontainers.image.source": "https://github.com.evil.example/acme/src"},
    )
    workload = Workload(namespace="shop", name="api", image="acme/api:1.4.2")
    facts = await image_of(world, sources, workload)
    assert isinstance(facts.source, NoSource)


async def test_repository_of_the_same_name_counts_when_its_workflow_pushes_the_image(
    world: World, sources: Sources
) -> None:
    world.repository("acme/api", {WORKFLOW: workflow_text(image="acme/api:latest")})
    workload = Workload(namespace="shop", name="api", image="acme/api:latest")
    facts = await image_of(world, sources, workload)
    assert isinstance(facts.source, SourceLink)
    assert facts.source.repository == "acme/api"
    assert facts.source.found_by in (FoundBy.NAME, FoundBy.SEARCH)
    assert facts.source.workflow == WORKFLOW


async def test_repository_of_the_same_name_does_not_count_when_it_pushes_something_else(
    world: World, sources: Sources
) -> None:
    world.repository("acme/api", {WORKFLOW: workflow_text(image="acme/website:latest")})
    workload = Workload(namespace="shop", name="api", image="acme/api:latest")
    facts = await image_of(world, sources, workload)
    assert isinstance(facts.source, NoSource)
    assert facts.source.tried == (
        "the catalog",
        "the annotation whyfailing.dev/repository of the workload",
        "workflow files that name the image",
        "a repository acme/api on GitHub",
    )


async def test_build_is_not_followed_when_the_image_is_there(
    world: World, sources: Sources
) -> None:
    world.repository("acme/api", {WORKFLOW: workflow_text(image="acme/api:latest")})
    workload = Workload(
        namespace="shop",
        name="api",
        image="acme/api:latest",
        annotations={"whyfailing.dev/repository": "acme/api"},
    )
    world.hub.push("acme/api:latest")
    world.hub.make_private("acme/api")
    facts = await image_of(world, sources, workload)
    assert facts.build is None
