"""A bot with everything around it in memory, but for Slack, which is a little server on loopback.

`World.process()` is one life of the bot: a kill ends it between any two steps, and the next life
begins with the same database.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.ci.objects import Commit, Job, Run, Step, Workflow
from bot.cluster import objects as k
from bot.cluster.pod_state import pod_is_well, state_of
from bot.desk import Desk
from bot.evidence import ClusterFacts, Evidence, GapReason, Target
from bot.followup import Follower
from bot.images import ImageRef
from bot.investigate import Investigation
from bot.messages import Outbox, Pace, Undelivered
from bot.messages.calls import Calls
from bot.registries.answers import ImageFound, ImageLookUp, TagAbsent, Witness
from bot.report import Report
from bot.sources import Matches, Overview, PodRow, Query, SourceError, Sources, StepEvent
from bot.store import Store, open_store
from config.settings import AccessSettings, FollowUpSettings, Settings, SlackSettings
from handlers import register
from handlers.failures import Tasks, survived
from handlers.people import People
from handlers.reception import Reception, privately
from simulator.faults import Fault, Faults
from simulator.serving import serve
from tests.reports import NOON, TARGET, report

UID = "pod-uid-1"
FAST = Pace(between=0.0, per_minute=10_000)
WITNESS = Witness(method="GET", url="https://ghcr.io/v2/acme/api/manifests/1.8.2", status=404)


class Killed(BaseException):
    """The process is gone."""


class Fuse:
    """Kills the process at its n-th step; 0 never."""

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.steps = 0
        self.blown = asyncio.Event()

    def burn(self) -> None:
        self.steps += 1
        if self.at and self.steps >= self.at:
            self.blown.set()
        self.check()

    def check(self) -> None:
        if self.blown.is_set():
            raise Killed


_READING = frozenset(
    {"one", "of_alert", "of_thread", "unfinished", "stale", "open_ones", "claimed", "followed",
     "about", "sharing", "active", "find", "get", "overview", "list", "look_up", "run", "runs",
     "jobs", "workflows", "commit", "pull_credentials"}
)  # fmt: skip


class Mortal:
    """Passes calls on. Each that changes something outside the process is a step."""

    def __init__(self, inner: Any, fuse: Fuse) -> None:
        self._inner = inner
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not asyncio.iscoroutinefunction(found):
            return found

        async def step(*args: Any, **kwargs: Any) -> Any:
            self._fuse.check()
            done = await found(*args, **kwargs)
            if name not in _READING:
                self._fuse.burn()
            return done

        return step


class FakeSlack:
    """Slack's Web API as far as the bot uses it; keeps every message and every edit."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.messages: dict[str, dict[str, Any]] = {}
        self.edits: dict[str, list[dict[str, Any]]] = {}
        self.told: list[dict[str, Any]] = []
        self.views: list[dict[str, Any]] = []
        self.users: dict[str, dict[str, Any]] = {}
        self.groups: dict[str, list[str]] = {}
        self.channels: dict[str, dict[str, Any]] = {}
        self.members: dict[str, list[str]] = {}
        self.errors: dict[str, list[str]] = {}
        self.faults = Faults()
        self._ts = 0

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self.faults.middleware()])
        app.router.add_post("/api/{method}", self._call)
        app.router.add_get("/api/{method}", self._call)
        app.router.add_post("/respond", self._respond)
        return app

    def fail(self, method: str, *errors: str) -> None:
        self.errors.setdefault(method, []).extend(errors)

    def named(self, method: str) -> list[dict[str, Any]]:
        return [payload for name, payload in self.calls if name == method]

    async def _respond(self, request: web.Request) -> web.Response:
        self.told.append(await request.json())
        return web.Response(text="ok")

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if request.content_type == "application/json":
            payload = dict(await request.json())
        else:
            payload = {**request.query, **await request.post()}
        for key in ("blocks", "view"):
            if isinstance(payload.get(key), str):
                payload[key] = json.loads(payload[key])
        self.calls.append((method, payload))
        if self.errors.get(method):
            return web.json_response({"ok": False, "error": self.errors[method].pop(0)})
        answer: dict[str, Any] = getattr(self, "_" + method.replace(".", "_"), lambda _: {})(
            payload
        )
        error = answer.get("error")
        return web.json_response({"ok": not error, **answer}, headers={"x-oauth-scopes": "a,b"})

    def _chat_postMessage(self, payload: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self._ts += 1
        ts = f"1772366400.{self._ts:06d}"
        self.messages[ts] = {"ts": ts, **payload}
        self.edits[ts] = [payload]
        return {"ts": ts, "channel": payload["channel"]}

    def _chat_update(self, payload: dict[str, Any]) -> dict[str, Any]:
        ts = payload["ts"]
        if ts not in self.messages:
            return {"error": "message_not_found"}
        self.messages[ts] |= payload
        self.edits[ts].append(payload)
        return {"ts": ts}

    def _chat_getPermalink(self, payload: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        stamp = payload["message_ts"].replace(".", "")
        link = f"https://acme.slack.example/archives/{payload['channel']}/p{stamp}"
        return {"permalink": link}

    def _chat_postEphemeral(self, payload: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self.told.append(payload)
        return {}

    def _conversations_replies(self, payload: dict[str, Any]) -> dict[str, Any]:
        root = payload["ts"]
        return {
            "messages": [m for m in self.messages.values() if root in (m.get("thread_ts"), m["ts"])]
        }

    def _conversations_history(self, payload: dict[str, Any]) -> dict[str, Any]:
        del payload
        return {"messages": [m for m in self.messages.values() if not m.get("thread_ts")]}

    def _users_info(self, payload: dict[str, Any]) -> dict[str, Any]:
        user = {"id": payload["user"], "team_id": "T1", "real_name": f"Name of {payload['user']}"}
        return {"user": user | self.users.get(payload["user"], {})}

    def _conversations_info(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": payload["channel"]} | self.channels.get(payload["channel"], {})}

    def _conversations_members(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"members": self.members.get(payload["channel"], [])}

    def _usergroups_users_list(self, payload: dict[str, Any]) -> dict[str, Any]:
        return {"users": self.groups.get(payload["usergroup"], [])}

    def _views_open(self, payload: dict[str, Any]) -> dict[str, Any]:
        self.views.append(payload["view"])
        return {"view": {"id": "V1"}}

    _views_publish = _views_open

    def _auth_test(self, payload: dict[str, Any]) -> dict[str, Any]:
        del payload
        return {
            "team": "shop",
            "team_id": "T1",
            "user": "whyfailing",
            "user_id": "UB",
            "bot_id": "BB",
        }


def pod(
    name: str = TARGET.name,
    uid: str = UID,
    *,
    waiting: str = "ImagePullBackOff",
    ready: bool = False,
) -> k.Pod:
    """A pod of the ReplicaSet api-7d9f8c, waiting or Ready."""
    state = k.ContainerState(waiting=None if ready else k.Waiting(reason=waiting))
    return k.Pod(
        metadata=k.Metadata(
            name=name,
            namespace="shop",
            uid=uid,
            creation_timestamp=NOON,
            owner_references=(
                k.OwnerReference(kind="ReplicaSet", name="api-7d9f8c", uid="rs-1", controller=True),
            ),
        ),
        spec=k.PodSpec(
            containers=(k.Container(name="api", image="ghcr.io/acme/api:1.8.2"),), node_name="n1"
        ),
        status=k.PodStatus(
            phase="Running" if ready else "Pending",
            conditions=(k.Condition(type="Ready", status="True" if ready else "False"),),
            container_statuses=(k.ContainerStatus(name="api", state=state, ready=ready),),
        ),
    )


class FakeCluster:
    """A cluster of a few objects."""

    name = "prod"
    default_namespace = "default"

    def __init__(self) -> None:
        self.objects: list[k.KubeObject] = [pod()]
        self.deleted: list[tuple[str, str, str]] = []
        self.error: SourceError | None = None
        self.answers = asyncio.Event()
        self.answers.set()

    def now(self) -> datetime:
        return NOON

    async def find(self, query: Query) -> Matches:
        self._check()
        fits = [
            Target("prod", item.namespace, item.kind, item.name)
            for item in self.objects
            if query.namespace in ("", item.namespace) and query.kind in ("", item.kind)
        ]
        exact = tuple(target for target in fits if target.name.startswith(query.name))
        near = () if exact else tuple(t for t in fits if t.name[:2] == query.name[:2])
        return Matches(exact=exact, near=near)

    async def overview(self) -> Overview:
        self._check()
        await self.answers.wait()
        pods = (item for item in self.objects if isinstance(item, k.Pod))
        rows = tuple(
            PodRow(each.namespace, each.name, state_of(each), pod_is_well(each)) for each in pods
        )
        return Overview(pods=rows, nodes=3, nodes_ready=3)

    async def get(self, kind: str, namespace: str, name: str) -> k.KubeObject | None:
        self._check()
        same = [o for o in self.objects if (o.kind, o.namespace, o.name) == (kind, namespace, name)]
        return same[0] if same else None

    async def list(
        self, kind: str, namespace: str = "", *, labels: str = "", fields: str = ""
    ) -> tuple[k.KubeObject, ...]:
        self._check()
        return tuple(o for o in self.objects if o.kind == kind and o.namespace == namespace)

    async def log(self, *args: Any, **kwargs: Any) -> None:
        return None

    def watch(self, kind: str, namespace: str = "") -> AsyncIterator[Any]:
        raise SourceError(GapReason.UNREACHABLE, "nobody watches in these tests", "")

    async def pull_credentials(self, namespace: str, secrets: Any, image: ImageRef) -> tuple[()]:
        return ()

    async def delete_pod(self, namespace: str, name: str, uid: str) -> bool:
        self.deleted.append((namespace, name, uid))
        self.objects = [o for o in self.objects if o.metadata.uid != uid]
        self.objects.append(pod("api-7d9f8c-new", "pod-uid-2", ready=True))
        return True

    def _check(self) -> None:
        if self.error:
            raise self.error


class FakeRegistry:
    """A registry that has the image or not."""

    def __init__(self) -> None:
        self.present = False
        self.error: SourceError | None = None

    async def look_up(self, image: ImageRef, credentials: Any = ()) -> ImageLookUp:
        if self.error:
            raise self.error
        if self.present:
            return ImageFound(
                asked_as="anonymous", witness=WITNESS, digest="sha256:1", media_type="m"
            )
        return TagAbsent(asked_as="anonymous", witness=WITNESS)

    async def tags(self, image: ImageRef, credentials: Any = ()) -> None:
        return None


class FakeCI:
    """GitHub with one run. Only what the bot's actions and follow-ups ask."""

    def __init__(self) -> None:
        self.a_run: Run | None = self.made(1, "completed", "failure")
        self.reruns: list[int] = []
        self.dispatches: list[tuple[int, str]] = []
        self.some_jobs: tuple[Job, ...] = ()
        self.listed: tuple[Run, ...] = ()
        self.some_workflows: tuple[Workflow, ...] = (
            Workflow(id=7, name="release", path="r.yml", state="active"),
        )
        self.a_commit: Commit | None = Commit(sha="a" * 40, message="m")
        self.error: SourceError | None = None
        self.refuse_rerun: SourceError | None = None
        self.now: Callable[[], datetime] = lambda: NOON

    @staticmethod
    def made(attempt: int, status: str, conclusion: str | None = None, **changes: Any) -> Run:
        values: dict[str, Any] = {
            "id": 4711, "workflow_id": 7, "number": 812, "attempt": attempt, "event": "push",
            "status": status, "conclusion": conclusion, "head_sha": "a" * 40,
            "head_branch": "v1.8.2",
            "html_url": "https://github.com/acme/api/actions/runs/4711",
        }  # fmt: skip
        return Run(**values | changes)

    async def run(self, repository: str, run_id: int) -> Run | None:
        self._check()
        return self.a_run

    async def jobs(self, repository: str, run_id: int) -> tuple[Job, ...]:
        return self.some_jobs

    async def runs(self, repository: str, workflow_id: int, **kwargs: Any) -> tuple[Run, ...]:
        self._check()
        return self.listed

    async def workflows(self, repository: str) -> tuple[Workflow, ...]:
        self._check()
        return self.some_workflows

    async def commit(self, repository: str, ref: str) -> Commit | None:
        return self.a_commit

    async def rerun_failed_jobs(self, repository: str, run_id: int) -> None:
        self._check()
        if self.refuse_rerun:
            raise self.refuse_rerun
        self.reruns.append(run_id)
        self.a_run = self.made(2, "queued")

    async def dispatch(self, repository: str, workflow_id: int, ref: str) -> int | None:
        self._check()
        self.dispatches.append((workflow_id, ref))
        made = self.made(1, "queued", id=5000, event="workflow_dispatch", created_at=self.now())
        self.listed, self.a_run = (made,), made
        return None

    def _check(self) -> None:
        if self.error:
            raise self.error


BUILDING = (
    Job(id=1, name="build", status="in_progress",
        steps=(Step(number=1, name="checkout", status="completed"),
               Step(number=2, name="push", status="in_progress"))),
)  # fmt: skip


class MortalTasks(Tasks):
    """Tasks that a kill ends without a word."""

    def spawn(self, work: Coroutine[Any, Any, Any], sorry: Any = None) -> None:
        async def until_killed() -> None:
            with suppress(Killed):
                await work

        super().spawn(until_killed(), sorry)


class MortalOutbox(Outbox):
    """An outbox that can be gone while others wait for it."""

    def give_up(self) -> None:
        self._served += [one for waiting in self._waiting.values() for one in waiting]
        self._waiting.clear()
        self._answer(Undelivered("killed"))


class ScriptedDesk(Desk):
    """A desk whose investigations end as the world says."""

    world: World

    async def look(self, target: Target, progress: Callable[[StepEvent], None]) -> Investigation:
        self.world.investigations.append(target)
        if self.world.bug:
            raise self.world.bug
        progress(StepEvent(key="pod", title="Read the pod", state="answered", summary="waits"))
        progress(StepEvent(key="registry", title="Ask the registry", state="started"))
        seen = ClusterFacts(objects=tuple(self.world.cluster.objects))
        evidence = Evidence(target=target, collected_at=NOON, cluster=seen)
        made = msgspec.structs.replace(self.world.report, target=target)
        return Investigation(evidence=evidence, report=made)


class ByHand:
    """A schedule that steps nothing by itself."""

    def __init__(self) -> None:
        self.ids: dict[str, float] = {}
        self.mutes: dict[str, datetime] = {}

    def add(self, follow_up_id: str, seconds: float) -> None:
        self.ids[follow_up_id] = seconds

    def remove(self, follow_up_id: str) -> None:
        self.ids.pop(follow_up_id, None)

    def at(self, mute_id: str, moment: datetime) -> None:
        self.mutes[mute_id] = moment


class World:
    """Everything outside the process, which outlives it."""

    def __init__(self, folder: Path, base: str, slack: FakeSlack) -> None:
        self.url = f"sqlite+aiosqlite:///{folder}/bot.db"
        self.base = base
        self.slack = slack
        self.cluster = FakeCluster()
        self.registry = FakeRegistry()
        self.ci = FakeCI()
        self.report: Report = report()
        self.investigations: list[Target] = []
        self.bug: Exception | None = None
        self.time = NOON
        self.ci.now = self.now
        self.access = AccessSettings(users=("U1",))
        self.namespaces: tuple[str, ...] = ()
        self.alert_channels: tuple[str, ...] = ()
        self.pace = FAST

    def now(self) -> datetime:
        return self.time

    def later(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    @asynccontextmanager
    async def process(self, kill_at: int = 0) -> AsyncIterator[Process]:
        """One life of the bot."""
        fuse = Fuse(kill_at)
        async with open_store(self.url) as store:
            process = Process(self, store, fuse)
            sending = asyncio.create_task(process.outbox.run(survived))
            try:
                yield process
            finally:
                fuse.blown.set()
                await process.quiet()
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)


class Process:
    """One life of the bot, and what people do to it."""

    def __init__(self, world: World, store: Store, fuse: Fuse) -> None:
        self.world, self.fuse, self.store = world, fuse, store
        for table in ("threads", "actions", "follow_ups", "mutes"):
            setattr(store, table, Mortal(getattr(store, table), fuse))
        calls: Any = Mortal(Calls("xoxb-test", f"{world.base}/api/", timeout=2), fuse)
        self.outbox = MortalOutbox(store, calls, world.now, world.pace)
        self.schedule = ByHand()
        sources = Sources(
            cluster=Mortal(world.cluster, fuse),
            registry=Mortal(world.registry, fuse),
            ci=Mortal(world.ci, fuse),
            catalog=None,  # type: ignore[arg-type]
        )
        settings = Settings(
            slack=SlackSettings(alert_channels=world.alert_channels, namespaces=world.namespaces),
            access=world.access,
            followup=FollowUpSettings(ready_seconds=60, timeout_seconds=1800),
        )
        self.desk = ScriptedDesk(store, self.outbox, sources, settings, self.schedule, world.now)
        self.desk.world = world
        self.follower = Follower(self.desk)
        self.tasks = MortalTasks()
        self.people = People(world.access)
        self.reception = Reception(self.desk, self.follower, self.people, self.tasks)
        self.client = AsyncWebClient(token="xoxb-test", base_url=f"{world.base}/api/")
        self.app = AsyncApp(client=self.client, request_verification_enabled=False)
        self.gone: list[str] = []
        register(self.app, self.reception, removed=self.gone.append)

    async def send(self, body: dict[str, Any]) -> int:
        """Deliver a payload as Socket Mode does and wait until all work is done, or the kill."""
        answer = await self.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
        await self.quiet()
        return int(answer.status)

    async def quiet(self) -> None:
        """Wait until nothing goes on any more.

        A dead process answers nobody, so whoever waits for Slack is told that none will answer:
        it then dies at its next step. Nothing is cancelled in the middle of a statement.
        """
        idle = asyncio.create_task(self._idle())
        while not idle.done():
            if self.fuse.blown.is_set():
                self.outbox.give_up()
            await asyncio.wait((idle,), timeout=0.002)
        await asyncio.gather(idle, return_exceptions=True)

    async def _idle(self) -> None:
        while listening := [task for task in asyncio.all_tasks() if _is_listener(task)]:
            await asyncio.wait(listening)
            await self.tasks.drain()
        await self.tasks.drain()
        for thread in await self.store.threads.stale():
            await self.outbox.settle(thread.id)

    async def resume(self) -> None:
        """What a fresh process does first."""
        await self.follower.resume()
        await self.reception.take_up(
            lambda thread: privately(self.client, thread.channel, thread.asked.asked_by, "")
        )
        await self.quiet()

    async def tick(self, rounds: int = 1) -> None:
        """Let every job run."""
        for _ in range(rounds):
            for mute_id, moment in tuple(self.schedule.mutes.items()):
                if moment <= self.world.now():
                    del self.schedule.mutes[mute_id]
                    self.tasks.spawn(self.follower.lift(mute_id))
            for follow_up_id in tuple(self.schedule.ids):
                self.tasks.spawn(self.follower.step(follow_up_id))
            await self.quiet()


def _is_listener(task: asyncio.Task[Any]) -> bool:
    """Whether Bolt runs a listener in it."""
    return "run_ack_function_asynchronously" in str(getattr(task.get_coro(), "__qualname__", ""))


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[World]:
    """A world with a Slack that listens."""
    slack = FakeSlack()
    async with serve(slack.app()) as base:
        yield World(folder, base, slack)


def forbidden() -> SourceError:
    return SourceError(GapReason.FORBIDDEN, "Resource not accessible", "grant actions: write")


__all__ = ["Fault", "Killed", "World", "world"]
