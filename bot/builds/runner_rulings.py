"""The words for each reason why no runner takes a job."""

from __future__ import annotations

from bot import runners as r
from bot.builds.build import Build
from bot.builds.solutions import by_hand
from bot.report import LeftOut, Outcome, Proof, Ruling, Solution
from bot.words import listed, shell


def none_registered(build: Build, service: r.NoRunner) -> Ruling:
    """No runner is registered and no set is in the cluster."""
    return _ruling(
        build,
        name="none",
        outcome=build.outcome if service.certain else Outcome.SUSPECTED,
        summary=f"{build.repository} has no runner at all, and job {_job(build)} asks for"
        f" {_labels(build)}",
        proof=(_listed(build, "none is registered"),),
        solution=Solution(
            title=f"Start a runner with {_labels(build)} for {build.repository}",
            why="Nothing can take the job before one is registered; after 24 h GitHub gives up.",
            url=f"{build.url}/settings/actions/runners" if build.url else "",
            commands=("kubectl get runnerdeployments,autoscalingrunnersets -A",),
        ),
    )


def offline(build: Build, service: r.Offline) -> Ruling:
    """Registered runners with the labels, none online."""
    names = listed(service.names)
    return _ruling(
        build,
        name=service.names[0],
        summary=f"none of the runners with {_labels(build)} is online ({names})",
        proof=(_listed(build, f"{names} offline"),),
        solution=Solution(
            title=f"Start {names} again",
            why="The job is taken as soon as one of them is online.",
            url=f"{build.url}/settings/actions/runners" if build.url else "",
            commands=(
                shell(
                    "gh",
                    "api",
                    f"repos/{build.repository}/actions/runners",
                    "--jq",
                    ".runners[] | [.name, .status]",
                ),
            ),
        ),
    )


def no_match(build: Build, service: r.NoMatch) -> Ruling:
    """Runners exist, none has all labels."""
    missing = listed(service.missing)
    slip = f"; {service.looks_like} looks like it" if service.looks_like else ""
    has = listed(service.nearest_labels, 6) or "no label of its own"
    wanted = service.looks_like or listed(service.nearest_labels, 6) or service.nearest
    return _ruling(
        build,
        name=service.nearest,
        outcome=build.outcome if service.certain or slip else Outcome.SUSPECTED,
        summary=f"no runner has the label {missing} that job {_job(build)} asks for{slip}",
        proof=(_listed(build, f"the nearest, {service.nearest}, has {has}"),),
        solution=Solution(
            title=f"Write runs-on: {wanted} in {build.workflow_name}, or give a runner the label"
            f" {missing}",
            why=f"A runner must have every label of runs-on; {service.nearest} lacks {missing}.",
            commands=(
                shell(
                    "gh",
                    "api",
                    f"repos/{build.repository}/actions/runners",
                    "--jq",
                    ".runners[] | [.name, .labels[].name]",
                ),
            ),
        ),
    )


def set_down(build: Build, service: r.SetDown) -> Ruling:
    """The set that serves the labels cannot start runners."""
    group = service.runner_set
    kind = service.object.partition("/")[0]
    scale = group.kind == "RunnerDeployment" or kind == "deployment"
    look = shell("kubectl", "describe", service.object, "-n", service.namespace)
    commands: tuple[str, ...] = (look, *_logs(service))
    if service.switched_off and scale:
        commands = (
            shell("kubectl", "scale", service.object, "-n", service.namespace, "--replicas=1"),
        )
    title = (
        f"Switch on {service.object} in {service.namespace}"
        if service.switched_off
        else f"Find out why {group.name} starts no runner: {service.why}"
    )
    serves = "" if _labels(build) == group.name else f", which serves {_labels(build)},"
    return _ruling(
        build,
        name=group.name,
        summary=f"{group.kind} {group.name} in {group.namespace}{serves} starts no runner:"
        f" {service.why}",
        proof=(
            Proof(
                f"{service.object} in {service.namespace}: {service.why}.",
                "",
                shell("kubectl", "get", service.object, "-n", service.namespace),
            ),
        ),
        solution=Solution(
            title=title,
            why=f"As soon as a runner of {group.name} is up, it takes {build.run_name}.",
            commands=commands,
        ),
    )


def _logs(service: r.SetDown) -> tuple[str, ...]:
    """How to read what it says itself, where it is something that writes a log."""
    if not service.object.startswith(("deployment/", "pod/")):
        old = service.runner_set.kind == "RunnerDeployment"
        kinds = "runners,pods" if old else "autoscalinglisteners,pods"
        return (shell("kubectl", "get", kinds, "-A"),)
    return (shell("kubectl", "logs", service.object, "-n", service.namespace, "--tail=50"),)


def pods_failing(build: Build, service: r.PodsFailing) -> Ruling:
    """The set's pods fail: the runner pod's own diagnosis is the cause's body."""
    group, report = service.runner_set, service.report
    root = report.root_causes[0]
    pod = report.target
    inner = report.solutions[0] if report.solutions else None
    return _ruling(
        build,
        name=pod.name,
        outcome=min(build.outcome, root.ruling.outcome, key=_firmness),
        summary=f"runner pod {pod.name} of {group.name} fails ({root.code}):"
        f" {root.ruling.summary.rstrip('.')}",
        proof=(
            Proof(
                f"{pod.namespace}/{pod.name} is a runner of {group.name}: {root.title}.",
                "",
                shell("kubectl", "get", "pods", "-n", pod.namespace, "-l", group.pod_selector),
            ),
            *root.ruling.proof[:3],
        ),
        solution=Solution(
            title=inner.title if inner else f"Mend runner pod {pod.name}: {root.title}",
            why=f"As soon as a runner pod of {group.name} is up, it takes {build.run_name}."
            + (f" {inner.why}" if inner and inner.why else ""),
            commands=inner.commands
            if inner
            else (shell("kubectl", "describe", "pod", pod.name, "-n", pod.namespace),),
        ),
    )


def all_busy(build: Build, service: r.AllBusy) -> Ruling:
    """Every fitting runner is at work and no more may start."""
    most = f" and {service.maximum} is the maximum" if service.maximum is not None else ""
    return _ruling(
        build,
        name=service.names[0],
        summary=f"every runner with {_labels(build)} is busy ({listed(service.names)}){most}",
        proof=(_listed(build, f"{listed(service.names)} busy"),),
        solution=Solution(
            title="Wait for a runner to become free, or raise the maximum",
            why=f"The first that is free takes {build.run_name}, which has waited {build.waited}.",
            commands=(
                shell("gh", "run", "list", "--repo", build.repository, "--status", "in_progress"),
            ),
        ),
    )


def _ruling(
    build: Build,
    *,
    name: str,
    summary: str,
    proof: tuple[Proof, ...],
    solution: Solution,
    outcome: Outcome | None = None,
) -> Ruling:
    recommended = Solution(
        title=solution.title,
        why=solution.why,
        recommended=True,
        commands=solution.commands,
        url=solution.url,
    )
    queued = build.run_proof(
        f"Job {_job(build)} of {build.run_name} asks for {_labels(build)} and has waited"
        f" {build.waited}."
    )
    return Ruling(
        outcome=outcome or build.outcome,
        subject=build.subject("Runner", name),
        summary=summary,
        proof=(queued, *proof),
        solutions=(recommended, by_hand(build)),
        left_out=(
            LeftOut("Re-run or push again", f"a second run would wait for {_labels(build)} too."),
        ),
        next_steps=(
            f"{solution.title}.",
            f"It takes {build.run_name}, which builds and pushes {build.name}.",
        ),
    )


def _listed(build: Build, text: str) -> Proof:
    command = shell("gh", "api", f"repos/{build.repository}/actions/runners")
    url = f"{build.url}/settings/actions/runners" if build.url else ""
    return Proof(f"Runners registered for {build.repository}: {text}.", url, command)


def _labels(build: Build) -> str:
    return ", ".join(build.asked_labels) or "no label"


def _job(build: Build) -> str:
    return build.waiting_jobs[0].name


def _firmness(outcome: Outcome) -> int:
    return {Outcome.CONFIRMED: 1, Outcome.SUSPECTED: 0}.get(outcome, 0)
