"""A cluster out of files: what people record and send each other, read as if it were there.

Absence may be concluded from a listing only: a list, a sibling of the same kind and namespace, or
`listed.json`. Where something of a kind could not be read, nothing of that kind counts as listed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, datetime

from bot.cluster import find, selection
from bot.cluster.documents import ANY_KIND, Documents, Keep, Problem, whole
from bot.cluster.kinds import kind_of
from bot.cluster.layouts import LogKey
from bot.cluster.newest import newest_time
from bot.cluster.objects import KubeObject
from bot.cluster.recorded import Recorded
from bot.evidence import ContainerLog, GapReason, Listing
from bot.images import ImageRef
from bot.sources import ClusterChange, Matches, Overview, PullCredential, Query, SourceError


class FileCluster:
    """A cluster recorded in files. Implements `bot.sources.Cluster`.

    `problems` says what could not be read, and `lost` of which kinds (`ANY_KIND`: nobody knows);
    `skipped` counts the kinds that the chain does not know.
    """

    def __init__(self, documents: Documents, logs: dict[LogKey, tuple[str, ...]]) -> None:
        self.name = ""
        self.objects = _newest_of_each(documents)
        self.skipped: dict[str, int] = dict(documents.skipped)
        self.problems: tuple[Problem, ...] = tuple(documents.problems)
        self.lost = frozenset(documents.lost)
        self.listings = frozenset(_listings(documents, self.objects.values()))
        self.default_namespace = _usual_namespace(self.objects.values())
        self._logs = logs
        self._now = newest_time(self.objects.values()) or datetime.now(UTC)

    def now(self) -> datetime:
        """The time of the newest fact; the present when no fact has a time."""
        return self._now

    async def find(self, query: Query) -> Matches:
        """Targets that the query may mean."""
        candidates = (find.candidate(item) for item in self.objects.values())
        return find.choose(query, candidates, self.name, self.default_namespace)

    async def get(self, kind: str, namespace: str, name: str) -> KubeObject | None:
        """One object; None when it is known not to exist.

        Raises SourceError when the files do not say.
        """
        if item := self.objects.get((kind, namespace, name)):
            return item
        if Listing(kind, namespace) in self.listings or Listing(kind, "") in self.listings:
            return None
        raise SourceError(
            GapReason.NOT_IN_FILES,
            f"{_called(kind, namespace, name)} is not in the files",
            f"record it: kubectl get {kind_of(kind).plural} -o yaml" + _in(namespace),
        )

    async def list(
        self, kind: str, namespace: str = "", *, labels: str = "", fields: str = ""
    ) -> tuple[KubeObject, ...]:
        """All recorded objects of a kind; see `listings` for whether that is all there are."""
        wanted = selection.parse(labels, fields)
        return tuple(
            item
            for (of, space, _), item in sorted(self.objects.items())
            if of == kind and namespace in ("", space) and wanted.selects(item)
        )

    async def log(
        self, namespace: str, pod: str, container: str, *, previous: bool = False, lines: int = 100
    ) -> tuple[str, ...] | None:
        """The last lines of a recorded log; None when none was recorded."""
        found = self._logs.get(LogKey(namespace, pod, container, previous))
        return None if found is None else found[-lines:]

    @property
    def logs(self) -> tuple[ContainerLog, ...]:
        """Every recorded log, its last lines."""
        return tuple(
            ContainerLog(
                namespace=key.namespace,
                pod=key.pod,
                container=key.container,
                previous=key.previous,
                lines=lines[-100:],
            )
            for key, lines in sorted(self._logs.items(), key=lambda entry: repr(entry[0]))
        )

    # The rest of the protocol cannot be had from files, whatever is asked for.

    async def overview(self) -> Overview:
        """Raise SourceError: nobody looks at a recorded cluster from a Home tab."""
        raise _no_cluster("show how the cluster is now")

    def watch(self, kind: str, namespace: str = "") -> AsyncIterator[ClusterChange]:
        """Raise SourceError: files do not change."""
        raise _no_cluster(f"watch {kind}{_in(namespace)}")

    async def pull_credentials(
        self,
        namespace: str,  # noqa: ARG002
        secrets: Sequence[str],  # noqa: ARG002
        image: ImageRef,  # noqa: ARG002
    ) -> tuple[PullCredential, ...]:
        """None: the values of Secrets are forgotten while they are read."""
        return ()

    async def delete_pod(self, namespace: str, name: str, uid: str) -> bool:
        """Raise SourceError: there is no pod to delete."""
        raise _no_cluster(f"delete pod {namespace}/{name} ({uid})")


def read_files(paths: Sequence[str], keep: Keep = whole) -> FileCluster:
    """Read everything below the paths; `keep` says how much of each object is wanted.

    Raises SourceError when a path does not exist, or when none has a Kubernetes object in it.
    """
    recorded = Recorded(keep)
    for path in paths:
        recorded.read(path)
    documents = recorded.documents
    if not documents.objects and not documents.listings:
        raise SourceError(
            GapReason.NOT_IN_FILES,
            f"there is no Kubernetes object in {', '.join(paths)}{_instead(documents)}",
            "give what `kubectl get -o yaml` or `kubectl cluster-info dump` wrote",
        )
    return FileCluster(documents, recorded.logs)


def _instead(documents: Documents) -> str:
    """What there is where no object is: something broken, or kinds that no cause reads."""
    if documents.problems:
        return f" ({documents.problems[0]})"
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(documents.skipped.items()))
    return f" of a kind that a cause reads; there is {kinds}" if kinds else ""


def _no_cluster(wanted: str) -> SourceError:
    return SourceError(
        GapReason.NOT_CONFIGURED,
        f"cannot {wanted}: these are files, not a cluster",
        "ask the cluster itself: leave --from out",
    )


def _called(kind: str, namespace: str, name: str) -> str:
    return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"


def _in(namespace: str) -> str:
    return f" -n {namespace}" if namespace else ""


# --- what the files mean ------------------------------------------------------------------------


def _newest_of_each(documents: Documents) -> dict[tuple[str, str, str], KubeObject]:
    """Keep the newest of the objects that share a name, and say that there were two."""
    kept: dict[tuple[str, str, str], tuple[KubeObject, str]] = {}
    for item, where in documents.objects:
        key = (item.kind, item.namespace, item.name)
        if key not in kept:
            kept[key] = (item, where)
            continue
        other, there = kept[key]
        if _age(item) > _age(other):
            kept[key] = (item, where)
        if _age(item) != _age(other):
            documents.complain(
                where,
                f"{_called(*key)} is in {there} too; the newer one counts",
            )
    return {key: item for key, (item, _) in kept.items()}


def _age(item: KubeObject) -> tuple[int, str]:
    version, created = item.metadata.resource_version, item.metadata.creation_timestamp
    number = int(version) if version.isascii() and version.isdigit() else 0
    return number, created.isoformat() if created else ""


def _listings(documents: Documents, items: Iterable[KubeObject]) -> Iterable[Listing]:
    if ANY_KIND in documents.lost:
        return
    siblings = {Listing(item.kind, item.namespace) for item in items if item.namespace}
    for listing in documents.listings | siblings:
        if listing.kind not in documents.lost:
            yield listing


def _usual_namespace(items: Iterable[KubeObject]) -> str:
    """Give the only namespace that has pods or workloads, else `default`."""
    spaces = {item.namespace for item in items if item.kind in find.PREFIXED and item.namespace}
    return spaces.pop() if len(spaces) == 1 else "default"
