"""A green run without an image: what it pushed instead, or why it pushed nothing."""

from __future__ import annotations

from bot import kubectl
from bot.builds.build import Build
from bot.builds.pushed_names import is_same, pushed_names
from bot.builds.solutions import by_hand, new_run, not_a_rerun
from bot.ci.pushes import OtherName, OtherTag, Perhaps, Push, Switch, match
from bot.ci.trigger_answers import PushSkipped
from bot.registries.answers import TagList
from bot.report import LeftOut, Outcome, Proof, Ruling, Solution
from bot.words import listed


def pushed_elsewhere(build: Build) -> Ruling | None:
    """The run pushed other names or tags; None when it pushed this one or nothing tells."""
    logged = _logged(build)
    if logged:
        if any(is_same(name, str(build.image.image)) for name in logged):
            return None
        return _elsewhere(build, logged, build.outcome, "Its log names what it pushed")
    named = _by_file(build)
    if named:
        return _elsewhere(build, named, build.outcome, f"{build.workflow_name} pushes")
    if build.push and isinstance(match(build.push, build.image.image), Perhaps):
        return _elsewhere(build, _patterns(build.push), Outcome.SUSPECTED, "Its tags are computed")
    return None


def _logged(build: Build) -> tuple[str, ...]:
    logs = build.detail.logs if build.detail else ()
    names = (name for log in logs for name in pushed_names(log.lines))
    return tuple(dict.fromkeys(_unmasked(build, name) for name in names))


def _unmasked(build: Build, name: str) -> str:
    """A name in which GitHub masked a secret, where the registry has the image that it fits."""
    tag = name.rpartition(":")[2]
    tags = build.image.tags
    there = isinstance(tags, TagList) and tag in tags.tags
    candidate = f"{build.image.image.name}:{tag}"
    return candidate if "***" in name and there and is_same(name, candidate) else name


def _by_file(build: Build) -> tuple[str, ...]:
    live = [p for p in build.pushes if p.switch is not Switch.OFF and p.runs is not False]
    if not live or any(each.called for each in live):
        return ()
    if all(isinstance(match(p, build.image.image), OtherName | OtherTag) for p in live):
        return tuple(dict.fromkeys(name for push in live for name in _patterns(push)))
    return ()


def _patterns(push: Push) -> tuple[str, ...]:
    return tuple(f"{push.name}:{tag}" for tag in push.tags[:4]) or (push.name,)


def _elsewhere(build: Build, names: tuple[str, ...], outcome: Outcome, how: str) -> Ruling:
    there = listed([name.removeprefix("docker.io/") for name in names])
    proof = [
        build.run_proof(f"{build.run_name} ({build.wanted}) succeeded."),
        Proof(f"{how}: {there}.", build.workflow_url),
    ]
    tags = build.image.tags
    if isinstance(tags, TagList) and tags.tags:
        proof.append(Proof(f"The registry has the tags {listed(tags.tags, 6)}.", tags.witness.url))
    return Ruling(
        outcome=outcome,
        subject=build.subject("WorkflowRun", build.run_id),
        summary=f"{build.run_name} is green and pushed {there}, not {build.name}",
        proof=tuple(proof),
        solutions=(_rename(build, names), _retag(build, there), by_hand(build)),
        left_out=(
            not_a_rerun("it would push the same names"),
            LeftOut("Wait for CI", f"{build.run_name} is finished; it has pushed what it pushes."),
        ),
        prevention=(
            f"Let one place decide the name: {build.workflow_name} writes {names[0]},"
            f" the pod template asks for {build.name}.",
        ),
    )


def _rename(build: Build, names: tuple[str, ...]) -> Solution:
    exact = next((name for name in names if "*" not in name), "")
    commands: tuple[str, ...] = ()
    image = exact.removeprefix("docker.io/")
    pods = build.view.pods
    holder = next((c for c in build.view.containers if c.spec.image == build.image.written), None)
    owner = build.workload_name
    if exact and holder is not None and owner and pods:
        commands = (kubectl.set_image(owner, pods[0].namespace, holder.name, image),)
    return Solution(
        title=f"Deploy what was pushed: {exact or 'a tag that the registry has'}",
        why="If that is the image you mean, the workload only names it wrongly.",
        recommended=True,
        commands=commands,
        image=image,
    )


def _retag(build: Build, there: str) -> Solution:
    return Solution(
        title=f"Let {build.workflow_name} push {build.name}",
        why=f"Its tags are {there} now.",
        url=build.workflow_url,
    )


def push_skipped(build: Build) -> Ruling | None:
    """The run pushed nothing: by a condition, a skipped step, or no output; None otherwise."""
    why = _why_skipped(build)
    if not why:
        return None
    return Ruling(
        outcome=build.outcome,
        subject=build.subject("WorkflowRun", build.run_id),
        summary=f"{build.run_name} is green and pushed nothing: {why}",
        proof=(
            build.run_proof(f"{build.run_name} (event {build.event.name}) ended green."),
            Proof(f"{why[0].upper()}{why[1:]}.", build.workflow_url),
        ),
        solutions=(
            new_run(
                build,
                f"Start {build.workflow_name} so that it pushes {build.name}",
                f"This run could not: {why}.",
            )
            if build.event.name == "pull_request"
            else Solution(
                title=f"Let {build.workflow_name} push in this case, and run it again",
                why=f"{why[0].upper()}{why[1:]}.",
                recommended=True,
                url=build.workflow_url,
            ),
            by_hand(build),
        ),
        left_out=(not_a_rerun("the same condition decides"),),
    )


def _why_skipped(build: Build) -> str:
    answer = build.trigger_answer
    if isinstance(answer, PushSkipped):
        return answer.summary
    job, step = build.push_job, build.push_step_seen
    if job is not None and job.conclusion == "skipped":
        return f"job {job.name} was skipped"
    if step is not None and step.conclusion == "skipped":
        return f'step "{step.name}" was skipped'
    if _logged(build):
        return ""
    said = [f.lines[0] for f in build.log_findings if f.code == "WorkflowPushSkipped"]
    return f'its log says "{said[0]}"' if said else ""
