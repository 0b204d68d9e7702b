"""The client reads the simulated GitHub: every question of the protocol, whole answers."""

from bot.ci import objects as ci
from tests.ci.github_story import TEXT, WORKFLOW, fast, github, story


async def test_repository_is_read_with_its_actions_switch_when_allowed() -> None:
    state = fast()
    story(state).actions_enabled = False
    async with github(state) as client:
        assert await client.repository("acme/api") == ci.Repository(
            full_name="acme/api",
            html_url="https://github.com/acme/api",
            default_branch="main",
            private=True,
            actions_enabled=False,
        )


async def test_actions_switch_is_unknown_when_the_permission_is_missing() -> None:
    state = fast()
    story(state)
    async with github(state, token=state.token({"contents": "read"})) as client:
        repository = await client.repository("acme/api")
    assert repository is not None
    assert repository.actions_enabled is None


async def test_file_keeps_what_a_program_reads_when_it_is_a_workflow() -> None:
    state = fast()
    story(state)
    async with github(state) as client:
        assert await client.file("acme/api", WORKFLOW, "main") == TEXT
        assert await client.file("acme/api", WORKFLOW, "refs/tags/v1.8.2") == TEXT
        assert await client.file("acme/api", "Dockerfile", "main") is None


async def test_commit_is_found_by_tag_branch_and_sha() -> None:
    state = fast()
    repo = story(state)
    sha = repo.tags["v1.8.2"]
    async with github(state) as client:
        found = [
            await client.commit("acme/api", ref)
            for ref in ("refs/tags/v1.8.2", "main", "refs/heads/main", sha, "v9", "f" * 40)
        ]
    assert [commit and commit.sha for commit in found] == [sha, sha, sha, sha, None, None]
    assert found[0] is not None
    assert found[0].message == "Release 1.8.2\n\nskip-checks: false"
    assert found[0].author == "octocat"


async def test_pushes_come_newest_first_with_their_diffs() -> None:
    state = fast()
    repo = story(state)
    async with github(state) as client:
        pushes = await client.pushes("acme/api", "refs/heads/main")
        newest, first = pushes
        changed = await client.changed_files("acme/api", newest.before, newest.after)
        began = await client.changed_files("acme/api", first.before, first.after)
    assert [(push.kind, push.actor, push.after) for push in pushes] == [
        ("push", "octocat", repo.branches["main"]),
        ("branch_creation", "octocat", newest.before),
    ]
    assert changed == ci.ChangedFiles(paths=(WORKFLOW,), complete=True)
    assert began == ci.ChangedFiles(paths=("README.md",), complete=False)


async def test_a_diff_is_incomplete_when_github_cuts_it() -> None:
    state = fast()
    repo = story(state)
    before = repo.branches["main"]
    repo.commit("Many", files={f"src/{number:03}.py": "x" for number in range(301)})
    async with github(state) as client:
        changed = await client.changed_files("acme/api", before, repo.branches["main"])
    assert (len(changed.paths), changed.complete) == (300, False)


async def test_runs_are_narrowed_and_read() -> None:
    state = fast()
    repo = story(state)
    sha = repo.branches["main"]
    async with github(state) as client:
        (workflow,) = await client.workflows("acme/api")
        failed = await client.runs("acme/api", workflow.id, status="failure", head_sha=sha)
        every = await client.runs("acme/api", 0, branch="main")
        none = await client.runs("acme/api", workflow.id, branch="other")
    assert workflow.path == WORKFLOW
    assert (workflow.name, workflow.state) == ("release", "active")
    assert [(run.number, run.conclusion, run.event) for run in failed] == [(1, "failure", "push")]
    assert [(run.status, run.done) for run in every] == [("waiting", False), ("completed", True)]
    assert none == ()


async def test_jobs_show_where_a_run_failed() -> None:
    state = fast()
    repo = story(state)
    run_id = min(repo.runs)
    async with github(state) as client:
        (job,) = await client.jobs("acme/api", run_id)
        assert job.check_run_id is not None
        notes = await client.annotations("acme/api", job.check_run_id)
    assert (job.name, job.conclusion, job.runner_name) == ("build", "failure", "GitHub Actions 2")
    assert job.failed_step is not None
    assert (job.failed_step.number, job.failed_step.name) == (3, "Push")
    assert [step.conclusion for step in job.steps] == ["success", "success", "failure", "skipped"]
    assert notes == (ci.Annotation(level="failure", message="Process completed with exit code 1."),)


async def test_a_log_has_no_stamps_colours_or_secrets() -> None:
    state = fast()
    repo = story(state)
    job_id = repo.runs[min(repo.runs)].jobs[0].id
    async with github(state) as client:
        log = await client.job_log("acme/api", job_id)
    assert log == ci.JobLog(
        job_id=job_id,
        lines=(
            "##[group]Run Log in to the registry",
            "##[endgroup]",
            "Logging in as robot",
            "##[group]Run Push",
            "##[endgroup]",
            "denied: requested access",
            "docker login -p ***",
            "##[error]Process completed with exit code 1.",
        ),
    )


async def test_a_waiting_run_says_for_whom_and_for_what() -> None:
    state = fast()
    repo = story(state)
    waiting = max(repo.runs)
    holder = repo.run(workflow=WORKFLOW, status="in_progress", groups=["deploy"], ago=300)
    async with github(state) as client:
        pending = await client.pending_deployments("acme/api", waiting)
        ahead = await client.ahead_of("acme/api", waiting)
        nobody = await client.ahead_of("acme/api", holder.id)
    assert pending == (
        ci.PendingDeployment(
            environment="production",
            html_url="https://github.com/acme/api/deployments/activity_log",
            reviewers=("ada", "platform"),
            wait_minutes=30,
        ),
    )
    assert ahead == (
        ci.ConcurrencyMember(
            group="deploy",
            run_id=holder.id,
            run_name="release",
            html_url=f"https://github.com/acme/api/actions/runs/{holder.id}",
            status="in_progress",
        ),
    )
    assert nobody == ()


async def test_names_of_secrets_include_the_organisations_and_the_environments() -> None:
    state = fast()
    story(state)
    async with github(state) as client:
        names = await client.secret_names("acme/api", ["production", "staging"])
    assert names == ci.SecretNames(
        secrets=frozenset({"REGISTRY_USER", "SHARED", "DEPLOY_KEY"}),
        variables=frozenset({"REGION", "URL"}),
        environments=("production", "staging"),
    )


async def test_an_environment_is_left_out_when_its_secrets_cannot_be_seen() -> None:
    state = fast()
    story(state)
    token = state.token({"secrets": "read", "actions": "read"})
    async with github(state, token=token) as client:
        names = await client.secret_names("acme/api", ["production"])
    assert names == ci.SecretNames(
        secrets=frozenset({"REGISTRY_USER", "SHARED"}), variables=None, environments=()
    )


async def test_every_variable_is_read_when_there_are_many() -> None:
    state = fast()
    story(state).variables = {f"V{number}": "x" for number in range(75)}
    async with github(state) as client:
        names = await client.secret_names("acme/api")
    assert names.variables is not None
    assert len(names.variables) == 75


async def test_runners_include_the_organisations() -> None:
    state = fast()
    story(state)
    async with github(state) as client:
        runners = await client.runners("acme/api")
    assert runners == (
        ci.Runner(
            name="big", status="offline", busy=False, labels=("self-hosted", "gpu"), os="Linux"
        ),
        ci.Runner(
            name="shared",
            status="online",
            busy=False,
            labels=("self-hosted", "Linux", "X64"),
            os="Linux",
        ),
    )


async def test_nothing_is_asked_of_an_organisation_when_a_person_owns_the_repository() -> None:
    state = fast()
    story(state).owner_type = "User"
    async with github(state) as client:
        names = await client.secret_names("acme/api")
        runners = await client.runners("acme/api")
    assert names == ci.SecretNames(
        secrets=frozenset({"REGISTRY_USER"}), variables=frozenset({"REGION"})
    )
    assert [runner.name for runner in runners] == ["big"]
    assert not any("organization" in seen.path or "/orgs/" in seen.path for seen in state.seen)


async def test_a_search_finds_the_workflow_that_names_an_image() -> None:
    state = fast()
    story(state)
    other = state.repository("acme/web", private=True)
    text = "tags: ghcr.io/acme/api:1"
    other.commit("x", files={".github/workflows/b.yaml": text, "a.yml": text})
    async with github(state) as client:
        hits = await client.search_workflows("acme", "ghcr.io/acme/api")
    assert hits == (("acme/web", ".github/workflows/b.yaml"),)


async def test_a_renamed_repository_is_followed() -> None:
    state = fast()
    story(state)
    state.rename("acme/api", "acme/backend")
    async with github(state) as client:
        repository = await client.repository("acme/api")
        runs = await client.runs("acme/api", 0)
    assert repository is not None
    assert repository.full_name == "acme/backend"
    assert len(runs) == 2
