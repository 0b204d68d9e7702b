"""The jobs and steps of a workflow file, checked as GitHub checks them."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

from bot.ci import workflow_rules as rules
from bot.ci.workflow_objects import Job, Matrix, Step
from bot.ci.workflow_shapes import condition, mapping, pairs, permissions, text, words
from bot.ci.yaml_tree import Entry, InvalidWorkflowError, Mapping, Node, Scalar, Sequence


def read_jobs(node: Node | None, line: int) -> tuple[Job, ...]:
    """All jobs in the order of the file. Raises InvalidWorkflowError."""
    found = mapping(node, "jobs")
    if not found.entries:
        raise InvalidWorkflowError(node.line if node else line, "the workflow has no jobs")
    jobs = tuple(_job(entry) for entry in found.entries)
    _check_needs(jobs)
    return jobs


def _job(entry: Entry) -> Job:
    if not rules.IDENTIFIER.fullmatch(entry.key):
        sentence = f"the job id {entry.key!r} must be letters, digits, '-' and '_'"
        raise InvalidWorkflowError(entry.line, sentence)
    calls = isinstance(entry.value, Mapping) and entry.value.find("uses") is not None
    what = f"the job {entry.key!r}"
    node = mapping(entry.value, what, rules.CALLING_JOB if calls else rules.JOB)
    if not calls and node.find("runs-on") is None:
        raise InvalidWorkflowError(entry.line, f"{what} has no runs-on")
    labels, group = _runs_on(node.find("runs-on"), what)
    secrets = node.find("secrets")
    inherit = isinstance(secrets, Scalar) and secrets.text == "inherit"
    image, credentials = _container(node.find("container"))
    return Job(
        id=entry.key,
        line=entry.line,
        name=text(node.find("name"), "the job's name", "job"),
        runs_on=labels,
        group=group,
        needs=words(node.find("needs"), "needs") or (),
        condition=condition(node.find("if"), "job if"),
        environment=_environment(node.find("environment")),
        permissions=permissions(node.find("permissions")),
        matrix=_matrix(node.find("strategy"), what),
        uses=text(node.find("uses"), "uses", "uses"),
        inputs=pairs(node.find("with"), "with", "called with"),
        secrets=() if inherit else pairs(secrets, "secrets", "called secrets"),
        secrets_inherit=inherit,
        env=pairs(node.find("env"), "env", "job env"),
        container=image,
        container_credentials=credentials,
        concurrency=_group(node.find("concurrency")),
        outputs=pairs(node.find("outputs"), "outputs", "step"),
        steps=read_steps(node.find("steps"), what),
    )


def _runs_on(node: Node | None, what: str) -> tuple[tuple[str, ...], str]:
    if not isinstance(node, Mapping):
        labels = words(node, "runs-on", "job")
        if labels is not None and not any(labels):
            raise InvalidWorkflowError(node.line if node else 1, f"runs-on of {what} is empty")
        return labels or (), ""
    found = mapping(node, "runs-on", frozenset({"group", "labels"}))
    group = text(found.find("group"), "the runner group", "job")
    return words(found.find("labels"), "labels", "job") or (), group


def _environment(node: Node | None) -> str:
    if not isinstance(node, Mapping):
        return text(node, "environment", "job")
    found = mapping(node, "environment", frozenset({"name", "url", "deployment"}))
    return text(found.find("name"), "the environment's name", "job")


def _group(node: Node | None) -> str:
    if not isinstance(node, Mapping):
        return text(node, "concurrency", "job")
    found = mapping(node, "concurrency", frozenset({"group", "cancel-in-progress", "queue"}))
    return text(found.find("group"), "the concurrency group", "job")


def _container(node: Node | None) -> tuple[str, tuple[tuple[str, str], ...]]:
    if not isinstance(node, Mapping):
        return text(node, "container", "job"), ()
    allowed = frozenset({"image", "options", "env", "ports", "volumes", "credentials"})
    found = mapping(node, "container", allowed)
    credentials = pairs(found.find("credentials"), "credentials", "credentials")
    return text(found.find("image"), "the container's image", "job"), credentials


def _matrix(node: Node | None, what: str) -> Matrix | None:
    if node is None or isinstance(node, Scalar):
        text(node, "strategy", "strategy")
        return None if node is None else Matrix(computed=True)
    strategy = mapping(node, f"the strategy of {what}", frozenset({
        "matrix", "fail-fast", "max-parallel",
    }))  # fmt: skip
    matrix = strategy.find("matrix")
    if matrix is None or isinstance(matrix, Scalar):
        text(matrix, "matrix", "strategy")
        return None if matrix is None else Matrix(computed=True)
    found = mapping(matrix, "matrix")
    axes, computed = [], False
    for entry in found.entries:
        if entry.key in {"include", "exclude"}:
            computed |= not isinstance(entry.value, Sequence)
        elif isinstance(entry.value, Sequence):
            axes.append((entry.key, tuple(_shown(item) for item in entry.value.items)))
        else:
            text(entry.value, f"the matrix axis {entry.key!r}", "strategy")
            computed = True
    return Matrix(
        axes=tuple(axes),
        include=_combinations(found.find("include")),
        exclude=_combinations(found.find("exclude")),
        computed=computed,
    )


def _combinations(node: Node | None) -> tuple[tuple[tuple[str, str], ...], ...]:
    items = node.items if isinstance(node, Sequence) else ()
    return tuple(
        tuple((entry.key, _shown(entry.value)) for entry in item.entries)
        for item in items
        if isinstance(item, Mapping)
    )


def _shown(node: Node) -> str:
    """A matrix value as a text; a list or mapping cannot be part of an image's name."""
    return node.text if isinstance(node, Scalar) else "${{ matrix }}"


def read_steps(node: Node | None, what: str) -> tuple[Step, ...]:
    """The steps of a job or a composite action. Raises InvalidWorkflowError."""
    if node is None:
        return ()
    if not isinstance(node, Sequence):
        raise InvalidWorkflowError(node.line, f"the steps of {what} must be a list")
    steps = tuple(_step(item, index, what) for index, item in enumerate(node.items))
    seen: set[str] = set()
    for step in steps:
        if step.id and step.id.lower() in seen:
            raise InvalidWorkflowError(step.line, f"the step id {step.id!r} is used twice")
        seen.add(step.id.lower())
    return steps


def _step(item: Node, index: int, what: str) -> Step:
    node = mapping(item, f"a step of {what}", rules.STEP)
    kinds = [kind for kind in rules.STEP_KINDS if node.find(kind) is not None]
    if len(kinds) != 1:
        sentence = f"step {index + 1} of {what} needs either 'uses' or 'run'"
        raise InvalidWorkflowError(item.line, sentence)
    identifier = text(node.find("id"), "id")
    if identifier and not rules.IDENTIFIER.fullmatch(identifier):
        raise InvalidWorkflowError(item.line, f"the step id {identifier!r} is not valid")
    uses = text(node.find("uses"), "uses", "uses")
    if kinds == ["uses"] and not rules.ACTION.fullmatch(uses):
        sentence = f"an action is given as owner/repository@version, not {uses!r}"
        raise InvalidWorkflowError(item.line, sentence)
    for key in ("working-directory", "shell", "timeout-minutes"):
        text(node.find(key), key, "step")
    return Step(
        index=index,
        line=item.line,
        id=identifier,
        name=text(node.find("name"), "name", "step"),
        uses=uses,
        run=text(node.find("run"), "run", "step"),
        inputs=pairs(node.find("with"), "with", "step"),
        env=pairs(node.find("env"), "env", "step"),
        condition=condition(node.find("if"), "step if"),
        continue_on_error=text(node.find("continue-on-error"), "continue-on-error", "step"),
    )


def _check_needs(jobs: tuple[Job, ...]) -> None:
    """Every job that is waited for exists, and no job waits for itself by a circle."""
    known = {job.id.lower() for job in jobs}
    for job in jobs:
        for need in job.needs:
            if need.lower() not in known:
                sentence = f"the job {job.id!r} needs {need!r}, which does not exist"
                raise InvalidWorkflowError(job.line, sentence)
    graph = {job.id.lower(): [need.lower() for need in job.needs] for job in jobs}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        sentence = "the jobs wait for each other in a circle"
        raise InvalidWorkflowError(jobs[0].line, sentence) from error
