"""From settings to sources: the cluster, the registries, GitHub and the catalog."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.registries.offline import OfflineRegistry
from bot.sources import Cluster, Sources
from config.catalog import read_catalog
from config.settings import Settings


@asynccontextmanager
async def connect(
    settings: Settings, *, cluster: Cluster | None = None, online: bool = True
) -> AsyncIterator[Sources]:
    """Open every source. `cluster` replaces the real one; offline asks no registry and no GitHub.

    Raises SourceError when the cluster cannot be configured, CatalogError for a bad catalog.
    """
    catalog = read_catalog(settings.catalog)
    async with AsyncExitStack() as stack:
        # Each brings a library that takes a tenth of a second to load: only who asks it waits.
        asked: Cluster
        if cluster is None:
            from bot.cluster import client as kubernetes

            asked = await stack.enter_async_context(kubernetes.connect(settings.cluster))
        else:
            asked = cluster
        if not online:
            yield Sources(cluster=asked, registry=OfflineRegistry(), ci=None, catalog=catalog)
            return
        from bot.ci import github
        from bot.registries import client as registries

        registry = await stack.enter_async_context(registries.connect(settings.registries))
        ci = await stack.enter_async_context(github.connect(settings.github))
        yield Sources(cluster=asked, registry=registry, ci=ci, catalog=catalog)
