"""A simulated repository, with the calls that a story is written in."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import TypeAlias

import yaml

from simulator.github.clock import Clock
from simulator.github.plan import Job, Pending, Runner, Script
from simulator.github.records import Commit, Environment, Push, Workflow
from simulator.github.runs import Player, RunState, conclusion_of, settle

_FOLDER = ".github/workflows/"
Reaction: TypeAlias = "Script | Callable[[RunState], Script]"


class SimulatedRepository:
    """`owner/name`. Attributes may be set freely; methods make things happen."""

    def __init__(self, full_name: str, clock: Clock, ids: count[int]) -> None:
        self.owner, _, self.name = full_name.partition("/")
        self.id = next(ids)
        self.private = False
        self.archived = False
        self.disabled = False
        self.fork = False
        self.owner_type = "Organization"
        self.default_branch = "main"
        self.actions_enabled = True
        self.commits: dict[str, Commit] = {}
        self.branches: dict[str, str] = {}
        self.tags: dict[str, str] = {}
        self.activity: list[Push] = []
        self.runs: dict[int, RunState] = {}
        self.secrets: set[str] = set()
        self.organization_secrets: set[str] = set()
        self.variables: dict[str, str] = {}
        self.organization_variables: dict[str, str] = {}
        self.environments: dict[str, Environment] = {}
        self.registered: list[Runner] = []
        self.players: set[asyncio.Task[None]] = set()
        self.clock = clock
        self._ids = ids
        self._workflows: dict[str, Workflow] = {}
        self._on_dispatch: dict[str, Reaction] = {}
        self._on_rerun: Reaction | None = None
        self._player = Player(clock, ids, self._runner_free)

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"

    def commit(
        self,
        message: str,
        *,
        files: Mapping[str, str | None] | None = None,
        branch: str = "",
        author: str = "octocat",
        at: datetime | None = None,
    ) -> Commit:
        """Commit and push; a file of None is deleted. An unknown branch starts at the default."""
        branch = branch or self.default_branch
        before = self.branches.get(branch, "")
        parent = before or self.branches.get(self.default_branch, "")
        tree = dict(self.commits[parent].files) if parent else {}
        for path, text in (files or {}).items():
            if text is None:
                tree.pop(path, None)
            else:
                tree[path] = text
        at = at or self.clock.now()
        seed = f"{self.full_name}{parent}{message}{len(self.commits)}"
        sha = hashlib.sha1(seed.encode(), usedforsecurity=False).hexdigest()
        commit = Commit(sha, message, author, at, tree, parent)
        self.commits[sha] = commit
        self.branches[branch] = sha
        kind = "push" if before else "branch_creation"
        ref = f"refs/heads/{branch}"
        self.activity.append(Push(next(self._ids), ref, before or "0" * 40, sha, author, at, kind))
        return commit

    def tag(self, name: str, commit: Commit | None = None) -> Commit:
        """Tag a commit, the newest of the default branch by default."""
        commit = commit or self.commits[self.branches[self.default_branch]]
        self.tags[name] = commit.sha
        return commit

    def resolve(self, ref: str) -> Commit | None:
        """The commit of a branch, a tag, a full ref, HEAD, or a SHA of at least seven digits."""
        name = self.default_branch if ref == "HEAD" else ref.removeprefix("refs/")
        sha = self.branches.get(name.removeprefix("heads/")) or self.tags.get(
            name.removeprefix("tags/")
        )
        if sha is None and len(name) >= 7:
            sha = next((known for known in self.commits if known.startswith(name)), None)
        return self.commits[sha] if sha else None

    def workflow(self, path: str) -> Workflow:
        """The workflow of a file; GitHub knows it once it was on the default branch or ran."""
        if path not in self._workflows:
            created = self.clock.now()
            self._workflows[path] = Workflow(next(self._ids), path, "active", created)
        return self._workflows[path]

    def workflows(self) -> list[Workflow]:
        """All workflows, those on the default branch found by their files."""
        head = self.resolve(self.default_branch)
        for path in sorted(head.files if head else ()):
            if path.startswith(_FOLDER) and path.endswith((".yml", ".yaml")):
                self.workflow(path)
        return list(self._workflows.values())

    def run(  # noqa: PLR0913 - a story names only what it needs
        self,
        *,
        workflow: str,
        commit: Commit | None = None,
        branch: str = "",
        event: str = "push",
        status: str = "completed",
        conclusion: str | None = None,
        jobs: Sequence[Job] = (),
        pending: Sequence[Pending] = (),
        groups: Sequence[str] = (),
        ago: float = 60.0,
    ) -> RunState:
        """Add a run of the past, `ago` seconds old; its conclusion follows from its jobs."""
        began = self.clock.now() - timedelta(seconds=ago)
        run = self._new_run(workflow, commit, branch, event, began)
        run.pending, run.groups = list(pending), list(groups)
        run.status = status
        for job in self._player.enter(run, Script(tuple(jobs))):
            settle(job, began, status)
            run.updated_at = job.completed_at or run.updated_at
        if status == "completed":
            run.conclusion = conclusion or conclusion_of(run)
        return run

    def start(
        self,
        script: Script,
        *,
        workflow: str,
        commit: Commit | None = None,
        branch: str = "",
        event: str = "push",
        ago: float = 0.0,
    ) -> RunState:
        """Let a run that was made `ago` seconds ago begin now and play the script."""
        began = self.clock.now() - timedelta(seconds=ago)
        run = self._new_run(workflow, commit, branch, event, began)
        self.play(run, script)
        for job in run.jobs:
            job.created_at = began
        return run

    def on_dispatch(self, reaction: Reaction, *, workflow: str = "") -> None:
        """Say what a run does that is started by hand; empty: for every workflow."""
        self._on_dispatch[workflow] = reaction

    def on_rerun(self, reaction: Reaction) -> None:
        """Say what the failed jobs of a run do when they run again."""
        self._on_rerun = reaction

    def dispatch(self, workflow: Workflow, ref: str, actor: str) -> RunState:
        """Start a workflow by hand, as the API does."""
        run = self._new_run(
            workflow.path, self.resolve(ref), ref, "workflow_dispatch", self.clock.now(), actor
        )
        reaction = self._on_dispatch.get(workflow.path) or self._on_dispatch.get("") or Script()
        self.play(run, reaction if isinstance(reaction, Script) else reaction(run))
        return run

    def rerun_failed(self, run: RunState) -> None:
        """Run the failed jobs again, as the API does."""
        run.attempt += 1
        run.status, run.conclusion = "queued", None
        run.started_at = run.updated_at = self.clock.now()
        again = tuple(job.plan for job in run.jobs if job.conclusion != "success")
        reaction = self._on_rerun or Script(again)
        self.play(run, reaction if isinstance(reaction, Script) else reaction(run))

    def environment(
        self, name: str, *, secrets: Iterable[str] = (), variables: Mapping[str, str] | None = None
    ) -> Environment:
        """Add or replace an environment."""
        made = Environment(next(self._ids), name, set(secrets), dict(variables or {}))
        self.environments[name] = made
        return made

    def text(self, path: str, ref: str) -> str | None:
        """A file's text at a ref."""
        commit = self.resolve(ref)
        return commit.files.get(path) if commit else None

    def workflow_name(self, path: str) -> str:
        """The name in the file on the default branch, else its path."""
        text = self.text(path, self.default_branch)
        try:
            parsed = yaml.safe_load(text) if text else None
        except yaml.YAMLError:
            parsed = None
        name = parsed.get("name") if isinstance(parsed, dict) else None
        return str(name) if name else path

    def _new_run(
        self,
        path: str,
        commit: Commit | None,
        branch: str,
        event: str,
        at: datetime,
        actor: str = "",
    ) -> RunState:
        branch = branch or self.default_branch
        commit = commit or self.commits[self.branches[branch]]
        workflow = self.workflow(path)
        number = 1 + sum(run.path == path for run in self.runs.values())
        run = RunState(
            id=next(self._ids),
            number=number,
            workflow_id=workflow.id,
            path=path,
            name=self.workflow_name(path),
            title=commit.message.partition("\n")[0],
            event=event,
            head_sha=commit.sha,
            head_branch=branch,
            actor=actor or commit.author,
            created_at=at,
            updated_at=at,
            started_at=at,
        )
        self.runs[run.id] = run
        return run

    def play(self, run: RunState, script: Script) -> None:
        """Let a run go on with these jobs, one that waited for an approval for example."""
        run.pending = []
        run.status = "queued"
        jobs = list(self._player.enter(run, script))
        task = asyncio.create_task(self._player.play(run, jobs))
        self.players.add(task)
        task.add_done_callback(self.players.discard)

    async def _runner_free(self, job: Job) -> str:
        while True:
            for runner in self.registered:
                has = set(map(str.lower, runner.labels))
                free = runner.status == "online" and not runner.busy
                if free and has >= set(map(str.lower, job.labels)):
                    return runner.name
            await self.clock.sleep(0.5)
